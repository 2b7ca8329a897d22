import { Universe } from './claim-universe';
import { SpecLabels, SpecPod } from './network-policy';

/*
 * The specification of claims: it tries every combination in a finite universe that holds everything that policies and parties can tell apart.
 * It shares no code with src/, and the property of claims compares the product with it. The text that it follows is the design, "Claims" and
 * "Assumptions", which docs/claims.md explains.
 */

/** The owner of pods. A Pod object is `single`; the others have several pods. */
export interface SpecWorkload extends SpecPod {
  single?: boolean;
  selector?: any;
  /** Keys of labels whose values only the running cluster knows. The pods may lack those that are `optional`. */
  generated?: { key: string; optional: boolean }[];
}
export interface ClaimCluster {
  /** The declared and stated namespaces. */
  namespaces: Record<string, SpecLabels>;
  workloads: SpecWorkload[];
  policies: any[];
  podCidrs?: string[];
}
export interface Block { cidr: string; except?: string[] }
export interface NamedPort { protocol: string; name: string }
export type SpecPort = NamedPort | { protocol: string; first: number; last: number };
/** Pods of a workload, pods by selectors, or addresses. A tier by labels has `names`: the named ports of its `ports`. */
export type SpecPart = { workload: SpecWorkload; tier?: any } | { namespaces: any; pods: any; names?: NamedPort[] } | { blocks: Block[] };
/** A party is the union of its parts. `ports` are its own. */
export interface SpecParty { parts: SpecPart[]; ports?: SpecPort[] }
export interface SpecClaim {
  kind: 'allowed' | 'denied' | 'admitsOnly' | 'reachesOnly';
  first: SpecParty;
  /** The other party, or the list. */
  second: SpecParty[];
  ports?: SpecPort[];
  strict?: boolean;
  declaredOnly?: boolean;
}
export const ASSUMPTIONS = ['extra-label', 'namespace-label', 'new-namespace', 'pod-address', 'port-name', 'host-network'] as const;
export type Judged = { answer: 'holds' | 'fails'; assumptions: string[] } | { error: string };

export function judgeClaim(cluster: ClaimCluster, claim: SpecClaim): Judged {
  const { kind, first, second, strict, declaredOnly } = claim;
  const isPair = kind === 'allowed' || kind === 'denied';
  const named = isPair ? [first, ...second] : [first];
  const universe = new Universe(cluster, [first, ...second].flatMap(party => party.parts), named.flatMap(party => party.parts),
    [...claim.ports ?? [], ...named.flatMap(party => party.ports ?? [])]);
  const ends = named.map(party => universe.endsOf(party, declaredOnly));
  const isAddresses = (party: SpecParty) => party.parts.every(part => 'blocks' in part);
  const only = (party: SpecParty) => party.parts.length === 1 && 'workload' in party.parts[0] && party.parts[0].workload;
  if (isPair && named.every(isAddresses)) { return { error: 'addresses on both sides' }; }
  if (!isPair && first.parts.some(part => 'blocks' in part)) { return { error: 'a subject with addresses' }; }
  if (isPair && only(first) && only(first) === only(second[0]) && (only(first) as SpecWorkload).single) { return { error: 'a pod and itself' }; }
  if (ends.some(all => all.length === 0)) { return { error: declaredOnly ? 'no declared pod' : 'no possible pod' }; }

  const outside = isPair ? [] : universe.everyEnd().filter(end => !second.some(party => party.parts.some(part => universe.permits(part, end))));
  const sources = kind === 'admitsOnly' ? outside : ends[0];
  const destinations = kind === 'reachesOnly' ? outside : ends.at(-1)!;
  const destination = kind === 'reachesOnly' ? undefined : kind === 'admitsOnly' ? first : second[0];
  const own = destination && universe.declaredOf(destination);
  let { ports } = claim;
  for (const port of ports ?? []) {
    if ('name' in port && !universe.someoneHas(port, destination)) { return { error: 'nothing has the named port' }; }
  }
  if (kind === 'allowed' && ports === undefined) {
    const containers = own!.flatMap(w => w.ports.map(p => ({ protocol: p.protocol ?? 'TCP', first: p.containerPort, last: p.containerPort })));
    ports = destination!.ports ?? (containers.length > 0 ? containers : undefined);
  }

  // What each witness breaks. One that breaks more than another adds nothing.
  let found: Set<string>[] = [];
  const isNew = (breaks: Set<string>) => !found.some(less => [...less].every(code => breaks.has(code)));
  const sourcesToTry = universe.toldApart(sources);
  for (const to of universe.toldApart(destinations)) {
    for (const from of sourcesToTry) {
      const breaks = new Set([...from.breaks, ...to.breaks]);
      if (!isNew(breaks) || !universe.canMeet(from, to)) { continue; }
      for (const portBreaks of universe.witnesses(kind, from, to, ports)) {
        const all = new Set([...breaks, ...portBreaks]);
        if (isNew(all)) { found = [...found.filter(more => ![...all].every(code => more.has(code))), all]; }
      }
    }
  }
  if (found.some(breaks => breaks.size === 0)) { return { answer: 'fails', assumptions: [] }; }
  const assumptions = SETS.find(set => found.every(breaks => set.some(code => breaks.has(code))))!;
  const fails = strict && (found.length > 0 || named.some(party => party.parts.some(part => universe.matchesNothing(part))));
  return { answer: fails ? 'fails' : 'holds', assumptions };
}

/** Every set of assumptions, small ones first, and equally small ones in the order of their codes. */
const SETS: string[][] = [...ASSUMPTIONS].reverse().reduce<string[][]>((sets, code) => [...sets.map(set => [code, ...set]), ...sets], [[]])
  .sort((a, b) => a.length - b.length);

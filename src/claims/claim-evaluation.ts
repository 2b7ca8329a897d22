import { CallFix, Claim, OnlyClaim, PairClaim } from './claim';
import { ClaimVerdict, judge } from './judge';
import { PossiblePort, RepresentativePod, representativesOf, withRepresentatives } from './private/representatives';
import { Cluster, Pod, Workload, workloadName } from '../cluster/cluster';
import { Reachability } from '../evaluator/reachability';
import { DEFAULT_NAMESPACE } from '../k8s/objects';
import { addressEndpoints, Endpoint, podEndpoint, workloadEndpoints } from '../query/endpoints';
import { EndpointSelector, Party, partyNamed } from '../query/parties';
import { PortQuery } from '../query/ports';

export type { PossiblePort } from './private/representatives';

/** A party of a claim, before it is looked up in a cluster. */
export type PartyRequest = NamedParty | SelectedParty;

/** A workload or an address that the cluster must have. */
export interface NamedParty {
  readonly kind: 'named';
  /** `app/frontend`, `10.0.0.1` */
  readonly text: string;
}

/** Every pod and address that some selectors match, whether the cluster has them or not. */
export interface SelectedParty {
  readonly kind: 'selected';
  readonly name: string;
  /** What messages call a representative pod: `shop/db[Tier]`. */
  readonly podName: string;
  /** `thisNamespace` is the namespace of the other side, which "this namespace" of a peer means. */
  readonly selectors: (thisNamespace: string) => readonly EndpointSelector[];
  /** Ports that every pod of the party has. */
  readonly ports: readonly PossiblePort[];
  /** The ports that `allowed` means by default; absent if none is known. */
  readonly ownPorts?: readonly PortQuery[];
}

/** A claim about parties that are not looked up yet. */
export type ClaimRequest = { readonly ports?: readonly PortQuery[]; readonly strict?: boolean } & (
  | { readonly kind: PairClaim['kind']; readonly from: PartyRequest; readonly to: PartyRequest; readonly callFix?: CallFix }
  | { readonly kind: OnlyClaim['kind']; readonly target: PartyRequest; readonly listed: readonly PartyRequest[] });

/** The verdict on a claim with the evaluation that gave it, or why the claim cannot be judged. */
export type ClaimOutcome = { readonly verdict: ClaimVerdict; readonly reach: Reachability } | { readonly error: string };

/** A party with its selectors, and the representative pods of them. */
interface ResolvedParty {
  readonly request: PartyRequest;
  readonly selectors: readonly EndpointSelector[];
  readonly representatives: readonly RepresentativePod[];
}

/** The pods of a workload that a selector matches. */
interface SelectedPods {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
}

type PodsSelector = Extract<EndpointSelector, { kind: 'pods' }>;

/**
 * Judges claims about one cluster. All claims share one evaluation, which contains the representative pods of all of them. A later claim
 * without new representative pods is judged by the same evaluation.
 */
export class ClaimEvaluation {
  private readonly representatives = new Map<string, readonly RepresentativePod[]>();
  private readonly selected = new Map<string, readonly SelectedPods[]>();
  private readonly workloadsOf = new Map<string, Workload[]>();
  private evaluated?: { readonly reach: Reachability; readonly representatives: number };
  private plain?: Reachability;

  /** @param before an evaluation of the cluster before a change, to be updated */
  constructor(private readonly cluster: Cluster, private readonly before?: Reachability) {
    for (const workload of cluster.workloads) {
      const known = this.workloadsOf.get(workload.namespace);
      if (known === undefined) { this.workloadsOf.set(workload.namespace, [workload]); } else { known.push(workload); }
    }
  }

  /** One outcome for each claim, in order. A claim that cannot be judged does not stop the others. */
  public judge(requests: readonly ClaimRequest[]): ClaimOutcome[] {
    const resolved = requests.map(request => this.resolve(request));
    const reach = this.reach();
    return requests.map((request, i) => {
      const sides = resolved[i];
      if (typeof sides === 'string') { return { error: sides }; }
      const parties: Party[] = [];
      for (const side of sides) {
        const party = this.partyOf(reach, side);
        if (typeof party === 'string') { return { error: party }; }
        parties.push(party);
      }
      const claim = claimOf(request, parties);
      return typeof claim === 'string' ? { error: claim } : { verdict: judge(reach, claim), reach };
    });
  }

  /** The evaluation of the cluster after a change. Objects that have not changed must be the same ones. */
  public after(cluster: Cluster): ClaimEvaluation {
    return new ClaimEvaluation(cluster, this.evaluated?.reach ?? this.before);
  }

  /** The evaluation of the cluster alone, without representative pods. */
  public get declared(): Reachability {
    return this.plain ??= new Reachability(this.cluster);
  }

  /** The evaluation with all representative pods so far. */
  private reach(): Reachability {
    if (this.evaluated?.representatives !== this.representatives.size) {
      const cluster = withRepresentatives(this.cluster, [...this.representatives.values()].flat());
      const last = this.evaluated?.reach ?? this.before;
      const reach = last === undefined ? new Reachability(cluster) : last.update(cluster);
      this.evaluated = { reach, representatives: this.representatives.size };
    }
    return this.evaluated!.reach;
  }

  /** The parties of a claim in order, or why there is none: a tier reads the labels of its workload only now. */
  private resolve(request: ClaimRequest): ResolvedParty[] | string {
    try {
      return 'from' in request
        ? [this.resolveParty(request.from, request.to), this.resolveParty(request.to, request.from)]
        : [this.resolveParty(request.target, request.listed[0]), ...request.listed.map(party => this.resolveParty(party, request.target))];
    } catch (error) {
      return (error as Error).message;
    }
  }

  private resolveParty(request: PartyRequest, other: PartyRequest | undefined): ResolvedParty {
    if (request.kind === 'named') { return { request, selectors: [], representatives: [] }; }
    const selectors = request.selectors(thisNamespaceOpposite(other));
    return { request, selectors, representatives: selectors.flatMap(selector => this.representativesOf(request, selector)) };
  }

  private representativesOf({ name, ports }: SelectedParty, selector: EndpointSelector): readonly RepresentativePod[] {
    if (selector.kind === 'addresses') { return []; }
    const key = JSON.stringify([name, selector.namespaces.id, selector.pods.id, ports]);
    let representatives = this.representatives.get(key);
    if (representatives === undefined) {
      representatives = representativesOf(this.cluster, name, selector, ports);
      this.representatives.set(key, representatives);
    }
    return representatives;
  }

  private partyOf(reach: Reachability, { request, selectors, representatives }: ResolvedParty): Party | string {
    if (request.kind === 'named') { return this.named(reach, request.text); }
    const endpointsOf = (isWorstCase: boolean): Endpoint[] => representatives.filter(pod => pod.isWorstCase === isWorstCase)
      .map(({ workload }) => podEndpoint(reach, workload, workload.pods[0], request.podName));
    const endpoints = [...selectors.flatMap(selector => this.declaredEndpoints(reach, selector)), ...endpointsOf(false)];
    if (endpoints.length === 0) {
      return `no pod or address can match ${request.name}: its selector contradicts itself or the labels of the declared namespaces`;
    }
    return { name: request.name, endpoints, worstCase: endpointsOf(true), selectors };
  }

  private named(reach: Reachability, text: string): Party | string {
    const party = partyNamed(reach, text);
    // The error lists the workloads of the cluster, so representative pods must not be among them.
    return typeof party === 'string' ? partyNamed(this.declared, text) : party;
  }

  private declaredEndpoints(reach: Reachability, selector: EndpointSelector): Endpoint[] {
    if (selector.kind === 'addresses') {
      return selector.ranges.flatMap(range => addressEndpoints(reach, range));
    }
    return this.podsSelectedBy(selector).flatMap(({ workload, pods }) => workloadEndpoints(reach, workload, workloadName(workload), pods));
  }

  private podsSelectedBy({ namespaces, pods: selector }: PodsSelector): readonly SelectedPods[] {
    const key = JSON.stringify([namespaces.id, selector.id]);
    let selected = this.selected.get(key);
    if (selected === undefined) {
      selected = [...this.workloadsOf]
        .filter(([name]) => namespaces.matches(this.cluster.namespaces.get(name)?.labels ?? {}))
        .flatMap(([, workloads]) => workloads)
        .map(workload => ({ workload, pods: workload.pods.filter(pod => selector.matches(pod.labels)) }))
        .filter(({ pods }) => pods.length > 0);
      this.selected.set(key, selected);
    }
    return selected;
  }
}

/** The namespace that "this namespace" means opposite a party. */
function thisNamespaceOpposite(party: PartyRequest | undefined): string {
  if (party === undefined) { return DEFAULT_NAMESPACE; }
  if (party.kind === 'named') { return party.text.split('/')[0]; }
  for (const selector of party.selectors(DEFAULT_NAMESPACE)) {
    const name = selector.kind === 'pods' ? selector.namespaces.requirements.find(r => r.operator === 'In' && r.values.length === 1) : undefined;
    if (name !== undefined) { return name.values[0]; }
  }
  return DEFAULT_NAMESPACE;
}

function claimOf(request: ClaimRequest, parties: readonly Party[]): Claim | string {
  const { ports, strict } = request;
  if ('from' in request) {
    const [from, to] = parties;
    const ownPorts = request.kind === 'allowed' && request.to.kind === 'selected' ? request.to.ownPorts : undefined;
    return { kind: request.kind, from, to, ports: ports ?? ownPorts, strict, callFix: request.callFix };
  }
  const [target, ...listed] = parties;
  if (!target.endpoints.some(endpoint => endpoint.kind === 'pod')) {
    return `${request.kind} is about pods, and ${target.name} is not a pod: no policy decides what ${request.kind === 'admitsOnly' ? 'reaches' : 'leaves'} an address`;
  }
  return { kind: request.kind, target, listed, ports, strict };
}

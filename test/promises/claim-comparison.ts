import { BuiltClaim, BuiltProgram, buildProgram, ClaimProgram } from './claim-program';
import { Verdict } from '../../src';
import { ClaimWitness, WitnessEnd, WitnessPod } from '../../src/claims/witness';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { formatAddress } from '../../src/k8s/address';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { End } from '../spec/claim-universe';
import { ClaimCluster, ClaimMeaning, Judged, judgeClaim, SpecClaim, SpecParty } from '../spec/claims';
import { results, Step, tierResults } from '../spec/cluster-wide';
import { rulesThatMatch, sideAllows, SpecCluster, SpecEnd } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';

/* The comparison of the claims of a program with the specification, and the confirmation of every witness. */

export interface Comparison {
  /** What the specification says about each claim. */
  readonly answers: readonly string[];
  readonly witnesses: number;
  /** Claims that are undecided for lack of budget. */
  readonly undecided: number;
  /** The first thing that is not as it must be. */
  readonly difference?: string;
}

export function compareProgram(program: ClaimProgram): Comparison {
  const built = buildProgram(program);
  const answers: string[] = [];
  let witnesses = 0;
  let undecided = 0;
  for (const claim of built.claims) {
    const outcome = outcomeOf(claim);
    const judgedBySpec = judgeClaim(built.cluster, claim.specified);
    const specified = textOf(judgedBySpec);
    answers.push('error' in judgedBySpec ? judgedBySpec.error : specified);
    if (!(outcome instanceof Error) && reasonsOf(outcome).includes('budget')) {
      undecided++;
      continue;
    }
    const judged = textOf(outcome instanceof Error
      ? { error: outcome.message } : { answer: outcome.undecided ? 'undecided' : outcome.holds ? 'holds' : 'fails', assumptions: outcome.assumptions });
    const found = outcome instanceof Error ? [] : outcome._witnesses;
    witnesses += found.length;
    const difference = judged !== specified
      ? `the specification says '${specified}', netpol '${outcome instanceof Error ? `${judged}: ${outcome.message}` : judged}'`
      : outcome instanceof Error ? undefined : wrongVerdict(built.cluster, claim.specified, outcome);
    if (difference !== undefined) {
      return { answers, witnesses, undecided, difference: `${difference}\n${reportOf(built, claim, outcome)}` };
    }
  }
  return { answers, witnesses, undecided };
}

function outcomeOf(claim: BuiltClaim): Verdict | Error {
  try {
    return claim.judge();
  } catch (error) {
    return error as Error;
  }
}

/** The codes of the reasons why a claim is undecided. */
function reasonsOf({ _verdicts: verdicts }: Verdict): string[] {
  return verdicts.flatMap(({ reasons }) => reasons.map(({ code }) => code));
}

function textOf(judged: Judged): string {
  return 'error' in judged ? 'an error' : [judged.answer, ...judged.assumptions].join(' ');
}

/** The text of a verdict, or the error that it throws. */
function explanationOf(verdict: Verdict): string | Error {
  try {
    return verdict.toString();
  } catch (error) {
    return error as Error;
  }
}

function wrongExplanation(verdict: Verdict): string | undefined {
  const text = explanationOf(verdict);
  return text instanceof Error ? `the explanation throws: ${text.message}` : undefined;
}

/** Everything that shows a difference by hand. */
function reportOf({ cluster }: BuiltProgram, { text }: BuiltClaim, outcome: Verdict | Error): string {
  const policies = cluster.policies.map(({ metadata, spec }) => JSON.stringify({ [`${metadata.namespace}/${metadata.name}`]: spec }));
  return [
    `claim: ${text}`, `namespaces: ${JSON.stringify(cluster.namespaces)}`, `pod CIDRs: ${cluster.podCidrs?.join() ?? 'not stated'}`,
    ...cluster.workloads.map(one => `workload: ${JSON.stringify(one)}`),
    ...policies.map(one => `policy: ${one}`), ...(cluster.clusterPolicies ?? []).map(({ metadata, spec }) => `cluster-wide: ${JSON.stringify({ [metadata.name]: spec })}`),
    `nodes: ${JSON.stringify(cluster.nodes)}`, outcome instanceof Error ? String(outcome.stack) : String(explanationOf(outcome)),
  ].join('\n');
}

/** What is wrong with a verdict that has the right answer and the right assumptions. */
function wrongVerdict(cluster: ClaimCluster, claim: SpecClaim, verdict: Verdict): string | undefined {
  const judgement = { cluster, claim, meaning: new ClaimMeaning(cluster, claim), mustBeCertain: !verdict.holds && !verdict.undecided };
  return wrongCount(verdict, claim) ?? wrongExplanation(verdict)
    ?? verdict._witnesses.map(witness => wrongWitness(judgement, witness)).find(wrong => wrong !== undefined);
}

/** A claim that holds has a witness for each assumption. One that fails has one witness, and a party that matches nothing fails a strict claim without any. */
function wrongCount(verdict: Verdict, { strict }: SpecClaim): string | undefined {
  const { holds, undecided, assumptions, _witnesses: witnesses } = verdict;
  if (undecided && reasonsOf(verdict).length === 0) { return 'no reason why the claim is undecided'; }
  if (!holds) {
    if (witnesses.length !== 1 && !(strict && witnesses.length === 0)) { return `${witnesses.length} witnesses against the claim`; }
    return witnesses.some(({ breaks }) => !strict && breaks.length > 0) ? 'the witness against the claim rests on an assumption' : undefined;
  }
  const missing = assumptions.find((code, i) => !(witnesses[i]?.breaks as string[] | undefined)?.includes(code));
  return missing === undefined ? undefined : `no witness breaks ${missing}`;
}

/** A claim in its cluster. */
interface Judgement {
  readonly cluster: ClaimCluster;
  readonly claim: SpecClaim;
  readonly meaning: ClaimMeaning;
  /** A witness that breaks nothing is one whatever the tiers leave open. */
  readonly mustBeCertain: boolean;
}

/** What is wrong with a witness, if anything. A pod outside a list that has several addresses has to be a witness with one of them. */
function wrongWitness(judgement: Judgement, witness: ClaimWitness): string | undefined {
  const side = ({ admitsOnly: 'source', reachesOnly: 'destination' } as const)[judgement.claim.kind as string];
  const outside = side && witness[side];
  if (outside?.kind !== 'pod' || outside.pod.addresses.length < 2) { return wrongConnection(judgement, witness); }
  const wrongs = outside.pod.addresses.map(address =>
    wrongConnection(judgement, { ...witness, [side!]: { ...outside, pod: { ...outside.pod, addresses: [address] } } }));
  return wrongs.includes(undefined) ? undefined : wrongs[0];
}

function wrongConnection(judgement: Judgement, witness: ClaimWitness): string | undefined {
  const { cluster, claim } = judgement;
  const { kind, source, destination, protocol, port } = witness;
  const shown = `the witness ${kind} ${showEnd(source)} → ${showEnd(destination)} ${protocol} ${port} (${witness.breaks.join() || 'breaks nothing'})`;
  const parties = claim.kind === 'admitsOnly' ? [undefined, claim.first] : claim.kind === 'reachesOnly' ? [claim.first, undefined] : [claim.first, claim.second[0]];
  const broken = new Set<string>(brokenPortNames(destination));
  for (const [i, end] of [source, destination].entries()) {
    const breaks = brokenBy(judgement, end, parties[i], end === destination);
    if (breaks === undefined) { return `${shown}: ${showEnd(end)} is not ${parties[i] === undefined ? 'outside the list' : 'in the party'}`; }
    breaks.forEach(code => broken.add(code));
  }
  const unnamed = [...broken].find(code => !(witness.breaks as string[]).includes(code));
  if (unnamed !== undefined) { return `${shown}: it also breaks ${unnamed}`; }
  if (!isAsked(claim, destination, protocol, port)) { return `${shown}: the claim does not ask about this port`; }
  if (kind === 'own-node') {
    const onNode = [source, destination].some(end => end.kind === 'pod' && end.pod.hostNetwork);
    return onNode && source.kind === 'pod' && destination.kind === 'pod' ? undefined : `${shown}: neither pod is on the network of its node`;
  }
  const passes = kind !== 'blocked';
  const hostsCount = witness.breaks.includes('host-network') ? [false, true] : [true];
  const isCertain = judgement.mustBeCertain && witness.breaks.length === 0;
  const isConfirmed = (answers: readonly boolean[]) => isCertain ? answers.every(answer => answer === passes) : answers.includes(passes);
  const confirmed = hostsCount.some(subjects => hostsCount.some(peers => isConfirmed(specifiedPasses(cluster, claim, witness, subjects, peers))));
  const other = passes ? 'denies' : 'allows';
  if (!confirmed) { return `${shown}: the specification of the policies ${other} it, or leaves it open`; }
  if (!witness.breaks.includes('host-network') && !isConfirmed(evaluatedPasses(cluster, claim, witness))) { return `${shown}: the evaluator ${other} it, or leaves it open`; }
  return undefined;
}

function showEnd(end: WitnessEnd): string {
  if (end.kind === 'address') { return formatAddress(end.address); }
  const { pod, namespace, workload } = end;
  const ports = pod.ports.map(({ name, port }) => `${name}=${port}`);
  return `${workload ? workload.name : 'a pod'} in ${JSON.stringify(namespace.labels)} with ${JSON.stringify(pod.labels)} ${pod.addresses.map(formatAddress).join()} ${ports.join()}`;
}

/** The labels of a namespace without that of its name. */
function furtherLabels({ namespace }: WitnessPod): Record<string, string> {
  return Object.fromEntries(Object.entries(namespace.labels).filter(([key]) => key !== 'kubernetes.io/metadata.name'));
}

function specEnd(end: WitnessEnd, hostNetwork: boolean, name: string): SpecEnd {
  if (end.kind === 'address') { return { ip: formatAddress(end.address) }; }
  const { pod, namespace } = end;
  return {
    pod: {
      namespace: namespace.name,
      name,
      labels: pod.labels,
      ips: pod.addresses.map(formatAddress),
      ports: pod.ports.map(each => ({ name: each.name, protocol: each.protocol, containerPort: each.port })),
      hostNetwork: pod.hostNetwork && hostNetwork,
    },
  };
}

/** The cluster with the pods of the witness as the only ones. */
function clusterOf({ namespaces, policies, clusterPolicies, nodes }: ClaimCluster, { source, destination }: ClaimWitness): SpecCluster {
  const ends = [source, destination].filter(end => end.kind === 'pod');
  const ofEnds = Object.fromEntries(ends.map(end => [end.namespace.name, furtherLabels(end)]));
  return { policies, clusterPolicies, nodes, pods: [], namespaces: { ...namespaces, ...ofEnds } };
}

/** Whether the connection of a witness passes: both answers if the tiers leave it open. */
function specifiedPasses(cluster: ClaimCluster, { kind }: SpecClaim, witness: ClaimWitness, subjects: boolean, peers: boolean): boolean[] {
  const world = clusterOf(cluster, witness);
  const { protocol, port } = witness;
  const side = (type: 'Ingress' | 'Egress', own: WitnessEnd, other: WitnessEnd): Set<'allow' | 'deny'> => {
    const [subject, peer, destination] = [specEnd(own, subjects, 'own'), specEnd(other, peers, 'other'), specEnd(witness.destination, subjects, 'destination')];
    const isIsolated = rulesThatMatch(world, type, subject, peer) !== 'not isolated';
    const networkPolicy: Step = !isIsolated ? 'pass' : sideAllows(world, type, subject, peer, destination, protocol, port) ? 'allow' : 'deny';
    // Another reading of pods on their node's network is about NetworkPolicies only.
    const connection = { type, subject: specEnd(own, true, 'own'), peer: specEnd(other, true, 'other'), protocol, port };
    return results([tierResults(world, 'Admin', connection), [networkPolicy], tierResults(world, 'Baseline', connection)]);
  };
  const { source, destination } = witness;
  const sides = [
    ...kind === 'admitsOnly' ? [] : [side('Egress', source, destination)], ...kind === 'reachesOnly' ? [] : [side('Ingress', destination, source)],
  ];
  return [true, false].filter(passes => passes ? sides.every(one => one.has('allow')) : sides.some(one => one.has('deny')));
}

/** The side that does not count. */
const IGNORED: Partial<Record<SpecClaim['kind'], 'egress' | 'ingress'>> = { admitsOnly: 'egress', reachesOnly: 'ingress' };

/** What the evaluator says if the pods of the witness are real objects: both answers if it is undecided. */
function evaluatedPasses(cluster: ClaimCluster, { kind }: SpecClaim, witness: ClaimWitness): boolean[] {
  const { source, destination, protocol, port } = witness;
  const named = [{ end: source, spec: specEnd(source, true, 'source') }, { end: destination, spec: specEnd(destination, true, 'destination') }];
  const pods = named.flatMap(({ spec }) => 'pod' in spec ? [spec.pod] : []);
  const reach = new Reachability(clusterOfObjects(JSON.parse(JSON.stringify(manifestsOf({ ...clusterOf(cluster, witness), pods })))));
  const [from, to] = named.map(({ end, spec }) => {
    if (end.kind === 'address') { return reach.ofAddress(end.address); }
    const one = reach.cluster.workloads.find(({ name }) => 'pod' in spec && name === spec.pod.name)!;
    return reach.ofPod(one, one.pods[0]);
  });
  const every: Parameters<Reachability['sideConnections']>[] = [[from, 'egress', to], [to, 'ingress', from]];
  const sides = every.filter(([, direction]) => direction !== IGNORED[kind]);
  const isIn = (connections: ConnectionSet) => connections.includes(ConnectionSet.range(protocol, port, port));
  const isPossible = sides.every(side => isIn(reach.possibleSideConnections(...side)));
  const isSure = sides.every(side => isIn(reach.sideConnections(...side)));
  return [...isPossible ? [true] : [], ...isSure ? [] : [false]];
}

/** What a witness breaks as a pod of the party, or outside the list if there is no party; undefined if it is not there. */
function brokenBy(
  { cluster, claim, meaning }: Judgement, end: WitnessEnd, party: SpecParty | undefined, isDestination: boolean,
): string[] | undefined {
  const { universe } = meaning;
  const workload = end.kind === 'pod' && end.workload !== undefined
    ? cluster.workloads.find(({ namespace, name }) => namespace === end.workload!.namespace && name === end.workload!.name) : undefined;
  const spec = specEnd(end, true, '');
  const namespace = end.kind === 'pod' ? universe.namespaceNamed(end.namespace.name, furtherLabels(end)) : undefined;
  if (!universe.canExist(spec, namespace, workload)) { return undefined; }
  const one: End = { subject: spec, peer: spec, namespace, workload, breaks: [] };
  const own = 'pod' in spec ? universe.breaksOf(spec.pod, namespace!, workload !== undefined && workload.ips.length > 0) : [];
  if (party === undefined) {
    return meaning.isListed(claim.second, one) ? undefined : own;
  }
  const ways = party.parts.flatMap((part): string[][] => {
    if ('blocks' in part) { return end.kind === 'address' && meaning.permits(part, one) ? [[]] : []; }
    if ('workload' in part) { return part.workload === workload ? [[]] : []; }
    if (!meaning.isIn(part, one)) { return []; }
    if (workload) { return [[]]; }
    // The port names of a source make no difference, and a witness leaves them out.
    const hasNames = !isDestination || (part.names ?? []).every(({ name, protocol }) =>
      end.kind === 'pod' && end.pod.ports.some(each => each.name === name && each.protocol === protocol));
    return hasNames && !claim.declaredOnly ? [meaning.breaksIn(part, one)] : [];
  });
  return ways.length === 0 ? undefined : [...own, ...ways.sort((a, b) => a.length - b.length)[0]];
}

/** Two port names of a possible pod with one number. */
function brokenPortNames(end: WitnessEnd): string[] {
  if (end.kind === 'address' || end.workload !== undefined) { return []; }
  const numbers = end.pod.ports.map(({ protocol, port }) => `${protocol} ${port}`);
  return new Set(numbers).size < numbers.length ? ['port-name'] : [];
}

function isAsked({ kind, ports, second }: SpecClaim, destination: WitnessEnd, protocol: string, port: number): boolean {
  const asked = ports ?? (kind === 'allowed' ? second[0].ports : undefined);
  return asked === undefined || asked.some(each => each.protocol === protocol && ('name' in each
    ? destination.kind === 'pod' && destination.pod.ports.some(own => own.name === each.name && own.protocol === protocol && own.port === port)
    : each.first <= port && port <= each.last));
}

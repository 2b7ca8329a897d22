import { Direction } from './compiled-policies';
import { OpenPorts, RuleEnd, ruleConnections } from './rule-match';
import { AddressesClause, GeneratedLabel, isLabelKnown, Namespace, PeerClause, Pod, Policy, UnevaluatedPolicy } from '../../cluster/cluster';
import { distinctValues } from '../../cluster/pod-selection';
import { AddressRange } from '../../k8s/address';
import { Labels } from '../../k8s/objects';
import { Requirement, Selector, valueOutside } from '../../k8s/selector';
import { ConnectionSet } from '../connections';

/*
 * Exact answers about two ends of which not everything is known: labels that Kubernetes adds to pods, the address of a pod and, without
 * assumptions, labels of namespaces. They try everything that the policies can tell apart.
 */

/** What is certainly allowed, and what may be allowed. Both are equal if nothing is undecided. */
export interface ConnectionRange {
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
}

/** One end of a connection, and what is not known about it. */
export interface OpenEnd {
  readonly end: RuleEnd;
  readonly generated: readonly GeneratedLabel[];
  /** The possible addresses, if the address of the pod is not known. */
  readonly addresses?: readonly AddressRange[];
  /** The namespace, if some of its labels are neither known nor assumed. */
  readonly namespace?: Namespace;
}

/** One side of a connection. Each of the policies selects the subject, or may select it. */
export interface Side {
  readonly direction: Direction;
  readonly policies: readonly Policy[];
  readonly unevaluated: readonly UnevaluatedPolicy[];
}

/** Two ends, each with values for what is not known about it. */
interface World {
  readonly source: RuleEnd;
  readonly destination: RuleEnd;
  /** The labels of the namespace of the peer, if they are not known. */
  readonly labels?: Labels;
}

/** The maximum number of cases that are tried. If there are more, the answer stays undecided. */
const MAX_TRIED = 4096;

/** The selectors in the rules of some policies that mention labels of this namespace which are not known. */
export function uncertainSelectors(policies: readonly Policy[], direction: Direction, namespace: Namespace): Selector[] {
  const selectors = peersOf(policies, direction).flatMap(peer => peer.kind === 'pods' && peer.namespaces !== undefined ? [peer.namespaces] : [])
    .filter(({ requirements }) => requirements.some(({ key }) => !isLabelKnown(namespace, key)));
  return [...new Set(selectors)];
}

/**
 * The connections that all of these sides allow: those that are certain in every case, and those that are possible in some. Undefined if there
 * are too many cases.
 */
export function rangeOverWorlds(
  labelsOf: (namespace: string) => Labels, source: OpenEnd, destination: OpenEnd, sides: readonly Side[],
): ConnectionRange | undefined {
  const sources = possibleEnds(source, 'source', sides);
  const destinations = possibleEnds(destination, 'destination', sides);
  // Labels of one namespace can decide on both sides. Everything else about a peer decides on one side only.
  const shared = sides.length > 1 && source.namespace !== undefined && source.namespace === destination.namespace ? source.namespace : undefined;
  const namespaceLabels = shared === undefined ? [undefined] : possibleLabels(shared, sides);
  const count = sources.length * destinations.length * namespaceLabels.length;
  if (count > MAX_TRIED) { return undefined; }
  let range: ConnectionRange | undefined;
  for (const ofSource of sources) {
    for (const ofDestination of destinations) {
      for (const labels of namespaceLabels) {
        const world = { source: ofSource, destination: ofDestination, labels };
        const inWorld = sides.map(side => sideRange(labelsOf, world, { source, destination }, side, MAX_TRIED / count));
        if (inWorld.some(one => one === undefined)) { return undefined; }
        const both = (inWorld as ConnectionRange[]).reduce((all, one) =>
          ({ certain: all.certain.intersect(one.certain), possible: all.possible.intersect(one.possible) }));
        range = range === undefined ? both : joined(range, both);
      }
    }
  }
  return range;
}

/** What one side allows over all addresses and, unless they are given, all labels of the namespace of the peer. */
function sideRange(
  labelsOf: (namespace: string) => Labels, world: World, open: Readonly<Record<'source' | 'destination', OpenEnd>>,
  { direction, policies, unevaluated }: Side, maxTried: number,
): ConnectionRange | undefined {
  const [subjectEnd, peerEnd] = direction === 'egress' ? ['source', 'destination'] as const : ['destination', 'source'] as const;
  const subject = world[subjectEnd];
  const isolating = policies.filter(policy => subject.kind === 'pod' && !subject.pod.hostNetwork && policy.subject.matches(subject.pod.labels));
  if (isolating.length === 0) { return withUnevaluated({ certain: ConnectionSet.ALL, possible: ConnectionSet.ALL }, unevaluated); }
  const peers = possibleAddresses(open[peerEnd], isolating, direction).map(address => withAddress(world[peerEnd], address));
  const { namespace } = open[peerEnd];
  const isGiven = world.labels !== undefined || namespace === undefined;
  const labels = isGiven ? [world.labels] : possibleLabels(namespace, [{ direction, policies: isolating }]);
  if (peers.length * labels.length > maxTried) { return undefined; }
  const allowed = (peer: RuleEnd, own: Labels | undefined, openPorts: OpenPorts) => {
    const labelsOfPeer = own === undefined ? labelsOf : () => own;
    return ConnectionSet.unionOf(isolating.flatMap(policy => policy[direction]!.map(rule =>
      ruleConnections(labelsOfPeer, policy.namespace, rule, direction, subject, peer, openPorts))));
  };
  const cases = peers.flatMap(peer => labels.map(own => {
    const certain = allowed(peer, own, 'absent');
    return { certain, possible: hasOpenPorts(world.destination) ? allowed(peer, own, 'any number') : certain };
  }));
  return withUnevaluated(cases.reduce(joined), unevaluated);
}

function joined(a: ConnectionRange, b: ConnectionRange): ConnectionRange {
  return { certain: a.certain.intersect(b.certain), possible: a.possible.union(b.possible) };
}

/** A policy of a kind that is not evaluated can change what NetworkPolicies allow. */
function withUnevaluated({ certain, possible }: ConnectionRange, unevaluated: readonly UnevaluatedPolicy[]): ConnectionRange {
  return {
    certain: unevaluated.length > 0 ? ConnectionSet.NONE : certain,
    possible: unevaluated.some(({ canAllow }) => canAllow) ? ConnectionSet.ALL : possible,
  };
}

function hasOpenPorts(end: RuleEnd): boolean {
  return end.kind === 'pod' && end.pod.hasOpenPorts === true;
}

/** Every pod that an end could be, as far as rules can tell them apart. */
function possibleEnds(open: OpenEnd, role: 'source' | 'destination', sides: readonly Side[]): RuleEnd[] {
  const { end } = open;
  if (end.kind !== 'pod') { return [end]; }
  const { either } = end.pod;
  if (either !== undefined) {
    return either.flatMap(pod => possiblePodLabels(pod, pod.generated ?? [], role, sides)
      .map((labels): RuleEnd => ({ ...end, pod: { ...pod, labels, addresses: end.pod.addresses } })));
  }
  const withLabels = possiblePodLabels(end.pod, open.generated, role, sides).map((labels): RuleEnd => ({ ...end, pod: { ...end.pod, labels } }));
  // Selectors do not look at the labels of a pod on its node's network.
  return end.pod.hasOpenNetwork === true ? [...withLabels, { ...end, pod: { ...end.pod, hostNetwork: true } }] : withLabels;
}

function withAddress(end: RuleEnd, address: bigint | undefined): RuleEnd {
  return end.kind === 'pod' && address !== undefined ? { ...end, pod: { ...end.pod, addresses: [address] } } : end;
}

/** Every set of labels of a pod that the selectors which look at it can tell apart. */
function possiblePodLabels({ labels }: Pod, generated: readonly GeneratedLabel[], role: 'source' | 'destination', sides: readonly Side[]): Labels[] {
  const selectors = sides.flatMap(({ direction, policies }) => (direction === 'egress') === (role === 'source')
    ? policies.map(({ subject }) => subject)
    : peersOf(policies, direction).flatMap(peer => peer.kind === 'pods' ? [peer.pods] : []));
  const mentioned = valuesByKey(selectors.flatMap(({ requirements }) => requirements));
  return everyChoice(labels, generated.filter(({ key }) => mentioned.has(key))
    .map(label => ({ key: label.key, values: distinctValues(label, mentioned.get(label.key)!) })));
}

/** Every set of labels of a namespace that these rules can tell apart. A label can be absent, or have a value that they mention, or another one. */
function possibleLabels(namespace: Namespace, sides: readonly Pick<Side, 'policies' | 'direction'>[]): Labels[] {
  const selectors = sides.flatMap(({ policies, direction }) => uncertainSelectors(policies, direction, namespace));
  const mentioned = valuesByKey(selectors.flatMap(({ requirements }) => requirements).filter(({ key }) => !isLabelKnown(namespace, key)));
  const known = namespace.open?.values;
  const choices = [...mentioned].map(([key, values]) => ({ key, values: known?.get(key) ?? [undefined, ...values, valueOutside(values)] }));
  return everyChoice(namespace.labels, choices);
}

/** The values that requirements mention. */
function valuesByKey(requirements: readonly Requirement[]): Map<string, Set<string>> {
  const mentioned = new Map<string, Set<string>>();
  for (const { key, values } of requirements) { mentioned.set(key, new Set([...mentioned.get(key) ?? [], ...values])); }
  return mentioned;
}

/** The labels with each combination of the values. It may stop when there are too many. */
function everyChoice(labels: Labels, choices: readonly { readonly key: string; readonly values: readonly (string | undefined)[] }[]): Labels[] {
  let all: Labels[] = [labels];
  for (const { key, values } of choices) {
    if (all.length > MAX_TRIED) { break; }
    all = all.flatMap(own => values.map(value => value === undefined ? own : { ...own, [key]: value }));
  }
  return all;
}

/** One address of each part of the possible addresses that the blocks of these policies tell apart; undefined if none has to be chosen. */
function possibleAddresses({ addresses }: OpenEnd, policies: readonly Policy[], direction: Direction): readonly (bigint | undefined)[] {
  const blocks = peersOf(policies, direction).filter((peer): peer is AddressesClause => peer.kind === 'addresses');
  if (addresses === undefined || blocks.length === 0) { return [undefined]; }
  const edges = new Set(blocks.flatMap(({ block, except }) => [block, ...except]).flatMap(({ first, last }) => [first, last + 1n]));
  return addresses.flatMap(({ first, last }) => [first, ...[...edges].filter(edge => first < edge && edge <= last)]);
}

function peersOf(policies: readonly Policy[], direction: Direction): PeerClause[] {
  return policies.flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? []));
}

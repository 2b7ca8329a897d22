import { ConnectionTable } from './connection-table';
import { compose, Decision, domainDecision, MAY_DENY, PASS, UNDECIDED } from './layers';
import { connectionsOf, holds, isPeer, OpenPorts, RuleEnd, ruleConnections } from './rule-match';
import { Certainty, decideTier, orderedTier, TierEnds } from './tier-decision';
import { AddressesClause, GeneratedLabel, isLabelKnown, Namespace, PeerClause, Pod, PodsClause, Policy, UnevaluatedPolicy } from '../../cluster/cluster';
import { blocksOf, ClusterPeerClause, ClusterPolicy, PolicyTier } from '../../cluster/cluster-policy';
import { distinctValues } from '../../cluster/pod-selection';
import { AddressRange } from '../../k8s/address';
import { Direction, Labels } from '../../k8s/objects';
import { Requirement, Selector, valueOutside } from '../../k8s/selector';
import { ConnectionSet } from '../connections';

/*
 * Exact answers about two ends of which not everything is known: labels that Kubernetes adds to pods, the address of a pod, the ports of a
 * pod that netpol cannot read and, without assumptions, labels of namespaces. They try everything that the policies can tell apart.
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
  /** Those of both tiers. */
  readonly clusterPolicies: readonly ClusterPolicy[];
  readonly unevaluated: readonly UnevaluatedPolicy[];
}

/** Two ends, each with values for what is not known about it. */
interface World {
  readonly source: RuleEnd;
  readonly destination: RuleEnd;
  /** The labels of namespaces that are not known, and that can decide on both sides. */
  readonly labels: ReadonlyMap<string, Labels>;
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
  labelsOf: (namespace: string) => Labels, source: OpenEnd, destination: OpenEnd, sides: readonly Side[], table: ConnectionTable,
): ConnectionRange | undefined {
  const sources = possibleEnds(source, 'source', sides);
  const destinations = withPortNames(possibleEnds(destination, 'destination', sides), sides);
  const namespaceLabels = everyAssignment(sharedNamespaces(source, destination, sides), sides);
  const count = sources.length * destinations.length * namespaceLabels.length;
  if (count > MAX_TRIED) { return undefined; }
  let range: ConnectionRange | undefined;
  for (const ofSource of sources) {
    for (const ofDestination of destinations) {
      for (const labels of namespaceLabels) {
        const world = { source: ofSource, destination: ofDestination, labels };
        const inWorld = sides.map(side => sideRange(labelsOf, world, { source, destination }, side, MAX_TRIED / count, table));
        if (inWorld.some(one => one === undefined)) { return undefined; }
        const both = (inWorld as ConnectionRange[]).reduce((all, one) =>
          ({ certain: all.certain.intersect(one.certain), possible: all.possible.intersect(one.possible) }));
        range = range === undefined ? both : joined(range, both);
      }
    }
  }
  return range;
}

/**
 * The namespaces whose unknown labels can decide about more than the peer of one side: both ends are in it, or cluster-wide policies select pods by their
 * namespaces. Everything else about a peer decides on one side only.
 */
function sharedNamespaces(source: OpenEnd, destination: OpenEnd, sides: readonly Side[]): Namespace[] {
  const open = [...new Set([source.namespace, destination.namespace])].filter(namespace => namespace !== undefined);
  if (sides.some(({ clusterPolicies }) => clusterPolicies.length > 0)) { return open; }
  return sides.length > 1 && source.namespace === destination.namespace ? open : [];
}

/** Every choice of labels for these namespaces. It may stop when there are too many. */
function everyAssignment(namespaces: readonly Namespace[], sides: readonly Side[]): ReadonlyMap<string, Labels>[] {
  return namespaces.reduce<ReadonlyMap<string, Labels>[]>((all, namespace) => all.length > MAX_TRIED ? all : all.flatMap(chosen =>
    possibleLabels(namespace, sides).map(labels => new Map(chosen).set(namespace.name, labels))), [new Map()]);
}

/** What one side allows over all addresses and, unless they are given, all labels of the namespace of the peer. */
function sideRange(
  labelsOf: (namespace: string) => Labels, world: World, open: Readonly<Record<'source' | 'destination', OpenEnd>>, side: Side, maxTried: number, table: ConnectionTable,
): ConnectionRange | undefined {
  const { direction, policies, clusterPolicies } = side;
  const [subjectEnd, peerEnd] = direction === 'egress' ? ['source', 'destination'] as const : ['destination', 'source'] as const;
  const subject = world[subjectEnd];
  const isolating = policies.filter(policy => subject.kind === 'pod' && !subject.pod.hostNetwork && policy.subject.matches(subject.pod.labels));
  const peers = possibleAddresses(open[peerEnd], { direction, policies: isolating, clusterPolicies })
    .map(address => withAddress(world[peerEnd], address));
  const { namespace } = open[peerEnd];
  const isGiven = namespace === undefined || world.labels.has(namespace.name);
  const labels = isGiven ? [undefined] : possibleLabels(namespace, [{ direction, policies: isolating, clusterPolicies }]);
  if (peers.length * labels.length > maxTried) { return undefined; }
  const cases = peers.flatMap(peer => labels.map(own => {
    const labelsIn = own === undefined ? (name: string) => world.labels.get(name) ?? labelsOf(name) : () => own;
    const { certain, possible } = compose(decisionsIn(labelsIn, { ...side, policies: isolating }, subject, peer, table), table);
    return { certain: table.set(certain), possible: table.set(possible) };
  }));
  return cases.reduce(joined);
}

/** The decisions of all layers about two ends of which everything is known. */
function decisionsIn(labelsOf: (namespace: string) => Labels, side: Side, subject: RuleEnd, peer: RuleEnd, table: ConnectionTable): Decision[] {
  const { direction, policies, clusterPolicies, unevaluated } = side;
  const before = unevaluated.filter(({ opens }) => opens === undefined);
  const others = before.length === 0 ? PASS : before.some(({ canAllow }) => canAllow) ? UNDECIDED : MAY_DENY;
  const ends = tierEnds(labelsOf, direction, subject, peer, table);
  const decisionOfTier = (tier: PolicyTier) => decideTier(orderedTier(clusterPolicies, tier, direction), direction, ends, table);
  const allowed = (openPorts: OpenPorts) => table.number(ConnectionSet.unionOf(policies.flatMap(policy => policy[direction]!.map(rule =>
    ruleConnections(labelsOf, policy.namespace, rule, direction, subject, peer, openPorts)))));
  const networkPolicy = policies.length === 0 ? PASS
    : { allow: allowed('any number'), deny: table.complement(allowed('absent')), pass: ConnectionTable.NONE };
  return [others, decisionOfTier('Admin'), domainDecision(unevaluated, table), networkPolicy, decisionOfTier('Baseline')];
}

/** Two ends, as cluster-wide policies see them. Domain names, and nodes that are not known, are still open. */
function tierEnds(labelsOf: (namespace: string) => Labels, direction: Direction, subject: RuleEnd, peer: RuleEnd, table: ConnectionTable): TierEnds {
  const sure = (matches: boolean) => matches ? Certainty.SURELY : Certainty.NO;
  const isIn = (blocks: readonly AddressesClause[]) => blocks.some(block =>
    peer.kind === 'addresses' ? holds(block, peer.range.first) : peer.pod.addresses.some(address => holds(block, address)));
  return {
    selects: ({ namespaces, subject: pods }) => sure(subject.kind === 'pod' && !subject.pod.hostNetwork
      && pods.matches(subject.pod.labels) && namespaces.matches(labelsOf(subject.namespace))),
    isPeer: (clause: ClusterPeerClause) => {
      if (clause.kind === 'pods') { return sure(isPeer(labelsOf, '', clause, peer)); }
      const blocks = blocksOf(clause);
      if (blocks !== undefined) { return sure(isIn(blocks)); }
      return clause.kind === 'domains' || peer.kind === 'addresses' || peer.pod.hostNetwork ? Certainty.MAYBE : Certainty.NO;
    },
    connections: (clause, openPorts) => table.number(connectionsOf(clause, direction === 'ingress' ? subject : peer, openPorts)),
  };
}

function joined(a: ConnectionRange, b: ConnectionRange): ConnectionRange {
  return { certain: a.certain.intersect(b.certain), possible: a.possible.union(b.possible) };
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

/**
 * The same pods, each with every choice of the port names that it has, if its ports are not known. Only cluster-wide policies can deny what a name means, so
 * only they can let the sides, or their layers, decide differently by the same name. For one port it is enough whether a name has its number: all ports are
 * tried at once.
 */
function withPortNames(ends: readonly RuleEnd[], sides: readonly Side[]): RuleEnd[] {
  if (sides.every(({ clusterPolicies }) => clusterPolicies.length === 0)) { return [...ends]; }
  const names = new Set(sides.flatMap(({ policies, clusterPolicies, direction }) =>
    [...policies, ...clusterPolicies].flatMap(policy => policy[direction]!.flatMap(({ ports = [] }) => ports.flatMap(({ name }) => name ?? [])))));
  return ends.flatMap(end => end.kind !== 'pod' || end.pod.hasOpenPorts !== true ? [end]
    : everyChoice({}, [...names].map(key => ({ key, values: [undefined, ''] }))).map(chosen => ({ ...end, portNames: new Set(Object.keys(chosen)) })));
}

function withAddress(end: RuleEnd, address: bigint | undefined): RuleEnd {
  return end.kind === 'pod' && address !== undefined ? { ...end, pod: { ...end.pod, addresses: [address] } } : end;
}

/** Every set of labels of a pod that the selectors which look at it can tell apart. */
function possiblePodLabels({ labels }: Pod, generated: readonly GeneratedLabel[], role: 'source' | 'destination', sides: readonly Side[]): Labels[] {
  const selectors = sides.flatMap(side => (side.direction === 'egress') === (role === 'source')
    ? [...side.policies, ...side.clusterPolicies].map(({ subject }) => subject)
    : [...podsOf(peersOf(side.policies, side.direction)), ...podsOf(tierPeersOf(side))].map(({ pods }) => pods));
  const mentioned = valuesByKey(selectors.flatMap(({ requirements }) => requirements));
  return everyChoice(labels, generated.filter(({ key }) => mentioned.has(key))
    .map(label => ({ key: label.key, values: distinctValues(label, mentioned.get(label.key)!) })));
}

/** Every set of labels of a namespace that these rules can tell apart. A label can be absent, or have a value that they mention, or another one. */
function possibleLabels(namespace: Namespace, sides: readonly Rules[]): Labels[] {
  const selectors = sides.flatMap(side => [
    ...uncertainSelectors(side.policies, side.direction, namespace),
    ...side.clusterPolicies.map(({ namespaces }) => namespaces), ...podsOf(tierPeersOf(side)).map(({ namespaces }) => namespaces!),
  ]);
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
function possibleAddresses({ addresses }: OpenEnd, side: Rules): readonly (bigint | undefined)[] {
  const blocks = [
    ...peersOf(side.policies, side.direction).filter((peer): peer is AddressesClause => peer.kind === 'addresses'),
    ...tierPeersOf(side).flatMap(peer => blocksOf(peer) ?? []),
  ];
  if (addresses === undefined || blocks.length === 0) { return [undefined]; }
  const edges = new Set(blocks.flatMap(({ block, except }) => [block, ...except]).flatMap(({ first, last }) => [first, last + 1n]));
  return addresses.flatMap(({ first, last }) => [first, ...[...edges].filter(edge => first < edge && edge <= last)]);
}

/** The rules of one side. */
type Rules = Omit<Side, 'unevaluated'>;

function tierPeersOf({ clusterPolicies, direction }: Rules): ClusterPeerClause[] {
  return clusterPolicies.flatMap(policy => policy[direction].flatMap(rule => rule.peers ?? []));
}

function podsOf(peers: readonly ClusterPeerClause[]): PodsClause[] {
  return peers.filter(peer => peer.kind === 'pods');
}

function peersOf(policies: readonly Policy[], direction: Direction): PeerClause[] {
  return policies.flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? []));
}

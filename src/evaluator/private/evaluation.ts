import { AddressSpace, atomsOf } from '../address-space';
import { AddressGrants } from './address-grants';
import { BitRows, NOTHING } from './bit-rows';
import { ClusterTiers, countClusterPolicy } from './cluster-tiers';
import { CompiledPolicies, encodePolicy, looksAtAssumedLabels, NamespacePolicies } from './compiled-policies';
import { ConnectionTable } from './connection-table';
import { DenseGrants } from './dense-grants';
import { Grants, SparseGrants } from './grants';
import { IntList } from './int-list';
import { AnswerSources, CompiledDirection, DecisionTable, DomainLayer, NetworkPolicyLayer, PolicyGrants, TierLayers, UnevaluatedLayer } from './layers';
import { EndpointClass, indexNamespace, Match, mentionsOneOf, Network } from './namespace-index';
import { PeerSets, IndexedNamespace } from './peer-sets';
import { NETWORKS, UnknownAddresses, UnknownAddressSets } from './unknown-addresses';
import { PolicyVocabulary, Delta } from './vocabulary';
import { AddressesClause, areLabelsAssumed, Cluster, Namespace, PeerClause, Pod, Policy, Rule, Workload } from '../../cluster/cluster';
import { blocksOf } from '../../cluster/cluster-policy';
import { isMatchedByAddress } from '../../cluster/pod-addresses';
import { Direction } from '../../k8s/objects';

/** Options of an evaluation. They change its speed, never its answers. */
export interface EvaluationOptions {
  /** A namespace keeps its grants in the sparse form if its classes have no more grants than this on average. The default is 24. */
  readonly maxSparseGrants?: number;
}

/** Up to this many grants per class, reading a list of them is faster than intersecting two rows of bits. */
const MAX_SPARSE_GRANTS = 24;

/** The layers of one namespace in both directions. */
export interface CompiledNamespace {
  readonly ingress: CompiledDirection;
  readonly egress: CompiledDirection;
  /** Names of ports that rules look up in pods of other namespaces. */
  readonly portNamesElsewhere: ReadonlySet<string>;
}

/**
 * An evaluated cluster. The endpoint classes of each namespace have slots in the bit space, one namespace after another, and each namespace
 * has its compiled policies. Later evaluations add to the shared tables, but change nothing in them.
 */
export interface Evaluation extends AnswerSources {
  /** True if nothing is assumed. */
  readonly isStrict: boolean;
  readonly cluster: Cluster;
  readonly vocabulary: PolicyVocabulary;
  readonly addresses: AddressSpace;
  readonly namespaces: readonly IndexedNamespace[];
  /** The position of a namespace in `namespaces`; absent if it has no pods. */
  readonly positions: ReadonlyMap<string, number>;
  /** For each word of the bit space, the position of the namespace that it belongs to. */
  readonly namespaceOfWord: Int32Array;
  readonly compiled: readonly CompiledNamespace[];
  readonly tiers: ClusterTiers;
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly policies: ReadonlyMap<string, NamespacePolicies>;
  /** The numbers that ports of a name have anywhere in the cluster. */
  readonly portNumbers: ReadonlyMap<string, readonly number[]>;
  /** Atoms that contain an address of some pod. */
  readonly populated: ReadonlySet<number>;
  /** The addresses that pods may have whose own are not known. */
  readonly unknownAddresses: UnknownAddressSets;
  /** The keys of labels of pods whose values are not known, as far as selectors mention them. */
  readonly openKeys: ReadonlySet<string>;
  /** True if the ports of some pod are not known. */
  readonly hasOpenPorts: boolean;
  /** True if some pods may be on their node's network or not. */
  readonly hasOpenNetworks: boolean;
  /** True if labels of some namespace with pods are not known, and not assumed. */
  readonly hasOpenNamespaces: boolean;
  readonly options: EvaluationOptions;
  /** How many words of bits were in use when the whole cluster was evaluated. */
  readonly wordsWhenBuilt: number;
}

/** What says that something about pods or namespaces is not known. */
export type Openness = 'hasOpenPorts' | 'hasOpenNetworks' | 'hasOpenNamespaces';

/** Evaluates a whole cluster. */
export function evaluate(cluster: Cluster, options: EvaluationOptions): Evaluation {
  const vocabulary = new PolicyVocabulary();
  const table = new ConnectionTable();
  const policies = encodedByNamespace(cluster.policies, vocabulary, table);
  for (const policy of cluster.clusterPolicies) { countClusterPolicy(policy, 1, vocabulary); }
  vocabulary.drainChanges();
  const addresses = new AddressSpace(vocabulary.edgeAddresses());
  const bits = new BitRows();
  const namespaces: IndexedNamespace[] = [];
  let firstWord = 0;
  const workloads = byNamespace<Workload, Workload[]>(cluster.workloads, () => [], (group, workload) => group.push(workload));
  for (const [name, own] of workloads) {
    const namespace = cluster.namespaces.get(name)!;
    const index = indexNamespace(name, own, unevaluatedIn(cluster, namespace), vocabulary, bits, addresses, pod => isMatchedByAddress(cluster, pod));
    namespaces.push({ index, firstWord, namespace });
    firstWord += index.words;
  }
  const clusterIndex = clusterIndexOf(namespaces, cluster, addresses);
  const sets = new PeerSets(vocabulary, bits, addresses, namespaces, clusterIndex.unknownAddresses);
  const decisions = new DecisionTable(table);
  const known = { cluster, vocabulary, table, decisions, addresses, bits, namespaces, options, sets, isStrict: false, ...clusterIndex };
  const shared = { ...known, tiers: tiersOf(known) };
  const compiled = namespaces.map(indexed => compileNamespace(indexed, policies.get(indexed.index.namespace) ?? NO_POLICIES, shared));
  return { ...shared, compiled, workloads, policies, wordsWhenBuilt: bits.used };
}

/** The cluster-wide policies of an evaluation. `before` are those of an evaluation with the same classes and atoms. */
export function tiersOf(
  { cluster, ...sources }: Omit<Evaluation, 'tiers' | 'compiled' | 'workloads' | 'policies' | 'wordsWhenBuilt'>, before?: ClusterTiers,
): ClusterTiers {
  return new ClusterTiers({ ...sources, clusterPolicies: cluster.clusterPolicies }, before);
}

/** Which assumptions the evaluation of a cluster makes. */
export interface Assumptions {
  /** Something looks at labels of a namespace that is not declared. */
  readonly namespaceLabel: boolean;
  /** A block contains addresses that a pod without a known address could only have if nothing is assumed. */
  readonly podAddress: boolean;
}

/** Which assumptions could matter for what the policies of each namespace say. */
function assumptionsOf({ cluster, namespaces, policies, unknownAddresses: { assumed, all }, addresses }: Evaluation): Assumptions[] {
  const someAreAssumed = [...cluster.namespaces.values()].some(areLabelsAssumed);
  const isAssumed = NETWORKS.some(network => assumed.countOf(network) !== all.countOf(network));
  const assumesAbout = (clause: AddressesClause) => {
    const atoms = atomsOf(clause, addresses);
    return NETWORKS.some(network => all.countOf(network, atoms) !== assumed.countOf(network, atoms));
  };
  const tiers = cluster.clusterPolicies.flatMap(({ ingress, egress }) => [...ingress, ...egress]).flatMap(({ peers = [] }) => peers);
  const tiersLookAtLabels = cluster.clusterPolicies.some(policy => looksAtAssumedLabels(policy.namespaces))
    || tiers.some(peer => peer.kind === 'pods' && looksAtAssumedLabels(peer.namespaces!));
  const tiersLookAtAddresses = isAssumed && tiers.some(peer => blocksOf(peer)?.some(assumesAbout));
  return namespaces.map(({ index }) => {
    const clauses = (policies.get(index.namespace) ?? NO_POLICIES).policies.flatMap(peersOf);
    return {
      namespaceLabel: someAreAssumed && (tiersLookAtLabels || index.classes.some(({ unevaluated }) => unevaluated.some(({ selection }) => selection !== 'could'))
        || (policies.get(index.namespace) ?? NO_POLICIES).policies.some(looksAtNamespaces)),
      podAddress: tiersLookAtAddresses || isAssumed && clauses.some(peer => peer.kind === 'addresses' && assumesAbout(peer)),
    };
  });
}

function peersOf({ ingress = [], egress = [] }: Policy): readonly PeerClause[] {
  return [...ingress, ...egress].flatMap(({ peers }) => peers ?? []);
}

/** Which assumptions could matter for an answer. */
export function assumptionsIn(evaluation: Evaluation): Assumptions {
  const all = assumptionsOf(evaluation);
  return { namespaceLabel: all.some(one => one.namespaceLabel), podAddress: all.some(one => one.podAddress) };
}

/**
 * Evaluates the same cluster without assumptions: a namespace that is only used may have any labels, and a pod's unknown address may be
 * any. Endpoint classes and address atoms are the same. Returns the same evaluation if no assumption could matter.
 */
export function evaluateStrictly(evaluation: Evaluation): Evaluation {
  const { namespaces, policies, compiled, isStrict } = evaluation;
  const assumptions = isStrict ? [] : assumptionsOf(evaluation);
  if (!assumptions.some(({ namespaceLabel, podAddress }) => namespaceLabel || podAddress)) { return evaluation; }
  const strict = { ...evaluation, isStrict: true };
  const sources = { ...strict, tiers: tiersOf(strict) };
  return {
    ...sources,
    compiled: namespaces.map((indexed, i) => assumptions[i].namespaceLabel || assumptions[i].podAddress
      ? compileNamespace(indexed, policies.get(indexed.index.namespace) ?? NO_POLICIES, sources)
      : compiled[i]),
  };
}

const NO_UNEVALUATED: EndpointClass['unevaluated'] = [];

/** For each pod of a namespace, the policies of kinds that are not evaluated that could select it. */
export function unevaluatedIn({ unevaluated }: Cluster, namespace: Namespace): (pod: Pod) => EndpointClass['unevaluated'] {
  if (unevaluated.length === 0) { return () => NO_UNEVALUATED; }
  return pod => unevaluated
    .filter(({ ingress, egress }) => ingress || egress)
    .map(policy => ({ policy, selection: policy.selects(pod, namespace) }))
    .filter(({ selection }) => selection !== 'no');
}

/** What a namespace is compiled from. */
export type NamespaceSources = Omit<Evaluation, 'compiled' | 'wordsWhenBuilt' | 'positions' | 'cluster' | 'workloads' | 'policies'>;

/** Compiles both directions of one namespace. */
export function compileNamespace(indexed: IndexedNamespace, policies: NamespacePolicies, sources: NamespaceSources): CompiledNamespace {
  const portNamesElsewhere = new Set<string>();
  const compile = (direction: Direction, match?: Match): PolicyGrants & Pick<CompiledPolicies, 'mayMatchUnknownAddresses'> => {
    const compiled = new CompiledPolicies(indexed, policies, direction, sources, match);
    for (const name of compiled.portNamesElsewhere) { portNamesElsewhere.add(name); }
    const isDense = compiled.grantCount > (sources.options.maxSparseGrants ?? MAX_SPARSE_GRANTS) * indexed.index.classes.length;
    const { policies: own, subjects, isolated, mayMatchUnknownAddresses } = compiled;
    const grants = isDense ? new DenseGrants(compiled, sources, sources.namespaceOfWord.length, sources.addresses.size) : SparseGrants.of(compiled);
    return { policies: own, subjects, isolated, mayMatchUnknownAddresses, grants };
  };
  const isKnown = !sources.isStrict && !looksAtUnknowns(policies.policies, sources);
  const layersOf = (direction: Direction) => {
    const unevaluated = UnevaluatedLayer.of(indexed.index.classes, direction, sources.isStrict);
    const domains = DomainLayer.of(indexed.index.classes, direction, sources.table);
    const surely = compile(direction, isKnown ? undefined : 'surely');
    const possibly = isKnown ? surely : compile(direction, 'possibly');
    const addresses = possibly.mayMatchUnknownAddresses ? addressGrantsIn(sources)(surely.grants, possibly.grants) : undefined;
    const networkPolicies = possibly.policies.length === 0 ? undefined : new NetworkPolicyLayer(surely, possibly, addresses);
    return new CompiledDirection(unevaluated, domains, networkPolicies, tierLayers(sources, direction, indexed));
  };
  return { ingress: layersOf('ingress'), egress: layersOf('egress'), portNamesElsewhere };
}

/** The layers of cluster-wide policies in one direction of a namespace. */
export function tierLayers({ tiers }: Pick<Evaluation, 'tiers'>, direction: Direction, namespace: IndexedNamespace): TierLayers {
  return { admin: tiers.layer('Admin', direction, namespace), baseline: tiers.layer('Baseline', direction, namespace) };
}

/** Makes the grants to pods without a known address from all grants. */
export function addressGrantsIn(
  { addresses, unknownAddresses, isStrict }: Pick<Evaluation, 'addresses' | 'unknownAddresses' | 'isStrict'>,
): (surely: Grants, possibly: Grants) => AddressGrants {
  return (surely, possibly) => new AddressGrants(surely, possibly, addresses, unknownAddresses[isStrict ? 'all' : 'assumed']);
}

/** True if policies look at something that is not known: at labels of pods or namespaces, or at a named port of a pod whose address or whose ports are not known. */
function looksAtUnknowns(
  policies: readonly Policy[], { openKeys, hasOpenPorts, hasOpenNetworks, hasOpenNamespaces }: Pick<Evaluation, 'openKeys' | Openness>,
): boolean {
  const isUnread = hasOpenNetworks || (hasOpenPorts && policies.some(hasNamedPort)) || (hasOpenNamespaces && policies.some(looksAtNamespaces));
  return isUnread || policies.some(policy => hasNamedPortInBlock(policy.egress) || (openKeys.size > 0 && (mentionsOneOf(policy.subject, openKeys)
    || peersOf(policy).some(peer => peer.kind === 'pods' && mentionsOneOf(peer.pods, openKeys)))));
}

function looksAtNamespaces(policy: Policy): boolean {
  return peersOf(policy).some(peer => peer.kind === 'pods' && peer.namespaces !== undefined && looksAtAssumedLabels(peer.namespaces));
}

function hasNamedPort({ ingress = [], egress = [] }: Policy): boolean {
  return [...ingress, ...egress].some(({ ports }) => ports?.some(({ name }) => name !== undefined) === true);
}

/** True if a rule has a block and a named port. What the name means depends on the pod that has an address in the block. */
export function hasNamedPortInBlock(rules: readonly Rule[] | undefined): boolean {
  return rules?.some(({ peers, ports }) => peers?.some(({ kind }) => kind === 'addresses') === true && ports?.some(({ name }) => name !== undefined) === true) === true;
}

/** The parts of an evaluation that depend on the pods of all namespaces. */
export function clusterIndexOf(
  namespaces: readonly IndexedNamespace[], cluster: Cluster, addresses: AddressSpace,
): Pick<Evaluation, 'positions' | 'namespaceOfWord' | 'portNumbers' | 'populated' | 'unknownAddresses' | 'openKeys' | Openness> {
  const length = namespaces.reduce((end, { index, firstWord }) => Math.max(end, firstWord + index.words), 0);
  const namespaceOfWord = new Int32Array(length);
  const portNumbers = new Map<string, Set<number>>();
  const populated = new Set<number>();
  const openKeys = new Set<string>();
  const lacksAddress = (network: Network) => namespaces.some(({ index }) => index.withoutAddress(network) !== NOTHING);
  const exists = { pods: lacksAddress('pods'), nodes: lacksAddress('nodes'), either: lacksAddress('either') };
  namespaces.forEach(({ index, firstWord }, position) => {
    namespaceOfWord.fill(position, firstWord, firstWord + index.words);
    for (const [name, byNumber] of index.ports) {
      const numbers = portNumbers.get(name) ?? new Set();
      portNumbers.set(name, numbers);
      for (const own of byNumber.keys()) { numbers.add(own); }
    }
    for (const atom of index.byAtom.keys()) { populated.add(atom); }
    for (const key of index.openKeys) { openKeys.add(key); }
  });
  return {
    namespaceOfWord,
    populated,
    openKeys,
    hasOpenPorts: namespaces.some(({ index }) => index.classes.some(({ pod }) => pod.hasOpenPorts === true)),
    hasOpenNetworks: namespaces.some(({ index }) => index.hasOpenNetworks),
    hasOpenNamespaces: namespaces.some(({ namespace }) => namespace.open !== undefined),
    unknownAddresses: {
      assumed: new UnknownAddresses(cluster, addresses, exists, 'assumed'), all: new UnknownAddresses(cluster, addresses, exists, 'all'),
    },
    positions: new Map(namespaces.map(({ index }, position) => [index.namespace, position])),
    portNumbers: new Map([...portNumbers].map(([name, numbers]) => [name, [...numbers].sort((a, b) => a - b)])),
  };
}

/** The policies of a namespace that has none. */
export const NO_POLICIES: NamespacePolicies = { policies: [], code: new Int32Array(0) };

/** Encodes the policies of a namespace. */
export function encodeAll(policies: readonly Policy[], delta: Delta, vocabulary: PolicyVocabulary, table: ConnectionTable): NamespacePolicies {
  const code = new IntList(16 * policies.length);
  for (const policy of policies) { encodePolicy(policy, delta, vocabulary, table, code); }
  return { policies, code: code.toArray() };
}

function encodedByNamespace(policies: readonly Policy[], vocabulary: PolicyVocabulary, table: ConnectionTable): Map<string, NamespacePolicies> {
  const groups = byNamespace(policies, () => ({ policies: [] as Policy[], code: new IntList(64) }), (group, policy) => {
    group.policies.push(policy);
    encodePolicy(policy, 1, vocabulary, table, group.code);
  });
  return new Map([...groups].map(([namespace, { policies: own, code }]) => [namespace, { policies: own, code: code.toArray() }]));
}

function byNamespace<T extends { readonly namespace: string }, G>(
  all: readonly T[], newGroup: () => G, add: (group: G, one: T) => void,
): Map<string, G> {
  const groups = new Map<string, G>();
  let last: string | undefined;
  let group!: G;
  for (const one of all) {
    // Objects of one namespace are usually next to each other.
    if (one.namespace !== last) {
      last = one.namespace;
      group = groups.get(last) ?? newGroup();
      groups.set(last, group);
    }
    add(group, one);
  }
  return groups;
}

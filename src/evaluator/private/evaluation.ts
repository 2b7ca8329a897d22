import { AddressSpace } from '../address-space';
import { BitRows } from './bit-rows';
import { CompiledPolicies, Direction, encodePolicy, looksAtAssumedLabels, NamespacePolicies } from './compiled-policies';
import { ConnectionTable } from './connection-table';
import { DenseGrants } from './dense-grants';
import { Grants, IntList, SparseGrants } from './grants';
import { AnswerSources, CompiledDirection, DecisionTable, NetworkPolicyLayer, UnevaluatedLayer } from './layers';
import { EndpointClass, indexNamespace } from './namespace-index';
import { Match, PeerSets, IndexedNamespace } from './peer-sets';
import { PolicyVocabulary, Step } from './vocabulary';
import { Cluster, Namespace, Pod, Policy, Rule, Workload } from '../../cluster/cluster';

/** Options of an evaluation. They change its speed, never its answers. */
export interface EvaluationOptions {
  /** A namespace keeps its grants in the sparse form if its classes have no more grants than this on average. The default is 24. */
  readonly mostSparseGrants?: number;
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
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly policies: ReadonlyMap<string, NamespacePolicies>;
  /** The numbers that ports of a name have anywhere in the cluster. */
  readonly portNumbers: ReadonlyMap<string, readonly number[]>;
  /** Atoms that contain an address of some pod. */
  readonly populated: ReadonlySet<number>;
  readonly options: EvaluationOptions;
  /** How many words of bits were in use when the whole cluster was evaluated. */
  readonly builtWords: number;
}

/** Evaluates a whole cluster. */
export function evaluate(cluster: Cluster, options: EvaluationOptions): Evaluation {
  const vocabulary = new PolicyVocabulary();
  const table = new ConnectionTable();
  const policies = encodedByNamespace(cluster.policies, vocabulary, table);
  vocabulary.drainChanges();
  const addresses = new AddressSpace(vocabulary.edgeAddresses());
  const bits = new BitRows();
  const namespaces: IndexedNamespace[] = [];
  let firstWord = 0;
  const workloads = byNamespace<Workload, Workload[]>(cluster.workloads, () => [], (group, workload) => group.push(workload));
  for (const [name, own] of workloads) {
    const namespace = cluster.namespaces.get(name)!;
    const index = indexNamespace(name, own, unevaluatedIn(cluster, namespace), vocabulary, bits, addresses);
    namespaces.push({ index, firstWord, namespace });
    firstWord += index.words;
  }
  const sets = new PeerSets(vocabulary, bits, addresses, namespaces);
  const decisions = new DecisionTable(table);
  const shared = { cluster, vocabulary, table, decisions, addresses, bits, namespaces, options, sets, isStrict: false, ...overviewOf(namespaces) };
  const compiled = namespaces.map(home => compileNamespace(home, policies.get(home.index.namespace) ?? NO_POLICIES, shared));
  return { ...shared, compiled, workloads, policies, builtWords: bits.used };
}

/**
 * Evaluates the same cluster without assumptions: a namespace that is only used may have any labels. Endpoint classes and address atoms are
 * the same. Returns the same evaluation if no assumption could matter.
 */
export function evaluateStrictly(evaluation: Evaluation): Evaluation {
  const { cluster, namespaces, policies, compiled, isStrict } = evaluation;
  if (isStrict || ![...cluster.namespaces.values()].some(({ origin }) => origin === undefined)) { return evaluation; }
  const sources = { ...evaluation, isStrict: true };
  let isSame = true;
  const strict = namespaces.map((home, i) => {
    const own = policies.get(home.index.namespace) ?? NO_POLICIES;
    const assumes = home.index.classes.some(({ unevaluated }) => unevaluated.some(({ selection }) => selection !== 'could'))
      || own.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []].some(ruleAssumes));
    if (!assumes) { return compiled[i]; }
    isSame = false;
    return compileNamespace(home, own, sources);
  });
  return isSame ? evaluation : { ...sources, compiled: strict };
}

function ruleAssumes({ peers }: Rule): boolean {
  return peers?.some(peer => peer.kind === 'pods' && peer.namespaces !== undefined && looksAtAssumedLabels(peer.namespaces)) === true;
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
export type NamespaceSources = Omit<Evaluation, 'compiled' | 'builtWords' | 'positions' | 'cluster' | 'workloads' | 'policies'>;

/** Compiles both directions of one namespace. */
export function compileNamespace(home: IndexedNamespace, policies: NamespacePolicies, sources: NamespaceSources): CompiledNamespace {
  const portNamesElsewhere = new Set<string>();
  const grantsOf = (direction: Direction, match?: Match): { compiled: CompiledPolicies; grants: Grants } => {
    const compiled = new CompiledPolicies(home, policies, direction, sources, match);
    for (const name of compiled.portNamesElsewhere) { portNamesElsewhere.add(name); }
    const isDense = compiled.grantCount > (sources.options.mostSparseGrants ?? MAX_SPARSE_GRANTS) * home.index.classes.length;
    return {
      compiled,
      grants: isDense ? new DenseGrants(compiled, sources, sources.namespaceOfWord.length, sources.addresses.size) : SparseGrants.of(compiled),
    };
  };
  const layersOf = (direction: Direction) => {
    const unevaluated = UnevaluatedLayer.of(home.index.classes, direction, sources.isStrict);
    const { compiled, grants } = grantsOf(direction, sources.isStrict ? 'surely' : undefined);
    const networkPolicies = compiled.policies.length === 0 ? undefined
      : new NetworkPolicyLayer(compiled, grants, sources.isStrict ? grantsOf(direction, 'possibly').grants : grants);
    return new CompiledDirection(unevaluated, networkPolicies);
  };
  return { ingress: layersOf('ingress'), egress: layersOf('egress'), portNamesElsewhere };
}

/** The parts of an evaluation that depend on the pods of all namespaces. */
export function overviewOf(namespaces: readonly IndexedNamespace[]): Pick<Evaluation, 'positions' | 'namespaceOfWord' | 'portNumbers' | 'populated'> {
  const length = namespaces.reduce((end, { index, firstWord }) => Math.max(end, firstWord + index.words), 0);
  const namespaceOfWord = new Int32Array(length);
  const portNumbers = new Map<string, Set<number>>();
  const populated = new Set<number>();
  namespaces.forEach(({ index, firstWord }, position) => {
    namespaceOfWord.fill(position, firstWord, firstWord + index.words);
    for (const [name, holders] of index.ports) {
      const numbers = portNumbers.get(name) ?? new Set();
      portNumbers.set(name, numbers);
      for (const own of holders.keys()) { numbers.add(own); }
    }
    for (const atom of index.byAtom.keys()) { populated.add(atom); }
  });
  return {
    namespaceOfWord,
    populated,
    positions: new Map(namespaces.map(({ index }, position) => [index.namespace, position])),
    portNumbers: new Map([...portNumbers].map(([name, numbers]) => [name, [...numbers].sort((a, b) => a - b)])),
  };
}

/** The policies of a namespace that has none. */
export const NO_POLICIES: NamespacePolicies = { policies: [], code: new Int32Array(0) };

/** Encodes the policies of a namespace. */
export function encodeAll(policies: readonly Policy[], step: Step, vocabulary: PolicyVocabulary, table: ConnectionTable): NamespacePolicies {
  const code = new IntList(16 * policies.length);
  for (const policy of policies) { encodePolicy(policy, step, vocabulary, table, code); }
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

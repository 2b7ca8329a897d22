import { AddressSpace } from '../address-space';
import { BitRows } from './bit-rows';
import { CompiledDirection, AnswerSources } from './compiled-direction';
import { Direction, NamespacePolicies, CompiledPolicies } from './compiled-policies';
import { ConnectionTable } from './connection-table';
import { DenseGrants } from './dense-grants';
import { NamespaceIndex } from './namespace-index';
import { PeerSets, PlacedNamespace } from './peer-sets';
import { IntList, encodePolicy } from './policy-encoding';
import { SparseGrants } from './sparse-grants';
import { PolicyVocabulary, Step } from './vocabulary';
import { Cluster, Policy, Workload } from '../../cluster/cluster';

/** How an evaluation keeps what it has found. */
export interface EvaluationOptions {
  /** More grants than these per class, on average, and a namespace's are kept as a matrix. */
  readonly longestLists?: number;
}

/** So many grants are quick to walk over; above, two rows of bits are quicker to join. */
const LONGEST_LISTS = 24;

/** Both directions of one namespace. */
export interface CompiledNamespace {
  readonly ingress: CompiledDirection;
  readonly egress: CompiledDirection;
  /** Names of ports of other namespaces' pods that are mentioned. */
  readonly portNamesElsewhere: ReadonlySet<string>;
}

/**
 * A cluster, evaluated: its namespaces in segments one behind the other on the line of endpoints, and for each
 * what its policies say. None of it changes but by being added to: what is written once is right for good.
 */
export interface Evaluation extends AnswerSources {
  readonly cluster: Cluster;
  readonly vocabulary: PolicyVocabulary;
  readonly addresses: AddressSpace;
  readonly namespaces: readonly PlacedNamespace[];
  /** The number of a namespace's segment; none where it has no pods. */
  readonly numbers: ReadonlyMap<string, number>;
  /** For each word of the line, the number of the segment that it belongs to. */
  readonly segmentOfWord: Int32Array;
  readonly compiled: readonly CompiledNamespace[];
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly policies: ReadonlyMap<string, NamespacePolicies>;
  /** The numbers that ports of a name have anywhere. */
  readonly portNumbers: ReadonlyMap<string, readonly number[]>;
  /** Atoms that some pod has an address in. */
  readonly populated: ReadonlySet<number>;
  readonly options: EvaluationOptions;
  /** How many words of bits were in use when all was built. */
  readonly builtWords: number;
}

/** Evaluates a cluster from nothing. */
export function evaluate(cluster: Cluster, options: EvaluationOptions): Evaluation {
  const lens = new PolicyVocabulary();
  const table = new ConnectionTable();
  const policies = encodedByNamespace(cluster.policies, lens, table);
  lens.drainChanges();
  const addresses = new AddressSpace(lens.edgeAddresses());
  const bits = new BitRows();
  const segments: PlacedNamespace[] = [];
  let firstWord = 0;
  const workloads = byNamespace<Workload, Workload[]>(cluster.workloads, () => [], (group, workload) => group.push(workload));
  for (const [namespace, own] of workloads) {
    const segment = new NamespaceIndex(namespace, own, lens, bits, addresses);
    segments.push({ index: segment, firstWord, namespaceLabels: cluster.namespaces.get(namespace)!.labels });
    firstWord += segment.words;
  }
  const sets = new PeerSets(lens, bits, addresses, segments);
  const shared = { cluster, vocabulary: lens, table, addresses, bits, namespaces: segments, options, sets, ...overviewOf(segments) };
  const folds = segments.map(placed => compileNamespace(placed, policies.get(placed.index.namespace) ?? NO_POLICIES, shared));
  return { ...shared, compiled: folds, workloads, policies, builtWords: bits.used };
}

/** What folds are made from. */
export type CompilingSources = Omit<Evaluation, 'compiled' | 'builtWords' | 'numbers' | 'cluster' | 'workloads' | 'policies'>;

/** Folds the policies of one namespace. */
export function compileNamespace(placed: PlacedNamespace, policies: NamespacePolicies, sources: CompilingSources): CompiledNamespace {
  const portNamesElsewhere = new Set<string>();
  const fold = (direction: Direction) => {
    const layers = new CompiledPolicies(placed, policies, direction, sources);
    for (const name of layers.portNamesElsewhere) { portNamesElsewhere.add(name); }
    const classes = placed.index.classes.length;
    const grants = layers.total > (sources.options.longestLists ?? LONGEST_LISTS) * classes
      ? new DenseGrants(layers, sources, sources.segmentOfWord.length, sources.addresses.size)
      : new SparseGrants(layers);
    return new CompiledDirection(layers, grants);
  };
  return { ingress: fold('ingress'), egress: fold('egress'), portNamesElsewhere };
}

/** What is known of all segments together. */
export function overviewOf(segments: readonly PlacedNamespace[]): Pick<Evaluation, 'numbers' | 'segmentOfWord' | 'portNumbers' | 'populated'> {
  const length = segments.reduce((end, { index: segment, firstWord }) => Math.max(end, firstWord + segment.words), 0);
  const segmentOfWord = new Int32Array(length);
  const portNumbers = new Map<string, Set<number>>();
  const populated = new Set<number>();
  segments.forEach(({ index: segment, firstWord }, number) => {
    segmentOfWord.fill(number, firstWord, firstWord + segment.words);
    for (const [name, holders] of segment.ports) {
      const numbers = portNumbers.get(name) ?? new Set();
      portNumbers.set(name, numbers);
      for (const own of holders.keys()) { numbers.add(own); }
    }
    for (const atom of segment.byAtom.keys()) { populated.add(atom); }
  });
  return {
    segmentOfWord,
    populated,
    numbers: new Map(segments.map(({ index: segment }, number) => [segment.namespace, number])),
    portNumbers: new Map([...portNumbers].map(([name, numbers]) => [name, [...numbers].sort((a, b) => a - b)])),
  };
}

/** Of a namespace without any. */
export const NO_POLICIES: NamespacePolicies = { policies: [], code: new Int32Array(0) };

/** The policies of a namespace, in numbers too. */
export function encoded(policies: readonly Policy[], step: Step, lens: PolicyVocabulary, table: ConnectionTable): NamespacePolicies {
  const code = new IntList(16 * policies.length);
  for (const policy of policies) { encodePolicy(policy, step, lens, table, code); }
  return { policies, code: code.toArray() };
}

function encodedByNamespace(policies: readonly Policy[], lens: PolicyVocabulary, table: ConnectionTable): Map<string, NamespacePolicies> {
  const groups = byNamespace(policies, () => ({ policies: [] as Policy[], code: new IntList(64) }), (group, policy) => {
    group.policies.push(policy);
    encodePolicy(policy, 1, lens, table, group.code);
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
    // Those of one namespace stand together, as a rule.
    if (one.namespace !== last) {
      last = one.namespace;
      group = groups.get(last) ?? newGroup();
      groups.set(last, group);
    }
    add(group, one);
  }
  return groups;
}

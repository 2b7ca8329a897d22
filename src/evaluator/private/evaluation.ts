import { AddressSpace } from '../address-space';
import { BitRows } from './bit-rows';
import { CompiledDirection } from './compiled-direction';
import { CompiledPolicies, Direction, looksAtAssumedLabels, NamespacePolicies } from './compiled-policies';
import { ConnectionTable } from './connection-table';
import { DenseGrants } from './dense-grants';
import { AnswerSources, DecisionTable } from './layers';
import { EndpointClass, NamespaceIndex } from './namespace-index';
import { Grants, NetworkPolicyLayer } from './network-policy-layer';
import { Match, PeerSets, PlacedNamespace } from './peer-sets';
import { encodePolicy, IntList } from './policy-encoding';
import { SparseGrants } from './sparse-grants';
import { UnevaluatedLayer } from './unevaluated-layer';
import { PolicyVocabulary, Step } from './vocabulary';
import { Cluster, Namespace, Pod, Policy, Rule, Workload } from '../../cluster/cluster';

/** How an evaluation is done. */
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
  /** True if nothing is assumed. */
  readonly isStrict: boolean;
  readonly cluster: Cluster;
  readonly vocabulary: PolicyVocabulary;
  readonly addresses: AddressSpace;
  readonly namespaces: readonly PlacedNamespace[];
  /** The number of a namespace's segment; none where it has no pods. */
  readonly numbers: ReadonlyMap<string, number>;
  /** For each word of the line, the number of the segment that it belongs to. */
  readonly namespaceOfWord: Int32Array;
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
  const vocabulary = new PolicyVocabulary();
  const table = new ConnectionTable();
  const policies = encodedByNamespace(cluster.policies, vocabulary, table);
  vocabulary.drainChanges();
  const addresses = new AddressSpace(vocabulary.edgeAddresses());
  const bits = new BitRows();
  const namespaces: PlacedNamespace[] = [];
  let firstWord = 0;
  const workloads = byNamespace<Workload, Workload[]>(cluster.workloads, () => [], (group, workload) => group.push(workload));
  for (const [name, own] of workloads) {
    const namespace = cluster.namespaces.get(name)!;
    const index = new NamespaceIndex(name, own, unevaluatedIn(cluster, namespace), vocabulary, bits, addresses);
    namespaces.push({ index, firstWord, namespace });
    firstWord += index.words;
  }
  const sets = new PeerSets(vocabulary, bits, addresses, namespaces);
  const decisions = new DecisionTable(table);
  const shared = { cluster, vocabulary, table, decisions, addresses, bits, namespaces, options, sets, isStrict: false, ...overviewOf(namespaces) };
  const compiled = namespaces.map(placed => compileNamespace(placed, policies.get(placed.index.namespace) ?? NO_POLICIES, shared));
  return { ...shared, compiled, workloads, policies, builtWords: bits.used };
}

/**
 * The same cluster, evaluated without assumptions: labels of a namespace that is only used may be anything. Endpoint classes and address
 * atoms are the same. The same evaluation if no assumption could matter.
 */
export function evaluateStrictly(evaluation: Evaluation): Evaluation {
  const { cluster, namespaces, policies, compiled, isStrict } = evaluation;
  if (isStrict || ![...cluster.namespaces.values()].some(({ origin }) => origin === undefined)) { return evaluation; }
  const sources = { ...evaluation, isStrict: true };
  let isSame = true;
  const strict = namespaces.map((placed, i) => {
    const own = policies.get(placed.index.namespace) ?? NO_POLICIES;
    const assumes = placed.index.classes.some(({ unevaluated }) => unevaluated.some(({ selection }) => selection !== 'could'))
      || own.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []].some(ruleAssumes));
    if (!assumes) { return compiled[i]; }
    isSame = false;
    return compileNamespace(placed, own, sources);
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
export type CompilingSources = Omit<Evaluation, 'compiled' | 'builtWords' | 'numbers' | 'cluster' | 'workloads' | 'policies'>;

/** Compiles both directions of one namespace. */
export function compileNamespace(placed: PlacedNamespace, policies: NamespacePolicies, sources: CompilingSources): CompiledNamespace {
  const portNamesElsewhere = new Set<string>();
  const grantsOf = (direction: Direction, match?: Match): { compiled: CompiledPolicies; grants: Grants } => {
    const compiled = new CompiledPolicies(placed, policies, direction, sources, match);
    for (const name of compiled.portNamesElsewhere) { portNamesElsewhere.add(name); }
    const isDense = compiled.total > (sources.options.longestLists ?? LONGEST_LISTS) * placed.index.classes.length;
    return {
      compiled,
      grants: isDense ? new DenseGrants(compiled, sources, sources.namespaceOfWord.length, sources.addresses.size) : new SparseGrants(compiled),
    };
  };
  const direction = (way: Direction) => {
    const unevaluated = UnevaluatedLayer.of(placed.index.classes, way, sources.isStrict);
    const { compiled, grants } = grantsOf(way, sources.isStrict ? 'surely' : undefined);
    const networkPolicies = compiled.policies.length === 0 ? undefined
      : new NetworkPolicyLayer(compiled, grants, sources.isStrict ? grantsOf(way, 'possibly').grants : grants);
    return new CompiledDirection(unevaluated, networkPolicies);
  };
  return { ingress: direction('ingress'), egress: direction('egress'), portNamesElsewhere };
}

/** What is known of all segments together. */
export function overviewOf(segments: readonly PlacedNamespace[]): Pick<Evaluation, 'numbers' | 'namespaceOfWord' | 'portNumbers' | 'populated'> {
  const length = segments.reduce((end, { index: segment, firstWord }) => Math.max(end, firstWord + segment.words), 0);
  const namespaceOfWord = new Int32Array(length);
  const portNumbers = new Map<string, Set<number>>();
  const populated = new Set<number>();
  segments.forEach(({ index: segment, firstWord }, number) => {
    namespaceOfWord.fill(number, firstWord, firstWord + segment.words);
    for (const [name, holders] of segment.ports) {
      const numbers = portNumbers.get(name) ?? new Set();
      portNumbers.set(name, numbers);
      for (const own of holders.keys()) { numbers.add(own); }
    }
    for (const atom of segment.byAtom.keys()) { populated.add(atom); }
  });
  return {
    namespaceOfWord,
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

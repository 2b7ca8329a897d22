import { AddressSpace } from '../address-space';
import { countClusterPolicy } from './cluster-tiers';
import {
  addressGrantsIn, encodeAll, evaluate, Evaluation, compileNamespace, NO_POLICIES, clusterIndexOf, CompiledNamespace, Openness, tierLayers, tiersOf,
  unevaluatedIn,
} from './evaluation';
import { indexNamespace, NamespaceIndex } from './namespace-index';
import { IndexedNamespace } from './peer-sets';
import { VocabularyChange } from './vocabulary';
import { Cluster, Namespace, Pod, Policy, Workload } from '../../cluster/cluster';
import { addressesOfServices, isMatchedByAddress } from '../../cluster/pod-addresses';

/**
 * If the words of bits in use exceed this factor of those of the full evaluation, plus this many, then most rows have no references any
 * more, and everything is evaluated again.
 */
const MAX_GROWTH = 4;
const MAX_EXTRA_WORDS = 1 << 20;

/**
 * Evaluates a cluster that differs from an evaluated one. Unchanged objects must be the same objects in both. Only these namespaces are
 * indexed or compiled again: those whose pods or policies changed, and those with pods that the policies now tell apart, or no longer do.
 *
 * The earlier evaluation stays valid, but it cannot be updated once more: its vocabulary has changed.
 */
export function reevaluate(before: Evaluation, cluster: Cluster): Evaluation {
  const { vocabulary, table, bits, options } = before;
  const hasGrown = bits.used > before.wordsWhenBuilt * MAX_GROWTH + MAX_EXTRA_WORDS;
  const isSamePlugin = cluster.plugin?.name === before.cluster.plugin?.name && cluster.plugin?.version === before.cluster.plugin?.version;
  const [now, then] = [cluster, before.cluster].map(one => addressesOfServices(one).map(({ first }) => first).join());
  if (hasGrown || cluster.unevaluated !== before.cluster.unevaluated || !isSamePlugin || now !== then) { return evaluate(cluster, options); }
  const policyChange = listChange(before.cluster.policies, cluster.policies);
  const workloadChange = listChange(before.cluster.workloads, cluster.workloads);
  encodeAll(policyChange.removed, -1, vocabulary, table);
  encodeAll(policyChange.added, 1, vocabulary, table);
  const clusterPolicyChange = listChange(before.cluster.clusterPolicies, cluster.clusterPolicies);
  for (const policy of clusterPolicyChange.removed) { countClusterPolicy(policy, -1, vocabulary); }
  for (const policy of clusterPolicyChange.added) { countClusterPolicy(policy, 1, vocabulary); }
  const change = vocabulary.drainChanges();
  const addresses = change.addresses.length === 0 ? before.addresses : new AddressSpace(vocabulary.edgeAddresses());
  const workloads = new Map([...before.workloads, ...changedLists(before.workloads, workloadChange)]);
  const atoms = addresses === before.addresses ? undefined : before.addresses.numbersIn(addresses);
  const stale = namespacesToIndex(before, change, [...workloadChange.removed, ...workloadChange.added]);
  if (cluster.unevaluated.length > 0) {
    // Whether a policy of another kind could select a pod depends on the labels of the pod's namespace.
    for (const { namespace } of before.namespaces) {
      if (cluster.namespaces.get(namespace.name) !== namespace) { stale.add(namespace.name); }
    }
  }
  const namespaces = indexedNamespaces(before, cluster, stale, workloads, addresses, atoms);
  const clusterIndex = clusterIndexOf(namespaces, cluster, addresses);
  // A rule with a block was compiled without a set of pods if there were no pods in the block.
  if (isNewlyPopulated(before, addresses, clusterIndex.populated) || knowsOtherwise(before, clusterIndex)) { return evaluate(cluster, options); }
  const changed = namespaces.flatMap(({ namespace }, i) => stale.has(namespace.name) || namespace !== before.namespaces[i].namespace ? [i] : []);
  const policies = new Map(before.policies);
  for (const [namespace, own] of policyLists(before, policyChange)) { policies.set(namespace, encodeAll(own, 0, vocabulary, table)); }
  const sets = before.sets.updated(namespaces, changed, addresses, clusterIndex.unknownAddresses);
  const known = { ...before, cluster, workloads, policies, addresses, namespaces, ...clusterIndex, sets };
  // What a changed tier says about a pod is found when it is first needed. Tiers look at classes and atoms, and nothing else that can change here.
  const after = { ...known, tiers: tiersOf(known, changed.length === 0 && atoms === undefined ? before.tiers : undefined) };
  // Dense grants are numbered by slots, so they are compiled again if pods anywhere have changed.
  const numbers = changed.length === 0 ? atoms : atoms ?? before.addresses.numbersIn(addresses);
  const hasTiers = cluster.clusterPolicies.length + before.cluster.clusterPolicies.length > 0;
  const compiled = namespaces.map((indexed, i) => {
    const { namespace } = indexed.index;
    const own = policies.get(namespace);
    const isStale = stale.has(namespace) || own !== before.policies.get(namespace);
    const kept = isStale ? undefined : keptPolicies(before, after, i, numbers);
    if (kept === undefined) { return compileNamespace(indexed, own ?? NO_POLICIES, after); }
    return !hasTiers ? kept : {
      ...kept,
      ingress: kept.ingress.withTiers(tierLayers(after, 'ingress', indexed)),
      egress: kept.egress.withTiers(tierLayers(after, 'egress', indexed)),
    };
  });
  return { ...after, compiled };
}

/** The policies of the namespaces whose policies changed. */
function policyLists({ policies }: Evaluation, change: ListChange<Policy>): Map<string, readonly Policy[]> {
  const affected = new Set([...change.replaced, ...change.replacement].map(({ namespace }) => namespace));
  return changedLists(new Map([...affected].map(namespace => [namespace, policies.get(namespace)?.policies ?? []])), change);
}

/** The namespaces whose pods need new endpoint classes. */
function namespacesToIndex(before: Evaluation, change: VocabularyChange, workloads: readonly { readonly namespace: string }[]): Set<string> {
  const stale = new Set(workloads.map(workload => workload.namespace));
  // An edge that is added splits the old atom with its address. An edge that is removed is the first address of an old atom.
  const atoms = new Set(change.addresses.map(edge => before.addresses.atomOf(BigInt(edge))));
  for (const { index } of before.namespaces) {
    if (change.labels.some(({ key, value }) => index.somePodHasLabel(key, value))
      || change.portNames.some(name => index.somePodHasPort(name))
      || [...index.byAtom.keys()].some(atom => atoms.has(atom))) {
      stale.add(index.namespace);
    }
  }
  return stale;
}

/** The namespaces with their indexes. A namespace keeps its words of the bit space if it fits. Otherwise it gets new words at the end. */
function indexedNamespaces(
  before: Evaluation, cluster: Cluster, stale: ReadonlySet<string>,
  workloads: ReadonlyMap<string, readonly Workload[]>, addresses: AddressSpace, atoms: Int32Array | undefined,
): IndexedNamespace[] {
  const { vocabulary, bits } = before;
  let end = before.namespaceOfWord.length;
  const made = new Map<string, NamespaceIndex>();
  for (const name of stale) {
    const namespace = cluster.namespaces.get(name) ?? before.cluster.namespaces.get(name)!;
    const isMatched = (pod: Pod) => isMatchedByAddress(cluster, pod);
    made.set(name, indexNamespace(name, workloads.get(name)!, unevaluatedIn(cluster, namespace), vocabulary, bits, addresses, isMatched));
  }
  const locate = (index: NamespaceIndex, namespace: Namespace, old: IndexedNamespace | undefined): IndexedNamespace => {
    const firstWord = old !== undefined && index.words <= old.index.words ? old.firstWord : end;
    if (firstWord === end) { end += index.words; }
    return { index, firstWord, namespace };
  };
  const namespaces = before.namespaces.map(old => {
    const { name } = old.namespace;
    const namespace = cluster.namespaces.get(name) ?? old.namespace;
    const index = made.get(name);
    made.delete(name);
    if (index !== undefined) { return locate(index, namespace, old); }
    return { ...old, namespace, index: atoms === undefined ? old.index : old.index.renumbered(atoms) };
  });
  for (const [name, index] of made) { namespaces.push(locate(index, cluster.namespaces.get(name)!, undefined)); }
  return namespaces;
}

/** True if some atom contains the address of a pod, and no old atom that it overlaps did. */
function isNewlyPopulated(before: Evaluation, addresses: AddressSpace, populated: ReadonlySet<number>): boolean {
  return [...populated].some(atom => {
    const { first, end } = before.addresses.atomsOf(addresses.range(atom));
    for (let old = first; old < end; old++) {
      if (before.populated.has(old)) { return false; }
    }
    return true;
  });
}

/**
 * True if other addresses of pods are possible than before, or if selectors look at other labels with unknown values. What was not read may concern every
 * namespace, so everything is evaluated again.
 */
function knowsOtherwise(before: Evaluation, after: Pick<Evaluation, 'unknownAddresses' | 'openKeys' | Openness>): boolean {
  const { unknownAddresses, openKeys } = after;
  return [before, after].some(one => one.hasOpenPorts || one.hasOpenNetworks || one.hasOpenNamespaces)
    || openKeys.size !== before.openKeys.size || [...openKeys].some(key => !before.openKeys.has(key))
    // The two sets of addresses change together.
    || unknownAddresses.all.key !== before.unknownAddresses.all.key;
}

/**
 * The compiled policies of a namespace whose pods and policies did not change; undefined if they must be compiled again. `atoms` are the new
 * numbers of the old atoms, or undefined if nothing about pods and atoms has changed anywhere.
 */
function keptPolicies(before: Evaluation, after: Omit<Evaluation, 'compiled'>, position: number, atoms: Int32Array | undefined): CompiledNamespace | undefined {
  const compiled = before.compiled[position];
  for (const name of compiled.portNamesElsewhere) {
    if (before.portNumbers.get(name)?.join() !== after.portNumbers.get(name)?.join()) { return undefined; }
  }
  if (atoms === undefined) { return compiled; }
  const ingress = compiled.ingress.renumbered(atoms, addressGrantsIn(after));
  const egress = compiled.egress.renumbered(atoms, addressGrantsIn(after));
  return ingress && egress && { ...compiled, ingress, egress };
}

/** The difference between two lists: one part of the first replaced by one part of the second. */
interface ListChange<T> {
  /** What only the first list has. */
  readonly removed: readonly T[];
  /** What only the second list has. */
  readonly added: readonly T[];
  /** The part of the first list that differs, and the part of the second list in its place. Both can have elements in common. */
  readonly replaced: readonly T[];
  readonly replacement: readonly T[];
  /** The elements after that part, the same in both lists. */
  readonly rest: readonly T[];
}

/** Compares two lists that have most elements in common, in the same order. */
function listChange<T>(before: readonly T[], after: readonly T[]): ListChange<T> {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) { start++; }
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) { end++; }
  const replaced = before.slice(start, before.length - end);
  const replacement = after.slice(start, after.length - end);
  const [had, has] = [new Set(replaced), new Set(replacement)];
  return {
    replaced,
    replacement,
    rest: after.slice(after.length - end),
    removed: replaced.filter(one => !has.has(one)),
    added: replacement.filter(one => !had.has(one)),
  };
}

/** The lists of the namespaces that a change of the list of all objects affects, after the change and in its order. */
function changedLists<T extends { readonly namespace: string }>(
  lists: ReadonlyMap<string, readonly T[]>, { replaced, replacement, rest }: ListChange<T>,
): Map<string, readonly T[]> {
  const changed = new Map<string, readonly T[]>();
  for (const namespace of new Set([...replaced, ...replacement].map(one => one.namespace))) {
    const isHere = (one: T) => one.namespace === namespace;
    const list = lists.get(namespace) ?? [];
    const own = replaced.filter(isHere);
    // The next element of this namespace in the list of all objects follows the change here, too.
    const next = own[0] ?? rest.find(isHere);
    const start = next === undefined ? list.length : list.indexOf(next);
    changed.set(namespace, [...list.slice(0, start), ...replacement.filter(isHere), ...list.slice(start + own.length)]);
  }
  return changed;
}

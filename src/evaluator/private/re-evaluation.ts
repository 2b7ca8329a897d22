import { AddressSpace } from '../address-space';
import { encoded, evaluate, Evaluation, compileNamespace, NO_POLICIES, overviewOf, CompiledNamespace, unevaluatedIn } from './evaluation';
import { NamespaceIndex } from './namespace-index';
import { PlacedNamespace } from './peer-sets';
import { VocabularyChange } from './vocabulary';
import { Cluster, Namespace, Policy, Workload } from '../../cluster/cluster';

/** When the rows of bits have grown this much, most of them referred to by nothing any more, all is built anew. */
const MOST_GROWTH = 4;
const MOST_WORDS = 1 << 20;

/**
 * Evaluates a cluster that differs from one that was evaluated; what both have is in both the same object. Only
 * what the difference touches is worked out again: the namespaces of pods and policies that came or went, and those
 * where such a policy draws a line between pods that none drew before, or takes one away.
 *
 * The evaluation before stays right and can be asked, but can not be gone on from: its lens has moved on.
 */
export function reevaluate(before: Evaluation, cluster: Cluster): Evaluation {
  const { vocabulary: lens, table, bits, options } = before;
  if (bits.used > before.builtWords * MOST_GROWTH + MOST_WORDS || cluster.unevaluated !== before.cluster.unevaluated) { return evaluate(cluster, options); }
  const policyChange = listChange(before.cluster.policies, cluster.policies);
  const workloadChange = listChange(before.cluster.workloads, cluster.workloads);
  encoded(policyChange.removed, -1, lens, table);
  encoded(policyChange.added, 1, lens, table);
  const change = lens.drainChanges();
  const addresses = change.addresses.length === 0 ? before.addresses : new AddressSpace(lens.edgeAddresses());
  const workloads = new Map([...before.workloads, ...changedLists(before.workloads, workloadChange)]);
  const numbers = addresses === before.addresses ? undefined : before.addresses.numbersIn(addresses);
  const cut = namespacesToCut(before, change, [...workloadChange.removed, ...workloadChange.added]);
  if (cluster.unevaluated.length > 0) {
    // The labels of a namespace decide whether such a policy could select its pods.
    for (const { namespace } of before.namespaces) {
      if (cluster.namespaces.get(namespace.name) !== namespace) { cut.add(namespace.name); }
    }
  }
  const segments = segmentsOf(before, cluster, cut, workloads, addresses, numbers);
  const overview = overviewOf(segments);
  // Whether a rule's block means pods too was decided by where there are any.
  if (arePopulatedAnew(before, addresses, overview.populated)) { return evaluate(cluster, options); }
  const changed = segments.flatMap(({ namespace }, i) => cut.has(namespace.name) || namespace !== before.namespaces[i].namespace ? [i] : []);
  const policies = new Map(before.policies);
  for (const [namespace, own] of policyLists(before, policyChange)) { policies.set(namespace, encoded(own, 0, lens, table)); }
  const sets = before.sets.updated(segments, changed, addresses);
  const after = { ...before, cluster, workloads, policies, addresses, namespaces: segments, ...overview, sets };
  const renumbered = changed.length === 0 ? numbers : numbers ?? before.addresses.numbersIn(addresses);
  const folds = segments.map((placed, i) => {
    const { namespace } = placed.index;
    const own = policies.get(namespace);
    const isStale = cut.has(namespace) || own !== before.policies.get(namespace);
    return (isStale ? undefined : keptFolds(before, after, i, renumbered)) ?? compileNamespace(placed, own ?? NO_POLICIES, after);
  });
  return { ...after, compiled: folds };
}

function policyLists({ policies }: Evaluation, change: ListChange<Policy>): Map<string, readonly Policy[]> {
  const concerned = new Set([...change.gone, ...change.come].map(({ namespace }) => namespace));
  return changedLists(new Map([...concerned].map(namespace => [namespace, policies.get(namespace)?.policies ?? []])), change);
}

/** Namespaces whose pods are to be put in classes again. */
function namespacesToCut(before: Evaluation, change: VocabularyChange, workloads: readonly { readonly namespace: string }[]): Set<string> {
  const cut = new Set(workloads.map(workload => workload.namespace));
  // The atom that an edge cuts, or that is no longer cut off from the one below: pods of both have one of the upper.
  const atoms = new Set(change.addresses.map(edge => before.addresses.atomOf(BigInt(edge))));
  for (const { index: segment } of before.namespaces) {
    if (change.labels.some(({ key, value }) => segment.someHave(key, value))
      || change.portNames.some(name => segment.someHavePort(name))
      || [...segment.byAtom.keys()].some(atom => atoms.has(atom))) {
      cut.add(segment.namespace);
    }
  }
  return cut;
}

/** The segments, in their places: one that has outgrown its own, or is new, is put at the end of the line. */
function segmentsOf(
  before: Evaluation, cluster: Cluster, cut: ReadonlySet<string>,
  workloads: ReadonlyMap<string, readonly Workload[]>, addresses: AddressSpace, numbers: Int32Array | undefined,
): PlacedNamespace[] {
  const { vocabulary: lens, bits } = before;
  let end = before.namespaceOfWord.length;
  const made = new Map<string, PlacedNamespace['index']>();
  for (const name of cut) {
    const namespace = cluster.namespaces.get(name) ?? before.cluster.namespaces.get(name)!;
    made.set(name, new NamespaceIndex(name, workloads.get(name)!, unevaluatedIn(cluster, namespace), lens, bits, addresses));
  }
  const place = (index: NamespaceIndex, namespace: Namespace, room: PlacedNamespace | undefined): PlacedNamespace => {
    const firstWord = room !== undefined && index.words <= room.index.words ? room.firstWord : end;
    if (firstWord === end) { end += index.words; }
    return { index, firstWord, namespace };
  };
  const namespaces = before.namespaces.map(placed => {
    const { name } = placed.namespace;
    const namespace = cluster.namespaces.get(name) ?? placed.namespace;
    const index = made.get(name);
    made.delete(name);
    if (index !== undefined) { return place(index, namespace, placed); }
    return { ...placed, namespace, index: numbers === undefined ? placed.index : placed.index.renumbered(numbers) };
  });
  for (const [name, index] of made) { namespaces.push(place(index, cluster.namespaces.get(name)!, undefined)); }
  return namespaces;
}

function arePopulatedAnew(before: Evaluation, addresses: AddressSpace, populated: ReadonlySet<number>): boolean {
  return [...populated].some(atom => {
    const { first, end } = before.addresses.atomsOf(addresses.range(atom));
    for (let old = first; old < end; old++) {
      if (before.populated.has(old)) { return false; }
    }
    return true;
  });
}

/**
 * The folds of a namespace whose pods and policies are what they were; nothing where they have to be made anew.
 * `numbers`: those of the atoms, where pods or atoms elsewhere are others than before.
 */
function keptFolds(before: Evaluation, after: Omit<Evaluation, 'compiled'>, index: number, numbers: Int32Array | undefined): CompiledNamespace | undefined {
  const folds = before.compiled[index];
  for (const name of folds.portNamesElsewhere) {
    if (before.portNumbers.get(name)?.join() !== after.portNumbers.get(name)?.join()) { return undefined; }
  }
  if (numbers === undefined) { return folds; }
  const ingress = folds.ingress.renumbered(numbers);
  const egress = folds.egress.renumbered(numbers);
  return ingress && egress && { ...folds, ingress, egress };
}

/** How one list became another: in one place, so many went and these came. */
export interface ListChange<T> {
  /** What is not in the list any more. */
  readonly removed: readonly T[];
  /** What was not in it before. */
  readonly added: readonly T[];
  /** The part of the old list that another part of the new one stands for, what both have included. */
  readonly gone: readonly T[];
  readonly come: readonly T[];
  /** What is behind it in both. */
  readonly rest: readonly T[];
}

/** Compares two lists that have most in common, and that in the same order. */
export function listChange<T>(before: readonly T[], after: readonly T[]): ListChange<T> {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) { start++; }
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) { end++; }
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  const [had, has] = [new Set(gone), new Set(come)];
  return {
    gone,
    come,
    rest: after.slice(after.length - end),
    removed: gone.filter(one => !has.has(one)),
    added: come.filter(one => !had.has(one)),
  };
}

/** Lists by namespace, as they are after a change of the list of all: in the order that they have in it. */
export function changedLists<T extends { readonly namespace: string }>(
  lists: ReadonlyMap<string, readonly T[]>, { gone, come, rest }: ListChange<T>,
): Map<string, readonly T[]> {
  const changed = new Map<string, readonly T[]>();
  for (const namespace of new Set([...gone, ...come].map(one => one.namespace))) {
    const isHere = (one: T) => one.namespace === namespace;
    const list = lists.get(namespace) ?? [];
    const own = gone.filter(isHere);
    // What is next to it in the list of all is next to it here: found at once, or it is the last.
    const next = own[0] ?? rest.find(isHere);
    const start = next === undefined ? list.length : list.indexOf(next);
    changed.set(namespace, [...list.slice(0, start), ...come.filter(isHere), ...list.slice(start + own.length)]);
  }
  return changed;
}

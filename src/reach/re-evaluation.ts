import { AddressSpace } from './address-space';
import { encodedByNamespace, evaluate, Evaluation, foldsOf, NO_POLICIES, overviewOf, SegmentFolds } from './evaluation';
import { IntList } from './int-list';
import { LensChange } from './lens';
import { Placed } from './peer-sets';
import { encodePolicy } from './policy-code';
import { Segment } from './segment';
import { Cluster } from '../cluster/cluster';

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
  if (before.bits.used > before.builtWords * MOST_GROWTH + MOST_WORDS) { return evaluate(cluster, before.options); }
  const policies = difference(before.cluster.policies, cluster.policies);
  const workloads = difference(before.cluster.workloads, cluster.workloads);
  const scratch = new IntList(64);
  for (const policy of policies.removed) { encodePolicy(policy, -1, before.lens, before.table, scratch); }
  for (const policy of policies.added) { encodePolicy(policy, 1, before.lens, before.table, scratch); }
  const change = before.lens.takeChange();
  const addresses = change.addresses.length === 0 ? before.addresses : new AddressSpace(before.lens.cuts());
  const cut = namespacesToCut(before, change, [...workloads.removed, ...workloads.added]);
  const segments = segmentsOf(before, cluster, cut, addresses);
  const overview = overviewOf(segments);
  // Whether a rule's block means pods too was decided by where there are any.
  if (arePopulatedAnew(before, addresses, overview.populated)) { return evaluate(cluster, before.options); }
  const changed = segments.flatMap(({ segment, namespaceLabels }, i) =>
    cut.has(segment.namespace) || namespaceLabels !== before.segments[i].namespaceLabels ? [i] : []);
  const after = { ...before, cluster, addresses, segments, ...overview, sets: before.sets.updated(segments, changed, addresses) };
  const stale = new Set([...cut, ...policies.removed.map(p => p.namespace), ...policies.added.map(p => p.namespace)]);
  const kept = segments.map(({ segment }, i) =>
    stale.has(segment.namespace) ? undefined : keptFolds(before, after, i, changed.length > 0));
  segments.forEach(({ segment }, i) => { if (kept[i] === undefined) { stale.add(segment.namespace); } });
  const encoded = encodedByNamespace(cluster.policies.filter(policy => stale.has(policy.namespace)), 0, before.lens, before.table);
  const folds = segments.map((placed, i) => kept[i] ?? foldsOf(placed, encoded.get(placed.segment.namespace) ?? NO_POLICIES, after));
  return { ...after, folds };
}

/** What is in the one list alone, and what in the other. Both have most in common, and in the same order. */
function difference<T>(before: readonly T[], after: readonly T[]): { removed: readonly T[]; added: readonly T[] } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) { start++; }
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) { end++; }
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  const [had, has] = [new Set(gone), new Set(come)];
  return { removed: gone.filter(one => !has.has(one)), added: come.filter(one => !had.has(one)) };
}

/** Namespaces whose pods are to be put in classes again. */
function namespacesToCut(before: Evaluation, change: LensChange, workloads: readonly { readonly namespace: string }[]): Set<string> {
  const cut = new Set(workloads.map(workload => workload.namespace));
  // On both sides of an edge, whether it came or went.
  const atoms = new Set(change.addresses.map(edge => before.addresses.atomOf(BigInt(edge))).flatMap(atom => [atom - 1, atom]));
  for (const { segment } of before.segments) {
    if (change.labels.some(({ key, value }) => segment.someHave(key, value))
      || change.portNames.some(name => segment.someHavePort(name))
      || [...segment.byAtom.keys()].some(atom => atoms.has(atom))) {
      cut.add(segment.namespace);
    }
  }
  return cut;
}

/** The segments, in their places: one that has outgrown its own, or is new, is put at the end of the line. */
function segmentsOf(before: Evaluation, cluster: Cluster, cut: ReadonlySet<string>, addresses: AddressSpace): Placed[] {
  const { lens, bits } = before;
  const numbers = addresses === before.addresses ? undefined : before.addresses.numbersIn(addresses);
  let end = before.segmentOfWord.length;
  const made = new Map<string, Segment>();
  for (const namespace of cut) {
    made.set(namespace, new Segment(namespace, cluster.workloads.filter(workload => workload.namespace === namespace), lens, bits, addresses));
  }
  const place = (segment: Segment, room: Placed | undefined): Placed => {
    const firstWord = room !== undefined && segment.words <= room.segment.words ? room.firstWord : end;
    if (firstWord === end) { end += segment.words; }
    return { segment, firstWord, namespaceLabels: cluster.namespaces.get(segment.namespace)?.labels ?? {} };
  };
  const segments = before.segments.map(placed => {
    const { namespace } = placed.segment;
    const anew = made.get(namespace);
    made.delete(namespace);
    if (anew !== undefined) { return place(anew, placed); }
    const segment = numbers === undefined ? placed.segment : placed.segment.renumbered(numbers);
    return { ...placed, segment, namespaceLabels: cluster.namespaces.get(namespace)?.labels ?? placed.namespaceLabels };
  });
  for (const segment of made.values()) { segments.push(place(segment, undefined)); }
  return segments;
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

/** The folds of a namespace whose pods and policies are what they were; nothing where they have to be made anew. */
function keptFolds(before: Evaluation, after: Omit<Evaluation, 'folds'>, index: number, moved: boolean): SegmentFolds | undefined {
  const folds = before.folds[index];
  for (const name of folds.portNamesElsewhere) {
    if (before.portNumbers.get(name)?.join() !== after.portNumbers.get(name)?.join()) { return undefined; }
  }
  if (after.addresses === before.addresses && !moved) { return folds; }
  const numbers = before.addresses.numbersIn(after.addresses);
  const ingress = folds.ingress.renumbered(numbers);
  const egress = folds.egress.renumbered(numbers);
  return ingress && egress && { ...folds, ingress, egress };
}

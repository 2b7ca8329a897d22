import { Cluster, isLabelKnown, Namespace, Policy } from '../../cluster/cluster';
import { Labels } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Direction } from './compiled-policies';

/** So many sets of labels of a namespace are tried. Beyond that, the answer stays undecided. */
const MOST_TRIED = 4096;

/** The selectors of namespaces in the rules of some policies that look at labels which this namespace may or may not have. */
export function selectorsInDoubt(policies: readonly Policy[], direction: Direction, namespace: Namespace): Selector[] {
  const selectors = policies.flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? []))
    .flatMap(peer => peer.kind === 'pods' && peer.namespaces !== undefined ? [peer.namespaces] : [])
    .filter(({ requirements }) => requirements.some(({ key }) => !isLabelKnown(namespace, key)));
  return [...new Set(selectors)];
}

/**
 * Every set of labels of a namespace that these selectors tell apart: of each key that they mention, absent, each value that they mention,
 * and one that they do not. Nothing if there are too many.
 */
export function possibleLabels(namespace: Namespace, selectors: readonly Selector[]): Labels[] | undefined {
  const values = new Map<string, Set<string | undefined>>();
  for (const { key, values: mentioned } of selectors.flatMap(({ requirements }) => requirements)) {
    if (isLabelKnown(namespace, key)) { continue; }
    const known = values.get(key) ?? new Set([undefined]);
    values.set(key, known);
    for (const value of mentioned) { known.add(value); }
  }
  let all: Labels[] = [namespace.labels];
  for (const [key, mentioned] of values) {
    const options = [...mentioned, otherThan(mentioned)];
    if (all.length * options.length > MOST_TRIED) { return undefined; }
    all = all.flatMap(labels => options.map(value => value === undefined ? labels : { ...labels, [key]: value }));
  }
  return all;
}

/** The labels of every namespace, with those of one replaced. */
export function labelsWith(cluster: Cluster, name: string, labels: Labels): (namespace: string) => Labels {
  return namespace => namespace === name ? labels : cluster.namespaces.get(namespace)!.labels;
}

function otherThan(values: ReadonlySet<string | undefined>): string {
  let value = 'other';
  for (let i = 1; values.has(value); i++) { value = `other-${i}`; }
  return value;
}

import { Direction } from './compiled-policies';
import { RuleEnd, ruleConnections, unionOf } from './rule-match';
import { isLabelKnown, Namespace, Policy, UnevaluatedPolicy } from '../../cluster/cluster';
import { Labels } from '../../k8s/objects';
import { Selector, valueOutside } from '../../k8s/selector';
import { ConnectionSet } from '../connections';

/* Exact answers without assumptions, for a peer in a namespace whose labels are not known. They quantify over the labels that it could have. */

/** What is certainly allowed, and what may be allowed. Both are equal if nothing is undecided. */
export interface ConnectionRange {
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
}

/** One side of a connection: the policies that apply to its subject. */
export interface Side {
  readonly direction: Direction;
  readonly policies: readonly Policy[];
  readonly unevaluated: readonly UnevaluatedPolicy[];
  readonly subject: RuleEnd;
  readonly peer: RuleEnd;
}

/** The maximum number of sets of labels that are tried. If there are more, the answer stays undecided. */
const MAX_TRIED = 4096;

/** The selectors in the rules of some policies that mention labels of this namespace which are not known. */
export function uncertainSelectors(policies: readonly Policy[], direction: Direction, namespace: Namespace): Selector[] {
  const selectors = policies.flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? []))
    .flatMap(peer => peer.kind === 'pods' && peer.namespaces !== undefined ? [peer.namespaces] : [])
    .filter(({ requirements }) => requirements.some(({ key }) => !isLabelKnown(namespace, key)));
  return [...new Set(selectors)];
}

/**
 * The connections that all of these sides allow: those that are certain whatever labels the namespace has, and those that are possible with
 * some labels. Undefined if there are too many sets of labels.
 */
export function rangeOverLabels(namespace: Namespace, sides: readonly Side[]): ConnectionRange | undefined {
  const selectors = sides.flatMap(({ policies, direction }) => uncertainSelectors(policies, direction, namespace));
  // The peer of each side is in this namespace, so the labels of other namespaces are not asked for.
  const ranges = possibleLabels(namespace, selectors)?.map(labels => sides.map(side => sideRange(labels, side)).reduce((all, one) =>
    ({ certain: all.certain.intersect(one.certain), possible: all.possible.intersect(one.possible) })));
  return ranges?.reduce((all, one) => ({ certain: all.certain.intersect(one.certain), possible: all.possible.union(one.possible) }));
}

/** What one side allows if the namespace of its peer has these labels. */
function sideRange(labels: Labels, { direction, policies, unevaluated, subject, peer }: Side): ConnectionRange {
  const allowed = unionOf(policies.flatMap(policy =>
    policy[direction]!.map(rule => ruleConnections(() => labels, policy.namespace, rule, direction, subject, peer))));
  return {
    certain: unevaluated.length > 0 ? ConnectionSet.NONE : allowed,
    possible: unevaluated.some(({ canAllow }) => canAllow) ? ConnectionSet.ALL : allowed,
  };
}

/**
 * Every set of labels that these selectors can tell apart. Each key that they mention can be absent, or have a value that they mention, or
 * another one.
 */
function possibleLabels(namespace: Namespace, selectors: readonly Selector[]): Labels[] | undefined {
  const values = new Map<string, Set<string | undefined>>();
  for (const { key, values: mentioned } of selectors.flatMap(({ requirements }) => requirements)) {
    if (isLabelKnown(namespace, key)) { continue; }
    const known = values.get(key) ?? new Set([undefined]);
    values.set(key, known);
    for (const value of mentioned) { known.add(value); }
  }
  let all: Labels[] = [namespace.labels];
  for (const [key, mentioned] of values) {
    const options = [...mentioned, valueOutside(mentioned)];
    if (all.length * options.length > MAX_TRIED) { return undefined; }
    all = all.flatMap(labels => options.map(value => value === undefined ? labels : { ...labels, [key]: value }));
  }
  return all;
}

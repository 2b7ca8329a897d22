import { Literal } from './constraint-search';
import { LabelSet } from './value-set';
import { Direction } from '../evaluator/reachability';
import { Selector } from '../k8s/selector';

/*
 * The variables of a connection that could exist. The first letter is the end, `s` or `d` for source and destination; the second says what
 * the variable is about. `m` and `x` are no ends. What differs between the versions of a cluster has a variable for each version, with its number.
 */

/** An end of a connection. */
export type End = 's' | 'd';

/** The labels of an end (`l`) or of its namespace (`n`): those that all versions share, or those of one version. */
export type LabelSlot = `${End}${'l' | 'n'}${number | ''}`;

/** The variable of one label. No key has the separator. */
export function labelVariable(slot: LabelSlot, key: string): string {
  return `${slot}|${key}`;
}

/** The slot and the key of a label's variable; undefined for other variables. */
export function labelOfVariable(variable: string): { readonly slot: LabelSlot; readonly key: string } | undefined {
  const end = variable.indexOf('|');
  return end < 0 ? undefined : { slot: variable.slice(0, end) as LabelSlot, key: variable.slice(end + 1) };
}

/** The variable of an end's address, which is the same in all versions unless the versions know different ones. */
export function addressVariable(end: End, version: number | '' = ''): string {
  return `${end}a${version}`;
}

/** The protocol and port of the connection. */
export const PORT = 'port';

/** The variable that says whether the destination gives the connection's port this name (`namedPortKey`): a label that is present if it does. */
export function nameVariable(name: string): string {
  return `m${name}`;
}

/** A variable that stands for other constraints. */
export function auxiliaryVariable(direction: Direction, version: number, number: number): string {
  return `x${direction}${version}-${number}`;
}

const cached = new WeakMap<Selector, { [slot in LabelSlot]?: readonly Literal[] }>();

/** A literal for each requirement of a selector. */
export function literalsOf(selector: Selector, slot: LabelSlot): readonly Literal[] {
  let bySlot = cached.get(selector);
  if (bySlot === undefined) { cached.set(selector, bySlot = {}); }
  return bySlot[slot] ??= selector.requirements.map(requirement =>
    ({ variable: labelVariable(slot, requirement.key), allowed: LabelSet.meeting(requirement) }));
}

import { Literal } from './constraint-search';
import { LabelSet } from './value-set';
import { Direction } from '../../evaluator/reachability';
import { Selector } from '../../k8s/selector';

/*
 * The variables of a connection that could exist. The first letter is the end, `s` or `d` for source and destination; the second says what
 * the variable is about. `m` and `x` are no ends.
 */

/** An end of a connection. */
export type End = 's' | 'd';

/** The labels of an end (`l`) or of its namespace (`n`). */
export type LabelSlot = `${End}${'l' | 'n'}`;

/** The variable of one label. */
export function labelVariable(slot: LabelSlot, key: string): string {
  return `${slot}${key}`;
}

/** The variable of an end's address. */
export function addressVariable(end: End): string {
  return `${end}a`;
}

/** The protocol and port of the connection. */
export const PORT = 'port';

/** The variable that says whether the destination gives the connection's port this name (`namedPortKey`): a label that is present if it does. */
export function nameVariable(name: string): string {
  return `m${name}`;
}

/** A variable that stands for other constraints. */
export function auxiliaryVariable(direction: Direction, number: number): string {
  return `x${direction}${number}`;
}

const cached = new WeakMap<Selector, { [slot in LabelSlot]?: readonly Literal[] }>();

/** A literal for each requirement of a selector. */
export function literalsOf(selector: Selector, slot: LabelSlot): readonly Literal[] {
  let bySlot = cached.get(selector);
  if (bySlot === undefined) { cached.set(selector, bySlot = {}); }
  return bySlot[slot] ??= selector.requirements.map(requirement =>
    ({ variable: labelVariable(slot, requirement.key), allowed: LabelSet.meeting(requirement) }));
}

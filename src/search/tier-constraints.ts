import { Literal, Nogood } from './constraint-search';
import { auxiliaryVariable } from './literals';
import { isBefore, TierMatch, withActions } from './tier-rules';
import { AddressSet, LabelSet, ValueSet } from './value-set';
import { RuleAction } from '../cluster/cluster-policy';
import { ConnectionSet } from '../evaluator/connections';
import { Direction } from '../evaluator/reachability';
import { FAMILY_RANGE } from '../k8s/address';

/** Constraints that hold together if and only if a rule matches a connection. */
export type Cube = readonly Literal[];

/** Which ports and peers of a rule count: those that may match, or those that surely match. */
export type Reading = 'may' | 'surely';

/*
 * What a tier does with a connection, as constraints. A rule decides a connection if it matches, and no rule before it does. Where the order of rules
 * or a peer is not known, several rules may decide: the search then asks whether one of them may decide something, or whether none of them may.
 */
export class TierConstraints {
  /** A variable for each cube that was asked for: present only if the cube holds. */
  private readonly variables = new Map<Cube, string>();
  private readonly cubes = new Map<TierMatch, { readonly may: readonly Cube[]; readonly surely: readonly Cube[] }>();

  /**
   * @param direction the side that the tier is about
   * @param version the number of the cluster's version
   * @param cubesOf the ways in which a match can hold between the two ends of a search
   */
  constructor(
    private readonly direction: Direction, private readonly version: number,
    private readonly cubesOf: (match: TierMatch, reading: Reading) => readonly Cube[],
  ) {}

  public of(match: TierMatch, reading: Reading): readonly Cube[] {
    let cubes = this.cubes.get(match);
    if (cubes === undefined) {
      const may = this.cubesOf(match, 'may');
      this.cubes.set(match, cubes = { may, surely: match.ports === match.surePorts ? may : this.cubesOf(match, 'surely') });
    }
    return cubes[reading];
  }

  /** No rule that surely matches has one of these actions. */
  public noneSurely(matches: readonly TierMatch[], ...actions: RuleAction[]): Nogood[] {
    return withActions(matches, ...actions).flatMap(match => [...this.of(match, 'surely')]);
  }

  /** No rule before this one surely matches and does something else. */
  public noneBefore(match: TierMatch, matches: readonly TierMatch[]): Nogood[] {
    return this.noneSurely(othersBefore(match, matches), 'accept', 'deny', 'pass');
  }

  /** No rule with this action may decide: each that may match has a rule before it that surely matches and does something else. */
  public noneDecides(matches: readonly TierMatch[], action: RuleAction): Nogood[] {
    return withActions(matches, action).flatMap(match => {
      const before = othersBefore(match, matches).flatMap(other => [...this.of(other, 'surely')]).map(cube => this.isNot(cube));
      return this.of(match, 'may').map(cube => [...cube, ...before]);
    });
  }

  /** The variable of a cube is present only if each of its literals holds. */
  public definitions(): Nogood[] {
    return [...this.variables].flatMap(([cube, variable]) => cube.map(literal => [
      { variable, allowed: LabelSet.PRESENT }, { variable: literal.variable, allowed: opposite(literal.allowed) },
    ]));
  }

  private isNot(cube: Cube): Literal {
    let variable = this.variables.get(cube);
    if (variable === undefined) { this.variables.set(cube, variable = auxiliaryVariable(this.direction, this.version, this.variables.size)); }
    return { variable, allowed: LabelSet.ABSENT };
  }
}

function othersBefore(match: TierMatch, matches: readonly TierMatch[]): TierMatch[] {
  return matches.filter(other => other.rule.action !== match.rule.action && isBefore(other, match));
}

const EVERY_ADDRESS = AddressSet.of([FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6]);

function opposite(set: ValueSet): ValueSet {
  if (set instanceof LabelSet) { return LabelSet.ANY.subtract(set); }
  return set instanceof AddressSet ? EVERY_ADDRESS.subtract(set) : ConnectionSet.ALL.subtract(set);
}

import { ChangeJudge, JudgedChange } from './judged-changes';
import { keyOf } from './private/peer-ends';
import { ProposedClaim } from './proposed-claim';
import { policiesNotChanged } from './single-change';
import { CLAIM_KINDS } from '../claims/claim';
import { ClaimJudge, ClaimVerdict } from '../claims/judge';

/** Claims that pin down what the policies of a cluster allow today. */
export interface SuggestedClaims {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  /** Each of them holds today. If one is dropped, some change is no longer noticed. By kind. */
  readonly claims: readonly ProposedClaim[];
  /** How many claims there are already that hold. */
  readonly given: number;
  /** How many changes there are that change a connection, or of which that is undecided. */
  readonly changes: number;
  /** The changes that none of them would notice: those for which netpol found no claim, and those that are undecided. */
  readonly left: readonly JudgedChange[];
  /** The names of the policies of which netpol makes no changes. */
  readonly notChanged: readonly string[];
}

/**
 * The claims that are missing, so that each single change of a policy would be noticed. There may be other sets of claims that do the same, and smaller
 * ones. But of this one, no claim can be dropped.
 *
 * @param verdicts the verdicts on the claims that there are already
 */
export function suggestedClaims(judge: ClaimJudge, verdicts: readonly ClaimVerdict[] = [], cluster?: string): SuggestedClaims {
  const given = verdicts.filter(({ answer }) => answer === 'holds').map(({ claim }) => claim);
  const changes = new ChangeJudge(judge, given);
  const judged = [...changes.all()];
  const { proposed } = changes;
  const open = judged.filter(({ outcome, proposal }) => outcome === 'unnoticed' && proposal !== undefined);
  const needed = irredundant(proposed.length, open.map(({ change }) => [...changes.noticing(change)]));
  const kept = withPortsJoined(proposed.filter((_, i) => needed.has(i)).map(one => one.proposed));
  return {
    cluster,
    given: given.length,
    claims: CLAIM_KINDS.flatMap(kind => kept.filter(one => one.kind === kind)),
    changes: judged.filter(({ outcome }) => outcome !== 'nothing').length,
    left: judged.filter(({ outcome, proposal }) => outcome === 'undecided' || outcome === 'unnoticed' && proposal === undefined),
    notChanged: policiesNotChanged(judge.cluster),
  };
}

/** Claims that differ only in their ports as one claim, which holds if and only if each of them does. */
function withPortsJoined(claims: readonly ProposedClaim[]): ProposedClaim[] {
  const joined = new Map<string, ProposedClaim>();
  for (const claim of claims) {
    const { kind, from, to, ports, strict } = claim;
    const key = JSON.stringify([kind, from.map(keyOf), to.map(keyOf), strict, ports === undefined]);
    const known = joined.get(key);
    joined.set(key, known?.ports === undefined ? claim : { ...known, ports: [...known.ports, ...ports!] });
  }
  return [...joined.values()];
}

/**
 * Numbers so that each of the sets has one of them, and none can be left out. Those that are in few sets are left out first.
 *
 * @param count the numbers are below it
 */
function irredundant(count: number, sets: readonly (readonly number[])[]): ReadonlySet<number> {
  const setsOf: number[][] = Array.from({ length: count }, () => []);
  sets.forEach((set, i) => set.forEach(number => setsOf[number].push(i)));
  const hits = sets.map(({ length }) => length);
  const needed = new Set<number>();
  const fewestFirst = setsOf.map((_, number) => number).sort((a, b) => setsOf[a].length - setsOf[b].length || b - a);
  for (const number of fewestFirst) {
    if (setsOf[number].some(i => hits[i] === 1)) {
      needed.add(number);
    } else {
      for (const i of setsOf[number]) { hits[i]--; }
    }
  }
  return needed;
}

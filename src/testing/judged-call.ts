import { ClaimCall } from './drafts';
import { Judged, Outcome } from './evaluation';
import { questionsOf } from './subjects-of';
import { Verdict } from './verdict';
import { passage } from '../analysis/ask';
import { formatClaim, Judgement } from '../analysis/claim';
import { explain } from '../analysis/explanation';
import { formatPortQuestion } from '../analysis/port-question';
import { renderExplanation } from '../report/explanation-text';
import { judgementDetails, renderJudgement } from '../report/judgement-text';
import { formatReference, ruleReference } from '../report/reference';

/** The verdict on a call: it holds where each of its claims does. Throws where one can not be judged. */
export function verdictOf(call: ClaimCall, outcomes: readonly Outcome[]): Verdict {
  const judged = outcomes.map(outcome => {
    if ('error' in outcome) { throw new Error(`${formatCall(call)}: ${outcome.error}`); }
    return outcome;
  });
  const untrue = judged.filter(({ judgement }) => !judgement.holds);
  const texts = (): string[] => untrue.length === 0
    ? judged.map(holding)
    : untrue.flatMap(one => [failing(one, judged.length > 1), ...hintsFor(one.judgement)]);
  // An explanation takes longer than a verdict, and few are read.
  return Verdict._of(untrue.length === 0, formatCall(call), () => texts().join('\n'));
}

/** A call in the words of its author: `only(shop/db, [shop/backend])`. */
export function formatCall({ kind, first, second, ports }: ClaimCall): string {
  const names = second.map(endpoint => endpoint.endpointName);
  const questions = questionsOf(ports)?.map(formatPortQuestion);
  const several = kind === 'only' || kind === 'onlyTo';
  return `${kind}(${[first.endpointName, several ? `[${names.join(', ')}]` : names[0], ...(questions === undefined ? [] : [questions.join(', ')])].join(', ')})`;
}

/** Why a claim does not hold. Where a call makes several claims, which of them it is. */
function failing({ judgement, reach }: Judged, isOneOfMany: boolean): string {
  return isOneOfMany ? renderJudgement(reach, judgement).trimEnd() : judgementDetails(reach, judgement).join('\n');
}

/** What those stumble over who write this claim for the first time. */
function hintsFor({ claim, counterexample }: Judgement): string[] {
  const by = counterexample?.kind === 'intrusion' ? counterexample.intrusion.by : undefined;
  return claim.kind === 'onlyTo' && by?.policy.name.startsWith('allow-dns')
    ? ['Name look-ups count. Where they are meant to be allowed, name Peer.clusterDns() among the destinations.']
    : [];
}

/** Why a claim holds: the policies on both sides of one passage, or the rules that were searched. */
function holding({ judgement: { claim }, reach }: Judged): string {
  if ('from' in claim) {
    const example = passage(reach, claim.from.members[0], claim.to.members[0]);
    return renderExplanation(explain(reach, example, claim.ports?.[0])).trimEnd();
  }
  const direction = claim.kind === 'only' ? 'ingress' : 'egress';
  const rules = claim.subject.members.flatMap(member => reach.policies(member.endpoint, direction))
    .flatMap(policy => policy[direction]!.map(rule => `  ${formatReference(ruleReference(policy, rule))}`));
  return `${formatClaim(claim)}: no rule lets anyone else through. Searched:\n${[...new Set(rules)].join('\n') || `  no ${direction} rule at all: everything is denied`}`;
}

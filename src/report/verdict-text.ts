import { explanationGap } from './explanation';
import { fieldReference, formatReference } from './references';
import { CallFix, formatClaim, PairClaim } from '../claims/claim';
import { fixOf, summaryOf } from '../claims/findings';
import { ClaimVerdict, Outsider } from '../claims/judge';
import { ConnectionSet } from '../evaluator/connections';
import { clauseText, effectText, indented, portsText, sideSummary, sideText, unresolvedPort, whyOpen } from './private/side-text';
import { formatAssumption, formatReason, Reason } from '../findings/answer';
import { formatPlace } from '../findings/finding';
import { Explanation, SideExplanation } from '../query/explanation';

/** A claim and, if it does not hold, why and the fix. */
export function renderClaimVerdict(verdict: ClaimVerdict): string {
  return [formatClaim(verdict.claim), ...indented(verdictDetails(verdict), 2)].map(line => `${line}\n`).join('');
}

/** Why a claim does not hold, and the fix, line by line. For a claim that holds, its assumptions. */
export function verdictDetails(verdict: ClaimVerdict): string[] {
  const { claim, witness, reasons, assumptions } = verdict;
  const rest = [
    ...reasons.map(reason => noteText('Undecided', reason, formatReason(reason))),
    ...assumptions.map(assumption => noteText('Assumption', assumption, formatAssumption(assumption))),
  ];
  const summary = summaryOf(verdict);
  switch (witness?.kind) {
    case undefined: return rest;
    case 'blocked': return [summary, ...blockedText(witness.explanation, (claim as PairClaim).callFix), ...rest];
    case 'passes': return [summary, ...passesText(witness.explanation, witness.connections), ...fixText(verdict), ...rest];
    case 'outsider': return [summary, ...outsiderText(witness.outsider), ...fixText(verdict), ...rest];
  }
}

function noteText(title: string, { code, place }: Reason, text: string): string {
  return `${title} (${code}): ${text}${place === undefined ? '' : ` (${formatPlace(place)})`}.`;
}

function fixText(verdict: ClaimVerdict): string[] {
  const fix = fixOf(verdict);
  return fix === undefined ? [] : [`Fix: ${fix.text}.`];
}

/** The side that blocks in full, the other in one line. */
function blockedText(explanation: Explanation, call: CallFix = {}): string[] {
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = explanationGap(explanation);
  return [
    ...[explanation.egress, explanation.ingress].flatMap(side => side.passes ? [sideSummary(side)] : sideText(side, call[side.direction])),
    ...(gap === undefined ? [] : [gap]),
  ];
}

/** On each side, the rules that let these connections pass. */
function passesText({ egress, ingress }: Explanation, connections: ConnectionSet): string[] {
  const sides = [egress, ingress];
  const cannotDeny = sides.every(({ subject }) => subject.kind === 'address' || subject.pod.hostNetwork);
  return [
    ...sides.flatMap(side => openSideText(side, connections)),
    ...cannotDeny ? ["No NetworkPolicy can deny it: policies isolate only pods that are not on their node's network."] : [],
  ];
}

function openSideText(side: SideExplanation, connections: ConnectionSet): string[] {
  const headline = `${side.direction === 'egress' ? 'Egress' : 'Ingress'} of ${side.subject.name}: allowed`;
  if (side.isolatedBy.length === 0) { return [headline, `  ${whyOpen(side)}`]; }
  const effects = side.allowedBy
    .map(effect => ({ ...effect, connections: effect.connections.intersect(connections) }))
    .filter(effect => !effect.connections.isEmpty);
  return [headline, '  allowed by', ...effects.map(effect => `    ${effectText(effect)}`)];
}

/** The rule that lets the outsider through. */
function outsiderText({ by }: Outsider): string[] {
  if (by === undefined) { return []; }
  const ports = portsText(by.rule);
  if (by.clause === undefined) { return [`It allows ${ports}.`]; }
  return [
    `Let through by ${formatReference(fieldReference(by.policy, by.clause.path))},`,
    `  which means ${clauseText(by.clause, by.policy.namespace)}, on ${ports}`,
  ];
}

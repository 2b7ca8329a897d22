import { noCommonPortText } from './explanation';
import { fieldReference, formatReference } from './references';
import { CallFix, formatClaim, PairClaim } from '../claims/claim';
import { fixOf, summaryOf } from '../claims/claim-findings';
import { ClaimVerdict, UnlistedConnection } from '../claims/judge';
import { ConnectionSet } from '../evaluator/connections';
import { reasonText } from './private/passing';
import { ALLOWED_BY, clauseText, effectText, indented, portsText, sideSummary, sideText, unresolvedPort, whyOpen } from './private/side-text';
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
    case 'unlisted': return [summary, ...unlistedText(witness.connection), ...fixText(verdict), ...rest];
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
  const gap = noCommonPortText(explanation);
  return [
    ...[explanation.egress, explanation.ingress].flatMap(side => side.passes ? [sideSummary(side)] : sideText(side, call[side.direction])),
    ...(gap === undefined ? [] : [gap]),
  ];
}

/** On each side, the rules that let these connections pass, or why it is undecided whether they pass. */
function passesText({ egress, ingress, flow }: Explanation, connections: ConnectionSet): string[] {
  const sides = [egress, ingress];
  const cannotDeny = sides.every(({ subject }) => subject.kind === 'address' || subject.pod.hostNetwork);
  return [
    ...sides.flatMap(side => openSideText(side, connections, flow[side.direction].includes(connections))),
    ...cannotDeny ? ["No NetworkPolicy can deny it: policies isolate only pods that are not on their node's network."] : [],
  ];
}

function openSideText(side: SideExplanation, connections: ConnectionSet, isCertain: boolean): string[] {
  const effects = side.allowedBy
    .map(effect => ({ ...effect, connections: effect.connections.intersect(connections) }))
    .filter(effect => !effect.connections.isEmpty);
  const why = isCertain && side.isolatedBy.length === 0 ? [`  ${whyOpen(side)}`] : side.reasons.map(reason => `  undecided, because ${reasonText(reason)}`);
  return [
    `${side.direction === 'egress' ? 'Egress' : 'Ingress'} of ${side.subject.name}: ${isCertain ? 'allowed' : 'undecided'}`,
    ...why,
    ...effects.length === 0 ? [] : [`  ${isCertain ? ALLOWED_BY.yes : ALLOWED_BY.undecided}`, ...effects.map(effect => `    ${effectText(effect)}`)],
  ];
}

/** The rule that allows the connection with an end outside the list. */
function unlistedText({ by }: UnlistedConnection): string[] {
  if (by === undefined) { return []; }
  const ports = portsText(by.rule);
  if (by.clause === undefined) { return [`It allows ${ports}.`]; }
  return [
    `Let through by ${formatReference(fieldReference(by.policy, by.clause.path))},`,
    `  which means ${clauseText(by.clause, by.policy.namespace)}, on ${ports}`,
  ];
}

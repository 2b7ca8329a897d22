import { noCommonPortText } from './explanation';
import { fieldReference, formatReference } from './references';
import { CallFix, formatClaim, PairClaim } from '../claims/claim';
import { assumptionText, fixOf, summaryOf } from '../claims/claim-findings';
import { ExplainedWitness, explainedWitness, UnlistedConnection } from '../claims/explained-witness';
import { ClaimVerdict } from '../claims/judge';
import { ClaimWitness, labelsText, nameOfEnd, WitnessPod } from '../claims/witness';
import { ConnectionSet } from '../evaluator/connections';
import { reasonText } from './private/passing';
import { ALLOWED_BY, clauseText, effectText, indented, portsText, sideSummary, sideText, unresolvedPort, whyOpen } from './private/side-text';
import { FACTS, formatAssumption, formatReason, Reason } from '../findings/answer';
import { formatPlace } from '../findings/finding';
import { formatAddress } from '../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Explanation, SideExplanation } from '../query/explanation';

/** A claim and, if it does not hold, why and the fix. */
export function renderClaimVerdict(verdict: ClaimVerdict): string {
  return [formatClaim(verdict.claim), ...indented(verdictDetails(verdict), 2)].map(line => `${line}\n`).join('');
}

/** Why a claim does not hold, and the fix, line by line. For a claim that holds, its assumptions and what it does not match. */
export function verdictDetails(verdict: ClaimVerdict): string[] {
  const { claim, answer, witness, reasons, assumptions, unmatched } = verdict;
  const rest = [
    ...reasons.map(reason => noteText('Undecided', reason, formatReason(reason))),
    ...assumptions.flatMap(assumption => [
      noteText('Assumption', assumption, answer === 'holds' ? assumptionText(verdict, assumption) : formatAssumption(assumption)),
      ...indented(possiblePodsText(assumption.witness), 2),
      `  To state it as a fact: ${FACTS[assumption.code]}.`,
    ]),
    ...unmatched.map(({ name }) => `${name} matches no declared pod, although the input has workloads in its namespace.`),
  ];
  if (witness === undefined) { return answer === 'fails' ? [summaryOf(verdict), ...rest] : rest; }
  const explained = explainedWitness(verdict, witness);
  // The witness of an assumption is shown with the assumption.
  const pods = assumptions.length > 0 ? [] : possiblePodsText(witness);
  const restsOn = explained.kind === 'unlisted' ? [] : explained.explanation.assumptions.map(assumption => noteText('Assumption', assumption, formatAssumption(assumption)));
  return [summaryOf(verdict), ...pods, ...detailsOf(explained, (claim as PairClaim).callFix), ...fixText(verdict, explained, witness), ...restsOn, ...rest];
}

function detailsOf(witness: ExplainedWitness, callFix: CallFix | undefined): string[] {
  switch (witness.kind) {
    case 'blocked': return blockedText(witness.explanation, callFix);
    case 'passes': return passesText(witness.explanation, witness.connections);
    case 'own-node': return [];
    case 'unlisted': return unlistedText(witness);
  }
}

function noteText(title: string, { code, place }: Reason, text: string): string {
  return `${title} (${code}): ${text}${place === undefined ? '' : ` (${formatPlace(place)})`}.`;
}

/** What the ends of a witness are that are no declared pods, and the addresses that matter. */
function possiblePodsText({ source, destination }: ClaimWitness): string[] {
  return [source, destination].flatMap(end => end.kind === 'address' ? []
    : end.workload === undefined ? end.party === undefined ? addressText(end, 'This pod') : [possiblePodText(end)]
      : addressText(end, nameOfEnd(end)));
}

/** A pod that could exist: nothing in the cluster keeps anyone from creating it. */
function possiblePodText(end: WitnessPod): string {
  const { party, pod, namespace, furtherLabels } = end;
  const { [NAMESPACE_NAME_LABEL]: _, ...ofNamespace } = namespace.labels;
  const where = `${namespace.name}${Object.keys(ofNamespace).length === 0 ? '' : ` (${labelsText(ofNamespace)})`}`;
  const labels = labelsText(pod.labels, key => `${key}=${pod.labels[key]}${furtherLabels.includes(key) ? ' (*)' : ''}`);
  return [
    `Here ${party} is a pod ${labels} in namespace ${where}. The input declares no such pod, but one could be created at any time.`,
    ...furtherLabels.length === 0 ? [] : ['(*) The claim does not ask for this label, and a policy looks at it.'],
    ...addressText(end, 'It'),
  ].join(' ');
}

function addressText({ addressMatters, pod }: WitnessPod, subject: string): string[] {
  return addressMatters ? [`${subject} could have the address ${pod.addresses.map(formatAddress).join(', ')}.`] : [];
}

/** The ways to make the claim true. */
function fixText(verdict: ClaimVerdict, explained: ExplainedWitness, { source, destination }: ClaimWitness): string[] {
  if (explained.kind === 'blocked') { return []; }
  const fix = fixOf(verdict);
  const isPossible = [source, destination].some(end => end.kind === 'pod' && end.workload === undefined);
  const others = [
    ...explained.kind === 'unlisted' ? ['list the peer in the claim, if it may connect'] : [],
    ...isPossible && explained.kind !== 'unlisted' ? ['let the claim be about declared pods (scope DECLARED)'] : [],
  ];
  return [...fix === undefined ? [] : [`Fix: ${fix.text}.`], ...fix === undefined || others.length === 0 ? [] : [`Or ${others.join('; or ')}.`]];
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

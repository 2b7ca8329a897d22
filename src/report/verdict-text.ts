import { noCommonPortText } from './explanation';
import { fieldReference, formatReference } from './references';
import { CallFix, formatClaim, PairClaim } from '../claims/claim';
import { assumptionText, fixOf, summaryOf } from '../claims/claim-findings';
import { ExplainedWitness, explainedWitness, UnlistedConnection } from '../claims/explained-witness';
import { ClaimVerdict } from '../claims/judge';
import { ClaimWitness, nameOfEnd, WitnessPod } from '../claims/witness';
import { ConnectionSet } from '../evaluator/connections';
import { reasonText } from './private/passing';
import { ALLOWED_BY, clauseText, effectText, indented, portsText, sideSummary, sideText, unresolvedPort, whyOpen } from './private/side-text';
import { FACTS, formatAssumption, formatReason, Reason } from '../findings/answer';
import { formatPlace } from '../findings/finding';
import { formatAddress } from '../k8s/address';
import { ContainerPort } from '../k8s/workloads';
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
  return [summaryOf(verdict), ...pods, ...detailsOf(explained, (claim as PairClaim).callFix), ...fixText(verdict, explained, witness), ...rest];
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

/** What the first sentence does not say about the pods of a witness. */
function possiblePodsText({ source, destination, protocol, port }: ClaimWitness): string[] {
  const pods = [source, destination].filter(end => end.kind === 'pod');
  return pods.flatMap(end => {
    const address = end.pod.addresses.map(formatAddress).join(', ');
    if (end.workload !== undefined) { return end.addressMatters ? [`This is so if ${nameOfEnd(end)} has the address ${address}.`] : []; }
    const isExtra = end.furtherLabels.length > 0 && end.party !== undefined;
    const isAsked = (one: ContainerPort) => end === destination && one.protocol === protocol && one.port === port && one.name !== undefined;
    const names = end.pod.ports.filter(isAsked).map(({ name }) => name!);
    const isOne = names.length === 1;
    const facts = [
      ...isExtra ? [`its labels are ${markedLabels(end)}`] : [],
      ...end.addressMatters ? [`its address is ${address}`] : [],
      ...names.length > 0 ? [`its ${isOne ? 'port' : 'ports'} ${names.join(' and ')} ${isOne ? 'is' : 'are both'} ${protocol} ${port}`] : [],
    ];
    return facts.length === 0 ? [] : [`The input declares no such pod, but one could be created at any time: ${facts.join('; ')}.`
      + (isExtra ? ' (*) The claim does not ask for this label, and a policy looks at it.' : '')];
  });
}

/** The labels of a possible pod. A star marks those that the claim does not ask for. */
function markedLabels({ pod: { labels }, furtherLabels }: WitnessPod): string {
  return Object.keys(labels).sort().map(key => `${key}=${labels[key]}${furtherLabels.includes(key) ? ' (*)' : ''}`).join(', ');
}

/** The ways to make the claim true. */
function fixText(verdict: ClaimVerdict, explained: ExplainedWitness, { source, destination }: ClaimWitness): string[] {
  const pods = [source, destination].filter(end => end.kind === 'pod');
  const fix = explained.kind === 'blocked' ? undefined : fixOf(verdict);
  const others = [
    ...explained.kind === 'unlisted' && explained.end !== undefined ? [`list the other end in the claim, if it may ${explained.direction === 'ingress' ? 'connect' : 'be reached'}`] : [],
    ...explained.kind === 'passes' && pods.some(({ workload }) => workload === undefined) ? ['let the claim be about declared pods only (scope DECLARED)'] : [],
  ];
  return [
    ...fix === undefined ? [] : [`Fix: ${fix.text}.`],
    ...fix === undefined || others.length === 0 ? [] : [`Or ${others.join(', or ')}.`],
    ...pods.some(({ addressMatters }) => addressMatters) ? [`If no pod has such an address, ${FACTS['pod-address']}.`] : [],
  ];
}

/** The call that opens a side. None does for a peer on its node's network, which only a block can match. */
function callFor({ direction, peer }: SideExplanation, call: CallFix): string | undefined {
  return peer.kind === 'pod' && peer.pod.hostNetwork ? undefined : call[direction];
}

/** The side that blocks in full, the other in one line. */
function blockedText(explanation: Explanation, call: CallFix = {}): string[] {
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = noCommonPortText(explanation);
  return [
    ...[explanation.egress, explanation.ingress].flatMap(side => side.passes ? [sideSummary(side)] : sideText(side, callFor(side, call))),
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

import { noCommonPortText } from './explanation';
import { clusterRuleReference, fieldReference, formatReference } from './references';
import { formatClaim, namedParties } from '../claims/claim';
import { assumptionText, factOf, fixOf, ownNodeText, summaryOf } from '../claims/claim-findings';
import { ExplainedWitness, explainedWitness, UnlistedConnection } from '../claims/explained-witness';
import { ClaimVerdict } from '../claims/judge';
import { ClaimWitness, nameOfEnd, WitnessPod } from '../claims/witness';
import { blocksOf, ClusterPeerClause, ClusterRule, tierText } from '../cluster/cluster-policy';
import { ConnectionSet } from '../evaluator/connections';
import { cidrText } from './private/mismatch-text';
import { reasonText } from './private/passing';
import { ALLOWED_BY, clauseText, effectLines, indented, openLines, portsText, sideSummary, sideText, tierLines, unresolvedPort } from './private/side-text';
import { formatAssumption, formatReason, NARROW, Reason } from '../findings/answer';
import { enumerate, withCommas } from '../findings/enumeration';
import { formatPlace } from '../findings/finding';
import { formatAddress } from '../k8s/address';
import { ContainerPort } from '../k8s/workloads';
import { Explanation, SideExplanation } from '../query/explanation';

/** A claim and, if it does not hold, why and the fix. */
export function renderClaimVerdict(verdict: ClaimVerdict): string {
  return [formatClaim(verdict.claim), ...indented(verdictDetails(verdict), 2)].map(line => `${line}\n`).join('');
}

/**
 * Line by line: what is against a claim that does not hold, the fix, and then why. For a claim that holds, its assumptions, what it does not match
 * and what it does not count.
 */
export function verdictDetails(verdict: ClaimVerdict): string[] {
  const { answer, witness, reasons, assumptions, unmatched } = verdict;
  const onNode = ownNodeText(verdict);
  const rest = [
    ...reasons.map(reason => noteText('Undecided', reason, formatReason(reason))),
    ...assumptions.flatMap(assumption => [
      noteText('Assumption', assumption, answer === 'holds' ? assumptionText(verdict, assumption) : formatAssumption(assumption)),
      ...indented(possiblePodsText(assumption.witness), 2),
      `  To state it as a fact: ${factOf(verdict, assumption.code, assumption.witness)}.`,
    ]),
    // The summary of a strict claim that fails without a witness says the same.
    ...answer === 'fails' && witness === undefined ? [] : unmatched.map(({ name }) => `No declared pod matches ${name}, although the input has workloads in its namespace.`),
    ...onNode === undefined ? [] : [`Note: ${onNode}.`],
    ...answer === 'holds' ? [] : [`Judged for ${scopeText(verdict)}.`],
  ];
  if (witness === undefined) { return answer === 'fails' ? [...verdictSummary(verdict), ...rest] : rest; }
  // The witness of an assumption is shown with the assumption.
  const pods = assumptions.length > 0 ? [] : possiblePodsText(witness);
  return [...verdictSummary(verdict), ...pods, ...detailsOf(explainedWitness(verdict, witness), answer), ...rest];
}

/** What is against a claim that does not hold, and the fix. */
export function verdictSummary(verdict: ClaimVerdict): string[] {
  const { witness } = verdict;
  return [summaryOf(verdict), ...witness === undefined ? [] : fixText(verdict, explainedWitness(verdict, witness), witness)];
}

/** The pods that a claim was judged for: `every possible pod, 3 declared workloads among them`. */
export function scopeText({ claim, declaredWorkloads: { length } }: ClaimVerdict): string {
  const workloads = `${length === 0 ? 'no' : withCommas(length)} declared ${length <= 1 ? 'workload' : 'workloads'}`;
  if (claim.onlyDeclared) { return `declared pods only, those of ${workloads}`; }
  const isNamed = namedParties(claim).every(({ parts }) => parts.every(({ kind }) => kind !== 'selected'));
  return isNamed ? `the pods of ${workloads}` : `every possible pod, ${workloads} among them`;
}

function detailsOf(witness: ExplainedWitness, answer: ClaimVerdict['answer']): string[] {
  switch (witness.kind) {
    case 'blocked': return blockedText(witness.explanation);
    case 'passes': return passesText(witness.explanation, witness.connections);
    case 'own-node': return [];
    case 'unlisted': return unlistedText(witness, answer);
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
    if (end.workload !== undefined) { return declaredPodText(end, address); }
    const isExtra = end.furtherLabels.length > 0 && end.party !== undefined;
    const isAsked = (one: ContainerPort) => end === destination && one.protocol === protocol && one.port === port && one.name !== undefined;
    const names = end.pod.ports.filter(isAsked).map(({ name }) => name!);
    const isOne = names.length === 1;
    const facts = [
      ...isExtra ? [`its labels are ${markedLabels(end)}`] : [],
      ...end.addressMatters ? [`its address is ${address}`] : [],
      ...names.length > 0 ? [`its ${isOne ? 'port' : 'ports'} ${names.join(' and ')} ${isOne ? 'is' : 'are both'} ${protocol} ${port}`] : [],
    ];
    const who = end.podName === undefined ? 'The input declares no such pod, but one' : `The input declares no such pod of ${end.podName}, but one`;
    return facts.length === 0 ? [] : [`${who} could be created at any time: ${facts.join('; ')}.`
      + (isExtra ? ' (*) The claim does not ask for this label, and a policy looks at it.' : '')];
  });
}

/** What a declared pod of a witness needs that the input does not determine, and why the claim is about it. */
function declaredPodText(end: WitnessPod, address: string): string[] {
  const name = nameOfEnd(end);
  const needs = [
    ...end.generatedLabels.map(key => `the label ${key}=${end.pod.labels[key]}`),
    ...end.addressMatters ? [`the address ${address}`] : [],
  ];
  return [
    ...needs.length === 0 ? [] : [`This is so if a pod of ${name} has ${enumerate(needs)}.`],
    ...end.pod.hostNetwork && end.isByLabels === true
      ? [`${name} is in the claim because its labels are those of ${end.party}. It is on its node's network, where no policy isolates it and no selector matches it.`] : [],
  ];
}

/** The labels of a possible pod. A star marks those that the claim does not ask for. */
function markedLabels({ pod: { labels }, furtherLabels }: WitnessPod): string {
  return Object.keys(labels).sort().map(key => `${key}=${labels[key]}${furtherLabels.includes(key) ? ' (*)' : ''}`).join(', ');
}

/** The ways to make the claim true. */
function fixText(verdict: ClaimVerdict, explained: ExplainedWitness, witness: ClaimWitness): string[] {
  const pods = [witness.source, witness.destination].filter(end => end.kind === 'pod');
  const fix = fixOf(verdict);
  const others = [
    ...explained.kind === 'unlisted' && explained.end !== undefined && !isForDns(verdict, explained) ? [`list the other end in the claim, if it may ${explained.direction === 'ingress' ? 'connect' : 'be reached'}`] : [],
    ...explained.kind === 'passes' && verdict.canNarrow && pods.some(({ workload }) => workload === undefined) ? [NARROW] : [],
  ];
  const [first, ...lines] = fix === undefined ? [] : fix.text.split('\n');
  return [
    ...first === undefined ? [] : [`Fix: ${first}${lines.length > 0 || first.endsWith(')') ? '' : '.'}`, ...indented(lines, 2)],
    ...fix === undefined || others.length === 0 ? [] : [`Or ${others.join(', or ')}.`],
    ...pods.some(({ addressMatters }) => addressMatters) ? [`If no pod has such an address, ${factOf(verdict, 'pod-address', witness)}.`] : [],
  ];
}

/** True if the fix says to list the other end already: a DNS server. */
function isForDns({ claim: { calls } }: ClaimVerdict, { by }: UnlistedConnection): boolean {
  return by !== undefined && calls?.withoutDns(by.policy) !== undefined;
}

/** The side that blocks in full, the other in one line. */
function blockedText(explanation: Explanation): string[] {
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = noCommonPortText(explanation);
  return [
    ...[explanation.egress, explanation.ingress].flatMap(side => side.passes ? [sideSummary(side)] : sideText(side)),
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
  const why = isCertain && side.isolatedBy.length === 0 ? openLines(side) : side.reasons.map(reason => `  undecided, because ${reasonText(reason)}`);
  return [
    `${side.direction === 'egress' ? 'Egress' : 'Ingress'} of ${side.subject.name}: ${isCertain ? 'allowed' : 'undecided'}`,
    ...tierLines(side, 'Admin'),
    ...why,
    ...tierLines(side, 'Baseline'),
    ...effects.length === 0 ? [] : [`  ${isCertain ? ALLOWED_BY.yes : ALLOWED_BY.undecided}`, ...effectLines(effects)],
  ];
}

/** The rule that allows the connection with an end outside the list. */
function unlistedText({ by, acceptedBy }: UnlistedConnection, answer: ClaimVerdict['answer']): string[] {
  if (acceptedBy !== undefined) {
    const { policy, rule, clause } = acceptedBy;
    return [
      `${answer === 'undecided' ? 'It may be let' : 'Let'} through by ${formatReference(clusterRuleReference(policy, rule))}, ${tierText(policy)},`,
      `  which accepts ${tierPeerText(peerOf(rule, clause!))} on ${portsText(rule)}`,
    ];
  }
  if (by === undefined) { return []; }
  const ports = portsText(by.rule);
  if (by.clause === undefined) { return [`It allows ${ports}.`]; }
  return [
    `Let through by ${formatReference(fieldReference(by.policy, by.clause.path))},`,
    `  which means ${clauseText(by.clause, by.policy.namespace)}, on ${ports}`,
  ];
}

/** The peer of a rule that a clause is, or that means its addresses: nodes are judged address by address. */
function peerOf({ peers }: ClusterRule, clause: ClusterPeerClause): ClusterPeerClause {
  return peers!.find(peer => peer === clause || blocksOf(peer)?.some(block => block === clause))!;
}

/** What a peer of a cluster-wide rule means, in the words of its field. */
export function tierPeerText(clause: ClusterPeerClause): string {
  switch (clause.kind) {
    case 'domains': return `the domain names ${enumerate(clause.names, 3)}`;
    case 'nodes': return clause.nodes.isEverything ? 'every node' : `nodes ${clause.nodes}`;
    case 'addresses': return `networks ${cidrText(clause.block)}`;
    default: return clauseText(clause, '');
  }
}

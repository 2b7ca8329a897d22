import { CallFix, ClaimKind, formatClaim, PairClaim } from './claim';
import { decidingFields, ExplainedWitness, explainedWitness, UnlistedConnection } from './explained-witness';
import { ClaimAssumption, ClaimVerdict } from './judge';
import { nameOfEnd } from './witness';
import { policyName, unevaluatedName } from '../cluster/cluster';
import { Direction } from '../evaluator/reachability';
import { FACTS, formatAssumption, formatReason, Reason, REASON_FINDINGS } from '../findings/answer';
import { FindingCode } from '../findings/codes';
import { Finding, finding, Fix, formatPath, formatPlace, Place } from '../findings/finding';
import { Explanation, SideExplanation } from '../query/explanation';
import { instructionOf } from '../query/fix-instruction';
import { formatPortQuery } from '../query/ports';

/** The code of the finding that a claim does not hold, by kind of claim. */
const FAILURE_CODES: Readonly<Record<ClaimKind, FindingCode>> = { allowed: 'NP201', denied: 'NP202', admitsOnly: 'NP203', reachesOnly: 'NP204' };

/** Every code that a finding about a claim can have. */
export const CLAIM_FINDING_CODES: readonly FindingCode[] = [...Object.values(FAILURE_CODES), 'NP214', ...Object.values(REASON_FINDINGS)];

/**
 * The findings about a claim: an error if it fails or is undecided, a note for each reason why it is undecided and for each assumption that
 * it rests on, and a warning for each of its parties that matches nothing. None if it simply holds.
 *
 * @param place where the claim is written
 * @param description what its author says it is for
 */
export function findingsOf(verdict: ClaimVerdict, place: Place, description?: string): Finding[] {
  const { claim, answer, reasons, assumptions, unmatched } = verdict;
  const code = FAILURE_CODES[claim.kind];
  const text = `${formatClaim(claim)}${description === undefined ? '' : ` (${description})`}`;
  const note = (noteCode: FindingCode, reason: Reason, message: string, fix?: string): Finding =>
    finding(noteCode, reason.place ?? place, `${formatClaim(claim)} ${message}`, { severity: 'note', fix });
  return [
    ...answer === 'holds' ? [] : [finding(code, place, `${text} ${answer === 'fails' ? 'does not hold' : 'is undecided'}: ${summaryOf(verdict)}`, {
      related: fieldsOf(verdict).map(({ policy, path }) =>
        ({ place: policy.origin.at(path), message: [policyName(policy), formatPath(path)].join(' ').trim() })),
      fix: fixOf(verdict),
    })],
    ...unmatched.map(({ name }) => finding('NP214', place, `${formatClaim(claim)}: ${name} matches no declared pod, although the input has workloads in its namespace`, {
      severity: claim.strict ? 'error' : 'warning', fix: 'correct the labels, or add the workload to the input',
    })),
    ...reasons.map(reason => note(REASON_FINDINGS[reason.code], reason, `is undecided (${reason.code}): ${formatReason(reason)}`)),
    ...assumptions.map(assumption => note(
      REASON_FINDINGS[assumption.code], assumption, `rests on an assumption (${assumption.code}): ${assumptionText(verdict, assumption)}`,
      FACTS[assumption.code],
    )),
  ];
}

function fieldsOf(verdict: ClaimVerdict): ReturnType<typeof decidingFields> {
  return verdict.witness === undefined ? [] : decidingFields(explainedWitness(verdict, verdict.witness));
}

/** An assumption as a sentence without a full stop, with the witness that breaks it. */
export function assumptionText(verdict: ClaimVerdict, assumption: ClaimAssumption): string {
  const sentence = witnessSentence(explainedWitness(verdict, assumption.witness), 'would').replace(/^A /, 'a ').replace(/^Anything /, 'anything ');
  return `${formatAssumption(assumption)}. Otherwise ${sentence.slice(0, -1)}`;
}

/** The first sentence of an explanation: what the witness shows, or why the claim is undecided. */
export function summaryOf(verdict: ClaimVerdict): string {
  const { claim, answer, witness, reasons, assumptions, unmatched } = verdict;
  const codes = assumptions.map(({ code }) => code).join(', ');
  if (answer === 'holds') { return codes === '' ? 'It holds.' : `It holds, assuming ${codes}.`; }
  if (witness === undefined) {
    return answer === 'fails'
      ? `${unmatched.map(({ name }) => name).join(' and ')} matches no declared pod, and ${claim.kind} is strict here.`
      : reasons.map(reason => `${capitalized(formatReason(reason))}.`).join(' ');
  }
  const sentence = witnessSentence(explainedWitness(verdict, witness), answer === 'undecided' ? 'may' : codes === '' ? 'does' : 'would');
  return codes === '' ? sentence : `${sentence} It holds only under ${assumptions.length === 1 ? 'an assumption' : 'assumptions'} (${codes}), and ${claim.kind} is strict here.`;
}

/** The name of an end at the beginning of a sentence. */
function atStart(name: string): string {
  return name.replace(/^a pod /, 'A pod ');
}

function capitalized(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

/** Whether the connection of a witness passes, may pass, or would pass if an assumption is wrong. */
type Certainty = 'does' | 'may' | 'would';

function witnessSentence(witness: ExplainedWitness, certainty: Certainty): string {
  if (witness.kind === 'unlisted') { return unlistedSentence(witness, certainty); }
  const { flow: { source, destination }, port } = witness.explanation;
  const reaches = { does: 'reaches', may: 'may reach', would: 'would reach' }[certainty];
  if (witness.kind === 'own-node') { return `${atStart(source.name)} and ${destination.name} may be on one node, and a pod\'s own node always reaches it.`; }
  if (witness.kind === 'passes') { return `${atStart(source.name)} ${reaches} ${destination.name}: ${witness.connections}.`; }
  const blocked = { does: 'does not reach', may: 'might not reach', would: 'would not reach' }[certainty];
  return `${atStart(source.name)} ${blocked} ${destination.name}${port === undefined ? '' : ` on ${formatPortQuery(port)}`}.`;
}

function unlistedSentence({ target, direction, by, unevaluated, end }: UnlistedConnection, certainty: Certainty): string {
  const can = { does: 'can', may: 'may', would: 'could' }[certainty];
  const name = nameOfEnd(target);
  const reaches = direction === 'ingress' ? `${can} connect to ${name} too` : `${can} be reached by ${name} too`;
  if (unevaluated !== undefined) { return `Anything ${reaches}: ${unevaluatedName(unevaluated)}, which netpol does not evaluate, may let it pass.`; }
  if (by === undefined) {
    return target.pod.hostNetwork
      ? `Anything ${reaches}: it is on its node's network, where no NetworkPolicy isolates it.`
      : `Anything ${reaches}: no policy isolates it for ${direction}.`;
  }
  if (end === undefined) {
    const rule = `${policyName(by.policy)} ${formatPath(by.rule.path)} (${formatPlace(by.policy.origin.at(by.rule.path))})`;
    return `Anything ${reaches}: ${rule} has no '${peersField(direction)}', which means everything.`;
  }
  const isPossible = end.kind === 'pod' && end.workload === undefined;
  return `${atStart(nameOfEnd(end))} ${reaches}${isPossible ? ', whether it exists today or not' : ''}.`;
}

/** What to change so that the claim holds; undefined if no change of a policy, or none that is known, would do it. */
export function fixOf(verdict: ClaimVerdict): Fix | undefined {
  const { claim, answer, witness } = verdict;
  if (witness === undefined || answer !== 'fails') { return undefined; }
  const explained = explainedWitness(verdict, witness);
  switch (explained.kind) {
    case 'blocked': return fixOfBlocked(explained.explanation, (claim as PairClaim).callFix);
    case 'passes': return fixOfPassing([explained.explanation.egress, explained.explanation.ingress]);
    case 'own-node': return { text: "no policy can deny it: name pods that are not on their node's network, or remove the claim" };
    case 'unlisted': return fixOfUnlisted(explained);
  }
}

/** If both sides block, both need a change, and no single edit is enough. */
function fixOfBlocked({ egress, ingress }: Explanation, call: CallFix = {}): Fix | undefined {
  const blocked = [egress, ingress].filter(side => !side.passes);
  const fixes = blocked.map(side => call[side.direction] === undefined || side.peer.kind === 'pod' && side.peer.pod.hostNetwork ? fixOfSide(side) : { text: `write ${call[side.direction]}` }).filter(fix => fix !== undefined);
  if (fixes.length === 0) { return undefined; }
  return { text: [...new Set(fixes.map(({ text }) => text))].join('\n'), edit: fixes.length === 1 ? fixes[0].edit : undefined };
}

function fixOfSide({ fix }: SideExplanation): Fix | undefined {
  if (fix === undefined) { return undefined; }
  const { instruction, yaml, place, isInsertion } = instructionOf(fix);
  const insert = yaml.trimEnd();
  return { text: `${instruction}:\n${insert}`, edit: isInsertion && place !== undefined ? { place, insert } : undefined };
}

/** One side that denies is enough: an isolated side has rules to narrow, an open side needs a policy. No policy isolates an address or a node. */
function fixOfPassing(sides: readonly SideExplanation[]): Fix | undefined {
  const pods = sides.filter(({ subject }) => subject.kind === 'pod' && !subject.pod.hostNetwork);
  if (pods.length === 0) { return undefined; }
  const isolated = pods.filter(side => side.isolatedBy.length > 0);
  return {
    text: isolated.length > 0
      ? `remove or narrow the rules that allow ${isolated.map(({ direction, subject }) => `${direction} of ${subject.name}`).join(', or those that allow ')}`
      : `add a policy that selects ${pods.map(({ direction, subject }) => `${subject.name} and has ${policyType(direction)} in its policyTypes`).join(', or one that selects ')}`,
  };
}

function fixOfUnlisted({ target, direction, by, end }: UnlistedConnection): Fix | undefined {
  if (by === undefined) {
    if (target.pod.hostNetwork) { return undefined; }
    return { text: `add a policy that selects ${nameOfEnd(target)}, has ${policyType(direction)} in its policyTypes, and allows only what the claim lists` };
  }
  const field = `${policyName(by.policy)} ${formatPath((by.clause ?? by.rule).path)}`;
  return { text: end === undefined ? `list the allowed peers under '${peersField(direction)}' of ${field}, or remove the rule` : `narrow ${field}, or remove it` };
}

function policyType(direction: Direction): string {
  return direction === 'ingress' ? 'Ingress' : 'Egress';
}

function peersField(direction: Direction): string {
  return direction === 'ingress' ? 'from' : 'to';
}

import { CallFix, ClaimKind, formatClaim, PairClaim } from './claim';
import { ClaimVerdict, DecidingRule, UnlistedConnection, Witness } from './judge';
import { policyName } from '../cluster/cluster';
import { Direction } from '../evaluator/reachability';
import { formatAssumption, formatReason, Reason, REASON_FINDINGS } from '../findings/answer';
import { FindingCode } from '../findings/codes';
import { Finding, finding, Fix, formatPath, formatPlace, Path, Place } from '../findings/finding';
import { cidrsOf, formatRange } from '../k8s/address';
import { Labels, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Explanation, SideExplanation } from '../query/explanation';
import { instructionOf } from '../query/fix-instruction';
import { formatPortQuery } from '../query/ports';

/** The code of the finding that a claim does not hold, by kind of claim. */
const FAILURE_CODES: Readonly<Record<ClaimKind, FindingCode>> = { allowed: 'NP201', denied: 'NP202', admitsOnly: 'NP203', reachesOnly: 'NP204' };

/** Every code that a finding about a claim can have. */
export const CLAIM_FINDING_CODES: readonly FindingCode[] = [...Object.values(FAILURE_CODES), ...Object.values(REASON_FINDINGS)];

/**
 * The findings about a claim: an error if it fails or is undecided, a note for each reason why it is undecided, and a note for each
 * assumption that it rests on. None if it simply holds.
 *
 * @param place where the claim is written
 * @param description what its author says it is for
 */
export function findingsOf(verdict: ClaimVerdict, place: Place, description?: string): Finding[] {
  const { claim, answer, witness, reasons, assumptions } = verdict;
  const code = FAILURE_CODES[claim.kind];
  const text = `${formatClaim(claim)}${description === undefined ? '' : ` (${description})`}`;
  const note = (noteCode: FindingCode, reason: Reason, message: string, fix?: string): Finding =>
    finding(noteCode, reason.place ?? place, `${formatClaim(claim)} ${message}`, { severity: 'note', fix });
  return [
    ...answer === 'holds' ? [] : [finding(code, place, `${text} ${answer === 'fails' ? 'does not hold' : 'is undecided'}: ${summaryOf(verdict)}`, {
      related: witness === undefined ? [] : decidingFields(witness).map(({ policy, path }) =>
        ({ place: policy.origin.at(path), message: [policyName(policy), formatPath(path)].join(' ').trim() })),
      fix: fixOf(verdict),
    })],
    ...reasons.map(reason => note(REASON_FINDINGS[reason.code], reason, `is undecided (${reason.code}): ${formatReason(reason)}`)),
    ...assumptions.map(assumption => note(
      REASON_FINDINGS[assumption.code], assumption, `rests on an assumption (${assumption.code}): ${formatAssumption(assumption)}`,
      'add the Namespace object, or state the labels with --assume-namespaces, in netpol.yaml or by ClusterFacts.of(scope).addNamespace(...)',
    )),
  ];
}

/** A policy, or a field of one. The path of the policy itself is empty. */
export interface DecidingField {
  readonly policy: DecidingRule['policy'];
  readonly path: Path;
}

/** The policies and rules that decide against a claim, each once. */
export function decidingFields(witness: Witness): DecidingField[] {
  if (witness.kind === 'unlisted') {
    const { by } = witness.connection;
    return by === undefined ? [] : [{ policy: by.policy, path: (by.clause ?? by.rule).path }];
  }
  const { egress, ingress } = witness.explanation;
  if (witness.kind === 'passes') {
    return [egress, ingress].flatMap(side => side.allowedBy)
      .filter(({ connections }) => !connections.intersect(witness.connections).isEmpty)
      .map(({ policy, rule }) => ({ policy, path: rule.path }));
  }
  return [egress, ingress].filter(side => !side.passes).flatMap(side =>
    [...side.isolatedBy.map(policy => ({ policy, path: [] })), ...side.nearMisses.map(({ policy, rule }) => ({ policy, path: rule.path }))]);
}

/** The first sentence of an explanation: what the witness shows, or why the claim is undecided. */
export function summaryOf({ claim, answer, witness, reasons, assumptions, assumedAnswer }: ClaimVerdict): string {
  if (answer === 'holds') { return 'It holds.'; }
  if (witness === undefined) { return reasons.map(reason => `${capitalized(formatReason(reason))}.`).join(' '); }
  const sentence = witnessSentence(witness, answer === 'fails' && assumedAnswer === undefined);
  if (assumedAnswer === undefined) { return sentence; }
  const codes = assumptions.map(({ code }) => code).join(', ');
  return assumedAnswer === 'holds'
    ? `${sentence} It holds only under an assumption (${codes}), and ${claim.kind} is strict here.`
    : `${sentence} It fails under an assumption (${codes}), and is undecided without it.`;
}

function capitalized(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

function witnessSentence(witness: Witness, certain: boolean): string {
  if (witness.kind === 'unlisted') { return unlistedSentence(witness.connection, certain); }
  const { flow: { source, destination }, port } = witness.explanation;
  return witness.kind === 'passes'
    ? `${source.name} ${certain ? 'reaches' : 'may reach'} ${destination.name}: ${witness.connections}.`
    : `${source.name} ${certain ? 'does not reach' : 'might not reach'} ${destination.name}${port === undefined ? '' : ` on ${formatPortQuery(port)}`}.`;
}

function unlistedSentence({ target, direction, by, end }: UnlistedConnection, certain: boolean): string {
  const can = certain ? 'can' : 'may';
  const reaches = direction === 'ingress' ? `${can} connect to ${target.name} too` : `${can} be reached by ${target.name} too`;
  if (by === undefined) {
    return target.pod.hostNetwork
      ? `Anything ${reaches}: it is on its node's network, where no NetworkPolicy isolates it.`
      : `Anything ${reaches}: no policy isolates it for ${direction}.`;
  }
  if (end === undefined) {
    const rule = `${policyName(by.policy)} ${formatPath(by.rule.path)} (${formatPlace(by.policy.origin.at(by.rule.path))})`;
    return `Anything ${reaches}: ${rule} has no '${peersField(direction)}', which means everything.`;
  }
  if (end.kind === 'addresses') {
    const blocks = cidrsOf(end.range);
    return `${blocks.length === 1 ? blocks[0] : formatRange(end.range)} ${reaches}.`;
  }
  const { [NAMESPACE_NAME_LABEL]: _, ...namespaceLabels } = end.namespaceLabels;
  const namespace = Object.keys(namespaceLabels).length === 0 ? end.namespace : `${end.namespace} (${labelsText(namespaceLabels)})`;
  return `A pod ${labelsText(end.labels)} in namespace ${namespace} ${reaches}, whether it exists today or not.`;
}

function labelsText(labels: Labels): string {
  const texts = Object.keys(labels).sort().map(key => `${key}=${labels[key]}`);
  return texts.length === 0 ? 'without labels' : `with ${texts.length === 1 ? 'label' : 'labels'} ${texts.join(', ')}`;
}

/** What to change so that the claim holds; undefined if no change of a policy, or none that is known, would do it. */
export function fixOf({ claim, answer, witness }: ClaimVerdict): Fix | undefined {
  if (witness === undefined || answer !== 'fails') { return undefined; }
  switch (witness.kind) {
    case 'blocked': return fixOfBlocked(witness.explanation, (claim as PairClaim).callFix);
    case 'passes': return fixOfPassing([witness.explanation.egress, witness.explanation.ingress]);
    case 'unlisted': return fixOfUnlisted(witness.connection);
  }
}

/** If both sides block, both need a change, and no single edit is enough. */
function fixOfBlocked({ egress, ingress }: Explanation, call: CallFix = {}): Fix | undefined {
  const blocked = [egress, ingress].filter(side => !side.passes);
  const fixes = blocked.map(side => call[side.direction] === undefined ? fixOfSide(side) : { text: `write ${call[side.direction]}` }).filter(fix => fix !== undefined);
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
    return { text: `add a policy that selects ${target.name}, has ${policyType(direction)} in its policyTypes, and allows only what the claim lists` };
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

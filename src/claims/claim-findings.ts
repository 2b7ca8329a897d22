import { ClaimKind, formatClaim, ProgramCalls } from './claim';
import { decidingFields, ExplainedWitness, explainedWitness, UnlistedConnection } from './explained-witness';
import { ClaimAssumption, ClaimVerdict } from './judge';
import { ClaimWitness, nameOfEnd, WitnessEnd } from './witness';
import { Policy, policyName, Rule, unevaluatedName, workloadName } from '../cluster/cluster';
import { ClusterPolicy, clusterPolicyName } from '../cluster/cluster-policy';
import { Direction } from '../evaluator/reachability';
import { AssumptionCode, factFor, formatAssumption, formatReason, Reason, REASON_FINDINGS } from '../findings/answer';
import { FindingCode } from '../findings/codes';
import { enumerate } from '../findings/enumeration';
import { Finding, finding, Fix, formatPath, formatPlace, Place } from '../findings/finding';
import { PodEndpoint } from '../query/endpoints';
import { Explanation, SideExplanation } from '../query/explanation';
import { instructionOf } from '../query/fix-instruction';
import { formatConnections, formatPortQuery } from '../query/ports';

/** The code of the finding that a claim does not hold, by kind of claim. */
const FAILURE_CODES: Readonly<Record<ClaimKind, FindingCode>> = { allowed: 'NP201', denied: 'NP202', admitsOnly: 'NP203', reachesOnly: 'NP204' };

/** Every code that a finding about a claim can have. */
export const CLAIM_FINDING_CODES: readonly FindingCode[] = [...Object.values(FAILURE_CODES), 'NP214', 'NP215', ...Object.values(REASON_FINDINGS)];

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
  const onNode = ownNodeText(verdict);
  const text = `${formatClaim(claim)}${description === undefined ? '' : ` (${description})`}`;
  const note = (noteCode: FindingCode, reason: Reason, message: string, fix?: string): Finding =>
    finding(noteCode, reason.place ?? place, `${formatClaim(claim)} ${message}`, { severity: 'note', fix });
  return [
    ...answer === 'holds' ? [] : [finding(code, place, `${text} ${answer === 'fails' ? 'does not hold' : 'is undecided'}: ${summaryOf(verdict)}`, {
      related: fieldsOf(verdict).map(({ policy, path }) =>
        ({ place: policy.origin.at(path), message: [nameOfPolicy(policy), formatPath(path)].join(' ').trim() })),
      fix: fixOf(verdict),
    })],
    ...unmatched.map(({ name }) => finding('NP214', place, `${formatClaim(claim)}: no declared pod matches ${name}, although the input has workloads in its namespace`, {
      severity: claim.strict ? 'error' : 'warning', fix: 'correct the labels, or add the workload to the input',
    })),
    ...onNode === undefined ? [] : [finding('NP215', place, `${formatClaim(claim)}: ${onNode}`, { fix: 'name the workload in a claim of its own to count it' })],
    ...reasons.map(reason => note(REASON_FINDINGS[reason.code], reason, `is undecided (${reason.code}): ${formatReason(reason)}`)),
    ...assumptions.map(assumption => note(
      REASON_FINDINGS[assumption.code], assumption, `rests on an assumption (${assumption.code}): ${assumptionText(verdict, assumption)}`,
      factOf(verdict, assumption.code, assumption.witness),
    )),
  ];
}

/** How to state an assumption of a claim as a fact, or do without it. */
export function factOf({ canNarrow, cluster: { podCidrs = [] } }: ClaimVerdict, code: AssumptionCode, { source, destination }: ClaimWitness): string {
  const unknown = [source, destination].flatMap(end => end.kind === 'pod' && end.addressMatters ? [end.pod] : []);
  return factFor(code, { canNarrow, hasPodCidrs: podCidrs.length > 0, areOnNodes: unknown.length > 0 && unknown.every(pod => pod.hostNetwork) });
}

/** What a claim `denied` does not count: that a node reaches its own pods. Undefined if it has no pod on its node's network, or names the workload. */
export function ownNodeText({ onOwnNode }: ClaimVerdict): string | undefined {
  if (onOwnNode.length === 0) { return undefined; }
  const isOne = onOwnNode.length === 1;
  return `${enumerate(onOwnNode.map(workloadName), 3)} ${isOne ? 'is' : 'are'} in the claim by ${isOne ? 'its' : 'their'} labels and on the network of ${isOne ? 'its node' : 'their nodes'}. `
    + 'A node always reaches the pods on it, whatever a policy says, and the claim does not count that';
}

function nameOfPolicy(policy: Policy | ClusterPolicy): string {
  return 'tier' in policy ? clusterPolicyName(policy) : policyName(policy);
}

function fieldsOf(verdict: ClaimVerdict): ReturnType<typeof decidingFields> {
  return verdict.witness === undefined ? [] : decidingFields(explainedWitness(verdict, verdict.witness));
}

/** An assumption as a sentence without a full stop, with the witness that breaks it. */
export function assumptionText(verdict: ClaimVerdict, assumption: ClaimAssumption): string {
  const sentence = witnessSentence(explainedWitness(verdict, assumption.witness), 'would');
  return `${formatAssumption(assumption)}. Otherwise ${sentence.slice(0, -1)}`;
}

/** The first sentence of an explanation: what the witness shows, or why the claim is undecided. */
export function summaryOf(verdict: ClaimVerdict): string {
  const { claim, answer, witness, reasons, assumptions, unmatched } = verdict;
  const codes = assumptions.map(({ code }) => code).join(', ');
  if (answer === 'holds') { return codes === '' ? 'It holds.' : `It holds, assuming ${codes}.`; }
  if (witness === undefined) {
    return answer === 'fails'
      ? `No declared pod matches ${unmatched.map(({ name }) => name).join(' and ')}, although the input has workloads in its namespace, and ${claim.kind} is strict here.`
      : reasons.map(reason => capitalized(`${formatReason(reason)}.`)).join(' ');
  }
  const sentence = capitalized(witnessSentence(explainedWitness(verdict, witness), answer === 'undecided' ? 'may' : codes === '' ? 'does' : 'would'));
  return codes === '' ? sentence : `${sentence} It holds only under ${assumptions.length === 1 ? 'an assumption' : 'assumptions'} (${codes}), and ${claim.kind} is strict here.`;
}

/** A sentence with a capital letter, unless it begins with a name. */
function capitalized(sentence: string): string {
  return sentence.replace(/^(a pod|anything|the search) /, start => `${start[0].toUpperCase()}${start.slice(1)}`);
}

/** Whether the connection of a witness passes, may pass, or would pass if an assumption is wrong. */
type Certainty = 'does' | 'may' | 'would';

/** It begins with a small letter, so that it can follow other words. */
function witnessSentence(witness: ExplainedWitness, certainty: Certainty): string {
  if (witness.kind === 'unlisted') { return unlistedSentence(witness, certainty); }
  const { flow: { source, destination }, port } = witness.explanation;
  const reaches = { does: 'reaches', may: 'may reach', would: 'would reach' }[certainty];
  if (witness.kind === 'own-node') { return `${source.name} and ${destination.name} may be on one node, and a pod\'s own node always reaches it.`; }
  if (witness.kind === 'passes') { return `${source.name} ${reaches} ${destination.name} on ${formatConnections(witness.connections)}.`; }
  const blocked = { does: 'does not reach', may: 'might not reach', would: 'would not reach' }[certainty];
  return `${source.name} ${blocked} ${destination.name}${port === undefined ? '' : ` on ${formatPortQuery(port)}`}.`;
}

function unlistedSentence({ target, direction, by, acceptedBy, unevaluated, end }: UnlistedConnection, certainty: Certainty): string {
  const can = { does: 'can', may: 'may', would: 'could' }[certainty];
  const name = nameOfEnd(target);
  const reaches = direction === 'ingress' ? `${can} connect to ${name} too` : `${can} be reached by ${name} too`;
  if (unevaluated !== undefined) { return `anything ${reaches}: ${unevaluatedName(unevaluated)}, which netpol ${unevaluated.unread === undefined ? 'does not evaluate' : 'cannot read'}, may let it pass.`; }
  const who = end === undefined ? 'anything' : nameOfEnd(end);
  if (by === undefined && acceptedBy === undefined) {
    if (target.pod.hostNetwork) { return `anything ${reaches}: it is on its node's network, where no NetworkPolicy isolates it.`; }
    return end === undefined
      ? `anything ${reaches}: no policy isolates it for ${direction}.`
      : `${who} ${reaches}: no NetworkPolicy isolates it for ${direction}, and no tier denies that.`;
  }
  if (by !== undefined && by.clause === undefined) {
    const rule = `${policyName(by.policy)} ${formatPath(by.rule.path)} (${formatPlace(by.policy.origin.at(by.rule.path))})`;
    return `${who} ${reaches}: ${rule} has no '${peersField(direction)}', which means everything.`;
  }
  const isPossible = end?.kind === 'pod' && end.workload === undefined && end.podName === undefined;
  return `${who} ${reaches}${isPossible ? ', whether it exists today or not' : ''}.`;
}

/** What to change so that the claim holds; undefined if no change of a policy, or none that is known, would do it. */
export function fixOf(verdict: ClaimVerdict): Fix | undefined {
  const { claim: { calls }, answer, witness } = verdict;
  if (witness === undefined || answer !== 'fails') { return undefined; }
  const explained = explainedWitness(verdict, witness);
  switch (explained.kind) {
    case 'blocked': return calls === undefined ? fixOfBlocked(explained.explanation) : callsForBlocked(verdict, explained.explanation, calls);
    case 'passes': return fixOfPassing(explained, witness, calls);
    case 'own-node': return { text: "no policy can deny it: name pods that are not on their node's network, or remove the claim" };
    case 'unlisted': return fixOfUnlisted(explained, calls);
  }
}

/** Only a side that blocks has a fix. If both sides block, both need a change, and no single edit is enough. */
function fixOfBlocked({ egress, ingress }: Explanation): Fix | undefined {
  if (isDeniedByTier(egress) || isDeniedByTier(ingress)) { return undefined; }
  const fixes = [egress, ingress].map(fixOfSide).filter(fix => fix !== undefined);
  if (fixes.length === 0) { return undefined; }
  return { text: [...new Set(fixes.map(({ text }) => text))].join('\n'), edit: fixes.length === 1 ? fixes[0].edit : undefined };
}

/** True if a rule of a tier blocks the side, and no NetworkPolicy opens it. A fix never changes a tier, but the Baseline tier is skipped for isolated pods. */
function isDeniedByTier(side: SideExplanation): boolean {
  const isDenied = (rules: SideExplanation['admin']) => rules.some(({ rule }) => rule.action === 'deny');
  return !side.passes && (isDenied(side.admin) || isDenied(side.baseline) && side.fix === undefined);
}

/** The calls that open the sides that block. */
function callsForBlocked({ claim, ports }: ClaimVerdict, { egress, ingress }: Explanation, calls: ProgramCalls): Fix | undefined {
  if (isDeniedByTier(egress) || isDeniedByTier(ingress)) { return undefined; }
  const blocked = [egress, ingress].filter(side => !side.passes);
  // If each side lets other ports pass, both have to let these pass.
  const sides = blocked.length === 0 ? [egress, ingress] : blocked;
  const opening = calls.opening(sides, ports, claim.ports !== undefined);
  const texts = sides.map(({ direction, subject, peer }) => {
    if (peer.kind === 'pod' && peer.pod.hostNetwork) {
      return `allow ${direction} of ${subject.name} by a Peer.cidr(...) with the addresses of nodes: no selector matches ${peer.name}, which is on its node's network`;
    }
    const call = opening[direction];
    return call === undefined ? `no call allows ${direction} of ${subject.name}: make a tier for the pods that the claim means, with labels of their own` : `write ${call}`;
  });
  // A call makes a policy, as the fix for manifests does.
  const closes = sides.flatMap(({ fix }) => fix === undefined ? [] : instructionOf(fix).closes ?? []);
  return { text: [...new Set([...texts, ...opening.notes ?? [], ...closes])].join('\n') };
}

function fixOfSide({ fix }: SideExplanation): Fix | undefined {
  if (fix === undefined) { return undefined; }
  const { instruction, yaml, place, isInsertion, closes } = instructionOf(fix);
  const insert = yaml.trimEnd();
  return { text: [`${instruction}:`, insert, ...closes === undefined ? [] : [closes]].join('\n'), edit: isInsertion ? { place: place!, insert } : undefined };
}

/** One side that denies is enough: an isolated side has rules to narrow, an open side needs a policy. No policy isolates an address or a node. */
function fixOfPassing(
  { explanation: { egress, ingress }, connections: passing }: Extract<ExplainedWitness, { kind: 'passes' }>,
  { source, destination }: ClaimWitness, calls: ProgramCalls | undefined,
): Fix | undefined {
  // No NetworkPolicy denies what the Admin tier accepts.
  const isAccepted = ({ admin }: SideExplanation) => admin.some(({ rule, connections }) => rule.action === 'accept' && connections.overlaps(passing));
  const pods = [egress, ingress].filter(side => side.subject.kind === 'pod' && !side.subject.pod.hostNetwork && !isAccepted(side));
  if (pods.length === 0) { return undefined; }
  const isolated = pods.filter(side => side.isolatedBy.length > 0);
  const texts = isolated.length > 0
    ? isolated.map(({ direction, subject, allowedBy }) => {
      const rules = allowedBy.filter(({ connections }) => connections.overlaps(passing));
      if (rules.length === 0) { return `the rules that allow ${direction} of ${subject.name}`; }
      return callsMaking(rules.map(({ policy }) => policy), calls)
        ?? enumerate([...new Set(rules.map(rule => callOfGenerated(rule.policy) ?? fieldOf(rule)))], 3);
    })
    : pods.filter(({ direction }) => !isInNewNamespace(direction === 'egress' ? source : destination)).map(({ direction, subject }) =>
      calls?.isolating((subject as PodEndpoint).workload.namespace, direction)
      ?? `add a policy that selects ${subject.name} and has ${policyType(direction)} in its policyTypes`);
  if (texts.length === 0) { return { text: NEW_NAMESPACE_FIX }; }
  const different = [...new Set(texts)];
  return { text: isolated.length > 0 ? `remove or narrow ${different.join(', or ')}` : different.join(', or ') };
}

/** What to do if a connection is between namespaces that do not exist. */
const NEW_NAMESPACE_FIX = 'name the namespaces in the claim: no policy can be in a namespace before it exists';

/** True for a pod of a namespace whose name is only an example. */
function isInNewNamespace(end: WitnessEnd): boolean {
  return end.kind === 'pod' && end.isNewNamespace === true;
}

function fieldOf({ policy, rule }: { readonly policy: Policy; readonly rule: Pick<Rule, 'path'> }): string {
  return `${policyName(policy)} ${formatPath(rule.path)}`;
}

/** What to change instead of a policy that cdk8s-netpol wrote into a file: the next synth would undo a change there. Undefined for any other policy. */
function callOfGenerated(policy: Policy): string | undefined {
  return policy.isGenerated ? `the call in the app for which cdk8s-netpol wrote ${policyName(policy)}` : undefined;
}

/** The calls that made all of these policies; undefined if one of them was not made by a call. */
function callsMaking(policies: readonly Policy[], calls: ProgramCalls | undefined): string | undefined {
  const made = policies.map(policy => calls?.making(policy) ?? []);
  return made.some(some => some.length === 0) ? undefined : enumerate([...new Set(made.flat())], 3);
}

function fixOfUnlisted({ target, direction, by, acceptedBy }: UnlistedConnection, calls: ProgramCalls | undefined): Fix | undefined {
  // A fix never changes a tier.
  if (acceptedBy !== undefined) { return undefined; }
  if (by === undefined) {
    if (target.pod.hostNetwork) { return undefined; }
    if (isInNewNamespace(target)) { return { text: NEW_NAMESPACE_FIX }; }
    return {
      text: calls?.isolating(target.namespace.name, direction)
      ?? `add a policy that selects ${nameOfEnd(target)}, has ${policyType(direction)} in its policyTypes, and allows only what the claim lists`,
    };
  }
  const withoutDns = direction === 'egress' ? calls?.withoutDns(by.policy) : undefined;
  if (withoutDns !== undefined) { return { text: withoutDns }; }
  const made = callsMaking([by.policy], calls) ?? callOfGenerated(by.policy);
  if (made !== undefined) { return { text: `remove or narrow ${made}` }; }
  const field = fieldOf({ policy: by.policy, rule: by.clause ?? by.rule });
  return { text: by.clause === undefined ? `list the allowed peers under '${peersField(direction)}' of ${field}, or remove the rule` : `narrow ${field}, or remove it` };
}

function policyType(direction: Direction): string {
  return direction === 'ingress' ? 'Ingress' : 'Egress';
}

function peersField(direction: Direction): string {
  return direction === 'ingress' ? 'from' : 'to';
}

import { explanationGap } from './explanation';
import { fieldReference, formatReference, ruleReference } from './references';
import { formatClaim, ClaimVerdict, CallFix } from '../claims/claim';
import { Place } from '../findings/finding';
import { rangesLabel } from './private/outside-ranges';
import { clauseText, effectText, indented, portsText, sideSummary, sideText, unresolvedPort, whyOpen } from './private/side-text';
import { Outsider, PossibleEnd } from '../claims/witness';
import { ConnectionSet } from '../evaluator/connections';
import { Reachability } from '../evaluator/reachability';
import { Labels } from '../k8s/objects';
import { explain, Explanation, SideExplanation } from '../query/explanation';
import { formatPortQuery } from '../query/ports';

/** An intent with its judgement, and where it is written. */
export interface IntentVerdict {
  readonly verdict: ClaimVerdict;
  readonly place: Place;
  /** What its author says it is for. */
  readonly description?: string;
}

/** A judged claim for a person: the claim and, where it is untrue, why, and what would mend it. */
export function renderClaimVerdict(reach: Reachability, judgement: ClaimVerdict): string {
  return [formatClaim(judgement.claim), ...indented(verdictDetails(reach, judgement), 2)].map(line => `${line}\n`).join('');
}

/** Why a claim is untrue, line by line; nothing where it holds. */
export function verdictDetails(reach: Reachability, { claim, witness: counterexample }: ClaimVerdict): string[] {
  switch (counterexample?.kind) {
    case undefined: return [];
    case 'blocked': return blocked(explain(reach, counterexample.passage, counterexample.port), 'remedy' in claim ? claim.remedy : undefined);
    case 'passes': return passes(explain(reach, counterexample.passage), counterexample.connections);
    case 'intrusion': return outsiderText(counterexample.intrusion);
  }
}

/** The first sentence of the details: what is untrue, without the reasons. */
export function verdictSummary(reach: Reachability, judgement: ClaimVerdict): string {
  return verdictDetails(reach, judgement)[0] ?? 'It holds.';
}

function blocked(explanation: Explanation, remedy: CallFix = {}): string[] {
  const { flow: passage, port, egress, ingress } = explanation;
  const sentence = `${passage.source.name} does not reach ${passage.destination.name}${port === undefined ? '' : ` on ${formatPortQuery(port)}`}.`;
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [sentence, unresolved]; }
  const gap = explanationGap(explanation);
  return [
    sentence,
    ...[egress, ingress].flatMap(side => side.passes ? [sideSummary(side)] : sideText(side, remedy[side.direction])),
    ...(gap === undefined ? [] : [gap]),
  ];
}

function passes({ flow: passage, egress, ingress }: Explanation, connections: ConnectionSet): string[] {
  const { source, destination } = passage;
  return [
    `${source.name} reaches ${destination.name}: ${connections}.`,
    ...[egress, ingress].flatMap(side => opening(side, connections)),
    ...denial(egress, ingress),
  ];
}

/** Why a side lets these connections pass. */
function opening(side: SideExplanation, connections: ConnectionSet): string[] {
  const headline = `${side.direction === 'egress' ? 'Egress' : 'Ingress'} of ${side.subject.name}: allowed`;
  if (side.isolatedBy.length === 0) { return [headline, `  ${whyOpen(side)}`]; }
  const effects = side.allowedBy
    .map(effect => ({ ...effect, connections: effect.connections.intersect(connections) }))
    .filter(effect => !effect.connections.isEmpty);
  return [headline, '  allowed by', ...effects.map(effect => `    ${effectText(effect)}`)];
}

/** One side that denies is enough; an isolated one has rules to narrow, an open one needs a policy. */
function denial(...sides: readonly SideExplanation[]): string[] {
  const pods = sides.filter(({ subject }) => subject.kind === 'pod' && !subject.pod.hostNetwork);
  const isolated = pods.filter(side => side.isolatedBy.length > 0);
  if (isolated.length > 0) {
    return [`To deny it, take out or narrow the rules named under ${isolated.map(side => `${side.direction} of ${side.subject.name}`).join(', or those under ')}.`];
  }
  if (pods.length === 0) { return ['No NetworkPolicy can deny it: policies isolate only pods that are not on their node\'s network.']; }
  return [`To deny it, add a policy that selects ${pods.map(({ subject, direction }) =>
    `${subject.name} and has ${direction === 'egress' ? 'Egress' : 'Ingress'} among its policyTypes`).join(', or one that selects ')}.`];
}

/** Who gets in besides those who may, which rule lets them in, and what to change. */
export function outsiderText(intrusion: Outsider): string[] {
  const { subject, direction, by, who: stranger } = intrusion;
  const reaches = direction === 'ingress' ? `can connect to ${subject.name} too` : `can be reached by ${subject.name} too`;
  if (by === undefined) {
    if (subject.pod.hostNetwork) { return [`Anything ${reaches}: it is on its node's network, where no NetworkPolicy isolates it.`]; }
    return [
      `Anything ${reaches}: no policy isolates it for ${direction}.`,
      `To mend it, add a policy that selects it, has ${direction === 'ingress' ? 'Ingress' : 'Egress'} among its policyTypes, and allows only what the intent names.`,
    ];
  }
  const { policy, rule, clause } = by;
  if (stranger === undefined || clause === undefined) {
    const list = direction === 'ingress' ? 'from' : 'to';
    return [
      `Anything ${reaches}: ${formatReference(ruleReference(policy, rule))} has no '${list}', which means everything.`,
      `It allows ${portsText(rule)}. To mend it, name those who may under '${list}', or take the rule out.`,
    ];
  }
  return [
    ...describe(stranger, reaches),
    `Let through by ${formatReference(fieldReference(policy, clause.path))},`,
    `  which stands for ${clauseText(clause, policy.namespace)}, on ${portsText(rule)}`,
    'To mend it, narrow that entry or take it out.',
  ];
}

function describe(stranger: PossibleEnd, reaches: string): string[] {
  if (stranger.kind === 'address') { return [`These addresses ${reaches}: ${rangesLabel([stranger.range])}`]; }
  return [
    `A pod like this ${reaches}, whether it exists today or not:`,
    `  labels:           ${labelsText(stranger.labels)}`,
    `  namespace:        ${stranger.namespace}`,
    `  namespace labels: ${labelsText(stranger.namespaceLabels)}`,
  ];
}

function labelsText(labels: Labels): string {
  return Object.keys(labels).sort().map(key => `${key}=${labels[key]}`).join(', ') || '(none)';
}

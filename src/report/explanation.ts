import { Policy, policyName, Rule } from '../cluster/cluster';
import { clusterPolicyName } from '../cluster/cluster-policy';
import { mismatchText } from './private/mismatch-text';
import { reasonText, withCode } from './private/passing';
import { sideText, unresolvedPort } from './private/side-text';
import { formatAssumption, Reason } from '../findings/answer';
import { formatPath, Place } from '../findings/finding';
import { Explanation, SideExplanation, TierRule } from '../query/explanation';
import { instructionOf } from '../query/fix-instruction';
import { answerAsJson } from '../query/flow';
import { formatConnections, formatPortQuery } from '../query/ports';
import { codeBlock, escapeMarkdown } from './private/markdown';

/**
 * An explanation for a person: the answer, why it is undecided or which assumptions it rests on, and then both sides with the
 * policies that isolate, the rules that allow, the near misses, and the YAML to add if a side is blocked.
 */
export function renderExplanation(explanation: Explanation): string {
  return [explanationHeadline(explanation), ...restsOn(explanation), '', ...explanationDetails(explanation)].map(line => `${line}\n`).join('');
}

/** Why an answer is undecided, and what it assumes, each in a line. */
export function restsOn({ reasons, assumptions }: Pick<Explanation, 'reasons' | 'assumptions'>): string[] {
  return [
    ...reasons.map(reason => `undecided, because ${reasonText(reason)}`),
    ...assumptions.map(assumption => withCode(formatAssumption(assumption), assumption)),
  ];
}

/** Both sides of an explanation, in lines. */
export function explanationDetails(explanation: Explanation): string[] {
  if (explanation.flow.loopback) { return ['A pod always reaches itself: policies do not apply.']; }
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = noCommonPortText(explanation);
  return [...sideText(explanation.egress), '', ...sideText(explanation.ingress), ...(gap === undefined ? [] : ['', gap])];
}

/** The answer as a sentence. */
function explanationHeadline({ flow, port, answer }: Explanation): string {
  const { source, destination, connections } = flow;
  const on = port === undefined ? '' : ` on ${formatPortQuery(port)}`;
  switch (answer) {
    case 'yes': return `yes: ${source.name} reaches ${destination.name} on ${port === undefined ? formatConnections(connections) : formatPortQuery(port)}`;
    case 'no': return `no: ${source.name} does not reach ${destination.name}${on}`;
    case 'undecided': return `undecided: whether ${source.name} reaches ${destination.name}${on}`;
  }
}

/** The reason for a `no` if each side allows a connection, but no connection is allowed by both sides. */
export function noCommonPortText({ flow, answer, egress, ingress }: Explanation): string | undefined {
  return answer === 'no' && egress.passes && ingress.passes
    ? `Each side allows some connections, but they have no port in common: egress has ${formatConnections(flow.egress)}, ingress has ${formatConnections(flow.ingress)}. `
      + 'Ask about one port to see what would allow it.'
    : undefined;
}

/** An explanation as data for a program. */
export function explanationJson(explanation: Explanation): object {
  const { flow, port, answer, reasons, assumptions, egress, ingress } = explanation;
  const unresolved = unresolvedPort(explanation);
  return {
    answer,
    allowed: answerAsJson(answer),
    from: flow.source.name,
    to: flow.destination.name,
    ...(port === undefined ? {} : { port: formatPortQuery(port) }),
    connections: flow.connections.toString(),
    ...(reasons.length === 0 ? {} : { reasons: reasons.map(reasonJson) }),
    ...(assumptions.length === 0 ? {} : { assumptions: assumptions.map(reasonJson) }),
    ...(flow.loopback ? { loopback: true } : {}),
    ...(unresolved === undefined ? {} : { unresolvedPort: unresolved }),
    egress: sideJson(egress, flow.egress.toString()),
    ingress: sideJson(ingress, flow.ingress.toString()),
  };
}

/** A reason or an assumption as data for a program. */
export function reasonJson({ code, what, place }: Reason): object {
  return { code, what, ...(place === undefined ? {} : placeJson(place)) };
}

/** A place as data for a program. */
export function placeJson({ file, line, column, constructPath }: Place): object {
  return constructPath !== undefined ? { constructPath } : { file, line, column };
}

/** A rule and its place, as data for a program. */
export function ruleJson(policy: Policy, { path }: Pick<Rule, 'path'>): object {
  return { policy: policyName(policy), path: formatPath(path), ...placeJson(policy.origin.at(path)) };
}

function sideJson(side: SideExplanation, connections: string): object {
  const fix = side.fix && instructionOf(side.fix);
  return {
    allowed: answerAsJson(side.answer),
    connections,
    ...(side.reasons.length === 0 ? {} : { reasons: side.reasons.map(reasonJson) }),
    ...tierJson('admin', side.admin),
    isolatedBy: side.isolatedBy.map(policy => ({ policy: policyName(policy), ...placeJson(policy.origin.at()) })),
    allowedBy: side.allowedBy.map(({ policy, rule, connections: allowed }) => ({ ...ruleJson(policy, rule), connections: allowed.toString() })),
    ...tierJson('baseline', side.baseline),
    nearMisses: side.nearMisses.map(({ policy, rule, mismatches }) => ({ ...ruleJson(policy, rule), why: mismatches.map(mismatchText).join('; ') })),
    ...(fix === undefined ? {} : {
      fix: { instruction: fix.instruction, ...(fix.place === undefined ? {} : placeJson(fix.place)), yaml: fix.yaml },
    }),
  };
}

/** The rules of a tier; nothing if none decides. */
function tierJson(tier: 'admin' | 'baseline', rules: readonly TierRule[]): object {
  return rules.length === 0 ? {} : {
    [tier]: rules.map(({ policy, rule, connections, isSure }) => ({
      policy: clusterPolicyName(policy),
      tier: policy.tier,
      priority: policy.priority,
      path: formatPath(rule.path),
      ...rule.name === undefined ? {} : { name: rule.name },
      ...placeJson(policy.origin.at(rule.path)),
      action: rule.action,
      connections: connections.toString(),
      ...isSure ? {} : { undecided: true },
    })),
  };
}

/** An explanation for a pull request: the answer in bold, and the rest as text in a code block. */
export function explanationMarkdown(explanation: Explanation): string {
  const [, ...rest] = renderExplanation(explanation).split('\n');
  return `**${escapeMarkdown(explanationHeadline(explanation))}**\n\n${codeBlock('text', rest.join('\n').replace(/^\n/, ''))}`;
}

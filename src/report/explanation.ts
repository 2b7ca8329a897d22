import { Policy, policyName, Rule } from '../cluster/cluster';
import { clusterPolicyName } from '../cluster/cluster-policy';
import { mismatchText } from './private/mismatch-text';
import { reasonText, withCode } from './private/passing';
import { fixText, outcomeText, sideText, unresolvedPort } from './private/side-text';
import { formatAssumption, Reason } from '../findings/answer';
import { withCommas } from '../findings/enumeration';
import { formatPath, Path, Place } from '../findings/finding';
import { Explanation, PolicyFix, RuleEffect, SideExplanation, TierRule } from '../query/explanation';
import { instructionOf } from '../query/fix-instruction';
import { answerAsJson } from '../query/flow';
import { FixOutcome } from '../query/further-fixes';
import { formatConnections, formatPortQuery } from '../query/ports';
import { codeBlock, escapeMarkdown } from './private/markdown';

/**
 * An explanation for a person: the answer, why it is undecided or which assumptions it rests on, the fix if a side is blocked, and then both sides with the
 * policies that isolate, the rules that allow, and the near misses.
 */
export function renderExplanation(explanation: Explanation, outcome?: FixOutcome): string {
  return [explanationHeadline(explanation), ...restsOn(explanation), '', ...explanationDetails(explanation, outcome)].map(line => `${line}\n`).join('');
}

/** More reasons with one code than this are counted. */
const MAX_REASONS = 4;

/** Why an answer is undecided, and what it assumes, each in a line. */
export function restsOn({ reasons, assumptions }: Pick<Explanation, 'reasons' | 'assumptions'>): string[] {
  const byCode = new Map<string, Reason[]>();
  for (const reason of reasons) { byCode.set(reason.code, [...byCode.get(reason.code) ?? [], reason]); }
  return [
    ...[...byCode].flatMap(([code, alike]) => [
      ...alike.slice(0, MAX_REASONS).map(reason => `undecided, because ${reasonText(reason)}`),
      ...alike.length > MAX_REASONS ? [`and ${withCommas(alike.length - MAX_REASONS)} more reasons of the same kind (${code})`] : [],
    ]),
    ...assumptions.map(assumption => withCode(formatAssumption(assumption), assumption)),
  ];
}

/** The fix, what comes of it, and both sides of an explanation, in lines. */
export function explanationDetails(explanation: Explanation, outcome?: FixOutcome): string[] {
  if (explanation.flow.loopback) { return ['A pod always reaches itself: policies do not apply.']; }
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = noCommonPortText(explanation);
  const fix = [...fixText(explanation), ...outcome === undefined ? [] : outcomeText(explanation, outcome)];
  return [...fix, ...fix.length === 0 ? [] : [''], ...sideText(explanation.egress), '', ...sideText(explanation.ingress), ...(gap === undefined ? [] : ['', gap])];
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
  const hasFix = (egress.fix ?? ingress.fix) !== undefined;
  return answer === 'no' && egress.passes && ingress.passes
    ? `Each side allows some connections, but they have no port in common: egress has ${formatConnections(flow.egress)}, ingress has ${formatConnections(flow.ingress)}. `
      + (hasFix ? 'The fix is for the ports of the destination.' : 'Ask about one port to see what would allow it.')
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

/** The paths of the peers and ports of a rule that let a connection through. */
function matchJson({ peers, ports }: ReturnType<RuleEffect['matching']>): object {
  const paths = (clauses: readonly { readonly path: Path }[]) => clauses.map(({ path }) => formatPath(path));
  return { ...peers === undefined ? {} : { peers: paths(peers) }, ...ports === undefined ? {} : { ports: paths(ports) } };
}

/** What comes of a fix, as data for a program. */
export function outcomeJson({ further, after, blocked, hasMore }: FixOutcome): object {
  return {
    ...further.length === 0 ? {} : {
      furtherFixes: further.map(({ direction, subject, peer, fix }) => ({ direction, of: subject.name, peer: peer.name, ...fixJson(fix) })),
    },
    answer: after.answer,
    ...after.answer === 'undecided' ? { reasons: after.reasons.map(reasonJson) } : {},
    ...after.answer === 'no' ? { blockedPairs: blocked, hasMoreFixes: hasMore } : {},
  };
}

function fixJson(fix: PolicyFix): object {
  const { instruction, place, yaml, opens, closes } = instructionOf(fix);
  return {
    instruction,
    ...place === undefined ? {} : placeJson(place),
    yaml,
    ...opens === undefined ? {} : { opens },
    ...closes === undefined ? {} : { closes },
  };
}

function sideJson(side: SideExplanation, connections: string): object {
  return {
    allowed: answerAsJson(side.answer),
    connections,
    ...(side.reasons.length === 0 ? {} : { reasons: side.reasons.map(reasonJson) }),
    ...tierJson('admin', side.admin),
    isolatedBy: side.isolatedBy.map(policy => ({ policy: policyName(policy), ...placeJson(policy.origin.at()) })),
    allowedBy: side.allowedBy.map(({ policy, rule, connections: allowed, matching }) =>
      ({ ...ruleJson(policy, rule), connections: allowed.toString(), ...matchJson(matching()) })),
    ...tierJson('baseline', side.baseline),
    nearMisses: side.nearMisses.map(({ policy, rule, mismatches }) => ({ ...ruleJson(policy, rule), why: [...new Set(mismatches.map(mismatchText))].join('; ') })),
    ...side.nearlySelectedBy.length === 0 ? {} : {
      nearlySelectedBy: side.nearlySelectedBy.map(({ policy, mismatch }) =>
        ({ policy: policyName(policy), ...placeJson(policy.origin.at()), why: mismatchText(mismatch) })),
    },
    ...side.fix === undefined ? {} : { fix: fixJson(side.fix) },
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
      ...rule.failsClosed ? { failsClosed: true } : {},
      ...isSure ? {} : { undecided: true },
    })),
  };
}

/** An explanation for a pull request: the answer in bold, and the rest as text in a code block. */
export function explanationMarkdown(explanation: Explanation, outcome?: FixOutcome): string {
  const [, ...rest] = renderExplanation(explanation, outcome).split('\n');
  return `**${escapeMarkdown(explanationHeadline(explanation))}**\n\n${codeBlock('text', rest.join('\n').replace(/^\n/, ''))}`;
}

import { sideText, snippetOf, unresolvedPort } from './private/side-text';
import { Policy, policyName, Rule } from '../cluster/cluster';
import { formatPath, Place } from '../findings/finding';
import { Explanation, SideExplanation } from '../query/explanation';
import { formatPortQuery } from '../query/ports';
import { codeBlock, escapeMarkdown } from './private/markdown';

/**
 * An explanation for a person: the answer, and both directions with the policies that isolate, the rules
 * that allow, those that come near, and the YAML to add where it is blocked.
 */
export function renderExplanation(explanation: Explanation): string {
  return [explanationHeadline(explanation), '', ...reasons(explanation)].map(line => `${line}\n`).join('');
}

function reasons(explanation: Explanation): string[] {
  if (explanation.flow.loopback) { return ['A pod always reaches itself: no policy has a say in it.']; }
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = explanationGap(explanation);
  return [...sideText(explanation.egress), '', ...sideText(explanation.ingress), ...(gap === undefined ? [] : ['', gap])];
}

/** The answer as a sentence. */
export function explanationHeadline({ flow: passage, port, allowed }: Explanation): string {
  const { source, destination, connections } = passage;
  const on = port === undefined ? '' : ` on ${formatPortQuery(port)}`;
  if (!allowed) { return `no: ${source.name} does not reach ${destination.name}${on}`; }
  return `yes: ${source.name} reaches ${destination.name}${on}${port === undefined ? `: ${connections}` : ''}`;
}

/** What there is to say where each side lets something pass and still nothing does. */
export function explanationGap({ flow: passage, allowed, egress, ingress }: Explanation): string | undefined {
  return allowed || !egress.passes || !ingress.passes
    ? undefined
    : `Each side allows something, and no port is in both: egress ${passage.egress}, ingress ${passage.ingress}. `
      + 'Ask about one port to see what would allow that.';
}

/** An explanation as plain data for a program. */
export function explanationJson(explanation: Explanation): object {
  const { flow: passage, port, allowed, egress, ingress } = explanation;
  const unresolved = unresolvedPort(explanation);
  return {
    allowed,
    from: passage.source.name,
    to: passage.destination.name,
    ...(port === undefined ? {} : { port: formatPortQuery(port) }),
    connections: passage.connections.toString(),
    ...(passage.loopback ? { loopback: true } : {}),
    ...(unresolved === undefined ? {} : { unresolvedPort: unresolved }),
    egress: sideJson(egress, passage.egress.toString(), unresolved === undefined),
    ingress: sideJson(ingress, passage.ingress.toString(), unresolved === undefined),
  };
}

/** A place as a program reads it. */
export function placeJson({ file, line, column, constructPath }: Place): object {
  return constructPath !== undefined ? { constructPath } : { file, line, column };
}

/** A rule, and where it is written. */
export function ruleJson(policy: Policy, { path }: Pick<Rule, 'path'>): object {
  return { policy: policyName(policy), path: formatPath(path), ...placeJson(policy.origin.at(path)) };
}

function sideJson(side: SideExplanation, connections: string, mendable: boolean): object {
  const mend = mendable && side.fix ? snippetOf(side.fix) : undefined;
  return {
    allowed: side.passes,
    connections,
    isolatedBy: side.isolatedBy.map(policy => ({ policy: policyName(policy), ...placeJson(policy.origin.at()) })),
    allowedBy: side.allowedBy.map(({ policy, rule, connections: given }) => ({ ...ruleJson(policy, rule), connections: given.toString() })),
    nearMisses: side.nearMisses.map(({ policy, rule, why }) => ({ ...ruleJson(policy, rule), why })),
    ...(mend === undefined ? {} : {
      mend: { instruction: mend.instruction, ...(mend.place === undefined ? {} : placeJson(mend.place)), yaml: mend.yaml },
    }),
  };
}

/** An explanation for a pull request: the answer, with the whole of it below, as it is printed. */
export function explanationMarkdown(explanation: Explanation): string {
  const [, ...details] = renderExplanation(explanation).trimEnd().split('\n');
  return `**${escapeMarkdown(explanationHeadline(explanation))}**\n\n${codeBlock('text', details.join('\n').replace(/^\n+/, ''))}`;
}

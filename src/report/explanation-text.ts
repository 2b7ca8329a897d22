import { sideText } from './side-text';
import { unresolvedPort } from './unresolved-port';
import { Explanation } from '../analysis/explanation';
import { formatPortQuestion } from '../analysis/port-question';

/**
 * An explanation for a person: the answer, and both directions with the policies that isolate, the rules
 * that allow, those that come near, and the YAML to add where it is blocked.
 */
export function renderExplanation(explanation: Explanation): string {
  return [explanationHeadline(explanation), '', ...reasons(explanation)].map(line => `${line}\n`).join('');
}

function reasons(explanation: Explanation): string[] {
  if (explanation.passage.loopback) { return ['A pod always reaches itself: no policy has a say in it.']; }
  const unresolved = unresolvedPort(explanation);
  if (unresolved !== undefined) { return [unresolved]; }
  const gap = explanationGap(explanation);
  return [...sideText(explanation.egress), '', ...sideText(explanation.ingress), ...(gap === undefined ? [] : ['', gap])];
}

/** The answer as a sentence. */
export function explanationHeadline({ passage, port, allowed }: Explanation): string {
  const { source, destination, connections } = passage;
  const on = port === undefined ? '' : ` on ${formatPortQuestion(port)}`;
  if (!allowed) { return `no: ${source.name} does not reach ${destination.name}${on}`; }
  return `yes: ${source.name} reaches ${destination.name}${on}${port === undefined ? `: ${connections}` : ''}`;
}

/** What there is to say where each side lets something pass and still nothing does. */
export function explanationGap({ passage, allowed, egress, ingress }: Explanation): string | undefined {
  return allowed || !egress.passes || !ingress.passes
    ? undefined
    : `Each side allows something, and no port is in both: egress ${passage.egress}, ingress ${passage.ingress}. `
      + 'Ask about one port to see what would allow that.';
}

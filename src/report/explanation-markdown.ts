import { explanationHeadline, renderExplanation } from './explanation-text';
import { codeBlock, escapeMarkdown } from './markdown';
import { Explanation } from '../analysis/explanation';

/** An explanation for a pull request: the answer, with the whole of it below, as it is printed. */
export function explanationMarkdown(explanation: Explanation): string {
  const [, ...details] = renderExplanation(explanation).trimEnd().split('\n');
  return `**${escapeMarkdown(explanationHeadline(explanation))}**\n\n${codeBlock('text', details.join('\n').replace(/^\n+/, ''))}`;
}

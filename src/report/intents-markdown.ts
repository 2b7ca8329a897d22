import { JudgedIntent } from './judged-intent';
import { judgementDetails } from './judgement-text';
import { codeBlock, escapeMarkdown, tableRow } from './markdown';
import { formatClaim } from '../analysis/claim';
import { formatPlace } from '../cluster/origin';
import { Reachability } from '../reach/reachability';

/** A table of all intents and, below it, a section for each that does not hold: made for a pull request's comment. */
export function* intentsMarkdown(reach: Reachability, intents: readonly JudgedIntent[]): Iterable<string> {
  yield '| | intent | where |\n| --- | --- | --- |\n';
  for (const { judgement, place } of intents) {
    yield tableRow([judgement.holds ? 'ok' : 'FAILED', formatClaim(judgement.claim), formatPlace(place)]);
  }
  for (const { judgement, description } of intents) {
    if (judgement.holds) { continue; }
    yield `\n### ${escapeMarkdown(formatClaim(judgement.claim))}\n\n`;
    if (description !== undefined) { yield `${escapeMarkdown(description)}\n\n`; }
    yield codeBlock('text', judgementDetails(reach, judgement).join('\n'));
  }
}

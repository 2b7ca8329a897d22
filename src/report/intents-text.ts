import { JudgedIntent } from './judged-intent';
import { judgementDetails } from './judgement-text';
import { indented } from './side-text';
import { formatClaim } from '../analysis/claim';
import { formatPlace } from '../cluster/origin';
import { Reachability } from '../reach/reachability';

/** A line for each intent; below one that does not hold, why, and what would mend it. */
export function* intentsText(reach: Reachability, intents: readonly JudgedIntent[]): Iterable<string> {
  for (const { judgement, place, description } of intents) {
    const claim = formatClaim(judgement.claim);
    if (judgement.holds) {
      yield `ok      ${claim}\n`;
      continue;
    }
    const lines = [
      `${formatPlace(place)}${description === undefined ? '' : `: ${description}`}`,
      ...judgementDetails(reach, judgement),
    ];
    yield `FAILED  ${claim}\n${indented(lines, 8).map(line => `${line}\n`).join('')}\n`;
  }
  const failed = intents.filter(({ judgement }) => !judgement.holds).length;
  const count = `${intents.length} ${intents.length === 1 ? 'intent' : 'intents'}`;
  yield failed === 0 ? `${count}: all hold\n` : `${count}: ${failed} failed\n`;
}

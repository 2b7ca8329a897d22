import { JudgedIntent } from './judged-intent';
import { judgementDetails, judgementSummary } from './judgement-text';
import { formatClaim } from '../analysis/claim';
import { formatPlace } from '../cluster/origin';
import { Reachability } from '../reach/reachability';

/** JUnit's XML, which CI servers show as test results: a test case for each intent. */
export function* intentsJunit(reach: Reachability, intents: readonly JudgedIntent[]): Iterable<string> {
  const counts = `tests="${intents.length}" failures="${intents.filter(({ judgement }) => !judgement.holds).length}" errors="0"`;
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="netpol" ${counts}>\n  <testsuite name="netpol check" ${counts}>\n`;
  for (const { judgement, place, description } of intents) {
    const name = `${formatClaim(judgement.claim)}${description === undefined ? '' : `: ${description}`}`;
    const testcase = `    <testcase classname="${escapeXml(place.file ?? 'intents')}" name="${escapeXml(name)}" time="0"`;
    if (judgement.holds) {
      yield `${testcase}/>\n`;
      continue;
    }
    const text = [formatPlace(place), ...judgementDetails(reach, judgement)].join('\n');
    yield `${testcase}>\n      <failure message="${escapeXml(judgementSummary(reach, judgement))}" type="${judgement.claim.kind}">${escapeXml(text)}</failure>\n    </testcase>\n`;
  }
  yield '  </testsuite>\n</testsuites>\n';
}

/** Characters that XML 1.0 can not hold at all become question marks. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?')
    .replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

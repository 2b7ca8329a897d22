import { explanationJson, placeJson, ruleJson } from './explanation';
import { indented } from './private/side-text';
import { IntentVerdict, verdictDetails, verdictSummary } from './verdict-text';
import { Witness, formatClaim } from '../claims/claim';
import { Outsider } from '../claims/witness';
import { Reachability } from '../evaluator/reachability';
import { formatPlace } from '../findings/finding';
import { formatRange } from '../k8s/address';
import { explain } from '../query/explanation';
import { codeBlock, escapeMarkdown, tableRow } from './private/markdown';

/** A line for each intent; below one that does not hold, why, and what would mend it. */
export function* intentsText(reach: Reachability, intents: readonly IntentVerdict[]): Iterable<string> {
  for (const { verdict: judgement, place, description } of intents) {
    const claim = formatClaim(judgement.claim);
    if (judgement.holds) {
      yield `ok      ${claim}\n`;
      continue;
    }
    const lines = [
      `${formatPlace(place)}${description === undefined ? '' : `: ${description}`}`,
      ...verdictDetails(reach, judgement),
    ];
    yield `FAILED  ${claim}\n${indented(lines, 8).map(line => `${line}\n`).join('')}\n`;
  }
  const failed = intents.filter(({ verdict: judgement }) => !judgement.holds).length;
  const count = `${intents.length} ${intents.length === 1 ? 'intent' : 'intents'}`;
  yield failed === 0 ? `${count}: all hold\n` : `${count}: ${failed} failed\n`;
}

/** One object a line, in the order of the file: does it hold, and if not, why. */
export function* intentsJson(reach: Reachability, intents: readonly IntentVerdict[]): Iterable<string> {
  let before = '[\n  ';
  for (const { verdict: judgement, place, description } of intents) {
    yield before + JSON.stringify({
      holds: judgement.holds,
      kind: judgement.claim.kind,
      intent: formatClaim(judgement.claim),
      ...(description === undefined ? {} : { description }),
      ...placeJson(place),
      ...(judgement.witness === undefined ? {} : {
        message: verdictDetails(reach, judgement).join('\n'),
        ...counterexampleJson(reach, judgement.witness),
      }),
    });
    before = ',\n  ';
  }
  yield '\n]\n';
}

function counterexampleJson(reach: Reachability, counterexample: Witness): object {
  switch (counterexample.kind) {
    case 'blocked': return { explanation: explanationJson(explain(reach, counterexample.passage, counterexample.port)) };
    case 'passes': return {
      connections: counterexample.connections.toString(),
      explanation: explanationJson(explain(reach, counterexample.passage)),
    };
    case 'intrusion': return { intrusion: intrusionJson(counterexample.intrusion) };
  }
}

function intrusionJson({ subject, direction, by, who: stranger }: Outsider): object {
  return {
    subject: subject.name,
    direction,
    ...(by === undefined ? {} : { by: ruleJson(by.policy, by.clause ?? by.rule) }),
    ...(stranger === undefined ? {} : { stranger: stranger.kind === 'address' ? { addresses: formatRange(stranger.range) } : strangerJson(stranger) }),
  };
}

function strangerJson({ namespace, namespaceLabels, labels }: { namespace: string; namespaceLabels: object; labels: object }): object {
  return { namespace, namespaceLabels, labels };
}

/** JUnit's XML, which CI servers show as test results: a test case for each intent. */
export function* intentsJunit(reach: Reachability, intents: readonly IntentVerdict[]): Iterable<string> {
  const counts = `tests="${intents.length}" failures="${intents.filter(({ verdict: judgement }) => !judgement.holds).length}" errors="0"`;
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="netpol" ${counts}>\n  <testsuite name="netpol check" ${counts}>\n`;
  for (const { verdict: judgement, place, description } of intents) {
    const name = `${formatClaim(judgement.claim)}${description === undefined ? '' : `: ${description}`}`;
    const testcase = `    <testcase classname="${escapeXml(place.file ?? 'intents')}" name="${escapeXml(name)}" time="0"`;
    if (judgement.holds) {
      yield `${testcase}/>\n`;
      continue;
    }
    const text = [formatPlace(place), ...verdictDetails(reach, judgement)].join('\n');
    yield `${testcase}>\n      <failure message="${escapeXml(verdictSummary(reach, judgement))}" type="${judgement.claim.kind}">${escapeXml(text)}</failure>\n    </testcase>\n`;
  }
  yield '  </testsuite>\n</testsuites>\n';
}

/** Characters that XML 1.0 can not hold at all become question marks. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?')
    .replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

/** A table of all intents and, below it, a section for each that does not hold: made for a pull request's comment. */
export function* intentsMarkdown(reach: Reachability, intents: readonly IntentVerdict[]): Iterable<string> {
  yield '| | intent | where |\n| --- | --- | --- |\n';
  for (const { verdict: judgement, place } of intents) {
    yield tableRow([judgement.holds ? 'ok' : 'FAILED', formatClaim(judgement.claim), formatPlace(place)]);
  }
  for (const { verdict: judgement, description } of intents) {
    if (judgement.holds) { continue; }
    yield `\n### ${escapeMarkdown(formatClaim(judgement.claim))}\n\n`;
    if (description !== undefined) { yield `${escapeMarkdown(description)}\n\n`; }
    yield codeBlock('text', verdictDetails(reach, judgement).join('\n'));
  }
}

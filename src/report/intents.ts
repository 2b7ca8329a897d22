import { ToldReasons } from './equal-reasons';
import { explanationJson, placeJson, reasonJson, ruleJson } from './explanation';
import { findingJson } from './private/finding-json';
import { codeBlock, escapeMarkdown, tableRow } from './private/markdown';
import { indented } from './private/side-text';
import { escapeXml } from './private/xml';
import { sarif } from './sarif';
import { scopeText, verdictDetails } from './verdict-text';
import { formatClaim } from '../claims/claim';
import { CLAIM_FINDING_CODES, findingsOf, summaryOf } from '../claims/claim-findings';
import { explainedWitness } from '../claims/explained-witness';
import { ClaimAnswer, ClaimVerdict } from '../claims/judge';
import { IntentVerdict } from '../claims/judge-intents';
import { ClaimWitness, WitnessEnd } from '../claims/witness';
import { workloadName } from '../cluster/cluster';
import { Finding, formatPlace } from '../findings/finding';
import { formatRange } from '../k8s/address';

/** How text and Markdown mark each answer. */
const MARKS: Readonly<Record<ClaimAnswer, string>> = { holds: 'ok', fails: 'FAILED', undecided: 'UNDECIDED' };

/**
 * A line for each intent, with the pods that it was judged for. Below an intent that does not hold, its place, why, and the fix; below one that assumes
 * something, what. A reason that intents share is told once.
 *
 * @param unjudged how many other intents have an error
 */
export function* intentsText(intents: readonly IntentVerdict[], unjudged = 0): Iterable<string> {
  const told = new ToldReasons();
  for (const intent of intents) {
    const { verdict, place, description } = intent;
    yield `${MARKS[verdict.answer].padEnd(7)} ${titleOf(intent)}${verdict.answer === 'holds' ? `, for ${scopeText(verdict)}` : ''}\n`;
    const lines = verdictDetails(verdict);
    if (lines.length === 0) { continue; }
    const where = `${formatPlace(place)}${description === undefined ? '' : `: ${description}`}`;
    yield `${indented([where, ...told.tell(lines.flatMap(line => line.split('\n')), titleOf(intent))], 8).map(line => `${line}\n`).join('')}\n`;
  }
  const total = intents.length + unjudged;
  yield intents.length === 0 ? 'no intent was judged\n' : `${total} ${total === 1 ? 'intent' : 'intents'}: ${tally(intents, unjudged)}\n`;
}

/** The claim, and if the input has several clusters, the one in which it was judged. */
function titleOf({ verdict, cluster }: IntentVerdict): string {
  return `${cluster === undefined ? '' : `cluster ${cluster}: `}${formatClaim(verdict.claim)}`;
}

/** The findings about an intent, with its cluster in their messages if the input has several. */
function findingsAbout({ verdict, place, description, cluster }: IntentVerdict): Finding[] {
  const findings = findingsOf(verdict, place, description);
  return cluster === undefined ? findings : findings.map(one => ({ ...one, message: `cluster ${cluster}: ${one.message}` }));
}

function tally(intents: readonly IntentVerdict[], unjudged: number): string {
  const count = (answer: ClaimAnswer) => intents.filter(({ verdict }) => verdict.answer === answer).length;
  const counts = [`${count('fails')} failed`, `${count('undecided')} undecided`, `${unjudged} could not be judged`].filter(text => !text.startsWith('0 '));
  return counts.length === 0 ? 'all hold' : counts.join(', ');
}

/** A JSON array with one object a line, in the order of the file: the answer, its data and its findings. */
export function* intentsJson(intents: readonly IntentVerdict[]): Iterable<string> {
  let before = '[\n  ';
  for (const intent of intents) {
    const { verdict, place, description, cluster } = intent;
    const { claim, answer, witness, reasons, assumptions } = verdict;
    yield before + JSON.stringify({
      cluster,
      holds: answer === 'holds',
      answer,
      kind: claim.kind,
      intent: formatClaim(claim),
      description,
      ...placeJson(place),
      scope: claim.onlyDeclared ? 'DECLARED' : 'POSSIBLE',
      declaredWorkloads: verdict.declaredWorkloads.length,
      ...(answer === 'holds' ? {} : { message: verdictDetails(verdict).join('\n') }),
      ...(witness === undefined ? {} : witnessJson(verdict, witness)),
      undecided: reasons.length === 0 ? undefined : reasons.map(reasonJson),
      assumptions: assumptions.length === 0 ? undefined : assumptions.map(assumption =>
        ({ ...reasonJson(assumption), ...witnessJson(verdict, assumption.witness) })),
      findings: findingsAbout(intent).map(findingJson),
    });
    before = ',\n  ';
  }
  yield intents.length === 0 ? '[]\n' : '\n]\n';
}

function witnessJson(verdict: ClaimVerdict, witness: ClaimWitness): object {
  const explained = explainedWitness(verdict, witness);
  const { kind, protocol, port, source, destination, direction } = witness;
  const by = explained.kind === 'unlisted' && explained.by !== undefined ? ruleJson(explained.by.policy, explained.by.clause ?? explained.by.rule) : undefined;
  return {
    witness: { kind, source: endJson(source), destination: endJson(destination), port: `${protocol} ${port}`, direction, by },
    ...explained.kind === 'passes' ? { connections: explained.connections.toString() } : {},
    ...explained.kind === 'unlisted' ? {} : { explanation: explanationJson(explained.explanation) },
  };
}

function endJson(end: WitnessEnd): object {
  if (end.kind === 'address') { return { addresses: formatRange(end.range) }; }
  const { namespace, pod, workload } = end;
  return {
    ...workload === undefined ? {} : { workload: workloadName(workload) },
    namespace: namespace.name,
    namespaceLabels: namespace.labels,
    labels: pod.labels,
  };
}

/** JUnit XML, which CI servers show as test results. An intent is a test case; an undecided one is an error, not a failure. */
export function* intentsJunit(intents: readonly IntentVerdict[]): Iterable<string> {
  const count = (answer: ClaimAnswer) => intents.filter(({ verdict }) => verdict.answer === answer).length;
  const counts = `tests="${intents.length}" failures="${count('fails')}" errors="${count('undecided')}"`;
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="netpol" ${counts}>\n  <testsuite name="netpol check" ${counts}>\n`;
  for (const intent of intents) {
    const { verdict, place, description } = intent;
    const name = `${titleOf(intent)}${description === undefined ? '' : `: ${description}`}`;
    const testcase = `    <testcase classname="${escapeXml(place.file ?? 'intents')}" name="${escapeXml(name)}" time="0"`;
    if (verdict.answer === 'holds') {
      yield `${testcase}/>\n`;
      continue;
    }
    const element = verdict.answer === 'fails' ? 'failure' : 'error';
    const [{ code }] = findingsOf(verdict, place);
    const text = [formatPlace(place), ...verdictDetails(verdict)].join('\n');
    yield `${testcase}>\n      <${element} message="${escapeXml(summaryOf(verdict))}" type="${code}">${escapeXml(text)}</${element}>\n    </testcase>\n`;
  }
  yield '  </testsuite>\n</testsuites>\n';
}

/** A SARIF result for each finding about the intents. */
export function intentsSarif(intents: readonly IntentVerdict[]): Iterable<string> {
  return sarif(intents.flatMap(findingsAbout), CLAIM_FINDING_CODES);
}

/** A table of all intents and, below it, a section for each intent with something to explain: for the comment on a pull request. */
export function* intentsMarkdown(intents: readonly IntentVerdict[]): Iterable<string> {
  yield '| | intent | judged for | where |\n| --- | --- | --- | --- |\n';
  for (const intent of intents) {
    yield tableRow([MARKS[intent.verdict.answer], titleOf(intent), scopeText(intent.verdict), formatPlace(intent.place)]);
  }
  for (const intent of intents) {
    const { verdict, description } = intent;
    const lines = verdictDetails(verdict);
    if (lines.length === 0) { continue; }
    yield `\n### ${escapeMarkdown(titleOf(intent))}\n\n`;
    if (description !== undefined) { yield `${escapeMarkdown(description)}\n\n`; }
    yield codeBlock('text', lines.join('\n'));
  }
}

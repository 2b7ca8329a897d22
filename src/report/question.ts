import { explanationDetails, explanationJson, explanationMarkdown, outcomeJson, reasonJson, renderExplanation, restsOn } from './explanation';
import { Layout, PLAIN } from './layout';
import { codeBlock, escapeMarkdown } from './private/markdown';
import { Explanation } from '../query/explanation';
import { answerAsJson } from '../query/flow';
import { FixOutcome } from '../query/further-fixes';
import { formatPortQuery } from '../query/ports';
import { serviceNotes } from '../query/question-notes';
import { Question, QuestionAnswer } from '../query/questions';

/** A question, its answer, and the explanation of one connection that shows the answer. */
export interface ExplainedQuestion {
  readonly question: Question;
  readonly answer: QuestionAnswer;
  /** Absent if nobody knows the destination. */
  readonly explanation?: Explanation;
  /** What comes of the fix, if the explanation has one. */
  readonly outcome?: FixOutcome;
}

/**
 * The answer for a person, and why. A question about workloads and addresses is its explanation. One about a Service or about pods that could exist
 * begins with the answer for all of them, and then explains one connection.
 */
export function renderQuestion(explained: ExplainedQuestion, { style }: Layout = PLAIN): string {
  const { question, answer, explanation, outcome } = explained;
  const notes = serviceNotes(question, answer);
  const painted = (text: string) => text.replace(/^.*/, first => style.answer(answer.answer, first));
  if (explanation !== undefined && !isAboutMore(question)) {
    return [painted(renderExplanation(explanation, outcome)), ...notes.length === 0 ? [] : ['\n', ...notes.map(note => `${note}\n`)]].join('');
  }
  return [painted(headline(question, answer)), ...restsOn(answer), ...notes.map(note => `  ${note}`), ...detailsOf(explanation, outcome)].map(line => `${line}\n`).join('');
}

function detailsOf(explanation: Explanation | undefined, outcome: FixOutcome | undefined): string[] {
  return explanation === undefined ? [] : ['', ...explanationDetails(explanation, outcome)];
}

/** True if the answer is not only about the two ends that the explanation has. */
function isAboutMore({ from, to }: Question): boolean {
  return [from.service, from.withFurtherLabels, to.service, to.alias, to.addressOf, to.withFurtherLabels].some(one => one !== undefined);
}

function headline({ from, to, port }: Question, { answer }: QuestionAnswer): string {
  const on = port === undefined ? '' : ` on ${formatPortQuery(port)}`;
  const verb = { yes: 'reaches', no: 'does not reach', undecided: 'reaches' }[answer];
  return `${answer}: ${answer === 'undecided' ? 'whether ' : ''}${from.name} ${verb} ${to.name}${on}`;
}

/** The answer as data for a program. */
export function questionJson({ question, answer, explanation, outcome }: ExplainedQuestion): object {
  const { from, to, port } = question;
  const notes = serviceNotes(question, answer);
  const more = { ...notes.length === 0 ? {} : { notes }, ...outcome === undefined ? {} : { afterFixes: outcomeJson(outcome) } };
  if (explanation !== undefined && !isAboutMore(question)) { return { ...explanationJson(explanation), ...more }; }
  return {
    answer: answer.answer,
    allowed: answerAsJson(answer.answer),
    from: from.name,
    to: to.name,
    ...port === undefined ? {} : { port: formatPortQuery(port) },
    reasons: answer.reasons.map(reasonJson),
    assumptions: answer.assumptions.map(reasonJson),
    ...more,
    ...explanation === undefined ? {} : { example: explanationJson(explanation) },
  };
}

/** The answer for a pull request: the first line in bold, and the rest as text in a code block. */
export function questionMarkdown(explained: ExplainedQuestion): string {
  const { question, explanation, outcome } = explained;
  const isPlain = !isAboutMore(question) && serviceNotes(question, explained.answer).length === 0;
  if (explanation !== undefined && isPlain) { return explanationMarkdown(explanation, outcome); }
  const [first, ...rest] = renderQuestion(explained).split('\n');
  return `**${escapeMarkdown(first)}**\n\n${codeBlock('text', rest.join('\n').replace(/^\n/, ''))}`;
}

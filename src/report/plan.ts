import { stringify } from 'yaml';
import { placeJson, reasonJson } from './explanation';
import { reasonText } from './private/passing';
import { Plan, PlanConnection, PlannedElsewhere, PlanObstacle, PlanStep } from '../changes/plan';
import { enumerate, withCommas } from '../findings/enumeration';
import { formatPlace, printable } from '../findings/finding';
import { ApiResource } from '../k8s/objects';

/* The result of `netpol plan` in each format. */

/** A plan, and what messages call its versions. */
export interface PlanReport {
  readonly before: string;
  readonly after: string;
  readonly plan: Plan;
}

/** What the plan is, in one sentence. */
export function planVerdict({ plan: { outcome, steps, obstacles, undecided } }: PlanReport): string {
  const count = `${withCommas(steps.length)} ${steps.length === 1 ? 'step' : 'steps'}`;
  const undecidedText = undecided.length === 0 ? '' : ' It is undecided whether the cluster has other gaps.';
  switch (outcome) {
    case 'smooth': return steps.length === 0
      ? 'Nothing to do: the policies of both versions are the same.'
      : `${count} without a gap: after each one, everything passes that both versions allow, and nothing that neither of them allows, for every possible pod.${undecidedText}`;
    case 'uneven': return `${count}, ${withCommas(steps.filter(({ obstacle }) => obstacle !== undefined).length)} of them with a gap.${undecidedText}`;
    case 'none': return `netpol found no order without a gap: ${withCommas(obstacles.length)} ${obstacles.length === 1 ? 'change is' : 'changes are'} left after ${count}. `
      + 'Another order may exist: this is a search.';
  }
}

/** The steps for a person, with what each of them changes. */
export function* planText(report: PlanReport): Iterable<string> {
  const { plan: { steps, obstacles, undecided, elsewhere } } = report;
  yield `${planVerdict(report)}\n`;
  for (const line of elsewhereLines(elsewhere, 'before')) { yield `${line}\n`; }
  yield steps.length === 0 ? '' : '\n';
  for (const [i, step] of steps.entries()) {
    const number = `${i + 1}. `.padStart(String(steps.length).length + 2);
    yield `${number}${step.operation} ${step.name}${step.place === undefined ? '' : ` (${formatPlace(step.place)})`}\n`;
    for (const line of stepLines(step)) { yield `${' '.repeat(number.length)}${line}\n`; }
  }
  if (obstacles.length > 0) {
    yield '\nWhat is left, and what each change would do if it came next:\n';
    for (const one of obstacles) { yield `  ${printable(one.step)}: ${obstacleText(one)}\n`; }
    yield 'With --prefer open, the plan goes on and cuts nothing. With --prefer closed, it goes on and lets nothing through.\n';
  }
  const after = [...elsewhereLines(elsewhere, 'after'), ...undecided.map(reason => `Undecided, because ${reasonText(reason)}`)];
  if (after.length > 0) { yield `\n${after.map(line => `${line}\n`).join('')}`; }
}

function stepLines({ purpose, isBridge, opens, closes, obstacle }: PlanStep): string[] {
  return [
    ...purpose === undefined ? [] : [`${isBridge ? 'a bridging policy: ' : ''}${printable(purpose)}`],
    ...obstacle === undefined ? [] : [`gap: ${obstacleText(obstacle)}`],
    ...opens === undefined ? [] : [`opens, for example, ${connectionText(opens)}`],
    ...closes === undefined ? [] : [`closes, for example, ${connectionText(closes)}`],
    ...opens === undefined && closes === undefined ? ['changes no connection'] : [],
  ];
}

/** What is against a step. */
export function obstacleText({ kind, connection }: PlanObstacle): string {
  switch (kind) {
    case 'cut': return `cuts ${connectionText(connection!)}, which both versions allow`;
    case 'opened': return `lets through ${connectionText(connection!)}, which neither version allows`;
    case 'budget': return 'the search for what it cuts or opens takes too many steps';
  }
}

function connectionText({ from, to, port }: PlanConnection): string {
  return printable(`${from} → ${to} on ${port}`);
}

/** More names than this are counted. */
const MAX_NAMES = 5;

function elsewhereLines({ added, removed, changed }: PlannedElsewhere, when: 'before' | 'after'): string[] {
  const list = (names: readonly string[]) => printable(names.length <= MAX_NAMES ? enumerate(names)
    : `${names.slice(0, MAX_NAMES).join(', ')} and ${withCommas(names.length - MAX_NAMES)} more`);
  const line = (names: readonly string[], text: string) => names.length === 0 ? [] : [`${text}: ${list(names)}`];
  return when === 'after' ? line(removed, 'Delete these yourself, after the plan') : [
    ...line(added, 'Apply these yourself, before the plan'),
    ...line(changed, 'These differ too, and the plan judges them as the new version has them'),
  ];
}

/** The steps as data, with the object of each. */
export function* planJson({ before, after, plan: { outcome, steps, obstacles, undecided, elsewhere } }: PlanReport): Iterable<string> {
  yield `{\n  "before": ${JSON.stringify(before)}, "after": ${JSON.stringify(after)}, "outcome": ${JSON.stringify(outcome)},\n  "steps": [`;
  let separator = '\n    ';
  for (const { operation, name, namespace, object, place, purpose, isBridge, opens, closes, obstacle } of steps) {
    yield separator + JSON.stringify({
      operation, name, namespace, ...place === undefined ? {} : placeJson(place), bridge: isBridge, purpose, opens, closes, obstacle, object,
    });
    separator = ',\n    ';
  }
  yield `${steps.length === 0 ? '' : '\n  '}],\n`;
  yield `  "obstacles": ${JSON.stringify(obstacles)},\n  "undecided": ${JSON.stringify(undecided.map(reasonJson))},\n  "elsewhere": ${JSON.stringify(elsewhere)}\n}\n`;
}

/** A shell script that applies the plan with kubectl. */
export function* planScript(report: PlanReport): Iterable<string> {
  const { plan: { steps, outcome, elsewhere, undecided } } = report;
  const notes = [
    printable(`The way from ${report.before} to ${report.after}, by netpol plan.`), planVerdict(report),
    ...elsewhereLines(elsewhere, 'before'), ...elsewhereLines(elsewhere, 'after'), ...undecided.map(reason => `Undecided, because ${reasonText(reason)}`),
    'The network plugin needs a moment for each step. NETPOL_PAUSE says how many seconds the script waits for it.',
  ];
  yield `#!/bin/sh\n${notes.map(note => `# ${note}\n`).join('')}set -eu\n`;
  for (const [i, step] of steps.entries()) {
    if (i > 0) { yield '\nsleep "${NETPOL_PAUSE:-5}"\n'; }
    const lines = [`${i + 1}. ${step.operation} ${step.name}`, ...stepLines(step)];
    yield `\n${lines.map(line => `# ${printable(line)}\n`).join('')}${commandOf(step)}`;
  }
  // Whoever runs a part of the way must see that it is only that.
  if (outcome === 'none') { yield `\necho ${quoted(planVerdict(report))} >&2\nexit 1\n`; }
}

function commandOf({ operation, object, namespace }: PlanStep): string {
  const where = namespace === undefined ? '' : ` --namespace=${quoted(namespace)}`;
  if (operation === 'delete') { return `kubectl delete ${quoted(resourceOf(object))} ${quoted(nameOf(object))}${where} --ignore-not-found\n`; }
  const text = stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
  const lines = new Set(text.split('\n'));
  let end = 'END';
  while (lines.has(end)) { end += '_'; }
  // Unlike apply, replace leaves nothing behind of a field that the new version does not have.
  return `kubectl ${operation === 'create' ? 'create' : 'replace'} --save-config${where} -f - <<'${end}'\n${text}${end}\n`;
}

/** `NetworkPolicy.v1.networking.k8s.io`, which is never taken for a kind of another group. */
function resourceOf({ apiVersion, kind }: ApiResource): string {
  const [group, version] = String(apiVersion).split('/');
  return `${String(kind)}.${version}.${group}`;
}

function nameOf({ metadata }: ApiResource): string {
  return (metadata as { readonly name: string }).name;
}

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

import { placeJson, reasonJson } from './explanation';
import { manifestText } from './private/manifest-text';
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
  /**
   * Why the script must not run: the input has a fault, or something is undecided, and no option of the user accepts that. Absent if it may run.
   */
  readonly heldBy?: 'fault' | 'undecided';
}

/** What the plan is, in one sentence. */
export function planVerdict({ plan: { outcome, steps, obstacles, undecided, elsewhere } }: PlanReport): string {
  const count = `${withCommas(steps.length)} ${steps.length === 1 ? 'step' : 'steps'}`;
  const [judged, undecidedText] = undecided.length === 0 ? ['', ''] : ['As far as netpol can judge: ', ' It is undecided whether the cluster has other gaps.'];
  switch (outcome) {
    case 'smooth':
      if (steps.length === 0) {
        return undecided.length + elsewhere.unevaluated.length + elsewhere.unread.length === 0 ? 'Nothing to do: the policies of both versions are the same.'
          : 'No steps: the policies that netpol can judge are the same in both versions.';
      }
      return `${judged}${count} without a gap: after each one, everything passes that both versions allow, and nothing that neither of them allows, for every possible pod.${undecidedText}`;
    case 'uneven': return `${judged}${count}, ${withCommas(steps.filter(({ obstacle }) => obstacle !== undefined).length)} of them with a gap.${undecidedText}`;
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
    case 'tie': return `leaves two policies of one priority that disagree about ${connectionText(connection!)}`;
    case 'budget': return 'the search for what it cuts or opens takes too many steps';
  }
}

function connectionText({ from, to, port }: PlanConnection): string {
  return printable(`${from} → ${to} on ${port}`);
}

/** More names than this are counted. */
const MAX_NAMES = 5;

function elsewhereLines({ added, removed, changed, unevaluated, unread }: PlannedElsewhere, when: 'before' | 'after'): string[] {
  const line = (names: readonly string[], text: string) => names.length === 0 ? [] : [`${text}: ${printable(enumerate(names, MAX_NAMES))}`];
  return when === 'after' ? [
    ...line(removed, 'Delete these yourself, after the plan'),
    ...line(unevaluated, 'These policies differ, and netpol does not evaluate them. No step applies them'),
    ...line(unread, 'No step changes these policies, because netpol could not read what each version says about them'),
  ] : [
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
  const { plan: { steps, obstacles, elsewhere, undecided } } = report;
  const notes = [
    printable(`Steps from ${report.before} to ${report.after}, printed by netpol plan.`), planVerdict(report),
    ...elsewhereLines(elsewhere, 'before'), ...elsewhereLines(elsewhere, 'after'), ...undecided.map(reason => `Undecided, because ${reasonText(reason)}`),
  ];
  const comments = (lines: readonly string[]) => lines.map(line => `# ${printable(line)}\n`).join('');
  const held = heldText(report);
  // Half of a way is worse than none: whoever runs this script must not change anything by it.
  if (held !== undefined) {
    yield `#!/bin/sh\n${comments([...notes, ...obstacles.map(one => `${one.step}: ${obstacleText(one)}`)])}\n`
      + `echo ${quoted(held)} >&2\nexit 1\n`;
    return;
  }
  yield `#!/bin/sh\n${comments([...notes, WAIT_NOTE])}set -eu\n`;
  for (const [i, step] of steps.entries()) {
    if (i > 0) { yield '\nsleep "${NETPOL_PAUSE:-5}"\n'; }
    const lines = [`${i + 1}. ${step.operation} ${step.name}`, ...stepLines(step)];
    yield `\n${comments(lines)}${commandOf(step)}`;
  }
}

const WAIT_NOTE = 'The network plugin needs a moment for each step. NETPOL_PAUSE says how many seconds the script waits for it.';

/** Why a script changes nothing; undefined if it applies the steps. */
function heldText(report: PlanReport): string | undefined {
  const { heldBy, plan: { outcome } } = report;
  if (outcome === 'none') { return `This script changes nothing. ${planVerdict(report)}`; }
  switch (heldBy) {
    case 'fault': return 'This script changes nothing, because the input of netpol plan has faults. Correct them, or write --keep-going.';
    case 'undecided': return 'This script changes nothing, because netpol cannot judge everything. Write --allow-undecided for the steps.';
    case undefined: return undefined;
  }
}

function commandOf({ operation, object, namespace }: PlanStep): string {
  const where = namespace === undefined ? '' : ` --namespace=${quoted(namespace)}`;
  if (operation === 'delete') { return `kubectl delete ${quoted(resourceOf(object))} ${quoted(nameOf(object))}${where} --ignore-not-found\n`; }
  const text = manifestText(object);
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

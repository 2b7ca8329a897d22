import { printable } from '../findings/finding';
import { ChangeRow, changeRows, passingJson } from './private/change-rows';
import { PodsEnd } from './private/names';
import { passingText, Reasons } from './private/passing';
import { ConnectivityChange, isNothing } from '../query/connectivity-changes';

/**
 * Changes as one line of JSON: `gained` and `lost` hold rows as `list` prints them, `changed` also the earlier connections (`was`). `cluster` is the
 * name of the cluster, if the input has several.
 */
export function connectivityChangesJson(files: readonly string[], changes: readonly ConnectivityChange[], cluster?: string): string {
  const rows: Record<ChangeKind, object[]> = { gained: [], lost: [], changed: [] };
  for (const change of changes) {
    const kind = kindOf(change);
    const ends = { src: change.source.name, dst: change.destination.name };
    const { before, after } = change;
    rows[kind].push(kind === 'lost' ? { ...ends, ...passingJson(before) }
      : { ...ends, ...passingJson(after), ...kind === 'changed' ? { was: before.connections.toString() } : {} });
  }
  return `${JSON.stringify({ files, cluster, ...rows })}\n`;
}

type ChangeKind = 'gained' | 'lost' | 'changed';

function kindOf({ before, after }: Pick<ConnectivityChange, 'before' | 'after'>): ChangeKind {
  return isNothing(before) ? 'gained' : isNothing(after) ? 'lost' : 'changed';
}

/** More files than this are counted. */
const MAX_FILES = 3;

/**
 * What a save opens and closes, for a person. `workloads` are those of the lists before and after it. `cluster` is the name of the cluster, if the
 * input has several.
 */
export function connectivityChangesText(
  files: readonly string[], changes: readonly ConnectivityChange[], workloads: readonly PodsEnd[], cluster?: string,
): string {
  const lines = changeRows(changes, workloads);
  const counts = (['gained', 'lost', 'changed'] as const)
    .map(kind => ({ kind, count: lines.filter(line => kindOf(line) === kind).length }))
    .filter(({ count }) => count > 0);
  const summary = counts.length === 0 ? 'no connection gained, lost or changed' : counts.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  return [`${filesText(files)}: ${cluster === undefined ? '' : `cluster ${cluster}: `}${summary}`, ...changeLines(lines)].map((line, i) => `${i === 0 ? '' : '  '}${line}\n`).join('');
}

/** A line for each change, and lines that explain what is undecided. */
export function changeLines(lines: readonly ChangeRow[]): string[] {
  const reasons = new Reasons();
  for (const { before, after } of lines) { reasons.add([...before.undecided, ...after.undecided]); }
  return [...lines.map(lineText), ...reasons.legend()];
}

function lineText(line: ChangeRow): string {
  const { from, to, before, after } = line;
  const ends = `${from} → ${to}:`;
  switch (kindOf(line)) {
    case 'gained': return `gained   ${ends} ${passingText(after)}`;
    case 'lost': return `lost     ${ends} ${passingText(before)}`;
    case 'changed': return `changed  ${ends} ${passingText(after)} (was ${passingText(before)})`;
  }
}

function filesText(files: readonly string[]): string {
  return printable(files.length <= MAX_FILES ? files.join(', ') : `${files.slice(0, MAX_FILES).join(', ')} and ${files.length - MAX_FILES} more`);
}

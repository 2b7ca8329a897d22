import { undecidedCodes } from './connectivity-table';
import { printable } from '../findings/finding';
import { DisplayNames, PodsEnd } from './private/names';
import { rangesLabel } from './private/outside-ranges';
import { passingText, Reasons } from './private/passing';
import { AddressRange } from '../k8s/address';
import { AddressesEnd, Passing } from '../query/connectivity';
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

/** What passes, as data for a program. */
export function passingJson(passing: Passing): object {
  return { conn: passing.connections.toString(), ...passing.undecided.length === 0 ? {} : { undecided: undecidedCodes(passing) } };
}

type ChangeKind = 'gained' | 'lost' | 'changed';

function kindOf({ before, after }: Pick<ConnectivityChange, 'before' | 'after'>): ChangeKind {
  return isNothing(before) ? 'gained' : isNothing(after) ? 'lost' : 'changed';
}

/** More files than this are counted. */
const MAX_FILES = 3;

/** One line of the text. Ranges of addresses with the same change share a line. */
interface ChangeLine {
  readonly from: string;
  readonly to: string;
  readonly before: Passing;
  readonly after: Passing;
}

/**
 * What a save opens and closes, for a person. `workloads` are those of the lists before and after it. `cluster` is the name of the cluster, if the
 * input has several.
 */
export function connectivityChangesText(
  files: readonly string[], changes: readonly ConnectivityChange[], workloads: readonly PodsEnd[], cluster?: string,
): string {
  const lines = linesOf(changes, new DisplayNames(workloads));
  const counts = (['gained', 'lost', 'changed'] as const)
    .map(kind => ({ kind, count: lines.filter(line => kindOf(line) === kind).length }))
    .filter(({ count }) => count > 0);
  const summary = counts.length === 0 ? 'no connection gained, lost or changed' : counts.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  return [`${filesText(files)}: ${cluster === undefined ? '' : `cluster ${cluster}: `}${summary}`, ...connectivityChangeLines(changes, workloads)].map((line, i) => `${i === 0 ? '' : '  '}${line}\n`).join('');
}

/** A line for each change, and lines that explain what is undecided. */
export function connectivityChangeLines(changes: readonly ConnectivityChange[], workloads: readonly PodsEnd[]): string[] {
  const lines = linesOf(changes, new DisplayNames(workloads));
  const reasons = new Reasons();
  for (const { before, after } of lines) { reasons.add([...before.undecided, ...after.undecided]); }
  return [...lines.map(lineText), ...reasons.legend()];
}

function linesOf(changes: readonly ConnectivityChange[], names: DisplayNames): ChangeLine[] {
  const lines: ChangeLine[] = [];
  const external = new Map<string, { ranges: AddressRange[]; line: (label: string) => ChangeLine; position: number }>();
  for (const { source, destination, before, after } of changes) {
    if (source.kind !== 'addresses' && destination.kind !== 'addresses') {
      lines.push({ from: names.of(source), to: names.of(destination), before, after });
      continue;
    }
    const isSource = source.kind !== 'addresses';
    const workload = names.of((isSource ? source : destination) as PodsEnd);
    const { range } = (isSource ? destination : source) as AddressesEnd;
    const key = JSON.stringify([isSource, workload, passingJson(before), passingJson(after)]);
    const known = external.get(key);
    if (known !== undefined) {
      known.ranges.push(range);
      continue;
    }
    const line = (label: string) => ({ from: isSource ? workload : label, to: isSource ? label : workload, before, after });
    external.set(key, { ranges: [range], line, position: lines.push(line('')) - 1 });
  }
  for (const { ranges, line, position } of external.values()) {
    lines[position] = line(rangesLabel(ranges.sort((a, b) => a.first < b.first ? -1 : 1)));
  }
  return lines;
}

function lineText(line: ChangeLine): string {
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

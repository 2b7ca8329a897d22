import { ConnectivityChange } from '../query/connectivity-changes';
import { displayNames } from './private/names';
import { rangesLabel } from './private/outside-ranges';
import { ConnectionSet } from '../evaluator/connections';
import { AddressRange } from '../k8s/address';
import { outsideRangeOf } from '../query/connectivity';

/** Changes as one line of JSON: `gained` and `lost` hold rows as `list` prints them, `changed` also what the connections were. */
export function connectivityChangesJson(files: readonly string[], changes: readonly ConnectivityChange[]): string {
  const gained: object[] = [];
  const lost: object[] = [];
  const changed: object[] = [];
  for (const { source: src, destination: dst, before, after } of changes) {
    if (before.isEmpty) {
      gained.push({ src, dst, conn: after.toString() });
    } else if (after.isEmpty) {
      lost.push({ src, dst, conn: before.toString() });
    } else {
      changed.push({ src, dst, conn: after.toString(), was: before.toString() });
    }
  }
  return `${JSON.stringify({ files, gained, lost, changed })}\n`;
}

const MAX_FILES = 3;

/** One line of what is told: outside ranges with the same change are in one. */
interface Told {
  readonly from: string;
  readonly to: string;
  readonly before: ConnectionSet;
  readonly after: ConnectionSet;
}

/** What a save gains and loses, for a person. `workloads` are all that are in the list before or after it. */
export function connectivityChangesText(files: readonly string[], changes: readonly ConnectivityChange[], workloads: readonly string[]): string {
  const names = displayNames([...new Set(workloads)]);
  const told = grouped(changes, names);
  const counts = (['gained', 'lost', 'changed'] as const)
    .map(word => ({ word, count: told.filter(line => wordOf(line) === word).length }))
    .filter(({ count }) => count > 0);
  const head = `${filesText(files)}: ${counts.length === 0 ? 'no connection gained, lost or changed' : counts.map(({ word, count }) => `${count} ${word}`).join(', ')}`;
  return [head, ...told.map(line => `  ${lineText(line)}`)].map(line => `${line}\n`).join('');
}

function grouped(changes: readonly ConnectivityChange[], names: ReadonlyMap<string, string>): Told[] {
  const lines: Told[] = [];
  const outside = new Map<string, { ranges: AddressRange[]; line: (label: string) => Told; at: number }>();
  for (const { source, destination, before, after } of changes) {
    const range = outsideRangeOf(destination) ?? outsideRangeOf(source);
    if (range === undefined) {
      lines.push({ from: names.get(source)!, to: names.get(destination)!, before, after });
      continue;
    }
    const isSource = outsideRangeOf(source) === undefined;
    const workload = names.get(isSource ? source : destination)!;
    const key = [isSource, workload, before.key, after.key].join(' ');
    const known = outside.get(key);
    if (known !== undefined) {
      known.ranges.push(range);
      continue;
    }
    const line = (label: string) => ({ from: isSource ? workload : label, to: isSource ? label : workload, before, after });
    outside.set(key, { ranges: [range], line, at: lines.push(line('')) - 1 });
  }
  for (const { ranges, line, at } of outside.values()) {
    lines[at] = line(rangesLabel(ranges.sort((a, b) => a.first < b.first ? -1 : 1)));
  }
  return lines;
}

function wordOf({ before, after }: Told): 'gained' | 'lost' | 'changed' {
  return before.isEmpty ? 'gained' : after.isEmpty ? 'lost' : 'changed';
}

function lineText(line: Told): string {
  const { from, to, before, after } = line;
  const way = `${from} → ${to}:`;
  switch (wordOf(line)) {
    case 'gained': return `gained   ${way} ${connectionsText(after)}`;
    case 'lost': return `lost     ${way} ${connectionsText(before)}`;
    case 'changed': return `changed  ${way} ${connectionsText(after)} (was ${connectionsText(before)})`;
  }
}

function connectionsText(connections: ConnectionSet): string {
  return connections.isAll ? 'all' : connections.toString();
}

function filesText(files: readonly string[]): string {
  return files.length <= MAX_FILES ? files.join(', ') : `${files.slice(0, MAX_FILES).join(', ')} and ${files.length - MAX_FILES} more`;
}

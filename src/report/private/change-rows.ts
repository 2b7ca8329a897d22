import { DisplayNames, PodsEnd } from './names';
import { rangesLabel } from './outside-ranges';
import { AddressRange } from '../../k8s/address';
import { AddressesEnd, Passing } from '../../query/connectivity';
import { ConnectivityChange } from '../../query/connectivity-changes';
import { undecidedCodes } from '../connectivity-table';

/** A change for a person. Ranges of addresses with the same change share a row. */
export interface ChangeRow {
  readonly from: string;
  readonly to: string;
  readonly before: Passing;
  readonly after: Passing;
}

/** What passes, as data for a program. */
export function passingJson(passing: Passing): object {
  return { conn: passing.connections.toString(), ...passing.undecided.length === 0 ? {} : { undecided: undecidedCodes(passing) } };
}

/** Changes for a person. `workloads` are those among which names must be clear. Default: those that change. */
export function changeRows(changes: readonly ConnectivityChange[], workloads = workloadsOf(changes)): ChangeRow[] {
  const names = new DisplayNames(workloads);
  const lines: ChangeRow[] = [];
  const external = new Map<string, { ranges: AddressRange[]; line: (label: string) => ChangeRow; position: number }>();
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

function workloadsOf(changes: readonly ConnectivityChange[]): readonly PodsEnd[] {
  return changes.flatMap(({ source, destination }) => [source, destination]).filter((end): end is PodsEnd => end.kind !== 'addresses');
}

import { PodsEnd } from './names';
import { AddressRange, Cidr, cidrsOf, Family, FAMILY_RANGE, familyOf, formatRange, parseCidr, subtractRanges } from '../../k8s/address';
import { PUBLIC_INTERNET } from '../../k8s/public-internet';
import { Passing } from '../../query/connectivity';

/** The connections of one workload with a range of addresses outside the cluster. */
export interface OutsideRow extends Passing {
  readonly range: AddressRange;
  readonly workload: PodsEnd;
}

/** Addresses outside the cluster that have the same connections with every workload. */
export interface OutsideGroup {
  readonly label: string;
  /** Ascending, and not adjacent within a family. */
  readonly ranges: readonly AddressRange[];
  /** The connections of each workload; workloads without a connection are absent. */
  readonly passing: ReadonlyMap<PodsEnd, Passing>;
}

/**
 * Groups addresses so that groups do not overlap. The ranges of the rows do overlap if one workload reaches 10.0.0.0/8 and another
 * one any address; a table with a column for each range would then be wrong.
 */
export function groupOutside(rows: readonly OutsideRow[]): OutsideGroup[] {
  const opening = new Map<bigint, OutsideRow[]>();
  const closing = new Map<bigint, OutsideRow[]>();
  for (const row of rows) {
    push(opening, row.range.first, row);
    push(closing, row.range.last + 1n, row);
  }
  const edges = [...new Set([...opening.keys(), ...closing.keys(), FAMILY_RANGE.IPv6.first])].sort(ascending);
  const numbers = new Map([...new Set(rows.map(row => row.workload))].map((workload, i) => [workload, i]));
  // The key of a set with thousands of ports is long, and a signature has one for each workload.
  const sets = new Map<string, number>();
  const numberOf = (key: string) => sets.get(key) ?? sets.set(key, sets.size).size - 1;
  const active = new Map<PodsEnd, Passing>();
  const groups = new Map<string, { ranges: AddressRange[]; passing: ReadonlyMap<PodsEnd, Passing> }>();
  edges.forEach((edge, i) => {
    for (const row of closing.get(edge) ?? []) { active.delete(row.workload); }
    for (const row of opening.get(edge) ?? []) { active.set(row.workload, row); }
    // No row is open after the last edge, nor in a gap between rows.
    if (active.size === 0) { return; }
    const signature = [...active].map(([workload, { connections, undecided }]) =>
      JSON.stringify([numbers.get(workload), numberOf(connections.key), undecided.map(({ what }) => what)])).sort().join('\n');
    const group = groups.get(signature) ?? { ranges: [], passing: new Map(active) };
    groups.set(signature, group);
    addRange(group.ranges, { first: edge, last: edges[i + 1] - 1n });
  });
  return [...groups.values()].map(({ ranges, passing }) => ({ label: rangesLabel(ranges), ranges, passing }));
}

/** Ranges in the shortest exact form. They must be sorted, and not adjacent within a family. */
export function rangesLabel(ranges: readonly AddressRange[]): string {
  const families = (['IPv4', 'IPv6'] as const).map(family => ({ family, own: ranges.filter(r => familyOf(r.first) === family) }));
  if (families.every(({ family, own }) => isWhole(family, own))) { return 'any address'; }
  if (families.every(({ family, own }) => isPublic(family, own))) { return 'the public internet'; }
  return families.filter(({ own }) => own.length > 0).map(({ family, own }) => familyLabel(family, own)).join(', ');
}

function familyLabel(family: Family, ranges: readonly AddressRange[]): string {
  if (isWhole(family, ranges)) { return `any ${family} address`; }
  if (isPublic(family, ranges)) { return `the public ${family} internet`; }
  const [blocks, dashed] = [ranges.flatMap(cidrsOf).join(', '), ranges.map(formatRange).join(', ')];
  const own = dashed.length < blocks.length ? dashed : blocks;
  const but = `any ${family} address but `;
  // The other addresses of one small block are dozens of blocks. The shortest block is written as ::/1.
  if (own.length <= but.length + 4) { return own; }
  const others = but + subtractRanges(FAMILY_RANGE[family], ranges).flatMap(cidrsOf).join(', ');
  return others.length < own.length ? others : own;
}

function isWhole(family: Family, ranges: readonly AddressRange[]): boolean {
  const { first, last } = FAMILY_RANGE[family];
  return ranges.length === 1 && ranges[0].first === first && ranges[0].last === last;
}

/** True if the ranges are exactly the addresses of `Peer.publicInternet()`. */
function isPublic(family: Family, ranges: readonly AddressRange[]): boolean {
  const own = PUBLIC.filter(range => familyOf(range.first) === family);
  return ranges.length === own.length && ranges.every(({ first, last }, i) => first === own[i].first && last === own[i].last);
}

const PUBLIC: readonly AddressRange[] = PUBLIC_INTERNET.flatMap(({ ipBlock }) =>
  subtractRanges(parseCidr(ipBlock!.cidr) as Cidr, ipBlock!.except!.map(block => parseCidr(block) as Cidr)));

/** Appends a range, and merges it with the last one if they are adjacent and of one family. */
function addRange(ranges: AddressRange[], range: AddressRange): void {
  const before = ranges.at(-1);
  if (before !== undefined && before.last + 1n === range.first && range.first !== FAMILY_RANGE.IPv6.first) {
    ranges[ranges.length - 1] = { first: before.first, last: range.last };
  } else {
    ranges.push(range);
  }
}

function push(rows: Map<bigint, OutsideRow[]>, edge: bigint, row: OutsideRow): void {
  const known = rows.get(edge);
  if (known === undefined) { rows.set(edge, [row]); } else { known.push(row); }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}

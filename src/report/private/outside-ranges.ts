import { ConnectionSet } from '../../evaluator/connections';
import { AddressRange, Cidr, cidrsOf, Family, FAMILY_RANGE, familyOf, formatRange, parseCidr, subtractRanges, PUBLIC_INTERNET } from '../../k8s/address';

/** One workload's connections with a range of outside addresses. */
export interface OutsideRow {
  readonly range: AddressRange;
  readonly workload: string;
  readonly connections: ConnectionSet;
}

/** Outside addresses that every workload treats alike. */
export interface OutsideGroup {
  readonly label: string;
  /** By workload; those without any connection are absent. */
  readonly connections: ReadonlyMap<string, ConnectionSet>;
}

/**
 * Outside addresses in groups that do not overlap, so that a matrix with a column for each says
 * nothing wrong: the rows' own ranges may, where one workload reaches 10.0.0.0/8 and another any address.
 */
export function groupOutside(rows: readonly OutsideRow[]): OutsideGroup[] {
  const opening = new Map<bigint, OutsideRow[]>();
  const closing = new Map<bigint, OutsideRow[]>();
  for (const row of rows) {
    push(opening, row.range.first, row);
    push(closing, row.range.last + 1n, row);
  }
  const edges = [...new Set([...opening.keys(), ...closing.keys(), FAMILY_RANGE.IPv6.first])].sort(ascending);
  const active = new Map<string, ConnectionSet>();
  const groups = new Map<string, { ranges: AddressRange[]; connections: ReadonlyMap<string, ConnectionSet> }>();
  edges.forEach((edge, i) => {
    for (const row of closing.get(edge) ?? []) { active.delete(row.workload); }
    for (const row of opening.get(edge) ?? []) { active.set(row.workload, row.connections); }
    // After the last edge nothing is open, nor is there where no row holds the addresses.
    if (active.size === 0) { return; }
    const signature = [...active].map(([workload, connections]) => `${workload} ${connections.key}`).sort().join('\n');
    const group = groups.get(signature) ?? { ranges: [], connections: new Map(active) };
    groups.set(signature, group);
    addRange(group.ranges, { first: edge, last: edges[i + 1] - 1n });
  });
  return [...groups.values()].map(({ ranges, connections }) => ({ label: rangesLabel(ranges), connections }));
}

/** Ranges as one reads them, in the shortest of the forms that are exact. Sorted, and not adjacent within a family. */
export function rangesLabel(ranges: readonly AddressRange[]): string {
  const families = (['IPv4', 'IPv6'] as const).map(family => ({ family, own: ranges.filter(r => familyOf(r.first) === family) }));
  if (families.every(({ family, own }) => isWhole(family, own))) { return 'any address'; }
  if (families.every(({ family, own }) => isPublic(family, own))) { return 'the public internet'; }
  return families.filter(({ own }) => own.length > 0).map(({ family, own }) => familyLabel(family, own)).join(', ');
}

function familyLabel(family: Family, ranges: readonly AddressRange[]): string {
  if (isWhole(family, ranges)) { return `any ${family} address`; }
  if (isPublic(family, ranges)) { return `the public ${family} internet`; }
  const forms = [
    ranges.flatMap(cidrsOf).join(', '),
    ranges.map(formatRange).join(', '),
    `any ${family} address but ${subtractRanges(FAMILY_RANGE[family], ranges).flatMap(cidrsOf).join(', ')}`,
  ];
  return forms.reduce((best, form) => form.length < best.length ? form : best);
}

function isWhole(family: Family, ranges: readonly AddressRange[]): boolean {
  const { first, last } = FAMILY_RANGE[family];
  return ranges.length === 1 && ranges[0].first === first && ranges[0].last === last;
}

/** True where these are just the addresses that `Peer.publicInternet` stands for. */
function isPublic(family: Family, ranges: readonly AddressRange[]): boolean {
  const own = PUBLIC.filter(range => familyOf(range.first) === family);
  return ranges.length === own.length && ranges.every(({ first, last }, i) => first === own[i].first && last === own[i].last);
}

const PUBLIC: readonly AddressRange[] = PUBLIC_INTERNET.flatMap(({ ipBlock }) =>
  subtractRanges(parseCidr(ipBlock!.cidr) as Cidr, ipBlock!.except!.map(block => parseCidr(block) as Cidr)));

/** Appends a range; one that follows the last of its family is joined to it. */
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

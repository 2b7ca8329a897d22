import { Protocol, PROTOCOLS } from '../k8s/objects';

/** The ports of all protocols are numbered together. Each protocol has this many numbers. */
const PORTS = 65536;

/** Ports of one protocol, from `first` to `last` (1–65535, both included). */
export interface PortRange {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

/** The number of a port (1–65535) among the ports of all protocols. */
export function portPoint(protocol: Protocol, port: number): number {
  return PROTOCOLS.indexOf(protocol) * PORTS + port;
}

/**
 * A set of connections: for each protocol, the destination ports. Immutable. Two sets are equal if and only if their keys are.
 *
 * A set is kept as sorted, disjoint intervals that are not adjacent. The ports of SCTP come first, then those of TCP and UDP. No protocol has
 * a port 0, so an interval never spans two protocols.
 */
export class ConnectionSet {
  /** No connection. */
  public static readonly NONE = new ConnectionSet([]);

  /** Every port of every protocol. */
  public static readonly ALL = new ConnectionSet(PROTOCOLS.flatMap((_, i) => [i * PORTS + 1, i * PORTS + PORTS - 1]));

  /** The ports from `first` to `last` (1–65535, both included) of one protocol. */
  public static range(protocol: Protocol, first: number, last: number): ConnectionSet {
    return new ConnectionSet([portPoint(protocol, first), portPoint(protocol, last)]);
  }

  /** The ports of some ranges, in any order. They may overlap. */
  public static ofRanges(ranges: readonly PortRange[]): ConnectionSet {
    return ConnectionSet.merged(ranges.map(({ protocol, first, last }) => [portPoint(protocol, first), portPoint(protocol, last)]));
  }

  /** The connections that are in any of the sets, in one pass: a rule may name thousands of ports. */
  public static unionOf(sets: readonly ConnectionSet[]): ConnectionSet {
    return ConnectionSet.merged(sets.flatMap(({ bounds }) => bounds.flatMap((first, i) => i % 2 === 0 ? [[first, bounds[i + 1]]] : [])));
  }

  private static merged(intervals: number[][]): ConnectionSet {
    const result: number[] = [];
    for (const [first, last] of intervals.sort(([a], [b]) => a - b)) {
      const end = result.length - 1;
      if (end > 0 && first <= result[end] + 1) { result[end] = Math.max(result[end], last); } else { result.push(first, last); }
    }
    return new ConnectionSet(result);
  }

  /** The same for equal sets. */
  public readonly key: string;

  private constructor(private readonly bounds: readonly number[]) {
    this.key = bounds.join();
  }

  public get isEmpty(): boolean { return this.bounds.length === 0; }

  public get isAll(): boolean { return this.key === ConnectionSet.ALL.key; }

  /** The number of ranges of ports, over all protocols. */
  public get rangeCount(): number { return this.bounds.length / 2; }

  /** The number of ports, over all protocols. */
  public get size(): number {
    let size = 0;
    for (let i = 0; i < this.bounds.length; i += 2) { size += this.bounds[i + 1] - this.bounds[i] + 1; }
    return size;
  }

  /** The first ranges in the order of `toString`. */
  public firstRanges(count: number): ConnectionSet {
    return new ConnectionSet(this.bounds.slice(0, 2 * count));
  }

  /** The connections that are in either set. */
  public union(other: ConnectionSet): ConnectionSet {
    return this.combine(other, (a, b) => a || b);
  }

  /** The connections that are in both sets. */
  public intersect(other: ConnectionSet): ConnectionSet {
    return this.combine(other, (a, b) => a && b);
  }

  /** The connections of this set that are not in the other. */
  public subtract(other: ConnectionSet): ConnectionSet {
    return this.combine(other, (a, b) => a && !b);
  }

  /** True if every connection of `other` is in this set. It looks only at what is around the ranges of `other`, because a set can have thousands of them. */
  public includes(other: ConnectionSet): boolean {
    for (let i = 0; i < other.bounds.length; i += 2) {
      const end = this.endFrom(other.bounds[i]);
      if (end === this.bounds.length || this.bounds[end - 1] > other.bounds[i] || this.bounds[end] < other.bounds[i + 1]) { return false; }
    }
    return true;
  }

  /** True if some connection is in both sets. */
  public overlaps(other: ConnectionSet): boolean {
    if (this.bounds.length > other.bounds.length) { return other.overlaps(this); }
    for (let i = 0; i < this.bounds.length; i += 2) {
      const end = other.endFrom(this.bounds[i]);
      if (end < other.bounds.length && other.bounds[end - 1] <= this.bounds[i + 1]) { return true; }
    }
    return false;
  }

  public equals(other: ConnectionSet): boolean {
    return this.key === other.key;
  }

  /** The intervals in the order of `toString`. Ports are 1–65535, and both ends are included. */
  public ranges(): PortRange[] {
    const ranges = [];
    for (let i = 0; i < this.bounds.length; i += 2) {
      const protocol = Math.floor(this.bounds[i] / PORTS);
      ranges.push({
        protocol: PROTOCOLS[protocol],
        first: this.bounds[i] - protocol * PORTS,
        last: this.bounds[i + 1] - protocol * PORTS,
      });
    }
    return ranges;
  }

  /** The text in `list`: `All Connections`, `No Connections`, `SCTP 1-65535,TCP 80,443,UDP 53,5353-5360`. */
  public toString(): string {
    if (this.isAll) { return 'All Connections'; }
    if (this.isEmpty) { return 'No Connections'; }
    const byProtocol = new Map<Protocol, string[]>();
    for (const { protocol, first, last } of this.ranges()) {
      const texts = byProtocol.get(protocol) ?? [];
      texts.push(first === last ? `${first}` : `${first}-${last}`);
      byProtocol.set(protocol, texts);
    }
    return [...byProtocol].map(([protocol, texts]) => `${protocol} ${texts.join()}`).join();
  }

  /** The index of the end of the first interval that ends at a point or after it; the number of bounds if there is none. */
  private endFrom(point: number): number {
    let [low, high] = [0, this.bounds.length / 2];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.bounds[2 * middle + 1] < point) { low = middle + 1; } else { high = middle; }
    }
    return Math.min(2 * low + 1, this.bounds.length);
  }

  /** Goes through the borders of both sets in order. `keep` decides whether the result has the ports between two borders. */
  private combine(other: ConnectionSet, keep: (inThis: boolean, inOther: boolean) => boolean): ConnectionSet {
    const a = this.bounds;
    const b = other.bounds;
    const result: number[] = [];
    let i = 0;
    let j = 0;
    let inside = false;
    while (i < a.length || j < b.length) {
      // An even index has the first port of an interval. An odd index has the last port, so the border is after it.
      const borderA = i < a.length ? a[i] + (i & 1) : Infinity;
      const borderB = j < b.length ? b[j] + (j & 1) : Infinity;
      const border = Math.min(borderA, borderB);
      if (borderA === border) { i++; }
      if (borderB === border) { j++; }
      const now = keep((i & 1) === 1, (j & 1) === 1);
      if (now !== inside) {
        if (!now) {
          result.push(border - 1);
        } else {
          result.push(border);
        }
        inside = now;
      }
    }
    return new ConnectionSet(result);
  }
}

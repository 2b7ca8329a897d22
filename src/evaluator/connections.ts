import { Protocol, PROTOCOLS } from '../k8s/objects';

/** Each protocol has a stretch of this length on the common line of ports. */
const STRETCH = 65536;

/** A port of a protocol, as its place on the line of ports. */
export type PortPoint = number;

/** The place of a port (1–65535) on the line of ports. */
export function portPoint(protocol: Protocol, port: number): PortPoint {
  return PROTOCOLS.indexOf(protocol) * STRETCH + port;
}

/**
 * A set of connections: for each protocol, the destination ports. Immutable, and in one normal form,
 * so that two sets are equal where their keys are.
 *
 * Kept as sorted, disjoint, non-adjacent intervals on one line on which SCTP's, TCP's and UDP's ports
 * follow each other. Port 0 of each protocol does not exist, so no interval runs across a border.
 */
export class ConnectionSet {
  /** No connection. */
  public static readonly NONE = new ConnectionSet([]);

  /** Every port of every protocol. */
  public static readonly ALL = new ConnectionSet(PROTOCOLS.flatMap((_, i) => [i * STRETCH + 1, i * STRETCH + STRETCH - 1]));

  /** The ports from `first` to `last` (1–65535, both included) of one protocol. */
  public static range(protocol: Protocol, first: number, last: number): ConnectionSet {
    return new ConnectionSet([portPoint(protocol, first), portPoint(protocol, last)]);
  }

  /** Equal for equal sets. */
  public readonly key: string;

  private constructor(private readonly bounds: readonly number[]) {
    this.key = bounds.join();
  }

  public get isEmpty(): boolean { return this.bounds.length === 0; }

  public get isAll(): boolean { return this.key === ConnectionSet.ALL.key; }

  /** True where a place on the line of ports is in it. */
  public holds(point: PortPoint): boolean {
    for (let i = 0; i < this.bounds.length && this.bounds[i] <= point; i += 2) {
      if (point <= this.bounds[i + 1]) { return true; }
    }
    return false;
  }

  /** How many ports it holds, over all protocols. */
  public get size(): number {
    let size = 0;
    for (let i = 0; i < this.bounds.length; i += 2) { size += this.bounds[i + 1] - this.bounds[i] + 1; }
    return size;
  }

  /** What is in either set. */
  public union(other: ConnectionSet): ConnectionSet {
    return this.combine(other, (a, b) => a || b);
  }

  /** What is in both sets. */
  public intersect(other: ConnectionSet): ConnectionSet {
    return this.combine(other, (a, b) => a && b);
  }

  /** What is in this set and not in the other. */
  public subtract(other: ConnectionSet): ConnectionSet {
    return this.combine(other, (a, b) => a && !b);
  }

  /** True where every connection of `other` is in this set. */
  public includes(other: ConnectionSet): boolean {
    return other.subtract(this).isEmpty;
  }

  public equals(other: ConnectionSet): boolean {
    return this.key === other.key;
  }

  /** The intervals, in the order in which they are printed. */
  public ranges(): { protocol: Protocol; first: number; last: number }[] {
    const ranges = [];
    for (let i = 0; i < this.bounds.length; i += 2) {
      const protocol = Math.floor(this.bounds[i] / STRETCH);
      ranges.push({
        protocol: PROTOCOLS[protocol],
        first: this.bounds[i] - protocol * STRETCH,
        last: this.bounds[i + 1] - protocol * STRETCH,
      });
    }
    return ranges;
  }

  /** As `list` prints it: `All Connections`, `No Connections`, `SCTP 1-65535,TCP 80,443,UDP 53,5353-5360`. */
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

  /** Sweeps over the borders of both sets, keeping what `keep` says of being in the one and in the other. */
  private combine(other: ConnectionSet, keep: (inThis: boolean, inOther: boolean) => boolean): ConnectionSet {
    const a = this.bounds;
    const b = other.bounds;
    const result: number[] = [];
    let i = 0;
    let j = 0;
    let inside = false;
    while (i < a.length || j < b.length) {
      // An even index is where an interval begins, an odd one is its last port, so the border is one further.
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

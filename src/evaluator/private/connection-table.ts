import { Protocol } from '../../k8s/objects';
import { ConnectionSet, portPoint, PortPoint } from '../connections';

/** The number of a set of connections in a ConnectionTable. */
export type ConnectionsRef = number;

/**
 * Sets of connections met so far, by number, and what came of joining them: a cluster has few
 * different sets and asks for the same unions and intersections again and again.
 */
export class ConnectionTable {
  /** The number of the empty set. */
  public static readonly NONE: ConnectionsRef = 0;

  /** The number of the set of all connections. */
  public static readonly ALL: ConnectionsRef = 1;

  private readonly sets: ConnectionSet[] = [];
  private readonly numbers = new Map<string, ConnectionsRef>();
  private readonly ranges = new Map<PortPoint, Map<number, ConnectionsRef>>();
  private readonly unions = new PairMemo();
  private readonly intersections = new PairMemo();
  private readonly complements: ConnectionsRef[] = [];

  constructor() {
    this.number(ConnectionSet.NONE);
    this.number(ConnectionSet.ALL);
  }

  /** The number of a set. */
  public number(set: ConnectionSet): ConnectionsRef {
    let number = this.numbers.get(set.key);
    if (number === undefined) {
      number = this.sets.push(set) - 1;
      this.numbers.set(set.key, number);
    }
    return number;
  }

  /** The number of the ports from `first` to `last` of a protocol. */
  public range(protocol: Protocol, first: number, last: number): ConnectionsRef {
    // Small numbers for keys: a Map finds them without looking into them.
    const from = portPoint(protocol, first);
    let ends = this.ranges.get(from);
    if (ends === undefined) { this.ranges.set(from, ends = new Map()); }
    let number = ends.get(last);
    if (number === undefined) { ends.set(last, number = this.number(ConnectionSet.range(protocol, first, last))); }
    return number;
  }

  /** The set of a number. */
  public set(number: ConnectionsRef): ConnectionSet {
    return this.sets[number];
  }

  /** What is in either set. */
  public union(a: ConnectionsRef, b: ConnectionsRef): ConnectionsRef {
    if (a === b || b === ConnectionTable.NONE || a === ConnectionTable.ALL) { return a; }
    if (a === ConnectionTable.NONE || b === ConnectionTable.ALL) { return b; }
    const known = this.unions.get(a, b);
    return known >= 0 ? known : this.unions.set(a, b, this.number(this.sets[a].union(this.sets[b])));
  }

  /** The connections that are not in the set. */
  public complement(a: ConnectionsRef): ConnectionsRef {
    return this.complements[a] ??= this.number(ConnectionSet.ALL.subtract(this.sets[a]));
  }

  /** What is in both sets. */
  public intersect(a: ConnectionsRef, b: ConnectionsRef): ConnectionsRef {
    if (a === b || b === ConnectionTable.ALL || a === ConnectionTable.NONE) { return a; }
    if (a === ConnectionTable.ALL || b === ConnectionTable.NONE) { return b; }
    const known = this.intersections.get(a, b);
    return known >= 0 ? known : this.intersections.set(a, b, this.number(this.sets[a].intersect(this.sets[b])));
  }
}

/** Numbers by unordered pairs of numbers: open addressing in flat arrays, since a Map takes several times as long. */
class PairMemo {
  /** The pair of each slot; 0 where it is free, since nobody asks about the pair of NONE and NONE. */
  private keys = new Float64Array(1 << 8);
  private values = new Int32Array(1 << 8).fill(-1);
  private size = 0;

  /** What was set for the pair; -1 where nothing was. */
  public get(a: number, b: number): number {
    return this.values[this.slot(a, b)];
  }

  public set(a: number, b: number, value: number): number {
    if (++this.size * 2 > this.keys.length) { this.grow(); }
    return this.put(a, b, value);
  }

  private put(a: number, b: number, value: number): number {
    const slot = this.slot(a, b);
    this.keys[slot] = keyOf(a, b);
    return this.values[slot] = value;
  }

  /** The place of a pair, or the free one where it belongs. */
  private slot(a: number, b: number): number {
    const mask = this.keys.length - 1;
    const key = keyOf(a, b);
    let slot = (Math.imul(a, b) ^ Math.imul(a + b, 0x9e3779b1)) >>> 7 & mask;
    while (this.keys[slot] !== 0 && this.keys[slot] !== key) { slot = slot + 1 & mask; }
    return slot;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.values = new Int32Array(keys.length * 2).fill(-1);
    keys.forEach((key, i) => {
      if (key !== 0) { this.put(Math.floor(key / LIMIT), key % LIMIT, values[i]); }
    });
  }
}

const LIMIT = 2 ** 26;

function keyOf(a: number, b: number): number {
  return Math.min(a, b) * LIMIT + Math.max(a, b);
}

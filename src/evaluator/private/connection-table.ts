import { Protocol } from '../../k8s/objects';
import { ConnectionSet, portPoint } from '../connections';

/** The number of a set of connections in a ConnectionTable. */
export type ConnectionsRef = number;

/**
 * The sets of connections of an evaluation, by number, with their unions and intersections. A cluster has few different sets, and most
 * answers need the same unions and intersections.
 */
export class ConnectionTable {
  /** The number of the empty set. */
  public static readonly NONE: ConnectionsRef = 0;

  /** The number of the set of all connections. */
  public static readonly ALL: ConnectionsRef = 1;

  private readonly sets: ConnectionSet[] = [];
  private readonly numbers = new Map<string, ConnectionsRef>();
  private readonly ranges = new Map<number, Map<number, ConnectionsRef>>();
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
    // Two small integers as keys: a Map finds those faster than one string.
    const from = portPoint(protocol, first);
    let ends = this.ranges.get(from);
    if (ends === undefined) { this.ranges.set(from, ends = new Map()); }
    let number = ends.get(last);
    if (number === undefined) { ends.set(last, number = this.number(ConnectionSet.range(protocol, first, last))); }
    return number;
  }

  /** The set with a number. */
  public set(number: ConnectionsRef): ConnectionSet {
    return this.sets[number];
  }

  /** The connections that are in either set. */
  public union(a: ConnectionsRef, b: ConnectionsRef): ConnectionsRef {
    if (a === b || b === ConnectionTable.NONE || a === ConnectionTable.ALL) { return a; }
    if (a === ConnectionTable.NONE || b === ConnectionTable.ALL) { return b; }
    const known = this.unions.get(a, b);
    return known >= 0 ? known : this.unions.set(a, b, this.number(this.sets[a].union(this.sets[b])));
  }

  /** The connections that are in any of the sets. The unions of some of many sets are not kept. */
  public unionOf(refs: readonly ConnectionsRef[]): ConnectionsRef {
    return refs.length > 2
      ? this.number(ConnectionSet.unionOf(refs.map(ref => this.sets[ref])))
      : refs.reduce((all, ref) => this.union(all, ref), ConnectionTable.NONE);
  }

  /** The connections that are not in the set. */
  public complement(a: ConnectionsRef): ConnectionsRef {
    return this.complements[a] ??= this.number(ConnectionSet.ALL.subtract(this.sets[a]));
  }

  /** The connections that are in both sets. */
  public intersect(a: ConnectionsRef, b: ConnectionsRef): ConnectionsRef {
    if (a === b || b === ConnectionTable.ALL || a === ConnectionTable.NONE) { return a; }
    if (a === ConnectionTable.ALL || b === ConnectionTable.NONE) { return b; }
    const known = this.intersections.get(a, b);
    return known >= 0 ? known : this.intersections.set(a, b, this.number(this.sets[a].intersect(this.sets[b])));
  }
}

/** Numbers by unordered pairs of numbers. Uses open addressing in flat arrays, because a Map takes several times as long. */
class PairMemo {
  /** The pair in each bucket. 0 means that the bucket is free: the pair of NONE and NONE is never looked up. */
  private keys = new Float64Array(1 << 8);
  private values = new Int32Array(1 << 8).fill(-1);
  private size = 0;

  /** The value of a pair; -1 if it has none. */
  public get(a: number, b: number): number {
    return this.values[this.bucket(a, b)];
  }

  public set(a: number, b: number, value: number): number {
    if (++this.size * 2 > this.keys.length) { this.grow(); }
    return this.put(a, b, value);
  }

  private put(a: number, b: number, value: number): number {
    const bucket = this.bucket(a, b);
    this.keys[bucket] = keyOf(a, b);
    return this.values[bucket] = value;
  }

  /** The bucket of a pair, or the free bucket for it. */
  private bucket(a: number, b: number): number {
    const mask = this.keys.length - 1;
    const key = keyOf(a, b);
    let bucket = (Math.imul(a, b) ^ Math.imul(a + b, 0x9e3779b1)) >>> 7 & mask;
    while (this.keys[bucket] !== 0 && this.keys[bucket] !== key) { bucket = bucket + 1 & mask; }
    return bucket;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.values = new Int32Array(keys.length * 2).fill(-1);
    keys.forEach((key, i) => {
      if (key !== 0) { this.put(Math.floor(key / PAIR_BASE), key % PAIR_BASE, values[i]); }
    });
  }
}

/** A pair is one number: this times the smaller one, plus the larger one. It is exact up to 2 ** 52. */
const PAIR_BASE = 2 ** 26;

function keyOf(a: number, b: number): number {
  return Math.min(a, b) * PAIR_BASE + Math.max(a, b);
}

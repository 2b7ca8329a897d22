import { PeerRegion, PeerRegions } from './peer-region';
import { EVERY_PORT, intersectPorts, namesKey, PortPiece, subtractPorts } from './port-piece';
import { ConnectionSet } from '../../evaluator/connections';

/* Sets of connections with pods that could exist. */

/** Some ports of some pods, and what they come from. */
export interface PeerCube<From> {
  readonly region: PeerRegion;
  readonly ports: PortPiece;
  /** The rules that decide about it, or may decide. */
  readonly from: readonly From[];
}

/** The operations on sets of connections. A list of cubes is their union. */
export class PeerCubes<From> {
  constructor(private readonly regions: PeerRegions) {}

  /** Every port of every pod. */
  public get everything(): PeerCube<From> { return { region: PeerRegions.EVERYTHING, ports: EVERY_PORT, from: [] }; }

  /** What is in both; undefined if nothing is. */
  public intersect(a: PeerCube<From>, b: PeerCube<From>): PeerCube<From> | undefined {
    const ports = intersectPorts(a.ports, b.ports);
    const region = ports === undefined ? undefined : this.regions.intersect(a.region, b.region);
    return region && { region, ports: ports!, from: [...new Set([...a.from, ...b.from])] };
  }

  /** What is in a cube of each list. */
  public product(a: readonly PeerCube<From>[], b: readonly PeerCube<From>[]): PeerCube<From>[] {
    return a.flatMap(one => b.map(other => this.intersect(one, other)).filter(cube => cube !== undefined));
  }

  /** What is in one of the cubes, and in none of the others. */
  public without(cubes: readonly PeerCube<From>[], others: readonly PeerCube<From>[]): PeerCube<From>[] {
    return others.reduce<PeerCube<From>[]>((left, other) => this.merged(left.flatMap(cube => this.subtract(cube, other))), [...cubes]);
  }

  /** The same cubes, without those that others contain. */
  public distinct(cubes: readonly PeerCube<From>[]): PeerCube<From>[] {
    return this.merged(cubes).reduce<PeerCube<From>[]>((kept, cube) => kept.some(other => this.contains(other, cube)) ? kept
      : [...kept.filter(other => !this.contains(cube, other)), cube], []);
  }

  public contains(a: PeerCube<From>, b: PeerCube<From>): boolean {
    return this.subtract(b, a).length === 0;
  }

  private subtract(a: PeerCube<From>, b: PeerCube<From>): PeerCube<From>[] {
    const both = this.intersect(a, b);
    if (both === undefined) { return [a]; }
    return [
      ...this.regions.subtract(a.region, b.region).map(region => ({ ...a, region, ports: both.ports })),
      ...subtractPorts(a.ports, b.ports).map(ports => ({ ...a, ports })),
    ];
  }

  /** Cubes that differ only in their numbers of ports become one. */
  private merged(cubes: readonly PeerCube<From>[]): PeerCube<From>[] {
    const numbers = new Map<From, number>();
    const numberOf = (from: From) => { numbers.set(from, numbers.get(from) ?? numbers.size); return numbers.get(from)!; };
    const found = new Map<string, PeerCube<From>[]>();
    for (const cube of cubes) {
      const key = `${PeerRegions.key(cube.region)} ${namesKey(cube.ports)} ${cube.from.map(numberOf).sort().join()}`;
      const same = found.get(key);
      if (same === undefined) { found.set(key, [cube]); } else { same.push(cube); }
    }
    return [...found.values()].map(([first, ...others]) => others.length === 0 ? first
      : { ...first, ports: { ...first.ports, numbers: ConnectionSet.unionOf([first, ...others].map(({ ports }) => ports.numbers)) } });
  }
}

import { PortClause } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { Protocol } from '../../k8s/objects';

/* Ports of pods that could exist: their containers give ports their names, so a name may be any number. */

/** A name that containers may give to a port. */
export interface PortName {
  readonly protocol: Protocol;
  readonly name: string;
}

/** Ports with some of these numbers. */
export interface PortPiece {
  readonly numbers: ConnectionSet;
  /** Only the ports of this name. The numbers are of its protocol then. */
  readonly name?: PortName;
  /** Only the ports that have none of these names. Empty if there is a name: a port has one. */
  readonly unnamed: readonly PortName[];
}

export const EVERY_PORT: PortPiece = { numbers: ConnectionSet.ALL, unnamed: [] };

/** Equal for pieces that differ only in their numbers. */
export function namesKey({ name, unnamed }: PortPiece): string {
  return JSON.stringify([name === undefined ? '' : nameKey(name), unnamed.map(nameKey)]);
}

/** The ports that entries of a rule mean. For a destination that is known, `ownPorts` has its ports with names. */
export function portPiecesOf(clauses: readonly PortClause[] | undefined, ownPorts?: readonly (PortName & { readonly port: number })[]): PortPiece[] {
  if (clauses === undefined) { return [EVERY_PORT]; }
  const numbers: ConnectionSet[] = [];
  const named = new Map<string, PortPiece>();
  for (const { protocol, name, first, last } of clauses) {
    if (name === undefined) {
      numbers.push(ConnectionSet.range(protocol, first, last));
    } else if (ownPorts !== undefined) {
      const own = ownPorts.filter(port => port.protocol === protocol && port.name === name);
      numbers.push(...own.map(({ port }) => ConnectionSet.range(protocol, port, port)));
    } else {
      named.set(`${protocol} ${name}`, { numbers: ConnectionSet.range(protocol, 1, 65535), name: { protocol, name }, unnamed: [] });
    }
  }
  return [...numbers.length === 0 ? [] : [{ numbers: ConnectionSet.unionOf(numbers), unnamed: [] }], ...named.values()];
}

/** The ports that are in both; undefined if there are none. */
export function intersectPorts(a: PortPiece, b: PortPiece): PortPiece | undefined {
  const name = a.name ?? b.name;
  const unnamed = distinctNames([...a.unnamed, ...b.unnamed]);
  const numbers = a.numbers.intersect(b.numbers);
  if (numbers.isEmpty) { return undefined; }
  if (name === undefined) { return { numbers, unnamed: namesIn(unnamed, numbers) }; }
  if ((b.name !== undefined && nameKey(name) !== nameKey(b.name)) || unnamed.some(other => nameKey(other) === nameKey(name))) { return undefined; }
  return { numbers, name, unnamed: [] };
}

/** The ports that are in the first piece, and not in the second one. */
export function subtractPorts(a: PortPiece, b: PortPiece): PortPiece[] {
  if (intersectPorts(a, b) === undefined) { return [a]; }
  if (b.name !== undefined && a.name === undefined) {
    const others = a.numbers.intersect(ConnectionSet.range(b.name.protocol, 1, 65535)).subtract(b.numbers);
    const ofOthers = others.isEmpty ? [] : [{ ...a, numbers: others, unnamed: namesIn(a.unnamed, others) }];
    return [{ ...a, numbers: a.numbers.subtract(others), unnamed: distinctNames([...a.unnamed, b.name]) }, ...ofOthers];
  }
  const outside = a.numbers.subtract(b.numbers);
  const inside = { ...a, numbers: a.numbers.intersect(b.numbers) };
  const named = b.name !== undefined ? [] : b.unnamed.map(name => intersectPorts(inside, { numbers: inside.numbers, name, unnamed: [] }));
  const numbered = outside.isEmpty ? undefined : { ...a, numbers: outside, unnamed: namesIn(a.unnamed, outside) };
  return [numbered, ...named].filter(piece => piece !== undefined);
}

/** The names that a port with one of these numbers may have. */
function namesIn(names: readonly PortName[], numbers: ConnectionSet): PortName[] {
  return names.filter(({ protocol }) => numbers.overlaps(ConnectionSet.range(protocol, 1, 65535)));
}

function distinctNames(names: readonly PortName[]): PortName[] {
  return [...new Map(names.map(one => [nameKey(one), one])).values()].sort((a, b) => nameKey(a) < nameKey(b) ? -1 : 1);
}

function nameKey({ protocol, name }: PortName): string { return `${protocol} ${name}`; }

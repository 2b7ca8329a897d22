import { Member, Party } from './endpoints';
import { askedConnections, PortQuestion } from './ports';
import { ConnectionSet } from '../evaluator/connections';
import { Reachability } from '../evaluator/reachability';

/** What passes from one member to another. */
export interface Passage {
  readonly source: Member;
  readonly destination: Member;
  /** A pod to itself: no policy has a say. */
  readonly loopback: boolean;
  /** What the source's egress lets pass. */
  readonly egress: ConnectionSet;
  /** What the destination's ingress lets pass. */
  readonly ingress: ConnectionSet;
  /** What both do. */
  readonly connections: ConnectionSet;
}

/** The answer to one question. */
export interface Answer {
  /** Every member of the one reaches every member of the other, on all the ports asked about, or at all. */
  readonly allowed: boolean;
  readonly egress: boolean;
  readonly ingress: boolean;
  /** Some do and some do not. */
  readonly mixed: boolean;
  /** One passage that shows the answer: where some do not reach, one of those. */
  readonly example: Passage;
}

/** What passes from one member to another. */
export function passage(reach: Reachability, source: Member, destination: Member): Passage {
  if (isLoopback(source, destination)) {
    return { source, destination, loopback: true, egress: ConnectionSet.ALL, ingress: ConnectionSet.ALL, connections: ConnectionSet.ALL };
  }
  const egress = reach.oneSided(source.endpoint, 'egress', destination.endpoint);
  const ingress = reach.oneSided(destination.endpoint, 'ingress', source.endpoint);
  return { source, destination, loopback: false, egress, ingress, connections: egress.intersect(ingress) };
}

/** Every passage between two parties. */
export function* passages(reach: Reachability, sources: readonly Member[], destinations: readonly Member[]): Iterable<Passage> {
  for (const source of sources) {
    for (const destination of destinations) { yield passage(reach, source, destination); }
  }
}

/** True where `connections` hold what was asked; without a port, where they hold anything. */
export function meets(connections: ConnectionSet, port: PortQuestion | undefined, destination: Member): boolean {
  if (port === undefined) { return !connections.isEmpty; }
  const asked = askedConnections(port, destination);
  // A name that the destination does not have is no connection, rather than one that is trivially allowed.
  return !asked.isEmpty && connections.includes(asked);
}

/** Does `from` reach `to`, on this port or, without one, at all? */
export function ask(reach: Reachability, from: Party, to: Party, port?: PortQuestion): Answer {
  const all = [...passages(reach, from.members, to.members)];
  const yes = all.filter(p => meets(p.connections, port, p.destination));
  const failing = all.find(p => !meets(p.connections, port, p.destination));
  return {
    allowed: failing === undefined,
    egress: all.every(p => meets(p.egress, port, p.destination)),
    ingress: all.every(p => meets(p.ingress, port, p.destination)),
    mixed: failing !== undefined && yes.length > 0,
    example: failing ?? all[0],
  };
}

/**
 * A pod that is known by name reaches itself, always. A template's pods are several: between those
 * policies decide.
 */
function isLoopback(source: Member, destination: Member): boolean {
  return source.kind === 'pod' && destination.kind === 'pod' && source.pod === destination.pod && source.pod.name !== undefined;
}

import { Endpoint, Party } from './endpoints';
import { connectionsOfPort, PortQuery } from './ports';
import { ConnectionSet } from '../evaluator/connections';
import { Reachability } from '../evaluator/reachability';

/** What passes from one member to another. */
export interface Flow {
  readonly source: Endpoint;
  readonly destination: Endpoint;
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
  readonly example: Flow;
}

/** What passes from one member to another. */
export function flow(reach: Reachability, source: Endpoint, destination: Endpoint): Flow {
  if (isLoopback(source, destination)) {
    return { source, destination, loopback: true, egress: ConnectionSet.ALL, ingress: ConnectionSet.ALL, connections: ConnectionSet.ALL };
  }
  const egress = reach.sideConnections(source.index, 'egress', destination.index);
  const ingress = reach.sideConnections(destination.index, 'ingress', source.index);
  return { source, destination, loopback: false, egress, ingress, connections: egress.intersect(ingress) };
}

/** Every passage between two parties. */
export function* flows(reach: Reachability, sources: readonly Endpoint[], destinations: readonly Endpoint[]): Iterable<Flow> {
  for (const source of sources) {
    for (const destination of destinations) { yield flow(reach, source, destination); }
  }
}

/** True where `connections` hold what was asked; without a port, where they hold anything. */
export function covers(connections: ConnectionSet, port: PortQuery | undefined, destination: Endpoint): boolean {
  if (port === undefined) { return !connections.isEmpty; }
  const asked = connectionsOfPort(port, destination);
  // A name that the destination does not have is no connection, rather than one that is trivially allowed.
  return !asked.isEmpty && connections.includes(asked);
}

/** Does `from` reach `to`, on this port or, without one, at all? */
export function query(reach: Reachability, from: Party, to: Party, port?: PortQuery): Answer {
  const all = [...flows(reach, from.endpoints, to.endpoints)];
  const yes = all.filter(p => covers(p.connections, port, p.destination));
  const failing = all.find(p => !covers(p.connections, port, p.destination));
  return {
    allowed: failing === undefined,
    egress: all.every(p => covers(p.egress, port, p.destination)),
    ingress: all.every(p => covers(p.ingress, port, p.destination)),
    mixed: failing !== undefined && yes.length > 0,
    example: failing ?? all[0],
  };
}

/**
 * A pod that is known by name reaches itself, always. A template's pods are several: between those
 * policies decide.
 */
function isLoopback(source: Endpoint, destination: Endpoint): boolean {
  return source.kind === 'pod' && destination.kind === 'pod' && source.pod === destination.pod && source.pod.name !== undefined;
}

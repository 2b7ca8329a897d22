import { Endpoint } from './endpoints';
import { ConnectionSet } from '../evaluator/connections';
import { enumerate, withCommas } from '../findings/enumeration';
import { portNameErrors, portNumberErrors } from '../k8s/names';
import { Protocol, PROTOCOLS } from '../k8s/objects';

/** The ports of a question: a range (1–65535, both ends included), or a name, which the destination's containers resolve. */
export type PortQuery =
  | { readonly protocol: Protocol; readonly first: number; readonly last: number }
  | { readonly protocol: Protocol; readonly name: string };

/**
 * Reads `tcp/8080`, `udp/5000-5010`, `tcp/http`, `sctp` (all of its ports), `8080` (TCP). Returns a sentence that says what is
 * wrong if the text is not a port.
 */
export function parsePortQuery(text: string): PortQuery | string {
  const form = 'write it as tcp/8080, udp/5000-5010 or tcp/http';
  const slash = text.indexOf('/');
  const given = (slash < 0 ? text : text.slice(0, slash)).toUpperCase() as Protocol;
  if (slash < 0 && PROTOCOLS.includes(given)) { return { protocol: given, first: 1, last: 65535 }; }
  const protocol = slash < 0 ? 'TCP' : given;
  if (slash < 0 && /^icmp(?:v?6)?$/i.test(text)) { return `'${text}' is not a port: NetworkPolicies have rules for TCP, UDP and SCTP only; for a port of this name, write tcp/${text.toLowerCase()}`; }
  if (!PROTOCOLS.includes(protocol)) { return `'${text}' does not name a protocol (TCP, UDP or SCTP): ${form}`; }
  const port = text.slice(slash + 1);
  const range = /^(\d+)(?:-(\d+))?$/.exec(port);
  if (range === null) {
    const errors = portNameErrors(port);
    return errors.length === 0 ? { protocol, name: port } : `'${text}' is not a port: ${errors[0]}; ${form}`;
  }
  const first = Number(range[1]);
  const last = Number(range[2] ?? range[1]);
  for (const number of [first, last]) {
    const [error] = portNumberErrors(number);
    if (error !== undefined) { return `'${text}' is not a port: ${error}; ${form}`; }
  }
  return first <= last ? { protocol, first, last } : `'${text}' ends before it begins: write ${protocol.toLowerCase()}/${last}-${first}`;
}

/** The port as messages print it: `TCP 8080`, `UDP 5000-5010`, `TCP http`. */
export function formatPortQuery(port: PortQuery): string {
  if ('name' in port) { return `${port.protocol} ${port.name}`; }
  return ConnectionSet.range(port.protocol, port.first, port.last).toString();
}

/** More ranges of ports than this are counted. */
const MAX_RANGES = 8;

/**
 * Connections in a sentence: `every port`, `TCP 80, TCP 443 and UDP 53`, `TCP 1, TCP 3 and 32,766 more ranges`.
 *
 * @param names further ports, by name: `TCP http`
 */
export function formatConnections(connections: ConnectionSet, names: readonly string[] = []): string {
  if (connections.isAll) { return 'every port'; }
  const texts = connections.ranges().slice(0, MAX_RANGES).map(({ protocol, first, last }) =>
    first === 1 && last === 65535 ? `every ${protocol} port` : `${protocol} ${first === last ? first : `${first}-${last}`}`);
  const hidden = connections.rangeCount - texts.length;
  return enumerate([...texts, ...hidden > 0 ? [`${withCommas(hidden)} more ranges`] : [], ...names]) || 'no port';
}

/** The connections that the port means for a destination; none if no container of the destination has a port of that name. */
export function connectionsOfPort(port: PortQuery, destination: Endpoint): ConnectionSet {
  if (!('name' in port)) { return ConnectionSet.range(port.protocol, port.first, port.last); }
  if (destination.kind === 'address') { return ConnectionSet.NONE; }
  return destination.pod.ports
    .filter(p => p.protocol === port.protocol && p.name === port.name)
    .reduce((all, p) => all.union(ConnectionSet.range(p.protocol, p.port, p.port)), ConnectionSet.NONE);
}

/** Why the port means no connection with a destination: it is a name that the destination does not have. Undefined if it means one, or may mean one. */
export function unresolvedPort(port: PortQuery, destination: Endpoint): string | undefined {
  if (!('name' in port) || !connectionsOfPort(port, destination).isEmpty) { return undefined; }
  if (destination.kind === 'address') { return `The port name '${port.name}' has no meaning for an address: give a number.`; }
  if (destination.pod.hasOpenPorts === true) { return undefined; }
  const known = destination.pod.ports.filter(p => p.name !== undefined).map(p => `${p.protocol} ${p.name}`);
  return `No container of ${destination.name} has a ${port.protocol} port named '${port.name}'`
    + `${known.length === 0 ? '' : ` (it has ${known.join(', ')})`}: name it in the container's ports, or give its number.`;
}

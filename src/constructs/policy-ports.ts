import { callError } from './call-error';
import type { Port } from './port';
import { NetworkPolicyPort, Protocol, PROTOCOLS } from '../api/objects';

/**
 * The `ports` of a rule, or nothing for all ports. Each is named once, in a stable order: by protocol,
 * then all of it, then by number, then by name. What a protocol's "all" covers is left out.
 */
export function policyPorts(ports: readonly Port[]): NetworkPolicyPort[] | undefined {
  const entries = ports.map(p => p._toPolicyPort());
  if (entries.includes(undefined)) { return undefined; }
  const known = new Map((entries as NetworkPolicyPort[]).map(e => [sortKey(e), e]));
  const whole = new Set([...known.values()].filter(e => e.port === undefined).map(e => e.protocol));
  return [...known]
    .filter(([, e]) => e.port === undefined || !whole.has(e.protocol))
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, e]) => e);
}

/** Throws where a list of ports is empty; nothing where there is no list. */
export function readPorts(where: string, ports: readonly Port[] | undefined): readonly Port[] | undefined {
  if (ports?.length === 0) {
    throw callError(where, 'ports is empty, which Kubernetes reads as "all ports"',
      'name at least one port, leave ports out for the default, or write ports: [Port.all()] for all on purpose');
  }
  return ports;
}

/** Sorts as text, and is the same for entries that say the same. */
function sortKey({ protocol, port, endPort }: NetworkPolicyPort): string {
  const number = (n: number) => String(n).padStart(5, '0');
  const rest = port === undefined ? '0' : typeof port === 'number' ? `1 ${number(port)} ${number(endPort ?? port)}` : `2 ${port}`;
  return `${PROTOCOLS.indexOf(protocol as Protocol)} ${rest}`;
}

import { Subject } from './subject';
import { Remedy } from '../analysis/claim';
import { PortQuestion } from '../analysis/port-question';

/**
 * The call that makes a claim true, for the sides that are tiers: one does not mend YAML that a program
 * has written. Between two tiers the one call mends both sides.
 */
export function remedyFor(from: Subject, to: Subject, ports: readonly PortQuestion[] | undefined): Remedy | undefined {
  const options = ports === undefined ? '' : `, { ports: [${ports.map(portCall).join(', ')}] }`;
  const source = nameOf(from);
  const destination = nameOf(to);
  if (isTier(to)) {
    const call = `${destination}.allowFrom(${source}${options})`;
    return isTier(from) ? { egress: call, ingress: call } : { ingress: call };
  }
  return isTier(from) ? { egress: `${source}.allowTo(${destination}${options})` } : undefined;
}

function isTier(subject: Subject): boolean {
  return subject.kind === 'patterns' && subject.tier !== undefined;
}

/** A tier as its variable is likely to be called; a peer in words, since it does not know how it was made. */
function nameOf(subject: Subject): string {
  if (subject.kind === 'named') { return `/* ${subject.text} */`; }
  return subject.tier === undefined
    ? `/* ${subject.name} */`
    : subject.tier.replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '').replace(/^[^A-Za-z]*(.)/, (_, first: string) => first.toLowerCase());
}

function portCall(port: PortQuestion): string {
  const { protocol } = port;
  const factory = `Port.${protocol.toLowerCase()}`;
  if ('name' in port) { return `Port.named('${port.name}'${protocol === 'TCP' ? '' : `, Protocol.${protocol}`})`; }
  if (port.first === 1 && port.last === 65535) { return `Port.all${protocol[0]}${protocol.slice(1).toLowerCase()}()`; }
  return port.first === port.last ? `${factory}(${port.first})` : `${factory}Range(${port.first}, ${port.last})`;
}

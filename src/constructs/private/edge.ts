import { callError } from '../../cdk8s/call-error';
import { NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPort, Protocol, PROTOCOLS } from '../../k8s/objects';
import { EdgeEnd } from '../party';
import { Port } from '../port';

/** Which half of an edge: what comes into a tier's pods, or what goes out of them. */
export type Direction = 'ingress' | 'egress';

/**
 * What one party may reach of another, added up over all calls that said so. A call that says what is
 * already known changes nothing.
 */
export class Edge {
  private readonly ports: Port[] = [];
  private onDefaultPorts = false;
  private readonly reasons = new Set<string>();

  constructor(public readonly source: EdgeEnd, public readonly destination: EdgeEnd) {}

  /** True where a tier's pods talk among themselves. */
  public get isInternal(): boolean { return this.source.key === this.destination.key; }

  /** What the calls gave as their reason. */
  public get descriptions(): readonly string[] { return [...this.reasons]; }

  /** Adds these ports, or those that the destination tier has at synth. */
  public add(ports: readonly Port[] | undefined, description: string | undefined): void {
    if (ports === undefined) { this.onDefaultPorts = true; } else { this.ports.push(...ports); }
    if (description) { this.reasons.add(description); }
  }

  /** The other party, as one half of the edge sees it. */
  public other(direction: Direction): EdgeEnd { return direction === 'ingress' ? this.source : this.destination; }

  /** What one half of the edge is called. */
  public policyName(direction: Direction): string {
    const name = this.isInternal ? `${this.source.name}-internally` : `${this.source.name}-to-${this.destination.name}`;
    return `allow-${name}${direction === 'egress' ? '-egress' : ''}`;
  }

  /** The rule of one half, in a policy of this namespace. */
  public rule(direction: Direction, namespace: string | undefined): NetworkPolicyIngressRule & NetworkPolicyEgressRule {
    const peers = this.other(direction).clauses(namespace);
    const ports = policyPorts(this.allPorts());
    return {
      ...(peers === undefined ? {} : { [direction === 'ingress' ? 'from' : 'to']: peers }),
      ...(ports === undefined ? {} : { ports }),
    };
  }

  /** True where the destination's own ports are meant, and it has none. */
  public get lacksPorts(): boolean { return this.onDefaultPorts && this.destination.ports() === undefined; }

  private allPorts(): readonly Port[] {
    if (this.lacksPorts) { throw new Error(unknownPorts(this.destination)); }
    return this.onDefaultPorts ? [...this.ports, ...this.destination.ports()!] : this.ports;
  }
}

/** What is wrong where a call names no ports and the destination has none of its own. */
export function unknownPorts({ title }: EdgeEnd): string {
  return `no ports are named, and those of ${title} are not known`;
}

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

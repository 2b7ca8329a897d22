import { AddressRange, Family, familyOf, formatRange, parseAddress } from '../api/address';
import { ConnectionSet } from '../reach/connections';
import { Direction, EndpointIndex, Reachability } from '../reach/reachability';

/** What passes between a workload and a range of outside addresses. Never empty. */
export interface OutsideConnection {
  /** As `list` names it. */
  readonly range: string;
  readonly connections: ConnectionSet;
}

/** How an outside range is named: `0.0.0.0-255.255.255.255[External]`. */
export function externalName(range: AddressRange): string {
  return `${formatRange(range)}[External]`;
}

/** The range that a row of the list names, or nothing where it names a workload: `10.0.0.0-10.255.255.255[External]`. */
export function outsideRangeOf(name: string): AddressRange | undefined {
  const ends = /^([^-]+)-([^-]+)\[External\]$/.exec(name);
  return ends === null ? undefined : { first: parseAddress(ends[1])!, last: parseAddress(ends[2])! };
}

/** What passes between workloads and outside addresses, of IPv4 and, where a policy mentions it, of IPv6. */
export class OutsideConnections {
  private readonly families: readonly Family[];

  /** Names of ranges by their first and last address: formatting takes longer than finding. */
  private readonly names = new Map<bigint, Map<bigint, string>>();

  constructor(private readonly reach: Reachability) {
    this.families = familiesMentioned(reach);
  }

  /** In ascending order of addresses; neighbours with the same connections are one range. */
  public of(endpoint: EndpointIndex, direction: Direction): OutsideConnection[] {
    return this.reach.outside(endpoint, direction)
      .filter(({ range }) => this.families.includes(familyOf(range.first)))
      .map(({ range, connections }) => ({ range: this.name(range), connections }));
  }

  private name(range: AddressRange): string {
    const byLast = this.names.get(range.first) ?? new Map<bigint, string>();
    this.names.set(range.first, byLast);
    const name = byLast.get(range.last) ?? externalName(range);
    byLast.set(range.last, name);
    return name;
  }
}

/** IPv4, and IPv6 where a policy mentions it. */
function familiesMentioned(reach: Reachability): Family[] {
  const mentionsIpv6 = reach.cluster.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []]
    .some(rule => rule.peers?.some(peer => peer.kind === 'addresses' && peer.block.family === 'IPv6')));
  return mentionsIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}

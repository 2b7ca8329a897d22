import { AddressRange, Family, familyOf, formatRange, parseAddress } from '../api/address';
import { ConnectionSet } from '../reach/connections';
import { Direction, EndpointIndex, OutsideRange, Reachability } from '../reach/reachability';

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

  /** Many workloads have the same ranges: each list of them is named once. */
  private readonly named = new Map<readonly OutsideRange[], OutsideConnection[]>();

  constructor(private readonly reach: Reachability) {
    this.families = familiesMentioned(reach);
  }

  /** In ascending order of addresses; neighbours with the same connections are one range. */
  public of(endpoint: EndpointIndex, direction: Direction): readonly OutsideConnection[] {
    const ranges = this.reach.outside(endpoint, direction);
    let named = this.named.get(ranges);
    if (named === undefined) {
      named = ranges.filter(({ range }) => this.families.includes(familyOf(range.first)))
        .map(({ range, connections }) => ({ range: externalName(range), connections }));
      this.named.set(ranges, named);
    }
    return named;
  }
}

/** IPv4, and IPv6 where a policy mentions it. */
function familiesMentioned(reach: Reachability): Family[] {
  const mentionsIpv6 = reach.cluster.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []]
    .some(rule => rule.peers?.some(peer => peer.kind === 'addresses' && peer.block.family === 'IPv6')));
  return mentionsIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}

import { candidates } from './candidates';
import { AddressRange, FAMILY_RANGE, Family, formatRange, parseAddress } from '../api/address';
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

  private readonly names = new Map<string, string>();

  constructor(private readonly reach: Reachability) {
    this.families = familiesMentioned(reach);
  }

  /** In ascending order of addresses; neighbours with the same connections are one range. */
  public of(endpoint: EndpointIndex, direction: Direction): OutsideConnection[] {
    const { addresses, classCount } = this.reach;
    const atoms = candidates(this.reach, endpoint, direction)?.filter(peer => peer >= classCount).map(peer => peer - classCount);
    return this.families.flatMap(family => {
      const { first, end } = addresses.atomsOf(FAMILY_RANGE[family]);
      // A workload that is not isolated and addresses, which never are: everything passes.
      return atoms === undefined
        ? [{ range: this.name(first, end - 1), connections: ConnectionSet.ALL }]
        : this.joined(atoms.filter(atom => atom >= first && atom < end), atom => this.between(endpoint, direction, atom));
    });
  }

  private between(endpoint: EndpointIndex, direction: Direction, atom: number): ConnectionSet {
    const outside = this.reach.classCount + atom;
    return direction === 'egress' ? this.reach.connections(endpoint, outside) : this.reach.connections(outside, endpoint);
  }

  private joined(atoms: readonly number[], ask: (atom: number) => ConnectionSet): OutsideConnection[] {
    const ranges: OutsideConnection[] = [];
    for (let i = 0; i < atoms.length;) {
      const first = i;
      const connections = ask(atoms[i]);
      do { i++; } while (i < atoms.length && atoms[i] === atoms[i - 1] + 1 && ask(atoms[i]).equals(connections));
      if (!connections.isEmpty) { ranges.push({ range: this.name(atoms[first], atoms[i - 1]), connections }); }
    }
    return ranges;
  }

  /** The name of the addresses from one atom to another. */
  private name(first: number, last: number): string {
    const key = `${first}-${last}`;
    let name = this.names.get(key);
    if (name === undefined) {
      const { addresses } = this.reach;
      name = externalName({ first: addresses.range(first).first, last: addresses.range(last).last });
      this.names.set(key, name);
    }
    return name;
  }
}

/** IPv4, and IPv6 where a policy mentions it. */
function familiesMentioned(reach: Reachability): Family[] {
  const mentionsIpv6 = reach.cluster.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []]
    .some(rule => rule.peers?.some(peer => peer.kind === 'addresses' && peer.block.family === 'IPv6')));
  return mentionsIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}

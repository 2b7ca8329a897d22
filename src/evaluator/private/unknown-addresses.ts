import { AddressSpace, AtomRanges } from '../address-space';
import { Network } from './namespace-index';
import { Cluster } from '../../cluster/cluster';
import { isMatchedByAddress, PossibleAddresses, possibleAddresses } from '../../cluster/pod-addresses';
import { AddressRange } from '../../k8s/address';

/** The networks that addresses come from. */
export const NETWORKS: readonly Network[] = ['pods', 'nodes', 'either'];

/** The possible addresses of pods under the assumption `pod-address`, and without it. */
export type UnknownAddressSets = Readonly<Record<keyof PossibleAddresses, UnknownAddresses>>;

/** The addresses that a pod may have if its own are not known, as address atoms. An atom counts if it has a possible address. */
export class UnknownAddresses {
  private readonly counts = new Map<Network, Int32Array>();

  /** `exists` says on which networks there are pods without a known address. */
  constructor(
    private readonly cluster: Cluster, private readonly addresses: AddressSpace,
    private readonly exists: Readonly<Record<Network, boolean>>, private readonly what: keyof PossibleAddresses,
  ) {}

  /** True if there are pods without a known address on the network that may have an address in one of these atoms. */
  public mayBeIn(network: Network, atoms: AtomRanges): boolean {
    return this.countOf(network, atoms) > 0;
  }

  /** How many of these atoms have an address that a pod without a known address on the network may have. */
  public countOf(network: Network, atoms: AtomRanges = [0, this.addresses.size]): number {
    const counts = this.countsOf(network);
    let count = 0;
    for (let i = 0; i < atoms.length; i += 2) { count += counts[atoms[i + 1]] - counts[atoms[i]]; }
    return count;
  }

  /** The possible addresses by which blocks match a pod on this network. */
  public rangesOf(network: Network): readonly AddressRange[] {
    const pod = { hostNetwork: network === 'nodes', hasOpenNetwork: network === 'either' };
    return isMatchedByAddress(this.cluster, pod) ? possibleAddresses(this.cluster, pod)[this.what] : [];
  }

  /** The same for the same possible addresses. */
  public get key(): string {
    return NETWORKS.map(network => this.exists[network] ? this.rangesOf(network).map(({ first, last }) => `${first}-${last}`).join() : '').join(';');
  }

  /** For each atom, how many of the atoms before it have a possible address; and how many there are at the end. */
  private countsOf(network: Network): Int32Array {
    const known = this.counts.get(network);
    if (known !== undefined) { return known; }
    const counts = new Int32Array(this.addresses.size + 1);
    this.counts.set(network, counts);
    if (!this.exists[network]) { return counts; }
    for (const range of this.rangesOf(network)) {
      const { first, end } = this.addresses.atomsOf(range);
      for (let atom = first; atom < end; atom++) { counts[atom + 1] = 1; }
    }
    for (let atom = 1; atom < counts.length; atom++) { counts[atom] += counts[atom - 1]; }
    return counts;
  }
}

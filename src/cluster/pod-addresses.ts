import { Cluster, Pod } from './cluster';
import { AddressRange, Cidr, Family, familyOf, FAMILY_RANGE, parseCidr, subtractRanges } from '../k8s/address';
import { pluginFact } from '../k8s/network-plugins';
import { PUBLIC_INTERNET } from '../k8s/public-internet';

/* Which addresses a pod may have if its address is not known. */

/** The addresses that no pod has: unspecified, loopback, link-local and multicast ones. */
const NEVER = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/127', 'fe80::/10', 'ff00::/8'].map(block);

/** The blocks of `Peer.publicInternet()`, each with its exceptions removed. */
const PUBLIC = PUBLIC_INTERNET.flatMap(({ ipBlock }) => subtractRanges(block(ipBlock!.cidr), ipBlock!.except!.map(block)));

/** The possible addresses, as ascending ranges that do not overlap. */
export interface PossibleAddresses {
  /** Under the assumption `pod-address`: none of the public internet. Stated pod CIDRs count in full, because they are facts. */
  readonly assumed: readonly AddressRange[];
  /** Without the assumption. */
  readonly all: readonly AddressRange[];
}

const known = new WeakMap<Cluster, Readonly<Record<'pods' | 'nodes' | 'either', PossibleAddresses>>>();

/**
 * The addresses that a pod of the cluster may have if its own are not known. A pod on its node's network has an address of the node, and no other pod
 * has one. If the input has Nodes, it has all of them.
 */
export function possibleAddresses(cluster: Cluster, { hostNetwork, hasOpenNetwork }: Pick<Pod, 'hostNetwork' | 'hasOpenNetwork'>): PossibleAddresses {
  let sets = known.get(cluster);
  if (sets === undefined) {
    const never = [...NEVER, ...addressesOfServices(cluster)];
    const all = familiesOf(cluster).flatMap(family => subtractRanges(FAMILY_RANGE[family], never));
    const anywhere = { all, assumed: all.flatMap(range => subtractRanges(range, PUBLIC)) };
    const stated = cluster.podCidrs ?? [];
    const ofNodes = merged(cluster.nodes.flatMap(({ addresses }) => addresses));
    const areNodesKnown = cluster.nodes.length > 0 && cluster.nodes.every(({ addresses }) => addresses.length > 0);
    const withoutNodes = (ranges: readonly AddressRange[]) => ranges.flatMap(range => subtractRanges(range, ofNodes));
    const ofPods = stated.length === 0 ? anywhere : { all: merged(stated), assumed: merged(stated) };
    const nodes = areNodesKnown ? { all: ofNodes, assumed: ofNodes } : anywhere;
    const pods = ofNodes.length === 0 ? ofPods : { all: withoutNodes(ofPods.all), assumed: withoutNodes(ofPods.assumed) };
    const either = { all: merged([...pods.all, ...nodes.all]), assumed: merged([...pods.assumed, ...nodes.assumed]) };
    known.set(cluster, sets = { nodes, pods, either });
  }
  return hasOpenNetwork === true ? sets.either : hostNetwork ? sets.nodes : sets.pods;
}

/**
 * True if an `ipBlock` matches the pod by its address, as the text of the API says. Some network plugins match a pod by its labels only. What they do with
 * one on its node's network differs, so nothing is said about it.
 */
export function isMatchedByAddress({ plugin }: Cluster, { hostNetwork, hasOpenNetwork }: Pick<Pod, 'hostNetwork' | 'hasOpenNetwork'>): boolean {
  return hostNetwork || hasOpenNetwork === true || pluginFact(plugin, 'ipBlock and pods') === undefined;
}

/**
 * The addresses of Services inside the cluster, if the network plugin replaces them before it looks at policies: then no policy sees one as the address of a
 * pod. Otherwise a rule for such an address may be what lets a connection to the Service pass.
 */
export function addressesOfServices({ plugin, services }: Pick<Cluster, 'plugin' | 'services'>): AddressRange[] {
  return pluginFact(plugin, 'Service addresses') === undefined ? []
    : services.flatMap(({ clusterAddresses }) => clusterAddresses.map(address => ({ first: address, last: address })));
}

/** The address families of the known pods, or both if no address is known. */
function familiesOf({ workloads }: Cluster): Family[] {
  const families = (['IPv4', 'IPv6'] as const).filter(family => workloads.some(({ pods }) => pods.some(({ addresses }) =>
    addresses.some(address => familyOf(address) === family))));
  return families.length === 0 ? ['IPv4', 'IPv6'] : families;
}

function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort((a, b) => a.first < b.first ? -1 : 1);
  const result: AddressRange[] = [];
  for (const { first, last } of sorted) {
    const before = result.at(-1);
    if (before !== undefined && familyOf(before.first) === familyOf(first) && first <= before.last + 1n) {
      result[result.length - 1] = { first: before.first, last: last > before.last ? last : before.last };
    } else {
      result.push({ first, last });
    }
  }
  return result;
}

function block(text: string): Cidr {
  return parseCidr(text) as Cidr;
}

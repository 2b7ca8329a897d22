import { AddressesClause, Cluster, isLabelKnown, PeerClause, PodsClause, PortClause } from '../../cluster/cluster';
import { ClusterPeerClause } from '../../cluster/cluster-policy';
import { AddressRange, subtractRanges } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL, Protocol } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { Requirement, requirementMatches, Selector } from '../../k8s/selector';

/*
 * Whether one part of a rule covers another one: whatever the narrower one matches, the wider one matches too, for every pod and every address that could
 * exist. The answer "covered" is certain. The other answer is not: two parts that cover a third one only together are not found.
 */

/** True if the wider selector selects every object that the narrower one selects. */
export function selectorCovers(wider: Selector, narrower: Selector): boolean {
  return wider.requirements.every(requirement => isImplied(requirement, narrower)) || !isPossible(narrower);
}

/** True if some object could be selected. `app=a,app=b` selects none. */
export function isPossible(selector: Selector): boolean {
  return selector.couldMatch({}, () => false);
}

/** True if some object could be selected by both. */
export function couldOverlap(a: Selector, b: Selector): boolean {
  return isPossible(Selector.of([...a.requirements, ...b.requirements]));
}

/** True if every object that the selector selects meets the requirement. */
function isImplied(requirement: Requirement, { requirements }: Selector): boolean {
  const { key, operator, values } = requirement;
  const own = requirements.filter(one => one.key === key);
  const listed = own.find(one => one.operator === 'In');
  if (listed !== undefined) {
    // The values that the other requirements leave are all that the object may have.
    const possible = listed.values.filter(value => own.every(one => requirementMatches(one, { [key]: value })));
    return possible.every(value => requirementMatches(requirement, { [key]: value }));
  }
  const isPresent = own.some(one => one.operator === 'Exists');
  const isAbsent = own.some(one => one.operator === 'DoesNotExist');
  switch (operator) {
    case 'In': return false;
    case 'NotIn': return isAbsent || values.every(value => own.some(one => one.operator === 'NotIn' && one.values.includes(value)));
    case 'Exists': return isPresent;
    case 'DoesNotExist': return isAbsent;
  }
}

/** The same for selectors of namespaces. The labels of declared namespaces are known. */
export function namespacesCover({ namespaces }: Cluster, wider: Selector, narrower: Selector): boolean {
  if (selectorCovers(wider, narrower)) { return true; }
  const names = narrower.requirements.find(({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In')?.values;
  return names?.every(name => {
    const namespace = namespaces.get(name);
    return namespace !== undefined && wider.surelyMatches(namespace.labels, key => isLabelKnown(namespace, key));
  }) === true;
}

/** True if every address of the narrower block is in the wider one. */
export function blockCovers(wider: AddressesClause, narrower: AddressesClause): boolean {
  const { first, last } = narrower.block;
  const isInside = wider.block.first <= first && last <= wider.block.last;
  return isInside && wider.except.every(hole => isOutside(hole, narrower));
}

/** True if no address of the range is in the block. */
function isOutside(range: AddressRange, { block, except }: AddressesClause): boolean {
  const first = range.first < block.first ? block.first : range.first;
  const last = range.last > block.last ? block.last : range.last;
  return first > last || subtractRanges({ first, last }, except).length === 0;
}

/** A peer whose pods name their namespaces. */
export type NamedPeer<P extends ClusterPeerClause = ClusterPeerClause> = Exclude<P, PodsClause> | Required<PodsClause>;

/** The peer of a NetworkPolicy, with the namespace of the policy if it names none. */
export function namedPeer(peer: PeerClause, own: Selector): NamedPeer<PeerClause> {
  return peer.kind === 'pods' ? { ...peer, namespaces: peer.namespaces ?? own } : peer;
}

/** True if the wider peer has every pod and address of the narrower one. */
export function peerCovers(cluster: Cluster, wider: NamedPeer, narrower: NamedPeer): boolean {
  if (wider.kind === 'pods' && narrower.kind === 'pods') {
    return selectorCovers(wider.pods, narrower.pods)
      && (namespacesCover(cluster, wider.namespaces, narrower.namespaces) || !isPossible(narrower.pods));
  }
  if (wider.kind === 'addresses' && narrower.kind === 'addresses') { return blockCovers(wider, narrower); }
  if (wider.kind === 'nodes' && narrower.kind === 'nodes') { return selectorCovers(wider.nodes, narrower.nodes); }
  return wider.kind === 'domains' && narrower.kind === 'domains' && narrower.names.every(name => wider.names.includes(name));
}

/** False only if no pod and no address is in both. A block may have the address of a pod, and so may a domain name or a node. */
export function peersOverlap(a: NamedPeer, b: NamedPeer): boolean {
  if (a.kind === 'pods' && b.kind === 'pods') { return couldOverlap(a.namespaces, b.namespaces) && couldOverlap(a.pods, b.pods); }
  return a.kind !== 'addresses' || b.kind !== 'addresses' || !isOutside(a.block, b);
}

/** The ports of one protocol. */
interface PortsOfProtocol {
  readonly names: ReadonlySet<string>;
  /** In ascending order, with a gap between any two. */
  readonly ranges: readonly PortRange[];
}

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A rule can have tens of thousands of ports, and is compared with many others. */
const portsByProtocol = oncePer(compile);
const certainPorts = oncePer((ports: readonly PortClause[]) => compile(ports.filter(({ isUncertain }) => isUncertain !== true)));

function compile(ports: readonly PortClause[]): ReadonlyMap<Protocol, PortsOfProtocol> {
  return new Map([...new Set(ports.map(({ protocol }) => protocol))].map(protocol => {
    const own = ports.filter(one => one.protocol === protocol);
    const names = new Set(own.flatMap(({ name }) => name ?? []));
    const ranges: { first: number; last: number }[] = [];
    for (const { first, last } of own.filter(({ name }) => name === undefined).sort((a, b) => a.first - b.first)) {
      const previous = ranges[ranges.length - 1];
      const isAdjacent = previous !== undefined && first <= previous.last + 1;
      if (isAdjacent) { previous.last = Math.max(previous.last, last); } else { ranges.push({ first, last }); }
    }
    return [protocol, { names, ranges }];
  }));
}

/** False only if no port is in both. A name may have any number. */
export function portsOverlap(a: readonly PortClause[] | undefined, b: readonly PortClause[] | undefined): boolean {
  if (a === undefined || b === undefined) { return true; }
  const others = portsByProtocol(b);
  return [...portsByProtocol(a)].some(([protocol, own]) => {
    const other = others.get(protocol);
    return other !== undefined && (own.names.size > 0 || other.names.size > 0 || rangesOverlap(own.ranges, other.ranges));
  });
}

/** Both are in ascending order. */
function rangesOverlap(a: readonly PortRange[], b: readonly PortRange[]): boolean {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i].first <= b[j].last && b[j].first <= a[i].last) { return true; }
    if (a[i].last < b[j].last) { i++; } else { j++; }
  }
  return false;
}

const EVERY_PORT: PortRange = { first: 1, last: 65535 };

/** True if the wider ports have every port of the narrower ones. Absent ports are every port of every protocol. */
export function portsCover(wider: readonly PortClause[] | undefined, narrower: readonly PortClause[] | undefined): boolean {
  if (wider === undefined) { return true; }
  const all = certainPorts(wider);
  return narrower?.every(port => isIn(all.get(port.protocol), port)) === true;
}

function isIn(ports: PortsOfProtocol | undefined, { name, first, last }: PortClause): boolean {
  if (ports === undefined) { return false; }
  if (name !== undefined && ports.names.has(name)) { return true; }
  const wanted = name === undefined ? { first, last } : EVERY_PORT;
  const { ranges } = ports;
  let [low, high] = [0, ranges.length];
  // The first range that ends at the port or after it.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (ranges[middle].last < wanted.first) { low = middle + 1; } else { high = middle; }
  }
  return low < ranges.length && ranges[low].first <= wanted.first && wanted.last <= ranges[low].last;
}

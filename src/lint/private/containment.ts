import { AddressesClause, Cluster, isLabelKnown, PeerClause, PodsClause, PortClause } from '../../cluster/cluster';
import { ClusterPeerClause } from '../../cluster/cluster-policy';
import { AddressRange, subtractRanges } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
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

/** False only if no port is in both. A name may have any number. */
export function portsOverlap(a: readonly PortClause[] | undefined, b: readonly PortClause[] | undefined): boolean {
  return a === undefined || b === undefined || a.some(one => b.some(other => one.protocol === other.protocol
    && (one.name !== undefined || other.name !== undefined || (one.first <= other.last && other.first <= one.last))));
}

const EVERY_PORT = { first: 1, last: 65535 };

/** True if the wider ports have every port of the narrower ones. Absent ports are every port of every protocol. */
export function portsCover(wider: readonly PortClause[] | undefined, narrower: readonly PortClause[] | undefined): boolean {
  if (wider === undefined) { return true; }
  return narrower?.every(port => portsHave(wider.filter(one => one.protocol === port.protocol && one.isUncertain !== true), port)) === true;
}

/** True if the entries, all of the same protocol, have every port of another entry. */
function portsHave(entries: readonly PortClause[], { name, first, last }: PortClause): boolean {
  if (name !== undefined && entries.some(one => one.name === name)) { return true; }
  const wanted = name === undefined ? { first, last } : EVERY_PORT;
  const ranges = entries.filter(one => one.name === undefined).sort((a, b) => a.first - b.first);
  let next = wanted.first;
  for (const range of ranges) {
    if (range.first > next) { break; }
    next = Math.max(next, range.last + 1);
  }
  return next > wanted.last;
}

import { AddressesClause, Cluster, isLabelKnown, PeerClause, PodsClause, PortClause } from '../../cluster/cluster';
import { ClusterPeerClause } from '../../cluster/cluster-policy';
import { ConnectionSet } from '../../evaluator/connections';
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

/** Ports that rules name. */
interface NamedPorts {
  readonly numbers: ConnectionSet;
  /** The ports with a name, by protocol and name. */
  readonly names: ReadonlyMap<string, Protocol>;
}

/** A rule can have tens of thousands of ports, and is compared with many others. */
const allPorts = oncePer(compile);
const certainPorts = oncePer((ports: readonly PortClause[]) => compile(ports.filter(({ isUncertain }) => isUncertain !== true)));

/** Every port that the ports of a rule may be. A name may have any number. */
const possiblePorts = oncePer((ports: readonly PortClause[]) => {
  const { numbers, names } = allPorts(ports);
  return ConnectionSet.unionOf([numbers, ...[...new Set(names.values())].map(everyPortOf)]);
});

function compile(ports: readonly PortClause[]): NamedPorts {
  return {
    numbers: ConnectionSet.ofRanges(ports.filter(({ name }) => name === undefined)),
    names: new Map(ports.flatMap(({ protocol, name }) => name === undefined ? [] : [[`${protocol} ${name}`, protocol]])),
  };
}

function everyPortOf(protocol: Protocol): ConnectionSet {
  return ConnectionSet.range(protocol, 1, 65535);
}

/** False only if no port is in both. A name may have any number. */
export function portsOverlap(a: readonly PortClause[] | undefined, b: readonly PortClause[] | undefined): boolean {
  return a === undefined || b === undefined || possiblePorts(a).overlaps(possiblePorts(b));
}

/** True if the wider ports have every port of the narrower ones. Absent ports are every port of every protocol. */
export function portsCover(wider: readonly PortClause[] | undefined, narrower: readonly PortClause[] | undefined): boolean {
  if (wider === undefined) { return true; }
  if (narrower === undefined) { return false; }
  const [all, own] = [certainPorts(wider), allPorts(narrower)];
  return all.numbers.includes(own.numbers)
    && [...own.names].every(([name, protocol]) => all.names.has(name) || all.numbers.includes(everyPortOf(protocol)));
}

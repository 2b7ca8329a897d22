import { AddressEndpoint, Endpoint, PodEndpoint } from './endpoints';
import { formatPortQuery, PortQuery } from './ports';
import { PeerClause, PodsClause, AddressesClause, Policy, Rule } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { formatAddress } from '../k8s/address';
import { Labels } from '../k8s/objects';
import { requirementMatches, Selector } from '../k8s/selector';

/** A rule that was looked at for a connection which it does not allow. */
interface Candidate {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly destination: Endpoint;
  readonly asked: ConnectionSet;
  readonly port?: PortQuery;
}

/**
 * Why a rule does not allow a connection that no other one does either, where it comes near: the peer is right and the port is
 * not, or the port is right and the peer is not. Nothing where it is about something else.
 */
export function missOf(reach: Reachability, candidate: Candidate): string | undefined {
  const { policy, rule, direction, subject, peer, asked } = candidate;
  // Without a connection to look for (an unknown port name) every rule is beside the point.
  if (asked.isEmpty) { return undefined; }
  const here = reach.ruleConnections(policy, rule, direction, subject.index, peer.index);
  // The rule allows the connection, and something undecided stands beside it.
  if (candidate.port === undefined ? !here.isEmpty : here.includes(asked)) { return undefined; }
  const anyPort = reach.ruleConnections(policy, { ...rule, ports: undefined }, direction, subject.index, peer.index);
  if (!anyPort.isEmpty) { return portMiss(candidate, here); }
  const anyPeer = reach.ruleConnections(policy, { ...rule, peers: undefined }, direction, subject.index, peer.index);
  const portsFit = candidate.port === undefined || anyPeer.includes(asked);
  // A rule for every peer would have matched this one.
  if (!portsFit || rule.peers === undefined) { return undefined; }
  return rule.peers.map(clause => peerMiss(reach, policy, clause, peer)).join('; ');
}

function portMiss({ rule, destination, port }: Candidate, here: ConnectionSet): string {
  const missing = destination.kind === 'pod'
    ? rule.ports!.filter(p => p.name !== undefined && !destination.pod.ports.some(c => c.protocol === p.protocol && c.name === p.name))
    : rule.ports!.filter(p => p.name !== undefined);
  const unresolved = missing.map(p => destination.kind === 'pod'
    ? `no container of ${destination.name} has a ${p.protocol} port named '${p.name}'`
    : `the port name '${p.name}' means nothing for an address: give its number`);
  if (here.isEmpty) { return unresolved.join('; '); }
  // Had no port been asked about, what it does allow would be enough.
  return [`it allows ${here}, not ${formatPortQuery(port!)}`, ...unresolved].join('; ');
}

function peerMiss(reach: Reachability, policy: Policy, clause: PeerClause, peer: Endpoint): string {
  if (clause.kind === 'addresses') { return blockMiss(clause, peer); }
  if (peer.kind === 'address') { return `${formatPods(clause)} selects pods, and ${peer.name} is an address`; }
  if (peer.pod.hostNetwork) { return `${peer.name} is on its node's network, where only an ipBlock selects it`; }
  return podsMiss(reach, policy, clause, peer);
}

function podsMiss(reach: Reachability, policy: Policy, clause: PodsClause, peer: PodEndpoint): string {
  const namespace = peer.workload.namespace;
  if (clause.namespaces === undefined && namespace !== policy.namespace) {
    return `without a namespaceSelector it selects pods of its own namespace '${policy.namespace}' only, and ${peer.name} is in '${namespace}'`;
  }
  const { labels, origin } = reach.cluster.namespaces.get(namespace)!;
  if (clause.namespaces !== undefined && !clause.namespaces.matches(labels)) {
    return `its namespaceSelector ${clause.namespaces} does not select namespace '${namespace}', which has ${formatLabels(labels, clause.namespaces)}`
      + (origin !== undefined ? '' : ' (no Namespace object of that name was given, so its other labels are not known)');
  }
  return `its podSelector ${clause.pods} does not select ${peer.name}, which has ${formatLabels(peer.pod.labels, clause.pods)}`;
}

function blockMiss(clause: AddressesClause, peer: Endpoint): string {
  const block = formatBlock(clause);
  if (peer.kind === 'address') { return `${block} does not hold ${peer.name}${exceptOf(clause, peer)}`; }
  return peer.pod.addresses.length === 0
    ? `${block} is for addresses outside the cluster; ${peer.name} is a pod whose address is not known`
    : `${block} does not hold ${peer.pod.addresses.map(formatAddress).join(' or ')}, the address of ${peer.name}`;
}

function exceptOf(clause: AddressesClause, peer: AddressEndpoint): string {
  const except = clause.except.find(e => e.first <= peer.range.first && peer.range.last <= e.last);
  return except === undefined ? '' : `: it is inside ${formatAddress(except.first)}/${except.prefix}, which is excepted`;
}

/** An ipBlock as one reads it. */
export function formatBlock({ block, except }: AddressesClause): string {
  const text = (cidr: typeof block) => `${formatAddress(cidr.first)}/${cidr.prefix}`;
  return `ipBlock ${text(block)}${except.length === 0 ? '' : ` except ${except.map(text).join(', ')}`}`;
}

function formatPods(clause: PodsClause): string {
  return `podSelector ${clause.pods}`;
}

/** The labels that a selector asks about and does not get; all of them where there are few. */
function formatLabels(labels: Labels, selector: Selector): string {
  const keys = new Set(selector.requirements.filter(r => !requirementMatches(r, labels)).map(r => r.key));
  const all = Object.keys(labels).sort();
  const shown = all.length <= 4 ? all : all.filter(key => keys.has(key));
  const absent = [...keys].filter(key => !Object.hasOwn(labels, key)).map(key => `no label ${key}`);
  return [...shown.map(key => `${key}=${labels[key]}`), ...absent].join(', ');
}


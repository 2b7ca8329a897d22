import { ClaimVerdict } from '../claims/judge';
import { Party, PartyPart } from '../claims/party';
import { isLabelKnown, namespaceByName, Pod, Workload } from '../cluster/cluster';
import { surelySelects } from '../cluster/pod-selection';
import { ConnectionSet } from '../evaluator/connections';
import { Reachability } from '../evaluator/reachability';
import { AddressRange, subtractRanges } from '../k8s/address';
import { Connection, ConnectionEnd, listConnections } from '../query/connectivity';
import { podEndpoint } from '../query/endpoints';
import { connectionsOfPort, PortQuery } from '../query/ports';

/** A connection of `netpol list`, and what claims say about it. */
export interface CoveredConnection {
  readonly connection: Connection;
  /** The namespace that it counts for: that of its destination, or of its source if the destination is an address. */
  readonly namespace: string;
  /** True if claims `allowed` state it on all of its ports. */
  readonly isStated: boolean;
  /** The ports that no claim states or permits. */
  readonly open: ConnectionSet;
}

/** What one claim says about the connections of a list. */
interface Statement {
  readonly isStatement: boolean;
  /** Which ends the claim names or lists. Absent: its list does not count, or every end. */
  readonly source?: Side;
  readonly destination?: Side;
  /** Absent: every port. */
  readonly ports?: readonly PortQuery[];
}

/** The ends of one side. */
interface Side {
  readonly parties: readonly Party[];
  /** A list permits more than the pods that its parties mean. */
  readonly isList: boolean;
}

/** What the claims that hold say about each allowed connection of a cluster, in the order of `netpol list`. */
export function* coveredConnections(reach: Reachability, verdicts: readonly ClaimVerdict[]): Iterable<CoveredConnection> {
  const statements = verdicts.filter(({ answer }) => answer === 'holds').flatMap(statementsOf);
  const members = new Members(reach);
  for (const connection of listConnections(reach).connections) {
    if (connection.connections.isEmpty) { continue; }
    const { source, destination } = connection;
    const about = statements.filter(one => members.mayBeAbout(one, source, destination));
    const pieces = piecesOf(connection, about);
    const by = (isMeant: (one: Statement) => boolean) => pieces.map(([from, to]) => {
      const sets = about.filter(one => isMeant(one) && members.isAbout(one, from, to)).map(({ ports }) => portsFor(reach, ports, to));
      return connection.connections.subtract(ConnectionSet.unionOf(sets));
    });
    const open = ConnectionSet.unionOf(by(() => true));
    yield { connection, namespace: namespaceOf(connection), isStated: by(({ isStatement }) => isStatement).every(left => left.isEmpty), open };
  }
}

function statementsOf({ claim, ports }: ClaimVerdict): Statement[] {
  switch (claim.kind) {
    case 'denied': return [];
    case 'allowed': return [{ isStatement: true, source: { parties: [claim.from], isList: false }, destination: { parties: [claim.to], isList: false }, ports }];
    case 'admitsOnly': return [{ isStatement: false, source: { parties: claim.listed, isList: true }, destination: { parties: [claim.target], isList: false }, ports }];
    case 'reachesOnly': return [{ isStatement: false, source: { parties: [claim.target], isList: false }, destination: { parties: claim.listed, isList: true }, ports }];
  }
}

/** A connection in pieces, so that a claim is about all addresses of a piece or none. */
function piecesOf({ source, destination }: Connection, about: readonly Statement[]): (readonly [ConnectionEnd, ConnectionEnd])[] {
  const piecesOn = (end: ConnectionEnd, side: 'source' | 'destination') => end.kind !== 'addresses' ? [end]
    : cut(end.range, about.flatMap(one => one[side]?.parties ?? []).flatMap(rangesOf)).map((range): ConnectionEnd => ({ ...end, range }));
  return piecesOn(source, 'source').flatMap(from => piecesOn(destination, 'destination').map(to => [from, to] as const));
}

function cut({ first, last }: AddressRange, others: readonly AddressRange[]): AddressRange[] {
  const starts = new Set([first, ...others.flatMap(other => [other.first, other.last + 1n])]);
  const inside = [...starts].filter(start => first <= start && start <= last).sort((a, b) => a < b ? -1 : 1);
  return inside.map((start, i) => ({ first: start, last: i + 1 < inside.length ? inside[i + 1] - 1n : last }));
}

function rangesOf({ parts }: Party): AddressRange[] {
  return parts.flatMap(part => part.kind === 'addresses' ? part.ranges : []);
}

/** The ports of a claim for a destination. */
function portsFor(reach: Reachability, ports: readonly PortQuery[] | undefined, end: ConnectionEnd): ConnectionSet {
  if (ports === undefined) { return ConnectionSet.ALL; }
  const pods = end.kind === 'addresses' ? [] : podsOf(end);
  return ConnectionSet.unionOf(ports.map(port => {
    if (!('name' in port)) { return ConnectionSet.range(port.protocol, port.first, port.last); }
    if (pods.length === 0) { return ConnectionSet.NONE; }
    const workload = (end as Exclude<ConnectionEnd, { kind: 'addresses' }>).workload;
    const sets = pods.map(pod => connectionsOfPort(port, podEndpoint(reach, workload, pod, end.name)));
    return sets.reduce((all, set) => all.intersect(set));
  }));
}

function podsOf(end: Exclude<ConnectionEnd, { kind: 'addresses' }>): readonly Pod[] {
  return end.kind === 'pod' ? [end.pod] : end.workload.pods;
}

function namespaceOf({ source, destination }: Connection): string {
  // One end is always a pod.
  return destination.kind !== 'addresses' ? destination.workload.namespace : (source as Exclude<ConnectionEnd, { kind: 'addresses' }>).workload.namespace;
}

/** Which ends of a list belong to a party for certain. */
class Members {
  private readonly known = new WeakMap<Side, Map<Pod, boolean>>();

  constructor(private readonly reach: Reachability) {}

  /** False if a claim says nothing about a connection between these ends. Of addresses, it may be about some only. */
  public mayBeAbout({ source, destination }: Statement, from: ConnectionEnd, to: ConnectionEnd): boolean {
    const may = (side: Side | undefined, end: ConnectionEnd) => side === undefined || (end.kind === 'addresses' ? side.parties.some(party => rangesOf(party).length > 0) : this.has(side, end));
    return may(destination, to) && may(source, from);
  }

  public isAbout({ source, destination }: Statement, from: ConnectionEnd, to: ConnectionEnd): boolean {
    return (destination === undefined || this.has(destination, to)) && (source === undefined || this.has(source, from));
  }

  private has(side: Side, end: ConnectionEnd): boolean {
    if (end.kind === 'addresses') { return isInRanges(end.range, side.parties.flatMap(rangesOf)); }
    let known = this.known.get(side);
    if (known === undefined) { this.known.set(side, known = new Map()); }
    return podsOf(end).every(pod => {
      let has = known.get(pod);
      if (has === undefined) { known.set(pod, has = this.hasPod(side, end.workload, pod)); }
      return has;
    });
  }

  private hasPod({ parties, isList }: Side, workload: Workload, pod: Pod): boolean {
    const ranges = isList ? parties.flatMap(rangesOf) : [];
    const isByAddress = pod.addresses.length > 0 && pod.addresses.every(address => isInRanges({ first: address, last: address }, ranges));
    return isByAddress || parties.some(({ parts, unread }) => unread === undefined && parts.some(part => this.partHas(part, isList, workload, pod)));
  }

  private partHas(part: PartyPart, isList: boolean, workload: Workload, pod: Pod): boolean {
    switch (part.kind) {
      case 'addresses': return false;
      case 'declared': return part.workload === workload && part.pods.includes(pod)
        || isList && !pod.hostNetwork && part.workload.namespace === workload.namespace
          && part.permits.some(selector => surelySelects(selector, pod));
      case 'selected': {
        const namespace = namespaceByName(this.reach.cluster, workload.namespace);
        return part.namespaces.surelyMatches(namespace.labels, key => isLabelKnown(namespace, key)) && surelySelects(part.pods, pod);
      }
    }
  }
}

function isInRanges(range: AddressRange, ranges: readonly AddressRange[]): boolean {
  return subtractRanges(range, ranges).length === 0;
}

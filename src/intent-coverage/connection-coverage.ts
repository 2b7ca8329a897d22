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

/**
 * What one claim says about the connections of a list. A list of ends needs no look: the claim holds, so whatever connects on its side and its ports is in
 * the list.
 */
interface Statement {
  readonly isStatement: boolean;
  /** The parties that the claim names on this side. Absent: every end. */
  readonly source?: readonly Party[];
  readonly destination?: readonly Party[];
  /** Absent: every port. */
  readonly ports?: readonly PortQuery[];
}

/**
 * What claims say about each allowed connection of a cluster, in the order of `netpol list`.
 *
 * @param verdicts those of claims that hold
 */
export function* coveredConnections(reach: Reachability, verdicts: readonly ClaimVerdict[]): Iterable<CoveredConnection> {
  const statements = verdicts.flatMap(statementsOf);
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
    case 'allowed': return [{ isStatement: true, source: [claim.from], destination: [claim.to], ports }];
    case 'admitsOnly': return [{ isStatement: false, destination: [claim.target], ports }];
    case 'reachesOnly': return [{ isStatement: false, source: [claim.target], ports }];
  }
}

/** A connection in pieces, so that a claim is about all addresses of a piece or none. */
function piecesOf({ source, destination }: Connection, about: readonly Statement[]): (readonly [ConnectionEnd, ConnectionEnd])[] {
  const piecesOn = (end: ConnectionEnd, side: 'source' | 'destination') => end.kind !== 'addresses' ? [end]
    : cut(end.range, about.flatMap(one => one[side] ?? []).flatMap(rangesOf)).map((range): ConnectionEnd => ({ ...end, range }));
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

/** Which ends of a connection belong to parties for certain. */
class Members {
  private readonly known = new WeakMap<readonly Party[], Map<Pod, boolean>>();

  constructor(private readonly reach: Reachability) {}

  /** False if a claim says nothing about a connection between these ends. Of addresses, it may be about some only. */
  public mayBeAbout({ source, destination }: Statement, from: ConnectionEnd, to: ConnectionEnd): boolean {
    const may = (side: readonly Party[] | undefined, end: ConnectionEnd) => end.kind === 'addresses' || this.has(side, end);
    return may(destination, to) && may(source, from);
  }

  public isAbout({ source, destination }: Statement, from: ConnectionEnd, to: ConnectionEnd): boolean {
    return this.has(destination, to) && this.has(source, from);
  }

  private has(parties: readonly Party[] | undefined, end: ConnectionEnd): boolean {
    if (parties === undefined) { return true; }
    if (end.kind === 'addresses') { return subtractRanges(end.range, parties.flatMap(rangesOf)).length === 0; }
    let known = this.known.get(parties);
    if (known === undefined) { this.known.set(parties, known = new Map()); }
    return podsOf(end).every(pod => {
      let has = known.get(pod);
      if (has === undefined) { known.set(pod, has = this.hasPod(parties, end.workload, pod)); }
      return has;
    });
  }

  private hasPod(parties: readonly Party[], workload: Workload, pod: Pod): boolean {
    return parties.some(({ parts, unread }) => unread === undefined && parts.some(part => this.partHas(part, workload, pod)));
  }

  private partHas(part: PartyPart, workload: Workload, pod: Pod): boolean {
    switch (part.kind) {
      case 'addresses': return false;
      case 'declared': return part.workload === workload && part.pods.includes(pod);
      case 'selected': {
        const namespace = namespaceByName(this.reach.cluster, workload.namespace);
        return part.namespaces.surelyMatches(namespace.labels, key => isLabelKnown(namespace, key)) && surelySelects(part.pods, pod);
      }
    }
  }
}

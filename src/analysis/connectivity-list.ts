import { podName } from './party';
import { AddressRange, FAMILY_RANGE, Family, formatRange } from '../api/address';
import { Workload, workloadName } from '../cluster/cluster';
import { ConnectionSet } from '../reach/connections';
import { EndpointIndex, Reachability } from '../reach/reachability';

/** One row of `list`: what may pass from one workload or outside range to another. Never empty. */
export interface Connection {
  readonly source: string;
  readonly destination: string;
  readonly connections: ConnectionSet;
}

/** Every allowed connection of a cluster, and what there is to say about the way it is told. */
export interface ConnectivityList {
  /** Names of the workloads, sorted; those without any connection too. */
  readonly workloads: readonly string[];
  /** Sorted by source, then destination. */
  readonly connections: readonly Connection[];
  /** Workloads whose pods differ where a policy looks, so that they are listed pod by pod. */
  readonly split: readonly { readonly workload: Workload; readonly pods: readonly string[] }[];
}

/** A workload, or a pod that is listed by itself. */
interface Entry {
  readonly name: string;
  readonly endpoint: EndpointIndex;
}

/** How an outside range is named: `0.0.0.0-255.255.255.255[External]`. */
export function externalName(range: AddressRange): string {
  return `${formatRange(range)}[External]`;
}

/** All allowed connections between workloads, and between workloads and outside addresses. */
export function listConnections(reach: Reachability): ConnectivityList {
  const entries: Entry[] = [];
  const split: { workload: Workload; pods: string[] }[] = [];
  for (const workload of reach.cluster.workloads) {
    const kinds = new Set(workload.pods.map(pod => reach.ofPod(workload, pod)));
    if (kinds.size === 1) {
      entries.push({ name: workloadName(workload), endpoint: reach.ofPod(workload, workload.pods[0]) });
      continue;
    }
    const pods = workload.pods.map(pod => ({ name: podName(workload, pod), endpoint: reach.ofPod(workload, pod) }));
    entries.push(...pods);
    split.push({ workload, pods: pods.map(pod => pod.name) });
  }
  entries.sort(byName);
  const connections = [...external(reach, entries), ...internal(reach, entries)]
    .sort((a, b) => compare(a.source, b.source) || compare(a.destination, b.destination));
  return { workloads: entries.map(entry => entry.name), connections, split };
}

/** Between workloads. Equal endpoints have equal answers, so that each pair of those is asked once. */
function* internal(reach: Reachability, entries: readonly Entry[]): Iterable<Connection> {
  const rows = new Map<EndpointIndex, Map<EndpointIndex, ConnectionSet>>();
  for (const source of entries) {
    let row = rows.get(source.endpoint);
    if (row === undefined) {
      row = new Map();
      for (const { endpoint } of entries) {
        if (!row.has(endpoint)) { row.set(endpoint, reach.connections(source.endpoint, endpoint)); }
      }
      rows.set(source.endpoint, row);
    }
    for (const destination of entries) {
      if (source === destination) { continue; }
      const connections = row.get(destination.endpoint)!;
      if (!connections.isEmpty) { yield { source: source.name, destination: destination.name, connections }; }
    }
  }
}

/** Between each workload and the outside, in both directions. */
function* external(reach: Reachability, entries: readonly Entry[]): Iterable<Connection> {
  const families = familiesMentioned(reach);
  const ranges = new Map<EndpointIndex, { egress: OutsideRange[]; ingress: OutsideRange[] }>();
  for (const { name, endpoint } of entries) {
    let both = ranges.get(endpoint);
    if (both === undefined) {
      both = {
        egress: outsideRanges(reach, families, atom => reach.connections(endpoint, atom)),
        ingress: outsideRanges(reach, families, atom => reach.connections(atom, endpoint)),
      };
      ranges.set(endpoint, both);
    }
    for (const { range, connections } of both.egress) { yield { source: name, destination: externalName(range), connections }; }
    for (const { range, connections } of both.ingress) { yield { source: externalName(range), destination: name, connections }; }
  }
}

interface OutsideRange {
  readonly range: AddressRange;
  readonly connections: ConnectionSet;
}

/** Outside ranges with what passes; neighbours with the same connections are one range. */
function outsideRanges(reach: Reachability, families: readonly Family[], ask: (atom: EndpointIndex) => ConnectionSet): OutsideRange[] {
  const ranges: OutsideRange[] = [];
  for (const family of families) {
    const { first, end } = reach.addresses.atomsOf(FAMILY_RANGE[family]);
    let open: { range: AddressRange; connections: ConnectionSet } | undefined;
    for (let atom = first; atom < end; atom++) {
      const connections = ask(reach.ofAtom(atom));
      const { last } = reach.addresses.range(atom);
      if (open?.connections.equals(connections)) {
        open.range = { first: open.range.first, last };
        continue;
      }
      if (open !== undefined && !open.connections.isEmpty) { ranges.push(open); }
      open = { range: reach.addresses.range(atom), connections };
    }
    if (open !== undefined && !open.connections.isEmpty) { ranges.push(open); }
  }
  return ranges;
}

/** IPv4, and IPv6 where a policy mentions it. */
function familiesMentioned(reach: Reachability): Family[] {
  const mentionsIpv6 = reach.cluster.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []]
    .some(rule => rule.peers?.some(peer => peer.kind === 'addresses' && peer.block.family === 'IPv6')));
  return mentionsIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}

function byName(a: Entry, b: Entry): number {
  return compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

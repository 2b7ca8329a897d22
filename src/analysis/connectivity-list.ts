import { podName } from './party';
import { AddressRange, Family, familyOf, formatRange } from '../api/address';
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
  const byEndpoint = new Map<EndpointIndex, Entry[]>();
  for (const entry of entries) {
    const others = byEndpoint.get(entry.endpoint);
    if (others === undefined) { byEndpoint.set(entry.endpoint, [entry]); } else { others.push(entry); }
  }
  for (const [source, sources] of byEndpoint) {
    for (const destination of reach.destinations(source)) {
      const connections = reach.connections(source, destination);
      for (const from of sources) {
        for (const to of byEndpoint.get(destination)!) {
          if (from !== to) { yield { source: from.name, destination: to.name, connections }; }
        }
      }
    }
  }
}

/** Between each workload and the outside, in both directions. */
function* external(reach: Reachability, entries: readonly Entry[]): Iterable<Connection> {
  const families = familiesMentioned(reach);
  for (const { name, endpoint } of entries) {
    for (const direction of ['egress', 'ingress'] as const) {
      for (const { range, connections } of reach.outside(endpoint, direction)) {
        if (!families.includes(familyOf(range.first))) { continue; }
        const outside = externalName(range);
        yield direction === 'egress' ? { source: name, destination: outside, connections } : { source: outside, destination: name, connections };
      }
    }
  }
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

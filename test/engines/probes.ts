import { SpecCluster, SpecEnd } from '../spec/network-policy';

/** A cluster with the addresses and ports for its probes. */
export interface ProbedCluster extends SpecCluster {
  /** Addresses that belong to no pod. */
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

/** A connection to ask about. An end is the index of a pod, or an address. */
export interface Probe {
  readonly from: ProbeEnd;
  readonly to: ProbeEnd;
  readonly protocol: string;
  readonly port: number;
}

type ProbeEnd = { readonly pod: number } | { readonly ip: string };

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** Every pair of ends with at least one pod, on every port of every protocol. */
export function probesOf({ pods, addresses, ports }: ProbedCluster): Probe[] {
  const ends: ProbeEnd[] = [...pods.map((_, pod) => ({ pod })), ...addresses.map(ip => ({ ip }))];
  return ends.flatMap(from => ends.filter(to => 'pod' in from || 'pod' in to).flatMap(to =>
    PROTOCOLS.flatMap(protocol => ports.map(port => ({ from, to, protocol, port })))));
}

/** An end in the form that the specification takes. */
export function specEnd(cluster: SpecCluster, end: ProbeEnd): SpecEnd {
  return 'pod' in end ? { pod: cluster.pods[end.pod] } : { ip: end.ip };
}

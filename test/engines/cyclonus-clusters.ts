import * as fc from 'fast-check';
import { JudgedCluster, probesOf } from './probes';
import { Cidr, FAMILY_RANGE, formatAddress, parseCidr } from '../../src/k8s/address';
import { arbitraryCluster } from '../spec/arbitrary-cluster';
import { SpecCluster } from '../spec/network-policy';

/*
 * The clusters that cyclonus's matcher judges. It knows a pod by one address and can not do without one, and
 * knows nothing of a node's network, so that pods here have just one address and are on the pods' network. A null in
 * a list is a zero value to the API server; it is left to the other tests.
 */

const ADDRESSES = 4;
const PORTS = 5;

/** The same clusters each time, as long as the generator is the same. */
export function sampleClusters(seed: number, count: number): JudgedCluster[] {
  const picks = fc.array(fc.nat(), { minLength: ADDRESSES + PORTS, maxLength: ADDRESSES + PORTS });
  return fc.sample(fc.tuple(arbitraryCluster, picks), { seed, numRuns: count }).map(([cluster, numbers]) => ({
    ...withOneAddressEach(cluster),
    addresses: picked(addressEdges(cluster), numbers.slice(0, ADDRESSES)),
    ports: picked(portEdges(cluster), numbers.slice(ADDRESSES)),
  }));
}

function withOneAddressEach({ namespaces, pods, policies }: SpecCluster): SpecCluster {
  return {
    namespaces,
    pods: pods.map(({ namespace, name, labels, ips, ports }, i) => ({ namespace, name, labels, ips: [ips[0] ?? `172.16.0.${i}`], ports })),
    policies,
  };
}

function picked<T>(choices: readonly T[], numbers: readonly number[]): T[] {
  return [...new Set(numbers.map(number => choices[number % choices.length]))];
}

/** Addresses on both sides of each edge of a block. */
function addressEdges({ policies }: SpecCluster): string[] {
  const blocks: string[] = rulesOf(policies).flatMap(rule => [...rule?.from ?? [], ...rule?.to ?? []])
    .flatMap(peer => peer?.ipBlock ? [peer.ipBlock.cidr, ...peer.ipBlock.except ?? []] : []);
  const edges = blocks.map(block => parseCidr(block) as Cidr).flatMap(({ first, last }) => [first - 1n, first, last, last + 1n])
    .filter(address => address >= FAMILY_RANGE.IPv4.first && address <= FAMILY_RANGE.IPv6.last);
  return ['192.0.2.1', '2001:db8:ffff::1', ...edges.map(formatAddress)];
}

/** Ports at and beside each that is mentioned. */
function portEdges({ pods, policies }: SpecCluster): number[] {
  const mentioned = [
    ...rulesOf(policies).flatMap(rule => rule?.ports ?? []).flatMap(entry => [entry?.port, entry?.endPort]),
    ...pods.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)),
  ].filter(port => typeof port === 'number') as number[];
  return [443, ...mentioned, ...mentioned.flatMap(port => [port - 1, port, port + 1])].filter(port => port >= 1 && port <= 65535);
}

function rulesOf(policies: readonly any[]): any[] {
  return policies.flatMap(({ spec }) => [...spec?.ingress ?? [], ...spec?.egress ?? []]);
}

/** A cluster and its probes as cyclonus's program reads them. */
export function cyclonusQuestion(cluster: JudgedCluster): object {
  const names = new Set([...Object.keys(cluster.namespaces), ...cluster.pods.map(({ namespace }) => namespace)]);
  return {
    // The server sets the label of the name.
    namespaces: Object.fromEntries([...names].map(name => [name, { ...cluster.namespaces[name], 'kubernetes.io/metadata.name': name }])),
    pods: cluster.pods.map(({ namespace, labels, ips, ports }) => ({ namespace, labels, ip: ips[0], ports })),
    policies: cluster.policies,
    probes: probesOf(cluster),
  };
}

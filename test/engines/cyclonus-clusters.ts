import * as fc from 'fast-check';
import { ProbedCluster, probesOf } from './probes';
import { Cidr, FAMILY_RANGE, formatAddress, parseCidr } from '../../src/k8s/address';
import { arbitraryCluster } from '../spec/arbitrary-cluster';
import { SpecCluster } from '../spec/network-policy';

/*
 * The clusters for cyclonus's matcher. It needs exactly one address per pod and does not know host-network pods, so
 * these clusters have neither. They also have no null in a list, which only other tests cover.
 */

const ADDRESSES = 4;
const PORTS = 5;

/** Random clusters with addresses and ports to ask about. The same seed gives the same clusters while the generator does not change. */
export function sampleClusters(seed: number, count: number): ProbedCluster[] {
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

/** The addresses before and after each edge of a block. */
function addressEdges({ policies }: SpecCluster): string[] {
  const blocks: string[] = rulesOf(policies).flatMap(rule => [...rule?.from ?? [], ...rule?.to ?? []])
    .flatMap(peer => peer?.ipBlock ? [peer.ipBlock.cidr, ...peer.ipBlock.except ?? []] : []);
  const edges = blocks.map(block => parseCidr(block) as Cidr).flatMap(({ first, last }) => [first - 1n, first, last, last + 1n])
    .filter(address => address >= FAMILY_RANGE.IPv4.first && address <= FAMILY_RANGE.IPv6.last);
  return ['192.0.2.1', '2001:db8:ffff::1', ...edges.map(formatAddress)];
}

/** Each port that the cluster mentions, and the ports next to it. */
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

/** A cluster and its probes in the form that our program around cyclonus reads. */
export function cyclonusQuestion(cluster: ProbedCluster): object {
  const names = new Set([...Object.keys(cluster.namespaces), ...cluster.pods.map(({ namespace }) => namespace)]);
  return {
    // The API server sets the label with the name.
    namespaces: Object.fromEntries([...names].map(name => [name, { ...cluster.namespaces[name], 'kubernetes.io/metadata.name': name }])),
    pods: cluster.pods.map(({ namespace, labels, ips, ports }) => ({ namespace, labels, ip: ips[0], ports })),
    policies: cluster.policies,
    probes: probesOf(cluster),
  };
}

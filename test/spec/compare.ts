import { manifestsOf, PROTOCOLS } from './arbitrary-cluster';
import { inBlock, portsMatch, rulesThatMatch, SpecCluster, SpecEnd } from './network-policy';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { Direction, ClassIndex, Reachability } from '../../src/evaluator/reachability';
import { Cidr, FAMILY_RANGE, formatAddress, parseAddress, parseCidr } from '../../src/k8s/address';
import { clusterOfObjects } from '../support/manifests';

/* The evaluator against the specification: what the property tests and `npm run fuzz` hold of every cluster. */

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** One end of a connection, to both of those that are compared. */
interface End {
  readonly name: string;
  readonly spec: SpecEnd;
  readonly endpoint: ClassIndex;
}

/** A run of ports: to the specification, which compares with the numbers that are written, they are one. */
type PortRun = readonly [first: number, last: number];

/** All ports from 1 to 65535, cut on both sides of each number that the cluster's policies and pods mention. */
export function portRuns({ pods, policies }: SpecCluster): PortRun[] {
  const entries = rulesOf(policies).flatMap(rule => rule?.ports ?? []);
  const mentioned = [...entries.flatMap(entry => [entry?.port, entry?.endPort]), ...pods.flatMap(({ ports }) => ports.map(p => p.containerPort))]
    .filter(port => typeof port === 'number') as number[];
  const starts = [...new Set([1, ...mentioned, ...mentioned.map(port => port + 1)])].filter(port => port <= 65535).sort((a, b) => a - b);
  return starts.map((first, i) => [first, (starts[i + 1] ?? 65536) - 1]);
}

/**
 * Addresses on both sides of every edge of the blocks that the cluster mentions, grouped by the blocks that
 * they lie in: to the specification those of a group are one.
 */
function addressGroups({ policies, pods }: SpecCluster): string[][] {
  const blocks = [...new Set(rulesOf(policies)
    .flatMap(rule => [...rule?.from ?? [], ...rule?.to ?? []])
    .flatMap(peer => peer.ipBlock ? [peer.ipBlock.cidr, ...peer.ipBlock.except ?? []] : []))] as string[];
  const edges = blocks.map(block => parseCidr(block) as Cidr).flatMap(({ first, last }) => [first - 1n, first, last, last + 1n])
    .filter(address => address >= FAMILY_RANGE.IPv4.first && address <= FAMILY_RANGE.IPv6.last);
  const groups = new Map<string, string[]>();
  for (const ip of new Set(['0.0.0.0', '255.255.255.255', '::', ...pods.flatMap(pod => pod.ips), ...edges.map(formatAddress)])) {
    const inside = blocks.filter(block => inBlock(ip, block)).join();
    const group = groups.get(inside);
    if (group === undefined) { groups.set(inside, [ip]); } else { group.push(ip); }
  }
  return [...groups.values()];
}

function rulesOf(policies: readonly any[]): any[] {
  return policies.flatMap(({ spec }) => [...spec?.ingress ?? [], ...spec?.egress ?? []]);
}

/** What the specification lets pass on one side, worked out for every port of every protocol: `TCP 80-81`, joined by commas. */
export function specifiedSide(cluster: SpecCluster, direction: Direction, subject: SpecEnd, peer: SpecEnd, runs: readonly PortRun[]): string {
  const rules = rulesThatMatch(cluster, direction === 'ingress' ? 'Ingress' : 'Egress', subject, peer);
  if (rules === 'not isolated') { return EVERYTHING; }
  if (rules.length === 0) { return ''; }
  const destination = direction === 'ingress' ? subject : peer;
  const passing: string[] = [];
  for (const protocol of PROTOCOLS) {
    let since: number | undefined;
    for (const [first] of [...runs, [65536]]) {
      const passes = first <= 65535 && rules.some(rule => portsMatch(rule?.ports, destination, protocol, first));
      if (passes) { since ??= first; }
      if (!passes && since !== undefined) {
        passing.push(`${protocol} ${since}-${first - 1}`);
        since = undefined;
      }
    }
  }
  return passing.join();
}

const EVERYTHING = PROTOCOLS.map(protocol => `${protocol} 1-65535`).join();

/** What the evaluator says, in the same words. */
export function evaluatedSide(reach: Reachability, direction: Direction, subject: Pick<End, 'endpoint'>, peer: Pick<End, 'endpoint'>): string {
  return reach.sideConnections(subject.endpoint, direction, peer.endpoint).ranges().map(({ protocol, first, last }) => `${protocol} ${first}-${last}`).join();
}

/**
 * Every answer of the evaluator on a cluster, against the specification: each side of each pair of pods and
 * addresses, on every port of every protocol, and both sides together. Returns the first difference, as text.
 */
export function differenceFrom(cluster: SpecCluster, options?: EvaluationOptions): string | undefined {
  const reach = new Reachability(clusterOfObjects(manifestsOf(cluster)), options);
  const known = new Map(reach.cluster.workloads.flatMap(w => w.pods.map(p => [`${w.namespace}/${p.name}`, reach.ofPod(w, p)] as const)));
  const pods = cluster.pods.map((pod): End => ({
    name: pod.name, spec: { pod }, endpoint: known.get(`${pod.namespace}/${pod.name}`)!,
  }));
  const groups = addressGroups(cluster);
  const addresses = groups.map(([ip]): End => ({ name: ip, spec: { ip }, endpoint: reach.ofAddress(parseAddress(ip)!) }));
  return differenceOfSides(cluster, reach, pods, [...pods, ...addresses])
    ?? differenceOfTwins(reach, pods, groups)
    ?? differenceOfPairs(reach, [...pods, ...addresses]);
}

/** Each side by itself: what the policies of a pod say of a peer. */
function differenceOfSides(cluster: SpecCluster, reach: Reachability, pods: readonly End[], peers: readonly End[]): string | undefined {
  const runs = portRuns(cluster);
  for (const subject of pods) {
    for (const peer of peers) {
      for (const direction of DIRECTIONS) {
        const specified = specifiedSide(cluster, direction, subject.spec, peer.spec, runs);
        const evaluated = evaluatedSide(reach, direction, subject, peer);
        if (specified !== evaluated) {
          return `${direction} of ${subject.name} with ${peer.name}: '${specified}' by the specification, '${evaluated}' by the evaluator`;
        }
      }
    }
  }
  return undefined;
}

/** Addresses that lie in the same blocks are treated alike. */
function differenceOfTwins(reach: Reachability, pods: readonly End[], groups: readonly (readonly string[])[]): string | undefined {
  for (const group of groups) {
    const [first, ...others] = new Map(group.map(ip => [reach.ofAddress(parseAddress(ip)!), ip]));
    for (const [endpoint, ip] of others) {
      const told = pods.some(pod => DIRECTIONS.some(direction =>
        !reach.sideConnections(pod.endpoint, direction, endpoint).equals(reach.sideConnections(pod.endpoint, direction, first[0]))));
      if (told) { return `${ip} is told from ${first[1]}, which lies in the same blocks`; }
    }
  }
  return undefined;
}

/** Both sides together: no policy is about an address's own side, and a connection takes both. */
function differenceOfPairs(reach: Reachability, ends: readonly End[]): string | undefined {
  for (const source of ends) {
    for (const destination of ends) {
      const leaving = reach.sideConnections(source.endpoint, 'egress', destination.endpoint);
      const arriving = reach.sideConnections(destination.endpoint, 'ingress', source.endpoint);
      if ('ip' in source.spec && !leaving.isAll) { return `egress of ${source.name} is policed`; }
      if ('ip' in destination.spec && !arriving.isAll) { return `ingress of ${destination.name} is policed`; }
      if (!reach.connections(source.endpoint, destination.endpoint).equals(leaving.intersect(arriving))) {
        return `${source.name} → ${destination.name}: not what both sides let pass`;
      }
    }
  }
  return undefined;
}

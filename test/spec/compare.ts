import { manifestsOf, PROTOCOLS } from './arbitrary-cluster';
import { hostBlock, results, resultsOnPort, Step, tierThatMatches } from './cluster-wide';
import { inBlock, portsMatch, rulesThatMatch, SpecCluster, SpecEnd } from './network-policy';
import { mayHave, SPECIAL_BLOCKS } from './unknown-addresses';
import { ConnectionSet } from '../../src/evaluator/connections';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { Direction, ClassIndex, Reachability } from '../../src/evaluator/reachability';
import { Cidr, FAMILY_RANGE, formatAddress, parseAddress, parseCidr } from '../../src/k8s/address';
import { clusterOfObjects } from '../support/manifests';

/* The comparison of the evaluator with the specification, for the property tests and `npm run fuzz`. */

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** One end of a connection, as the specification and the evaluator take it. */
interface End {
  readonly name: string;
  readonly spec: SpecEnd;
  readonly endpoint: ClassIndex;
}

/** A range of ports that the specification treats alike, because no policy or pod mentions a port inside it. */
type PortRun = readonly [first: number, last: number];

/** The ports from 1 to 65535, cut before and after each number that the policies and pods mention. */
export function portRuns({ pods, policies, clusterPolicies = [] }: SpecCluster): PortRun[] {
  const entries = rulesOf(policies).flatMap(rule => rule?.ports ?? []);
  const ofTiers = rulesOf(clusterPolicies).flatMap(({ ports = [], protocols = [] }) => [...ports, ...protocols].flatMap(entry => {
    const { number, range, ...own } = (entry.tcp ?? entry.udp ?? entry.sctp)?.destinationPort ?? entry.portNumber ?? entry.portRange ?? {};
    return [number, range?.start, range?.end, own.port, own.start, own.end];
  }));
  const ofPods = pods.flatMap(({ ports }) => ports.map(p => p.containerPort));
  const mentioned = [...entries.flatMap(entry => [entry?.port, entry?.endPort]), ...ofTiers, ...ofPods]
    .filter(port => typeof port === 'number') as number[];
  const starts = [...new Set([1, ...mentioned, ...mentioned.map(port => port + 1)])].filter(port => port <= 65535).sort((a, b) => a - b);
  return starts.map((first, i) => [first, (starts[i + 1] ?? 65536) - 1]);
}

/** The blocks that the cluster mentions. */
function blocksOf({ policies, clusterPolicies = [], nodes = [] }: SpecCluster): string[] {
  const blocks: string[] = rulesOf([...policies, ...clusterPolicies])
    .flatMap(rule => [...rule?.from ?? [], ...rule?.to ?? []])
    .flatMap(peer => peer.ipBlock ? [peer.ipBlock.cidr, ...peer.ipBlock.except ?? []] : peer.networks ?? []);
  return [...new Set([...blocks, ...nodes.flatMap(({ ips }) => ips.map(hostBlock))])];
}

/** The addresses before and after every edge of some blocks. */
function atEdges(blocks: readonly string[]): string[] {
  return blocks.map(block => parseCidr(block) as Cidr).flatMap(({ first, last }) => [first - 1n, first, last, last + 1n])
    .filter(address => address >= FAMILY_RANGE.IPv4.first && address <= FAMILY_RANGE.IPv6.last).map(formatAddress);
}

/**
 * The addresses before and after every edge of the blocks that the cluster mentions, grouped by the blocks that
 * contain them. The specification treats the addresses of a group alike.
 */
function addressGroups(cluster: SpecCluster): string[][] {
  const blocks = blocksOf(cluster);
  const groups = new Map<string, string[]>();
  for (const ip of new Set(['0.0.0.0', '255.255.255.255', '::', ...cluster.pods.flatMap(pod => pod.ips), ...atEdges(blocks)])) {
    const inside = blocks.filter(block => inBlock(ip, block)).join();
    const group = groups.get(inside);
    if (group === undefined) { groups.set(inside, [ip]); } else { group.push(ip); }
  }
  return [...groups.values()];
}

/** Addresses outside of every block of a cluster differ only there. */
const AT_SPECIAL_EDGES = atEdges(SPECIAL_BLOCKS);

/** A pod without a known address, once with each of the possible addresses that the cluster's blocks tell apart; otherwise only the end. */
function possibleEnds(cluster: SpecCluster, end: SpecEnd): SpecEnd[] {
  const blocks = blocksOf(cluster);
  if (!('pod' in end) || end.pod.ips.length > 0 || blocks.length === 0) { return [end]; }
  const { pod } = end;
  const ends = new Map<string, SpecEnd>();
  for (const ip of [...AT_SPECIAL_EDGES, ...atEdges(blocks)].filter(one => mayHave(cluster, pod, one, false))) {
    ends.set(blocks.filter(block => inBlock(ip, block)).join(), { pod: { ...pod, ips: [ip] } });
  }
  return [...ends.values()];
}

function rulesOf(policies: readonly any[]): any[] {
  return policies.flatMap(({ spec }) => [...spec?.ingress ?? [], ...spec?.egress ?? []]);
}

/** The connections that the specification allows on one side, over all ports and protocols: `TCP 80-81`, joined by commas. */
export interface SpecifiedSide {
  /** With each of the peers. */
  readonly certain: string;
  /** With some of them. */
  readonly possible: string;
}

/** What the specification allows on one side with peers of which any may be the real one. */
export function specifiedSide(
  cluster: SpecCluster, direction: Direction, subject: SpecEnd, peers: readonly SpecEnd[], runs: readonly PortRun[],
): SpecifiedSide {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  const hasTiers = (cluster.clusterPolicies ?? []).length > 0;
  const matching = peers.map(peer => ({
    destination: direction === 'ingress' ? subject : peer,
    rules: rulesThatMatch(cluster, type, subject, peer),
    tiers: hasTiers ? (['Admin', 'Baseline'] as const).map(tier => tierThatMatches(cluster, tier, type, subject, peer)) : undefined,
  }));
  // The peers differ in their addresses only, so the same rules give the same answers.
  const cases = [...new Map(matching.map(one => [JSON.stringify([one.rules, one.tiers]), one])).values()];
  const resultsOn = (protocol: string, port: number) => cases.map(({ rules, destination, tiers }) => {
    const networkPolicy: Step = rules === 'not isolated' ? 'pass'
      : rules.some(rule => portsMatch(rule?.ports, destination, protocol, port)) ? 'allow' : 'deny';
    if (tiers === undefined) { return results([[networkPolicy]]); }
    const [admin, baseline] = tiers.map(tier => resultsOnPort(tier, destination, protocol, port));
    return results([admin, [networkPolicy], baseline]);
  });
  const [certain, possible]: [string[], string[]] = [[], []];
  for (const protocol of PROTOCOLS) {
    const since: (number | undefined)[] = [undefined, undefined];
    for (const [first] of [...runs, [65536]]) {
      const found = first <= 65535 ? resultsOn(protocol, first) : [];
      const passes = [found.length > 0 && found.every(one => !one.has('deny')), found.some(one => one.has('allow'))];
      [certain, possible].forEach((ranges, i) => {
        if (passes[i]) { since[i] ??= first; }
        if (!passes[i] && since[i] !== undefined) {
          ranges.push(`${protocol} ${since[i]}-${first - 1}`);
          since[i] = undefined;
        }
      });
    }
  }
  return { certain: certain.join(), possible: possible.join() };
}

/** The connections that the evaluator certainly allows on one side, in the same form. */
export function evaluatedSide(reach: Reachability, direction: Direction, subject: Pick<End, 'endpoint'>, peer: Pick<End, 'endpoint'>): string {
  return formatted(reach.sideConnections(subject.endpoint, direction, peer.endpoint));
}

/** Connections in the form of `specifiedSide`. */
export function formatted(connections: ConnectionSet): string {
  return connections.ranges().map(({ protocol, first, last }) => `${protocol} ${first}-${last}`).join();
}

/**
 * Compares every answer of the evaluator for a cluster with the specification: each side of each pair of pods and
 * addresses on every port of every protocol, and both sides together. Returns a text about the first difference.
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
    ?? differenceInGroups(reach, pods, groups)
    ?? differenceOfPairs(reach, [...pods, ...addresses]);
}

/** Compares each side alone: what the policies of a pod allow with a peer. */
function differenceOfSides(cluster: SpecCluster, reach: Reachability, pods: readonly End[], peers: readonly End[]): string | undefined {
  const runs = portRuns(cluster);
  for (const peer of peers) {
    const possible = possibleEnds(cluster, peer.spec);
    for (const subject of pods) {
      for (const direction of DIRECTIONS) {
        const { certain, possible: open } = specifiedSide(cluster, direction, subject.spec, possible, runs);
        const specified = [certain, open];
        const evaluated = [
          evaluatedSide(reach, direction, subject, peer), formatted(reach.possibleSideConnections(subject.endpoint, direction, peer.endpoint)),
        ];
        for (const i of [0, 1]) {
          if (specified[i] === evaluated[i]) { continue; }
          return `${direction} of ${subject.name} with ${peer.name}: the specification ${['allows', 'may allow'][i]} '${specified[i]}', the evaluator '${evaluated[i]}'`;
        }
      }
    }
  }
  return undefined;
}

/** Checks that the evaluator treats addresses in the same blocks alike. */
function differenceInGroups(reach: Reachability, pods: readonly End[], groups: readonly (readonly string[])[]): string | undefined {
  for (const group of groups) {
    const [first, ...others] = new Map(group.map(ip => [reach.ofAddress(parseAddress(ip)!), ip]));
    for (const [endpoint, ip] of others) {
      const differs = pods.some(pod => DIRECTIONS.some(direction =>
        !reach.sideConnections(pod.endpoint, direction, endpoint).equals(reach.sideConnections(pod.endpoint, direction, first[0]))));
      if (differs) { return `${ip} and ${first[1]} are in the same blocks, but the evaluator treats them differently`; }
    }
  }
  return undefined;
}

/** Compares both sides together: no policy isolates an address, and a connection needs both sides. */
function differenceOfPairs(reach: Reachability, ends: readonly End[]): string | undefined {
  for (const source of ends) {
    for (const destination of ends) {
      const leaving = reach.sideConnections(source.endpoint, 'egress', destination.endpoint);
      const arriving = reach.sideConnections(destination.endpoint, 'ingress', source.endpoint);
      if ('ip' in source.spec && !leaving.isAll) { return `a policy isolates the address ${source.name} for egress`; }
      if ('ip' in destination.spec && !arriving.isAll) { return `a policy isolates the address ${destination.name} for ingress`; }
      const mayLeave = reach.possibleSideConnections(source.endpoint, 'egress', destination.endpoint);
      const mayArrive = reach.possibleSideConnections(destination.endpoint, 'ingress', source.endpoint);
      if (!reach.connections(source.endpoint, destination.endpoint).equals(leaving.intersect(arriving))
        || !reach.possibleConnections(source.endpoint, destination.endpoint).equals(mayLeave.intersect(mayArrive))) {
        return `${source.name} → ${destination.name}: the connections are not those that both sides allow`;
      }
    }
  }
  return undefined;
}

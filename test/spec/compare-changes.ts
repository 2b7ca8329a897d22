import { manifestsOf } from './arbitrary-cluster';
import { SpecVersion, VersionPair } from './arbitrary-versions';
import { ChangeEnd, ipsOf, SpecChange, SpecDiff, Version, withPorts } from './changes';
import { inBlock, selects, SpecPod } from './network-policy';
import { RegionPart } from '../../src/changes/diff-result';
import { Comparison } from '../../src/changes/private/comparison';
import { FoundRegion } from '../../src/changes/private/region-search';
import { ConnectionSet } from '../../src/evaluator/connections';
import { cidrsOf, formatAddress } from '../../src/k8s/address';
import { Selector } from '../../src/k8s/selector';
import { JointWitnessEnd } from '../../src/search/joint-witness';
import { SearchedCluster } from '../../src/search/searched-cluster';
import { clusterOfObjects } from '../support/manifests';

/** What is wrong with the regions of a pair of versions; undefined if they are right. */
export function wrongRegions(pair: VersionPair): string | undefined {
  const spec = new SpecDiff(pair);
  const [before, after] = [pair.before, pair.after].map(version => new SearchedCluster(clusterOfObjects(manifestsOf({ ...version }))));
  return wrongIn(spec, pair, new Comparison(before, after).regions().certain, 1) ?? wrongIn(spec, pair, new Comparison(after, before).regions().certain, 0);
}

function wrongIn(spec: SpecDiff, { before, after }: VersionPair, regions: FoundRegion[], allowing: Version): string | undefined {
  const what = allowing === 1 ? 'gain' : 'loss';
  const changes = spec.changes(allowing);
  const denying = allowing === 1 ? 0 : 1;
  for (const region of regions) {
    const { source, destination, protocol, port } = region.witness;
    const inOrder = (end: JointWitnessEnd) => endOf(end, [before, after], denying);
    const [from, to] = [inOrder(source), inOrder(destination)];
    const is = ([0, 1] as const).map(version => spec.decide(version, from, to, protocol, port));
    if (is[allowing] !== 'yes' || is[denying] !== 'no') { return `the witness of a ${what} is none (${is}): ${textOf({ from, to, protocol, port, ports: [] })}`; }
    if (!region.connections.includes(ConnectionSet.range(protocol, port, port))) { return `the witness of a ${what} has a port outside the region`; }
    const own = changes.filter(change => isIn(region, change));
    const missing = region.connections.ranges().flatMap(({ protocol: on, first, last }) => [[on, first], [on, last]] as const)
      .find(([on, number]) => isProbed(on, number) && !own.some(change => change.protocol === on && change.port === number));
    if (missing) { return `no connection of a region changed on ${missing.join(' ')}: a ${what} in ${describe(region)}`; }
  }
  const outside = changes.find(change => !regions.some(region => isIn(region, change) && region.connections.includes(ConnectionSet.range(change.protocol as 'TCP', change.port, change.port))));
  return outside && `a ${what} is in no region: ${textOf(outside)}; there are ${regions.map(describe).join('; ') || 'none'}`;
}

/** The ports that the specification tries. */
function isProbed(protocol: string, number: number): boolean {
  return protocol === 'TCP' ? [1, 53, 79, 80, 81, 82, 90, 91].includes(number) : protocol === 'UDP' ? [53, 54].includes(number) : number === 80;
}

function describe({ probe, subjectParts, peerParts, connections }: FoundRegion): string {
  const text = (parts: readonly RegionPart[]) => JSON.stringify(parts, (_, value) => typeof value === 'bigint' ? formatAddress(value) : value instanceof Selector ? value.toString() : value);
  return `${probe.direction} ${probe.cause.kind} ${text([...probe.subjectParts, ...subjectParts])} with ${text([...probe.peerParts, ...peerParts])} on ${connections}`;
}

function isIn({ probe, subjectParts, peerParts }: FoundRegion, { from, to }: SpecChange): boolean {
  const [subject, peer] = probe.direction === 'ingress' ? [to, from] : [from, to];
  return [...probe.subjectParts, ...subjectParts].every(part => isInPart(part, subject)) && [...probe.peerParts, ...peerParts].every(part => isInPart(part, peer));
}

/** Whether an end is in a part of a region, in one of the versions. */
function isInPart(part: RegionPart, end: ChangeEnd): boolean {
  return ([0, 1] as const).some(version => {
    const own = end.ends[version];
    switch (part.kind) {
      case 'anything': return true;
      case 'addresses': return ipsOf(own).some(ip => isInBlock(ip, part.block) && !part.except.some(block => isInBlock(ip, block)));
      case 'namespace': return end.namespace === part.name;
      case 'workload': return end.declared === part.workload.name;
      case 'pods': return 'pod' in own && matches(part.pods, own.pod.labels)
        && matches(part.namespaces, { ...end.namespaceLabels![version], 'kubernetes.io/metadata.name': end.namespace! });
      default: return true;
    }
  });
}

function matches({ requirements }: Selector, labels: SpecPod['labels']): boolean {
  return selects({ matchExpressions: requirements }, labels);
}

function isInBlock(ip: string, block: { first: bigint; last: bigint }): boolean {
  return cidrsOf(block).some(cidr => inBlock(ip, cidr));
}

/** The end of a witness, as the specification takes it. */
function endOf(end: JointWitnessEnd, versions: [SpecVersion, SpecVersion], denying: Version): ChangeEnd {
  if (end.kind === 'address') { return { ends: [{ ip: formatAddress(end.address) }, { ip: formatAddress(end.address) }] }; }
  const inOrder = denying === 0 ? end.inStates : [...end.inStates].reverse();
  const pods = inOrder.map(({ pod, namespace }, i) => {
    const known = end.workload && (versions[i].pods.find(one => one.name === end.workload!.name) ?? versions[1 - i].pods.find(one => one.name === end.workload!.name));
    return {
      pod: {
        namespace: namespace.name,
        name: 'witness',
        labels: pod.labels,
        ips: pod.addresses.map(formatAddress),
        hostNetwork: known?.hostNetwork,
        ports: known?.ports ?? pod.ports.map(({ name, protocol, port }) => ({ name, protocol, containerPort: port })),
      },
    };
  });
  const namespaceLabels = inOrder.map(({ namespace: { labels: { 'kubernetes.io/metadata.name': _, ...labels } } }) => labels);
  return { namespace: inOrder[0].namespace.name, namespaceLabels: namespaceLabels as any, ends: pods as any, declared: end.workload?.name };
}

function textOf({ from, to, protocol, port, ports }: SpecChange): string {
  return JSON.stringify({ from: from.ends, in: from.namespaceLabels, to: withPorts(to, ports).ends, of: to.namespaceLabels, protocol, port });
}

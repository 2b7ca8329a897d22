import { manifestsOf } from './arbitrary-cluster';
import { SpecVersion, VersionPair } from './arbitrary-versions';
import { ChangeEnd, ipsOf, SpecChange, SpecDiff, Version, withPorts } from './changes';
import { inBlock, selects, SpecPod } from './network-policy';
import { ChangedRegion, ChangeWitnessEnd, Diff, diff, hasDifference, RegionEnd, RegionPart } from '../../src/changes/diff';
import { ConnectionSet } from '../../src/evaluator/connections';
import { cidrsOf, formatAddress } from '../../src/k8s/address';
import { Selector } from '../../src/k8s/selector';
import { clusterOfObjects } from '../support/manifests';

/** What is wrong with the diff of a pair of versions; undefined if it is right. */
export function wrongDiff(pair: VersionPair): string | undefined {
  const spec = new SpecDiff(pair);
  const [before, after] = [pair.before, pair.after].map(version => clusterOfObjects(manifestsOf({ ...version })));
  const result = diff(before, after);
  if (result.scope.pods !== 'every possible pod') { return 'the search did not end'; }
  return wrongRegions(spec, pair, result.gains, 1) ?? wrongRegions(spec, pair, result.losses, 0) ?? wrongUndecided(spec, result)
    ?? wrongKind(spec, pair, result);
}

function wrongRegions(spec: SpecDiff, { before, after }: VersionPair, regions: readonly ChangedRegion[], allowing: Version): string | undefined {
  const what = allowing === 1 ? 'gain' : 'loss';
  const changes = spec.changes(allowing);
  const denying = allowing === 1 ? 0 : 1;
  for (const region of regions) {
    const { source, destination, protocol, port } = region.witness;
    const [from, to] = [source, destination].map(end => endOf(end, [before, after]));
    const is = ([0, 1] as const).map(version => spec.decide(version, from, to, protocol, port));
    if (is[allowing] !== 'yes' || is[denying] !== 'no') { return `the witness of a ${what} is none (${is}): ${textOf({ from, to, protocol, port, ports: [] })}`; }
    if (!hasPort(region, protocol, port)) { return `the witness of a ${what} has a port outside the region`; }
    const passedElse = [1, 53, 79, 80, 81, 82, 90, 91].some(number => spec.decide(denying, from, to, 'TCP', number) === 'yes');
    if (passedElse && (region.kind === 'opened' || region.kind === 'closed')) { return `other ports pass between the ends of the witness of ${region.kind}`; }
    const own = changes.filter(change => isIn(region.from, change.from) && isIn(region.to, change.to));
    const missing = region.ports.connections.ranges().flatMap(({ protocol: on, first, last }) => [[on, first], [on, last]] as const)
      .find(([on, number]) => isProbed(on, number) && !own.some(change => change.protocol === on && change.port === number));
    if (missing) { return `no connection of a region changed on ${missing.join(' ')}: a ${what} in ${describe(region)}`; }
  }
  const outside = changes.find(({ from, to, protocol, port }) =>
    !regions.some(region => isIn(region.from, from) && isIn(region.to, to) && hasPort(region, protocol, port)));
  return outside && `a ${what} is in no region: ${textOf(outside)}; there are ${regions.map(describe).join('; ') || 'none'}`;
}

/** What the specification leaves open, and nothing else, may be undecided. */
function wrongUndecided(spec: SpecDiff, { gains, losses, undecided }: Diff): string | undefined {
  if (!spec.isOpen) { return undecided.length > 0 ? 'something is undecided that the specification does not leave open' : undefined; }
  return gains.length + losses.length + undecided.length === 0 ? 'nothing is undecided, although the specification leaves something open' : undefined;
}

/** A gain that a declared pod of both versions has is a broadening, and so is one that no new pod can explain. */
function wrongKind(spec: SpecDiff, { before, after }: VersionPair, result: Diff): string | undefined {
  const has = ({ pods }: SpecVersion, { declared }: ChangeEnd) => declared !== undefined && pods.some(({ name }) => name === declared);
  const hasAddress = ({ declared }: ChangeEnd) => [before, after]
    .every(({ pods }) => pods.every(({ name, ips }) => name !== declared || ips.length > 0));
  const isPair = (ends: ChangeEnd[]) => ends.every(end => end.declared !== undefined || !('pod' in end.ends[0]));
  const all = spec.changes(1).map(({ from, to }) => [from, to]);
  const isBroad = hasDifference(result, 'broadened');
  if (all.some(ends => isPair(ends) && ends.every(end => !('pod' in end.ends[0]) || hasAddress(end) && isCertain(end)) && ends.some(end => has(before, end) && has(after, end))) && !isBroad) {
    return 'a declared pod of both versions gains a connection, and the diff is no broadening';
  }
  const mayBeNew = all.some(ends => ends.some(end => has(after, end) && !has(before, end)));
  return all.length > 0 && !mayBeNew && hasDifference(result, 'added') ? 'an addition without a new pod' : undefined;
}

/** What decides about a pod whose address is not known may depend on the address. */
function isCertain({ ends }: ChangeEnd): boolean {
  return ends.every(end => 'pod' in end && end.pod.ips.length > 0 && end.pod.hostNetwork !== true && KNOWN.some(ip => end.pod.ips.includes(ip)));
}

const KNOWN = ['10.0.0.1', '10.1.0.9', '172.16.0.1'];

function hasPort({ ports }: ChangedRegion, protocol: string, port: number): boolean {
  return ports.connections.includes(ConnectionSet.range(protocol as 'TCP', port, port));
}

/** The ports that the specification tries. */
function isProbed(protocol: string, number: number): boolean {
  return protocol === 'TCP' ? [1, 53, 79, 80, 81, 82, 90, 91].includes(number) : protocol === 'UDP' ? [53, 54].includes(number) : number === 80;
}

function describe({ from, to, ports, causes }: ChangedRegion): string {
  return `${from.text} to ${to.text} on ${ports.text} (${causes.map(({ text }) => text).join('; ')})`;
}

function isIn({ parts }: RegionEnd, end: ChangeEnd): boolean {
  return parts.every(part => isInPart(part, end));
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
function endOf(end: ChangeWitnessEnd, versions: [SpecVersion, SpecVersion]): ChangeEnd {
  if (end.kind === 'address') { return { ends: [{ ip: formatAddress(end.address) }, { ip: formatAddress(end.address) }] }; }
  const inOrder = [end.before, end.after];
  const named = (i: number) => end.workload && versions[i].pods.find(one => one.name === end.workload!.name);
  const pods = inOrder.map(({ pod, namespace }, i) => {
    const known = named(i) ?? named(1 - i);
    const ports = known?.ports ?? pod.ports.map(({ name, protocol, port }) => ({ name, protocol, containerPort: port }));
    return { pod: { namespace: namespace.name, name: 'witness', labels: pod.labels, ips: pod.addresses.map(formatAddress), hostNetwork: known?.hostNetwork, ports } };
  });
  const namespaceLabels = inOrder.map(({ namespace: { labels: { 'kubernetes.io/metadata.name': _, ...labels } } }) => labels);
  return { namespace: inOrder[0].namespace.name, namespaceLabels: namespaceLabels as any, ends: pods as any, declared: end.workload?.name };
}

function textOf({ from, to, protocol, port, ports }: SpecChange): string {
  return JSON.stringify({ from: from.ends, in: from.namespaceLabels, to: withPorts(to, ports).ends, of: to.namespaceLabels, protocol, port });
}

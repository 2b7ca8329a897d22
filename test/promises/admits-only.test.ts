import * as fc from 'fast-check';
import { judge, UnlistedConnection } from '../../src/claims/judge';
import { Reachability } from '../../src/evaluator/reachability';
import { Cidr, formatAddress, parseCidr, subtractRanges } from '../../src/k8s/address';
import { NAMESPACE_NAME_LABEL, NetworkPolicyPeer } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { podEndpoint } from '../../src/query/endpoints';
import { Party, EndpointSelector } from '../../src/query/parties';
import { PortQuery } from '../../src/query/ports';
import { ADDRESSES, arbitraryCluster, manifestsOf, PROTOCOLS } from '../spec/arbitrary-cluster';
import { sideAllows, SpecCluster, SpecEnd, SpecPod } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';

/*
 * `admitsOnly(pod, listed)` and `reachesOnly(pod, listed)` on random clusters, checked against the specification: the connection of a
 * witness is put into the cluster and must get through; if the claim holds, none of many candidates outside the list may get through.
 */

/** The ports that a random cluster names. Both ends of each range are among them. */
const PORTS = [1, 53, 80, 81, 8080, 65535];

type Direction = 'ingress' | 'egress';
const SIDES = { ingress: { type: 'Ingress', peers: 'from' }, egress: { type: 'Egress', peers: 'to' } } as const;

/** A claim that only `allowed`, written as peers of a policy in the subject's namespace, gets through to the subject, or from it. */
interface Case {
  readonly direction: Direction;
  readonly cluster: SpecCluster;
  readonly subject: SpecPod;
  readonly allowed: readonly NetworkPolicyPeer[];
  /** Absent: every port. */
  readonly port?: PortQuery;
}

/** An end that tries to get through: a pod in a namespace with these labels, or an address. */
type Candidate = CandidatePod | string;

interface CandidatePod {
  readonly labels: Record<string, string>;
  readonly namespace: string;
  readonly namespaceLabels: Record<string, string>;
  /** The address that the pod was made for, if it was not made for its labels. */
  readonly address?: string;
}

/** Makes every policy of a cluster isolate one pod with rules that name peers. Otherwise most claims would fail at once. */
function isolating(cluster: SpecCluster, { namespace }: SpecPod, direction: Direction): SpecCluster {
  const policies = cluster.policies.map(({ metadata, spec, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, namespace },
    spec: {
      podSelector: {},
      policyTypes: [SIDES[direction].type],
      [direction]: rulesOf(spec).filter(({ peers }) => peers?.length > 0).map(({ peers, ports }) => ({ [SIDES[direction].peers]: peers, ports })),
    },
  }));
  return { ...cluster, policies };
}

/** The rules of a policy, of both directions. */
function rulesOf({ ingress, egress }: any): { peers: any; ports: any }[] {
  return [
    ...(ingress ?? []).map(({ from, ports }: any) => ({ peers: from, ports })),
    ...(egress ?? []).map(({ to, ports }: any) => ({ peers: to, ports })),
  ];
}

/** The same peers, each narrower. */
function narrowed(peers: readonly NetworkPolicyPeer[]): NetworkPolicyPeer[] {
  return peers.map(({ ipBlock, namespaceSelector, podSelector }) => ipBlock
    ? { ipBlock: { cidr: ipBlock.cidr, except: EXCEPT[ipBlock.cidr] } }
    : { namespaceSelector, podSelector: { ...podSelector, matchLabels: { ...podSelector?.matchLabels, app: 'a' } } });
}

const EXCEPT: Record<string, string[]> = {
  '0.0.0.0/0': ['10.0.0.0/8'], '10.0.0.0/8': ['10.1.0.0/16'], '10.1.0.0/16': ['10.1.255.0/24'], '::/0': ['fd00::/8'], '2001:db8::/32': ['2001:db8:1::/48'],
};

const port: fc.Arbitrary<PortQuery | undefined> = fc.constantFrom<(PortQuery | undefined)[]>(
  undefined, undefined, { protocol: 'TCP', first: 80, last: 80 }, { protocol: 'UDP', first: 53, last: 8080 }, { protocol: 'TCP', name: 'http' },
);

/** Peers that together are every possible pod and every address; each of them is needed. */
const EVERYONE: NetworkPolicyPeer[] = [{ namespaceSelector: {} }, { ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }];

/** The list is what the policies let through, so that the claim holds, or a part of it, so that it may not hold. */
const casesOf = (direction: Direction): fc.Arbitrary<Case> => arbitraryCluster
  .chain(cluster => fc.record({
    cluster: fc.constant(cluster), subject: fc.constantFrom(...cluster.pods), isolated: fc.constantFrom(true, true, true, false),
  }))
  .map(({ cluster, subject, isolated }) => ({ cluster: isolated ? isolating(cluster, subject, direction) : cluster, subject }))
  .chain(({ cluster, subject }) => {
    const peers: NetworkPolicyPeer[] = cluster.policies.flatMap(p => rulesOf(p.spec).flatMap(rule => rule.peers ?? []));
    const allowed = fc.oneof(
      fc.constant(peers),
      fc.subarray(peers),
      fc.constant(EVERYONE),
      fc.subarray(EVERYONE),
      fc.tuple(fc.subarray(peers), fc.constant(narrowed(peers))).map(([some, fewer]) => [...some, ...fewer]),
    );
    // A port name that the subject does not have means no port.
    const meant = port.map(p => p === undefined || !('name' in p) || direction === 'egress' || PORTS.some(n => hasPort(subject, p.name, p.protocol, n)) ? p : undefined);
    return fc.record({ direction: fc.constant(direction), cluster: fc.constant(cluster), subject: fc.constant(subject), allowed, port: meant });
  });

const labels = fc.dictionary(fc.constantFrom('app', 'example.com/tier', 'constructor'), fc.constantFrom('a', 'b', '', 'other'), { maxKeys: 3 });
const candidates: fc.Arbitrary<Candidate[]> = fc.array(fc.oneof(
  { weight: 4, arbitrary: fc.record({ labels, namespace: fc.constantFrom('x', 'y', 'undeclared', 'new'), namespaceLabels: labels }) },
  { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) },
), { minLength: 60, maxLength: 60 });

/** Every name that a policy of a random cluster may use, at every port: a possible pod may have any of them. */
const NAMED_PORTS: SpecPod['ports'] = PROTOCOLS.flatMap(protocol =>
  PORTS.flatMap(containerPort => ['http', 'dns'].map(name => ({ name, protocol, containerPort }))));

/** The cluster with a candidate in it. A declared namespace keeps its labels. */
function withCandidate(cluster: SpecCluster, candidate: Candidate): { cluster: SpecCluster; end: SpecEnd } {
  if (typeof candidate === 'string') { return { cluster, end: { ip: candidate } }; }
  const { namespace, namespaceLabels } = candidate;
  const pod: SpecPod = { namespace, name: 'candidate', labels: candidate.labels, ips: candidate.address === undefined ? [] : [candidate.address], ports: NAMED_PORTS };
  return { cluster: { ...cluster, namespaces: { [namespace]: namespaceLabels, ...cluster.namespaces }, pods: [...cluster.pods, pod] }, end: { pod } };
}

/** Whether the subject's own side lets the candidate through on any port of the claim. */
function getsThrough({ direction, cluster, subject, port: asked }: Case, candidate: Candidate): boolean {
  const { cluster: visited, end } = withCandidate(cluster, candidate);
  const destination: SpecEnd = direction === 'ingress' ? { pod: subject } : end;
  return PROTOCOLS.some(protocol => PORTS.some(number =>
    isAsked(asked, destination, protocol, number)
    && sideAllows(visited, SIDES[direction].type, { pod: subject }, end, destination, protocol, number)));
}

function isAsked(asked: PortQuery | undefined, destination: SpecEnd, protocol: string, number: number): boolean {
  if (asked === undefined) { return true; }
  if (asked.protocol !== protocol) { return false; }
  return 'name' in asked
    ? 'pod' in destination && hasPort(destination.pod, asked.name, protocol, number)
    : asked.first <= number && number <= asked.last;
}

function hasPort({ ports }: SpecPod, name: string, protocol: string, number: number): boolean {
  return ports.some(p => p.name === name && (p.protocol ?? 'TCP') === protocol && p.containerPort === number);
}

/** Whether the candidate is in the list: a policy with exactly these peers would let it in. */
function isAllowed({ cluster, subject, allowed }: Case, candidate: Candidate): boolean {
  const { cluster: visited, end } = withCandidate(cluster, typeof candidate === 'string' ? candidate : candidate.address ?? candidate);
  const policy = { metadata: { name: 'allowed', namespace: subject.namespace }, spec: { podSelector: {}, ingress: [{ from: allowed }] } };
  return allowed.length > 0 && sideAllows({ ...visited, policies: [policy] }, 'Ingress', { pod: subject }, end, { pod: subject }, 'TCP', 1);
}

function unlistedConnectionOf({ direction, cluster, subject, allowed, port: asked }: Case): UnlistedConnection | undefined {
  const reach = new Reachability(clusterOfObjects(manifestsOf(cluster)));
  const workload = reach.cluster.workloads.find(w => w.name === subject.name)!;
  const member = podEndpoint(reach, workload, workload.pods[0], subject.name);
  const others: Party = { name: 'allowed', endpoints: [], worstCase: [], selectors: allowed.map(peer => patternOf(peer, subject.namespace)) };
  const target: Party = { name: subject.name, endpoints: [member], worstCase: [], selectors: [] };
  const kind = direction === 'ingress' ? 'admitsOnly' : 'reachesOnly';
  const { witness } = judge(reach, { kind, target, listed: [others], ports: asked && [asked] });
  return witness?.kind === 'unlisted' ? witness.connection : undefined;
}

function patternOf({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, home: string): EndpointSelector {
  if (ipBlock) {
    return { kind: 'addresses', ranges: subtractRanges(parseCidr(ipBlock.cidr) as Cidr, (ipBlock.except ?? []).map(e => parseCidr(e) as Cidr)) };
  }
  const namespaces = namespaceSelector ?? { matchLabels: { [NAMESPACE_NAME_LABEL]: home } };
  return { kind: 'pods', namespaces: Selector.from(namespaces), pods: Selector.from(podSelector ?? {}) };
}

/** The ends that an unlisted connection means: a pod, both ends of a range, or two arbitrary addresses if everything gets through. */
function shownBy({ end }: UnlistedConnection, direction: Direction): Candidate[] {
  if (end?.kind === 'pod') { return [end]; }
  const addresses = end === undefined ? ['1.2.3.4', 'fe80::1'] : [end.range.first, end.range.last].map(formatAddress);
  // A port name has a meaning only for a pod, so a pod gets the address.
  return direction === 'ingress' ? addresses : addresses.map(address => ({ address, labels: {}, namespace: 'anywhere', namespaceLabels: {} }));
}

describe.each<[string, Direction]>([['admitsOnly', 'ingress'], ['reachesOnly', 'egress']])('%s', (_, direction) => {
  test('the end that a witness shows gets through and is not in the list', () => {
    fc.assert(fc.property(casesOf(direction), each => {
      const connection = unlistedConnectionOf(each);
      fc.pre(connection !== undefined);
      expect(EVERYONE.every(peer => each.allowed.includes(peer))).toBe(false);
      for (const candidate of shownBy(connection!, direction)) {
        expect({ candidate, getsThrough: getsThrough(each, candidate) }).toEqual({ candidate, getsThrough: true });
        if (connection!.end !== undefined) { expect({ candidate, allowed: isAllowed(each, candidate) }).toEqual({ candidate, allowed: false }); }
      }
    }), { numRuns: 300 });
  });

  test('if the claim holds, nothing outside the list gets through', () => {
    fc.assert(fc.property(casesOf(direction), candidates, (each, all) => {
      fc.pre(unlistedConnectionOf(each) === undefined);
      expect(all.filter(candidate => getsThrough(each, candidate) && !isAllowed(each, candidate))).toEqual([]);
    }), { numRuns: 250 });
  });
});

import * as fc from 'fast-check';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { Party, PartyPart } from '../../src/claims/party';
import { WitnessEnd } from '../../src/claims/witness';
import { Cidr, formatAddress, parseCidr, subtractRanges } from '../../src/k8s/address';
import { NAMESPACE_NAME_LABEL, NetworkPolicyPeer } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { PortQuery } from '../../src/query/ports';
import { ADDRESSES, arbitraryCluster, manifestsOf, PROTOCOLS } from '../spec/arbitrary-cluster';
import { sideAllows, SpecCluster, SpecEnd, SpecPod } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';

/*
 * `admitsOnly(pod, listed)` and `reachesOnly(pod, listed)` on random clusters, checked against the specification: the connection of a
 * witness is put into the cluster and must get through; if the claim holds, none of many candidates outside the list may get through.
 * The claims are strict, so that any candidate counts: no label, address or port of it is assumed away.
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
  readonly addresses: readonly string[];
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

/** Peers that together are every possible pod and every address. */
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
    // A claim about a port name that nobody has is an error.
    const pods = direction === 'ingress' ? [subject] : cluster.pods;
    const meant = port.map(p => p === undefined || !('name' in p) || pods.some(pod => PORTS.some(n => hasPort(pod, p.name, p.protocol, n))) ? p : undefined);
    return fc.record({ direction: fc.constant(direction), cluster: fc.constant(cluster), subject: fc.constant(subject), allowed, port: meant });
  });

/** The unspecified addresses, and multicast. */
const NEVER_OF_A_POD = ['0.0.0.0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];

/** The candidates that the cluster leaves possible: an address of a pod belongs to that pod, and all pods have addresses of the known families. */
function possible({ cluster }: Case, all: readonly Candidate[]): Candidate[] {
  const known = cluster.pods.flatMap(({ ips }) => ips);
  const families = new Set(known.map(address => address.includes(':')));
  return all.filter(candidate => (typeof candidate === 'string' ? [candidate] : candidate.addresses).every(address =>
    !known.includes(address) && (typeof candidate === 'string' || families.size === 0 || families.has(address.includes(':')))));
}

const labels = fc.dictionary(fc.constantFrom('app', 'example.com/tier', 'constructor'), fc.constantFrom('a', 'b', '', 'other'), { maxKeys: 3 });
const candidates: fc.Arbitrary<Candidate[]> = fc.array(fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      labels,
      namespace: fc.constantFrom('x', 'y', 'undeclared', 'new'),
      namespaceLabels: labels,
      addresses: fc.constantFrom(...ADDRESSES.filter(address => !NEVER_OF_A_POD.includes(address))).map(address => [address]),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) },
), { minLength: 60, maxLength: 60 });

/** Every name that a policy of a random cluster may use, at every port: a possible pod may have any of them. */
const NAMED_PORTS: SpecPod['ports'] = PROTOCOLS.flatMap(protocol =>
  PORTS.flatMap(containerPort => ['http', 'dns'].map(name => ({ name, protocol, containerPort }))));

/** The cluster with a candidate in it. A declared namespace keeps its labels. */
function withCandidate(cluster: SpecCluster, candidate: Candidate): { cluster: SpecCluster; end: SpecEnd } {
  if (typeof candidate === 'string') { return { cluster, end: { ip: candidate } }; }
  const { namespace, namespaceLabels } = candidate;
  const pod: SpecPod = { namespace, name: 'candidate', labels: candidate.labels, ips: [...candidate.addresses], ports: NAMED_PORTS };
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

/** Whether the candidate is in the list: a policy with one of these peers would let it in, from each of its addresses if the peer is a block. */
function isAllowed({ cluster, subject, allowed }: Case, candidate: Candidate): boolean {
  const ways = typeof candidate === 'string' ? [candidate] : candidate.addresses.map(address => ({ ...candidate, addresses: [address] }));
  const letsIn = (peer: NetworkPolicyPeer, way: Candidate) => {
    const { cluster: visited, end } = withCandidate(cluster, way);
    const policy = { metadata: { name: 'allowed', namespace: subject.namespace }, spec: { podSelector: {}, ingress: [{ from: [peer] }] } };
    return sideAllows({ ...visited, policies: [policy] }, 'Ingress', { pod: subject }, end, { pod: subject }, 'TCP', 1);
  };
  return allowed.some(peer => ways.every(way => letsIn(peer, way)));
}

function verdictOn({ direction, cluster, subject, allowed, port: asked }: Case): ClaimVerdict {
  const model = clusterOfObjects(manifestsOf(cluster));
  const workload = model.workloads.find(w => w.name === subject.name)!;
  const listed: Party = { name: 'allowed', parts: allowed.map(peer => partOf(peer, subject.namespace)) };
  const target: Party = { name: subject.name, parts: [{ kind: 'declared', name: subject.name, workload, pods: workload.pods, permits: [] }] };
  const kind = direction === 'ingress' ? 'admitsOnly' : 'reachesOnly';
  const outcome = ClaimJudge.of(model).judge({ kind, target, listed: [listed], ports: asked && [asked], strict: true });
  if ('error' in outcome) { throw new Error(outcome.error); }
  expect(outcome.verdict.answer).toBe(outcome.verdict.witness === undefined ? 'holds' : 'fails');
  return outcome.verdict;
}

function partOf({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, home: string): PartyPart {
  if (ipBlock) {
    return { kind: 'addresses', ranges: subtractRanges(parseCidr(ipBlock.cidr) as Cidr, (ipBlock.except ?? []).map(e => parseCidr(e) as Cidr)) };
  }
  const namespaces = namespaceSelector ?? { matchLabels: { [NAMESPACE_NAME_LABEL]: home } };
  return { kind: 'selected', namespaces: Selector.from(namespaces), pods: Selector.from(podSelector ?? {}), ports: [] };
}

/** The end outside the list that a witness shows. For addresses, both ends of the range. */
function shownBy(end: WitnessEnd): Candidate[] {
  if (end.kind === 'address') { return [end.address, end.range.first, end.range.last].map(formatAddress); }
  const { pod, namespace } = end;
  return [{ labels: pod.labels, namespace: namespace.name, namespaceLabels: namespace.labels, addresses: pod.addresses.map(formatAddress) }];
}

describe.each<[string, Direction]>([['admitsOnly', 'ingress'], ['reachesOnly', 'egress']])('%s', (_, direction) => {
  test('the end that a witness shows gets through and is not in the list', () => {
    fc.assert(fc.property(casesOf(direction), each => {
      const { witness } = verdictOn(each);
      fc.pre(witness !== undefined);
      expect(witness!.kind).toBe('unlisted');
      for (const candidate of shownBy(direction === 'ingress' ? witness!.source : witness!.destination)) {
        expect({ candidate, getsThrough: getsThrough(each, candidate) }).toEqual({ candidate, getsThrough: true });
        expect({ candidate, allowed: isAllowed(each, candidate) }).toEqual({ candidate, allowed: false });
      }
    }), { numRuns: 300 });
  });

  test('if the claim holds, nothing outside the list gets through', () => {
    fc.assert(fc.property(casesOf(direction), candidates, (each, all) => {
      fc.pre(verdictOn(each).witness === undefined);
      expect(possible(each, all).filter(candidate => getsThrough(each, candidate) && !isAllowed(each, candidate))).toEqual([]);
    }), { numRuns: 250 });
  });
});

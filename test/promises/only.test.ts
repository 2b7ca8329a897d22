import * as fc from 'fast-check';
import { findOutsider, Outsider } from '../../src/claims/witness';
import { Reachability } from '../../src/evaluator/reachability';
import { Cidr, formatAddress, parseCidr, subtractRanges } from '../../src/k8s/address';
import { NAMESPACE_NAME_LABEL, NetworkPolicyPeer } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { Party, EndpointSelector, podEndpoint } from '../../src/query/endpoints';
import { PortQuery } from '../../src/query/ports';
import { clusterOfObjects } from '../manifests';
import { ADDRESSES, arbitraryCluster, manifestsOf, PROTOCOLS } from '../spec/arbitrary-cluster';
import { sideAllows, SpecCluster, SpecEnd, SpecPod } from '../spec/network-policy';

/*
 * `only(pod, allowed)` and `onlyTo(pod, allowed)` on random clusters, compared with the specification. If there is a witness, the test adds it to
 * the cluster, and it must have a connection. If there is none, no pod or address outside the list may have one, and the test tries many.
 */

/** The ports that a random cluster names. Both ends of each range are among them. */
const PORTS = [1, 53, 80, 81, 8080, 65535];

type Direction = 'ingress' | 'egress';
const SIDES = { ingress: { type: 'Ingress', peers: 'from' }, egress: { type: 'Egress', peers: 'to' } } as const;

/** A claim: the subject is reached by, or reaches, only `allowed`, which are written as the peers of a policy in its namespace. */
interface Case {
  readonly direction: Direction;
  readonly cluster: SpecCluster;
  readonly subject: SpecPod;
  readonly allowed: readonly NetworkPolicyPeer[];
  /** Every port, if absent. */
  readonly port?: PortQuery;
}

/** A pod or an address that the test adds to the cluster, and that tries to connect. */
type Visitor = VisitorPod | string;

interface VisitorPod {
  readonly labels: Record<string, string>;
  readonly namespace: string;
  readonly namespaceLabels: Record<string, string>;
  /** The pod's address. A witness that is an address becomes a pod with that address. */
  readonly address?: string;
}

/** Changes the policies of a cluster so that all of them isolate one pod. Otherwise most claims would be untrue for a trivial reason. */
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

/** The same peers, each with a narrower selector. */
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

/** Peers that together are every pod and every address. */
const EVERYONE: NetworkPolicyPeer[] = [{ namespaceSelector: {} }, { ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }];

/** If `allowed` has all peers of the policies, the claim holds. If it has only some of them, or narrower ones, it may not. */
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
    // A claim by the name of a port needs a subject with such a port.
    const meant = port.map(p => p === undefined || !('name' in p) || direction === 'egress' || PORTS.some(n => hasPort(subject, p.name, p.protocol, n)) ? p : undefined);
    return fc.record({ direction: fc.constant(direction), cluster: fc.constant(cluster), subject: fc.constant(subject), allowed, port: meant });
  });

const labels = fc.dictionary(fc.constantFrom('app', 'example.com/tier', 'constructor'), fc.constantFrom('a', 'b', '', 'other'), { maxKeys: 3 });
const visitors: fc.Arbitrary<Visitor[]> = fc.array(fc.oneof(
  { weight: 4, arbitrary: fc.record({ labels, namespace: fc.constantFrom('x', 'y', 'undeclared', 'new'), namespaceLabels: labels }) },
  { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) },
), { minLength: 60, maxLength: 60 });

/** Every name that a policy of a random cluster may use, on every port. A possible pod may have them all. */
const NAMED_PORTS: SpecPod['ports'] = PROTOCOLS.flatMap(protocol =>
  PORTS.flatMap(containerPort => ['http', 'dns'].map(name => ({ name, protocol, containerPort }))));

/** Adds a visitor to the cluster. A declared namespace keeps its own labels. */
function withVisitor(cluster: SpecCluster, visitor: Visitor): { cluster: SpecCluster; end: SpecEnd } {
  if (typeof visitor === 'string') { return { cluster, end: { ip: visitor } }; }
  const { namespace, namespaceLabels } = visitor;
  const pod: SpecPod = { namespace, name: 'visitor', labels: visitor.labels, ips: visitor.address === undefined ? [] : [visitor.address], ports: NAMED_PORTS };
  return { cluster: { ...cluster, namespaces: { [namespace]: namespaceLabels, ...cluster.namespaces }, pods: [...cluster.pods, pod] }, end: { pod } };
}

/** Whether the subject's own side allows the visitor on any port of the claim. */
function isLetThrough({ direction, cluster, subject, port: asked }: Case, visitor: Visitor): boolean {
  const { cluster: visited, end } = withVisitor(cluster, visitor);
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

/** Whether the visitor is in the list of the claim: whether a policy with these peers would allow it. */
function isInList({ cluster, subject, allowed }: Case, visitor: Visitor): boolean {
  const { cluster: visited, end } = withVisitor(cluster, typeof visitor === 'string' ? visitor : visitor.address ?? visitor);
  const policy = { metadata: { name: 'allowed', namespace: subject.namespace }, spec: { podSelector: {}, ingress: [{ from: allowed }] } };
  return allowed.length > 0 && sideAllows({ ...visited, policies: [policy] }, 'Ingress', { pod: subject }, end, { pod: subject }, 'TCP', 1);
}

function witnessOf({ direction, cluster, subject, allowed, port: asked }: Case): Outsider | undefined {
  const reach = new Reachability(clusterOfObjects(manifestsOf(cluster)));
  const workload = reach.cluster.workloads.find(w => w.name === subject.name)!;
  const member = podEndpoint(reach, workload, workload.pods[0], subject.name);
  const others: Party = { name: 'allowed', endpoints: [], worstCase: [], selectors: allowed.map(peer => patternOf(peer, subject.namespace)) };
  return findOutsider(reach, { name: subject.name, endpoints: [member], worstCase: [], selectors: [] }, [others], direction, asked);
}

function patternOf({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, home: string): EndpointSelector {
  if (ipBlock) {
    return { kind: 'addresses', ranges: subtractRanges(parseCidr(ipBlock.cidr) as Cidr, (ipBlock.except ?? []).map(e => parseCidr(e) as Cidr)) };
  }
  const namespaces = namespaceSelector ?? { matchLabels: { [NAMESPACE_NAME_LABEL]: home } };
  return { kind: 'pods', namespaces: Selector.from(namespaces), pods: Selector.from(podSelector ?? {}) };
}

/** The visitors that a witness stands for: a pod, the ends of a range of addresses, or any address if every peer is allowed. */
function shownBy({ who }: Outsider, direction: Direction): Visitor[] {
  if (who?.kind === 'pod') { return [who]; }
  const addresses = who === undefined ? ['1.2.3.4', 'fe80::1'] : [who.range.first, who.range.last].map(formatAddress);
  // A port has a name only in a pod, so for egress the address is that of a pod.
  return direction === 'ingress' ? addresses : addresses.map(address => ({ address, labels: {}, namespace: 'anywhere', namespaceLabels: {} }));
}

describe.each<[string, Direction]>([['only', 'ingress'], ['onlyTo', 'egress']])('%s', (_, direction) => {
  test('a witness is allowed by the policies, and is not in the list', () => {
    fc.assert(fc.property(casesOf(direction), each => {
      const witness = witnessOf(each);
      fc.pre(witness !== undefined);
      expect(EVERYONE.every(peer => each.allowed.includes(peer))).toBe(false);
      for (const visitor of shownBy(witness!, direction)) {
        expect({ visitor, allowed: isLetThrough(each, visitor) }).toEqual({ visitor, allowed: true });
        if (witness!.who !== undefined) { expect({ visitor, inList: isInList(each, visitor) }).toEqual({ visitor, inList: false }); }
      }
    }), { numRuns: 300 });
  });

  test('without a witness, the policies allow no pod or address outside the list', () => {
    fc.assert(fc.property(casesOf(direction), visitors, (each, all) => {
      fc.pre(witnessOf(each) === undefined);
      expect(all.filter(visitor => isLetThrough(each, visitor) && !isInList(each, visitor))).toEqual([]);
    }), { numRuns: 250 });
  });
});

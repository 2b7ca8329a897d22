import { ApiObject, App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { ClaimScope, Connectivity, DefaultDeny, Endpoint, LabelExpression, Peer, Port, Protocol, Tier, Verdict } from '../../src';
import { PUBLIC } from '../spec/claim-universe';
import { ClaimCluster, selectorOfTier, SpecClaim, SpecParty, SpecPort, SpecWorkload } from '../spec/claims';
import { SpecNode } from '../spec/network-policy';

/*
 * Random programs with claims, as data. `buildProgram` runs a program with the constructs, and describes the same for the specification of
 * claims without asking src/ about it. There are few names of each sort, so that selectors often match and the specification ends soon.
 */

/** The method of `Connectivity` for each claim. */
export const CHECKS = { allowed: 'checkAllowed', denied: 'checkDenied', admitsOnly: 'checkAdmitsOnly', reachesOnly: 'checkReachesOnly' } as const;

const NAME = 'kubernetes.io/metadata.name';
const ZONE = 'topology.kubernetes.io/zone';
const HASH = 'pod-template-hash';
const CDK8S_ADDRESS = 'cdk8s.io/metadata.addr';
/** The namespaces of the two charts. The others exist elsewhere, or not at all. */
const HOMES = ['a', 'b'] as const;
const NAMESPACES = ['a', 'b', 'c'] as const;

interface Expression { readonly key: string; readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; readonly values?: string[] }
interface LabelSelector { readonly matchLabels?: Record<string, string>; readonly matchExpressions?: Expression[] }

const labelled = (matchLabels: Record<string, string>): LabelSelector => ({ matchLabels });
const where = (...matchExpressions: Expression[]): LabelSelector => ({ matchExpressions });

const POD_SELECTORS: LabelSelector[] = [
  labelled({ app: 'web' }), labelled({ app: 'web' }), labelled({ app: 'db' }), labelled({ app: 'db' }), labelled({ role: 'front' }),
  labelled({ app: 'db', role: 'front' }),
  where({ key: 'app', operator: 'In', values: ['web', 'db'] }),
  { matchLabels: { app: 'web' }, ...where({ key: 'role', operator: 'DoesNotExist' }) },
  where({ key: 'role', operator: 'Exists' }),
  { matchLabels: { role: 'front' }, ...where({ key: 'app', operator: 'NotIn', values: ['web'] }) },
  where({ key: 'app', operator: 'NotIn', values: ['web'] }),
  where({ key: 'app', operator: 'DoesNotExist' }),
  // Kubernetes copies the zone from the node of a pod, if it has one.
  { matchLabels: { app: 'web' }, ...where({ key: ZONE, operator: 'NotIn', values: ['z1'] }) },
  // The pods of a Deployment have a hash, and a value that nobody knows beforehand.
  labelled({ [HASH]: '5d4f8c7b9' }),
];
const NAMESPACE_SELECTORS: LabelSelector[] = [
  labelled({ team: 'red' }), labelled({ team: 'red' }), labelled({ team: 'blue' }), where({ key: 'team', operator: 'Exists' }),
  where({ key: 'team', operator: 'NotIn', values: ['red'] }), where({ key: 'team', operator: 'DoesNotExist' }),
];
const POD_LABELS: Record<string, string>[] = [
  { app: 'web' }, { app: 'web' }, { app: 'db' }, { app: 'db' },
  { app: 'web', role: 'front' }, { app: 'db', role: 'front' }, { role: 'front' }, { app: 'cache', role: 'back' },
  { app: 'web', version: '1' },
];

const inNamespace = (name: string) => labelled({ [NAME]: name });

/** The parts of a selector as options of a tier or a peer. */
function wordsOf({ matchLabels, matchExpressions }: LabelSelector): { labels?: Record<string, string>; expressions?: LabelExpression[] } {
  const { isIn, isNotIn, exists, doesNotExist } = LabelExpression;
  const made = { In: isIn, NotIn: isNotIn, Exists: exists, DoesNotExist: doesNotExist };
  return { labels: matchLabels, expressions: matchExpressions?.map(({ key, operator, values }) => made[operator](key, values!)) };
}

interface PortPlan {
  readonly make: () => Port;
  /** What it means in a claim. */
  readonly means: SpecPort[];
}

const NAMED: PortPlan[] = ['http', 'metrics'].map(name => ({ make: () => Port.named(name), means: [{ protocol: 'TCP', name }] }));
const NUMBERS: PortPlan[] = [
  ...[80, 81].map(number => ({ make: () => Port.tcp(number), means: [{ protocol: 'TCP', first: number, last: number }] })),
  { make: () => Port.tcpRange(80, 90), means: [{ protocol: 'TCP', first: 80, last: 90 }] },
  { make: () => Port.udp(53), means: [{ protocol: 'UDP', first: 53, last: 53 }] },
];
const ALL: PortPlan = { make: () => Port.all(), means: ['TCP', 'UDP', 'SCTP'].map(protocol => ({ protocol, first: 1, last: 65535 })) };
const UDP_NAME: PortPlan = { make: () => Port.named('http', Protocol.UDP), means: [{ protocol: 'UDP', name: 'http' }] };
const port = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMED) }, { weight: 6, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 2, arbitrary: fc.constant(ALL) }, { weight: 1, arbitrary: fc.constant(UDP_NAME) });
const ports = fc.array(port, { minLength: 1, maxLength: 2 });

/** A peer, and the party that it is in a claim. `home` is "this namespace". */
interface PeerPlan {
  readonly make: () => Peer;
  readonly party: (home: string) => SpecParty;
  /** True if it needs a tier or a workload on the other side. */
  readonly needsHome?: boolean;
}

const pods = (namespaces: LabelSelector, selector: LabelSelector): SpecParty => ({ parts: [{ namespaces, pods: selector }] });
const blocks = (...all: { cidr: string; except?: string[] }[]): SpecParty => ({ parts: [{ blocks: all }] });
const ANY_ADDRESS = [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }];

const podsPeer: fc.Arbitrary<PeerPlan> = fc.constantFrom(...POD_SELECTORS).chain(selector => {
  const { labels, expressions: matchExpressions } = wordsOf(selector);
  return fc.oneof(
    fc.constant<PeerPlan>({ make: () => Peer.pods({ labels, matchExpressions }), party: home => pods(inNamespace(home), selector), needsHome: true }),
    fc.constantFrom(...NAMESPACES).map((namespace): PeerPlan =>
      ({ make: () => Peer.pods({ labels, matchExpressions, namespace }), party: () => pods(inNamespace(namespace), selector) })),
    fc.constant<PeerPlan>({ make: () => Peer.pods({ labels, matchExpressions, allNamespaces: true }), party: () => pods({}, selector) }),
    fc.constantFrom(...NAMESPACE_SELECTORS).map((each): PeerPlan => {
      const words = wordsOf(each);
      return {
        make: () => Peer.pods({ labels, matchExpressions, namespaceLabels: words.labels, namespaceExpressions: words.expressions }),
        party: () => pods(each, selector),
      };
    }),
  );
});
const namespacesPeer: fc.Arbitrary<PeerPlan> = fc.oneof(
  fc.constantFrom(...NAMESPACES).map((name): PeerPlan => ({ make: () => Peer.namespace(name), party: () => pods(inNamespace(name), {}) })),
  fc.constantFrom(...NAMESPACE_SELECTORS).map((each): PeerPlan => {
    const { labels, expressions: matchExpressions } = wordsOf(each);
    return { make: () => Peer.namespaces({ labels, matchExpressions }), party: () => pods(each, {}) };
  }),
  fc.constant<PeerPlan>({ make: () => Peer.thisNamespace(), party: home => pods(inNamespace(home), {}), needsHome: true }),
  fc.constant<PeerPlan>({ make: () => Peer.allNamespaces(), party: () => pods({}, {}) }),
);
const addressesPeer: fc.Arbitrary<PeerPlan> = fc.constantFrom<PeerPlan[]>(
  { make: () => Peer.cidr('10.0.0.0/8'), party: () => blocks({ cidr: '10.0.0.0/8' }) },
  { make: () => Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] }), party: () => blocks({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }) },
  { make: () => Peer.cidr('10.1.0.5/32'), party: () => blocks({ cidr: '10.1.0.5/32' }) },
  { make: () => Peer.anyIpv4(), party: () => blocks(ANY_ADDRESS[0]) },
  { make: () => Peer.anyAddress(), party: () => blocks(...ANY_ADDRESS) },
  { make: () => Peer.publicInternet(), party: () => blocks(...PUBLIC) },
);
const anything: PeerPlan = {
  make: () => Peer.anything(), party: () => ({ parts: [{ namespaces: {}, pods: {} }, { blocks: ANY_ADDRESS }] }),
};
const peer: fc.Arbitrary<PeerPlan> = fc.oneof(
  { weight: 5, arbitrary: podsPeer }, { weight: 3, arbitrary: namespacesPeer },
  { weight: 2, arbitrary: addressesPeer }, { weight: 1, arbitrary: fc.constant(anything) },
);

interface WorkloadPlan {
  readonly namespace: typeof NAMESPACES[number];
  readonly kind: 'Deployment' | 'Pod';
  readonly labels: Record<string, string>;
  /** How many of the labels the selector of a Deployment has. With 0, it has a label of its own, as cdk8s-plus gives one to each workload. */
  readonly selected: number;
  readonly ports: { name?: string; containerPort: number }[];
  /** Of a Pod only. */
  readonly ips: string[];
  readonly hostNetwork: boolean;
}

const CONTAINER_PORTS: WorkloadPlan['ports'][] = [
  [], [], [{ containerPort: 80 }], [{ name: 'http', containerPort: 80 }], [{ name: 'http', containerPort: 81 }, { name: 'metrics', containerPort: 85 }],
  [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 80 }],
];

const workload: fc.Arbitrary<WorkloadPlan> = fc.record({
  namespace: fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c'),
  kind: fc.constantFrom('Deployment', 'Deployment', 'Pod'),
  labels: fc.constantFrom(...POD_LABELS),
  selected: fc.constantFrom(1, 1, 2, 2, 0),
  ports: fc.constantFrom(...CONTAINER_PORTS),
  ips: fc.constantFrom<string[][]>([], [], [], ['10.1.0.5'], ['10.2.0.7'], ['fd00::7'], ['8.8.8.8'], ['10.1.0.5', 'fd00::7'], ['10.2.0.7', '8.8.8.8']),
  hostNetwork: fc.constantFrom(false, false, false, false, true),
});

interface TierPlan {
  readonly namespace: typeof HOMES[number];
  /** By labels, of a workload (its index), or of the whole namespace. */
  readonly pods: { readonly selector: LabelSelector } | { readonly workload: number } | 'all';
  readonly ports?: readonly PortPlan[];
}

/** An end of an edge, or a party of a claim. */
type EndPlan = { readonly tier: number } | { readonly peer: PeerPlan };
type PartyPlan = EndPlan | { readonly workload: number } | { readonly address: string } | { readonly members: readonly EndPlan[] };

interface CallPlan {
  readonly kind: 'allowFrom' | 'allowTo';
  readonly tier: number;
  readonly other: EndPlan;
  readonly ports: readonly PortPlan[];
}

interface PolicyPlan {
  readonly namespace: typeof HOMES[number];
  readonly spec: object;
}

/** A rule of a ClusterNetworkPolicy of the Network Policy API. */
interface ClusterRulePlan { readonly action: string; readonly from?: object[]; readonly to?: object[]; readonly protocols?: any[] }
interface ClusterSpec { readonly tier: 'Admin' | 'Baseline'; readonly priority: number; readonly subject: object; readonly ingress: ClusterRulePlan[]; readonly egress: ClusterRulePlan[] }
type ClusterApi = 'v1beta1' | 'v1alpha1' | 'aws';
/** A cluster-wide policy, as the Network Policy API has it. The other APIs have the same with other fields. */
interface ClusterPlan { readonly api: ClusterApi; readonly spec: ClusterSpec }

/** The object of a cluster-wide policy. One that another API cannot express is of the Network Policy API. */
function tierObject({ api, spec: { tier, ...spec } }: ClusterPlan, i: number): any {
  const text = JSON.stringify(spec);
  const object = (apiVersion: string, kind: string, own: object) => JSON.parse(JSON.stringify({ apiVersion, kind, metadata: { name: `tiers-${i}` }, spec: own }));
  const portsOf = ({ protocols, ...rule }: ClusterRulePlan) => ({
    ...rule,
    ports: protocols?.map(entry => {
      if (entry.destinationNamedPort) { return { namedPort: entry.destinationNamedPort }; }
      const [[protocol, { destinationPort: { number, range } }]] = Object.entries<any>(entry);
      const written = protocol.toUpperCase();
      return range ? { portRange: { protocol: written, ...range } } : { portNumber: { protocol: written, port: number } };
    }),
  });
  const withPorts = { ...spec, ingress: spec.ingress.map(portsOf), egress: spec.egress.map(portsOf) };
  if (api === 'v1alpha1' && tier === 'Admin' && !text.includes('domainNames')) {
    const allowing = (rule: ClusterRulePlan) => ({ ...rule, action: rule.action === 'Accept' ? 'Allow' : rule.action });
    return object('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', { ...withPorts, ingress: withPorts.ingress.map(allowing), egress: withPorts.egress.map(allowing) });
  }
  return api === 'aws' && !['domainNames', '"nodes"', 'destinationNamedPort'].some(field => text.includes(field))
    ? object('networking.k8s.aws/v1alpha1', 'ClusterNetworkPolicy', { tier, ...withPorts })
    : object('policy.networking.k8s.io/v1beta1', 'ClusterNetworkPolicy', { tier, ...spec });
}

const tierNamespaces = fc.constantFrom<LabelSelector[]>(...NAMESPACE_SELECTORS, {}, {}, inNamespace('a'), inNamespace('b'));
const tierPods: fc.Arbitrary<object> = fc.oneof(
  tierNamespaces.map(namespaces => ({ namespaces })),
  fc.tuple(tierNamespaces, fc.constantFrom<object[]>({}, ...POD_SELECTORS))
    .map(([namespaceSelector, podSelector]) => ({ pods: { namespaceSelector, podSelector } })),
);
const tierNetworks = fc.constantFrom<object[]>(
  ...['10.0.0.0/8', '10.1.0.0/16', '10.1.0.5/32', '8.0.0.0/8', 'fd00::/8', '0.0.0.0/0'].map(cidr => ({ networks: [cidr] })), { nodes: {} }, { nodes: labelled({ pool: 'x' }) },
);
const tierPort = (isNamed: boolean) => fc.constantFrom<object[]>(
  { tcp: { destinationPort: { number: 80 } } }, { tcp: { destinationPort: { range: { start: 80, end: 85 } } } },
  { udp: { destinationPort: { number: 53 } } },
  ...isNamed ? [{ destinationNamedPort: 'http' }] : [],
);
const tierRule = (peers: 'from' | 'to', own: fc.Arbitrary<object>, isNamed: boolean) => fc.tuple(
  fc.constantFrom('Accept', 'Deny', 'Pass'), fc.array(own, { minLength: 1, maxLength: 2 }), fc.option(fc.array(tierPort(isNamed), { minLength: 1, maxLength: 2 }), { nil: undefined }),
).map(([action, list, protocols]) => ({ action, [peers]: list, protocols }));
const tierSpec: fc.Arbitrary<ClusterSpec> = fc.record({
  tier: fc.constantFrom<ClusterSpec['tier'][]>('Admin', 'Admin', 'Baseline'),
  priority: fc.nat({ max: 2 }),
  subject: tierPods,
  ingress: fc.array(tierRule('from', tierPods, true), { maxLength: 2 }),
  egress: fc.array(fc.oneof(
    tierRule('to', tierPods, true),
    tierRule('to', fc.oneof({ weight: 2, arbitrary: tierPods }, { weight: 3, arbitrary: tierNetworks }, { weight: 1, arbitrary: fc.constant({ domainNames: ['example.com'] }) }), false),
  ), { maxLength: 2 }),
});
const tierPolicy = fc.tuple(fc.constantFrom<ClusterApi[]>('v1beta1', 'v1beta1', 'v1beta1', 'v1alpha1', 'aws'), tierSpec).map(([api, spec]): ClusterPlan => ({ api, spec }));
/** Half of the programs have cluster-wide policies. */
const tierPolicies = fc.oneof(fc.constant<ClusterPlan[]>([]), fc.array(tierPolicy, { minLength: 1, maxLength: 3 }));
const nodes = fc.constantFrom<SpecNode[][]>([], [], [{ labels: { pool: 'x' }, ips: ['10.1.0.9'] }], [{ labels: { pool: 'x' }, ips: ['10.1.0.5'] }, { labels: {}, ips: ['172.18.0.3'] }]);

interface ClaimPlan {
  readonly kind: SpecClaim['kind'];
  readonly first: PartyPlan;
  /** One, except in a list. */
  readonly second: readonly PartyPlan[];
  readonly ports?: readonly PortPlan[];
  readonly strict: boolean;
  readonly declaredOnly: boolean;
}

/** How a namespace is known: by an object, by a stated fact, or not at all. */
interface NamespacePlan { readonly known: 'declared' | 'stated' | 'no'; readonly labels: Record<string, string> }

export interface ClaimProgram {
  readonly namespaces: Readonly<Record<typeof NAMESPACES[number], NamespacePlan>>;
  /** The blocks of pod addresses, if they are known. */
  readonly podCidrs?: string[];
  readonly workloads: readonly WorkloadPlan[];
  readonly tiers: readonly TierPlan[];
  readonly deny: 'usual' | 'without DNS' | 'off';
  readonly calls: readonly CallPlan[];
  readonly policies: readonly PolicyPlan[];
  readonly clusterPolicies: readonly ClusterPlan[];
  readonly nodes: readonly SpecNode[];
  readonly claims: readonly ClaimPlan[];
}

const rulePeer = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...POD_SELECTORS).map(podSelector => ({ podSelector })) },
  { weight: 2, arbitrary: fc.constantFrom(...NAMESPACE_SELECTORS).map(namespaceSelector => ({ namespaceSelector })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...NAMESPACE_SELECTORS, {}, inNamespace('b')), fc.constantFrom(...POD_SELECTORS))
      .map(([namespaceSelector, podSelector]) => ({ namespaceSelector, podSelector })),
  },
  { weight: 1, arbitrary: fc.constantFrom<object[]>({ podSelector: {} }, { namespaceSelector: {} }) },
  { weight: 2, arbitrary: fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.1.0.5/32', '8.0.0.0/8', 'fd00::/8', '0.0.0.0/0').map(cidr => ({ ipBlock: { cidr } })) },
);
const rulePort = fc.constantFrom<object[]>({ port: 80 }, { port: 'http' }, { port: 'metrics' }, { port: 80, endPort: 85 }, { protocol: 'UDP' }, { protocol: 'UDP', port: 'http' });
const rules = (peers: 'from' | 'to') => fc.array(fc.record({
  [peers]: fc.oneof({ weight: 5, arbitrary: fc.array(rulePeer, { minLength: 1, maxLength: 2 }) }, { weight: 1, arbitrary: fc.constant([]) }),
  ports: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(rulePort, { minLength: 1, maxLength: 2 }) }),
}), { maxLength: 2 });
const policy: fc.Arbitrary<PolicyPlan> = fc.record({
  namespace: fc.constantFrom(...HOMES),
  spec: fc.record({
    podSelector: fc.constantFrom<object[]>({}, ...POD_SELECTORS),
    policyTypes: fc.constantFrom([], ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: rules('from'),
    egress: rules('to'),
  }),
});

const arbitraryTier = (workloads: readonly WorkloadPlan[]): fc.Arbitrary<TierPlan> => {
  // A tier cannot have pods on their node's network, and is in the namespace of a chart.
  const usable = workloads.flatMap(({ hostNetwork, namespace }, i) => hostNetwork || namespace === 'c' ? [] : [i]);
  return fc.record({
    namespace: fc.constantFrom(...HOMES),
    pods: fc.oneof<fc.Arbitrary<TierPlan['pods']>[]>(
      fc.constantFrom(...POD_SELECTORS).map(selector => ({ selector })),
      fc.constantFrom(...POD_SELECTORS).map(selector => ({ selector })),
      usable.length > 0 ? fc.constantFrom(...usable).map(i => ({ workload: i })) : fc.constant('all'),
      fc.constant('all'),
    ),
    ports: fc.option(ports, { nil: undefined, freq: 2 }),
  });
};

/** Two pods never have the same address. */
function withOwnAddresses(workloads: readonly WorkloadPlan[]): WorkloadPlan[] {
  return workloads.map((plan, i) => workloads.slice(0, i).some(({ ips }) => ips.some(ip => plan.ips.includes(ip))) ? { ...plan, ips: [] } : plan);
}

/** The ends that the calls of a program let into a tier, or that they let it reach. */
function grantedTo(calls: readonly CallPlan[], tier: number, kind: 'admitsOnly' | 'reachesOnly'): EndPlan[] {
  const own = kind === 'admitsOnly' ? 'allowFrom' : 'allowTo';
  return calls.flatMap(call => [
    ...call.kind === own && call.tier === tier ? [call.other] : [],
    ...call.kind !== own && 'tier' in call.other && call.other.tier === tier ? [{ tier: call.tier }] : [],
  ]);
}

function arbitraryClaim({ workloads, tiers, calls }: Pick<ClaimProgram, 'workloads' | 'tiers' | 'calls'>): fc.Arbitrary<ClaimPlan> {
  const tier = fc.nat({ max: tiers.length - 1 });
  const ofPods: fc.Arbitrary<PartyPlan> = fc.oneof(
    { weight: 4, arbitrary: tier.map(i => ({ tier: i })) },
    { weight: 4, arbitrary: fc.oneof(podsPeer, namespacesPeer).map(each => ({ peer: each })) },
    ...workloads.length > 0 ? [{ weight: 2, arbitrary: fc.nat({ max: workloads.length - 1 }).map(i => ({ workload: i })) }] : [],
  );
  const addresses: fc.Arbitrary<PartyPlan> = fc.oneof(
    fc.oneof(addressesPeer, fc.constant(anything)).map(each => ({ peer: each })),
    fc.constantFrom('10.1.0.5', '10.2.0.7', '8.8.8.8', '10.0.0.0/8', '10.1.0.0/24', 'fd00::/8').map(address => ({ address })),
  );
  const party = fc.oneof({ weight: 7, arbitrary: ofPods }, { weight: 2, arbitrary: addresses });
  const end = fc.oneof(tier.map((i): EndPlan => ({ tier: i })), peer.map((each): EndPlan => ({ peer: each })));
  const member = fc.oneof({ weight: 8, arbitrary: party },
    { weight: 1, arbitrary: fc.array(end, { minLength: 2, maxLength: 2 }).map((members): PartyPlan => ({ members })) });
  const options = {
    ports: fc.option(ports, { nil: undefined, freq: 2 }),
    strict: fc.constantFrom(false, false, false, false, false, false, false, true),
    declaredOnly: fc.constantFrom(false, false, false, false, false, workloads.length > 0),
  };
  const pair = fc.record({ kind: fc.constantFrom('allowed', 'denied'), first: party, second: fc.tuple(party), ...options });
  const call = calls.length === 0 ? pair : fc.constantFrom(...calls).chain(({ kind, tier: own, other, ports: allowed }) => fc.record({
    kind: fc.constantFrom('allowed', 'denied'),
    first: fc.constant(kind === 'allowFrom' ? other : { tier: own }),
    second: fc.tuple(fc.constant(kind === 'allowFrom' ? { tier: own } : other)),
    ...options,
    ports: fc.constantFrom(undefined, allowed, [NUMBERS[0]]),
  }));
  const only = fc.constantFrom('admitsOnly' as const, 'reachesOnly' as const).chain(kind => fc.oneof(
    fc.record({
      kind: fc.constant(kind),
      first: fc.oneof({ weight: 20, arbitrary: ofPods }, { weight: 1, arbitrary: addresses }),
      second: fc.array(member, { maxLength: 3 }),
      ...options,
    }),
    tier.chain(own => fc.record({
      kind: fc.constant(kind),
      first: fc.constant({ tier: own }),
      second: fc.array(member, { maxLength: 1 }).map(more => [...grantedTo(calls, own, kind), ...more]),
      ...options,
    })),
  ));
  return fc.oneof({ weight: 3, arbitrary: pair }, { weight: 1, arbitrary: call }, { weight: 4, arbitrary: only }) as fc.Arbitrary<ClaimPlan>;
}

export const arbitraryClaimProgram: fc.Arbitrary<ClaimProgram> = fc.array(workload, { maxLength: 3 }).map(withOwnAddresses)
  .chain(workloads => fc.tuple(fc.constant(workloads), fc.array(arbitraryTier(workloads), { minLength: 1, maxLength: 3 })))
  .chain(([workloads, tiers]) => {
    const tier = fc.nat({ max: tiers.length - 1 });
    const end: fc.Arbitrary<EndPlan> = fc.oneof(tier.map((i): EndPlan => ({ tier: i })), peer.map((each): EndPlan => ({ peer: each })));
    const calls = fc.array(fc.record({ kind: fc.constantFrom('allowFrom', 'allowTo'), tier, other: end, ports }) as fc.Arbitrary<CallPlan>, { maxLength: 4 });
    return calls.map(all => ({ workloads, tiers, calls: all }));
  })
  .chain(made => {
    const known = fc.record({ known: fc.constantFrom('declared', 'declared', 'stated', 'no'), labels: fc.constantFrom({}, { team: 'red' }, { team: 'blue' }) }) as fc.Arbitrary<NamespacePlan>;
    return fc.record({
      namespaces: fc.record({ a: known, b: known, c: known }),
      podCidrs: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, ['10.1.0.0/16'], ['10.0.0.0/9', 'fd00::/8']),
      workloads: fc.constant(made.workloads),
      tiers: fc.constant(made.tiers),
      deny: fc.constantFrom<ClaimProgram['deny'][]>('usual', 'without DNS', 'without DNS', 'without DNS', 'off'),
      calls: fc.constant(made.calls),
      policies: fc.array(policy, { maxLength: 2 }),
      clusterPolicies: tierPolicies,
      nodes,
      claims: fc.array(arbitraryClaim(made), { minLength: 1, maxLength: 3 }),
    });
  });

/** A claim of a program, for both sides of the comparison. */
export interface BuiltClaim {
  readonly text: string;
  readonly specified: SpecClaim;
  readonly judge: () => Verdict;
}

export interface BuiltProgram {
  readonly cluster: ClaimCluster;
  readonly app: App;
  readonly claims: readonly BuiltClaim[];
}

/** Runs a program with the constructs. Claims that name no namespace where they need one are left out. */
export function buildProgram(program: ClaimProgram): BuiltProgram {
  const app = new App();
  const objects = new Chart(app, 'objects');
  const homes = HOMES.map(namespace => new Chart(app, `chart-${namespace}`, { namespace }));
  for (const name of NAMESPACES) {
    const { known, labels } = program.namespaces[name];
    if (known === 'declared') { new ApiObject(objects, `namespace-${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }); }
  }
  const workloads = program.workloads.map((plan, i) => ({ object: objectOf(objects, plan, i), spec: specWorkload(plan, i) }));
  if (program.deny !== 'usual') {
    for (const home of homes) { if (program.deny === 'off') { DefaultDeny.turnOff(home, 'deny'); } else { new DefaultDeny(home, 'deny', { dns: false }); } }
  }
  // Two charts must not have tiers of the same pods, so the tiers of a namespace are in one chart.
  const chartOf = (i: number) => homes[Math.max(0, HOMES.findIndex(home => home === namespaceOfTier(program, i)))];
  const tiers = program.tiers.map((plan, i) => makeTier(chartOf(i), `tier-${i}`, plan, workloads.map(({ object }) => object)));
  const peerOf = (plan: EndPlan): Tier | Peer => 'tier' in plan ? tiers[plan.tier] : plan.peer.make();
  for (const { kind, tier, other, ports: own } of program.calls) {
    tiers[tier][kind](peerOf(other), { ports: own.map(each => each.make()) });
  }
  program.policies.forEach(({ namespace, spec }, i) => new ApiObject(homes[HOMES.indexOf(namespace)], `policy-${i}`, {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `by-hand-${i}` }, spec: JSON.parse(JSON.stringify(spec)),
  }));

  const clusterPolicies = program.clusterPolicies.map(tierObject);
  clusterPolicies.forEach((object, i) => new ApiObject(objects, `tiers-${i}`, object));
  program.nodes.forEach(({ labels, ips }, i) => new ApiObject(objects, `node-${i}`, {
    apiVersion: 'v1', kind: 'Node', metadata: { name: `n${i}`, labels: labels as Record<string, string> }, status: { addresses: ips.map(address => ({ type: 'InternalIP', address })) },
  }));

  const cluster: ClaimCluster = {
    namespaces: Object.fromEntries(NAMESPACES.filter(name => program.namespaces[name].known !== 'no').map(name => [name, program.namespaces[name].labels])),
    workloads: workloads.map(({ spec }) => spec),
    policies: app.charts.flatMap(chart => chart.toJson()).filter(({ kind }) => kind === 'NetworkPolicy'),
    clusterPolicies,
    nodes: [...program.nodes],
    podCidrs: program.podCidrs,
  };
  const stated = NAMESPACES.filter(name => program.namespaces[name].known === 'stated').map(name => ({ name, labels: program.namespaces[name].labels }));
  let evaluated: Connectivity | undefined;
  const connectivity = () => evaluated ??= Connectivity.fromApp(app, { namespaces: stated, podCidrs: program.podCidrs });
  const homeOf = (plan: PartyPlan): string | undefined => 'tier' in plan ? namespaceOfTier(program, plan.tier) : 'workload' in plan ? program.workloads[plan.workload].namespace : undefined;
  const endpointOf = (plan: PartyPlan): IConstruct => {
    if ('workload' in plan) { return Endpoint.workload(nameOf(cluster.workloads[plan.workload])); }
    if ('address' in plan) { return Endpoint.address(plan.address); }
    return 'members' in plan ? Peer.anyOf(plan.members.map(peerOf)) : peerOf(plan);
  };
  const claims = program.claims.flatMap((plan): BuiltClaim[] => {
    const homeOfSecond = plan.second.length === 1 ? homeOf(plan.second[0]) : undefined;
    const first = partyOf(program, cluster, plan.first, homeOfSecond);
    const second = plan.second.map(each => partyOf(program, cluster, each, homeOf(plan.first)));
    if (first === undefined || second.includes(undefined)) { return []; }
    const { kind, strict, declaredOnly } = plan;
    const specified: SpecClaim = { kind, first, second: second as SpecParty[], ports: plan.ports?.flatMap(each => each.means), strict, declaredOnly };
    return [{
      text: JSON.stringify(specified),
      specified,
      judge: () => {
        const options = { ports: plan.ports?.map(each => each.make()), strict, scope: declaredOnly ? ClaimScope.DECLARED : undefined };
        return kind === 'allowed' || kind === 'denied'
          ? connectivity()[CHECKS[kind]](endpointOf(plan.first), endpointOf(plan.second[0]), options)
          : connectivity()[CHECKS[kind]](endpointOf(plan.first), plan.second.map(endpointOf), options);
      },
    }];
  });
  return { cluster, app, claims };
}

function nameOf({ namespace, name }: SpecWorkload): string {
  return `${namespace}/${name}`;
}

function namespaceOfTier({ tiers, workloads }: ClaimProgram, i: number): string {
  const { pods: own, namespace } = tiers[i];
  return typeof own === 'object' && 'workload' in own ? workloads[own.workload].namespace : namespace;
}

/** The party of a claim, as the program means it; undefined if it needs a namespace and there is none. */
function partyOf(program: ClaimProgram, cluster: ClaimCluster, plan: PartyPlan, home: string | undefined): SpecParty | undefined {
  if ('workload' in plan) { return { parts: [{ workload: cluster.workloads[plan.workload] }] }; }
  if ('address' in plan) {
    return ownersOf(cluster, blocks({ cidr: plan.address.includes('/') ? plan.address : `${plan.address}/32` }));
  }
  if ('members' in plan) {
    const members = plan.members.map(each => partyOf(program, cluster, each, home));
    return members.includes(undefined) ? undefined : { parts: members.flatMap(each => each!.parts) };
  }
  if ('peer' in plan) { return plan.peer.needsHome && home === undefined ? undefined : ownersOf(cluster, plan.peer.party(home!)); }
  const { pods: own, namespace, ports: tierPorts } = program.tiers[plan.tier];
  const means = tierPorts?.flatMap(each => each.means);
  if (typeof own === 'object' && 'workload' in own) {
    const one = cluster.workloads[own.workload];
    return { parts: [{ workload: one, tier: selectorOfTier(one, cluster.workloads) }], ports: means };
  }
  const names = means?.flatMap(each => 'name' in each ? [each] : []);
  return { parts: [{ namespaces: inNamespace(namespace), pods: own === 'all' ? {} : own.selector, names }], ports: means };
}

/** A block of one address that a declared pod is known to have means that pod. */
function ownersOf(cluster: ClaimCluster, party: SpecParty): SpecParty {
  const ownerOf = (cidr: string) => cluster.workloads.find(({ ips }) => ips.some(ip => cidr === `${ip}/${ip.includes(':') ? 128 : 32}`));
  const parts = party.parts.map(part => {
    const owner = 'blocks' in part && part.blocks.length === 1 ? ownerOf(part.blocks[0].cidr) : undefined;
    return owner === undefined ? part : { workload: owner };
  });
  return { ...party, parts };
}

function makeTier(home: Chart, id: string, { pods: own, ports: plans }: TierPlan, objects: readonly ApiObject[]): Tier {
  const options = { ports: plans?.map(each => each.make()) };
  if (own === 'all') { return Tier.wholeNamespace(home, id, options); }
  if ('workload' in own) { return Tier.fromApiObject(home, id, objects[own.workload], options); }
  const { labels, expressions: matchExpressions } = wordsOf(own.selector);
  return new Tier(home, id, { labels, matchExpressions, ...options });
}

/** The labels that the selector of a Deployment has. */
function selectedLabels(plan: WorkloadPlan, i: number): Record<string, string> {
  const { labels, selected } = plan;
  return selected === 0 ? ownLabel(plan, i) : Object.fromEntries(Object.entries(labels).slice(0, selected));
}

/** The label that cdk8s-plus would give to the pods. */
function ownLabel({ selected }: WorkloadPlan, i: number): Record<string, string> {
  return selected === 0 ? { [CDK8S_ADDRESS]: `w${i}` } : {};
}

function objectOf(chart: Chart, plan: WorkloadPlan, i: number): ApiObject {
  const labels = { ...plan.labels, ...ownLabel(plan, i) };
  const { namespace, kind, ports: own, ips, hostNetwork } = plan;
  // Port names are unique within a container, so each port has a container of its own.
  const containers = own.length === 0 ? [{ name: 'c', image: 'i' }] : own.map((each, k) => ({ name: `c${k}`, image: 'i', ports: [each] }));
  const spec = { hostNetwork, containers };
  return kind === 'Pod'
    ? new ApiObject(chart, `workload-${i}`, { apiVersion: 'v1', kind, metadata: { namespace, name: `w${i}`, labels }, spec, status: ips.length > 0 ? { podIPs: ips.map(ip => ({ ip })) } : undefined })
    : new ApiObject(chart, `workload-${i}`, {
      apiVersion: 'apps/v1', kind, metadata: { namespace, name: `w${i}` }, spec: { selector: labelled(selectedLabels(plan, i)), template: { metadata: { labels }, spec } },
    });
}

function specWorkload(plan: WorkloadPlan, i: number): SpecWorkload {
  const { namespace, kind, labels, ports: own, ips, hostNetwork } = plan;
  const isPod = kind === 'Pod';
  const generated = [{ key: ZONE, optional: true }, { key: 'topology.kubernetes.io/region', optional: true }];
  return {
    namespace,
    name: `w${i}`,
    labels: { ...labels, ...ownLabel(plan, i) },
    // A pod whose addresses are known was printed by the cluster, with all of its labels.
    generated: isPod ? ips.length > 0 ? [] : generated : [...generated, { key: HASH, optional: false }],
    ports: own,
    ips: isPod ? ips : [],
    hostNetwork,
    single: isPod,
    selector: isPod ? undefined : labelled(selectedLabels(plan, i)),
  };
}

import * as fc from 'fast-check';
import { ClusterFacts } from '../../src/cluster/cluster';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { OpenCluster, OpenPod, SpecUnevaluated } from '../spec/answers';
import { SpecLabels, SpecPod } from '../spec/network-policy';

/*
 * Random clusters that leave something open: policies of kinds that are not evaluated, namespaces that are not declared while rules look
 * at their labels, labels that Kubernetes adds to pods, and addresses that are not known. All of them have two workloads in each of three namespaces.
 */

const TEAMS = ['a', 'b'];
const NAMESPACES = ['x', 'y', 'z'];
const team = fc.constantFrom(...TEAMS);
const namespaceSelector = fc.oneof(
  team.map(value => ({ matchLabels: { team: value } })),
  fc.constantFrom('In', 'NotIn').chain(operator => fc.subarray(TEAMS, { minLength: 1 }).map(values => ({ matchExpressions: [{ key: 'team', operator, values }] }))),
  fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key: 'team', operator }] })),
  fc.constantFrom(...NAMESPACES).map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
  fc.constant({}),
);
const app = fc.constantFrom('web', 'db');
/** Labels that Kubernetes adds, with values that selectors ask for: some that a pod of these clusters may have, and one that none has. */
const ADDED: Record<string, string[]> = {
  'pod-template-hash': ['h1', 'h2'],
  'topology.kubernetes.io/zone': ['a', 'b'],
  'job-name': ['web-1', 'web-2', 'web-x'],
  'statefulset.kubernetes.io/pod-name': ['db-0', 'db-1', 'db-x'],
};
const added = fc.constantFrom(...Object.keys(ADDED)).chain(key => fc.oneof(
  fc.constantFrom(...ADDED[key]).map(value => ({ matchLabels: { [key]: value } })),
  fc.constantFrom('In', 'NotIn').chain(operator => fc.subarray(ADDED[key], { minLength: 1 }).map(values => ({ matchExpressions: [{ key, operator, values }] }))),
  fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key, operator }] })),
));
const podSelector = fc.oneof(fc.constant({}), app.map(value => ({ matchLabels: { app: value } })), added);
const ports = fc.oneof(fc.constant(undefined), fc.constantFrom<(number | string)[]>(80, 443, 'http').map(port => [{ protocol: 'TCP', port }]));
/** One address of each part that the blocks below, and the rules about the addresses of pods, tell apart. */
const ADDRESSES = ['10.0.0.1', '10.1.0.1', '192.168.0.1', '8.8.8.8', '9.9.9.9', '127.0.0.1', 'fd00::1', 'fc00::1', '2600::1', 'fe80::1'];
const block = fc.constantFrom(
  { cidr: '0.0.0.0/0' }, { cidr: '::/0' }, { cidr: '10.0.0.0/8' }, { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }, { cidr: '8.0.0.0/8' },
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { cidr: 'fd00::/8' }, { cidr: '127.0.0.0/8' },
);
const peer = fc.oneof(
  { weight: 3, arbitrary: fc.record({ namespaceSelector, podSelector }, { requiredKeys: [] }).filter(one => Object.keys(one).length > 0) },
  { weight: 1, arbitrary: block.map(ipBlock => ({ ipBlock })) },
);
const rule = fc.record({ peers: fc.oneof(fc.constant(undefined), fc.array(peer, { minLength: 1, maxLength: 2 })), ports });
const networkPolicy = fc.record({
  namespace: fc.constantFrom(...NAMESPACES), podSelector, type: fc.constantFrom('Ingress', 'Egress'), rules: fc.array(rule, { maxLength: 3 }),
}).map(({ namespace, podSelector: subject, type, rules }) => ({
  namespace,
  spec: {
    podSelector: subject,
    policyTypes: [type],
    [type.toLowerCase()]: rules.map(({ peers, ports: own }) => ({ ...peers && { [type === 'Ingress' ? 'from' : 'to']: peers }, ...own && { ports: own } })),
  },
}));

const tierPeer = fc.oneof(
  { weight: 3, arbitrary: fc.record({ namespaceSelector, podSelector }).map(pods => ({ pods })) },
  { weight: 1, arbitrary: namespaceSelector.map(namespaces => ({ namespaces })) },
);
const tierPorts = fc.oneof(fc.constant({}), fc.constantFrom(80, 443).map(number => ({ protocols: [{ tcp: { destinationPort: { number } } }] })));
const tierRule = (peersField: 'from' | 'to', peers: fc.Arbitrary<object>) =>
  fc.tuple(fc.constantFrom('Accept', 'Deny', 'Pass'), peers, tierPorts).map(([action, one, own]) => ({ action, [peersField]: [one], ...own }));
const clusterPolicy = fc.record({
  tier: fc.constantFrom('Admin', 'Admin', 'Baseline'),
  priority: fc.nat({ max: 2 }),
  subject: tierPeer,
  ingress: fc.array(tierRule('from', tierPeer), { maxLength: 2 }),
  egress: fc.array(tierRule('to', fc.oneof({ weight: 2, arbitrary: tierPeer }, { weight: 1, arbitrary: block.map(({ cidr }) => ({ networks: [cidr] })) })), { maxLength: 2 }),
}).map(spec => ({ apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: {}, spec }));
const clusterPolicies: fc.Arbitrary<any[]> = fc.oneof(fc.constant<any[]>([]), fc.array(clusterPolicy, { minLength: 1, maxLength: 3 }));

/** A policy of a kind that is not evaluated: its object, and what the specification knows about it. */
interface Unevaluated {
  readonly object: object;
  readonly spec: SpecUnevaluated;
}

const directions = fc.subarray(['Ingress', 'Egress'] as ('Ingress' | 'Egress')[], { minLength: 1 });
const rulesFor = (own: string[]) => Object.fromEntries(own.map(direction => [direction.toLowerCase(), [{}]]));
const inNamespace = fc.record({ namespace: fc.constantFrom('x', 'y'), label: app, own: directions });
const selects = (namespace: string, label: string) => (pod: SpecPod) => !pod.hostNetwork && pod.namespace === namespace && pod.labels.app === label;

const unevaluated: fc.Arbitrary<Unevaluated> = fc.oneof(
  inNamespace.map(({ namespace, label, own }) => ({
    object: {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { namespace },
      spec: { endpointSelector: { matchLabels: { 'k8s:app': label } }, ...rulesFor(own) },
    },
    spec: { directions: own, canAllow: true, couldSelect: selects(namespace, label) },
  })),
  fc.record({ value: team, own: directions }).map(({ value, own }) => ({
    object: {
      // A version that netpol does not know.
      apiVersion: 'policy.networking.k8s.io/v9',
      kind: 'AdminNetworkPolicy',
      metadata: {},
      spec: { priority: 1, subject: { namespaces: { matchLabels: { team: value } } }, ...rulesFor(own) },
    },
    spec: { directions: own, canAllow: true, couldSelect: ({ hostNetwork }: SpecPod, labels: SpecLabels) => !hostNetwork && labels.team === value },
  })),
  inNamespace.map(({ namespace, label }) => ({
    object: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { namespace }, spec: { selector: { matchLabels: { app: label } } } },
    spec: { directions: ['Ingress' as const], canAllow: false, couldSelect: selects(namespace, label) },
  })),
);

/** A workload of namespace `namespace`: its object, and its pods as the specification sees them. */
type Workload = (namespace: string, name: string) => { object: any; pods: OpenPod[] };

const HTTP = { name: 'http', protocol: 'TCP', containerPort: 80 };
const metadata = (namespace: string, name: string) => ({ namespace, name, labels: { app: name } });
const podSpec = (fields = {}) => ({ ...fields, containers: [{ name: 'c', image: 'i', ports: [HTTP] }] });
/** Every pod may have the zone of its node. The tests mention no region. */
const ZONE = { 'topology.kubernetes.io/zone': ['a', 'b', 'other', undefined] };
const specPod = (namespace: string, name: string, own: Partial<OpenPod> = {}): OpenPod =>
  ({ namespace, name, labels: { app: name }, ips: [], ports: [HTTP], generated: ZONE, ...own });
const templateOf = (name: string) => ({ metadata: { labels: { app: name } }, spec: podSpec() });

/** A Pod, as a user writes it. */
const writtenPod: Workload = (namespace, name) => ({
  object: { apiVersion: 'v1', kind: 'Pod', metadata: metadata(namespace, name), spec: podSpec() }, pods: [specPod(namespace, name)],
});

/** A Pod, as a cluster prints it: with its addresses, and with every label that it has. */
const printedPod = (ips: string[], hostNetwork: boolean): Workload => (namespace, name) => ({
  object: {
    apiVersion: 'v1', kind: 'Pod', metadata: metadata(namespace, name), spec: podSpec({ hostNetwork }), status: { phase: 'Running', podIPs: ips.map(ip => ({ ip })) },
  },
  pods: [specPod(namespace, name, { ips, generated: {}, hostNetwork })],
});

const deployment: Workload = (namespace, name) => ({
  object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata(namespace, name), spec: { selector: { matchLabels: { app: name } }, template: templateOf(name) } },
  pods: [specPod(namespace, name, { generated: { ...ZONE, 'pod-template-hash': ['h1', 'h2', 'other'] } })],
});

/** Its Jobs are called `web-29000000`. */
const cronJob: Workload = (namespace, name) => ({
  object: {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata(namespace, name),
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { ...templateOf(name), spec: podSpec({ restartPolicy: 'Never' }) } } } },
  },
  pods: [specPod(namespace, name, { generated: { ...ZONE, 'job-name': [`${name}-1`, `${name}-2`, `${name}-3`] } })],
});

const statefulSet = (replicas: number): Workload => (namespace, name) => ({
  object: {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(namespace, name),
    spec: { replicas, selector: { matchLabels: { app: name } }, serviceName: name, template: templateOf(name) },
  },
  pods: Array.from({ length: replicas }, (_, i) => specPod(namespace, name, { labels: { 'app': name, 'statefulset.kubernetes.io/pod-name': `${name}-${i}` } })),
});

const workload = fc.oneof(
  { weight: 3, arbitrary: fc.constant(writtenPod) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom<string[][]>([], ['10.0.0.1'], ['10.1.0.1', 'fd00::1'], ['8.8.8.8']), fc.constantFrom(false, false, true)).map(args => printedPod(...args)) },
  { weight: 3, arbitrary: fc.constantFrom(deployment, cronJob, statefulSet(1), statefulSet(2)) },
);

export interface RandomOpenCluster {
  readonly cluster: OpenCluster;
  readonly manifests: any[];
  readonly facts: ClusterFacts;
  /** True if some policy of another kind looks at labels of namespaces. */
  readonly looksAtNamespaces: boolean;
}

const declaration = fc.constantFrom('not declared', 'no labels', ...TEAMS);

export const openCluster: fc.Arbitrary<RandomOpenCluster> = fc.record({
  declarations: fc.tuple(declaration, declaration, declaration),
  workloads: fc.array(workload, { minLength: 6, maxLength: 6 }),
  policies: fc.array(networkPolicy, { maxLength: 5 }),
  others: fc.array(unevaluated, { maxLength: 2 }),
  tiers: clusterPolicies,
  podCidrs: fc.constantFrom<(string[] | undefined)[]>(undefined, undefined, ['10.1.0.0/16'], ['10.0.0.0/8', 'fd00::/8'], ['192.168.0.0/16']),
}).map(({ declarations, workloads, policies, others, tiers, podCidrs }) => {
  const namespaces: Record<string, SpecLabels> = {};
  declarations.forEach((value, i) => {
    if (value !== 'not declared') { namespaces[NAMESPACES[i]] = value === 'no labels' ? {} : { team: value }; }
  });
  const made = workloads.map((make, i) => make(NAMESPACES[Math.floor(i / 2)], ['web', 'db'][i % 2]));
  const objects = policies.map(({ namespace, spec }, i) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace }, spec,
  }));
  const ofTiers = tiers.map((one, i) => ({ ...one, metadata: { name: `c${i}` } }));
  const manifests = [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...made.map(({ object }) => object),
    ...objects,
    ...ofTiers,
    ...others.map(({ object }: any, i) => ({ ...object, metadata: { ...object.metadata, name: `u${i}` } })),
  ];
  return {
    cluster: {
      namespaces,
      podCidrs,
      pods: made.flatMap(({ pods }) => pods),
      policies: objects,
      clusterPolicies: ofTiers,
      unevaluated: others.map(({ spec }) => spec),
      addresses: ADDRESSES,
    },
    manifests,
    facts: { namespaces: [], podCidrs: podCidrs?.map(text => parseCidr(text) as Cidr) },
    looksAtNamespaces: others.some(({ object }: any) => object.kind === 'AdminNetworkPolicy'),
  };
});

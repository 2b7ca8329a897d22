import * as fc from 'fast-check';
import { OpenCluster, SpecUnevaluated } from '../spec/answers';
import { SpecLabels, SpecPod } from '../spec/network-policy';

/*
 * Random clusters that leave something open: policies of kinds that are not evaluated, and namespaces that are not declared while rules look
 * at their labels. All of them have two pods in each of three namespaces.
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
const podSelector = fc.oneof(fc.constant({}), app.map(value => ({ matchLabels: { app: value } })));
const ports = fc.oneof(fc.constant(undefined), fc.constantFrom(80, 443).map(port => [{ protocol: 'TCP', port }]));
const peer = fc.record({ namespaceSelector, podSelector }, { requiredKeys: [] }).filter(one => Object.keys(one).length > 0);
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

/** A policy of a kind that is not evaluated: its object, and what the specification knows about it. */
interface Unevaluated {
  readonly object: object;
  readonly spec: SpecUnevaluated;
}

const directions = fc.subarray(['Ingress', 'Egress'] as ('Ingress' | 'Egress')[], { minLength: 1 });
const rulesFor = (own: string[]) => Object.fromEntries(own.map(direction => [direction.toLowerCase(), [{}]]));
const inNamespace = fc.record({ namespace: fc.constantFrom('x', 'y'), label: app, own: directions });
const selects = (namespace: string, label: string) => (pod: SpecPod) => pod.namespace === namespace && pod.labels.app === label;

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
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: {},
      spec: { priority: 1, subject: { namespaces: { matchLabels: { team: value } } }, ...rulesFor(own) },
    },
    spec: { directions: own, canAllow: true, couldSelect: (_: SpecPod, labels: SpecLabels) => labels.team === value },
  })),
  inNamespace.map(({ namespace, label }) => ({
    object: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { namespace }, spec: { selector: { matchLabels: { app: label } } } },
    spec: { directions: ['Ingress' as const], canAllow: false, couldSelect: selects(namespace, label) },
  })),
);

export interface RandomOpenCluster {
  readonly cluster: OpenCluster;
  readonly manifests: any[];
  /** True if some policy of another kind looks at labels of namespaces. */
  readonly looksAtNamespaces: boolean;
}

const declaration = fc.constantFrom('not declared', 'no labels', ...TEAMS);

export const openCluster: fc.Arbitrary<RandomOpenCluster> = fc.record({
  declarations: fc.tuple(declaration, declaration, declaration),
  policies: fc.array(networkPolicy, { maxLength: 5 }),
  others: fc.array(unevaluated, { maxLength: 2 }),
}).map(({ declarations, policies, others }) => {
  const namespaces: Record<string, SpecLabels> = {};
  declarations.forEach((value, i) => {
    if (value !== 'not declared') { namespaces[NAMESPACES[i]] = value === 'no labels' ? {} : { team: value }; }
  });
  const pods: SpecPod[] = NAMESPACES.flatMap(namespace => ['web', 'db'].map(name => ({ namespace, name, labels: { app: name }, ips: [], ports: [] })));
  const objects = policies.map(({ namespace, spec }, i) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace }, spec,
  }));
  const manifests = [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...pods.map(({ namespace, name, labels }) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec: { containers: [{ name: 'c', image: 'i' }] },
    })),
    ...objects,
    ...others.map(({ object }: any, i) => ({ ...object, metadata: { ...object.metadata, name: `u${i}` } })),
  ];
  return {
    cluster: { namespaces, pods, policies: objects, unevaluated: others.map(({ spec }) => spec) },
    manifests,
    looksAtNamespaces: others.some(({ object }: any) => object.kind === 'AdminNetworkPolicy'),
  };
});

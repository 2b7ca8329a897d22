import * as fc from 'fast-check';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Protocol } from '../../src/k8s/objects';
import { readText } from '../../src/manifests/read-text';
import { answer, OpenCluster, plainAnswer, SpecUnevaluated } from '../spec/answers';
import { SpecPod } from '../spec/network-policy';

/* The three answers of the evaluator, compared with the specification on random clusters. */

const TEAMS = ['a', 'b'];
const team = fc.constantFrom(...TEAMS);
const namespaceSelector = fc.oneof(
  team.map(value => ({ matchLabels: { team: value } })),
  fc.constantFrom('In', 'NotIn').chain(operator => fc.subarray(TEAMS, { minLength: 1 }).map(values => ({ matchExpressions: [{ key: 'team', operator, values }] }))),
  fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key: 'team', operator }] })),
  fc.constantFrom('x', 'y', 'z').map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
  fc.constant({}),
);
const podSelector = fc.oneof(fc.constant({}), fc.constantFrom('web', 'db').map(app => ({ matchLabels: { app } })));
const ports = fc.oneof(fc.constant(undefined), fc.constantFrom(80, 443).map(port => [{ protocol: 'TCP', port }]));
const rule = fc.record({
  peers: fc.oneof(fc.constant(undefined), fc.array(fc.record({ namespaceSelector, podSelector }, { requiredKeys: [] })
    .filter(peer => Object.keys(peer).length > 0), { minLength: 1, maxLength: 2 })),
  ports,
});
const networkPolicy = fc.record({
  namespace: fc.constantFrom('x', 'y', 'z'), podSelector, type: fc.constantFrom('Ingress', 'Egress'), rules: fc.array(rule, { maxLength: 3 }),
}).map(({ namespace, podSelector: selector, type, rules }) => ({
  namespace,
  spec: {
    podSelector: selector,
    policyTypes: [type],
    [type.toLowerCase()]: rules.map(({ peers, ports: own }) => ({ ...peers && { [type === 'Ingress' ? 'from' : 'to']: peers }, ...own && { ports: own } })),
  },
}));

/** A policy of a kind that is not evaluated: its object, and what the specification knows of it. */
interface Unevaluated {
  readonly object: (name: string) => object;
  readonly spec: SpecUnevaluated;
  readonly looksAtNamespaces: boolean;
}

const directions = fc.subarray(['Ingress', 'Egress'] as ('Ingress' | 'Egress')[], { minLength: 1 });
const rulesFor = (own: string[]) => Object.fromEntries(own.map(direction => [direction.toLowerCase(), [{}]]));
const hasApp = (pod: SpecPod, app: string) => pod.labels.app === app;

const unevaluated: fc.Arbitrary<Unevaluated> = fc.oneof(
  fc.record({ namespace: fc.constantFrom('x', 'y'), app: fc.constantFrom('web', 'db'), own: directions }).map(({ namespace, app, own }) => ({
    object: (name: string) => ({
      apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace },
      spec: { endpointSelector: { matchLabels: { 'k8s:app': app } }, ...rulesFor(own) },
    }),
    spec: { directions: own, canAllow: true, couldSelect: (pod: SpecPod) => pod.namespace === namespace && hasApp(pod, app) },
    looksAtNamespaces: false,
  })),
  fc.record({ value: team, own: directions }).map(({ value, own }) => ({
    object: (name: string) => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', metadata: { name },
      spec: { priority: 1, subject: { namespaces: { matchLabels: { team: value } } }, ...rulesFor(own) },
    }),
    spec: { directions: own, canAllow: true, couldSelect: (_: SpecPod, labels: Record<string, string | null>) => labels.team === value },
    looksAtNamespaces: true,
  })),
  fc.record({ namespace: fc.constantFrom('x', 'y'), app: fc.constantFrom('web', 'db') }).map(({ namespace, app }) => ({
    object: (name: string) => ({
      apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec: { selector: { matchLabels: { app } } },
    }),
    spec: { directions: ['Ingress' as const], canAllow: false, couldSelect: (pod: SpecPod) => pod.namespace === namespace && hasApp(pod, app) },
    looksAtNamespaces: false,
  })),
);

const openCluster = fc.record({
  teams: fc.record({ x: fc.constantFrom('undeclared', 'none', ...TEAMS), y: fc.constantFrom('undeclared', 'none', ...TEAMS), z: fc.constantFrom('undeclared', 'none', ...TEAMS) }),
  policies: fc.array(networkPolicy, { maxLength: 5 }),
  unevaluated: fc.array(unevaluated, { maxLength: 2 }),
}).map(({ teams, policies, unevaluated: others }) => {
  const namespaces = Object.fromEntries(Object.entries(teams).filter(([, value]) => value !== 'undeclared')
    .map(([name, value]) => [name, value === 'none' ? {} : { team: value }]));
  const pods: SpecPod[] = ['x', 'y', 'z'].flatMap(namespace => ['web', 'db'].map(app => ({ namespace, name: app, labels: { app }, ips: [], ports: [] })));
  const objects = policies.map((policy, i) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace: policy.namespace }, spec: policy.spec,
  }));
  const cluster: OpenCluster = { namespaces, pods, policies: objects, unevaluated: others.map(({ spec }) => spec) };
  const manifests = [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...pods.map(({ namespace, name, labels }) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec: { containers: [{ name: 'c', image: 'i' }] },
    })),
    ...objects,
    ...others.map(({ object }, i) => object(`u${i}`)),
  ];
  return { cluster, manifests, looksAtNamespaces: others.some(one => one.looksAtNamespaces) };
});

function reachabilityOf(manifests: readonly object[]): Reachability {
  const { resources } = readText({ file: 'a.json', content: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }), format: 'json', named: true });
  const { cluster, problems } = readCluster(resources);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return new Reachability(cluster);
}

const PORTS: [Protocol, number][] = [['TCP', 80], ['TCP', 443], ['UDP', 80]];

function answerOf(reach: Reachability, from: number, to: number, protocol: Protocol, port: number): 'yes' | 'no' | 'undecided' {
  const asked = ConnectionSet.range(protocol, port, port);
  if (reach.connections(from, to).includes(asked)) { return 'yes'; }
  return reach.possibleConnections(from, to).includes(asked) ? 'undecided' : 'no';
}

test.each([false, true])('the three answers are those of the specification (without assumptions: %p)', strict => {
  fc.assert(fc.property(openCluster, ({ cluster, manifests, looksAtNamespaces }) => {
    const reach = strict ? reachabilityOf(manifests).strict : reachabilityOf(manifests);
    const pods = cluster.pods.map(pod => {
      const workload = reach.cluster.workloads.find(one => one.namespace === pod.namespace && one.name === pod.name)!;
      return { pod, index: reach.ofPod(workload, workload.pods[0]) };
    });
    for (const from of pods) {
      for (const to of pods) {
        if (from === to) { continue; }
        for (const [protocol, port] of PORTS) {
          const expected = answer(cluster, from, to, protocol, port, strict);
          const found = answerOf(reach, from.index, to.index, protocol, port);
          // Labels of one namespace can decide about a policy of another kind and about a rule at once. The evaluator then stays undecided.
          if (found === 'undecided' && strict && looksAtNamespaces) { continue; }
          expect({ from: from.pod.namespace, to: to.pod.namespace, protocol, port, found }).toEqual({ from: from.pod.namespace, to: to.pod.namespace, protocol, port, found: expected });
          const reasons = [...reach.undecidedBecause(from.index, 'egress', to.index), ...reach.undecidedBecause(to.index, 'ingress', from.index)];
          if (found === 'undecided') { expect(reasons).not.toEqual([]); }
          if (cluster.unevaluated.length === 0 && !strict) { expect(found).toBe(plainAnswer(cluster, from, to, protocol, port)); }
        }
      }
    }
  }), { numRuns: 400 });
});

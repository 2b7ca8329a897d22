import * as fc from 'fast-check';
import { ClaimCluster } from '../spec/claims';

/*
 * Random pairs of versions: policies that are added, dropped, and changed in every part. There are few names of each sort, so that they meet often, and the
 * specification can try everything.
 */

const selector = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.constantFrom('a', 'b').map(app => ({ matchLabels: { app } })) },
  { weight: 1, arbitrary: fc.constant({ matchLabels: { tier: 'x' } }) },
  { weight: 1, arbitrary: fc.constant({ matchLabels: { app: 'a', tier: 'x' } }) },
  { weight: 1, arbitrary: fc.constantFrom('In', 'NotIn').map(operator => ({ matchExpressions: [{ key: 'app', operator, values: ['a', 'b'] }] })) },
  { weight: 1, arbitrary: fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key: 'tier', operator }] })) },
);
const namespaceSelector = fc.oneof(
  fc.constant({}), fc.constantFrom('one', 'two').map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })), fc.constant({ matchLabels: { team: 'red' } }),
);
const block = fc.constantFrom(
  { cidr: '10.0.0.0/8' }, { cidr: '10.1.0.0/16' }, { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { cidr: '10.1.2.3/32' },
);
const peer = fc.oneof(
  { weight: 4, arbitrary: selector.map(podSelector => ({ podSelector })) },
  { weight: 1, arbitrary: namespaceSelector.map(own => ({ namespaceSelector: own })) },
  { weight: 2, arbitrary: fc.tuple(selector, namespaceSelector).map(([podSelector, own]) => ({ podSelector, namespaceSelector: own })) },
  { weight: 1, arbitrary: block.map(ipBlock => ({ ipBlock })) },
);
const port = fc.constantFrom({ port: 80 }, { port: 81 }, { port: 80, endPort: 443 }, { protocol: 'UDP', port: 80 }, { port: 'http' }, { protocol: 'UDP' });
const always = <T>(value: T, weight = 1) => ({ weight, arbitrary: fc.constant(value) });
const ruleOf = (peers: string) => fc.tuple(
  fc.oneof(always({}), { weight: 4, arbitrary: fc.array(peer, { minLength: 1, maxLength: 2 }).map(list => ({ [peers]: list })) }),
  fc.oneof(always({}, 2), { weight: 1, arbitrary: fc.array(port, { minLength: 1, maxLength: 2 }).map(ports => ({ ports })) }),
).map(([some, others]) => ({ ...some, ...others }));
const spec = fc.record({
  podSelector: selector,
  policyTypes: fc.oneof(always(['Ingress', 'Egress'], 3), always(['Ingress']), always(['Egress'])),
  ingress: fc.array(ruleOf('from'), { maxLength: 2 }),
  egress: fc.array(ruleOf('to'), { maxLength: 2 }),
});
const policyName = fc.tuple(fc.constantFrom('one', 'two'), fc.constantFrom('p', 'q', 'r'));

/** How one policy differs between the versions: it is kept, dropped, added, or some of its parts are those of another one. */
const fate = fc.oneof(
  { weight: 1, arbitrary: fc.constant('keep') }, { weight: 1, arbitrary: fc.constant('drop') }, { weight: 2, arbitrary: fc.constant('add') },
  { weight: 4, arbitrary: fc.subarray(['podSelector', 'policyTypes', 'ingress', 'egress'], { minLength: 1 }) },
);

/** Two versions. Both have the namespaces and workloads of the new one. */
export interface PlanPair { old: any[]; now: ClaimCluster }

const policies = fc.uniqueArray(fc.tuple(policyName, spec, spec, fate), { minLength: 1, maxLength: 4, selector: ([name]) => name.join('/') });
const workload = fc.tuple(fc.constantFrom('one', 'two'), fc.constantFrom<Record<string, string>>({ app: 'a' }, { app: 'b', tier: 'x' }),
  fc.constantFrom<{ name: string; containerPort: number }[]>([], [{ name: 'http', containerPort: 80 }], [{ name: 'http', containerPort: 8080 }]), fc.constantFrom<string[]>([], ['10.1.2.3']));

export const planPair: fc.Arbitrary<PlanPair> = fc.tuple(
  policies, fc.uniqueArray(workload, { maxLength: 1 }), fc.constantFrom<Record<string, Record<string, string>>>({}, { one: {} }, { one: { team: 'red' }, two: {} }),
).map(([all, workloads, namespaces]) => {
  const of = ([namespace, name]: readonly [string, string], own: any) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec: own });
  const changed = (first: any, second: any, parts: string[]) =>
    Object.fromEntries(Object.keys(first).map(part => [part, parts.includes(part) ? second[part] : first[part]]));
  return {
    old: all.flatMap(([name, first, , how]) => how === 'add' ? [] : [of(name, first)]),
    now: {
      namespaces,
      workloads: workloads.map(([namespace, labels, ports, ips], i) => ({ namespace, name: `w${i}`, labels, selector: { matchLabels: labels }, ports, ips, single: true })),
      policies: all.flatMap(([name, first, second, how]) => how === 'drop' ? [] : [of(name, Array.isArray(how) ? changed(first, second, how) : first)]),
    },
  };
});

const tierPods = fc.oneof(
  fc.tuple(selector, namespaceSelector).map(([podSelector, own]) => ({ pods: { podSelector, namespaceSelector: own } })),
  namespaceSelector.map(namespaces => ({ namespaces })),
);
const tierRule = (peersField: string, peers: fc.Arbitrary<object>) => fc.tuple(
  fc.constantFrom('Accept', 'Deny', 'Deny', 'Pass'), peers, fc.constantFrom({}, { protocols: [{ tcp: { destinationPort: { number: 80 } } }] }),
).map(([action, one, ports]) => ({ action, [peersField]: [one], ...ports }));
const tierSpec = fc.record({
  subject: tierPods,
  ingress: fc.array(tierRule('from', tierPods), { maxLength: 2 }),
  egress: fc.array(tierRule('to', fc.oneof(tierPods, fc.constant({ networks: ['10.1.0.0/16'] }))), { maxLength: 2 }),
});
const tierFate = fc.constantFrom('keep', 'drop', 'add', 'change');
const tierPolicies = fc.array(fc.tuple(fc.constantFrom('Admin', 'Admin', 'Baseline'), tierSpec, tierSpec, tierFate), { minLength: 1, maxLength: 2 });

/** Two versions that also have cluster-wide policies. The priorities say which of them decides first. */
export const tieredPair: fc.Arbitrary<PlanPair> = fc.tuple(planPair, tierPolicies).map(([{ old, now }, tiers]) => {
  const of = (tier: string, priority: number, own: any) =>
    ({ apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name: `c${priority}` }, spec: { tier, priority, ...own } });
  return {
    old: [...old, ...tiers.flatMap(([tier, first, , how], i) => how === 'add' ? [] : [of(tier, i, first)])],
    now: { ...now, clusterPolicies: tiers.flatMap(([tier, first, second, how], i) => how === 'drop' ? [] : [of(tier, i, how === 'change' ? second : first)]) },
  };
});

import * as fc from 'fast-check';
import { manifestsOf } from './arbitrary-cluster';
import { SpecCluster, SpecPod } from './network-policy';
import { podReadings, withNamespace, withPod } from './readings';

/*
 * Random policies of every layer around something that netpol cannot read: a workload or a Namespace. Each comes with its readings: the clusters that the
 * text could mean.
 */

/** A text with something unread in it. */
export interface RandomUnread {
  readonly text: string;
  readonly readings: readonly SpecCluster[];
  /** The pod that may not be there at all, by name. */
  readonly absent?: string;
  /** True if netpol may also leave undecided what all readings answer alike. */
  readonly mayBeUndecided?: boolean;
}

const APPS = ['a', 'b'];
const TEAMS = ['red', 'blue'];
const NUMBERS = [80, 8080];

const app = fc.constantFrom(...APPS);
const selectorOf = (key: string, values: readonly string[]) => fc.oneof(
  fc.constantFrom(...values).map(value => ({ matchLabels: { [key]: value } })),
  fc.constantFrom('In', 'NotIn').chain(operator => fc.subarray([...values], { minLength: 1 }).map(some => ({ matchExpressions: [{ key, operator, values: some }] }))),
  fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key, operator }] })),
  fc.constant({}),
);
const podSelector = selectorOf('app', APPS);
const namespaceSelector = selectorOf('team', TEAMS);
const peer = fc.record({ podSelector, namespaceSelector }, { requiredKeys: [] }).filter(one => Object.keys(one).length > 0);
const ports = fc.option(fc.array(fc.constantFrom<number | string>(80, 'http').map(port => ({ port })), { minLength: 1, maxLength: 2 }), { nil: undefined });
const rule = (side: string) => fc.record({ [side]: fc.option(fc.array(peer, { minLength: 1, maxLength: 2 }), { nil: undefined }), ports });
const policy = fc.record({
  namespace: fc.constantFrom('x', 'y'),
  spec: fc.oneof(
    fc.record({ podSelector, policyTypes: fc.constant(['Ingress']), ingress: fc.array(rule('from'), { maxLength: 2 }) }),
    fc.record({ podSelector, policyTypes: fc.constant(['Egress']), egress: fc.array(rule('to'), { maxLength: 2 }) }),
  ),
});
const policies = fc.array(policy, { minLength: 1, maxLength: 4 }).map(all => all.map(({ namespace, spec }, i) =>
  JSON.parse(JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace }, spec }))));

const tierPeer = fc.oneof(
  namespaceSelector.map(namespaces => ({ namespaces })), fc.record({ namespaceSelector, podSelector }).map(pods => ({ pods })),
);
const protocols = fc.oneof(fc.constant({}), fc.constantFrom({ tcp: { destinationPort: { number: 80 } } }, { destinationNamedPort: 'http' }).map(one => ({ protocols: [one] })));
const tierRule = (side: 'from' | 'to') => fc.tuple(fc.constantFrom('Accept', 'Deny', 'Pass'), fc.array(tierPeer, { minLength: 1, maxLength: 2 }), protocols)
  .map(([action, peers, own]) => ({ action, [side]: peers, ...own }));
const clusterPolicies = fc.array(fc.record({
  tier: fc.constantFrom('Admin', 'Admin', 'Baseline'),
  subject: tierPeer,
  ingress: fc.array(tierRule('from'), { maxLength: 2 }),
  egress: fc.array(tierRule('to'), { maxLength: 2 }),
}), { maxLength: 3 }).map(all => all.map((spec, priority) =>
  ({ apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name: `c${priority}` }, spec: { ...spec, priority } })));

const pod = (namespace: string, name: string, label: string): SpecPod => ({ namespace, name, labels: { app: label }, ips: [], ports: [{ name: 'http', containerPort: 80 }] });
const OPEN = pod('x', 'open', 'b');

/** The pods of each text, in the order of the answers. */
export const UNREAD_PODS: readonly SpecPod[] = [pod('x', 'web', 'a'), OPEN, pod('y', 'db', 'b')];

const cluster: fc.Arbitrary<SpecCluster> = fc.record({
  namespaces: fc.constant({ x: { team: 'red' }, y: { team: 'blue' } }), pods: fc.constant([...UNREAD_PODS]), policies, clusterPolicies,
});

const textOf = (objects: readonly any[]) => objects.map(object => JSON.stringify(object)).join('\n---\n');
const isOpen = (object: any) => object.kind === 'Pod' && object.metadata.name === 'open';

/** The ways in which a workload cannot be read. */
export const BROKEN_WORKLOADS: readonly [string, (manifest: any) => string][] = [
  ['that the API server refuses', manifest => textOf([{ ...manifest, metadata: { ...manifest.metadata, labels: { app: '-x' } } }])],
  ['whose document cannot be parsed', ({ metadata: { name, namespace } }) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec: [\n`],
  ['that has a field twice', manifest => textOf([manifest]).replace(/\}$/, ',"spec":{}}')],
];

/** The pods of a workload that cannot be read have any labels and ports. */
export function brokenWorkload(broken: (manifest: any) => string): fc.Arbitrary<RandomUnread> {
  return cluster.map(own => {
    const manifests = manifestsOf(own);
    const text = `${textOf(manifests.filter(object => !isOpen(object)))}\n---\n${broken(manifests.find(isOpen))}`;
    const readings = podReadings(OPEN, 'app', APPS, 'http', [...NUMBERS, 9999]);
    // Only an object that can be read says that its pods are not on the network of their node.
    const onHost = text.includes('-x') ? [] : readings.map(one => ({ ...one, hostNetwork: true }));
    return { text, readings: withPod(own, [...readings, ...onHost]), absent: text.endsWith('[\n') ? 'open' : undefined };
  });
}

const declared = fc.record({ label: app, number: fc.constantFrom(...NUMBERS), hostNetwork: fc.boolean() });

/** A workload is declared twice, with different content. */
export const workloadTwice: fc.Arbitrary<RandomUnread> = fc.tuple(cluster, declared, declared).map(([own, ...both]) => {
  const readings = withPod(own, both.map(({ label, number, hostNetwork }): SpecPod => ({ ...OPEN, labels: { app: label }, ports: [{ name: 'http', containerPort: number }], hostNetwork })));
  // The fields that differ may also be some that do not matter for connections.
  const twice = readings.map((one, i) => ({ ...manifestsOf(one).find(isOpen), image: i }));
  return { text: textOf([...manifestsOf(own).filter(object => !isOpen(object)), ...twice]), readings };
});

/** A NetworkPolicy is declared twice, with different content. netpol does not compare what different rules allow. */
export const policyTwice: fc.Arbitrary<RandomUnread> = fc.tuple(cluster, policy).map(([own, { spec }]) => {
  const [first, ...others] = own.policies;
  const second = { ...first, spec: JSON.parse(JSON.stringify({ ...first.spec, ...spec })) };
  const isPolicy = (object: any) => object.kind === 'NetworkPolicy';
  const rest = manifestsOf(own).filter(object => !isPolicy(object));
  return {
    text: textOf([...rest, ...others, first, second]),
    readings: [first, second].map(one => ({ ...own, policies: [...others, one] })),
    mayBeUndecided: true,
  };
});

const isX = (object: any) => object.kind === 'Namespace' && object.metadata.name === 'x';
const namespaceX = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels } });
const ANY_TEAM: Record<string, string>[] = [{}, { team: 'red' }, { team: 'blue' }, { team: 'other' }];

/** The ways in which a Namespace cannot be read, with the labels that it may have. */
export const BROKEN_NAMESPACES: readonly [string, string, Record<string, string>[]][] = [
  ['that the API server refuses', textOf([namespaceX({ team: '-x' })]), ANY_TEAM],
  ['whose document cannot be parsed', 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  labels: [\n', ANY_TEAM],
  ['that is declared twice, with different labels', textOf(['red', 'blue'].map(team => namespaceX({ team }))), [{ team: 'red' }, { team: 'blue' }]],
  ['that is declared twice, with and without a label', textOf([namespaceX({}), namespaceX({ team: 'red' })]), [{}, { team: 'red' }]],
  ['that is declared twice, with another label', textOf([namespaceX({ team: 'red', a: 'b' }), namespaceX({ team: 'red' })]), [{ team: 'red' }]],
];

/** The Namespace of two of the pods cannot be read. */
export function brokenNamespace(text: string, labels: Record<string, string>[]): fc.Arbitrary<RandomUnread> {
  return cluster.map(own => ({
    text: `${textOf(manifestsOf(own).filter(object => !isX(object)))}\n---\n${text}`, readings: withNamespace(own, 'x', labels),
  }));
}

/** Something is unread, in any of these ways. */
export const arbitraryUnread: fc.Arbitrary<RandomUnread> = fc.oneof(
  ...BROKEN_WORKLOADS.map(([, broken]) => brokenWorkload(broken)), workloadTwice, policyTwice,
  ...BROKEN_NAMESPACES.map(([, text, labels]) => brokenNamespace(text, labels)),
);

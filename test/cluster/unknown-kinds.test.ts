import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding, Path } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';
import { MayHold, NOTHING } from '../../src/manifests/unread';

/* Kinds that their API group does not have: a group of Kubernetes itself, to which nobody else may add a kind, or one of a project whose policies netpol knows. */

const origin = { at: (path: Path = []) => ({ file: path.join('.') }) };
const read = (apiVersion: string, kind: string, more: object = {}) =>
  readCluster([{ object: { apiVersion, kind, metadata: { name: 'a', namespace: 'shop' }, ...more }, origin, named: true }]);

const workloads: MayHold = { ...NOTHING, workloads: ['shop'] };
const policies: MayHold = { ...NOTHING, policies: ['shop'] };
const policiesAnywhere: MayHold = { ...NOTHING, policies: 'any' };
const withSelector = { spec: { podSelector: {} } };

describe('a kind that its API group does not have is an error, and what was meant is undecided', () => {
  test.each<[string, string, string, MayHold, object?]>([
    ['apps/v1', 'Deploymnet', "write 'kind: Deployment'", workloads],
    ['batch/v1', 'Cronjob', "write 'kind: CronJob'", workloads],
    ['networking.k8s.io/v1', 'networkpolicy', "write 'kind: NetworkPolicy'", policies],
    ['networking.k8s.io/v1', 'NetworkPolicy ', "write 'kind: NetworkPolicy'", policies],
    ['networking.k8s.io/v1', 'NetworkPolicies', "write 'kind: NetworkPolicy'", policies],
    ['networking.k8s.io/v1', 'Netpol', "write one of its kinds, such as 'NetworkPolicy'", { ...policies, workloads: ['shop'] }],
    ['networking.k8s.io/v1', 'HTTPRoute', "write one of its kinds, such as 'NetworkPolicy'", NOTHING],
    ['networking.k8s.io/v1', 'Deployment', "write 'apiVersion: apps/v1'", workloads],
    ['networking.k8s.io/v1', 'AdminNetworkPolicy', "write one of its kinds, such as 'NetworkPolicy'", policiesAnywhere],
    ['policy/v1', 'PodDisruptionBudgets', "write 'kind: PodDisruptionBudget'", NOTHING],
    ['v1', 'NameSpace', "write 'kind: Namespace'", { ...NOTHING, namespaces: ['a'] }],
    ['v1', 'service', "write 'kind: Service'", { ...NOTHING, services: ['shop'], workloads: ['shop'] }],
    ['v1', 'pod', "write 'kind: Pod'", workloads],
    ['v1', 'Nod', "write 'kind: Pod' or 'kind: Node'", workloads],
    ['v1', 'Network_Policy', "write 'apiVersion: networking.k8s.io/v1' and 'kind: NetworkPolicy'", policies],
    ['v1', 'Deploymnet', "write 'apiVersion: apps/v1' and 'kind: Deployment'", workloads],
    ['v1', 'Deploymnet', "write 'apiVersion: apps/v1' and 'kind: Deployment'", { ...workloads, policies: ['shop'] }, withSelector],
    ['v1', 'Foo', "write one of its kinds, such as 'Pod'", workloads],
    ['v1', 'Foo', "write one of its kinds, such as 'Pod'", { ...workloads, policies: ['shop'] }, withSelector],
    ['v1', 'Foo', "write one of its kinds, such as 'Pod'", { ...workloads, policies: ['shop'] }, { spec: { policyTypes: [] } }],
    ['v1', 'Foo', "write one of its kinds, such as 'Pod'", { ...NOTHING, workloads: ['default'] }, { metadata: { generateName: 'a' } }],
    ['cilium.io/v2', 'CiliumNetworkPolcy', "write 'kind: CiliumNetworkPolicy'", policies],
    ['cilium.io/v2', 'CiliumClusterWideNetworkPolicies', "write 'kind: CiliumClusterwideNetworkPolicy'", policiesAnywhere],
    ['cilium.io/v2', 'CiliumNod', "write 'kind: CiliumNode'", NOTHING],
    ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolcy', "write 'kind: AdminNetworkPolicy'", policiesAnywhere],
    ['projectcalico.org/v3', 'NetworkPolcy', "write 'kind: NetworkPolicy'", policies],
    ['crd.projectcalico.org/v1', 'GlobalNetworkpolicys', "write 'kind: GlobalNetworkPolicy'", policiesAnywhere],
    ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicies', "write 'kind: ClusterNetworkPolicy'", policiesAnywhere],
  ])('%s %s', (apiVersion, kind, fix, mayHold, more = {}) => {
    const { cluster, findings, accounted } = read(apiVersion, kind, more);
    expect(findings.map(formatFinding)).toEqual([`kind: error NP030: there is no kind '${kind}' in ${apiVersion}; ${fix}`]);
    expect(cluster.unread).toMatchObject([{ code: 'not-read', mayHold }]);
    // The answers take account of it.
    expect(accounted).toEqual(new Set(findings));
  });

  test('also if a field is written twice in it', () => {
    const twice = { code: 'NP007' as const, severity: 'error' as const, message: 'twice', place: {} };
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'networkpolicy', metadata: { name: 'a', namespace: 'shop' } };
    const { cluster, accounted } = readCluster([{ object, origin, named: true, refusedFor: [twice] }]);
    expect(cluster.unread).toMatchObject([{ mayHold: policies }]);
    expect([...accounted].map(({ code }) => code)).toEqual(['NP007', 'NP030']);
  });
});

describe('a kind that somebody else may have is a warning', () => {
  test('in the group of a project, where it may be a policy of a newer release', () => {
    const { cluster, findings } = read('cilium.io/v2alpha1', 'CiliumRules');
    expect(findings.map(formatFinding)).toEqual([
      "kind: warning NP030: netpol knows no kind 'CiliumRules' of Cilium, so it may be a policy; write one of its kinds, such as 'CiliumNetworkPolicy'",
    ]);
    expect(cluster.unread).toMatchObject([{ what: 'CiliumRules shop/a', mayHold: policiesAnywhere }]);
  });

  test('in v1, if it has neither a name nor a spec: many tools write such files', () => {
    const { cluster, findings } = read('v1', 'Foo', { metadata: {} });
    expect(findings.map(formatFinding)).toEqual(["kind: warning NP030: there is no kind 'Foo' in v1; if it is not an object of Kubernetes, keep the file out of the input"]);
    expect(cluster.unread).toMatchObject([{ what: 'a Foo without a name', mayHold: NOTHING }]);
  });
});

test.each([
  ['v1', 'ConfigMap'], ['v1', 'ConfigMapList'], ['v1', 'Config'], ['v1', 'DeploymentConfig'], ['v1', 'ImageStream'], ['v1', 'Scale'], ['projectcalico.org/v3', 'UISettings'],
  ['cilium.io/v2', 'CiliumEndpointList'], ['cilium.io/v2', 'CiliumNode'], ['crd.antrea.io/v1beta1', 'Tier'], ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'],
  ['cilium.io/v2', 'TenantNetworkPolicy'], ['networking.k8s.io/v1', 'Ingress'], ['networking.k8s.io/v1', 'NetworkPolicyList'],
  ['policy/v1', 'PodDisruptionBudget'], ['apps.acme.io/v1', 'Deploymnet'], ['constructor/v1', 'Deploymnet'],
])('%s %s is no such kind', (apiVersion, kind) => {
  expect(read(apiVersion, kind).findings.filter(({ code }) => code === 'NP030')).toEqual([]);
});

test('a kind of another API group that netpol reads has the message about its API version', () => {
  expect(read('apps/v1', 'Job').findings.map(formatFinding)).toEqual(["apiVersion: error NP030: there is no Job in apps/v1; write 'apiVersion: batch/v1'"]);
});

describe('a kind of the old API of OpenShift, in v1, is read as in its group of today', () => {
  test('a Template stands for objects that are not in the answers', () => {
    const { findings } = readCluster([{ object: { apiVersion: 'v1', kind: 'Template', metadata: { name: 'q' }, objects: [] }, origin, named: true }]);
    expect(findings.map(formatFinding)).toEqual([expect.stringMatching(/NP314: Template of template\.openshift\.io stands for objects that are not in the answers: default\/q;/)]);
  });

  test('a Project is a Namespace', () => {
    const { cluster } = readCluster([{ object: { apiVersion: 'v1', kind: 'Project', metadata: { name: 'q', labels: { team: 't' } } }, origin, named: true }]);
    expect(cluster.namespaces.get('q')).toMatchObject({ labels: { team: 't' } });
  });

  test('a DeploymentConfig makes pods', () => {
    const { cluster } = read('v1', 'DeploymentConfig', { spec: { template: { metadata: { labels: { app: 'a' } }, spec: { containers: [] } } } });
    expect(cluster.workloads).toMatchObject([{ kind: 'DeploymentConfig', namespace: 'shop', name: 'a' }]);
  });

  test('and a field that is written twice in one is an error', () => {
    expect(readText({ file: 'a', content: 'apiVersion: v1\nkind: Project\nmetadata: { name: q }\nmetadata: { name: r }\n', named: true }).findings).toMatchObject([{ code: 'NP007', severity: 'error' }]);
  });
});

import { Cluster, workloadName } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { formatAddress } from '../../src/k8s/address';
import { readText } from '../../src/manifests/read-text';

const read = (yaml: string): { cluster: Cluster; findings: string[] } => {
  const { resources, findings } = readText({ file: 'a.yaml', content: yaml, named: true });
  const { cluster, findings: more } = readCluster(resources);
  return { cluster, findings: [...findings, ...more].map(formatFinding) };
};
/** Each workload with the names of its known pods. */
const workloads = (yaml: string) => Object.fromEntries(read(yaml).cluster.workloads.map(w => [workloadName(w), w.pods.map(({ name }) => name ?? '(template)')]));

const owned = (apiVersion: string, kind: string, name: string) => `ownerReferences: [{ apiVersion: ${apiVersion}, kind: ${kind}, name: ${name}, uid: u, controller: true }]`;
const pod = (name: string, rest = '', status = '') => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: web, pod: ${name} }, ${rest} }
spec: { containers: [{ ports: [{ containerPort: 80 }] }] }
status: { ${status} }
`;
const creator = (apiVersion: string, kind: string, name: string, rest = '', spec = '') => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, ${rest} }
spec: { ${spec} template: { metadata: { labels: { app: web, created-by: ${name} } }, spec: { containers: [] } } }
`;
const inWeb = owned('apps/v1', 'Deployment', 'web');
const inReplicaSet = owned('apps/v1', 'ReplicaSet', 'web-7d4');

describe('pods and their owners', () => {
  test('a pod without an owner is a workload', () => {
    expect(workloads(pod('a') + pod('b'))).toEqual({ 'default/a[Pod]': ['a'], 'default/b[Pod]': ['b'] });
  });

  test('a workload without known pods has the pods of its template', () => {
    expect(workloads(creator('apps/v1', 'Deployment', 'web'))).toEqual({ 'default/web[Deployment]': ['(template)'] });
  });

  test('pods of one controller are one workload with its name, even if the controller is not in the input', () => {
    expect(workloads(pod('a', inReplicaSet) + pod('b', inReplicaSet))).toEqual({ 'default/web-7d4[ReplicaSet]': ['a', 'b'] });
  });

  test('a Deployment, its ReplicaSet and their pods are one Deployment with the known pods', () => {
    const all = pod('a', inReplicaSet) + pod('b', inReplicaSet) + creator('apps/v1', 'Deployment', 'web') + creator('apps/v1', 'ReplicaSet', 'web-7d4', inWeb);
    expect(workloads(all)).toEqual({ 'default/web[Deployment]': ['a', 'b'] });
  });

  test('a Deployment without known pods has the pods of its own template, not those of an old ReplicaSet', () => {
    const { cluster } = read(creator('apps/v1', 'ReplicaSet', 'web-old', inWeb, 'replicas: 0,') + creator('apps/v1', 'Deployment', 'web'));
    expect(cluster.workloads.map(w => w.pods.map(({ labels }) => labels['created-by']))).toEqual([['web']]);
  });

  test('ReplicaSets of one Deployment are one workload, and those with zero replicas do not count unless all have none', () => {
    const sets = creator('apps/v1', 'ReplicaSet', 'web-1', inWeb, 'replicas: 0,') + creator('apps/v1', 'ReplicaSet', 'web-2', inWeb, 'replicas: 2,');
    const { cluster } = read(sets);
    expect(cluster.workloads.map(w => [workloadName(w), w.pods.map(({ labels }) => labels['created-by'])])).toEqual([['default/web[Deployment]', ['web-2']]]);
    expect(workloads(creator('apps/v1', 'ReplicaSet', 'web-1', inWeb, 'replicas: 0,'))).toEqual({ 'default/web[Deployment]': ['(template)'] });
  });

  test('a CronJob, its Jobs and their pods are one CronJob', () => {
    const cronJob = '\n---\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: tick }, spec: { jobTemplate: { spec: { template: {} } } } }\n';
    const job = creator('batch/v1', 'Job', 'tick-1', owned('batch/v1', 'CronJob', 'tick'));
    expect(workloads(cronJob + job)).toEqual({ 'default/tick[CronJob]': ['(template)'] });
    expect(workloads(cronJob + job + pod('tick-1-x', owned('batch/v1', 'Job', 'tick-1')))).toEqual({ 'default/tick[CronJob]': ['tick-1-x'] });
  });

  test('each static pod of a node is a workload', () => {
    expect(workloads(pod('etcd-n1', owned('v1', 'Node', 'n1')))).toEqual({ 'default/etcd-n1[Pod]': ['etcd-n1'] });
    expect(workloads(pod('a', owned('acme.io/v1', 'Node', 'n1')))).toEqual({ 'default/n1[Node]': ['a'] });
  });

  test('owners with one name in two namespaces or of two kinds are two workloads', () => {
    const both = pod('a', owned('apps/v1', 'StatefulSet', 'x')) + pod('b', owned('apps/v1', 'DaemonSet', 'x')) + pod('c', `namespace: ns, ${owned('apps/v1', 'DaemonSet', 'x')}`);
    expect(workloads(both)).toEqual({ 'default/x[StatefulSet]': ['a'], 'default/x[DaemonSet]': ['b'], 'ns/x[DaemonSet]': ['c'] });
  });

  test('owners that own each other are workloads', () => {
    const circle = creator('apps/v1', 'ReplicaSet', 'a', owned('apps/v1', 'ReplicaSet', 'b')) + creator('apps/v1', 'ReplicaSet', 'b', owned('apps/v1', 'ReplicaSet', 'a'));
    expect(Object.keys(workloads(circle))).toHaveLength(2);
  });
});

test('a workload that an operator created is that workload', () => {
  expect(workloads(creator('apps/v1', 'StatefulSet', 'db', owned('monitoring.coreos.com/v1', 'Prometheus', 'p')))).toEqual({ 'default/db[StatefulSet]': ['(template)'] });
  expect(workloads(creator('apps/v1', 'ReplicaSet', 'web-1', owned('argoproj.io/v1alpha1', 'Rollout', 'web')))).toEqual({ 'default/web[Rollout]': ['(template)'] });
  expect(workloads(creator('v1', 'ReplicationController', 'web-1', owned('apps.openshift.io/v1', 'DeploymentConfig', 'web'))))
    .toEqual({ 'default/web[DeploymentConfig]': ['(template)'] });
});

test('a Deployment and its ReplicaSet can have different versions of one API', () => {
  const all = creator('apps/v1', 'Deployment', 'web')
    + pod('a', owned('extensions/v1beta1', 'ReplicaSet', 'web-7d4')) + creator('apps/v1', 'ReplicaSet', 'web-7d4', owned('extensions/v1beta1', 'Deployment', 'web'));
  expect(workloads(all)).toEqual({ 'default/web[Deployment]': ['a'] });
});

test.each<[string, string, string]>([
  ['the one with controller: true', '{ apiVersion: v1, kind: A, name: a }, { apiVersion: apps/v1, kind: ReplicaSet, name: b, controller: true }', 'b[ReplicaSet]'],
  ['the only one', '{ apiVersion: apps/v1, kind: StatefulSet, name: b }', 'b[StatefulSet]'],
  ['the only readable one', '3, { apiVersion: apps/v1, kind: StatefulSet, name: b }, ~', 'b[StatefulSet]'],
  ['the only one, even without a group', '{ kind: A, name: b }', 'b[A]'],
  ['none of several', '{ apiVersion: v1, kind: A, name: a }, { apiVersion: v1, kind: B, name: b }', 'p[Pod]'],
  ['none without a name', '{ kind: A }', 'p[Pod]'],
  ['none without a kind', '{ name: a }', 'p[Pod]'],
  ['none in an empty list', '', 'p[Pod]'],
])('the owner of a pod is %s', (_, references, workload) => {
  expect(Object.keys(workloads(pod('p', `ownerReferences: [${references}]`)))).toEqual([`default/${workload}`]);
});

describe('pods that have finished', () => {
  test('are in no workload', () => {
    expect(workloads(pod('a', '', 'phase: Succeeded') + pod('b', '', 'phase: Failed') + pod('c', '', 'phase: Running'))).toEqual({ 'default/c[Pod]': ['c'] });
  });

  test('are counted and named in a note', () => {
    const { findings } = read(pod('a', '', 'phase: Succeeded') + pod('b', '', 'phase: Failed') + pod('c', '', 'phase: Running'));
    expect(findings).toEqual([expect.stringContaining('note NP319: 2 pods have finished, so they have no connections and are not in the answers: default/a and default/b')]);
    expect(read(pod('a', '', 'phase: Failed')).findings).toEqual([expect.stringContaining('note NP319: 1 pod has finished, so it has no connections and is not in the answers: default/a')]);
  });

  test('leave their workload with the pods of its template', () => {
    expect(workloads(pod('a', inWeb, 'phase: Succeeded') + creator('apps/v1', 'Deployment', 'web'))).toEqual({ 'default/web[Deployment]': ['(template)'] });
  });
});

describe('addresses', () => {
  const addresses = (status: string) => {
    const { cluster, findings } = read(pod('a', '', status));
    return { addresses: cluster.workloads[0].pods[0].addresses.map(formatAddress), findings };
  };

  test('are those of the status, each once', () => {
    expect(addresses('podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.1 }, { ip: "2001:db8::1" }]')).toEqual({ addresses: ['10.0.0.1', '2001:db8::1'], findings: [] });
    expect(addresses('podIP: ~, podIPs: ~')).toEqual({ addresses: [], findings: [] });
    expect(addresses('podIP: "", podIPs: [{}, 3, ~]')).toEqual({ addresses: [], findings: [] });
  });

  test('that are invalid are warnings at their places', () => {
    expect(addresses('podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.300 }]')).toEqual({ addresses: ['10.0.0.1'], findings: ['a.yaml:7:39: warning NP033: "10.0.0.300" is not an IP address; netpol treats the address of the pod as not known'] });
    expect(addresses('podIP: 7').findings).toEqual(['a.yaml:7:11: warning NP033: 7 is not an IP address; netpol treats the address of the pod as not known']);
  });

  test('are unknown for a pod without a status, and for a template', () => {
    const { cluster } = read(pod('a').replace(/^status:.*$/m, '') + creator('apps/v1', 'Deployment', 'web'));
    expect(cluster.workloads.map(w => w.pods.map(p => p.addresses))).toEqual([[[]], [[]]]);
  });
});

describe('the selector of a workload', () => {
  const selector = (yaml: string) => String(read(yaml).cluster.workloads[0].selector);

  test('is its own selector', () => {
    expect(selector(creator('apps/v1', 'Deployment', 'web', '', 'selector: { matchLabels: { app: web } },'))).toBe('app=web');
  });

  test('has all labels of its pods if its own selector is missing or empty', () => {
    expect(selector(creator('apps/v1', 'Deployment', 'web'))).toBe('app=web,created-by=web');
    expect(selector(creator('apps/v1', 'Deployment', 'web', '', 'selector: {},'))).toBe('app=web,created-by=web');
  });

  test('has the labels that all of its pods have', () => {
    expect(selector(pod('a', inReplicaSet) + pod('b', inReplicaSet))).toBe('app=web');
  });
});

test('hostNetwork is one warning for a workload', () => {
  const onHost = (name: string) => pod(name, inReplicaSet).replace('spec: {', 'spec: { hostNetwork: true,');
  const { cluster, findings } = read(onHost('a') + onHost('b'));
  expect(cluster.workloads[0].pods.map(({ hostNetwork }) => hostNetwork)).toEqual([true, true]);
  expect(findings).toEqual(['a.yaml:6:9: warning NP304: default/web-7d4[ReplicaSet] has hostNetwork: NetworkPolicies do not select its pods, and rules match them only by address']);
});

test('the origin of a workload is its own object, or its first pod', () => {
  const { cluster } = read(pod('a', inWeb) + creator('apps/v1', 'Deployment', 'web') + pod('b', owned('v1', 'X', 'x')));
  expect(cluster.workloads.map(({ origin }) => origin.at(['metadata']).line)).toEqual([12, 18]);
  const ofOne = read(pod('a', inReplicaSet) + pod('b', inReplicaSet) + creator('apps/v1', 'ReplicaSet', 'web-1', inWeb) + creator('apps/v1', 'ReplicaSet', 'web-2', inWeb));
  expect(ofOne.cluster.workloads.map(({ name, origin }) => [name, origin.at(['metadata']).line])).toEqual([['web-7d4', 5], ['web', 19]]);
});

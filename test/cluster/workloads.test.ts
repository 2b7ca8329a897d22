import { Cluster, workloadName } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { formatAddress } from '../../src/k8s/address';
import { readText } from '../../src/manifests/read-text';

const read = (yaml: string): { cluster: Cluster; problems: string[] } => {
  const { resources, findings: problems } = readText({ file: 'a.yaml', content: yaml, format: 'yaml', named: true });
  const { cluster, problems: more } = readCluster(resources);
  return { cluster, problems: [...problems, ...more].map(formatFinding) };
};
/** Each workload with its pods: by name where they are known. */
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
const maker = (apiVersion: string, kind: string, name: string, rest = '', spec = '') => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, ${rest} }
spec: { ${spec} template: { metadata: { labels: { app: web, made-by: ${name} } }, spec: { containers: [] } } }
`;
const inWeb = owned('apps/v1', 'Deployment', 'web');
const inReplicaSet = owned('apps/v1', 'ReplicaSet', 'web-7d4');

describe('pods and what makes them', () => {
  test('a pod that nobody owns is a workload by itself', () => {
    expect(workloads(pod('a') + pod('b'))).toEqual({ 'default/a[Pod]': ['a'], 'default/b[Pod]': ['b'] });
  });

  test('a workload without known pods stands for those of its template', () => {
    expect(workloads(maker('apps/v1', 'Deployment', 'web'))).toEqual({ 'default/web[Deployment]': ['(template)'] });
  });

  test('pods of one controller are one workload, named for it, though it is not in the input', () => {
    expect(workloads(pod('a', inReplicaSet) + pod('b', inReplicaSet))).toEqual({ 'default/web-7d4[ReplicaSet]': ['a', 'b'] });
  });

  test('Deployment, ReplicaSet and pods, as kubectl get all gives them, are one Deployment with its known pods', () => {
    const all = pod('a', inReplicaSet) + pod('b', inReplicaSet) + maker('apps/v1', 'Deployment', 'web') + maker('apps/v1', 'ReplicaSet', 'web-7d4', inWeb);
    expect(workloads(all)).toEqual({ 'default/web[Deployment]': ['a', 'b'] });
  });

  test('a Deployment whose pods are not in the input is judged by its own template, not by that of old ReplicaSets', () => {
    const { cluster } = read(maker('apps/v1', 'ReplicaSet', 'web-old', inWeb, 'replicas: 0,') + maker('apps/v1', 'Deployment', 'web'));
    expect(cluster.workloads.map(w => w.pods.map(({ labels }) => labels['made-by']))).toEqual([['web']]);
  });

  test('ReplicaSets of a Deployment that is not in the input are one Deployment; those that are scaled to nothing do not count', () => {
    const sets = maker('apps/v1', 'ReplicaSet', 'web-1', inWeb, 'replicas: 0,') + maker('apps/v1', 'ReplicaSet', 'web-2', inWeb, 'replicas: 2,');
    const { cluster } = read(sets);
    expect(cluster.workloads.map(w => [workloadName(w), w.pods.map(({ labels }) => labels['made-by'])])).toEqual([['default/web[Deployment]', ['web-2']]]);
    expect(workloads(maker('apps/v1', 'ReplicaSet', 'web-1', inWeb, 'replicas: 0,'))).toEqual({ 'default/web[Deployment]': ['(template)'] });
  });

  test('a CronJob, its Jobs and their pods are one CronJob', () => {
    const cronJob = '\n---\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: tick }, spec: { jobTemplate: { spec: { template: {} } } } }\n';
    const job = maker('batch/v1', 'Job', 'tick-1', owned('batch/v1', 'CronJob', 'tick'));
    expect(workloads(cronJob + job)).toEqual({ 'default/tick[CronJob]': ['(template)'] });
    expect(workloads(cronJob + job + pod('tick-1-x', owned('batch/v1', 'Job', 'tick-1')))).toEqual({ 'default/tick[CronJob]': ['tick-1-x'] });
  });

  test('static pods of a node are each a workload', () => {
    expect(workloads(pod('etcd-n1', owned('v1', 'Node', 'n1')))).toEqual({ 'default/etcd-n1[Pod]': ['etcd-n1'] });
  });

  test('owners of one name in two namespaces, or of two kinds, are two workloads', () => {
    const both = pod('a', owned('apps/v1', 'StatefulSet', 'x')) + pod('b', owned('apps/v1', 'DaemonSet', 'x')) + pod('c', `namespace: ns, ${owned('apps/v1', 'DaemonSet', 'x')}`);
    expect(workloads(both)).toEqual({ 'default/x[StatefulSet]': ['a'], 'default/x[DaemonSet]': ['b'], 'ns/x[DaemonSet]': ['c'] });
  });

  test('owners that own each other end', () => {
    const circle = maker('apps/v1', 'ReplicaSet', 'a', owned('apps/v1', 'ReplicaSet', 'b')) + maker('apps/v1', 'ReplicaSet', 'b', owned('apps/v1', 'ReplicaSet', 'a'));
    expect(Object.keys(workloads(circle))).toHaveLength(2);
  });
});

describe('pods that have finished', () => {
  test('take part in nothing', () => {
    expect(workloads(pod('a', '', 'phase: Succeeded') + pod('b', '', 'phase: Failed') + pod('c', '', 'phase: Running'))).toEqual({ 'default/c[Pod]': ['c'] });
  });

  test('leave their workload to its template', () => {
    expect(workloads(pod('a', inWeb, 'phase: Succeeded') + maker('apps/v1', 'Deployment', 'web'))).toEqual({ 'default/web[Deployment]': ['(template)'] });
  });
});

describe('addresses', () => {
  const addresses = (status: string) => {
    const { cluster, problems } = read(pod('a', '', status));
    return { addresses: cluster.workloads[0].pods[0].addresses.map(formatAddress), problems };
  };

  test('are those of the status, of both families, each once', () => {
    expect(addresses('podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.1 }, { ip: "2001:db8::1" }]')).toEqual({ addresses: ['10.0.0.1', '2001:db8::1'], problems: [] });
    expect(addresses('podIP: ~, podIPs: ~')).toEqual({ addresses: [], problems: [] });
    expect(addresses('podIP: "", podIPs: [{}, 3, ~]')).toEqual({ addresses: [], problems: [] });
  });

  test('that are none are a warning at their place', () => {
    expect(addresses('podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.300 }]')).toEqual({ addresses: ['10.0.0.1'], problems: ['a.yaml:7:39: warning NP033: "10.0.0.300" is not an IP address; netpol treats the address of the pod as not known'] });
    expect(addresses('podIP: 7').problems).toEqual(['a.yaml:7:11: warning NP033: 7 is not an IP address; netpol treats the address of the pod as not known']);
  });

  test('are not known of a pod without a status, or of a template', () => {
    const { cluster } = read(pod('a').replace(/^status:.*$/m, '') + maker('apps/v1', 'Deployment', 'web'));
    expect(cluster.workloads.map(w => w.pods.map(p => p.addresses))).toEqual([[[]], [[]]]);
  });
});

describe('a workload knows its pods', () => {
  const selector = (yaml: string) => String(read(yaml).cluster.workloads[0].selector);

  test('by its selector', () => {
    expect(selector(maker('apps/v1', 'Deployment', 'web', '', 'selector: { matchLabels: { app: web } },'))).toBe('app=web');
  });

  test('by all labels where it has none, or an empty one', () => {
    expect(selector(maker('apps/v1', 'Deployment', 'web'))).toBe('app=web,made-by=web');
    expect(selector(maker('apps/v1', 'Deployment', 'web', '', 'selector: {},'))).toBe('app=web,made-by=web');
  });

  test('by the labels that all of them have', () => {
    expect(selector(pod('a', inReplicaSet) + pod('b', inReplicaSet))).toBe('app=web');
  });
});

test('hostNetwork is told of, once for a workload', () => {
  const onHost = (name: string) => pod(name, inReplicaSet).replace('spec: {', 'spec: { hostNetwork: true,');
  const { cluster, problems } = read(onHost('a') + onHost('b'));
  expect(cluster.workloads[0].pods.map(({ hostNetwork }) => hostNetwork)).toEqual([true, true]);
  expect(problems).toEqual(['a.yaml:6:9: warning NP304: default/web-7d4[ReplicaSet] has hostNetwork: its pods are not subject to NetworkPolicies, and peers match them only by address']);
});

test('a workload is placed where it is written, or its first pod', () => {
  const { cluster } = read(pod('a', inWeb) + maker('apps/v1', 'Deployment', 'web') + pod('b', owned('v1', 'X', 'x')));
  expect(cluster.workloads.map(({ origin }) => origin.at(['metadata']).line)).toEqual([12, 18]);
  const ofOne = read(pod('a', inReplicaSet) + pod('b', inReplicaSet) + maker('apps/v1', 'ReplicaSet', 'web-1', inWeb) + maker('apps/v1', 'ReplicaSet', 'web-2', inWeb));
  expect(ofOne.cluster.workloads.map(({ name, origin }) => [name, origin.at(['metadata']).line])).toEqual([['web-7d4', 5], ['web', 19]]);
});

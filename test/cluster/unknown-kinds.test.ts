import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding, Path } from '../../src/findings/finding';
import { MayHold, NOTHING } from '../../src/manifests/unread';

/* Kinds that Kubernetes does not have, in API groups that nobody else may add a kind to. */

const origin = { at: (path: Path = []) => ({ file: path.join('.') }) };
const read = (apiVersion: string, kind: string, more: object = {}) =>
  readCluster([{ object: { apiVersion, kind, metadata: { name: 'a', namespace: 'shop' }, ...more }, origin, named: true }]);

const workloads: MayHold = { ...NOTHING, workloads: ['shop'] };
const policies: MayHold = { ...NOTHING, policies: ['shop'] };

describe('a kind that its API group does not have is an error, and what was meant is undecided', () => {
  test.each<[string, string, string, MayHold]>([
    ['apps/v1', 'Deploymnet', "write 'kind: Deployment'", workloads],
    ['batch/v1', 'Cronjob', "write 'kind: CronJob'", workloads],
    ['networking.k8s.io/v1', 'networkpolicy', "write 'kind: NetworkPolicy'", policies],
    ['networking.k8s.io/v1', 'NetworkPolicy ', "write 'kind: NetworkPolicy'", policies],
    ['networking.k8s.io/v1', 'NetworkPolicies', "write one of its kinds, such as 'NetworkPolicy'", { ...policies, workloads: ['shop'] }],
    ['networking.k8s.io/v1', 'HTTPRoute', "write one of its kinds, such as 'NetworkPolicy'", NOTHING],
    ['networking.k8s.io/v1', 'Deployment', "write 'apiVersion: apps/v1'", workloads],
    ['networking.k8s.io/v1', 'AdminNetworkPolicy', "write one of its kinds, such as 'NetworkPolicy'", { ...NOTHING, policies: 'any' }],
    ['policy/v1', 'PodDisruptionBudgets', "write 'kind: PodDisruptionBudget'", NOTHING],
    ['v1', 'NameSpace', "write 'kind: Namespace'", { ...NOTHING, namespaces: ['a'] }],
    ['v1', 'service', "write 'kind: Service'", { ...NOTHING, services: ['shop'], workloads: ['shop'] }],
    ['v1', 'pod', "write 'kind: Pod'", workloads],
  ])('%s %s', (apiVersion, kind, fix, mayHold) => {
    const { cluster, findings, accounted } = read(apiVersion, kind);
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

test.each([
  ['v1', 'ConfigMap'], ['v1', 'ConfigMapList'], ['v1', 'Config'], ['v1', 'DeploymentConfig'], ['networking.k8s.io/v1', 'Ingress'], ['networking.k8s.io/v1', 'NetworkPolicyList'],
  ['policy/v1', 'PodDisruptionBudget'], ['apps.acme.io/v1', 'Deploymnet'], ['constructor/v1', 'Deploymnet'],
])('%s %s is no such kind', (apiVersion, kind) => {
  expect(read(apiVersion, kind).findings.filter(({ code }) => code === 'NP030')).toEqual([]);
});

test('a kind of another API group that netpol reads has the message about its API version', () => {
  expect(read('apps/v1', 'Job').findings.map(formatFinding)).toEqual(["apiVersion: error NP030: there is no Job in apps/v1; write 'apiVersion: batch/v1'"]);
});

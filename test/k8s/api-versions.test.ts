import { servedVersion, versionFault } from '../../src/k8s/api-versions';

test.each([
  ['networking.k8s.io/v1', 'NetworkPolicy'], ['v1', 'Pod'], ['apps/v1', 'Deployment'], ['batch/v1', 'CronJob'], ['v1', 'Namespace'],
  ['v1', 'Service'], ['acme.io/v1', 'Deployment'], ['serving.knative.dev/v1', 'Service'], ['acme.io/v1', 'constructor'],
])('%s %s is well', (apiVersion, kind) => expect(versionFault(apiVersion, kind)).toBeUndefined());

test.each([
  ['extensions/v1beta1', 'NetworkPolicy', 'there is no NetworkPolicy in extensions/v1beta1 (it was removed in Kubernetes 1.16)', 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'NetworkPolicy', 'there is no NetworkPolicy in networking.k8s.io/v1beta1', 'networking.k8s.io/v1'],
  ['v1', 'NetworkPolicy', 'there is no NetworkPolicy in v1', 'networking.k8s.io/v1'],
  ['v1', 'Deployment', 'there is no Deployment in v1', 'apps/v1'],
  ['apps/v1', 'Pod', 'there is no Pod in apps/v1', 'v1'],
  ['extensions/v1beta1', 'Namespace', 'there is no Namespace in extensions/v1beta1', 'v1'],
  ['apps/v1', 'CronJob', 'there is no CronJob in apps/v1', 'batch/v1'],
])('%s %s is an error that says what to write', (apiVersion, kind, message, served) => {
  expect(versionFault(apiVersion, kind)).toEqual({ severity: 'error', message: `${message}: write 'apiVersion: ${served}'` });
});

test.each([
  ['extensions/v1beta1', 'Deployment', 'apps/v1'], ['apps/v1beta2', 'StatefulSet', 'apps/v1'], ['batch/v1beta1', 'CronJob', 'batch/v1'], ['v2', 'Pod', 'v1'],
])('%s %s is read, with a warning', (apiVersion, kind, served) => {
  expect(versionFault(apiVersion, kind)).toEqual({ severity: 'warning', message: expect.stringContaining(`read as ${served}`) });
});

test.each([
  ['NetworkPolicy', 'networking.k8s.io/v1'], ['Namespace', 'v1'], ['Pod', 'v1'], ['ReplicationController', 'v1'], ['Deployment', 'apps/v1'],
  ['ReplicaSet', 'apps/v1'], ['StatefulSet', 'apps/v1'], ['DaemonSet', 'apps/v1'], ['Job', 'batch/v1'], ['CronJob', 'batch/v1'],
])('%s is served in %s', (kind, served) => {
  expect(servedVersion(kind)).toBe(served);
  expect(versionFault(served, kind)).toBeUndefined();
});

test('of kinds that do not count no version is known', () => {
  expect(servedVersion('ConfigMap')).toBeUndefined();
  expect(servedVersion('toString')).toBeUndefined();
});

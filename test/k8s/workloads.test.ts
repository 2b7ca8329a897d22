import { apiGroup, isObject } from '../../src/k8s/objects';
import { isWorkloadKind, podTemplateOf, servedVersion, stringMap, versionFault, WORKLOAD_KINDS } from '../../src/k8s/workloads';

const pod = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ports: [{ containerPort: 80 }] }] } };

describe('a workload', () => {
  test('of each kind declares pods with the labels and ports of its template', () => {
    const template = { template: pod };
    for (const [apiVersion, kind, rest] of [
      ['v1', 'Pod', pod], ['v1', 'ReplicationController', { spec: template }],
      ['apps/v1', 'Deployment', { spec: template }], ['apps/v1', 'ReplicaSet', { spec: template }],
      ['apps/v1', 'StatefulSet', { spec: template }], ['apps/v1', 'DaemonSet', { spec: template }],
      ['batch/v1', 'Job', { spec: template }], ['batch/v1', 'CronJob', { spec: { jobTemplate: { spec: template } } }],
    ] as const) {
      const found = podTemplateOf({ apiVersion, kind, ...rest });
      expect({ kind, labels: { ...found?.labels }, ports: found?.ports }).toEqual({ kind, labels: { app: 'web' }, ports: [{ protocol: 'TCP', port: 80 }] });
      expect(WORKLOAD_KINDS).toContain(kind);
    }
  });

  test('is recognized by apiVersion and kind together', () => {
    expect(isWorkloadKind('apps/v1', 'Deployment')).toBe(true);
    expect(isWorkloadKind('acme.io/v1', 'Deployment')).toBe(false);
    expect(isWorkloadKind('v1', 'Deployment')).toBe(false);
    expect(isWorkloadKind('v1', 'constructor')).toBe(false);
    expect(isWorkloadKind(undefined, 'Pod')).toBe(false);
  });

  test('may be of the API group extensions, which had Deployments before Kubernetes 1.16', () => {
    expect(isWorkloadKind('extensions/v1beta1', 'Deployment')).toBe(true);
    expect(isWorkloadKind('extensions/v1beta1', 'Pod')).toBe(false);
  });

  test('without a template declares a pod without labels and ports', () => {
    const template = podTemplateOf({ apiVersion: 'apps/v1', kind: 'Deployment' })!;
    expect(Object.keys(template.labels)).toEqual([]);
    expect(template.ports).toEqual([]);
  });

  test('has an empty label where the value is null, as the API server reads it', () => {
    const template = { metadata: { labels: { a: null, b: 'b', c: 1 } } };
    expect({ ...podTemplateOf({ apiVersion: 'apps/v1', kind: 'Deployment', ...{ spec: { template } } })!.labels }).toEqual({ a: '', b: 'b' });
  });

  test('selects its pods by spec.selector, which is a plain map in a ReplicationController', () => {
    const selector = { matchLabels: { a: 'b' } };
    expect(podTemplateOf({ apiVersion: 'apps/v1', kind: 'Deployment', ...{ spec: { selector } } })!.selector).toEqual(selector);
    const { matchLabels } = podTemplateOf({ apiVersion: 'v1', kind: 'ReplicationController', ...{ spec: { selector: { a: 'b' } } } })!.selector!;
    expect({ ...matchLabels }).toEqual({ a: 'b' });
    expect(podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec: { selector } } })!.selector).toBeUndefined();
  });
});

describe('container ports', () => {
  const portsOf = (spec: unknown) => podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec } })!.ports;

  test('have a protocol and a name', () => {
    expect(portsOf({ containers: [{ ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }] }] })).toEqual([{ protocol: 'UDP', port: 53, name: 'dns' }]);
  });

  test('are TCP if the protocol is absent, null or empty', () => {
    expect([{}, { protocol: null }, { protocol: '' }].map(protocol => portsOf({ containers: [{ ports: [{ containerPort: 80, ...protocol }] }] })))
      .toEqual(new Array(3).fill([{ protocol: 'TCP', port: 80 }]));
  });

  test('of an init container count only if it keeps running as a sidecar', () => {
    const ports = [{ containerPort: 80 }];
    expect(portsOf({ initContainers: [{ ports }] })).toEqual([]);
    expect(portsOf({ initContainers: [{ ports, restartPolicy: 'Always' }] })).toHaveLength(1);
  });

  test('are left out if they are malformed', () => {
    expect(portsOf({ containers: [null, { ports: 'x' }, { ports: [null, { containerPort: '80' }, { containerPort: 80, protocol: 'ICMP' }] }] })).toEqual([]);
  });
});

test('a pod can use the network of its node', () => {
  expect(podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec: { hostNetwork: true } } })!.hostNetwork).toBe(true);
  expect(podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec: {} } })!.hostNetwork).toBe(false);
});

test('a label may have the name of a property that every JavaScript object has', () => {
  const labels = stringMap(JSON.parse('{"__proto__": "a", "constructor": "b", "n": 1}'));
  expect(Object.entries(labels)).toEqual([['__proto__', 'a'], ['constructor', 'b']]);
  expect('toString' in stringMap({})).toBe(false);
});

describe('the API version of a kind that netpol reads', () => {
  test.each([
    ['NetworkPolicy', 'networking.k8s.io/v1'], ['Namespace', 'v1'], ['Pod', 'v1'], ['ReplicationController', 'v1'], ['Deployment', 'apps/v1'],
    ['ReplicaSet', 'apps/v1'], ['StatefulSet', 'apps/v1'], ['DaemonSet', 'apps/v1'], ['Job', 'batch/v1'], ['CronJob', 'batch/v1'],
  ])('is, for %s, %s', (kind, served) => {
    expect(servedVersion(kind)).toBe(served);
    expect(versionFault(served, kind)).toBeUndefined();
  });

  test.each([
    ['extensions/v1beta1', 'NetworkPolicy', 'there is no NetworkPolicy in extensions/v1beta1 (Kubernetes 1.16 removed it)', 'networking.k8s.io/v1'],
    ['networking.k8s.io/v1beta1', 'NetworkPolicy', 'there is no NetworkPolicy in networking.k8s.io/v1beta1', 'networking.k8s.io/v1'],
    ['v1', 'NetworkPolicy', 'there is no NetworkPolicy in v1', 'networking.k8s.io/v1'],
    ['v1', 'Deployment', 'there is no Deployment in v1', 'apps/v1'],
    ['apps/v1', 'Pod', 'there is no Pod in apps/v1', 'v1'],
    ['extensions/v1beta1', 'Namespace', 'there is no Namespace in extensions/v1beta1', 'v1'],
    ['apps/v1', 'CronJob', 'there is no CronJob in apps/v1', 'batch/v1'],
  ])('cannot be %s for %s', (apiVersion, kind, message, served) => {
    expect(versionFault(apiVersion, kind)).toEqual({ message, fix: `write 'apiVersion: ${served}'`, isRead: false });
  });

  test.each([
    ['extensions/v1beta1', 'Deployment', 'apps/v1'], ['apps/v1beta2', 'StatefulSet', 'apps/v1'], ['batch/v1beta1', 'CronJob', 'batch/v1'], ['v2', 'Pod', 'v1'],
  ])('may be %s for %s: netpol reads it as %s', (apiVersion, kind, served) => {
    const message = `Kubernetes does not serve ${kind} in ${apiVersion}; netpol reads it as ${served}`;
    expect(versionFault(apiVersion, kind)).toEqual({ message, fix: `write 'apiVersion: ${served}'`, isRead: true });
  });
});

test.each([
  ['v1', 'Service'], ['v1', 'ConfigMap'], ['acme.io/v1', 'Deployment'], ['serving.knative.dev/v1', 'Service'], ['acme.io/v1', 'constructor'],
])('netpol does not check the API version of %s %s', (apiVersion, kind) => expect(versionFault(apiVersion, kind)).toBeUndefined());

test('kinds that netpol does not read have no known API version', () => {
  expect(servedVersion('ConfigMap')).toBeUndefined();
  expect(servedVersion('toString')).toBeUndefined();
});

test('the API group is the part before the version, and empty for the core group', () => {
  expect(['apps/v1', 'networking.k8s.io/v1', 'v1'].map(apiGroup)).toEqual(['apps', 'networking.k8s.io', '']);
});

test('an object is neither null nor a list', () => {
  expect([{}, Object.create(null)].every(isObject)).toBe(true);
  expect([null, undefined, [], 'a', 1, true].some(isObject)).toBe(false);
});

import { isWorkloadKind, podTemplateOf, stringMap, WORKLOAD_KINDS } from '../../src/k8s/workloads';

const pod = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ports: [{ containerPort: 80 }] }] } };

describe('a workload', () => {
  test('of each kind makes pods with the labels and ports of its template', () => {
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

  test('is one by apiVersion and kind, not by kind alone', () => {
    expect(isWorkloadKind('apps/v1', 'Deployment')).toBe(true);
    expect(isWorkloadKind('acme.io/v1', 'Deployment')).toBe(false);
    expect(isWorkloadKind('v1', 'Deployment')).toBe(false);
    expect(isWorkloadKind('v1', 'constructor')).toBe(false);
    expect(isWorkloadKind(undefined, 'Pod')).toBe(false);
  });

  test('of the time before Kubernetes 1.16 is read as one of today', () => {
    expect(isWorkloadKind('extensions/v1beta1', 'Deployment')).toBe(true);
    expect(isWorkloadKind('extensions/v1beta1', 'Pod')).toBe(false);
  });

  test('without a template makes a pod of which nothing is known', () => {
    const template = podTemplateOf({ apiVersion: 'apps/v1', kind: 'Deployment' })!;
    expect(Object.keys(template.labels)).toEqual([]);
    expect(template.ports).toEqual([]);
  });

  test('has the empty text where a label is null, as the API server reads it', () => {
    const template = { metadata: { labels: { a: null, b: 'b', c: 1 } } };
    expect({ ...podTemplateOf({ apiVersion: 'apps/v1', kind: 'Deployment', ...{ spec: { template } } })!.labels }).toEqual({ a: '', b: 'b' });
  });

  test('knows its pods by spec.selector; of a ReplicationController that is a plain map', () => {
    const selector = { matchLabels: { a: 'b' } };
    expect(podTemplateOf({ apiVersion: 'apps/v1', kind: 'Deployment', ...{ spec: { selector } } })!.selector).toEqual(selector);
    const { matchLabels } = podTemplateOf({ apiVersion: 'v1', kind: 'ReplicationController', ...{ spec: { selector: { a: 'b' } } } })!.selector!;
    expect({ ...matchLabels }).toEqual({ a: 'b' });
    expect(podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec: { selector } } })!.selector).toBeUndefined();
  });
});

describe('container ports', () => {
  const portsOf = (spec: unknown) => podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec } })!.ports;

  test('keep protocol and name', () => {
    expect(portsOf({ containers: [{ ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }] }] })).toEqual([{ protocol: 'UDP', port: 53, name: 'dns' }]);
  });

  test('are TCP where no protocol is said, by absence, null or the empty text', () => {
    expect([{}, { protocol: null }, { protocol: '' }].map(said => portsOf({ containers: [{ ports: [{ containerPort: 80, ...said }] }] })))
      .toEqual(new Array(3).fill([{ protocol: 'TCP', port: 80 }]));
  });

  test('of an init container count only where it goes on running, as a sidecar', () => {
    const ports = [{ containerPort: 80 }];
    expect(portsOf({ initContainers: [{ ports }] })).toEqual([]);
    expect(portsOf({ initContainers: [{ ports, restartPolicy: 'Always' }] })).toHaveLength(1);
  });

  test('that are no ports are left out', () => {
    expect(portsOf({ containers: [null, { ports: 'x' }, { ports: [null, { containerPort: '80' }, { containerPort: 80, protocol: 'ICMP' }] }] })).toEqual([]);
  });
});

test('hostNetwork is seen', () => {
  expect(podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec: { hostNetwork: true } } })!.hostNetwork).toBe(true);
  expect(podTemplateOf({ apiVersion: 'v1', kind: 'Pod', ...{ spec: {} } })!.hostNetwork).toBe(false);
});

test('a label may be called as what every object has', () => {
  const labels = stringMap(JSON.parse('{"__proto__": "a", "constructor": "b", "n": 1}'));
  expect(Object.entries(labels)).toEqual([['__proto__', 'a'], ['constructor', 'b']]);
  expect('toString' in stringMap({})).toBe(false);
});

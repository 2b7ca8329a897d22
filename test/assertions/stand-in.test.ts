import { standInsFor, withStandIns } from '../../src/assertions/private/evaluation';
import { StandInPort } from '../../src/assertions/private/subjects';
import { LabelSelector } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed, EndpointSelector } from '../../src/query/endpoints';
import { clusterOfYaml } from '../support/manifests';

const pods = (selector: LabelSelector, namespaces = namespaceNamed('app')): EndpointSelector => ({ kind: 'pods', namespaces, pods: Selector.from(selector) });

const CLUSTER = clusterOfYaml(`
apiVersion: v1
kind: Namespace
metadata: { name: app, labels: { team: a } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: app }
spec:
  podSelector: {}
  ingress:
    - ports: [{ port: metrics }, { port: 65535 }, { port: 65000, endPort: 65534 }, { protocol: UDP, port: dns }]
`);

function standIns(pattern: EndpointSelector, ports: StandInPort[] = []) {
  return standInsFor(CLUSTER, 'tier', pattern, ports).map(({ suspect, workload, namespace }) =>
    ({ suspect, namespace: namespace.name, ...workload.pods[0] }));
}

describe('a stand-in', () => {
  test('has just the labels that are asked for', () => {
    expect(standIns(pods({ matchLabels: { app: 'db' }, matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }, { key: 'zone', operator: 'NotIn', values: ['x'] }] }))[0])
      .toMatchObject({ namespace: 'app', labels: { app: 'db' }, addresses: [], hostNetwork: false });
    expect(standIns(pods({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['b', 'a'] }] }))[0].labels).toEqual({ zone: 'a' });
  });

  test('has a port of a name under a number that no policy mentions', () => {
    expect(standIns(pods({}), [{ protocol: 'TCP', name: 'http' }])[0].ports).toEqual([{ protocol: 'TCP', name: 'http', port: 64999 }]);
  });

  test('comes twice where policies name ports that it might have: the second has them all', () => {
    const [plain, suspect] = standIns(pods({}), [{ protocol: 'TCP', name: 'metrics', port: 9100 }]);
    expect(plain).toMatchObject({ suspect: false, ports: [{ name: 'metrics', port: 9100 }] });
    expect(suspect).toMatchObject({ suspect: true, ports: [{ name: 'metrics', port: 9100 }, { protocol: 'UDP', name: 'dns', port: 65535 }] });
  });

  test('is in the namespace that is named, with its labels where it is declared', () => {
    const [{ namespace }] = standInsFor(CLUSTER, 'tier', pods({}), []);
    expect(namespace.labels).toMatchObject({ team: 'a' });
  });

  test('is in a namespace of its own where namespaces are selected by label', () => {
    const [standIn] = standInsFor(CLUSTER, 'tier', pods({}, Selector.labels({ team: 'b' })), []);
    expect(standIn.namespace).toEqual({ name: 'other', labels: { 'kubernetes.io/metadata.name': 'other', 'team': 'b' } });
  });

  test('is none for addresses, for labels that contradict each other, and for a declared namespace that is not selected', () => {
    expect(standIns({ kind: 'addresses', ranges: [] })).toEqual([]);
    expect(standIns(pods({ matchLabels: { a: '1' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }))).toEqual([]);
    const both = Selector.labels({ 'kubernetes.io/metadata.name': 'app', 'team': 'b' });
    expect(standIns(pods({}, both))).toEqual([]);
  });

  test('joins the cluster with its namespace, and leaves the namespaces that are there as they are', () => {
    const joined = withStandIns(CLUSTER, [
      ...standInsFor(CLUSTER, 'one', pods({}), []),
      ...standInsFor(CLUSTER, 'two', pods({}, Selector.labels({ team: 'b' })), []),
    ]);
    expect([...joined.namespaces.keys()]).toEqual(['app', 'other']);
    expect(joined.namespaces.get('app')).toBe(CLUSTER.namespaces.get('app'));
    expect(joined.workloads.map(w => w.name)).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

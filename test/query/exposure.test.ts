import * as fc from 'fast-check';
import { Reachability } from '../../src/evaluator/reachability';
import { listExposure } from '../../src/query/exposure';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, pod, policy, reachOf } from '../support/cluster-objects';
import { rowsOf, shown } from '../support/exposure-rows';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* What the policies of a workload open: netpol list --exposure. */

function exposure(...objects: object[]): string[] {
  return rowsOf(listExposure(reachOf(...objects))).map(shown);
}

const web = deployment('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] });
const ingress = (...rules: object[]) => policy('shop/web', { podSelector: {}, ingress: rules, policyTypes: ['Ingress'] });
const egress = (...rules: object[]) => policy('shop/out', { podSelector: {}, egress: rules, policyTypes: ['Egress'] });
const open = 'shop/web[Deployment] → anything: All Connections';
const shut = 'shop/web[Deployment] ← nothing';

describe('the exposure of a workload', () => {
  test('is anything, in a direction in which no policy isolates it', () => {
    expect(exposure(web)).toEqual(['shop/web[Deployment] ← anything: All Connections', open]);
  });

  test('is nothing, if its policies have no rule', () => {
    expect(exposure(web, ingress(), egress())).toEqual([shut, 'shop/web[Deployment] → nothing']);
  });

  test('has the labels and the namespaces of possible pods, and the ports of all rules that name them', () => {
    const client = { podSelector: labelled({ app: 'client' }) };
    const other = { namespaceSelector: labelled({ team: 'a' }) };
    expect(exposure(web, ingress({ from: [client], ports: [{ port: 80 }] }, { from: [client, other], ports: [{ port: 81 }] }))).toEqual([
      'shop/web[Deployment] ← app=client in shop: TCP 80-81', 'shop/web[Deployment] ← (everything) in team=a: TCP 81', open,
    ]);
  });

  test('has the number of a named port for ingress, and its name for egress, where each peer has its own number', () => {
    const peers = [{ podSelector: {} }];
    expect(exposure(web, ingress({ from: peers, ports: [{ port: 'http' }, { port: 'none' }] }), egress({ to: peers, ports: [{ port: 'http' }, { port: 53, protocol: 'UDP' }] }))).toEqual([
      'shop/web[Deployment] ← (everything) in shop: TCP 8080', 'shop/web[Deployment] → (everything) in shop: UDP 53, TCP http',
    ]);
    expect(exposure(web, ingress({ from: peers, ports: [{ port: 'none' }] }))).toEqual([shut, open]);
  });

  test('has the addresses of blocks', () => {
    expect(exposure(web, ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80 }] }))).toEqual([
      'shop/web[Deployment] ← 10.0.0.0-10.0.255.255[External]: TCP 80', 'shop/web[Deployment] ← 10.2.0.0-10.255.255.255[External]: TCP 80', open,
    ]);
  });

  test('leaves out what is open to anything', () => {
    const rules = [{ ports: [{ port: 80 }, { port: 'x' }] }, { to: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 'x' }] }, { to: [{ podSelector: labelled({ a: 'b' }) }], ports: [{ port: 'y' }] }];
    expect(exposure(web, ingress(), egress(...rules))).toEqual([shut, 'shop/web[Deployment] → anything: TCP 80, TCP x', 'shop/web[Deployment] → a=b in shop: TCP y']);
  });

  test('is that of each pod, if a policy tells the pods of a workload apart', () => {
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: 'shop', name: 'db' }, spec: { replicas: 2, selector: labelled({ app: 'db' }), template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } };
    const first = policy('shop/first', { podSelector: labelled({ 'statefulset.kubernetes.io/pod-name': 'db-0' }) });
    expect(exposure(set, first, egress())).toEqual([
      'shop/db-0[Pod] ← nothing', 'shop/db-0[Pod] → nothing', 'shop/db-1[Pod] ← anything: All Connections', 'shop/db-1[Pod] → nothing',
    ]);
  });

  test('is undecided for a policy of another kind, and for a label whose value only the running cluster knows', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'shop', name: 'c' }, spec: { endpointSelector: {}, ingress: [{}] } };
    expect(exposure(web, cilium)).toEqual(['shop/web[Deployment] ← anything: policy-kind?', open]);
    expect(exposure(web, cilium, ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }))).toEqual(['shop/web[Deployment] ← anything: policy-kind?', open]);
    const canary = policy('shop/canary', { podSelector: labelled({ 'pod-template-hash': 'abc' }), ingress: [{ from: [{ podSelector: labelled({ app: 'client' }) }] }] });
    expect(exposure(web, canary)[0]).toBe('shop/web[Deployment] ← anything: generated-label?');
    expect(exposure(web, canary, ingress())[0]).toBe('shop/web[Deployment] ← app=client in shop: generated-label?');
  });

  test('is anything for a pod on its node\'s network', () => {
    expect(exposure(pod('shop/agent', {}, { hostNetwork: true }), ingress(), egress())).toEqual(['shop/agent[Pod] ← anything: All Connections', 'shop/agent[Pod] → anything: All Connections']);
  });
});

test('on random clusters, a pod is in the exposure of another one if and only if the side of that one lets it pass', () => {
  fc.assert(fc.property(arbitraryCluster, random => {
    // Blocks match pods by their addresses, which the exposure lists as addresses.
    const withoutBlocks = random.policies.filter(({ spec }) => !JSON.stringify(spec).includes('ipBlock":{'));
    const reach = new Reachability(clusterOfObjects(manifestsOf({ ...random, policies: withoutBlocks })));
    const rows = rowsOf(listExposure(reach));
    const ends = reach.cluster.workloads.map(workload => ({ workload, pod: workload.pods[0], index: reach.ofPod(workload, workload.pods[0]) }));
    for (const subject of ends) {
      for (const peer of ends) {
        for (const direction of ['ingress', 'egress'] as const) {
          const { labels } = reach.cluster.namespaces.get(peer.workload.namespace)!;
          const own = rows.filter(row => row.subject.workload === subject.workload && row.direction === direction && (row.peer.kind === 'anything'
            || row.peer.kind === 'pods' && row.peer.namespaces.matches(labels) && row.peer.pods.matches(peer.pod.labels)));
          const byName = (protocol: string, name: string) => peer.pod.ports.filter(port => port.protocol === protocol && port.name === name);
          const opened = own.flatMap(({ connections, named }) => [...connections.ranges(),
            ...named.flatMap(({ protocol, name }) => byName(protocol, name).map(({ port }) => ({ protocol, first: port, last: port })))]);
          const expected = reach.sideConnections(subject.index, direction, peer.index);
          for (const protocol of ['SCTP', 'TCP', 'UDP'] as const) {
            for (const port of [1, 53, 80, 81, 8080, 65535]) {
              const isOpen = opened.some(range => range.protocol === protocol && range.first <= port && port <= range.last);
              expect(isOpen).toBe(expected.ranges().some(range => range.protocol === protocol && range.first <= port && port <= range.last));
            }
          }
        }
      }
    }
  }), { numRuns: randomRuns(500) });
});

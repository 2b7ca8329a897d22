import { Cluster } from '../../src/cluster/cluster';
import { AddressSpace } from '../../src/reach/address-space';
import { EndpointClasses, namedPortKey } from '../../src/reach/endpoint-classes';
import { labelled, pod, podOf, policy, reachOf } from '../cluster-objects';

/** Do the pods x/a and x/b share a class? */
function alike(...objects: object[]): boolean {
  const reach = reachOf(...objects);
  const [a, b] = ['a', 'b'].map(name => reach.ofPod(reach.cluster.workloads.find(w => w.name === name)!.pods[0]));
  return a === b;
}

function classesOf(cluster: Cluster): EndpointClasses {
  return new EndpointClasses(cluster, new AddressSpace([]));
}

const selects = (podSelector: object) => policy('x/p', { podSelector });
const isWeb = selects(labelled({ app: 'web' }));
const fromBlock = policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
const onHttp = policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] });
const http = (containerPort: number, protocol = 'TCP') => ({ ports: [{ name: 'http', containerPort, protocol }] });

describe('two pods of a namespace are of one class', () => {
  test.each<[string, object[]]>([
    ['where no policy looks at anything', [pod('x/a', { app: 'web' }), pod('x/b', { app: 'db' })]],
    ['where the label that differs is mentioned nowhere', [isWeb, pod('x/a', { app: 'web', hash: '1' }), pod('x/b', { app: 'web', hash: '2' })]],
    ['where they differ in values that nobody mentions', [isWeb, pod('x/a', { app: 'cache' }), pod('x/b', { app: 'queue' })]],
    ['where a port name that is mentioned has the same number', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(80))]],
    ['where a port differs that is mentioned by number', [
      policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }), pod('x/a', {}, http(80)), pod('x/b', {}, http(81)),
    ]],
    ['where their addresses lie in the same blocks', [fromBlock, pod('x/a', {}, { ips: ['10.0.0.1'] }), pod('x/b', {}, { ips: ['10.200.0.1'] })]],
    ['where their addresses stand in another order', [
      fromBlock, pod('x/a', {}, { ips: ['10.0.0.1', '11.0.0.1'] }), pod('x/b', {}, { ips: ['11.0.0.2', '10.0.0.2'] }),
    ]],
    ["where both are on their nodes' network, whatever their labels", [
      isWeb, pod('x/a', { app: 'web' }, { hostNetwork: true }), pod('x/b', { app: 'db' }, { hostNetwork: true }),
    ]],
  ])('%s', (_, objects) => {
    expect(alike(...objects)).toBe(true);
  });
});

describe('two pods of a namespace are of two classes', () => {
  test.each<[string, object[]]>([
    ['where one has a value that is mentioned', [isWeb, pod('x/a', { app: 'web' }), pod('x/b', { app: 'db' })]],
    ['where one lacks a label that is mentioned', [isWeb, pod('x/a', { app: 'cache' }), pod('x/b')]],
    ['where one has the label empty and one not at all', [isWeb, pod('x/a', { app: '' }), pod('x/b')]],
    ['where only a peer of some rule looks at the label', [
      policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: labelled({ app: 'web' }) }] }] }), pod('x/a', { app: 'web' }), pod('x/b'),
    ]],
    ['where a label is called like what every JavaScript object has', [
      selects({ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }), pod('x/a', { constructor: '1' }), pod('x/b'),
    ]],
    ['where a port name that is mentioned has another number', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(81))]],
    ['where a port name that is mentioned is of another protocol', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(80, 'UDP'))]],
    ['where an address lies in another block', [fromBlock, pod('x/a', {}, { ips: ['10.0.0.1'] }), pod('x/b', {}, { ips: ['11.0.0.1'] })]],
    ['where an address is not known', [fromBlock, pod('x/a', {}, { ips: ['11.0.0.1'] }), pod('x/b')]],
    ["where one is on its node's network", [pod('x/a', {}, { hostNetwork: true }), pod('x/b')]],
  ])('%s', (_, objects) => {
    expect(alike(...objects)).toBe(false);
  });
});

describe('endpoint classes', () => {
  test('are of one namespace each, and those of a namespace follow each other', () => {
    const { cluster } = reachOf(isWeb, pod('x/a', { app: 'web' }), pod('y/a', { app: 'web' }), pod('x/b', { app: 'db' }), pod('y/b', { app: 'web' }));
    const { classes, runs } = classesOf(cluster);
    expect(classes.map(c => c.namespace)).toEqual(['x', 'x', 'y']);
    expect(Object.fromEntries(runs)).toEqual({ x: { first: 0, end: 2 }, y: { first: 2, end: 3 } });
  });

  test('are as few as there are kinds of pods, however many the pods', () => {
    const { cluster } = reachOf(isWeb, ...Array.from({ length: 50 }, (_, i) => podOf('web', `x/web-${i}`, { app: 'web', index: `${i}` })));
    expect(classesOf(cluster).classes).toHaveLength(1);
  });

  test('remember what policies ask about and nothing else', () => {
    const { cluster } = reachOf(isWeb, policy('x/q', { ingress: [{ ports: [{ port: 'http' }] }] }), pod('x/a', { app: 'other', hash: '1' }, {
      ports: [{ name: 'http', containerPort: 8080 }, { name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 9090 }, { containerPort: 22 }],
    }));
    const [{ labels, namedPorts }] = classesOf(cluster).classes;
    // A value that no selector mentions is just "something".
    expect([...labels]).toEqual([['app', undefined]]);
    expect([...namedPorts]).toEqual([[namedPortKey({ protocol: 'TCP', name: 'http' }), [80, 8080]]]);
  });

  test('know the pods of their own cluster only', () => {
    const reach = reachOf(pod('x/a'));
    const [stranger] = reachOf(pod('x/a')).cluster.workloads[0].pods;
    expect(() => reach.ofPod(stranger)).toThrow('this pod is not of the cluster that is evaluated');
  });
});

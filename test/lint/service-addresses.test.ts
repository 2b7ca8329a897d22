import { block, egress, ingress, service } from './app-objects';
import { foundFor } from './found';
import { deployment } from '../support/cluster-objects';

/* NP114: a block that is the address of a Service. */

const found = foundFor('NP114');
const db = deployment('app/db', { app: 'db' });
const ADDRESS = '10.40.0.7';
const atDb = (more: object = {}) => service('db', 'db', [{ port: 5432 }], { clusterIP: ADDRESS, ...more });
const to = (cidr: string) => egress('web', [block(cidr)], [{ port: 5432 }]);
const range = (...cidrs: unknown[]) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'kubernetes' }, spec: { cidrs } });

test('policies see the addresses of the pods behind a Service, and the fix selects these pods', () => {
  expect(found([db, atDb(), to(`${ADDRESS}/32`)])).toEqual([
    `object 2: warning NP114: app/e spec.egress[0].to[0]: ${ADDRESS}/32 is the address of Service app/db; with most network plugins, policies see the addresses of the pods behind it `
    + '(the Service: object 1); write a podSelector with app=db, and the port of the pods',
  ]);
  const other = { ...atDb(), metadata: { name: 'db', namespace: 'data' } };
  expect(found([other, to(`${ADDRESS}/32`)])[0]).toContain('write a namespaceSelector with kubernetes.io/metadata.name=data and a podSelector with app=db, and the port of the pods');
});

test('of a Service of both families, each address is found, and so is that of a load balancer', () => {
  const service6 = atDb({ clusterIPs: [ADDRESS, 'fd00:40::7'], type: 'LoadBalancer' });
  const balanced = { ...service6, status: { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } } };
  expect(found([db, balanced, to('fd00:40::7/128'), egress('web', [block('192.0.2.10/32')], undefined, 'app/f')])).toHaveLength(2);
});

test('no connection comes from the address of a Service, so a rule for ingress with it has no effect', () => {
  const from = ingress('web', [block(`${ADDRESS}/32`)]);
  expect(found([db, atDb(), from])).toEqual([expect.stringContaining('app/p spec.ingress[0].from[0]: 10.40.0.7/32 is the address of Service app/db; no connection comes from there')]);
  // A load balancer may connect to the pods from its own address.
  expect(found([db, atDb({ type: 'LoadBalancer' }), from])).toEqual([]);
  expect(found([db, atDb({ externalIPs: ['192.0.2.1'] }), from])).toEqual([]);
});

test('behind a Service without a selector are addresses, which the fix names if the input has them', () => {
  const kubernetes = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default' }, spec: { clusterIP: '10.40.0.1', ports: [{ port: 443, targetPort: 6443 }] } };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ port: 6443 }],
  };
  expect(found([kubernetes, to('10.40.0.1/32')])[0]).toContain('; write the addresses behind it (kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes)');
  expect(found([kubernetes, slice, to('10.40.0.1/32')])[0]).toContain('; write the addresses behind it: 192.0.2.1');
});

test('a rule with both the address of the API server and another one allows whichever the network plugin looks at', () => {
  const kubernetes = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default' }, spec: { clusterIP: '10.40.0.1', ports: [{ port: 443, targetPort: 6443 }] } };
  const endpoints = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ port: 6443 }],
  };
  const both = egress('web', [block('10.40.0.1/32'), block('192.0.2.1/32')], [{ port: 443 }, { port: 6443 }]);
  expect(found([kubernetes, both])).toEqual([]);
  expect(found([kubernetes, endpoints, both])).toEqual([]);
  // The other address is that of something else, the other peer is no address, or the Service leads to pods, which have labels.
  expect(found([kubernetes, endpoints, egress('web', [block('10.40.0.1/32'), block('198.51.100.1/32')])])).toHaveLength(1);
  expect(found([kubernetes, egress('web', [block('10.40.0.1/32'), { namespaceSelector: {} }])])).toHaveLength(1);
  expect(found([db, atDb(), egress('web', [block(`${ADDRESS}/32`), block('192.0.2.1/32')])])).toHaveLength(1);
});

test('a block within the range that a ServiceCIDR states has addresses of Services only', () => {
  expect(found([range('10.40.0.0/16', 'fd00:40::/112'), to('10.40.3.0/24')])).toEqual([
    'object 1: warning NP114: app/e spec.egress[0].to[0]: 10.40.3.0/24 is within ServiceCIDR kubernetes, so it has the addresses of Services; '
    + 'with most network plugins, policies see the addresses of the pods behind it; select the pods by their labels',
  ]);
  expect(found([range('10.40.0.0/16'), ingress('web', [block('10.40.3.0/24')])])).toHaveLength(1);
});

test.each<[string, object[]]>([
  ['the block has other addresses too', [db, atDb(), to('10.40.0.0/24')]],
  ['the block begins with the address of a Service', [db, atDb({ clusterIP: '10.40.0.8' }), to('10.40.0.8/29')]],
  ['the input does not have the address', [db, service('db', 'db', [{ port: 5432 }]), to('10.96.0.10/32')]],
  ['the block has more than the range of a ServiceCIDR', [range('10.40.0.0/16'), to('10.0.0.0/8')]],
  ['a ServiceCIDR has no valid range', [range(7, 'everything'), { ...range(), spec: {} }, to('10.40.0.0/16')]],
  ['a kind of another group has the name', [{ ...range('10.40.0.0/16'), apiVersion: 'example.com/v1' }, to('10.40.0.0/24')]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

import { block, ingress, pods, ports, service } from './app-objects';
import { foundFor } from './found';
import { ANYTHING } from '../../src/manifests/unread';
import { deployment, policy } from '../support/cluster-objects';

/* NP143: every address is let in where only pods of the cluster are clients. */

const found = foundFor('NP143');
const db = deployment('app/db', { app: 'db' }, ports(5432));
const web = deployment('app/web', { app: 'web' }, ports(80));
const inner = service('db', 'db', [{ port: 5432 }]);
const balancer = service('web', 'web', [{ port: 80 }], { type: 'LoadBalancer' });
const shop = [db, web, inner, balancer];
const ON_DB = [{ port: 5432 }];
const wide = ingress('db', [block('0.0.0.0/0')], ON_DB);

test('is a warning for pods that only a Service of the cluster leads to, in an input that has a way into the cluster elsewhere', () => {
  expect(found([...shop, wide])).toEqual([
    'object 4: warning NP143: app/p spec.ingress[0].from[0] lets 0.0.0.0/0 in, but only pods of the cluster reach app/db[Deployment], through Service app/db; such a block need not match pods; '
    + 'if you mean the pods of the cluster, write namespaceSelector: {}, or name the clients by their labels',
  ]);
  expect(found([...shop, ingress('db', [block('::/0'), block('10.0.0.0/8')], ON_DB)])).toEqual([expect.stringContaining('lets ::/0 in')]);
});

test('is found beside pods as well, and then the block is not for them', () => {
  expect(found([...shop, ingress('db', [pods('web'), block('0.0.0.0/0')], ON_DB)])).toEqual([
    'object 4: warning NP143: app/p spec.ingress[0].from[1] lets 0.0.0.0/0 in, but only pods of the cluster reach app/db[Deployment], through Service app/db; the rule has these clients as other peers; '
    + 'remove the block, or name the clients that it is for by their labels or their addresses',
  ]);
  expect(found([...shop, ingress('web', [pods('db'), block('0.0.0.0/0')], [{ port: 80 }])])).toEqual([]);
});

test('is a note if the input has no way into the cluster, because that may be written elsewhere', () => {
  expect(found([db, inner, wide])).toEqual([expect.stringContaining(': note NP143: ')]);
  expect(found([db, inner, wide, deployment('app/edge', { app: 'edge' }, { ports: [{ containerPort: 80, hostPort: 80 } as { containerPort: number }] })])[0]).toContain(': warning NP143: ');
});

const entrance = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i', namespace: 'app' }, spec: { defaultBackend: { service: { name, port: { number: 5432 } } } },
});
const webhook = (kind: string, fields: object) => ({ apiVersion: `${GROUPS[kind]}/v1`, kind, metadata: { name: 'w' }, ...fields });
const GROUPS: Record<string, string> = {
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io',
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io',
  APIService: 'apiregistration.k8s.io',
  CustomResourceDefinition: 'apiextensions.k8s.io',
};
const clientConfig = { service: { namespace: 'app', name: 'db' } };

test.each<[string, object[]]>([
  ['another Service of the pods is a way in', [...shop, wide, service('outer', 'db', [{ port: 5432 }], { type: 'NodePort' })]],
  ['a Service of the pods has addresses outside', [db, web, balancer, service('db', 'db', [{ port: 5432 }], { externalIPs: ['192.0.2.1'] }), wide]],
  ['an Ingress leads to the Service', [...shop, wide, entrance('db')]],
  ['an Ingress is of a kind that netpol does not read', [...shop, wide, { apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute', metadata: { name: 'r', namespace: 'app' }, spec: {} }]],
  ['a port of the nodes leads to the pods', [deployment('app/db', { app: 'db' }, { ports: [{ containerPort: 5432, hostPort: 5432 } as { containerPort: number }] }), web, inner, balancer, wide]],
  ['the API server calls the Service, whose address is none of a pod', [...shop, wide, webhook('ValidatingWebhookConfiguration', { webhooks: [{ clientConfig }] })]],
  ['the API server calls it for conversion', [...shop, wide, webhook('CustomResourceDefinition', { spec: { conversion: { webhook: { clientConfig } } } })]],
  ['the API server calls it for an APIService', [...shop, wide, webhook('APIService', { spec: clientConfig })]],
  ['no Service leads to the pods', [db, web, balancer, wide]],
  ['one of the selected workloads has another way in', [...shop, policy('app/all', { podSelector: {}, ingress: [{ from: [block('0.0.0.0/0')], ports: ON_DB }] })]],
  ['the rule selects no declared pod', [...shop, ingress('cache', [block('0.0.0.0/0')], ON_DB)]],
  ['the rule has all pods of a namespace beside the block, which is for other clients', [...shop, ingress('db', [block('0.0.0.0/0'), { podSelector: {} }], ON_DB)]],
  ['the rule has no ports', [...shop, ingress('db', [block('0.0.0.0/0')])]],
  ['the block has exceptions', [...shop, ingress('db', [block('0.0.0.0/0', '10.0.0.0/8')], ON_DB)]],
  ['another rule lets all pods of a namespace in on the same port', [...shop, wide, ingress('db', [{ podSelector: {} }], [{ port: 5400, endPort: 5500 }], 'app/q')]],
  ['another rule lets everybody in', [...shop, wide, ingress('db', undefined, undefined, 'app/q')]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

test('rules for pods on other ports, for other pods and by names do not matter', () => {
  const others = [ingress('db', [{ podSelector: {} }], [{ port: 80 }], 'app/q'), ingress('web', [{ podSelector: {} }], ON_DB, 'app/r'), ingress('db', [{ podSelector: {} }], [{ port: 'sql' }], 'app/s'),
    ingress('db', [{ podSelector: {} }], [{ port: 5432, protocol: 'UDP' }], 'app/t')];
  expect(found([...shop, wide, ...others])).toHaveLength(1);
  expect(found([...shop, wide, policy('app/out', { podSelector: {}, policyTypes: ['Egress'] })])).toHaveLength(1);
  expect(found([...shop, wide, webhook('MutatingWebhookConfiguration', { webhooks: [{}, 'x', { clientConfig: { url: 'https://example.com' } }] }), webhook('APIService', {})])).toHaveLength(1);
});

test('nothing is found if a part of the input was not read, or the namespace has other workloads', () => {
  const unread = [{ what: 'a document', origin: { at: () => ({}) }, code: 'not-read' as const, findings: [], mayHold: { ...ANYTHING, workloads: [] } }];
  expect(found([...shop, wide], { unread })).toEqual([]);
  expect(found([...shop, wide], { open: ['app'] })).toEqual([]);
});

describe('pods that their policy lets out to each other', () => {
  const both = (to: object, more: object = {}, from = [block('0.0.0.0/0')]) => policy('app/mix', {
    podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from }], egress: [{ to: [to, block('192.0.2.0/24')] }], ...more,
  });

  test('and lets in only by a block for everybody, need not reach each other', () => {
    expect(found([db, web, both({ podSelector: {} })])).toEqual([
      'object 2: warning NP143: app/mix spec.ingress[0].from[0] lets 0.0.0.0/0 in, and spec.egress[0].to[0] lets the pods of app/db[Deployment] out to each other by labels; '
      + 'such a block need not match pods, so that they may not be let in (they are let out here: object 2); let these pods in by their labels as well',
    ]);
    expect(found([db, web, both(pods('web'))])).toEqual([expect.stringContaining('lets app/db[Deployment] out to app/web[Deployment] by labels')]);
  });

  test.each<[string, object[]]>([
    ['they are let in by their labels', [db, web, both({ podSelector: {} }, {}, [block('0.0.0.0/0'), { podSelector: {} } as any])]],
    ['another policy lets them in', [db, web, both({ podSelector: {} }), policy('app/in', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] })]],
    ['they are let out to others only', [db, web, both({ namespaceSelector: { matchLabels: { team: 'x' } } })]],
    ['the only pod is let out to itself', [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'app', labels: { app: 'one' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }, both({ podSelector: {} })]],
    ['the policy selects no declared pod', [deployment('other/db', { app: 'db' }), both({ podSelector: {} })]],
    ['the policy is for ingress only', [db, web, policy('app/in', { podSelector: {}, ingress: [{ from: [block('0.0.0.0/0')] }] })]],
    ['the block is for some addresses', [db, web, both({ podSelector: {} }, {}, [block('10.0.0.0/8')])]],
  ])('nothing is found if %s', (_, objects) => {
    expect(found(objects)).toEqual([]);
  });
});

import { found, ingress, networkPolicy, podsOf, severities } from './found';
import { deployment, labelled, namespace, pod } from '../support/cluster-objects';

/* NP153: port 15008 is open to everybody in an ambient mesh. */

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const SHOP = namespace('shop', AMBIENT);
const WEB = deployment('shop/web', { app: 'web' });
const HBONE = { port: 15008 };
const OPEN = ingress('shop/web', 'web', undefined, [HBONE]);

test('a rule that opens it to everybody opens every port to the mesh', () => {
  expect(found('NP153', [SHOP, WEB, OPEN])).toEqual([
    'object 2 spec.ingress[0]: warning NP153: shop/web spec.ingress[0] opens TCP 15008 to everybody: in an ambient mesh, connections to every port of the pods arrive there; '
    + "name the peers in 'from', or restrict the connections by an AuthorizationPolicy",
  ]);
  expect(severities('NP153', [SHOP, WEB, ingress('shop/web', 'web', [{ namespaceSelector: {} }], [HBONE])])).toEqual(['warning']);
});

test('a range has the port, too, and one pod in the mesh is enough', () => {
  expect(severities('NP153', [SHOP, WEB, ingress('shop/web', 'web', undefined, [{ port: 15000, endPort: 15100 }])])).toEqual(['warning']);
  const out = deployment('shop/out', { 'app': 'web', 'istio.io/dataplane-mode': 'none' });
  expect(severities('NP153', [SHOP, WEB, out, OPEN])).toEqual(['warning']);
});

test('it is a note beside other ports for everybody, because Istio documents such a rule', () => {
  expect(severities('NP153', [SHOP, WEB, ingress('shop/web', 'web', undefined, [{ port: 8080 }, HBONE])])).toEqual(['note']);
});

test('an AuthorizationPolicy of another namespace, or without metadata, changes nothing', () => {
  const authorization = (metadata?: object) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata });
  expect(severities('NP153', [SHOP, WEB, OPEN, authorization({ name: 'p', namespace: 'other' }), authorization()])).toEqual(['warning']);
});

test('an AuthorizationPolicy without a namespace restricts the namespace default, to which kubectl applies it', () => {
  const authorization = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'web' } };
  const objects = [namespace('default', AMBIENT), deployment('default/web', { app: 'web' }), ingress('default/web', 'web', undefined, [HBONE])];
  expect(severities('NP153', objects)).toEqual(['warning']);
  expect(severities('NP153', [...objects, authorization])).toEqual([]);
});

test('a pod can be part of the mesh by a label of its own', () => {
  expect(severities('NP153', [pod('shop/web', { app: 'web', ...AMBIENT }), OPEN])).toEqual(['warning']);
  expect(severities('NP153', [WEB, pod('shop/db', { app: 'db', ...AMBIENT }), OPEN])).toEqual([]);
});

test.each<[string, object[]]>([
  ['the namespace is not part of the mesh', [namespace('shop'), WEB, OPEN]],
  ['the policy is for egress', [SHOP, WEB, networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [HBONE] }] })]],
  ['the connections of the policy are of another namespace', [SHOP, WEB, ingress('other/web', 'web', undefined, [HBONE])]],
  ['nothing says that it is', [WEB, OPEN]],
  ['the rule names its peers', [SHOP, WEB, ingress('shop/web', 'web', [podsOf('api')], [HBONE])]],
  ['the rule names every pod of its own namespace', [SHOP, WEB, ingress('shop/web', 'web', [{ podSelector: {} }], [HBONE])]],
  ['the rule opens other ports', [SHOP, WEB, ingress('shop/web', 'web', undefined, [{ port: 8080 }, { port: 15008, protocol: 'UDP' }])]],
  ['the pods of the policy are taken out of the mesh', [SHOP, deployment('shop/web', { 'app': 'web', 'istio.io/dataplane-mode': 'none' }), OPEN]],
  ['the rule opens every port', [SHOP, WEB, ingress('shop/web', 'web', undefined, [{ port: 1, endPort: 65535 }])]],
  ['the rule opens every port, without ports', [SHOP, WEB, ingress('shop/web', 'web', undefined)]],
  ['an AuthorizationPolicy restricts the namespace', [SHOP, WEB, OPEN,
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: labelled({ app: 'web' }) } }]],
])('it is not found if %s', (_, objects) => {
  expect(found('NP153', objects)).toEqual([]);
});

test('a rule for it is no rule for a port that no container declares (NP110)', () => {
  const web = deployment('shop/web', { app: 'web' }, { ports: [{ containerPort: 8080 }] });
  expect(severities('NP110', [SHOP, web, ingress('shop/web', 'web', [podsOf('api')], [{ port: 8080 }, HBONE])])).toEqual([]);
  expect(severities('NP110', [SHOP, web, ingress('shop/web', 'web', [podsOf('api')], [{ port: 15008, endPort: 15009 }])])).toEqual(['note']);
});

import { foundIn, object, serviceOf } from './found';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';

/* NP129: an Ingress, a route or a Route leads to pods, but the policies do not let its controller through. */

const WEB = deployment('shop/web', { app: 'web' }, { ports: [{ containerPort: 8080 }] });
const SERVICE = serviceOf('shop/web', 'web', [{ port: 80, targetPort: 8080 }]);
const CONTROLLER = deployment('ingress-nginx/controller', { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' });
const CLASS = object('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } });
const GATEWAY = [
  object('gateway.networking.k8s.io/v1', 'Gateway', 'shop/edge', { spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } }),
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop/web', { spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] } }),
];
const DENY = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] });
const ingress = (ingressClassName: string | undefined, name = 'web') =>
  object('networking.k8s.io/v1', 'Ingress', 'shop/web', { spec: { ingressClassName, defaultBackend: { service: { name, port: { number: 80 } } } } });
const NGINX = ingress('nginx');
const admit = (from: object[] | undefined, port = 8080) => policy('shop/in', { podSelector: labelled({ app: 'web' }), ingress: [{ from, ports: [{ port }] }] });
const named = (name: string) => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }) });
const found = (...objects: object[]) => foundIn('NP129', ...objects);

test('it is an error if the input has the controller, and its IngressClass', () => {
  expect(found(WEB, SERVICE, NGINX, CLASS, CONTROLLER, namespace('ingress-nginx'), DENY)).toEqual([
    'error NP129: Ingress shop/web leads to shop/web[Deployment] on TCP 8080, but the policies do not let ingress-nginx through; '
    + 'let ingress-nginx in on TCP 8080: a rule with the namespace and the labels of its pods',
  ]);
  expect(found(WEB, SERVICE, NGINX, CLASS, CONTROLLER, namespace('ingress-nginx'), admit([named('ingress-nginx')], 81))).toHaveLength(1);
  expect(found(WEB, SERVICE, NGINX, CLASS, CONTROLLER, namespace('ingress-nginx'), admit([named('monitoring')]))).toEqual([expect.stringMatching(/^error/)]);
});

test('it is a warning if netpol assumes the pods of the controller, and says so', () => {
  expect(found(WEB, SERVICE, NGINX, DENY)).toEqual([expect.stringMatching(
    /^warning NP129: Ingress shop\/web leads to .* do not let ingress-nginx through; netpol assumes that ingress-nginx serves the class nginx, which is not in the input, and that the pods of ingress-nginx, which are not in the input, are in namespace ingress-nginx with /,
  )]);
  expect(found(WEB, SERVICE, NGINX, deployment('shop/api', { app: 'api' }), admit([{ podSelector: labelled({ app: 'api' }) }]))).toEqual([expect.stringMatching(/^warning/)]);
});

test.each<[string, object[]]>([
  ['pods of a namespace that is not in the input', [named('ingress')]],
  ['pods of namespaces with a label', [{ namespaceSelector: labelled({ purpose: 'edge' }) }]],
  ['addresses, which may be those of nodes', [{ ipBlock: { cidr: '8.8.8.0/24' } }]],
])('it is a note if a rule for the port may be meant for the controller: it is for %s', (_, from) => {
  expect(found(WEB, SERVICE, NGINX, admit(from))).toEqual([expect.stringMatching(/^note NP129/)]);
});

test('a load balancer outside of the cluster needs a rule for addresses', () => {
  expect(found(WEB, SERVICE, ingress('alb'), DENY)).toEqual([expect.stringMatching(
    /^warning NP129: .* do not let any address through; .*; let the load balancer in on TCP 8080: a rule with the blocks of its addresses$/,
  )]);
  expect(found(WEB, SERVICE, ingress('alb'), admit([{ ipBlock: { cidr: '10.0.0.0/8' } }]))).toEqual([]);
});

test('a Route of OpenShift and a route of a Gateway lead to pods, too', () => {
  const route = object('route.openshift.io/v1', 'Route', 'shop/web', { spec: { to: { kind: 'Service', name: 'web' } } });
  expect(found(WEB, SERVICE, route, DENY)).toEqual([expect.stringContaining('Route shop/web leads to')]);
  expect(found(WEB, SERVICE, ...GATEWAY, DENY)).toEqual([expect.stringContaining('HTTPRoute shop/web leads to')]);
});

test('a closed egress of the controller is found as well, and then the fix is there', () => {
  const jail = policy('ingress-nginx/jail', { podSelector: {}, policyTypes: ['Egress'] });
  expect(found(WEB, SERVICE, NGINX, CLASS, CONTROLLER, namespace('ingress-nginx'), jail)).toEqual([
    'error NP129: Ingress shop/web leads to shop/web[Deployment] on TCP 8080, but the policies of ingress-nginx do not let it out to that; '
    + 'let ingress-nginx out to the pods of shop/web[Deployment] on TCP 8080: a rule for egress in a policy that selects the pods of ingress-nginx',
  ]);
  expect(found(WEB, SERVICE, NGINX, CLASS, CONTROLLER, namespace('ingress-nginx'), jail, DENY)).toEqual([expect.stringContaining('the policies do not let ingress-nginx through')]);
});

test('a default deny in the namespace of a Gateway also closes the egress of the pods that Istio makes for the Gateway there', () => {
  const deny = policy('shop/deny-all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const open = policy('shop/web', { podSelector: labelled({ app: 'web' }), ingress: [{}] });
  expect(found(WEB, SERVICE, ...GATEWAY, deny, open)).toEqual([expect.stringMatching(
    /^warning NP129: HTTPRoute shop\/web leads to .*, but the policies of Istio do not let it out to that; .*; let Istio out to the pods of /,
  )]);
  const out = policy('shop/edge', { podSelector: labelled({ 'gateway.networking.k8s.io/gateway-name': 'edge' }), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: labelled({ app: 'web' }) }] }] });
  expect(found(WEB, SERVICE, ...GATEWAY, deny, open, out)).toEqual([]);
});

test('two replicas, and two paths of an Ingress, are one finding', () => {
  const both = object('networking.k8s.io/v1', 'Ingress', 'shop/web', {
    spec: { ingressClassName: 'nginx', rules: [{ http: { paths: ['/', '/api'].map(path => ({ path, pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } })) } }] },
  });
  expect(found(WEB, SERVICE, both, DENY)).toHaveLength(1);
});

test.each<[string, object[]]>([
  ['nothing isolates the pods', [WEB, SERVICE, NGINX]],
  ['no policy of the namespace does', [WEB, SERVICE, NGINX, policy('other/deny', { podSelector: {} })]],
  ['the controller is let in', [WEB, SERVICE, NGINX, CLASS, CONTROLLER, namespace('ingress-nginx'), DENY, admit([named('ingress-nginx')])]],
  ['its usual pods are let in', [WEB, SERVICE, NGINX, DENY, admit([{ ...named('ingress-nginx'), podSelector: labelled({ 'app.kubernetes.io/name': 'ingress-nginx' }) }])]],
  ['everyone is let in', [WEB, SERVICE, NGINX, DENY, admit(undefined)]],
  ['nobody knows the controller', [WEB, SERVICE, ingress('own'), DENY]],
  ['the Service is not in the input', [WEB, ingress('nginx', 'other'), DENY]],
  ['there is no Ingress', [WEB, SERVICE, DENY]],
  ['a policy of another kind may let it in', [WEB, SERVICE, NGINX, DENY, object('cilium.io/v2', 'CiliumNetworkPolicy', 'shop/m', { spec: { endpointSelector: {}, ingress: [{}] } })]],
])('nothing is found if %s', (_, objects) => {
  expect(found(...objects)).toEqual([]);
});

import { readCluster } from '../../src/cluster/read-cluster';
import { formatRange } from '../../src/k8s/address';
import { ExposedEndpoint, listExposed } from '../../src/query/exposed';
import { formatPortQuery } from '../../src/query/ports';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* What the outside world reaches: netpol list --exposed. */

const web = deployment('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 8080 }] });
const service = (spec: object, name = 'web') => ({
  apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name }, spec: { selector: { app: 'web' }, ports: [{ name: 'public', port: 80, targetPort: 'http' }], ...spec },
});
const ingress = (spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, ...spec },
});
const route = (spec: object, kind = 'HTTPRoute') => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { namespace: 'shop', name: 'web' },
  spec: { parentRefs: [{ name: 'main', namespace: 'infra' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }], ...spec },
});
const ALL = { namespaces: { from: 'All' } };
const PROTOCOLS = ['HTTP', 'TCP', 'UDP', 'TLS'];
const gateway = (gatewayClassName: string, listeners: readonly object[] = PROTOCOLS.map((protocol, i) => (
  { name: protocol.toLowerCase(), port: 80 + i, protocol, allowedRoutes: ALL, ...protocol === 'TLS' ? { tls: { mode: 'Passthrough' } } : {} }))) => (
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: 'infra', name: 'main' }, spec: { gatewayClassName, listeners } });
/** Lets pods of one namespace, or some of its pods, in on TCP 8080. */
const letsIn = (name: string, labels?: Record<string, string>, ports: object[] = [{ port: 8080 }]) => policy('shop/web', {
  podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }), ...labels === undefined ? {} : { podSelector: labelled(labels) } }], ports }],
});
const closed = policy('shop/web', { podSelector: {} });

function exposed(objects: readonly object[], strict = false): ExposedEndpoint[] {
  return listExposed(clusterOfObjects([web, ...objects]), strict);
}

/** `Ingress shop/web: ingress-nginx? → shop/web[Deployment] TCP 8080: yes`; a `?` means that the input does not have the controller. */
function shown(objects: readonly object[], strict = false): string[] {
  return exposed(objects, strict).map(({ via, source, endpoint, port, answer }) => {
    const from = source.kind === 'controller' ? `${source.name}${source.isDeclared ? '' : '?'}` : source.kind === 'unknown' ? 'unknown'
      : source.isAll ? 'all' : source.ranges.map(formatRange).join();
    return `${via}: ${from} → ${endpoint === undefined ? '-' : `${endpoint.name} ${formatPortQuery(port!)}`}: ${answer}`;
  });
}

describe('an Ingress', () => {
  const nginx = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };

  test('is served by a controller that is not in the input: a peer by its usual labels, which netpol says that it assumes', () => {
    const [row] = exposed([service({}), ingress({ ingressClassName: 'nginx' }), letsIn('ingress-nginx', nginx)]);
    expect(row).toMatchObject({ answer: 'yes', service: 'shop/web', source: { kind: 'controller', name: 'ingress-nginx', isDeclared: false } });
    expect(row.assumptions).toEqual([
      'netpol assumes that ingress-nginx serves the class nginx, which is not in the input',
      'netpol assumes that the pods of ingress-nginx, which are not in the input, are in namespace ingress-nginx with '
      + 'app.kubernetes.io/component=controller,app.kubernetes.io/instance=ingress-nginx,app.kubernetes.io/name=ingress-nginx',
    ]);
    expect(shown([service({}), ingress({ ingressClassName: 'nginx' }), letsIn('elsewhere')])).toEqual(['Ingress shop/web: ingress-nginx? → shop/web[Deployment] TCP 8080: no']);
  });

  test('is served by the controller of the input, wherever it is, under its own policies', () => {
    const controller = deployment('edge/nginx', { ...nginx, 'app.kubernetes.io/instance': 'mine' });
    const objects = [service({}), ingress({ ingressClassName: 'nginx' }), letsIn('edge'), controller];
    expect(shown(objects)).toEqual(['Ingress shop/web: ingress-nginx → shop/web[Deployment] TCP 8080: yes']);
    expect(shown([...objects, policy('edge/out', { podSelector: {}, policyTypes: ['Egress'] })])).toEqual(['Ingress shop/web: ingress-nginx → shop/web[Deployment] TCP 8080: no']);
  });

  test('is judged on the port of the container, and not on that of the Service', () => {
    expect(shown([service({}), ingress({ ingressClassName: 'nginx' }), letsIn('ingress-nginx', undefined, [{ port: 80 }])])).toEqual(['Ingress shop/web: ingress-nginx? → shop/web[Deployment] TCP 8080: no']);
  });

  test('is served by the controller that its IngressClass names, whatever the name of the class', () => {
    const traefik = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'traefik.io/ingress-controller' } };
    const [row] = exposed([service({}), ingress({ ingressClassName: 'nginx' }), traefik, letsIn('traefik')]);
    expect(row).toMatchObject({ answer: 'yes', source: { name: 'Traefik' } });
    expect(row.assumptions).toEqual(['netpol assumes that the pods of Traefik, which are not in the input, are in namespace traefik with app.kubernetes.io/name=traefik']);
  });

  test('without a class belongs to ingress-nginx, which netpol says that it assumes', () => {
    expect(exposed([service({}), ingress({})])[0].assumptions).toContain('netpol assumes that ingress-nginx serves Ingress shop/web, which names no class');
  });

  test('of a class that netpol does not know is undecided', () => {
    const [row] = exposed([service({}), ingress({ ingressClassName: 'acme' })]);
    expect(row).toMatchObject({ answer: 'undecided', source: { kind: 'unknown' }, reasons: ['netpol does not know the pods of class acme'] });
    const acme = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'acme.io/x' } };
    expect(exposed([service({}), ingress({ ingressClassName: 'nginx' }), acme])[0].reasons).toEqual(['netpol does not know the pods of acme.io/x']);
  });

  test('of Cilium is undecided, because it connects from the nodes', () => {
    expect(exposed([service({}), ingress({ ingressClassName: 'cilium' })])[0]).toMatchObject({
      answer: 'undecided', reasons: ['Cilium connects from the nodes, and what policies see then depends on the data plane'],
    });
  });

  test('of a load balancer of a cloud lets in addresses', () => {
    expect(shown([service({}), ingress({ ingressClassName: 'alb' })])).toEqual(['Ingress shop/web: all → shop/web[Deployment] TCP 8080: yes']);
    expect(shown([service({}), ingress({ ingressClassName: 'alb' }), closed])).toEqual(['Ingress shop/web:  → shop/web[Deployment] TCP 8080: no']);
  });

  test('leads to the port of the Service that it names, or to each one if a Route names none', () => {
    const named = (name: string) => ingress({ ingressClassName: 'nginx', defaultBackend: { service: { name: 'web', port: { name } } } });
    expect(shown([service({}), named('public')])).toEqual(['Ingress shop/web: ingress-nginx? → shop/web[Deployment] TCP 8080: yes']);
    expect(exposed([service({}), named('nope')])[0]).toMatchObject({ answer: 'undecided', reasons: ['Service shop/web has no TCP port nope'] });
  });

  test('to a resource that is no Service is undecided', () => {
    const defaultBackend = { resource: { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'assets' } };
    expect(exposed([ingress({ ingressClassName: 'nginx', defaultBackend })])).toMatchObject([
      { via: 'Ingress shop/web', backend: 'StorageBucket shop/assets', answer: 'undecided', reasons: ['netpol does not read StorageBucket of k8s.example.com'] },
    ]);
    expect(exposed([ingress({ ingressClassName: 'nginx', defaultBackend: { resource: null } })])).toEqual([]);
  });

  test('is listed once for two paths to one port', () => {
    const path = { backend: { service: { name: 'web', port: { number: 80 } } } };
    expect(shown([service({}), ingress({ ingressClassName: 'nginx', rules: [{ http: { paths: [path, path] } }] })])).toHaveLength(1);
  });

  test.each([
    [[], 'Service shop/web is not in the input'],
    [[service({ selector: { app: 'nobody' } })], 'Service shop/web has no endpoints: no pod of the input matches its selector app=nobody; add the workload, or correct the selector'],
    [[service({ type: 'ExternalName', externalName: 'a.example.com' })], 'Service shop/web stands for the domain name a.example.com'],
  ])('to a Service whose endpoints are not known is undecided', (services, reason) => {
    expect(exposed([...services, ingress({ ingressClassName: 'nginx' })])).toMatchObject([{ answer: 'undecided', reasons: [reason] }]);
  });

  test('leads to the container port of a headless Service, because controllers read its EndpointSlices', () => {
    expect(shown([service({ clusterIP: 'None' }), ingress({ ingressClassName: 'nginx' })])).toEqual(['Ingress shop/web: ingress-nginx? → shop/web[Deployment] TCP 8080: yes']);
  });

  test('rests on what is assumed about the namespace of its controller, too', () => {
    const byLabel = policy('shop/web', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'edge' }) }] }] });
    const objects = [service({}), ingress({ ingressClassName: 'nginx' }), byLabel];
    expect(exposed(objects)[0]).toMatchObject({ answer: 'no', assumptions: expect.arrayContaining([expect.stringContaining('label team of namespace ingress-nginx')]) });
    expect(exposed(objects, true)[0]).toMatchObject({ answer: 'undecided' });
    expect(exposed([...objects, namespace('ingress-nginx', { team: 'edge' })])[0]).toMatchObject({ answer: 'yes' });
  });
});

describe('a route of the Gateway API', () => {
  test('is served by the pods of its Gateway, which have its name as a label', () => {
    const pods = { 'gateway.networking.k8s.io/gateway-name': 'main' };
    const objects = [service({}), route({}), gateway('istio'), letsIn('infra', pods)];
    expect(shown(objects)).toEqual(['HTTPRoute shop/web: Istio? → shop/web[Deployment] TCP 8080: yes']);
    expect(shown([...objects, deployment('infra/main-istio', pods)])).toEqual(['HTTPRoute shop/web: Istio → shop/web[Deployment] TCP 8080: yes']);
    const envoy = { 'gateway.envoyproxy.io/owning-gateway-name': 'main', 'gateway.envoyproxy.io/owning-gateway-namespace': 'infra' };
    expect(shown([service({}), route({}), gateway('eg'), letsIn('envoy-gateway-system', envoy)])).toEqual(['HTTPRoute shop/web: Envoy Gateway? → shop/web[Deployment] TCP 8080: yes']);
  });

  test.each(['GRPCRoute', 'TCPRoute', 'TLSRoute'])('may be a %s', kind => {
    expect(shown([service({}), route({}, kind), gateway('istio'), closed])).toEqual([`${kind} shop/web: Istio? → shop/web[Deployment] TCP 8080: no`]);
  });

  test('is a UDPRoute for the UDP ports of a Service', () => {
    const dns = service({ ports: [{ name: 'a', port: 80, targetPort: 53, protocol: 'UDP' }, { name: 'b', port: 80, targetPort: 8080 }] });
    expect(shown([dns, route({}, 'UDPRoute'), gateway('istio')])).toEqual(['UDPRoute shop/web: Istio? → shop/web[Deployment] UDP 53: yes']);
  });

  test('of a Gateway that is not in the input is undecided', () => {
    expect(exposed([service({}), route({})])[0]).toMatchObject({ answer: 'undecided', reasons: ['netpol does not know the pods of Gateway infra/main'] });
  });
});

describe('a Gateway', () => {
  const listener = (spec: object) => gateway('istio', [{ name: 'web', port: 80, protocol: 'HTTP', allowedRoutes: ALL, ...spec }]);
  const from = (spec: object) => listener({ allowedRoutes: { namespaces: spec } });
  const selecting = from({ from: 'Selector', selector: labelled({ team: 'a' }) });
  const parent = (spec: object) => route({ parentRefs: [{ name: 'main', namespace: 'infra', ...spec }] });
  const answers = (...objects: object[]) => exposed([service({}), ...objects]).map(({ answer, reasons }) => [answer, ...reasons].join(': '));
  const title = 'listener web of Gateway infra/main';

  test.each<[string, object[], string]>([
    ['of its own namespace only, by default', [listener({ allowedRoutes: undefined }), route({})], `no: ${title} accepts routes of namespace infra only`],
    ['of every namespace', [from({ from: 'All' }), route({})], 'yes'],
    ['of the namespaces that it selects', [selecting, route({}), namespace('shop', { team: 'a' })], 'yes'],
    ['of no namespace that it does not select', [selecting, route({}), namespace('shop')], `no: ${title} accepts routes of namespaces team=a only`],
    ['of a namespace whose labels are not in the input, perhaps', [selecting, route({})], `undecided: ${title} accepts routes of namespaces team=a, and the labels of namespace shop are not in the input`],
    ['of namespaces that it does not describe, perhaps', [from({ from: 'Selector' }), route({})], `undecided: netpol does not know from which namespaces ${title} accepts routes`],
    ['of the kinds that it lists', [listener({ allowedRoutes: { ...ALL, kinds: [{ kind: 'GRPCRoute' }] } }), route({})], `no: ${title}, which has the protocol HTTP, accepts no HTTPRoute`],
    ['of the kinds of its protocol', [listener({}), route({}, 'TCPRoute')], `no: ${title}, which has the protocol HTTP, accepts no TCPRoute`],
    ['of no other kind for TLS', [listener({ protocol: 'TLS' }), route({})], `no: ${title}, which has the protocol TLS, accepts no HTTPRoute`],
    ['of no other kind for TCP', [listener({ protocol: 'TCP' }), route({})], `no: ${title}, which has the protocol TCP, accepts no HTTPRoute`],
    ['of no other kind for UDP', [listener({ protocol: 'UDP' }), route({})], `no: ${title}, which has the protocol UDP, accepts no HTTPRoute`],
    ['that end TLS, depending on the controller', [listener({ protocol: 'TLS' }), route({}, 'TLSRoute')], `undecided: whether ${title}, which has the protocol TLS, accepts the kind TLSRoute depends on the controller`],
    ['of a protocol of its controller, perhaps', [listener({ protocol: 'acme.io/x' }), route({})], `undecided: whether ${title}, which has the protocol acme.io/x, accepts the kind HTTPRoute depends on the controller`],
    ['for one of its host names', [listener({ hostname: '*.example.com' }), route({ hostnames: ['a.example.com'] })], 'yes'],
    ['for no other host name', [listener({ hostname: 'b.example.com' }), route({ hostnames: ['a.example.com'] })], `no: ${title} serves b.example.com, which is none of its host names`],
    ['for a host name within a wildcard of theirs', [listener({ hostname: 'a.example.com' }), route({ hostnames: ['*.example.com'] })], 'yes'],
    ['of the kinds that it lists with their groups', [listener({ allowedRoutes: { ...ALL, kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] } }), route({})], 'yes'],
    ['by the name and the port of a listener that it has', [listener({}), parent({ sectionName: 'web', port: 81 })], 'no: Gateway infra/main has no listener with the name web and port 81'],
    ['by the name of a listener', [listener({}), parent({ sectionName: 'web' })], 'yes'],
    ['by the name of a listener that it has', [listener({}), parent({ sectionName: 'nope' })], 'no: Gateway infra/main has no listener with the name nope'],
    ['by the port of a listener that it has', [listener({}), parent({ port: 81 })], 'no: Gateway infra/main has no listener with port 81'],
    ['if it has a listener', [gateway('istio', []), route({})], 'undecided: Gateway infra/main has no listener'],
  ])('accepts routes %s', (_, objects, expected) => {
    expect(answers(...objects)).toEqual([expected]);
  });

  test('has no route whose parent is a Service, which is one of a mesh, and perhaps one whose parent netpol does not read', () => {
    expect(answers(route({ parentRefs: [{ group: '', kind: 'Service', name: 'web' }] }))).toEqual(['no: its parent is Service shop/web, so it leads connections between pods']);
    expect(answers(route({ parentRefs: [{ kind: 'ListenerSet', name: 'x' }] }))).toEqual(['undecided: netpol does not read its parent, ListenerSet shop/x']);
  });

  test('leads to no backend of weight 0, unless another rule leads there', () => {
    const rule = (weight: number) => ({ backendRefs: [{ name: 'web', port: 80, weight }] });
    expect(answers(gateway('istio'), route({ rules: [rule(0)] }))).toEqual(['no: its weight is 0']);
    expect(answers(gateway('istio'), route({ rules: [rule(0), rule(1)] }))).toEqual(['yes']);
  });

  test('leads to the backends of a RequestMirror', () => {
    const filters = [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'web', port: 80 } } }, { type: 'URLRewrite' }];
    expect(answers(gateway('istio'), route({ rules: [{ filters }] }))).toEqual(['yes']);
  });

  test('leads to no Service whose port a backend does not name: the Gateway API demands it', () => {
    const rule = (port?: number) => ({ backendRefs: [{ name: 'web', port }] });
    const refused = 'no: its backend names no port, which the Gateway API demands for a Service';
    expect(answers(gateway('istio'), route({ rules: [rule()] }))).toEqual([refused]);
    expect(answers(gateway('istio'), route({ rules: [rule(), rule(80)] }))).toEqual([refused, 'yes']);
    expect(answers(gateway('istio'), route({ rules: [rule()] }, 'TCPRoute'))).toEqual([refused]);
  });

  test.each<[object, string, string]>([
    [{ group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'web', port: 80 }, 'ServiceImport shop/web', 'netpol does not read ServiceImport of multicluster.x-k8s.io'],
    [{ group: 'acme.io', kind: 'Bucket', name: 'b' }, 'Bucket shop/b', 'netpol does not read Bucket of acme.io'],
    [{ group: 'serving.knative.dev', kind: 'Service', name: 'web', namespace: 'other' }, 'Service other/web', 'netpol does not read Service of serving.knative.dev'],
    [{ kind: 'ConfigMap', name: 'c' }, 'ConfigMap shop/c', 'netpol does not read ConfigMap'],
  ])('leads to a backend that is no Service, perhaps: %j', (reference, backend, reason) => {
    expect(exposed([gateway('istio'), route({ rules: [{ backendRefs: [reference, { ...reference, weight: 0 }] }] })])).toMatchObject([
      { via: 'HTTPRoute shop/web', source: { kind: 'controller', name: 'Istio' }, backend, answer: 'undecided', reasons: [reason] },
    ]);
    expect(exposed([gateway('istio', []), route({ parentRefs: [{ name: 'main', namespace: 'infra', port: 1 }], rules: [{ backendRefs: [{ ...reference, weight: 0 }] }] })])).toMatchObject([
      { backend, answer: 'no', reasons: ['its weight is 0'] },
    ]);
  });

  test('leads to a Service and to another object of its name, each with a row of its own', () => {
    const rules = [{ backendRefs: [{ name: 'web', port: 80 }, { name: 'web', port: 80, group: 'multicluster.x-k8s.io', kind: 'ServiceImport' }] }];
    expect(exposed([service({}), gateway('istio'), route({ rules })]).map(({ service: own, backend, answer }) => [own, backend, answer])).toEqual([
      ['shop/web', undefined, 'yes'], [undefined, 'ServiceImport shop/web', 'undecided'],
    ]);
  });

  test('leads to a Service of another namespace only with a ReferenceGrant there', () => {
    const elsewhere = { ...route({ rules: [{ backendRefs: [{ name: 'web', namespace: 'shop', port: 80 }] }] }), metadata: { namespace: 'edge', name: 'web' } };
    const grant = (to: object) => ({
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'ReferenceGrant',
      metadata: { namespace: 'shop', name: 'g' },
      spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'edge' }], to: [{ group: '', kind: 'Service', ...to }] },
    });
    const refused = 'no: no ReferenceGrant in namespace shop lets an object of kind HTTPRoute in namespace edge lead there';
    expect(answers(gateway('istio'), elsewhere)).toEqual([refused]);
    expect(answers(gateway('istio'), elsewhere, grant({ name: 'other' }))).toEqual([refused]);
    expect(answers(gateway('istio'), elsewhere, grant({ kind: 'Secret' }))).toEqual([refused]);
    expect(answers(gateway('istio'), elsewhere, grant({ name: 'web' }))).toEqual(['yes']);
    expect(answers(gateway('istio'), elsewhere, grant({}))).toEqual(['yes']);
  });
});

describe('another way in', () => {
  test.each([
    ['networking.istio.io/v1', 'VirtualService', { gateways: ['main'] }], ['traefik.io/v1alpha1', 'IngressRoute', {}], ['projectcontour.io/v1', 'HTTPProxy', {}],
    ['configuration.konghq.com/v1beta1', 'TCPIngress', {}], ['getambassador.io/v3alpha1', 'Mapping', {}],
    ['x.getambassador.io/v3alpha1', 'AmbassadorMapping', {}],
  ])('of %s, %s, is undecided, because netpol does not read it', (apiVersion, kind, spec) => {
    expect(exposed([{ apiVersion, kind, metadata: { namespace: 'shop', name: 'x' }, spec }])).toMatchObject([
      { via: `${kind} shop/x`, source: { kind: 'unknown' }, answer: 'undecided', reasons: [`netpol does not read ${kind} of ${apiVersion.split('/')[0]}`] },
    ]);
  });

  test('is no VirtualService without a gateway, which is about the mesh', () => {
    const mesh = (spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { namespace: 'shop', name: 'x' }, spec });
    expect(exposed([mesh({}), mesh({ gateways: ['mesh'] })])).toEqual([]);
  });

  test('is a port of the node that leads to a pod, under its policies', () => {
    const container = (hostIP?: string) => ({ name: 'c', image: 'i', ports: [{ containerPort: 9000, hostPort: 90, hostIP }] });
    const pod = (hostIP?: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'p' }, spec: { containers: [container(hostIP)] } });
    expect(exposed([pod()])).toMatchObject([{ via: 'HostPort shop/p', nodePort: 90, answer: 'yes' }]);
    expect(exposed([pod(), closed])).toMatchObject([{ via: 'HostPort shop/p', answer: 'no' }]);
    expect(exposed([pod('127.0.0.1')])).toEqual([]);
  });

  test('is the network of the node, whatever the policies say', () => {
    expect(shownNode()).toEqual([{ via: 'HostNetwork shop/agent', answer: 'yes' }]);
  });
  const shownNode = () => exposed([deployment('shop/agent', { app: 'agent' }, { hostNetwork: true }), closed]).map(({ via, answer }) => ({ via, answer }));
});

describe('a Route of OpenShift', () => {
  const own = (spec: object) => ({ apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { namespace: 'shop', name: 'web' }, spec: { to: { name: 'web' }, ...spec } });
  const router = policy('shop/web', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ 'network.openshift.io/policy-group': 'ingress' }) }] }] });

  test('is served by the router, whose namespace has a label that policies select', () => {
    expect(shown([service({}), own({}), router])).toEqual(['Route shop/web: the router of OpenShift? → shop/web[Deployment] TCP 8080: yes']);
    // A Namespace that cannot be read may be that of the router. Then nobody knows its labels.
    const lost = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'Ingress_' } };
    const withoutLabel = policy('shop/web', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'network.openshift.io/policy-group', operator: 'DoesNotExist' }] } }] }] });
    for (const one of [router, withoutLabel]) {
      const { cluster } = readCluster([web, service({}), own({}), one, lost].map(object => ({ object, origin: { at: () => ({}) }, named: true })));
      expect(listExposed(cluster, false)).toMatchObject([{ via: 'Route shop/web', answer: 'undecided' }]);
    }
  });

  test('names the port of the pods by its number, or by the name of the port of the Service', () => {
    const two = service({ ports: [{ name: 'public', port: 80, targetPort: 'http' }, { name: 'admin', port: 81, targetPort: 9000 }] });
    expect(shown([two, own({ port: { targetPort: 9000 } })])).toEqual(['Route shop/web: the router of OpenShift? → shop/web[Deployment] TCP 9000: yes']);
    expect(shown([two, own({ port: { targetPort: 'public' } })])).toEqual(['Route shop/web: the router of OpenShift? → shop/web[Deployment] TCP 8080: yes']);
    expect(shown([two, own({})])).toHaveLength(2);
    expect(exposed([service({ selector: { app: 'nobody' } }), own({ port: { targetPort: 9000 } })])[0].reasons).toEqual(['Service shop/web has no TCP port 9000']);
  });
});

test('a Route of OpenShift leads to no backend of weight 0, and to no UDP port', () => {
  const own = (spec: object) => ({ apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { namespace: 'shop', name: 'web' }, spec });
  expect(exposed([service({}), own({ to: { name: 'web', weight: 0 } })])).toMatchObject([{ answer: 'no', reasons: ['its weight is 0'] }]);
  const dns = service({ ports: [{ port: 53, targetPort: 53, protocol: 'UDP' }] });
  expect(exposed([dns, own({ to: { name: 'web' } })])).toMatchObject([{ answer: 'undecided', reasons: ['Service shop/web has no TCP port'] }]);
});

test('the annotation for source ranges narrows the clients of the load balancer, which netpol assumes, and not those of the nodes', () => {
  const onNodes = 'NodePort shop/web: all → shop/web[Deployment] TCP 8080: yes';
  const annotated = { ...service({ type: 'LoadBalancer' }), metadata: { namespace: 'shop', name: 'web', annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.1.0.0/16, 10.3.0.0/16' } } };
  expect(shown([annotated])).toEqual(['LoadBalancer shop/web: 10.1.0.0-10.1.255.255,10.3.0.0-10.3.255.255 → shop/web[Deployment] TCP 8080: yes', onNodes]);
  expect(exposed([annotated])[0].assumptions).toEqual([expect.stringContaining('which some load balancers ignore')]);
  expect(shown([annotated], true)).toEqual(['LoadBalancer shop/web: all → shop/web[Deployment] TCP 8080: yes', onNodes]);
});

describe('a Service of its own', () => {
  const some = policy('shop/web', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  const hidden = 'netpol assumes that pods see the address of the client, although externalTrafficPolicy: Cluster may replace it by that of a node';

  test.each([
    ['LoadBalancer', { type: 'LoadBalancer' }], ['NodePort', { type: 'NodePort' }], ['ExternalIP', { externalIPs: ['192.0.2.1'] }],
  ])('is a way in as a %s', (kind, spec) => {
    expect(shown([service(spec)])).toEqual([`${kind} shop/web: all → shop/web[Deployment] TCP 8080: yes`]);
  });

  test('is none as a ClusterIP', () => {
    expect(exposed([service({})])).toEqual([]);
  });

  test('has the port of the nodes, as a NodePort', () => {
    expect(exposed([service({ type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] })])).toMatchObject([{ nodePort: 30080 }]);
    expect(exposed([service({ type: 'LoadBalancer', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] })])[0].nodePort).toBeUndefined();
  });

  test('says which clients the policies let in', () => {
    const local = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(shown([local, some])).toEqual(['LoadBalancer shop/web: 10.0.0.0-10.255.255.255 → shop/web[Deployment] TCP 8080: yes']);
    expect(shown([local, closed])).toEqual(['LoadBalancer shop/web:  → shop/web[Deployment] TCP 8080: no']);
    expect(exposed([local, closed])[0].assumptions).toEqual([]);
  });

  test('with externalTrafficPolicy Cluster rests on the address that pods see, unless every address is let in', () => {
    const cluster = service({ type: 'LoadBalancer' });
    expect(exposed([cluster, some])).toMatchObject([{ answer: 'yes', assumptions: [hidden] }]);
    expect(exposed([cluster, some], true)).toMatchObject([{ answer: 'undecided', reasons: [hidden.replace('netpol assumes', 'it is not certain')], assumptions: [] }]);
    expect(exposed([cluster], true)).toMatchObject([{ answer: 'yes', assumptions: [] }]);
  });

  test('has only the clients that its load balancer accepts', () => {
    const narrow = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['10.1.0.0/16', ' 192.0.2.0/24'] });
    expect(shown([narrow])[0]).toBe('LoadBalancer shop/web: 10.1.0.0-10.1.255.255,192.0.2.0-192.0.2.255 → shop/web[Deployment] TCP 8080: yes');
    expect(shown([narrow, some])[0]).toBe('LoadBalancer shop/web: 10.1.0.0-10.1.255.255 → shop/web[Deployment] TCP 8080: yes');
    expect(shown([service({ type: 'NodePort', loadBalancerSourceRanges: ['10.1.0.0/16'] })])).toEqual(['NodePort shop/web: all → shop/web[Deployment] TCP 8080: yes']);
  });

  test('of a load balancer with source ranges is open on the ports of the nodes too, which the ranges do not limit', () => {
    const ports = [{ name: 'a', port: 80, targetPort: 8080, nodePort: 30080 }, { name: 'b', port: 81, targetPort: 9090 }];
    const narrow = (spec: object) => service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['192.0.2.0/24'], ports, ...spec });
    const onNodes = (...objects: object[]) => exposed(objects).filter(({ via }) => via.startsWith('NodePort')).map(({ nodePort, answer }) => [nodePort, answer]);
    expect(shown([narrow({}), some])).toContain('LoadBalancer shop/web:  → shop/web[Deployment] TCP 8080: no');
    expect(shown([narrow({}), some])).toContain('NodePort shop/web: 10.0.0.0-10.255.255.255 → shop/web[Deployment] TCP 8080: yes');
    expect(onNodes(narrow({}))).toEqual([[30080, 'yes'], [undefined, 'yes']]);
    // A port that names its nodePort has it all the same.
    expect(onNodes(narrow({ allocateLoadBalancerNodePorts: false }))).toEqual([[30080, 'yes']]);
    expect(onNodes(narrow({ allocateLoadBalancerNodePorts: false, ports: [ports[1]] }))).toEqual([]);
    expect(onNodes(service({ type: 'LoadBalancer' }))).toEqual([]);
  });

  test('with external addresses is open on them too, whatever its type and its source ranges are', () => {
    const outside = (type: string) => service({ type, externalIPs: ['192.0.2.1'], externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['192.0.2.0/24'], allocateLoadBalancerNodePorts: false });
    const row = 'ExternalIP shop/web: 10.0.0.0-10.255.255.255 → shop/web[Deployment] TCP 8080: yes';
    expect(shown([outside('LoadBalancer'), some])).toEqual([row, 'LoadBalancer shop/web:  → shop/web[Deployment] TCP 8080: no']);
    expect(shown([outside('NodePort'), some])).toEqual([row, 'NodePort shop/web: 10.0.0.0-10.255.255.255 → shop/web[Deployment] TCP 8080: yes']);
  });

  test('has clients of IPv6 if a policy mentions it', () => {
    const six = policy('shop/six', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 'fd00::/8' } }] }] });
    expect(shown([service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }), six])).toEqual([
      'LoadBalancer shop/web: fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff → shop/web[Deployment] TCP 8080: yes',
    ]);
  });

  test('is undecided if a policy of another kind may deny the connection, or nobody knows the endpoints', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'shop', name: 'c' }, spec: { endpointSelector: {}, ingress: [{}] } };
    const local = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(exposed([local, cilium])).toMatchObject([{ answer: 'undecided', reasons: ['CiliumNetworkPolicy shop/c is of a kind that netpol does not evaluate'] }]);
    expect(exposed([service({ type: 'NodePort', selector: { app: 'nobody' } })])).toMatchObject([{ answer: 'undecided', source: { kind: 'unknown' }, reasons: [expect.stringContaining('no pod of the input matches')] }]);
  });

  test('is undecided for a pod of which only the running cluster knows whether it is an endpoint, unless it is let in', () => {
    const canary = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { 'app': 'web', 'pod-template-hash': 'abc' } });
    expect(exposed([canary])).toMatchObject([{ answer: 'yes' }]);
    expect(exposed([canary, closed])).toMatchObject([{ answer: 'undecided', reasons: [expect.stringContaining('only the running cluster knows')] }]);
  });

  test('lets everyone in to an endpoint that is an address', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'shop', name: 's', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [{ addresses: ['192.0.2.9'] }],
      ports: [{ name: 'public', port: 7000 }],
    };
    expect(shown([service({ type: 'NodePort', selector: undefined }), slice, closed])).toEqual(['NodePort shop/web: all → 192.0.2.9 TCP 7000: yes']);
  });
});

test('the ways in are sorted, first by their names', () => {
  expect(exposed([service({ type: 'NodePort' }), ingress({ ingressClassName: 'nginx' }), service({ type: 'LoadBalancer' }, 'b')]).map(({ via }) => via))
    .toEqual(['Ingress shop/web', 'LoadBalancer shop/b', 'NodePort shop/web']);
});

describe('a way in that netpol cannot read has a row that is undecided and says so', () => {
  const reading = (object: object) => exposed([object]).map(({ via, answer, reasons }) => ({ via, answer, reasons }));

  test.each([
    ['a LoadBalancer with a wrong range', service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['1.2.3.4'] }), 'Service shop/web'],
    ['a Service with a wrong external address', service({ externalIPs: ['x'] }), 'Service shop/web'],
    ['a Service of which nothing is known', { ...service({}), spec: 'x' }, 'Service shop/web'],
    ['an Ingress with a wrong port', ingress({ defaultBackend: { service: { name: 'web', port: { number: 'x' } } } }), 'Ingress shop/web'],
    ['a route with a wrong port', route({ rules: [{ backendRefs: [{ name: 'web', port: 'x' }] }] }), 'HTTPRoute shop/web'],
  ])('%s', (_, object, title) => {
    expect(reading(object)).toEqual([{ via: title, answer: 'undecided', reasons: [`netpol cannot read ${title}`] }]);
  });

  test('but a Service with faults that leads nowhere from outside has none', () => {
    expect(reading(service({ ports: [{ port: 'x' }] }))).toEqual([]);
    expect(reading({ ...service({ ports: [{ port: 'x' }] }), spec: { type: 'ExternalName', ports: [{ port: 'x' }] } })).toEqual([]);
    expect(reading({ ...gateway('nginx'), spec: { listeners: 'x' } })).toEqual([]);
  });
});

describe('a route that leads nowhere says so', () => {
  const nowhere = (spec: object) => exposed([service({}), gateway('eg'), route(spec)]).map(({ answer, reasons }) => ({ answer, reasons }));

  test('without rules, or without a backend in them', () => {
    const expected = [{ answer: 'no', reasons: ['none of its rules names a backend'] }];
    expect(nowhere({ rules: undefined })).toEqual(expected);
    expect(nowhere({ rules: [{ filters: [{ type: 'RequestRedirect' }] }] })).toEqual(expected);
  });

  test('without a Gateway, unless a default Gateway may take it', () => {
    const reasons = ['it has no parentRefs, so it belongs to no Gateway'];
    expect(nowhere({ parentRefs: undefined })).toEqual([{ answer: 'no', reasons }]);
    expect(nowhere({ parentRefs: undefined, useDefaultGateways: 'All' })).toEqual([{ answer: 'undecided', reasons: ['it has no parentRefs, and a default Gateway may take it'] }]);
  });
});

import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { formatAddress } from '../../src/k8s/address';
import { readText } from '../../src/manifests/read-text';

/* Services and the ways in from outside, as the input writes them. */

function read(yaml: string) {
  const { cluster, findings } = readCluster(readText({ file: 'a.yaml', content: yaml, named: true }).resources);
  return { services: cluster.services!, entrances: cluster.entrances!, findings: findings.map(formatFinding) };
}

const service = (spec: string, name = 'web') => `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
const slice = (rest: string) => `---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: s, namespace: shop, labels: { kubernetes.io/service-name: web } }\n${rest}\n`;

describe('a Service', () => {
  test('has the defaults of the API: type ClusterIP, protocol TCP, and the port itself as its target', () => {
    const { services: [own], findings } = read(service('{ selector: { app: web }, ports: [{ port: 80 }, { port: 81, protocol: "", targetPort: 0 }, { port: 82, targetPort: "" }] }'));
    expect(findings).toEqual([]);
    expect(own).toMatchObject({ namespace: 'shop', name: 'web', type: 'ClusterIP', isHeadless: false, addresses: [], hasExternalIps: false, keepsClientAddress: false, sourceRanges: [] });
    expect(own.ports.map(({ protocol, port, target }) => `${protocol} ${port} ${target}`)).toEqual(['TCP 80 80', 'TCP 81 81', 'TCP 82 82']);
    expect(own.externalName).toBeUndefined();
  });

  test('of type ExternalName is an alias, and its selector and clusterIP have no effect', () => {
    const { services: [own] } = read(service('{ type: ExternalName, externalName: db.example.com, selector: { app: web }, clusterIP: None }'));
    expect(own).toMatchObject({ type: 'ExternalName', externalName: 'db.example.com', isHeadless: false });
    expect(own.selector).toBeUndefined();
  });

  test('has every address of its spec and its status once', () => {
    const yaml = service('{ type: LoadBalancer, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, "fd00::1"], externalIPs: [10.0.0.2], loadBalancerIP: 10.0.0.3 }')
      + 'status: { loadBalancer: { ingress: [{ ip: 10.0.0.4 }, { hostname: a.example.com }] } }\n';
    const { services: [own] } = read(yaml);
    expect(own.addresses.map(formatAddress)).toEqual(['10.0.0.1', 'fd00::1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
    expect(own.hasExternalIps).toBe(true);
  });

  test.each([
    ['{ type: Cluster }', "spec.type: must be ClusterIP, NodePort, LoadBalancer or ExternalName, not 'Cluster'"],
    ['{ ports: [{ port: 70000 }] }', 'spec.ports[0].port: 70000 must be between 1 and 65535'],
    ['{ ports: [{ name: a }] }', 'spec.ports[0].port: is not a port'],
    ['{ ports: [{ port: "80" }] }', 'spec.ports[0].port: must be a whole number'],
    ['{ ports: [{ port: 80, protocol: tcp }] }', "spec.ports[0].protocol: must be SCTP, TCP or UDP, not 'tcp'"],
    ['{ ports: [{ port: 80, protocol: 6 }] }', 'spec.ports[0].protocol: must be text, not the number 6'],
    ['{ ports: [{ port: 80, targetPort: Web }] }', "spec.ports[0].targetPort: 'Web' must contain only"],
    ['{ ports: [80] }', 'spec.ports[0]: must be an object, not the number 80'],
    ['{ selector: { app: 1 } }', "spec.selector: the value of 'app' must be text, not the number 1"],
    ['{ externalIPs: [web] }', "spec.externalIPs: 'web' is not an IP address"],
    ['{ loadBalancerSourceRanges: [10.0.0.1/8] }', "spec.loadBalancerSourceRanges[0]: '10.0.0.1/8' must not have bits set beyond the prefix length"],
    ['{ loadBalancerSourceRanges: [8] }', 'spec.loadBalancerSourceRanges[0]: must be text, not the number 8'],
  ])('that cannot be read is a warning at its place, and is left out: %s', (spec, message) => {
    const { services, findings } = read(service(spec));
    expect(services).toEqual([]);
    expect(findings[0]).toMatch(/^a\.yaml:\d+:\d+: warning NP035: Service shop\/web: /);
    expect(findings[0]).toContain(message);
    expect(findings[0]).toContain('; netpol leaves the object out');
  });

  test('has the source ranges of its annotation, if it has annotations', () => {
    const annotated = (metadata: string) => `---\napiVersion: v1\nkind: Service\n${metadata}\nspec: { type: LoadBalancer }\n`;
    const ranges = (metadata: string) => read(annotated(metadata)).services.map(({ sourceRanges }) => sourceRanges.length);
    expect(ranges("metadata: { name: web, annotations: { service.beta.kubernetes.io/load-balancer-source-ranges: '10.1.0.0/16, 10.3.0.0/16' } }")).toEqual([2]);
    expect(ranges("metadata: { name: web, annotations: { service.beta.kubernetes.io/load-balancer-source-ranges: ' ' } }")).toEqual([0]);
    expect(ranges('metadata: { name: web, annotations: 8 }')).toEqual([0]);
    expect(ranges('metadata: 8')).toEqual([0]);
  });

  test('that is declared twice with different content is a warning with both places', () => {
    const { services, findings } = read(service('{ ports: [{ port: 80 }] }') + service('{ ports: [{ port: 81 }] }'));
    expect(services).toMatchObject([{ isAmbiguous: true, ports: [{ port: 80 }] }]);
    expect(findings).toEqual([
      'a.yaml:7:1: warning NP035: Service shop/web is declared twice, with different content; netpol answers no question about it '
      + '(the first declaration: a.yaml:2:1); remove one, or make them equal',
    ]);
    expect(read(service('{ ports: [{ port: 80 }] }') + service('{ ports: [{ port: 80 }] }'))).toMatchObject({ services: [{ ports: [{ port: 80 }] }], findings: [expect.stringContaining('note NP036')] });
  });

  test('of Knative is another kind', () => {
    expect(read(service('{ ports: 1 }').replace('apiVersion: v1', 'apiVersion: serving.knative.dev/v1'))).toMatchObject({ services: [], findings: [expect.stringContaining('NP303: Service of serving.knative.dev')] });
  });
});

describe('endpoints', () => {
  const webOf = (yaml: string) => read(service('{ ports: [{ port: 80 }] }') + yaml);

  test('of a slice belong to the Service that its label names', () => {
    const { services: [own], findings } = webOf(slice('endpoints: [{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: p } }, { addresses: [10.0.0.2], targetRef: { kind: Node, name: n } }]\nports: [{ name: http, port: 8080 }, { name: any }]')
      + slice('endpoints: [{ addresses: [10.0.0.3] }]').replace('name: web', 'name: other').replace('service-name: web', 'service-name: other').replace('name: s,', 'name: t,'));
    expect(findings).toEqual([]);
    expect(own.slices).toMatchObject([{
      repeatsSelector: false,
      endpoints: [{ address: expect.anything(), pod: { namespace: 'shop', name: 'p' } }, { pod: undefined }],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    }]);
  });

  test('that are declared twice count once', () => {
    expect(webOf(slice('endpoints: [{ addresses: [10.0.0.1] }]') + slice('endpoints: [{ addresses: [10.0.0.1] }]')).services[0].slices).toHaveLength(1);
  });

  test.each([
    ['endpoints: [{ addresses: [x] }]', "endpoints[0].addresses: 'x' is not an IP address"],
    ['endpoints: 1', 'endpoints: must be a list, not the number 1'],
    ['ports: [{ port: 0.5 }]', 'ports[0].port: must be a whole number'],
    ['ports: [{ port: 1, protocol: x }]', 'ports[0].protocol: must be SCTP'],
    ['ports: [{ port: 1, protocol: 1 }]', 'ports[0].protocol: must be text'],
  ])('that cannot be read are a warning: %s', (rest, message) => {
    const { services: [own], findings } = webOf(slice(rest));
    expect(own.slices).toEqual([]);
    expect(findings[0]).toMatch(/^a\.yaml:\d+:\d+: warning NP035: EndpointSlice s: |^a\.yaml:\d+:\d+: warning NP035: EndpointSlice shop\/s: /);
    expect(findings[0]).toContain(message);
  });

  test('of another group are another kind', () => {
    expect(webOf(slice('endpoints: 1').replace('discovery.k8s.io', 'acme.io')).findings).toEqual([]);
  });
});

describe('ways in', () => {
  const ingress = (spec: string, metadata = '') => `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop${metadata} }\nspec: ${spec}\n`;
  const route = (spec: string, kind = 'HTTPRoute') => `---\napiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: { name: web, namespace: shop }\nspec: ${spec}\n`;
  const backends = (yaml: string) => read(yaml).entrances.map(({ kind, hosts, served, backends: all }) => ({
    kind, hosts, served: { ...served }, backends: all.map(({ namespace, name, port, otherKind }) => `${otherKind === undefined ? '' : `${otherKind.kind} `}${namespace}/${name}${port === undefined ? '' : `:${port}`}`),
  }));

  test('of an Ingress are its default backend and its paths, and a resource with its kind', () => {
    const rules = '[{ host: a.example.com, http: { paths: [{ backend: { service: { name: web, port: { name: http } } } }, { backend: { resource: { kind: Bucket, name: b } } }] } }, {}]';
    expect(backends(ingress(`{ ingressClassName: nginx, defaultBackend: { service: { name: rest, port: { number: 80 } } }, rules: ${rules} }`))).toEqual([
      { kind: 'Ingress', hosts: ['a.example.com'], served: { className: 'nginx', controller: undefined }, backends: ['shop/rest:80', 'shop/web:http', 'Bucket shop/b'] },
    ]);
  });

  test('of an Ingress in an old version have other fields', () => {
    const old = ingress('{ backend: { serviceName: web, servicePort: http }, rules: [{ http: { paths: [{ backend: { serviceName: web, servicePort: 80 } }] } }] }', ', annotations: { kubernetes.io/ingress.class: nginx }');
    expect(backends(old.replace('networking.k8s.io/v1', 'extensions/v1beta1'))).toMatchObject([{ served: { className: 'nginx' }, backends: ['shop/web:http', 'shop/web:80'] }]);
  });

  test('of an Ingress without a class belong to the default class', () => {
    const ingressClass = (name: string, annotation: string) => `---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: ${name}${annotation} }\nspec: { controller: example.com/${name} }\n`;
    const classes = ingressClass('a', '') + ingressClass('b', ', annotations: { ingressclass.kubernetes.io/is-default-class: "true" }');
    expect(backends(classes + ingress('{}'))).toMatchObject([{ served: { className: 'b', controller: 'example.com/b' }, backends: [] }]);
    expect(backends(classes + ingress('{ ingressClassName: a }'))).toMatchObject([{ served: { className: 'a', controller: 'example.com/a' } }]);
    expect(backends(ingress('{}'))).toMatchObject([{ served: { className: undefined, controller: undefined } }]);
  });

  test('of a route are its backends, once for each of its Gateways; one that is no Service has its kind', () => {
    const gateways = ['a', 'b'].map(name => `---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: ${name}, namespace: infra }\nspec: { gatewayClassName: c${name} }\n`).join('');
    const classes = '---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: ca }\nspec: { controllerName: example.com/ca }\n';
    const parents = '[{ name: a, namespace: infra, sectionName: http }, { name: a, namespace: infra, sectionName: https }, { name: b, namespace: infra }, { kind: Service, group: "", name: web }, { name: own }]';
    const refs = '[{ name: web, port: 80 }, { name: db, namespace: data, port: 5432 }, { kind: ServiceImport, group: multicluster.x-k8s.io, name: far }]';
    expect(backends(gateways + classes + route(`{ hostnames: [a.example.com, ""], parentRefs: ${parents}, rules: [{ backendRefs: ${refs} }, {}] }`))).toEqual([
      { kind: 'HTTPRoute', hosts: ['a.example.com'], served: { className: 'ca', controller: 'example.com/ca', gateway: { namespace: 'infra', name: 'a' } }, backends: ['shop/web:80', 'data/db:5432', 'ServiceImport shop/far'] },
      { kind: 'HTTPRoute', hosts: ['a.example.com'], served: { className: 'cb', controller: undefined, gateway: { namespace: 'infra', name: 'b' } }, backends: ['shop/web:80', 'data/db:5432', 'ServiceImport shop/far'] },
      { kind: 'HTTPRoute', hosts: ['a.example.com'], served: { className: undefined, controller: 'Service shop/web' }, backends: ['shop/web:80', 'data/db:5432', 'ServiceImport shop/far'] },
      { kind: 'HTTPRoute', hosts: ['a.example.com'], served: { className: undefined, controller: undefined, gateway: { namespace: 'shop', name: 'own' } }, backends: ['shop/web:80', 'data/db:5432', 'ServiceImport shop/far'] },
    ]);
  });

  test('of a route with a backend whose group is no text cannot be read', () => {
    const { entrances, findings } = read(route('{ parentRefs: [{ name: a }], rules: [{ backendRefs: [{ kind: Bucket, group: 5, name: b }] }] }'));
    expect(entrances.map(({ refusal }) => refusal?.isCertain)).toEqual([false]);
    expect(findings[0]).toContain('rules[0].backendRefs[0].group: must be text, not the number 5');
  });

  test.each(['GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'])('are those of a %s, too', kind => {
    expect(backends(route('{ parentRefs: [{ name: a }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }', kind))).toMatchObject([{ kind, backends: ['shop/web:80'] }]);
  });

  test('of a Route of OpenShift are all of its backends, by the port of the pods', () => {
    const yaml = '---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: web, namespace: shop }\nspec: { host: a.example.com, to: { kind: Service, name: web }, port: { targetPort: http }, alternateBackends: [{ name: canary }] }\n';
    expect(backends(yaml)).toMatchObject([{ kind: 'Route', hosts: ['a.example.com'], served: { controller: 'openshift.io/ingress-to-route' }, backends: ['shop/web:http', 'shop/canary:http'] }]);
    expect(backends(yaml.replace('host: a.example.com, ', '').replace('targetPort: http', 'targetPort: 8080'))).toMatchObject([{ hosts: [], backends: ['shop/web:8080', 'shop/canary:8080'] }]);
    expect(read(yaml).entrances[0].backends[0].isTargetPort).toBe(true);
  });

  test.each([
    [ingress('{ rules: 1 }'), 'Ingress shop/web: spec.rules: must be a list'],
    [ingress('{ defaultBackend: { service: { port: { number: 80 } } } }'), 'spec.defaultBackend.service.name: is missing'],
    [ingress('{ defaultBackend: { service: { name: web, port: { number: 70000 } } } }'), 'spec.defaultBackend.service.port.number: 70000 must be between'],
    [route('{ parentRefs: [{}] }'), 'spec.parentRefs[0].name: is missing'],
    [route('{ parentRefs: [{ name: a }], rules: [{ backendRefs: [{ name: 1 }] }] }'), 'spec.rules[0].backendRefs[0].name: must be text'],
    ['---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: web }\nspec: {}\n', 'Route web: spec.to.name: is missing'],
    ['---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: web }\nspec: {}\n', 'spec.gatewayClassName: is missing'],
    ['---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: web }\nspec: {}\n', 'spec.controllerName: is missing'],
    ['---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: web }\nspec: {}\n', 'spec.controller: is missing'],
  ])('that cannot be read are a warning: %#', (yaml, message) => {
    const { entrances, findings } = read(yaml);
    expect(entrances.filter(({ refusal }) => refusal?.isCertain !== false || !refusal.reason.startsWith('netpol cannot read '))).toEqual([]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('warning NP035: ');
    expect(findings[0]).toContain(message);
  });

  test('without a name or labels are read, too', () => {
    expect(read('apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {}\n').entrances).toHaveLength(1);
    expect(read('apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nendpoints: [{ addresses: [10.0.0.1] }]\n')).toMatchObject({ services: [], findings: [] });
    const empty = '---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: web }\nspec: { to: { name: web }, port: { targetPort: "" } }\n';
    expect(read(empty).entrances[0].backends[0].port).toBeUndefined();
  });

  test('are not those of kinds with the same name in other groups', () => {
    for (const kind of ['Ingress', 'Route', 'HTTPRoute', 'Gateway', 'GatewayClass', 'IngressClass']) {
      expect(read(`apiVersion: acme.io/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: 1\n`)).toMatchObject({ entrances: [], findings: [] });
    }
  });
});

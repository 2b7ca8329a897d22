import * as path from 'path';
import { netpol } from './command';
import { sharedFolder } from '../engines-verdicts/shared';

/* Services and selectors in the commands. docs/services.md has more examples, which are tests too. */

const SHOP = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: c, image: i, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: NodePort, clusterIP: 10.96.0.7, selector: { app: web }, ports: [{ port: 80, targetPort: http, nodePort: 30080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: far, namespace: shop }
spec: { type: ExternalName, externalName: far.example.com }
---
apiVersion: v1
kind: Service
metadata: { name: headless, namespace: shop }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop, labels: { app: client } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }, { ipBlock: { cidr: 192.0.2.0/24 } }], ports: [{ port: 8080 }] }]
`;
/** Says that no pod has an address of the block in the policy. */
const POD_CIDR = ['--pod-cidr', '10.1.0.0/16'];
const FILES = { 'shop.yaml': SHOP };
const canReach = (to: string, ...more: string[]) => netpol(['can-reach', 'shop.yaml', '--from', 'shop/client', '--to', to, ...POD_CIDR, ...more], FILES);
const explain = (to: string, ...more: string[]) => netpol(['explain', 'shop.yaml', '--from', 'shop/client', '--to', to, ...POD_CIDR, ...more], FILES);

describe('can-reach as JSON', () => {
  test('names each endpoint of a Service, with both ports', async () => {
    const { status, stdout } = await canReach('svc/shop/web', '--port', '80', '-o', 'json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ answer: 'yes', endpoints: [{ name: 'shop/web[Deployment]', servicePort: 'TCP 80', port: 'TCP 8080', answer: 'yes' }] });
    expect(JSON.parse((await canReach('svc/shop/headless', '-o', 'json')).stdout).endpoints).toEqual([{ name: 'shop/web[Deployment]', answer: 'yes' }]);
  });

  test('has the answer for the endpoints beside that for the address of a Service', async () => {
    const { status, stdout } = await canReach('10.96.0.7', '--port', '80', '-o', 'json');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      answer: 'undecided', allowed: null, reasons: [{ code: 'service-address' }], service: { name: 'shop/web', answer: 'yes', endpoints: [{ port: 'TCP 8080' }] },
    });
    expect(JSON.parse((await canReach('10.96.0.7', '--port', '443', '-o', 'json')).stdout).service).toEqual({ name: 'shop/web', error: 'Service shop/web has no port TCP 443: it has TCP 80' });
  });

  test('has both numbers of a port that only the Service has', async () => {
    expect(JSON.parse((await canReach('shop/web', '--port', '80', '-o', 'json')).stdout)).toMatchObject({
      answer: 'no', services: [{ name: 'shop/web', servicePort: 'TCP 80', port: 'TCP 8080', answer: 'yes' }],
    });
  });
});

describe('can-reach', () => {
  test('says what is wrong with a question that has no answer, with exit status 2', async () => {
    expect(await canReach('svc/shop/web', '--port', '8080')).toEqual({
      status: 2, stdout: '', stderr: 'netpol: Service shop/web has no port TCP 8080: that is the port of its endpoints; write --port tcp/80, the port of the Service\n',
    });
    expect(await canReach('svc/shop/wbe')).toMatchObject({ status: 2, stderr: expect.stringContaining("netpol: --to: there is no Service 'shop/wbe' in the input") });
    expect(await canReach('ns=shop,app=a,app=b')).toMatchObject({ status: 2, stderr: "netpol: no pod can match 'ns=shop,app=a,app=b': its requirements contradict each other\n" });
    expect(await canReach('app=web')).toMatchObject({ status: 2, stderr: "netpol: --to: 'app=web' does not say which namespace is meant: write 'ns=NAME,app=web'\n" });
  });

  test('says that it cannot decide about the address of a Service on a port that the Service does not have', async () => {
    expect((await canReach('10.96.0.7', '--port', '443')).stderr).toContain('note: there is no answer for the endpoints of Service shop/web: Service shop/web has no port TCP 443: it has TCP 80\n');
  });

  test('names an endpoint of a headless Service without a port of the Service', async () => {
    expect((await canReach('svc/shop/headless', '--port', '8080')).stderr).toBe('note: yes: shop/web[Deployment] on TCP 8080, an endpoint of Service shop/headless, which is headless\n');
    expect((await canReach('svc/shop/headless')).stderr).toBe('note: yes: shop/web[Deployment], an endpoint of Service shop/headless, which is headless\n');
  });

  test('counts the endpoints of a Service with many', async () => {
    const many = Array.from({ length: 23 }, (_, i) => `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p${i}, namespace: shop, labels: { app: many } }\nspec: { containers: [] }\n`).join('');
    const svc = '---\napiVersion: v1\nkind: Service\nmetadata: { name: many, namespace: shop }\nspec: { selector: { app: many }, ports: [{ port: 80 }] }\n';
    const { stderr } = await netpol(['can-reach', 'a.yaml', '--from', 'shop/client', '--to', 'svc/shop/many', '--port', '80'], { 'a.yaml': SHOP + svc + many });
    expect(stderr.trim().split('\n')).toHaveLength(21);
    expect(stderr).toContain('note: and 3 more endpoints of Service shop/many\n');
    const withAddress = svc.replace('{ selector', '{ clusterIP: 10.96.0.9, selector');
    const ofAddress = await netpol(['can-reach', 'a.yaml', '--from', 'shop/client', '--to', '10.96.0.9', '--port', '80'], { 'a.yaml': SHOP + withAddress + many });
    expect(ofAddress.stderr).toContain('note: for the endpoints of Service shop/many the answer is yes\n');
    expect(ofAddress.stderr).toContain('note: and 3 more endpoints of Service shop/many\n');
  });

  test('counts the assumptions of --exposed about many Ingresses, and has all of them as JSON', async () => {
    const many = Array.from({ length: 25 }, (_, i) => `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i${i}, namespace: shop }\n`
      + 'spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }\n').join('');
    const { stderr } = await netpol(['list', 'a.yaml', '--exposed'], { 'a.yaml': SHOP + many });
    expect(stderr.match(/note: netpol assumes/g)).toHaveLength(20);
    expect(stderr).toMatch(/note: netpol makes 7 more assumptions; -o json has them beside their rows\n/);
    const { stdout } = await netpol(['list', 'a.yaml', '--exposed', '-o', 'json'], { 'a.yaml': SHOP + many });
    expect(new Set(stdout.match(/serves Ingress shop\/i\d+, which names no class/g)).size).toBe(25);
  });

  test('assumes nothing about further labels of a selector with --strict', async () => {
    const closed = '---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: shop }\nspec: { podSelector: { matchLabels: { debug: yes1 } }, policyTypes: [Egress] }\n';
    const ask = (...more: string[]) => netpol(['can-reach', 'a.yaml', '--from', 'ns=shop,app=client', '--to', 'shop/web', '--port', '8080', ...POD_CIDR, ...more], { 'a.yaml': SHOP + closed });
    expect(await ask()).toEqual({
      status: 0, stdout: 'yes\n', stderr: 'note NP308: netpol assumes that there is no pod of ns=shop,app=client with further labels that policies treat differently (extra-label)\n',
    });
    expect(await ask('--strict')).toMatchObject({ status: 3, stdout: 'undecided\n' });
  });
});

describe('a batch', () => {
  const batch = (probes: unknown, ...more: string[]) => netpol(['can-reach', 'shop.yaml', '--batch', 'probes.json', ...POD_CIDR, ...more], { ...FILES, 'probes.json': JSON.stringify(probes) });

  test('may name Services and selectors', async () => {
    expect(await batch([
      { from: 'shop/client', to: 'svc/shop/web', port: 80 }, { from: 'ns=shop,app=batch', to: 'svc/shop/web', port: 80 }, { from: 'shop/client', to: '10.96.0.7', port: 80 },
    ])).toEqual({
      status: 1,
      stderr: '',
      stdout: 'yes        shop/client[Pod] → Service shop/web (TCP 80)\nno         ns=shop,app=batch → Service shop/web (TCP 80)\nundecided  shop/client[Pod] → 10.96.0.7 (Service shop/web) (TCP 80)\n',
    });
  });

  test('with a question that has no answer is an error with its place', async () => {
    expect(await batch([{ from: 'shop/client', to: 'svc/shop/web', port: 81 }, { from: 'svc/shop/far', to: 'shop/web' }])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'probes.json:1:2: error NP040: probe [0]: Service shop/web has no port TCP 81: it has TCP 80\n'
        + 'probes.json:1:55: error NP040: probe [1]: no connection comes from Service shop/far: name the workload that opens it\n',
    });
    expect((await batch([{ from: 'ns=shop,app=a,app=b', to: 'shop/web' }])).stderr).toContain('its requirements contradict each other');
    expect((await batch([1, { from: 2, to: 'shop/web' }])).status).toBe(2);
  });
});

describe('explain', () => {
  test('begins with the answer for a Service and each endpoint, and then explains one connection', async () => {
    expect((await explain('svc/shop/web', '--port', '80')).stdout).toBe(`\
yes: shop/client[Pod] reaches Service shop/web on TCP 80
  yes: TCP 80 of Service shop/web is TCP 8080 of shop/web[Deployment]

Egress of shop/client[Pod]: allowed
  No policy isolates it for egress, so it may connect to anything.

Ingress of shop/web[Deployment]: allowed
  isolated by these policies, so only what they allow may enter it
    shop/web (shop.yaml:31:1)
  allowed by
    shop/web spec.ingress[0] (shop.yaml:36:13): TCP 8080
      its from[0] is pods app=client of namespace 'shop'; its ports[0] is TCP 8080
`);
  });

  test('has the same as JSON', async () => {
    expect(JSON.parse((await explain('svc/shop/web', '--port', '80', '-o', 'json')).stdout)).toMatchObject({
      answer: 'yes',
      to: 'Service shop/web',
      port: 'TCP 80',
      notes: ['yes: TCP 80 of Service shop/web is TCP 8080 of shop/web[Deployment]'],
      example: { to: 'shop/web[Deployment]', port: 'TCP 8080' },
    });
  });

  test('ends with both numbers of a port that only a Service has', async () => {
    const { stdout } = await explain('shop/web', '--port', '80');
    expect(stdout).toMatch(/^no: shop\/client\[Pod\] does not reach shop\/web\[Deployment\] on TCP 80\n/);
    expect(stdout).toMatch(/\n\nTCP 80 is a port of Service shop\/web, which leads to TCP 8080 of shop\/web\[Deployment\]; on that port the answer is yes\n$/);
    expect(JSON.parse((await explain('shop/web', '--port', '80', '-o', 'json')).stdout)).toMatchObject({ answer: 'no', notes: [expect.stringContaining('is a port of Service shop/web')] });
    expect((await explain('shop/web', '--port', '80', '-o', 'md')).stdout).toContain('TCP 80 is a port of Service shop/web');
  });

  test('explains the endpoints of the Service, for its address', async () => {
    const { status, stdout } = await explain('10.96.0.7', '--port', '80');
    expect(status).toBe(3);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'undecided: whether shop/client[Pod] reaches 10.96.0.7 (Service shop/web) on TCP 80',
      'undecided, because where 10.96.0.7, an address of Service shop/web, leads depends on the data plane of the cluster (shop.yaml:11:1; service-address)',
      '  for the endpoints of Service shop/web the answer is yes', '  yes: TCP 80 of Service shop/web is TCP 8080 of shop/web[Deployment]', '',
    ]);
  });

  test('explains the connection to the endpoints for its address, with a network plugin that says so', async () => {
    const { status, stdout, stderr } = await explain('10.96.0.7', '--port', '80', '--cni', 'calico');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'yes: shop/client[Pod] reaches 10.96.0.7 (Service shop/web) on TCP 80',
      '  calico replaces the address of a Service inside the cluster by that of an endpoint before it looks at policies',
      '  yes: TCP 80 of 10.96.0.7 (Service shop/web) is TCP 8080 of shop/web[Deployment]',
    ]);
  });

  test('has no connection to explain for a domain name', async () => {
    const { status, stdout, stderr } = await explain('svc/shop/far');
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).toBe(`\
undecided: whether shop/client[Pod] reaches Service shop/far
undecided, because the addresses of far.example.com, for which Service shop/far stands, are not known (shop.yaml:16:1; domain-name)
`);
    expect(JSON.parse((await explain('svc/shop/far', '-o', 'json')).stdout)).toEqual({
      answer: 'undecided',
      allowed: null,
      from: 'shop/client[Pod]',
      to: 'Service shop/far',
      assumptions: [],
      reasons: [{ code: 'domain-name', what: 'far.example.com, for which Service shop/far stands,', file: expect.stringContaining('shop.yaml'), line: 16, column: 1 }],
    });
    expect((await explain('svc/shop/far', '-o', 'md')).stdout).toMatch(/^\*\*undecided: whether shop\/client\\\[Pod\\\] reaches Service shop\/far\*\*\n\n```text\nundecided, because/);
  });

  test('explains a pod that could exist, with a fix that selects it', async () => {
    const { stdout } = await netpol(['explain', 'shop.yaml', '--from', 'ns=shop,app=batch', '--to', 'shop/web', '--port', '8080', ...POD_CIDR], FILES);
    expect(stdout).toMatch(/^no: ns=shop,app=batch does not reach shop\/web\[Deployment\] on TCP 8080\n\nFix: add to spec\.ingress of shop\/web \(shop\.yaml:36:3\):\n/);
    expect(stdout).toContain('\n\nEgress of a pod with label app=batch in namespace shop: allowed\n');
    expect(stdout).toContain('            app: batch\n');
    expect(JSON.parse((await netpol(['explain', 'shop.yaml', '--from', 'ns=shop,app=batch', '--to', 'shop/web', '-o', 'json', ...POD_CIDR], FILES)).stdout))
      .toMatchObject({ answer: 'no', from: 'ns=shop,app=batch', example: { from: 'a pod with label app=batch in namespace shop' } });
  });

  test('says that the answers for the pods of a selector differ', async () => {
    const { stderr } = await netpol(['explain', 'shop.yaml', '--from', 'ns=shop,app in (batch,client)', '--to', 'shop/web', ...POD_CIDR], FILES);
    expect(stderr).toBe('note: the answers differ: a pod with label app=batch in namespace shop does not reach shop/web[Deployment], but other pairs connect\n');
  });
});

describe('list', () => {
  const list = (...options: string[]) => netpol(['list', 'shop.yaml', ...options], FILES);

  test('with --exposed has a row for each port of each endpoint, in each format', async () => {
    const to = 'svc/shop/web TCP 80 → shop/web[Deployment] TCP 8080';
    expect((await list('--exposed')).stdout.split('\n')[2]).toBe(`NodePort shop/web   192.0.2.0/24 on port 30080 of a node   ${to}   yes`);
    expect((await list('--exposed', '-o', 'csv')).stdout).toBe(`via,from,to,answer\nNodePort shop/web,192.0.2.0/24 on port 30080 of a node,${to},yes\n`);
    expect((await list('--exposed', '-o', 'md')).stdout).toContain('| NodePort shop/web | 192.0.2.0/24 on port 30080 of a node | svc/shop/web TCP 80 → shop/web\\[Deployment\\] TCP 8080 | yes |\n');
    expect(JSON.parse((await list('--exposed', '-o', 'json')).stdout)).toEqual([{
      via: 'NodePort shop/web',
      from: ['192.0.2.0-192.0.2.255'],
      service: 'shop/web',
      servicePort: 'TCP 80',
      nodePort: 30080,
      endpoint: 'shop/web[Deployment]',
      port: 'TCP 8080',
      answer: 'yes',
      assumptions: ['netpol assumes that pods see the address of the client, although externalTrafficPolicy: Cluster may replace it by that of a node'],
    }]);
    expect((await list('--exposed')).stderr).toBe('note: netpol assumes that pods see the address of the client, although externalTrafficPolicy: Cluster may replace it by that of a node\nsummary: 1 file read: 2 workloads, 1 policy\n');
  });

  test('with --exposed says why a row is undecided', async () => {
    const ingress = '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop }\nspec: { ingressClassName: acme, rules: [{ host: a.example.com, http: { paths: [{ backend: { service: { name: nope } } }] } }] }\n';
    const run = (...more: string[]) => netpol(['list', 'a.yaml', '--exposed', ...more], { 'a.yaml': ingress });
    expect(await run()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/\nIngress shop\/web \(a\.example\.com\) {3}\? {6}svc\/shop\/nope {3}undecided\n$/),
      stderr: expect.stringContaining('note: Ingress shop/web is undecided, because Service shop/nope is not in the input\n'),
    });
    expect(JSON.parse((await run('-o', 'json')).stdout)).toEqual([{ via: 'Ingress shop/web', hosts: ['a.example.com'], service: 'shop/nope', answer: 'undecided', reasons: ['Service shop/nope is not in the input'] }]);
  });

  test('with --exposed names the controller', async () => {
    const ingress = '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop }\nspec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { number: 80 } } } }\n';
    const { stdout } = await netpol(['list', 'a.yaml', '--exposed', '-o', 'json', ...POD_CIDR], { 'a.yaml': SHOP + ingress });
    expect(JSON.parse(stdout)[0]).toMatchObject({ via: 'Ingress shop/web', controller: 'ingress-nginx', controllerInInput: false, answer: 'no' });
  });

  test('with --exposed names a controller of the input, and says if no client gets in', async () => {
    const controller = '---\napiVersion: v1\nkind: Pod\nmetadata: { name: ingress, namespace: edge, labels: { app.kubernetes.io/name: traefik } }\nspec: { containers: [] }\n';
    const ingress = '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop }\nspec: { ingressClassName: traefik, defaultBackend: { service: { name: web, port: { number: 80 } } } }\n';
    const { stdout } = await netpol(['list', 'a.yaml', '--exposed', ...POD_CIDR], { 'a.yaml': SHOP.replace(', { ipBlock: { cidr: 192.0.2.0/24 } }', '') + controller + ingress });
    const to = 'svc/shop/web TCP 80 → shop/web[Deployment] TCP 8080   no';
    expect(stdout.split('\n').slice(2)).toEqual([`Ingress shop/web    Traefik                             ${to}`, `NodePort shop/web   no client on port 30080 of a node   ${to}`, '']);
  });

  test('with --exposed says so if nothing is exposed', async () => {
    const pod = { 'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [] }\n' };
    expect((await netpol(['list', 'a.yaml', '--exposed'], pod)).stdout).toBe('No Ingress, Gateway route, Route, LoadBalancer, NodePort, external address or port of a node leads to a workload, so nothing is exposed.\n');
    expect((await netpol(['list', 'a.yaml', '--exposed', '-o', 'json'], pod)).stdout).toBe('[]\n');
  });

  test('with --exposed has a row for a backend that is no Service, and says why it is not judged', async () => {
    const route = (spec: string) => ({ 'a.yaml': `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec: ${spec}\n` });
    const imported = route('{ parentRefs: [{ name: g }], rules: [{ backendRefs: [{ name: web, group: multicluster.x-k8s.io, kind: ServiceImport, port: 80 }] }] }');
    const { stdout, stderr } = await netpol(['list', 'a.yaml', '--exposed', '-o', 'csv'], imported);
    expect(stdout).toBe('via,from,to,answer\nHTTPRoute shop/r,?,ServiceImport shop/web,undecided\n');
    expect(stderr).toContain('note: HTTPRoute shop/r is undecided, because netpol does not read ServiceImport of multicluster.x-k8s.io\n');
    expect(JSON.parse((await netpol(['list', 'a.yaml', '--exposed', '-o', 'json'], imported)).stdout)).toMatchObject([{ backend: 'ServiceImport shop/web', answer: 'undecided' }]);
    const notes = async (spec: string) => (await netpol(['list', 'a.yaml', '--exposed'], route(spec))).stderr;
    expect(await notes('{ parentRefs: [{ name: web, kind: Service, group: "" }], rules: [{ backendRefs: [{ name: b, group: acme.io, kind: Bucket }] }] }'))
      .toContain('note: HTTPRoute shop/r does not lead to Bucket shop/b, because its parent is Service shop/web, so it leads connections between pods\n');
    expect(await notes('{ parentRefs: [{ name: web, kind: Service, group: "" }] }')).toContain('note: HTTPRoute shop/r does not lead to anything, because its parent is');
    expect(await notes('{ parentRefs: [{ name: g }], rules: [{ backendRefs: [{ name: web }] }] }'))
      .toContain('note: HTTPRoute shop/r does not lead to svc/shop/web, because its backend names no port, which the Gateway API demands for a Service\n');
  });

  describe('with --exposed has the rows that lead', () => {
    const more = `---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: data, labels: { app: db } }
spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 5432 }, { containerPort: 9000, hostPort: 90 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: data }
spec: { type: NodePort, selector: { app: db }, ports: [{ name: a, port: 80, targetPort: 5432 }, { name: b, port: 81, targetPort: 5433 }] }
---
apiVersion: v1
kind: Service
metadata: { name: outside, namespace: data }
spec: { type: NodePort, ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: outside, namespace: data, labels: { kubernetes.io/service-name: outside } }
endpoints: [{ addresses: [198.51.100.7] }]
ports: [{ port: 7000 }]
---
apiVersion: v1
kind: Service
metadata: { name: gone, namespace: data }
spec: { type: NodePort, selector: { app: gone }, ports: [{ port: 80 }] }
`;
    const mesh = '---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v, namespace: edge }\nspec: { gateways: [g] }\n';
    const ways = async (args: string[], files = SHOP + more) => JSON.parse((await netpol(['list', 'a.yaml', '--exposed', '-o', 'json', ...args], { 'a.yaml': files })).stdout)
      .map(({ via, endpoint = '?', port = '?' }: { via: string; endpoint?: string; port?: string }) => `${via} → ${endpoint} ${port}`);
    const [db, host, outside, gone] = [
      ['NodePort data/db → data/db[Pod] TCP 5432', 'NodePort data/db → data/db[Pod] TCP 5433'], 'HostPort data/db → data/db[Pod] TCP 9000',
      'NodePort data/outside → 198.51.100.7 TCP 7000', 'NodePort data/gone → ? ?',
    ];

    test('into one namespace, as text too', async () => {
      expect(await ways(['--namespace', 'data'])).toEqual([host, ...db, gone, outside]);
      expect(await ways(['--namespace', 'shop'])).toEqual(['NodePort shop/web → shop/web[Deployment] TCP 8080']);
      const { stdout, stderr } = await netpol(['list', 'a.yaml', '--exposed', '--namespace', 'shop'], { 'a.yaml': SHOP + more });
      expect(stdout).not.toContain('data/');
      expect(stderr).not.toContain('data/gone');
    });

    test('to one workload, one Service or one address, and those of which nobody knows whether they do', async () => {
      expect(await ways(['--to', 'data/db'])).toEqual([host, ...db, gone]);
      expect(await ways(['--to', 'svc/data/db'])).toEqual([host, ...db, gone]);
      expect(await ways(['--to', 'shop/web'])).toEqual(['NodePort shop/web → shop/web[Deployment] TCP 8080']);
      expect(await ways(['--to', 'ns=data,app=db'])).toEqual([host, ...db, gone]);
      expect(await ways(['--to', '198.51.100.0/24'])).toEqual([gone, outside]);
    });

    test('on one port, which for a Service is its own', async () => {
      expect(await ways(['--port', '5433', '--namespace', 'data'])).toEqual([db[1], gone]);
      expect(await ways(['--port', '80', '--to', 'svc/data/db'])).toEqual([db[0], gone]);
      expect(await ways(['--port', '7000'])).toEqual([gone, outside]);
    });

    test('perhaps there, as an object does that netpol does not read', async () => {
      expect(await ways(['--namespace', 'shop'], SHOP + more + mesh)).toEqual(['NodePort shop/web → shop/web[Deployment] TCP 8080', 'VirtualService edge/v → ? ?']);
    });

    test('nowhere, which netpol says', async () => {
      expect((await netpol(['list', 'a.yaml', '--exposed', '--to', 'shop/client'], { 'a.yaml': SHOP })).stdout)
        .toBe('No Ingress, Gateway route, Route, LoadBalancer, NodePort, external address or port of a node leads there, so nothing there is exposed.\n');
    });
  });

  test('with --exposed does not say that nothing is exposed beside what it does not read', async () => {
    const broken = { 'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { hostNetwork: true, containers: [] }\n---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v }\nspec: { gateways: [g] }\n' };
    const { stdout, stderr } = await netpol(['list', 'a.yaml', '--exposed', '-o', 'csv'], broken);
    expect(stdout).toBe('via,from,to,answer\nHostNetwork default/a,every client,default/a[Pod] every port that it opens,yes\nVirtualService default/v,?,?,undecided\n');
    expect(stderr).toContain('note: VirtualService default/v is undecided, because netpol does not read VirtualService of networking.istio.io\n');
    expect(JSON.parse((await netpol(['list', 'a.yaml', '--exposed', '-o', 'json'], broken)).stdout)).toMatchObject([{ endpoint: 'default/a[Pod]' }, { answer: 'undecided' }]);
    const unread = { 'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { ports: [{ port: x }] }\n' };
    expect((await netpol(['list', 'a.yaml', '--exposed'], unread)).stdout).toContain('in what was read; the rest of the input may have some.\n');
  });

  test('with --exposure has what the policies of each workload open, in each format', async () => {
    expect((await list('--exposure', '-o', 'csv')).stdout).toBe(`\
workload,direction,peer,ports
shop/client[Pod],could be reached by,anything,every port
shop/client[Pod],could reach,anything,every port
shop/web[Deployment],could be reached by,pods app=client of namespace shop,TCP 8080
shop/web[Deployment],could be reached by,192.0.2.0/24,TCP 8080
shop/web[Deployment],could reach,anything,every port
`);
    expect((await list('--exposure', '-o', 'md')).stdout).toContain('| shop/web\\[Deployment\\] | could be reached by | pods app=client of namespace shop | TCP 8080 |\n');
    expect(JSON.parse((await list('--exposure', '-o', 'json')).stdout)).toEqual([
      { workload: 'shop/client[Pod]', direction: 'ingress', peer: 'anything', conn: 'All Connections' },
      { workload: 'shop/client[Pod]', direction: 'egress', peer: 'anything', conn: 'All Connections' },
      { workload: 'shop/web[Deployment]', direction: 'ingress', peer: 'pods', namespaceSelector: 'kubernetes.io/metadata.name=shop', podSelector: 'app=client', conn: 'TCP 8080' },
      { workload: 'shop/web[Deployment]', direction: 'ingress', peer: '192.0.2.0-192.0.2.255[External]', conn: 'TCP 8080' },
      { workload: 'shop/web[Deployment]', direction: 'egress', peer: 'anything', conn: 'All Connections' },
    ]);
  });

  test('with --exposure names every pod, every namespace, named ports and what is undecided', async () => {
    const policies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
    - { to: [{ namespaceSelector: {} }], ports: [{ port: http }] }
    - { to: [{ namespaceSelector: { matchLabels: { team: a, kubernetes.io/metadata.name: x } } }], ports: [{ port: 80 }] }
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: c, namespace: shop }
spec: { endpointSelector: {}, ingress: [{}] }
---
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: shop }
spec: { containers: [] }
`;
    const run = (...more: string[]) => netpol(['list', 'a.yaml', '--exposure', ...more], { 'a.yaml': policies });
    expect((await run('-o', 'csv')).stdout).toBe(`\
workload,direction,peer,ports
shop/p[Pod],could be reached by,anything,undecided (policy-kind)
shop/p[Pod],could reach,every pod of every namespace,TCP http
shop/p[Pod],could reach,"every pod of namespaces kubernetes.io/metadata.name=x,team=a",TCP 80
`);
    const rows = JSON.parse((await run('-o', 'json')).stdout);
    expect(rows).toMatchObject([{ undecided: ['policy-kind'], conn: 'No Connections' }, { namespaceSelector: '', podSelector: '', namedPorts: ['TCP http'] }, { conn: 'TCP 80' }]);
  });

  test('with --exposure says that nothing could reach a workload, and that it could reach nothing', async () => {
    const shut = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: shut, namespace: a }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress] }\n';
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: a }\nspec: { containers: [] }\n';
    const files = { 'a.yaml': `${shut}---\n${pod}` };
    expect((await netpol(['list', 'a.yaml', '--exposure'], files)).stdout.split('\n').slice(2)).toEqual([
      'a/p[Pod]   could be reached by   nothing   -', '           could reach           nothing   -', '',
    ]);
    expect(JSON.parse((await netpol(['list', 'a.yaml', '--exposure', '-o', 'json'], files)).stdout)).toEqual([
      { workload: 'a/p[Pod]', direction: 'ingress', peer: 'nothing', conn: 'No Connections' }, { workload: 'a/p[Pod]', direction: 'egress', peer: 'nothing', conn: 'No Connections' },
    ]);
    expect((await netpol(['list', 'a.yaml', '--exposure', '-o', 'csv'], files)).stdout).toContain('\na/p[Pod],could be reached by,nothing,-\n');
  });

  test('with --exposure says so if there is no workload', async () => {
    const empty = { 'a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n' };
    expect((await netpol(['list', 'a.yaml', '--exposure'], empty)).stdout).toBe('There are no workloads.\n');
    expect((await netpol(['list', 'a.yaml', '--exposure', '-o', 'json'], empty)).stdout).toBe('[]\n');
  });

  test('names the clusters, if the input has several', async () => {
    const of = (cluster: string) => `---\napiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: ${cluster}, annotations: { cdk8s-netpol/cluster: ${cluster} } }\nspec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }\n`
      + `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: ${cluster}, labels: { app: web }, annotations: { cdk8s-netpol/cluster: ${cluster} } }\nspec: { containers: [] }\n`;
    const run = (...more: string[]) => netpol(['list', 'a.yaml', ...more], { 'a.yaml': of('a') + of('b') });
    for (const option of ['--exposed', '--exposure']) {
      expect((await run(option)).stdout).toMatch(/^cluster a\n[^]*\n\ncluster b\n/);
      expect((await run(option, '-o', 'csv')).stdout).toMatch(/^cluster,[^]*\na,[^]*\nb,/);
      expect((await run(option, '-o', 'md')).stdout).toMatch(/^\| cluster \| [^]*\n\| a \| [^]*\n\| b \| /);
      expect(new Set(JSON.parse((await run(option, '-o', 'json')).stdout).map(({ cluster }: any) => cluster))).toEqual(new Set(['a', 'b']));
    }
  });

  test.each([
    [['--exposed', '--exposure'], 'netpol: --exposed and --exposure are two lists: give one of them\n'],
    [['--exposed', '-o', 'dot'], 'netpol: -o dot draws connections between workloads: write -o text, json, csv or md with --exposed\n'],
    [['--exposure', '-o', 'mermaid'], 'netpol: -o mermaid draws connections between workloads: write -o text, json, csv or md with --exposure\n'],
  ])('with %j is an error with the fix', async (options, stderr) => {
    expect(await list(...options)).toEqual({ status: 2, stdout: '', stderr });
  });

  test('prints no control character of the input', async () => {
    const ingress = '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: "a\\u001b[31m", namespace: shop }\nspec: { ingressClassName: "x\\nx", rules: [{ host: "h\\u0007", http: { paths: [{ backend: { service: { name: "s\\n::error" } } }] } }] }\n';
    for (const format of ['text', 'csv', 'md', 'json']) {
      const { stdout, stderr } = await netpol(['list', 'a.yaml', '--exposed', '-o', format], { 'a.yaml': ingress });
      // eslint-disable-next-line no-control-regex
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|\n::error/);
    }
  });
});

const cases = sharedFolder('field-cases', 'the field case b17');
(cases === undefined ? describe.skip : describe)('the field case b17', () => {
  const run = (...options: string[]) => netpol(['can-reach', path.join(cases!, 'manifests', 'b17.yaml'), '--from', 't/client', ...options]);

  test('is undecided for the address of the Service, with the answer for its endpoints beside it: no on 8443', async () => {
    const { status, stderr } = await run('--to', '10.40.0.13', '--port', 'tcp/443');
    expect(status).toBe(3);
    expect(stderr).toContain('note: no: TCP 443 of Service edge/gw is TCP 8443 of edge/gw[Deployment]\n');
  });

  test('is answered for the endpoints on the target port, if the Service is asked about', async () => {
    expect(await run('--to', 'svc/edge/gw', '--port', '443')).toMatchObject({ status: 1, stdout: 'no\n', stderr: 'note: no: TCP 443 of Service edge/gw is TCP 8443 of edge/gw[Deployment]\n' });
    expect(await run('--to', 'edge/gw', '--port', 'tcp/8443')).toMatchObject({ status: 1, stdout: 'no\n' });
  });
});

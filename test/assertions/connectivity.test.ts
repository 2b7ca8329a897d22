import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: app, labels: { app: web } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Pod
metadata: { name: api, namespace: app, labels: { app: api } }
spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 8080 }, { containerPort: 9090 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web-to-api, namespace: app }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 8080 }]
`;

const web = Endpoint.workload('app/web');
const api = Endpoint.workload('app/api');
const outside = Endpoint.address('192.0.2.1');

describe('connectivity of manifests', () => {
  const connectivity = Connectivity.fromYaml(MANIFESTS);

  test('is allowed on the ports that a policy names, and denied on others', () => {
    expect(connectivity.allowed(web, api, { ports: [Port.tcp(8080)] }).holds).toBe(true);
    expect(connectivity.allowed(web, api, { ports: [Port.tcp(8080), Port.tcp(9090)] }).holds).toBe(false);
    expect(connectivity.denied(web, api, { ports: [Port.tcp(9090)] }).holds).toBe(true);
    expect(connectivity.denied(web, api, { ports: [Port.tcp(9090), Port.tcp(8080)] }).holds).toBe(false);
    expect(connectivity.denied(outside, api).holds).toBe(true);
  });

  test('means the destination\'s own ports where none are named: each of them', () => {
    const verdict = connectivity.allowed(web, api);
    expect(verdict.holds).toBe(false);
    expect(verdict.explanation).toContain('TCP 9090');
  });

  test('means that something passes at all where no port of the destination is known', () => {
    expect(connectivity.allowed(api, web).holds).toBe(true);
    expect(connectivity.allowed(api, outside).holds).toBe(true);
  });

  test('is explained by file, line and column', () => {
    const { explanation } = connectivity.denied(web, api, { ports: [Port.tcp(8080)] });
    expect(explanation).toContain('app/web-to-api spec.ingress[0] ((yaml):18:7): TCP 8080');
  });

  test('explains what holds as well', () => {
    expect(connectivity.allowed(web, api, { ports: [Port.tcp(8080)] }).explanation).toContain('app/web-to-api spec.ingress[0]');
    expect(connectivity.only(api, [web]).explanation).toContain('no rule lets anyone else through. Searched:\n  app/web-to-api spec.ingress[0]');
    expect(connectivity.onlyTo(api, [web]).explanation).toContain('no policy isolates it for egress');
  });

  test('of only is about all pods that could be', () => {
    expect(connectivity.only(api, [web]).holds).toBe(true);
    expect(connectivity.only(api, []).holds).toBe(false);
    expect(connectivity.only(api, [Peer.pods({ labels: { app: 'web' }, allNamespaces: true })]).holds).toBe(true);
    expect(connectivity.only(api, [Peer.pods({ labels: { app: 'web', role: 'x' }, allNamespaces: true })]).holds).toBe(false);
    expect(connectivity.only(web, [Peer.allNamespaces()]).holds).toBe(false);
    // Where those who may are everyone, an open door lets in nobody else.
    expect(connectivity.only(web, [Peer.anything()]).holds).toBe(true);
  });

  test('throws by each assertion where the claim is untrue, and only there', () => {
    const on = (port: number) => ({ ports: [Port.tcp(port)] });
    expect(() => connectivity.assertAllowed(web, api, on(8080))).not.toThrow();
    expect(() => connectivity.assertAllowed(web, api, on(81))).toThrow(/^untrue: allowed\(app\/web, app\/api, TCP 81\)\n/);
    expect(() => connectivity.assertDenied(web, api, on(81))).not.toThrow();
    expect(() => connectivity.assertDenied(web, api)).toThrow(/^untrue: denied\(app\/web, app\/api\)\n/);
    expect(() => connectivity.assertOnly(api, [web])).not.toThrow();
    expect(() => connectivity.assertOnly(api, [])).toThrow(/^untrue: only\(app\/api, \[\]\)\n/);
    expect(() => connectivity.assertOnlyTo(api, [web])).toThrow(/^untrue: onlyTo\(app\/api, \[app\/web\]\)\n/);
  });

  test('throws, whatever is asked, where an endpoint is not there', () => {
    expect(() => connectivity.allowed(Endpoint.workload('app/wep'), api)).toThrow(/there is no workload 'app\/wep'; namespace 'app' has api, web/);
  });

  test('is printed as the matrix of who reaches whom', () => {
    expect(connectivity.toString()).toMatch(/app\/web +TCP 8080/);
  });

  test('takes tiers, which need no app that has the manifests', () => {
    const chart = new Chart(new App(), 'chart', { namespace: 'app' });
    expect(connectivity.allowed(new Tier(chart, 'web'), new Tier(chart, 'api', { ports: [Port.tcp(8080)] })).holds).toBe(true);
  });
});

describe('manifests that can not be judged', () => {
  test('throw with line and column where they do not parse', () => {
    expect(() => Connectivity.fromYaml('kind: Pod\n  x: [')).toThrow(/^\(yaml\):1:7: error NP004: /);
  });

  test('throw where the API server would refuse a policy', () => {
    expect(() => Connectivity.fromYaml(MANIFESTS.replace('port: 8080 }]', 'port: 0 }]'))).toThrow(/19:17: error NP020: .*between 1 and 65535/);
  });

  test('throw where a path is missing', () => {
    expect(() => Connectivity.fromFiles(['no/such/folder'])).toThrow(/no\/such\/folder/);
  });

  test('give warnings where policies are of kinds that are not evaluated', () => {
    const { warnings } = Connectivity.fromYaml(`${MANIFESTS}---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\n`);
    expect(warnings).toEqual([expect.stringContaining('CiliumNetworkPolicy')]);
  });
});

describe('connectivity of a cdk8s app', () => {
  const app = new App();
  const one = new Chart(app, 'one', { namespace: 'one' });
  const two = new Chart(app, 'two', { namespace: 'two' });
  const front = new Tier(one, 'front');
  const back = new Tier(two, 'back', { ports: [Port.tcp(80)] });
  back.allowFrom(front);

  test('counts all of its charts, and of a chart just that', () => {
    expect(Connectivity.fromApp(app).allowed(front, back).holds).toBe(true);
    // Without chart one nothing isolates front; without chart two nothing isolates back.
    expect(Connectivity.fromChart(one).denied(back, front).holds).toBe(true);
    expect(Connectivity.fromChart(two).denied(back, front).holds).toBe(true);
    expect(Connectivity.fromChart(two).allowed(front, Peer.anyAddress(), { ports: [Port.all()] }).holds).toBe(true);
    expect(Connectivity.fromApp(app).denied(front, Peer.anyAddress()).holds).toBe(true);
  });

  test('can be asked of an app whose intents are untrue', () => {
    new ConnectivityIntent(one, 'untrue').denied(front, back);
    expect(Connectivity.fromApp(app).allowed(front, back).holds).toBe(true);
  });
});

describe('connectivity of files', () => {
  test('counts every manifest of a folder, and names the file that decides', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'connectivity-'));
    try {
      fs.writeFileSync(path.join(folder, 'all.yaml'), MANIFESTS);
      const verdict = Connectivity.fromFiles([folder]).denied(web, api);
      expect(verdict.holds).toBe(false);
      expect(verdict.explanation).toContain(`${folder}/all.yaml:18:7`);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe('connectivity that changes', () => {
  const toApi = (port: number, name = 'web-to-api', podSelector: unknown = { matchLabels: { app: 'api' } }) => JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'app' },
    spec: { podSelector, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port }] }] },
  });
  const open = (connectivity: Connectivity) => [8080, 9090].map(port => connectivity.allowed(web, api, { ports: [Port.tcp(port)] }).holds);

  test('answers by an object in the place of the one of its name', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    expect(open(connectivity)).toEqual([true, false]);
    connectivity.apply(toApi(9090));
    expect(open(connectivity)).toEqual([false, true]);
    expect(connectivity.toString()).toBe(Connectivity.fromYaml(MANIFESTS.replace('port: 8080 }]\n', 'port: 9090 }]\n')).toString());
  });

  test('answers without an object that was removed, and says whether there was one', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    expect([connectivity.remove(toApi(1)), connectivity.remove(toApi(1))]).toEqual([true, false]);
    expect(open(connectivity)).toEqual([true, true]);
    expect(connectivity.allowed(outside, api).holds).toBe(true);
  });

  test('takes a List of objects, all of them or none', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    const list = (...items: string[]) => `{"apiVersion": "v1", "kind": "List", "items": [${items}]}`;
    expect(() => connectivity.apply(list(toApi(9090), toApi(1, 'q', 'api')))).toThrow('spec.podSelector');
    expect(open(connectivity)).toEqual([true, false]);
    connectivity.apply(list(toApi(9090), '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c" } }'));
    expect(open(connectivity)).toEqual([false, true]);
  });

  test('knows new pods, and warns of what it does not judge', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    connectivity.apply('{ apiVersion: v1, kind: Pod, metadata: { name: job, namespace: app, labels: { app: web } }, spec: { containers: [] } }');
    expect(connectivity.allowed(Endpoint.workload('app/job'), api, { ports: [Port.tcp(8080)] }).holds).toBe(true);
    expect(connectivity.warnings).toEqual([]);
    const calico = '{ apiVersion: crd.projectcalico.org/v1, kind: GlobalNetworkPolicy, metadata: { name: g }, spec: {} }';
    connectivity.apply(calico);
    connectivity.apply(calico);
    expect(connectivity.warnings).toEqual([expect.stringContaining('GlobalNetworkPolicy g is a policy of Calico, which netpol does not evaluate')]);
  });

  test.each([
    ['kind: Pod', "(manifests):1:1: error NP010: 'apiVersion' is missing"], ['[', '(manifests):'], ['just text', '(manifests):1:1'],
  ])('refuses %p with a place and a sentence', (manifests, message) => {
    expect(() => Connectivity.fromYaml(MANIFESTS).apply(manifests)).toThrow(message);
    expect(() => Connectivity.fromYaml(MANIFESTS).remove(manifests)).toThrow(message);
  });
});

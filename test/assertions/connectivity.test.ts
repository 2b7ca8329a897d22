import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ClaimScope, Connectivity, ConnectivityIntent, Endpoint, LabelExpression, Peer, Port, Protocol, Tier } from '../../src';

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

  test('is allowed on the ports that a policy allows and denied on others', () => {
    expect(connectivity.checkAllowed(web, api, { ports: [Port.tcp(8080)] }).holds).toBe(true);
    expect(connectivity.checkAllowed(web, api, { ports: [Port.tcp(8080), Port.tcp(9090)] }).holds).toBe(false);
    expect(connectivity.checkDenied(web, api, { ports: [Port.tcp(9090)] }).holds).toBe(true);
    expect(connectivity.checkDenied(web, api, { ports: [Port.tcp(9090), Port.tcp(8080)] }).holds).toBe(false);
    expect(connectivity.checkDenied(outside, api).holds).toBe(true);
  });

  test('allowed means each of the destination\'s own ports if it names none', () => {
    const verdict = connectivity.checkAllowed(web, api);
    expect(verdict.holds).toBe(false);
    expect(verdict.explanation).toContain('TCP 9090');
  });

  test('allowed means every port if no port of the destination is known', () => {
    expect(connectivity.checkAllowed(api, web).holds).toBe(true);
    expect(connectivity.checkAllowed(api, outside).holds).toBe(true);
  });

  test('is explained with file, line and column', () => {
    const { explanation } = connectivity.checkDenied(web, api, { ports: [Port.tcp(8080)] });
    expect(explanation).toContain('app/web-to-api spec.ingress[0] ((yaml):18:7): TCP 8080');
  });

  test('a verdict that holds is explained too', () => {
    expect(connectivity.checkAllowed(web, api, { ports: [Port.tcp(8080)] }).explanation).toContain('app/web-to-api spec.ingress[0]');
    expect(connectivity.checkAdmitsOnly(api, [web]).explanation).toContain('no rule lets anything else through. Rules searched:\n  app/web-to-api spec.ingress[0]');
    expect(connectivity.checkReachesOnly(api, [web]).explanation).toContain('no policy isolates it for egress');
    expect(connectivity.checkAllowed(web, api, { ports: [Port.tcp(8080)] }).explanation).toMatch(/: TCP 8080\n.*its ports\[0\] is TCP 8080\nJudged for the pods of 2 declared workloads\.$/);
    const twoRules = Connectivity.fromYaml(MANIFESTS.replace('  ingress:\n', '  ingress:\n    - { from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 9090 }] }\n'));
    expect(twoRules.checkAdmitsOnly(api, [web]).explanation).toMatch(/ Rules searched:\n {2}app\/web-to-api spec\.ingress\[0\] \(.*\)\n {2}app\/web-to-api spec\.ingress\[1\] \(.*\)\nJudged for the pods of 1 declared workload\.$/);
  });

  test('admitsOnly is about every possible pod', () => {
    expect(connectivity.checkAdmitsOnly(api, [web]).holds).toBe(true);
    expect(connectivity.checkAdmitsOnly(api, []).holds).toBe(false);
    expect(connectivity.checkAdmitsOnly(api, [Peer.pods({ labels: { app: 'web' }, allNamespaces: true })]).holds).toBe(true);
    expect(connectivity.checkAdmitsOnly(api, [Peer.pods({ labels: { app: 'web', role: 'x' }, allNamespaces: true })]).holds).toBe(false);
    expect(connectivity.checkAdmitsOnly(web, [Peer.allNamespaces()]).holds).toBe(false);
    // Nothing is outside this list.
    expect(connectivity.checkAdmitsOnly(web, [Peer.anything()]).holds).toBe(true);
  });

  test('an assertion throws if and only if the claim does not hold', () => {
    const on = (port: number) => ({ ports: [Port.tcp(port)] });
    expect(() => connectivity.assertAllowed(web, api, on(8080))).not.toThrow();
    expect(() => connectivity.assertAllowed(web, api, on(81))).toThrow(/^allowed\(app\/web, app\/api, TCP 81\) does not hold\napp\/web\[Pod\] does not reach/);
    expect(() => connectivity.assertDenied(web, api, on(81))).not.toThrow();
    expect(() => connectivity.assertDenied(web, api)).toThrow(/^denied\(app\/web, app\/api\) does not hold\n/);
    expect(() => connectivity.assertAdmitsOnly(api, [web])).not.toThrow();
    expect(() => connectivity.assertAdmitsOnly(api, [])).toThrow(/^admitsOnly\(app\/api, \[\]\) does not hold\n/);
    expect(() => connectivity.assertReachesOnly(api, [web])).toThrow(/^reachesOnly\(app\/api, \[app\/web\]\) does not hold\n/);
  });

  test('a claim throws if an endpoint does not exist, and names those that do', () => {
    expect(() => connectivity.checkAllowed(Endpoint.workload('app/wep'), api)).toThrow(/there is no workload 'app\/wep'; namespace 'app' has api, web/);
  });

  test('is printed as a matrix, without the pods that claims about tiers add', () => {
    const fresh = Connectivity.fromYaml(MANIFESTS);
    const before = fresh.toString();
    expect(before).toMatch(/^from .*\n-.*\n(?:.*\n)*app\/web +TCP 8080/);
    fresh.checkDenied(new Tier(new Chart(new App(), 'chart', { namespace: 'app' }), 'batch'), api);
    expect(fresh.toString()).toBe(before);
    expect(() => fresh.checkAllowed(Endpoint.workload('app/wep'), api)).toThrow(/has api, web(: |$)/);
  });

  test('takes tiers of an app that does not contain the manifests', () => {
    const chart = new Chart(new App(), 'chart', { namespace: 'app' });
    expect(connectivity.checkAllowed(new Tier(chart, 'web'), new Tier(chart, 'api', { ports: [Port.tcp(8080)] })).holds).toBe(true);
  });
});

describe('manifests that cannot be judged', () => {
  test('throw with line and column if they do not parse', () => {
    expect(() => Connectivity.fromYaml('kind: Pod\n  x: [')).toThrow(/^Connectivity\.fromYaml\(\.\.\.\): \(yaml\):2:4: error NP004: /);
  });

  test('throw if the API server would refuse a policy', () => {
    expect(() => Connectivity.fromYaml(MANIFESTS.replace('port: 8080 }]', 'port: 0 }]'))).toThrow(/19:17: error NP020: .*between 1 and 65535/);
  });

  test('throw if a path does not exist', () => {
    expect(() => Connectivity.fromFiles(['no/such/folder'])).toThrow(/no\/such\/folder/);
  });

  test('give a warning about a policy of a kind that is not evaluated', () => {
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

  test('counts all charts of the app, or one chart', () => {
    expect(Connectivity.fromApp(app).checkAllowed(front, back).holds).toBe(true);
    // Without chart one nothing isolates front; without chart two nothing isolates back.
    expect(Connectivity.fromChart(one).checkDenied(back, front).holds).toBe(true);
    expect(Connectivity.fromChart(two).checkDenied(back, front).holds).toBe(true);
    expect(Connectivity.fromChart(two).checkAllowed(front, Peer.anyAddress(), { ports: [Port.all()] }).holds).toBe(true);
    expect(Connectivity.fromApp(app).checkDenied(front, Peer.anyAddress()).holds).toBe(true);
  });

  test('does not judge the intents of the app', () => {
    new ConnectivityIntent(one, 'failing').denied(front, back);
    expect(Connectivity.fromApp(app).checkAllowed(front, back).holds).toBe(true);
  });
});

describe('connectivity of files', () => {
  test('counts every manifest of a folder and names the file that decides', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'connectivity-'));
    try {
      fs.writeFileSync(path.join(folder, 'all.yaml'), MANIFESTS);
      const verdict = Connectivity.fromFiles([folder]).checkDenied(web, api);
      expect(verdict.holds).toBe(false);
      expect(verdict.explanation).toContain(`${folder}/all.yaml:18:7`);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('renders no kustomization: it warns, and what the folder could affect is undecided, after a change too', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'connectivity-'));
    try {
      fs.writeFileSync(path.join(folder, 'all.yaml'), MANIFESTS);
      fs.mkdirSync(path.join(folder, 'k8s'));
      fs.writeFileSync(path.join(folder, 'k8s/kustomization.yaml'), 'namespace: app\nresources: [p.yaml]');
      fs.writeFileSync(path.join(folder, 'k8s/p.yaml'), 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec: { podSelector: {} }\n');
      const connectivity = Connectivity.fromFiles([folder]);
      expect(connectivity.warnings).toEqual([expect.stringMatching(/k8s: warning NP330: this kustomization is not rendered, because only the command renders folders/)]);
      expect(connectivity.checkDenied(api, web)).toMatchObject({ holds: false, undecided: true });
      connectivity.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: app }\n');
      expect(connectivity.checkDenied(api, web)).toMatchObject({ holds: false, undecided: true });
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
  const open = (connectivity: Connectivity) => [8080, 9090].map(port => connectivity.checkAllowed(web, api, { ports: [Port.tcp(port)] }).holds);

  test('counts an object instead of the one with its name', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    expect(open(connectivity)).toEqual([true, false]);
    connectivity.apply(toApi(9090));
    expect(open(connectivity)).toEqual([false, true]);
    expect(connectivity.toString()).toBe(Connectivity.fromYaml(MANIFESTS.replace('port: 8080 }]\n', 'port: 9090 }]\n')).toString());
  });

  test('does not count an object that was removed, and returns whether there was one', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    expect([connectivity.remove(toApi(1)), connectivity.remove(toApi(1))]).toEqual([true, false]);
    connectivity.apply(toApi(1));
    expect(connectivity.remove(`{"apiVersion": "v1", "kind": "List", "items": [${toApi(1, 'other')}, ${toApi(1)}]}`)).toBe(true);
    expect(open(connectivity)).toEqual([true, true]);
    expect(connectivity.checkAllowed(outside, api).holds).toBe(true);
  });

  test('applies a List of objects completely or not at all', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    const list = (...items: string[]) => `{"apiVersion": "v1", "kind": "List", "items": [${items}]}`;
    expect(() => connectivity.apply(list(toApi(9090), toApi(1, 'q', 'api')))).toThrow('spec.podSelector');
    expect(open(connectivity)).toEqual([true, false]);
    connectivity.apply(list(toApi(9090), '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c" } }'));
    expect(open(connectivity)).toEqual([false, true]);
  });

  test('counts new pods, and warns once about a policy that is not evaluated', () => {
    const connectivity = Connectivity.fromYaml(MANIFESTS);
    connectivity.apply('{ apiVersion: v1, kind: Pod, metadata: { name: job, namespace: app, labels: { app: web } }, spec: { containers: [] } }');
    expect(connectivity.checkAllowed(Endpoint.workload('app/job'), api, { ports: [Port.tcp(8080)] }).holds).toBe(true);
    expect(connectivity.warnings).toEqual([]);
    const calico = '{ apiVersion: crd.projectcalico.org/v1, kind: GlobalNetworkPolicy, metadata: { name: g }, spec: {} }';
    connectivity.apply(calico);
    connectivity.apply(calico);
    expect(connectivity.warnings).toEqual([expect.stringContaining('GlobalNetworkPolicy g is a policy of Calico')]);
  });

  test.each([
    ['kind: Pod', "(manifests):1:1: error NP010: 'apiVersion' is missing"], ['[', '(manifests):'], ['just text', '(manifests):1:1'],
  ])('throws for %p, with a place', (manifests, message) => {
    expect(() => Connectivity.fromYaml(MANIFESTS).apply(manifests)).toThrow(message);
    expect(() => Connectivity.fromYaml(MANIFESTS).remove(manifests)).toThrow(message);
  });
});

describe('the verdict on a claim', () => {
  const pods = ['a', 'b'].map(name =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app, labels: { app: ${name} } }\nspec: { containers: [] }\nstatus: { podIP: 10.0.0.${name === 'a' ? 1 : 2} }\n---\n`).join('');
  const connectivity = Connectivity.fromYaml(`${pods}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: none-out, namespace: app }\nspec: { podSelector: { matchLabels: { app: a } }, policyTypes: [Egress] }\n`);
  const [a, b] = [Endpoint.workload('app/a'), Endpoint.workload('app/b')];

  test('repeats the claim as it was made', () => {
    expect(connectivity.checkAllowed(a, b).claim).toBe('allowed(app/a, app/b)');
    expect(connectivity.checkDenied(a, b, { ports: [Port.tcp(80), Port.udp(53), Port.tcpRange(1, 5)] }).claim).toBe('denied(app/a, app/b, TCP 80, UDP 53, TCP 1-5)');
    expect(connectivity.checkDenied(a, b, { ports: [Port.all()] }).claim).toBe('denied(app/a, app/b, SCTP 1-65535, TCP 1-65535, UDP 1-65535)');
    expect(connectivity.checkAdmitsOnly(a, [b, a]).claim).toBe('admitsOnly(app/a, [app/b, app/a])');
    expect(connectivity.checkReachesOnly(a, [], { ports: [Port.allUdp()] }).claim).toBe('reachesOnly(app/a, [], UDP 1-65535)');
  });

  test('is plain data for other languages: holds, undecided, assumptions and an explanation', () => {
    const { holds, undecided, assumptions } = connectivity.checkAllowed(a, b);
    expect({ holds, undecided, assumptions }).toEqual({ holds: false, undecided: false, assumptions: [] });
    expect(connectivity.checkAllowed(a, b).toString()).toMatch(/^allowed\(app\/a, app\/b\) does not hold\napp\/a\[Pod\] does not reach[^]*Egress of app\/a\[Pod\]: blocked/);
    expect(connectivity.checkReachesOnly(a, [b]).toString()).toBe('reachesOnly(app/a, [app/b]) holds\nreachesOnly: app/a[Pod] → app/b[Pod]: no rule lets anything else through. Rules searched:\n  none: there is no egress rule, so everything is denied\nJudged for the pods of 1 declared workload.');
    expect(connectivity.checkDenied(a, b).explanation).toContain('app/none-out');
  });

  test('has no fix if the claim holds: nobody who denies a connection wants to allow it', () => {
    expect(connectivity.checkDenied(a, b).explanation).toContain('app/none-out');
    expect(connectivity.checkDenied(a, b).explanation).not.toMatch(/to allow it|Fix:/);
    expect(connectivity.checkAllowed(a, b).explanation).toMatch(/\nFix: /);
  });

  test('says that nothing is denied if no policy isolates the pods, and the list has everything', () => {
    const everything = [Peer.anything()];
    expect(connectivity.checkAdmitsOnly(b, everything).explanation)
      .toBe('admitsOnly: anything → app/b[Pod]: no policy isolates it for ingress, but the list has every pod and every address.\nJudged for the pods of 1 declared workload.');
    expect(connectivity.checkReachesOnly(a, everything).explanation).toContain('so everything is denied');
  });

  test('takes the known address of a pod for that pod', () => {
    expect(connectivity.checkAdmitsOnly(Endpoint.address('10.0.0.1'), []).explanation).toContain('10.0.0.1 (app/a[Pod])');
    expect(Endpoint.address('10.0.0.0/8').endpointName).toBe('10.0.0.0/8');
  });

  test('does not exist for a workload that does not exist', () => {
    expect(() => connectivity.checkDenied(Endpoint.workload('app/c'), a)).toThrow("denied(app/c, app/a): there is no workload 'app/c'");
  });

  test('does not exist for addresses in admitsOnly, nor for a tier that no pod can be', () => {
    expect(() => connectivity.checkAdmitsOnly(Peer.cidr('10.0.0.0/8'), [])).toThrow(/admitsOnly is about pods, and .* is not a pod: write 'allowed' or 'denied' for an address/);
    expect(() => connectivity.checkReachesOnly(Endpoint.address('192.0.2.1'), [])).toThrow('write \'allowed\' or \'denied\' for an address');
    const impossible = Peer.pods({ labels: { a: 'b' }, matchExpressions: [LabelExpression.doesNotExist('a')] });
    expect(() => connectivity.checkDenied(impossible, b)).toThrow(/no pod and no address can be '.*', because its selector contradicts itself or the labels of the namespaces: correct the selector/);
  });
});

describe('a tier or a peer in a claim', () => {
  const chart = new Chart(new App(), 'shop', { namespace: 'app' });
  const IN = (spec: string) => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p, namespace: app }\nspec: ${spec}\n---\n`;
  const POD = (name: string, labels: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app, labels: { ${labels} } }\nspec: { containers: [] }\n---\n`;

  test('means every possible pod that it selects, its workloads among them', () => {
    const db = new Tier(chart, 'db');
    const blueOnly = Connectivity.fromYaml(POD('web-1', 'app: web, release: blue') + IN('{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { release: blue } } }] }] }'));
    const frontend = Peer.pods({ labels: { app: 'web' } });
    expect(blueOnly.checkAllowed(Endpoint.workload('app/web-1'), db).holds).toBe(true);
    // A second release would not reach the db.
    const { holds, explanation } = blueOnly.checkAllowed(frontend, db);
    expect(holds).toBe(false);
    expect(explanation).toMatch(/^A pod with label app=web in namespace app does not reach shop\/db\.\n/);
    expect(blueOnly.checkDenied(frontend, db).explanation).toMatch(/^app\/web-1\[Pod\] reaches shop\/db on every port\.\n/);
  });

  test('means its declared pods if the scope says so', () => {
    const db = new Tier(chart, 'scoped-db', { labels: { app: 'db' } });
    const rule = IN('{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { release: blue } } }] }] }');
    const blueOnly = Connectivity.fromYaml(POD('web-1', 'app: web, release: blue') + POD('db-1', 'app: db') + rule);
    const frontend = Peer.pods({ labels: { app: 'web' } });
    const verdict = blueOnly.checkAllowed(frontend, db, { scope: ClaimScope.DECLARED });
    expect(verdict).toMatchObject({ holds: true, assumptions: [], claim: 'allowed(pods with app=web, shop/scoped-db, DECLARED)' });
    expect(blueOnly.checkAllowed(frontend, db, { scope: ClaimScope.POSSIBLE })).toMatchObject({ holds: false });
    // Who is outside a list is always every possible pod.
    const only = blueOnly.checkAdmitsOnly(db, [Endpoint.workload('app/db-1')], { scope: ClaimScope.DECLARED });
    expect(only.explanation).toMatch(/^A pod with label release=blue in namespace app can connect to app\/db-1\[Pod\] too, whether it exists today or not\.\n/);
    expect(() => blueOnly.checkDenied(Peer.pods({ labels: { app: 'cache' } }), db, { scope: ClaimScope.DECLARED }))
      .toThrow('denied(pods with app=cache, shop/scoped-db, DECLARED): the input declares no pod of \'pods with app=cache\', and the claim is about declared pods only');
  });

  test('that matches no declared pod is named, and with strict the claim does not hold', () => {
    const db = new Tier(chart, 'matched-db', { labels: { app: 'db' } });
    const known = Connectivity.fromYaml(POD('web-1', 'app: web') + POD('db-1', 'app: db') + IN('{ podSelector: {} }'));
    const typo = Peer.pods({ labels: { app: 'wbe' } });
    const text = 'No declared pod matches pods with app=wbe, although the input has workloads in its namespace';
    expect(known.checkDenied(typo, db)).toMatchObject({ holds: true, assumptions: [], explanation: expect.stringContaining(text) });
    const explanation = expect.stringContaining(text);
    expect(known.checkDenied(typo, db, { strict: true })).toMatchObject({ holds: false, undecided: false, explanation });
    for (const options of [{}, { strict: true }]) {
      const correct = known.checkDenied(Peer.pods({ labels: { app: 'web' } }), db, options);
      expect(correct.holds).toBe(true);
      expect(correct.explanation).not.toContain('o declared pod matches');
    }
    // A member of a list may be declared elsewhere.
    expect(known.checkAdmitsOnly(db, [typo], { strict: true }).holds).toBe(true);
  });

  test('has nothing to judge if the claim is about no pod, no port, or one pod and itself', () => {
    const db = new Tier(chart, 'judged-db', { labels: { app: 'db' }, ports: [Port.named('pg')] });
    const known = Connectivity.fromYaml(POD('web-1', 'app: web') + IN('{ podSelector: {} }'));
    const [one, internet] = [Endpoint.workload('app/web-1'), Peer.publicInternet()];
    expect(() => known.checkDenied(outside, internet)).toThrow('denied(192.0.2.1, the public internet): 192.0.2.1 and the public internet are both addresses');
    expect(() => known.checkAdmitsOnly(Peer.anything(), [one])).toThrow('admitsOnly is about pods, and anything has addresses that belong to no pod');
    expect(() => known.checkReachesOnly(internet, [one])).toThrow('reachesOnly is about pods, and the public internet is not a pod');
    expect(() => known.checkAllowed(one, one)).toThrow('app/web-1[Pod] and app/web-1[Pod] are the same pod, and a pod always reaches itself');
    expect(() => known.checkDenied(one, db, { ports: [Port.named('gp')] })).toThrow("no pod of shop/judged-db has a TCP port with the name 'gp'");
    expect(() => known.checkAdmitsOnly(db, [], { ports: [Port.named('pg', Protocol.UDP)] })).toThrow("no pod of shop/judged-db has a UDP port with the name 'pg'");
    expect(() => known.checkReachesOnly(db, [], { ports: [Port.named('gp')] })).toThrow("no pod and no policy has a TCP port with the name 'gp'");
    expect(known.checkDenied(one, db, { ports: [Port.named('pg')] }).holds).toBe(true);
  });

  test('is in the namespace of the other side if the peer has none', () => {
    const one = Connectivity.fromYaml(IN('{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { role: x } } }] }] }'));
    const gate = new Tier(chart, 'api');
    expect(one.checkAllowed(Peer.pods({ labels: { role: 'x' } }), gate).holds).toBe(true);
    expect(one.checkAdmitsOnly(gate, [Peer.pods({ labels: { role: 'x' } })]).holds).toBe(true);
    const closedPods = Connectivity.fromYaml(IN('{ podSelector: { matchLabels: { role: x } } }'));
    expect(closedPods.checkDenied(gate, Peer.pods({ labels: { role: 'x' } })).holds).toBe(true);
    expect(one.checkAdmitsOnly(gate, [Peer.namespace('other')]).explanation).toContain('A pod with label role=x in namespace app');
  });

  test('is in the default namespace if its chart has none', () => {
    const bare = new Tier(new Chart(new App(), 'bare'), 'web');
    const one = Connectivity.fromYaml(IN('{ podSelector: {} }').replace('namespace: app', 'namespace: default'));
    expect(one.checkDenied(Peer.anything(), bare).holds).toBe(true);
  });

  test('has its own labels in a namespace with known labels', () => {
    const namespaceIn = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: app, labels: { ${labels} } }\n---\n`;
    const rule = IN('{ podSelector: { matchLabels: { app: gate } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }').replace('namespace: app', 'namespace: gates');
    const gates = new Tier(new Chart(new App(), 'gates', { namespace: 'gates' }), 'gate');
    const web2 = new Tier(chart, 'web2');
    expect(Connectivity.fromYaml(rule + namespaceIn('team: a')).checkAllowed(web2, gates).holds).toBe(true);
    expect(Connectivity.fromYaml(rule + namespaceIn('team: b')).checkAllowed(web2, gates).holds).toBe(false);
    expect(() => Connectivity.fromYaml(namespaceIn('team: b')).checkDenied(Peer.namespaces({ labels: { 'team': 'a', 'kubernetes.io/metadata.name': 'app' } }), web2)).toThrow('no pod and no address can be');
    expect(Connectivity.fromYaml(rule + namespaceIn('team: b')).checkAllowed(Peer.namespaces({ labels: { team: 'a' } }), gates).holds).toBe(true);
  });

  test('in a namespace that a claim names by labels assumes nothing about them; by name, it assumes that there are none', () => {
    const byTeam = (operator: string) => Connectivity.fromYaml(IN(`{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: ${operator} }] } }] }] }`));
    const target = new Tier(chart, 'target');
    expect(byTeam('Exists').checkAllowed(Peer.namespaces({ labels: { team: 'a' } }), target, { strict: true })).toMatchObject({ holds: true, assumptions: [] });
    expect(byTeam('DoesNotExist').checkAllowed(Peer.namespace('jobs'), target)).toMatchObject({ holds: true, assumptions: ['namespace-label'] });
    expect(byTeam('DoesNotExist').checkAllowed(Peer.namespace('jobs'), target, { strict: true })).toMatchObject({ holds: false, undecided: false, assumptions: ['namespace-label'] });
  });

  test('makes a claim for each member if it stands for several, on the ports of each', () => {
    const two = Connectivity.fromYaml(IN('{ podSelector: { matchLabels: { app: cache } }, ingress: [{ ports: [{ port: 6379 }] }] }'));
    const [sql, cache] = [new Tier(chart, 'sql', { ports: [Port.tcp(5432)] }), new Tier(chart, 'cache', { ports: [Port.tcp(6379)] })];
    const reader = new Tier(chart, 'reader');
    expect(two.checkAllowed(reader, Peer.anyOf([sql, cache])).holds).toBe(true);
    const verdict = two.checkDenied(Peer.anyOf([reader, sql]), Peer.anyOf([cache, sql]), { ports: [Port.tcp(6379), Port.tcp(5432)] });
    expect(verdict.explanation).not.toMatch(/\n\n|\n$/);
    expect(verdict.explanation.match(/^denied: .*$/gm)).toEqual([
      'denied: shop/reader → shop/cache (TCP 6379, TCP 5432)', 'denied: shop/reader → shop/sql (TCP 6379, TCP 5432)',
      'denied: shop/sql → shop/cache (TCP 6379, TCP 5432)', 'denied: shop/sql → shop/sql (TCP 6379, TCP 5432)',
    ]);
  });

  test('may have any named port that a policy mentions, in claims that something is closed', () => {
    const named = Connectivity.fromYaml(IN('{ podSelector: { matchLabels: { app: api } }, ingress: [{ ports: [{ port: metrics }, { port: 65535 }, { port: 65000, endPort: 65534 }, { protocol: UDP, port: dns }] }] }'));
    const tier = new Tier(chart, 'named-api', { labels: { app: 'api' }, ports: [Port.named('http')] });
    expect(named.checkDenied(outside, tier, { ports: [Port.named('metrics')] }).holds).toBe(false);
    // Such a port may have any number.
    for (const number of [64999, 80]) { expect(named.checkDenied(outside, tier, { ports: [Port.tcp(number)] }).holds).toBe(false); }
    expect(named.checkDenied(outside, tier, { ports: [Port.udp(80)] }).holds).toBe(false);
    expect(named.checkDenied(outside, tier, { ports: [Port.allSctp()] }).holds).toBe(true);
    // A named port means the pods that have it, and each of those is open.
    expect(named.checkAllowed(outside, tier, { ports: [Port.named('metrics')] }).holds).toBe(true);
    expect(named.checkAllowed(outside, tier, { ports: [Port.named('http')] }).holds).toBe(false);
    expect(named.checkDenied(outside, tier, { ports: [Port.named('dns', Protocol.UDP)] }).holds).toBe(false);
  });

  const closed = Connectivity.fromYaml(IN('{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
  const tierOf = (id: string, label: string) => new Tier(chart, id, { labels: { app: label } });
  const [front, back, odd, digits] = [tierOf('front', 'f'), tierOf('back', 'k'), tierOf('Order - Service-v2-', 'o'), tierOf('3rd-party', 'r')];
  const namer = new Tier(chart, 'namer', { ports: [Port.named('http'), Port.named('dns', Protocol.UDP)] });

  test.each<[string, IConstruct, IConstruct, Port[] | undefined, string]>([
    ['one call on the destination fixes both sides between two tiers', front, back, undefined, 'Fix: write back.allowFrom(front, { ports: [Port.all()] })\n'],
    ['a call names the tier as its variable is probably called', odd, digits, undefined, 'rdParty.allowFrom(orderServiceV2, { ports: [Port.all()] })'],
    ['towards a peer, the tier calls allowTo', front, Peer.publicInternet(), [Port.tcp(443)], 'front.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] })'],
    ['from a peer, the tier calls allowFrom', Peer.pods({ labels: { a: 'b' }, namespace: 'ops' }), back, undefined, "back.allowFrom(Peer.pods({ labels: { a: 'b' }, namespace: 'ops' }), { ports: [Port.all()] })"],
    ['a call names a range', front, back, [Port.udpRange(5353, 5360)], 'back.allowFrom(front, { ports: [Port.udpRange(5353, 5360)] })'],
    ['a call names every port of a protocol', front, back, [Port.allSctp()], 'Port.allSctp()'],
    ['a call names ports by name', front, namer, [Port.named('http'), Port.named('dns', Protocol.UDP)],
      "namer.allowFrom(front, { ports: [Port.named('http'), Port.named('dns', Protocol.UDP)] })"],
    ['a call names the first and the last port', front, back, [Port.tcpRange(1, 5), Port.tcpRange(60000, 65535)],
      'back.allowFrom(front, { ports: [Port.tcpRange(1, 5), Port.tcpRange(60000, 65535)] })'],
    ['from an address, the tier calls allowFrom', outside, back, undefined, "back.allowFrom(Peer.cidr('192.0.2.1/32'), { ports: [Port.all()] })"],
  ])('has a fix in code: %s', (_, from, to, ports, expected) => {
    expect(closed.checkAllowed(from, to, { ports }).explanation).toContain(expected);
  });

  test('has the fix in code once, because one call opens both sides', () => {
    expect(closed.checkAllowed(front, back).explanation.match(/back\.allowFrom\(/g)).toHaveLength(1);
    expect(closed.checkAllowed(Peer.pods({ labels: { a: 'b' } }), back).explanation).toMatch(
      /Fix: write back\.allowFrom\(new Tier\(this, 'pods-a-b-tier', \{ labels: \{ a: 'b' \}, namespace: 'app' \}\), .*\nEgress/);
  });

  test('fails, and is not undecided, if one of several claims fails', () => {
    const istio = 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: i, namespace: app }\nspec: { selector: { matchLabels: { app: o } } }\n';
    const mixed = Connectivity.fromYaml(istio);
    expect(mixed.checkDenied(front, odd)).toMatchObject({ holds: false, undecided: true });
    expect(mixed.checkDenied(front, Peer.anyOf([odd, back]))).toMatchObject({ holds: false, undecided: false });
    expect(mixed.checkAllowed(front, Peer.anyOf([odd, back]))).toMatchObject({ holds: false, undecided: true });
  });

  test('assumes that none of its possible pods has a further label by which a policy of another kind selects', () => {
    const aws = 'apiVersion: networking.k8s.aws/v9\nkind: ApplicationNetworkPolicy\nmetadata: { name: n, namespace: app }\n'
      + 'spec: { podSelector: { matchLabels: { debug: "true" } }, policyTypes: [Ingress] }\n';
    const isolated = Connectivity.fromYaml(`${aws}---\nkind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: { name: p, namespace: app }\nspec: { podSelector: {} }\n`);
    expect(isolated.checkAdmitsOnly(Peer.pods({ labels: { app: 'a' }, namespace: 'app' }), [])).toMatchObject({ holds: true, assumptions: ['extra-label'] });
    expect(isolated.checkAdmitsOnly(Peer.pods({ labels: { app: 'a' }, namespace: 'app' }), [], { strict: true })).toMatchObject({ holds: false, undecided: true });
    expect(isolated.checkAdmitsOnly(Peer.pods({ labels: { app: 'a', debug: 'false' }, namespace: 'app' }), [])).toMatchObject({ holds: true });
  });

  test('has no fix in code if neither side is a tier', () => {
    const pods = Peer.pods({ labels: { a: 'b' }, namespaceLabels: { 'kubernetes.io/metadata.name': 'app' } });
    expect(closed.checkAllowed(Peer.publicInternet(), pods).explanation).not.toMatch(/allow(From|To)\(/);
    expect(closed.checkAllowed(pods, Peer.publicInternet()).explanation).not.toMatch(/allow(From|To)\(/);
  });

  test('must say its namespace if neither the other side nor a chart does', () => {
    const pods = Peer.pods({ labels: { a: 'b' } });
    for (const other of [Peer.publicInternet(), Peer.pods({ labels: { c: 'd' } }), Endpoint.address('192.0.2.1')]) {
      expect(() => closed.checkAllowed(pods, other)).toThrow('pods with a=b names no namespace, and no tier, no workload and no chart says which one is meant: give the peer a namespace');
    }
  });

  test('on its node\'s network may share the node with the other side, so the two are never apart', () => {
    const agent = POD('agent', 'app: agent').replace('spec: {', 'spec: { hostNetwork: true,');
    const node = Connectivity.fromYaml(agent + POD('web-1', 'app: web') + IN('{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
    const [host, pod] = ['agent', 'web-1'].map(name => Endpoint.workload(`app/${name}`));
    expect(node.checkDenied(host, pod)).toMatchObject({ holds: false, undecided: false, assumptions: [] });
    expect(node.checkDenied(pod, host).explanation).toContain("app/web-1[Pod] and app/agent[Pod] may be on one node, and a pod's own node always reaches it.");
    // Only a claim that names the workload counts the node.
    expect(node.checkDenied(Peer.namespace('app'), pod).holds).toBe(true);
    expect(node.checkDenied(host, outside, { ports: [Port.tcp(443)] }).holds).toBe(false);
  });

  test('has the path of its construct as its name', () => {
    expect(closed.checkAllowed(Peer.pods({ labels: { a: 'b' } }), back).explanation).toMatch(/^A pod with label a=b in namespace app does not reach shop\/back\.\n/);
  });

  test('has a fix that never names a policy after a pod that does not exist', () => {
    expect(closed.checkAllowed(Peer.pods({ labels: { a: 'b' } }), back).explanation).not.toContain('-of-possible');
  });

  test('reaches more than the listed destinations by a policy for DNS: the explanation has a hint, for no other policy and claim', () => {
    const dns = (name: string) => Connectivity.fromYaml(IN('{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{ ports: [{ protocol: UDP, port: 53 }] }] }').replace('name: p', `name: ${name}`));
    expect(dns('allow-dns-egress').checkReachesOnly(front, []).explanation).toMatch(/\nDNS lookups count\. .*Peer\.clusterDns\(\).*$/);
    for (const { explanation } of [dns('own').checkReachesOnly(front, []), dns('not-allow-dns').checkReachesOnly(front, []), dns('allow-dns-egress').checkAdmitsOnly(front, [])]) {
      expect(explanation).toMatch(/\nFix: /);
      expect(explanation).not.toContain('DNS lookups');
    }
  });
});

describe('namespaces that are made elsewhere', () => {
  const rule = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p, namespace: app }\nspec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ops } } }] }] }\n---\n'
    + 'apiVersion: v1\nkind: Pod\nmetadata: { name: prometheus, namespace: monitoring }\nspec: { containers: [] }\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: app }\nspec: { containers: [] }\n';
  const [prometheus, app] = [Endpoint.workload('monitoring/prometheus'), Endpoint.workload('app/web')];
  const namespaces = [{ name: 'monitoring', labels: { team: 'ops' } }];

  test('have the labels that an option states', () => {
    expect(Connectivity.fromYaml(rule).checkAllowed(prometheus, app).holds).toBe(false);
    expect(Connectivity.fromYaml(rule, { namespaces }).checkAllowed(prometheus, app).holds).toBe(true);
  });

  test('keep those labels when an object is applied', () => {
    const connectivity = Connectivity.fromYaml(rule, { namespaces });
    connectivity.apply('{ apiVersion: v1, kind: Pod, metadata: { name: other, namespace: app }, spec: { containers: [] } }');
    expect(connectivity.checkAllowed(prometheus, Endpoint.workload('app/other')).holds).toBe(true);
  });

  test('have the labels of their Namespace object if the input has one', () => {
    const object = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: monitoring }\n';
    expect(Connectivity.fromYaml(rule + object, { namespaces }).checkAllowed(prometheus, app).holds).toBe(false);
  });

  test('must have a valid name and valid labels', () => {
    expect(() => Connectivity.fromYaml(rule, { namespaces: [...namespaces, { name: 'B' }] })).toThrow(/^Connectivity\.fromYaml: namespaces\[1\]: the name 'B' is not valid/);
    expect(() => Connectivity.fromFiles(['examples'], { namespaces: [{ name: 'b', labels: { 'a b': 'c' } }] })).toThrow(/^Connectivity\.fromFiles: namespaces\[0\]: the label 'a b: c' is not valid/);
    const app1 = new App();
    expect(() => Connectivity.fromApp(app1, { namespaces: [{ name: 'B' }] })).toThrow(/^Connectivity\.fromApp: namespaces\[0\]: /);
    expect(() => Connectivity.fromChart(new Chart(app1, 'c'), { namespaces: [{ name: 'B' }] })).toThrow(/^Connectivity\.fromChart: namespaces\[0\]: /);
  });
});

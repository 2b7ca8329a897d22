import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, Include, JsonPatch, Testing } from 'cdk8s';
import { ConnectivityIntent, DefaultDeny, Endpoint, LabelExpression, Peer, Port, Tier } from '../../src';
import { ClaimJudge } from '../../src/claims/judge';
import * as readCluster from '../../src/cluster/read-cluster';

interface Shop {
  app: App;
  chart: Chart;
  frontend: Tier;
  backend: Tier;
  db: Tier;
  intent: ConnectivityIntent;
}

/** Frontend to backend, backend to db, and nothing else. */
function shop(): Shop {
  const app = new App({ outdir: fs.mkdtempSync(path.join(os.tmpdir(), 'intent-')) });
  const chart = new Chart(app, 'shop', { namespace: 'app' });
  const frontend = new Tier(chart, 'frontend');
  const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  backend.allowFrom(frontend);
  db.allowFrom(backend);
  return { app, chart, frontend, backend, db, intent: new ConnectivityIntent(chart, 'intent') };
}

/** The error that `synth` throws; undefined if it does not throw. */
function failure({ app }: Shop): string | undefined {
  try {
    app.synth();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    fs.rmSync(app.outdir, { recursive: true });
  }
}

function deployment(chart: Chart, name: string, labels: Record<string, string>, ports: object[] = []): ApiObject {
  return new ApiObject(chart, `${name}-deployment`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i', ports }] } } },
  });
}

function policy(chart: Chart, name: string, spec: object): ApiObject {
  return new ApiObject(chart, name, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec });
}

describe('an intent', () => {
  test('does not stop synth if every claim holds', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.backend).denied(s.frontend, s.db);
    s.intent.admitsOnly(s.db, [s.backend]).reachesOnly(s.frontend, [s.backend, Peer.clusterDns()]);
    expect(failure(s)).toBeUndefined();
  });

  test('stops synth if a claim does not hold, and names the intent, the deciding policy and the fix', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    const message = failure(s)!;
    expect(message).toMatch(/\[shop\/intent\] allowed\(shop\/frontend, shop\/db\) does not hold\.\n {4}shop\/frontend does not reach shop\/db on TCP 5432\.\n {4}Fix: write db\.allowFrom\(frontend\)\n {4}Egress of /);
    expect(message).toContain('app/allow-frontend-to-backend-egress');
    expect(message).toContain('app/default-deny-all');
    expect(message).toContain('db.allowFrom(frontend)');
  });

  test('names the port of the destination that is blocked', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    expect(failure(s)).toContain('shop/frontend does not reach shop/db on TCP 5432.');
  });

  test('shows every claim that does not hold in one synth', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db).allowed(s.frontend, s.backend).denied(s.backend, s.db);
    const message = failure(s)!;
    expect(message).toContain('allowed(shop/frontend, shop/db) does not hold');
    expect(message).toContain('denied(shop/backend, shop/db) does not hold');
    expect(message).not.toContain('allowed(shop/frontend, shop/backend) does not hold');
  });

  test('without claims stops synth, because it proves nothing', () => {
    expect(failure(shop())).toContain('[shop/intent] this intent has no claim, so it proves nothing: write .allowed(...)');
  });

  test('throws at the call if the list of ports is empty', () => {
    const s = shop();
    expect(() => s.intent.denied(s.frontend, s.db, { ports: [] })).toThrow(/^shop\/intent: denied\(\.\.\.\): ports is empty\. .*every port/i);
    expect(() => s.intent.allowed(s.frontend, s.db, { ports: [] })).toThrow(/leave ports out to mean the destination's own ports/);
  });

  test('throws at the call for something that is neither a tier nor a peer', () => {
    const s = shop();
    expect(() => s.intent.denied({ endpointName: 'home-made' } as any, s.db)).toThrow('shop/intent: denied(...): source must be a Tier, a Peer, a workload or an Endpoint, not an object');
  });

  test('counts policies written by hand, in every chart of the app', () => {
    const s = shop();
    s.intent.admitsOnly(s.db, [s.backend]);
    const other = new Chart(s.app, 'other', { namespace: 'app' });
    policy(other, 'let-all-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{}] });
    const message = failure(s)!;
    expect(message).toContain('app/let-all-in');
    expect(message).toContain('other/let-all-in');
  });

  test('counts the objects of an Include', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    const file = path.join(s.app.outdir, 'by-hand.yaml');
    fs.writeFileSync(file, JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'by-hand', namespace: 'app' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
    }));
    new Include(s.chart, 'include', { url: file });
    expect(failure(s)).toContain('app/by-hand');
  });

  test('stops synth if the API server would refuse a policy, and names it', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    policy(s.chart, 'broken', { podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] });
    expect(failure(s)).toMatch(/\[shop\/intent\] .*shop\/broken: error NP020: .*spec\.ingress\[0\]\.ports\[0\]\.port/);
  });

  test('is judged again after a change of the app and after a new claim', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([true]);
    s.intent.denied(s.backend, s.frontend);
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([true, true]);
    s.db.allowFrom(s.frontend);
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([false, true]);
    const hole = policy(s.chart, 'hole', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([false, true]);
    hole.addJsonPatch(JsonPatch.add('/spec/ingress', [{}]), JsonPatch.add('/spec/egress', [{}]));
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([false, false]);
  });

  test('stops synth if a claim is undecided, and says why', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    new ApiObject(s.chart, 'cilium', {
      apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c' }, spec: { endpointSelector: { matchLabels: { app: 'frontend' } }, egress: [{}], ingress: [{}] },
    });
    // The policy cannot open the database.
    expect(s.intent.verdicts().map(({ holds, undecided }) => [holds, undecided])).toEqual([[true, false]]);
    s.intent.allowed(s.frontend, s.backend);
    expect(s.intent.verdicts().map(({ holds, undecided }) => [holds, undecided])).toEqual([[true, false], [false, true]]);
    const message = failure(s)!;
    expect(message).toContain('[shop/intent] allowed(shop/frontend, shop/backend) is undecided.\n    shop/frontend might not reach shop/backend on TCP 8080.');
    expect(message).toContain('Undecided (policy-kind): CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate (shop/cilium).');
  });

  test('warns once about an assumption, and stops synth if the claim is strict', () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const s = shop();
    const job = new Tier(new Chart(s.app, 'jobs', { namespace: 'jobs' }), 'job');
    s.db.allowFrom(Peer.namespaces({ matchExpressions: [LabelExpression.doesNotExist('team')] }));
    job.allowTo(Peer.anything(), { ports: [Port.tcp(5432)] });
    s.intent.allowed(job, s.db);
    expect(s.intent.verdicts()).toMatchObject([{ holds: true, undecided: false, assumptions: ['namespace-label'] }]);
    expect(failure(s)).toBeUndefined();
    const warnings = emitWarning.mock.calls.map(([text]) => String(text)).filter(text => text.includes('assumption'));
    expect(emitWarning.mock.calls.map(([, type]) => type)).toContain('NetpolWarning');
    emitWarning.mockRestore();
    expect(warnings).toEqual(['shop/intent: warning NP302: allowed(jobs/job, shop/db) holds under an assumption (namespace-label): netpol assumes that nothing sets the label team of namespace jobs. Otherwise jobs/job would not reach shop/db on TCP 5432']);
    s.intent.allowed(job, s.db, { strict: true });
    expect(failure(s)).toMatch(/\[shop\/intent\] allowed\(jobs\/job, shop\/db\) does not hold\.\n {4}jobs\/job would not reach shop\/db.*\. It holds only under an assumption \(namespace-label\)/);
  });

  test('returns verdicts without throwing', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.backend).allowed(s.frontend, s.db);
    expect(s.intent.verdicts().map(v => [v.holds, v.claim])).toEqual([
      [true, 'allowed(shop/frontend, shop/backend)'],
      [false, 'allowed(shop/frontend, shop/db)'],
    ]);
  });
});

describe('a tier in an intent', () => {
  test('means its workloads with their real labels', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    deployment(s.chart, 'web', { app: 'frontend', debug: 'yes' });
    policy(s.chart, 'debug-out', { podSelector: { matchLabels: { debug: 'yes' } }, policyTypes: ['Egress'], egress: [{}] });
    policy(s.chart, 'debug-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { debug: 'yes' } } }] }] });
    expect(failure(s)).toContain('app/web[Deployment] reaches shop/db on every port.');
  });

  test('means a pod with its labels if the app has none of its workloads', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    expect(failure(s)).toContain('shop/frontend does not reach shop/db');
  });

  test('assumes that such a pod has no label that a rule for other pods looks at', () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const s = shop();
    const debug = new Tier(s.chart, 'debug', { labels: { debug: 'true' } });
    debug.allowFrom(Peer.anything(), { ports: [Port.all()] });
    s.intent.admitsOnly(s.db, [s.backend]);
    expect(s.intent.verdicts()).toMatchObject([{ holds: true, assumptions: ['extra-label'], explanation: expect.stringContaining('app=db, debug=true (*)') }]);
    s.intent.admitsOnly(s.db, [s.backend], { strict: true });
    expect(failure(s)).toMatch(/admitsOnly\(shop\/db, \[shop\/backend\]\) does not hold\.\n {4}Anything could connect to shop\/db with debug=true too: .*extra-label/);
  });

  test('means such a pod beside its workloads too, so a policy for one release is not enough', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    deployment(s.chart, 'web', { app: 'frontend', release: 'blue' });
    policy(s.chart, 'blue-out', { podSelector: { matchLabels: { release: 'blue' } }, policyTypes: ['Egress'], egress: [{}] });
    policy(s.chart, 'blue-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { release: 'blue' } } }] }] });
    const message = failure(s)!;
    expect(message).toContain('shop/frontend does not reach shop/db');
    expect(message).not.toContain('app/web[Deployment] does not reach');
  });

  test('of a workload has the ports of its containers', () => {
    const s = shop();
    const object = deployment(s.chart, 'cache', { app: 'cache' }, [{ containerPort: 11211, protocol: 'UDP' }]);
    const cache = Tier.fromApiObject(s.chart, 'cache', object);
    cache.allowFrom(s.backend);
    s.intent.allowed(s.backend, cache).allowed(s.backend, cache, { ports: [Port.udp(11211)] }).denied(s.backend, cache, { ports: [Port.tcp(11211)] });
    expect(failure(s)).toBeUndefined();
  });

  test('with a named port is allowed on it whatever its number is, so no number is denied', () => {
    const s = shop();
    const api = new Tier(s.chart, 'api', { ports: [Port.named('http')] });
    api.allowFrom(s.frontend);
    s.intent.allowed(s.frontend, api).denied(s.frontend, api, { ports: [Port.udp(80)] });
    expect(s.intent.verdicts().map(({ holds }) => holds)).toEqual([true, true]);
    s.intent.denied(s.frontend, api, { ports: [Port.tcp(80)] });
    expect(failure(s)).toContain('denied(shop/frontend, shop/api, TCP 80) does not hold.\n    shop/frontend reaches shop/api on TCP 80.');
  });

  test('is not denied if a rule names a port that one of its pods may have', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    policy(s.chart, 'named-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port: 'metrics' }] }] });
    policy(s.chart, 'all-out', { podSelector: { matchLabels: { app: 'frontend' } }, policyTypes: ['Egress'], egress: [{}] });
    expect(failure(s)).toContain('app/named-in');
  });
});

describe('admitsOnly and reachesOnly', () => {
  test('show a possible pod that gets in, with its labels, its namespace, the policy and the rule', () => {
    const s = shop();
    s.intent.admitsOnly(s.db, [s.backend]);
    policy(s.chart, 'team-in', {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } }, podSelector: { matchLabels: { app: 'backend' } } }] }],
    });
    const message = failure(s)!;
    expect(message).toContain('A pod with label app=backend in a new namespace (with label team=a) can connect to shop/db too');
    expect(message).toContain('app/team-in spec.ingress[0].from[0]');
  });

  test('hold for an empty list if nothing is admitted', () => {
    const s = shop();
    s.intent.admitsOnly(s.frontend, []);
    expect(failure(s)).toBeUndefined();
  });

  test('fail if no policy isolates the tier', () => {
    const s = shop();
    const elsewhere = new Chart(s.app, 'elsewhere', { namespace: 'open' });
    DefaultDeny.turnOff(elsewhere, 'no-deny');
    const open = new Tier(elsewhere, 'open', { ports: [Port.tcp(1)] });
    s.intent.admitsOnly(open, [s.backend]);
    expect(failure(s)).toContain('no policy isolates it for ingress');
  });

  test('list namespaces, addresses, and peers that stand for several', () => {
    const s = shop();
    s.db.allowFrom(Peer.namespace('monitoring'), { ports: [Port.tcp(9187)] });
    s.db.allowFrom(Peer.cidr('10.0.0.0/8', { excluding: ['10.9.0.0/16'] }));
    s.intent.admitsOnly(s.db, [Peer.anyOf([s.backend, Peer.prometheus()]), Peer.cidr('10.0.0.0/9'), Peer.cidr('10.128.0.0/9')]);
    expect(failure(s)).toBeUndefined();
  });

  test('are about their ports', () => {
    const s = shop();
    s.db.allowFrom(Peer.prometheus(), { ports: [Port.tcp(9187)] });
    s.intent.admitsOnly(s.db, [s.backend], { ports: [Port.tcp(5432)] });
    expect(failure(s)).toBeUndefined();
  });

  test('do not count the egress policies of the other side', () => {
    const s = shop();
    policy(s.chart, 'namespace-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: {} }] }] });
    s.intent.denied(s.frontend, s.db).admitsOnly(s.db, [s.backend]);
    const message = failure(s)!;
    expect(message).not.toContain('denied(');
    expect(message).toContain('admitsOnly(shop/db, [shop/backend]) does not hold');
  });

  test('count cluster DNS, with a hint how to list it', () => {
    const s = shop();
    s.intent.reachesOnly(s.backend, [s.db]);
    expect(failure(s)).toContain('Peer.clusterDns()');
  });

  test('are about pods, not addresses', () => {
    const s = shop();
    s.intent.admitsOnly(Endpoint.address('192.0.2.1'), []);
    expect(failure(s)).toContain('admitsOnly is about pods, and 192.0.2.1 is not a pod');
  });
});

describe('the intents of an app', () => {
  /** Two charts with a tier in each, and an intent in each. */
  function twoCharts(): { app: App; web: Tier; db: Tier; intents: ConnectivityIntent[] } {
    const app = Testing.app();
    const [front, back] = ['front', 'back'].map(id => new Chart(app, id, { namespace: 'app' }));
    const web = new Tier(front, 'web');
    const db = new Tier(back, 'db', { ports: [Port.tcp(5432)] });
    db.allowFrom(web);
    return { app, web, db, intents: [front, back].map(chart => new ConnectivityIntent(chart, 'intent')) };
  }

  const hole = (chart: Chart, ingress: readonly object[]) => policy(chart, 'hole', { podSelector: {}, policyTypes: ['Ingress'], ingress });

  afterEach(() => jest.restoreAllMocks());

  test('are judged together: an app is read once in a synth, however many charts and intents it has', () => {
    const { app, web, db, intents } = twoCharts();
    for (const intent of intents) { intent.allowed(web, db).denied(db, web).admitsOnly(db, [web]); }
    const read = jest.spyOn(readCluster, 'readCluster');
    const judges = jest.spyOn(ClaimJudge, 'of');
    app.synth();
    expect([read.mock.calls.length, judges.mock.calls.length]).toEqual([1, 1]);
  });

  test('each have the verdicts on their own claims, in order', () => {
    const { web, db, intents: [one, other] } = twoCharts();
    one.allowed(web, db).allowed(db, web);
    other.denied(web, db);
    expect(one.verdicts().map(v => [v.claim, v.holds])).toEqual([['allowed(front/web, back/db)', true], ['allowed(back/db, front/web)', false]]);
    expect(other.verdicts().map(v => v.holds)).toEqual([false]);
  });

  test('are judged even if a claim of one of them cannot be', () => {
    const { app, web, db, intents: [one, other] } = twoCharts();
    const gone = new Chart(app, 'gone', { namespace: 'gone' });
    const object = deployment(gone, 'cache', { app: 'cache' });
    const cache = Tier.fromApiObject(gone, 'tier', object);
    one.denied(cache, db);
    other.allowed(web, db);
    app.node.tryRemoveChild('gone');
    object.toJson = () => { throw new Error('out of order'); };
    expect(() => one.verdicts()).toThrow(/^\[front\/intent\] .*out of order/);
    expect(other.verdicts().map(v => v.holds)).toEqual([true]);
  });

  test('stop synth for a claim that cannot be judged, and the other claims of the intent are judged too', () => {
    const { app, web, db, intents: [one] } = twoCharts();
    one.denied(web, db, { ports: [Port.named('htpp')] }).denied(web, db).allowed(web, db);
    const message = (() => {
      try {
        app.synth();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toContain("[front/intent] denied(front/web, back/db, TCP htpp): no pod of back/db has a TCP port with the name 'htpp'");
    expect(message).toContain('[front/intent] denied(front/web, back/db) does not hold.\n    front/web reaches back/db on TCP 5432.');
    expect(message).not.toContain('allowed(front/web, back/db)');
  });

  test('name each claim that cannot be judged in one error, if a program asks for the verdicts', () => {
    const { web, db, intents: [one] } = twoCharts();
    one.denied(web, db, { ports: [Port.named('htpp')] }).denied(web, db).denied(web, db, { ports: [Port.named('dbb')] });
    expect(() => one.verdicts()).toThrow(/^\[front\/intent\] .*'htpp'.*\n\[front\/intent\] .*'dbb'/);
  });

  test('cannot name a tier of another app, because nothing is known about its pods', () => {
    const { db, intents: [one] } = twoCharts();
    const other = twoCharts();
    expect(() => one.denied(other.web, db)).toThrow('front/web is a tier of another app');
    expect(() => one.admitsOnly(db, [other.web])).toThrow('front/web is a tier of another app');
  });

  test('are judged again in the next synth if the app has changed', () => {
    const { app, web, db, intents } = twoCharts();
    intents.forEach(intent => intent.admitsOnly(db, [web]));
    app.synth();
    const object = hole(app.charts[0], []);
    app.synth();
    object.addJsonPatch(JsonPatch.add('/spec/ingress/0', {}));
    expect(() => app.synth()).toThrow('app/hole');
  });

  test.each([
    ['adds an object', false, (chart: Chart) => { hole(chart, [{}]); }],
    ['changes what an object synthesizes', true, (_: Chart, rules: object[]) => { rules.push({}); }],
  ])('are judged as the app is in the end if a later validation %s', (_, isThere, change) => {
    const { app, web, db, intents } = twoCharts();
    intents.forEach(intent => intent.admitsOnly(db, [web]));
    const last = new Chart(app, 'last', { namespace: 'app' });
    const rules: object[] = [];
    if (isThere) { hole(last, rules); }
    let done = false;
    last.node.addValidation({
      validate: () => {
        if (!done) { change(last, rules); }
        done = true;
        return [];
      },
    });
    expect(() => app.synth()).toThrow('app/hole');
  });

  test('fail the same way each time if the API server would refuse an object', () => {
    const { app, web, db, intents } = twoCharts();
    intents.forEach(intent => intent.allowed(web, db));
    policy(app.charts[0], 'bad', { policyTypes: ['All'] });
    for (const intent of intents) { expect(() => intent.verdicts()).toThrow(/front\/bad: error NP023: .*policyTypes/); }
  });

  test('show each warning once for each app', () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const synth = () => {
      const { app, web, db, intents } = twoCharts();
      intents.forEach(intent => intent.allowed(web, db));
      new ApiObject(app.charts[0], 'calico', { apiVersion: 'projectcalico.org/v3', kind: 'StagedNetworkPolicy', metadata: { name: 'c' } });
      new ApiObject(app.charts[0], 'rollout', {
        apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'r' }, spec: { template: { spec: { containers: [] } } },
      });
      app.synth();
      app.synth();
      return emitWarning.mock.calls.filter(([text]) => String(text).includes('Rollout')).length;
    };
    expect(synth()).toBe(1);
    expect(synth()).toBe(2);
  });
});

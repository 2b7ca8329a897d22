import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, Include } from 'cdk8s';
import { ConnectivityIntent, DefaultDeny, Endpoint, Peer, Port, Tier } from '../../src';

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

/** What `synth` throws; nothing where it does not. */
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
  test('lets an app synthesize where every line is true', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.backend).denied(s.frontend, s.db).only(s.db, [s.backend]).onlyTo(s.frontend, [s.backend, Peer.clusterDns()]);
    expect(failure(s)).toBeUndefined();
  });

  test('stops synth where a line is untrue, and names the intent, the deciding policy and what would mend it', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    const message = failure(s)!;
    expect(message).toContain('[shop/intent] allowed(shop/frontend, shop/db) is untrue');
    expect(message).toContain('app/allow-frontend-to-backend-egress');
    expect(message).toContain('app/default-deny-all');
    expect(message).toContain('db.allowFrom(frontend)');
  });

  test('is judged for every line, so that one run shows all that is untrue', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db).allowed(s.frontend, s.backend).denied(s.backend, s.db);
    const message = failure(s)!;
    expect(message).toContain('allowed(shop/frontend, shop/db) is untrue');
    expect(message).toContain('denied(shop/backend, shop/db) is untrue');
    expect(message).not.toContain('allowed(shop/frontend, shop/backend) is untrue');
  });

  test('that says nothing is an error: nothing would be proven by it', () => {
    expect(failure(shop())).toContain('[shop/intent] this intent says nothing');
  });

  test('refuses an empty list of ports at the call', () => {
    const s = shop();
    expect(() => s.intent.denied(s.frontend, s.db, { ports: [] })).toThrow(/^shop\/intent: denied\(\.\.\.\): ports is empty\. Name at least one port/);
    expect(() => s.intent.allowed(s.frontend, s.db, { ports: [] })).toThrow(/leave ports out for those of the destination/);
  });

  test('refuses what is no endpoint at the call', () => {
    const s = shop();
    expect(() => s.intent.denied({ endpointName: 'home-made' }, s.db)).toThrow(/neither a Tier nor a Peer/);
  });

  test('counts policies that were written by hand, wherever they are in the app', () => {
    const s = shop();
    s.intent.only(s.db, [s.backend]);
    const other = new Chart(s.app, 'other', { namespace: 'app' });
    policy(other, 'let-all-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{}] });
    const message = failure(s)!;
    expect(message).toContain('app/let-all-in');
    expect(message).toContain('other/let-all-in');
  });

  test('counts what an Include brings in', () => {
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

  test('can not be judged over a policy that the API server would refuse, and says which', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    policy(s.chart, 'broken', { podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] });
    expect(failure(s)).toMatch(/\[shop\/intent\] .*shop\/broken: error: .*spec\.ingress\[0\]\.ports\[0\]\.port/);
  });

  test('is judged anew when the app has changed, or a line was added', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([true]);
    s.intent.denied(s.backend, s.frontend);
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([true, true]);
    s.db.allowFrom(s.frontend);
    expect(s.intent.verdicts().map(v => v.holds)).toEqual([false, true]);
  });

  test('gives its verdicts without throwing, too', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.backend).allowed(s.frontend, s.db);
    expect(s.intent.verdicts().map(v => [v.holds, v.claim])).toEqual([
      [true, 'allowed(shop/frontend, shop/backend)'],
      [false, 'allowed(shop/frontend, shop/db)'],
    ]);
  });
});

describe('a tier in an intent', () => {
  test('is judged by its workloads, with their real labels', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    deployment(s.chart, 'web', { app: 'frontend', debug: 'yes' });
    policy(s.chart, 'debug-out', { podSelector: { matchLabels: { debug: 'yes' } }, policyTypes: ['Egress'], egress: [{}] });
    policy(s.chart, 'debug-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { debug: 'yes' } } }] }] });
    expect(failure(s)).toContain('app/web[Deployment] reaches shop/db[Tier]');
  });

  test('is judged as a pod with just its labels where none of its workloads is in the app', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    expect(failure(s)).toContain('shop/frontend[Tier] does not reach shop/db[Tier] on TCP 5432');
  });

  test('is judged as such a pod beside its workloads: a policy for one release alone is not enough', () => {
    const s = shop();
    s.intent.allowed(s.frontend, s.db);
    deployment(s.chart, 'web', { app: 'frontend', release: 'blue' });
    policy(s.chart, 'blue-out', { podSelector: { matchLabels: { release: 'blue' } }, policyTypes: ['Egress'], egress: [{}] });
    policy(s.chart, 'blue-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { release: 'blue' } } }] }] });
    const message = failure(s)!;
    expect(message).toContain('shop/frontend[Tier] does not reach');
    expect(message).not.toContain('app/web[Deployment] does not reach');
  });

  test('of a workload is reached on the ports of its containers, those added late too', () => {
    const s = shop();
    const object = deployment(s.chart, 'cache', { app: 'cache' }, [{ containerPort: 11211, protocol: 'UDP' }]);
    const cache = Tier.fromApiObject(s.chart, 'cache', object);
    cache.allowFrom(s.backend);
    s.intent.allowed(s.backend, cache).allowed(s.backend, cache, { ports: [Port.udp(11211)] }).denied(s.backend, cache, { ports: [Port.tcp(11211)] });
    expect(failure(s)).toBeUndefined();
  });

  test('that is reached by a port of a name is allowed on it, whatever its number is', () => {
    const s = shop();
    const api = new Tier(s.chart, 'api', { ports: [Port.named('http')] });
    api.allowFrom(s.frontend);
    s.intent.allowed(s.frontend, api).denied(s.frontend, api, { ports: [Port.tcp(80)] });
    expect(failure(s)).toBeUndefined();
  });

  test('is not denied where a rule names a port that one of its pods could have', () => {
    const s = shop();
    s.intent.denied(s.frontend, s.db);
    policy(s.chart, 'named-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port: 'metrics' }] }] });
    policy(s.chart, 'all-out', { podSelector: { matchLabels: { app: 'frontend' } }, policyTypes: ['Egress'], egress: [{}] });
    expect(failure(s)).toContain('app/named-in');
  });
});

describe('only', () => {
  test('shows a pod that gets in: its labels, the labels of its namespace, the policy and the rule', () => {
    const s = shop();
    s.intent.only(s.db, [s.backend]);
    policy(s.chart, 'team-in', {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } }, podSelector: { matchLabels: { app: 'backend' } } }] }],
    });
    const message = failure(s)!;
    expect(message).toMatch(/labels: +app=backend/);
    expect(message).toMatch(/namespace labels: +kubernetes\.io\/metadata\.name=\S+, team=a/);
    expect(message).toContain('app/team-in spec.ingress[0].from[0]');
  });

  test('holds for nobody where nobody is let in', () => {
    const s = shop();
    s.intent.only(s.frontend, []);
    expect(failure(s)).toBeUndefined();
  });

  test('fails where nothing isolates the tier', () => {
    const s = shop();
    const elsewhere = new Chart(s.app, 'elsewhere', { namespace: 'open' });
    DefaultDeny.turnOff(elsewhere, 'no-deny');
    const open = new Tier(elsewhere, 'open', { ports: [Port.tcp(1)] });
    s.intent.only(open, [s.backend]);
    expect(failure(s)).toContain('no policy isolates it for ingress');
  });

  test('takes peers: whole namespaces, addresses, several at once', () => {
    const s = shop();
    s.db.allowFrom(Peer.namespace('monitoring'), { ports: [Port.tcp(9187)] });
    s.db.allowFrom(Peer.cidr('10.0.0.0/8', { excluding: ['10.9.0.0/16'] }));
    s.intent.only(s.db, [Peer.anyOf([s.backend, Peer.prometheus()]), Peer.cidr('10.0.0.0/9'), Peer.cidr('10.128.0.0/9')]);
    expect(failure(s)).toBeUndefined();
  });

  test('is about the ports that are given, where some are', () => {
    const s = shop();
    s.db.allowFrom(Peer.prometheus(), { ports: [Port.tcp(9187)] });
    s.intent.only(s.db, [s.backend], { ports: [Port.tcp(5432)] });
    expect(failure(s)).toBeUndefined();
  });

  test('is not saved by what an intruder may send: that is the intruder\'s to change', () => {
    const s = shop();
    policy(s.chart, 'namespace-in', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: {} }] }] });
    s.intent.denied(s.frontend, s.db).only(s.db, [s.backend]);
    const message = failure(s)!;
    expect(message).not.toContain('denied(');
    expect(message).toContain('only(shop/db, [shop/backend]) is untrue');
  });

  test('of what a tier may reach counts the cluster\'s DNS, and says how to name it', () => {
    const s = shop();
    s.intent.onlyTo(s.backend, [s.db]);
    expect(failure(s)).toContain('Peer.clusterDns()');
  });

  test('speaks of pods: an address outside is none', () => {
    const s = shop();
    s.intent.only(Endpoint.address('192.0.2.1'), []);
    expect(failure(s)).toContain('only speaks of pods, and 192.0.2.1 is no pod');
  });
});

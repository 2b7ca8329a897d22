import { ApiObject, App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { boutique } from './boutique';
import { ClaimOptions, ClaimScope, ClusterFacts, Connectivity, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';
import '../../src/assertions/jest';

/* What a person reads about a claim. */

/** The lines that a text takes on a screen of 120 columns. */
function linesOnScreen(text: string): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 120)), 0);
}

function messageOf(claim: () => unknown): string {
  try { claim(); } catch (error) { return (error as Error).message; }
  throw new Error('the matcher did not fail');
}

describe('a failed matcher on a shop of twelve services', () => {
  const { app, tiers } = boutique();
  const { frontend, checkout, cart, redis, payment, catalog, currency, shipping } = tiers;
  const everywhere: readonly [string, () => unknown][] = [
    ['toAllow between two services', () => expect(app).toAllow(frontend, redis)],
    ['toAllow from the service with most edges', () => expect(app).toAllow(checkout, redis)],
    ['toAllow to a service with many callers', () => expect(app).toAllow(payment, catalog)],
    ['toAllow by name', () => expect(app).toAllow('shop/frontend', 'shop/redis')],
    ['toAllow from addresses', () => expect(app).toAllow(Peer.publicInternet(), checkout)],
    ['toAllow to several services', () => expect(app).toAllow(cart, Peer.anyOf([payment, catalog, currency, shipping]))],
    ['toDeny', () => expect(app).toDeny(frontend, checkout)],
    ['toDeny of a namespace', () => expect(app).toDeny(Peer.thisNamespace(), catalog)],
    ['toAdmitOnly', () => expect(app).toAdmitOnly(catalog, [frontend])],
    ['toReachOnly', () => expect(app).toReachOnly(checkout, [cart])],
    ['not.toDeny', () => expect(app).not.toDeny(payment, redis)],
    ['not.toAdmitOnly', () => expect(app).not.toAdmitOnly(redis, [cart, Peer.prometheus()])],
  ];

  test.each(everywhere)('fits on a screen of 40 lines: %s', (_, claim) => {
    expect(linesOnScreen(messageOf(claim))).toBeLessThanOrEqual(40);
  });

  test('has the verdict in the first two lines and the fix in the third', () => {
    const [verdict, summary, fix] = messageOf(() => expect(app).toAllow(frontend, redis)).split('\n');
    expect([verdict, summary, fix]).toEqual([
      'allowed(boutique/frontend, boutique/redis) does not hold', 'shop/frontend[Deployment] does not reach shop/redis[Deployment] on TCP 8091.', 'Fix: write redis.allowFrom(frontend)',
    ]);
  });

  test('says equal reasons once, and counts what it leaves out', () => {
    const message = messageOf(() => expect(app).toAllow(payment, catalog));
    expect(message).toMatch(/^ +and \d more (policies|rules)$/m);
    const reasons = message.split('\n').filter(line => /^ {6}\S/.test(line));
    expect(new Set(reasons).size).toBe(reasons.length);
  });
});

test('policies with the same reason share it', () => {
  const policies = Array.from({ length: 9 }, (_, i) => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p${i}, namespace: app }\nspec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }] }] }\n---\n`).join('');
  const pods = ['a', 'b'].map(name => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app, labels: { app: ${name} } }\nspec: { containers: [] }\n---\n`).join('');
  const { explanation } = Connectivity.fromYaml(policies + pods).checkAllowed(Endpoint.workload('app/a'), Endpoint.workload('app/b'));
  expect(explanation.match(/which allows ingress only from pods app=x/g)).toHaveLength(1);
  expect(explanation.match(/its podSelector app=x does not select app\/a\[Pod\], which has app=a/g)).toHaveLength(1);
  expect(explanation).toContain('    app/p3 ((yaml):16:1)\n    and 5 more policies\n');
  expect(explanation).toMatch(/app\/p3 spec\.ingress\[0\].*\n {4}and 5 more rules\n/);
});

describe('the verdict', () => {
  const deployment = (chart: Chart, name: string, app = name) => new ApiObject(chart, `${name}-object`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: { app } }, template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
  });

  function shop() {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const [web, db] = [new Tier(chart, 'web'), new Tier(chart, 'db', { ports: [Port.tcp(5432)] })];
    deployment(chart, 'web-1', 'web');
    deployment(chart, 'web-2', 'web');
    deployment(chart, 'postgres', 'db');
    return { app, chart, web, db };
  }

  test.each<[string, IConstruct, ClaimOptions, string, ClaimScope, number]>([
    ['every possible pod, and the declared workloads among them', Peer.pods({ labels: { app: 'web' } }), {}, 'every possible pod, 3 declared workloads among them', ClaimScope.POSSIBLE, 3],
    ['declared pods', Peer.pods({ labels: { app: 'web' } }), { scope: ClaimScope.DECLARED }, 'declared pods only, those of 3 declared workloads', ClaimScope.DECLARED, 3],
    ['every possible pod, none of which is declared', Peer.namespace('elsewhere'), {}, 'every possible pod, 1 declared workload among them', ClaimScope.POSSIBLE, 1],
    ['a workload that is named', Endpoint.workload('app/web-1'), {}, 'every possible pod, 2 declared workloads among them', ClaimScope.POSSIBLE, 2],
  ])('says which pods were judged: %s', (_, source, options, text, scope, declaredWorkloads) => {
    const { app, db } = shop();
    const connectivity = Connectivity.fromApp(app);
    const holds = connectivity.checkDenied(source, db, options);
    expect(holds).toMatchObject({ holds: true, scope, declaredWorkloads });
    expect(holds.explanation.split('\n').at(-1)).toBe(`Judged for ${text}.`);
    const fails = connectivity.checkAllowed(source, db, options);
    expect(fails).toMatchObject({ holds: false, scope, declaredWorkloads });
    expect(fails.explanation).toContain(`\nJudged for ${text}.`);
  });

  test('counts a workload once if a claim stands for several claims', () => {
    const { app, web, db } = shop();
    expect(Connectivity.fromApp(app).checkDenied(web, Peer.anyOf([db, web]))).toMatchObject({ declaredWorkloads: 3 });
  });

  test('is in the error of synth too', () => {
    const { app, chart, web, db } = shop();
    new ConnectivityIntent(chart, 'intent').allowed(web, db);
    expect(() => app.synth()).toThrow(/Judged for every possible pod, 3 declared workloads among them\./);
  });

  test('calls a pod that could exist after the tier whose labels it has', () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const backend = new Tier(chart, 'backend', { labels: { app: 'backend', part: 'shop' } });
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    db.allowFrom(backend);
    const connectivity = Connectivity.fromApp(app);
    for (const verdict of [connectivity.checkDenied(Peer.thisNamespace(), db), connectivity.checkDenied(Peer.namespace('app'), db)]) {
      expect(verdict.explanation).toMatch(/^shop\/backend reaches shop\/db on TCP 5432\.\n/);
      expect(verdict.explanation).not.toContain('The input declares no such pod');
    }
    expect(connectivity.checkAdmitsOnly(db, []).explanation).toMatch(/^shop\/backend can connect to shop\/db too\.\n/);
    // Pods with other labels, or of another namespace, are no pods of the tier.
    const other = new Chart(app, 'other', { namespace: 'other' });
    const cache = new Tier(other, 'cache', { ports: [Port.tcp(1)] });
    cache.allowFrom(Peer.pods({ labels: { app: 'backend', part: 'shop' } })).allowFrom(Peer.pods({ labels: { app: 'backend' }, namespace: 'app' }));
    const outsiders = [cache, cache].map((tier, i) => Connectivity.fromApp(app).checkAdmitsOnly(tier, [
      i === 0 ? Peer.namespace('app') : Peer.namespace('other'),
    ]).explanation.split('\n')[0]);
    expect(outsiders).toEqual([
      'A pod with labels app=backend, part=shop in namespace other can connect to other/cache too, whether it exists today or not.',
      'A pod with label app=backend in namespace app can connect to other/cache too, whether it exists today or not.',
    ]);
  });

  test('does not offer --pod-cidr if the blocks of pod addresses are stated', () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const web = new Tier(chart, 'web', { ports: [Port.tcp(80)] });
    const client = new Tier(chart, 'client');
    web.allowFrom(Peer.anything());
    client.allowTo(Peer.cidr('10.1.0.0/16'), { ports: [Port.tcp(80)] });
    const before = Connectivity.fromApp(app).checkDenied(client, web).explanation;
    expect(before).toContain('If no pod has such an address, state the addresses of pods with --pod-cidr');
    ClusterFacts.of(chart).addPodCidrs(['10.0.0.0/8']);
    const after = Connectivity.fromApp(app).checkDenied(client, web).explanation;
    expect(after).not.toContain('--pod-cidr');
    expect(after).toContain('If no pod has such an address, state smaller blocks of pod addresses, or judge the manifests of the running pods.');
  });

  test('offers declared pods only if each party has some', () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const jobs = new Chart(app, 'jobs', { namespace: 'jobs' });
    const db = new Tier(chart, 'db', { ports: [Port.tcp(1)] });
    db.allowFrom(Peer.pods({ labels: { client: 'true' }, namespace: 'jobs' }));
    const explanation = (labels: Record<string, string>) => Connectivity.fromApp(app).checkDenied(Peer.pods({ labels, namespace: 'jobs' }), db).explanation;
    const [client, job] = [() => explanation({ app: 'job', client: 'true' }), () => explanation({ app: 'job' })];
    expect(client()).not.toContain('scope DECLARED');
    expect(job()).toContain('To state it as a fact: declare the workload or name it in the claim.');
    deployment(jobs, 'job');
    expect(job()).toContain('To state it as a fact: declare the workload or name it in the claim.');
    deployment(chart, 'postgres', 'db');
    const narrow = /^Or let the claim be about declared pods only \(scope DECLARED\)\.$/m;
    expect(client()).not.toMatch(narrow);
    expect(Connectivity.fromApp(app).checkDenied(Peer.namespace('jobs'), db).explanation).toMatch(narrow);
    expect(job()).toContain('To state it as a fact: declare the workload, name it in the claim or let the claim be about declared pods only (scope DECLARED).');
  });
});

test('the JSON form of a verdict has its public fields, so that a program can store it', () => {
  const { app, tiers: { frontend, redis } } = boutique();
  const verdict = Connectivity.fromApp(app).checkAllowed(frontend, redis);
  expect(JSON.parse(JSON.stringify([verdict]))).toEqual([{
    claim: 'allowed(boutique/frontend, boutique/redis)', holds: false, undecided: false, assumptions: [], scope: 'POSSIBLE', declaredWorkloads: 2,
  }]);
  expect(Object.keys(verdict).filter(key => key.startsWith('_'))).toEqual([]);
});

describe('a workload on its node\'s network that a claim has by labels', () => {
  const agent = (network: string) => `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: ing, namespace: app }\nspec: { selector: { matchLabels: { app: ing } }, template: { metadata: { labels: { app: ing } }, spec: { ${network}containers: [] } } }\n---\n`;
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: app, labels: { app: web } }\nspec: { containers: [] }\n---\n';
  const deny = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: app }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress] }\n';
  const connectivity = Connectivity.fromYaml(agent('hostNetwork: true, ') + pod + deny);
  const [ing, web] = [Peer.pods({ labels: { app: 'ing' }, namespace: 'app' }), Endpoint.workload('app/web')];
  const note = 'Note: app/ing[DaemonSet] is in the claim by its labels and on the network of its node. A node always reaches the pods on it, whatever a policy says, and the claim does not count that.';

  test('is named in a note of denied: a node reaches its own pods, and only a claim that names the workload counts that', () => {
    expect(connectivity.checkDenied(ing, web).holds).toBe(true);
    expect(connectivity.checkDenied(ing, web).explanation).toContain(note);
    expect(connectivity.checkDenied(web, ing).explanation).toContain(note);
    expect(connectivity.checkDenied(Endpoint.workload('app/ing'), web)).toMatchObject({ holds: false, explanation: expect.not.stringContaining('Note:') });
  });

  test('has no note if it is not on its node\'s network, if the other side is an address, and in other claims', () => {
    const own = Connectivity.fromYaml(agent('') + pod + deny);
    for (const verdict of [own.checkDenied(ing, web), connectivity.checkDenied(ing, Endpoint.address('192.0.2.1')), connectivity.checkAllowed(ing, web)]) {
      expect(verdict.explanation).not.toContain('Note:');
    }
  });

  test('is named as the reason if the claim fails because of it', () => {
    const reason = "app/ing[DaemonSet] is in the claim because its labels are those of pods with app=ing in namespace app. It is on its node's network, where no policy isolates it and no selector matches it.";
    expect(connectivity.checkAdmitsOnly(ing, []).explanation).toContain(reason);
    expect(connectivity.checkAdmitsOnly(Endpoint.workload('app/ing'), []).explanation).not.toContain('is in the claim because');
  });

  test('is a warning of synth', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const tier = new Tier(chart, 'web');
    new ApiObject(chart, 'ing', { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'ing' }, spec: { selector: { matchLabels: { app: 'ing' } }, template: { metadata: { labels: { app: 'ing' } }, spec: { hostNetwork: true, containers: [] } } } } as any);
    new ConnectivityIntent(chart, 'intent').denied(ing, tier);
    app.synth();
    const warnings = warn.mock.calls.map(([text]) => String(text));
    warn.mockRestore();
    expect(warnings).toContainEqual(expect.stringMatching(/^shop\/intent: warning NP215: denied\(.*\): app\/ing\[DaemonSet\] is in the claim by its labels/));
  });
});

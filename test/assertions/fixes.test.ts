import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { IConstruct } from 'constructs';
import * as ts from 'typescript';
import { boutique, isEdge, SERVICES } from './boutique';
import { ClaimOptions, Connectivity, DefaultDeny, Endpoint, LabelExpression, Peer, Port, Protocol, Tier, Verdict } from '../../src';

/*
 * The fixes that a message offers in an app are calls that compile: each of them is compiled and run, and the claim then holds.
 */

/** An app, its chart, the variables of the program, and what it claims. */
interface Program {
  readonly app: App;
  readonly chart: Chart;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The calls after `Fix: write`, one for each side that has to be opened. */
function callsIn({ explanation }: Verdict): string[] {
  const [, first, rest] = /^Fix: write (.*)\n((?: {2}write .*\n)*)/m.exec(explanation) ?? [];
  return first === undefined ? [] : [first, ...rest.split('\n').filter(line => line !== '').map(line => line.replace('  write ', ''))];
}

/** Compiles a call as TypeScript and runs it, with a chart as `this`. */
function run(call: string, { chart, variables }: Program): void {
  const { outputText, diagnostics } = ts.transpileModule(`${call};`, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  const scope = { DefaultDeny, LabelExpression, Peer, Port, Protocol, Tier, ...variables };
  new Function(...Object.keys(scope), outputText).apply(chart, Object.values(scope));
}

/** Runs the calls of the fix, and expects that the claim holds afterwards. Returns the calls. */
function fixed(program: Program, claim: (connectivity: Connectivity) => Verdict): string[] {
  const verdict = claim(Connectivity.fromApp(program.app));
  expect(verdict.holds).toBe(false);
  const calls = callsIn(verdict);
  expect(calls).not.toEqual([]);
  for (const call of calls) { run(call, program); }
  expect(claim(Connectivity.fromApp(program.app)).explanation).toContain('Judged for');
  expect(claim(Connectivity.fromApp(program.app)).holds).toBe(true);
  return calls;
}

const object = (chart: Chart, kind: string, name: string, labels: Record<string, string>, selector = labels, namespace?: string) => new ApiObject(chart, `${namespace ?? ''}${name}-object`, {
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace },
  spec: { selector: { matchLabels: selector }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] } } },
});

function newProgram(): Program & { readonly tiers: { readonly db: Tier; readonly backend: Tier } } {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'app' });
  const [db, backend] = [new Tier(chart, 'db', { ports: [Port.tcp(5432)] }), new Tier(chart, 'backend')];
  return { app, chart, variables: { db, backend }, tiers: { db, backend } };
}

test('in a shop of twelve services, the fix for any two of them is one call', () => {
  const missing = SERVICES.flatMap(from => SERVICES.filter(to => to !== from && !isEdge(from, to)).map(to => [from, to]));
  const some = missing.filter((_, i) => i % 7 === 0);
  for (const [from, to] of some) {
    const { app, chart, tiers } = boutique({ deployments: false });
    expect(fixed({ app, chart, variables: tiers }, c => c.checkAllowed(tiers[from], tiers[to]))).toEqual([`${to}.allowFrom(${from})`]);
  }
  expect(some.length).toBeGreaterThan(12);
});

describe('the fix for a claim that is allowed and blocked', () => {
  const db = (p: ReturnType<typeof newProgram>) => p.tiers.db;
  const backend = (p: ReturnType<typeof newProgram>) => p.tiers.backend;
  const peer = (made: IConstruct) => () => made;

  test.each<[string, (p: ReturnType<typeof newProgram>) => IConstruct, (p: ReturnType<typeof newProgram>) => IConstruct, ClaimOptions, string[]]>([
    ['between two tiers, one of which has no ports', db, backend, {}, ['backend.allowFrom(db, { ports: [Port.all()] })']],
    ['on ports of the claim', backend, db, { ports: [Port.tcp(1), Port.udpRange(2, 3), Port.allSctp()] },
      ['db.allowFrom(backend, { ports: [Port.tcp(1), Port.udpRange(2, 3), Port.allSctp()] })']],
    ['from an address', peer(Endpoint.address('192.0.2.1')), db, {}, ["db.allowFrom(Peer.cidr('192.0.2.1/32'))"]],
    ['from an IPv6 address', peer(Endpoint.address('2001:db8::1')), db, {}, ["db.allowFrom(Peer.cidr('2001:db8::1/128'))"]],
    ['from a block', peer(Endpoint.address('10.0.0.0/8')), db, {}, ["db.allowFrom(Peer.cidr('10.0.0.0/8'))"]],
    ['to a block with an exception', backend, peer(Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] })), { ports: [Port.tcp(443)] },
      ["backend.allowTo(Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] }), { ports: [Port.tcp(443)] })"]],
    ['to the public internet', backend, peer(Peer.publicInternet()), { ports: [Port.tcp(443)] }, ['backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] })']],
    ['to any IPv4 address', backend, peer(Peer.anyIpv4()), { ports: [Port.tcp(443)] }, ['backend.allowTo(Peer.anyIpv4(), { ports: [Port.tcp(443)] })']],
    ['to the API server, on its ports', backend, peer(Peer.apiServer('10.0.0.1')), {}, ["backend.allowTo(Peer.apiServer('10.0.0.1'))"]],
    ['to an API server with a name of its own', backend, peer(Peer.apiServer('10.0.0.1').named('control plane')), {},
      ["backend.allowTo(Peer.cidr('10.0.0.1/32'), { ports: [Port.tcp(443), Port.tcp(6443)] })"]],
    ['to an API server on another port', backend, peer(Peer.apiServer('10.0.0.1', { ports: [Port.tcp(8443)] })), {},
      ["backend.allowTo(Peer.cidr('10.0.0.1/32'), { ports: [Port.tcp(8443)] })"]],
    ['to a DNS cache on each node', backend, peer(Peer.nodeLocalDns()), {}, ['backend.allowTo(Peer.nodeLocalDns())']],
    ['to a DNS cache at other addresses', backend, peer(Peer.nodeLocalDns(['169.254.20.10', '10.96.0.10'])), {},
      ["backend.allowTo(Peer.nodeLocalDns(['10.96.0.10', '169.254.20.10']))"]],
    ['from nodes', peer(Peer.nodes(['10.240.0.0/16', '2001:db8::1'])), db, {}, ["db.allowFrom(Peer.nodes(['10.240.0.0/16', '2001:db8::1']))"]],
    ['from callers of webhooks', peer(Peer.webhookCallers({ addresses: ['172.18.0.2'] })), db, {}, ["db.allowFrom(Peer.webhookCallers({ addresses: ['172.18.0.2'] }))"]],
    ['from the agents of Konnectivity', peer(Peer.webhookCallers({ konnectivity: true })), db, {}, ['db.allowFrom(Peer.webhookCallers({ konnectivity: true }))']],
    ['from callers of webhooks of either kind', peer(Peer.webhookCallers({ addresses: ['172.18.0.2'], konnectivity: true })), db, {},
      ["db.allowFrom(Peer.webhookCallers({ addresses: ['172.18.0.2'], konnectivity: true }))"]],
    ['from Prometheus', peer(Peer.prometheus()), db, {}, ['db.allowFrom(Peer.prometheus())']],
    ['from the Ingress controller', peer(Peer.ingressController()), db, {}, ['db.allowFrom(Peer.ingressController())']],
    ['from another namespace', peer(Peer.namespace('ops')), db, {}, ["db.allowFrom(Peer.namespace('ops'))"]],
    ['from namespaces by label', peer(Peer.namespaces({ labels: { team: 'a' }, matchExpressions: [LabelExpression.exists('x/y')] })), db, {},
      ["db.allowFrom(Peer.namespaces({ labels: { team: 'a' }, matchExpressions: [LabelExpression.exists('x/y')] }))"]],
    ['from pods by expressions in namespaces by label', peer(Peer.pods({
      matchExpressions: [LabelExpression.isIn('app', ['a', 'b']), LabelExpression.isNotIn('tier', ['x']), LabelExpression.doesNotExist('canary')], namespaceLabels: { team: 'a' },
    })), db, {}, [
      "db.allowFrom(Peer.pods({ matchExpressions: [LabelExpression.isIn('app', ['a', 'b']), LabelExpression.doesNotExist('canary'), LabelExpression.isNotIn('tier', ['x'])], namespaceLabels: { team: 'a' } }))",
    ]],
    ['from pods of this namespace, which the default deny isolates', peer(Peer.pods({ labels: { app: 'job' } })), db, {},
      ["db.allowFrom(new Tier(this, 'pods-app-job-tier', { labels: { app: 'job' }, namespace: 'app' }))"]],
  ])('%s is a call', (_, from, to, options, calls) => {
    const p = newProgram();
    expect(fixed(p, c => c.checkAllowed(from(p), to(p), options))).toEqual(calls);
  });

  test('names ports by their names', () => {
    const p = newProgram();
    const api = new Tier(p.chart, 'api', { ports: [Port.named('http'), Port.named('dns', Protocol.UDP)] });
    expect(fixed({ ...p, variables: { ...p.variables, api } }, c => c.checkAllowed(p.tiers.backend, api, { ports: [Port.named('http'), Port.named('dns', Protocol.UDP)] })))
      .toEqual(["api.allowFrom(backend, { ports: [Port.named('http'), Port.named('dns', Protocol.UDP)] })"]);
  });

  test.each<[string, () => IConstruct, readonly string[]]>([
    ['every pod of a namespace, by one call', () => Peer.namespace('app'), ["db.allowFrom(Tier.wholeNamespace(this, 'all-of-app', { namespace: 'app' }))"]],
    ['this namespace, by one call', () => Peer.thisNamespace(), ["db.allowFrom(Tier.wholeNamespace(this, 'all-of-app', { namespace: 'app' }))"]],
    ['anything', () => Peer.anything(), ["Tier.wholeNamespace(this, 'all-of-app', { namespace: 'app' }).allowTo(db)", 'db.allowFrom(Peer.anything())']],
    ['all namespaces', () => Peer.allNamespaces(), ["Tier.wholeNamespace(this, 'all-of-app', { namespace: 'app' }).allowTo(db)", 'db.allowFrom(Peer.allNamespaces())']],
    ['pods of all namespaces', () => Peer.pods({ labels: { 'app.kubernetes.io/name': 'agent' }, allNamespaces: true }), [
      "new Tier(this, 'pods-app-kubernetes-io-name-agent-in-all-namespaces-tier', { labels: { 'app.kubernetes.io/name': 'agent' }, namespace: 'app' }).allowTo(db)",
      "db.allowFrom(Peer.pods({ labels: { 'app.kubernetes.io/name': 'agent' }, allNamespaces: true }))",
    ]],
  ])('opens the way from %s', (_, from, calls) => {
    const p = newProgram();
    expect(fixed(p, c => c.checkAllowed(from(), p.tiers.db))).toEqual(calls);
  });

  test('opens the way from every pod of a namespace to a workload of the shop', () => {
    const { app, chart, tiers } = boutique({ deployments: false });
    expect(fixed({ app, chart, variables: tiers }, c => c.checkAllowed(Peer.namespace(tiers.cart._namespace!), tiers.cart)))
      .toEqual([expect.stringMatching(/^cart\.allowFrom\(Tier\.wholeNamespace\(this, /)]);
  });

  test('opens the way between the pods of one peer by one call', () => {
    const p = newProgram();
    const jobs = () => Peer.pods({ labels: { app: 'job' }, namespace: 'app' });
    expect(fixed(p, c => c.checkAllowed(jobs(), jobs(), { ports: [Port.tcp(1)] }))).toEqual([
      "new Tier(this, 'pods-app-job-in-app-tier', { labels: { app: 'job' }, namespace: 'app' }).allowInternally({ ports: [Port.tcp(1)] })",
    ]);
  });

  test('opens the way from each part of a peer that names several namespaces', () => {
    const p = newProgram();
    const from = kplus.Namespaces.select(p.chart, 'both', { names: ['app', 'ops'] });
    expect(fixed(p, c => c.checkAllowed(from, p.tiers.db))).toEqual([
      "Tier.wholeNamespace(this, 'all-of-app', { namespace: 'app' }).allowTo(db)", "db.allowFrom(Peer.anyOf([Peer.namespace('app'), Peer.namespace('ops')]))",
    ]);
  });

  test('names the tier of exactly these pods, if the app has one', () => {
    const p = newProgram();
    const cart = new kplus.Deployment(p.chart, 'cart', { podMetadata: { labels: { app: 'cart' } }, containers: [{ image: 'i' }] });
    Tier.of(cart);
    const variables = { ...p.variables, cart };
    expect(fixed({ ...p, variables }, c => c.checkAllowed(Peer.pods({ labels: { app: 'cart' }, namespace: 'app' }), Peer.pods({ labels: { app: 'db' }, namespace: 'app' }), { ports: [Port.tcp(1)] })))
      .toEqual(['db.allowFrom(Tier.of(cart), { ports: [Port.tcp(1)] })']);
  });

  test('names the tier that has the pods of a workload', () => {
    const p = newProgram();
    object(p.chart, 'Deployment', 'backend', { app: 'backend' });
    expect(fixed(p, c => c.checkAllowed(Endpoint.workload('app/backend'), Endpoint.address('192.0.2.1'), { ports: [Port.tcp(443)] })))
      .toEqual(["backend.allowTo(Peer.cidr('192.0.2.1/32'), { ports: [Port.tcp(443)] })"]);
    const web = Tier.fromApiObject(p.chart, 'web', object(p.chart, 'Deployment', 'frontend', { app: 'frontend' }));
    const more = { ...p, variables: { ...p.variables, web } };
    expect(fixed(more, c => c.checkAllowed(Endpoint.workload('app/frontend'), p.tiers.db))).toEqual(['db.allowFrom(web)']);
  });

  test('makes a tier for a workload that has none, by its own labels', () => {
    const p = newProgram();
    object(p.chart, 'StatefulSet', 'orders.v2', { 'app': 'orders', 'app.kubernetes.io/version': '1.2' }, { app: 'orders' });
    expect(fixed(p, c => c.checkAllowed(p.tiers.backend, Endpoint.workload('app/orders.v2')))).toEqual([
      "new Tier(this, 'orders-v2-tier', { labels: { app: 'orders' }, namespace: 'app' }).allowFrom(backend, { ports: [Port.tcp(80)] })",
    ]);
  });

  test('never selects the pods of cdk8s-plus by the label of their address', () => {
    const p = newProgram();
    const containers = [{ image: 'i', portNumber: 80, securityContext: { user: 1000 } }];
    const plain = new kplus.Deployment(p.chart, 'plain', { metadata: { name: 'plain' }, containers });
    new kplus.Deployment(p.chart, 'own', { metadata: { name: 'own' }, podMetadata: { labels: { 'app': 'own', 'helm.sh/chart': 'own-1.2' } }, containers });
    expect(fixed(p, c => c.checkAllowed(p.tiers.backend, Endpoint.workload('app/own'))).join()).toContain("labels: { app: 'own' }");
    const variables = { ...p.variables, plain };
    expect(fixed({ ...p, variables }, c => c.checkAllowed(p.tiers.backend, Endpoint.workload('app/plain')))).toEqual(['backend.allowTo(plain, { ports: [Port.tcp(80)] })']);
    expect(fixed({ ...p, variables }, c => c.checkAllowed(Endpoint.workload('app/plain'), Peer.publicInternet(), { ports: [Port.tcp(443)] })))
      .toEqual(['Tier.of(plain).allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] })']);
  });

  test('names a deployment of cdk8s-plus as the program does, and one call opens both sides', () => {
    const p = newProgram();
    const web = new kplus.Deployment(p.chart, 'web', { containers: [{ image: 'i', portNumber: 80, securityContext: { user: 1000 } }] });
    const program = { ...p, variables: { ...p.variables, web } };
    expect(fixed(program, c => c.checkAllowed(web, p.tiers.db))).toEqual(['db.allowFrom(web)']);
    expect(fixed(program, c => c.checkAllowed(p.tiers.backend, web))).toEqual(['backend.allowTo(web, { ports: [Port.tcp(80)] })']);
    expect(fixed(program, c => c.checkAllowed(web, Peer.publicInternet(), { ports: [Port.tcp(443)] })))
      .toEqual(['Tier.of(web).allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] })']);
  });

  test('makes a tier for a deployment that is isolated without a default deny', () => {
    const p = newProgram();
    const containers = [{ image: 'i', portNumber: 80, securityContext: { user: 1000 } }];
    const job = new kplus.Deployment(p.chart, 'job', { metadata: { namespace: 'jobs' }, isolate: true, containers });
    const claim = (c: Connectivity) => c.checkAllowed(job, p.tiers.db);
    const note = '\n  This is the first tier of namespace jobs, so it denies all of its pods what no policy allows. '
      + "To leave the other pods alone, write DefaultDeny.turnOff(this, 'open-jobs', { namespace: 'jobs' }) too\n";
    expect(claim(Connectivity.fromApp(p.app)).explanation).toContain(note);
    expect(fixed({ ...p, variables: { ...p.variables, job } }, claim)).toEqual(['db.allowFrom(Tier.of(job))']);
    expect(Connectivity.fromApp(p.app).checkAllowed(job, Endpoint.address('192.0.2.1'), { ports: [Port.tcp(1)] }).explanation).not.toContain('first tier');
  });

  test('says that no selector matches a pod on its node\'s network', () => {
    const p = newProgram();
    const agent = object(p.chart, 'DaemonSet', 'agent', { app: 'agent' });
    agent.addJsonPatch(JsonPatch.add('/spec/template/spec/hostNetwork', true));
    expect(Connectivity.fromApp(p.app).checkAllowed(Endpoint.workload('app/agent'), p.tiers.db).explanation)
      .toContain('Fix: allow ingress of shop/db by a Peer.cidr(...) with the addresses of nodes: no selector matches app/agent[DaemonSet], which is on its node\'s network');
  });

  test('is a call for both sides if each of them allows another port', () => {
    const p = newProgram();
    new ApiObject(p.chart, 'in', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port: 1 }] }] } } as any);
    p.tiers.backend.allowTo(Peer.pods({ labels: { app: 'db' } }), { ports: [Port.tcp(2)] });
    const claim = (c: Connectivity) => c.checkAllowed(p.tiers.backend, Peer.pods({ labels: { app: 'db' }, namespace: 'app' }));
    const { explanation } = claim(Connectivity.fromApp(p.app));
    expect(explanation).toContain('they have no port in common');
    expect(explanation).toMatch(/^Fix: write db\.allowFrom\(backend, \{ ports: \[Port\.all\(\)\] \}\)\.?$/m);
  });

  test.each([['class', 'classTier'], ['3rd-party', 'rdParty'], ['2024', 'tier'], ["o'neil_db", 'oNeilDb'], ['Über', 'ber']])('has a name that is a variable for the tier %s', (id, variable) => {
    const p = newProgram();
    const odd = new Tier(p.chart, id, { labels: { app: 'odd' }, ports: [Port.tcp(1)] });
    expect(fixed({ ...p, variables: { ...p.variables, [variable]: odd } }, c => c.checkAllowed(p.tiers.backend, odd))).toEqual([`${variable}.allowFrom(backend)`]);
  });
});

describe('the fix for a connection that should not pass', () => {
  const fixOf = ({ explanation }: Verdict) => /^Fix: (.*)$/m.exec(explanation)?.[1];

  test('names the call that made the rule, and never the policy that synth writes', () => {
    const p = newProgram();
    p.tiers.db.allowFrom(p.tiers.backend);
    p.tiers.backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });
    const c = Connectivity.fromApp(p.app);
    expect(fixOf(c.checkDenied(p.tiers.backend, p.tiers.db))).toBe('remove or narrow db.allowFrom(backend)');
    expect(fixOf(c.checkDenied(p.tiers.backend, Peer.publicInternet()))).toBe('remove or narrow backend.allowTo(Peer.publicInternet())');
    expect(fixOf(c.checkAdmitsOnly(p.tiers.db, []))).toBe('remove or narrow db.allowFrom(backend)');
    expect(fixOf(c.checkReachesOnly(p.tiers.backend, [p.tiers.db, Peer.clusterDns()]))).toBe('remove or narrow backend.allowTo(Peer.publicInternet())');
    for (const call of ['db.allowFrom(backend)', 'backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] })']) { run(call, p); }
  });

  test('names the call with a deployment, and scrapedBy of a DefaultDeny', () => {
    const p = newProgram();
    const web = new kplus.Deployment(p.chart, 'web', { containers: [{ image: 'i', portNumber: 80, securityContext: { user: 1000 } }] });
    p.tiers.db.allowFrom(web);
    p.tiers.backend.allowTo(web);
    new DefaultDeny(p.chart, 'deny', { scrapedBy: [Peer.prometheus()], scrapePorts: [Port.tcp(9090)] });
    const c = Connectivity.fromApp(p.app);
    expect(fixOf(c.checkDenied(web, p.tiers.db))).toBe('remove or narrow db.allowFrom(web)');
    expect(fixOf(c.checkDenied(p.tiers.backend, web))).toBe('remove or narrow backend.allowTo(web)');
    expect(fixOf(c.checkAdmitsOnly(p.tiers.backend, []))).toBe('remove or narrow scrapedBy of the DefaultDeny shop/deny.');
  });

  test('names every call of a tier with one policy', () => {
    const p = newProgram();
    const cache = new Tier(p.chart, 'cache', { ports: [Port.tcp(6379)], layout: 'PER_TIER' as any });
    cache.allowFrom(p.tiers.backend).allowFrom(Peer.namespace('ops'));
    expect(fixOf(Connectivity.fromApp(p.app).checkAdmitsOnly(cache, []))).toBe("remove or narrow cache.allowFrom(backend) and cache.allowFrom(Peer.namespace('ops'))");
  });

  test('names the rule of a policy that the program writes itself', () => {
    const p = newProgram();
    new ApiObject(p.chart, 'own', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'own' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } } as any);
    expect(fixOf(Connectivity.fromApp(p.app).checkAdmitsOnly(p.tiers.db, []))).toBe('narrow app/own spec.ingress[0].from[0], or remove it.');
  });

  test('is a DefaultDeny for a namespace that has none', () => {
    const p = newProgram();
    object(p.chart, 'Deployment', 'report', { app: 'report' }, { app: 'report' }, 'jobs');
    const report = Endpoint.workload('jobs/report');
    expect(fixed(p, c => c.checkAdmitsOnly(report, []))).toEqual(["new DefaultDeny(this, 'deny-jobs', { namespace: 'jobs' })"]);
    const other = newProgram();
    object(other.chart, 'Deployment', 'report', { app: 'report' }, { app: 'report' }, 'jobs');
    expect(fixed(other, c => c.checkDenied(Endpoint.address('192.0.2.1'), report))).toEqual(["new DefaultDeny(this, 'deny-jobs', { namespace: 'jobs' })"]);
  });

  test('does not name the namespace of the chart', () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    object(chart, 'Deployment', 'report', { app: 'report' });
    const report = Endpoint.workload('app/report');
    const claim = () => Connectivity.fromChart(chart).checkAdmitsOnly(report, []);
    const [call] = callsIn(claim());
    expect(call).toBe("new DefaultDeny(this, 'deny-app')");
    run(call, { app, chart, variables: {} });
    expect(claim().holds).toBe(true);
    expect(callsIn(Connectivity.fromChart(chart).checkAllowed(Peer.pods({ labels: { app: 'job' } }), report))[0])
      .toBe("new Tier(this, 'report-tier', { labels: { app: 'report' } }).allowFrom(new Tier(this, 'pods-app-job-tier', { labels: { app: 'job' } }), { ports: [Port.tcp(80)] })");
  });

  test('fits an app without namespaces', () => {
    const app = new App();
    const chart = new Chart(app, 'plain');
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    object(chart, 'Deployment', 'report', { app: 'report' });
    const plain = { app, chart, variables: { db } };
    expect(fixed(plain, c => c.checkAllowed(Endpoint.workload('default/report'), db))).toEqual([
      "db.allowFrom(new Tier(this, 'report-tier', { labels: { app: 'report' } }))",
    ]);
  });

  test('says where the program has turned the default deny off, wholly or in one direction', () => {
    const p = newProgram();
    DefaultDeny.turnOff(p.chart, 'off', { namespace: 'jobs' });
    object(p.chart, 'Deployment', 'report', { app: 'report' }, { app: 'report' }, 'jobs');
    expect(fixOf(Connectivity.fromApp(p.app).checkAdmitsOnly(Endpoint.workload('jobs/report'), [])))
      .toBe("replace DefaultDeny.turnOff(this, 'off'), which made shop/off, by new DefaultDeny(this, 'deny-jobs', { namespace: 'jobs' })");
    new DefaultDeny(p.chart, 'half', { egress: false });
    const c = Connectivity.fromApp(p.app);
    expect(fixOf(c.checkReachesOnly(p.tiers.db, []))).toBe('remove egress: false from the DefaultDeny shop/half.');
    expect(fixOf(Connectivity.fromChart(new Chart(p.app, 'other', { namespace: 'app' })).checkAdmitsOnly(p.tiers.db, []))).toMatch(/^add a policy that selects /);
    const plain = new App();
    const nameless = new Chart(plain, 'plain');
    DefaultDeny.turnOff(nameless, 'off');
    object(nameless, 'Deployment', 'report', { app: 'report' });
    expect(fixOf(Connectivity.fromApp(plain).checkAdmitsOnly(Endpoint.workload('default/report'), [])))
      .toBe("replace DefaultDeny.turnOff(this, 'off'), which made plain/off, by new DefaultDeny(this, 'deny-default')");
  });

  test('never names a namespace that does not exist', () => {
    const p = newProgram();
    const teams = (team: string) => Peer.namespaces({ labels: { team } });
    const c = Connectivity.fromApp(p.app);
    expect(fixOf(c.checkDenied(Peer.namespace('other'), teams('a')))).toBe("write new DefaultDeny(this, 'deny-other', { namespace: 'other' })");
    const none = 'name the namespaces in the claim: no policy can be in a namespace before it exists.';
    expect(fixOf(c.checkDenied(teams('a'), teams('b')))).toBe(none);
    expect(fixOf(c.checkAdmitsOnly(teams('a'), []))).toBe(none);
  });

  test('leads with the DNS servers if the app lets the pods ask them', () => {
    const p = newProgram();
    const claim = (...to: IConstruct[]) => Connectivity.fromApp(p.app).checkReachesOnly(p.tiers.db, to);
    const { explanation } = claim();
    expect(fixOf(claim())).toBe("list Peer.clusterDns() in the claim, because DNS lookups count, or write new DefaultDeny(this, 'deny-app', { namespace: 'app', dns: false })");
    expect(explanation).not.toContain('list the other end');
    expect(explanation.match(/DNS lookups count/g)).toHaveLength(1);
    expect(claim(Peer.clusterDns()).holds).toBe(true);
    expect(fixOf(Connectivity.fromApp(p.app).checkDenied(p.tiers.db, Peer.clusterDns())))
      .toBe("remove or narrow the DNS servers, by new DefaultDeny(this, 'deny-app', { namespace: 'app', dnsServers: [...] })");
    new DefaultDeny(p.chart, 'deny', { nodeLocalDns: true });
    expect(fixOf(claim())).toBe("list Peer.cidr('169.254.20.10/32'), Peer.clusterDns() in the claim, because DNS lookups count, or write dns: false and no DNS servers in the DefaultDeny shop/deny.");
    expect(claim(Peer.clusterDns(), Peer.cidr('169.254.20.10/32')).holds).toBe(true);
    expect(fixOf(Connectivity.fromApp(p.app).checkDenied(p.tiers.db, Peer.clusterDns()))).toBe('remove or narrow the DNS servers of the DefaultDeny shop/deny.');
    p.chart.node.tryRemoveChild('deny');
    run("new DefaultDeny(this, 'deny-app', { namespace: 'app', dns: false })", p);
    expect(claim().holds).toBe(true);
  });

  test('is the call of cdk8s-plus that made the rule', () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const [a, b] = ['a', 'b'].map(id => new kplus.Deployment(chart, id, { isolate: true, containers: [{ image: 'i', portNumber: 80 }] }));
    a.connections.allowTo(b);
    const claims = () => {
      const c = Connectivity.fromApp(app);
      return [c.checkDenied(a, b), c.checkAdmitsOnly(b, []), c.checkReachesOnly(a, [])].map(fixOf);
    };
    expect(claims()).toEqual(Array(3).fill('remove or narrow a.connections.allowTo(b)'));
    for (const child of a.node.children) { if (child.node.id.startsWith('Allow')) { a.node.tryRemoveChild(child.node.id); } }
    b.connections.allowFrom(a);
    expect(claims()).toEqual(Array(3).fill('remove or narrow b.connections.allowFrom(a)'));
    const c = new kplus.Deployment(chart, 'c', { isolate: true, containers: [{ image: 'i', portNumber: 80 }] });
    c.connections.allowTo(kplus.NetworkPolicyIpBlock.ipv4(chart, 'office', '10.0.0.0/8'), { ports: [kplus.NetworkPolicyPort.tcp(443)] });
    c.connections.allowFrom(new Tier(chart, 'web', { ports: [Port.tcp(1)] }));
    c.connections.allowTo(Peer.cidr('192.0.2.0/24'), { ports: [kplus.NetworkPolicyPort.tcp(443)] });
    const now = Connectivity.fromApp(app);
    expect(fixOf(now.checkDenied(c, Endpoint.address('10.0.0.1')))).toBe('remove or narrow c.connections.allowTo(office)');
    expect(fixOf(now.checkAdmitsOnly(c, []))).toBe('remove or narrow c.connections.allowFrom(web)');
    expect(fixOf(now.checkDenied(c, Endpoint.address('192.0.2.1')))).toBe('remove or narrow c.connections.allowTo(...)');
    new kplus.NetworkPolicy(chart, 'AllowEgressAll', { selector: c, egress: { rules: [{ peer: kplus.NetworkPolicyIpBlock.anyIpv6(chart, 'six') }] } });
    expect(fixOf(Connectivity.fromApp(app).checkDenied(c, Endpoint.address('2001:db8::1')))).toMatch(/^remove or narrow app\/shop-allowegressall-/);
  });
});

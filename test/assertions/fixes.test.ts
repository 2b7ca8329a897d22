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
      ["new Tier(this, 'pods-app-job-tier', { labels: { app: 'job' }, namespace: 'app' }).allowTo(db)", "db.allowFrom(Peer.pods({ labels: { app: 'job' } }))"]],
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

  test.each<[string, IConstruct, string]>([
    ['anything', Peer.anything(), 'Peer.anything()'],
    ['all namespaces', Peer.allNamespaces(), 'Peer.allNamespaces()'],
    ['this namespace', Peer.thisNamespace(), 'Peer.thisNamespace()'],
    ['pods of all namespaces', Peer.pods({ labels: { 'app.kubernetes.io/name': 'agent' }, allNamespaces: true }), "Peer.pods({ labels: { 'app.kubernetes.io/name': 'agent' }, allNamespaces: true })"],
  ])('opens the side of the tier from %s, and says that no call opens the other side', (_, from, call) => {
    const p = newProgram();
    const { explanation } = Connectivity.fromApp(p.app).checkAllowed(from, p.tiers.db);
    expect(explanation).toMatch(/^Fix: no call allows egress of .*: make a tier for the pods that the claim means, with labels of their own$/m);
    expect(explanation).toContain(`\n  write db.allowFrom(${call})\n`);
    run(`db.allowFrom(${call})`, p);
    const now = Connectivity.fromApp(p.app).checkAllowed(from, p.tiers.db);
    expect(now.explanation).not.toContain('write ');
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
      "backend.allowTo(Peer.pods({ labels: { app: 'orders' }, namespace: 'app' }), { ports: [Port.tcp(80)] })",
      "new Tier(this, 'orders-v2-tier', { labels: { app: 'orders' }, namespace: 'app' }).allowFrom(backend, { ports: [Port.tcp(80)] })",
    ]);
  });

  test('never selects the pods of cdk8s-plus by the label of their address', () => {
    const p = newProgram();
    const containers = [{ image: 'i', portNumber: 80, securityContext: { user: 1000 } }];
    new kplus.Deployment(p.chart, 'plain', { metadata: { name: 'plain' }, containers });
    new kplus.Deployment(p.chart, 'own', { metadata: { name: 'own' }, podMetadata: { labels: { 'app': 'own', 'helm.sh/chart': 'own-1.2' } }, containers });
    expect(fixed(p, c => c.checkAllowed(p.tiers.backend, Endpoint.workload('app/own'))).join()).toContain("labels: { app: 'own' }");
    const { explanation } = Connectivity.fromApp(p.app).checkAllowed(p.tiers.backend, Endpoint.workload('app/plain'));
    expect(explanation).toContain('\nFix: no call allows egress of shop/backend: make a tier for the pods that the claim means, with labels of their own\n');
    expect(explanation.split('\n').filter(line => /^( {2}|Fix: )?write|^Fix/.test(line)).join()).not.toContain('metadata.addr');
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
    expect(fixed({ ...p, variables: { ...p.variables, job } }, c => c.checkAllowed(job, p.tiers.db)))
      .toEqual(['Tier.of(job).allowTo(db)', 'db.allowFrom(job)']);
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
    expect(explanation).toMatch(/^Fix: write backend\.allowTo\(Peer\.pods\(\{ labels: \{ app: 'db' \}, namespace: 'app' \}\), \{ ports: \[Port\.all\(\)\] \}\)$/m);
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
    expect(fixOf(c.checkReachesOnly(p.tiers.db, []))).toBe('remove or narrow the DNS servers of the DefaultDeny shop/cdk8s-netpol.default-deny.app.');
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
      .toMatch(/^new Tier\(this, 'pods-app-job-tier', \{ labels: \{ app: 'job' \} \}\)\.allowTo\(/);
  });

  test('fits an app without namespaces', () => {
    const app = new App();
    const chart = new Chart(app, 'plain');
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    object(chart, 'Deployment', 'report', { app: 'report' });
    const plain = { app, chart, variables: { db } };
    expect(fixed(plain, c => c.checkAllowed(Endpoint.workload('default/report'), db))).toEqual([
      "new Tier(this, 'report-tier', { labels: { app: 'report' } }).allowTo(db)", "db.allowFrom(Peer.pods({ labels: { app: 'report' }, namespace: 'default' }))",
    ]);
  });

  test('is no DefaultDeny if the program has turned it off', () => {
    const p = newProgram();
    DefaultDeny.turnOff(p.chart, 'off', { namespace: 'jobs' });
    object(p.chart, 'Deployment', 'report', { app: 'report' }, { app: 'report' }, 'jobs');
    expect(fixOf(Connectivity.fromApp(p.app).checkAdmitsOnly(Endpoint.workload('jobs/report'), []))).toMatch(/^add a policy that selects jobs\/report\[Deployment\], has Ingress in its policyTypes/);
  });
});

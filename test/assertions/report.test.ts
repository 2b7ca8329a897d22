import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, Port, ReportOptions, SynthFindings, Tier } from '../../src';

/* The page about an app: from Connectivity, and at synth. */

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-report-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

function shop(): { readonly app: App; readonly chart: Chart; readonly web: Tier; readonly db: Tier } {
  const app = new App({ outdir: path.join(folder, 'dist') });
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const [web, db] = ['web', 'db'].map(name => new Tier(chart, name, { labels: { app: name }, ports: [Port.tcp(80)] }));
  db.allowFrom(web);
  return { app, chart, web, db };
}

function pageIn(file: string): any {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8'))![1]);
}

test('Connectivity writes the page, and the folder that it is in', () => {
  const file = path.join(folder, 'reports', 'network.html');
  Connectivity.fromApp(shop().app).report(file);
  expect(pageIn(file).clusters[0].policies.map(({ name }: any) => name)).toEqual(expect.arrayContaining([expect.stringMatching(/^shop\//)]));
});

test('the same app gives the same page', () => {
  const [one, other] = ['a.html', 'b.html'].map(name => path.join(folder, name));
  Connectivity.fromApp(shop().app).report(one);
  Connectivity.fromApp(shop().app).report(other);
  expect(readFileSync(one, 'utf8')).toBe(readFileSync(other, 'utf8'));
});

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n';
const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }\nspec: { containers: [] }\n---\n`;
const policy = (from: string) => 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db, namespace: shop }\n'
  + `spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [${from}] }\n`;
const PODS = NAMESPACE + pod('web') + pod('db');
const CLOSED = PODS + policy('');
const OPEN = PODS + policy('{ from: [{ podSelector: { matchLabels: { app: web } } }] }');

function reported(connectivity: Connectivity, options?: ReportOptions): any {
  const file = path.join(folder, 'page.html');
  connectivity.report(file, options);
  return pageIn(file);
}

test('without options and claims, the page has no claims, coverage and changes', () => {
  expect(Object.keys(reported(Connectivity.fromYaml(OPEN)))).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:claims|coverage|diff)$/)]));
});

test('the page has the verdicts on claims that were made by calls, in an intent file and in the app', () => {
  const { app, chart, web, db } = shop();
  new ConnectivityIntent(chart, 'intent').allowed(web, db);
  const connectivity = Connectivity.fromApp(app);
  connectivity.checkDenied(web, db);
  const { claims } = reported(connectivity, { intents: 'denied: [{ from: { namespace: shop, labels: { app: db } }, to: { namespace: shop, labels: { app: web } } }]' });
  expect(claims.map(({ answer, place }: any) => [place, answer])).toEqual([
    ['shop/intent', 'holds'], ['Connectivity.checkDenied(...)', 'fails'], [expect.stringMatching(/^\(intents\):1:/), 'holds'],
  ]);
});

test('the page has what the claims cover, as Connectivity.coverage counts it', () => {
  const connectivity = Connectivity.fromYaml(OPEN);
  const intents = 'admitsOnly: [{ to: shop/db, from: [shop/web] }]\nallowed: [{ from: shop/web, to: shop/db }]';
  const { rules, policies, connections, claims } = connectivity.coverage({ intents });
  const page = reported(connectivity, { intents, coverage: true });
  expect(page.coverage).toMatchObject([{ claims, total: { rules, policies, connections } }]);
  expect(page.clusters[0].policies[0].ingress[0].coverage.state).toBe('covered');
  expect(reported(connectivity, { coverage: true }).coverage).toMatchObject([{ claims: 0, total: { rules: { total: 1, covered: 0 } } }]);
});

test('the page has what has opened and closed since an earlier version, as Connectivity.diff says it', () => {
  const before = Connectivity.fromYaml(CLOSED);
  const { diff, evidence } = reported(Connectivity.fromYaml(OPEN), { before });
  expect(diff).toMatchObject({ old: 'the earlier version', new: 'manifests', verdict: Connectivity.fromYaml(OPEN).diff(before).verdict, clusters: [{ opens: [{}], closes: [] }] });
  expect(evidence.change.inputs).toHaveLength(1);
  expect(evidence.change.inputs[0].sha256).not.toBe(evidence.inputs[0].sha256);
  expect(reported(before, { before: Connectivity.fromYaml(OPEN) }).diff).toMatchObject({ clusters: [{ opens: [], closes: [{}] }] });
});

test('the page has the findings that are new, and those that are gone', () => {
  const nobody = policy('{ from: [{ podSelector: { matchLabels: { app: nobody } } }] }');
  const codes = (page: any) => [page.diff.findings.new, page.diff.findings.gone].map(all => all.some(({ code }: any) => code === 'NP135'));
  expect(codes(reported(Connectivity.fromYaml(PODS + nobody), { before: Connectivity.fromYaml(OPEN) }))).toEqual([true, false]);
  expect(codes(reported(Connectivity.fromYaml(OPEN), { before: Connectivity.fromYaml(PODS + nobody) }))).toEqual([false, true]);
});

test('with several clusters, claims, coverage and changes have the name of theirs', () => {
  const inClusters = (...names: readonly string[]) => Connectivity.fromYaml(names.map(name => [NAMESPACE, pod('web'), pod('db'), policy('')].join('')
    .replace(/(name: \w+)/g, `$1, annotations: { cdk8s-netpol/cluster: ${name} }`)).join('---\n'));
  const page = reported(inClusters('eu', 'us'), { intents: 'denied: [{ from: shop/web, to: shop/db, cluster: us }]', coverage: true, before: inClusters('eu') });
  expect(page.claims).toMatchObject([{ cluster: 'us', answer: 'holds' }]);
  expect(page.coverage).toMatchObject([{ cluster: 'eu', claims: 0 }, { cluster: 'us', claims: 1 }]);
  expect(page.diff.clusters).toMatchObject([{ name: 'eu' }, { name: 'us', presence: 'us is new' }]);
});

test('an option that has no meaning is an error with the call, and so is an error of the intent file', () => {
  const connectivity = Connectivity.fromYaml(OPEN);
  const options = (given: object) => () => connectivity.report(path.join(folder, 'page.html'), given);
  expect(options({ since: connectivity })).toThrow(/Connectivity\.report\(\.\.\.\): there is no option 'since'/);
  expect(options({ before: 'main' })).toThrow(/Connectivity\.report\(\.\.\.\): before must be a Connectivity, not the text 'main'/);
  expect(options({ intents: 'denied: 5' })).toThrow(/^Connectivity\.report\(\.\.\.\): \(intents\):1:/);
});

test('synth writes the page with the claims of the app, also if one does not hold', () => {
  const file = path.join(folder, 'report.html');
  const { app, chart, web, db } = shop();
  SynthFindings.of(app).report(file);
  new ConnectivityIntent(chart, 'intent').denied(web, db);
  expect(() => app.synth()).toThrow(/does not hold|denied/);
  expect(pageIn(file).claims.map(({ answer }: any) => answer)).toEqual(['fails']);
});

test('a file that cannot be written is an error with the call', () => {
  expect(() => Connectivity.fromApp(shop().app).report('/dev/null/report.html')).toThrow(/Connectivity\.report\(\.\.\.\): the file cannot be written/);
});

import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, Port, SynthFindings, Tier } from '../../src';

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

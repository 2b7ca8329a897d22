import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { validateNetworkPolicy } from '../../src/validation/network-policy';
import { netpol } from '../cli/command';

const EXAMPLES = path.join(__dirname, '../../examples');

/** The shipped example, run as it stands. */
let outdir: string;
let printed = '';
beforeAll(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'boutique-'));
  process.env.CDK8S_OUTDIR = outdir;
  const write = process.stderr.write;
  process.stderr.write = (text: string | Uint8Array) => (printed += String(text)).length > 0;
  try {
    jest.requireActual('../../examples/boutique/main');
  } finally {
    process.stderr.write = write;
    delete process.env.CDK8S_OUTDIR;
  }
});
afterAll(() => fs.rmSync(outdir, { recursive: true }));

function objectsOf(chart: string): any[] {
  return parseAllDocuments(fs.readFileSync(path.join(outdir, `${chart}.k8s.yaml`), 'utf8')).map(document => document.toJS());
}

const CHARTS = ['eu-data', 'eu-platform', 'eu-shop', 'us-data', 'us-platform', 'us-shop'];
const policies = () => CHARTS.flatMap(objectsOf).filter(({ kind }) => kind === 'NetworkPolicy');

test('the boutique is three charts for each cluster, and synth has nothing to warn about', () => {
  expect(fs.readdirSync(outdir).sort()).toEqual(CHARTS.map(chart => `${chart}.k8s.yaml`));
  expect(printed).toBe('');
});

test.each(['eu', 'us'])('the shop of cluster %s is eleven services', cluster => {
  const names = objectsOf(`${cluster}-shop`).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').map(({ metadata }) => metadata.name).sort();
  expect(names).toEqual(['ad', 'cart', 'catalogue', 'checkout', 'currency', 'email', 'frontend', 'payment', 'recommendation', 'redis', 'shipping']);
});

test('every namespace of each cluster has its default deny', () => {
  const denied = policies().filter(({ metadata }) => metadata.name === 'default-deny-all')
    .map(({ metadata }) => `${metadata.annotations['cdk8s-netpol/cluster']}/${metadata.namespace}`);
  expect(denied.sort()).toEqual(['eu/data', 'eu/platform', 'eu/shop', 'us/data', 'us/platform', 'us/shop']);
});

test('every policy of the boutique is one that the API server would take', () => {
  expect(policies().length).toBeGreaterThan(80);
  expect(policies().flatMap(policy => validateNetworkPolicy(policy))).toEqual([]);
});

test('no policy of the boutique selects by a label that changes with a release or with the name of a construct', () => {
  expect(JSON.stringify(policies().map(({ spec }) => spec))).not.toMatch(/helm\.sh\/chart|app\.kubernetes\.io\/version|cdk8s\.io\/metadata\.addr/);
});

test('cluster eu connects as the README of the example says', async () => {
  const { status, stdout } = await netpol(['list', outdir, '--cluster', 'eu']);
  const [, listed] = /^\$ netpol list dist --cluster eu\n([^]*?)```$/m.exec(fs.readFileSync(path.join(EXAMPLES, 'boutique/README.md'), 'utf8'))!;
  expect({ status, stdout }).toEqual({ status: 0, stdout: listed });
});

test('cluster us connects as cluster eu does, but with its own API server and its own object store', async () => {
  const list = async (cluster: string) => (await netpol(['list', outdir, '--cluster', cluster, '-o', 'csv'])).stdout.split('\n');
  const isOwn = (row: string) => /10\.[12]0\.0\.1|data\/backup.*External/.test(row);
  const isOutside = (row: string) => /External/.test(row);
  const [eu, us] = [await list('eu'), await list('us')];
  expect(us.filter(row => !isOutside(row))).toEqual(eu.filter(row => !isOutside(row)));
  expect(us.filter(isOwn)).toEqual([
    '10.20.0.1-10.20.0.1[External],data/operator[Deployment],TCP 9443,',
    'data/backup[CronJob],203.0.113.32-203.0.113.47[External],TCP 443,',
    'data/operator[Deployment],10.20.0.1-10.20.0.1[External],"TCP 443,6443",',
  ]);
});

test('the boutique in Python renders the same Helm chart', () => {
  const chart = (example: string) => fs.readFileSync(path.join(EXAMPLES, example, 'charts/redis.yaml'), 'utf8');
  expect(chart('boutique-python')).toBe(chart('boutique'));
});

test('netpol lint finds nothing above a note in the boutique', async () => {
  const { status, stdout } = await netpol(['lint', outdir, '--fail-on', 'warning', '-o', 'json']);
  expect((JSON.parse(stdout) as { severity: string }[]).filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(status).toBe(0);
});

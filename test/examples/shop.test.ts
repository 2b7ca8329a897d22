import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { validateNetworkPolicy } from '../../src/validation/network-policy';
import { netpol } from '../cli/command';

/** The shipped example, run as it stands. */
let outdir: string;
let objects: any[];
beforeAll(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'shop-'));
  process.env.CDK8S_OUTDIR = outdir;
  jest.requireActual('../../examples/shop/main');
  delete process.env.CDK8S_OUTDIR;
  objects = parseAllDocuments(fs.readFileSync(path.join(outdir, 'shop.k8s.yaml'), 'utf8')).map(document => document.toJS());
});
afterAll(() => fs.rmSync(outdir, { recursive: true }));

test('the shop is three Deployments and the policies between them, in namespace app', () => {
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort()).toMatchInlineSnapshot(`
[
  "Deployment app/backend",
  "Deployment app/db",
  "Deployment app/frontend",
  "NetworkPolicy app/allow-backend-to-db",
  "NetworkPolicy app/allow-backend-to-db-egress",
  "NetworkPolicy app/allow-backend-to-internet-egress",
  "NetworkPolicy app/allow-dns",
  "NetworkPolicy app/allow-frontend-to-backend",
  "NetworkPolicy app/allow-frontend-to-backend-egress",
  "NetworkPolicy app/default-deny-all",
]
`);
});

test('every policy of the shop is one that the API server would take', () => {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  expect(policies).toHaveLength(7);
  expect(policies.flatMap(policy => validateNetworkPolicy(policy))).toEqual([]);
});

test('the bytes are those of the snapshot that the example ships: another one is for the changelog (docs/versioning.md)', () => {
  const snapshot = fs.readFileSync(path.join(__dirname, '../../examples/shop/__snapshots__/main.test.ts.snap'), 'utf8');
  const [, yaml] = /= `\n"([^]*)"\n`;/.exec(snapshot)!;
  expect(fs.readFileSync(path.join(outdir, 'shop.k8s.yaml'), 'utf8')).toBe(yaml);
});

test('the shop connects as the README says', async () => {
  const { stdout } = await netpol(['list', outdir]);
  const [, matrix] = /What you get:[^]*?```\n([^]*?)```/.exec(fs.readFileSync(path.join(__dirname, '../../README.md'), 'utf8'))!;
  expect(stdout.startsWith(matrix)).toBe(true);
});

test('the README shows the shop as it is shipped, but for the Deployments', () => {
  const [, program] = /```ts nofixture\n([^]*?)```/.exec(fs.readFileSync(path.join(__dirname, '../../README.md'), 'utf8'))!;
  const shipped = fs.readFileSync(path.join(__dirname, '../../examples/shop/main.ts'), 'utf8')
    .replace(/^import \{ deploy \}.*\n/m, '').replace(/\n( +deploy\(.*\n)+/, '');
  expect(program).toBe(shipped);
});

test('netpol lint finds nothing above a note in the shop', async () => {
  const { status, stdout } = await netpol(['lint', outdir, '--fail-on', 'warning', '-o', 'json']);
  expect((JSON.parse(stdout) as { severity: string }[]).filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(status).toBe(0);
});

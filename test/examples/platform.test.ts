import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { clusterPolicySchema, validateClusterPolicy } from '../../src/validation/cluster-policy';
import { netpol } from '../cli/command';

const EXAMPLE = path.join(__dirname, '../../examples/platform');

/** A program of the shipped example, run as it stands: what it writes to the standard error, and the message with which it fails. */
function run(program: string, outdir: string): { printed: string; failure?: string } {
  let printed = '';
  process.env.CDK8S_OUTDIR = outdir;
  const { stderr: { write }, emitWarning } = process;
  process.stderr.write = (text: string | Uint8Array) => (printed += String(text)).length > 0;
  process.emitWarning = (warning: string | Error) => { printed += `${String(warning)}\n`; };
  try {
    jest.requireActual(path.join(EXAMPLE, program));
    return { printed };
  } catch (error) {
    return { printed, failure: (error as Error).message };
  } finally {
    process.stderr.write = write;
    process.emitWarning = emitWarning;
    delete process.env.CDK8S_OUTDIR;
  }
}

let outdir: string;
let result: ReturnType<typeof run>;
beforeAll(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'platform-'));
  result = run('main', outdir);
});
afterAll(() => fs.rmSync(outdir, { recursive: true }));

/** What the README of the example shows for a command. */
function shown(command: string): string {
  const readme = fs.readFileSync(path.join(EXAMPLE, 'README.md'), 'utf8');
  const start = readme.indexOf(`$ ${command}\n`) + command.length + 3;
  return readme.slice(start, readme.indexOf('```', start));
}

const objectsOf = (chart: string): any[] =>
  parseAllDocuments(fs.readFileSync(path.join(outdir, `${chart}.k8s.yaml`), 'utf8')).map(document => document.toJS());

test('the platform is a chart with guardrails and a chart for each of two teams, and synth has nothing to warn about', () => {
  expect(fs.readdirSync(outdir).sort()).toEqual(['games.k8s.yaml', 'platform.k8s.yaml', 'shop.k8s.yaml']);
  expect(result).toEqual({ printed: '' });
  expect(new Set(['games', 'shop'].flatMap(objectsOf).map(({ kind }) => kind))).toEqual(new Set(['Deployment', 'Namespace', 'NetworkPolicy']));
});

test('every guardrail of the platform is one that the API server would take', () => {
  const policies = objectsOf('platform').filter(({ kind }) => kind === 'ClusterNetworkPolicy');
  expect(policies.length).toBeGreaterThan(8);
  expect(policies.flatMap(policy => validateClusterPolicy(policy, clusterPolicySchema(policy.apiVersion, policy.kind)!))).toEqual([]);
});

test('the cluster connects as the README of the example says', async () => {
  const { status, stdout } = await netpol(['list', outdir]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: shown('netpol list dist') });
});

test('team games cannot reach the catalogue of team shop, although its NetworkPolicies let every namespace in, and explain names the guardrail', async () => {
  const { status, stdout } = await netpol(['explain', outdir, '--from', 'games/lobby', '--to', 'shop/catalogue', '--port', '8080']);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^Ingress of shop\/catalogue\[Deployment\]: blocked\n.*\n {4}ClusterNetworkPolicy teams-shop .*, priority 40: denies TCP 8080$/m);
});

test('the baseline keeps team games out of its own sandbox, which has no NetworkPolicy', async () => {
  const { stdout } = await netpol(['explain', outdir, '--from', 'games/lobby', '--to', 'sandbox/prototype', '--port', '8080']);
  expect(stdout).toMatch(/ {2}rules of the Baseline tier\n {4}ClusterNetworkPolicy baseline-sandbox /);
});

test('an intent that a guardrail overrules fails as the README says: the message names the guardrail, and no fix changes it', () => {
  const { printed, failure } = run('overruled', fs.mkdtempSync(path.join(outdir, 'overruled-')));
  expect(`${printed}${failure}\n`).toBe(shown('npx ts-node overruled.ts'));
  expect(failure).toContain('ClusterNetworkPolicy teams-shop');
  expect(failure).not.toMatch(/fix|add to/i);
});

test('netpol lint finds nothing above a note in the platform', async () => {
  const { status, stdout } = await netpol(['lint', outdir, '--fail-on', 'warning', '-o', 'json']);
  expect((JSON.parse(stdout) as { severity: string }[]).filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(status).toBe(0);
});

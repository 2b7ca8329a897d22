import * as fs from 'fs';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { deployment } from './objects';
import { Connectivity, Peer, Port, Tier, Verdict } from '../../src';
import { netpol } from '../cli/command';

/*
 * docs/claims.md. The programs of the page are in this folder, and docs.test.ts compares them with the page. Beside each claim, a comment says what
 * the verdict is.
 */

const page = fs.readFileSync(path.join(__dirname, '../../docs/claims.md'), 'utf8');
const programs = [...new Set([...page.matchAll(/^```ts test\/claims-page\/(.*)\.ts$/gm)].map(([, name]) => name))];

const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
afterAll(() => warn.mockRestore());

/** What the comments of a program say, in order. */
function commentsOf(program: string): string[] {
  return [...fs.readFileSync(path.join(__dirname, `${program}.ts`), 'utf8').matchAll(/\/\/ ((?:holds|untrue|undecided|error)\b.*)/g)].map(([, text]) => text);
}

function verdictsOf(program: string): readonly Verdict[] {
  return jest.requireActual(`./${program}`).verdicts;
}

/** `holds`, `untrue` or `undecided`, with the assumptions. */
function summaryOf({ holds, undecided, assumptions }: Verdict): string {
  return `${holds ? 'holds' : undecided ? 'undecided' : 'untrue'}${assumptions.length === 0 ? '' : `, assuming ${assumptions.join(' and ')}`}`;
}

function messageOf(claim: () => unknown): string {
  try { claim(); } catch (error) { return (error as Error).message; }
  return 'no error';
}

test('the page works through eight apps, lists and ports, and claims with nothing to judge', () => {
  expect(programs).toEqual([
    'lists-and-ports', 'nothing-to-judge',
    'shop', 'label-grant', 'default-deny', 'monitoring', 'public-internet', 'on-premises', 'dns', 'host-network',
  ]);
});

test.each(programs.filter(program => program !== 'nothing-to-judge'))('the claims of %s have the verdicts that the page gives', program => {
  const said = commentsOf(program).map(text => text.replace(/:.*/, ''));
  expect(said.length).toBeGreaterThan(3);
  expect(verdictsOf(program).map(summaryOf)).toEqual(said);
});

test('a claim with nothing to judge is the error that the page gives', () => {
  const messages = (jest.requireActual('./nothing-to-judge').claims as readonly (() => unknown)[]).map(messageOf);
  const said = commentsOf('nothing-to-judge').map(text => text.replace('error: ', ''));
  expect(messages).toEqual(said.map(text => expect.stringContaining(text)));
});

test('every message on the page is that of a verdict', () => {
  const messages = [...page.matchAll(/^```console test\/claims-page\/(.*)\.ts\n([^]*?)^```$/gm)];
  expect(messages.length).toBeGreaterThan(1);
  for (const [, program, text] of messages) {
    const texts = verdictsOf(program).map(String);
    // A line with … marks an omission.
    const passages = text.split(/^ *…\n/m).map(passage => passage.trimEnd());
    expect(texts.filter(whole => passages.every(passage => whole.includes(passage)))).not.toEqual([]);
  }
});

test('a declared workload that carries the label of the grant makes the claim about the frontend untrue', () => {
  const app = new App();
  const chart = new Chart(app, 'grant', { namespace: 'app' });
  const [frontend, db] = ['frontend', 'db'].map(id => new Tier(chart, id, { ports: [Port.tcp(5432)] }));
  db.allowFrom(new Tier(chart, 'clients', { labels: { 'db-client': 'true' } }));
  expect(summaryOf(Connectivity.fromApp(app).checkDenied(frontend, db))).toBe('holds, assuming extra-label');
  deployment(chart, 'reports', { 'app': 'frontend', 'db-client': 'true' });
  expect(summaryOf(Connectivity.fromApp(app).checkDenied(frontend, db))).toBe('untrue');
});

test('a rule for Prometheus alone makes the claim about Prometheus hold', () => {
  const app = new App();
  const api = new Tier(new Chart(app, 'metrics', { namespace: 'app' }), 'api', { ports: [Port.named('metrics')] });
  const prometheus = Peer.pods({ labels: { app: 'prometheus' }, namespace: 'monitoring' });
  api.allowFrom(prometheus);
  expect(summaryOf(Connectivity.fromApp(app).checkAdmitsOnly(api, [prometheus]))).toBe('holds');
});

test('the example in the page about intent files can be judged, in the shop of the examples', async () => {
  const [, yaml] = /```yaml\n([^]*?)```/.exec(fs.readFileSync(path.join(__dirname, '../../docs/intent-files.md'), 'utf8'))!;
  const shop = path.join(__dirname, '../../examples/shop-by-hand/manifests');
  const { stdout, stderr } = await netpol(['check', shop, '--intent', 'intents.yaml'], { 'intents.yaml': yaml });
  expect(stderr).not.toContain('error');
  expect(stdout).toMatch(/5 intents: \d failed/);
});

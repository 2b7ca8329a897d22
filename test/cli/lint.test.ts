import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { deployment, policy } from '../report/shop';

/* `netpol lint`: its formats, its exit status and suppressions. test/lint has what the rules find. */

/** A database whose policy names the port by a name that no container has: an error at 20:7. */
const TYPO = deployment('db', '{ name: postgres, containerPort: 5432 }') + policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: postgresql }] }]`);

const FINE = TYPO.replace('postgresql', 'postgres');

const FINDING = /^k8s\/db\.yaml:\d+:\d+: error NP112: app\/db spec\.ingress\[0\] names TCP postgresql, but no container of app\/db\[Deployment\] has a TCP port of that name; write postgres$/m;

test('prints each finding on a line with its place and fix, counts them, and exits with 1 because of an error', async () => {
  const { status, stdout, stderr } = await netpol(['lint', 'k8s/db.yaml'], { 'k8s/db.yaml': TYPO });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(FINDING);
  expect(stdout).toMatch(/\n\d+ findings?: 1 error/);
});

test('says that there are no findings, and exits with 0', async () => {
  const open = deployment('db', '{ containerPort: 5432 }');
  const { status, stdout } = await netpol(['lint', 'k8s/db.yaml', '--fail-on', 'error'], { 'k8s/db.yaml': open });
  expect(status).toBe(0);
  expect(stdout).not.toContain('error');
});

describe('--fail-on', () => {
  test.each([['error', 1], ['warning', 1], ['note', 1], ['never', 0]])('%s exits with %d because of an error', async (failOn, status) => {
    expect(await netpol(['lint', 'k8s/db.yaml', '--fail-on', failOn], { 'k8s/db.yaml': TYPO })).toMatchObject({ status });
  });

  test('is read from netpol.yaml, and the option wins', async () => {
    const files = { 'k8s/db.yaml': TYPO, 'c/netpol.yaml': 'lint: { failOn: never }\n' };
    expect(await netpol(['lint', 'k8s/db.yaml', '--config', 'c/netpol.yaml'], files)).toMatchObject({ status: 0 });
    expect(await netpol(['lint', 'k8s/db.yaml', '--config', 'c/netpol.yaml', '--fail-on', 'error'], files)).toMatchObject({ status: 1 });
  });
});

describe('a fault in the input', () => {
  const BROKEN = { 'k8s/db.yaml': FINE, 'k8s/bad.yaml': 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x }\nspec: { podSelector: {}, ingres: [] }\n' };

  test('is one of the findings, and the exit status is 2', async () => {
    const { status, stdout } = await netpol(['lint', 'k8s'], BROKEN);
    expect(status).toBe(2);
    expect(stdout).toContain('k8s/bad.yaml:4:26: error NP025');
  });

  test('does not count for the exit status with --keep-going', async () => {
    expect(await netpol(['lint', 'k8s', '--keep-going', '--fail-on', 'error'], BROKEN)).toMatchObject({ status: 0 });
    expect(await netpol(['lint', 'k8s', '--keep-going'], { ...BROKEN, 'k8s/db.yaml': TYPO })).toMatchObject({ status: 1 });
  });

  test('that leaves nothing to look at is status 2 in any case', async () => {
    expect(await netpol(['lint', 'k8s/bad.yaml', '--keep-going'], { 'k8s/bad.yaml': 'a: [' })).toMatchObject({ status: 2 });
    expect(await netpol(['lint', 'missing'])).toMatchObject({ status: 2, stdout: expect.stringContaining('missing: error NP002') });
  });
});

test('one policy name that is written twice with different content is an error of the input, and says which fields differ', async () => {
  const { status, stdout } = await netpol(['lint', 'k8s/db.yaml'], { 'k8s/db.yaml': FINE + policy('db', '{ podSelector: {} }') });
  expect(status).toBe(2);
  expect(stdout).toMatch(/error NP032: .*app\/db.* spec\.ingress/);
});

describe('a suppression', () => {
  const ANNOTATED = (annotation: string) => TYPO.replace('metadata: { name: db, namespace: app }\nspec: \n  podSelector', `metadata:\n  name: db\n  namespace: app\n  annotations: { ${annotation} }\nspec:\n  podSelector`);

  test('by an annotation of the policy hides its findings of that code, and they are counted', async () => {
    const { status, stdout } = await netpol(['lint', 'k8s/db.yaml'], { 'k8s/db.yaml': ANNOTATED('cdk8s-netpol/suppress-NP112: "the operator adds the port"') });
    expect(stdout).not.toContain('NP112');
    expect(stdout).toContain('(1 suppressed)');
    expect(status).toBe(0);
  });

  test('by an annotation of another object hides nothing, and is a note', async () => {
    const other = TYPO.replace('metadata: { name: db, namespace: app }', 'metadata: { name: db, namespace: app, annotations: { cdk8s-netpol/suppress-NP112: "wrong object" } }');
    const { status, stdout } = await netpol(['lint', 'k8s/db.yaml'], { 'k8s/db.yaml': other });
    expect(stdout).toMatch(FINDING);
    expect(stdout).toMatch(/note NP191: nothing is suppressed here/);
    expect(status).toBe(1);
  });

  test.each([
    ['without a reason', 'cdk8s-netpol/suppress-NP112: ""', 'has no reason; write why the finding is as it should be'],
    ['of a code that does not exist', 'cdk8s-netpol/suppress-NP1112: "x"', 'no finding with the code NP1112 can be suppressed; write NP111'],
    ['of an error in the input', 'cdk8s-netpol/suppress-NP026: "x"', 'no finding with the code NP026 can be suppressed; correct what this finding is about'],
    ['of a finding about suppressions', 'cdk8s-netpol/suppress-NP190: "x"', 'no finding with the code NP190 can be suppressed; correct what this finding is about'],
    ['without the code in its name', 'cdk8s-netpol/suppress: NP112', 'there is no annotation cdk8s-netpol/suppress; write cdk8s-netpol/suppress-NP132 with the code of the finding, and the reason as its value'],
    ['with a typing error in its name', 'cdk8s-netpol/supress-NP112: "x"', 'there is no annotation cdk8s-netpol/supress-NP112; write'],
  ])('by an annotation %s has no effect, and is a warning', async (_, annotation, message) => {
    const { status, stdout } = await netpol(['lint', 'k8s/db.yaml'], { 'k8s/db.yaml': ANNOTATED(annotation) });
    expect(stdout).toContain('warning NP190');
    expect(stdout).toContain(message);
    expect(stdout).toMatch(FINDING);
    expect(status).toBe(1);
  });

  test('by --suppress hides every finding of the code', async () => {
    expect(await netpol(['lint', 'k8s/db.yaml', '--suppress', 'NP112'], { 'k8s/db.yaml': TYPO })).toMatchObject({ status: 0, stdout: expect.stringContaining('(1 suppressed)') });
    expect(await netpol(['lint', 'k8s/db.yaml', '--suppress', 'NP1112'], { 'k8s/db.yaml': TYPO })).toMatchObject({ status: 2, stderr: 'netpol: --suppress NP1112: no finding with this code can be suppressed; write NP111\n' });
    expect(await netpol(['lint', 'k8s/db.yaml', '--suppress', 'everything'], { 'k8s/db.yaml': TYPO }))
      .toMatchObject({ status: 2, stderr: 'netpol: --suppress everything: no finding with this code can be suppressed; write a code of docs/rules, such as NP120\n' });
  });

  test('by netpol.yaml hides the findings of a namespace', async () => {
    const config = (namespace: string) => `lint:\n  suppress: [{ code: NP112, namespace: ${namespace}, reason: the operator adds the port }]\n`;
    const files = { 'k8s/db.yaml': TYPO, 'a/netpol.yaml': config('app'), 'b/netpol.yaml': config('other') };
    expect(await netpol(['lint', 'k8s/db.yaml', '--config', 'a/netpol.yaml'], files)).toMatchObject({ status: 0 });
    const { status, stdout } = await netpol(['lint', 'k8s/db.yaml', '--config', 'b/netpol.yaml'], files);
    expect(status).toBe(1);
    expect(stdout).toContain('b/netpol.yaml:2:14: note NP191: nothing is suppressed here');
  });

  test.each([
    ['lint: { failOn: bad }', "lint.failOn: 'bad' is not a severity; write one of error, warning, note, never"],
    ['lint: { suppress: [{ code: NP112 }] }', 'lint.suppress[0].reason: a suppression needs a reason; write why the findings are as they should be'],
    ['lint: { suppress: [{ code: NP02, reason: x }] }', "lint.suppress[0].code: 'NP02' is no code that can be suppressed; write NP102"],
    ['lint: { suppress: [NP112] }', 'lint.suppress[0]: must be an object'],
    ['lint: { supress: [] }', "lint.supress: there is no such field; did you mean 'suppress'?"],
  ])('in netpol.yaml that is malformed is an error with the fix: %s', async (text, message) => {
    const { status, stdout } = await netpol(['lint', 'k8s/db.yaml', '--config', 'a/netpol.yaml'], { 'k8s/db.yaml': FINE, 'a/netpol.yaml': text });
    expect(status).toBe(2);
    expect(stdout).toContain(message);
  });
});

test.each([
  ['json', /^\[\n {2}\{"code":"NP112","severity":"error"/],
  ['sarif', /"ruleId":"NP112"/],
  ['junit', /<failure message="1 finding" type="NP112">k8s\/db\.yaml:/],
  ['md', /^\| \| code \| where \| what \| fix \|\n/],
  ['github', /^::error file=k8s\/db\.yaml,line=\d+,col=\d+,title=NP112::error NP112: app\/db spec/],
  ['gitlab', /^\[\n {2}\{"check_name":"NP112","description":"app\/db spec/],
])('-o %s prints that format, with the same exit status', async (format, text) => {
  const { status, stdout } = await netpol(['lint', 'k8s/db.yaml', '-o', format], { 'k8s/db.yaml': TYPO });
  expect(status).toBe(1);
  expect(stdout).toMatch(text);
});

test('a finding that every cluster of an app has is printed once', async () => {
  const inCluster = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: other, annotations: { cdk8s-netpol/cluster: ${name} } }\nspec: { containers: [] }\n---\n`;
  const { stdout } = await netpol(['lint', 'k8s/db.yaml'], { 'k8s/db.yaml': inCluster('eu') + inCluster('us') + TYPO });
  expect(stdout.match(/NP112/g)).toHaveLength(1);
});

test('netpol.yaml of the working directory is read', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-'));
  const before = process.cwd();
  try {
    process.chdir(folder);
    writeFileSync('netpol.yaml', 'lint: { suppress: [{ code: NP112, reason: the operator adds the port }] }\n');
    writeFileSync('db.yaml', TYPO);
    expect(await netpol(['lint', 'db.yaml'])).toMatchObject({ status: 0 });
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

test('a policy that is written twice, the second time without the rule for monitoring, is an error that names both places and the field that differs', async () => {
  const written = (peers: string) => policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [${peers}]`);
  const [monitoring, web] = ['{ from: [{ namespaceSelector: { matchLabels: { team: monitoring } } }] }', '{ from: [{ podSelector: { matchLabels: { app: web } } }] }'];
  const { status, stdout } = await netpol(['lint', 'k8s'], { 'k8s/a.yaml': written(`${web}, ${monitoring}`), 'k8s/b.yaml': written(web) });
  expect(status).toBe(2);
  expect(stdout).toMatch(/k8s\/b\.yaml:\d+:\d+: error NP032: NetworkPolicy app\/db is declared twice, with different content: spec\.ingress\. .*\(the first declaration: k8s\/a\.yaml:\d+:\d+\)/);
});

import * as path from 'path';
import { netpol } from './command';
import { deployment, policy, TIERS } from '../report/shop';

const CALICO = `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny }
spec: {}
`;

test('a policy that is not evaluated is a warning that names it', async () => {
  const { status, stderr } = await netpol(['list', 'a.yaml'], { 'a.yaml': TIERS + policy('p', '{ podSelector: {} }') + CALICO });
  expect(status).toBe(0);
  expect(stderr).toMatch(/^a\.yaml:\d+:1: warning NP301: GlobalNetworkPolicy deny is a policy of Calico/);
});

test('every error in the input is printed with file, line and column', async () => {
  const outcome = await netpol(['list', 'a.yaml', 'b.yaml'], {
    'a.yaml': policy('a', '{ podSelectr: {} }') + policy('b', '{ podSelector: {}, ingress: [{ to: [] }] }'),
    'b.yaml': 'a: b: c\n',
  });
  expect(outcome).toMatchObject({ status: 2 });
  expect(outcome.stderr).toMatch(/^a\.yaml:5:9: error NP025: .*podSelectr/m);
  expect(outcome.stderr).toMatch(/^a\.yaml:10:38: error NP025: .*ingress\[0\]\.to/m);
  expect(outcome.stderr).toMatch(/^b\.yaml:1:\d+: error NP004: not valid YAML/m);
});

test('a missing file, an empty folder and empty standard input are errors', async () => {
  expect((await netpol(['list', 'no-such-file.yaml'])).stderr).toMatch(/^no-such-file\.yaml: error NP002: there is no such file or folder/);
  expect(await netpol(['list', 'k8s'], { 'k8s/readme.txt': '' })).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('there is no Kubernetes object in the input') });
  expect(await netpol(['list', '-'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('there is no Kubernetes object in the input') });
});

test('the error about a Helm template has the command to run', async () => {
  const { status, stderr } = await netpol(['list', 't.yaml'], { 't.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^t\.yaml:4:9: error NP009: .*helm template CHART \| netpol list -/);
});

test('at most 50 findings are printed, errors before warnings, and then the number of the others', async () => {
  const hosts = Array.from({ length: 60 }, (_, i) => deployment(`w${i}`).replace('spec: { containers', 'spec: { hostNetwork: true, containers')).join('');
  const { status, stderr } = await netpol(['list', '-'], {}, `${hosts}${policy('bad', '{ podSelectr: {} }')}`);
  expect(status).toBe(2);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(53);
  expect(stderr).toContain('podSelectr');
  expect(lines.slice(50)).toEqual(['… and 11 more', expect.stringMatching(/^summary: 1 file read: /), '  not read: NetworkPolicy app/bad']);
});

test('every policy that is not evaluated is printed, even if there are many', async () => {
  const policies = Array.from({ length: 60 }, (_, i) => `---\n${CALICO.replace('name: deny', `name: deny-${i}`)}\n`);
  const { stderr } = await netpol(['list', '-'], {}, policies.join(''));
  expect(stderr.match(/GlobalNetworkPolicy deny-\d+ is a policy of Calico/g)).toHaveLength(60);
});

test('a note says so if the input has no NetworkPolicy', async () => {
  expect((await netpol(['list', 'a.yaml'], { 'a.yaml': deployment('a') })).stderr).toBe('note: there is no NetworkPolicy in the input, so nothing is denied\nsummary: 1 file read: 1 workload, 0 policies\n');
});

test('standard input cannot be both a path and the value of an option', async () => {
  const { status, stderr } = await netpol(['can-reach', '-', '--batch', '-'], {}, '[]');
  expect(status).toBe(2);
  expect(stderr).toContain('--batch - and the path - are both standard input');
});

test('an unreadable file of an option is an error that names the option and the file', async () => {
  const files = { 'k8s/a.yaml': TIERS };
  expect(await netpol(['can-reach', 'k8s', '--batch', 'nope.json'], files)).toMatchObject({ status: 2, stderr: 'netpol: --batch nope.json: there is no such file or folder; check the path\n' });
  expect(await netpol(['check', 'k8s', '--intent', 'k8s'], files)).toMatchObject({ status: 2, stderr: expect.stringContaining('this is a folder; name a file in it') });
  expect((await netpol(['check', 'k8s', '--intent', path.join(__filename, 'x')], files)).stderr).toContain('cannot be read (ENOTDIR)');
});

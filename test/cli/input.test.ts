import * as path from 'path';
import { netpol } from './command';
import { deployment, policy, TIERS } from '../report/shop';

const CALICO = `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny }
spec: {}
`;

test('a policy that is not evaluated is a warning that names it, and with --strict an error', async () => {
  const files = { 'a.yaml': TIERS + policy('p', '{ podSelector: {} }') + CALICO };
  const lenient = await netpol(['list', 'a.yaml'], files);
  expect(lenient.status).toBe(0);
  expect(lenient.stderr).toMatch(/^a\.yaml:\d+:1: warning NP301: GlobalNetworkPolicy deny is a policy of Calico/);
  const strict = await netpol(['list', 'a.yaml', '--strict'], files);
  expect(strict).toMatchObject({ status: 2, stdout: '' });
  expect(strict.stderr).toMatch(/^a\.yaml:\d+:1: error NP301: GlobalNetworkPolicy deny/);
});

test('every problem is told, with file, line and column, and nothing is printed as a result', async () => {
  const outcome = await netpol(['list', 'a.yaml', 'b.yaml'], {
    'a.yaml': policy('a', '{ podSelectr: {} }') + policy('b', '{ podSelector: {}, ingress: [{ to: [] }] }'),
    'b.yaml': 'a: b: c\n',
  });
  expect(outcome).toMatchObject({ status: 2, stdout: '' });
  expect(outcome.stderr).toMatch(/^a\.yaml:5:9: error NP025: .*podSelectr/m);
  expect(outcome.stderr).toMatch(/^a\.yaml:10:38: error NP025: .*ingress\[0\]\.to/m);
  expect(outcome.stderr).toMatch(/^b\.yaml:1:\d+: error NP004: not valid YAML/m);
});

test('a missing file, an empty folder and empty standard input are errors', async () => {
  expect((await netpol(['list', 'no-such-file.yaml'])).stderr).toMatch(/^no-such-file\.yaml: error NP002: there is no such file or folder/);
  expect(await netpol(['list', 'k8s'], { 'k8s/readme.txt': '' })).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('there is no Kubernetes object in the input') });
  expect(await netpol(['list', '-'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('there is no Kubernetes object in the input') });
});

test('a Helm template is told what to run instead', async () => {
  const { status, stderr } = await netpol(['list', 't.yaml'], { 't.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^t\.yaml:4:9: error NP009: .*helm template CHART \| netpol list -/);
});

test('of very many problems the first are told, errors before warnings, and how many more there are', async () => {
  const hosts = Array.from({ length: 60 }, (_, i) => deployment(`w${i}`).replace('spec: { containers', 'spec: { hostNetwork: true, containers')).join('');
  const { status, stderr } = await netpol(['list', '-'], {}, `${hosts}${policy('bad', '{ podSelectr: {} }')}`);
  expect(status).toBe(2);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(51);
  expect(stderr).toContain('podSelectr');
  expect(lines[50]).toBe('… and 11 more');
});

test('policies that are not evaluated are each named, however many there are', async () => {
  const { stderr } = await netpol(['list', '-'], {}, CALICO.repeat(60).replaceAll('apiVersion', '---\napiVersion').replaceAll('name: deny', 'name: deny-x'));
  expect(stderr.match(/GlobalNetworkPolicy deny-x is a policy of Calico/g)).toHaveLength(60);
});

test('without a NetworkPolicy everything is allowed, and that is said', async () => {
  expect((await netpol(['list', 'a.yaml'], { 'a.yaml': deployment('a') })).stderr).toBe('note: there is no NetworkPolicy in the input, so nothing is denied\n');
});

test('standard input can not be two things', async () => {
  const { status, stderr } = await netpol(['can-reach', '-', '--batch', '-'], {}, '[]');
  expect(status).toBe(2);
  expect(stderr).toContain('--batch - and the path - are both standard input');
});

test('a file of an option that can not be read is an error that names it', async () => {
  const files = { 'k8s/a.yaml': TIERS };
  expect(await netpol(['can-reach', 'k8s', '--batch', 'nope.json'], files)).toMatchObject({ status: 2, stderr: 'netpol: --batch nope.json: there is no such file or folder; check the path\n' });
  expect(await netpol(['check', 'k8s', '--intent', 'k8s'], files)).toMatchObject({ status: 2, stderr: expect.stringContaining('this is a folder; name a file in it') });
  expect((await netpol(['check', 'k8s', '--intent', path.join(__filename, 'x')], files)).stderr).toContain('cannot be read (ENOTDIR)');
});

import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { deployment, policy, TIERS } from '../report/shop';

/* Facts about the cluster: `--assume-namespaces`, `--pod-cidr`, `--config` and netpol.yaml. */

/** A rule that admits namespaces of team a, and a client in a namespace that is not declared. */
const INPUT = TIERS + deployment('client', '', 'other') + policy('team-a', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }]`);

/** Whether the client reaches the database. */
function ask(files: Readonly<Record<string, string>>, ...options: string[]) {
  return netpol(['can-reach', 'k8s', '--from', 'other/client', '--to', 'app/db', ...options], { 'k8s/all.yaml': INPUT, ...files });
}

test.each([
  ['a name with its label', 'other:team=a'],
  ['a name with several labels', 'other:zone=1,team=a'],
])('--assume-namespaces takes %s', async (_, value) => {
  expect(await ask({}, '--assume-namespaces', value)).toMatchObject({ status: 0, stdout: 'yes\n' });
});

test('--assume-namespaces takes a name without labels, and may be repeated', async () => {
  expect(await ask({}, '--assume-namespaces', 'other')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect(await ask({}, '--assume-namespaces', 'app', '--assume-namespaces', 'other:team=a')).toMatchObject({ status: 0 });
});

test.each([
  ['a list of names and labels', 'ns.yaml', '- app\n- { name: other, labels: { team: a } }\n'],
  ['JSON', 'ns.json', '[{ "name": "other", "labels": { "team": "a" } }]'],
  ['Namespace objects', 'ns.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: app }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: other, labels: { team: a } }\n'],
  ['a List, as kubectl prints it', 'ns.yaml', 'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Namespace, metadata: { name: other, labels: { team: a } } }\n'],
])('--assume-namespaces takes a file with %s', async (_, name, text) => {
  expect(await ask({ [name]: text }, '--assume-namespaces', name)).toMatchObject({ status: 0, stdout: 'yes\n' });
});

test('--config reads namespaces from a file, which may be in a folder of manifests', async () => {
  expect(await ask({ 'k8s/facts.yaml': 'namespaces: [{ name: other, labels: { team: a } }]\n' }, '--config', 'k8s/facts.yaml')).toEqual({ status: 0, stdout: 'yes\n', stderr: '' });
});

test('netpol.yaml in the working directory is read without --config', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-'));
  const before = process.cwd();
  try {
    writeFileSync(path.join(folder, 'netpol.yaml'), 'namespaces: [{ name: other, labels: { team: a } }]\n');
    process.chdir(folder);
    expect(await ask({})).toMatchObject({ status: 0, stdout: 'yes\n' });
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['namespace: []', "netpol.yaml:1:1: error NP041: namespace: there is no such field; did you mean 'namespaces'?"],
  ['namespaces: [{ name: a, label: {} }]', "netpol.yaml:1:25: error NP041: namespaces[0].label: there is no such field; did you mean 'labels'?"],
  ['namespaces: [{ labels: {} }]', 'netpol.yaml:1:14: error NP041: namespaces[0].name: a namespace needs a name; write { name: shop, labels: { team: a } }'],
  ['namespaces: [{ name: A.b }]', "netpol.yaml:1:16: error NP041: namespaces[0].name: 'A.b': "],
  ['namespaces: [{ name: a, labels: { "a b": c } }]', "netpol.yaml:1:35: error NP041: namespaces[0].labels: label 'a b': "],
  ['namespaces: [{ name: a, labels: { kubernetes.io/metadata.name: b } }]', "label 'kubernetes.io/metadata.name': Kubernetes sets this label to 'a'; remove it"],
  ['namespaces: 1', 'netpol.yaml:1:1: error NP041: namespaces: must be a list, not the number 1'],
  ['namespaces: [', 'netpol.yaml:'],
])('a wrong configuration is an error with its place: %s', async (text, message) => {
  const { status, stdout, stderr } = await ask({ 'netpol.yaml': text }, '--config', 'netpol.yaml');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test.each([
  ['other:team', "--assume-namespaces other:team: error NP041: label 'team': write it as key=value"],
  ['other:a b=c', "--assume-namespaces other:a b=c: error NP041: label 'a b=c': "],
  ['other:team=a,team=b', "--assume-namespaces other:team=a,team=b: error NP041: label 'team=b': this key is given twice; remove one of the two"],
  ['other:kubernetes.io/metadata.name=app', "label 'kubernetes.io/metadata.name=app': Kubernetes sets this label to 'other'; remove it"],
  ['no-such-file.yaml', 'netpol: --assume-namespaces "no-such-file.yaml": this is neither the name of a namespace nor a file; write NAME, NAME:key=value, or a file of namespaces'],
  ['other,app', 'netpol: --assume-namespaces "other,app": this is neither the name of a namespace nor a file'],
  ['', 'netpol: --assume-namespaces "": this is neither the name of a namespace nor a file'],
  ['.', 'netpol: --assume-namespaces .: this is a folder; name a file in it'],
])('a wrong value of --assume-namespaces is an error: %s', async (value, message) => {
  const { status, stderr } = await ask({}, '--assume-namespaces', value);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test('a file without namespaces is an error that says what to write', async () => {
  expect((await ask({ 'ns.yaml': 'a: b\n' }, '--assume-namespaces', 'ns.yaml')).stderr)
    .toBe('ns.yaml:1:1: error NP041: there are no namespaces here; write a list of names, a list of { name: …, labels: … }, or Namespace objects\n');
});

test('a namespace may be stated twice with the same labels, but not with other labels', async () => {
  expect(await ask({}, '--assume-namespaces', 'other:team=a', '--assume-namespaces', 'other:team=a')).toMatchObject({ status: 0 });
  expect(await ask({}, '--assume-namespaces', 'other:team=a', '--assume-namespaces', 'other')).toMatchObject({
    status: 2,
    stderr: "--assume-namespaces other: error NP041: namespace 'other' is stated twice with different labels (it is first stated here: --assume-namespaces other:team=a); remove one of the two\n",
  });
});

describe('the blocks of pod addresses', () => {
  const BLOCK = TIERS + policy('from-block', `
    podSelector: { matchLabels: { app: db } }
    ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]`);
  const askWith = (files: Readonly<Record<string, string>>, ...options: string[]) =>
    netpol(['can-reach', 'k8s', '--from', 'app/backend', '--to', 'app/db', ...options], { 'k8s/all.yaml': BLOCK, ...files });

  test('are not known by default, so that a block leaves the answer undecided', async () => {
    const { status, stdout, stderr } = await askWith({});
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'undecided\n' });
    expect(stderr).toMatch(/^\S+all\.yaml:\d+:\d+: note NP307: undecided, because the address of the source \(ipBlock 10\.0\.0\.0\/8\) is not known \(pod-address\)\n$/);
  });

  test('are given by --pod-cidr, which may be repeated', async () => {
    expect(await askWith({}, '--pod-cidr', '10.1.0.0/16')).toMatchObject({ status: 0, stdout: 'yes\n', stderr: '' });
    expect(await askWith({}, '--pod-cidr', '11.0.0.0/8')).toMatchObject({ status: 1, stdout: 'no\n' });
    expect(await askWith({}, '--pod-cidr', '10.1.0.0/16', '--pod-cidr', '11.0.0.0/8')).toMatchObject({ status: 3 });
  });

  test('are given by podCidrs of the configuration file', async () => {
    expect(await askWith({ 'c.yaml': 'podCidrs: [10.1.0.0/16]\n' }, '--config', 'c.yaml')).toMatchObject({ status: 0, stdout: 'yes\n' });
    expect(await askWith({ 'c.yaml': 'podCidrs: [10.1.0.0/16]\n' }, '--config', 'c.yaml', '--pod-cidr', '11.0.0.0/8')).toMatchObject({ status: 3 });
  });

  test.each([
    ['10.0.0.1/8', "'10.0.0.1/8' must not have bits set beyond the prefix length; write 10.0.0.0/8"],
    ['pods', "'pods' must be a valid CIDR value"],
  ])('that are wrong (%s) are an error with a place and a fix', async (cidr, message) => {
    const file = await askWith({ 'c.yaml': `podCidrs:\n- ${cidr}\n` }, '--config', 'c.yaml');
    expect(file.status).toBe(2);
    expect(file.stderr).toContain(`c.yaml:2:3: error NP041: podCidrs[0]: ${message}`);
    const option = await askWith({}, '--pod-cidr', cidr);
    expect(option.status).toBe(2);
    expect(option.stderr).toContain(`--pod-cidr ${cidr}: error NP041: ${message}`);
  });

  test('that are not a list of texts are an error', async () => {
    expect((await askWith({ 'c.yaml': 'podCidrs: [8]\n' }, '--config', 'c.yaml')).stderr).toContain('c.yaml:1:12: error NP041: podCidrs[0]: must be text');
    expect((await askWith({ 'c.yaml': 'podCidrs: x\n' }, '--config', 'c.yaml')).stderr).toContain('c.yaml:1:1: error NP041: podCidrs: must be a list');
  });
});

test('list says once that it assumes something about addresses of pods, and what makes it a fact', async () => {
  const files = {
    'all.yaml': TIERS + policy('public', `
    podSelector: {}
    policyTypes: [Egress]
    egress: [{ to: [{ ipBlock: { cidr: 8.0.0.0/8 } }] }]`),
  };
  const listed = (...options: string[]) => netpol(['list', 'all.yaml', '-o', 'csv', ...options], files);
  const assuming = await listed();
  expect(assuming.stderr.split('\n')).toEqual([
    'note NP307: rules have an ipBlock of the public internet, and the addresses of pods are not known (workloads: 3). netpol assumes that they are '
    + 'none of the public internet (pod-address): write --pod-cidr CIDR', 'summary: 1 file read: 3 workloads, 1 policy', '',
  ]);
  // The rows are the same as with known addresses.
  expect(await listed('--pod-cidr', '10.0.0.0/8')).toMatchObject({ stdout: assuming.stdout, stderr: 'summary: 1 file read: 3 workloads, 1 policy\n' });
  expect((await listed('--strict')).stdout).toContain('app/backend[Deployment],app/db[Deployment],No Connections,pod-address\n');
});

test('list does not offer --pod-cidr if the blocks are stated: a pod on its node\'s network has an address of the node', async () => {
  const host = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
  const files = { 'all.yaml': TIERS + host + policy('public', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 8.0.0.0/8 } }] }] }') };
  const note = async (...options: string[]) => (await netpol(['list', 'all.yaml', ...options], files)).stderr.split('\n').find(line => line.includes('NP307'));
  expect(await note()).toMatch(/\(workloads: 4\)\. .*: write --pod-cidr CIDR$/);
  expect(await note('--pod-cidr', '10.0.0.0/8')).toMatch(/\(workloads: 1\)\. .*: read the manifests of the running pods$/);
});

describe('the network plugin', () => {
  const BLOCK = TIERS + policy('from-block', `
    podSelector: { matchLabels: { app: db } }
    ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 5432, endPort: 5433 }] }]`);
  const run = (command: readonly string[], files: Readonly<Record<string, string>>, ...options: string[]) =>
    netpol([command[0], 'k8s', ...command.slice(1), ...options], { 'k8s/all.yaml': BLOCK, ...files });
  const QUESTION = ['--from', 'app/backend', '--to', 'app/db'];
  const intents = { 'intents.yaml': 'denied: [{ from: app/backend, to: app/db }]\nadmitsOnly: [{ to: app/db, from: [anything] }]\n' };

  test('is not assumed by default, so that a block leaves the answer undecided', async () => {
    expect(await run(['can-reach', ...QUESTION], {})).toMatchObject({ status: 3 });
    expect(await run(['can-reach', ...QUESTION], {}, '--cni', 'calico')).toMatchObject({ status: 3 });
  });

  test('is given by --cni, and decides about blocks and pods in can-reach, explain, list and check', async () => {
    expect(await run(['can-reach', ...QUESTION], {}, '--cni', 'cilium')).toMatchObject({ status: 1, stdout: 'no\n', stderr: expect.not.stringContaining('NP307') });
    expect(await run(['can-reach', ...QUESTION], {}, '--cni', 'cilium', '--strict')).toMatchObject({ status: 1, stdout: 'no\n' });
    const { stdout } = await run(['explain', ...QUESTION], {}, '--cni', 'cilium');
    expect(stdout).not.toContain('ndecided');
    expect(stdout).toContain('ipBlock 10.0.0.0/8 does not select app/backend[Deployment]: cilium matches pods by their labels only\n');
    expect((await run(['list'], {})).stdout).toContain('pod-address');
    expect((await run(['list'], {}, '--cni', 'cilium')).stdout).not.toContain('pod-address');
    expect(await run(['check', '--intent', 'intents.yaml'], intents)).toMatchObject({ status: 1 });
    expect(await run(['check', '--intent', 'intents.yaml'], intents, '--cni', 'cilium')).toMatchObject({ status: 0, stdout: expect.stringContaining('2 intents: all hold') });
  });

  test('is given by cni of the configuration file, and the option counts more', async () => {
    const files = { 'c.yaml': 'cni: cilium@1.16\n' };
    expect(await run(['can-reach', ...QUESTION], files, '--config', 'c.yaml')).toMatchObject({ status: 1, stdout: 'no\n' });
    expect(await run(['can-reach', ...QUESTION], files, '--config', 'c.yaml', '--cni', 'calico')).toMatchObject({ status: 3 });
    expect((await run(['lint'], files, '--config', 'c.yaml')).stdout).toContain('error NP160: app/from-block spec.ingress[0].ports[0] has endPort, but cilium@1.16 ignores endPort');
    expect((await run(['lint'], files, '--config', 'c.yaml', '--cni', 'cilium')).stdout).not.toContain('NP160');
  });

  describe('decides about a rule for the address of a Service: if policies see the endpoints, the rule lets nothing pass', () => {
    const service = `apiVersion: v1
kind: Service
metadata: { name: db, namespace: app }
spec: { clusterIP: 10.96.0.7, selector: { app: db }, ports: [{ port: 5432 }] }
`;
    const files = {
      'k8s/all.yaml': TIERS + policy('to-service', `
    podSelector: { matchLabels: { app: backend } }
    policyTypes: [Egress]
    egress: [{ to: [{ ipBlock: { cidr: 10.96.0.7/32 } }] }]`),
      'k8s/service.yaml': service,
      'intents.yaml': 'denied: [{ from: app/backend, to: svc/app/db }]\n',
    };
    const command = (words: string, ...cni: string[]) => netpol([...words.split(' '), ...cni], files);

    test.each(['svc/app/db', '10.96.0.7'])('in can-reach and explain, to %s', async to => {
      const question = `k8s --from app/backend --to ${to} --port 5432`;
      for (const cni of [[], ['--cni', 'kube-router']]) { expect(await command(`can-reach ${question}`, ...cni)).toMatchObject({ status: 3 }); }
      for (const plugin of ['calico', 'antrea', 'ovn-kubernetes', 'cilium']) {
        expect(await command(`can-reach ${question}`, '--cni', plugin)).toMatchObject({ status: 1, stdout: 'no\n' });
      }
      expect(await command(`explain ${question}`, '--cni', 'calico')).toMatchObject({ status: 1, stdout: expect.not.stringContaining('undecided') });
    });

    test('in list and check', async () => {
      const rows = async (...cni: string[]) => JSON.parse((await command('list k8s --from app/backend --to app/db -o json', ...cni)).stdout);
      expect(await rows()).toMatchObject([{ undecided: ['pod-address'] }]);
      expect(await rows('--cni', 'calico')).toEqual([]);
      expect(await command('check k8s --intent intents.yaml')).toMatchObject({ status: 1 });
      expect(await command('check k8s --intent intents.yaml', '--cni', 'calico')).toMatchObject({ status: 0 });
    });
  });

  test('that enforces nothing is said in a note, because the answers are those of a plugin that does', async () => {
    const { status, stderr } = await run(['can-reach', '--from', 'app/backend', '--to', 'app/frontend'], {}, '--cni', 'kindnet@1.2');
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'note: kindnet@1.2 enforces no NetworkPolicy; the answers are those of a plugin that does\n' });
  });

  test('that netpol does not know is an error with a place', async () => {
    const option = await run(['can-reach', ...QUESTION], {}, '--cni', 'celium');
    expect(option).toMatchObject({ status: 2, stdout: '' });
    expect(option.stderr).toContain("--cni celium: error NP041: 'celium' is not a network plugin that netpol knows: write one of antrea, ");
    const file = await run(['can-reach', ...QUESTION], { 'c.yaml': 'cni: cilium@new\n' }, '--config', 'c.yaml');
    expect(file.status).toBe(2);
    expect(file.stderr).toContain("c.yaml:1:1: error NP041: cni: 'new' is not a version: write it as cilium@1.16 or cilium@1.16.2");
  });
});

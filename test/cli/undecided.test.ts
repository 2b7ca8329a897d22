import { netpol } from './command';
import { deployment, policy, TIERS } from '../report/shop';

/* Undecided answers, and answers that rest on an assumption, in every command that asks. */

const CILIUM = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: lock, namespace: app }
spec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }
---`;

/** The policy of Cilium could select the db; a NetworkPolicy isolates the backend for egress. */
const LOCKED = { 'k8s.yaml': `${TIERS}${policy('backend', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress] }')}\n${CILIUM}` };
const WARNING = expect.stringMatching(/^k8s\.yaml:\d+:1: warning NP301: CiliumNetworkPolicy app\/lock /);
const REASON = 'CiliumNetworkPolicy app/lock is of a kind that netpol does not evaluate';

/** The db admits namespaces of team a, and the namespace of the client is not declared. */
const UNDECLARED = {
  'k8s.yaml': `${TIERS}${deployment('client', '', 'other')}${policy('team-a', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }]`)}`,
};

function ask(command: string, files: Readonly<Record<string, string>>, from: string, to: string, ...more: string[]) {
  return netpol([command, 'k8s.yaml', '--from', from, '--to', to, ...more], files);
}

describe('a policy of a kind that netpol does not evaluate', () => {
  test('makes the pods that it could select undecided: can-reach prints the reason and exits with 3', async () => {
    const { status, stdout, stderr } = await ask('can-reach', LOCKED, 'app/frontend', 'app/db');
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'undecided\n' });
    expect(stderr).toEqual(WARNING);
    expect(stderr).toMatch(new RegExp(`^k8s\\.yaml:\\d+:1: note NP301: undecided, because ${REASON} \\(policy-kind\\)$`, 'm'));
  });

  test.each([['check', '--intent', 'intents.yaml'], ['list'], ['can-reach', '--from', 'app/backend', '--to', 'app/db']])(
    'cannot print lines of its own, or change the terminal, by its name: %s', async (command, ...options) => {
      const locked = { 'k8s.yaml': TIERS + CILIUM.replace('name: lock', 'name: "lock\\e[2J\\nok      all\\u202e"'), 'intents.yaml': 'denied: [{ from: app/backend, to: app/db }]' };
      const { stdout, stderr } = await netpol([command, 'k8s.yaml', ...options], locked);
      expect(stdout + stderr).toContain('CiliumNetworkPolicy app/lock\\u001b[2J\\u000aok      all\\u202e is ');
      expect(stdout + stderr).not.toMatch(/[\u001b\u202e]|^ok/m);
    },
  );

  test('is a policy, so netpol does not note that nothing is denied', async () => {
    const { stderr } = await netpol(['list', 'k8s.yaml'], { 'k8s.yaml': TIERS + CILIUM });
    expect(stderr).toMatch(/^.*warning NP301: .*\nsummary: 1 file read: 3 workloads, 0 policies, and 1 of kinds that netpol does not evaluate\n {2}undecided connections of: app\/db\[Deployment\]\n$/);
  });

  test('leaves other pods decided', async () => {
    expect(await ask('can-reach', LOCKED, 'app/frontend', 'app/backend')).toMatchObject({ status: 0, stdout: 'yes\n', stderr: expect.not.stringContaining('note') });
    expect(await ask('can-reach', LOCKED, 'app/db', 'app/frontend')).toMatchObject({ status: 0, stdout: 'yes\n' });
  });

  test('does not matter if the other side says no', async () => {
    expect(await ask('can-reach', LOCKED, 'app/backend', 'app/db')).toMatchObject({ status: 1, stdout: 'no\n', stderr: expect.not.stringContaining('note') });
  });

  test('does not matter for a port name that the destination does not have', async () => {
    expect(await ask('can-reach', LOCKED, 'app/frontend', 'app/db', '--port', 'tcp/none')).toMatchObject({ status: 1, stdout: 'no\n' });
  });

  test.each(['can-reach', 'explain'])('does not fail %s with --allow-undecided', async command => {
    expect(await ask(command, LOCKED, 'app/frontend', 'app/db', '--allow-undecided')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^undecided/) });
    expect(await ask(command, LOCKED, 'app/backend', 'app/db', '--allow-undecided')).toMatchObject({ status: 1 });
  });

  test('is in the JSON of can-reach', async () => {
    const { stdout } = await ask('can-reach', LOCKED, 'app/frontend', 'app/db', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      answer: 'undecided',
      allowed: null,
      egress: true,
      ingress: null,
      mixed: false,
      assumptions: [],
      reasons: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy app/lock', file: expect.stringMatching(/k8s\.yaml$/), line: expect.any(Number), column: 1 }],
    });
  });

  test('makes fields of a batch null, with the codes of the reasons', async () => {
    const probes = [{ from: 'app/frontend', to: 'app/db' }, { from: 'app/backend', to: 'app/db' }, { from: 'app/frontend', to: 'app/backend' }];
    const run = (asked: object[], ...more: string[]) =>
      netpol(['can-reach', 'k8s.yaml', '--batch', 'p.json', ...more], { ...LOCKED, 'p.json': JSON.stringify(asked) });
    expect((await run(probes, '-o', 'json')).stdout).toBe(`\
[{"allowed": null, "egress": true, "ingress": null, "undecided": ["policy-kind"]},
 {"allowed": false, "egress": false, "ingress": null, "undecided": ["policy-kind"]},
 {"allowed": true, "egress": true, "ingress": true}]
`);
    expect((await run(probes)).stdout).toBe(`\
undecided  app/frontend[Deployment] → app/db[Deployment]
no         app/backend[Deployment] → app/db[Deployment]
yes        app/frontend[Deployment] → app/backend[Deployment]
`);
    expect((await run(probes)).status).toBe(1);
    expect((await run([probes[0], probes[2]])).status).toBe(3);
    expect((await run([probes[0], probes[2]], '--allow-undecided')).status).toBe(0);
  });

  test('is named by explain after the verdict, and there is no fix for that side', async () => {
    const { status, stdout } = await ask('explain', LOCKED, 'app/frontend', 'app/db', '--port', '5432');
    expect(status).toBe(3);
    expect(stdout).toMatch(new RegExp([
      '^undecided: whether app/frontend\\[Deployment\\] reaches app/db\\[Deployment\\] on TCP 5432',
      `undecided, because ${REASON} \\(k8s\\.yaml:\\d+:1; policy-kind\\)`,
      '',
      'Egress of app/frontend\\[Deployment\\]: allowed',
      '  No policy isolates it for egress, so it may connect to anything\\.',
      '',
      'Ingress of app/db\\[Deployment\\]: undecided',
      `  undecided, because ${REASON} \\(k8s\\.yaml:\\d+:1; policy-kind\\)\n$`,
    ].join('\n')));
    expect(JSON.parse((await ask('explain', LOCKED, 'app/frontend', 'app/db', '-o', 'json')).stdout)).toMatchObject({
      answer: 'undecided', allowed: null, reasons: [{ code: 'policy-kind' }], ingress: { allowed: null, reasons: [{ code: 'policy-kind' }] },
    });
  });

  test('does not make a near miss of a rule that allows the connection', async () => {
    const files = { 'k8s.yaml': `${LOCKED['k8s.yaml']}${policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }] }')}` };
    for (const question of [[], ['--port', '5432']]) {
      const { stdout } = await ask('explain', files, 'app/frontend', 'app/db', ...question);
      expect(stdout).toMatch(/ {2}these rules allow it, or may allow it\n {4}app\/db spec\.ingress\[0\] .*: TCP 5432\n {6}it names no peers, so it means every peer; its ports\[0\] is TCP 5432\n$/);
    }
    expect((await ask('explain', files, 'app/frontend', 'app/db', '--port', '80')).stdout).toContain('it allows TCP 5432, not TCP 80');
  });

  test('marks rows of list, which exits with 0', async () => {
    const list = (format: string) => netpol(['list', 'k8s.yaml', '-o', format], LOCKED);
    expect(await list('text')).toMatchObject({ status: 0 });
    expect((await list('text')).stdout).toMatch(new RegExp([
      '^from \\\\ to +app/backend +app/db +app/frontend +any IPv4 address',
      '-+ +-+ +-+ +-+ +-+',
      'app/backend +- +- +- +-',
      'app/db +all +\\? +all +all',
      'app/frontend +all +\\? +all +all',
      'any IPv4 address +all +\\? +all',
      '',
      'A row connects to a column on the ports shown \\(all: every port of every protocol; -: none\\)\\.',
      'In its own column, a workload has the connections between its replicas\\.',
      '\\?: undecided whether more can connect, because',
      `   ${REASON} \\(k8s\\.yaml:\\d+:1; policy-kind\\)`,
    ].join('\n')));
    expect(JSON.parse((await list('json')).stdout).filter(({ dst }: { dst: string }) => dst === 'app/db[Deployment]')).toEqual(
      ['0.0.0.0-255.255.255.255[External]', 'app/db[Deployment]', 'app/frontend[Deployment]']
        .map(src => ({ src, dst: 'app/db[Deployment]', conn: 'No Connections', undecided: ['policy-kind'] })));
    expect((await list('csv')).stdout).toMatch(/^src,dst,conn,undecided\n[^]*^app\/frontend\[Deployment\],app\/db\[Deployment\],No Connections,policy-kind$/m);
    expect((await list('csv')).stdout).toContain('app/frontend[Deployment],app/backend[Deployment],All Connections,\n');
    expect((await list('md')).stdout).toContain('| app/frontend\\[Deployment\\] | app/db\\[Deployment\\] | No Connections (undecided: policy-kind) |\n');
    expect((await list('dot')).stdout).toContain('[label="?"]');
  });

  test('is explained below the blocks of list', async () => {
    const more = Array.from({ length: 12 }, (_, i) => deployment(`w${i}`)).join('');
    const { stdout } = await netpol(['list', 'k8s.yaml'], { 'k8s.yaml': `${LOCKED['k8s.yaml']}${more}` });
    expect(stdout).toContain('    ?     app/db\n');
    expect(stdout).toMatch(/\n\n\?: undecided whether more can connect, because\n {3}CiliumNetworkPolicy app\/lock .*\n$/);
  });
});

describe('a label of a namespace that is not declared', () => {
  test('is assumed to be absent, and can-reach names the assumption', async () => {
    const { status, stdout, stderr } = await ask('can-reach', UNDECLARED, 'other/client', 'app/db');
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'no\n' });
    expect(stderr).toMatch(/^k8s\.yaml:\d+:\d+: note NP302: netpol assumes that nothing sets the label team of namespace other \(namespace-label\)\n$/);
    expect(JSON.parse((await ask('can-reach', UNDECLARED, 'other/client', 'app/db', '-o', 'json')).stdout)).toMatchObject({
      answer: 'no', reasons: [], assumptions: [{ code: 'namespace-label', what: 'label team of namespace other' }],
    });
  });

  test('is not assumed about with --strict: the answer is undecided', async () => {
    const { status, stdout, stderr } = await ask('can-reach', UNDECLARED, 'other/client', 'app/db', '--strict');
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'undecided\n' });
    expect(stderr).toMatch(/note NP302: undecided, because netpol does not know the label team of namespace other \(namespace-label\)\n$/);
  });

  test('is known if it is stated: there is no assumption then', async () => {
    expect(await ask('can-reach', UNDECLARED, 'other/client', 'app/db', '--strict', '--assume-namespaces', 'other:team=a')).toEqual({ status: 0, stdout: 'yes\n', stderr: '' });
    expect(await ask('can-reach', UNDECLARED, 'other/client', 'app/db', '--assume-namespaces', 'other')).toEqual({ status: 1, stdout: 'no\n', stderr: '' });
  });

  test('is named by explain after the verdict', async () => {
    expect((await ask('explain', UNDECLARED, 'other/client', 'app/db')).stdout)
      .toMatch(/^no: .*\nnetpol assumes that nothing sets the label team of namespace other \(k8s\.yaml:\d+:\d+; namespace-label\)\n\n/);
    expect(JSON.parse((await ask('explain', UNDECLARED, 'other/client', 'app/db', '-o', 'json')).stdout))
      .toMatchObject({ answer: 'no', allowed: false, assumptions: [{ code: 'namespace-label' }] });
  });

  test('is the subject of a note of list; with --strict its rows are undecided', async () => {
    const row = (stdout: string) => JSON.parse(stdout).filter(({ src, dst }: Record<string, string>) => src === 'other/client[Deployment]' && dst === 'app/db[Deployment]');
    const assumed = await netpol(['list', 'k8s.yaml', '-o', 'json'], UNDECLARED);
    expect(assumed.stderr).toBe('note NP302: rules select namespaces by label, and these namespaces are not declared: app, other. netpol assumes that they have '
      + 'no label besides their name (namespace-label): add their Namespace objects, or write --assume-namespaces NAME:key=value\nsummary: 1 file read: 4 workloads, 1 policy\n');
    expect(row(assumed.stdout)).toEqual([]);
    const strict = await netpol(['list', 'k8s.yaml', '-o', 'json', '--strict'], UNDECLARED);
    expect(strict).toMatchObject({ status: 0, stderr: 'summary: 1 file read: 4 workloads, 1 policy\n' });
    expect(row(strict.stdout)).toEqual([{ src: 'other/client[Deployment]', dst: 'app/db[Deployment]', conn: 'No Connections', undecided: ['namespace-label'] }]);
  });
});

describe('a label that only the running cluster knows', () => {
  const FILES = {
    'all.yaml': TIERS + policy('one-revision', '{ podSelector: { matchLabels: { app: db, pod-template-hash: 7d4 } } }'),
  };

  test('is named, with the pod that has it, by can-reach and explain', async () => {
    const question = ['all.yaml', '--from', 'app/backend', '--to', 'app/db'];
    const { status, stdout, stderr } = await netpol(['can-reach', ...question], FILES);
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'undecided\n' });
    expect(stderr).toMatch(/note NP306: undecided, because only the running cluster knows the labels of the destination \(label pod-template-hash\) \(generated-label\)\n$/);
    expect((await netpol(['explain', ...question], FILES)).stdout).toMatch(
      /Ingress of app\/db\[Deployment\]: undecided\n {2}undecided, because only the running cluster knows the labels of the destination \(label pod-template-hash\) \(all\.yaml:\d+:\d+; generated-label\)\n/);
  });

  test('has its code in the rows of list and in the answers of a batch', async () => {
    const { stdout } = await netpol(['list', 'all.yaml', '-o', 'csv'], FILES);
    expect(stdout).toContain('app/backend[Deployment],app/db[Deployment],No Connections,generated-label\n');
    const batch = await netpol(['can-reach', 'all.yaml', '--batch', '-', '-o', 'json'], FILES, '[{"from": "app/backend", "to": "app/db"}]');
    expect(JSON.parse(batch.stdout)).toEqual([{ allowed: null, egress: true, ingress: null, undecided: ['generated-label'] }]);
  });
});

test('a workload that netpol cannot read may be on the network of its node, so the pod CIDRs do not say what its address is', async () => {
  const nodes = policy('nodes', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 192.168.0.0/16 } }] }] }');
  const unread = '\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: agent\n  namespace: app\nspec: [\n';
  const question = ['can-reach', 'k8s.yaml', '--to', 'app/db', '--port', '5432', '--pod-cidr', '10.0.0.0/8', '--from'];
  const files = { 'k8s.yaml': `${TIERS}${nodes}${unread}` };
  expect(await netpol([...question, 'app/agent'], files)).toMatchObject({ status: 3, stdout: 'undecided\n', stderr: expect.stringContaining('(pod-address)') });
  expect(await netpol([...question, 'app/backend'], files)).toMatchObject({ status: 1, stdout: 'no\n' });
});

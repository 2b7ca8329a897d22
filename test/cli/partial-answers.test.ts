import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { netpol } from './command';

/* What each command does if a part of the input cannot be read (docs/reading.md, "Partial answers"). */

const POD = (name: string, more = '') => `---\n{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }, spec: {} ${more} }\n`;
const DENY = (name: string) => `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: ${name}, namespace: shop }, spec: { podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Ingress, Egress] } }\n`;
const GOOD = POD('web') + POD('db') + POD('closed') + DENY('closed');
const BROKEN_POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: lost\n  namespace: shop\nspec: [\n';
const BROKEN_CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: lost\n  namespace: shop\ndata: [\n';
const BROKEN_POLICY = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: lost\n  namespace: shop\nspec: [\n';

const ask = (more: string, from: string, to: string, ...options: string[]) =>
  netpol(['can-reach', 'k8s', '--from', from, '--to', to, ...options], { 'k8s/good.yaml': GOOD, 'k8s/more.yaml': more });

test('a document in which no policy can be affects only questions about workloads that are not found', async () => {
  expect(await ask(BROKEN_POD, 'shop/web', 'shop/db')).toMatchObject({ status: 0, stdout: 'yes\n' });
  // The policy may isolate the pod, because nobody knows its labels.
  expect(await ask(BROKEN_POD, 'shop/web', 'shop/lost')).toMatchObject({ status: 3, stdout: 'undecided\n' });
  // In this namespace no policy can, but nobody knows whether the workload is there.
  expect(await ask(BROKEN_POD.replace('shop', 'other'), 'shop/web', 'other/lost')).toMatchObject({ status: 3 });
  expect(await ask(BROKEN_POD, 'shop/closed', 'shop/lost')).toMatchObject({ status: 1, stdout: 'no\n' });
  const selected = await ask(`${BROKEN_POD}---\n${DENY('lost')}`, 'shop/web', 'shop/lost');
  expect(selected).toMatchObject({ status: 3, stdout: 'undecided\n' });
  expect(selected.stderr).toMatch(/k8s\/more\.yaml:1:1: note NP315: undecided, because netpol cannot read a document of k8s\/more\.yaml \(not-read\)/);
  expect(await ask(`${BROKEN_POD}---\n${DENY('lost')}`, 'shop/Pod/lost', 'shop/web', '--allow-undecided')).toMatchObject({ status: 0, stdout: 'undecided\n' });
});

test('a workload of a namespace in which nothing unread can be is still a mistake', async () => {
  expect(await ask(BROKEN_POD, 'shop/web', 'other/lost')).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no workload 'other/lost'") });
  expect(await ask(BROKEN_CONFIG, 'shop/web', 'shop/lost')).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no workload 'shop/lost'") });
  expect(await ask(BROKEN_CONFIG, 'shop/web', 'shop/db')).toMatchObject({ status: 0, stdout: 'yes\n' });
});

test('a workload that cannot be read may have any port name', async () => {
  const list = (more: string) => netpol(['list', 'a.yaml', '--port', 'foo'], { 'a.yaml': GOOD + more });
  expect((await list('')).stderr).toContain("note: --port: no container of the listed workloads has a TCP port named 'foo': name it");
  expect((await list(POD('open', ', spec: 1'))).stderr).not.toContain('note: --port');
});

test('several templates that are not rendered are named with a verb in the plural', async () => {
  const template = (name: string) => `---\nkind: NetworkPolicy\nmetadata:\n  name: ${name}-{{ .Release.Name }}\n`;
  expect((await ask(template('a'), 'shop/web', 'shop/db')).stderr).toContain('undecided, because the Helm template k8s/more.yaml is not rendered (not-rendered)');
  expect((await ask(template('a') + template('b') + POD('other'), 'shop/web', 'shop/db')).stderr).toContain('undecided, because 2 Helm templates of k8s/more.yaml are not rendered (not-rendered)');
});

test('a file of a folder that no parser reads, and that has no field of an object, is counted and is no fault', async () => {
  const { status, stderr } = await netpol(['list', 'k8s'], { 'k8s/good.yaml': GOOD, 'k8s/tsconfig.json': '// comment\n{"a": {"b": 1,},}\n' });
  expect(status).toBe(0);
  expect(stderr).toContain('warning NP004');
  expect(stderr).toContain('\n  without a Kubernetes object: 1 file\n');
});

test('a document in which a policy can be makes the pods of its namespace undecided in both directions', async () => {
  expect(await ask(BROKEN_POLICY, 'shop/web', 'shop/db')).toMatchObject({ status: 3, stdout: 'undecided\n' });
  expect(await ask(BROKEN_POLICY, '10.0.0.1', 'shop/db')).toMatchObject({ status: 3 });
  expect(await ask(BROKEN_POLICY.replace('namespace: shop', 'namespace: other'), 'shop/web', 'shop/db')).toMatchObject({ status: 0, stdout: 'yes\n' });
});

test.each([
  ['a policy without apiVersion', 'kind: NetworkPolicy\nmetadata: { name: lost, namespace: shop }\nspec: { podSelector: {} }\n', 'NetworkPolicy shop/lost'],
  ['a policy with a small letter in apiVersion', 'apiversion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: lost, namespace: shop }\nspec: { podSelector: {} }\n', 'NetworkPolicy shop/lost'],
  ['a policy without kind', 'apiVersion: networking.k8s.io/v1\nmetadata: { name: lost, namespace: shop }\nspec: { podSelector: {} }\n', 'an object without a kind'],
  ['a list of policies', `- ${DENY('lost').slice(4)}`, 'a list of objects'],
  ['a List of policies without kind', `items:\n- ${DENY('lost').slice(4)}`, 'a list of objects'],
])('%s in a folder is never a yes', async (_, lost, what) => {
  expect(await ask(lost, 'shop/web', 'shop/db')).toMatchObject({ status: 3, stdout: 'undecided\n', stderr: expect.stringContaining(`undecided, because netpol cannot read ${what} (not-read)`) });
  expect(await netpol(['list', 'k8s'], { 'k8s/good.yaml': GOOD, 'k8s/more.yaml': lost })).toMatchObject({ status: 2, stderr: expect.stringContaining(`not read: ${what}`) });
});

test('a workload without apiVersion in a folder is not a mistake in the question', async () => {
  const lost = 'kind: Deployment\nmetadata: { name: lost, namespace: shop }\nspec: {}\n';
  expect(await ask(lost, 'shop/web', 'shop/lost')).toMatchObject({ status: 3, stdout: 'undecided\n' });
  expect(await ask(lost, 'shop/web', 'shop/db')).toMatchObject({ status: 0, stdout: 'yes\n' });
});

test('many policies that cannot be read are a few notes and a count', async () => {
  const lost = Array.from({ length: 25 }, (_, i) => `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: lost-${i}, namespace: shop }, spec: { foo: 1 } }\n`).join('');
  const { status, stderr } = await ask(lost, 'shop/web', 'shop/db');
  expect(status).toBe(3);
  const notes = stderr.split('\n').filter(line => line.includes('note NP315'));
  expect(notes).toHaveLength(21);
  expect(notes[20]).toBe('note NP315: undecided, because of 5 more reasons of this kind (not-read)');
});

test('a Service that cannot be read is undecided, and so is one that is not found', async () => {
  const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: shop }\nspec: ${spec}\n`;
  const invalid = await ask(service('{ selector: 5 }'), 'shop/web', 'svc/shop/front');
  expect(invalid).toMatchObject({ status: 3, stdout: 'undecided\n', stderr: expect.stringContaining('undecided, because netpol cannot read Service shop/front (not-read)') });
  expect(await ask(service('{ selector: 5 }'), 'shop/closed', 'svc/shop/front')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect(await ask(service('{ selector: 5 }'), 'svc/shop/front', 'shop/web')).toMatchObject({ status: 3, stdout: 'undecided\n' });
  expect(await ask(service('{ selector: 5 }'), 'svc/shop/front', 'shop/closed')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect(await ask(service('{ selector: 5 }'), 'shop/web', 'svc/shop/other')).toMatchObject({ status: 2 });
  expect(await ask(service('[').replace('[', '{ ['), 'shop/web', 'svc/shop/other')).toMatchObject({ status: 3 });
  const twice = `${service('{ selector: { app: web } }')}---\n${service('{ selector: { app: db } }')}`;
  expect(await ask(twice, 'shop/web', 'svc/shop/front')).toMatchObject({ status: 3, stderr: expect.stringContaining('Service shop/front is declared twice, with different content (defined-twice)') });
});

test('a Service is undecided if a pod that it may select cannot be read', async () => {
  const service = '---\napiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: shop }\nspec: { selector: { app: db }, ports: [{ port: 80, targetPort: http }] }\n';
  const open = POD('open').replace('labels: { app: open }', 'labels: { app: -x }');
  const db = POD('db').replace('spec: {}', 'spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 8080, name: http }] }] }');
  const files = (more: string) => ({ 'k8s.yaml': POD('web') + db + service + more });
  const question = ['can-reach', 'k8s.yaml', '--from', 'shop/web', '--to', 'svc/shop/front', '--port', '80'];
  expect(await netpol(question, files(''))).toMatchObject({ status: 0 });
  expect(await netpol(question, files(open))).toMatchObject({ status: 0, stdout: 'yes\n' });
  const denied = DENY('open').replace('matchLabels: { app: open }', 'matchExpressions: [{ key: app, operator: NotIn, values: [web] }]');
  expect(await netpol(question, files(open + denied))).toMatchObject({ status: 1, stdout: 'no\n' });
  const other = DENY('open').replace('matchLabels: { app: open }', 'matchLabels: { tier: x }');
  expect(await netpol(question, files(open + other))).toMatchObject({ status: 3, stdout: 'undecided\n' });
});

test('a workload that cannot be read is in list, and explain and check find it by its name', async () => {
  const open = POD('open').replace('labels: { app: open }', 'labels: { app: -x }');
  const files = { 'k8s.yaml': GOOD + open };
  const list = await netpol(['list', 'k8s.yaml', '-o', 'json'], files);
  expect(list.status).toBe(2);
  expect(JSON.parse(list.stdout)).toContainEqual({ src: 'shop/web[Pod]', dst: 'shop/open[Pod]', conn: 'No Connections', undecided: ['not-read'] });
  expect(list.stderr).toMatch(/\nsummary: 1 file read: 4 workloads, 1 policy\n {2}not read: Pod shop\/open\n {2}undecided connections of: shop\/open\[Pod\]\n$/);
  const explained = await netpol(['explain', 'k8s.yaml', '--from', 'shop/web', '--to', 'shop/open'], files);
  expect(explained).toMatchObject({ status: 3, stdout: expect.stringContaining('undecided') });
  expect(explained.stdout).toContain('netpol cannot read Pod shop/open');
});

test('a batch answers the questions that the faults do not affect', async () => {
  const probes = JSON.stringify([{ from: 'shop/web', to: 'shop/db' }, { from: 'shop/web', to: 'shop/lost' }]);
  const { status, stdout } = await netpol(['can-reach', 'k8s.yaml', '--batch', '-', '-o', 'json'], { 'k8s.yaml': `${GOOD}---\n${BROKEN_POD}---\n${DENY('lost')}` }, probes);
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toEqual([{ allowed: true, egress: true, ingress: true }, { allowed: null, egress: true, ingress: null, undecided: ['not-read'] }]);
});

test('--keep-going gives list the status of the rest', async () => {
  expect((await netpol(['list', 'k8s.yaml'], { 'k8s.yaml': `${GOOD}---\n${BROKEN_POD}` })).status).toBe(2);
  expect((await netpol(['list', 'k8s.yaml', '--keep-going'], { 'k8s.yaml': `${GOOD}---\n${BROKEN_POD}` })).status).toBe(0);
});

test('without any object there is no answer', async () => {
  expect(await netpol(['list', 'k8s.yaml'], { 'k8s.yaml': BROKEN_POD })).toMatchObject({ status: 2, stdout: '' });
  expect(await netpol(['list', 'k8s.yaml', 'typo.yaml'], { 'k8s.yaml': GOOD })).toMatchObject({ status: 2, stdout: '' });
});

describe('a kind without meaning for the network may have any content', () => {
  test.each([
    ['a CRD with a field twice', 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a }\nspec: { a: 1, a: 2 }\n', /^[^\n]*warning NP007[^\n]*\n$/],
    ['a ConfigMap without a name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: 5\n', /^$/],
    ['a ConfigMap with labels that are none', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "A B", namespace: 5, labels: [1] }\ndata: 7\n', /^$/],
  ])('%s', async (_, text, stderr) => {
    const outcome = await ask(text, 'shop/web', 'shop/db');
    expect(outcome).toMatchObject({ status: 0, stdout: 'yes\n' });
    expect(outcome.stderr).toMatch(stderr);
  });
});

const FIELD_CASES = path.join(__dirname, '../../../shared/field-cases/manifests');
const fieldCase = existsSync(FIELD_CASES) ? test : test.skip;

fieldCase('a03.yaml of the field cases costs nothing of the rest of the folder', async () => {
  expect(await ask(readFileSync(path.join(FIELD_CASES, 'a03.yaml'), 'utf8'), 'shop/web', 'shop/db')).toMatchObject({ status: 0, stdout: 'yes\n' });
});

fieldCase('two workloads of one kind and name in two API groups stay two, in every format and command (sem_samekind.yaml)', async () => {
  const files = { 'k8s.yaml': readFileSync(path.join(FIELD_CASES, 'sem_samekind.yaml'), 'utf8') };
  for (const format of ['text', 'mermaid', 'dot']) { expect((await netpol(['list', 'k8s.yaml', '-o', format], files)).stdout).toMatch(/Deployment\.acme\.io\/a[^]*Deployment\/a/); }
  const rows = JSON.parse((await netpol(['list', 'k8s.yaml', '-o', 'json'], files)).stdout) as { src: string; dst: string }[];
  expect(new Set(rows.map(({ src, dst }) => `${src} ${dst}`)).size).toBe(rows.length);
  expect(rows).toContainEqual({ src: 'x/a[Deployment.acme.io]', dst: 'x/b[Pod]', conn: 'TCP 80' });
  const question = (from: string) => netpol(['can-reach', 'k8s.yaml', '--from', from, '--to', 'x/b', '--port', '80'], files);
  expect(await question('x/a')).toMatchObject({ status: 2, stderr: expect.stringContaining("'x/a' is the name of 2 workloads: write 'x/Deployment/a' or 'x/Deployment.acme.io/a'") });
  expect(await question('x/Deployment/a')).toMatchObject({ stdout: 'no\n' });
  expect(await question('x/Deployment.acme.io/a')).toMatchObject({ stdout: 'yes\n' });
});

fieldCase('they stay two in explain, in batches, filters, exposures and claims too (sem_samekind.yaml)', async () => {
  const files = { 'k8s.yaml': readFileSync(path.join(FIELD_CASES, 'sem_samekind.yaml'), 'utf8') };
  const run = async (...args: string[]) => (await netpol([args[0], 'k8s.yaml', ...args.slice(1)], files)).stdout;
  expect(await run('list', '-o', 'csv')).toMatch(/^x\/a\[Deployment\.acme\.io\],x\/a\[Deployment\],All Connections$/m);
  expect(await run('list', '--from', 'x/Deployment.acme.io/a')).toMatch(/^x\/Deployment\.acme\.io\/a\n +all +x\/Deployment\/a\n +TCP 80 +x\/b$/m);
  expect(await run('list', '--exposure')).toMatch(/^x\/a\[Deployment\.acme\.io\] *\nx\/a\[Deployment\] /m);
  const exposed = JSON.parse(await run('list', '--exposure', '-o', 'json')) as { workload: string }[];
  expect(new Set(exposed.map(({ workload }) => workload))).toEqual(new Set(['x/a[Deployment.acme.io]', 'x/a[Deployment]', 'x/b[Pod]']));
  expect(await run('explain', '--from', 'x/Deployment/a', '--to', 'x/b', '--port', '80')).toMatch(/^no: x\/a\[Deployment\] does not reach x\/b\[Pod\] on TCP 80$/m);
  expect(await run('explain', '--from', 'x/Deployment.acme.io/a', '--to', 'x/b', '--port', '80')).toMatch(/^yes: x\/a\[Deployment\.acme\.io\] reaches/m);

  const probes = JSON.stringify(['x/Deployment/a', 'x/Deployment.acme.io/a'].map(from => ({ from, to: 'x/b', port: 80 })));
  const batch = await netpol(['can-reach', 'k8s.yaml', '--batch', '-', '-o', 'json'], files, probes);
  expect(JSON.parse(batch.stdout).map(({ allowed }: { allowed: boolean }) => allowed)).toEqual([false, true]);
  const claims = 'denied: [{ from: x/Deployment/a, to: x/b }, { from: x/Deployment.acme.io/a, to: x/b }, { from: x/a, to: x/b }]\n';
  const { stdout, stderr } = await netpol(['check', 'k8s.yaml', '--intent', '-'], files, claims);
  expect(stdout).toMatch(/ok +denied: x\/a\[Deployment\] → x\/b\[Pod\][^]*FAILED +denied: x\/a\[Deployment\.acme\.io\] → x\/b\[Pod\]/);
  // A name that could be either is a mistake, and the message has the names that tell them apart.
  const ambiguous = "'x/a' is the name of 2 workloads: write 'x/Deployment/a' or 'x/Deployment.acme.io/a'";
  expect(stderr).toContain(ambiguous);
  for (const args of [['list', 'k8s.yaml', '--from', 'x/a'], ['explain', 'k8s.yaml', '--from', 'x/a', '--to', 'x/b']]) {
    expect(await netpol(args, files)).toMatchObject({ status: 2, stderr: expect.stringContaining(ambiguous) });
  }
});

/** What `kubectl get netpol,ns,pods,svc,endpointslices,nodes -A -o yaml` prints. */
const LIVE = `apiVersion: v1
kind: List
metadata: { resourceVersion: "" }
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: office, namespace: shop, uid: u, creationTimestamp: "2026-01-01T00:00:00Z", managedFields: [] }
  spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }] }
- apiVersion: v1
  kind: Namespace
  metadata: { name: shop, labels: { kubernetes.io/metadata.name: shop } }
  status: { phase: Active }
- apiVersion: v1
  kind: Pod
  metadata:
    name: web-7d4b-x1
    namespace: shop
    labels: { app: web, pod-template-hash: 7d4b }
    ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-7d4b, uid: u, controller: true, blockOwnerDeletion: true }]
  spec: { nodeName: node-1, containers: [{ name: c, image: i, ports: [{ containerPort: 8080, protocol: TCP }] }] }
  status: { phase: Running, podIP: 10.1.0.5, podIPs: [{ ip: 10.1.0.5 }], hostIP: 192.168.0.1 }
- apiVersion: v1
  kind: Pod
  metadata: { name: client, namespace: shop, labels: { app: client } }
  spec: { containers: [{ name: c, image: i }] }
  status: { phase: Running, podIP: 10.2.0.6, podIPs: [{ ip: 10.2.0.6 }] }
- apiVersion: v1
  kind: Service
  metadata: { name: web, namespace: shop }
  spec: { type: ClusterIP, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], selector: { app: web }, ports: [{ port: 80, protocol: TCP, targetPort: 8080 }] }
- apiVersion: discovery.k8s.io/v1
  kind: EndpointSlice
  addressType: IPv4
  metadata: { name: web-abc, namespace: shop, labels: { kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io } }
  endpoints: [{ addresses: [10.1.0.5], conditions: { ready: true }, nodeName: node-1, targetRef: { kind: Pod, name: web-7d4b-x1, namespace: shop } }]
  ports: [{ name: "", port: 8080, protocol: TCP }]
- apiVersion: v1
  kind: Node
  metadata: { name: node-1, labels: { kubernetes.io/hostname: node-1 } }
  spec: { podCIDR: 10.1.0.0/24 }
  status: { addresses: [{ type: InternalIP, address: 192.168.0.1 }] }
`;

test('the output of kubectl get gives known addresses, and the pods of an owner are one workload', async () => {
  const live = (...argv: string[]) => netpol([...argv], {}, LIVE);
  const list = await live('list', '-', '-o', 'json');
  expect(list).toMatchObject({ status: 0, stderr: 'summary: 1 file read: 2 workloads, 1 policy\n' });
  expect(list.stdout).toContain('shop/web-7d4b[ReplicaSet]');
  // The addresses are known, so the block decides about both pods.
  expect(list.stdout).not.toContain('undecided');
  expect(await live('can-reach', '-', '--from', 'shop/client', '--to', 'shop/web-7d4b')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect(await live('can-reach', '-', '--from', '10.1.0.9', '--to', 'svc/shop/web', '--port', '80')).toMatchObject({ status: 0, stdout: 'yes\n' });
  expect((await live('can-reach', '-', '--from', '10.2.0.6', '--to', '10.1.0.5')).stderr).toContain('10.2.0.6 is the address of pod shop/client');
});

test('a list without workloads does not say that nothing can connect, if something that was not read may have some', async () => {
  const MAY_BE = 'No workload was read, but there may be some: it is undecided what can connect.\n';
  expect(await netpol(['list', 'k8s'], { 'k8s/a.yaml': BROKEN_POD, 'k8s/b.yaml': DENY('web') })).toMatchObject({ status: 2, stdout: MAY_BE });
  expect((await netpol(['list', 'k8s', '--render', 'never'], { 'k8s/kustomization.yaml': 'resources: [a.yaml]\n', 'k8s/a.yaml': POD('web') })).stdout).toBe(MAY_BE);
  const kafka = '{ apiVersion: kafka.strimzi.io/v1beta2, kind: Kafka, metadata: { name: k, namespace: shop }, spec: {} }\n';
  expect((await netpol(['list', 'a.yaml'], { 'a.yaml': kafka + DENY('web') })).stdout).toBe(MAY_BE);
  expect((await netpol(['list', 'k8s'], { 'k8s/a.yaml': BROKEN_CONFIG, 'k8s/b.yaml': DENY('web') })).stdout).toBe('There are no workloads, so nothing can connect.\n');
});

test('a port name of a workload that cannot be read may be any port, so the answer is undecided unless nothing gets through', async () => {
  const faulty = POD('lost').replace('app: lost', 'app: -lost');
  const named = (to: string, from = 'shop/web') => ask(faulty, from, to, '--port', 'tcp/http');
  expect(await named('shop/lost')).toMatchObject({ status: 3, stdout: 'undecided\n', stderr: expect.stringMatching(/note NP315: undecided, because netpol cannot read Pod shop\/lost \(not-read\)\n$/) });
  expect(await named('shop/lost', 'shop/closed')).toMatchObject({ status: 1 });
  const explained = await netpol(['explain', 'a.yaml', '--from', 'shop/web', '--to', 'shop/lost', '--port', 'tcp/http'], { 'a.yaml': GOOD + faulty });
  expect(explained).toMatchObject({ status: 3, stdout: expect.stringMatching(/^undecided: whether .*\nundecided, because netpol cannot read Pod shop\/lost/) });
  expect(explained.stdout).toMatch(/Ingress of shop\/lost\[Pod\]: undecided\n {2}undecided, because netpol cannot read Pod shop\/lost/);
});

test.each([
  ['without a name', '{ apiVersion: v1, kind: Namespace, metadata: { labels: { team: t } } }\n'],
  ['whose name is not valid', '{ apiVersion: v1, kind: Namespace, metadata: { name: Prod_, labels: { team: t } } }\n'],
  ['whose name is a template', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: {{ .Values.ns }}, labels: { team: t } }\n'],
  ['that cannot be parsed', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: "prod, labels: { team: t } }\n'],
])('a Namespace %s may be any namespace that is not declared, also one that is only asked about', async (_, lost) => {
  const team = DENY('db').replace('policyTypes: [Ingress, Egress]', 'ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t } } }] }]');
  const question = (from: string, more: string, ...options: string[]) => ask(team + more, from, 'shop/db', ...options);
  expect(await question('ns=prod', `---\n${lost}`)).toMatchObject({ status: 3, stdout: 'undecided\n', stderr: expect.stringMatching(/undecided, because .*\((not-read|not-rendered)\)/) });
  expect(await question('ns=prod', '')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect(await question('ns=prod', `---\n${lost}---\n{ apiVersion: v1, kind: Namespace, metadata: { name: prod } }\n`)).toMatchObject({ status: 1, stdout: 'no\n' });
  // Nothing is assumed about the namespaces that are not declared.
  const list = async (text: string) => (await netpol(['list', 'k8s'], { 'k8s/good.yaml': GOOD + team, 'k8s/more.yaml': text })).stderr;
  expect(await list(lost)).not.toContain('NP302');
  expect(await list(BROKEN_CONFIG)).toContain('NP302');
  // The workload is not found either.
  const workload = BROKEN_POD.replace('shop', 'prod');
  expect(await question('prod/lost', `---\n${lost}---\n${workload}`)).toMatchObject({ status: 3, stdout: 'undecided\n' });
  expect(await question('prod/lost', `---\n${workload}`)).toMatchObject({ status: 1, stdout: 'no\n' });
});

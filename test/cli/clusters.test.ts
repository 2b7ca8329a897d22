import { netpol } from './command';
import { policy } from '../report/shop';

/* The folder that an app of two clusters writes. The annotation says which cluster an object is for. */

const annotated = (text: string, cluster: string) => text.replace(/metadata: \{ /, `metadata: { annotations: { cdk8s-netpol/cluster: ${cluster} }, `);

function pod(name: string, cluster: string | undefined): string {
  const text = `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: app, labels: { app: ${name} } }
spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 80 }] }] }
---`;
  return cluster === undefined ? text : annotated(text, cluster);
}

/** In `eu`, nothing reaches the database. In `us`, the frontend does. */
function shop(cluster: string, from: string): string {
  return pod('frontend', cluster) + pod('db', cluster) + annotated(policy('db', `{ podSelector: { matchLabels: { app: db } }, ingress: [${from}] }`), cluster);
}

const FRONTEND = '{ from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 80 }] }';
const DIST = { 'dist/eu.yaml': shop('eu', ''), 'dist/us.yaml': shop('us', FRONTEND) };
const QUESTION = ['--from', 'app/frontend', '--to', 'app/db', '--port', '80'];

describe('netpol list on a folder of two clusters', () => {
  test('prints a table for each, so that the pods of one are no pods of the other', async () => {
    const { status, stdout, stderr } = await netpol(['list', 'dist'], DIST);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'summary: 2 files read: 4 workloads, 2 policies\n' });
    expect(stdout).toMatch(/^cluster eu\nfrom \\ to +app\/db +app\/frontend +.*\n[^]*\n\ncluster us\nfrom \\ to +app\/db +app\/frontend +.*\n/);
    expect(stdout.match(/app\/frontend +TCP 80 /g)).toHaveLength(1);
  });

  test('has the name of the cluster in each row of JSON, CSV and Markdown', async () => {
    const json = JSON.parse((await netpol(['list', 'dist', '-o', 'json'], DIST)).stdout);
    expect(json).toContainEqual({ cluster: 'us', src: 'app/frontend[Pod]', dst: 'app/db[Pod]', conn: 'TCP 80' });
    expect(new Set(json.map(({ cluster }: any) => cluster))).toEqual(new Set(['eu', 'us']));
    expect(json.filter(({ cluster, dst }: any) => cluster === 'eu' && dst === 'app/db[Pod]')).toEqual([]);
    const csv = (await netpol(['list', 'dist', '-o', 'csv'], DIST)).stdout;
    expect(csv).toMatch(/^cluster,src,dst,conn\neu,/);
    expect(csv).toContain('\nus,app/frontend[Pod],app/db[Pod],TCP 80\n');
    const markdown = (await netpol(['list', 'dist', '-o', 'md'], DIST)).stdout;
    expect(markdown).toMatch(/^\| cluster \| src \| dst \| conn \|\n\| --- \| --- \| --- \| --- \|\n\| eu \| /);
    expect(markdown).toContain('| us | app/frontend\\[Pod\\] | app/db\\[Pod\\] | TCP 80 |\n');
  });

  test('needs --cluster for a graph, and names the clusters', async () => {
    for (const format of ['mermaid', 'dot']) {
      expect(await netpol(['list', 'dist', '-o', format], DIST)).toEqual({
        status: 2, stdout: '', stderr: `netpol: -o ${format} is about one cluster, and the input has several (eu, us): write --cluster eu\n`,
      });
      expect((await netpol(['list', 'dist', '-o', format, '--cluster', 'us'], DIST)).stdout).toContain('TCP 80');
    }
  });

  test('prints the same for one of them as if its files were the only ones', async () => {
    const { stdout } = await netpol(['list', 'dist', '--cluster', 'us', '-o', 'json'], DIST);
    expect(stdout).toBe((await netpol(['list', 'dist/us.yaml', '-o', 'json'], DIST)).stdout);
    expect(stdout).not.toContain('cluster');
  });

  test('counts an object without the annotation in each cluster', async () => {
    const files = { ...DIST, 'dist/shared.yaml': pod('shared', undefined) };
    const json = JSON.parse((await netpol(['list', 'dist', '-o', 'json'], files)).stdout);
    const rows = json.filter(({ src, dst }: any) => src === 'app/shared[Pod]' && dst === 'app/frontend[Pod]');
    expect(rows.map(({ cluster }: any) => cluster)).toEqual(['eu', 'us']);
  });

  test('prints a finding about an object of every cluster once, and says which cluster has no policy', async () => {
    const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n';
    const shared = await netpol(['list', 'dist'], { ...DIST, 'dist/shared.yaml': cilium });
    expect(shared.stderr.match(/NP301/g)).toHaveLength(1);
    const open = await netpol(['list', 'dist'], { ...DIST, 'dist/eu.yaml': pod('frontend', 'eu') });
    expect(open.stderr).toBe('note: there is no NetworkPolicy in cluster eu, so nothing is denied\nsummary: 2 files read: 3 workloads, 1 policy\n');
    const only = await netpol(['list', 'dist', '--cluster', 'eu'], { ...DIST, 'dist/eu.yaml': pod('frontend', 'eu') });
    expect(only.stderr).toBe('note: there is no NetworkPolicy in the input, so nothing is denied\nsummary: 2 files read: 1 workload, 0 policies\n');
  });

  test('says once what it assumes in both', async () => {
    const byNamespace = (cluster: string) =>
      annotated(policy('ops', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ops } } }] }] }'), cluster);
    const files = { 'dist/eu.yaml': DIST['dist/eu.yaml'] + byNamespace('eu'), 'dist/us.yaml': DIST['dist/us.yaml'] + byNamespace('us') };
    expect((await netpol(['list', 'dist'], files)).stderr.match(/note NP302/g)).toHaveLength(1);
  });

  test('finds an error in either of them, and not in one that is not asked about', async () => {
    const files = { ...DIST, 'dist/us.yaml': DIST['dist/us.yaml'].replace('port: 80', 'port: 0') };
    expect((await netpol(['list', 'dist'], files)).status).toBe(2);
    expect((await netpol(['list', 'dist', '--cluster', 'eu'], files)).status).toBe(0);
  });
});

test.each(['can-reach', 'explain'])('netpol %s is asked about one cluster, and names them if there are several', async command => {
  const missing = await netpol([command, 'dist', ...QUESTION], DIST);
  expect(missing).toEqual({ status: 2, stdout: '', stderr: 'netpol: a question is about one cluster, and the input has several (eu, us): write --cluster eu\n' });
  expect((await netpol([command, 'dist', ...QUESTION, '--cluster', 'eu'], DIST)).status).toBe(1);
  expect((await netpol([command, 'dist', ...QUESTION, '--cluster', 'us'], DIST)).status).toBe(0);
});

test('a batch of questions is about one cluster', async () => {
  const probes = JSON.stringify([{ from: 'app/frontend', to: 'app/db', port: 80 }]);
  const files = { ...DIST, 'probes.json': probes };
  expect((await netpol(['can-reach', 'dist', '--batch', 'probes.json'], files)).stderr).toContain('a batch of questions is about one cluster, and the input has several (eu, us)');
  expect((await netpol(['can-reach', 'dist', '--batch', 'probes.json', '--cluster', 'us'], files)).stdout).toContain('yes');
});

test('--cluster names a cluster of the input', async () => {
  expect((await netpol(['list', 'dist', '--cluster', 'asia'], DIST)).stderr).toBe("netpol: the input has no cluster 'asia', but eu, us: write --cluster eu\n");
  expect((await netpol(['list', 'pod.yaml', '--cluster', 'eu'], { 'pod.yaml': pod('a', undefined) })).stderr)
    .toBe("netpol: the input has no cluster 'eu': no object has the annotation cdk8s-netpol/cluster\n");
});

test('an input with one name is one cluster, such as a dump of a live cluster with other objects in it', async () => {
  const { stdout } = await netpol(['can-reach', 'eu.yaml', 'others.yaml', '--from', 'app/other', '--to', 'app/frontend'], { 'eu.yaml': DIST['dist/eu.yaml'], 'others.yaml': pod('other', undefined) });
  expect(stdout).toBe('yes\n');
});

test('the objects of a List are for the cluster of the List, unless they name their own', async () => {
  const item = (name: string, annotations: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', annotations }, spec: { containers: [] } });
  const list = { apiVersion: 'v1', kind: 'List', metadata: { annotations: { 'cdk8s-netpol/cluster': 'eu' } }, items: [item('a', {}), item('b', { 'cdk8s-netpol/cluster': 'us' })] };
  const { stdout } = await netpol(['list', 'list.yaml', '-o', 'json'], { 'list.yaml': JSON.stringify(list) });
  const rows = JSON.parse(stdout).filter(({ dst }: any) => dst.endsWith('[External]'));
  expect(rows.map(({ cluster, src }: any) => `${cluster} ${src}`)).toEqual(['eu app/a[Pod]', 'us app/b[Pod]']);
});

test.each(['""', '1', 'null'])('an annotation with the value %s names no cluster', async value => {
  const text = pod('a', undefined).replace('metadata: { ', `metadata: { annotations: { cdk8s-netpol/cluster: ${value} }, `);
  expect((await netpol(['list', 'a.yaml', '-o', 'csv'], { 'a.yaml': text })).stdout).toMatch(/^src,dst/);
});

describe('netpol check on a folder of two clusters', () => {
  const DENIED = 'denied: [{ from: app/frontend, to: app/db }]\n';

  test('judges each claim in each cluster, and says in which one it does not hold', async () => {
    const { status, stdout } = await netpol(['check', 'dist', '--intent', 'intents.yaml'], { ...DIST, 'intents.yaml': DENIED });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ok {6}cluster eu: denied: app\/frontend\[Pod\] → app\/db\[Pod\], for .*\nFAILED {2}cluster us: denied: app\/frontend\[Pod\] → app\/db\[Pod\]\n/);
    expect(stdout).toContain('2 intents: 1 failed\n');
  });

  test('judges an entry with a cluster in that one only', async () => {
    const intents = `denied: [{ from: app/frontend, to: app/db, cluster: eu }]
allowed: [{ from: app/frontend, to: app/db, port: 80, cluster: us }]
`;
    const { status, stdout } = await netpol(['check', 'dist', '--intent', 'intents.yaml'], { ...DIST, 'intents.yaml': intents });
    expect(stdout).toMatch(/^ok {6}cluster eu: denied: app\/frontend.*\nok {6}cluster us: allowed: app\/frontend.* \(TCP 80\).*\n2 intents: all hold\n$/);
    expect(status).toBe(0);
    const one = await netpol(['check', 'dist', '--intent', 'intents.yaml', '--cluster', 'eu'], { ...DIST, 'intents.yaml': intents });
    expect(one.stdout).toMatch(/^ok {6}denied: app\/frontend.*\n1 intent: all hold\n$/);
  });

  test('reports an entry about a cluster that the input does not have', async () => {
    const intents = 'denied: [{ from: app/frontend, to: app/db, cluster: asia }]\n';
    const { status, stderr } = await netpol(['check', 'dist', '--intent', 'intents.yaml'], { ...DIST, 'intents.yaml': intents });
    expect(status).toBe(2);
    expect(stderr).toBe("intents.yaml:1:10: error NP210: the input has no cluster 'asia', but eu, us: write 'cluster: eu'\n");
    const none = await netpol(['check', 'a.yaml', '--intent', 'intents.yaml'], { 'a.yaml': pod('a', undefined), 'intents.yaml': intents });
    expect(none.stderr).toContain("error NP210: the input has no cluster 'asia': no object has the annotation cdk8s-netpol/cluster\n");
  });

  test('says in which cluster an endpoint does not exist', async () => {
    const files = { ...DIST, 'dist/eu.yaml': DIST['dist/eu.yaml'] + pod('only', 'eu'), 'intents.yaml': 'denied: [{ from: app/only, to: app/db }]\n' };
    const { status, stdout, stderr } = await netpol(['check', 'dist', '--intent', 'intents.yaml'], files);
    expect(status).toBe(2);
    expect(stdout).toMatch(/^ok {6}cluster eu: denied/);
    expect(stderr).toContain("error NP210: in cluster us: there is no workload 'app/only'");
  });

  test('has the cluster in every format', async () => {
    const output = async (format: string) => (await netpol(['check', 'dist', '--intent', 'intents.yaml', '-o', format], { ...DIST, 'intents.yaml': DENIED })).stdout;
    const json = JSON.parse(await output('json'));
    expect(json.map(({ cluster, holds }: any) => [cluster, holds])).toEqual([['eu', true], ['us', false]]);
    expect(json[1].findings[0].message).toMatch(/^cluster us: /);
    expect(await output('junit')).toContain('name="cluster us: denied: app/frontend[Pod] → app/db[Pod]"');
    expect(JSON.parse(await output('sarif')).runs[0].results[0].message.text).toMatch(/^cluster us: /);
    expect(await output('md')).toContain('\n### cluster us: denied');
  });
});

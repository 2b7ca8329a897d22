import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, YamlOutputType } from 'cdk8s';
import { chartIn, deployment } from './synthesized';
import { ClusterBoundary, Connectivity, ConnectivityIntent, DefaultDeny, Endpoint, Peer, Port, Tier } from '../../src';

/*
 * cdk8s names the file of an object by its kind and name in two types of output, without its namespace, and a later file replaces an earlier one. For
 * each type, what is on disk is what was judged, or `synth` failed.
 */

const TYPES = [
  YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART, YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
].map(type => [YamlOutputType[type], type] as const);

const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'output-'));
afterEach(() => fs.readdirSync(outdir).forEach(name => fs.rmSync(path.join(outdir, name), { recursive: true })));
afterAll(() => fs.rmSync(outdir, { recursive: true }));

/** Two namespaces with a web shop and a database each, in one chart and in two. */
function shops(yamlOutputType: YamlOutputType, name = (namespace: string) => `web-${namespace}`): App {
  const app = new App({ outdir, yamlOutputType });
  const charts = ['one', 'two'].map(id => chartIn(app, id));
  for (const [i, namespace] of ['a', 'b', 'c'].entries()) {
    const chart = charts[Math.floor(i / 2)];
    const workload = deployment(chart, `${namespace}-web`, { labels: { app: 'web' }, metadata: { name: name(namespace), namespace } });
    const web = Tier.fromApiObject(chart, `${namespace}-web-tier`, workload);
    new Tier(chart, `${namespace}-db`, { labels: { app: 'db' }, namespace, ports: [Port.tcp(5432)] }).allowFrom(web);
  }
  new DefaultDeny(charts[1], 'deny', { namespace: 'd' });
  return app;
}

/** The namespaces that a file or a folder denies by default. */
function denied(): string[] {
  const names = fs.readdirSync(outdir, { recursive: true }).map(name => path.join(outdir, String(name))).filter(file => file.endsWith('.yaml'));
  const text = names.map(file => fs.readFileSync(file, 'utf8')).join('---\n');
  return [...text.matchAll(/name: default-deny-all.*\n {2}namespace: (.*)\n/g)].map(([, namespace]) => namespace).sort();
}

function errorOf(app: App): string {
  try { app.synth(); } catch (error) { return (error as Error).message; }
  throw new Error('synth did not fail');
}

test.each(TYPES)('with %s, what is on disk is what was judged', (_, type) => {
  const app = shops(type);
  app.synth();
  expect(denied()).toEqual(['a', 'b', 'c', 'd']);
  const onDisk = Connectivity.fromFiles([outdir]);
  expect(onDisk.toString()).toBe(Connectivity.fromApp(app).toString());
  for (const namespace of ['a', 'b', 'c']) {
    const web = Endpoint.workload(`${namespace}/web-${namespace}`);
    expect(onDisk.checkReachesOnly(web, [Endpoint.workload(`${namespace}/web-${namespace}`)]).holds).toBe(false);
    expect(onDisk.checkAdmitsOnly(web, []).holds).toBe(true);
  }
});

test.each(TYPES)('with %s, policies have plain names wherever these are free', (type, value) => {
  const app = shops(value);
  app.synth();
  const names = app.charts.flatMap(chart => chart.toJson()).filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name as string);
  const plain = names.filter(name => /^default-deny-all$/.test(name)).length;
  // In the first chart two namespaces share a folder, and in one folder all of them do.
  expect(plain).toBe({ FILE_PER_APP: 4, FILE_PER_CHART: 4, FILE_PER_RESOURCE: 0, FOLDER_PER_CHART_FILE_PER_RESOURCE: 0 }[type]);
  expect(names.filter(name => name.startsWith('default-deny-all'))).toHaveLength(4);
});

test.each([YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE].map(type => [YamlOutputType[type], type] as const))(
  'with %s, an object of the app that would replace another one makes the synth fail', (_, type) => {
    const app = shops(type, () => 'web');
    expect(() => app.synth()).toThrow(/\[one\] one\/b-web: error NP034: cdk8s writes this object to the file of another object, Deployment\.web, so one of the two is lost \(the other object: one\/a-web\); make the app with yamlOutputType: YamlOutputType\.FILE_PER_CHART/);
    expect(denied()).toEqual([]);
  },
);

test('an object that the API server would refuse is an error of the first intent, and the others refer to it', () => {
  const app = shops(YamlOutputType.FILE_PER_CHART);
  for (const chart of app.charts) { new ConnectivityIntent(chart, 'intent').allowed(Peer.anything(), Endpoint.workload('a/web-a')); }
  new ApiObject(app.charts[1], 'bad', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'bad' }, spec: { podSelector: 1 } } as never);
  const message = errorOf(app);
  expect(message).toContain('  [one/intent] two/bad: error NP026');
  expect(message).toContain('  [two/intent] its claims were not judged: see the errors of one/intent');
  expect(message.match(/NP026/g)).toHaveLength(1);
});

test('objects that are lost in one way have one error with the fix, and intents do not repeat it', () => {
  const app = shops(YamlOutputType.FILE_PER_RESOURCE, () => 'web');
  for (const chart of app.charts) { new ConnectivityIntent(chart, 'intent').allowed(Peer.anything(), Endpoint.workload('a/web')); }
  deployment(app.charts[0], 'again', { labels: { app: 'web' }, metadata: { name: 'web', namespace: 'd' } });
  const message = errorOf(app);
  expect(message).toMatch(/\[one\] one\/b-web: error NP034: .*FILE_PER_CHART\. The same is true of one\/again\n/);
  expect(message).toContain('[one/intent] its claims were not judged: cdk8s would lose one/b-web, one/again and two/c-web (NP034)');
  expect(message.match(/error NP034/g)).toHaveLength(2);
});

test('a policy of ours does not take the file of a policy in another namespace', () => {
  const app = shops(YamlOutputType.FILE_PER_RESOURCE);
  const metadata = { name: 'allow-dns', namespace: 'elsewhere' };
  new ApiObject(app.charts[0], 'theirs', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: { podSelector: {} } } as never);
  app.synth();
  expect(fs.readFileSync(path.join(outdir, 'NetworkPolicy.allow-dns.k8s.yaml'), 'utf8')).toContain('namespace: elsewhere\n');
});

describe('an app of two clusters', () => {
  function clusters(yamlOutputType: YamlOutputType): App {
    const app = new App({ outdir, yamlOutputType });
    for (const region of ['eu', 'us']) {
      const chart = chartIn(app, `shop-${region}`, 'shop');
      ClusterBoundary.of(chart).add(region);
      const web = Tier.fromApiObject(chart, 'web', deployment(chart, 'web-deployment', { labels: { app: 'web' }, metadata: { name: 'web' } }));
      if (region === 'eu') { web.allowInternally({ ports: [Port.tcp(80)] }); }
    }
    return app;
  }

  test.each([YamlOutputType.FILE_PER_CHART, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE].map(type => [YamlOutputType[type], type] as const))(
    'is judged on disk as in the app, cluster by cluster, with %s', (_, type) => {
      const app = clusters(type);
      app.synth();
      expect(denied()).toEqual(['shop', 'shop']);
      const matrix = Connectivity.fromFiles([outdir]).toString();
      expect(matrix).toBe(Connectivity.fromApp(app).toString());
      expect(matrix).toMatch(/^cluster eu\n[^]*\n\ncluster us\n/);
    },
  );

  test.each([[YamlOutputType.FILE_PER_APP, 'one file'], [YamlOutputType.FILE_PER_RESOURCE, 'one folder']])(
    'cannot be written to one place (%s)', (type, place) => {
      const app = clusters(type);
      for (const chart of app.charts) { new ConnectivityIntent(chart, 'intent').allowed(Peer.anything(), Endpoint.workload('shop/web')); }
      const message = errorOf(app);
      expect(message.match(/YamlOutputType\.FILE_PER_CHART/g)).toHaveLength(1);
      expect(message).not.toContain('error NP034');
      expect(message).toContain(`[shop-eu] the app has several clusters, eu (shop-eu), us (shop-us), and YamlOutputType.${YamlOutputType[type]} writes them to ${place}, so nobody can apply one of them. Make the app with yamlOutputType: YamlOutputType.FILE_PER_CHART.`);
    },
  );

  test('is read back from synthYaml cluster by cluster', () => {
    const app = clusters(YamlOutputType.FILE_PER_CHART);
    expect(Connectivity.fromYaml(app.synthYaml()).toString()).toBe(Connectivity.fromApp(app).toString());
  });
});

import * as fs from 'fs';
import * as path from 'path';
import { ApiObject, App, Chart, Testing, YamlOutputType } from 'cdk8s';
import { Port, Tier } from '../../src';
import { PolicyObject } from '../../src/cdk8s/policy-object';
import { withReadCache } from '../../src/cdk8s/synth-run';
import { namesOf, newChart, policyOf } from '../constructs/synthesized';

function policy(chart: Chart, id: string, name: string, descriptions: string[] = []): PolicyObject {
  const { namespace } = chart;
  return new PolicyObject(chart, id, { namespace, name, key: id, spec: () => ({ podSelector: {} }), descriptions: () => descriptions });
}

function handWritten(chart: Chart, id: string, name: string, namespace?: string): ApiObject {
  const props = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec: { podSelector: {} } };
  return new ApiObject(chart, id, props);
}

test('a policy is labelled, so that what is no longer wanted can be pruned', () => {
  const chart = newChart();
  policy(chart, 'a', 'allow-a');
  expect(policyOf(chart, 'allow-a').metadata).toEqual({ name: 'allow-a', namespace: 'app', labels: { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' } });
});

test("it has the chart's labels, too", () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'app', labels: { team: 'a' } });
  policy(chart, 'a', 'allow-a');
  expect(policyOf(chart, 'allow-a').metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'cdk8s-netpol', 'team': 'a' });
});

test('descriptions are an annotation, each once, in a stable order', () => {
  const chart = newChart();
  policy(chart, 'a', 'allow-a', ['b', 'a', 'b']);
  expect(policyOf(chart, 'allow-a').metadata.annotations).toEqual({ 'kubernetes.io/description': 'a; b' });
});

describe('the name', () => {
  test("gives way to somebody else's policy in the same namespace, made before or after", () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(ours.name).toBe('allow-a');
    const theirs = handWritten(chart, 'theirs', 'allow-a');
    expect(ours.name).toMatch(/^allow-a-[0-9a-f]{8}$/);
    expect(theirs.name).toBe('allow-a');
    expect(namesOf(chart)).toEqual(['app/allow-a', `app/${ours.name}`]);
  });

  test('does not give way to one in another namespace, or to an object of another kind', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    handWritten(chart, 'theirs', 'allow-a', 'other');
    new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'allow-a' } });
    expect(ours.name).toBe('allow-a');
  });

  test('gives way to one without a namespace where its own is the default one', () => {
    const chart = newChart('default');
    const ours = policy(chart, 'a', 'allow-a');
    handWritten(new Chart(chart.node.root as App, 'other'), 'theirs', 'allow-a');
    expect(ours.name).toMatch(/^allow-a-[0-9a-f]{8}$/);
  });

  test('is decided anew after a synth', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(namesOf(chart)).toEqual(['app/allow-a']);
    handWritten(chart, 'theirs', 'allow-a');
    expect(namesOf(chart)).toEqual(['app/allow-a', expect.stringMatching(/^app\/allow-a-[0-9a-f]{8}$/)]);
    chart.node.tryRemoveChild('theirs');
    expect(namesOf(chart)).toEqual(['app/allow-a']);
    expect(ours.metadata.name).toBe('allow-a');
  });

  test('is decided once while somebody reads the whole app, and anew after that', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(withReadCache(chart.node.root, () => [ours.name, ours.toJson().metadata.name])).toEqual(['allow-a', 'allow-a']);
    handWritten(chart, 'theirs', 'allow-a');
    expect(ours.name).not.toBe('allow-a');
  });

  test('of a policy that is out of the tree is what it would have been', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    chart.node.tryRemoveChild('a');
    expect(ours.name).toBe('allow-a');
  });
});

describe('every kind of output has the name that was decided', () => {
  /** Two policies of ours that wish the same name, in two charts. */
  function app(yamlOutputType: YamlOutputType): App {
    const made = Testing.app({ yamlOutputType, recordConstructMetadata: true });
    for (const id of ['one', 'two']) {
      const chart = new Chart(made, id, { namespace: 'app' });
      new Tier(chart, 'web', { labels: { app: id }, ports: [Port.tcp(80)] }).allowInternally();
    }
    made.synth();
    return made;
  }

  function filesIn(folder: string): string[] {
    return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(f => f.isFile()).map(f => f.name);
  }

  test.each([YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE])('a file per resource (%s)', type => {
    const files = filesIn(app(type).outdir).filter(f => f.startsWith('NetworkPolicy.allow-web'));
    expect(files).toHaveLength(4);
    for (const file of files) { expect(file).toMatch(/^NetworkPolicy\.allow-web-internally(-egress)?-[0-9a-f]{8}\.k8s\.yaml$/); }
  });

  test.each([YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART])('all in one file (%s)', type => {
    const { outdir } = app(type);
    const text = filesIn(outdir).filter(f => f.endsWith('.yaml')).map(f => fs.readFileSync(path.join(outdir, f), 'utf8')).join();
    expect(text.match(/name: allow-web-internally(-egress)?-[0-9a-f]{8}\n/g)).toHaveLength(4);
  });

  test('the record of constructs', () => {
    const { outdir } = app(YamlOutputType.FILE_PER_CHART);
    const { resources } = JSON.parse(fs.readFileSync(path.join(outdir, 'construct-metadata.json'), 'utf8'));
    const names = Object.keys(resources).filter(name => name.startsWith('allow-web'));
    expect(names).toHaveLength(4);
    for (const name of names) { expect(name).toMatch(/-[0-9a-f]{8}$/); }
  });
});

test('an order between policies and other objects can be given, as for every object of cdk8s', () => {
  const chart = newChart();
  const [first, second] = [policy(chart, 'a', 'allow-a'), policy(chart, 'b', 'allow-b')];
  first.addDependency(second);
  expect((Testing.synth(chart) as { metadata: { name: string } }[]).map(o => o.metadata.name)).toEqual(['allow-b', 'allow-a']);
});

import * as fs from 'fs';
import * as path from 'path';
import { ApiObject, App, Chart, JsonPatch, Testing, YamlOutputType } from 'cdk8s';
import { Port, Tier } from '../../src';
import { hash } from '../../src/cdk8s/policy-names';
import { PolicyObject } from '../../src/cdk8s/policy-object';
import { withReadCache } from '../../src/cdk8s/synth-run';
import { chartIn, namesOf, newChart, policyOf } from '../constructs/synthesized';

/** A policy of this library. Its construct id is its key. */
function policy(chart: Chart, id: string, name: string, descriptions: string[] = []): PolicyObject {
  const { namespace } = chart;
  return new PolicyObject(chart, id, { namespace, name, key: id, stage: 'ingress', spec: () => ({ podSelector: {} }), descriptions: () => descriptions });
}

/** A policy that is not of this library. */
function handWritten(chart: Chart, id: string, name: string, namespace?: string): ApiObject {
  const props = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec: { podSelector: {} } };
  return new ApiObject(chart, id, props);
}

test('a policy has the label by which kubectl prunes policies of this library', () => {
  const chart = newChart();
  policy(chart, 'a', 'allow-a');
  expect(policyOf(chart, 'allow-a').metadata).toEqual({ name: 'allow-a', namespace: 'app', labels: { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' } });
});

test("a policy also has the chart's labels", () => {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'app', labels: { team: 'a' } });
  policy(chart, 'a', 'allow-a');
  expect(policyOf(chart, 'allow-a').metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'cdk8s-netpol', 'team': 'a' });
});

test('descriptions become an annotation: each once, sorted', () => {
  const chart = newChart();
  policy(chart, 'a', 'allow-a', ['b', 'a', 'b']);
  expect(policyOf(chart, 'allow-a').metadata.annotations).toEqual({ 'kubernetes.io/description': 'a; b' });
});

describe('the name of a policy', () => {
  test('is the one that it asks for, also if a policy of another namespace has the same', () => {
    const chart = newChart();
    const other = chartIn(App.of(chart), 'other', 'other');
    expect([policy(chart, 'a', 'allow-a'), policy(chart, 'b', 'allow-b'), policy(other, 'c', 'allow-a')].map(p => p.name)).toEqual(['allow-a', 'allow-b', 'allow-a']);
  });

  test('gets a hash if several policies ask for it, whatever their order', () => {
    const names = (ids: string[]) => {
      const chart = newChart();
      const made = ids.map(id => [id, policy(chart, id, id === '3' ? 'allow-c' : 'allow-a')] as const);
      return Object.fromEntries(made.map(([id, { name }]) => [id, name]));
    };
    const made = names(['1', '2', '3']);
    expect(names(['3', '2', '1'])).toEqual(made);
    expect(made).toEqual({ 1: `allow-a-${hash('1')}`, 2: `allow-a-${hash('2')}`, 3: 'allow-c' });
  });

  test('is unique even if another policy has the name with its hash', () => {
    const chart = newChart();
    const ours = policy(chart, '1', 'allow-a');
    const hashed = `allow-a-${hash('1')}`;
    handWritten(chart, 'theirs', 'allow-a');
    expect(ours.name).toBe(hashed);
    handWritten(chart, 'theirs-too', hashed);
    expect(ours.name).toMatch(/^allow-a-[0-9a-f]{8}$/);
    expect(ours.name).not.toBe(hashed);
  });

  test('is unique even if another policy of ours asks for the name with its hash', () => {
    const chart = newChart();
    const hashed = `allow-a-${hash('1')}`;
    const made = [policy(chart, '1', 'allow-a'), policy(chart, '2', 'allow-a'), policy(chart, '3', hashed)];
    expect(made[2].name).toBe(hashed);
    expect(new Set(made.map(p => p.name)).size).toBe(3);
  });

  test('fits a DNS-1123 label: the end of a longer one is replaced by a hash of the whole', () => {
    const long = (end: string) => `allow-${'a'.repeat(47)}-${'b'.repeat(20)}-${end}`;
    const chart = newChart();
    const names = [policy(chart, '1', long('x')), policy(chart, '2', long('y'))].map(p => p.name);
    expect(names).toEqual([`allow-${'a'.repeat(47)}-${hash(long('x'))}`, `allow-${'a'.repeat(47)}-${hash(long('y'))}`]);
    expect(policy(chart, '3', 'c'.repeat(63)).name).toBe('c'.repeat(63));
    expect(policy(chart, '4', 'd'.repeat(64)).name).toHaveLength(63);
  });

  test('gives way to a policy that is not ours in the same namespace, whichever was made first', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(ours.name).toBe('allow-a');
    const theirs = handWritten(chart, 'theirs', 'allow-a');
    expect(ours.name).toMatch(/^allow-a-[0-9a-f]{8}$/);
    expect(theirs.name).toBe('allow-a');
    expect(namesOf(chart)).toEqual(['app/allow-a', `app/${ours.name}`]);
  });

  test('does not give way to a policy in another namespace, or to an object of another kind', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    handWritten(chart, 'theirs', 'allow-a', 'other');
    new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'allow-a' } });
    expect(ours.name).toBe('allow-a');
  });

  test('gives way to a policy without a namespace if its own namespace is the default one', () => {
    const chart = newChart('default');
    const ours = policy(chart, 'a', 'allow-a');
    handWritten(chartIn(App.of(chart), 'other'), 'theirs', 'allow-a');
    expect(ours.name).toMatch(/^allow-a-[0-9a-f]{8}$/);
  });

  test('is decided again after a synth', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(namesOf(chart)).toEqual(['app/allow-a']);
    handWritten(chart, 'theirs', 'allow-a');
    expect(namesOf(chart)).toEqual(['app/allow-a', expect.stringMatching(/^app\/allow-a-[0-9a-f]{8}$/)]);
    chart.node.tryRemoveChild('theirs');
    expect(namesOf(chart)).toEqual(['app/allow-a']);
    expect(ours.metadata.name).toBe('allow-a');
  });

  test('is decided again after the app was read with a cache', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(withReadCache(chart.node.root, () => [ours.name, ours.toJson().metadata.name])).toEqual(['allow-a', 'allow-a']);
    handWritten(chart, 'theirs', 'allow-a');
    expect(ours.name).not.toBe('allow-a');
  });

  test('is decided again after a chart was rendered outside a synth', async () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(chart.toJson()[0].metadata.name).toBe('allow-a');
    const second = policy(chart, 'b', 'allow-a');
    expect(ours.name).toMatch(/^allow-a-[0-9a-f]{8}$/);
    chart.node.tryRemoveChild(second.node.id);
    expect(chart.toJson()[0].metadata.name).toBe('allow-a');
    // Names are cached until the end of the task.
    await Promise.resolve();
    handWritten(chart, 'theirs', 'allow-a');
    expect(ours.name).not.toBe('allow-a');
  });

  test('is the one that it asked for after it was removed from the tree', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    chart.node.tryRemoveChild('a');
    expect(ours.name).toBe('allow-a');
  });
});

describe('the unique names of two policies are used in', () => {
  /** Two charts with policies that ask for the same names. */
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

  test.each([YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE])('the names of files, with one file per resource (%s)', type => {
    const files = filesIn(app(type).outdir).filter(f => f.startsWith('NetworkPolicy.allow-web'));
    expect(files).toHaveLength(4);
    for (const file of files) { expect(file).toMatch(/^NetworkPolicy\.allow-web-internally(-egress)?-[0-9a-f]{8}\.k8s\.yaml$/); }
  });

  test.each([YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART])('a file for each chart or app (%s)', type => {
    const { outdir } = app(type);
    const text = filesIn(outdir).filter(f => f.endsWith('.yaml')).map(f => fs.readFileSync(path.join(outdir, f), 'utf8')).join();
    expect(text.match(/name: allow-web-internally(-egress)?-[0-9a-f]{8}\n/g)).toHaveLength(4);
  });

  test('construct-metadata.json', () => {
    const { outdir } = app(YamlOutputType.FILE_PER_CHART);
    const { resources } = JSON.parse(fs.readFileSync(path.join(outdir, 'construct-metadata.json'), 'utf8'));
    const names = Object.keys(resources).filter(name => name.startsWith('allow-web'));
    expect(names).toHaveLength(4);
    for (const name of names) { expect(name).toMatch(/-[0-9a-f]{8}$/); }
  });
});

test('a policy can depend on another object, like every object of cdk8s', () => {
  const chart = newChart();
  const [first, second] = [policy(chart, 'a', 'allow-a'), policy(chart, 'b', 'allow-b')];
  first.addDependency(second);
  expect((Testing.synth(chart) as { metadata: { name: string } }[]).map(o => o.metadata.name)).toEqual(['allow-b', 'allow-a']);
});

describe('a change in the middle of a synth', () => {
  /** The YAML of an app with one chart, which a validation changes after it has rendered all objects, in the first or the last of two passes. */
  function yamlAfter(app: App, change: () => void, changedPass: 1 | 2 = 1): string {
    let pass = 0;
    app.charts[0].node.addValidation({
      validate: () => {
        app.charts[0].node.findAll().filter(c => ApiObject.isApiObject(c)).forEach(c => (c as ApiObject).toJson());
        if (++pass === changedPass) { change(); }
        return [];
      },
    });
    return app.synthYaml();
  }

  test.each([1, 2] as const)('by a policy of ours that asks for the same name gives both a hash (pass %d)', pass => {
    const chart = newChart();
    policy(chart, 'a', 'allow-a');
    const yaml = yamlAfter(App.of(chart), () => policy(chart, 'b', 'allow-a'), pass);
    expect(yaml.match(/name: allow-a-[0-9a-f]{8}/g)).toHaveLength(2);
  });

  test('by a hand-written policy with the name of ours gives ours a hash', () => {
    const chart = newChart();
    policy(chart, 'a', 'allow-a');
    const yaml = yamlAfter(App.of(chart), () => handWritten(chart, 'theirs', 'allow-a'));
    expect(yaml.match(/name: allow-a.*/g)).toEqual([expect.stringMatching(/^name: allow-a-[0-9a-f]{8}$/), 'name: allow-a']);
  });

  test('by a JSON patch of a policy is written', () => {
    const chart = newChart();
    const ours = policy(chart, 'a', 'allow-a');
    expect(yamlAfter(App.of(chart), () => ours.addJsonPatch(JsonPatch.add('/spec/policyTypes', ['Ingress'])))).toContain('policyTypes');
  });

  test.each([1, 2] as const)('by another call for an edge is written (pass %d)', pass => {
    const chart = newChart();
    const [web, db] = ['web', 'db'].map(id => new Tier(chart, id, { ports: [Port.tcp(80)] }));
    db.allowFrom(web);
    expect(yamlAfter(App.of(chart), () => db.allowFrom(web, { ports: [Port.tcp(9090)] }), pass).match(/port: 9090/g)).toHaveLength(2);
  });
});

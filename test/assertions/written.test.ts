import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, AppProps, Chart, ChartProps, Include, JsonPatch, Lazy, ResolutionContext, Testing, Yaml, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { Connectivity, ConnectivityIntent, Endpoint, Port, Tier } from '../../src';

/* What is judged is what `synth` writes, after everything that changes it on the way. */

const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'written-'));
afterEach(() => fs.readdirSync(outdir).forEach(name => fs.rmSync(path.join(outdir, name), { recursive: true })));
afterAll(() => fs.rmSync(outdir, { recursive: true }));

type ChartClass = new (scope: Construct, id: string, props: ChartProps) => Chart;

/** `web` may reach `db`, and the intent claims that nothing else does. A second chart, `other`, comes after it. */
function shop({ props, Other = Chart, OwnApp = App }: { props?: AppProps; Other?: ChartClass; OwnApp?: new (props: AppProps) => App } = {}): Shop {
  const app = new OwnApp({ outdir, ...props });
  const chart = new Chart(app, 'shop', { namespace: 'app' });
  const web = new Tier(chart, 'web');
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  db.allowFrom(web);
  const intent = new ConnectivityIntent(chart, 'intent').admitsOnly(db, [web]);
  return { app, web, db, intent, other: new Other(app, 'other', { namespace: 'app' }) };
}

interface Shop {
  readonly app: App;
  readonly other: Chart;
  readonly web: Tier;
  readonly db: Tier;
  readonly intent: ConnectivityIntent;
}

/** A policy that lets everything into every pod of the namespace. */
const HOLE = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'hole', namespace: 'app' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
};
const CLOSED = { ...HOLE, spec: { ...HOLE.spec, ingress: [] } };
const UNTYPED = { metadata: HOLE.metadata, spec: HOLE.spec };

const hole = (chart: Chart) => new ApiObject(chart, 'hole', HOLE);

/** Calls `change` in the validation of a construct with this number. Each pass of cdk8s is one, and the one before the first pass is another. */
function inValidation(construct: Construct, number: number, change: () => void): void {
  let calls = 0;
  construct.node.addValidation({
    validate: () => {
      if (++calls === number) { change(); }
      return [];
    },
  });
}

const JUDGED_FIRST = /^Validation failed with the following errors:\n {2}\[shop\/intent\] admitsOnly\(shop\/db, \[shop\/web\]\) does not hold\.[^]*app\/hole/;
const JUDGED_LAST = /^The app changed after its intents were judged\. [^]*\n {2}\[shop\/intent\] admitsOnly\(shop\/db, \[shop\/web\]\) does not hold\.[^]*app\/hole/;

test('a claim about an app that nothing changes on the way holds', () => {
  const { app } = shop();
  app.synth();
  expect(fs.readdirSync(outdir)).toEqual(['other.k8s.yaml', 'shop.k8s.yaml']);
});

describe('a policy is judged', () => {
  test.each<[string, object]>([
    ['in a List', { apiVersion: 'v1', kind: 'List', items: [HOLE] }],
    ['in a NetworkPolicyList, whose items have no kind', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items: [UNTYPED] }],
    ['in a List in a List', { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [HOLE] }] }],
    ['in a list of any other kind, as kubectl reads it', { apiVersion: 'acme.io/v1', kind: 'Bundle', items: [HOLE] }],
  ])('%s, from an Include or written by hand', (_, list) => {
    const file = path.join(outdir, 'list.yaml');
    fs.writeFileSync(file, JSON.stringify(list));
    const included = shop();
    new Include(included.other, 'include', { url: file });
    expect(() => included.app.synth()).toThrow(JUDGED_FIRST);
    const { app, other, web, db } = shop();
    new ApiObject(other, 'list', list as typeof HOLE);
    expect(() => app.synth()).toThrow(JUDGED_FIRST);
    expect(Connectivity.fromApp(app).checkAdmitsOnly(db, [web]).holds).toBe(false);
  });

  test.each<[string, (other: Chart) => void]>([
    ['that a JSON patch changes', other => new ApiObject(other, 'hole', CLOSED).addJsonPatch(JsonPatch.add('/spec/ingress/-', {}))],
    ['that a JSON patch makes', other => new ApiObject(other, 'hole', { apiVersion: 'v1', kind: 'ConfigMap', metadata: HOLE.metadata })
      .addJsonPatch(JsonPatch.replace('/apiVersion', HOLE.apiVersion), JsonPatch.replace('/kind', HOLE.kind), JsonPatch.add('/spec', HOLE.spec))],
    ['that is lazy', other => new ApiObject(other, 'hole', { ...HOLE, spec: Lazy.any({ produce: () => HOLE.spec }) })],
    ['whose construct renders itself', other => { new ApiObject(other, 'hole', CLOSED).toJson = () => HOLE; }],
    ['in the namespace of its chart', other => new ApiObject(other, 'hole', { ...HOLE, metadata: { name: 'hole' } })],
    ['in a chart in a chart', other => hole(new Chart(other, 'inner'))],
    ['below another object', other => new ApiObject(new ApiObject(other, 'outer', { apiVersion: 'v1', kind: 'ConfigMap' }), 'hole', HOLE)],
  ])('%s', (_, make) => {
    const { app, other, web, db } = shop();
    make(other);
    expect(() => app.synth()).toThrow(JUDGED_FIRST);
    expect(fs.readdirSync(outdir)).toEqual([]);
    expect(Connectivity.fromApp(app).checkAdmitsOnly(db, [web]).holds).toBe(false);
    expect(Connectivity.fromChart(other).checkAdmitsOnly(db, [web]).holds).toBe(false);
  });

  test('with the changes of a resolver', () => {
    const resolve = (context: ResolutionContext) => { if (context.key.join() === 'spec,ingress' && context.value.length === 0) { context.replaceValue([{}]); } };
    const { app, other } = shop({ props: { resolvers: [{ resolve }] } });
    new ApiObject(other, 'hole', CLOSED);
    expect(() => app.synth()).toThrow(JUDGED_FIRST);
  });

  test('with null for what a JSON patch leaves undefined, as YAML has it: the value of a label is then empty', () => {
    const { app, other, db } = shop();
    const labels = { app: 'client' };
    const pod = new ApiObject(other, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client', labels }, spec: { containers: [] } });
    const spec = { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { debug: '' } } }] }], egress: [{}] };
    new ApiObject(other, 'debug', { ...HOLE, spec });
    const isAllowed = () => Connectivity.fromApp(app).checkAllowed(Endpoint.workload('app/client'), db).holds;
    expect(isAllowed()).toBe(false);
    pod.addJsonPatch(JsonPatch.add('/metadata/labels/debug', undefined));
    expect(isAllowed()).toBe(true);
    expect(Yaml.stringify(pod.toJson())).toContain('debug: null');
  });

  test('in whichever file it is written', () => {
    for (const yamlOutputType of Object.values(YamlOutputType).filter(type => typeof type === 'number')) {
      const { app, other } = shop({ props: { yamlOutputType: yamlOutputType as YamlOutputType } });
      expect(() => app.synth()).not.toThrow();
      hole(other);
      expect(() => app.synth()).toThrow(JUDGED_FIRST);
    }
  });
});

describe('a validation', () => {
  test('that adds a policy does so before the claims are judged, whatever the order', () => {
    for (const place of ['shop', 'other'] as const) {
      const { app, other, web, db, intent } = shop();
      inValidation(place === 'shop' ? intent : other, 1, () => hole(other));
      expect(() => app.synth()).toThrow(JUDGED_FIRST);
      expect(fs.readdirSync(outdir)).toEqual([]);
      const again = shop();
      inValidation(again.other, 1, () => hole(again.other));
      expect(Connectivity.fromApp(again.app).checkAdmitsOnly(again.db, [again.web]).holds).toBe(false);
      expect(intent.verdicts().map(({ holds }) => holds)).toEqual([false]);
      expect(Connectivity.fromChart(other).checkAdmitsOnly(db, [web]).holds).toBe(false);
    }
  });

  test('that adds the policy that a claim needs makes it hold', () => {
    const { app, other, web, db, intent } = shop();
    intent.allowed(web, db, { ports: [Port.tcp(9187)] });
    inValidation(other, 1, () => db.allowFrom(web, { ports: [Port.tcp(9187)] }));
    expect(() => app.synth()).not.toThrow();
  });

  test('counts if a chart is rendered alone', () => {
    const { other } = shop();
    inValidation(other, 1, () => hole(other));
    expect(() => Testing.synth(other)).toThrow(JUDGED_FIRST);
  });

  // The app has two charts, so cdk8s validates it three times.
  test.each([2, 3, 4])('that adds a policy in call %d makes synth fail', number => {
    const { app, other } = shop();
    inValidation(other, number, () => hole(other));
    expect(() => app.synth()).toThrow(JUDGED_LAST);
  });

  test.each([2, 3, 4])('that adds a policy in call %d makes synthYaml fail', number => {
    const { app, other } = shop();
    inValidation(other, number, () => hole(other));
    expect(() => app.synthYaml()).toThrow(JUDGED_LAST);
  });

  test('that adds a policy in the only pass of the output in folders makes synth fail', () => {
    const { app, other } = shop({ props: { yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE } });
    inValidation(other, 2, () => hole(other));
    expect(() => app.synth()).toThrow(JUDGED_LAST);
  });

  test('that adds an edge after the claims were judged makes synth fail if the edge is still written', () => {
    const synthWithEdge = (number: number) => {
      const { app, other, db } = shop();
      const debug = new Tier(other, 'debug');
      inValidation(other, number, () => db.allowFrom(debug));
      app.synth();
    };
    for (const number of [2, 3]) { expect(() => synthWithEdge(number)).toThrow('[shop/intent] admitsOnly(shop/db, [shop/web]) does not hold'); }
    // The chart with the policy of the edge is already written.
    expect(() => synthWithEdge(4)).not.toThrow();
  });

  test('that adds an intent has it judged, and so has one that adds it late', () => {
    for (const number of [1, 2, 4]) {
      const { app, other, web, db } = shop();
      inValidation(other, number, () => new ConnectivityIntent(other, 'late').denied(web, db));
      expect(() => app.synth()).toThrow('[other/late] denied(shop/web, shop/db) does not hold');
    }
  });

  test('may ask who reaches whom', () => {
    const { app, other, web, db } = shop();
    other.node.addValidation({ validate: () => Connectivity.fromApp(app).checkAllowed(web, db).holds ? [] : ['closed'] });
    expect(() => app.synth()).not.toThrow();
    expect(Connectivity.fromApp(app).checkAllowed(web, db).holds).toBe(true);
  });

  test('may synthesize another app and write other files', () => {
    const { app, other } = shop();
    const { save } = Yaml;
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'elsewhere-'));
    const another = new App({ outdir: elsewhere });
    hole(new Chart(another, 'another'));
    const third = shop({ props: { outdir: path.join(outdir, 'third') } });
    inValidation(other, 2, () => {
      another.synth();
      third.app.synth();
      Yaml.save(path.join(outdir, 'notes.yaml'), [HOLE]);
    });
    expect(() => app.synth()).not.toThrow();
    expect(Yaml.save).toBe(save);
    expect(fs.readdirSync(elsewhere)).toEqual(['another.k8s.yaml']);
    fs.rmSync(elsewhere, { recursive: true });
    hole(third.other);
    expect(() => third.app.synth()).toThrow(JUDGED_FIRST);
  });
});

describe('an object that is rendered differently each time', () => {
  test('is judged as it is written', () => {
    let rendered = 0;
    const { app, other } = shop();
    new ApiObject(other, 'hole', { ...HOLE, spec: Lazy.any({ produce: () => rendered++ === 0 ? CLOSED.spec : HOLE.spec }) });
    expect(() => app.synth()).toThrow(JUDGED_LAST);
  });

  test('does not matter if the claims hold for what is written', () => {
    let rendered = 0;
    const { app, other } = shop();
    new ApiObject(other, 'config', { apiVersion: 'v1', kind: 'ConfigMap', data: { at: Lazy.any({ produce: () => `${rendered++}` }) } });
    expect(() => app.synth()).not.toThrow();
    expect(rendered).toBe(2);
  });

  test('by a resolver with a state is judged as it is written', () => {
    const { app, other } = shop({ props: { resolvers: [{ resolve: context => { if (context.value === 'next') { context.replaceValue(names.shift()); } } }] } });
    const names = ['cache', 'db'];
    new ApiObject(other, 'hole', { ...HOLE, spec: { ...HOLE.spec, podSelector: { matchLabels: { app: 'next' } } } });
    expect(() => app.synth()).toThrow(JUDGED_LAST);
  });
});

describe('a chart that renders itself', () => {
  class Adds extends Chart {
    public toJson(): any[] { return [...super.toJson(), HOLE, undefined]; }
  }

  class Opens extends Chart {
    public toJson(): any[] {
      const objects = super.toJson();
      for (const { kind, spec } of objects) { if (kind === 'NetworkPolicy') { spec.ingress = [...spec.ingress ?? [], {}]; } }
      return objects;
    }
  }

  test('is judged by what it adds', () => {
    const { app, other, web, db } = shop({ Other: Adds });
    expect(() => app.synth()).toThrow(JUDGED_FIRST);
    expect(() => app.synth()).toThrow('(other)');
    expect(Connectivity.fromApp(app).checkAdmitsOnly(db, [web]).holds).toBe(false);
    expect(Connectivity.fromChart(other).checkAdmitsOnly(db, [web]).holds).toBe(false);
  });

  test('is judged by what it changes, and gets objects that nobody else has', () => {
    const { app, other, db } = shop({ Other: Opens });
    const api = new Tier(other, 'api', { ports: [Port.tcp(80)] });
    api.allowFrom(db);
    expect(() => app.synth()).not.toThrow();
    const [written] = Yaml.load(path.join(outdir, 'other.k8s.yaml')).filter(({ metadata }) => metadata.name.startsWith('allow-db-to-api'));
    expect(written.spec.ingress).toHaveLength(2);
    new ConnectivityIntent(other, 'own').admitsOnly(api, [db]);
    expect(() => app.synth()).toThrow('[other/own] admitsOnly(other/api, [shop/db]) does not hold');
  });

  test('is not asked for the output in folders', () => {
    const { app, web, db } = shop({ Other: Adds, props: { yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE } });
    expect(() => app.synth()).not.toThrow();
    expect(Connectivity.fromApp(app).checkAdmitsOnly(db, [web]).holds).toBe(true);
  });

  test('only after the claims were judged is judged as it is written, with its file as the place', () => {
    const { app, other } = shop();
    inValidation(other, 2, () => { other.toJson = () => [HOLE]; });
    expect(() => app.synth()).toThrow(JUDGED_LAST);
    const late = shop();
    inValidation(late.other, 2, () => { late.other.toJson = () => [HOLE]; });
    expect(() => late.app.synth()).toThrow(`(${path.join(outdir, 'other.k8s.yaml')})`);
  });
});

test('an app that writes its files itself is read again at the end', () => {
  class Own extends App {
    public synth(): void {
      for (const chart of this.charts) { fs.writeFileSync(path.join(outdir, `${chart.node.id}.json`), JSON.stringify(chart.toJson())); }
    }
  }
  const fine = shop({ OwnApp: Own });
  expect(() => fine.app.synth()).not.toThrow();
  const late = shop({ OwnApp: Own });
  inValidation(late.other, 3, () => hole(late.other));
  expect(() => late.app.synth()).toThrow(JUDGED_LAST);
  const changed = shop({ OwnApp: Own });
  const policy = new ApiObject(changed.other, 'hole', CLOSED);
  inValidation(changed.other, 3, () => policy.addJsonPatch(JsonPatch.add('/spec/ingress/-', {})));
  expect(() => changed.app.synth()).toThrow(JUDGED_LAST);
});

describe('two objects that cdk8s would write to one file', () => {
  const types = [YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE];

  test.each(types)('are an error, because one of them would be lost (output type %d)', yamlOutputType => {
    const { app, other } = shop({ props: { yamlOutputType } });
    new ApiObject(other, 'a', { ...HOLE, metadata: { name: 'same', namespace: 'a' } });
    new ApiObject(other, 'b', { ...HOLE, metadata: { name: 'same', namespace: 'b' } });
    const message = /\[shop\/intent\] its claims were not judged: cdk8s would lose other\/b \(NP034\)\n {2}\[other\] other\/b: error NP034: cdk8s writes this object to the file of another object, NetworkPolicy\.same, so one of the two is lost \(the other object: other\/a\); make the app with/;
    expect(() => app.synth()).toThrow(message);
    expect(() => Connectivity.fromApp(app)).toThrow(/^other\/b: error NP034/);
  });

  test('are one object if they are equal', () => {
    const { app, other } = shop({ props: { yamlOutputType: YamlOutputType.FILE_PER_RESOURCE } });
    for (const id of ['a', 'b']) { new ApiObject(other, id, CLOSED); }
    expect(() => app.synth()).not.toThrow();
  });

  test('are no error if the files have several objects, or two folders', () => {
    for (const yamlOutputType of [YamlOutputType.FILE_PER_CHART, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE]) {
      const { app, other } = shop({ props: { yamlOutputType } });
      for (const namespace of ['a', 'b']) { hole(new Chart(app, namespace)).addJsonPatch(JsonPatch.replace('/metadata/namespace', namespace)); }
      new ApiObject(other, 'same', { ...CLOSED, metadata: { name: 'hole', namespace: 'c' } });
      expect(() => app.synth()).not.toThrow();
    }
  });
});

describe('a Namespace that two charts declare', () => {
  const declare = (chart: Chart, labels: Record<string, string>) =>
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'app', labels } });

  test('with equal content is one, without a warning', () => {
    const { app, other } = shop();
    for (const chart of [other, new Chart(app, 'third')]) { declare(chart, { team: 'shop' }); }
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect(() => app.synth()).not.toThrow();
    expect(warnings.mock.calls.filter(([text]) => String(text).includes('twice'))).toEqual([]);
    warnings.mockRestore();
  });

  test('with different content is an error with both places and the fix', () => {
    const { app, other } = shop();
    declare(other, { team: 'shop' });
    declare(new Chart(app, 'third'), { team: 'other' });
    expect(() => app.synth()).toThrow(/\[shop\/intent\] third\/namespace: error NP032: Namespace app is declared twice, with different content: metadata\.labels[^(]* \(the first declaration: other\/namespace\); remove one/);
  });
});

test('a policy of ours does not take the name of a policy in a list', () => {
  const { app, other, intent } = shop();
  new ApiObject(other, 'list', { apiVersion: 'v1', kind: 'List', items: [{ ...CLOSED, metadata: { name: 'default-deny-all', namespace: 'app' } }, { apiVersion: 'v1', kind: 'ConfigMap' }] });
  expect(() => app.synth()).not.toThrow();
  expect(intent.verdicts().map(({ holds }) => holds)).toEqual([true]);
  expect(Testing.synth(app.charts[0])).not.toContainEqual(expect.objectContaining({ metadata: expect.objectContaining({ name: 'default-deny-all' }) }));
});

test('the pods of a list are workloads', () => {
  const { app, other, db } = shop();
  const pod = { metadata: { name: 'p', namespace: 'app', labels: { app: 'web' } }, spec: { containers: [] } };
  new ApiObject(other, 'pods', { apiVersion: 'v1', kind: 'PodList', items: [pod] });
  expect(Connectivity.fromApp(app).checkAllowed(Endpoint.workload('app/p'), db).holds).toBe(true);
});

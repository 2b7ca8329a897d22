import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, Include, IResolver, JsonPatch, Lazy, YamlOutputType } from 'cdk8s';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { CHECKS } from './claim-program';
import { arbitraryProgram, buildApp, Program } from './program';
import { Connectivity, ConnectivityIntent, Endpoint, Peer, Port } from '../../src';
import { randomRuns } from '../support/random-runs';

/*
 * What is judged is what is written: the verdicts on an app are those on the text that its synth writes, whatever changes the app on the way.
 */

/** A claim about parties that mean the same in an app and in its text. */
interface ClaimPlan {
  readonly kind: 'allowed' | 'denied' | 'admitsOnly' | 'reachesOnly';
  readonly first: string;
  readonly second: readonly string[];
  readonly port: number | undefined;
}

/** A change of an app on the way to its text. */
type Change = (app: App) => void;

interface AppPlan {
  readonly program: Program;
  readonly changes: readonly Change[];
  readonly resolvers: readonly IResolver[];
  readonly output: YamlOutputType;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'promise-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const PODS = ['x/web', 'x/api', 'y/web', 'y/client', 'z/client'] as const;

/** Parties by name. To try more kinds of party, add them here. Tiers are the app's own, so the text can only have a peer that means the same. */
const PARTIES: Readonly<Record<string, IConstruct>> = {
  ...Object.fromEntries(PODS.map(name => [name, Endpoint.workload(name)])),
  '10.1.2.3': Endpoint.address('10.1.2.3'),
  '192.0.2.0/24': Endpoint.address('192.0.2.0/24'),
};

/** Further parties for lists. */
const LISTED: Readonly<Record<string, IConstruct>> = {
  ...PARTIES,
  everything: Peer.anything(),
  front: Peer.pods({ labels: { role: 'front' }, namespace: 'x' }),
  y: Peer.namespace('y'),
  team: Peer.namespaces({ labels: { team: 'a' } }),
  dns: Peer.clusterDns(),
};

function pod(name: string): { apiVersion: string; kind: string; metadata: any; spec: any } {
  const [namespace, app] = name.split('/');
  const labels = { app, role: app === 'web' ? 'front' : 'back' };
  const ports = [{ name: 'http', containerPort: 80 }, { containerPort: 8080 }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: app, namespace, labels }, spec: { containers: [{ name: 'main', image: 'main', ports }] } };
}

const PEERS = [{ podSelector: {} }, { namespaceSelector: {} }, { podSelector: { matchLabels: { role: 'front' } } }, { ipBlock: { cidr: '10.0.0.0/8' } }, { namespaceSelector: { matchLabels: { team: 'a' } } }];

const rule = (side: 'from' | 'to') => fc.oneof(fc.constant({}), fc.subarray(PEERS, { minLength: 1 }).map(peers => ({ [side]: peers, ports: [{ port: 80 }] })));

/** A hand-written policy. Two of the same name have different content in some runs, which is an error in the app and in its text. */
const policy = fc.record({
  name: fc.constantFrom('one', 'two', 'three', 'four', 'five', 'default-deny-all'),
  namespace: fc.constantFrom('x', 'y', undefined),
  app: fc.constantFrom('web', 'api', undefined),
  ingress: fc.option(fc.array(rule('from'), { maxLength: 2 }), { nil: undefined }),
  egress: fc.option(fc.array(rule('to'), { maxLength: 2 }), { nil: undefined }),
}).map(({ name, namespace, app, ingress, egress }) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `${name}-${app ?? 'all'}`, namespace },
  spec: { podSelector: app === undefined ? {} : { matchLabels: { app } }, ingress, egress },
}));

const chartNumber = fc.nat({ max: 2 });
let made = 0;

/** Adds an object under an id that no other has. */
function add(app: App, chart: number, object: object): ApiObject {
  return new ApiObject(app.node.findChild(`chart-${chart}`), `change-${made++}`, object as { apiVersion: string; kind: string });
}

/** Calls `change` in the validation of a chart with this number. */
function inValidation(app: App, chart: number, number: number, change: Change): void {
  let calls = 0;
  app.node.findChild(`chart-${chart}`).node.addValidation({
    validate: () => {
      if (++calls === number) { change(app); }
      return [];
    },
  });
}

const inList = (object: { kind: string; apiVersion: string }, how: number): object => [
  { apiVersion: 'v1', kind: 'List', items: [object] },
  { apiVersion: object.apiVersion, kind: `${object.kind}List`, items: [{ ...object, apiVersion: undefined, kind: undefined }] },
  { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [object] }, object] },
][how];

/** JSON patches of a policy, also of ours. */
const patches = fc.constantFrom<JsonPatch[]>(
  [JsonPatch.add('/spec/ingress', [{}]), JsonPatch.add('/spec/policyTypes', ['Ingress', 'Egress'])],
  [JsonPatch.add('/spec/egress', [{ to: [{ namespaceSelector: {} }] }]), JsonPatch.add('/spec/policyTypes', ['Egress'])],
  [JsonPatch.replace('/spec/podSelector', { matchLabels: { role: 'front' } })],
  [JsonPatch.add('/spec/ingress', undefined)],
  [JsonPatch.replace('/metadata/name', 'renamed')],
  [JsonPatch.replace('/metadata/namespace', 'y')],
);

const INCLUDED = path.join(folder, 'included.yaml');
fs.writeFileSync(INCLUDED, [inList(pod('z/included'), 1), {
  apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items: [{ metadata: { name: 'included', namespace: 'x' }, spec: { podSelector: {}, ingress: [{ from: [PEERS[1]] }] } }],
}].map(object => JSON.stringify(object)).join('\n---\n'));

/** What a change does once. */
const simpleChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(policy, chartNumber).map(([object, chart]): Change => app => { add(app, chart, object); }) },
  {
    weight: 3,
    arbitrary: fc.tuple(policy, chartNumber, fc.nat({ max: 2 })).map(([object, chart, how]): Change => app => {
      add(app, chart, inList(object, how));
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(policy, chartNumber).map(([object, chart]): Change => app => {
      add(app, chart, { ...object, spec: Lazy.any({ produce: () => object.spec }) });
    }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat({ max: 20 }), patches).map(([index, operations]): Change => app => {
      const policies = app.node.findAll().filter(c => ApiObject.isApiObject(c) && c.kind === 'NetworkPolicy') as ApiObject[];
      policies[index % policies.length]?.addJsonPatch(...operations);
    }),
  },
  // Mostly equal Namespaces.
  {
    weight: 2,
    arbitrary: fc.tuple(chartNumber, fc.constantFrom('a', 'a', 'a', 'b')).map(([chart, team]): Change => app => {
      add(app, chart, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'y', labels: { team } } });
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(policy, chartNumber).map(([object, number]): Change => app => {
      const chart = app.node.findChild(`chart-${number}`) as Chart;
      const original = chart.toJson;
      chart.toJson = () => [...original.call(chart).filter(({ metadata }: any) => !metadata.name.startsWith('allow-dns')), object];
    }),
  },
);

/** `number` is the call of the validation in which a change may happen. */
const change = (number: fc.Arbitrary<number>): fc.Arbitrary<Change> => fc.oneof(
  { weight: 2, arbitrary: simpleChange },
  {
    weight: 1,
    arbitrary: fc.tuple(simpleChange, chartNumber, number).map(([inner, chart, call]): Change => app => inValidation(app, chart, call, inner)),
  },
);

const resolver: fc.Arbitrary<IResolver> = fc.constantFrom<IResolver>(
  { resolve: context => { if (context.value === 'front') { context.replaceValue('back'); } } },
  { resolve: context => { if (context.key.join() === 'spec,ingress' && context.value.length === 1) { context.replaceValue([]); } } },
);

const planOf = (calls: fc.Arbitrary<number>): fc.Arbitrary<AppPlan> => fc.record({
  program: arbitraryProgram,
  changes: fc.array(change(calls), { maxLength: 4 }),
  resolvers: fc.array(resolver, { maxLength: 1 }),
  output: fc.constantFrom(...Object.values(YamlOutputType).filter((type): type is YamlOutputType => typeof type === 'number')),
});

const claims: fc.Arbitrary<ClaimPlan[]> = fc.array(fc.oneof(
  fc.record({
    kind: fc.constantFrom('allowed', 'denied'),
    first: fc.constantFrom(...PODS),
    second: fc.constantFrom(...Object.keys(PARTIES)).map(name => [name]),
    port: fc.constantFrom(undefined, 80, 8080),
  }),
  fc.record({
    kind: fc.constantFrom('admitsOnly', 'reachesOnly'),
    first: fc.constantFrom(...PODS),
    second: fc.subarray(Object.keys(LISTED)),
    port: fc.constantFrom(undefined, 80, 8080),
  }),
), { minLength: 1, maxLength: 6 }) as fc.Arbitrary<ClaimPlan[]>;

/** Makes the app of a plan, with its pods. Each call makes a new one, and the same one. */
function appOf({ program, changes, resolvers, output }: AppPlan): App {
  made = 0;
  const app = buildApp(program);
  const outdir = fs.mkdtempSync(path.join(folder, 'app-'));
  Object.assign(app, { outdir, yamlOutputType: output });
  app.resolvers.unshift(...resolvers);
  PODS.forEach((name, i) => add(app, i % 3, i % 2 === 0 ? pod(name) : inList(pod(name), 1)));
  for (const each of changes) { each(app); }
  return app;
}

/** The text that the synth of an app has written. */
function textOf(app: App): string {
  const files = fs.readdirSync(app.outdir, { recursive: true }).map(name => path.join(app.outdir, String(name))).filter(file => file.endsWith('.yaml')).sort();
  return files.map(file => fs.readFileSync(file, 'utf8')).join('---\n');
}

const partiesOf = ({ first, second }: ClaimPlan): [IConstruct, IConstruct[]] => [PARTIES[first], second.map(name => LISTED[name])];
const optionsOf = ({ port }: ClaimPlan) => port === undefined ? {} : { ports: [Port.tcp(port)] };

/** `open` makes the connectivity. An input that cannot be judged has no verdicts. */
function verdictsOf(open: () => Connectivity, plans: readonly ClaimPlan[]): unknown[] | 'cannot be judged' {
  let connectivity: Connectivity;
  try {
    connectivity = open();
  } catch (error) {
    return 'cannot be judged';
  }
  return plans.map(plan => {
    const [first, second] = partiesOf(plan);
    try {
      const verdict = plan.kind === 'allowed' || plan.kind === 'denied'
        ? connectivity[CHECKS[plan.kind]](first, second[0], optionsOf(plan))
        : connectivity[CHECKS[plan.kind]](first, second, optionsOf(plan));
      return [plan.kind, verdict.holds, verdict.undecided, verdict.assumptions];
    } catch (error) {
      // There is nothing to judge, such as a Pod and itself.
      return [plan.kind, false, (error as Error).message];
    }
  });
}

function claimIn(app: App, id: string, plan: ClaimPlan): void {
  const intent = new ConnectivityIntent(app.node.findChild('chart-0') as Chart, id);
  const [first, second] = partiesOf(plan);
  if (plan.kind === 'allowed' || plan.kind === 'denied') { intent[plan.kind](first, second[0], optionsOf(plan)); } else { intent[plan.kind](first, second, optionsOf(plan)); }
}

/** The message of the error that a synth throws. */
function failureOf(app: App): string | undefined {
  try {
    app.synth();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The charts of an app may repeat an object with other content, or write two objects to one file. Its text shows only one of the two. */
const repeatsAnObject = (failure: string | undefined) => failure !== undefined && /NP034|objects of one name|the same things/.test(failure);

const included = (plan: AppPlan): AppPlan => ({ ...plan, changes: [...plan.changes, app => { new Include(app.node.findChild('chart-2'), 'include', { url: INCLUDED }); }] });

beforeEach(() => { jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined); });
afterEach(() => { jest.restoreAllMocks(); });

test('the verdicts on an app are those on the text that its synth writes', () => {
  let judged = 0;
  const check = (plan: AppPlan, plans: readonly ClaimPlan[]) => {
    const plain = appOf(plan);
    const plainFailure = failureOf(plain);
    fc.pre(!repeatsAnObject(plainFailure));
    expect(plainFailure).toBeUndefined();
    const verdicts = verdictsOf(() => Connectivity.fromYaml(textOf(plain)), plans);
    expect(verdictsOf(() => Connectivity.fromApp(appOf(plan)), plans)).toEqual(verdicts);
    const app = appOf(plan);
    plans.forEach((claim, i) => claimIn(app, `intent-${i}`, claim));
    const failure = failureOf(app) ?? '';
    const fails = plans.map((_, i) => failure.includes(`[chart-0/intent-${i}] `));
    expect(fails).toEqual(plans.map((_, i) => verdicts === 'cannot be judged' || !(verdicts[i] as [string, boolean])[1]));
    if (verdicts !== 'cannot be judged') { judged++; }
  };
  const plans = planOf(fc.constant(1));
  fc.assert(fc.property(plans, claims, check), { numRuns: randomRuns(500) });
  // Each Include starts a process.
  fc.assert(fc.property(plans.map(included), claims, check), { numRuns: randomRuns(20) });
  expect(judged).toBeGreaterThan(randomRuns(520) / 3);
});

test('a synth that does not fail has written what its claims say, even if the app changes in the middle of it', () => {
  fc.assert(fc.property(planOf(fc.integer({ min: 1, max: 6 })), claims, (plan, plans) => {
    const app = appOf(plan);
    plans.forEach((claim, i) => claimIn(app, `intent-${i}`, claim));
    const failure = failureOf(app);
    fc.pre(failure === undefined);
    const verdicts = verdictsOf(() => Connectivity.fromYaml(textOf(app)), plans);
    expect(verdicts).toEqual(plans.map(({ kind }) => [kind, true, false, expect.anything()]));
  }), { numRuns: randomRuns(250) });
});

import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, Include } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { IConstruct } from 'constructs';
import { ClaimOptions, ClusterFacts, ConnectivityIntent, DefaultDeny, Endpoint, Peer, Port, Tier } from '../../src';

/*
 * Programs whose claims were once judged with pods that stood in for all others, so that `synth` passed although a claim was untrue. Each is written
 * as a user writes it, in an app with a chart of the namespace `app`, and tried with its lines in both orders and with unrelated lines around it.
 */

/** A claim of a row, by the name of a method of ConnectivityIntent. */
interface Claim {
  readonly kind: 'allowed' | 'denied' | 'admitsOnly' | 'reachesOnly';
  readonly first: () => IConstruct;
  readonly second: () => IConstruct | IConstruct[];
  readonly options?: ClaimOptions;
  /** The chart of the intent; that of the namespace `app` if absent. */
  readonly chart?: Chart;
}

interface Program {
  /** Lines whose order must make no difference. */
  readonly lines: readonly (() => unknown)[];
  readonly claims: readonly Claim[];
}

interface World { readonly app: App; readonly chart: Chart }

/** `holds`, `untrue`, `holds, assuming extra-label`, or the error. */
function verdictOn(intent: ConnectivityIntent): string {
  try {
    const [{ holds, undecided, assumptions }] = intent.verdicts();
    return `${holds ? 'holds' : undecided ? 'undecided' : 'untrue'}${assumptions.length > 0 ? `, assuming ${assumptions.join(' and ')}` : ''}`;
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

type Order = 'written' | 'reversed';

/** The verdicts on the claims of a program. */
function verdictsOf(build: (world: World) => Program, order: Order, isSurrounded: boolean): string[] {
  const app = new App();
  const chart = new Chart(app, 'chart', { namespace: 'app' });
  const { lines, claims } = build({ app, chart });
  const surroundings = isSurrounded ? unrelated(app) : { before: () => undefined, after: () => undefined };
  surroundings.before();
  for (const line of order === 'written' ? lines : [...lines].reverse()) { line(); }
  const numbered = claims.map((claim, i) => ({ claim, i }));
  const intents = (order === 'written' ? numbered : numbered.reverse()).map(({ claim, i }) => ({ i, intent: intentOf(chart, claim, i) }));
  surroundings.after();
  return intents.sort((a, b) => a.i - b.i).map(({ intent }) => verdictOn(intent));
}

function intentOf(chart: Chart, { kind, first, second, options, chart: own }: Claim, i: number): ConnectivityIntent {
  const intent = new ConnectivityIntent(own ?? chart, `intent-${i}`);
  const others = second();
  return kind === 'allowed' || kind === 'denied'
    ? intent[kind](first(), others as IConstruct, options)
    : intent[kind](first(), others as IConstruct[], options);
}

/** Tiers, peers, policies and claims of another namespace, before and after those of a program. */
function unrelated(app: App): { before: () => void; after: () => void } {
  const chart = new Chart(app, 'unrelated', { namespace: 'elsewhere' });
  for (const name of ['elsewhere', 'kube-system']) { namespace(chart, name, {}); }
  const a = new Tier(chart, 'a', { labels: { unrelated: 'a' }, ports: [Port.tcp(9000), Port.named('elsewhere')] });
  const b = new Tier(chart, 'b', { labels: { unrelated: 'b' }, ports: [Port.tcp(9000)] });
  return {
    before: () => {
      a.allowFrom(Peer.namespaces({ labels: { unrelated: 'yes' } }));
      new ConnectivityIntent(chart, 'before').denied(Peer.namespaces({ labels: { unrelated: 'no' } }), a).denied(b, a);
    },
    after: () => {
      b.allowFrom(a);
      new ConnectivityIntent(chart, 'after').allowed(a, b).admitsOnly(b, [a]).denied(Peer.anything(), Peer.namespace('nowhere'));
    },
  };
}

function deployment(chart: Chart, name: string, labels: Record<string, string>, spec: object = {}): ApiObject {
  return new ApiObject(chart, `deployment-${name}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } } },
  });
}

function namespace(chart: Chart, name: string, labels: Record<string, string>): void {
  ClusterFacts.of(chart).addNamespace(name, { labels });
}

const team = (name: string) => Peer.namespaces({ labels: { team: name } });
const TCP_80 = [Port.tcp(80)];

function shop(chart: Chart) {
  const frontend = new Tier(chart, 'frontend');
  const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  const lines = [
    () => backend.allowFrom(frontend), () => db.allowFrom(backend), () => backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] }),
  ];
  return { frontend, backend, db, lines };
}

const ROWS: [string, (world: World) => Program, string[]][] = [
  ['a claim about the namespaces of one team says nothing about those of another', ({ chart }) => {
    const { db } = shop(chart);
    return {
      lines: [() => db.allowFrom(team('blue')), () => namespace(chart, 'r', { team: 'red' }), () => namespace(chart, 'b', { team: 'blue' })],
      claims: [{ kind: 'denied', first: () => team('red'), second: () => db }, { kind: 'denied', first: () => team('blue'), second: () => db }],
    };
  }, ['holds', 'untrue']],
  ['a team without a declared namespace has its namespaces elsewhere', ({ chart }) => {
    const { db } = shop(chart);
    return {
      lines: [() => db.allowFrom(team('blue')), () => namespace(chart, 'app', {}), () => namespace(chart, 'kube-system', {})],
      claims: [
        { kind: 'denied', first: () => team('red'), second: () => db },
        { kind: 'denied', first: () => team('blue'), second: () => db },
        { kind: 'denied', first: () => team('blue'), second: () => db, options: { strict: true } },
      ],
    };
  }, ['holds', 'untrue', 'untrue']],
  ['parties that hold every pod of the shop hold its backend', ({ chart }) => {
    const { db, lines } = shop(chart);
    const whole = Tier.wholeNamespace(chart, 'whole');
    return {
      lines,
      claims: [
        { kind: 'denied', first: () => Peer.anything(), second: () => db },
        { kind: 'denied', first: () => Peer.thisNamespace(), second: () => db },
        { kind: 'denied', first: () => Peer.namespace('app'), second: () => Peer.publicInternet() },
        { kind: 'reachesOnly', first: () => whole, second: () => [Peer.clusterDns()] },
      ],
    };
  }, ['untrue', 'untrue', 'untrue', 'untrue']],
  ['a policy in a list that an Include reads is judged', ({ chart }) => {
    const { frontend, db, lines } = shop(chart);
    const open = (name: string, app: string, key: string) => ({
      ...key === 'List' ? { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' } : {},
      metadata: { name, namespace: 'app' },
      spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
    });
    const include = (kind: string, app: string) => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'list-'));
      const url = path.join(folder, 'list.yaml');
      fs.writeFileSync(url, JSON.stringify({ apiVersion: kind === 'List' ? 'v1' : 'networking.k8s.io/v1', kind, items: [open(`open-${app}`, app, kind)] }));
      new Include(chart, `include-${app}`, { url });
      fs.rmSync(folder, { recursive: true });
    };
    return {
      lines: [...lines, () => include('List', 'frontend'), () => include('NetworkPolicyList', 'db')],
      claims: [{ kind: 'denied', first: () => frontend, second: () => db }, { kind: 'admitsOnly', first: () => db, second: () => [] }],
    };
  }, ['untrue', 'untrue']],
  ['two named ports of a tier are two ports, although a pod could give both one number', ({ chart }) => {
    const fe = new Tier(chart, 'fe');
    const api = new Tier(chart, 'api', { ports: [Port.named('http'), Port.named('metrics')] });
    const metrics = { ports: [Port.named('metrics')] };
    return {
      lines: [() => api.allowFrom(fe, { ports: [Port.named('http')] })],
      claims: [{ kind: 'allowed', first: () => fe, second: () => api, options: metrics }, { kind: 'denied', first: () => fe, second: () => api, options: metrics }],
    };
  }, ['untrue', 'holds, assuming port-name']],
  ['a peer that has the name of a workload means its own pods', ({ app, chart }) => {
    const other = new Chart(app, 'other', { namespace: 'zzz' });
    const fe = new Tier(chart, 'fe');
    const db = Peer.pods({ labels: { app: 'closed' }, namespace: 'app' }).named('db');
    const named = () => deployment(other, 'db', { app: 'open' });
    const many = () => {
      for (let i = 0; i < 40; i++) {
        deployment(other, `d${i}`, { app: `d${i}` });
        new ApiObject(other, `p${i}`, {
          apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}` }, spec: { podSelector: { matchLabels: { app: `d${i}` } } },
        });
      }
    };
    return {
      lines: [
        named, many, () => new Tier(chart, 'closed'), () => fe.allowTo(Peer.namespace('zzz'), { ports: TCP_80 }),
        () => namespace(chart, 'zzz', {}),
      ],
      claims: [
        { kind: 'denied', first: () => fe, second: () => db },
        { kind: 'denied', first: () => fe, second: () => Endpoint.workload('zzz/db') },
      ],
    };
  }, ['holds', 'untrue']],
  ['a peer without a namespace means the namespace of the chart', ({ app, chart }) => {
    const bare = new Chart(app, 'bare');
    const web = (namespaceLabels?: Record<string, string>) => Peer.pods({ labels: { app: 'web' }, namespaceLabels });
    const policy = (id: string, ns: string, ingress: object[]) => new ApiObject(bare, id, {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: id, namespace: ns }, spec: { podSelector: {}, ingress },
    });
    return {
      lines: [
        () => policy('closed', 'app', [{ from: [{ podSelector: {} }] }]),
        () => policy('open', 'default', []),
        () => policy('red', 'blue-in-name-only', []),
        () => namespace(chart, 'blue-in-name-only', { team: 'red' }),
        () => namespace(chart, 'red', {}),
        () => namespace(chart, 'app', {}),
      ],
      claims: [
        { kind: 'allowed', first: () => Peer.thisNamespace(), second: () => web(), options: { ports: TCP_80 } },
        { kind: 'allowed', first: () => Peer.thisNamespace(), second: () => web({ team: 'red' }), options: { ports: TCP_80 } },
        { kind: 'denied', first: () => Peer.thisNamespace(), second: () => web({ team: 'red' }), options: { ports: TCP_80 } },
        { kind: 'allowed', first: () => Peer.thisNamespace(), second: () => web(), options: { ports: TCP_80 }, chart: bare },
      ],
    };
  }, ['holds', 'untrue', 'holds, assuming new-namespace', 'error: a namespace is missing']],
  ['a declared namespace is in the party that its labels mean', ({ chart }) => {
    const { db } = shop(chart);
    return {
      lines: [
        () => db.allowFrom(Peer.namespace('partners')),
        () => new ApiObject(new Chart(chart, 'namespaces'), 'partners', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'partners', labels: { team: 'partners' } } }),
      ],
      claims: [{ kind: 'denied', first: () => team('partners'), second: () => db }],
    };
  }, ['untrue']],
  ['a pod of a tier could carry the label of a tier that is open to anything', ({ chart }) => {
    const { backend, db } = shop(chart);
    const debug = new Tier(chart, 'debug', { labels: { debug: 'true' } });
    return {
      lines: [() => db.allowFrom(backend), () => debug.allowFrom(Peer.anything(), { ports: [Port.all()] })],
      claims: [
        { kind: 'admitsOnly', first: () => db, second: () => [backend] },
        { kind: 'admitsOnly', first: () => db, second: () => [backend], options: { strict: true } },
      ],
    };
  }, ['holds, assuming extra-label', 'untrue, assuming extra-label']],
  ['a pod of a tier could carry the label that a tier of clients has', ({ chart }) => {
    const { frontend, db } = shop(chart);
    const clients = new Tier(chart, 'clients', { labels: { 'db-client': 'true' } });
    return {
      lines: [() => db.allowFrom(clients)],
      claims: [{ kind: 'denied', first: () => frontend, second: () => db }],
    };
  }, ['holds, assuming extra-label']],
  ['a pod of a tier could carry the label that a peer of clients has', ({ chart }) => {
    const { frontend, db, lines } = shop(chart);
    return {
      lines: [...lines, () => db.allowFrom(Peer.pods({ labels: { 'db-client': 'true' } })), () => frontend.allowTo(Peer.anything(), { ports: [Port.all()] })],
      claims: [{ kind: 'denied', first: () => frontend, second: () => db }],
    };
  }, ['holds, assuming extra-label']],
  ['workloads of cdk8s-plus are the same party by tier and by name', ({ chart }) => {
    const workload = (id: string) => new kplus.Deployment(chart, id, {
      metadata: { name: id }, containers: [{ image: 'i', portNumber: 80, securityContext: { ensureNonRoot: false, readOnlyRootFilesystem: false } }],
    });
    const [be, db] = ['be', 'db'].map(id => Tier.fromWorkload(chart, `${id}-tier`, workload(id)));
    return {
      lines: [() => db.allowFrom(be)],
      claims: [
        { kind: 'admitsOnly', first: () => db, second: () => [be] },
        { kind: 'admitsOnly', first: () => Endpoint.workload('app/db'), second: () => [Endpoint.workload('app/be')] },
      ],
    };
  }, ['holds', 'holds']],
  ['a workload of cdk8s-plus in a list permits what its tier selects: its labels without the version, unless another workload has them too', ({ chart }) => {
    const workload = (id: string, labels: Record<string, string>) => new kplus.Deployment(chart, id, {
      metadata: { name: id }, podMetadata: { labels }, containers: [{ image: 'i', portNumber: 80, securityContext: { ensureNonRoot: false, readOnlyRootFilesystem: false } }],
    });
    const [be] = [workload('be', { app: 'be', version: '1' }), workload('one', { app: 'twin' }), workload('two', { app: 'twin' })];
    const db = new Tier(chart, 'db');
    const ports = [Port.tcp(5432)];
    const twins = Peer.pods({ labels: { app: 'twin' } });
    return {
      lines: [() => db.allowFrom(Peer.anyOf([Tier.of(be), twins]), { ports })],
      claims: [
        { kind: 'admitsOnly', first: () => db, second: () => [Endpoint.workload('app/be'), twins] },
        { kind: 'admitsOnly', first: () => db, second: () => [Endpoint.workload('app/be'), Endpoint.workload('app/one'), Endpoint.workload('app/two')] },
      ],
    };
  }, ['holds', 'untrue']],
  ['a port name that nobody has is an error', ({ chart }) => {
    const { frontend, backend, lines } = shop(chart);
    const ports = [Port.named('htpp')];
    return {
      lines: [...lines, () => backend.allowFrom(Peer.anything(), { ports: [Port.all()] })],
      claims: [
        { kind: 'admitsOnly', first: () => backend, second: () => [], options: { ports } },
        { kind: 'denied', first: () => frontend, second: () => backend, options: { ports } },
      ],
    };
  }, ['error: a port name', 'error: a port name']],
  ['a party that matches no pod, although its namespace has workloads, cannot hold strictly', ({ chart }) => {
    const { db, lines } = shop(chart);
    const typo = () => Peer.pods({ labels: { app: 'frontnd' } });
    return {
      lines: [...lines, () => deployment(chart, 'frontend', { app: 'frontend' }), () => deployment(chart, 'db', { app: 'db' })],
      claims: [{ kind: 'denied', first: typo, second: () => db }, { kind: 'denied', first: typo, second: () => db, options: { strict: true } }],
    };
  }, ['holds', 'untrue']],
  ['pods reach each other by their addresses', ({ chart }) => {
    const { frontend, db } = shop(chart);
    return {
      lines: [() => db.allowFrom(Peer.anyIpv4()), () => frontend.allowTo(Peer.anyIpv4(), { ports: [Port.all()] })],
      claims: [{ kind: 'denied', first: () => frontend, second: () => db }],
    };
  }, ['untrue']],
  ['a tier of another app is an error', ({ chart }) => {
    const { db, lines } = shop(chart);
    const foreign = new Tier(new Chart(new App(), 'foreign', { namespace: 'app' }), 'frontend');
    return { lines, claims: [{ kind: 'denied', first: () => foreign, second: () => db }] };
  }, ['error: a tier of another app']],
  ['a workload on the network of its node can share a node with any pod', ({ chart }) => {
    const { frontend, lines } = shop(chart);
    return {
      lines: [...lines, () => deployment(chart, 'agent', { app: 'agent' }, { hostNetwork: true }), () => deployment(chart, 'web', { app: 'frontend' })],
      claims: [
        { kind: 'denied', first: () => Endpoint.workload('app/agent'), second: () => frontend },
        { kind: 'denied', first: () => Endpoint.workload('app/agent'), second: () => Endpoint.workload('app/web') },
      ],
    };
  }, ['untrue', 'untrue']],
  ['a team could get another namespace, which has no default deny', ({ app, chart }) => {
    const gw = new Tier(chart, 'gw');
    const red = ['red-1', 'red-2'].map(name => new Chart(app, name, { namespace: name }));
    return {
      lines: [
        ...red.map(one => () => new DefaultDeny(one, 'deny')),
        ...red.map(one => () => namespace(one, one.namespace!, { team: 'red' })),
        () => namespace(chart, 'app', {}),
        () => namespace(chart, 'kube-system', {}),
      ],
      claims: [{ kind: 'admitsOnly', first: () => Peer.pods({ labels: { app: 'api' }, namespaceLabels: { team: 'red' } }), second: () => [gw] }],
    };
  }, ['holds, assuming new-namespace']],
];

/** Errors of rows, by what they must say. */
const ERRORS: Record<string, RegExp> = {
  'error: a port name': /^error: .*name 'htpp'/,
  'error: a tier of another app': /^error: .*foreign\/frontend is a tier of another app/,
  'error: a namespace is missing': /^error: .*namespace/,
};

describe.each(ROWS)('%s', (_, build, expected) => {
  test.each<[string, Order, boolean]>([
    ['as written', 'written', false],
    ['in the other order', 'reversed', false],
    ['with unrelated lines around it', 'written', true],
    ['in the other order, with unrelated lines around it', 'reversed', true],
  ])('%s', (__, order, isSurrounded) => {
    let verdicts: string[];
    try {
      verdicts = verdictsOf(build, order, isSurrounded);
    } catch (error) {
      // A call that is wrong for every cluster throws at once.
      verdicts = [`error: ${(error as Error).message}`];
    }
    expect(verdicts.map((verdict, i) => ERRORS[expected[i]]?.test(verdict) ? expected[i] : verdict)).toEqual(expected);
  });
});

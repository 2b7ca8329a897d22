import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-34';
import { chartIn, deployment, newChart } from './synthesized';
import { Connectivity, DefaultDeny, Endpoint, Peer, Policies, PolicyLayout, Port, Tier } from '../../src';
import { Plan } from '../../src/changes/plan';
import { ApiResource } from '../../src/k8s/objects';
import { planOf } from '../changes/planned';

/* kubectl applies a file from top to bottom, so the order of the policies decides which connections fail in the meantime. */

function objectsOf(chart: Chart): ApiResource[] {
  return Testing.synth(chart) as ApiResource[];
}

function namesOf(chart: Chart): string[] {
  return objectsOf(chart).filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => (metadata as { name: string }).name);
}

/** Three tiers in a chain, with workloads, in this order of statements. */
function shop(layout = PolicyLayout.PER_EDGE): Chart {
  const chart = newChart('shop');
  Policies.of(chart).useLayout(layout);
  const tiers = ['web', 'api', 'db'].map(id => Tier.fromApiObject(chart, id, deployment(chart, `${id}-deployment`, { labels: { app: id }, metadata: { name: id } }), { ports: [Port.tcp(80)] }));
  tiers[1].allowFrom(tiers[0]);
  tiers[2].allowFrom(tiers[1]);
  tiers[1].allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });
  return chart;
}

/** The connections that the shop needs: source, destination and port. */
const WANTED: [string, string, Port][] = [
  ['shop/web', 'shop/api', Port.tcp(80)], ['shop/api', 'shop/db', Port.tcp(80)], ['shop/api', '8.8.8.8', Port.tcp(443)],
  ...['web', 'api', 'db'].map((id): [string, string, Port] => [`shop/${id}`, 'kube-system/dns', Port.udp(53)]),
];

const DNS = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [] } };

/** How many of the wanted connections fail while these objects are applied. */
function failures(objects: readonly ApiResource[]): number {
  const state = Connectivity.fromYaml([DNS, ...objects].map(object => JSON.stringify(object)).join('\n---\n'));
  return WANTED.filter(([from, to, port]) => !state.checkAllowed(endpoint(from), endpoint(to), { ports: [port] }).holds).length;
}

const endpoint = (name: string) => name.includes('/') ? Endpoint.workload(name) : Endpoint.address(name);

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) { return [[]]; }
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map(rest => [item, ...rest]));
}

describe('the policies of a namespace are written in a file', () => {
  test('with the edges for ingress first, then those for egress, then DNS, and the default deny last', () => {
    expect(namesOf(shop())).toEqual([
      'allow-web-to-api', 'allow-api-to-db',
      'allow-web-to-api-egress', 'allow-api-to-db-egress', 'allow-api-to-internet-egress',
      'allow-dns', 'default-deny-all',
    ]);
  });

  test('in an order that lets fewer connections fail than any other order of the kinds of policies', () => {
    const objects = objectsOf(shop());
    const workloads = objects.filter(({ kind }) => kind === 'Deployment');
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    const known = new Map<string, number>();
    const failuresOf = (applied: readonly ApiResource[]) => {
      const key = policies.map(policy => applied.includes(policy)).join();
      known.set(key, known.get(key) ?? failures([...workloads, ...applied]));
      return known.get(key)!;
    };
    // Summed over the states that the cluster has while the policies are applied one by one.
    const gap = (order: readonly ApiResource[]) => order.reduce((sum, _, i) => sum + failuresOf(order.slice(0, i + 1)), 0);
    const kinds = [policies.slice(0, 2), policies.slice(2, 5), policies.slice(5, 6), policies.slice(6)];
    const orders = permutations(kinds);
    expect(gap(policies)).toBe(Math.min(...orders.map(order => gap(order.flat()))));
    // If the default deny comes first, every connection fails until its own policies are applied.
    const denyFirst = orders.filter(([first]) => first === kinds[3]).map(order => gap(order.flat()));
    expect(Math.min(...denyFirst)).toBeGreaterThanOrEqual(3 * gap(policies));
  });

  describe('in the order of `netpol plan` for a first deployment', () => {
    const policiesOf = (chart: Chart) => objectsOf(chart).filter(({ kind }) => kind === 'NetworkPolicy');
    const created = ({ steps }: Plan) => steps.filter(({ isBridge }) => !isBridge)
      .map(({ object: { metadata } }) => (metadata as { name: string }).name);

    test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('which adds one bridging policy, because every pod has a policy for DNS and others, in layout %s', layout => {
      const chart = shop(layout);
      const found = planOf([], policiesOf(chart));
      expect(found.outcome).toBe('smooth');
      expect(created(found)).toEqual(namesOf(chart));
      expect(found.steps.filter(({ isBridge }) => isBridge).map(({ operation }) => operation)).toEqual(['create', 'delete']);
    });

    test('which adds none where no pod has two policies with rules: the file alone is smooth', () => {
      const chart = newChart('shop');
      Policies.of(chart).useLayout(PolicyLayout.PER_TIER);
      new DefaultDeny(chart, 'deny', { dns: false });
      new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(new Tier(chart, 'web'));
      const found = planOf([], policiesOf(chart));
      expect(found).toMatchObject({ outcome: 'smooth' });
      expect(found.steps.every(({ isBridge }) => !isBridge)).toBe(true);
      expect(created(found)).toEqual(namesOf(chart));
    });
  });

  test('with one policy for each tier, then DNS and the default deny, in the layout of one policy per tier', () => {
    const chart = shop(PolicyLayout.PER_TIER);
    expect(namesOf(chart)).toEqual(['allow-web', 'allow-api', 'allow-db', 'allow-dns', 'default-deny-all']);
  });

  test('whatever the order of the statements, and whether the default deny is made before the tiers or after them', () => {
    for (const when of ['before', 'after']) {
      const chart = newChart('shop');
      if (when === 'before') { new DefaultDeny(chart, 'deny'); }
      const web = new Tier(chart, 'web');
      web.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });
      new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(web);
      if (when === 'after') { new DefaultDeny(chart, 'deny'); }
      expect(namesOf(chart)).toEqual(['allow-web-to-db', 'allow-web-to-internet-egress', 'allow-web-to-db-egress', 'allow-dns', 'default-deny-all']);
    }
  });

  test('also after edges were added between two synths', () => {
    const chart = shop();
    objectsOf(chart);
    const [web, db] = ['web', 'db'].map(id => chart.node.findChild(id) as Tier);
    db.allowFrom(web);
    expect(namesOf(chart).map(name => name.endsWith('-egress'))).toEqual([false, false, false, true, true, true, true, false, false]);
    expect(namesOf(chart).slice(-2)).toEqual(['allow-dns', 'default-deny-all']);
  });

  test('by namespace, so that the gap of one does not last as long as the other one is applied', () => {
    const chart = newChart();
    for (const namespace of ['a', 'b']) {
      const web = new Tier(chart, `web-${namespace}`, { namespace });
      new Tier(chart, `db-${namespace}`, { namespace, ports: [Port.tcp(5432)] }).allowFrom(web);
    }
    const namespaces = objectsOf(chart).map(({ metadata }) => (metadata as { namespace: string }).namespace);
    expect(namespaces).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b']);
  });

  describe('after the Namespace that they are in, if the chart has it', () => {
    const kindsOf = (chart: Chart) => objectsOf(chart).map(({ kind }) => kind);
    const namespaceIn = (chart: Chart, name = 'shop') => new ApiObject(chart, `namespace-${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

    test('and is made after a DefaultDeny and tiers', () => {
      const chart = newChart('shop');
      new DefaultDeny(chart, 'deny');
      new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(new Tier(chart, 'web'));
      namespaceIn(chart);
      expect(kindsOf(chart)).toEqual(['Namespace', 'NetworkPolicy', 'NetworkPolicy', 'NetworkPolicy', 'NetworkPolicy']);
      expect(namesOf(chart)).toEqual(['allow-web-to-db', 'allow-web-to-db-egress', 'allow-dns', 'default-deny-all']);
    });

    test('also before a policy that is added between two synths', () => {
      const chart = newChart('shop');
      DefaultDeny.turnOff(chart, 'off');
      const [web, db] = ['web', 'db'].map(id => new Tier(chart, id, { ports: [Port.tcp(80)] }));
      db.allowFrom(Peer.prometheus());
      namespaceIn(chart);
      expect(kindsOf(chart)).toEqual(['Namespace', 'NetworkPolicy']);
      web.allowFrom(Peer.prometheus());
      expect(kindsOf(chart)).toEqual(['Namespace', 'NetworkPolicy', 'NetworkPolicy']);
    });

    test('and is made before the workloads: then the order is that of the program', () => {
      const chart = newChart('shop');
      namespaceIn(chart);
      const web = deployment(chart, 'web', { metadata: { name: 'web' } });
      Tier.of(web);
      expect(kindsOf(chart)).toEqual(['Namespace', 'Deployment', 'NetworkPolicy', 'NetworkPolicy']);
      expect(web.node.dependencies).toEqual([]);
    });

    test('also if cdk8s-plus makes it, and each namespace by itself', () => {
      const chart = newChart();
      for (const namespace of ['a', 'b']) { new Tier(chart, `web-${namespace}`, { namespace }); }
      for (const name of ['b', 'a']) { new kplus.Namespace(chart, name, { metadata: { name } }); }
      const namespaces = objectsOf(chart).map(({ kind, metadata }) => `${kind} ${kind === 'Namespace' ? (metadata as any).name : (metadata as any).namespace}`);
      expect(namespaces).toEqual(['Namespace a', 'NetworkPolicy a', 'NetworkPolicy a', 'Namespace b', 'NetworkPolicy b', 'NetworkPolicy b']);
    });

    test('but not if the program has the Namespace depend on a tier or its chart does not have it', () => {
      const chart = shop();
      namespaceIn(chart).node.addDependency(chart.node.findChild('web'));
      expect(namesOf(chart).slice(-2)).toEqual(['allow-dns', 'default-deny-all']);
      const app = Testing.app();
      const [base, own] = [chartIn(app, 'base'), chartIn(app, 'own', 'shop')];
      new Tier(own, 'web');
      namespaceIn(base);
      expect(kindsOf(own)).toEqual(['NetworkPolicy', 'NetworkPolicy']);
      expect(app.charts.map(({ node }) => node.dependencies)).toEqual([[], []]);
    });
  });

  describe('as the program says, where it has a dependency of its own', () => {
    const denyOf = (chart: Chart) => chart.node.children.find(child => child instanceof DefaultDeny)!;

    test('of a tier on the default deny', () => {
      const chart = shop();
      chart.node.findChild('web').node.addDependency(denyOf(chart));
      expect(namesOf(chart)).toEqual([
        'allow-web-to-api', 'allow-api-to-db', 'allow-api-to-db-egress', 'allow-api-to-internet-egress', 'allow-dns', 'default-deny-all', 'allow-web-to-api-egress',
      ]);
    });

    test('of a tier on a workload that comes after the default deny', () => {
      const chart = shop();
      const workload = chart.node.findChild('api-deployment');
      workload.node.addDependency(denyOf(chart));
      chart.node.findChild('db').node.addDependency(workload);
      expect(namesOf(chart).slice(-2)).toEqual(['default-deny-all', 'allow-api-to-db']);
    });

    test('between two tiers', () => {
      const chart = shop();
      chart.node.findChild('web').node.addDependency(chart.node.findChild('api'));
      expect(namesOf(chart)).toEqual([
        'allow-web-to-api', 'allow-api-to-db-egress', 'allow-api-to-internet-egress', 'allow-api-to-db', 'allow-web-to-api-egress', 'allow-dns', 'default-deny-all',
      ]);
    });
  });

  test('in a file of each chart, which gets no number in its name because of this', () => {
    const app = Testing.app();
    const [front, back] = [chartIn(app, 'front', 'shop'), chartIn(app, 'back', 'shop')];
    new Tier(back, 'db', { ports: [Port.tcp(5432)] }).allowFrom(new Tier(front, 'web'));
    app.synth();
    expect(namesOf(front)).toEqual(['allow-web-to-db-egress']);
    expect(namesOf(back)).toEqual(['allow-web-to-db', 'allow-dns', 'default-deny-all']);
    expect(App.of(front).charts.map(({ node }) => node.dependencies)).toEqual([[], []]);
  });
});

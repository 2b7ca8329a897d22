import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { deployment, namesOf, newChart } from './synthesized';
import { Port, Tier } from '../../src';

/* The name of a tier in policies, which is separate from the id of its construct. */

const containers = [{ image: 'web', portNumber: 80 }];
const plus = (scope: Construct, id: string, name?: string) => new kplus.Deployment(scope, id, { containers, metadata: { name } });
/** The names of the ingress policies of tiers. */
const ownNames = (chart: Chart) => namesOf(chart).map(name => name.replace('app/', '')).filter(name => !/^(default-deny-all|allow-dns)$|-egress/.test(name));

describe('a tier of a workload needs no id', () => {
  test('with Tier.of: policies have the names of the workloads', () => {
    const chart = newChart();
    const [frontend, backend] = ['frontend', 'backend'].map(id => plus(chart, id));
    Tier.of(backend).allowFrom(Tier.of(frontend));
    expect(ownNames(chart)).toEqual(['allow-frontend-to-backend']);
  });

  test('Tier.of returns the same tier each time, also if it gets the API object, and also if fromWorkload made the tier', () => {
    const chart = newChart();
    const [frontend, backend] = ['frontend', 'backend'].map(id => plus(chart, id));
    const tier = Tier.of(frontend, { ports: [Port.tcp(8080)] });
    expect(Tier.of(frontend)).toBe(tier);
    expect(Tier.of(frontend.node.defaultChild!)).toBe(tier);
    expect(tier.node.path).toBe('shop/frontend/tier');
    const other = Tier.fromWorkload(chart, 'other', backend);
    expect(Tier.of(backend)).toBe(other);
  });

  test('Tier.of throws if it has options although the workload has a tier', () => {
    const chart = newChart();
    const web = plus(chart, 'web');
    Tier.of(web);
    expect(() => Tier.of(web, { name: 'front' })).toThrow('Tier.of(shop/web): the workload has a tier already, shop/web/tier, so the options of this call '
      + 'would have no effect. Give the options in the call that makes the tier, or leave them out.');
  });

  test('Tier.of makes a tier again if the program has removed it', () => {
    const chart = newChart();
    const web = plus(chart, 'web');
    const tier = Tier.of(web);
    web.node.tryRemoveChild('tier');
    expect(Tier.of(web)).not.toBe(tier);
  });

  test('Tier.of throws for anything but a workload, and names the call', () => {
    const chart = newChart();
    expect(() => Tier.of(new Construct(chart, 'bare'))).toThrow('Tier.of(shop/bare): shop/bare has no API object as its default child');
  });
});

describe('the name of a tier in policies', () => {
  test("is that of the workload's object if the program gives one", () => {
    const chart = newChart();
    Tier.fromWorkload(chart, 'backend-tier', plus(chart, 'x', 'backend')).allowInternally();
    Tier.fromApiObject(chart, 'db-tier', deployment(chart, 'postgres-deployment', { metadata: { name: 'Postgres.v1' } })).allowInternally({ ports: [Port.tcp(5432)] });
    expect(ownNames(chart)).toEqual(['allow-backend-internally', 'allow-postgres-v1-internally']);
  });

  test("is the id of the workload's construct if cdk8s generates the name of the object, whose hash would make it hard to read", () => {
    const chart = newChart();
    Tier.fromWorkload(chart, 'backend-tier', plus(chart, 'backend')).allowInternally();
    const cache = plus(chart, 'cache');
    Tier.fromWorkload(chart, 'cache-tier', cache.node.defaultChild!).allowInternally();
    expect(ownNames(chart)).toEqual(['allow-backend-internally', 'allow-cache-internally']);
  });

  test('is the one that the program gives, whatever the id and the workload', () => {
    const chart = newChart();
    new Tier(chart, 'tier-1', { name: 'web' }).allowInternally({ ports: [Port.tcp(80)] });
    Tier.wholeNamespace(chart, 'tier-2', { name: 'everybody' }).allowInternally({ ports: [Port.tcp(80)] });
    Tier.of(plus(chart, 'tier-3'), { name: 'backend' }).allowInternally();
    expect(ownNames(chart)).toEqual(['allow-backend-internally', 'allow-everybody-internally', 'allow-web-internally']);
  });

  test('is the value of the label app of a tier that gives no labels', () => {
    const chart = newChart();
    const web = deployment(chart, 'web');
    const tier = new Tier(chart, 'web-tier', { name: 'web' });
    expect(tier._selector()).toEqual({ matchLabels: { app: web.node.id } });
  });

  test('is a DNS label: another one throws, with a name that would do', () => {
    const chart = newChart();
    for (const name of ['My Tier', '', 'a.b', 'x'.repeat(64)]) {
      expect(() => new Tier(chart, `id-${name}`, { name })).toThrow(`the name '${name}' cannot be part of the names of policies: `);
    }
    expect(() => new Tier(chart, 'id', { name: 'a.b' })).toThrow("Write a name such as 'backend'.");
  });

  test('never makes two policies one: tiers of one name have a hash in the names of their policies', () => {
    const chart = newChart();
    for (const id of ['one', 'two']) { new Tier(chart, id, { name: 'web' }).allowInternally({ ports: [Port.tcp(80)] }); }
    const names = ownNames(chart);
    expect(names).toHaveLength(2);
    for (const name of names) { expect(name).toMatch(/^allow-web-internally-[0-9a-f]{8}$/); }
  });

  test('never makes two policies one: nor do a workload of 200 characters and its neighbour', () => {
    const chart = newChart();
    for (const end of ['a', 'b']) { Tier.of(plus(chart, end, `${'x'.repeat(200)}${end}`)).allowInternally(); }
    const names = namesOf(chart).map(name => name.replace('app/', ''));
    expect(names.filter(name => name.startsWith('allow-xxx'))).toHaveLength(4);
    for (const name of names) { expect(name.length).toBeLessThanOrEqual(63); }
  });
});

describe('an id that is taken throws, with the fix:', () => {
  test('Tier.of, if the workload has it', () => {
    const chart = newChart();
    const backend = plus(chart, 'backend');
    expect(() => Tier.fromWorkload(chart, 'backend', backend)).toThrow("shop/backend: there already is a construct with the id 'backend' in shop. "
      + "Write Tier.of(...) with the workload alone, or give the tier another id: its name in policies is the workload's anyway.");
  });

  test('another id and a name, if the tier is one by labels', () => {
    const chart = newChart();
    plus(chart, 'backend');
    expect(() => new Tier(chart, 'backend')).toThrow("shop/backend: there already is a construct with the id 'backend' in shop. "
      + "Give the tier another id, and the name that it should have in policies: { name: 'backend' }.");
    const app = App.of(chart);
    expect(() => new Tier(app as unknown as Construct, 'shop')).toThrow('in the app. Give the tier another id');
  });
});

import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { Peer, PolicyLayout } from '../../src';
import { Registry } from '../../src/constructs/private/registry';

const [a, b] = [Peer.anyIpv4(), Peer.anyIpv6()].map(p => p._parties()[0]);

function deny(construct: Construct, automatic: boolean, restricts = { ingress: true, egress: true }) {
  return { construct, automatic, restricts };
}

test('there is one per app', () => {
  const app = new App();
  expect(Registry.of(new Construct(app, 'c'))).toBe(Registry.of(app));
  expect(Registry.of(new App())).not.toBe(Registry.of(app));
});

test('there is one edge between two parties and direction', () => {
  const registry = Registry.of(new App());
  expect(registry.edge(a, b)).toBe(registry.edge(a, b));
  expect(registry.edge(b, a)).not.toBe(registry.edge(a, b));
});

describe('what stands for a namespace', () => {
  test('gives way to what comes later, which takes it out of the tree', () => {
    const app = new App();
    const registry = Registry.of(app);
    const [first, second] = [new Construct(app, 'first'), new Construct(app, 'second')];
    registry.setDeny('app', deny(first, true));
    registry.setDeny('app', deny(second, false));
    expect(app.node.children).toEqual([second]);
    expect(registry.deny('app')?.construct).toBe(second);
    expect(registry.deny('other')).toBeUndefined();
  });

  test('counts no more once somebody took it, or a scope around it, out of the tree', () => {
    const app = new App();
    const scope = new Construct(app, 'scope');
    Registry.of(app).setDeny('app', deny(new Construct(scope, 'deny'), false));
    app.node.tryRemoveChild('scope');
    expect(Registry.of(app).deny('app')).toBeUndefined();
  });

  test('says which directions it restricts; where there is none, both count as restricted', () => {
    const app = new App();
    const registry = Registry.of(app);
    registry.setDeny('app', deny(new Construct(app, 'c'), false, { ingress: true, egress: false }));
    expect([registry.restricts('app', 'ingress'), registry.restricts('app', 'egress')]).toEqual([true, false]);
    expect([registry.restricts('other', 'ingress'), registry.restricts('other', 'egress')]).toEqual([true, true]);
  });

  test('is told to the tiers of that namespace', () => {
    const app = new App();
    const told: string[] = [];
    for (const namespace of ['app', 'other']) {
      Registry.of(app).addTier({ tier: new Construct(app, namespace), namespace, arrange: () => told.push(namespace) });
    }
    Registry.of(app).setDeny('app', deny(new Construct(app, 'c'), true));
    expect(told).toEqual(['app']);
  });
});

test('the layout is that of the nearest scope, and is told to the tiers below it', () => {
  const app = new App();
  const registry = Registry.of(app);
  const inner = new Construct(app, 'inner');
  const tier = new Construct(inner, 'tier');
  const told: string[] = [];
  registry.addTier({ tier, namespace: 'app', arrange: () => told.push('tier') });
  registry.addTier({ tier: new Construct(app, 'elsewhere'), namespace: 'app', arrange: () => told.push('elsewhere') });
  expect(registry.layout(tier)).toBeUndefined();
  registry.setLayout(inner, PolicyLayout.PER_TIER);
  expect(told).toEqual(['tier']);
  registry.setLayout(app, PolicyLayout.PER_EDGE);
  expect(registry.layout(tier)).toBe(PolicyLayout.PER_TIER);
  expect(registry.layout(inner.node.root)).toBe(PolicyLayout.PER_EDGE);
});

test("a mark is held by one workload's pods in a namespace", () => {
  const registry = Registry.of(new App());
  const [pods, others] = [{}, {}];
  expect(registry.takeMark('app', 'web', pods, 'a/web')).toBeUndefined();
  expect(registry.takeMark('app', 'web', pods, 'b/web')).toBeUndefined();
  expect(registry.takeMark('app', 'web', others, 'c/web')).toBe('a/web');
  expect(registry.takeMark('other', 'web', others, 'c/web')).toBeUndefined();
});

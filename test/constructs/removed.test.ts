import { App, Testing } from 'cdk8s';
import { chartIn, deployment, policyOf } from './synthesized';
import { Connectivity, DefaultDeny, Policies, PolicyLayout, Port, Tier } from '../../src';

/* Constructs that were removed by `node.tryRemoveChild`, and others that were made at the same path. */

/** The policies of an app, as `chart namespace/name`. */
function policies(app: App): string[] {
  app.synth();
  return app.charts.flatMap(chart => (Testing.synth(chart) as any[]).filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata: { namespace, name } }) => `${chart.node.id} ${namespace}/${name}`)).sort();
}

/** A database in one chart, and a client of it in another chart of the same namespace. */
function twoCharts() {
  const app = Testing.app();
  const [front, back] = [chartIn(app, 'front', 'shop'), chartIn(app, 'back', 'shop')];
  const web = new Tier(front, 'web');
  const db = new Tier(back, 'db', { ports: [Port.tcp(5432)] });
  db.allowFrom(web);
  return { app, front, back, web, db };
}

describe('after a chart is removed', () => {
  test('its namespace has the default deny in another chart with tiers, and no rule for its tiers remains', () => {
    const { app } = twoCharts();
    expect(policies(app)).toEqual(['back shop/allow-web-to-db', 'front shop/allow-dns', 'front shop/allow-web-to-db-egress', 'front shop/default-deny-all']);
    app.node.tryRemoveChild('front');
    expect(policies(app)).toEqual(['back shop/allow-dns', 'back shop/default-deny-all']);
  });

  test('no rule for its tiers remains in a policy of both', () => {
    const { app, db, back } = twoCharts();
    Policies.of(app).useLayout(PolicyLayout.PER_TIER);
    db.allowInternally();
    app.node.tryRemoveChild('front');
    expect(policyOf(back, 'allow-db').spec).toEqual({
      podSelector: { matchLabels: { app: 'db' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 5432 }] }],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 5432 }] }],
    });
  });

  test('one that is made again at the same path has its own rules and nothing of the old ones', () => {
    const { app, db, back } = twoCharts();
    db.allowFrom(app.node.findChild('front').node.findChild('web') as Tier, { ports: [Port.tcp(9187)] });
    app.node.tryRemoveChild('front');
    const web = new Tier(chartIn(app, 'front', 'shop'), 'web', { labels: { role: 'web' } });
    db.allowFrom(web);
    expect(policies(app)).toEqual(['back shop/allow-dns', 'back shop/allow-web-to-db', 'back shop/default-deny-all', 'front shop/allow-web-to-db-egress']);
    expect(policyOf(back, 'allow-web-to-db').spec.ingress).toEqual([
      { from: [{ podSelector: { matchLabels: { role: 'web' } } }], ports: [{ protocol: 'TCP', port: 5432 }] },
    ]);
  });

  test('the same is judged without a synth', () => {
    const { app, back } = twoCharts();
    for (const id of ['web', 'db']) { deployment(back, `${id}-deployment`, { labels: { app: id }, metadata: { name: id } }); }
    app.node.tryRemoveChild('front');
    expect(Connectivity.fromApp(app).toString()).toMatch(/\nshop\/db +- +-\nshop\/web +- +-\n/);
  });

  test('the tiers of two other charts may select the same pods as its tiers did', () => {
    const { app } = twoCharts();
    app.node.tryRemoveChild('front');
    new Tier(chartIn(app, 'new', 'shop'), 'web');
    expect(() => app.synth()).not.toThrow();
  });
});

describe('after a DefaultDeny is removed', () => {
  test('the namespace has the automatic one, and the policies for the direction that was open', () => {
    const { app, front } = twoCharts();
    new DefaultDeny(front, 'deny', { egress: false });
    expect(policies(app)).toEqual(['back shop/allow-web-to-db', 'front shop/default-deny-ingress']);
    front.node.tryRemoveChild('deny');
    expect(policies(app)).toEqual(['back shop/allow-web-to-db', 'front shop/allow-dns', 'front shop/allow-web-to-db-egress', 'front shop/default-deny-all']);
  });

  test('that had turned it off, the namespace has the automatic one', () => {
    const { app, front } = twoCharts();
    DefaultDeny.turnOff(front, 'off');
    expect(policies(app)).toEqual(['back shop/allow-web-to-db', 'front shop/allow-web-to-db-egress']);
    front.node.tryRemoveChild('off');
    expect(policies(app)).toContain('front shop/default-deny-all');
  });

  test('another one can be made at the same path', () => {
    const { app, front } = twoCharts();
    new DefaultDeny(front, 'deny', { egress: false });
    front.node.tryRemoveChild('deny');
    new DefaultDeny(front, 'deny', { ingress: false, dns: false });
    expect(policies(app)).toEqual(['front shop/allow-web-to-db-egress', 'front shop/default-deny-egress']);
  });

  test('that a tier has made, it is made again', () => {
    const { app, front } = twoCharts();
    const [automatic] = front.node.children.filter(child => child instanceof DefaultDeny);
    front.node.tryRemoveChild(automatic.node.id);
    expect(policies(app)).toContain('front shop/default-deny-all');
  });

  test('in a namespace without tiers, nothing is denied there', () => {
    const app = Testing.app();
    const chart = chartIn(app, 'shop', 'shop');
    new DefaultDeny(chart, 'deny');
    chart.node.tryRemoveChild('deny');
    expect(policies(app)).toEqual([]);
  });
});

describe('after a tier is removed', () => {
  test('no rule for it remains, and the default deny is in the chart of the next tier of the namespace', () => {
    const { app, front } = twoCharts();
    front.node.tryRemoveChild('web');
    expect(policies(app)).toEqual(['back shop/allow-dns', 'back shop/default-deny-all']);
  });

  test('that was the only one of its namespace, the automatic default deny is gone too', () => {
    const app = Testing.app();
    const chart = chartIn(app, 'shop', 'shop');
    new Tier(chart, 'web');
    chart.node.tryRemoveChild('web');
    expect(policies(app)).toEqual([]);
  });

  test('one that is made again at the same path has none of the old edges and ports', () => {
    const { app, back, front, web } = twoCharts();
    back.node.tryRemoveChild('db');
    const db = new Tier(back, 'db', { labels: { app: 'database' }, ports: [Port.tcp(3306)] });
    expect(policies(app)).toEqual(['front shop/allow-dns', 'front shop/default-deny-all']);
    db.allowFrom(web);
    expect(policyOf(front, 'allow-web-to-db-egress').spec.egress).toEqual([
      { to: [{ podSelector: { matchLabels: { app: 'database' } } }], ports: [{ protocol: 'TCP', port: 3306 }] },
    ]);
    expect(policyOf(back, 'allow-web-to-db').spec.podSelector).toEqual({ matchLabels: { app: 'database' } });
  });

  test('an edge with it is an error, because no policy can be written', () => {
    const { back, db, web } = twoCharts();
    back.node.tryRemoveChild('db');
    expect(() => db.allowFrom(web)).toThrow('back/db: allowFrom(front/web): back/db was removed from the app, so no policy can be written for it. Use a tier that is in the app.');
    expect(() => web.allowTo(db)).toThrow('back/db was removed from the app');
  });

  test('by a validation of the program, the synth writes the policies of the others', () => {
    const { app, front } = twoCharts();
    let removed = false;
    app.node.addValidation({
      validate: () => {
        removed = front.node.tryRemoveChild('web') || removed;
        return [];
      },
    });
    expect(policies(app)).toEqual(['back shop/allow-dns', 'back shop/default-deny-all']);
    expect(removed).toBe(true);
  });
});

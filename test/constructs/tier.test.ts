import { App, Testing } from 'cdk8s';
import { chartIn, connectionsOf, deployment, namesOf, newChart, pod, policiesOf, policyOf } from './synthesized';
import { Peer, Port, Tier } from '../../src';

const NAME = 'kubernetes.io/metadata.name';

/** The shop of the tutorial. */
function shop() {
  const chart = newChart('app');
  const frontend = new Tier(chart, 'frontend');
  const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  return { chart, frontend, backend, db };
}

describe('the shop of the tutorial', () => {
  test('has the policies that one would write by hand', () => {
    const { chart, frontend, backend, db } = shop();
    backend.allowFrom(frontend);
    db.allowFrom(backend);
    backend.allowTo(Peer.anyIpv4(), { ports: [Port.tcp(443)] });
    expect(Object.entries(policiesOf(chart)).map(([name, { spec }]) => `${name} ${JSON.stringify(spec)}`).sort()).toMatchInlineSnapshot(`
[
  "app/allow-backend-to-any-ipv4-egress {"egress":[{"ports":[{"port":443,"protocol":"TCP"}],"to":[{"ipBlock":{"cidr":"0.0.0.0/0"}}]}],"podSelector":{"matchLabels":{"app":"backend"}},"policyTypes":["Egress"]}",
  "app/allow-backend-to-db {"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"backend"}}}],"ports":[{"port":5432,"protocol":"TCP"}]}],"podSelector":{"matchLabels":{"app":"db"}},"policyTypes":["Ingress"]}",
  "app/allow-backend-to-db-egress {"egress":[{"ports":[{"port":5432,"protocol":"TCP"}],"to":[{"podSelector":{"matchLabels":{"app":"db"}}}]}],"podSelector":{"matchLabels":{"app":"backend"}},"policyTypes":["Egress"]}",
  "app/allow-dns {"egress":[{"ports":[{"port":53,"protocol":"TCP"},{"port":53,"protocol":"UDP"}],"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}}}]}],"podSelector":{},"policyTypes":["Egress"]}",
  "app/allow-frontend-to-backend {"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"frontend"}}}],"ports":[{"port":8080,"protocol":"TCP"}]}],"podSelector":{"matchLabels":{"app":"backend"}},"policyTypes":["Ingress"]}",
  "app/allow-frontend-to-backend-egress {"egress":[{"ports":[{"port":8080,"protocol":"TCP"}],"to":[{"podSelector":{"matchLabels":{"app":"backend"}}}]}],"podSelector":{"matchLabels":{"app":"frontend"}},"policyTypes":["Egress"]}",
  "app/default-deny-all {"podSelector":{},"policyTypes":["Ingress","Egress"]}",
]
`);
  });

  test('allows the connections of its edges and no others', () => {
    const { chart, frontend, backend, db } = shop();
    for (const [name, port] of [['frontend', 80], ['backend', 8080], ['db', 5432]] as const) {
      pod(chart, name, { app: name }, 'app', [{ containerPort: port }]);
    }
    backend.allowFrom(frontend);
    db.allowFrom(backend);
    backend.allowTo(Peer.anyIpv4(), { ports: [Port.tcp(443)] });
    expect(connectionsOf(chart)).toEqual([
      'app/backend[Pod] -> 0.0.0.0-255.255.255.255[External]: TCP 443',
      'app/backend[Pod] -> app/db[Pod]: TCP 5432',
      'app/frontend[Pod] -> app/backend[Pod]: TCP 8080',
    ]);
  });
});

describe('an edge between two tiers', () => {
  test('becomes an egress and an ingress policy, whichever tier allows it', () => {
    const [one, two] = [shop(), shop()];
    one.backend.allowFrom(one.frontend);
    two.frontend.allowTo(two.backend);
    expect(policiesOf(one.chart)).toEqual(policiesOf(two.chart));
    expect(policyOf(one.chart, 'allow-frontend-to-backend').spec).toEqual({
      podSelector: { matchLabels: { app: 'backend' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    });
    expect(policyOf(one.chart, 'allow-frontend-to-backend-egress').spec).toEqual({
      podSelector: { matchLabels: { app: 'frontend' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'backend' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    });
  });

  test('is not changed by repeating the call', () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend);
    const once = policiesOf(chart);
    backend.allowFrom(frontend);
    frontend.allowTo(backend);
    expect(policiesOf(chart)).toEqual(once);
  });

  test('has the ports and the descriptions of all its calls', () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend, { description: 'orders' });
    frontend.allowTo(backend, { ports: [Port.tcp(9090), Port.tcp(8080)], description: 'metrics' });
    backend.allowFrom(frontend, { description: 'orders' });
    for (const name of ['allow-frontend-to-backend', 'allow-frontend-to-backend-egress']) {
      const { spec, metadata } = policyOf(chart, name);
      expect((spec.ingress ?? spec.egress)![0].ports).toEqual([{ protocol: 'TCP', port: 8080 }, { protocol: 'TCP', port: 9090 }]);
      expect(metadata.annotations).toEqual({ 'kubernetes.io/description': 'metrics; orders' });
    }
  });

  test("has only the ports of its calls if each of them names ports: the destination's own are a default", () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend, { ports: [Port.tcp(9090)] });
    expect(policyOf(chart, 'allow-frontend-to-backend').spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 9090 }]);
  });

  test('across namespaces has each policy in the namespace of its pods, and names the other end by namespace and labels in one item', () => {
    const chart = newChart('app');
    const web = new Tier(chart, 'web');
    const db = new Tier(chart, 'db', { namespace: 'data', ports: [Port.tcp(5432)] });
    db.allowFrom(web);
    const policies = policiesOf(chart);
    expect(policies['data/allow-web-to-db'].spec.ingress![0].from)
      .toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'app' } }, podSelector: { matchLabels: { app: 'web' } } }]);
    expect(policies['app/allow-web-to-db-egress'].spec.egress![0].to)
      .toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'data' } }, podSelector: { matchLabels: { app: 'db' } } }]);
  });

  test('can be between two charts of an app', () => {
    const { chart, frontend } = shop();
    const api = new Tier(chartIn(App.of(chart), 'other', 'app'), 'api', { ports: [Port.tcp(80)] });
    frontend.allowTo(api);
    expect(namesOf(chart)).toEqual(expect.arrayContaining(['app/allow-frontend-to-api', 'app/allow-frontend-to-api-egress']));
  });

  test('can be between two tiers without a namespace', () => {
    const chart = chartIn(Testing.app(), 'shop');
    new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(new Tier(chart, 'web'));
    expect(namesOf(chart)).toEqual(['/allow-dns', '/allow-web-to-db', '/allow-web-to-db-egress', '/default-deny-all']);
  });

  test('throws if only one of the tiers has a namespace', () => {
    const named = newChart('app');
    const nameless = new Tier(chartIn(App.of(named), 'bare'), 'web', { ports: [Port.tcp(80)] });
    const db = new Tier(named, 'db', { ports: [Port.tcp(5432)] });
    const message = /bare\/web has no namespace, and the other tier is in namespace app\. Give its chart a namespace/;
    expect(() => db.allowFrom(nameless)).toThrow(message);
    expect(() => db.allowTo(nameless)).toThrow(message);
    expect(() => nameless.allowFrom(db)).toThrow(message);
    // The pods of a workload without a namespace are not in the namespace of the tier's chart.
    const workload = deployment(chartIn(App.of(named), 'elsewhere'), 'd');
    expect(() => Tier.fromApiObject(named, 'd', workload).allowTo(db)).toThrow(
      'shop/d has no namespace, and the other tier is in namespace app. Give its chart a namespace, new Chart(app, \'...\', { namespace: \'...\' }), or the workload, metadata: { namespace: \'...\' }.');
  });

  test('throws if the tiers are in two apps', () => {
    const [one, two] = [shop(), shop()];
    expect(() => one.backend.allowFrom(two.frontend)).toThrow(/^shop\/backend: allowFrom\(shop\/frontend\): the two tiers are in two apps.*Peer\.pods/);
  });
});

describe('an edge within a tier', () => {
  test('allows the pods of the tier to reach each other', () => {
    const { chart, db } = shop();
    db.allowInternally({ ports: [Port.tcp(7000)] });
    expect(policyOf(chart, 'allow-db-internally').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 7000 }] }]);
    expect(policyOf(chart, 'allow-db-internally-egress').spec.egress).toEqual([{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 7000 }] }]);
  });

  test('is the same as an edge from the tier to itself', () => {
    const [one, two] = [shop(), shop()];
    one.db.allowInternally();
    two.db.allowFrom(two.db).allowTo(two.db);
    expect(policiesOf(one.chart)).toEqual(policiesOf(two.chart));
  });
});

describe('an edge with a peer', () => {
  test("becomes a policy for the tier's pods only, so that no pods outside the app are isolated", () => {
    const { chart, backend } = shop();
    backend.allowFrom(Peer.ingressController()).allowTo(Peer.clusterDns()).allowTo(Peer.apiServer('10.0.0.1')).allowFrom(Peer.namespace('monitoring'));
    const policies = policiesOf(chart);
    expect(Object.keys(policies).sort()).toEqual([
      'app/allow-backend-to-api-server-10-0-0-1-egress', 'app/allow-backend-to-cluster-dns-egress', 'app/allow-dns',
      'app/allow-ingress-controller-to-backend', 'app/allow-namespace-monitoring-to-backend', 'app/default-deny-all',
    ]);
    expect(policies['app/allow-ingress-controller-to-backend'].spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
    expect(policies['app/allow-backend-to-cluster-dns-egress'].spec.egress![0].ports).toEqual([{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }]);
  });

  test('has the ports of each peer with the same name and address', () => {
    const { chart, backend } = shop();
    backend.allowTo(Peer.apiServer('10.0.0.1')).allowTo(Peer.apiServer('10.0.0.1', { ports: [Port.tcp(8443)] }));
    expect(policyOf(chart, 'allow-backend-to-api-server-10-0-0-1-egress').spec.egress![0].ports!.map(p => p.port)).toEqual([443, 6443, 8443]);
  });

  test('that is anything has no from or to, and for all ports an empty rule', () => {
    const { chart, backend } = shop();
    backend.allowFrom(Peer.anything()).allowTo(Peer.anything(), { ports: [Port.all()] });
    expect(policyOf(chart, 'allow-anything-to-backend').spec.ingress).toEqual([{ ports: [{ protocol: 'TCP', port: 8080 }] }]);
    expect(policyOf(chart, 'allow-backend-to-anything-egress').spec.egress).toEqual([{}]);
  });

  test('that has several members is an edge for each, with its own ports', () => {
    const { chart, frontend, backend, db } = shop();
    frontend.allowTo(Peer.anyOf([backend, db, Peer.clusterDns()]));
    expect(namesOf(chart)).toEqual([
      'app/allow-dns', 'app/allow-frontend-to-backend', 'app/allow-frontend-to-backend-egress', 'app/allow-frontend-to-cluster-dns-egress',
      'app/allow-frontend-to-db', 'app/allow-frontend-to-db-egress', 'app/default-deny-all',
    ]);
    expect(policyOf(chart, 'allow-frontend-to-db').spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 5432 }]);
  });

  test('that has a wrong member throws, and allows none of the edges', () => {
    const { chart, frontend, backend } = shop();
    expect(() => frontend.allowTo(Peer.anyOf([backend, Peer.anyIpv4()]))).toThrow('any IPv4 address has none of its own');
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/default-deny-all']);
  });

  test('that was renamed has the new name in its policy', () => {
    const { chart, backend } = shop();
    backend.allowFrom(Peer.cidr('10.8.0.0/16').named('office'));
    expect(namesOf(chart)).toContain('app/allow-office-to-backend');
  });
});

describe('the ports of an edge', () => {
  test('cannot be an empty list: each call that takes one throws', () => {
    const { chart, frontend, backend } = shop();
    const message = /ports is empty, which Kubernetes reads as "all ports".*write ports: \[Port\.all\(\)\]/;
    expect(() => backend.allowFrom(frontend, { ports: [] })).toThrow(message);
    expect(() => backend.allowTo(Peer.anyIpv4(), { ports: [] })).toThrow(/^shop\/backend: allowTo\(any IPv4 address\): ports is empty/);
    expect(() => backend.allowInternally({ ports: [] })).toThrow(/^shop\/backend: allowInternally\(\): ports is empty/);
    expect(() => new Tier(chart, 'x', { ports: [] })).toThrow(/^shop\/x: ports is empty/);
    expect(() => Tier.wholeNamespace(chart, 'y', { ports: [] })).toThrow(message);
    expect(() => Tier.fromApiObject(chart, 'z', deployment(chart, 'd'), { ports: [] })).toThrow(message);
  });

  test('must be known: a call throws if neither it nor the destination names any', () => {
    const { frontend, backend } = shop();
    expect(() => frontend.allowFrom(backend)).toThrow('shop/frontend: allowFrom(shop/backend): the call names no ports, and shop/frontend has none of its own. '
      + 'Write ports: [Port.tcp(8080)] in this call, or in the props of shop/frontend; if you mean every port, write ports: [Port.all()].');
    expect(() => backend.allowTo(frontend)).toThrow('shop/frontend has none of its own');
    expect(() => frontend.allowInternally()).toThrow('shop/frontend has none of its own');
    expect(() => backend.allowTo(Peer.anyIpv4())).toThrow('any IPv4 address has none of its own. Write ports: [Port.tcp(8080)] in this call; if you mean');
  });

  test('are left out of the rule for Port.all()', () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend, { ports: [Port.all()] });
    expect(policyOf(chart, 'allow-frontend-to-backend').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }] }]);
  });
});

describe('the names of policies', () => {
  test('get a hash if two tiers of a namespace have the same id, whatever the order of the tiers', () => {
    const names = (order: string[]) => {
      const app = Testing.app();
      for (const id of order) {
        new Tier(chartIn(app, id, 'app'), 'web', { labels: { app: id }, ports: [Port.tcp(80)] }).allowInternally();
      }
      return Object.values(policiesOf(app.charts[0])).map(p => `${p.spec.podSelector?.matchLabels?.app} ${p.metadata.name}`).sort();
    };
    expect(names(['two', 'one'])).toEqual(names(['one', 'two']));
    expect(names(['one', 'two']).filter(n => /^(one|two) allow-web-internally-(egress-)?[0-9a-f]{8}$/.test(n))).toHaveLength(4);
  });

  test('get a hash if ids that contain "to" make two edges look the same', () => {
    const chart = newChart();
    const [a, bToC, aToB, c] = ['a', 'b-to-c', 'a-to-b', 'c'].map(id => new Tier(chart, id, { ports: [Port.tcp(80)] }));
    bToC.allowFrom(a);
    c.allowFrom(aToB);
    const ingress = Object.values(policiesOf(chart)).filter(p => p.spec.ingress !== undefined);
    expect(ingress).toHaveLength(2);
    for (const { metadata } of ingress) { expect(metadata.name).toMatch(/^allow-a-to-b-to-c-[0-9a-f]{8}$/); }
  });

  test.each([
    ['frontend', 'frontend'],
    ['My Tier', 'my-tier'],
    ['--a__b--', 'a-b'],
    ['データ', expect.stringMatching(/^[0-9a-f]{8}$/)],
    ['ウェブ', expect.stringMatching(/^[0-9a-f]{8}$/)],
  ])('are valid if the id of a tier is %p', (id, part) => {
    const chart = newChart();
    const tier = new Tier(chart, id, { labels: { app: 'a' }, ports: [Port.tcp(80)] }).allowInternally();
    expect(tier.peerName).toEqual(part);
    expect(namesOf(chart)).toContain(`app/allow-${tier.peerName}-internally`);
  });

  test('have at most 63 characters', () => {
    const chart = newChart();
    new Tier(chart, 'a'.repeat(60), { ports: [Port.tcp(80)] }).allowInternally();
    for (const name of namesOf(chart)) { expect(name.length).toBeLessThanOrEqual('app/'.length + 63); }
  });
});

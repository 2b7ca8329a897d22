import { ApiObject, App, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { chartIn, connectionsOf, namesOf, newChart, objectsOf, pod, policiesOf, policyOf, synthError } from './synthesized';
import { LabelExpression, Peer, Port, Tier } from '../../src';

const NAME = 'kubernetes.io/metadata.name';

/** The shop of the tutorial. */
function shop() {
  const chart = newChart('app');
  const frontend = new Tier(chart, 'frontend');
  const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  return { chart, frontend, backend, db };
}

/** A Deployment that is written by hand. */
function deployment(scope: Construct, id: string, spec: object = {}, metadata: { name?: string; namespace?: string } = {}): ApiObject {
  const labels = { app: id };
  const props = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [], ...spec } } } };
  return new ApiObject(scope, id, props);
}

describe('the shop', () => {
  test('is written as people would write it by hand, and completely', () => {
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

  test('lets through what is said, and nothing else', () => {
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

describe('which pods', () => {
  const selector = (props: ConstructorParameters<typeof Tier>[2], id = 'web') => new Tier(newChart(), id, props)._selector();

  test('app=<id> where nothing is said', () => {
    expect(selector(undefined)).toEqual({ matchLabels: { app: 'web' } });
    expect(selector({ ports: [Port.tcp(80)] })).toEqual({ matchLabels: { app: 'web' } });
  });

  test('those with the labels and expressions that are given, and then not by the id', () => {
    expect(selector({ labels: { role: 'web' } })).toEqual({ matchLabels: { role: 'web' } });
    expect(selector({ matchExpressions: [LabelExpression.exists('web')] })).toEqual({ matchExpressions: [{ key: 'web', operator: 'Exists' }] });
    expect(selector({ labels: { role: 'web' }, matchExpressions: [LabelExpression.doesNotExist('canary')] }))
      .toEqual({ matchLabels: { role: 'web' }, matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] });
  });

  test('all by accident is an error that names the tier and what to write', () => {
    const says = /^shop\/web: .* is empty, which Kubernetes reads as "everything".*write Tier\.wholeNamespace/;
    expect(() => selector({ labels: {} })).toThrow(says);
    expect(() => selector({ matchExpressions: [] })).toThrow(says);
  });

  test('all of a namespace on purpose', () => {
    const chart = newChart('app');
    const all = Tier.wholeNamespace(chart, 'all', { ports: [Port.tcp(80)] });
    new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(all);
    expect(policyOf(chart, 'allow-all-to-db').spec.ingress).toEqual([{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 5432 }] }]);
    expect(policyOf(chart, 'allow-all-to-db-egress').spec.podSelector).toEqual({});
    expect(Tier.wholeNamespace(chart, 'other', { namespace: 'other' })._namespace).toBe('other');
  });

  test('an id that can be no label is an error, unless the labels are given', () => {
    expect(() => selector(undefined, 'My Tier')).toThrow(/^shop\/My Tier: the id 'My Tier' can not be the value of the label 'app'.*say by which labels/);
    expect(selector({ labels: { app: 'a' } }, 'My Tier')).toEqual({ matchLabels: { app: 'a' } });
  });

  test('a bad namespace is an error', () => {
    expect(() => selector({ namespace: 'No' })).toThrow("shop/web: 'No' is no name of a namespace");
  });
});

describe('an edge between two tiers', () => {
  test('has two halves, whichever of both says it', () => {
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

  test('said again, or mirrored, is the same edge', () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend);
    const once = policiesOf(chart);
    backend.allowFrom(frontend);
    frontend.allowTo(backend);
    expect(policiesOf(chart)).toEqual(once);
  });

  test('said again with other ports or another reason has both', () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend, { description: 'orders' });
    frontend.allowTo(backend, { ports: [Port.tcp(9090)], description: 'metrics' });
    for (const name of ['allow-frontend-to-backend', 'allow-frontend-to-backend-egress']) {
      const { spec, metadata } = policyOf(chart, name);
      expect((spec.ingress ?? spec.egress)![0].ports).toEqual([{ protocol: 'TCP', port: 8080 }, { protocol: 'TCP', port: 9090 }]);
      expect(metadata.annotations).toEqual({ 'kubernetes.io/description': 'metrics; orders' });
    }
  });

  test('across namespaces: each half in its own, the other side by namespace and labels in one item', () => {
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

  test('between charts of one app', () => {
    const { chart, frontend } = shop();
    const api = new Tier(chartIn(App.of(chart), 'other', 'app'), 'api', { ports: [Port.tcp(80)] });
    frontend.allowTo(api);
    expect(namesOf(chart)).toEqual(expect.arrayContaining(['app/allow-frontend-to-api', 'app/allow-frontend-to-api-egress']));
  });

  test('of two tiers that are in no namespace', () => {
    const chart = chartIn(Testing.app(), 'shop');
    new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(new Tier(chart, 'web'));
    expect(namesOf(chart)).toEqual(['/allow-dns', '/allow-web-to-db', '/allow-web-to-db-egress', '/default-deny-all']);
  });

  test('of which one is in no namespace is an error, whichever it is', () => {
    const named = newChart('app');
    const nameless = new Tier(chartIn(App.of(named), 'bare'), 'web', { ports: [Port.tcp(80)] });
    const db = new Tier(named, 'db', { ports: [Port.tcp(5432)] });
    const says = /bare\/web has no namespace, and the other tier is in namespace app\. Instead, give its chart a namespace/;
    expect(() => db.allowFrom(nameless)).toThrow(says);
    expect(() => db.allowTo(nameless)).toThrow(says);
    expect(() => nameless.allowFrom(db)).toThrow(says);
  });

  test('of two apps is an error', () => {
    const [one, two] = [shop(), shop()];
    expect(() => one.backend.allowFrom(two.frontend)).toThrow(/^shop\/backend: allowFrom\(shop\/frontend\): the two tiers are in two apps.*Peer\.pods/);
  });
});

describe('an edge within a tier', () => {
  test('has both halves, and the source is the tier itself', () => {
    const { chart, db } = shop();
    db.allowInternally({ ports: [Port.tcp(7000)] });
    expect(policyOf(chart, 'allow-db-internally').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 7000 }] }]);
    expect(policyOf(chart, 'allow-db-internally-egress').spec.egress).toEqual([{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 7000 }] }]);
  });

  test('is the same as one from the tier to itself', () => {
    const [one, two] = [shop(), shop()];
    one.db.allowInternally();
    two.db.allowFrom(two.db).allowTo(two.db);
    expect(policiesOf(one.chart)).toEqual(policiesOf(two.chart));
  });
});

describe('an edge with a peer', () => {
  test("has the tier's half alone: no pods that nobody described are isolated", () => {
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

  test('of the same name and address keeps the ports of each', () => {
    const { chart, backend } = shop();
    backend.allowTo(Peer.apiServer('10.0.0.1')).allowTo(Peer.apiServer('10.0.0.1', { ports: [Port.tcp(8443)] }));
    expect(policyOf(chart, 'allow-backend-to-api-server-10-0-0-1-egress').spec.egress![0].ports!.map(p => p.port)).toEqual([443, 6443, 8443]);
  });

  test('anything: a rule without from', () => {
    const { chart, backend } = shop();
    backend.allowFrom(Peer.anything());
    expect(policyOf(chart, 'allow-anything-to-backend').spec.ingress).toEqual([{ ports: [{ protocol: 'TCP', port: 8080 }] }]);
  });

  test('anything on all ports: a rule without anything', () => {
    const { chart, backend } = shop();
    backend.allowTo(Peer.anything(), { ports: [Port.all()] });
    expect(policyOf(chart, 'allow-backend-to-anything-egress').spec.egress).toEqual([{}]);
  });

  test('that are several: each is an edge of its own, with its own ports', () => {
    const { chart, frontend, backend, db } = shop();
    frontend.allowTo(Peer.anyOf([backend, db, Peer.clusterDns()]));
    expect(namesOf(chart)).toEqual([
      'app/allow-dns', 'app/allow-frontend-to-backend', 'app/allow-frontend-to-backend-egress', 'app/allow-frontend-to-cluster-dns-egress',
      'app/allow-frontend-to-db', 'app/allow-frontend-to-db-egress', 'app/default-deny-all',
    ]);
    expect(policyOf(chart, 'allow-frontend-to-db').spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 5432 }]);
  });

  test('that are several, of which one is wrong: no edge is made', () => {
    const { chart, frontend, backend } = shop();
    expect(() => frontend.allowTo(Peer.anyOf([backend, Peer.anyIpv4()]))).toThrow('those of any IPv4 address are not known');
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/default-deny-all']);
  });

  test('of another name: the policy has it', () => {
    const { chart, backend } = shop();
    backend.allowFrom(Peer.cidr('10.8.0.0/16').named('office'));
    expect(namesOf(chart)).toContain('app/allow-office-to-backend');
  });

  test('that is none is an error that names the call', () => {
    const { chart, backend } = shop();
    expect(() => backend.allowFrom(deployment(chart, 'web') as any)).toThrow(/^shop\/backend: allowFrom\(shop\/web\): this is neither.*Tier\.fromWorkload/);
    expect(() => backend.allowTo(undefined as any)).toThrow(/^shop\/backend: allowTo\(undefined\)/);
  });
});

describe('ports', () => {
  test('an empty list is an error at every call that takes one', () => {
    const { chart, frontend, backend } = shop();
    const says = /ports is empty, which Kubernetes reads as "all ports".*write ports: \[Port\.all\(\)\]/;
    expect(() => backend.allowFrom(frontend, { ports: [] })).toThrow(says);
    expect(() => backend.allowTo(Peer.anyIpv4(), { ports: [] })).toThrow(/^shop\/backend: allowTo\(any IPv4 address\): ports is empty/);
    expect(() => backend.allowInternally({ ports: [] })).toThrow(/^shop\/backend: allowInternally\(\): ports is empty/);
    expect(() => new Tier(chart, 'x', { ports: [] })).toThrow(/^shop\/x: ports is empty/);
    expect(() => Tier.wholeNamespace(chart, 'y', { ports: [] })).toThrow(says);
    expect(() => Tier.fromApiObject(chart, 'z', deployment(chart, 'd'), { ports: [] })).toThrow(says);
  });

  test('that nobody knows are an error at the call', () => {
    const { frontend, backend } = shop();
    expect(() => frontend.allowFrom(backend)).toThrow('shop/frontend: allowFrom(shop/backend): no ports are named, and those of shop/frontend are not known. '
      + 'Instead, write ports: [Port.tcp(8080)] in this call, or among the props of shop/frontend; for all ports on purpose write ports: [Port.all()].');
    expect(() => backend.allowTo(frontend)).toThrow('those of shop/frontend are not known');
    expect(() => frontend.allowInternally()).toThrow('those of shop/frontend are not known');
    expect(() => backend.allowTo(Peer.anyIpv4())).toThrow('those of any IPv4 address are not known. Instead, write ports: [Port.tcp(8080)] in this call; for all');
  });

  test('all of them are said by Port.all() alone, and written by leaving ports out', () => {
    const { chart, frontend, backend } = shop();
    backend.allowFrom(frontend, { ports: [Port.all()] });
    expect(policyOf(chart, 'allow-frontend-to-backend').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }] }]);
  });
});

describe('names', () => {
  test('two tiers of one id in one namespace do not share theirs, and none has it for being first', () => {
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

  test('ids with "to" inside do not run into each other', () => {
    const chart = newChart();
    const [a, bToC, aToB, c] = ['a', 'b-to-c', 'a-to-b', 'c'].map(id => new Tier(chart, id, { ports: [Port.tcp(80)] }));
    bToC.allowFrom(a);
    c.allowFrom(aToB);
    const ingress = Object.values(policiesOf(chart)).filter(p => p.spec.ingress !== undefined);
    expect(ingress).toHaveLength(2);
    for (const { metadata } of ingress) { expect(metadata.name).toMatch(/^allow-a-to-b-to-c-[0-9a-f]{8}$/); }
  });

  test('ids that are no DNS labels give names that are', () => {
    const chart = newChart();
    new Tier(chart, 'My Tier', { labels: { app: 'a' }, ports: [Port.tcp(80)] }).allowInternally();
    expect(namesOf(chart)).toContain('app/allow-my-tier-internally');
  });

  test('long ids give names that fit', () => {
    const chart = newChart();
    new Tier(chart, 'a'.repeat(60), { ports: [Port.tcp(80)] }).allowInternally();
    for (const name of namesOf(chart)) { expect(name.length).toBeLessThanOrEqual('app/'.length + 63); }
  });
});

describe('from a workload', () => {
  test('of another construct: by its default child, wherever that is', () => {
    const chart = newChart();
    const outer = new Construct(chart, 'outer');
    deployment(new Construct(outer, 'Default'), 'Resource', { containers: [{ name: 'm', image: 'm', ports: [{ containerPort: 80 }] }] });
    const tier = Tier.fromWorkload(chart, 'web', outer);
    expect(tier._selector()).toEqual({ matchLabels: { app: 'Resource' } });
    expect(tier._ports()!.map(String)).toEqual(['TCP 80']);
    expect(tier._workload()!.node.path).toBe('shop/outer/Default/Resource');
  });

  test('the namespace is that of the object, whatever the chart of the tier says', () => {
    const chart = newChart('app');
    const other = chartIn(App.of(chart), 'other', 'data');
    const bare = chartIn(App.of(chart), 'bare');
    expect(Tier.fromApiObject(chart, 'a', deployment(other, 'x'))._namespace).toBe('data');
    expect(Tier.fromApiObject(chart, 'b', deployment(chart, 'y', {}, { namespace: 'own' }))._namespace).toBe('own');
    expect(Tier.fromApiObject(chart, 'c', deployment(bare, 'z'))._namespace).toBeUndefined();
  });

  test('labels, where they are given, select; pods that do not carry them are an error at synth', () => {
    const chart = newChart();
    const tier = Tier.fromApiObject(chart, 'web', deployment(chart, 'd'), { labels: { role: 'web' } });
    expect(tier._selector()).toEqual({ matchLabels: { role: 'web' } });
    expect(synthError(chart)).toContain('[shop/web] the tier selects role=web, which the pods of shop/d do not carry');
    expect(() => Tier.fromApiObject(chart, 'other', deployment(chart, 'e'), { labels: {} })).toThrow(/^shop\/other: labels is empty/);
    expect(() => Tier.fromWorkload(chart, 'third', deployment(chart, 'f'), { labels: { 'a b': 'c' } })).toThrow("shop/third: the key 'a b'");
  });

  test("ports of its own take the place of the containers'", () => {
    const chart = newChart();
    const tier = Tier.fromApiObject(chart, 'web', deployment(chart, 'd', { containers: [{ name: 'm', image: 'm', ports: [{ containerPort: 80 }] }] }), { ports: [Port.named('http')] });
    expect(tier._ports()!.map(String)).toEqual(['TCP http']);
  });

  test('whose containers declare no port: an error at synth that names both tiers, as long as the ports are meant', () => {
    const { chart, frontend } = shop();
    const tier = Tier.fromApiObject(chart, 'web', deployment(chart, 'd')).allowFrom(frontend);
    expect(synthError(chart)).toMatch(/\[shop\/web\] no ports are named, and those of shop\/web are not known: no container of shop\/d declares one, and shop\/frontend is let in\. Instead, declare/);
    const other = shop();
    Tier.fromApiObject(other.chart, 'web', deployment(other.chart, 'd')).allowFrom(other.frontend, { ports: [Port.tcp(80)] });
    expect(namesOf(other.chart)).toContain('app/allow-frontend-to-web');
    expect(tier._ports()).toBeUndefined();
  });

  test("on the host's network: an error at synth", () => {
    const chart = newChart();
    Tier.fromApiObject(chart, 'web', deployment(chart, 'd', { hostNetwork: true }));
    expect(synthError(chart)).toContain("[shop/web] the pods of shop/d use the host's network");
  });

  test('that is none is an error at the call', () => {
    const chart = newChart();
    const service = new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service' });
    expect(() => Tier.fromApiObject(chart, 'web', service)).toThrow(/^shop\/web: shop\/service is a Service of v1, which makes no pods that are known of\. Instead, give a workload \(Pod,/);
    expect(() => Tier.fromWorkload(chart, 'web', service)).toThrow('is a Service of v1');
    expect(() => Tier.fromWorkload(chart, 'web', new Construct(chart, 'bare'))).toThrow(/^shop\/web: shop\/bare has no API object as its default child/);
    expect(() => Tier.fromWorkload(chart, 'web', undefined as any)).toThrow('shop/web: undefined has no API object');
    const custom = new ApiObject(chart, 'custom', { apiVersion: 'example.com/v1', kind: 'Deployment' });
    expect(() => Tier.fromApiObject(chart, 'web', custom)).toThrow('is a Deployment of example.com/v1');
  });
});

test('a tier outside of a chart is an error', () => {
  expect(() => new Tier(new App(), 'web')).toThrow('web: there is no Chart around this construct');
});

test('other objects of the app stay what they are', () => {
  const chart = newChart();
  const object = deployment(chart, 'd', { containers: [{ name: 'm', image: 'm', ports: [{ containerPort: 80 }] }] });
  const before = JSON.stringify(object.toJson());
  Tier.fromWorkload(chart, 'web', object).allowInternally();
  expect(objectsOf(chart).filter(o => o.kind === 'Deployment').map(o => JSON.stringify(o))).toEqual([before]);
});

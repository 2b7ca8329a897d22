import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { guardrailPolicies, namespace, platformChart, workload } from './guardrail-world';
import { connectionsOf, synthError } from './synthesized';
import { ClusterBoundary, Guardrail, GuardrailTier, LabelExpression, Peer, Port, Protocol, Tier } from '../../src';

/** A NetworkPolicy that denies all pods of a namespace everything, or with `open` allows them everything. */
function networkPolicy(chart: Chart, inNamespace: string, { open = false, labels }: { open?: boolean; labels?: object } = {}): void {
  new ApiObject(chart, `policy-${inNamespace}${open ? '-open' : ''}`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: open ? 'open' : 'closed', namespace: inNamespace },
    spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'], ...open ? { ingress: [{}], egress: [{}] } : {} },
  });
}

/** The connections between two workloads: `red/a -> blue/b: TCP 80`. */
function between(chart: Chart): string[] {
  return connectionsOf(chart).filter(row => !row.includes('External')).map(row => row.replaceAll('[Deployment]', ''))
    .filter(row => !/^(\S+) -> \1:/.test(row));
}

/** Whether a workload of the app may reach this address. */
function reaches(chart: Chart, from: string, address: string): boolean {
  return connectionsOf(chart).some(row => {
    const [, source, first, last] = /^(\S+)\[Deployment\] -> ([\d.]+)-([\d.]+)\[External\]/.exec(row) ?? [];
    const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    return source === from && number(first) <= number(address) && number(address) <= number(last);
  });
}

describe('each guardrail is one line', () => {
  test('everyone may reach DNS, although the namespaces of both ends deny everything', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'kube-system', 'dns', 53, { 'k8s-app': 'kube-dns' });
    networkPolicy(chart, 'shop');
    networkPolicy(chart, 'kube-system');
    expect(between(chart)).toEqual([]);
    Guardrail.allow(chart, 'dns', Peer.allNamespaces(), Peer.clusterDns());
    expect(between(chart)).toEqual(['shop/web -> kube-system/dns: TCP 53,UDP 53']);
    const { 'dns-egress': egress, 'dns-ingress': ingress } = guardrailPolicies(chart);
    const dns = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    const protocols = [{ tcp: { destinationPort: { number: 53 } } }, { udp: { destinationPort: { number: 53 } } }];
    expect(egress.spec).toEqual({
      tier: 'Admin', priority: 10, subject: { namespaces: {} }, egress: [{ name: 'dns', action: 'Accept', to: [{ pods: dns }], protocols }],
    });
    expect(ingress.spec).toEqual({
      tier: 'Admin', priority: 10, subject: { pods: dns }, ingress: [{ name: 'dns', action: 'Accept', from: [{ namespaces: {} }], protocols }],
    });
  });

  test('nobody reaches the metadata service, although a NetworkPolicy allows everything', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    networkPolicy(chart, 'shop', { open: true });
    expect(reaches(chart, 'shop/web', '169.254.169.254')).toBe(true);
    Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService());
    expect(reaches(chart, 'shop/web', '169.254.169.254')).toBe(false);
    expect(reaches(chart, 'shop/web', '169.254.169.253')).toBe(true);
    expect(guardrailPolicies(chart).metadata.spec.egress).toEqual([
      { name: 'metadata', action: 'Deny', to: [{ networks: ['169.254.169.254/32'] }] },
    ]);
  });

  test('Prometheus may scrape everything, although its own namespace and the others deny everything', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web', 9090);
    workload(chart, 'monitoring', 'prometheus');
    networkPolicy(chart, 'shop');
    networkPolicy(chart, 'monitoring');
    Guardrail.allow(chart, 'scraping', Peer.prometheus(), Peer.allNamespaces(), { ports: [Port.tcp(9090)] });
    expect(between(chart)).toEqual(['monitoring/prometheus -> shop/web: TCP 9090']);
  });

  test('no tenant reaches another tenant, whatever their NetworkPolicies allow', () => {
    const chart = platformChart();
    for (const [name, tenant] of [['red-a', 'red'], ['red-b', 'red'], ['blue', 'blue'], ['green', 'green']]) {
      namespace(chart, name, { tenant });
      workload(chart, name, 'web');
      networkPolicy(chart, name, { open: true });
    }
    namespace(chart, 'ops');
    workload(chart, 'ops', 'tools');
    Guardrail.isolateTenants(chart, 'tenants', ['red', 'blue']);
    expect(between(chart).map(row => row.split(':')[0])).toEqual([
      ...['blue', 'green', 'red-a', 'red-b'].map(name => `${name}/web -> ops/tools`),
      ...['blue', 'green', 'red-a', 'red-b'].map(name => `ops/tools -> ${name}/web`),
      'red-a/web -> red-b/web',
      'red-b/web -> red-a/web',
    ].sort());
  });

  test('a tenant that is not listed is reached by no tenant, and reaches none', () => {
    const chart = platformChart();
    for (const name of ['red', 'green-a', 'green-b']) {
      namespace(chart, name, { team: name.split('-')[0] });
      workload(chart, name, 'web');
    }
    Guardrail.isolateTenants(chart, 'tenants', ['red'], { label: 'team' });
    expect(between(chart)).toEqual([]);
  });

  test('baseline: namespaces are kept apart until one of them has a NetworkPolicy', () => {
    const chart = platformChart();
    for (const name of ['shop', 'data', 'ops']) {
      namespace(chart, name);
      workload(chart, name, 'web');
      workload(chart, name, 'db');
    }
    Guardrail.isolateNamespaces(chart, 'baseline', ['shop', 'data']);
    const isBetween = (row: string) => /^(\w+)\/\w+ -> (\w+)\//.exec(row)!.slice(1).some((name, i, all) => name !== all[1 - i]);
    // No namespace in the list is reached, and each stays open to itself.
    expect(between(chart).filter(isBetween).filter(row => !row.includes('-> ops/'))).toEqual([]);
    expect(between(chart).filter(row => !isBetween(row))).toHaveLength(6);
    networkPolicy(chart, 'data', { open: true, labels: { app: 'db' } });
    expect(between(chart).filter(isBetween).filter(row => !row.includes('-> ops/')).map(row => row.split(':')[0])).toEqual([
      'ops/db -> data/db', 'ops/web -> data/db', 'shop/db -> data/db', 'shop/web -> data/db',
    ]);
    expect(Object.values(guardrailPolicies(chart)).map(({ metadata, spec }) => [metadata.name, spec.tier])).toEqual([['baseline-data', 'Baseline'], ['baseline-shop', 'Baseline']]);
  });
});

describe('the order of guardrails', () => {
  test('the first guardrail about a connection decides it', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'ops', 'agent');
    Guardrail.allow(chart, 'ops', Peer.namespace('ops'), Peer.namespace('shop'), { ports: [Port.all()] });
    Guardrail.deny(chart, 'shop', Peer.allNamespaces(), Peer.namespace('shop'));
    Guardrail.allow(chart, 'late', Peer.namespace('shop'), Peer.namespace('shop'), { ports: [Port.all()] });
    expect(between(chart).filter(row => row.includes('-> shop'))).toEqual(['ops/agent -> shop/web: All Connections']);
  });

  test('what a guardrail delegates is decided by NetworkPolicies', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'data', 'db');
    workload(chart, 'kube-system', 'controller');
    networkPolicy(chart, 'data');
    Guardrail.delegate(chart, 'system', Peer.namespace('kube-system'), Peer.allNamespaces());
    Guardrail.deny(chart, 'everything', Peer.allNamespaces(), Peer.allNamespaces());
    expect(between(chart)).toEqual(['kube-system/controller -> shop/web: All Connections']);
    expect(guardrailPolicies(chart)['system-egress'].spec.egress[0].action).toBe('Pass');
  });

  test('in the Baseline tier, a guardrail decides after every NetworkPolicy', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'data', 'db');
    Guardrail.deny(chart, 'deny', Peer.allNamespaces(), Peer.allNamespaces(), { tier: GuardrailTier.BASELINE });
    expect(between(chart)).toEqual([]);
    networkPolicy(chart, 'data', { open: true });
    expect(between(chart)).toEqual(['shop/web -> data/db: All Connections']);
  });
});

describe('what ends become', () => {
  const spec = (make: (chart: Chart) => void) => {
    const chart = platformChart();
    make(chart);
    return Object.values(guardrailPolicies(chart)).map(policy => policy.spec);
  };
  const deny = (destination: Peer) => spec(chart => Guardrail.deny(chart, 'deny', Peer.namespace('shop'), destination));

  test('namespaces and pods are selected by the labels of their namespaces', () => {
    expect(deny(Peer.namespaces({ matchExpressions: [LabelExpression.exists('team')] }))[0].subject)
      .toEqual({ namespaces: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } });
    expect(deny(Peer.pods({ labels: { app: 'db' }, allNamespaces: true }))[0].subject)
      .toEqual({ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'db' } } } });
  });

  test('addresses are networks, those of nodes too', () => {
    expect(deny(Peer.nodes(['10.240.0.0/16', '10.1.2.3']))[0].egress[0].to).toEqual([{ networks: ['10.1.2.3/32', '10.240.0.0/16'] }]);
  });

  test('a block with exceptions is the blocks that are left of it', () => {
    expect(deny(Peer.cidr('10.0.0.0/8', { excluding: ['10.0.0.0/9', '10.128.0.0/10'] }))[0].egress[0].to).toEqual([{ networks: ['10.192.0.0/10'] }]);
  });

  test('a guardrail against the public internet leaves private addresses alone', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    Guardrail.deny(chart, 'internet', Peer.allNamespaces(), Peer.publicInternet());
    expect(['8.8.8.8', '203.0.112.1'].filter(address => reaches(chart, 'shop/web', address))).toEqual([]);
    expect(['10.1.2.3', '169.254.169.254', '203.0.113.1'].filter(address => !reaches(chart, 'shop/web', address))).toEqual([]);
  });

  test('everything is every address, which includes every pod', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'data', 'db');
    Guardrail.deny(chart, 'deny', Peer.namespace('shop'), Peer.anything());
    expect(connectionsOf(chart).filter(row => row.startsWith('shop/web'))).toEqual([]);
    expect(guardrailPolicies(chart).deny.spec.egress[0].to).toEqual([{ networks: ['0.0.0.0/0', '::/0'] }]);
  });

  test('a tier is its pods in its namespace, and its ports are those of its containers at synth', () => {
    const app = Testing.app();
    const chart = platformChart(app);
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    const db = Tier.of(workload(shop, 'shop', 'db', 5432));
    Guardrail.allow(chart, 'backup', Peer.namespace('backup'), db);
    const { 'backup-ingress': ingress } = guardrailPolicies(chart);
    expect(ingress.spec.subject).toEqual({
      pods: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, podSelector: { matchLabels: { app: 'db' } } },
    });
    expect(ingress.spec.ingress[0].protocols).toEqual([{ tcp: { destinationPort: { number: 5432 } } }]);
  });

  test('a workload needs no tier, and gets no NetworkPolicy', () => {
    const chart = platformChart();
    Guardrail.allow(chart, 'backup', Peer.namespace('backup'), workload(chart, 'shop', 'db', 5432));
    expect(between(chart)).toEqual([]);
    expect(Object.keys(guardrailPolicies(chart))).toEqual(['backup-egress', 'backup-ingress']);
  });

  test('each member of anyOf keeps its own ports', () => {
    const [egress] = spec(chart => Guardrail.allow(chart, 'dns', Peer.namespace('shop'), Peer.anyOf([Peer.clusterDns(), Peer.apiServer('10.0.0.1')])));
    expect(egress.egress.map((rule: any) => rule.protocols)).toEqual([
      [{ tcp: { destinationPort: { number: 53 } } }, { udp: { destinationPort: { number: 53 } } }],
      [{ tcp: { destinationPort: { number: 443 } } }, { tcp: { destinationPort: { number: 6443 } } }],
    ]);
  });

  test('ports are numbers, ranges, every port of a protocol, and names', () => {
    const [egress] = spec(chart => Guardrail.allow(chart, 'some', Peer.namespace('shop'), Peer.namespace('data'), {
      ports: [Port.sctp(9), Port.tcpRange(80, 90), Port.allUdp(), Port.named('http')],
    }));
    expect(egress.egress[0].protocols).toEqual([
      { sctp: { destinationPort: { number: 9 } } },
      { tcp: { destinationPort: { range: { start: 80, end: 90 } } } },
      { destinationNamedPort: 'http' },
      { udp: { destinationPort: { range: { start: 1, end: 65535 } } } },
    ]);
    const [denied] = spec(chart => Guardrail.deny(chart, 'none', Peer.namespace('shop'), Peer.clusterDns()));
    expect(denied.ingress[0]).not.toHaveProperty('protocols');
  });

  test.each<[string, (chart: Chart) => void, string]>([
    ['an address as the source', chart => Guardrail.deny(chart, 'a', Peer.cidr('10.0.0.0/8'), Peer.allNamespaces()),
      'platform/a: Guardrail.deny(10.0.0.0/8, all pods of all namespaces): the source is 10.0.0.0/8, and rules of a cluster-wide policy for ingress name only pods and '
      + 'namespaces. Write a Tier, or a Peer of pods or namespaces, as the source.'],
    ['everything as the source', chart => Guardrail.deny(chart, 'a', Peer.anything(), Peer.allNamespaces()), 'Write Peer.allNamespaces() for every pod.'],
    ['pods of the namespace of the policy', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), Peer.pods({ labels: { app: 'db' } })),
      'pods with app=db means the namespace of a policy, and a cluster-wide policy has none. Name the namespaces: Peer.namespace(\'shop\')'],
    ['this namespace', chart => Guardrail.deny(chart, 'a', Peer.thisNamespace(), Peer.allNamespaces()), 'a cluster-wide policy has none'],
    ['a tier without a namespace', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), new Tier(new Chart(App.of(chart), 'bare'), 'db')), 'bare/db has no namespace'],
    ['a port name towards addresses', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), Peer.cidr('10.0.0.0/8'), { ports: [Port.named('http')] }),
      'port \'http\' is a name, which only pods have, and 10.0.0.0/8 has addresses. Write the number of the port'],
    ['a port name of UDP', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), Peer.clusterDns(), { ports: [Port.named('dns', Protocol.UDP)] }),
      'the port name \'dns\' is for UDP, and cluster-wide policies have no protocol beside a name. Write the number of the port, such as Port.udp(53).'],
    ['allow without ports', chart => Guardrail.allow(chart, 'a', Peer.allNamespaces(), Peer.namespace('shop')),
      'the call names no ports, and namespace shop has none of its own. Write ports: [Port.tcp(8080)] in this call; if you mean every port, write ports: [Port.all()].'],
    ['an empty list of ports', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), Peer.namespace('shop'), { ports: [] }), 'ports is empty'],
    ['no tenants', chart => Guardrail.isolateTenants(chart, 'a', []), 'platform/a: Guardrail.isolateTenants(...): the list of tenants is empty'],
    ['an empty tenant', chart => Guardrail.isolateTenants(chart, 'a', ['red', '']), 'a tenant is empty'],
    ['a tenant that is no value of a label', chart => Guardrail.isolateTenants(chart, 'a', ['red', 'has space']), 'the tenant \'has space\' cannot be the value of a label: a valid label'],
    ['a key that is none of a label', chart => Guardrail.isolateTenants(chart, 'a', ['red'], { label: '' }),
      'Guardrail.isolateTenants(...): \'\' cannot be the key of a label: name part must be non-empty, and name part must consist of'],
    ['no namespaces', chart => Guardrail.isolateNamespaces(chart, 'a', []), 'the list of namespaces is empty'],
    ['a namespace that cannot exist', chart => Guardrail.isolateNamespaces(chart, 'a', ['Shop']), '\'Shop\' is not the name of a namespace'],
    ['a name that no policy can have', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), Peer.metadataService(), { name: 'a b' }), 'the name \'a b\' cannot be part of the names of policies'],
    ['an id that is taken', chart => { new Tier(chart, 'a'); Guardrail.isolateNamespaces(chart, 'a', ['shop']); },
      'platform/a: Guardrail.isolateNamespaces(...): there already is a construct with the id \'a\''],
    ['an id that is taken, for a connection', chart => { new Tier(chart, 'a'); Guardrail.delegate(chart, 'a', Peer.allNamespaces(), Peer.metadataService()); },
      'platform/a: Guardrail.delegate(...): there already is a construct with the id \'a\''],
    ['a block that excludes all of itself', chart => Guardrail.deny(chart, 'a', Peer.namespace('shop'), Peer.cidr('10.0.0.0/8', { excluding: ['10.0.0.0/9', '10.128.0.0/9'] })),
      'platform/a: Guardrail.deny(namespace shop, 10.0.0.0/8 except 10.0.0.0/9, 10.128.0.0/9): 10.0.0.0/8 except 10.0.0.0/9, 10.128.0.0/9 has no address: the blocks that it excludes '
      + 'leave nothing of it. Exclude less, '
      + 'or leave it out of this call.'],
    ['a member of anyOf that excludes all of itself',
      chart => Guardrail.deny(chart, 'a', Peer.namespace('shop'), Peer.anyOf([Peer.namespace('data'), Peer.cidr('10.0.0.0/8', { excluding: ['10.0.0.0/9', '10.128.0.0/9'] })])),
      'the blocks that it excludes leave nothing of it'],
    ['metadata services without an address', chart => Guardrail.deny(chart, 'a', Peer.allNamespaces(), Peer.metadataService([])), 'the list of addresses is empty'],
  ])('%s is an error', (_, make, message) => {
    expect(() => make(platformChart())).toThrow(message);
  });
});

describe('names and other fields', () => {
  test('policies are named by the id, have no namespace, and have the description of the guardrail', () => {
    const chart = platformChart();
    Guardrail.deny(chart, 'Metadata Service', Peer.allNamespaces(), Peer.metadataService(), { description: 'it gives out credentials' });
    Guardrail.isolateTenants(chart, 'tenants', ['others', 'red'], { name: 'acme' });
    const policies = guardrailPolicies(chart);
    expect(Object.keys(policies).sort()).toEqual(['acme-others', 'acme-others-2', 'acme-red', 'metadata-service']);
    expect(policies['metadata-service'].metadata).toEqual({
      name: 'metadata-service', labels: { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' }, annotations: { 'kubernetes.io/description': 'it gives out credentials' },
    });
  });

  test('tenants whose names are alike have policies with different names', () => {
    const chart = platformChart();
    Guardrail.isolateTenants(chart, 't', ['Red', 'red', 'red-2']);
    expect(Object.keys(guardrailPolicies(chart))).toEqual(['t-red', 't-red-2', 't-red-2-2', 't-others']);
  });

  test('two guardrails of one name, and a policy that is written by hand, keep different names', () => {
    const app = Testing.app();
    const [first, second] = ['a', 'b'].map(id => platformChart(app, id));
    Guardrail.deny(first, 'metadata', Peer.allNamespaces(), Peer.metadataService());
    Guardrail.deny(second, 'metadata', Peer.allNamespaces(), Peer.metadataService(['10.0.0.1']));
    Guardrail.isolateNamespaces(second, 'own', ['shop']);
    const spec = { tier: 'Admin', priority: 7, subject: { namespaces: {} }, egress: [{ action: 'Deny', to: [{ networks: ['10.9.9.9/32'] }] }] };
    new ApiObject(first, 'hand', { apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name: 'own' }, spec });
    // A name that a NetworkPolicy has is free: it is another kind.
    new Tier(second, 'web', { namespace: 'shop' });
    Guardrail.isolateNamespaces(second, 'default-deny-all', ['shop'], { tier: GuardrailTier.ADMIN });
    expect(Object.keys(guardrailPolicies(first)).map(name => name.replace(/-[0-9a-f]{8}$/, '-HASH')).sort())
      .toEqual(['default-deny-all', 'metadata-HASH', 'metadata-HASH', 'own', 'own-HASH']);
  });

  test('a list of policies that the program includes keeps its names too', () => {
    const chart = platformChart();
    Guardrail.isolateNamespaces(chart, 'own', ['shop']);
    const item = { apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name: 'own' } };
    new ApiObject(chart, 'list', {
      apiVersion: 'v1', kind: 'List', items: [{ ...item, spec: { tier: 'Admin', priority: 7, subject: { namespaces: {} } } }],
    } as any);
    expect(Object.keys(guardrailPolicies(chart))).toEqual([expect.stringMatching(/^own-[0-9a-f]{8}$/)]);
  });

  test('a JSON patch reaches every field, and what it makes is judged', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'data', 'db');
    const guardrail = Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService());
    expect(guardrail.policies.map(({ name }) => name)).toEqual(['metadata']);
    guardrail.policies[0].addJsonPatch(JsonPatch.add('/spec/egress/0/to/-', { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } }));
    expect(between(chart)).toEqual(['data/db -> shop/web: All Connections']);
  });

  test('a guardrail that allows is written before one that denies', () => {
    const chart = platformChart();
    Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService());
    Guardrail.allow(chart, 'dns', Peer.allNamespaces(), Peer.clusterDns());
    expect(Object.keys(guardrailPolicies(chart))).toEqual(['dns-egress', 'dns-ingress', 'metadata']);
  });
});

describe('an error of synth', () => {
  test('names a workload that declares no port', () => {
    const chart = platformChart();
    const job = new ApiObject(chart, 'job', {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'job', namespace: 'shop', labels: { app: 'job' } }, spec: { containers: [{ name: 'job', image: 'job' }] },
    });
    Guardrail.allow(chart, 'jobs', Peer.namespace('ops'), job);
    const error = '[platform/jobs] the call names no ports, and platform/job has none of its own, because no container declares a port';
    // Once, although the guardrail has a policy for each end.
    expect(synthError(chart).split(error)).toHaveLength(2);
  });

  test('names a tier that was removed, one of another app, and one of another cluster', () => {
    const app = Testing.app();
    const chart = platformChart(app);
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    const web = new Tier(shop, 'web');
    const foreign = new Tier(new Chart(Testing.app(), 'other', { namespace: 'other' }), 'db');
    Guardrail.deny(chart, 'web', Peer.allNamespaces(), web);
    Guardrail.deny(chart, 'foreign', Peer.allNamespaces(), foreign);
    expect(synthError(chart)).toContain('[platform/foreign] other/db is in another app. Name its pods by Peer.pods(...).');
    shop.node.tryRemoveChild('web');
    expect(synthError(chart)).toContain('[platform/web] shop/web was removed from the app. Use a tier that is in the app.');
  });

  test('names the clusters of a guardrail and its tier', () => {
    const app = Testing.app();
    const chart = platformChart(app);
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    Guardrail.deny(chart, 'web', Peer.allNamespaces(), new Tier(shop, 'web'));
    ClusterBoundary.of(shop).add('us');
    expect(synthError(chart)).toContain('[platform/web] this is in no cluster, but the app states clusters: us (shop).');
    ClusterBoundary.of(chart).add('eu');
    expect(synthError(chart)).toContain('[platform/web] shop/web is in cluster us, and this guardrail is in cluster eu. Make both in one cluster');
  });
});

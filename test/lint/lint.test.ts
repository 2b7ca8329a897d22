import { block, egress, ingress, inNamespace, pods, ports, service } from './app-objects';
import { findingsOf, FoundOptions, Group, tier, withObjects } from './found';
import { FindingCode } from '../../src/findings/codes';
import { formatFinding } from '../../src/findings/finding';
import { ANYTHING, NOTHING } from '../../src/manifests/unread';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';

/* What each rule finds, and what it must not find, in small clusters. Places are `object N`, the position in the list of objects. */

const ADDRESS = 'cdk8s.io/metadata.addr';

/** The codes of this file. Other rules have a file of their own. */
const CODES: readonly FindingCode[] = ['NP101', 'NP102', 'NP103', 'NP104', 'NP110', 'NP111', 'NP112', 'NP120', 'NP121', 'NP122'];

const own = (objects: readonly object[], options?: FoundOptions) => findingsOf(CODES, objects, options).map(withObjects);
const found = (objects: readonly object[], options?: FoundOptions) => own(objects, options).map(formatFinding);
const codes = (objects: readonly object[], options?: FoundOptions) => own(objects, options).map(({ code }) => code);

const DENY = policy('app/default-deny-all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

test('a cluster without mistakes has no finding', () => {
  const shop = [
    deployment('app/web', { app: 'web' }, ports(80)), deployment('app/db', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] }),
    DENY, ingress('db', [pods('web')], [{ port: 'sql' }]), egress('web', [pods('db')], [{ port: 5432 }]), service('db', 'db', [{ port: 5432 }]),
  ];
  expect(found(shop, { groups: [tier('app/web', { app: 'web' }), tier('app/db', { app: 'db' }, 'app/db')], claims: [['app/db', 'tcp/sql'], ['app/db', 'tcp/1-65535']] })).toEqual([]);
});

test('findings come in the order of their codes', () => {
  const objects = [deployment('app/web', { app: 'web' }, ports(80)), ingress('web', undefined, [{ port: 'htpp' }, { port: 81 }])];
  expect(codes(objects, { groups: [tier('app/a', { app: 'x' }), tier('app/b', { app: 'web' }), tier('app/c', { app: 'web' })] }))
    .toEqual(['NP101', 'NP102', 'NP110', 'NP112']);
});

describe('NP101: a tier selects no workload, although its namespace has workloads', () => {
  const web = deployment('app/web', { app: 'frontend' });
  const fixOf = (labels: Record<string, string>, ...objects: object[]) => found(objects, { groups: [tier('app/t', labels)] }).map(text => text.replace(/^.*?; /, ''));

  test('and the fix is the label that was probably meant: another value, key or both', () => {
    expect(found([web], { groups: [tier('app/t', { app: 'fronend' })] })).toEqual([
      'app/t: warning NP101: no workload of namespace app has app=fronend; select app=frontend, the label of app/web[Deployment]; '
      + "if the workload is not of this app, write ClusterFacts.of(scope).addOpenNamespace('app')",
    ]);
    expect(fixOf({ ap: 'frontend' }, web)[0]).toContain('select app=frontend, the label of app/web[Deployment]');
    expect(fixOf({ 'app.kubernetes.io/name': 'frontend' }, web)[0]).toContain('select app=frontend, the label of app/web[Deployment]');
  });

  test('and the fix shows labels of the namespace if none is near', () => {
    expect(fixOf({ app: 'database' }, web)[0]).toContain('select the labels of a workload, such as app=frontend of app/web[Deployment]');
    expect(fixOf({ app: 'database' }, pod('app/bare', { version: '1' }))[0]).toContain('such as those of app/bare[Pod]');
  });

  test.each<[string, object[], Group, string[]]>([
    ['has no workload at all', [deployment('other/web', { app: 'x' })], tier('app/t', { app: 'web' }), []],
    ['has workloads that the input does not declare, as stated', [web], tier('app/t', { app: 'web' }), ['app']],
    ['has an object whose pods are not known', [web, rollout()], tier('app/t', { app: 'web' }), []],
    ['is meant as a whole', [web], { name: 'app/all', selector: {} }, []],
    ['has the pods on the network of their node', [deployment('app/node', { app: 'node' }, { hostNetwork: true })], tier('app/t', { app: 'node' }), []],
    ['has pods whose labels Kubernetes generates', [web], tier('app/t', { 'app': 'frontend', 'pod-template-hash': '5d4f' }), []],
    ['has the workload that the tier was made from', [web], tier('app/t', { app: 'fronend' }, 'app/web'), []],
  ])('is not found if the namespace %s', (_, objects, group, open) => {
    expect(codes(objects, { groups: [group], open })).toEqual([]);
  });
});

describe('NP102: two tiers have the same pods', () => {
  const [web, api] = [deployment('app/web', { app: 'web', role: 'front' }), deployment('app/api', { app: 'api', role: 'front' })];

  test('and the finding names a workload and both tiers', () => {
    expect(found([web, api], { groups: [tier('app/web', { app: 'web' }), tier('app/front', { role: 'front' })] })).toEqual([
      'app/front: warning NP102: the pods of app/web[Deployment] are also in another tier, so they have the connections of both (the other tier: app/web); '
      + 'select by labels that only the pods of this tier have',
    ]);
  });

  test('once for each pair of tiers', () => {
    const groups = [tier('app/a', { role: 'front' }), tier('app/b', { role: 'front' })];
    expect(found([web, api], { groups })).toEqual([expect.stringContaining('app/b: warning NP102: the pods of app/web[Deployment] (and 1 more) are also')]);
    expect(codes([web, api], { groups: [...groups, tier('app/c', { role: 'front' })] })).toHaveLength(3);
  });

  test.each<[string, Group[]]>([
    ['one of them is the whole namespace', [tier('app/web', { app: 'web' }), { name: 'app/all', selector: {} }]],
    ['they are of different namespaces', [tier('app/web', { app: 'web' }), tier('other/web', { app: 'web' })]],
    ['they are made from one workload', [tier('app/one', { app: 'web' }, 'app/web'), tier('app/two', { role: 'front', app: 'web' }, 'app/web')]],
    ['no declared pod is in both', [tier('app/web', { app: 'web' }), tier('app/api', { app: 'api' })]],
  ])('is not found if %s', (_, groups) => {
    expect(codes([web, api], { groups })).toEqual([]);
  });

  test('is not found for pods on the network of their node, which no policy selects', () => {
    const node = deployment('app/node', { app: 'node' }, { hostNetwork: true });
    expect(codes([node], { groups: [tier('app/a', { app: 'node' }), tier('app/b', { app: 'node' })] })).toEqual([]);
  });
});

describe('NP103: the tier of a workload also selects the pods of another workload', () => {
  const workloads = [deployment('app/web', { app: 'shop' }), deployment('app/api', { app: 'shop' }), deployment('app/db', { app: 'shop', part: 'db' })];

  test('that has no tier, and the finding names both and the label', () => {
    expect(found(workloads, { groups: [tier('app/web', { app: 'shop' }, 'app/web')] })).toEqual([
      'app/web: warning NP103: the tier of app/web[Deployment] selects app=shop, which the pods of app/api[Deployment] and app/db[Deployment] have, too; '
      + "give the pods of each workload a label of their own, such as 'app'",
    ]);
  });

  test('that has a tier is NP102, so that each pair is found once', () => {
    expect(codes(workloads.slice(0, 2), { groups: [tier('app/web', { app: 'shop' }, 'app/web'), tier('app/api', { app: 'shop' }, 'app/api')] })).toEqual(['NP102']);
  });
});

describe('NP104: a tier is selected by the address of cdk8s-plus, because another workload is alike', () => {
  const plus = (name: string, labels: Record<string, string>) => {
    const made: any = deployment(`app/${name}`, { ...labels, [ADDRESS]: name });
    made.spec.selector.matchLabels = { [ADDRESS]: name };
    return made;
  };

  test('and the finding names the other workload', () => {
    expect(found([plus('web', { app: 'shop' }), plus('api', { app: 'shop', part: 'api' })], { groups: [tier('app/web', { [ADDRESS]: 'web' }, 'app/web')] })).toEqual([
      `app/web: warning NP104: the tier selects by ${ADDRESS}, because the other labels of app/web[Deployment] do not tell it from app/api[Deployment]; `
      + "give the pods of each workload a label of their own, such as podMetadata: { labels: { app: '...' } }",
    ]);
  });

  test('is not found if the pods have no other label, or another one of their own', () => {
    expect(codes([plus('web', {}), plus('api', {})], { groups: [tier('app/web', { [ADDRESS]: 'web' }, 'app/web')] })).toEqual([]);
    expect(codes([plus('web', { app: 'web' }), plus('api', { app: 'api' })], { groups: [tier('app/web', { [ADDRESS]: 'web' }, 'app/web')] })).toEqual([]);
  });
});

describe('NP110: a port that no container declares', () => {
  const web = deployment('app/web', { app: 'web' }, { ports: [{ containerPort: 8080, name: 'http' }, { containerPort: 53, protocol: 'UDP' }] });

  test('in a rule, and the finding lists the declared ports', () => {
    expect(found([web, ingress('web', undefined, [{ port: 8081 }])])).toEqual([
      'object 1: warning NP110: app/p spec.ingress[0] names TCP 8081, but no container of app/web[Deployment] declares it; '
      + "name a port of the containers (TCP 8080 'http', UDP 53), or declare the port",
    ]);
  });

  test('is a note for a range, of which containers rarely declare each port', () => {
    expect(found([web, ingress('web', undefined, [{ port: 9000, endPort: 9100 }])])).toEqual([
      expect.stringMatching(/note NP110: app\/p spec.ingress\[0\] names TCP 9000-9100, but no container of app\/web\[Deployment\] declares any of them; name a port/),
    ]);
  });

  test('that they declare for another protocol has the protocol as its fix', () => {
    expect(found([web, ingress('web', undefined, [{ port: 53 }])])).toEqual([expect.stringMatching(/names TCP 53, but .*; write 'protocol: UDP', as the container does$/)]);
  });

  test('is not found for the ports of proxies that a service mesh adds to the pods', () => {
    const entries = [15001, 15006, 15020, 15021, 15090, 4143, 4190, 4191].map(port => ({ port }));
    expect(codes([web, ingress('web', undefined, entries)])).toEqual([]);
    expect(codes([web, ingress('web', undefined, [{ port: 15022 }])])).toEqual(['NP110']);
  });

  test.each<[string, Record<string, string>, number[]]>([
    ['Dapr', { 'dapr.io/enabled': 'true', 'dapr.io/metrics-port': '9099' }, [3500, 50001, 50002, 9090, 9099]],
    ['Consul', { 'consul.hashicorp.com/connect-inject': 'true' }, [20000, 20200]],
  ])('is not found for the ports of %s where the pods ask for its sidecar', (_, annotations, numbers) => {
    const injected: any = deployment('app/web', { app: 'web' }, ports(8080));
    injected.spec.template.metadata.annotations = annotations;
    const opened = ingress('web', undefined, numbers.map(port => ({ port })));
    expect(codes([injected, opened])).toEqual([]);
    expect(codes([web, opened])).toEqual(numbers.map(() => 'NP110'));
    expect(codes([injected, ingress('web', undefined, [{ port: numbers[0], protocol: 'UDP' }, { port: numbers[0], endPort: numbers[0] + 1 }, { port: 8081 }])])).toEqual(['NP110', 'NP110', 'NP110']);
    injected.spec.template.metadata.annotations = Object.fromEntries(Object.keys(annotations).map(key => [key, 'false']));
    expect(codes([injected, opened])).toEqual(numbers.map(() => 'NP110'));
  });

  test('in a claim', () => {
    expect(found([web], { claims: [['app/web', 'tcp/8081']] })).toEqual([expect.stringMatching(/^intent: warning NP110: the claim names TCP 8081, but no container/)]);
  });

  test('at both ends of an edge is one finding, at the end of the pods that listen', () => {
    const client = deployment('app/client', { app: 'client' });
    expect(found([web, client, egress('client', [pods('web')], [{ port: 81 }]), ingress('web', [pods('client')], [{ port: 81 }])])).toEqual([
      expect.stringMatching(/^object 3: warning NP110: app\/p .* \(also named here: object 2\); /),
    ]);
  });

  test.each<[string, object[]]>([
    ['the containers declare no port, because then they may listen on every port', [deployment('app/web', { app: 'web' }), ingress('web', undefined, [{ port: 81 }])]],
    ['one of the pods declares no port, because then it may listen on every port', [web, deployment('app/two', { app: 'web' }), ingress('web', undefined, [{ port: 81 }])]],
    ['another peer of the rule may listen on it: an address, a namespace, or pods that are not declared', [
      web, egress('client', [pods('web'), block('10.0.0.0/8')], [{ port: 81 }]), egress('client', [pods('web'), { namespaceSelector: {} }], [{ port: 81 }], 'app/q'),
      egress('client', [pods('web'), pods('db')], [{ port: 81 }], 'app/r'),
    ]],
    ['one of the pods declares it', [web, deployment('app/two', { app: 'web' }, ports(81)), ingress('web', undefined, [{ port: 81 }])]],
    ['a range has a declared port', [web, ingress('web', undefined, [{ port: 8000, endPort: 9000 }])]],
    ['the rule means every port', [web, ingress('web', undefined, [{ protocol: 'SCTP' }]), ingress('web', undefined, undefined, 'app/q')]],
    ['the rule selects no declared pod', [web, ingress('db', undefined, [{ port: 81 }])]],
    ['the peer is a namespace or an address, whose other pods the input need not declare',
      [web, egress('web', [{ namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }], [{ port: 81 }]), egress('web', undefined, [{ port: 82 }], 'app/q')]],
  ])('is not found if %s', (_, objects) => {
    expect(codes(objects)).toEqual([]);
  });

  test('is not found if the namespace has other workloads, which may declare it, or may have some in a part of the input that was not read', () => {
    const objects = [web, ingress('web', undefined, [{ port: 81 }])];
    expect(codes(objects, { open: ['app'] })).toEqual([]);
    const unread = { what: 'a document', origin: { at: () => ({}) }, code: 'not-read' as const, findings: [] };
    expect(codes(objects, { unread: [{ ...unread, mayHold: ANYTHING }] })).toEqual([]);
    expect(codes(objects, { unread: [{ ...unread, mayHold: NOTHING }] })).toEqual(['NP110']);
  });

  test('in a rule with tens of thousands of ports for a thousand workloads is found at once', () => {
    const workloads = Array.from({ length: 1000 }, (_, i) => deployment(`app/w${i}`, { app: `w${i}` }, ports(1)));
    const all = Array.from({ length: 10_000 }, (_, i) => ({ port: i + 20_000 }));
    const texts = found([...workloads, policy('app/p', { podSelector: {}, ingress: [{ ports: all }] })]);
    expect(texts).toHaveLength(10_000);
    expect(texts[0]).toContain('but no container of app/w0[Deployment], app/w1[Deployment], app/w2[Deployment] and 997 more declares it; name a port of the containers (TCP 1),');
  });
});

describe("NP111: a Service's port", () => {
  const web = deployment('app/web', { app: 'web' }, { ports: [{ containerPort: 8080, name: 'http' }] });
  const rule = ingress('web', undefined, [{ port: 80 }]);

  test("is not the port of the container, and the fix is the container's port", () => {
    expect(found([web, service('web', 'web', [{ port: 80, targetPort: 8080 }]), rule])).toEqual([
      "object 2: error NP111: app/p spec.ingress[0] names TCP 80, the port of Service app/web; policies see the port of the container; name TCP 8080, the container's port behind it",
    ]);
    expect(found([web, service('web', 'web', [{ port: 80, targetPort: 'http' }]), rule])[0]).toContain("name TCP 8080, the container's port behind it");
    expect(found([web, service('web', 'web', [{ port: 80, targetPort: 'htpp' }]), rule])[0]).toContain("name TCP htpp, the container's port behind it");
  });

  test('may be that of the nodes, which leads to the container as well', () => {
    const entry = { port: 8080, targetPort: 8080, nodePort: 30080 };
    expect(found([web, service('web', 'web', [entry], { type: 'NodePort' }), ingress('web', undefined, [{ port: 30080 }])])).toEqual([
      "object 2: error NP111: app/p spec.ingress[0] names TCP 30080, the node port of Service app/web; policies see the port of the container; name TCP 8080, the container's port behind it",
    ]);
    expect(codes([web, service('web', 'web', [{ ...entry, nodePort: 30081 }], { type: 'NodePort' }), ingress('web', undefined, [{ port: 30080 }])])).toEqual(['NP110']);
  });

  test('is a warning if another rule opens the port of the container, because the connection then works', () => {
    const objects = [web, service('web', 'web', [{ port: 80, targetPort: 8080 }])];
    const both = ingress('web', undefined, [{ port: 80 }, { port: 8080 }]);
    expect(found([...objects, both])).toEqual([
      'object 2: warning NP111: app/p spec.ingress[0] names TCP 80, the port of Service app/web; policies see the port of the container, which another rule opens; '
      + 'remove it, unless a container listens on it',
    ]);
    expect(found([...objects, rule, ingress('web', [pods('client')], [{ port: 'http' }], 'app/q')])[0]).toContain('warning NP111');
    expect(found([...objects, rule, ingress('db', undefined, undefined, 'app/q')])[0]).toContain('error NP111');
    expect(found([...objects, rule, policy('app/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] })])[0]).toContain('error NP111');
  });

  test('is a warning if the rule also selects pods that are not behind the Service', () => {
    const objects = [web, deployment('app/db', { app: 'db' }, ports(5432)), service('web', 'web', [{ port: 80, targetPort: 8080 }])];
    const all = policy('app/all', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] });
    expect(found([...objects, all])).toEqual([expect.stringContaining('warning NP111')]);
    expect(codes([...objects, deployment('app/any', { app: 'any' }), all])).toEqual([]);
  });

  test('is a warning for egress to namespaces by other labels than the name, of which there may be more', () => {
    const objects = [namespace('app', { team: 'a' }), web, service('web', 'web', [{ port: 80, targetPort: 8080 }])];
    const to = (peer: object) => egress('client', [{ ...pods('web'), ...peer }], [{ port: 80 }]);
    expect(found([...objects, to({ namespaceSelector: labelled({ team: 'a' }) })])).toEqual([expect.stringContaining('warning NP111')]);
    expect(found([...objects, to(inNamespace('app'))])).toEqual([expect.stringContaining('error NP111')]);
  });

  test('is found even if the container declares no port', () => {
    expect(codes([deployment('app/web', { app: 'web' }), service('web', 'web', [{ port: 80, targetPort: 8080 }]), rule])).toEqual(['NP111']);
  });

  test.each<[string, object[]]>([
    ['it is also the port of the container', [deployment('app/web', { app: 'web' }), service('web', 'web', [{ port: 80 }])]],
    ['the Service is headless, because nothing translates its port', [deployment('app/web', { app: 'web' }), service('web', 'web', [{ port: 80, targetPort: 8080 }], { clusterIP: 'None' })]],
    ['the Service leads to other pods', [deployment('app/web', { app: 'web' }), service('db', 'db', [{ port: 80, targetPort: 5432 }])]],
    ['the entry is for another protocol, or none that exists', [deployment('app/web', { app: 'web' }), service('web', 'web', [{ port: 80, targetPort: 81, protocol: 'UDP' }, { port: 80, protocol: 'HTTP' }, {}])]],
    ['the Service is a name of another host', [deployment('app/web', { app: 'web' }), service('web', 'web', [{ port: 80, targetPort: 81 }], { type: 'ExternalName' })]],
    ['the Service has no selector, no ports or no spec', [
      deployment('app/web', { app: 'web' }), { ...service('a', 'web', []), spec: { ports: [{ port: 80, targetPort: 81 }] } },
      { ...service('b', 'web', []), spec: { selector: { app: 'web' } } }, { ...service('c', 'web', []), spec: undefined },
    ]],
  ])('is not found if %s', (_, objects) => {
    expect(codes([...objects, rule])).toEqual([]);
  });
});

describe('NP112: a port name that no pod has', () => {
  const web = deployment('app/web', { app: 'web' }, { ports: [{ containerPort: 8080, name: 'http' }, { containerPort: 53, protocol: 'UDP', name: 'dns' }] });
  const fixOf = (entry: object, ...objects: object[]) => found([...objects, ingress('web', undefined, [entry])]).map(text => text.replace(/^.*; /, ''));

  test('is found, with the name that was probably meant', () => {
    expect(found([web, ingress('web', undefined, [{ port: 'htpp' }])])).toEqual([
      'object 1: error NP112: app/p spec.ingress[0] names TCP htpp, but no container of app/web[Deployment] has a TCP port of that name; write http',
    ]);
    expect(fixOf({ port: 'dns' }, web)).toEqual(["write 'protocol: UDP', as the container does"]);
    expect(fixOf({ port: 'metrics' }, web)).toEqual(["name a port of the containers (TCP 8080 'http', UDP 53 'dns')"]);
    expect(fixOf({ port: 'http' }, deployment('app/web', { app: 'web' }))).toEqual(['name the port in the container, or write its number']);
  });

  test('says so if only an init container has the name', () => {
    const withInit: any = deployment('app/web', { app: 'web' }, ports(8080));
    withInit.spec.template.spec.initContainers = [{ name: 'wait' }, { name: 'migrate', ports: [{ name: 'admin', containerPort: 9000 }, { name: 'sync', containerPort: 9001, protocol: 'UDP' }] }];
    const message = (entry: object) => found([withInit, ingress('web', undefined, [entry])])[0];
    expect(message({ port: 'admin' })).toContain('has a TCP port of that name; init container migrate has one, but it ends before the others start; name a port of the containers (TCP 8080)');
    expect(message({ port: 'sync', protocol: 'UDP' })).toContain('; init container migrate has one');
    expect(message({ port: 'sync' })).not.toContain('init container');
  });

  test('is a warning for egress to namespaces by other labels than the name, whose other pods may have it', () => {
    const to = (peer: object) => egress('client', [{ ...pods('web'), ...peer }], [{ port: 'htpp' }]);
    expect(found([web, to({ namespaceSelector: {} })])).toEqual([expect.stringContaining('warning NP112')]);
    expect(found([web, to(inNamespace('app'))])).toEqual([expect.stringContaining('error NP112')]);
  });

  test('is not found for the ports of sidecars that a mesh adds to the pods', () => {
    expect(codes([web, ingress('web', undefined, [{ port: 'http-envoy-prom' }, { port: 'linkerd-admin' }])])).toEqual([]);
  });

  test('is not found if some of the pods have it', () => {
    expect(codes([web, deployment('app/old', { app: 'web' }, ports(80)), ingress('web', undefined, [{ port: 'http' }])])).toEqual([]);
  });
});

describe('NP120: a connection is open at one end only', () => {
  const [web, db] = [deployment('app/web', { app: 'web' }), deployment('app/db', { app: 'db' })];

  test('because nothing lets the source out', () => {
    expect(found([web, db, DENY, ingress('db', [pods('web')])])).toEqual([
      'object 3: error NP120: app/p spec.ingress[0].from[0] lets app/web[Deployment] in, but the policies of app/web[Deployment] do not let it out to app/db[Deployment] '
      + '(isolates app/web[Deployment] for egress: object 2); open the other end as well: add a rule for egress to app/db[Deployment] in a policy that selects '
      + 'app/web[Deployment], or remove this peer',
    ]);
  });

  test('because nothing lets the source in', () => {
    expect(found([web, db, DENY, egress('web', [pods('db')])])).toEqual([expect.stringContaining(
      'app/e spec.egress[0].to[0] lets app/web[Deployment] out to app/db[Deployment], but the policies of app/db[Deployment] do not let it in (isolates app/db[Deployment] for ingress: object 2); '
      + 'open the other end as well: add a rule for ingress from app/web[Deployment] in a policy that selects app/db[Deployment], or remove this peer',
    )]);
  });

  test('because a policy of the Admin tier denies it, which no other rule can open', () => {
    const guard = (direction: 'ingress' | 'egress', action: string, tierName = 'Admin') => ({
      apiVersion: 'policy.networking.k8s.io/v1beta1',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'guard' },
      spec: { tier: tierName, priority: 10, subject: { namespaces: {} }, [direction]: [{ action, [direction === 'ingress' ? 'from' : 'to']: [{ namespaces: {} }] }] },
    });
    const fix = 'denies it (the policy that denies it: object 3); remove the rule: no NetworkPolicy overrules the Admin tier';
    expect(found([web, db, egress('web', [pods('db')]), guard('ingress', 'Deny')])).toEqual([
      `object 2: warning NP120: app/e spec.egress[0].to[0] lets app/web[Deployment] out to app/db[Deployment], but ClusterNetworkPolicy guard (Admin tier, priority 10) ${fix}`,
    ]);
    expect(found([web, db, ingress('db', [pods('web')]), guard('egress', 'Deny')])).toEqual([
      `object 2: warning NP120: app/p spec.ingress[0].from[0] lets app/web[Deployment] in, but ClusterNetworkPolicy guard (Admin tier, priority 10) ${fix}`,
    ]);
    expect(found([web, db, DENY, egress('web', [pods('db')]), guard('ingress', 'Accept')])).toEqual([]);
    // A NetworkPolicy at the other end overrules the Baseline tier.
    expect(found([web, db, egress('web', [pods('db')]), guard('ingress', 'Deny', 'Baseline')])).toEqual([expect.stringContaining('; open the other end as well: ')]);
  });

  test('because the two ends have different ports', () => {
    expect(found([web, db, ingress('db', [pods('web')], [{ port: 80 }]), egress('web', [pods('db')], [{ port: 81 }])])).toEqual([
      'object 2: error NP120: app/p spec.ingress[0].from[0] lets app/web[Deployment] in on TCP 80, but the policies of app/web[Deployment] let it out to app/db[Deployment] on TCP 81 only '
      + '(the rule at the other end: object 3); write the same port at both ends',
    ]);
    // The rule for ingress is for everybody, so that only the other one names both ends.
    expect(found([web, db, ingress('db', [{ namespaceSelector: {} }], [{ port: 80 }]), egress('web', [pods('db')], [{ port: 81 }])])).toEqual([
      expect.stringContaining('app/e spec.egress[0].to[0] lets app/web[Deployment] out to app/db[Deployment], but the policies of app/db[Deployment] do not let it in'),
    ]);
    // Each port that one end lacks is a finding.
    const two = policy('app/p', { podSelector: labelled({ app: 'db' }), ingress: [80, 82].map(port => ({ from: [pods('web')], ports: [{ port }] })) });
    expect(found([web, db, two, egress('web', [pods('db')], [{ port: 83, endPort: 85 }])])).toEqual([expect.stringMatching(/in on TCP 80, but .* on TCP 83-85 only/), expect.stringContaining('in on TCP 82, but')]);
    const each = (...numbers: number[]) => numbers.map(port => ({ port }));
    expect(found([web, db, ingress('db', [pods('web')], each(80, 82, 84, 86)), egress('web', [pods('db')], [{ protocol: 'UDP' }])]))
      .toEqual([expect.stringContaining('in on TCP 80, TCP 82, TCP 84 and TCP 86, but the policies of app/web[Deployment] let it out to app/db[Deployment] on every UDP port only')]);
  });

  test('has no finding beside the wrong port that is its cause', () => {
    const server = deployment('app/db', { app: 'db' }, { ports: [{ containerPort: 5432, name: 'sql' }] });
    const ofService = [web, server, service('db', 'db', [{ port: 80, targetPort: 5432 }]), ingress('db', [pods('web')], [{ port: 5432 }])];
    expect(codes([...ofService, egress('web', [pods('db')], [{ port: 80 }])])).toEqual(['NP111']);
    expect(codes([web, server, ingress('db', [pods('web')], [{ port: 'sql' }]), egress('web', [pods('db')], [{ port: 'sqll' }])])).toEqual(['NP112']);
    expect(codes([web, server, ingress('db', [pods('web')], [{ port: 'sqll' }]), egress('web', [pods('db')], [{ port: 'sql' }])])).toEqual(['NP112']);
    // The wrong port is for other pods.
    const other = deployment('app/other', { app: 'other' }, { ports: [{ containerPort: 5432, name: 'sql' }] });
    expect(codes([web, server, other, DENY, ingress('db', [pods('web')], [{ port: 'sql' }]), egress('web', [pods('other')], [{ port: 'sqll' }])])).toEqual(['NP112', 'NP120']);
  });

  test('for some of the pods that a peer lists by a label', () => {
    const cache = deployment('app/cache', { app: 'cache' });
    const either = (...values: string[]) => ({ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values }] } });
    const open = ingress('db', [pods('web')]);
    expect(found([web, db, cache, DENY, open, egress('web', [either('db', 'cache')])])).toEqual([
      expect.stringContaining('app/e spec.egress[0].to[0] lets app/web[Deployment] out to app/cache[Deployment], but the policies of app/cache[Deployment] do not let it in'),
    ]);
    expect(codes([web, db, cache, DENY, egress('web', [either('db', 'cache')])])).toEqual(['NP120']);
    expect(codes([web, db, cache, DENY, open, egress('web', [either('db', 'nobody')])])).toEqual([]);
    expect(codes([web, db, cache, DENY, open, egress('web', [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }])])).toEqual([]);
  });

  test('also between namespaces, and for a whole namespace of which no pod is let out', () => {
    const tools = [deployment('tools/scraper', { app: 'scraper' }), policy('tools/deny', { podSelector: {}, policyTypes: ['Egress'] })];
    const inTools = inNamespace('tools');
    expect(codes([db, ...tools, ingress('db', [inTools])])).toEqual(['NP120']);
    expect(codes([db, ...tools, ingress('db', [inTools])], { open: ['tools'] })).toEqual([]);
  });

  test('is a warning if the rule may also mean pods that the input does not have', () => {
    const objects = [web, db, DENY, ingress('db', [{ ...pods('web'), namespaceSelector: {} }])];
    expect(found(objects)).toEqual([expect.stringContaining('warning NP120')]);
    expect(found([web, db, DENY, ingress('db', [{ ...pods('web'), ...inNamespace('app') }])])).toEqual([expect.stringContaining('error NP120')]);
    expect(found([web, db, DENY, ingress('db', [pods('web')])], { open: ['app'] })).toEqual([expect.stringContaining('warning NP120')]);
    expect(found([web, db, DENY, ingress('db', [{ podSelector: {} }])])).toEqual([expect.stringContaining('warning NP120')]);
  });

  test('has the call for a policy that this library wrote', () => {
    const made = ingress('db', [pods('web')]);
    made.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
    expect(found([web, db, DENY, made])).toEqual([expect.stringMatching(/; open the other end as well: name a tier and not a peer, so that one call opens both$/)]);
  });

  test.each<[string, object[]]>([
    ['no policy isolates the other end', [web, db, ingress('db', [pods('web')])]],
    ['both ends are open', [web, db, DENY, ingress('db', [pods('web')]), egress('web', [pods('db')])]],
    ['one of the peers is let out', [web, deployment('app/two', { app: 'web', n: '2' }), db, DENY, ingress('db', [pods('web')]),
      policy('app/out', { podSelector: labelled({ n: '2' }), policyTypes: ['Egress'], egress: [{ to: [pods('db')] }] })]],
    ['the peer matches no declared pod', [web, db, DENY, ingress('db', [pods('reports')])]],
    ['the policy selects no declared pod', [web, DENY, ingress('db', [pods('web')])]],
    ['the peer is the pod itself, which always reaches itself', [pod('app/solo', { app: 'solo' }), DENY, ingress('solo', [pods('solo')])]],
    ['the peer is every pod, or an address', [web, db, DENY, ingress('db', [{ namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }])]],
  ])('is not found if %s', (_, objects) => {
    expect(codes(objects)).toEqual([]);
  });

  test('is not found for a port name that no destination has, which is NP112', () => {
    const named = (protocol?: string) => deployment('app/db', { app: 'db' }, { ports: [{ containerPort: 5432, name: 'sql', protocol }] });
    expect(codes([web, named(), DENY, ingress('db', [pods('web')], [{ port: 'sqll' }])])).toEqual(['NP112']);
    expect(codes([web, named('UDP'), DENY, ingress('db', [pods('web')], [{ port: 'sql' }])])).toEqual(['NP112']);
    expect(codes([web, named(), DENY, ingress('db', [pods('web')], [{ port: 'sql' }])])).toEqual(['NP120']);
    expect(codes([web, named(), DENY, egress('web', [pods('db')], [{ port: 'sql' }])])).toEqual(['NP120']);
  });
});

describe('NP121: pods may open connections, but may not ask DNS', () => {
  const [web, db] = [deployment('app/web', { app: 'web' }), deployment('app/db', { app: 'db' })];
  const open = { dnsDecided: new Set<string>() };
  const dns = (name: string, podSelector: object, entries?: object[]) => policy(name, { podSelector, policyTypes: ['Egress'], egress: [{ ports: entries }] });

  test('if their egress has no rule for port 53, whether they are declared or not', () => {
    for (const objects of [[web, db], []]) {
      expect(found([...objects, egress('web', [pods('db')], [{ port: 5432 }]), egress('web', [pods('api')], [{ port: 80 }], 'app/second')], open)).toEqual([
        `object ${objects.length}: warning NP121: app/e lets the pods app=web open connections, but no policy lets them ask DNS; `
        + 'allow DNS as well: add a rule for egress with UDP and TCP 53 to the pods of namespace kube-system',
      ]);
    }
    expect(codes([egress('web', [pods('db')], [{ port: 53, protocol: 'SCTP' }, { port: 'http' }])], open)).toEqual(['NP121']);
  });

  test('although a rule for every port is about pods of the own namespace, none of which serves DNS', () => {
    expect(codes([web, db, egress('web', [pods('db')])], open)).toEqual(['NP121']);
    expect(codes([web, db, egress('web', [pods('db')], [{ port: 1, endPort: 65535, protocol: 'UDP' }])], open)).toEqual(['NP121']);
    expect(codes([web, db, egress('web', [pods('db')])], { ...open, open: ['app'] })).toEqual([]);
  });

  test('or may ask it over TCP only, which is one finding, because a rule without a protocol is for TCP', () => {
    const objects = [web, db, egress('web', [pods('db')], [{ port: 80 }]), egress('db', [pods('web')], [{ port: 80 }], 'app/f')];
    expect(found([...objects, dns('app/dns', {}, [{ port: 53 }])], open)).toEqual([
      'object 4: warning NP121: app/dns spec.egress[0] lets pods ask DNS over TCP only (a port without a protocol is one of TCP); '
      + 'add { protocol: UDP, port: 53 }: pods ask over UDP, and over TCP only for long answers',
    ]);
    for (const entry of [{ port: 50, endPort: 60 }, { port: 'dns-tcp' }, { protocol: 'TCP' }]) {
      expect(found([...objects, dns('app/dns', {}, [entry])], open)).toEqual([expect.stringMatching(/^object 4: warning NP121: app\/dns .* over TCP only/)]);
    }
    // Two rules of two policies, for some of the pods each.
    const all = policy('app/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }] }] });
    const each = ['web', 'db'].map(app => dns(`app/dns-${app}`, labelled({ app }), [{ port: 53 }]));
    expect(found([web, db, all, ...each], open)).toEqual([expect.stringContaining('app/dns-web spec'), expect.stringContaining('app/dns-db spec')]);
    // The same for pods that are not declared, and for those that another policy is not for.
    expect(found([egress('web', [pods('db')], [{ port: 80 }]), dns('app/dns', {}, [{ port: 53 }])], open)).toEqual([expect.stringContaining('over TCP only')]);
    expect(found([...objects, dns('app/dns', labelled({ app: 'web' }), [{ port: 53 }])], open)).toEqual([
      expect.stringContaining('app/f lets the pods app=db open connections, but no policy lets them ask DNS'), expect.stringContaining('app/dns spec.egress[0] lets pods ask DNS over TCP only'),
    ].reverse());
  });

  test('but not if a wider selector, in other words, lets pods ask that are not declared', () => {
    const client = egress('web', [pods('db')], [{ port: 80 }]);
    const wider = (...values: string[]) => ({ matchExpressions: [{ key: 'app', operator: 'In', values }] });
    const byKey = { matchExpressions: [{ key: 'app', operator: 'Exists' }] };
    for (const selector of [wider('web', 'api'), byKey]) {
      expect(codes([client, dns('app/dns', selector, [{ port: 53, protocol: 'UDP' }])], open)).toEqual([]);
      expect(found([client, dns('app/dns', selector, [{ port: 53 }])], open)).toEqual([expect.stringContaining('app/dns spec.egress[0] lets pods ask DNS over TCP only')]);
    }
    expect(codes([client, dns('app/dns', wider('api', 'db'), [{ port: 53, protocol: 'UDP' }])], open)).toEqual(['NP121']);
  });

  test('and a policy for every pod says so', () => {
    const all = policy('app/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }] }] });
    expect(found([web, all], open)).toEqual([expect.stringContaining('app/e lets the pods of its namespace open connections')]);
  });

  test('and the fix is the call for a policy that this library wrote', () => {
    const made = egress('web', [pods('db')], [{ port: 80 }]);
    made.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
    expect(found([web, db, made], open)).toEqual([expect.stringMatching(/; allow DNS as well: call allowTo\(Peer\.clusterDns\(\)\) on the tier of these pods$/)]);
  });

  test('of a policy that selects by the address label of cdk8s-plus, and names the workload', () => {
    const address = { 'cdk8s.io/metadata.addr': 'shop-web-c8' };
    const objects = [deployment('app/web', address), policy('app/e', { podSelector: labelled(address), policyTypes: ['Egress'], egress: [{ to: [pods('db')], ports: [{ port: 80 }] }] })];
    expect(found(objects, open).join()).toContain('app/e lets the pods of app/web[Deployment] open connections, but no policy lets them ask DNS');
  });

  test.each<[string, object[]]>([
    ['another policy of the same pods allows it', [web, db, egress('web', [pods('db')], [{ port: 80 }]), dns('app/dns', labelled({ app: 'web' }), [{ port: 53, protocol: 'UDP' }])]],
    ['a policy of more pods allows it', [web, db, egress('web', [pods('db')], [{ port: 80 }]), dns('app/dns', {}, [{ port: 50, endPort: 60, protocol: 'UDP' }])]],
    ['the same for pods that are not declared', [egress('web', [pods('db')], [{ port: 80 }]), dns('app/dns', {}, [{ port: 'dns', protocol: 'UDP' }])]],
    ['a rule is for the port of the pods that serve DNS in OpenShift', [
      web, egress('web', [pods('db')], [{ port: 80 }]), egress('web', [inNamespace('openshift-dns')], [{ port: 5353, protocol: 'UDP' }, { port: 5353 }], 'app/dns'),
    ]],
    ['a rule for every port has peers that may be DNS', [web, egress('web', [{ namespaceSelector: {} }])]],
    ['a rule for every port has every peer, or addresses', [web, egress('web', undefined), egress('web', [block('10.0.0.0/8')], undefined, 'app/f')]],
    ['a rule for every port has peers in a namespace that serves DNS itself', [web, deployment('app/dns', { app: 'dns' }, ports(53)), egress('web', [pods('dns')])]],
    ['the egress is closed', [web, DENY]],
    ['a policy of another kind may allow it', [web, egress('web', [pods('db')], [{ port: 80 }]),
      { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'dns', namespace: 'app' }, spec: { endpointSelector: {}, egress: [{}] } }]],
  ])('is not found if %s', (_, objects) => {
    expect(codes(objects, open)).toEqual([]);
  });

  test('is not found where the author has decided about DNS, and does not count the DNS of another namespace', () => {
    const objects = [web, db, egress('web', [pods('db')], [{ port: 80 }])];
    expect(codes(objects)).toEqual([]);
    expect(codes([...objects, dns('other/dns', {}, [{ port: 53, protocol: 'UDP' }])], open)).toEqual(['NP121']);
  });
});

describe('NP122: a default deny is in a namespace that has nothing else', () => {
  const web = deployment('shop/web', { app: 'web' });
  const deny = (name: string) => policy(name, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const dns = policy('shopp/allow-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 53 }] }] });

  test('and the fix is the name that was probably meant', () => {
    expect(found([web, deny('shopp/deny'), dns, deny('shopp/again')], { dnsDecided: new Set(['shopp']) })).toEqual([
      "object 1: warning NP122: shopp/deny denies the connections of namespace shopp, which has nothing else here; write 'shop'; "
      + 'if the namespace is made elsewhere, state it: --assume-namespaces shopp',
    ]);
    const made = deny('shopp/deny');
    made.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
    expect(found([web, made])[0]).toContain("write 'shop'; if the namespace is made elsewhere, write ClusterFacts.of(scope).addOpenNamespace('shopp')");
  });

  test('is a note for a policy in YAML, unless another namespace has almost the same name and no default deny', () => {
    expect(found([web, deny('legacy/deny')])).toEqual([expect.stringMatching(/: note NP122: .* correct the name of the namespace; if/)]);
    expect(found([web, deny('shop/deny'), deny('shopp/deny')])).toEqual([expect.stringMatching(/: note NP122: /)]);
    const made = deny('legacy/deny');
    made.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
    expect(found([web, made])).toEqual([expect.stringMatching(/: warning NP122: /)]);
  });

  test.each<[string, object[], FoundOptions]>([
    ['has a workload', [web, deny('shop/deny')], {}],
    ['is declared', [web, namespace('legacy'), deny('legacy/deny')], {}],
    ['has a policy for some of its pods', [web, deny('legacy/deny'), policy('legacy/p', { podSelector: labelled({ app: 'x' }) })], {}],
    ['has a Service', [web, deny('app/deny'), service('web', 'web', [{ port: 80 }])], {}],
    ['has a tier', [web, deny('legacy/deny')], { groups: [tier('legacy/t', { app: 'x' })] }],
    ['has workloads that the input does not declare', [web, deny('legacy/deny')], { open: ['legacy'] }],
    ['is one of an input without workloads', [deny('legacy/deny')], {}],
  ])('is not found if the namespace %s', (_, objects, options) => {
    expect(codes(objects, options)).toEqual([]);
  });
});

/** An object that makes pods in namespace app, of a kind that netpol does not know. */
function rollout(): object {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web', namespace: 'app' }, spec: { template } };
}

import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { readText } from '../../src/manifests/read-text';
import { Party, partyNamed } from '../../src/query/parties';
import { answerQuestion, QuestionAnswer } from '../../src/query/questions';

/* The model of workloads and namespaces that cannot be read, or that are declared twice (docs/reading.md, "Partial answers"). */

const OBJECT = (kind: string, metadata: string, spec = '{}', apiVersion = 'v1', more = '') => `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { ${metadata} }, spec: ${spec}${more} }\n`;
const POD = (name: string, labels: string, more = '') => OBJECT('Pod', `name: ${name}, namespace: shop, labels: ${labels}`, '{}', 'v1', more);
const NAMESPACE = (labels: string) => `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: ${labels} } }\n`;
const POLICY = (subject: string, rules = '') => OBJECT('NetworkPolicy', 'name: p, namespace: shop', `{ podSelector: ${subject}${rules} }`, 'networking.k8s.io/v1');

function read(text: string) {
  const { resources, unread } = readText({ file: 'a.yaml', content: text, named: true });
  return readCluster(resources, undefined, unread);
}

function ask(text: string, from: string, to: string): string {
  const reach = new Reachability(read(text).cluster);
  const party = (name: string) => partyNamed(reach, name) as Party;
  return (answerQuestion(reach, { from: party(from), to: party(to), port: undefined }) as QuestionAnswer).answer;
}

describe('a workload', () => {
  const web = POD('web', '{ app: web }');
  const denies = (app: string) => POLICY(`{ matchLabels: { app: ${app} } }`);

  test('whose metadata is not an object may be any workload of any namespace', () => {
    expect(read('{ apiVersion: v1, kind: Pod, metadata: 5, spec: {} }').cluster).toMatchObject({ workloads: [], unread: [{ mayHold: { workloads: 'any' } }] });
  });

  test('with faults whose namespace nobody knows may be in any', () => {
    const { workloads, unread } = read('{ apiVersion: v1, kind: Pod, metadata: { name: web, labels: 5 }, namespace: shop, spec: {} }').cluster;
    expect([workloads, unread]).toMatchObject([[], [{ name: 'web', mayHold: { workloads: 'any' } }]]);
  });

  test('that is declared three times is one of the three', () => {
    const three = ['a', 'b', 'c'].map(app => POD('open', `{ app: ${app} }`)).join('');
    expect(['a', 'b', 'c', 'd'].map(app => ask(web + three + denies(app), 'shop/web', 'shop/open'))).toEqual(['undecided', 'undecided', 'undecided', 'yes']);
  });

  test('that is declared with a label and without it may have it or not', () => {
    const twice = POD('open', '{ app: a }') + POD('open', '{}');
    const exists = (operator: string) => POLICY(`{ matchExpressions: [{ key: app, operator: ${operator} }] }`);
    expect(['Exists', 'DoesNotExist'].map(operator => ask(web + twice + exists(operator), 'shop/web', 'shop/open'))).toEqual(['undecided', 'undecided']);
    expect(ask(web + twice + denies('b'), 'shop/web', 'shop/open')).toBe('yes');
  });

  test('that a cluster has printed twice has no labels but those that are written', () => {
    const twice = ['a', 'b'].map(app => POD('open', `{ app: ${app} }`, ', status: { phase: Running }')).join('');
    expect(ask(web + twice + denies('a'), 'shop/web', 'shop/open')).toBe('undecided');
    expect(ask(web + twice + POLICY('{ matchLabels: { topology.kubernetes.io/zone: x } }'), 'shop/web', 'shop/open')).toBe('yes');
  });

  test('that is declared twice is known if policies cannot tell the declarations apart', () => {
    const twice = [1, 2].map(replicas => OBJECT('Deployment', 'name: open, namespace: shop', `{ replicas: ${replicas}, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } } } }`, 'apps/v1')).join('');
    const { cluster, findings } = read(twice);
    expect(findings).toMatchObject([{ code: 'NP032' }]);
    expect(cluster.workloads.map(({ pods }) => pods.map(({ unread }) => unread))).toEqual([[undefined]]);
    expect(ask(web + twice + denies('a'), 'shop/web', 'shop/open')).toBe('no');
  });

  test('without a template may be on the network of its node', () => {
    const { cluster: { workloads } } = read(OBJECT('Deployment', 'name: open, namespace: shop', '5', 'apps/v1'));
    expect(workloads).toMatchObject([{ name: 'open', pods: [{ hasOpenNetwork: true, hasOpenPorts: true, unread: { code: 'not-read', what: 'Deployment shop/open' } }] }]);
    expect(read(POD('open', '{ app: -x }')).cluster.workloads[0].pods[0].hasOpenNetwork).toBeUndefined();
  });

  test('without a valid name has no name by which it is found', () => {
    const { cluster: { workloads, unread } } = read(OBJECT('Pod', 'name: "A B", namespace: shop'));
    expect([workloads, unread]).toMatchObject([[], [{ what: 'Pod shop/A B' }]]);
    expect(unread![0].name).toBeUndefined();
  });

  test('of a kind and name that another API group has too has the group in its kind', () => {
    const owned = (apiVersion: string, name: string) => OBJECT('Pod', `name: ${name}, namespace: shop, ownerReferences: [{ apiVersion: ${apiVersion}, kind: Site, name: a, uid: u, controller: true }]`);
    expect(read(owned('acme.io/v1', 'one') + owned('v1', 'two')).cluster.workloads.map(({ kind }) => kind)).toEqual(['Site.acme.io', 'Site.core']);
  });
});

describe('a NetworkPolicy', () => {
  test('that has a field twice has both directions', () => {
    expect(read(POLICY('{}, policyTypes: [Ingress], policyTypes: [Ingress]')).cluster.unevaluated).toMatchObject([{ namespace: 'shop', ingress: true, egress: true, unread: 'invalid' }]);
  });

  test('without metadata may be in any namespace', () => {
    expect(read('{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: 5, spec: {} }').cluster.unevaluated).toEqual([expect.not.objectContaining({ namespace: expect.anything() })]);
  });
});

describe('a NetworkPolicy that is declared twice', () => {
  const web = POD('web', '{ app: web }') + POD('db', '{ app: db }');
  const db = POLICY('{ matchLabels: { app: db } }');
  const summary = (text: string) => {
    const { cluster: { policies, unevaluated }, findings } = read(web + text);
    return [policies.length, unevaluated.length, findings.map(({ code }) => code).join()];
  };

  test.each([
    ['its labels', db.replace('namespace: shop', 'namespace: shop, labels: { a: b }')],
    ['its annotations', db.replace('namespace: shop', 'namespace: shop, annotations: { a: b }')],
    ['policyTypes that are written and have their default', db.replace('spec: {', 'spec: { policyTypes: [Ingress],')],
    ['its status', db.replace('spec:', 'status: {}, spec:')],
  ])('is one policy, with a finding, if only %s differ', (_, other) => {
    expect(summary(db + other)).toEqual([1, 0, 'NP032']);
    expect(summary(other + db)).toEqual([1, 0, 'NP032']);
    expect(ask(web + db + other, 'shop/web', 'shop/db')).toBe('no');
  });

  test.each([
    ['pods', POLICY('{ matchLabels: { app: web } }')],
    ['rules for ingress', POLICY('{ matchLabels: { app: db } }', ', ingress: [{}]')],
    ['pods and rules', POLICY('{ matchLabels: { app: web } }', ', policyTypes: [Ingress, Egress]')],
  ])('is undecided if its %s differ', (_, other) => {
    expect(summary(db + other)).toEqual([0, 1, 'NP032']);
  });

  describe('counts in the directions in which its declarations agree', () => {
    const both = POLICY('{ matchLabels: { app: db } }', ', policyTypes: [Ingress, Egress]');
    const rules = POLICY('{ matchLabels: { app: db } }', ', policyTypes: [Ingress, Egress], ingress: [{}]');

    test('with the same pods and rules', () => {
      expect(summary(db + both)).toEqual([1, 1, 'NP032']);
      expect(ask(web + db + both, 'shop/web', 'shop/db')).toBe('no');
      expect(ask(web + both + db, 'shop/web', 'shop/db')).toBe('no');
      expect(ask(web + db + both, 'shop/db', 'shop/web')).toBe('undecided');
      expect(ask(web + rules + both, 'shop/db', 'shop/web')).toBe('no');
      expect(ask(web + rules + both, 'shop/web', 'shop/db')).toBe('undecided');
    });

    test('if all of them agree', () => {
      for (const text of [db + both + rules, both + db + rules, rules + db + both]) {
        expect(ask(web + text, 'shop/web', 'shop/db')).toBe('undecided');
        expect(ask(web + text, 'shop/db', 'shop/web')).toBe('undecided');
      }
      expect(summary(db + rules + both)).toEqual([0, 2, 'NP032,NP032']);
      expect(summary(rules + db + both)).toEqual([0, 2, 'NP032,NP032']);
      expect(ask(web + db + both + both.replace('namespace: shop', 'namespace: shop, labels: { a: b }'), 'shop/web', 'shop/db')).toBe('no');
    });
  });

  const peers = '{ podSelector: { matchLabels: { app: web } } }, { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] } }, { ipBlock: { cidr: 10.0.0.0/8, except: [10.0.1.0/24, 10.0.2.0/24] } }';
  const swapped = '{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.2.0/24, 10.0.1.0/24] } }, { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: In, values: [b, a] }] } }, { podSelector: { matchLabels: { app: web } } }';
  const DB = '{ matchLabels: { app: db } }';
  test.each([
    ['the order of policyTypes', ', policyTypes: [Ingress, Egress]', ', policyTypes: [Egress, Ingress]'],
    ['the order of rules', ', ingress: [{ ports: [{ port: 1 }] }, { ports: [{ port: 2 }] }]', ', ingress: [{ ports: [{ port: 2 }] }, { ports: [{ port: 1 }] }]'],
    ['the order of ports', ', ingress: [{ ports: [{ port: 1 }, { port: http }] }]', ', ingress: [{ ports: [{ port: http }, { port: 1 }] }]'],
    ['the order of peers', `, ingress: [{ from: [${peers}] }]`, `, ingress: [{ from: [${swapped}] }]`],
    ['a rule that is repeated', ', ingress: [{ ports: [{ port: 1 }] }]', ', ingress: [{ ports: [{ port: 1 }] }, { ports: [{ port: 1 }] }]'],
    ['a protocol that has its default', ', ingress: [{ ports: [{ port: 1, protocol: TCP }] }]', ', ingress: [{ ports: [{ port: 1 }] }]'],
    ['an endPort that is the port', ', ingress: [{ ports: [{ port: 1, endPort: 1 }] }]', ', ingress: [{ ports: [{ port: 1 }] }]'],
    ['nulls and empty lists', ', ingress: [{ from: [], ports: null }], egress: null', ', ingress: [{}], policyTypes: []'],
    ['the name of its own namespace', ', ingress: [{ from: [{ podSelector: {} }] }]', ', ingress: [{ from: [{ podSelector: {}, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }] }]'],
  ])('is one policy if only %s differs', (_, one, other) => {
    expect(summary(POLICY(DB, one) + POLICY(DB, other))).toEqual([1, 0, 'NP032']);
  });

  test.each([
    ['protocols', '{ ports: [{ port: 1, protocol: UDP }] }', '{ ports: [{ port: 1 }] }'],
    ['ranges of ports', '{ ports: [{ port: 1, endPort: 2 }] }', '{ ports: [{ port: 1 }] }'],
    ['names of ports', '{ ports: [{ port: a }] }', '{ ports: [{ port: b }] }'],
    ['pods of its peers', '{ from: [{ podSelector: { matchLabels: { app: a } } }] }', '{ from: [{ podSelector: { matchLabels: { app: b } } }] }'],
    ['namespaces of its peers', '{ from: [{ namespaceSelector: {} }] }', '{ from: [{ podSelector: {} }] }'],
    ['blocks', '{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }', '{ from: [{ ipBlock: { cidr: 10.0.0.0/16 } }] }'],
    ['exceptions', '{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }', '{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/16] } }] }'],
    ['peers', '{ from: [{ podSelector: {} }], ports: [{ port: 1 }] }', '{ ports: [{ port: 1 }] }'],
    ['ports', '{ from: [{ podSelector: {} }], ports: [{ port: 1 }] }', '{ from: [{ podSelector: {} }] }'],
  ])('is undecided if the %s of its rules differ', (_, one, other) => {
    expect(summary(POLICY(DB, `, ingress: [${one}]`) + POLICY(DB, `, ingress: [${other}]`))).toEqual([0, 1, 'NP032']);
  });

  test('is undecided if one declaration has a fault', () => {
    const faulty = POLICY('{ matchLabels: { app: -db } }');
    expect(summary(db + faulty).slice(0, 2)).toEqual([0, 2]);
    expect(summary(faulty + db).slice(0, 2)).toEqual([0, 2]);
  });
});

describe('a Namespace', () => {
  const open = (text: string) => read(text).cluster.namespaces.get('shop')!.open;

  test('that is declared twice has open labels where the declarations differ', () => {
    const { labels, open: differing } = read(NAMESPACE('{ a: one, b: one }') + NAMESPACE('{ a: one, b: two, c: three }')).cluster.namespaces.get('shop')!;
    expect(labels).toEqual({ 'a': 'one', 'kubernetes.io/metadata.name': 'shop' });
    expect(differing).toMatchObject({ values: new Map([['b', ['one', 'two']], ['c', [undefined, 'three']]]), reason: { code: 'defined-twice', what: 'Namespace shop' } });
  });

  test('that is declared twice may be one that a policy of another kind selects', () => {
    const admin = (team: string) => `---\n{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: p }, spec: { priority: 1, subject: { namespaces: { matchLabels: { team: ${team} } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`;
    const pods = POD('web', '{ app: web }') + POD('db', '{ app: db }');
    const blue = NAMESPACE('{ team: blue }');
    expect(ask(blue + pods + admin('red'), 'shop/web', 'shop/db')).toBe('yes');
    expect(ask(blue + NAMESPACE('{ team: red }') + pods + admin('red'), 'shop/web', 'shop/db')).toBe('undecided');
  });

  test('that is declared three times has the values of all declarations', () => {
    expect(open(['one', 'two', 'three'].map(value => NAMESPACE(`{ a: ${value} }`)).join(''))).toMatchObject({ values: new Map([['a', ['one', 'two', 'three']]]) });
  });

  test('of which one declaration has faults may have any labels', () => {
    for (const text of [NAMESPACE('{ a: -x }') + NAMESPACE('{ a: x }'), NAMESPACE('{ a: x }') + NAMESPACE('{ a: -x }')]) {
      expect(open(text)).toEqual({ reason: expect.objectContaining({ code: 'not-read' }) });
    }
  });

  test('that is declared twice with the same labels is known', () => {
    expect(open(NAMESPACE('{ a: x }') + NAMESPACE('{ a: x }').replace('} }', '}, annotations: { b: c } }'))).toBeUndefined();
  });

  test('that is not declared may have any labels, if a document may declare every namespace', () => {
    const { namespaces } = read(`${POD('web', '{}')}---\nkind: *kind\nspec: [\n`).cluster;
    expect(namespaces.get('shop')).toMatchObject({ labels: { 'kubernetes.io/metadata.name': 'shop' }, open: { reason: { what: 'a document of a.yaml' } } });
  });

  test('whose name is not valid is not in the cluster', () => {
    const { cluster: { namespaces, unread } } = read('{ apiVersion: v1, kind: Namespace, metadata: { name: A } }');
    expect(namespaces.has('A')).toBe(false);
    expect(unread).toMatchObject([{ what: 'Namespace A', mayHold: { namespaces: 'any' } }]);
  });

  test.each(['name: ""', 'generateName: y', 'name: BAD_', 'name: 5'])('whose name is not known (%s) may be any that is not declared', name => {
    const text = `${POD('web', '{}')}${POD('out', '{}').replace('namespace: shop', 'namespace: yy')}${POLICY('{}', ', ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t } } }] }]')}`;
    const unnamed = `---\n{ apiVersion: v1, kind: Namespace, metadata: { ${name}, labels: { team: t } } }\n`;
    expect(ask(text, 'yy/out', 'shop/web')).toBe('no');
    expect(ask(text + unnamed, 'yy/out', 'shop/web')).toBe('undecided');
    expect(ask(`${text}---\n{ apiVersion: v1, kind: Namespace, metadata: 5 }\n`, 'yy/out', 'shop/web')).toBe('undecided');
  });

  test('may be a Project of OpenShift', () => {
    const project = (labels: string) => `---\n{ apiVersion: project.openshift.io/v1, kind: Project, metadata: { name: shop, labels: ${labels} } }\n`;
    const labels = (text: string) => read(text).cluster.namespaces.get('shop')?.labels;
    expect(labels(project('{ a: x }'))).toEqual({ 'a': 'x', 'kubernetes.io/metadata.name': 'shop' });
    expect(read(NAMESPACE('{ a: x }') + project('{ a: x }')).findings).toMatchObject([{ code: 'NP036' }]);
    expect(read(NAMESPACE('{ a: x }') + project('{ a: z }')).findings).toMatchObject([{ code: 'NP032' }]);
    expect(read(project('{ a: [ }')).cluster.unread).toMatchObject([{ mayHold: { namespaces: ['shop'] } }]);
    expect(read(project('{ a: x, a: z }')).cluster.namespaces.get('shop')?.open).toMatchObject({ reason: { what: 'Namespace shop' } });
    expect(labels(project('{ a: x }').replace('project.openshift.io', 'acme.io'))).toBeUndefined();
    expect(labels(project('{ a: x }').replace('kind: Project', 'kind: ProjectRequest'))).toBeUndefined();
  });
});

describe('a port name of a workload whose ports cannot be read', () => {
  const texts = POD('web', '{ app: web }') + POD('open', '{ app: -x }');
  const entries = (names: readonly string[]) => names.map(name => `{ destinationNamedPort: ${name} }`).join();
  const admin = (action: string, direction: 'ingress' | 'egress', ...names: string[]) => `---\n{ apiVersion: policy.networking.k8s.io/v1beta1, kind: ClusterNetworkPolicy, metadata: { name: ${direction} }, spec: {`
    + ` tier: Admin, priority: 1, subject: { namespaces: {} }, ${direction}: [{ action: ${action}, ${direction === 'egress' ? 'to' : 'from'}: [{ namespaces: {} }], protocols: [${entries(names)}] }] } }\n`;
  const allows = (...names: string[]) => POLICY('{}', `, ingress: [{ ports: [${names.map(port => `{ port: ${port} }`).join()}] }]`);

  test('means the same number for both sides: what the egress denies by a name, the ingress does not allow by it', () => {
    expect(ask(texts + admin('Deny', 'egress', 'http') + allows('http'), 'shop/web', 'shop/open')).toBe('no');
    expect(ask(texts + admin('Deny', 'egress', 'http') + allows('http', 'metrics'), 'shop/web', 'shop/open')).toBe('undecided');
  });

  test('means the same number for all layers of a side', () => {
    expect(ask(texts + admin('Deny', 'ingress', 'http') + allows('http'), 'shop/web', 'shop/open')).toBe('no');
    expect(ask(texts + admin('Accept', 'ingress', 'http') + allows('http'), 'shop/web', 'shop/open')).toBe('undecided');
  });

  test('stays undecided if there are too many names to try', () => {
    const names = Array.from({ length: 13 }, (_, i) => `p${i}`);
    expect(ask(texts + admin('Deny', 'egress', ...names.slice(0, 11)) + allows(...names.slice(0, 11)), 'shop/web', 'shop/open')).toBe('no');
    expect(ask(texts + admin('Deny', 'egress', ...names) + allows(...names), 'shop/web', 'shop/open')).toBe('undecided');
  });
});

import { existsSync, readdirSync } from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { policyName, workloadName } from '../../src/cluster/cluster';
import { objectKey } from '../../src/cluster/private/identity';
import { loadCluster, readCluster } from '../../src/cluster/read-cluster';
import { formatFinding, InputError } from '../../src/findings/finding';
import { readPaths } from '../../src/manifests/files';
import { readText } from '../../src/manifests/read-text';
import { randomRuns } from '../support/random-runs';

const resourcesOf = (yaml: string) => readText({ file: 'a.yaml', content: yaml, named: true }).resources;
const read = (yaml: string) => {
  const { cluster, findings } = readCluster(resourcesOf(yaml));
  return {
    namespaces: Object.fromEntries([...cluster.namespaces.values()].map(({ name, labels }) => [name, { ...labels }])),
    declared: [...cluster.namespaces.values()].filter(({ origin }) => origin !== undefined).map(({ name }) => name),
    workloads: cluster.workloads.map(workloadName),
    policies: cluster.policies.map(policyName),
    findings: findings.map(formatFinding),
  };
};
const policy = (name: string, rest = '') => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${rest} }\n`;
const pod = (metadata: string) => `---\napiVersion: v1\nkind: Pod\nmetadata: { ${metadata} }\nspec: {}\n`;
const namespace = (metadata: string) => `---\napiVersion: v1\nkind: Namespace\nmetadata: { ${metadata} }\n`;

describe('namespaces', () => {
  test('are the declared ones and the used ones', () => {
    const { namespaces, declared } = read(namespace('name: a, labels: { x: z }') + pod('name: p, namespace: b') + policy('q'));
    expect(namespaces).toEqual({
      a: { 'x': 'z', 'kubernetes.io/metadata.name': 'a' }, b: { 'kubernetes.io/metadata.name': 'b' }, default: { 'kubernetes.io/metadata.name': 'default' },
    });
    expect(declared).toEqual(['a']);
  });

  test('keep their labels if they are declared and used', () => {
    expect(read(namespace('name: a, labels: { x: z }') + pod('name: p, namespace: a')).namespaces.a).toEqual({ 'x': 'z', 'kubernetes.io/metadata.name': 'a' });
  });

  test('are called default if none is written', () => {
    expect(read(pod('name: p, namespace: ""') + pod('name: q, namespace: ~')).workloads).toEqual(['default/p[Pod]', 'default/q[Pod]']);
  });

  test('have the label of their name, whatever the manifest says', () => {
    expect(read(namespace('name: a, labels: { kubernetes.io/metadata.name: b }')).namespaces.a).toEqual({ 'kubernetes.io/metadata.name': 'a' });
  });

  test('with a name that YAML reads as a boolean are errors', () => {
    expect(read(pod('name: p, namespace: n')).findings).toEqual([expect.stringContaining('metadata.namespace: must be text, not the boolean false')]);
  });

  test('with invalid fields are errors, and their labels are not known', () => {
    expect(read(namespace('name: a.b')).findings).toEqual([expect.stringMatching(/^a\.yaml:4:13: error NP\d+: Namespace a\.b: metadata\.name: 'a\.b'/)]);
    expect(read(namespace('labels: {}')).findings).toEqual([expect.stringMatching(/^a\.yaml:4:1: error NP\d+: this Namespace: metadata\.name: /)]);
    expect(read(namespace('name: a, labels: { x: 1 }')).findings).toEqual([expect.stringMatching(/^a\.yaml:4:32: error NP\d+: Namespace a: metadata\.labels: /)]);
    expect(read('apiVersion: v1\nkind: Namespace').findings).toHaveLength(1);
    expect(read(namespace('name: a, labels: { x: 1 }') + namespace('name: a.b')).namespaces).toEqual({ a: { 'kubernetes.io/metadata.name': 'a' } });
  });
});

describe('an object that the API server refuses', () => {
  test('is an error for each field, at its place, and is not in the cluster', () => {
    const { policies, findings } = read(policy('p', 'ingress: [{ ports: [{ protocol: tcp, port: "80" }] }]'));
    expect(policies).toEqual([]);
    expect(findings).toEqual([
      expect.stringMatching(/^a\.yaml:5:31: error NP\d+: NetworkPolicy default\/p: spec\.ingress\[0\]\.ports\[0\]\.protocol: .*; write TCP$/),
      expect.stringMatching(/^a\.yaml:5:46: error NP\d+: NetworkPolicy default\/p: spec\.ingress\[0\]\.ports\[0\]\.port: /),
    ]);
  });

  test('has its kind in the message if it has no name', () => {
    expect(read(policy('').replace('name: ', '')).findings).toEqual([expect.stringMatching(/^a\.yaml:4:1: error NP\d+: this NetworkPolicy: metadata\.name: /)]);
  });

  test('can be a workload, whose pods are then not known, but a port without a number is only a warning', () => {
    expect(read(pod('name: p, labels: { a: -x }'))).toMatchObject({ workloads: ['default/p[Pod]'], findings: [expect.stringContaining('error NP020: Pod default/p: metadata.labels')] });
    const typo = pod('name: p').replace('spec: {}', 'spec: { containers: [{ ports: [{ containerport: 80 }] }] }');
    expect(read(typo)).toMatchObject({ workloads: ['default/p[Pod]'], findings: [expect.stringContaining('warning NP021: Pod default/p: spec.containers[0].ports[0].containerPort: ')] });
  });
});

describe('an object that is declared twice', () => {
  test('with different content is an error with both places', () => {
    expect(read(policy('p') + policy('p', 'ingress: [{}]')).findings).toEqual([
      'a.yaml:7:1: error NP032: NetworkPolicy default/p is declared twice, with different content: spec.ingress. The later \'kubectl apply\' wins (the first declaration: a.yaml:2:1); '
      + 'remove one, make them equal, or name the files of one cluster only',
    ]);
    expect(read(pod('name: p, labels: { a: "1" }') + pod('name: p, labels: { b: "1" }')).findings).toHaveLength(1);
    expect(read(namespace('name: ns') + namespace('name: ns, labels: { a: b }')).findings).toHaveLength(1);
  });

  test('with different content is known as far as both agree: a namespace has no label that differs, and a policy is none', () => {
    const twice = read(namespace('name: ns, labels: { a: first }') + namespace('name: ns, labels: { a: second }') + policy('p') + policy('p', 'ingress: [{}]'));
    expect(twice).toMatchObject({ namespaces: { ns: { 'kubernetes.io/metadata.name': 'ns' } }, policies: [] });
  });

  test('with equal content is one object, of any kind, with a note', () => {
    const twice = (text: string) => {
      const { findings, ...others } = read(text + text);
      const isNote = (one: string) => / note NP036: \w+ (?:default\/)?\w+ is declared twice, with equal content; netpol reads it as one object \(the first declaration: a\.yaml:2:1\)$/.test(one);
      expect(findings.filter(isNote)).toHaveLength(1);
      return { ...others, findings: findings.filter(one => !isNote(one)) };
    };
    expect(twice(namespace('name: ns, labels: { a: b }'))).toEqual(read(namespace('name: ns, labels: { a: b }')));
    expect(twice(policy('p', 'ingress: [{}]'))).toEqual(read(policy('p', 'ingress: [{}]')));
    expect(twice(pod('name: p'))).toEqual(read(pod('name: p')));
    for (const other of [
      '---\n{ apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: { name: c }, spec: { endpointSelector: {} } }\n',
      '---\n{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: r }, spec: { template: { spec: { containers: [] } } } }\n',
    ]) {
      expect(read(other).findings).toHaveLength(1);
      expect(twice(other)).toEqual(read(other));
    }
  });

  test('with equal content is one object whatever the order of its fields', () => {
    const fields = ['apiVersion: v1', 'kind: Pod', 'metadata: { name: p, labels: { a: x, b: z } }'];
    const documents = `${fields.join('\n')}\n---\n${[...fields].reverse().join('\n').replace('a: x, b: z', 'b: z, a: x')}\n`;
    expect(read(documents)).toMatchObject({ workloads: ['default/p[Pod]'], findings: [expect.stringContaining('note NP036')] });
  });

  test('with equal content is one object whatever namespace it writes', () => {
    expect(read(pod('name: p') + pod('name: p, namespace: default'))).toMatchObject({ workloads: ['default/p[Pod]'], findings: [expect.stringContaining('note NP036')] });
    // A Namespace has no namespace.
    expect(read(namespace('name: ns, namespace: x') + namespace('name: ns, namespace: y'))).toMatchObject({ declared: ['ns'], findings: [expect.stringContaining('note NP036')] });
  });

  test('has different content if only the order of a list differs', () => {
    const rules = ['{ podSelector: { matchLabels: { a: b } } }', '{ ipBlock: { cidr: 10.0.0.0/8 } }'];
    expect(read([rules, [...rules].reverse()].map(from => policy('p', `ingress: [{ from: [${from}] }]`)).join('')).findings).toHaveLength(1);
  });

  test('with an error and equal content has the error once', () => {
    expect(read(policy('P') + policy('P')).findings).toEqual([expect.stringContaining('error NP020'), expect.stringContaining('note NP036')]);
  });

  test('is reported only for its missing name if it has none', () => {
    expect(read(policy('""') + policy('""')).findings).toEqual([expect.stringContaining('metadata.name: '), expect.stringContaining('metadata.name: ')]);
  });

  test('can have two API versions', () => {
    const deployment = (apiVersion: string) => `---\n{ apiVersion: ${apiVersion}, kind: Deployment, metadata: { name: d }, spec: { template: {} } }\n`;
    expect(read(deployment('apps/v1') + deployment('extensions/v1beta1')).findings).toEqual([
      expect.stringMatching(/warning NP031: .*extensions\/v1beta1/), expect.stringContaining('error NP032: Deployment default/d is declared twice'),
    ]);
  });

  test('is two objects in two namespaces or of two kinds', () => {
    expect(read(policy('p') + policy('p, namespace: ns') + pod('name: p')).findings).toEqual([]);
  });

  test('is two objects if its name is generated', () => {
    const generated = policy('x').replace('name: x', 'generateName: p-');
    expect(read(generated + generated)).toMatchObject({ policies: ['default/p-*', 'default/p-*'], findings: [] });
    expect(read(generated.replace('generateName', 'name: "", generateName')).policies).toEqual(['default/p-*']);
  });

  test('does not matter if its kind has no effect on connections', () => {
    const configMap = '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: c } }\n';
    expect(read(configMap + configMap).findings).toEqual([]);
  });
});

describe('a kind', () => {
  test('without an effect on connections is skipped', () => {
    const others = [['v1', 'Service'], ['v1', 'ConfigMap'], ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'], ['acme.io/v1', 'Service'], ['acme.io/v1', 'Deployment'], ['acme.io/v1', 'Namespace'], ['networking.k8s.io/v1', 'Ingress']];
    expect(read(others.map(([apiVersion, kind]) => `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: x }, spec: {} }\n`).join(''))).toEqual({ namespaces: {}, declared: [], workloads: [], policies: [], findings: [] });
  });

  test('in an API version that does not have it is one error, where the version is written', () => {
    expect(read(policy('p').replace('networking.k8s.io/v1', 'extensions/v1beta1')))
      .toMatchObject({ policies: [], findings: [expect.stringMatching(/^a\.yaml:2:1: error NP\d+: .*extensions\/v1beta1.*write 'apiVersion: networking\.k8s\.io\/v1'$/)] });
    expect(read('---\nkind: Deployment\napiVersion: v1\nmetadata: { name: d }\nspec: { template: { spec: { containers: [] } } }\n').findings)
      .toEqual([expect.stringMatching(/^a\.yaml:3:1: error NP\d+: .*write 'apiVersion: apps\/v1'$/)]);
  });

  const rollout = '---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: r, namespace: ns }\nspec: { template: { spec: { containers: [] } } }\n';

  test('that makes pods has the pods of the input, if the input has them', () => {
    const owner = (kind: string, name: string) => `ownerReferences: [{ apiVersion: argoproj.io/v1alpha1, kind: ${kind}, name: ${name}, uid: u, controller: true }]`;
    expect(read(rollout + pod(`name: p, namespace: ns, ${owner('Rollout', 'r')}`))).toMatchObject({ workloads: ['ns/r[Rollout]'], findings: [] });
  });
});

test('findings about workloads are findings about the cluster', () => {
  expect(read(pod('name: p').replace('spec: {}', 'spec: { hostNetwork: true }')).findings).toEqual([expect.stringContaining('warning NP304: default/p[Pod] has hostNetwork')]);
});

describe('a namespace that is stated as a fact', () => {
  const facts = (name: string, labels: Record<string, string>) => ({ namespaces: [{ name, labels, place: { file: 'netpol.yaml', line: 3, column: 5 } }] });
  const stated = (yaml: string, name: string, labels: Record<string, string>) => {
    const { cluster, findings } = readCluster(resourcesOf(yaml), facts(name, labels));
    const { labels: known, origin } = cluster.namespaces.get(name)!;
    return { labels: { ...known }, place: origin?.at(), findings: findings.map(formatFinding) };
  };

  test('has these labels and the label of its name, whether it is used or not', () => {
    for (const yaml of ['', pod('name: p, namespace: a')]) {
      expect(stated(yaml, 'a', { 'team': 'a', 'kubernetes.io/metadata.name': 'wrong' })).toEqual({
        labels: { 'team': 'a', 'kubernetes.io/metadata.name': 'a' }, place: { file: 'netpol.yaml', line: 3, column: 5 }, findings: [],
      });
    }
  });

  test('has the labels of its declaration if it is declared, with a warning if these are others', () => {
    const declared = namespace('name: a, labels: { team: b }');
    expect(stated(declared, 'a', { team: 'b' })).toMatchObject({ labels: { team: 'b' }, findings: [] });
    for (const labels of [{ team: 'a' }, {}, { team: 'b', more: 'z' }] as Record<string, string>[]) {
      expect(stated(declared, 'a', labels)).toMatchObject({
        labels: { team: 'b' },
        place: { file: 'a.yaml', line: 2 },
        findings: ['netpol.yaml:3:5: warning NP305: namespace a is stated with different labels from its declaration; netpol uses those of the declaration (it is declared here: a.yaml:2:1); state the same labels, or do not state the namespace'],
      });
    }
  });
});

describe('loading a cluster', () => {
  test('gives the cluster and all warnings if there are no errors', () => {
    const warning = { code: 'NP010' as const, severity: 'warning' as const, message: 'hm', place: {} };
    const { cluster, findings } = loadCluster(resourcesOf(policy('p')), [warning], { namespaces: [{ name: 'a', labels: {}, place: {} }] });
    expect([cluster.policies.length, [...cluster.namespaces.keys()], findings]).toEqual([1, ['a', 'default'], [warning]]);
    expect(loadCluster(resourcesOf(policy('p'))).findings).toEqual([]);
  });

  test('throws all errors, of the text and of the objects', () => {
    const [warning, error] = (['warning', 'error'] as const).map(severity => ({ code: 'NP004' as const, severity, message: 'no', place: { file: 'b.yaml' } }));
    expect(() => loadCluster([], [warning, error])).toThrow(InputError);
    expect(() => loadCluster(resourcesOf(policy('P')), [error])).toThrow(/^b\.yaml: error NP004: no\na\.yaml:4:13: error NP\d+: NetworkPolicy default\/P/);
  });
});

test('the keys of two objects are the same if and only if all of their parts are', () => {
  const part = fc.string({ unit: fc.constantFrom('a', ' ', '1', '/'), maxLength: 3 });
  const parts = fc.tuple(part, part, part, part);
  fc.assert(fc.property(parts, parts, (one, other) => {
    expect(objectKey(...one) === objectKey(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
  }), { numRuns: randomRuns(5000) });
  expect(objectKey('apps', 'Deployment', 'shop', 'web')).toBe(objectKey('apps', 'Deployment', 'shop', 'web'));
});

test('names in messages have the namespace, and the kind of a workload', () => {
  const { workloads, policies } = read(pod('name: web, namespace: app') + policy('allow-dns, namespace: app'));
  expect([...workloads, ...policies]).toEqual(['app/web[Pod]', 'app/allow-dns']);
});

const CASES = path.join(__dirname, '../../../shared/peer-cases');
const exist = existsSync(CASES);
if (!exist) { console.warn(`${CASES} does not exist: the test with real manifests is skipped`); }

(exist ? describe : describe.skip)('real manifests are read without errors', () => {
  const cases = exist ? readdirSync(CASES, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name) : ['none'];

  test('all forty sets are there', () => expect(cases).toHaveLength(40));

  test.each(cases)('%s', name => {
    const { resources, findings } = readPaths([path.join(CASES, name, 'manifests')], () => '');
    const { cluster, findings: more } = readCluster(resources);
    expect([...findings, ...more].filter(({ severity }) => severity === 'error').map(formatFinding)).toEqual([]);
    expect(cluster.workloads.length).toBeGreaterThan(0);
    expect(cluster.policies.length).toBeGreaterThan(0);
  });
});

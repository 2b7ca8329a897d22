import { existsSync, readdirSync } from 'fs';
import * as path from 'path';
import { policyName, workloadName } from '../../src/cluster/cluster';
import { loadCluster, readCluster } from '../../src/cluster/read-cluster';
import { formatFinding, InputError } from '../../src/findings/finding';
import { readPaths } from '../../src/manifests/files';
import { readText } from '../../src/manifests/read-text';

const resourcesOf = (yaml: string) => readText({ file: 'a.yaml', content: yaml, format: 'yaml', named: true }).resources;
const read = (yaml: string) => {
  const { cluster, problems } = readCluster(resourcesOf(yaml));
  return {
    namespaces: Object.fromEntries([...cluster.namespaces.values()].map(({ name, labels }) => [name, { ...labels }])),
    declared: [...cluster.namespaces.values()].filter(({ origin }) => origin !== undefined).map(({ name }) => name),
    workloads: cluster.workloads.map(workloadName),
    policies: cluster.policies.map(policyName),
    problems: problems.map(formatFinding),
  };
};
const policy = (name: string, rest = '') => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${rest} }\n`;
const pod = (metadata: string) => `---\napiVersion: v1\nkind: Pod\nmetadata: { ${metadata} }\nspec: {}\n`;
const namespace = (metadata: string) => `---\napiVersion: v1\nkind: Namespace\nmetadata: { ${metadata} }\n`;

describe('namespaces', () => {
  test('are those that are declared, and those that are used', () => {
    const { namespaces, declared } = read(namespace('name: a, labels: { x: z }') + pod('name: p, namespace: b') + policy('q'));
    expect(namespaces).toEqual({
      a: { 'x': 'z', 'kubernetes.io/metadata.name': 'a' }, b: { 'kubernetes.io/metadata.name': 'b' }, default: { 'kubernetes.io/metadata.name': 'default' },
    });
    expect(declared).toEqual(['a']);
  });

  test('that are declared keep their labels, whoever uses them', () => {
    expect(read(namespace('name: a, labels: { x: z }') + pod('name: p, namespace: a')).namespaces.a).toEqual({ 'x': 'z', 'kubernetes.io/metadata.name': 'a' });
  });

  test('that are not written, or empty, are default', () => {
    expect(read(pod('name: p, namespace: ""') + pod('name: q, namespace: ~')).workloads).toEqual(['default/p[Pod]', 'default/q[Pod]']);
  });

  test('have the label of their name, whatever is written', () => {
    expect(read(namespace('name: a, labels: { kubernetes.io/metadata.name: b }')).namespaces.a).toEqual({ 'kubernetes.io/metadata.name': 'a' });
  });

  test('that YAML takes for a boolean are errors', () => {
    expect(read(pod('name: p, namespace: n')).problems).toEqual([expect.stringContaining('metadata.namespace: must be text, not the boolean false; put it in quotes')]);
  });

  test('that are not valid are errors', () => {
    expect(read(namespace('name: a.b')).problems).toEqual([expect.stringMatching(/^a\.yaml:4:13: error NP020: Namespace a\.b: metadata\.name: 'a\.b'/)]);
    expect(read(namespace('labels: {}')).problems).toEqual(['a.yaml:4:1: error NP021: this Namespace: metadata.name: is required']);
    expect(read(namespace('name: a, labels: { x: 1 }')).problems).toEqual(['a.yaml:4:32: error NP026: Namespace a: metadata.labels: the value of \'x\' must be text, not the number 1; put it in quotes: "1"']);
    expect(read('apiVersion: v1\nkind: Namespace').problems).toHaveLength(1);
    expect(read(namespace('name: a, labels: { x: 1 }') + namespace('name: a.b')).namespaces).toEqual({});
  });
});

describe('an object that the API server would refuse', () => {
  test('is an error for each field, at its place, and is not in the cluster', () => {
    const { policies, problems } = read(policy('p', 'ingress: [{ ports: [{ protocol: tcp, port: "80" }] }]'));
    expect(policies).toEqual([]);
    expect(problems).toEqual([
      "a.yaml:5:31: error NP023: NetworkPolicy default/p: spec.ingress[0].ports[0].protocol: must be SCTP, TCP or UDP, not 'tcp'; write TCP",
      "a.yaml:5:46: error NP020: NetworkPolicy default/p: spec.ingress[0].ports[0].port: '80' must contain at least one letter (a-z); write the number without quotes: 80",
    ]);
  });

  test('without a name is named by its kind', () => {
    expect(read(policy('').replace('name: ', '')).problems).toEqual(['a.yaml:4:1: error NP021: this NetworkPolicy: metadata.name: name or generateName is required']);
  });

  test('may be a workload, of which a port without a number is just not counted', () => {
    expect(read(pod('name: p, labels: { a: -x }'))).toMatchObject({ workloads: [], problems: [expect.stringContaining('error NP020: Pod default/p: metadata.labels')] });
    const typo = pod('name: p').replace('spec: {}', 'spec: { containers: [{ ports: [{ containerport: 80 }] }] }');
    expect(read(typo)).toMatchObject({ workloads: ['default/p[Pod]'], problems: [expect.stringContaining('warning NP021: Pod default/p: spec.containers[0].ports[0].containerPort: is required')] });
  });
});

describe('an object that is written twice', () => {
  test('is an error that names both places', () => {
    expect(read(policy('p') + policy('p')).problems).toEqual([
      'a.yaml:7:1: error NP032: NetworkPolicy default/p is declared twice (the first declaration: a.yaml:2:1); remove one, or name the files of one cluster only',
    ]);
    expect(read(pod('name: p') + pod('name: p, namespace: default')).problems).toHaveLength(1);
    expect(read(namespace('name: ns') + namespace('name: ns')).problems).toHaveLength(1);
    // A Namespace is in no namespace.
    expect(read(namespace('name: ns') + namespace('name: ns, namespace: x')).problems).toHaveLength(1);
  });

  test('counts as it was written first', () => {
    const twice = read(namespace('name: ns, labels: { a: first }') + namespace('name: ns, labels: { a: second }') + policy('p') + policy('p'));
    expect(twice).toMatchObject({ namespaces: { ns: { a: 'first' } }, policies: ['default/p'] });
  });

  test('without a name is another mistake', () => {
    expect(read(policy('""') + policy('""')).problems).toEqual([expect.stringContaining('is required'), expect.stringContaining('is required')]);
  });

  test('in two API versions is written twice', () => {
    const deployment = (apiVersion: string) => `---\n{ apiVersion: ${apiVersion}, kind: Deployment, metadata: { name: d }, spec: { template: {} } }\n`;
    expect(read(deployment('apps/v1') + deployment('extensions/v1beta1')).problems).toEqual([
      expect.stringContaining('warning NP031: Kubernetes does not serve Deployment in extensions/v1beta1'), expect.stringContaining('error NP032: Deployment default/d is declared twice'),
    ]);
  });

  test('in two namespaces, or of two kinds, is two', () => {
    expect(read(policy('p') + policy('p, namespace: ns') + pod('name: p')).problems).toEqual([]);
  });

  test('with a generated name is two', () => {
    const generated = policy('x').replace('name: x', 'generateName: p-');
    expect(read(generated + generated)).toMatchObject({ policies: ['default/p-*', 'default/p-*'], problems: [] });
    expect(read(generated.replace('generateName', 'name: "", generateName')).policies).toEqual(['default/p-*']);
  });

  test('does not matter where its kind does not', () => {
    const configMap = '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: c } }\n';
    expect(read(configMap + configMap).problems).toEqual([]);
  });
});

describe('kinds', () => {
  test('without a meaning for connections are skipped', () => {
    const others = [['v1', 'Service'], ['v1', 'ConfigMap'], ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'], ['serving.knative.dev/v1', 'Service'], ['acme.io/v1', 'Deployment'], ['acme.io/v1', 'Namespace'], ['networking.k8s.io/v1', 'Ingress']];
    expect(read(others.map(([apiVersion, kind]) => `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: x }, spec: {} }\n`).join(''))).toEqual({ namespaces: {}, declared: [], workloads: [], policies: [], problems: [] });
  });

  test('of policies that are not evaluated are warnings, which say so to whoever is strict', () => {
    const { problems } = readCluster(resourcesOf('apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: ns }\n---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: z }\n'));
    expect(problems.map(formatFinding)).toEqual([
      'a.yaml:1:1: warning NP301: CiliumNetworkPolicy ns/x is a policy of Cilium, which netpol does not evaluate',
      'a.yaml:5:1: warning NP301: GlobalNetworkPolicy z is a policy of Calico, which netpol does not evaluate',
    ]);
    expect(problems.map(({ unevaluated }) => unevaluated)).toEqual([true, true]);
  });

  test('in an API version that has none of them are errors', () => {
    expect(read(policy('p').replace('networking.k8s.io/v1', 'extensions/v1beta1'))).toMatchObject({ policies: [], problems: ["a.yaml:2:1: error NP030: there is no NetworkPolicy in extensions/v1beta1 (Kubernetes 1.16 removed it); write 'apiVersion: networking.k8s.io/v1'"] });
  });

  test('in an API version that has none of them are told of once, where the version is written', () => {
    expect(read('---\nkind: Deployment\napiVersion: v1\nmetadata: { name: d }\nspec: { template: { spec: { containers: [] } } }\n').problems)
      .toEqual(["a.yaml:3:1: error NP030: there is no Deployment in v1; write 'apiVersion: apps/v1'"]);
  });

  const rollout = '---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: r, namespace: ns }\nspec: { template: { spec: { containers: [] } } }\n';

  test('that make pods, but are not known, are a warning', () => {
    expect(read(rollout).problems).toEqual([
      'a.yaml:2:1: warning NP303: Rollout ns/r makes pods, but netpol does not know its kind and leaves them out; add the pods to the input',
    ]);
    expect(readCluster(resourcesOf(rollout)).problems).toMatchObject([{ unevaluated: true }]);
  });

  test('that make pods which are known are judged by them', () => {
    const owner = (kind: string, name: string) => `ownerReferences: [{ apiVersion: argoproj.io/v1alpha1, kind: ${kind}, name: ${name}, uid: u, controller: true }]`;
    expect(read(rollout + pod(`name: p, namespace: ns, ${owner('Rollout', 'r')}`))).toMatchObject({ workloads: ['ns/r[Rollout]'], problems: [] });
  });
});

test('what is noticed about workloads is told too', () => {
  expect(read(pod('name: p').replace('spec: {}', 'spec: { hostNetwork: true }')).problems).toEqual([expect.stringContaining('warning NP304: default/p[Pod] has hostNetwork')]);
});

describe('whoever wants a whole cluster', () => {
  test('gets it, with the warnings', () => {
    const warning = { code: 'NP301' as const, severity: 'warning' as const, message: 'hm', place: {} };
    const { cluster, problems } = loadCluster(resourcesOf(policy('p')), [warning]);
    expect(cluster.policies).toHaveLength(1);
    expect(problems).toEqual([warning]);
    expect(loadCluster(resourcesOf(policy('p'))).problems).toEqual([]);
  });

  test('is told of one error among warnings', () => {
    const [warning, error] = (['warning', 'error'] as const).map(severity => ({ code: 'NP301' as const, severity, message: 'hm', place: {} }));
    expect(() => loadCluster([], [warning, error])).toThrow(InputError);
  });

  test('is told all that is wrong, in reading the text and in what was read', () => {
    const error = { code: 'NP001' as const, severity: 'error' as const, message: 'no', place: { file: 'b.yaml' } };
    expect(() => loadCluster(resourcesOf(policy('p')), [error])).toThrow(InputError);
    expect(() => loadCluster(resourcesOf(policy('P')), [error])).toThrow(/^b\.yaml: error NP001: no\na\.yaml:4:13: error NP020: NetworkPolicy default\/P/);
  });
});

const CASES = path.join(__dirname, '../../../shared/peer-cases');
const areThere = existsSync(CASES);
if (!areThere) { console.warn(`${CASES} is not there: other people's manifests are not read`); }

(areThere ? describe : describe.skip)("other people's manifests are read without an error", () => {
  const cases = areThere ? readdirSync(CASES, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name) : ['none'];

  test('there are forty sets of them', () => expect(cases).toHaveLength(40));

  test.each(cases)('%s', name => {
    const { resources, findings: problems } = readPaths([path.join(CASES, name, 'manifests')], () => '');
    const { cluster, problems: more } = readCluster(resources);
    expect([...problems, ...more].filter(({ severity }) => severity === 'error').map(formatFinding)).toEqual([]);
    expect(cluster.workloads.length).toBeGreaterThan(0);
    expect(cluster.policies.length).toBeGreaterThan(0);
  });
});

import * as fs from 'fs';
import * as path from 'path';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { countsForNetwork } from '../../src/k8s/network-kinds';
import { knownPodMakers } from '../../src/k8s/pod-makers';
import { readText } from '../../src/manifests/read-text';
import { sharedFolder } from '../engines-verdicts/shared';

/* Custom resources that make pods, and objects that hold other objects (docs/reading.md). */

const TEMPLATE = '{ metadata: { labels: { app: x, part: x } }, spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 80 }] }] } }';

function read(text: string) {
  const { resources, findings: faults } = readText({ file: 'a.yaml', content: text, named: true });
  const { cluster, findings } = readCluster(resources);
  return { cluster, findings: [...faults, ...findings].map(formatFinding) };
}

function object(apiVersion: string, kind: string, spec: string, name = 'x'): string {
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ns, labels: { app: own } }\nspec: ${spec}\n`;
}

function podsOf(text: string) {
  return read(text).cluster.workloads.flatMap(({ name, kind, pods }) => pods.map(pod => ({ workload: `${kind} ${name}`, ...pod })));
}

describe('a custom resource that makes pods', () => {
  test.each([
    ['argoproj.io/v1alpha1', 'Rollout', `{ template: ${TEMPLATE} }`],
    ['apps.openshift.io/v1', 'DeploymentConfig', `{ template: ${TEMPLATE} }`],
    ['serving.knative.dev/v1', 'Service', `{ template: ${TEMPLATE} }`],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', `{ nodeSets: [{ name: a, podTemplate: ${TEMPLATE} }] }`],
    ['ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} } }`],
    ['ray.io/v1', 'RayJob', `{ rayClusterSpec: { workerGroupSpecs: [{ template: ${TEMPLATE} }] } }`],
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', `{ replicatedJobs: [{ name: w, template: { spec: { template: ${TEMPLATE} } } }] }`],
    ['leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', `{ leaderWorkerTemplate: { workerTemplate: ${TEMPLATE} } }`],
    ['kubeflow.org/v1', 'PyTorchJob', `{ pytorchReplicaSpecs: { Master: { template: ${TEMPLATE} } } }`],
    ['batch.volcano.sh/v1alpha1', 'Job', `{ tasks: [{ template: ${TEMPLATE} }] }`],
    ['apps.kruise.io/v1beta1', 'StatefulSet', `{ template: ${TEMPLATE} }`],
    ['apps.kruise.io/v1alpha1', 'AdvancedCronJob', `{ template: { jobTemplate: { spec: { template: ${TEMPLATE} } } } }`],
    ['apps.kruise.io/v1alpha1', 'UnitedDeployment', `{ template: { cloneSetTemplate: { spec: { template: ${TEMPLATE} } } } }`],
    ['keda.sh/v1alpha1', 'ScaledJob', `{ jobTargetRef: { template: ${TEMPLATE} } }`],
  ])('has the pods of the templates in it: %s %s', (apiVersion, kind, spec) => {
    const { cluster, findings } = read(object(apiVersion, kind, spec));
    expect(cluster.workloads).toMatchObject([{ namespace: 'ns', name: 'x', kind, pods: [{ labels: { part: 'x' }, ports: [{ name: 'http', port: 80 }] }] }]);
    expect(findings).toEqual([`a.yaml:2:1: note NP313: netpol reads the pods of ${kind} of ${apiVersion.split('/')[0]} from the pod templates in it: ns/x`]);
  });

  test('has the pods of each of its templates', () => {
    const other = TEMPLATE.replace('app: x', 'app: other');
    const pods = podsOf(object('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} }, workerGroupSpecs: [{ template: ${other} }] }`));
    expect(pods.map(({ labels }) => labels)).toMatchObject([{ 'app': 'x', 'ray.io/cluster': 'x' }, { 'app': 'other', 'ray.io/cluster': 'x' }]);
  });

  test('gives them labels, some of which only the running cluster knows', () => {
    const [{ labels, generated }] = podsOf(object('serving.knative.dev/v1', 'Service', `{ template: ${TEMPLATE} }`));
    expect(labels).toMatchObject({ 'serving.knative.dev/service': 'x' });
    expect(generated).toContainEqual({ key: 'serving.knative.dev/revision', optional: true });
    // Both the template and Knative set `app`.
    expect(generated).toContainEqual({ key: 'app', optional: true });
  });

  test('is not a workload of Kubernetes with the same kind', () => {
    const [{ generated }] = podsOf(object('batch.volcano.sh/v1alpha1', 'Job', `{ tasks: [{ template: ${TEMPLATE} }] }`));
    expect(generated!.map(({ key }) => key)).toContain('volcano.sh/task-spec');
    expect(generated!.map(({ key }) => key)).not.toContain('batch.kubernetes.io/job-name');
  });

  test('can be a virtual machine, whose pod has the labels of the machine', () => {
    const vm = object('kubevirt.io/v1', 'VirtualMachine', '{ template: { metadata: { labels: { app: vm } }, spec: { domain: {} } } }');
    expect(podsOf(vm)).toMatchObject([{ workload: 'VirtualMachine x', labels: { 'app': 'vm', 'kubevirt.io': 'virt-launcher' } }]);
    expect(podsOf(object('kubevirt.io/v1', 'VirtualMachineInstance', '{ domain: {} }'))).toMatchObject([{ labels: { 'app': 'own', 'kubevirt.io': 'virt-launcher' } }]);
  });

  test('may use the network of the node, which is a warning where it is written', () => {
    const host = TEMPLATE.replace('spec: {', 'spec: { hostNetwork: true,');
    const { findings } = read(object('ray.io/v1', 'RayCluster', `{ workerGroupSpecs: [{ template: ${host} }] }`));
    expect(findings).toContainEqual(expect.stringMatching(/^a\.yaml:5:\d+: warning NP304: ns\/x\[RayCluster\] has hostNetwork/));
  });

  test('is one line for each kind if it does not describe its pods, and its namespace has further workloads', () => {
    const kafka = (name: string) => object('kafka.strimzi.io/v1', 'Kafka', '{ kafka: { replicas: 3 } }', name);
    const { cluster, findings } = read(kafka('a') + kafka('b') + object('argoproj.io/v1alpha1', 'Rollout', '{ workloadRef: { kind: Deployment, name: d } }'));
    expect(findings).toEqual([
      'a.yaml:2:1: warning NP303: Kafka of kafka.strimzi.io makes pods that it does not describe, so its pods are not in the answers: ns/a, ns/b; add the pods to the input',
      'a.yaml:12:1: warning NP303: Rollout of argoproj.io makes pods that it does not describe, so its pods are not in the answers: ns/x; add the pods to the input',
    ]);
    expect(cluster).toMatchObject({ workloads: [], openNamespaces: new Set(['ns']) });
  });

  test('names ten objects of a kind, and counts the others', () => {
    const many = Array.from({ length: 12 }, (_, i) => object('monitoring.coreos.com/v1', 'Prometheus', '{}', `p${i}`)).join('');
    expect(read(many).findings).toEqual([expect.stringContaining('ns/p0, ns/p1, ns/p2, ns/p3, ns/p4, ns/p5, ns/p6, ns/p7, ns/p8, ns/p9 and 2 more')]);
  });

  test('of a kind that netpol does not know is read too, with a warning', () => {
    const { cluster, findings } = read(object('acme.io/v1', 'Foo', `{ parts: [{ anything: ${TEMPLATE} }] }`));
    expect(cluster.workloads).toMatchObject([{ kind: 'Foo', pods: [{ labels: { app: 'x' } }] }]);
    expect(findings).toEqual([
      'a.yaml:2:1: warning NP313: netpol does not know Foo of acme.io, and reads its pods from the pod templates in it, without the labels that its controller adds: ns/x; add the pods to the input',
    ]);
  });

  test('is not an object that holds another one, nor one of Kubernetes', () => {
    const held = `{ object: { apiVersion: apps/v1, kind: Deployment, spec: { template: ${TEMPLATE} } } }`;
    expect(read(object('acme.io/v1', 'Foo', held))).toMatchObject({ cluster: { workloads: [] }, findings: [] });
    expect(read(`apiVersion: v1\nkind: PodTemplate\nmetadata: { name: x }\ntemplate: ${TEMPLATE}\n`)).toMatchObject({ cluster: { workloads: [] }, findings: [] });
    expect(read(object('storage.k8s.io/v1', 'Foo', `{ template: ${TEMPLATE} }`))).toMatchObject({ cluster: { workloads: [] }, findings: [] });
    expect(read(object('acme.io/v1', 'Foo', `${'{ a: '.repeat(13)}${TEMPLATE}${' }'.repeat(13)}`))).toMatchObject({ cluster: { workloads: [] }, findings: [] });
  });

  test('twice with different content is an error', () => {
    const twice = object('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} } }`);
    expect(read(twice + twice.replace('app: x', 'app: other')).findings).toContainEqual(expect.stringContaining('error NP032: RayCluster ns/x is declared twice'));
  });

  test('counts for the network, so a field that is written twice is an error', () => {
    expect(countsForNetwork({ apiVersion: 'ray.io/v1', kind: 'RayCluster' })).toBe(true);
    expect(read(object('ray.io/v1', 'RayCluster', '{}\nspec: {}')).findings).toEqual([expect.stringContaining('error NP007')]);
  });

  test('of each kind that netpol knows has a source', () => {
    expect(knownPodMakers().filter(({ source }) => !/\.\w+/.test(source))).toEqual([]);
  });
});

describe('an object that holds other objects', () => {
  test.each([
    ['template.openshift.io/v1', 'Template', 'oc process -f FILE | netpol list -'],
    ['work.open-cluster-management.io/v1', 'ManifestWork', "yq '.spec.workload.manifests[] | split_doc' FILE | netpol list -"],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helm template x CHART | netpol list -'],
    ['helm.cattle.io/v1', 'HelmChart', 'helm template x CHART | netpol list -'],
    ['argoproj.io/v1alpha1', 'Application', 'argocd app manifests x | netpol list -'],
    ['argoproj.io/v1alpha1', 'ApplicationSet', 'argocd appset generate FILE'],
    ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'flux build kustomization x --path FOLDER | netpol list -'],
  ])('is a line with the command that renders them: %s %s', (apiVersion, kind, command) => {
    expect(read(object(apiVersion, kind, '{}')).findings).toEqual([
      `a.yaml:2:1: warning NP314: ${kind} of ${apiVersion.split('/')[0]} stands for objects that are not in the answers: ns/x; add them to the input: ${command}`,
    ]);
  });

  test('cannot put a command of its own into that line', () => {
    expect(read(object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', '{}', '"x; rm -r ."')).findings).toEqual([expect.stringMatching(/add them to the input: helm template NAME CHART \| netpol list -$/)]);
  });
});

const CASES = sharedFolder('field-cases', 'custom kinds of the field cases');

(CASES === undefined ? describe.skip : describe)('in the field cases', () => {
  const readCase = (name: string) => read(fs.readFileSync(path.join(CASES!, 'manifests', name), 'utf8'));

  test('every custom kind that makes pods has a line with its kind and name', () => {
    const { findings } = readCase('a09.yaml');
    for (const [kind, name] of [
      ['Rollout', 'r-inline'], ['Rollout', 'r-ref'], ['Workflow', 'wf-*'], ['CronWorkflow', 'cwf'], ['VirtualMachine', 'vm'], ['VirtualMachineInstance', 'vmi'],
      ['Service', 'ksvc'], ['Kafka', 'kafka'], ['Prometheus', 'prom'], ['Cluster', 'pg'], ['Elasticsearch', 'es'], ['TaskRun', 'tr'], ['RayCluster', 'ray'],
      ['SparkApplication', 'spark'], ['JobSet', 'js'], ['LeaderWorkerSet', 'lws'], ['PyTorchJob', 'ptj'], ['Job', 'vj'], ['CloneSet', 'cs'],
      ['AdvancedCronJob', 'acj'], ['UnitedDeployment', 'ud'], ['postgresql', 'zal'], ['HelmRelease', 'hr'], ['Application', 'argoapp'], ['ScaledJob', 'sj'],
    ]) {
      expect(findings).toContainEqual(expect.stringMatching(new RegExp(`NP3(03|13|14): .*\\b${kind} of .*: app/${name.replace('*', '\\*')}`)));
    }
  });

  test('objects inside a Template and a ManifestWork are not judged, and each of the two says so', () => {
    const { cluster, findings } = readCase('a10.yaml');
    expect(cluster.policies).toEqual([]);
    expect(findings).toEqual([expect.stringContaining('NP314: Template'), expect.stringContaining('NP314: ManifestWork')]);
  });
});

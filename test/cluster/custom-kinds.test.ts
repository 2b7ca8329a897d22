import * as fs from 'fs';
import * as path from 'path';
import { Pod } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { formatFinding } from '../../src/findings/finding';
import { countsForNetwork } from '../../src/k8s/network-kinds';
import { knownHolders, knownPodMakers } from '../../src/k8s/pod-makers';
import { readText } from '../../src/manifests/read-text';
import { workloadEndpoints } from '../../src/query/endpoints';
import { answerFor } from '../../src/query/flow';
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

function labelsOf(apiVersion: string, kind: string, spec: string) {
  return podsOf(object(apiVersion, kind, spec)).map(({ labels }) => labels);
}

/** The labels that a pod may have, besides those that every pod may have. */
function optional({ generated }: Pod): string[] {
  return generated!.filter(label => label.optional && !label.key.startsWith('topology.')).map(({ key }) => key);
}

describe('a custom resource that makes pods', () => {
  test.each([
    ['argoproj.io/v1alpha1', 'Rollout', `{ template: ${TEMPLATE} }`],
    ['argoproj.io/v1alpha1', 'Experiment', `{ templates: [{ name: a, template: ${TEMPLATE} }] }`],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', `{ nodeSets: [{ name: a, podTemplate: ${TEMPLATE} }] }`],
    ['kibana.k8s.elastic.co/v1', 'Kibana', `{ podTemplate: ${TEMPLATE} }`],
    ['postgresql.cnpg.io/v1', 'Pooler', `{ template: ${TEMPLATE} }`],
    ['ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} } }`],
    ['ray.io/v1', 'RayService', `{ rayClusterConfig: { workerGroupSpecs: [{ template: ${TEMPLATE} }] } }`],
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', `{ replicatedJobs: [{ name: w, template: { spec: { template: ${TEMPLATE} } } }] }`],
    ['leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', `{ leaderWorkerTemplate: { workerTemplate: ${TEMPLATE} } }`],
    ['kubeflow.org/v1', 'PyTorchJob', `{ pytorchReplicaSpecs: { Master: { template: ${TEMPLATE} } } }`],
    ['kubeflow.org/v2beta1', 'MPIJob', `{ mpiReplicaSpecs: { Launcher: { template: ${TEMPLATE} } } }`],
    ['batch.volcano.sh/v1alpha1', 'Job', `{ tasks: [{ template: ${TEMPLATE} }] }`],
    ['apps.kruise.io/v1alpha1', 'CloneSet', `{ template: ${TEMPLATE} }`],
    ['keda.sh/v1alpha1', 'ScaledJob', `{ jobTargetRef: { template: ${TEMPLATE} } }`],
  ])('has the pods of the templates in it: %s %s', (apiVersion, kind, spec) => {
    const { cluster, findings } = read(object(apiVersion, kind, spec));
    expect(cluster.workloads).toMatchObject([{ namespace: 'ns', name: 'x', kind, pods: [{ labels: { app: 'x', part: 'x' } }] }]);
    expect(cluster.workloads[0].pods[0].ports).toContainEqual({ protocol: 'TCP', name: 'http', port: 80 });
    expect(findings).toEqual([`a.yaml:2:1: note NP313: netpol reads the pods of ${kind} of ${apiVersion.split('/')[0]} from the pod templates in it: ns/x`]);
  });

  test.each([
    ['apps.kruise.io/v1beta1', 'StatefulSet', `{ template: ${TEMPLATE} }`],
    ['apps.kruise.io/v1alpha1', 'AdvancedCronJob', `{ template: { jobTemplate: { spec: { template: ${TEMPLATE} } } } }`],
    ['apps.kruise.io/v1alpha1', 'UnitedDeployment', `{ template: { cloneSetTemplate: { spec: { template: ${TEMPLATE} } } } }`],
    ['beat.k8s.elastic.co/v1beta1', 'Beat', `{ daemonSet: { podTemplate: ${TEMPLATE} } }`],
    ['cassandra.datastax.com/v1beta1', 'CassandraDatacenter', `{ podTemplateSpec: ${TEMPLATE} }`],
    ['clickhouse.altinity.com/v1', 'ClickHouseInstallation', `{ templates: { podTemplates: [${TEMPLATE}] } }`],
    // A kind that netpol does not know.
    ['acme.io/v1', 'Foo', `{ parts: [{ anything: ${TEMPLATE} }] }`],
  ])('has a warning if netpol does not know which labels its controller adds: %s %s', (apiVersion, kind, spec) => {
    const { cluster, findings } = read(object(apiVersion, kind, spec));
    expect(cluster.workloads).toMatchObject([{ kind, pods: [{ labels: { app: 'x', part: 'x' } }] }]);
    expect(findings).toEqual([
      `a.yaml:2:1: warning NP313: netpol reads the pods of ${kind} of ${apiVersion.split('/')[0]} from the pod templates in it, and does not know which labels its controller adds: ns/x; add the pods to the input`,
    ]);
  });

  test('has the pods of each of its templates', () => {
    const other = TEMPLATE.replace('app: x', 'app: other');
    const pods = podsOf(object('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} }, workerGroupSpecs: [{ template: ${other} }] }`));
    expect(pods.map(({ labels }) => labels)).toMatchObject([{ 'app': 'x', 'ray.io/cluster': 'x' }, { 'app': 'other', 'ray.io/cluster': 'x' }]);
  });

  test('whose template is optional has pods without it', () => {
    expect(labelsOf('elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', '{ nodeSets: [{ name: a, podTemplate: null }, { name: b }] }')).toMatchObject([
      { 'elasticsearch.k8s.elastic.co/cluster-name': 'x' }, { 'elasticsearch.k8s.elastic.co/cluster-name': 'x' },
    ]);
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

  test('is one line too if its spec is something else than an object', () => {
    expect(read(object('ray.io/v1', 'RayCluster', 'text')).findings).toEqual([expect.stringContaining('NP303: RayCluster of ray.io')]);
  });

  test('is another line if objects of its kind do not describe other pods', () => {
    const inCluster = object('ray.io/v1', 'RayJob', '{ clusterSelector: { ray.io/cluster: c } }', 'a');
    const own = object('ray.io/v1', 'RayJob', `{ rayClusterSpec: { headGroupSpec: { template: ${TEMPLATE} } } }`, 'b');
    expect(read(inCluster + own).findings).toEqual([
      expect.stringContaining('so its pods are not in the answers: ns/a'), expect.stringContaining('(the pods that submit the job), so these are not in the answers: ns/b'), expect.stringContaining('NP313'),
    ]);
  });

  test('names ten objects of a kind, and counts the others', () => {
    const many = Array.from({ length: 12 }, (_, i) => object('monitoring.coreos.com/v1', 'Prometheus', '{}', `p${i}`)).join('');
    expect(read(many).findings).toEqual([expect.stringContaining('ns/p0, ns/p1, ns/p2, ns/p3, ns/p4, ns/p5, ns/p6, ns/p7, ns/p8, ns/p9 and 2 more')]);
  });

  test('is not a kind of Kubernetes itself, nor one in which a template is nested too deep', () => {
    expect(read(`apiVersion: v1\nkind: PodTemplate\nmetadata: { name: x }\ntemplate: ${TEMPLATE}\n`)).toMatchObject({ cluster: { workloads: [] }, findings: [] });
    expect(read(object('storage.k8s.io/v1', 'Foo', `{ template: ${TEMPLATE} }`))).toMatchObject({ cluster: { workloads: [] }, findings: [] });
    expect(read(object('acme.io/v1', 'Foo', `${'{ a: '.repeat(13)}${TEMPLATE}${' }'.repeat(13)}`))).toMatchObject({ cluster: { workloads: [] }, findings: [] });
  });

  test('may make pods besides those of its templates, which are not in the answers', () => {
    const deploymentConfig = object('apps.openshift.io/v1', 'DeploymentConfig', `{ template: ${TEMPLATE} }`);
    const { cluster, findings } = read(deploymentConfig);
    expect(findings).toEqual([
      'a.yaml:2:1: warning NP303: DeploymentConfig of apps.openshift.io makes pods that it does not describe (the pods that deploy), so these are not in the answers: ns/x; add the pods to the input',
      'a.yaml:2:1: note NP313: netpol reads the pods of DeploymentConfig of apps.openshift.io from the pod templates in it: ns/x',
    ]);
    expect(cluster.openNamespaces).toEqual(new Set(['ns']));
    const job = (submitter: string) => read(object('ray.io/v1', 'RayJob', `{ rayClusterSpec: { headGroupSpec: { template: ${TEMPLATE} } }${submitter} }`)).findings;
    expect(job('')).toContainEqual(expect.stringContaining('NP303: RayJob of ray.io makes pods that it does not describe (the pods that submit the job)'));
    expect(job(`, submitterPodTemplate: ${TEMPLATE}`)).toEqual([expect.stringContaining('note NP313')]);
  });

  test('twice with different content is an error', () => {
    const twice = object('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} } }`);
    expect(read(twice + twice.replace('app: x', 'app: other')).findings).toContainEqual(expect.stringContaining('error NP032: RayCluster ns/x is declared twice'));
  });

  test('counts for the network, so a field that is written twice is an error', () => {
    expect(countsForNetwork({ apiVersion: 'ray.io/v1', kind: 'RayCluster' })).toBe(true);
    expect(read(object('ray.io/v1', 'RayCluster', '{}\nspec: {}')).findings).toEqual([expect.stringContaining('error NP007')]);
  });

  test('of each kind that netpol knows has a source, as has each kind that holds objects', () => {
    const all = [...knownPodMakers(), ...knownHolders()];
    expect(all.filter(({ source }) => !/^https:\/\/[a-zA-Z0-9.-]+\.[a-z]+\/\S*$/.test(source))).toEqual([]);
    expect(all.filter(({ type }) => !/^[a-z0-9.-]+\.[a-z]+\/[A-Za-z0-9]+$/.test(type))).toEqual([]);
    expect(new Set(all.map(({ type }) => type)).size).toBe(all.length);
  });
});

describe('the pods of a custom resource have the labels that its controller adds, and can be selected by them', () => {
  test('a Rollout: a hash, and what its strategy says about stable pods and canaries', () => {
    const [pod] = podsOf(object('argoproj.io/v1alpha1', 'Rollout', `{ template: ${TEMPLATE}, strategy: { canary: { stableMetadata: { labels: { role: stable } }, canaryMetadata: { labels: { role: canary } } } } }`));
    expect(pod.labels).toEqual({ app: 'x', part: 'x' });
    expect(optional(pod)).toEqual(['role', 'rollouts-pod-template-hash']);
  });

  test('a DeploymentConfig: its name, and that of its ReplicationController', () => {
    const [pod] = podsOf(object('apps.openshift.io/v1', 'DeploymentConfig', `{ template: ${TEMPLATE} }`));
    expect(pod.labels).toMatchObject({ deploymentconfig: 'x' });
    expect(pod.generated).toContainEqual({ key: 'deployment', optional: true, form: 'x-#' });
  });

  test('a RayCluster: its name, and the head or the group', () => {
    const groups = `{ headGroupSpec: { template: ${TEMPLATE}, labels: { tier: gpu } }, workerGroupSpecs: [{ groupName: small, template: ${TEMPLATE} }, { template: ${TEMPLATE} }] }`;
    const [head, small, other] = podsOf(object('ray.io/v1', 'RayCluster', groups));
    expect(head.labels).toMatchObject({
      'ray.io/cluster': 'x', 'ray.io/node-type': 'head', 'ray.io/group': 'headgroup', 'ray.io/is-ray-node': 'yes', 'ray.io/identifier': 'x-head', 'app.kubernetes.io/name': 'kuberay',
    });
    expect(optional(head)).toContain('tier');
    expect(small.labels).toMatchObject({ 'ray.io/cluster': 'x', 'ray.io/node-type': 'worker', 'ray.io/group': 'small' });
    // Without a name, the group is not known.
    expect(optional(other)).toContain('ray.io/group');
    expect(head.ports).toEqual([{ protocol: 'TCP', name: 'http', port: 80 }, { protocol: 'TCP', name: 'metrics', port: 8080 }]);
  });

  test('a RayCluster replaces its own labels in the template, and keeps others', () => {
    const written = TEMPLATE.replace('app: x', 'ray.io/cluster: mine, ray.io/is-ray-node: "no", app.kubernetes.io/name: web');
    expect(labelsOf('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${written} } }`)).toMatchObject([
      { 'ray.io/cluster': 'x', 'ray.io/is-ray-node': 'no', 'app.kubernetes.io/name': 'web' },
    ]);
  });

  test('the cluster of a RayJob has a generated name', () => {
    const [pod] = podsOf(object('ray.io/v1', 'RayJob', `{ rayClusterSpec: { workerGroupSpecs: [{ groupName: a, template: ${TEMPLATE} }] } }`));
    expect(pod.labels).toMatchObject({ 'ray.io/node-type': 'worker', 'ray.io/group': 'a' });
    expect(optional(pod)).toEqual(expect.arrayContaining(['ray.io/cluster', 'ray.io/identifier']));
  });

  test('a VirtualMachine: those of the machine, and the name of the host', () => {
    const machine = (spec: string, name = 'vm') => podsOf(object('kubevirt.io/v1', 'VirtualMachine', `{ template: { metadata: { labels: { app: vm } }, spec: ${spec} } }`, name))[0].labels;
    expect(machine('{ domain: {} }')).toMatchObject({ 'app': 'vm', 'kubevirt.io': 'virt-launcher', 'vm.kubevirt.io/name': 'vm', 'vmi.kubevirt.io/id': 'vm' });
    expect(machine('{ domain: {} }', 'vm.a')).toMatchObject({ 'vm.kubevirt.io/name': 'vm', 'vmi.kubevirt.io/id': 'vm.a' });
    expect(machine('{ hostname: web, domain: {} }')).toMatchObject({ 'vm.kubevirt.io/name': 'web' });
    expect(labelsOf('kubevirt.io/v1', 'VirtualMachineInstance', '{ domain: {} }')).toMatchObject([{ 'app': 'own', 'vm.kubevirt.io/name': 'x' }]);
  });

  test('the machines of a pool have numbers, and those of a replica set any name', () => {
    const spec = '{ template: { spec: { domain: {} } } }';
    const [ofPool] = podsOf(object('pool.kubevirt.io/v1beta1', 'VirtualMachinePool', `{ virtualMachineTemplate: { spec: ${spec} } }`));
    expect(ofPool.generated).toContainEqual({ key: 'vm.kubevirt.io/name', optional: true, form: 'x-#' });
    const [ofSet] = podsOf(object('kubevirt.io/v1', 'VirtualMachineInstanceReplicaSet', spec));
    expect(ofSet.generated).toContainEqual({ key: 'vm.kubevirt.io/name', optional: true });
  });

  test('a VirtualMachine: the ports of its interfaces', () => {
    const devices = '{ interfaces: [{ name: a }, { ports: [{ name: web, port: 80 }, { port: 53, protocol: UDP }, { name: bad }, 1] }, 2] }';
    const ports = (domain: string) => podsOf(object('kubevirt.io/v1', 'VirtualMachineInstance', domain))[0].ports;
    expect(ports(`{ domain: { devices: ${devices} } }`)).toEqual([{ protocol: 'TCP', name: 'web', port: 80 }, { protocol: 'UDP', port: 53 }]);
    expect(ports('{ domain: { devices: {} } }')).toEqual([]);
    expect(ports('{ domain: {} }')).toEqual([]);
    expect(ports('{}')).toEqual([]);
    expect(podsOf('apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: { name: x }\n')[0].ports).toEqual([]);
  });

  test('a Knative Service: its name, and the proxy in front of its container', () => {
    const [pod] = podsOf(object('serving.knative.dev/v1', 'Service', '{ template: { spec: { containers: [{ name: c }] } } }'));
    expect(pod.labels).toEqual({ 'serving.knative.dev/service': 'x', 'serving.knative.dev/configuration': 'x' });
    expect(optional(pod)).toEqual(expect.arrayContaining(['app', 'serving.knative.dev/revision', 'pod-template-hash']));
    expect(pod.ports).toEqual([['user-port', 8080], ['queue-port', 8012], ['https-port', 8112], ['http-autometric', 9090], ['http-usermetric', 9091]]
      .map(([name, port]) => ({ protocol: 'TCP', name, port })));
    const h2c = podsOf(object('serving.knative.dev/v1', 'Configuration', '{ template: { metadata: { labels: { app: own } }, spec: { containers: [{ name: c, ports: [{ name: h2c, containerPort: 90 }] }] } } }'));
    expect(h2c).toMatchObject([{ labels: { app: 'own' }, ports: [{ port: 90 }, { port: 8013 }, {}, {}, {}] }]);
  });

  test('a JobSet: its name, the replicated job, and the form of the name of the Job', () => {
    const [pod] = podsOf(object('jobset.x-k8s.io/v1alpha2', 'JobSet', `{ replicatedJobs: [{ name: workers, template: { spec: { template: ${TEMPLATE} } } }] }`));
    expect(pod.labels).toMatchObject({ 'jobset.sigs.k8s.io/jobset-name': 'x', 'jobset.sigs.k8s.io/replicatedjob-name': 'workers' });
    expect(pod.generated).toContainEqual({ key: 'batch.kubernetes.io/job-name', optional: true, form: 'x-workers-#' });
  });

  test('a LeaderWorkerSet: its name, and the number 0 for the leader', () => {
    const [leader, worker] = podsOf(object('leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', `{ leaderWorkerTemplate: { leaderTemplate: ${TEMPLATE}, workerTemplate: ${TEMPLATE} } }`));
    expect(leader.labels).toMatchObject({ 'leaderworkerset.sigs.k8s.io/name': 'x', 'leaderworkerset.sigs.k8s.io/worker-index': '0' });
    expect(worker.labels).toMatchObject({ 'leaderworkerset.sigs.k8s.io/name': 'x' });
    expect(worker.generated).toContainEqual({ key: 'leaderworkerset.sigs.k8s.io/worker-index', optional: true, form: '#' });
  });

  test('a PyTorchJob and a Volcano Job: the name of the job, and the role', () => {
    expect(labelsOf('kubeflow.org/v1', 'PyTorchJob', `{ pytorchReplicaSpecs: { Worker: { template: ${TEMPLATE} } } }`))
      .toMatchObject([{ 'training.kubeflow.org/job-name': 'x', 'training.kubeflow.org/replica-type': 'worker' }]);
    expect(labelsOf('batch.volcano.sh/v1alpha1', 'Job', `{ tasks: [{ name: ps, template: ${TEMPLATE} }] }`)).toMatchObject([{ 'volcano.sh/job-name': 'x', 'volcano.sh/task-spec': 'ps' }]);
  });

  test('an Elasticsearch: its name, and the ports of HTTP and of its nodes', () => {
    const elasticsearch = (tls: string) => podsOf(object('elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', `{ nodeSets: [{ name: a }], http: { tls: ${tls} } }`))[0];
    expect(elasticsearch('{}')).toMatchObject({
      labels: { 'common.k8s.elastic.co/type': 'elasticsearch', 'elasticsearch.k8s.elastic.co/cluster-name': 'x' }, ports: [{ name: 'https', port: 9200 }, { name: 'transport', port: 9300 }],
    });
    expect(elasticsearch('{ selfSignedCertificate: { disabled: true } }').ports[0].name).toBe('http');
    expect(elasticsearch('{ selfSignedCertificate: { disabled: true }, certificate: { secretName: s } }').ports[0].name).toBe('https');
  });

  test('a Pooler: its name, and the ports of PgBouncer, unless the template has them', () => {
    const template = '{ metadata: { labels: { app: pool } }, spec: { containers: [{ name: pgbouncer, ports: [{ name: metrics, containerPort: 9000 }] }] } }';
    expect(podsOf(object('postgresql.cnpg.io/v1', 'Pooler', `{ template: ${template} }`))).toMatchObject([
      { labels: { 'app': 'pool', 'cnpg.io/poolerName': 'x' }, ports: [{ name: 'metrics', port: 9000 }, { name: 'pgbouncer', port: 5432 }] },
    ]);
  });

  test('a runner set of GitHub Actions: its name, unless the template has another, and its own labels', () => {
    const [pod] = podsOf(object('actions.github.com/v1alpha1', 'AutoscalingRunnerSet', `{ template: ${TEMPLATE} }`));
    expect(pod.labels).toEqual({ 'part': 'x', 'actions-ephemeral-runner': 'True', 'actions.github.com/scale-set-name': 'x' });
    // The runner set and the template have the label `app`.
    expect(optional(pod)).toContain('app');
    const labelled = object('actions.github.com/v1alpha1', 'AutoscalingRunnerSet', `{ template: ${TEMPLATE} }`).replace('app: own', 'app.kubernetes.io/part-of: own');
    expect(optional(podsOf(labelled)[0]).filter(key => key === 'app.kubernetes.io/part-of')).toHaveLength(1);
  });

  test('a ScaledJob: its name', () => {
    expect(labelsOf('keda.sh/v1alpha1', 'ScaledJob', `{ jobTargetRef: { template: ${TEMPLATE} } }`)).toMatchObject([{ 'scaledjob.keda.sh/name': 'x' }]);
  });

  test('a name that is too long for a label has an unknown value, as has one that the API server generates', () => {
    const [pod] = podsOf(object('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} } }`, 'x'.repeat(64)));
    expect(optional(pod)).toContain('ray.io/cluster');
    const generated = object('ray.io/v1', 'RayCluster', `{ headGroupSpec: { template: ${TEMPLATE} } }`).replace('name: x', 'generateName: x-');
    expect(optional(podsOf(generated)[0])).toContain('ray.io/cluster');
  });
});

describe('if netpol does not know which labels a controller adds', () => {
  const POLICIES = [
    object('networking.k8s.io/v1', 'NetworkPolicy', '{ podSelector: { matchLabels: { team: a } }, ingress: [{ from: [{ podSelector: { matchLabels: { role: web, app: x } } }] }] }', 'p'),
    object('v1', 'Pod', '{ containers: [{ name: c }] }', 'probe'),
  ].join('');

  test('a policy that looks at a label which the template does not have leaves the answer undecided', () => {
    const answer = (custom: string) => {
      const { cluster } = read(POLICIES + custom);
      const reach = new Reachability(cluster);
      const [source, destination] = ['Pod', 'Foo'].map(kind => workloadEndpoints(reach, cluster.workloads.find(one => one.kind === kind)!, kind)[0]);
      return answerFor(reach, [{ source, destination }]);
    };
    expect(answer(object('acme.io/v1', 'Foo', `{ template: ${TEMPLATE} }`))).toMatchObject({ answer: 'undecided', reasons: [{ code: 'generated-label' }] });
    // A label that every pod may have is not listed twice.
    const zone = POLICIES.replace('team: a', 'topology.kubernetes.io/zone: a') + object('acme.io/v1', 'Foo', `{ template: ${TEMPLATE} }`);
    expect(podsOf(zone).find(pod => pod.workload === 'Foo x')!.generated!.map(({ key }) => key)).toEqual(['role', 'topology.kubernetes.io/zone', 'topology.kubernetes.io/region']);
    // The template says which team it is.
    expect(answer(object('acme.io/v1', 'Foo', `{ template: ${TEMPLATE.replace('part: x', 'team: b')} }`))).toMatchObject({ answer: 'yes' });
  });
});

test('a policy of a kind that is not evaluated could select pods by any label, if netpol does not know which labels their controller adds', () => {
  const policy = object('cilium.io/v2', 'CiliumNetworkPolicy', '{ endpointSelector: { matchLabels: { other: z } }, ingress: [{}] }', 'p');
  const selection = (custom: string) => {
    const { cluster: { unevaluated, workloads, namespaces } } = read(policy + custom);
    return unevaluated[0].selects(workloads[0].pods[0], namespaces.get('ns')!);
  };
  expect(selection(object('acme.io/v1', 'Foo', `{ template: ${TEMPLATE} }`))).toBe('could');
  expect(selection(object('argoproj.io/v1alpha1', 'Rollout', `{ template: ${TEMPLATE} }`))).toBe('no');
});

describe('an object that holds other objects', () => {
  test.each([
    ['template.openshift.io/v1', 'Template', 'oc process -f FILE | netpol list -'],
    ['work.open-cluster-management.io/v1', 'ManifestWork', "yq '.spec.workload.manifests[] | split_doc' FILE | netpol list -"],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helm template x CHART --namespace NAMESPACE --values VALUES | netpol list -'],
    ['helm.cattle.io/v1', 'HelmChart', 'helm template x CHART --namespace NAMESPACE --values VALUES | netpol list -'],
    ['argoproj.io/v1alpha1', 'Application', 'argocd app manifests x | netpol list -'],
    ['argoproj.io/v1alpha1', 'ApplicationSet', 'argocd appset generate FILE -o yaml | netpol list -'],
    ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'flux build kustomization x --path FOLDER --kustomization-file FILE --dry-run | netpol list -'],
    ['core.oam.dev/v1beta1', 'Application', 'vela dry-run -f FILE | netpol list -'],
    ['apiextensions.crossplane.io/v1', 'Composition', 'crossplane render COMPOSITE FILE FUNCTIONS | netpol list -'],
    ['kubernetes.crossplane.io/v1alpha2', 'Object', "yq '.spec.forProvider.manifest' FILE | netpol list -"],
  ])('is a line with the command that renders them: %s %s', (apiVersion, kind, command) => {
    expect(read(object(apiVersion, kind, '{}')).findings).toEqual([
      `a.yaml:2:1: warning NP314: ${kind} of ${apiVersion.split('/')[0]} stands for objects that are not in the answers: ns/x; add them to the input: ${command}`,
    ]);
  });

  test('is a line without a command if no command prints them', () => {
    expect(read(object('fleet.cattle.io/v1alpha1', 'GitRepo', '{}')).findings).toEqual([
      'a.yaml:2:1: warning NP314: GitRepo of fleet.cattle.io stands for objects that are not in the answers: ns/x; add them to the input',
    ]);
  });

  test('of a kind that netpol does not know is a line too, and its templates are not those of the outer object', () => {
    const deployment = `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: d }, spec: { template: ${TEMPLATE} } }`;
    expect(read(object('acme.io/v1', 'Foo', `{ object: ${deployment} }`))).toMatchObject({
      cluster: { workloads: [] }, findings: ['a.yaml:2:1: warning NP314: Foo of acme.io holds objects that are not in the answers: ns/x; add them to the input'],
    });
  });

  test('is not one that refers to an object, nor one that holds an object without meaning for the network', () => {
    expect(read(object('acme.io/v1', 'Foo', '{ targetRef: { apiVersion: apps/v1, kind: Deployment, name: d } }')).findings).toEqual([]);
    expect(read(object('acme.io/v1', 'Foo', '{ object: { apiVersion: v1, kind: ConfigMap, metadata: { name: c } } }')).findings).toEqual([]);
  });

  test('cannot put a command of its own into that line', () => {
    expect(read(object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', '{}', '"x; rm -r ."')).findings).toEqual([expect.stringMatching(/add them to the input: helm template NAME CHART --namespace/)]);
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

import { apiGroup, ApiResource, isObject } from './objects';
import { currentGroup, isWorkloadKind, PodTemplate, templateAt } from './workloads';

/*
 * Custom kinds that make pods, and custom kinds that hold other objects. A new kind is one more line of the lists below. Labels that a controller
 * adds are listed, because a policy may select by them.
 */

/** Where a kind has a pod template. */
interface TemplatePlace {
  /** The fields that lead to the template, with dots. `*` stands for every item of a list or every entry of a map. */
  readonly at: string;
  /** The labels that the controller adds to the pods. `{name}` is the name of the object, `*` any text. */
  readonly adds?: Readonly<Record<string, string>>;
}

interface PodMaker {
  /** Group and kind: `argoproj.io/Rollout`. */
  readonly type: string;
  /** Empty if the object does not have the labels of its pods. */
  readonly templates: readonly TemplatePlace[];
  /** The page that describes the pods. */
  readonly source: string;
}

const JOB_LABELS = { 'batch.kubernetes.io/job-name': '*', 'job-name': '*', 'batch.kubernetes.io/controller-uid': '*', 'controller-uid': '*' };
const STATEFUL_LABELS = { 'controller-revision-hash': '*', 'statefulset.kubernetes.io/pod-name': '*', 'apps.kubernetes.io/pod-index': '*' };
const TRAINING_LABELS = {
  'training.kubeflow.org/job-name': '{name}',
  'training.kubeflow.org/operator-name': '*',
  'training.kubeflow.org/replica-type': '*',
  'training.kubeflow.org/replica-index': '*',
  'training.kubeflow.org/job-role': '*',
};
const RAY_LABELS = {
  'ray.io/is-ray-node': 'yes',
  'ray.io/identifier': '*',
  'ray.io/node-type': '*',
  'ray.io/group': '*',
  'app.kubernetes.io/name': 'kuberay',
  'app.kubernetes.io/created-by': 'kuberay-operator',
};
const WITHOUT_TEMPLATE: readonly TemplatePlace[] = [];

const POD_MAKERS: readonly PodMaker[] = [
  { type: 'argoproj.io/Rollout', templates: [{ at: 'spec.template', adds: { 'rollouts-pod-template-hash': '*' } }], source: 'argo-rollouts.readthedocs.io/en/stable/features/specification' },
  { type: 'argoproj.io/Workflow', templates: WITHOUT_TEMPLATE, source: 'argo-workflows.readthedocs.io/en/latest/fields' },
  { type: 'argoproj.io/CronWorkflow', templates: WITHOUT_TEMPLATE, source: 'argo-workflows.readthedocs.io/en/latest/fields' },
  { type: 'apps.openshift.io/DeploymentConfig', templates: [{ at: 'spec.template', adds: { deployment: '*', deploymentconfig: '{name}' } }], source: 'docs.openshift.com, DeploymentConfig [apps.openshift.io/v1]' },
  {
    type: 'kubevirt.io/VirtualMachine',
    templates: [{ at: 'spec.template', adds: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/created-by': '*', 'vm.kubevirt.io/name': '{name}' } }],
    source: 'kubevirt.io/user-guide/network/networkpolicy',
  },
  {
    type: 'kubevirt.io/VirtualMachineInstance',
    templates: [{ at: '', adds: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/created-by': '*', 'vm.kubevirt.io/name': '{name}' } }],
    source: 'kubevirt.io/user-guide/network/networkpolicy',
  },
  {
    type: 'kubevirt.io/VirtualMachineInstanceReplicaSet',
    templates: [{ at: 'spec.template', adds: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/created-by': '*', 'vm.kubevirt.io/name': '*' } }],
    source: 'kubevirt.io/user-guide/user_workloads/replicaset',
  },
  {
    type: 'serving.knative.dev/Service',
    templates: [{
      at: 'spec.template',
      adds: {
        'app': '*',
        'pod-template-hash': '*',
        'serving.knative.dev/service': '{name}',
        'serving.knative.dev/serviceUID': '*',
        'serving.knative.dev/configuration': '{name}',
        'serving.knative.dev/configurationGeneration': '*',
        'serving.knative.dev/configurationUID': '*',
        'serving.knative.dev/revision': '*',
        'serving.knative.dev/revisionUID': '*',
      },
    }],
    source: 'knative.dev/docs/serving/reference/serving-api',
  },
  { type: 'kafka.strimzi.io/Kafka', templates: WITHOUT_TEMPLATE, source: 'strimzi.io/docs/operators/latest/configuring' },
  { type: 'kafka.strimzi.io/KafkaNodePool', templates: WITHOUT_TEMPLATE, source: 'strimzi.io/docs/operators/latest/configuring' },
  { type: 'kafka.strimzi.io/KafkaConnect', templates: WITHOUT_TEMPLATE, source: 'strimzi.io/docs/operators/latest/configuring' },
  { type: 'kafka.strimzi.io/KafkaBridge', templates: WITHOUT_TEMPLATE, source: 'strimzi.io/docs/operators/latest/configuring' },
  { type: 'kafka.strimzi.io/KafkaMirrorMaker2', templates: WITHOUT_TEMPLATE, source: 'strimzi.io/docs/operators/latest/configuring' },
  { type: 'monitoring.coreos.com/Prometheus', templates: WITHOUT_TEMPLATE, source: 'prometheus-operator.dev/docs/api-reference/api' },
  { type: 'monitoring.coreos.com/PrometheusAgent', templates: WITHOUT_TEMPLATE, source: 'prometheus-operator.dev/docs/api-reference/api' },
  { type: 'monitoring.coreos.com/Alertmanager', templates: WITHOUT_TEMPLATE, source: 'prometheus-operator.dev/docs/api-reference/api' },
  { type: 'monitoring.coreos.com/ThanosRuler', templates: WITHOUT_TEMPLATE, source: 'prometheus-operator.dev/docs/api-reference/api' },
  { type: 'postgresql.cnpg.io/Cluster', templates: WITHOUT_TEMPLATE, source: 'cloudnative-pg.io/documentation/current/labels_annotations' },
  { type: 'postgresql.cnpg.io/Pooler', templates: [{ at: 'spec.template', adds: { 'cnpg.io/poolerName': '{name}', 'cnpg.io/cluster': '*', 'cnpg.io/podRole': 'pooler', 'pod-template-hash': '*' } }], source: 'cloudnative-pg.io/documentation/current/connection_pooling' },
  { type: 'acid.zalan.do/postgresql', templates: WITHOUT_TEMPLATE, source: 'postgres-operator.readthedocs.io/en/latest/reference/cluster_manifest' },
  {
    type: 'elasticsearch.k8s.elastic.co/Elasticsearch',
    templates: [{
      at: 'spec.nodeSets.*.podTemplate',
      adds: {
        ...STATEFUL_LABELS,
        'common.k8s.elastic.co/type': 'elasticsearch',
        'elasticsearch.k8s.elastic.co/cluster-name': '{name}',
        'elasticsearch.k8s.elastic.co/statefulset-name': '*',
        'elasticsearch.k8s.elastic.co/version': '*',
        'elasticsearch.k8s.elastic.co/http-scheme': '*',
        ...Object.fromEntries(['master', 'data', 'ingest', 'ml', 'transform', 'remote_cluster_client', 'voting_only', 'data_hot', 'data_warm', 'data_cold', 'data_content', 'data_frozen']
          .map(role => [`elasticsearch.k8s.elastic.co/node-${role}`, '*'])),
      },
    }],
    source: 'www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/customize-pods',
  },
  {
    type: 'kibana.k8s.elastic.co/Kibana',
    templates: [{ at: 'spec.podTemplate', adds: { 'common.k8s.elastic.co/type': 'kibana', 'kibana.k8s.elastic.co/name': '{name}', 'kibana.k8s.elastic.co/version': '*', 'pod-template-hash': '*' } }],
    source: 'www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/customize-pods',
  },
  { type: 'tekton.dev/TaskRun', templates: WITHOUT_TEMPLATE, source: 'tekton.dev/docs/pipelines/taskruns' },
  { type: 'tekton.dev/PipelineRun', templates: WITHOUT_TEMPLATE, source: 'tekton.dev/docs/pipelines/pipelineruns' },
  {
    type: 'ray.io/RayCluster',
    templates: [
      { at: 'spec.headGroupSpec.template', adds: { ...RAY_LABELS, 'ray.io/cluster': '{name}' } },
      { at: 'spec.workerGroupSpecs.*.template', adds: { ...RAY_LABELS, 'ray.io/cluster': '{name}' } },
    ],
    source: 'docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html',
  },
  ...['RayJob', 'RayService'].map((kind): PodMaker => {
    const cluster = kind === 'RayJob' ? 'spec.rayClusterSpec' : 'spec.rayClusterConfig';
    const adds = { ...RAY_LABELS, 'ray.io/cluster': '*', 'ray.io/originated-from-cr-name': '{name}', 'ray.io/originated-from-crd': kind };
    return {
      type: `ray.io/${kind}`,
      templates: [{ at: `${cluster}.headGroupSpec.template`, adds }, { at: `${cluster}.workerGroupSpecs.*.template`, adds }],
      source: 'docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html',
    };
  }),
  { type: 'sparkoperator.k8s.io/SparkApplication', templates: WITHOUT_TEMPLATE, source: 'github.com/kubeflow/spark-operator, docs/api-docs.md' },
  { type: 'sparkoperator.k8s.io/ScheduledSparkApplication', templates: WITHOUT_TEMPLATE, source: 'github.com/kubeflow/spark-operator, docs/api-docs.md' },
  { type: 'flink.apache.org/FlinkDeployment', templates: WITHOUT_TEMPLATE, source: 'nightlies.apache.org/flink/flink-kubernetes-operator-docs-main/docs/custom-resource/reference' },
  {
    type: 'jobset.x-k8s.io/JobSet',
    templates: [{
      at: 'spec.replicatedJobs.*.template.spec.template',
      adds: {
        ...JOB_LABELS,
        'batch.kubernetes.io/job-completion-index': '*',
        'jobset.sigs.k8s.io/jobset-name': '{name}',
        'jobset.sigs.k8s.io/jobset-uid': '*',
        'jobset.sigs.k8s.io/replicatedjob-name': '*',
        'jobset.sigs.k8s.io/replicatedjob-replicas': '*',
        'jobset.sigs.k8s.io/job-index': '*',
        'jobset.sigs.k8s.io/job-key': '*',
        'jobset.sigs.k8s.io/job-global-index': '*',
        'jobset.sigs.k8s.io/restart-attempt': '*',
      },
    }],
    source: 'jobset.sigs.k8s.io/docs/reference/jobset.v1alpha2',
  },
  {
    type: 'leaderworkerset.x-k8s.io/LeaderWorkerSet',
    templates: ['spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'].map(at => ({
      at,
      adds: {
        ...STATEFUL_LABELS,
        'leaderworkerset.sigs.k8s.io/name': '{name}',
        'leaderworkerset.sigs.k8s.io/group-index': '*',
        'leaderworkerset.sigs.k8s.io/worker-index': '*',
        'leaderworkerset.sigs.k8s.io/group-key': '*',
        'leaderworkerset.sigs.k8s.io/template-revision-hash': '*',
      },
    })),
    source: 'lws.sigs.k8s.io/docs/reference/labels-annotations-and-environment-variables',
  },
  ...[['PyTorchJob', 'pytorch'], ['TFJob', 'tf'], ['MPIJob', 'mpi'], ['XGBoostJob', 'xgb'], ['PaddleJob', 'paddle'], ['JAXJob', 'jax']].map(([kind, field]): PodMaker => ({
    type: `kubeflow.org/${kind}`,
    templates: [{ at: `spec.${field}ReplicaSpecs.*.template`, adds: TRAINING_LABELS }],
    source: 'www.kubeflow.org/docs/components/trainer/legacy-v1/user-guides',
  })),
  {
    type: 'batch.volcano.sh/Job',
    templates: [{
      at: 'spec.tasks.*.template',
      adds: {
        'volcano.sh/job-name': '{name}', 'volcano.sh/job-namespace': '*', 'volcano.sh/queue-name': '*', 'volcano.sh/task-spec': '*', 'volcano.sh/task-index': '*',
      },
    }],
    source: 'volcano.sh/en/docs/vcjob',
  },
  ...['CloneSet', 'StatefulSet', 'DaemonSet'].map((kind): PodMaker => ({
    type: `apps.kruise.io/${kind}`,
    templates: [{
      at: 'spec.template',
      adds: {
        ...kind === 'StatefulSet' ? STATEFUL_LABELS : { 'controller-revision-hash': '*' },
        'pod-template-hash': '*',
        'lifecycle.apps.kruise.io/state': '*',
        'apps.kruise.io/cloneset-instance-id': '*',
        'pod-template-generation': '*',
      },
    }],
    source: 'openkruise.io/docs/user-manuals/cloneset',
  })),
  {
    type: 'apps.kruise.io/AdvancedCronJob',
    templates: [{ at: 'spec.template.jobTemplate.spec.template', adds: JOB_LABELS }, { at: 'spec.template.broadcastJobTemplate.spec.template', adds: { 'broadcastjob-name': '*', 'broadcastjob-controller-uid': '*' } }],
    source: 'openkruise.io/docs/user-manuals/advancedcronjob',
  },
  {
    type: 'apps.kruise.io/UnitedDeployment',
    templates: ['statefulSetTemplate', 'advancedStatefulSetTemplate', 'cloneSetTemplate', 'deploymentTemplate'].map(field => ({
      at: `spec.template.${field}.spec.template`,
      adds: { ...STATEFUL_LABELS, 'pod-template-hash': '*', 'apps.kruise.io/subset-name': '*', 'apps.kruise.io/controller-revision-hash': '*' },
    })),
    source: 'openkruise.io/docs/user-manuals/uniteddeployment',
  },
  { type: 'keda.sh/ScaledJob', templates: [{ at: 'spec.jobTargetRef.template', adds: { ...JOB_LABELS, 'scaledjob.keda.sh/name': '{name}' } }], source: 'keda.sh/docs/latest/reference/scaledjob-spec' },
];

const BY_TYPE: ReadonlyMap<string, PodMaker> = new Map(POD_MAKERS.map(maker => [maker.type, maker]));

/** A pod template of a custom resource. */
export interface CustomTemplate {
  readonly template: PodTemplate;
  /** The labels that the controller adds. `*` is any text. */
  readonly adds: Readonly<Record<string, string>>;
}

/** What an object of a custom kind says about pods. */
export interface CustomPods {
  /** Its pod templates. Empty if it makes pods that it does not describe. */
  readonly templates: readonly CustomTemplate[];
  /** True if netpol knows the kind, and so the labels that its controller adds. */
  readonly isKnown: boolean;
}

/** The pods that an object of a custom kind makes. Undefined if it makes none, as far as anybody can tell from it. */
export function customPodsOf(object: ApiResource, name: string): CustomPods | undefined {
  const maker = BY_TYPE.get(typeOf(object));
  if (maker === undefined) {
    const found = isKubernetesKind(object) ? [] : templatesInside(object);
    return found.length === 0 ? undefined : { templates: found.map(path => ({ template: templateAt(object, path), adds: {} })), isKnown: false };
  }
  const templates = maker.templates.flatMap(({ at, adds = {} }) => pathsTo(object, at === '' ? [] : at.split('.')).map(path => ({
    template: templateAt(object, path),
    adds: Object.fromEntries(Object.entries(adds).map(([key, value]) => [key, value.replace('{name}', name)])),
  })));
  return { templates, isKnown: true };
}

/** True for a custom kind that is known to make pods. */
export function makesPods(object: ApiResource): boolean {
  return BY_TYPE.has(typeOf(object));
}

/** The kinds that are known to make pods, with the page that says so, for the documentation. */
export function knownPodMakers(): readonly { readonly type: string; readonly hasTemplate: boolean; readonly source: string }[] {
  return POD_MAKERS.map(({ type, templates, source }) => ({ type, hasTemplate: templates.length > 0, source }));
}

/** The paths to the objects that a pattern with `*` leads to. */
function pathsTo(from: unknown, pattern: readonly string[]): string[][] {
  if (pattern.length === 0) { return isObject(from) ? [[]] : []; }
  const [field, ...rest] = pattern;
  if (!isObject(from) && !Array.isArray(from)) { return []; }
  const fields = field === '*' ? Object.keys(from) : Object.hasOwn(from, field) ? [field] : [];
  return fields.flatMap(own => pathsTo((from as Record<string, unknown>)[own], rest).map(path => [own, ...path]));
}

/** Objects are never nested deeper than this around a pod template. */
const MAX_DEPTH = 12;

/** The paths to everything in an object that looks like a pod template: it has `spec.containers`. Objects inside it are not its own pods. */
function templatesInside(object: ApiResource): string[][] {
  const found: string[][] = [];
  const visit = (value: unknown, path: string[]): void => {
    if ((!isObject(value) && !Array.isArray(value)) || path.length > MAX_DEPTH || (path.length > 0 && isHeld(value))) { return; }
    if (path.length > 0 && isTemplate(value)) {
      found.push(path);
      return;
    }
    for (const [field, inner] of Object.entries(value)) {
      if (path.length > 0 || (field !== 'metadata' && field !== 'status')) { visit(inner, [...path, field]); }
    }
  };
  visit(object, []);
  return found;
}

function isTemplate(value: unknown): boolean {
  return isObject(value) && isObject(value.spec) && Array.isArray(value.spec.containers);
}

/** A whole object that is written inside another one. */
function isHeld(value: unknown): boolean {
  return isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}

/** True for kinds of Kubernetes itself, none of which makes pods besides the workloads. */
function isKubernetesKind({ apiVersion, kind }: ApiResource): boolean {
  const group = apiGroup(String(apiVersion));
  return !group.includes('.') || group.endsWith('.k8s.io') || isWorkloadKind(apiVersion, kind);
}

function typeOf({ apiVersion, kind }: ApiResource): string {
  return `${currentGroup(String(apiVersion))}/${String(kind)}`;
}

/** How to get at the objects that an object of this kind holds, as a clause with a command. By group and kind. */
const HOLDERS: Readonly<Record<string, (name: string) => string>> = {
  'template.openshift.io/Template': () => 'oc process -f FILE | netpol list -',
  'work.open-cluster-management.io/ManifestWork': () => "yq '.spec.workload.manifests[] | split_doc' FILE | netpol list -",
  'helm.toolkit.fluxcd.io/HelmRelease': name => `helm template ${name} CHART | netpol list -`,
  'helm.cattle.io/HelmChart': name => `helm template ${name} CHART | netpol list -`,
  'argoproj.io/Application': name => `argocd app manifests ${name} | netpol list -`,
  'argoproj.io/ApplicationSet': () => 'argocd appset generate FILE',
  'kustomize.toolkit.fluxcd.io/Kustomization': name => `flux build kustomization ${name} --path FOLDER | netpol list -`,
};

/** The command that prints the objects which an object holds, or leads to. Undefined for an object of another kind. */
export function commandForHeld(object: ApiResource, name: string): string | undefined {
  const type = typeOf(object);
  // Whatever else a name contains must not get into a shell.
  return Object.hasOwn(HOLDERS, type) ? HOLDERS[type](/^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : 'NAME') : undefined;
}

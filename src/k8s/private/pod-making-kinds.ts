import { isObject } from '../objects';
import { ContainerPort } from '../workloads';

/*
 * The custom kinds that make pods: where they describe them, which labels and ports their controllers add, and the page or file that says so. A new kind
 * is one more entry. The sources were read in November 2026. A source without a version is that of the main branch.
 */

/** A pod template in an object, with everything that labels and ports of its pods may depend on. */
export interface FoundTemplate {
  readonly object: Readonly<Record<string, unknown>>;
  /** The name of the object. */
  readonly name: string;
  /** The template as it is written. Empty if it is not. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The last item of a list, or the last entry of a map, on the way to the template. */
  readonly item?: Readonly<Record<string, unknown>>;
  /** The key of that entry, or the index of that item. */
  readonly key?: string;
  /** The ports that the template declares. */
  readonly ports: readonly ContainerPort[];
}

/**
 * The value of a label. `{name}` is the name of the object, `{key}` the key of an entry in small letters, `{item.x}` the field `x` of an item, and
 * `{spec.x}` a field of the object. `#` stands for a number, and `*` for any text, or no label.
 */
export type LabelValue = string | ((found: FoundTemplate) => string);

/** Where an object describes some of its pods. */
export interface TemplatePlace {
  /** The fields that lead to the template, with dots. `*` stands for every item of a list or every entry of a map. Empty: the object is the template. */
  readonly at: string;
  /** True if there are such pods even if the last field is absent. */
  readonly isOptional?: boolean;
  /** The labels that the controller sets, whatever the template says. */
  readonly adds?: Readonly<Record<string, LabelValue>>;
  /** The labels that the controller sets unless the template has them. */
  readonly defaults?: Readonly<Record<string, LabelValue>>;
  /** Fields with labels that the pods may also have. They start at the object, or with `item`. */
  readonly copies?: readonly string[];
  /** The ports of the pods. Absent: those of the template. */
  readonly ports?: (found: FoundTemplate) => readonly ContainerPort[];
}

/** A custom kind that makes pods. */
export interface PodMaker {
  /** Group and kind: `argoproj.io/Rollout`. */
  readonly type: string;
  /** Empty if the object does not describe its pods. */
  readonly templates: readonly TemplatePlace[];
  /** The pods that it makes besides those of the templates, in the plural: `the pods that deploy`. An object that has the field `unless` does not make them. */
  readonly besides?: { readonly pods: string; readonly unless?: string };
  /** False if the source does not say which labels the controller adds to those of the template. */
  readonly areLabelsKnown: boolean;
  /** The page or file that describes the pods. */
  readonly source: string;
}

const tcp = (name: string, port: number): ContainerPort => ({ protocol: 'TCP', name, port });

/** The ports of the template, and those of these whose name it does not have. */
function withPorts(...added: ContainerPort[]): NonNullable<TemplatePlace['ports']> {
  return ({ ports }) => [...ports, ...added.filter(({ name }) => !ports.some(port => port.name === name))];
}

/** The labels that Kubernetes adds to the pods of a Job with this name. */
function ofJob(name: string) {
  return {
    'batch.kubernetes.io/job-name': name, 'job-name': name, 'batch.kubernetes.io/controller-uid': '*', 'controller-uid': '*', 'batch.kubernetes.io/job-completion-index': '#',
  };
}

const OF_DEPLOYMENT = { 'pod-template-hash': '*' };
const OF_STATEFUL_SET = { 'controller-revision-hash': '*', 'statefulset.kubernetes.io/pod-name': '*', 'apps.kubernetes.io/pod-index': '#' };

/** A virtual machine makes one pod. What it calls its template is that of the machine, so the pod has its labels, but its own containers. */
function virtualMachine(at: string, nameOf: (name: string) => string): TemplatePlace {
  return {
    at,
    adds: {
      'kubevirt.io': 'virt-launcher',
      'kubevirt.io/created-by': '*',
      'vm.kubevirt.io/name': ({ name, written }) => isObject(written.spec) && typeof written.spec.hostname === 'string' ? written.spec.hostname : nameOf(name).split('.')[0],
      'vmi.kubevirt.io/id': ({ name }) => nameOf(name),
      'kubevirt.io/nodeName': '*',
      'kubevirt.io/migrationJobUID': '*',
      'kubevirt.io/outdatedLauncherImage': '*',
      'kubevirt.io/vm-pool-revision-name': '*',
      'sidecar.istio.io/inject': '*',
    },
    ports: ({ written }) => portsOfInterfaces(written),
  };
}

/** The ports of `spec.domain.devices.interfaces` of a virtual machine. */
function portsOfInterfaces({ spec }: Readonly<Record<string, unknown>>): ContainerPort[] {
  const domain = isObject(spec) ? spec.domain : undefined;
  const devices = isObject(domain) ? domain.devices : undefined;
  const interfaces = isObject(devices) && Array.isArray(devices.interfaces) ? devices.interfaces : [];
  return interfaces.flatMap((one): unknown[] => isObject(one) && Array.isArray(one.ports) ? one.ports : []).flatMap(one => {
    if (!isObject(one) || typeof one.port !== 'number') { return []; }
    const protocol = one.protocol === 'UDP' ? 'UDP' as const : 'TCP' as const;
    return [{ protocol, port: one.port, ...typeof one.name === 'string' ? { name: one.name } : {} }];
  });
}

/** The pods of a revision of Knative. Its container has one port, and connections go through a proxy. */
const KNATIVE: TemplatePlace = {
  at: 'spec.template',
  adds: {
    ...OF_DEPLOYMENT,
    'serving.knative.dev/configuration': '{name}',
    'serving.knative.dev/configurationGeneration': '*',
    'serving.knative.dev/configurationUID': '*',
    'serving.knative.dev/revision': '*',
    'serving.knative.dev/revisionUID': '*',
  },
  defaults: { app: '*' },
  ports: ({ ports: [own] }) => [
    tcp('user-port', own?.port ?? 8080), tcp('queue-port', own?.name === 'h2c' ? 8013 : 8012), tcp('https-port', 8112), tcp('http-autometric', 9090), tcp('http-usermetric', 9091),
  ],
};

/** The pods of a RayCluster. KubeRay adds a port for metrics. */
function rayPods(at: string, cluster: string): TemplatePlace[] {
  const pods = (place: string, type: string, group: string): TemplatePlace => ({
    at: `${at}.${place}.template`,
    adds: {
      'ray.io/cluster': cluster,
      'ray.io/node-type': type,
      'ray.io/group': group,
      'ray.io/serve': '*',
      'ray.io/worker-group-replica-index': '#',
      'ray.io/worker-group-replica-name': '*',
      'ray.io/replica-host-index': '#',
    },
    defaults: {
      'ray.io/is-ray-node': 'yes',
      'ray.io/identifier': cluster === '*' ? '*' : `${cluster}-${type}`,
      'app.kubernetes.io/name': 'kuberay',
      'app.kubernetes.io/created-by': 'kuberay-operator',
    },
    // A group can have labels beside its template.
    copies: [type === 'head' ? `${at}.${place}.labels` : 'item.labels'],
    ports: withPorts(tcp('metrics', 8080)),
  });
  return [pods('headGroupSpec', 'head', 'headgroup'), pods('workerGroupSpecs.*', 'worker', '{item.groupName}')];
}
const RAY_SOURCE = 'https://github.com/ray-project/kuberay/blob/v1.5.0/ray-operator/controllers/ray/common/pod.go';

/** The pods of a job of the Kubeflow Training Operator. */
function trainingPods(field: string): TemplatePlace {
  return {
    at: `spec.${field}ReplicaSpecs.*.template`,
    adds: {
      'training.kubeflow.org/job-name': '{name}',
      'training.kubeflow.org/operator-name': '*',
      'training.kubeflow.org/replica-type': '{key}',
      'training.kubeflow.org/replica-index': '#',
      'training.kubeflow.org/job-role': '*',
      // The MPI operator has a Job for its launcher.
      ...field === 'mpi' ? ofJob('*') : {},
    },
  };
}

/** The pods of a leader or of workers. */
function leaderWorkerPods(field: string, index: string): TemplatePlace {
  return {
    at: `spec.leaderWorkerTemplate.${field}`,
    adds: {
      ...OF_STATEFUL_SET,
      'leaderworkerset.sigs.k8s.io/name': '{name}',
      'leaderworkerset.sigs.k8s.io/template-revision-hash': '*',
      'leaderworkerset.sigs.k8s.io/group-index': '#',
      'leaderworkerset.sigs.k8s.io/group-key': '*',
      'leaderworkerset.sigs.k8s.io/worker-index': index,
      'leaderworkerset.sigs.k8s.io/subgroup-index': '#',
      'leaderworkerset.sigs.k8s.io/subgroup-worker-index': '#',
      'leaderworkerset.sigs.k8s.io/subgroup-key': '*',
    },
  };
}

/** True if Elasticsearch serves HTTP without TLS. */
function isPlainHttp({ spec }: Readonly<Record<string, unknown>>): boolean {
  const http = isObject(spec) ? spec.http : undefined;
  const tls = isObject(http) ? http.tls : undefined;
  return isObject(tls) && isObject(tls.selfSignedCertificate) && tls.selfSignedCertificate.disabled === true && !isObject(tls.certificate);
}

const ELASTICSEARCH_ROLES = [
  'master', 'data', 'ingest', 'ml', 'transform', 'remote_cluster_client', 'voting_only', 'data_hot', 'data_warm', 'data_cold', 'data_content', 'data_frozen',
];

/** What the lifecycle hooks of OpenKruise add and remove. */
const KRUISE_COPIES = ['preDelete', 'inPlaceUpdate', 'preNormal'].map(hook => `spec.lifecycle.${hook}.labelsHandler`);

const WITH_TEMPLATE: readonly PodMaker[] = [
  {
    type: 'argoproj.io/Rollout',
    templates: [{
      at: 'spec.template',
      adds: { 'rollouts-pod-template-hash': '*' },
      copies: ['canary.stableMetadata', 'canary.canaryMetadata', 'blueGreen.activeMetadata', 'blueGreen.previewMetadata'].map(field => `spec.strategy.${field}.labels`),
    }],
    areLabelsKnown: true,
    source: 'https://argo-rollouts.readthedocs.io/en/stable/features/ephemeral-metadata/',
  },
  {
    type: 'argoproj.io/Experiment',
    templates: [{ at: 'spec.templates.*.template', adds: { 'rollouts-pod-template-hash': '*' } }],
    areLabelsKnown: true,
    source: 'https://argo-rollouts.readthedocs.io/en/stable/features/experiment/',
  },
  {
    type: 'apps.openshift.io/DeploymentConfig',
    templates: [{ at: 'spec.template', adds: { deployment: '{name}-#', deploymentconfig: '{name}' } }],
    besides: { pods: 'the pods that deploy' },
    areLabelsKnown: true,
    source: 'https://github.com/openshift/origin/blob/1dcf4fd0fdc26291757bc30f02850a18cfc65593/pkg/apps/util/deployment.go',
  },
  ...([
    ['kubevirt.io/VirtualMachine', 'spec.template', name => name],
    ['kubevirt.io/VirtualMachineInstance', '', name => name],
    ['kubevirt.io/VirtualMachineInstanceReplicaSet', 'spec.template', () => '*'],
    ['pool.kubevirt.io/VirtualMachinePool', 'spec.virtualMachineTemplate.spec.template', name => `${name}-#`],
  ] as [string, string, (name: string) => string][]).map(([type, at, nameOf]): PodMaker => ({
    type,
    templates: [virtualMachine(at, nameOf)],
    areLabelsKnown: true,
    source: 'https://github.com/kubevirt/kubevirt/blob/008b6e6b9c16c6a558eda93927534911d13cd725/pkg/virt-controller/services/template.go',
  })),
  {
    type: 'serving.knative.dev/Service',
    templates: [{ ...KNATIVE, adds: { ...KNATIVE.adds, 'serving.knative.dev/service': '{name}', 'serving.knative.dev/serviceUID': '*' } }],
    areLabelsKnown: true,
    source: 'https://pkg.go.dev/knative.dev/serving@v0.51.0/pkg/reconciler/revision/resources',
  },
  {
    type: 'serving.knative.dev/Configuration',
    templates: [KNATIVE],
    areLabelsKnown: true,
    source: 'https://pkg.go.dev/knative.dev/serving@v0.51.0/pkg/reconciler/revision/resources',
  },
  {
    type: 'postgresql.cnpg.io/Pooler',
    templates: [{
      at: 'spec.template',
      isOptional: true,
      adds: {
        ...OF_DEPLOYMENT,
        'cnpg.io/poolerName': '{name}',
        'cnpg.io/cluster': '*',
        'cnpg.io/podRole': '*',
        ...Object.fromEntries(['name', 'instance', 'component', 'managed-by'].map(field => [`app.kubernetes.io/${field}`, '*'])),
      },
      ports: withPorts(tcp('pgbouncer', 5432), tcp('metrics', 9127)),
    }],
    areLabelsKnown: true,
    source: 'https://cloudnative-pg.io/docs/1.29/labels_annotations/',
  },
  {
    type: 'elasticsearch.k8s.elastic.co/Elasticsearch',
    templates: [{
      at: 'spec.nodeSets.*.podTemplate',
      isOptional: true,
      adds: OF_STATEFUL_SET,
      // ECK keeps what the template says.
      defaults: {
        'common.k8s.elastic.co/type': 'elasticsearch',
        'elasticsearch.k8s.elastic.co/cluster-name': '{name}',
        'elasticsearch.k8s.elastic.co/statefulset-name': '*',
        'elasticsearch.k8s.elastic.co/version': '*',
        'elasticsearch.k8s.elastic.co/config-hash': '*',
        'elasticsearch.k8s.elastic.co/http-scheme': '*',
        ...Object.fromEntries(ELASTICSEARCH_ROLES.map(role => [`elasticsearch.k8s.elastic.co/node-${role}`, '*'])),
      },
      ports: found => withPorts(tcp(isPlainHttp(found.object) ? 'http' : 'https', 9200), tcp('transport', 9300))(found),
    }],
    areLabelsKnown: true,
    source: 'https://github.com/elastic/cloud-on-k8s/blob/main/pkg/controller/elasticsearch/label/label.go',
  },
  {
    type: 'kibana.k8s.elastic.co/Kibana',
    templates: [{
      at: 'spec.podTemplate',
      isOptional: true,
      adds: OF_DEPLOYMENT,
      defaults: { 'common.k8s.elastic.co/type': 'kibana', 'kibana.k8s.elastic.co/name': '{name}', 'kibana.k8s.elastic.co/version': '*', 'kibana.k8s.elastic.co/role': '*' },
    }],
    areLabelsKnown: true,
    source: 'https://github.com/elastic/cloud-on-k8s/blob/3a00727c02b0c5be7f1fd9c9574147a2b94496da/pkg/controller/kibana/label/label.go',
  },
  ...([
    ['apm.k8s.elastic.co/ApmServer', ['podTemplate']],
    ['beat.k8s.elastic.co/Beat', ['daemonSet.podTemplate', 'deployment.podTemplate']],
    ['agent.k8s.elastic.co/Agent', ['daemonSet.podTemplate', 'deployment.podTemplate', 'statefulSet.podTemplate']],
    ['enterprisesearch.k8s.elastic.co/EnterpriseSearch', ['podTemplate']],
    ['maps.k8s.elastic.co/ElasticMapsServer', ['podTemplate']],
    ['logstash.k8s.elastic.co/Logstash', ['podTemplate']],
  ] as const).map(([type, fields]): PodMaker => ({
    type,
    templates: fields.map(field => ({ at: `spec.${field}`, isOptional: true })),
    areLabelsKnown: false,
    source: 'https://www.elastic.co/guide/en/cloud-on-k8s/current/k8s-customize-pods.html',
  })),
  { type: 'ray.io/RayCluster', templates: rayPods('spec', '{name}'), areLabelsKnown: true, source: RAY_SOURCE },
  {
    type: 'ray.io/RayJob',
    templates: [...rayPods('spec.rayClusterSpec', '*'), { at: 'spec.submitterPodTemplate', adds: ofJob('{name}') }],
    besides: { pods: 'the pods that submit the job', unless: 'spec.submitterPodTemplate' },
    areLabelsKnown: true,
    source: RAY_SOURCE,
  },
  { type: 'ray.io/RayService', templates: rayPods('spec.rayClusterConfig', '*'), areLabelsKnown: true, source: RAY_SOURCE },
  {
    type: 'jobset.x-k8s.io/JobSet',
    templates: [{
      at: 'spec.replicatedJobs.*.template.spec.template',
      adds: {
        ...ofJob('{name}-{item.name}-#'),
        'jobset.sigs.k8s.io/jobset-name': '{name}',
        'jobset.sigs.k8s.io/jobset-uid': '*',
        'jobset.sigs.k8s.io/replicatedjob-name': '{item.name}',
        'jobset.sigs.k8s.io/replicatedjob-replicas': '#',
        'jobset.sigs.k8s.io/global-replicas': '#',
        'jobset.sigs.k8s.io/job-index': '#',
        'jobset.sigs.k8s.io/job-global-index': '#',
        'jobset.sigs.k8s.io/job-key': '*',
        'jobset.sigs.k8s.io/restart-attempt': '#',
        'jobset.sigs.k8s.io/coordinator': '*',
        'jobset.sigs.k8s.io/group-name': '*',
        'jobset.sigs.k8s.io/group-replicas': '#',
        'jobset.sigs.k8s.io/job-group-index': '#',
      },
    }],
    areLabelsKnown: true,
    source: 'https://github.com/kubernetes-sigs/jobset/blob/ec942521899668e414d1775da8a2acffbd1b1d17/pkg/controllers/jobset_controller.go',
  },
  {
    type: 'leaderworkerset.x-k8s.io/LeaderWorkerSet',
    templates: [leaderWorkerPods('leaderTemplate', '0'), leaderWorkerPods('workerTemplate', '#')],
    areLabelsKnown: true,
    source: 'https://lws.sigs.k8s.io/docs/reference/labels-annotations-and-environment-variables/',
  },
  ...[['PyTorchJob', 'pytorch'], ['TFJob', 'tf'], ['MPIJob', 'mpi'], ['XGBoostJob', 'xgb'], ['PaddleJob', 'paddle'], ['JAXJob', 'jax']].map(([kind, field]): PodMaker => ({
    type: `kubeflow.org/${kind}`,
    templates: [trainingPods(field)],
    areLabelsKnown: true,
    source: 'https://github.com/kubeflow/training-operator/blob/63728861145d48c6292b0a659a8bd0cf999a71cd/pkg/controller.v1/common/pod.go',
  })),
  {
    type: 'batch.volcano.sh/Job',
    templates: [{
      at: 'spec.tasks.*.template',
      adds: {
        'volcano.sh/job-name': '{name}',
        'volcano.sh/job-namespace': '*',
        'volcano.sh/task-spec': '{item.name}',
        'volcano.sh/task-index': '#',
        'volcano.sh/queue-name': '*',
        'volcano.sh/preemptable': '*',
        'volcano.sh/cooldown-time': '*',
        'volcano.sh/job-forwarding': '*',
      },
    }],
    areLabelsKnown: true,
    source: 'https://github.com/volcano-sh/volcano/blob/master/pkg/controllers/job/job_controller_util.go',
  },
  {
    type: 'apps.kruise.io/CloneSet',
    templates: [{
      at: 'spec.template',
      adds: { 'controller-revision-hash': '*', 'pod-template-hash': '*', 'apps.kruise.io/cloneset-instance-id': '*', 'lifecycle.apps.kruise.io/state': '*' },
      copies: KRUISE_COPIES,
    }],
    areLabelsKnown: true,
    source: 'https://github.com/openkruise/kruise/blob/09dd45efa8fc2b631ab8d2ad5455ff757827b202/pkg/controller/cloneset/core/cloneset_core.go',
  },
  ...([
    ['StatefulSet', ['spec.template']],
    ['DaemonSet', ['spec.template']],
    ['BroadcastJob', ['spec.template']],
    ['AdvancedCronJob', ['spec.template.jobTemplate.spec.template', 'spec.template.broadcastJobTemplate.spec.template']],
    ['UnitedDeployment', ['statefulSetTemplate', 'advancedStatefulSetTemplate', 'cloneSetTemplate', 'deploymentTemplate'].map(field => `spec.template.${field}.spec.template`)],
  ] as [string, string[]][]).map(([kind, places]): PodMaker => ({
    type: `apps.kruise.io/${kind}`,
    templates: places.map(at => ({ at })),
    areLabelsKnown: false,
    source: 'https://openkruise.io/docs/',
  })),
  {
    type: 'keda.sh/ScaledJob',
    templates: [{ at: 'spec.jobTargetRef.template', adds: { ...ofJob('*'), 'scaledjob.keda.sh/name': '{name}' } }],
    areLabelsKnown: true,
    source: 'https://github.com/kedacore/keda/blob/7f17c10c98ce89a6751f60a9169fb7d9b720a114/pkg/scaling/executor/scale_jobs.go',
  },
  {
    type: 'actions.github.com/AutoscalingRunnerSet',
    templates: [{
      at: 'spec.template',
      adds: { ...OF_DEPLOYMENT, 'actions-ephemeral-runner': 'True' },
      defaults: {
        ...Object.fromEntries(['part-of', 'component', 'version'].map(field => [`app.kubernetes.io/${field}`, '*'])),
        'actions.github.com/scale-set-name': '{name}',
        ...Object.fromEntries(['scale-set-namespace', 'enterprise', 'organization', 'repository'].map(field => [`actions.github.com/${field}`, '*'])),
      },
      copies: ['metadata.labels', 'spec.ephemeralRunnerMetadata.labels'],
    }],
    besides: { pods: 'the pods that listen for jobs, in the namespace of the controller' },
    areLabelsKnown: true,
    source: 'https://github.com/actions/actions-runner-controller/blob/a4c84de750a9235d9c7cb11bc7923d87f1735f64/controllers/actions.github.com/resourcebuilder.go',
  },
  {
    type: 'cassandra.datastax.com/CassandraDatacenter',
    templates: [{ at: 'spec.podTemplateSpec', isOptional: true }],
    areLabelsKnown: false,
    source: 'https://docs.k8ssandra.io/reference/crd/releases/cass-operator-releases/cass-operator-crds-1.30.x/',
  },
  {
    type: 'clickhouse.altinity.com/ClickHouseInstallation',
    templates: [{ at: 'spec.templates.podTemplates.*' }],
    areLabelsKnown: false,
    source: 'https://github.com/Altinity/clickhouse-operator/blob/master/docs/custom_resource_explained.md',
  },
];

/** The kinds that make pods and do not describe them, by their source. */
const WITHOUT_TEMPLATE: Readonly<Record<string, readonly string[]>> = {
  'https://argo-workflows.readthedocs.io/en/latest/workflow-concepts/': ['argoproj.io/Workflow'],
  'https://argo-workflows.readthedocs.io/en/latest/cron-workflows/': ['argoproj.io/CronWorkflow'],
  'https://argocd-operator.readthedocs.io/en/latest/reference/argocd/': ['argoproj.io/ArgoCD'],
  'https://github.com/argoproj/argo-events/blob/0220b694449d8ebd5cfc968216087361a3a92ff9/docs/concepts/architecture.md':
    ['argoproj.io/EventBus', 'argoproj.io/EventSource', 'argoproj.io/Sensor'],
  'https://tekton.dev/docs/triggers/eventlisteners/': ['triggers.tekton.dev/EventListener'],
  'https://tekton.dev/docs/pipelines/labels/': ['tekton.dev/TaskRun', 'tekton.dev/PipelineRun'],
  'https://github.com/strimzi/strimzi-kafka-operator/blob/main/documentation/modules/overview/con-overview-components-cluster-operator.adoc':
    ['Kafka', 'KafkaNodePool', 'KafkaConnect', 'KafkaBridge', 'KafkaMirrorMaker2'].map(kind => `kafka.strimzi.io/${kind}`),
  'https://prometheus-operator.dev/docs/getting-started/design/':
    ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'].map(kind => `monitoring.coreos.com/${kind}`),
  'https://cloudnative-pg.io/docs/1.29/labels_annotations/': ['postgresql.cnpg.io/Cluster'],
  'https://postgres-operator.readthedocs.io/en/latest/reference/cluster_manifest/': ['acid.zalan.do/postgresql'],
  'https://www.crunchydata.com/developers/get-started/postgres-operator/create': ['postgres-operator.crunchydata.com/PostgresCluster'],
  'https://docs.percona.com/percona-operator-for-mongodb/operator.html': ['psmdb.percona.com/PerconaServerMongoDB'],
  'https://github.com/percona/percona-xtradb-cluster-operator/blob/v1.10.0/deploy/bundle.yaml': ['pxc.percona.com/PerconaXtraDBCluster'],
  'https://github.com/percona/k8sps-docs/blob/main/docs/operator.md': ['ps.percona.com/PerconaServerMySQL'],
  'https://github.com/mysql/mysql-operator/blob/8.0.46-2.0.22/README.md': ['mysql.oracle.com/InnoDBCluster'],
  'https://github.com/mariadb-operator/mariadb-operator': ['k8s.mariadb.com/MariaDB', 'k8s.mariadb.com/MaxScale'],
  'https://github.com/planetscale/vitess-operator/blob/main/docs/api.md': ['planetscale.com/VitessCluster'],
  'https://github.com/mongodb/mongodb-kubernetes-operator': ['mongodbcommunity.mongodb.com/MongoDBCommunity'],
  'https://github.com/scylladb/scylla-operator': ['scylla.scylladb.com/ScyllaCluster'],
  'https://github.com/OT-CONTAINER-KIT/redis-operator': ['Redis', 'RedisCluster', 'RedisReplication', 'RedisSentinel'].map(kind => `redis.redis.opstreelabs.in/${kind}`),
  'https://github.com/spotahome/redis-operator': ['databases.spotahome.com/RedisFailover'],
  'https://github.com/dragonflydb/dragonfly-operator': ['dragonflydb.io/Dragonfly'],
  'https://docs.k8ssandra.io/reference/crd/': ['k8ssandra.io/K8ssandraCluster'],
  'https://www.rabbitmq.com/kubernetes/operator/using-operator': ['rabbitmq.com/RabbitmqCluster'],
  'https://github.com/opensearch-project/opensearch-k8s-operator/blob/main/docs/userguide/main.md': ['opensearch.opster.io/OpenSearchCluster', 'opensearch.org/OpenSearchCluster'],
  'https://github.com/minio/operator': ['minio.min.io/Tenant'],
  'https://www.ibm.com/docs/en/fusion-software/2.9.x?topic=rco-lifecycle': ['CephCluster', 'CephFilesystem', 'CephObjectStore'].map(kind => `ceph.rook.io/${kind}`),
  'https://www.keycloak.org/operator/basic-deployment': ['k8s.keycloak.org/Keycloak'],
  'https://github.com/bank-vaults/vault-operator': ['vault.banzaicloud.com/Vault'],
  'https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md': ['sparkoperator.k8s.io/SparkApplication', 'sparkoperator.k8s.io/ScheduledSparkApplication'],
  'https://github.com/apache/flink-kubernetes-operator/blob/main/docs/content/docs/custom-resource/pod-template.md': ['flink.apache.org/FlinkDeployment'],
  'https://www.kubeflow.org/docs/components/trainer/operator-guides/job-template/': ['trainer.kubeflow.org/TrainJob'],
  'https://kserve.github.io/website/docs/concepts/architecture/control-plane': ['serving.kserve.io/InferenceService', 'serving.kserve.io/InferenceGraph'],
  'https://docs.redhat.com/en/documentation/openshift_container_platform/4.16/html/red_hat_build_of_opentelemetry/configuring-the-collector': ['opentelemetry.io/OpenTelemetryCollector'],
  'https://github.com/grafana/grafana-operator': ['grafana.integreatly.org/Grafana'],
  'https://github.com/jaegertracing/jaeger-operator': ['jaegertracing.io/Jaeger'],
  'https://docs.crossplane.io/v1.15/concepts/composition-functions': ['pkg.crossplane.io/Function'],
  'https://docs.crossplane.io/latest/packages/providers/': ['pkg.crossplane.io/Provider'],
};

/** The custom kinds that are known to make pods. */
export const POD_MAKERS: readonly PodMaker[] = [
  ...WITH_TEMPLATE,
  ...Object.entries(WITHOUT_TEMPLATE).flatMap(([source, types]) => types.map(type => ({ type, templates: [], areLabelsKnown: false, source }))),
];

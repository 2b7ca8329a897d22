import { ApiResource } from './objects';

/* The kinds of the API groups in which netpol looks for kinds that do not exist, such as `Deploymnet`. */

/** The kinds of one API group, in every version of the group. */
export interface GroupKinds {
  /** The kinds that a misspelled one may be meant as. The first of them is an example. */
  readonly kinds: readonly string[];
  /** Kinds that exist too, and that no message proposes. */
  readonly others?: readonly string[];
  /** The name of the project in messages, for a group that is not Kubernetes' own. Its next release may have more kinds. None of them makes pods. */
  readonly project?: string;
}

/** Kinds of Calico (github.com/projectcalico/calico, api/pkg/apis/projectcalico/v3, and docs.tigera.io for those of the commercial editions). */
const CALICO: GroupKinds = {
  project: 'Calico',
  kinds: [
    'NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedKubernetesNetworkPolicy', 'Tier', 'GlobalNetworkSet',
    'NetworkSet', 'HostEndpoint', 'WorkloadEndpoint', 'Profile', 'BGPConfiguration', 'BGPFilter', 'BGPPeer', 'BlockAffinity', 'CalicoNodeStatus', 'ClusterInformation',
    'DatastoreMigration', 'FelixConfiguration', 'IPAMBlock', 'IPAMConfig', 'IPAMConfiguration', 'IPAMHandle', 'IPPool', 'IPReservation', 'KubeControllersConfiguration', 'Node',
    'QoSPolicy',
  ],
  others: [
    'AlertException', 'AuthenticationReview', 'AuthorizationReview', 'BFDConfiguration', 'DeepPacketInspection', 'EgressGatewayPolicy', 'ExternalNetwork', 'GlobalAlert',
    'GlobalAlertTemplate', 'GlobalReport', 'GlobalReportType', 'GlobalThreatFeed', 'LicenseKey', 'ManagedCluster', 'PacketCapture', 'PolicyRecommendationScope',
    'PolicyRecommendationScopeStatus', 'RemoteClusterConfiguration', 'SecurityEventWebhook', 'UISettings', 'UISettingsGroup',
  ],
};

const GROUPS: Readonly<Record<string, GroupKinds>> = {
  // https://kubernetes.io/docs/reference/kubernetes-api/ and its earlier versions
  '': {
    kinds: [
      'Pod', 'Service', 'Namespace', 'ReplicationController', 'PodTemplate', 'ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints', 'Node', 'Event', 'LimitRange',
      'ResourceQuota', 'PersistentVolume', 'PersistentVolumeClaim', 'Binding', 'ComponentStatus', 'List', 'Status',
    ],
    others: [
      // What the API server sends and receives besides objects.
      'APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'DeleteOptions', 'Eviction', 'PodStatusResult', 'RangeAllocation', 'Scale', 'SerializedReference',
      // Files of kubectl, of old schedulers and of old API servers.
      'Config', 'Policy', 'EncryptionConfig',
      // The old API of OpenShift, besides the kinds below (OpenShift 3.6 REST API, /oapi/v1).
      'AppliedClusterResourceQuota', 'Build', 'BuildConfig', 'BuildRequest', 'ClusterNetwork', 'ClusterPolicy', 'ClusterPolicyBinding', 'ClusterResourceQuota', 'ClusterRole',
      'ClusterRoleBinding', 'DeploymentConfigRollback', 'Group', 'HostSubnet', 'Identity', 'Image', 'ImageSignature', 'ImageStream', 'ImageStreamImage', 'ImageStreamImport',
      'ImageStreamMapping', 'ImageStreamTag', 'MasterConfig', 'NetNamespace', 'NodeConfig', 'OAuthAccessToken', 'OAuthAuthorizeToken', 'OAuthClient', 'OAuthClientAuthorization',
      'PolicyBinding', 'ProjectRequest', 'Role', 'RoleBinding', 'RoleBindingRestriction', 'SecurityContextConstraints', 'TemplateInstance', 'User', 'UserIdentityMapping',
    ],
  },
  'apps': { kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ControllerRevision', 'DeploymentRollback', 'Scale'] },
  'batch': { kinds: ['Job', 'CronJob', 'ScheduledJob', 'JobTemplate'] },
  'networking.k8s.io': { kinds: ['NetworkPolicy', 'Ingress', 'IngressClass', 'IPAddress', 'ServiceCIDR', 'ClusterCIDR'] },
  'policy': { kinds: ['PodDisruptionBudget', 'PodSecurityPolicy', 'Eviction'] },
  // https://network-policy-api.sigs.k8s.io/reference/spec/
  'policy.networking.k8s.io': { project: 'the Network Policy API', kinds: ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'] },
  // github.com/cilium/cilium, pkg/k8s/apis/cilium.io/client/crds
  'cilium.io': {
    project: 'Cilium',
    kinds: [
      'CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'CiliumBGPAdvertisement', 'CiliumBGPClusterConfig', 'CiliumBGPLoadBalancerIPPool', 'CiliumBGPNodeConfig',
      'CiliumBGPNodeConfigOverride', 'CiliumBGPPeerConfig', 'CiliumBGPPeeringPolicy', 'CiliumCIDRGroup', 'CiliumClusterwideEnvoyConfig', 'CiliumDatapathPlugin',
      'CiliumEgressGatewayPolicy', 'CiliumEgressNATPolicy', 'CiliumEgressSRv6Policy', 'CiliumEndpoint', 'CiliumEndpointBatch', 'CiliumEndpointSlice', 'CiliumEnvoyCircuitBreaker',
      'CiliumEnvoyConfig', 'CiliumEnvoyExtProcFilter', 'CiliumExternalWorkload', 'CiliumFlowLog', 'CiliumFlowLogging', 'CiliumGatewayClassConfig', 'CiliumGatewayL4Config',
      'CiliumIdentity', 'CiliumL2AnnouncementPolicy', 'CiliumLoadBalancerIPPool', 'CiliumLocalRedirectPolicy', 'CiliumNetworkDriverClusterConfig', 'CiliumNetworkDriverConfig',
      'CiliumNetworkDriverNodeConfig', 'CiliumNode', 'CiliumNodeConfig', 'CiliumPodIPPool', 'CiliumQoSClass', 'CiliumQoSMechanism', 'CiliumQoSPolicy', 'CiliumResourceIPPool',
      'CiliumResourceNetworkConfig', 'CiliumVTEPConfig', 'CiliumVTEPNodeConfig', 'CiliumVTEPPolicy', 'CiliumWorldCIDRSet',
    ],
  },
  'projectcalico.org': CALICO,
  'crd.projectcalico.org': CALICO,
  // github.com/antrea-io/antrea, build/charts/antrea/crds
  'crd.antrea.io': {
    project: 'Antrea',
    kinds: [
      'NetworkPolicy', 'ClusterNetworkPolicy', 'AntreaAgentInfo', 'AntreaControllerInfo', 'AntreaNodeConfig', 'BGPPolicy', 'ClusterGroup', 'Egress', 'ExternalEntity',
      'ExternalIPPool', 'ExternalNode', 'FlowExporterDestination', 'FlowExporterTarget', 'Group', 'IPPool', 'NodeLatencyMonitor', 'PacketCapture', 'PacketSampling', 'SupportBundle',
      'SupportBundleCollection', 'Tier', 'Traceflow', 'TrafficControl',
    ],
  },
};

/** Kinds of OpenShift that its old API has in `v1`, with their groups today (OpenShift 3.6 REST API, /oapi/v1). */
const OLD_OPENSHIFT: Readonly<Record<string, string>> = {
  DeploymentConfig: 'apps.openshift.io',
  EgressNetworkPolicy: 'network.openshift.io',
  Project: 'project.openshift.io',
  Route: 'route.openshift.io',
  Template: 'template.openshift.io',
};

/** The kinds of an API group. Undefined for a group whose kinds netpol does not know. */
export function kindsOfGroup(group: string): GroupKinds | undefined {
  return Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
}

/** An object of the old API of OpenShift, such as a Template of `v1`, with the group that its kind has today. Any other object as it is. */
export function inCurrentGroup(object: ApiResource): ApiResource {
  const { apiVersion, kind } = object;
  const isOld = apiVersion === 'v1' && typeof kind === 'string' && Object.hasOwn(OLD_OPENSHIFT, kind);
  return isOld ? { ...object, apiVersion: `${OLD_OPENSHIFT[kind]}/v1` } : object;
}

/** True for a kind that an API group has, and for a list of such a kind. */
export function hasKind({ kinds, others = [] }: GroupKinds, kind: string): boolean {
  return [kind, kind.replace(/List$/, '')].some(one => kinds.includes(one) || others.includes(one));
}

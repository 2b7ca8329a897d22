import { Origin } from '../../findings/finding';
import { nearestName } from '../../findings/nearest-name';
import { isWithoutPods } from '../../k8s/network-kinds';
import { apiGroup, ApiResource } from '../../k8s/objects';
import { servedVersion, versionFault } from '../../k8s/workloads';
import { unreadObject } from '../../manifests/resources';
import { allOf, MayHold } from '../../manifests/unread';

/**
 * The kinds in API groups that belong to Kubernetes alone, in every version of the group (https://kubernetes.io/docs/reference/kubernetes-api/ and its earlier
 * versions). The API server refuses any other kind.
 */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  '': [
    'Pod', 'Service', 'Namespace', 'ReplicationController', 'PodTemplate', 'ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints', 'Node', 'Event', 'LimitRange',
    'ResourceQuota', 'PersistentVolume', 'PersistentVolumeClaim', 'Binding', 'ComponentStatus', 'List', 'Status',
  ],
  'apps': ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ControllerRevision', 'DeploymentRollback', 'Scale'],
  'batch': ['Job', 'CronJob', 'ScheduledJob', 'JobTemplate'],
  'networking.k8s.io': ['NetworkPolicy', 'Ingress', 'IngressClass', 'IPAddress', 'ServiceCIDR', 'ClusterCIDR'],
  'policy': ['PodDisruptionBudget', 'PodSecurityPolicy', 'Eviction'],
};

/** A kind that Kubernetes does not have. */
export interface UnknownKind {
  readonly message: string;
  /** The fix, as a clause. */
  readonly fix: string;
  /** What the object may hold, if its kind is meant as one of the group. */
  readonly mayHold: MayHold;
}

/**
 * Finds a kind that its API group does not have, such as `Deploymnet` in apps/v1. In `v1`, only a slip counts: tools write files with kinds of their own there,
 * such as the `Config` of kubectl. Lists of a kind are known.
 */
export function unknownKind(object: ApiResource, origin: Origin): UnknownKind | undefined {
  const [apiVersion, kind] = [String(object.apiVersion), String(object.kind)];
  const group = apiGroup(apiVersion);
  if (!Object.hasOwn(KINDS, group)) { return undefined; }
  const known = KINDS[group];
  if (known.includes(kind) || known.includes(kind.replace(/List$/, ''))) { return undefined; }
  const served = servedVersion(kind);
  const nearest = nearestName(kind, known);
  // versionFault tells of most kinds in the wrong group.
  if (versionFault(apiVersion, kind) !== undefined || (nearest === undefined && group === '')) { return undefined; }
  const meant = nearest !== undefined ? [nearest] : served !== undefined || isWithoutPods(kind) ? [kind] : [kind, known[0]];
  return {
    message: `there is no kind '${kind}' in ${apiVersion}`,
    fix: nearest !== undefined ? `write 'kind: ${nearest}'` : served !== undefined ? `write 'apiVersion: ${served}'` : `write one of its kinds, such as '${known[0]}'`,
    mayHold: allOf(meant.map(one => unreadObject({ ...object, kind: one }, origin, []).mayHold)),
  };
}

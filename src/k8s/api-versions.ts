import { apiGroup } from './objects';
import { isWorkloadKind } from './workloads';

/** Where the kinds that count are served. */
const SERVED: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networking.k8s.io/v1',
  Namespace: 'v1',
  Pod: 'v1',
  ReplicationController: 'v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
};

/** What is amiss with the version of a kind that counts. */
export interface VersionFault {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/**
 * A kind with the name of one that counts, in an API group or a version where no cluster has it. Another
 * organisation's kind of that name (`acme.io/v1` Deployment) is none of ours.
 */
export function versionFault(apiVersion: string, kind: string): VersionFault | undefined {
  if (!Object.hasOwn(SERVED, kind) || SERVED[kind] === apiVersion) { return undefined; }
  const served = SERVED[kind];
  const group = apiGroup(apiVersion);
  if (isWorkloadKind(apiVersion, kind)) {
    return { severity: 'warning', message: `no cluster of today serves ${kind} in ${apiVersion}; it is read as ${served}: write 'apiVersion: ${served}'` };
  }
  const isKubernetes = !group.includes('.') || group === apiGroup(served);
  if (!isKubernetes) { return undefined; }
  const removed = kind === 'NetworkPolicy' && group === 'extensions' ? ' (it was removed in Kubernetes 1.16)' : '';
  return { severity: 'error', message: `there is no ${kind} in ${apiVersion}${removed}: write 'apiVersion: ${served}'` };
}

/** The `apiVersion` of a kind that counts. */
export function servedVersion(kind: string): string | undefined {
  return Object.hasOwn(SERVED, kind) ? SERVED[kind] : undefined;
}

import { identityOf, objectKey } from './identity';
import { apiGroup, ApiResource, isObject } from '../../k8s/objects';
import { currentGroup } from '../../k8s/workloads';

/** An object that decides how many replicas a workload has. */
export interface Autoscaler {
  /** `objectKey` of the workload. */
  readonly target: string;
  readonly minReplicas: number;
}

/** The kinds of autoscalers, each with the field for the least number of replicas and its default. */
const KINDS: Readonly<Record<string, { readonly group: string; readonly field: string; readonly least: number }>> = {
  HorizontalPodAutoscaler: { group: 'autoscaling', field: 'minReplicas', least: 1 },
  ScaledObject: { group: 'keda.sh', field: 'minReplicaCount', least: 0 },
};

/** Reads an autoscaler. Returns undefined for other objects. */
export function autoscalerOf(object: ApiResource): Autoscaler | undefined {
  const kind = String(object.kind);
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined || apiGroup(String(object.apiVersion)) !== known.group || !isObject(object.spec)) { return undefined; }
  const { scaleTargetRef, [known.field]: least } = object.spec;
  if (!isObject(scaleTargetRef)) { return undefined; }
  const { apiVersion = 'apps/v1', kind: owner = 'Deployment', name } = scaleTargetRef;
  return {
    target: objectKey(currentGroup(String(apiVersion)), String(owner), identityOf(object).namespace, String(name)),
    minReplicas: typeof least === 'number' ? least : known.least,
  };
}

import { ApiObject } from 'cdk8s';
import { PodGroup } from './pod-group';
import { WorkloadPods } from './tier-pods';
import { isInTree } from '../../cdk8s/construct-tree';
import { slug } from '../../cdk8s/policy-names';
import { namedConstruct, nameOfWorkload } from '../../cdk8s/workload';
import { EdgeEnd, EdgeTier } from '../network';

/** The tiers of each workload, in the order in which they were made. */
const tiers = new WeakMap<ApiObject, EdgeTier[]>();

/** The pod group of each workload that an edge names without a tier. */
const groups = new WeakMap<ApiObject, PodGroup>();

/** Records that a tier has the pods of a workload. */
export function addTierOf(workload: ApiObject, tier: EdgeTier): void {
  tiers.set(workload, [...tiers.get(workload) ?? [], tier]);
}

/** The first tier of a workload, if it has one. */
export function tierOfWorkload(workload: ApiObject): EdgeTier | undefined {
  return tiers.get(workload)?.find(isInTree);
}

/**
 * The end of an edge for a workload that has no tier: a pod group, whose policies are written only where the app has a default deny. A call
 * about one workload must not isolate the pods of another.
 */
export function groupOfWorkload(workload: ApiObject): readonly EdgeEnd[] {
  let group = groups.get(workload);
  if (group === undefined) {
    group = new PodGroup(workload, 'cdk8s-netpol', {
      name: slug(nameOfWorkload(workload, workload)),
      title: namedConstruct(workload).node.path,
      namespace: workload.metadata.namespace,
      pods: new WorkloadPods(workload),
    });
    groups.set(workload, group);
  }
  return group._edgeEnds;
}

import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PodGroup } from './pod-group';
import { WorkloadPods } from './tier-pods';
import { isInTree } from '../../cdk8s/construct-tree';
import { slug } from '../../cdk8s/policy-names';
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
    const named = namedConstruct(workload);
    group = new PodGroup(workload, 'cdk8s-netpol', {
      name: slug(named.node.id),
      title: named.node.path,
      namespace: workload.metadata.namespace,
      pods: new WorkloadPods(workload),
      isolates: false,
    });
    groups.set(workload, group);
  }
  return group._edgeEnds;
}

/** The construct that the program named: that of cdk8s-plus, and not the API object in it. */
function namedConstruct(object: IConstruct): IConstruct {
  const { scope, id } = object.node;
  return scope !== undefined && (id === 'Resource' || id === 'Default') ? namedConstruct(scope) : object;
}

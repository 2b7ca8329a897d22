import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PodGroup } from './pod-group';
import { WorkloadPods } from './tier-pods';
import { slug } from '../../cdk8s/policy-names';
import { EdgeEnd, EdgeTier, isInTree } from '../network';

/** The tiers and pod groups of each workload, in the order in which they were made. */
const groups = new WeakMap<ApiObject, EdgeTier[]>();

/** Records that a tier has the pods of a workload. */
export function addTierOf(workload: ApiObject, tier: EdgeTier): void {
  groups.set(workload, [...groups.get(workload) ?? [], tier]);
}

/**
 * The end of an edge for a workload that a call names: its first tier. If it has none, a pod group, whose policies are written only where the
 * app has a default deny. A call about one workload must not isolate the pods of another.
 */
export function endOfWorkload(workload: ApiObject): readonly EdgeEnd[] {
  const known = groups.get(workload)?.find(isInTree);
  if (known !== undefined) { return known._edgeEnds; }
  const named = namedConstruct(workload);
  const group = new PodGroup(workload, 'cdk8s-netpol', {
    name: slug(named.node.id),
    title: named.node.path,
    namespace: workload.metadata.namespace,
    pods: new WorkloadPods(workload),
    isolates: false,
  });
  addTierOf(workload, group);
  return group._edgeEnds;
}

/** The construct that the program named: that of cdk8s-plus, and not the API object in it. */
function namedConstruct(object: IConstruct): IConstruct {
  const { scope, id } = object.node;
  return scope !== undefined && (id === 'Resource' || id === 'Default') ? namedConstruct(scope) : object;
}

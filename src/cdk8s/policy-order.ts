import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { objectsIn } from './app-objects';

/*
 * The order of the policies in a file. kubectl applies a file from top to bottom, and the first policy that selects a pod isolates it. So the
 * policies that select every pod of a namespace come last: first the edges, then `allow-dns`, then the default deny. If they came first, every
 * connection would be cut until the last policy of an edge is applied.
 */

/** The place of a policy among those of its namespace in one chart, the first one first. */
export const POLICY_STAGES = ['edge', 'dns', 'deny'] as const;

/** A policy with its stage. */
interface StagedPolicy extends ApiObject {
  readonly stage: typeof POLICY_STAGES[number];
}

/** The policies that each policy comes after, because of this file. */
const ordered = new WeakMap<ApiObject, WeakSet<ApiObject>>();

/**
 * Has each policy written after those of earlier stages in the same chart and namespace. cdk8s writes an object after those that it depends on.
 * Where the program says the opposite by a dependency of its own, that counts.
 */
export function orderPolicies(root: IConstruct, isPolicy: (object: ApiObject) => object is StagedPolicy): void {
  for (const policies of groupedByFile(objectsIn(root).filter(isPolicy))) {
    const stages = POLICY_STAGES.map(stage => policies.filter(policy => policy.stage === stage)).filter(stage => stage.length > 0);
    stages.slice(1).forEach((later, i) => {
      for (const policy of later) { writeAfter(policy, stages[i]); }
    });
  }
}

function groupedByFile(policies: readonly StagedPolicy[]): Iterable<readonly StagedPolicy[]> {
  const groups = new Map<string, StagedPolicy[]>();
  for (const policy of policies) {
    const key = `${policy.chart.node.path} ${policy.metadata.namespace ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) { groups.set(key, [policy]); } else { group.push(policy); }
  }
  return groups.values();
}

function writeAfter(policy: ApiObject, earlier: readonly ApiObject[]): void {
  const known = ordered.get(policy) ?? new WeakSet();
  ordered.set(policy, known);
  for (const other of earlier) {
    if (known.has(other)) { continue; }
    known.add(other);
    if (!dependsOn(other, policy)) { policy.node.addDependency(other); }
  }
}

/** True if an object is written after another one. A dependency between two constructs is one between all of their objects. */
function dependsOn(object: ApiObject, other: ApiObject): boolean {
  const goals = new Set<IConstruct>(other.node.scopes);
  const visited = new Set<IConstruct>();
  const reaches = (from: IConstruct): boolean => from.node.scopes.some(scope => {
    if (visited.has(scope)) { return false; }
    visited.add(scope);
    return scope.node.dependencies.some(target => goals.has(target) || objectsIn(target).some(reaches));
  });
  return reaches(object);
}

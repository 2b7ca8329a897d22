import { ApiObject, DependencyGraph } from 'cdk8s';
import { IConstruct } from 'constructs';
import { objectsIn } from './app-objects';

/*
 * The order of the policies in a file. kubectl applies a file from top to bottom, and the first policy that selects a pod isolates it. So the
 * policies that select every pod of a namespace come last. If they came first, every connection would be cut until the last edge is applied.
 *
 * A pod without `allow-dns` finds no other pod by name. So the policies that isolate for egress come right before it, after those for ingress.
 *
 * kubectl cannot create a policy before its namespace. So if the chart has the Namespace, it comes before the policies.
 */

/** The stages of the policies of one namespace in one chart, the first one first. A policy of both directions counts as one of egress. */
export const POLICY_STAGES = ['ingress', 'egress', 'dns', 'deny'] as const;

/** When a policy is applied. */
export type PolicyStage = typeof POLICY_STAGES[number];

/** A policy with its stage. */
interface StagedPolicy extends ApiObject {
  readonly stage: PolicyStage;
}

/** The policies that come after each policy, because of this file. */
const ordered = new WeakMap<ApiObject, WeakSet<ApiObject>>();

/**
 * Has each policy written after those of earlier stages in the same chart and namespace. cdk8s writes an object after those that it depends on.
 * Where the program says the opposite by a dependency of its own, that counts.
 */
export function orderPolicies(root: IConstruct, isPolicy: (object: ApiObject) => object is StagedPolicy): void {
  const objects = objectsIn(root);
  const namespaces = objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace');
  for (const policies of groupedByFile(objects.filter(isPolicy))) {
    let before: readonly StagedPolicy[] = [];
    const free = policies.filter(policy => !isOrderedByProgram(policy, policies));
    for (const stage of POLICY_STAGES) {
      const [first, ...others] = free.filter(policy => policy.stage === stage);
      if (first === undefined) { continue; }
      // The first policy stands for its stage, so that the number of dependencies is that of the policies.
      for (const policy of before) { writeAfter([first], policy); }
      if (before.length > 0) { writeAfter(others, first); }
      before = [first, ...others];
    }
    const [{ chart, metadata }] = policies;
    const namespace = namespaces.find(object => object.chart === chart && object.name === metadata.namespace);
    if (namespace !== undefined) { orderNamespace(namespace, policies); }
  }
}

/** The policies that each Namespace has been compared with, so that this is done once in all passes of validation. */
const compared = new WeakMap<ApiObject, WeakSet<ApiObject>>();

/**
 * Has a Namespace written before its policies. If it is before them anyway, there is no dependency: cdk8s might then write the Namespace later than
 * without one, right before the policies and after the workloads.
 */
function orderNamespace(namespace: ApiObject, policies: readonly ApiObject[]): void {
  const known = compared.get(namespace) ?? new WeakSet();
  compared.set(namespace, known);
  if (policies.every(policy => known.has(policy))) { return; }
  for (const policy of policies) { known.add(policy); }
  const written = new DependencyGraph(namespace.chart.node).topology();
  const earlier = new Set(written.slice(0, written.indexOf(namespace)));
  writeAfter(policies.filter(policy => earlier.has(policy)), namespace);
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

/** By policy. It is found before the policy gets a dependency from here. */
const orderedByProgram = new WeakMap<ApiObject, boolean>();

/** True if a dependency of the program has a policy written after one of a later stage. */
function isOrderedByProgram(policy: StagedPolicy, policies: readonly StagedPolicy[]): boolean {
  const known = orderedByProgram.get(policy);
  if (known !== undefined) { return known; }
  const first = dependenciesOf(policy);
  const isLater = ({ stage }: StagedPolicy) => POLICY_STAGES.indexOf(stage) > POLICY_STAGES.indexOf(policy.stage);
  const result = first.size > 0 && policies.some(other => isLater(other) && other.node.scopes.some(scope => first.has(scope)));
  orderedByProgram.set(policy, result);
  return result;
}

function writeAfter(policies: readonly ApiObject[], earlier: ApiObject): void {
  const known = ordered.get(earlier) ?? new WeakSet();
  ordered.set(earlier, known);
  const added = policies.filter(policy => !known.has(policy));
  if (added.length === 0) { return; }
  const first = dependenciesOf(earlier);
  for (const policy of added) {
    known.add(policy);
    if (!policy.node.scopes.some(scope => first.has(scope))) { policy.node.addDependency(earlier); }
  }
}

/** The constructs that are written before an object. A dependency between two constructs is one between all of their objects. */
function dependenciesOf(object: ApiObject): ReadonlySet<IConstruct> {
  const found = new Set<IConstruct>();
  const visited = new Set<IConstruct>();
  const visit = (construct: IConstruct) => {
    if (visited.has(construct)) { return; }
    visited.add(construct);
    for (const target of construct.node.dependencies) {
      found.add(target);
      objectsIn(target).forEach(one => one.node.scopes.forEach(visit));
    }
  };
  object.node.scopes.forEach(visit);
  return found;
}

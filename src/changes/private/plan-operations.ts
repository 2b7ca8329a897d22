import { intersectionOf, textOfRule, unionOf } from './bridging-rules';
import { networkPolicySpec } from './plan-manifest';
import { ClusterWideObject, meaningOf, NamespacedObject, PolicyObject } from './plan-policies';
import { Policy, Rule } from '../../cluster/cluster';
import { ApiResource, Direction, DIRECTIONS } from '../../k8s/objects';

/** One object that is created, updated or deleted. */
export interface Operation {
  /** The name of the object. */
  readonly name: string;
  /** As it is before. Absent if the operation creates it. */
  readonly before?: PolicyObject;
  /** As it is after it. Absent if the operation deletes it. */
  readonly after?: PolicyObject;
  /** What the object is for, if it is not one of the new version. */
  readonly purpose?: string;
  /** True for a bridging policy. */
  readonly isBridge?: true;
}

/** The last priority that the API server accepts. */
const MAX_PRIORITY = 1000;

/** The rules of both directions. */
type Sides = Pick<Policy, Direction>;

/** A policy with other rules, which stays as it is otherwise. Undefined if it would not isolate in any direction. */
export function withSides(object: NamespacedObject, { ingress, egress }: Sides): NamespacedObject | undefined {
  if (ingress === undefined && egress === undefined) { return undefined; }
  const policy = { ...object.policy, ingress, egress };
  return { ...object, policy, manifest: { ...object.manifest, spec: networkPolicySpec(policy) } as ApiResource };
}

/** True for a NetworkPolicy. Other kinds of policies are applied as they are written. */
export function isNetworkPolicy(object: PolicyObject | undefined): object is NamespacedObject {
  return object?.policy !== undefined && object.policy.kind === undefined;
}

/** Where an operation comes in a plan, if several are possible: what only opens first, then what closes, then what is removed. */
export function rankOf({ before, after }: Operation): number {
  const hasRules = (object: PolicyObject) => {
    const { ingress = [], egress = [] } = object.policy ?? object.clusterWide;
    return ingress.length + egress.length > 0;
  };
  if (before === undefined) { return hasRules(after!) ? 0 : 2; }
  if (after !== undefined) { return 1; }
  return hasRules(before) ? 4 : 3;
}

/**
 * Versions of a NetworkPolicy between two others: one direction changes before the other one, or a direction first gets the rules of both versions, or only
 * those that both have in common. A cluster-wide policy first gets a priority that is free.
 *
 * @param all the policies whose priorities are taken
 */
export function versionsBetween({ name, before, after }: Operation, all: readonly PolicyObject[]): Operation[] {
  if (after?.clusterWide !== undefined) { return withFreePriority(name, before, after, all); }
  const [first, last] = [before ?? after, after ?? before];
  if (!isNetworkPolicy(first) || !isNetworkPolicy(last) || first.policy.subject.id !== last.policy.subject.id) { return []; }
  const old: Sides = before === undefined ? {} : first.policy;
  const now: Sides = after === undefined ? {} : last.policy;
  const found: { readonly sides: Sides; readonly purpose: string }[] = [];
  for (const direction of DIRECTIONS) {
    const [own, others] = [old[direction], now[direction]];
    if (sidesText(own) === sidesText(others)) { continue; }
    found.push({ sides: { ...sidesOf(old), [direction]: others }, purpose: `the new ${direction}, before the other direction changes` });
    if (own === undefined || others === undefined) { continue; }
    const both = unionOf(own, others);
    found.push({ sides: { ...sidesOf(old), [direction]: both }, purpose: `the ${direction} rules of both versions, for the time being` });
    const shared = intersectionOf(own, others, first.policy.namespace);
    if (shared !== undefined) {
      found.push({ sides: { ...sidesOf(old), [direction]: shared }, purpose: `only the ${direction} rules that both versions have in common, for the time being` });
    }
  }
  const known = new Set([before, after].map(object => object === undefined ? '' : meaningOf(object)));
  return found.flatMap(({ sides, purpose }) => {
    // The labels are those of the new version, so that an object of the old version is not taken for an unchanged one.
    const object = withSides(last, sides);
    if (object === undefined || known.has(meaningOf(object))) { return []; }
    known.add(meaningOf(object));
    return [{ name, before, after: object, purpose }];
  });
}

/**
 * A policy that gets a priority which another one has, with the next free one before it and with the one after it. A policy that loses its priority needs no free
 * one: behind or before the same rules, it is in the way as the new one would be.
 */
function withFreePriority(name: string, before: PolicyObject | undefined, after: ClusterWideObject, all: readonly PolicyObject[]): Operation[] {
  const { priority, api, tier } = after.clusterWide;
  const taken = new Set(all.flatMap(({ name: other, clusterWide }) =>
    other !== after.name && clusterWide?.api === api && clusterWide.tier === tier ? [clusterWide.priority] : []));
  // Where no other policy has it, this is the priority of the new version.
  const next = (step: 1 | -1) => {
    let free = priority;
    while (taken.has(free)) { free += step; }
    return free;
  };
  return [next(1), next(-1)].filter(free => free >= 0 && free <= MAX_PRIORITY).map((free): Operation => ({
    name,
    before,
    after: {
      ...after,
      clusterWide: { ...after.clusterWide, priority: free },
      manifest: { ...after.manifest, spec: { ...after.manifest.spec as ApiResource, priority: free } },
    },
    purpose: `with the free priority ${free}, so that no two policies have the same one`,
  }));
}

function sidesOf({ ingress, egress }: Sides): Sides { return { ingress, egress }; }

function sidesText(rules: readonly Rule[] | undefined): string | undefined {
  return rules === undefined ? undefined : rules.map(textOfRule).join();
}

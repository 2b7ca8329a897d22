import type { Construct, IConstruct } from 'constructs';
import { policyKind } from './guardrail-policies';
import { handWrittenPolicies, OrderedPolicy, writtenPolicies } from './ordered-policies';
import { withArticle } from '../../cdk8s/call-arguments';
import { callError, withFix } from '../../cdk8s/call-error';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { isInTree, scopesFrom } from '../../cdk8s/construct-tree';
import { invalidate, memoizeInSynth } from '../../cdk8s/synth-run';
import { apiGroup } from '../../k8s/objects';
import { GuardrailTier, GuardrailVersion } from '../guardrail-options';

/*
 * The guardrails of an app. Their priorities are numbers of the whole cluster, so they are given at synth, when all guardrails are known.
 */

/** A guardrail, as the others need it. */
export interface RegisteredGuardrail extends Construct {
  readonly _tier: GuardrailTier;
  readonly _version: GuardrailVersion;
  /** The priority that the program gives it. */
  readonly _pinned: number | undefined;
}

/**
 * The distance between the numbers of guardrails without one, so that one with a number fits between them. OpenShift accepts only 0–99 in an
 * AdminNetworkPolicy.
 *
 * @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/network_security/admin-network-policy
 */
const STEPS: Readonly<Record<GuardrailVersion, number>> = { V1BETA1: 10, V1ALPHA2: 10, ADMIN_NETWORK_POLICY: 5 };
const MAX_PRIORITY = 1000;

/** The guardrails of one app. */
export class GuardrailRegistry {
  /** The registry of the app that a construct is in. */
  public static of(construct: IConstruct): GuardrailRegistry {
    const { root } = construct.node;
    let registry = registries.get(root);
    if (registry === undefined) { registries.set(root, registry = new GuardrailRegistry(root)); }
    return registry;
  }

  /** In the order in which they were made. */
  private readonly guardrails: RegisteredGuardrail[] = [];
  private readonly versions = new Map<IConstruct, GuardrailVersion>();

  private constructor(private readonly root: IConstruct) {}

  public add(guardrail: RegisteredGuardrail): void {
    this.guardrails.push(guardrail);
    invalidate(this.root);
  }

  /** Sets the version for guardrails below a scope. Throws if there is one already: the kind of an API object cannot change. */
  public setVersion(where: string, scope: IConstruct, version: GuardrailVersion): void {
    const made = this.current.find(guardrail => guardrail.node.scopes.includes(scope));
    if (made !== undefined) {
      throw callError(where, `there already is a guardrail, ${made.node.path}`, 'make this call before the guardrails of the scope');
    }
    this.versions.set(scope, version);
  }

  /** The version for a guardrail that names none. */
  public versionFor(guardrail: IConstruct): GuardrailVersion {
    const scope = [...scopesFrom(guardrail)].find(one => this.versions.has(one));
    return (scope && this.versions.get(scope)) ?? GuardrailVersion.V1BETA1;
  }

  /** The priority of a guardrail in its tier. */
  public priorityOf(guardrail: RegisteredGuardrail): number { return this.priorities.get(guardrail)!; }

  /** What is wrong with the priority of a guardrail, or with its place in the cluster: errors for validation at synth. */
  public errorsOf(guardrail: RegisteredGuardrail): string[] {
    const first = this.current.find(other => other._tier === guardrail._tier && isSameCluster(other, guardrail))!;
    if (apiOf(first) !== apiOf(guardrail)) {
      return [withFix(`this guardrail becomes ${withArticle(kindOf(guardrail))}, and ${first.node.path} of the same tier ${withArticle(kindOf(first))}: nothing says `
        + 'which of these kinds decides first', 'choose one version for all guardrails of the cluster: Policies.of(app).useGuardrailVersion(...)')];
    }
    return hasNoPriority(guardrail) ? this.baselineErrors(guardrail) : this.priorityErrors(guardrail);
  }

  private baselineErrors(guardrail: RegisteredGuardrail): string[] {
    const first = this.current.find(other => hasNoPriority(other) && isSameCluster(other, guardrail));
    if (first !== guardrail) {
      return [withFix(`a cluster has only one BaselineAdminNetworkPolicy, and that is of ${first!.node.path}`, 'keep one of the two guardrails, or write '
        + 'ClusterNetworkPolicies in the whole cluster: Policies.of(app).useGuardrailVersion(GuardrailVersion.V1BETA1)')];
    }
    const handWritten = this.others.find(other => other.api === apiOf(guardrail) && isIn(other, guardrail));
    return handWritten === undefined ? [] : [withFix(
      `a cluster has only one BaselineAdminNetworkPolicy, its name is 'default', and ${handWritten.of.node.path} is one that is written by hand`,
      'keep one of the two: leave the guardrail out and write its rules into the other policy, or remove that policy',
    )];
  }

  private priorityErrors(guardrail: RegisteredGuardrail): string[] {
    const priority = this.priorityOf(guardrail);
    if (priority > MAX_PRIORITY) {
      return [withFix(`no priority up to ${MAX_PRIORITY} is left for this guardrail: there are ${this.current.length} of them`,
        `give guardrails priorities that are less than ${STEPS[guardrail._version]} apart: { priority: 5 }`)];
    }
    const all = [...this.written, ...this.others];
    for (const own of this.written.filter(({ of }) => of === guardrail)) {
      const twin = all.find(other => other.of !== guardrail && other.priority === own.priority && other.tier === own.tier
        && isIn(other, guardrail));
      if (twin === undefined) { continue; }
      return [withFix(
        `priority ${own.priority} of the ${TIER_WORDS[own.tier]} tier is that of ${twin.of.node.path} too, and nothing says which of the two decides first`,
        twin.api === own.api ? 'give one of the two another priority' : 'write both as policies of one kind and API, with different priorities',
      )];
    }
    return [];
  }

  private get current(): readonly RegisteredGuardrail[] { return this.guardrails.filter(isInTree); }

  private get priorities(): ReadonlyMap<RegisteredGuardrail, number> {
    return memoizeInSynth(this.root, this.guardrails, () => this.computePriorities());
  }

  private get others(): readonly OrderedPolicy[] { return memoizeInSynth(this.root, this, () => handWrittenPolicies(this.root)); }

  /** The policies of all guardrails. A patch may have changed their priorities and tiers, and what is written counts. */
  private get written(): readonly OrderedPolicy[] {
    return memoizeInSynth(this.root, this.versions, () => this.current.flatMap(writtenPolicies));
  }

  private computePriorities(): ReadonlyMap<RegisteredGuardrail, number> {
    const priorities = new Map<RegisteredGuardrail, number>();
    const last = new Map<string, number>();
    const current = this.current.filter(guardrail => !hasNoPriority(guardrail));
    for (const guardrail of current) {
      const { _tier: tier, _pinned: pinned } = guardrail;
      const key = `${clusterOf(guardrail) ?? ''} ${tier}`;
      const taken = new Set([
        ...current.filter(other => isSameOrder(other, guardrail)).map(other => other._pinned),
        ...this.others.filter(other => other.tier === tier && isIn(other, guardrail)).map(({ priority }) => priority),
      ]);
      let priority = pinned;
      if (priority === undefined) {
        const step = STEPS[guardrail._version];
        priority = (last.get(key) ?? 0) + step;
        while (taken.has(priority)) { priority += step; }
        last.set(key, priority);
      }
      priorities.set(guardrail, priority);
    }
    return priorities;
  }
}

const registries = new WeakMap<IConstruct, GuardrailRegistry>();

const TIER_WORDS: Readonly<Record<GuardrailTier, string>> = { ADMIN: 'Admin', BASELINE: 'Baseline' };

/** `spec.tier` of a ClusterNetworkPolicy. */
export function tierWord(tier: GuardrailTier): string { return TIER_WORDS[tier]; }

/** True for a guardrail that becomes the one BaselineAdminNetworkPolicy of the cluster. */
export function hasNoPriority({ _tier, _version }: RegisteredGuardrail): boolean {
  return _tier === GuardrailTier.BASELINE && _version === GuardrailVersion.ADMIN_NETWORK_POLICY;
}

function isSameCluster(a: IConstruct, b: IConstruct): boolean { return clusterOf(a) === clusterOf(b); }

/** True if the priorities of two guardrails are compared. */
function isSameOrder(a: RegisteredGuardrail, b: RegisteredGuardrail): boolean {
  return a._tier === b._tier && !hasNoPriority(a) && !hasNoPriority(b) && isSameCluster(a, b);
}

function isIn(policy: OrderedPolicy, guardrail: IConstruct): boolean {
  return policy.cluster === undefined || policy.cluster === clusterOf(guardrail);
}

function kindOf({ _tier, _version }: RegisteredGuardrail): string { return policyKind(_version, _tier).kind; }

/** The API group and the kind, as an `OrderedPolicy` has them. */
function apiOf(guardrail: RegisteredGuardrail): string {
  return `${apiGroup(policyKind(guardrail._version, guardrail._tier).apiVersion)} ${kindOf(guardrail)}`;
}

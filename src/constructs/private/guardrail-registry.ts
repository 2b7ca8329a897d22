import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { objectsIn } from '../../cdk8s/app-objects';
import { callError, withFix } from '../../cdk8s/call-error';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { isInTree, scopesFrom } from '../../cdk8s/construct-tree';
import { policiesIn } from '../../cdk8s/hand-written-policies';
import { isPolicyObject } from '../../cdk8s/policy-object';
import { invalidate, memoizeInSynth } from '../../cdk8s/synth-run';
import { apiGroup, ApiResource, isObject } from '../../k8s/objects';
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

/** The distance between the numbers of guardrails without one, so that one with a number fits between them. */
const STEP = 10;
const MAX_PRIORITY = 1000;

/** A policy of the app that no guardrail has made. */
interface OtherPolicy {
  readonly path: string;
  /** Undefined for every cluster. */
  readonly cluster: string | undefined;
  readonly tier: GuardrailTier;
  readonly priority: number;
}

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
    const { _tier: tier, _pinned: pinned } = guardrail;
    if (hasNoPriority(guardrail)) {
      const [first] = this.current.filter(other => hasNoPriority(other) && isSameCluster(other, guardrail));
      return first === guardrail ? [] : [withFix(`a cluster has only one BaselineAdminNetworkPolicy, and that is of ${first.node.path}`,
        'keep one of the two guardrails, or write ClusterNetworkPolicies: version: GuardrailVersion.V1BETA1')];
    }
    const priority = this.priorityOf(guardrail);
    if (priority > MAX_PRIORITY) {
      return [withFix(`no priority up to ${MAX_PRIORITY} is left for this guardrail: there are ${this.current.length} of them`,
        `give guardrails priorities that are less than ${STEP} apart: { priority: 5 }`)];
    }
    if (pinned === undefined) { return []; }
    const twin = this.current.find(other => other !== guardrail && other._pinned === pinned && isSameOrder(other, guardrail))?.node.path
      ?? this.others.find(other => other.priority === pinned && other.tier === tier && isIn(other, guardrail))?.path;
    return twin === undefined ? [] : [withFix(
      `priority ${pinned} of the ${TIER_WORDS[tier]} tier is that of ${twin} too, and nothing says which of the two decides first`,
      'give one of the two another priority',
    )];
  }

  private get current(): readonly RegisteredGuardrail[] { return this.guardrails.filter(isInTree); }

  private get priorities(): ReadonlyMap<RegisteredGuardrail, number> {
    return memoizeInSynth(this.root, this.guardrails, () => this.computePriorities());
  }

  private get others(): readonly OtherPolicy[] { return memoizeInSynth(this.root, this, () => otherPolicies(this.root)); }

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
        priority = (last.get(key) ?? 0) + STEP;
        while (taken.has(priority)) { priority += STEP; }
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

function isIn(policy: OtherPolicy, guardrail: IConstruct): boolean {
  return policy.cluster === undefined || policy.cluster === clusterOf(guardrail);
}

/** The policies with a priority that the program has written by hand or included. */
function otherPolicies(root: IConstruct): OtherPolicy[] {
  return objectsIn(root).filter(object => !isPolicyObject(object))
    .flatMap(object => policiesIn(object).flatMap(policy => otherPolicy(object, policy)));
}

function otherPolicy(of: ApiObject, { apiVersion, kind, spec }: ApiResource): OtherPolicy[] {
  const isOurApi = apiGroup(String(apiVersion)) === 'policy.networking.k8s.io';
  if (!isOurApi || !isObject(spec) || typeof spec.priority !== 'number') { return []; }
  const tier = kind === 'AdminNetworkPolicy' || spec.tier === TIER_WORDS.ADMIN ? GuardrailTier.ADMIN : GuardrailTier.BASELINE;
  return [{ path: of.node.path, cluster: clusterOf(of), tier, priority: spec.priority }];
}

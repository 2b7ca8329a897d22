import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { GUARDRAIL_CONNECTION_OPTIONS, GUARDRAIL_OPTIONS, GUARDRAIL_TENANT_OPTIONS } from './argument-shapes';
import { END, titleOf } from './edge-ends';
import { GuardrailConnectionOptions, GuardrailOptions, GuardrailTenantOptions, GuardrailTier, GuardrailVersion } from './guardrail-options';
import type { EdgeTier } from './network';
import { Port } from './port';
import { guardrailEndsOf } from './private/guardrail-ends';
import { connectionPlans, fitted, GuardrailAction, namespacePlans, policyKind, PolicyPlan, tenantPlans } from './private/guardrail-policies';
import { GuardrailRegistry, hasNoPriority, tierWord } from './private/guardrail-registry';
import { checkNamespace, namespaceOf } from './private/selector-input';
import { checkArguments, checkedPath, freeId, listOf, optional, text } from '../cdk8s/call-arguments';
import { callError, withFix } from '../cdk8s/call-error';
import { clusterOf, clusterTitle, outsideOfClusters } from '../cdk8s/cluster-boundaries';
import { isInTree } from '../cdk8s/construct-tree';
import { slug } from '../cdk8s/policy-names';
import { PolicyObject } from '../cdk8s/policy-object';
import { addSynthValidation } from '../cdk8s/synth-run';
import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../k8s/names';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';

/** What a guardrail is made from. */
interface Statement {
  /** `Guardrail.deny(...)`. */
  readonly call: string;
  /** Begins errors: the path, and the call with its ends. */
  readonly where: string;
  readonly action: GuardrailAction;
  readonly plans: readonly PolicyPlan[];
  /** The tiers that it names. */
  readonly tiers: readonly EdgeTier[];
  readonly tier: GuardrailTier;
  readonly options: GuardrailOptions | undefined;
}

/**
 * A statement about the connections of the whole cluster, which the teams of its namespaces cannot overrule: cluster-wide policies of the Network Policy API
 * (`policy.networking.k8s.io`). They come before the NetworkPolicies of all namespaces, or in the Baseline tier after them.
 *
 * Guardrails decide in the order of their priorities, which is the order in which they are made unless they have numbers. The first guardrail about a
 * connection decides it. What no guardrail is about is left to NetworkPolicies. `app.synth()` throws if two guardrails of one tier in a cluster have the
 * same priority, or become policies of different kinds, because nothing says which of them decides first.
 *
 * A guardrail is about pods, and never about pods on the host's network, except by their addresses. Your cluster needs the definitions of these kinds, and a
 * network plugin that enforces them.
 *
 * @see https://network-policy-api.sigs.k8s.io/api-overview/
 *
 * @example
 *
 * Guardrail.allow(this, 'dns', Peer.allNamespaces(), Peer.clusterDns());                // everyone may reach DNS
 * Guardrail.deny(this, 'metadata', Peer.allNamespaces(), Peer.metadataService());       // nobody reaches the metadata service of the cloud
 * Guardrail.allow(this, 'scraping', Peer.prometheus(), Peer.allNamespaces(), { ports: [Port.tcp(9090)] });
 * Guardrail.isolateTenants(this, 'tenants', ['red', 'blue']);                           // no tenant reaches another tenant
 * Guardrail.isolateNamespaces(this, 'baseline', ['shop', 'data']);                      // unless NetworkPolicies say otherwise
 */
export class Guardrail extends Construct {
  /**
   * Every pod of `source` may connect to every pod and address of `destination`, whatever NetworkPolicies and later guardrails say. It writes a policy for
   * each end that has pods.
   *
   * Throws if `source` has addresses, because a cluster-wide policy cannot name them for ingress; if neither the call nor the destination has ports; if a
   * peer means the namespace of the policy, or excludes all of its addresses; if a port has a name and the destination has addresses; and if the priority
   * is not 0–1000.
   *
   * @param id unique in the scope; the beginning of the names of the policies
   * @param source a tier, a workload, or a peer of pods or namespaces
   * @param destination a tier, a workload, or a peer
   * @param options the ports, the tier and the priority
   */
  public static allow(scope: Construct, id: string, source: IConstruct, destination: IConstruct, options?: GuardrailConnectionOptions): Guardrail {
    return Guardrail._connection('allow', scope, id, source, destination, options);
  }

  /**
   * No pod of `source` can connect to any pod or address of `destination`, whatever NetworkPolicies and later guardrails say. It writes policies for the
   * pods of the destination, or for those of the source if the destination has addresses.
   *
   * Throws if `source` has addresses, because a cluster-wide policy cannot name them for ingress; if a peer means the namespace of the policy, or excludes
   * all of its addresses; if a port has a name and the destination has addresses; and if the priority is not 0–1000.
   *
   * @param id unique in the scope; the beginning of the names of the policies
   * @param source a tier, a workload, or a peer of pods or namespaces
   * @param destination a tier, a workload, or a peer
   * @param options the ports, the tier and the priority
   */
  public static deny(scope: Construct, id: string, source: IConstruct, destination: IConstruct, options?: GuardrailConnectionOptions): Guardrail {
    return Guardrail._connection('deny', scope, id, source, destination, options);
  }

  /**
   * Leaves connections to NetworkPolicies, and to the Baseline tier: an exception to the guardrails that come later (action `Pass`). It writes a policy for
   * each end that has pods.
   *
   * Throws as `deny` does. Throws for a guardrail of the Baseline tier that becomes a BaselineAdminNetworkPolicy, which has no such action.
   *
   * @param id unique in the scope; the beginning of the names of the policies
   * @param source a tier, a workload, or a peer of pods or namespaces
   * @param destination a tier, a workload, or a peer
   * @param options the ports, the tier and the priority
   *
   * @example
   *
   * Guardrail.delegate(this, 'cloud-controller', Peer.namespace('kube-system'), Peer.metadataService());
   * Guardrail.deny(this, 'metadata', Peer.allNamespaces(), Peer.metadataService());
   */
  public static delegate(scope: Construct, id: string, source: IConstruct, destination: IConstruct, options?: GuardrailConnectionOptions): Guardrail {
    return Guardrail._connection('delegate', scope, id, source, destination, options);
  }

  /**
   * No tenant reaches another tenant. A tenant is the namespaces with the same value of a label. Namespaces without the label are part of no tenant, and the
   * guardrail does not concern them.
   *
   * No field of the API compares the labels of two namespaces, so each tenant in the list has a policy of its own. Namespaces of a tenant that is not in the
   * list are reached by no namespace with the label, not even by themselves: add a tenant here before its first namespace.
   *
   * Throws if the list is empty, if a tenant or the key cannot be that of a label, and if the priority is not 0–1000.
   *
   * @param id unique in the scope; the beginning of the names of the policies
   * @param tenants the values of the label, each of at most 63 characters
   * @param options the label, the tier and the priority
   */
  public static isolateTenants(scope: Construct, id: string, tenants: string[], options?: GuardrailTenantOptions): Guardrail {
    const call = 'Guardrail.isolateTenants(...)';
    const where = `${checkedPath(call, scope, id)}: ${call}`;
    checkArguments(where, { tenants: [tenants, listOf(text("'red'"))], options: [options, optional(GUARDRAIL_TENANT_OPTIONS)] });
    if (tenants.length === 0) { throw callError(where, 'the list of tenants is empty', "name the tenants: ['red', 'blue']"); }
    const label = options?.label ?? 'tenant';
    const errors = [...together(`'${label}' cannot be the key of a label`, labelKeyErrors(label)), ...tenants.flatMap(tenantErrors)];
    if (errors.length > 0) { throw callError(where, errors.join(', and '), "write a key such as 'tenant' and values such as 'red'"); }
    const plans = tenantPlans(label, [...new Set(tenants)].sort());
    return new Guardrail(scope, id, { call, where, action: 'deny', plans, tiers: [], tier: options?.tier ?? GuardrailTier.ADMIN, options });
  }

  /**
   * No other namespace reaches the pods of these namespaces. By default this is of the Baseline tier: a NetworkPolicy that isolates a pod for ingress
   * overrules it for this pod.
   *
   * No field of the API means "another namespace", so each namespace in the list has a policy of its own, and the guardrail does not concern the others.
   *
   * Throws if the list is empty, if a namespace cannot have a name in it, and if the priority is not 0–1000. Throws for several namespaces in the Baseline
   * tier if they would become a BaselineAdminNetworkPolicy, of which a cluster has one.
   *
   * @param id unique in the scope; the beginning of the names of the policies
   * @param namespaces the names of the namespaces, DNS-1123 labels (at most 63 characters of a-z, 0-9 and '-')
   * @param options the tier and the priority
   */
  public static isolateNamespaces(scope: Construct, id: string, namespaces: string[], options?: GuardrailOptions): Guardrail {
    const call = 'Guardrail.isolateNamespaces(...)';
    const where = `${checkedPath(call, scope, id)}: ${call}`;
    checkArguments(where, { namespaces: [namespaces, listOf(text("'shop'"))], options: [options, optional(GUARDRAIL_OPTIONS)] });
    if (namespaces.length === 0) { throw callError(where, 'the list of namespaces is empty', "name the namespaces: ['shop', 'data']"); }
    for (const namespace of namespaces) { checkNamespace(where, namespace); }
    const plans = namespacePlans(NAMESPACE_NAME_LABEL, [...new Set(namespaces)].sort());
    return new Guardrail(scope, id, { call, where, action: 'deny', plans, tiers: [], tier: options?.tier ?? GuardrailTier.BASELINE, options });
  }

  /** @internal */
  private static _connection(action: GuardrailAction, scope: Construct, id: string, source: IConstruct, destination: IConstruct,
    options: GuardrailConnectionOptions | undefined): Guardrail {
    const call = `Guardrail.${action}(...)`;
    const path = checkedPath(call, scope, id);
    const where = `${path}: Guardrail.${action}(${titleOf(source)}, ${titleOf(destination)})`;
    checkArguments(where, { source: [source, END], destination: [destination, END], options: [options, optional(GUARDRAIL_CONNECTION_OPTIONS)] });
    const [sources, destinations] = [source, destination].map(end => guardrailEndsOf(where, end));
    const plans = connectionPlans(where, action, sources, destinations, Port._checkList(where, options?.ports));
    const tiers = [...sources, ...destinations].flatMap(({ end }) => end.tier === undefined ? [] : [end.tier]);
    return new Guardrail(scope, id, { call, where, action, plans, tiers, tier: options?.tier ?? GuardrailTier.ADMIN, options });
  }

  /**
   * The API objects of its policies, to change any of their fields: `policies[0].addJsonPatch(JsonPatch.add('/spec/egress/0/to/-', …))`. Those for egress come
   * first. What is judged is what the patches make of them.
   */
  public readonly policies: ApiObject[];

  /** @internal */
  public readonly _tier: GuardrailTier;
  /** @internal */
  public readonly _version: GuardrailVersion;
  /** @internal */
  public readonly _pinned: number | undefined;

  private constructor(scope: Construct, id: string, { call, where, action, plans, tiers, tier, options }: Statement) {
    super(scope, freeId(scope, id, 'give this one another id', call));
    namespaceOf(this, undefined);
    const registry = GuardrailRegistry.of(this);
    this._tier = tier;
    this._version = options?.version ?? registry.versionFor(this);
    this._pinned = checkedPriority(where, options?.priority);
    checkName(where, options?.name);
    const written = plans.flatMap(plan => fitted(plan, this._version, action, id.slice(0, 100)));
    if (hasNoPriority(this)) { checkBaseline(where, action, written.length, options); }
    registry.add(this);
    const base = options?.name ?? slug(id);
    const suffixes = written.length === 1 ? [''] : numbered(written.map(({ suffix }) => `-${slug(suffix)}`));
    this.policies = written.map(({ spec }, i) => {
      const name = hasNoPriority(this) ? 'default' : `${base}${suffixes[i]}`;
      return new PolicyObject(this, `policy${suffixes[i]}`, {
        kind: policyKind(this._version, tier),
        namespace: undefined,
        name,
        key: JSON.stringify(['guardrail', this.node.path, suffixes[i]]),
        // If a policy that denies came first, it would cut what a policy after it allows.
        stage: action === 'deny' ? 'deny' : 'ingress',
        spec: () => ({ ...this._order(registry), ...spec() }),
        descriptions: () => options?.description === undefined ? [] : [options.description],
      });
    });
    addSynthValidation(this, () => [
      ...outsideOfClusters(this),
      ...registry.errorsOf(this),
      ...tiers.flatMap(one => errorOfTier(this, one)),
      // The policies of both ends have the same ports, and so the same errors.
      ...new Set(written.flatMap(({ spec }) => errorOf(spec))),
    ]);
  }

  /**
   * The tier and the priority, as far as the kind has them.
   * @internal
   */
  private _order(registry: GuardrailRegistry): object {
    if (hasNoPriority(this)) { return {}; }
    const priority = registry.priorityOf(this);
    return this._version === GuardrailVersion.ADMIN_NETWORK_POLICY ? { priority } : { tier: tierWord(this._tier), priority };
  }
}

function checkedPriority(where: string, priority: number | undefined): number | undefined {
  if (priority === undefined || (Number.isInteger(priority) && priority >= 0 && priority <= 1000)) { return priority; }
  throw callError(where, `the priority ${priority} is not a whole number from 0 to 1000`, 'write a number in that range; the lower one decides first');
}

function tenantErrors(tenant: string): string[] {
  return tenant === '' ? ['a tenant is empty'] : together(`the tenant '${tenant}' cannot be the value of a label`, labelValueErrors(tenant));
}

/** The errors after what is wrong, as one. None if there are none. */
function together(wrong: string, errors: readonly string[]): string[] {
  return errors.length === 0 ? [] : [`${wrong}: ${errors.join(', and ')}`];
}

function checkName(where: string, name: string | undefined): void {
  const errors = name === undefined ? [] : dnsLabelErrors(name);
  if (errors.length > 0) { throw callError(where, `the name '${name}' cannot be part of the names of policies: ${errors.join(', and ')}`, "write a name such as 'metadata'"); }
}

/** Throws for what a BaselineAdminNetworkPolicy cannot express. */
function checkBaseline(where: string, action: GuardrailAction, policies: number, options: GuardrailOptions | undefined): void {
  const refuse = (wrong: string, fix: string) => callError(where, wrong, `${fix}, or write ClusterNetworkPolicies: version: GuardrailVersion.V1BETA1`);
  if (action === 'delegate') { throw refuse('a BaselineAdminNetworkPolicy has no action Pass', 'leave the guardrail out: what no rule is about is allowed'); }
  if (policies > 1) { throw refuse(`this needs ${policies} policies, and a cluster has only one BaselineAdminNetworkPolicy`, 'name one group of pods, and addresses as the other end'); }
  if (options?.priority !== undefined) { throw refuse('a BaselineAdminNetworkPolicy has no priority', 'leave the priority out'); }
  if (options?.name !== undefined) { throw refuse("the name of a BaselineAdminNetworkPolicy is always 'default'", 'leave the name out'); }
}

/** A number after each text that another one before it is equal to. */
function numbered(texts: readonly string[]): string[] {
  const used = new Set<string>();
  return texts.map(one => {
    let unique = one;
    for (let number = 2; used.has(unique); number++) { unique = `${one}-${number}`; }
    used.add(unique);
    return unique;
  });
}

function errorOfTier(guardrail: Guardrail, tier: EdgeTier): string[] {
  const { path } = tier.node;
  if (tier.node.root !== guardrail.node.root) { return [withFix(`${path} is in another app`, 'name its pods by Peer.pods(...)')]; }
  if (!isInTree(tier)) { return [withFix(`${path} was removed from the app`, 'use a tier that is in the app')]; }
  const [own, other] = [clusterOf(guardrail), clusterOf(tier)];
  return own === other || other === undefined ? [] : [withFix(`${path} is in cluster ${other}, and this guardrail is in ${clusterTitle(guardrail)}`,
    'make both in one cluster, or name the addresses of the other cluster by Peer.cidr(...)')];
}

/** The error of computing a policy at synth, if there is one. */
function errorOf(spec: () => object): string[] {
  try {
    spec();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

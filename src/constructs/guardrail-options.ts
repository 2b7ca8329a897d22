import { Port } from './port';

/**
 * The tier of a guardrail: whether it decides before or after the NetworkPolicies of the namespaces (`tier` of a ClusterNetworkPolicy).
 *
 * @see https://network-policy-api.sigs.k8s.io/api-overview/
 */
export enum GuardrailTier {
  /** Before every NetworkPolicy. No NetworkPolicy can overrule it. */
  ADMIN = 'ADMIN',

  /** After every NetworkPolicy, for the pods that none isolates in that direction. Any NetworkPolicy overrules it. */
  BASELINE = 'BASELINE',
}

/**
 * The kind and version of the policies that guardrails become (`policy.networking.k8s.io`).
 */
export enum GuardrailVersion {
  /** ClusterNetworkPolicy v1beta1, of network-policy-api v0.3.0 and later. */
  V1BETA1 = 'V1BETA1',

  /** ClusterNetworkPolicy v1alpha2, with the same schema, of network-policy-api v0.2.0 and later. */
  V1ALPHA2 = 'V1ALPHA2',

  /**
   * AdminNetworkPolicy and BaselineAdminNetworkPolicy v1alpha1, for clusters that have only these. A cluster has one BaselineAdminNetworkPolicy, so a
   * guardrail of the Baseline tier that needs two policies throws, and so does `Guardrail.delegate` in this tier: it has no action `Pass`.
   */
  ADMIN_NETWORK_POLICY = 'ADMIN_NETWORK_POLICY',
}

/** Options of every guardrail. */
export interface GuardrailOptions {
  /**
   * The tier.
   *
   * @default - GuardrailTier.ADMIN. For `Guardrail.isolateNamespaces` GuardrailTier.BASELINE
   */
  readonly tier?: GuardrailTier;

  /**
   * The priority in the tier: a whole number, 0–1000. The guardrail with the lower number decides first. Two guardrails of a cluster cannot have the
   * same number in one tier. OpenShift accepts only 0–99 in an AdminNetworkPolicy.
   *
   * @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/network_security/admin-network-policy
   *
   * @default - guardrails without a number get 10, 20, 30 and so on, in the order in which they are made; as AdminNetworkPolicies 5, 10, 15 and so on,
   * so that 19 of them stay below 100. A number that another one has is left out.
   */
  readonly priority?: number;

  /**
   * The kind and version of the policies. All guardrails of one tier in a cluster need the same kind: nothing says whether a ClusterNetworkPolicy or an
   * AdminNetworkPolicy decides first.
   *
   * @default - that of `Policies.useGuardrailVersion` for the nearest scope, else GuardrailVersion.V1BETA1
   */
  readonly version?: GuardrailVersion;

  /**
   * The beginning of the names of its policies: a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-'). Cluster-wide policies have no namespace, so
   * choose a name that no other team uses.
   *
   * @default - the id. Other characters than a-z and 0-9 become '-'.
   */
  readonly name?: string;

  /**
   * What the guardrail is for: the annotation `kubernetes.io/description` of its policies.
   *
   * @default - none
   */
  readonly description?: string;
}

/** Options of a guardrail about connections from a source to a destination. */
export interface GuardrailConnectionOptions extends GuardrailOptions {
  /**
   * The ports of the destination. An empty list throws. A port name means every port of this name, of any protocol, because the API has no protocol
   * for it. It needs the experimental channel of the API.
   *
   * @default - `allow`: the ports of the destination, such as UDP 53 and TCP 53 for `Peer.clusterDns()`; throws if it has none. `deny` and `delegate`: every port
   */
  readonly ports?: Port[];
}

/** Options of `Guardrail.isolateTenants`. */
export interface GuardrailTenantOptions extends GuardrailOptions {
  /**
   * The key of the label by which the namespaces of a tenant are known.
   *
   * @default 'tenant'
   */
  readonly label?: string;
}

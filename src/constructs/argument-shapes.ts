import { GuardrailConnectionOptions, GuardrailOptions, GuardrailTenantOptions, GuardrailTier, GuardrailVersion } from './guardrail-options';
import { LabelExpression } from './label-expression';
import {
  ApiServerOptions, CidrOptions, ClusterDnsOptions, NamespacesOptions, PlatformPodsOptions, PodsOptions, WebhookCallersOptions,
} from './peer-options';
import { PolicyLayout } from './policy-layout';
import { Port } from './port';
import { AllowOptions, NamespaceTierOptions, TierOptions, TierProps, WorkloadTierOptions } from './tier-props';
import { FLAG, instanceOf, listOf, mapOf, memberOf, NUMBER, optional, propsOf, Shape, structOf, text } from '../cdk8s/call-arguments';

/* What the arguments of `Tier`, `Peer`, `Guardrail` and the claims must be. A field without a shape does not compile. */

/** The name of a namespace. Its format is checked where it is used. */
export const NAMESPACE = text("'shop'");

const PORT = instanceOf(Port, found => typeof found === 'number' ? `write Port.tcp(${found})`
  : typeof found === 'string' ? `write Port.named('${found}'), or Port.tcp(8080) for a number` : 'write Port.tcp(8080)');

/** The ports of a call or a tier. */
export const PORTS = listOf(PORT);

const LABELS = mapOf(text("'backend'"), "{ app: 'backend' }");

const EXPRESSIONS = listOf(instanceOf(LabelExpression, () => "write LabelExpression.exists('app'), or another of its factories"));

/** How edges become policies. */
export const LAYOUT: Shape = memberOf('PolicyLayout', PolicyLayout);

/** The kind and version of guardrails. */
export const GUARDRAIL_VERSION: Shape = memberOf('GuardrailVersion', GuardrailVersion);

const ofEveryGuardrail = {
  tier: optional(memberOf('GuardrailTier', GuardrailTier)),
  priority: optional(NUMBER),
  version: optional(GUARDRAIL_VERSION),
  name: optional(text("'metadata'")),
  description: optional(text("'the metadata service gives out credentials'")),
} satisfies Record<keyof GuardrailOptions, Shape>;

export const GUARDRAIL_OPTIONS = structOf<GuardrailOptions>('{ priority: 5 }', ofEveryGuardrail);

export const GUARDRAIL_CONNECTION_OPTIONS = structOf<GuardrailConnectionOptions>('{ ports: [Port.tcp(8080)] }', { ...ofEveryGuardrail, ports: optional(PORTS) });

export const GUARDRAIL_TENANT_OPTIONS = structOf<GuardrailTenantOptions>("{ label: 'team' }", { ...ofEveryGuardrail, label: optional(text("'team'")) });

const ofEveryTier = { name: optional(text("'backend'")), ports: optional(PORTS), layout: optional(LAYOUT) } satisfies Record<keyof TierOptions, Shape>;

export const TIER_PROPS = propsOf<TierProps>('{ ports: [Port.tcp(8080)] }', {
  ...ofEveryTier, labels: optional(LABELS), matchExpressions: optional(EXPRESSIONS), namespace: optional(NAMESPACE),
});

export const WORKLOAD_TIER_OPTIONS = propsOf<WorkloadTierOptions>('{ ports: [Port.tcp(8080)] }', { ...ofEveryTier, labels: optional(LABELS) });

export const NAMESPACE_TIER_OPTIONS = structOf<NamespaceTierOptions>("{ namespace: 'shop' }", { ...ofEveryTier, namespace: optional(NAMESPACE) });

export const ALLOW_OPTIONS = structOf<AllowOptions>('{ ports: [Port.tcp(8080)] }', {
  ports: optional(PORTS), description: optional(text("'orders are sent by mail'")),
});

/** Addresses and blocks. Their format is checked where they are used. */
export const ADDRESSES = listOf(text("'10.240.0.0/16'"));

export const CIDR_OPTIONS = structOf<CidrOptions>("{ excluding: ['10.1.0.0/16'] }", { excluding: optional(listOf(text("'10.1.0.0/16'"))) });

export const PODS_OPTIONS = structOf<PodsOptions>("{ labels: { app: 'backend' } }", {
  labels: optional(LABELS),
  matchExpressions: optional(EXPRESSIONS),
  namespace: optional(NAMESPACE),
  namespaceLabels: optional(LABELS),
  namespaceExpressions: optional(EXPRESSIONS),
  allNamespaces: optional(FLAG),
});

export const NAMESPACES_OPTIONS = structOf<NamespacesOptions>("{ labels: { team: 'ops' } }", {
  labels: optional(LABELS), matchExpressions: optional(EXPRESSIONS),
});

export const CLUSTER_DNS_OPTIONS = structOf<ClusterDnsOptions>("{ labels: { 'k8s-app': 'coredns' } }", {
  namespace: optional(NAMESPACE), labels: optional(LABELS), ports: optional(PORTS),
});

export const API_SERVER_OPTIONS = structOf<ApiServerOptions>('{ ports: [Port.tcp(6443)] }', { ports: optional(PORTS) });

export const PLATFORM_PODS_OPTIONS = structOf<PlatformPodsOptions>("{ namespace: 'ingress' }", {
  namespace: optional(NAMESPACE), labels: optional(LABELS),
});

export const WEBHOOK_CALLERS_OPTIONS = structOf<WebhookCallersOptions>("{ addresses: ['172.18.0.2'] }", {
  addresses: optional(ADDRESSES), konnectivity: optional(FLAG),
});

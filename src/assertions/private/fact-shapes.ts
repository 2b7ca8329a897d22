import { listOf, mapOf, optional, structOf, text } from '../../cdk8s/call-arguments';
import type { AddNamespaceOptions, AssumedNamespace } from '../cluster-facts';
import type { ConnectivityOptions } from '../connectivity';
import type { CoverageOptions } from '../intent-coverage';

/* What the facts about a cluster must be, in the calls that state them. A field without a shape does not compile. */

export const NAMESPACE_NAME = text("'monitoring'");

const LABELS = optional(mapOf(text("'ops'"), "{ team: 'ops' }"));

export const POD_CIDRS = listOf(text("'10.0.0.0/8'"));

export const NETWORK_PLUGIN = text("'cilium@1.16'");

export const ADD_NAMESPACE_OPTIONS = structOf<AddNamespaceOptions>("{ labels: { team: 'ops' } }", { labels: LABELS });

const ASSUMED_NAMESPACE = structOf<AssumedNamespace>("{ name: 'monitoring', labels: { team: 'ops' } }", { name: NAMESPACE_NAME, labels: LABELS });

export const CONNECTIVITY_OPTIONS = structOf<ConnectivityOptions>("{ namespaces: [{ name: 'monitoring' }] }", {
  namespaces: optional(listOf(ASSUMED_NAMESPACE)), podCidrs: optional(POD_CIDRS), networkPlugin: optional(NETWORK_PLUGIN), cluster: optional(text("'eu'")),
});

export const INTENTS = optional(text("'denied: [{ from: shop/web, to: shop/db }]'"));

export const COVERAGE_OPTIONS = structOf<CoverageOptions>("{ intents: 'denied: [{ from: shop/web, to: shop/db }]' }", { intents: INTENTS });

import { Mistake } from './mistake';

/** Guardrails of a platform team. */
export const GUARDRAIL_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'The source of a guardrail is an address.',
    program: `
      Guardrail.deny(chart, 'office', Peer.cidr('203.0.113.0/24'), Peer.allNamespaces());`,
    sees: 'the source is 203.0.113.0/24, and rules of a cluster-wide policy for ingress name only pods and namespaces',
    todo: 'Name addresses only as the destination. For ingress from addresses, write NetworkPolicies.',
  },
  {
    mistake: 'A guardrail is meant for everything, also as the source.',
    program: `
      Guardrail.deny(chart, 'shop', Peer.anything(), Peer.namespace('shop'));`,
    sees: 'Write Peer.allNamespaces() for every pod',
    todo: 'Write `Peer.allNamespaces()`.',
  },
  {
    mistake: 'A guardrail names pods without their namespaces.',
    program: `
      Guardrail.deny(chart, 'db', Peer.allNamespaces(), Peer.pods({ labels: { app: 'db' } }));`,
    sees: 'pods with app=db means the namespace of a policy, and a cluster-wide policy has none',
    todo: 'Write `namespace`, or `allNamespaces: true`.',
  },
  {
    mistake: 'A guardrail allows, and does not say on which ports.',
    program: `
      Guardrail.allow(chart, 'scraping', Peer.prometheus(), Peer.allNamespaces());`,
    sees: 'the call names no ports, and all pods of all namespaces has none of its own',
    todo: 'Write `ports`.',
  },
  {
    mistake: 'A guardrail names a port of addresses by its name.',
    program: `
      Guardrail.deny(chart, 'http', Peer.allNamespaces(), Peer.publicInternet(), { ports: [Port.named('http')] });`,
    sees: "port 'http' is a name, which only pods have, and the public internet has addresses",
    todo: 'Write the number.',
  },
  {
    mistake: 'Two guardrails have one priority.',
    program: `
      Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService(), { priority: 5 });
      Guardrail.allow(chart, 'agent', Peer.namespace('agents'), Peer.metadataService(), { ports: [Port.tcp(80)], priority: 5 });`,
    sees: 'priority 5 of the Admin tier is that of shop/agent too, and nothing says which of the two decides first',
    todo: 'Give the one that is to decide first the lower number.',
  },
  {
    mistake: 'The guardrails of a cluster become policies of two kinds.',
    program: `
      Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService(), { version: GuardrailVersion.ADMIN_NETWORK_POLICY });
      Guardrail.allow(chart, 'agent', Peer.namespace('agents'), Peer.metadataService(), { ports: [Port.tcp(80)] });`,
    sees: 'nothing says which of these kinds decides first',
    todo: 'Choose one version, before the first guardrail: `Policies.of(app).useGuardrailVersion(...)`.',
  },
  {
    mistake: 'The Baseline tier of AdminNetworkPolicy is to keep several namespaces apart.',
    program: `
      Policies.of(app).useGuardrailVersion(GuardrailVersion.ADMIN_NETWORK_POLICY);
      Guardrail.isolateNamespaces(chart, 'baseline', ['shop', 'data']);`,
    sees: 'this needs 2 policies, and a cluster has only one BaselineAdminNetworkPolicy',
    todo: 'Use ClusterNetworkPolicy, or the Admin tier: `tier: GuardrailTier.ADMIN`.',
  },
  {
    mistake: 'The version of guardrails is chosen after the first one.',
    program: `
      Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService());
      Policies.of(app).useGuardrailVersion(GuardrailVersion.V1ALPHA2);`,
    sees: 'there already is a guardrail, shop/metadata',
    todo: 'Choose it first.',
  },
  {
    mistake: 'A guardrail is chosen by a wrong name of its tier.',
    program: `
      Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService(), { tier: 'Baseline' });`,
    sees: "tier must be a GuardrailTier, not the text 'Baseline'",
    todo: 'Write `GuardrailTier.BASELINE`.',
  },
];

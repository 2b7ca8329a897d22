/*
 * What network plugins do not enforce of a NetworkPolicy, do differently from the text of the API, or decide where the text leaves it open.
 * docs/network-plugins.md has the facts as a table. A fact is here only if the project or its users have written it down.
 */

/** What a fact is about. */
export type PluginTopic =
  /** NetworkPolicies as a whole. */
  | 'policies'
  /** Ranges of ports. */
  | 'endPort'
  /** Ports of the protocol SCTP. */
  | 'SCTP'
  /** Ports that are named. */
  | 'named ports'
  /** Blocks and the pods whose addresses are in them. */
  | 'ipBlock and pods'
  /** Blocks of IPv4 and IPv6 in one cluster. */
  | 'address families'
  /** Pods without an owner. */
  | 'bare pods'
  /** Services whose port differs from that of the container. */
  | 'Service ports'
  /** Whether policies see the address of a Service inside the cluster, or that of the endpoint to which the connection goes. */
  | 'Service addresses';

/** One fact about a plugin. */
export type PluginFact = Limit | Decision;

interface Fact {
  readonly plugin: string;
  /** The first version of the plugin in which it is not so any more. Absent: it is so in the current version. */
  readonly until?: string;
  /** What the plugin does, as a sentence without its subject and a full stop. */
  readonly what: string;
  readonly source: string;
  /** The day of the source, or the day on which we read it if it has none. */
  readonly date: string;
}

/** What a plugin does not enforce, or does differently. */
export interface Limit extends Fact {
  readonly topic: Exclude<PluginTopic, Decision['topic']>;
  /** `ignored`: the plugin does not enforce it. `different`: it does something else than the text of the API says. */
  readonly effect: 'ignored' | 'different';
}

/** What a plugin decides, because the text of the API leaves it open. */
export interface Decision extends Fact {
  readonly topic: 'Service addresses';
  readonly effect: 'decided';
}

const AFTER_SERVICES = 'replaces the address of a Service inside the cluster by that of an endpoint before it looks at policies';

const CILIUM_BLOCKS = 'matches a pod by its labels only, so an ipBlock never matches it, even if it has the address';

/** The facts, by plugin. */
export const PLUGIN_FACTS: readonly PluginFact[] = [
  {
    plugin: 'antrea',
    topic: 'Service addresses',
    effect: 'decided',
    what: AFTER_SERVICES,
    source: 'https://github.com/antrea-io/antrea/issues/8179',
    date: '2026-07-13',
  },
  {
    plugin: 'calico',
    topic: 'Service addresses',
    effect: 'decided',
    what: AFTER_SERVICES,
    source: 'https://github.com/projectcalico/calico/issues/5129',
    date: '2021-12-01',
  },
  {
    plugin: 'cilium',
    topic: 'ipBlock and pods',
    effect: 'different',
    what: CILIUM_BLOCKS,
    source: 'https://github.com/cilium/cilium/issues/35212',
    date: '2024-10-25',
  },
  {
    plugin: 'cilium',
    topic: 'endPort',
    effect: 'ignored',
    until: '1.17',
    what: 'ignores endPort, so the rule has its first port only',
    source: 'https://learn.microsoft.com/en-us/azure/aks/migrate-from-npm-to-cilium-network-policy',
    date: '2026-11-27',
  },
  {
    plugin: 'cilium',
    topic: 'SCTP',
    effect: 'different',
    until: '1.17',
    what: 'lists rules for SCTP among what it does not support',
    source: 'https://github.com/cilium/cilium/pull/35238',
    date: '2024-10-04',
  },
  {
    plugin: 'cilium',
    topic: 'Service addresses',
    effect: 'decided',
    what: AFTER_SERVICES,
    source: 'https://github.com/cilium/cilium/issues/21251',
    date: '2022-11-08',
  },
  {
    plugin: 'azure-cilium',
    topic: 'ipBlock and pods',
    effect: 'different',
    what: CILIUM_BLOCKS,
    source: 'https://github.com/MicrosoftDocs/azure-docs/commit/8fbcd147cd8853ac8510bc775f304fa4689a06fb',
    date: '2024-03-15',
  },
  {
    plugin: 'gke-dataplane-v2',
    topic: 'ipBlock and pods',
    effect: 'different',
    what: CILIUM_BLOCKS,
    source: 'https://github.com/tryretool/retool-helm/issues/375',
    date: '2026-09-15',
  },
  {
    plugin: 'aws-vpc-cni',
    topic: 'policies',
    effect: 'ignored',
    until: '1.14',
    what: 'enforces no NetworkPolicy',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html',
    date: '2026-11-27',
  },
  {
    plugin: 'aws-vpc-cni',
    topic: 'address families',
    effect: 'ignored',
    what: 'enforces the rules of one address family only, that of the cluster, and ignores those of the other',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html',
    date: '2026-11-27',
  },
  {
    plugin: 'aws-vpc-cni',
    topic: 'bare pods',
    effect: 'ignored',
    what: 'enforces no policy for a pod without an owner, such as a Deployment',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html',
    date: '2026-11-27',
  },
  {
    plugin: 'aws-vpc-cni',
    topic: 'Service ports',
    effect: 'different',
    what: 'needs a Service to have the port of its containers',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html',
    date: '2026-11-27',
  },
  {
    plugin: 'kube-router',
    topic: 'SCTP',
    effect: 'ignored',
    what: 'does not support rules for SCTP',
    source: 'https://github.com/cloudnativelabs/kube-router/issues/1019',
    date: '2021-01-07',
  },
  {
    plugin: 'ovn-kubernetes',
    topic: 'Service addresses',
    effect: 'decided',
    what: AFTER_SERVICES,
    source: 'https://github.com/ovn-kubernetes/ovn-kubernetes/pull/370',
    date: '2018-06-20',
  },
  {
    plugin: 'flannel',
    topic: 'policies',
    effect: 'ignored',
    what: 'enforces no NetworkPolicy, unless its chart is installed with netpol.enabled',
    source: 'https://github.com/flannel-io/flannel/issues/2004',
    date: '2024-09-24',
  },
  {
    plugin: 'kindnet',
    topic: 'policies',
    effect: 'ignored',
    until: '1.3.0',
    what: 'enforces no NetworkPolicy',
    source: 'https://github.com/kubernetes/minikube/issues/19871',
    date: '2024-10-27',
  },
  {
    plugin: 'weave',
    topic: 'named ports',
    effect: 'ignored',
    what: 'cannot read a policy with a named port',
    source: 'https://github.com/weaveworks/weave/issues/3032',
    date: '2017-06-23',
  },
];

/** The names that `--cni` takes. */
export const PLUGIN_NAMES: readonly string[] = [...new Set(PLUGIN_FACTS.map(({ plugin }) => plugin))].sort();

/** The plugin of a cluster. */
export interface NetworkPlugin {
  readonly name: string;
  /** Absent: the current version is meant. */
  readonly version?: string;
  /** What is known about it in this version. */
  readonly facts: readonly PluginFact[];
}

/** Reads `cilium` or `cilium@1.16`. Returns a sentence that says what is wrong if it is no known plugin. */
export function readNetworkPlugin(text: string): NetworkPlugin | string {
  const at = text.indexOf('@');
  const [name, version] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (!PLUGIN_NAMES.includes(name)) { return `'${name}' is not a network plugin that netpol knows: write one of ${PLUGIN_NAMES.join(', ')}`; }
  if (version !== undefined && !/^v?\d+(?:\.\d+){0,3}$/.test(version)) { return `'${version}' is not a version: write it as ${name}@1.16 or ${name}@1.16.2`; }
  const holds = ({ until }: PluginFact) => until === undefined || (version !== undefined && isBefore(version, until));
  const facts = PLUGIN_FACTS.filter(fact => fact.plugin === name && holds(fact));
  return { name, ...version === undefined ? {} : { version }, facts };
}

/** The plugin in a message: `cilium@1.16`. */
export function pluginName({ name, version }: NetworkPlugin): string {
  return version === undefined ? name : `${name}@${version}`;
}

/** The fact about a topic, if the plugin is known and there is one. */
export function pluginFact(plugin: NetworkPlugin | undefined, topic: PluginTopic): PluginFact | undefined {
  return plugin?.facts.find(fact => fact.topic === topic);
}

/** True if one version comes before another one. A part that is not written counts as 0. */
function isBefore(version: string, other: string): boolean {
  const [own, until] = [version, other].map(text => text.replace('v', '').split('.').map(Number));
  const first = until.findIndex((part, i) => (own[i] ?? 0) !== part);
  return first >= 0 && (own[first] ?? 0) < until[first];
}

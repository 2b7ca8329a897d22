import { inBlock, peersMatch, portsMatch, selects, SpecCluster, SpecEnd } from './network-policy';

/*
 * The specification of cluster-wide policies, as plainly as network-policy.ts and without code of src/. A field path is the description of that
 * field in policy.networking.k8s.io: `cnp` is ClusterNetworkPolicy (v1beta1 and v1alpha2), `anp` AdminNetworkPolicy and BaselineAdminNetworkPolicy
 * (v1alpha1). ClusterNetworkPolicy of networking.k8s.aws has the fields of an AdminNetworkPolicy, and the actions and tiers of `cnp`.
 *
 * What the texts or the input leave open has every result that is possible. So a tier has a set of results.
 */

/** What a tier does with a connection. It passes what none of its policies decides. */
export type Step = 'allow' | 'deny' | 'pass';
type Decision = Step | 'none';

/** A connection in one direction, as the policies for `subject` see it. */
export interface Connection {
  type: 'Ingress' | 'Egress';
  subject: SpecEnd;
  peer: SpecEnd;
  protocol: string;
  port: number;
}

/** Every result that the layers can have together if each of them may take any of its steps. What all of them pass is allowed. */
export function results(layers: Iterable<Step>[]): Set<'allow' | 'deny'> {
  const found = new Set<'allow' | 'deny'>();
  for (const layer of layers) {
    let mayPass = false;
    for (const step of layer) {
      if (step === 'pass') { mayPass = true; } else { found.add(step); }
    }
    if (!mayPass) { return found; }
  }
  return found.add('allow');
}

/** A rule whose peers match, or may match. Without `entries`, it is about every port. */
interface MatchingRule {
  step: Step;
  match: 'yes' | 'maybe';
  entries?: any[];
}

/** The rules of a tier that matter for two ends: by API, then by priority, then by policy. */
export type MatchingTier = MatchingRule[][][][];

/** cnp, spec.tier: Admin comes before NetworkPolicy, and Baseline after it. */
export function tierResults(cluster: SpecCluster, tier: 'Admin' | 'Baseline', { type, subject, peer, protocol, port }: Connection): Set<Step> {
  return resultsOnPort(tierThatMatches(cluster, tier, type, subject, peer), type === 'Ingress' ? subject : peer, protocol, port);
}

/** The policies of a tier that select `subject`, with their rules as far as `peer` matches them. */
export function tierThatMatches(cluster: SpecCluster, tier: 'Admin' | 'Baseline', type: 'Ingress' | 'Egress', subject: SpecEnd, peer: SpecEnd): MatchingTier {
  const own = (cluster.clusterPolicies ?? []).filter(policy => tierOf(policy) === tier && selectsSubject(cluster, policy, subject));
  // No text says in which order different APIs decide.
  return [...new Set(own.map(apiOf))].map(api => {
    const policies = own.filter(policy => apiOf(policy) === api);
    // cnp and anp, spec.priority: the policy with the lower number decides first.
    const priorities = [...new Set<number>(policies.map(({ spec }) => spec.priority ?? 0))].sort((a, b) => a - b);
    return priorities.map(priority => policies.filter(({ spec }) => (spec.priority ?? 0) === priority).map(({ spec }) => {
      const rules: any[] = (type === 'Ingress' ? spec.ingress : spec.egress) ?? [];
      return rules.flatMap(rule => matchingRule(cluster, rule, peer));
    }));
  });
}

function matchingRule(cluster: SpecCluster, rule: any, end: SpecEnd): MatchingRule[] {
  const peers: any[] = rule.from ?? rule.to;
  const isClosed = peers.some(peer => !PEERS.some(field => field in peer));
  // cnp, ClusterNetworkPolicyEgressPeer: with an unknown peer, an Accept rule matches nothing, and any other rule denies everything.
  if (isClosed) { return stepOf(rule) === 'allow' ? [] : [{ step: 'deny', match: 'yes' }]; }
  const matches = peers.map(peer => peerMatches(cluster, peer, end));
  const match = matches.includes('yes') ? 'yes' : matches.includes('maybe') ? 'maybe' : 'no';
  // cnp, spec.ingress.protocols; anp, spec.ingress.ports: without a list every port matches.
  return match === 'no' ? [] : [{ step: stepOf(rule), match, entries: rule.protocols ?? rule.ports }];
}

/** What a tier can do with a connection on one port. */
export function resultsOnPort(tier: MatchingTier, destination: SpecEnd, protocol: string, port: number): Set<Step> {
  // If several policies of one priority match a connection, any of them may decide.
  const inOrder = (priorities: MatchingRule[][][]) => firstOf(priorities.map(policies => anyOf(policies.map(rules =>
    // cnp, spec.ingress: the first rule that matches decides.
    firstOf(rules.filter(({ entries }) => entriesMatch(entries, destination, protocol, port))
      .map(({ step, match }) => new Set<Decision>(match === 'yes' ? [step] : [step, 'none'])))))));
  return new Set([...anyOf(tier.map(inOrder))].map(decision => decision === 'none' ? 'pass' : decision));
}

const PEERS = ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'];

/** Whether an end is a peer. What the input does not say about it is `maybe`. */
export function peerMatches(cluster: SpecCluster, peer: any, end: SpecEnd): 'yes' | 'no' | 'maybe' {
  const ips = 'pod' in end ? end.pod.ips : [end.ip];
  const isOnNode = !('pod' in end) || end.pod.hostNetwork === true;
  const isIn = (blocks: string[]) => blocks.some(block => ips.some(ip => inBlock(ip, block))) ? 'yes' : 'no';
  // Which addresses a name has is not in the input.
  if (peer.domainNames) { return 'maybe'; }
  if (peer.networks) { return isIn(peer.networks); }
  if (peer.nodes) {
    // nodes: the addresses in the status of the nodes. Without any node, they are not known.
    const { nodes = [] } = cluster;
    return nodes.length === 0 ? (isOnNode ? 'maybe' : 'no') : isIn(nodes.filter(({ labels }) => selects(peer.nodes, labels)).flatMap(node => node.ips.map(hostBlock)));
  }
  // namespaces, pods: pods on their node's network are not included.
  const { namespaceSelector = {}, podSelector = {} } = peer.pods ?? { namespaceSelector: peer.namespaces };
  return peersMatch(cluster, undefined, [{ namespaceSelector, podSelector }], end) ? 'yes' : 'no';
}

/** The block of one address. */
export function hostBlock(ip: string): string {
  return `${ip}/${ip.includes(':') ? 128 : 32}`;
}

/** cnp, spec.ingress.protocols; anp, spec.ingress.ports: the items are ORed. */
function entriesMatch(entries: any[] | undefined, destination: SpecEnd, protocol: string, port: number): boolean {
  return entries === undefined || entries.some(entry => {
    const name = entry.destinationNamedPort ?? entry.namedPort;
    // A name means the ports of this name, whatever their protocol is.
    if (name !== undefined) { return portsMatch([{ protocol, port: name }], destination, protocol, port); }
    const { number, range, ...ofAdmin } = (entry.tcp ?? entry.udp ?? entry.sctp)?.destinationPort ?? entry.portNumber ?? entry.portRange;
    const own = entry.tcp ? 'TCP' : entry.udp ? 'UDP' : entry.sctp ? 'SCTP' : ofAdmin.protocol ?? 'TCP';
    const first = number ?? range?.start ?? ofAdmin.port ?? ofAdmin.start;
    return own === protocol && first <= port && port <= (range?.end ?? ofAdmin.end ?? first);
  });
}

/** cnp, spec.subject: pods on their node's network are not included. */
export function selectsSubject(cluster: SpecCluster, { spec: { subject: { namespaces, pods } } }: any, subject: SpecEnd): boolean {
  const { namespaceSelector = {}, podSelector = {} } = pods ?? { namespaceSelector: namespaces };
  return 'pod' in subject && peersMatch(cluster, undefined, [{ namespaceSelector, podSelector }], subject);
}

function tierOf({ kind, spec }: any): 'Admin' | 'Baseline' {
  return kind === 'AdminNetworkPolicy' ? 'Admin' : kind === 'BaselineAdminNetworkPolicy' ? 'Baseline' : spec.tier;
}

function apiOf({ apiVersion, kind }: any): string {
  return `${apiVersion.split('/')[0]} ${kind}`;
}

function stepOf({ action }: any): Step {
  return action === 'Deny' ? 'deny' : action === 'Pass' ? 'pass' : 'allow';
}

/** The decisions of several rules or policies, of which the first that decides counts. */
function firstOf(all: Set<Decision>[]): Set<Decision> {
  const found = new Set<Decision>();
  for (const decisions of all) {
    for (const decision of decisions) { if (decision !== 'none') { found.add(decision); } }
    if (!decisions.has('none')) { return found; }
  }
  return found.add('none');
}

/** The decisions of several policies, of which any that decides may count. */
function anyOf(all: Set<Decision>[]): Set<Decision> {
  const found = new Set<Decision>();
  for (const decisions of all) {
    for (const decision of decisions) { if (decision !== 'none') { found.add(decision); } }
  }
  return all.every(decisions => decisions.has('none')) ? found.add('none') : found;
}

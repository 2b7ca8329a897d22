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
export function results([first, ...rest]: Iterable<Step>[]): Set<'allow' | 'deny'> {
  if (first === undefined) { return new Set(['allow']); }
  return new Set([...first].flatMap(step => step === 'pass' ? [...results(rest)] : [step]));
}

/** cnp, spec.tier: Admin comes before NetworkPolicy, and Baseline after it. */
export function tierResults(cluster: SpecCluster, tier: 'Admin' | 'Baseline', connection: Connection): Set<Step> {
  const own = (cluster.clusterPolicies ?? []).filter(policy => tierOf(policy) === tier && selectsSubject(cluster, policy, connection.subject));
  // No text says in which order different APIs decide.
  const apis = [...new Set(own.map(apiOf))].map(api => own.filter(policy => apiOf(policy) === api));
  return new Set([...anyOf(apis.map(policies => inOrder(cluster, policies, connection)))].map(decision => decision === 'none' ? 'pass' : decision));
}

/** cnp and anp, spec.priority: the policy with the lower number decides first. */
function inOrder(cluster: SpecCluster, policies: any[], connection: Connection): Set<Decision> {
  const priorities = [...new Set<number>(policies.map(({ spec }) => spec.priority ?? 0))].sort((a, b) => a - b);
  return firstOf(priorities.map(priority => {
    // If several policies of one priority match a connection, any of them may decide.
    return anyOf(policies.filter(({ spec }) => (spec.priority ?? 0) === priority).map(policy => policyResults(cluster, policy, connection)));
  }));
}

/** cnp, spec.ingress: the first rule that matches decides. */
function policyResults(cluster: SpecCluster, policy: any, connection: Connection): Set<Decision> {
  const rules: any[] = (connection.type === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [];
  return firstOf(rules.map(rule => {
    const peers: any[] = rule.from ?? rule.to;
    const isClosed = peers.some(peer => !PEERS.some(field => field in peer));
    // cnp, ClusterNetworkPolicyEgressPeer: with an unknown peer, an Accept rule matches nothing, and any other rule denies everything.
    if (isClosed) { return new Set<Decision>([stepOf(rule) === 'allow' ? 'none' : 'deny']); }
    if (!entriesMatch(rule, connection)) { return new Set<Decision>(['none']); }
    const matches = peers.map(peer => peerMatches(cluster, peer, connection.peer));
    if (matches.includes('yes')) { return new Set<Decision>([stepOf(rule)]); }
    return new Set<Decision>(matches.includes('maybe') ? [stepOf(rule), 'none'] : ['none']);
  }));
}

const PEERS = ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'];

function peerMatches(cluster: SpecCluster, peer: any, end: SpecEnd): 'yes' | 'no' | 'maybe' {
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

/** cnp, spec.ingress.protocols; anp, spec.ingress.ports: the items are ORed, and without a list every port matches. */
function entriesMatch(rule: any, { type, subject, peer, protocol, port }: Connection): boolean {
  const entries: any[] | undefined = rule.protocols ?? rule.ports;
  const destination = type === 'Ingress' ? subject : peer;
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
function selectsSubject(cluster: SpecCluster, { spec: { subject: { namespaces, pods } } }: any, subject: SpecEnd): boolean {
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
  const decided = all.flatMap(decisions => [...decisions]).filter(decision => decision !== 'none');
  return new Set(all.every(decisions => decisions.has('none')) ? [...decided, 'none'] : decided);
}

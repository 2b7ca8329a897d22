import { Cluster, Policy } from '../../cluster/cluster';
import { apiSelector, ownSelector } from '../../cluster/own-selector';
import { Direction } from '../../evaluator/reachability';
import { cidrsOf } from '../../k8s/address';
import {
  NAMESPACE_NAME_LABEL, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
} from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Endpoint, PodEndpoint, portsOf } from '../endpoints';
import { connectionsOfPort, formatPortQuery, PortQuery } from '../ports';

/** What makes one side pass: a rule to add to a policy of the input, or a new policy. */
export type PolicyFix = (
  | { readonly kind: 'rule'; readonly policy: Policy; readonly section: string; readonly rule: NetworkPolicyIngressRule | NetworkPolicyEgressRule }
  /** `generated`: a policy that isolates the pods and that this library wrote for an app, if there is one. A call of the app is better then. */
  | { readonly kind: 'policy'; readonly object: object; readonly direction: Direction; readonly generated?: Policy }
) & {
  /** The peer, if it has no label by which a rule could select it. Then the rule is for every pod of its namespace. */
  readonly unlabelled?: PodEndpoint;
};

interface Side {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly destination: Endpoint;
  readonly port?: PortQuery;
  readonly isolatedBy: readonly Policy[];
  readonly nearMisses: readonly { readonly policy: Policy }[];
  /** A rule may be for a whole namespace, if no label tells the peer from the other pods in it. */
  readonly mayOpenNamespace: boolean;
  /** The selector that the question names, if the peer is one of its pods: the rule is then for all of them. */
  readonly selected?: PodsSelector;
}

/** Pods by their labels. */
export interface PodsSelector {
  /** Selects namespaces by their names. */
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/**
 * The fix for a side that is blocked. It adds a rule to a policy for the pods of this workload only: one with a near miss, one without any rule, or the only
 * one. A policy that this library wrote is not changed, because the next synth would undo that. Otherwise it is a new policy, because a rule in a policy for something else would surprise its owner.
 */
export function policyFixFor(side: Side, { policies, workloads }: Pick<Cluster, 'policies' | 'workloads'>): PolicyFix | undefined {
  const { direction, subject } = side;
  // No policy isolates an address, and no policy blocks a pod that none selects.
  if (subject.kind === 'address' || side.isolatedBy.length === 0) { return undefined; }
  // A port name that the destination does not have is fixed in its containers, not in a policy.
  if (side.port !== undefined && connectionsOfPort(side.port, side.destination).isEmpty) { return undefined; }
  const rule = ruleFor(side, subject);
  const { peer } = side;
  const unlabelled = side.selected === undefined && peer.kind === 'pod' && !peer.pod.hostNetwork && ownSelector(peer.workload, peer.pod) === undefined ? peer : undefined;
  const own = ownSelector(subject.workload, subject.pod);
  // No peer selects a pod on its node's network whose address is not known, and no policy should select a pod by the label of its address.
  if (rule === undefined || own === undefined) { return undefined; }
  const isForOthers = (policy: Policy) => workloads.some(({ namespace, name, kind, pods }) => namespace === subject.workload.namespace
    && (name !== subject.workload.name || kind !== subject.workload.kind) && pods.some(({ labels }) => policy.subject.matches(labels)));
  const ownPolicies = side.isolatedBy.filter(one => !one.isGenerated && !one.subject.isEverything && !isForOthers(one));
  const policy = ownPolicies.find(one => side.nearMisses.some(miss => miss.policy === one))
    ?? ownPolicies.find(one => one[direction]?.length === 0) ?? (ownPolicies.length === 1 ? ownPolicies[0] : undefined);
  if (policy !== undefined) { return { kind: 'rule', policy, section: `spec.${direction}`, rule, unlabelled }; }
  const policyType = direction === 'ingress' ? 'Ingress' : 'Egress';
  const { namespace } = subject.workload;
  return {
    kind: 'policy',
    direction,
    unlabelled,
    generated: side.isolatedBy.find(one => one.isGenerated),
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: freeName(nameFor(side, subject), policies.filter(one => one.namespace === namespace)), namespace },
      spec: { podSelector: apiSelector(own), policyTypes: [policyType], [direction]: [rule] },
    },
  };
}

/** `allow-egress-of-backend-to-db-tcp-5432`: two fixes with different rules have different names, and the API server accepts every one. */
function nameFor({ direction, peer, port }: Side, subject: PodEndpoint): string {
  const other = peer.kind === 'pod' ? peer.workload.name : peer.name;
  const parts = [`allow-${direction}-of`, subject.workload.name, direction === 'ingress' ? 'from' : 'to', other, port === undefined ? '' : formatPortQuery(port)];
  // The name of a DNS subdomain (k8s.io/apimachinery, ValidateNetworkPolicyName).
  return parts.join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, MAX_NAME).replace(/-+$/, '');
}

const MAX_NAME = 240;

/** A name that no policy of the namespace has: a policy of the same name would be replaced. */
function freeName(name: string, policies: readonly Policy[]): string {
  const taken = new Set(policies.map(policy => policy.name));
  let free = name;
  for (let i = 2; taken.has(free); i++) { free = `${name}-${i}`; }
  return free;
}

function ruleFor(side: Side, subject: PodEndpoint): NetworkPolicyIngressRule | NetworkPolicyEgressRule | undefined {
  const peers = peersFor(side, subject.workload.namespace);
  if (peers.length === 0) { return undefined; }
  const ports = portsFor(side.port, side.destination);
  return {
    ...(side.direction === 'ingress' ? { from: peers } : { to: peers }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function peersFor({ peer, mayOpenNamespace, selected }: Side, namespace: string): NetworkPolicyPeer[] {
  if (peer.kind === 'address') { return (peer.blocks ?? cidrsOf(peer.range).map(cidr => ({ cidr }))).map(ipBlock => ({ ipBlock })); }
  if (peer.pod.hostNetwork) { return peer.pod.addresses.flatMap(a => cidrsOf({ first: a, last: a })).map(cidr => ({ ipBlock: { cidr } })); }
  if (selected !== undefined) {
    const podSelector = apiSelector(selected.pods);
    const isOwn = selected.namespaces.requirements.every(({ values }) => values.length === 1 && values[0] === namespace);
    return [isOwn ? { podSelector } : { namespaceSelector: apiSelector(selected.namespaces), podSelector }];
  }
  const own = ownSelector(peer.workload, peer.pod);
  if (own === undefined && !mayOpenNamespace) { return []; }
  const podSelector = own === undefined ? {} : apiSelector(own);
  return [peer.workload.namespace === namespace
    ? { podSelector }
    : { namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: peer.workload.namespace } }, podSelector }];
}

function portsFor(port: PortQuery | undefined, destination: Endpoint): NetworkPolicyPort[] {
  if (port === undefined) {
    return portsOf([destination]).map(p => ({ protocol: p.protocol, port: p.port }));
  }
  if ('name' in port) { return [{ protocol: port.protocol, port: port.name }]; }
  if (port.first === 1 && port.last === 65535) { return [{ protocol: port.protocol }]; }
  return [{ protocol: port.protocol, port: port.first, ...(port.last === port.first ? {} : { endPort: port.last }) }];
}

import { Cluster, Policy } from '../../cluster/cluster';
import { apiSelector, ownSelector } from '../../cluster/own-selector';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction } from '../../evaluator/reachability';
import { Origin } from '../../findings/finding';
import { cidrsOf } from '../../k8s/address';
import {
  ApiResource, NAMESPACE_NAME_LABEL, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
} from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Endpoint, PodEndpoint, portsOf } from '../endpoints';
import { connectionsOfPort, formatPortQuery, PortQuery } from '../ports';

/** What makes one side pass: a rule to add to a policy of the input, or a new policy. */
export type PolicyFix = (
  | { readonly kind: 'rule'; readonly policy: Policy; readonly section: string; readonly rule: NetworkPolicyIngressRule | NetworkPolicyEgressRule }
  /** `generated`: a policy that isolates the pods and that this library wrote for an app, if there is one. A call of the app is better then. */
  | { readonly kind: 'policy'; readonly object: NewPolicy; readonly direction: Direction; readonly generated?: Policy }
) & {
  /** The peer, if it has no label by which a rule could select it. Then the rule is for every pod of its namespace. */
  readonly unlabelled?: PodEndpoint;
  /** The subject, if it has no label by which a policy could select it. Then the new policy is for every pod that `among` selects. */
  readonly unselected?: { readonly subject: PodEndpoint; readonly among: Policy };
  /** The subject, if no policy isolates it yet. Then the new policy opens it, because the Baseline tier is skipped, and denies everything else. */
  readonly isolates?: { readonly subject: PodEndpoint; readonly direction: Direction };
};

/** A NetworkPolicy that a fix adds, as the API writes it. */
export interface NewPolicy extends ApiResource {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

/** Where a policy of a fix is written: nowhere yet. No further fix changes it. */
export const UNWRITTEN: Origin = { at: () => ({}) };

interface Side {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly destination: Endpoint;
  readonly port?: PortQuery;
  /** The connections that no tier denies if the fix is applied. */
  readonly openable: ConnectionSet;
  readonly isolatedBy: readonly Policy[];
  /** True if no policy isolates the subject, and the Baseline tier denies the connection: a policy that isolates the subject has that tier skipped. */
  readonly isolates: boolean;
  readonly nearMisses: readonly { readonly policy: Policy }[];
  /** A rule may be for a whole namespace, if no label tells the peer from the other pods in it. */
  readonly mayOpenNamespace: boolean;
  /** The selector that the question names, if the peer is one of its pods: the rule is then for all of them. */
  readonly selected?: PodsSelector;
  /** The same for the subject: the policy is then for all of them. */
  readonly own?: PodsSelector;
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
  // No policy isolates an address, and nothing but the Baseline tier blocks a pod that none selects.
  if (subject.kind === 'address' || side.isolatedBy.length === 0 && !side.isolates) { return undefined; }
  // A port name that the destination does not have is fixed in its containers, not in a policy.
  if (side.port !== undefined && connectionsOfPort(side.port, side.destination).isEmpty) { return undefined; }
  const rule = ruleFor(side, subject);
  const { peer } = side;
  const unlabelled = side.selected === undefined && peer.kind === 'pod' && !peer.pod.hostNetwork && ownSelector(peer.workload, peer.pod) === undefined ? peer : undefined;
  const subjects = subjectsOf(side, subject, { policies, workloads });
  // No peer selects a pod on its node's network whose address is not known, and no policy should select a pod by the label of its address.
  if (rule === undefined || subjects === undefined) { return undefined; }
  const isOwn = (policy: Policy) => side.own === undefined ? !isForOthers(policy) : policy.subject.id === side.own.pods.id;
  const isForOthers = (policy: Policy) => workloads.some(({ namespace, name, kind, pods }) => namespace === subject.workload.namespace
    && (name !== subject.workload.name || kind !== subject.workload.kind) && pods.some(({ labels }) => policy.subject.matches(labels)));
  const ownPolicies = side.isolatedBy.filter(one => !one.isGenerated && one.origin !== UNWRITTEN && !one.subject.isEverything && isOwn(one));
  const policy = ownPolicies.find(one => side.nearMisses.some(miss => miss.policy === one))
    ?? ownPolicies.find(one => one[direction]?.length === 0) ?? (ownPolicies.length === 1 ? ownPolicies[0] : undefined);
  if (policy !== undefined) { return { kind: 'rule', policy, section: `spec.${direction}`, rule, unlabelled }; }
  const policyType = direction === 'ingress' ? 'Ingress' : 'Egress';
  const { namespace } = subject.workload;
  return {
    kind: 'policy',
    direction,
    unlabelled,
    unselected: subjects.among === undefined ? undefined : { subject, among: subjects.among },
    isolates: side.isolates ? { subject, direction } : undefined,
    generated: side.isolatedBy.find(one => one.isGenerated),
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: freeName(nameFor(side, subject), policies.filter(one => one.namespace === namespace)), namespace },
      spec: { podSelector: apiSelector(subjects.selector), policyTypes: [policyType], [direction]: [rule] },
    },
  };
}

/**
 * The pods that a new policy is for. It must not isolate a pod that no policy isolates today: then it is for those that one of the policies isolates.
 * Undefined if no label tells the subject from other pods, and the fix may not be for others.
 */
function subjectsOf(
  { direction, isolatedBy, mayOpenNamespace, own: asked }: Side, subject: PodEndpoint, cluster: Pick<Cluster, 'policies' | 'workloads'>,
): { readonly selector: Selector; readonly among?: Policy } | undefined {
  const own = asked?.pods ?? ownSelector(subject.workload, subject.pod);
  const bySize = isolatedBy.filter(policy => policy.subject.matches(subject.pod.labels))
    .sort((a, b) => a.subject.requirements.length - b.subject.requirements.length);
  if (own === undefined) {
    const narrowest = bySize.at(-1);
    return narrowest === undefined || !mayOpenNamespace ? undefined : { selector: narrowest.subject, among: narrowest };
  }
  const [widest] = bySize;
  return widest !== undefined && (asked !== undefined || isolatesMore(own, subject.workload.namespace, direction, cluster))
    ? { selector: Selector.of([...own.requirements, ...widest.subject.requirements]) } : { selector: own };
}

/** True if a policy would isolate a declared pod that no policy isolates. */
function isolatesMore(
  own: Selector, namespace: string, direction: Direction, { policies, workloads }: Pick<Cluster, 'policies' | 'workloads'>,
): boolean {
  const isolating = policies.filter(policy => policy.namespace === namespace && policy[direction] !== undefined);
  return workloads.filter(workload => workload.namespace === namespace).some(({ pods }) =>
    pods.some(({ labels, hostNetwork }) => !hostNetwork && own.matches(labels) && !isolating.some(({ subject }) => subject.matches(labels))));
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
  const ports = portsFor(side);
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

/** The ports to open, of those that can be opened. None means every port. */
function portsFor({ port, destination, openable }: Side): NetworkPolicyPort[] {
  if (port !== undefined) { return ['name' in port ? { protocol: port.protocol, port: port.name } : portRange(port)]; }
  const own = portsOf([destination]).filter(p => openable.includes(ConnectionSet.range(p.protocol, p.port, p.port)));
  if (own.length > 0) { return own.map(p => ({ protocol: p.protocol, port: p.port })); }
  return openable.isAll ? [] : openable.ranges().map(portRange);
}

function portRange({ protocol, first, last }: ReturnType<ConnectionSet['ranges']>[number]): NetworkPolicyPort {
  if (first === 1 && last === 65535) { return { protocol }; }
  return { protocol, port: first, ...(last === first ? {} : { endPort: last }) };
}

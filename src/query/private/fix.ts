import { Policy } from '../../cluster/cluster';
import { Direction } from '../../evaluator/reachability';
import { cidrsOf } from '../../k8s/address';
import {
  LabelSelector, NAMESPACE_NAME_LABEL, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
} from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Endpoint, PodEndpoint, portsOf } from '../endpoints';
import { connectionsOfPort, PortQuery } from '../ports';

/** What makes one side pass: a rule to add to a policy of the input, or a new policy. */
export type PolicyFix =
  | { readonly kind: 'rule'; readonly policy: Policy; readonly section: string; readonly rule: NetworkPolicyIngressRule | NetworkPolicyEgressRule }
  | { readonly kind: 'policy'; readonly object: object };

interface Side {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly destination: Endpoint;
  readonly port?: PortQuery;
  readonly isolatedBy: readonly Policy[];
  readonly nearMisses: readonly { readonly policy: Policy }[];
}

/**
 * The fix for a side that is blocked. It adds a rule to a policy with a near miss, otherwise to a policy that selects the subject
 * by its labels. A policy for all pods of a namespace stays as it is.
 */
export function policyFixFor(side: Side): PolicyFix | undefined {
  const { direction, subject } = side;
  // No policy isolates an address, and no policy blocks a pod that none selects.
  if (subject.kind === 'address' || side.isolatedBy.length === 0) { return undefined; }
  // A port name that the destination does not have is fixed in its containers, not in a policy.
  if (side.port !== undefined && connectionsOfPort(side.port, side.destination).isEmpty) { return undefined; }
  const rule = ruleFor(side, subject);
  // A pod on its node's network whose address is not known: no peer selects it, and an empty list selects everything.
  if (rule === undefined) { return undefined; }
  const own = side.isolatedBy.filter(policy => !policy.subject.isEverything);
  const policy = own.find(p => side.nearMisses.some(miss => miss.policy === p)) ?? own[0];
  if (policy !== undefined) { return { kind: 'rule', policy, section: `spec.${direction}`, rule }; }
  const policyType = direction === 'ingress' ? 'Ingress' : 'Egress';
  return {
    kind: 'policy',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `allow-${direction}-of-${subject.workload.name}`.slice(0, 63).replace(/[^a-z0-9]+$/, ''), namespace: subject.workload.namespace },
      spec: { podSelector: selectorOf(subject), policyTypes: [policyType], [direction]: [rule] },
    },
  };
}

function ruleFor(side: Side, subject: PodEndpoint): NetworkPolicyIngressRule | NetworkPolicyEgressRule | undefined {
  const peers = peersFor(side.peer, subject.workload.namespace);
  if (peers.length === 0) { return undefined; }
  const ports = portsFor(side.port, side.destination);
  return {
    ...(side.direction === 'ingress' ? { from: peers } : { to: peers }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function peersFor(peer: Endpoint, namespace: string): NetworkPolicyPeer[] {
  if (peer.kind === 'address') { return cidrsOf(peer.range).map(cidr => ({ ipBlock: { cidr } })); }
  if (peer.pod.hostNetwork) { return peer.pod.addresses.flatMap(a => cidrsOf({ first: a, last: a })).map(cidr => ({ ipBlock: { cidr } })); }
  const podSelector = selectorOf(peer);
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

/** The workload's own selector, or all labels of the pod if that selector does not match it. */
function selectorOf({ workload, pod }: PodEndpoint): LabelSelector {
  return toApi(workload.selector.matches(pod.labels) ? workload.selector : Selector.labels(pod.labels));
}

function toApi(selector: Selector): LabelSelector {
  const plain = selector.requirements.filter(r => r.operator === 'In' && r.values.length === 1);
  const rest = selector.requirements.filter(r => !plain.includes(r));
  return {
    ...(plain.length === 0 ? {} : { matchLabels: Object.fromEntries(plain.map(r => [r.key, r.values[0]])) }),
    ...(rest.length === 0 ? {} : {
      matchExpressions: rest.map(({ key, operator, values }) => ({ key, operator, ...(values.length === 0 ? {} : { values }) })),
    }),
  };
}

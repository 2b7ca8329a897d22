import { EndpointClass, networkOf } from './namespace-index';
import { AddressesClause, isLabelKnown, isLabelOpen, Namespace, Pod } from '../../cluster/cluster';
import { blocksOf, ClusterPeerClause, ClusterPolicy, clusterPolicyName, ClusterRule } from '../../cluster/cluster-policy';
import { couldSelect, surelySelects } from '../../cluster/pod-selection';
import { namespaceLabels, Reason } from '../../findings/answer';
import { enumerate } from '../../findings/enumeration';
import { Path } from '../../findings/finding';
import { formatAddress } from '../../k8s/address';
import { Selector } from '../../k8s/selector';
import { ConnectionSet } from '../connections';

/* Why the cluster-wide policies of a tier leave a connection undecided. */

/** A rule that decides about some connections, or may decide. */
interface Step {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  readonly connections: ConnectionSet;
  readonly isSure: boolean;
}

/** A pod, and what is known about it. */
interface ReasonEnd {
  readonly pod: Pod;
  readonly generated: EndpointClass['generated'];
  readonly namespace: Namespace;
  readonly isNamespaceKnown: boolean;
}

interface ReasonEnds {
  readonly subject: ReasonEnd;
  /** Absent for addresses. */
  readonly peer?: ReasonEnd;
  /** `source` or `destination`. */
  readonly subjectRole: string;
  readonly peerRole: string;
}

/**
 * A reason for each thing that is not known about the rules. `mayBeIn` is true for blocks that contain some of the possible addresses of the peer, and not
 * all.
 */
export function tierReasons(steps: readonly Step[], ends: ReasonEnds, mayBeIn: (blocks: readonly AddressesClause[]) => boolean): Reason[] {
  const sure = steps.filter(({ isSure }) => isSure);
  return [
    ...sure.flatMap((step, i) => sure.slice(0, i).filter(other => disagree(step, other)).map(other => disagreement(other, step))),
    ...steps.filter(({ isSure }) => !isSure).flatMap(step => [
      ...podReasons(step.policy, step.policy.namespaces, step.policy.subject, ['spec', 'subject'], ends.subject, ends.subjectRole),
      ...(step.rule.peers ?? []).flatMap(clause => peerReasons(step.policy, clause, ends, mayBeIn)),
      ...portReasons(step),
    ]),
  ];
}

function disagree(a: Step, b: Step): boolean {
  return a.policy !== b.policy && a.rule.action !== b.rule.action && a.connections.overlaps(b.connections);
}

/** Two policies of one priority, or of two APIs. */
function disagreement({ policy, rule }: Step, { policy: other }: Step): Reason {
  return {
    code: 'unspecified', what: `which of ${clusterPolicyName(policy)} and ${clusterPolicyName(other)} decides first`, place: policy.origin.at(rule.path),
  };
}

function peerReasons(
  policy: ClusterPolicy, clause: ClusterPeerClause, { peer, peerRole }: ReasonEnds, mayBeIn: (blocks: readonly AddressesClause[]) => boolean,
): Reason[] {
  if (clause.kind === 'pods') { return peer === undefined ? [] : podReasons(policy, clause.namespaces!, clause.pods, clause.path, peer, peerRole); }
  const place = policy.origin.at(clause.path);
  if (clause.kind === 'domains') { return [{ code: 'domain-name', what: enumerate(clause.names, 3), place }]; }
  const blocks = blocksOf(clause);
  if (blocks === undefined) {
    const mayBeNode = peer === undefined || networkOf(peer.pod) !== 'pods';
    return mayBeNode ? [{ code: 'node-address', what: `the nodes that ${clusterPolicyName(policy)} names`, place }] : [];
  }
  if (!mayBeIn(blocks)) { return []; }
  const [{ block: { first, prefix } }] = blocks;
  const what = clause.kind === 'nodes' ? 'nodes' : `networks ${formatAddress(first)}/${prefix}`;
  return [{ code: 'pod-address', what: `the ${peerRole} (${what})`, place }];
}

/** What is not known about a pod that two selectors look at. */
function podReasons(policy: ClusterPolicy, namespaces: Selector, pods: Selector, path: Path, end: ReasonEnd, role: string): Reason[] {
  const { pod, generated, namespace, isNamespaceKnown } = end;
  const reasons: Reason[] = [];
  const place = policy.origin.at(path);
  const unknown = isNamespaceKnown ? [] : namespaces.requirements.map(({ key }) => key).filter(key => !isLabelKnown(namespace, key));
  const assumed = unknown.filter(key => !isLabelOpen(namespace, key));
  if (assumed.length < unknown.length) { reasons.push(namespace.open!.reason); }
  if (assumed.length > 0) { reasons.push({ code: 'namespace-label', what: namespaceLabels(namespace.name, assumed), place }); }
  // The reason of a pod that was not read says why its labels are not known.
  if (pod.unread === undefined && couldSelect(pods, pod) && !surelySelects(pods, pod)) {
    const keys = [...new Set(pods.requirements.map(({ key }) => key))].filter(key => generated.some(label => label.key === key)).sort();
    reasons.push({ code: 'generated-label', what: `the ${role} (${keys.length === 1 ? 'label' : 'labels'} ${keys.join(', ')})`, place });
  }
  return reasons;
}

/** The Amazon VPC CNI does not document which protocol a port with a name has. */
function portReasons({ policy, rule: { ports = [] } }: Step): Reason[] {
  const uncertain = ports.find(({ isUncertain }) => isUncertain);
  return uncertain === undefined ? []
    : [{ code: 'unspecified', what: `which protocols the port '${uncertain.name}' of ${clusterPolicyName(policy)} has`, place: policy.origin.at(uncertain.path) }];
}

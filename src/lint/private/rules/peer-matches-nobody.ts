import { Cluster, isLabelOpen, Namespace, PodsClause, Policy, policyName, Workload, workloadName } from '../../../cluster/cluster';
import { couldSelect } from '../../../cluster/pod-selection';
import { Direction } from '../../../evaluator/reachability';
import { Severity } from '../../../findings/codes';
import { enumerate, withCommas } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../../../k8s/objects';
import { oncePer } from '../../../k8s/once-per';
import { Selector } from '../../../k8s/selector';
import { namespaceNamed } from '../../../query/parties';
import { LintRule } from '../../lint-input';
import { isForLater, isTypo, isVariant, labelToSelect, nearMiss } from '../near-miss';
import { SelectedPods } from '../selected-pods';
import { peersOfAndOr } from './and-or';
import { tiersOf } from './policy-selects-nothing';
import { podsIn } from '../peer-clauses';

/**
 * A peer of a rule matches no pod of the input. The input rarely has every namespace of a cluster, so this is more than a note only if the peer names the
 * namespaces and the input has their workloads, or if it misses a workload or a declared namespace by one label. A peer that matches nobody because of a
 * hyphen is NP124, and one in a namespace that has policies and no workload is NP133.
 */
export const peerMatchesNobody: LintRule = input => {
  const { cluster } = input;
  const [tiers, hyphenated] = [tiersOf(input), peersOfAndOr(cluster)];
  const peers: UnmatchedPeer[] = [];
  const byNamespaces = new Map<string, Map<string, UnmatchedPeer>>();
  const ownNamespace = oncePer(({ namespace }: Policy) => namespaceNamed(namespace));
  for (const { policy, direction, clause } of podsIn(cluster)) {
    if (hyphenated.has(clause) || (clause.namespaces === undefined && tiers.has(`${policy.namespace} ${clause.pods.id}`))) { continue; }
    const namespaces = clause.namespaces ?? ownNamespace(policy);
    const alike = byNamespaces.get(namespaces.id) ?? new Map<string, UnmatchedPeer>();
    byNamespaces.set(namespaces.id, alike);
    const known = alike.get(clause.pods.id);
    if (known !== undefined) { known.repeated.push({ policy, clause }); continue; }
    const peer = { policy, direction, clause, namespaces, repeated: [] };
    alike.set(clause.pods.id, peer);
    peers.push(peer);
  }
  const judged = peers.map(peer => ({ peer, reason: reasonFor(cluster, peer) }));
  const partial = partialNamespaces(judged.map(({ peer, reason }) => [peer, reason !== undefined]));
  return judged.flatMap(({ peer, reason }) => {
    if (reason === undefined) { return []; }
    const isPartial = partial.has(peer.namespaces.id) || isAlone(SelectedPods.of(cluster), peer);
    const severity = reason.severity === 'warning' && reason.isPlain && isPartial ? 'note' : reason.severity;
    // Who names a namespace in a program means one that is made elsewhere.
    return severity === 'note' && peer.policy.isGenerated === true ? [] : [findingFor(peer, { ...reason, severity })];
  });
};

/** The namespaces, by the selector of peers, of which the input seems to have a part only: it lacks several of the peers in them, and most of them. */
function partialNamespaces(peers: readonly (readonly [peer: UnmatchedPeer, isMissing: boolean])[]): ReadonlySet<string> {
  const counts = new Map<string, { all: number; missing: number }>();
  for (const [{ namespaces, clause }, isMissing] of peers) {
    if (clause.pods.isEverything) { continue; }
    const { all, missing } = counts.get(namespaces.id) ?? { all: 0, missing: 0 };
    counts.set(namespaces.id, { all: all + 1, missing: missing + Number(isMissing) });
  }
  return new Set([...counts].filter(([, { all, missing }]) => missing > 1 && missing * 2 > all).map(([id]) => id));
}

/** True if the namespace has no workload besides those of the policy, which is for them by their labels. Then its peers are elsewhere. */
function isAlone(selected: SelectedPods, { policy: { namespace, subject }, clause }: UnmatchedPeer): boolean {
  return clause.namespaces === undefined && !subject.isEverything
    && selected.inNamespace(namespace, subject).length === selected.workloadsIn(namespace).length;
}

/** A peer, and the other rules that have the same one. */
interface UnmatchedPeer {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly clause: PodsClause;
  readonly namespaces: Selector;
  readonly repeated: { readonly policy: Policy; readonly clause: PodsClause }[];
}

/** Why a peer matches nobody, as a sentence, and the fix. */
interface Reason {
  readonly text: string;
  readonly severity: Severity;
  readonly fix: string;
  /** True if nothing but the input itself says that the pods are missing. */
  readonly isPlain?: true;
}

const ELSEWHERE = 'if it is elsewhere in the cluster, nothing is wrong';

/** Undefined if the peer matches some pod, or may match one that the input does not declare and that nobody can know. */
function reasonFor(cluster: Cluster, peer: UnmatchedPeer): Reason | undefined {
  const { policy, namespaces, clause: { namespaces: written, pods } } = peer;
  const selected = SelectedPods.of(cluster);
  const isNamed = namespaces.requirements.some(isOfName);
  const matching = matchingNamespaces(cluster, namespaces);
  const isMatched = matching.some(({ name }) => selected.isOpen(name) || selected.inNamespace(name, pods).length > 0);
  // Only the namespace of DNS has its pods, so a peer of another one lacks the namespace.
  const lacksNamespace = isClusterDns(pods) && written === undefined && policy.namespace !== 'kube-system';
  if (isMatched || (isClusterDns(pods) && !lacksNamespace)) { return undefined; }
  const populated = matching.filter(({ name }) => selected.workloadsIn(name).length > 0);
  if (populated.length === 0) { return namespaceReason(cluster, namespaces, matching, isNamed); }
  const names = enumerate(populated.map(({ name }) => name), 3);
  const space = `${populated.length === 1 ? 'namespace' : 'namespaces'} ${names}`;
  const onNodes = populated.flatMap(({ name }) => selected.onNodes(name, pods));
  if (onNodes.length > 0) {
    const text = `${pods} means pods of ${enumerate(onNodes.map(workloadName), 3)} only, which use the network of their node, so that no selector matches them`;
    return { text, severity: 'warning', fix: 'allow the addresses of the nodes by ipBlock, or remove hostNetwork from the pods' };
  }
  // A namespace without workloads has its pods in another repository.
  const isComplete = isNamed && populated.length === matching.length && namesOf(namespaces).every(name => cluster.namespaces.has(name));
  const workloads = populated.flatMap(({ name }) => selected.workloadsIn(name));
  const near = nearMiss(pods, workloads);
  const text = `no pod of ${space} has ${pods}`;
  if (lacksNamespace) {
    return { text, severity: 'warning', fix: `the DNS of the cluster is in another namespace: write a namespaceSelector with ${NAMESPACE_NAME_LABEL}: kube-system in the same item` };
  }
  if (near !== undefined) { return { text, severity: isComplete ? 'error' : 'warning', fix: near.fix }; }
  const isPlausible = isForLater(pods) || isVariant(pods, workloads) || populated.some(({ name }) => selected.isForOthers(name));
  return isComplete
    ? { text, severity: isPlausible ? 'note' : 'warning', isPlain: true, fix: `${labelToSelect(pods, workloads, othersThan(policy, workloads))}, or add the workload to the input${isBesideNamespaces(peer) ? HYPHEN : ''}` }
    : { text, severity: 'note', fix: `correct the labels, or add the workload to the input; ${ELSEWHERE}` };
}

const HYPHEN = "; if the pods are in the namespaces of the other item, remove the '-' in front of the second selector, so that both are one item";

/** True if an item of the list beside the peer selects every pod of some namespaces that the input does not have: perhaps both were meant as one. */
function isBesideNamespaces({ policy, direction, clause }: UnmatchedPeer): boolean {
  const peers = policy[direction]!.find(rule => rule.peers?.includes(clause) === true)!.peers!;
  const at = peers.indexOf(clause);
  return clause.namespaces === undefined && [peers[at - 1], peers[at + 1]]
    .some(other => other?.kind === 'pods' && other.pods.isEverything && other.namespaces?.isEverything === false);
}

/** The workloads that a policy does not select. */
function othersThan({ subject }: Policy, workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter(({ pods }) => !pods.some(pod => couldSelect(subject, pod)));
}

/** The input has no workload in the namespaces of the peer. Usually they are made elsewhere, so this is a note unless a declared namespace was meant. */
function namespaceReason(cluster: Cluster, namespaces: Selector, matching: readonly Namespace[], isNamed: boolean): Reason | undefined {
  // Somebody has said that they are there, or nothing is known about any other namespace.
  if (namespaces.isEverything || matching.some(({ origin }) => origin !== undefined)) { return undefined; }
  // The policies of such a namespace have a finding of their own (NP133, and NP122 or NP134), which is the cause.
  if (isNamed && namesOf(namespaces).every(name => SelectedPods.of(cluster).policiesIn(name).length > 0)) { return undefined; }
  const declared = [...cluster.namespaces.values()].filter(({ origin }) => origin !== undefined);
  const text = isNamed ? `the input has no workload in a namespace with ${namespaces}` : `no namespace of the input is known to have ${namespaces}`;
  const meant = isNamed ? declared.find(({ name }) => namesOf(namespaces).some(wanted => isTypo(wanted, name)))
    : declared.find(({ name, labels }) => namespaces.requirements.every(({ key, operator, values }) =>
      operator === 'In' && (values.includes(name) || (Object.hasOwn(labels, key) && values.some(value => isTypo(value, labels[key]))))));
  if (meant === undefined) {
    // Policies are often kept apart from every workload. Then nothing says what their peers are.
    if (cluster.workloads.length === 0) { return undefined; }
    return { text, severity: 'note', fix: `state the namespace and its labels with --assume-namespaces or in netpol.yaml; ${ELSEWHERE}` };
  }
  return { text, severity: 'warning', fix: isNamed ? `write '${meant.name}'` : `select namespace ${meant.name} by ${NAMESPACE_NAME_LABEL}: ${meant.name}, or give it the label` };
}

function isOfName({ key, operator }: Selector['requirements'][number]): boolean {
  return key === NAMESPACE_NAME_LABEL && operator === 'In';
}

/** The names that a selector of namespaces lists. */
function namesOf({ requirements }: Selector): readonly string[] {
  return requirements.filter(isOfName).flatMap(({ values }) => values);
}

/**
 * The namespaces with the labels, or which may have them because a declaration was not read. A namespace that is not declared has only its name, as netpol
 * assumes.
 */
function matchingNamespaces({ namespaces: all }: Cluster, namespaces: Selector): readonly Namespace[] {
  const named = namespaces.requirements.find(isOfName);
  const candidates = named === undefined ? [...all.values()] : named.values.flatMap(name => all.get(name) ?? []);
  return candidates.filter(namespace => namespaces.couldMatch(namespace.labels, key => !isLabelOpen(namespace, key)));
}

/** True for the labels of the DNS pods of a cluster, which manifests of applications never declare. */
function isClusterDns({ requirements }: Selector): boolean {
  return requirements.some(({ key, values }) => key === 'k8s-app' && (values.includes('kube-dns') || values.includes('coredns')));
}

function findingFor({ policy, direction, clause, repeated }: UnmatchedPeer, { text, severity, fix }: Reason): Finding {
  const also = repeated.length === 0 ? '' : ` (and ${withCommas(repeated.length)} more with this peer)`;
  const effect = direction === 'ingress' ? 'lets nobody in' : 'leads to nobody';
  return finding('NP135', policy.origin.at(clause.path), `${policyName(policy)} ${formatPath(clause.path)}${also} ${effect}: ${text}`, {
    about: policy,
    severity,
    related: repeated.slice(0, 5).map(other => ({ message: 'the same peer', place: other.policy.origin.at(other.clause.path) })),
    fix,
  });
}

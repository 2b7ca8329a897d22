import { SelectedPods } from './selected-pods';
import { Cluster, Pod, Policy, Rule, Workload } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { ConnectionSet } from '../../evaluator/connections';
import { ClassIndex, Direction, Reachability } from '../../evaluator/reachability';
import { Finding } from '../../findings/finding';
import { NAMESPACE_NAME_LABEL, Protocol } from '../../k8s/objects';
import { PodEndpoint } from '../../query/endpoints';
import { namespaceNamed } from '../../query/parties';
import { RuleOfPolicy } from '../lint-input';
import { rulesOf } from './peer-clauses';

/* Whom the policies of a pod let in on a port, if nobody knows the pods that connect: the API server, a controller, a Prometheus of another repository. */

/** One port of a pod. */
export interface PodPort {
  readonly protocol: Protocol;
  /** 1–65535 */
  readonly number: number;
}

/** A rule that lets somebody in. */
export interface LettingIn {
  readonly policy: Policy;
  readonly rule: Rule;
}

/** Pods that do not let in somebody who needs them, and the finding about it. */
export interface CutOff {
  readonly workload: Workload;
  readonly found: Finding;
}

/** The port as connections. */
export function connectionsOf({ protocol, number }: PodPort): ConnectionSet {
  return ConnectionSet.range(protocol, number, number);
}

/** The port in a message: `TCP 8080`. */
export function portText({ protocol, number }: PodPort): string {
  return `${protocol} ${number}`;
}

/** True if no address outside can open a connection to the port of the pod, whatever is not known. */
export function admitsNoAddress(reach: Reachability, { index }: PodEndpoint, port: PodPort): boolean {
  const asked = connectionsOf(port);
  return reach.externalRanges(index, 'ingress').every(({ possible }) => !possible.overlaps(asked));
}

/**
 * The rules of NetworkPolicies that let somebody in on a port of the pod. Undefined if that does not say who gets in: no policy isolates the pod, or policies
 * of other kinds decide as well.
 */
export function rulesLettingIn(reach: Reachability, { index, pod }: PodEndpoint, port: PodPort): LettingIn[] | undefined {
  const decidesAlone = reach.isIsolated(index, 'ingress') && reach.clusterPolicies(index, 'ingress').length === 0
    && !reach.unevaluated(index, 'ingress').some(({ canAllow }) => canAllow);
  if (!decidesAlone || pod.unread !== undefined) { return undefined; }
  return rulesFor(reach, index, 'ingress').filter(({ rule }) => hasPort(rule, pod, port));
}

function hasPort({ ports }: Rule, pod: Pod, { protocol, number }: PodPort): boolean {
  return ports === undefined || ports.some(one => one.protocol === protocol && (one.name === undefined
    ? one.first <= number && number <= one.last
    : pod.ports.some(own => own.name === one.name && own.protocol === protocol && own.port === number)));
}

/** True if the rule may let in pods that the input does not declare, or addresses. */
export function letsInUndeclared(selected: SelectedPods, { policy, rule: { peers } }: LettingIn): boolean {
  return peers === undefined || peers.some(peer => {
    if (peer.kind === 'addresses') { return true; }
    const namespaces = peer.namespaces ?? namespaceNamed(policy.namespace);
    // Namespaces of other repositories may have the labels, but not the name.
    if (!namespaces.requirements.some(({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In')) { return true; }
    const declared = selected.inNamespaces(namespaces, peer.pods);
    return declared.length === 0 || declared.some(({ workload }) => selected.isOpen(workload.namespace));
  });
}

/** The rules of the policies that isolate some pods. */
export function rulesFor(reach: Reachability, pods: ClassIndex, direction: Direction): RuleOfPolicy[] {
  return reach.policies(pods, direction).flatMap(policy => rulesOf(policy, direction));
}

type LabelledPod = Pick<Pod, 'labels' | 'generated' | 'lacks'>;

/** True if the peers of a rule, in either direction, may mean these pods. A block may have the addresses of pods. */
export function mayMean({ namespaces }: Cluster, { policy, rule: { peers } }: Pick<RuleOfPolicy, 'policy' | 'rule'>, namespace: string, pod: LabelledPod): boolean {
  const own = namespaces.get(namespace);
  const known = { ...own?.labels, [NAMESPACE_NAME_LABEL]: namespace };
  const isKnown = (key: string) => key === NAMESPACE_NAME_LABEL || (own?.origin !== undefined && own.open === undefined);
  return peers === undefined || peers.some(peer => {
    if (peer.kind === 'addresses') { return true; }
    const isInNamespace = peer.namespaces === undefined ? policy.namespace === namespace : peer.namespaces.couldMatch(known, isKnown);
    return isInNamespace && couldSelect(peer.pods, pod);
  });
}

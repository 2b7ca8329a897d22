import { reasonsBetween } from './flow';
import { Cluster, Namespace, Pod, Workload } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { ClassIndex, Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { Selector } from '../k8s/selector';

/** An end of a connection that a cluster need not have: an address, or a pod that could exist. */
export type PossibleEnd =
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'pod'; readonly pod: Pod; readonly namespace: Namespace };

/** What the evaluator says about two ends. */
export interface AnswerBetween {
  readonly connections: ConnectionSet;
  /** What passes, or may pass. */
  readonly possible: ConnectionSet;
  readonly reasons: readonly Reason[];
}

/** Asks the evaluator about two ends, as the only pods of a cluster. One of them is a pod. */
export function answerBetween(cluster: Cluster, source: PossibleEnd, destination: PossibleEnd): AnswerBetween {
  const pods = [source, destination].map(end => end.kind === 'pod' ? end : undefined);
  const namespaces = new Map(pods.flatMap(end => end === undefined ? [] : [[end.namespace.name, end.namespace] as const]));
  const workloads = pods.map((end, i): Workload | undefined => end && {
    namespace: end.namespace.name, name: `end-${i}`, kind: 'Pod', origin: NOWHERE, selector: Selector.labels(end.pod.labels), pods: [end.pod],
  });
  const reach = new Reachability({
    ...cluster,
    namespaces: new Map([...cluster.namespaces, ...namespaces]),
    workloads: workloads.filter(workload => workload !== undefined),
    policies: cluster.policies.filter(({ namespace }) => namespaces.has(namespace)),
  });
  const [from, to] = [source, destination].map((end, i): ClassIndex => end.kind === 'address' ? reach.ofAddress(end.address) : reach.ofPod(workloads[i]!, end.pod));
  const { certain, possible } = reach.connectionRange(from, to);
  return { connections: certain, possible, reasons: reasonsBetween(reach, from, to) };
}

/** Nobody asks where a pod is written that could exist. */
const NOWHERE = { at: () => ({ constructPath: '(possible)' }) };

import { Cluster, Workload, workloadName } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { ClassIndex, Reachability } from '../../evaluator/reachability';
import { Reason } from '../../findings/answer';
import { formatAddress } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { reasonsBetween } from '../../query/flow';
import { labelsText } from '../../query/possible-pods';
import { POSSIBLE } from '../../search/candidate';
import { JointWitness, JointWitnessEnd } from '../../search/joint-witness';
import { ChangeWitness, ChangeWitnessEnd } from '../diff-result';

/** A witness as a result has it. `old` is the number of the old version in the search. */
export function changeWitness({ source, destination, protocol, port }: JointWitness, old: 0 | 1): ChangeWitness {
  return { source: endOf(source, old), destination: endOf(destination, old), protocol, port };
}

function endOf(end: JointWitnessEnd, old: 0 | 1): ChangeWitnessEnd {
  if (end.kind === 'address') { return { kind: 'address', name: formatAddress(end.address), address: end.address }; }
  const { inStates, workload, isNewNamespace } = end;
  const [before, after] = [inStates[old], inStates[1 - old]];
  const { [NAMESPACE_NAME_LABEL]: _, ...labels } = after.namespace.labels;
  const place = `${isNewNamespace ? 'a new namespace' : `namespace ${after.namespace.name}`}${Object.keys(labels).length === 0 ? '' : ` (${labelsText(labels)})`}`;
  const name = workload === undefined ? `a pod ${labelsText(after.pod.labels)} in ${place}` : workloadName(workload);
  return { kind: 'pod', name, before, after, ...workload === undefined ? {} : { workload }, isNewNamespace };
}

/** What the evaluator says about a witness in one version. */
export interface WitnessAnswer {
  readonly connections: ConnectionSet;
  readonly reasons: readonly Reason[];
}

/** Asks the evaluator about the two ends of a witness, as the only pods of a version. */
export function answerAbout({ cluster, state }: { readonly cluster: Cluster; readonly state: number },
  { source, destination }: JointWitness): WitnessAnswer {
  const ends = [source, destination].map(end => end.kind === 'address' ? undefined : { ...end.inStates[state], owner: end.workload });
  const namespaces = new Map(ends.flatMap(end => end === undefined ? [] : [[end.namespace.name, end.namespace] as const]));
  const workloads = ends.map((end, i): Workload | undefined => end && {
    namespace: end.namespace.name, name: `witness-${i}`, kind: 'Pod', origin: POSSIBLE, selector: Selector.labels(end.pod.labels), pods: [end.pod],
  });
  const reach = new Reachability({
    ...cluster,
    namespaces: new Map([...cluster.namespaces, ...namespaces]),
    workloads: workloads.filter(workload => workload !== undefined),
    policies: cluster.policies.filter(({ namespace }) => namespaces.has(namespace)),
  });
  const [from, to] = [source, destination].map((end, i): ClassIndex => end.kind === 'address' ? reach.ofAddress(end.address) : reach.ofPod(workloads[i]!, workloads[i]!.pods[0]));
  return { connections: reach.connections(from, to), reasons: reasonsBetween(reach, from, to) };
}

import { Cluster, workloadName } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { formatAddress } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { AnswerBetween, answerBetween, PossibleEnd } from '../../query/answer-between';
import { labelsText } from '../../query/possible-pods';
import { JointWitness, JointWitnessEnd } from '../../search/joint-witness';
import { ChangeWitness, ChangeWitnessEnd } from '../diff-result';

/**
 * A witness as a result has it. The name of a possible pod has its address and the names of its ports if they decide.
 *
 * @param versions the versions in the order of the search
 * @param old the number of the old version in it
 */
export function changeWitness(witness: JointWitness, versions: readonly [Cluster, Cluster], old: 0 | 1): ChangeWitness {
  const told = decidingOnly(witness, versions);
  const [source, destination] = [endOf(witness.source, told.source, old), endOf(witness.destination, told.destination, old)];
  return { source, destination, protocol: witness.protocol, port: witness.port };
}

/**
 * The same witness without the addresses and ports of possible pods that decide in no state.
 *
 * @param states the clusters in the order of the search
 */
export function decidingOnly(witness: JointWitness, states: readonly Cluster[]): JointWitness {
  const answer = answersOf(witness, states);
  let left = witness;
  for (const side of ['source', 'destination'] as const) {
    for (const field of ['addresses', 'ports'] as const) {
      const end = left[side];
      if (end.kind === 'address' || end.workload !== undefined || end.inStates.every(({ pod }) => pod[field].length === 0)) { continue; }
      const without = { ...left, [side]: { ...end, inStates: end.inStates.map(one => ({ ...one, pod: { ...one.pod, [field]: [] } })) } };
      if (answersOf(without, states) === answer) { left = without; }
    }
  }
  return left;
}

/** For each state, whether the connection of a witness certainly passes, and whether it may. */
function answersOf(witness: JointWitness, states: readonly Cluster[]): string {
  const port = ConnectionSet.range(witness.protocol, witness.port, witness.port);
  return states.map((cluster, state) => {
    const { connections, possible } = answerAbout({ cluster, state }, witness);
    return `${connections.includes(port)} ${possible.includes(port)}`;
  }).join();
}

function endOf(end: JointWitnessEnd, told: JointWitnessEnd, old: 0 | 1): ChangeWitnessEnd {
  if (end.kind === 'address') { return { kind: 'address', name: formatAddress(end.address), address: end.address }; }
  const { inStates, workload, isNewNamespace } = end;
  const common = { kind: 'pod', name: endName(told, 1 - old), before: inStates[old], after: inStates[1 - old], isNewNamespace } as const;
  return workload === undefined ? common : { ...common, workload };
}

/**
 * An end as messages have it: `app/web[Deployment]`, `a pod with label app=web in namespace app`, `10.0.0.1`. A possible pod is as in one state, with every address
 * and port that the end has.
 */
export function endName(end: JointWitnessEnd, state: number): string {
  if (end.kind === 'address') { return formatAddress(end.address); }
  if (end.workload !== undefined) { return workloadName(end.workload); }
  const { pod, namespace: { name, labels: { [NAMESPACE_NAME_LABEL]: _, ...labels } } } = end.inStates[state];
  const namespace = `${end.isNewNamespace ? 'a new namespace' : `namespace ${name}`}${Object.keys(labels).length === 0 ? '' : ` (${labelsText(labels)})`}`;
  const further = [
    ...pod.addresses.map(address => ` and with address ${formatAddress(address)}`),
    ...pod.ports.map(({ name: portName, port, protocol }) => ` and with the name ${portName} for port ${protocol} ${port}`),
  ];
  return `a pod ${labelsText(pod.labels)}${further.join('')} in ${namespace}`;
}

/** What the evaluator says about a witness in one version. */
export function answerAbout({ cluster, state }: { readonly cluster: Cluster; readonly state: number },
  { source, destination }: JointWitness): AnswerBetween {
  const [from, to] = [source, destination].map((end): PossibleEnd => end.kind === 'address' ? end : { kind: 'pod', ...end.inStates[state] });
  return answerBetween(cluster, from, to);
}

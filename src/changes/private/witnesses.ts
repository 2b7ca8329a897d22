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
 * @param versions the version that denies it, and the one that allows it
 * @param old the number of the old version in the search
 */
export function changeWitness(witness: JointWitness, versions: readonly [Cluster, Cluster], old: 0 | 1): ChangeWitness {
  const told = decidingOnly(witness, versions);
  const [source, destination] = [endOf(witness.source, told.source, old), endOf(witness.destination, told.destination, old)];
  return { source, destination, protocol: witness.protocol, port: witness.port };
}

/** The same witness without the addresses and ports of possible pods without which it is a change too. */
function decidingOnly(witness: JointWitness, versions: readonly [Cluster, Cluster]): JointWitness {
  let left = witness;
  for (const side of ['source', 'destination'] as const) {
    for (const field of ['addresses', 'ports'] as const) {
      const end = left[side];
      if (end.kind === 'address' || end.workload !== undefined || end.inStates.every(({ pod }) => pod[field].length === 0)) { continue; }
      const without = { ...left, [side]: { ...end, inStates: end.inStates.map(one => ({ ...one, pod: { ...one.pod, [field]: [] } })) } };
      if (isChange(without, versions)) { left = without; }
    }
  }
  return left;
}

function isChange(witness: JointWitness, [denying, allowing]: readonly [Cluster, Cluster]): boolean {
  const port = ConnectionSet.range(witness.protocol, witness.port, witness.port);
  return answerAbout({ cluster: allowing, state: 1 }, witness).connections.includes(port)
    && answerAbout({ cluster: denying, state: 0 }, witness).possible.intersect(port).isEmpty;
}

function endOf(end: JointWitnessEnd, told: JointWitnessEnd, old: 0 | 1): ChangeWitnessEnd {
  if (end.kind === 'address') { return { kind: 'address', name: formatAddress(end.address), address: end.address }; }
  const { inStates, workload, isNewNamespace } = end;
  const [before, after] = [inStates[old], inStates[1 - old]];
  const { [NAMESPACE_NAME_LABEL]: _, ...labels } = after.namespace.labels;
  const place = `${isNewNamespace ? 'a new namespace' : `namespace ${after.namespace.name}`}${Object.keys(labels).length === 0 ? '' : ` (${labelsText(labels)})`}`;
  if (workload !== undefined) { return { kind: 'pod', name: workloadName(workload), before, after, workload, isNewNamespace }; }
  const { addresses, ports } = told.kind === 'pod' ? told.inStates[1 - old].pod : after.pod;
  const further = [
    ...addresses.map(address => ` and with address ${formatAddress(address)}`),
    ...ports.map(({ name, port, protocol }) => ` and with the name ${name} for port ${protocol} ${port}`),
  ];
  return { kind: 'pod', name: `a pod ${labelsText(after.pod.labels)}${further.join('')} in ${place}`, before, after, isNewNamespace };
}

/** What the evaluator says about a witness in one version. */
export function answerAbout({ cluster, state }: { readonly cluster: Cluster; readonly state: number },
  { source, destination }: JointWitness): AnswerBetween {
  const [from, to] = [source, destination].map((end): PossibleEnd => end.kind === 'address' ? end : { kind: 'pod', ...end.inStates[state] });
  return answerBetween(cluster, from, to);
}

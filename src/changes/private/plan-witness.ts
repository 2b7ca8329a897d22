import { workloadName } from '../../cluster/cluster';
import { formatAddress } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { labelsText } from '../../query/possible-pods';
import { JointWitness, JointWitnessEnd } from '../../search/joint-witness';

/** A connection as messages have it. */
interface ConnectionText {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

/** The connection of a witness. */
export function connectionOf({ source, destination, protocol, port }: JointWitness): ConnectionText {
  return { from: nameOf(source), to: nameOf(destination), port: `${protocol} ${port}` };
}

function nameOf(end: JointWitnessEnd): string {
  if (end.kind === 'address') { return formatAddress(end.address); }
  if (end.workload !== undefined) { return workloadName(end.workload); }
  const [{ pod, namespace: { name, labels: { [NAMESPACE_NAME_LABEL]: _, ...labels } } }] = end.inStates;
  const namespace = `${end.isNewNamespace ? 'a new namespace' : `namespace ${name}`}${Object.keys(labels).length === 0 ? '' : ` (${labelsText(labels)})`}`;
  return `a pod ${labelsText(pod.labels)} in ${namespace}`;
}

import { PodGroup } from '../claim';
import { ClaimWitness, WitnessEnd, WitnessPod } from '../witness';

/**
 * A witness whose pods have the names of the groups that they belong to: a pod that could exist, with exactly the labels of a tier, is called
 * after the tier and not after its labels.
 */
export function withGroupNames(witness: ClaimWitness, groups: (() => readonly PodGroup[]) | undefined): ClaimWitness {
  if (groups === undefined) { return witness; }
  const named = (end: WitnessEnd): WitnessEnd => {
    // A declared pod has a name of its own in messages. What is assumed about a pod of a party is about its further labels, which are shown.
    if (end.kind === 'address' || end.podName !== undefined || end.breaks.includes('extra-label')) { return end; }
    const group = groups().find(one => isOf(one, end));
    return group === undefined ? end : { ...end, podName: group.name, furtherLabels: [] };
  };
  return { ...witness, source: named(witness.source), destination: named(witness.destination) };
}

function isOf({ namespace, labels }: PodGroup, { namespace: { name }, pod }: WitnessPod): boolean {
  const keys = Object.keys(labels);
  return namespace === name && keys.length === Object.keys(pod.labels).length && keys.every(key => pod.labels[key] === labels[key]);
}

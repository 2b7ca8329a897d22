import { Cluster } from '../../cluster/cluster';
import { AssumptionCode } from '../../findings/answer';
import { Place } from '../../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ClaimWitness, labelsText, nameOfEnd, WitnessPod } from '../witness';

/** What an assumption is about, as `formatAssumption` names it: the end that breaks it. */
export function subjectOf(code: AssumptionCode, witness: ClaimWitness): string {
  const [end] = breaking(code, witness);
  const { namespace: { name, labels: { [NAMESPACE_NAME_LABEL]: _, ...labels } }, podName, pod } = end;
  const keys = Object.keys(labels).sort();
  switch (code) {
    case 'namespace-label': return `namespace ${name} (${keys.length === 1 ? 'label' : 'labels'} ${keys.join(', ')})`;
    case 'new-namespace': return labelsText(labels);
    case 'extra-label': return `${podName === undefined ? 'pod' : `pod of ${podName}`} ${labelsText(pod.labels)} in namespace ${name}`;
    default: return nameOfEnd(end);
  }
}

/** Where the first selector is written that looks at the label which breaks an assumption. Other assumptions are about no label. */
export function placeOf(code: AssumptionCode, witness: ClaimWitness, { policies }: Cluster): Place | undefined {
  if (code !== 'extra-label' && code !== 'namespace-label') { return undefined; }
  const isExtra = code === 'extra-label';
  const keys = new Set(breaking(code, witness).flatMap(({ namespace, furtherLabels }) => isExtra ? furtherLabels : Object.keys(namespace.labels)));
  keys.delete(NAMESPACE_NAME_LABEL);
  const looks = (selector: Selector | undefined) => selector?.requirements.some(({ key }) => keys.has(key)) === true;
  for (const { origin, subject, ingress = [], egress = [] } of policies) {
    if (isExtra && looks(subject)) { return origin.at(['spec', 'podSelector']); }
    for (const peer of [...ingress, ...egress].flatMap(({ peers = [] }) => peers)) {
      if (peer.kind === 'pods' && looks(isExtra ? peer.pods : peer.namespaces)) { return origin.at([...peer.path, isExtra ? 'podSelector' : 'namespaceSelector']); }
    }
  }
  return undefined;
}

function breaking(code: AssumptionCode, { source, destination }: ClaimWitness): WitnessPod[] {
  return [source, destination].filter(end => end.kind === 'pod').filter(({ breaks }) => breaks.includes(code));
}

import { Universe } from './universe';
import { unevaluatedName } from '../../cluster/cluster';
import { AssumptionCode, namespaceLabels } from '../../findings/answer';
import { Place } from '../../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { labelsText } from '../../query/possible-pods';
import { ClaimWitness, nameOfEnd, WitnessPod } from '../witness';

/** What an assumption is about, as `formatAssumption` names it: the end that breaks it. */
export function subjectOf(code: AssumptionCode, witness: ClaimWitness): string {
  const [end] = breaking(code, witness);
  const { namespace: { name, labels: { [NAMESPACE_NAME_LABEL]: _, ...labels } }, podName, pod, selectedBy } = end;
  const selected = selectedBy === undefined ? '' : ` that ${unevaluatedName(selectedBy)} selects`;
  switch (code) {
    case 'namespace-label': return `${namespaceLabels(name, Object.keys(labels))}${selected}`;
    case 'new-namespace': return labelsText(labels);
    case 'extra-label': return `${podName === undefined ? 'pod' : `pod of ${podName}`} ${labelsText(pod.labels)} in namespace ${name}${selected}`;
    default: return nameOfEnd(end);
  }
}

/** Where the first selector is written that looks at the label which breaks an assumption. Other assumptions are about no label. */
export function placeOf(code: AssumptionCode, witness: ClaimWitness, universe: Universe): Place | undefined {
  const ends = breaking(code, witness);
  switch (code) {
    case 'extra-label': return firstOf(ends.flatMap(({ furtherLabels }) => furtherLabels), key => universe.placeOfPodKey(key));
    case 'namespace-label': return firstOf(ends.flatMap(({ namespace }) => Object.keys(namespace.labels)), key => universe.placeOfNamespaceKey(key));
  }
  return undefined;
}

function firstOf(keys: readonly string[], placeOfKey: (key: string) => Place | undefined): Place | undefined {
  return keys.filter(key => key !== NAMESPACE_NAME_LABEL).map(placeOfKey).find(place => place !== undefined);
}

function breaking(code: AssumptionCode, { source, destination }: ClaimWitness): WitnessPod[] {
  return [source, destination].filter(end => end.kind === 'pod').filter(({ breaks }) => breaks.includes(code));
}

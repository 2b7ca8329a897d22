import { isObject, LabelSelector, Labels } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { isAbsent } from '../../validation/field-errors';
import { isLabelKnown, isLabelOpen, isOpen, Namespace, Pod, Selection } from '../cluster';
import { couldSelect } from '../pod-selection';

/* Which pods a policy could select, if some labels are not known. */

/** The pods that a policy could select. */
export type CouldSelect = (pod: Pod, namespace: Namespace) => Selection;

/** How much is known about a label: its value, its value under an assumption, or nothing. */
type Knowledge = 'known' | 'assumed' | 'unknown';

/** What is known about a label of a namespace. */
export function knowledgeOf(namespace: Namespace, key: string): Knowledge {
  return isLabelOpen(namespace, key) ? 'unknown' : isLabelKnown(namespace, key) ? 'known' : 'assumed';
}

/** Every pod. Policies do not select pods on their node's network. */
export function everyPod({ hostNetwork }: Pod): Selection {
  return hostNetwork ? 'no' : 'could';
}

/** The pods on their node's network: a policy for nodes applies to them. */
export function hostPods({ hostNetwork }: Pod): Selection {
  return hostNetwork ? 'could' : 'no';
}

/** The pods that a label selector matches; every pod if there is no selector, or if it has an unknown form. */
export function byPodSelector(written: unknown): CouldSelect {
  const selector = written === undefined ? Selector.everything : labelSelectorOf(written);
  return selector === undefined ? everyPod : pod => !pod.hostNetwork && couldSelect(selector, pod) ? 'could' : 'no';
}

/** The pods that one selector matches, in the namespaces that another one matches. */
export function bySelectors(namespaces: unknown, pods: unknown): CouldSelect {
  const selector = namespaces === undefined ? Selector.everything : labelSelectorOf(namespaces);
  const ofPods = byPodSelector(pods);
  if (selector === undefined) { return ofPods; }
  const ofNamespaces = byLabels(selector, (_, { labels }) => labels, (key, _, namespace) => knowledgeOf(namespace, key));
  return (pod, namespace) => narrowest(ofNamespaces(pod, namespace), ofPods(pod, namespace));
}

/** The pods for which a selector matches some labels of the pod and its namespace. */
export function byLabels(
  selector: Selector, labelsOf: (pod: Pod, namespace: Namespace) => Labels, knowledge: (key: string, pod: Pod, namespace: Namespace) => Knowledge,
): CouldSelect {
  return (pod, namespace) => {
    if (pod.hostNetwork) { return 'no'; }
    const labels = labelsOf(pod, namespace);
    if (selector.couldMatch(labels, key => knowledge(key, pod, namespace) !== 'unknown')) { return 'could'; }
    return selector.couldMatch(labels, key => knowledge(key, pod, namespace) === 'known') ? 'only without assumptions' : 'no';
  };
}

/** True if the pod has or may have this label, with a value that the input does not determine. */
export function isGenerated(key: string, pod: Pod): boolean {
  return pod.generated?.some(label => label.key === key) === true || isOpen(key, pod);
}

const ORDER: readonly Selection[] = ['no', 'only without assumptions', 'could'];

/** The selection of a policy that selects what any of its parts selects. */
export function widest(selections: readonly Selection[]): Selection {
  return ORDER[Math.max(...selections.map(one => ORDER.indexOf(one)))];
}

/** The selection of a policy that selects what both of its parts select. */
function narrowest(...selections: readonly Selection[]): Selection {
  return ORDER[Math.min(...selections.map(one => ORDER.indexOf(one)))];
}

/** True for a list with items. A value of another type could be rules that netpol cannot read. */
export function isFilled(list: unknown): boolean {
  return Array.isArray(list) ? list.length > 0 : !isAbsent(list);
}

const OPERATORS: readonly unknown[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Reads a label selector (meta/v1, LabelSelector) that nothing has validated. Undefined if it has another form. */
export function labelSelectorOf(written: unknown, keyOf: (key: string) => string = key => key): Selector | undefined {
  if (!isObject(written)) { return undefined; }
  const { matchLabels, matchExpressions, ...others } = written;
  const labels = matchLabels ?? {};
  const expressions = matchExpressions ?? [];
  if (Object.keys(others).length > 0 || !isObject(labels) || !Array.isArray(expressions)) { return undefined; }
  const isValue = (value: unknown) => typeof value === 'string' || value === null;
  const areRead = expressions.every(one => isObject(one) && typeof one.key === 'string' && OPERATORS.includes(one.operator)
    && (one.values === undefined || one.values === null || (Array.isArray(one.values) && one.values.every(isValue))));
  if (!areRead || !Object.values(labels).every(isValue)) { return undefined; }
  return Selector.from({
    // As expressions: two keys that become one key are two requirements.
    matchExpressions: [
      ...Object.entries(labels).map(([key, value]) => ({ key: keyOf(key), operator: 'In', values: [value] })),
      ...expressions.map(one => ({ ...one, key: keyOf(one.key) })),
    ] as LabelSelector['matchExpressions'],
  });
}

import { podEndpoint, PodEndpoint, workloadEndpoints } from './endpoints';
import { PodsText } from './pods-text';
import { Cluster, GeneratedLabel, Pod, podSelectorsOf, undeclaredNamespace, Workload, workloadName } from '../cluster/cluster';
import { couldSelect } from '../cluster/pod-selection';
import { Reachability } from '../evaluator/reachability';
import { Origin } from '../findings/finding';
import { Labels } from '../k8s/objects';
import { Requirement, requirementMatches, Selector, valueOutside } from '../k8s/selector';

/*
 * Questions about pods that could exist. The cluster gets one workload for each selector, with a pod for each choice of labels that the selector
 * allows and that policies could tell apart. No pod changes the answer for another one.
 */

/** The pods that a selector adds to the cluster. */
interface AddedPods {
  /** The pods with only the labels that the selector mentions. */
  readonly plain: readonly Workload[];
  /** The same pods, which may also have any other label that a policy mentions. */
  readonly open: readonly Workload[];
  /** False if the selector requires no label. Then nothing speaks against further ones. */
  readonly assumesNoFurtherLabels: boolean;
}

/** The endpoints of a selector. */
export interface PossibleEndpoints {
  readonly endpoints: readonly PodEndpoint[];
  /** The endpoints that count only if the assumption `extra-label` is wrong. */
  readonly withFurtherLabels: readonly PodEndpoint[];
}

/** Nobody reads where a possible pod is written, because it is written nowhere. */
const POSSIBLE: Origin = { at: () => ({}) };

/** More choices of labels than this are too many to try. */
const MAX_CHOICES = 256;

/** A cluster with the pods that could exist by some selectors. */
export class PossiblePods {
  /** The cluster with the pods of these selectors. Returns a sentence that says what is wrong if one of them has too many. */
  public static of(cluster: Cluster, selectors: readonly PodsText[]): PossiblePods | string {
    const mentioned = mentionedValues(cluster);
    const added = new Map<string, AddedPods>();
    for (const selector of selectors) {
      const pods = podsOf(selector, mentioned, membersOf(cluster, selector));
      if (typeof pods === 'string') { return pods; }
      added.set(selector.text, pods);
    }
    const workloads = [...added.values()].flatMap(({ plain, open }) => [...plain, ...open]);
    const namespaces = new Map(cluster.namespaces);
    for (const { namespaces: names, namespaceLabels } of selectors) {
      for (const name of names) {
        if (cluster.namespaces.get(name)?.origin !== undefined) { continue; }
        const undeclared = undeclaredNamespace(cluster, name);
        // If what was not read may declare it, no label is assumed.
        namespaces.set(name, undeclared.open === undefined ? { ...undeclared, labels: { ...namespaceLabels, ...undeclared.labels } } : undeclared);
      }
    }
    return new PossiblePods(cluster, { ...cluster, namespaces, workloads: [...cluster.workloads, ...workloads] }, added);
  }

  private constructor(
    /** The cluster of the input. */
    public readonly declared: Cluster,
    /** The cluster with the possible pods. */
    public readonly cluster: Cluster,
    private readonly added: ReadonlyMap<string, AddedPods>,
  ) {}

  /** The endpoints of a selector: the pods that could exist, and the declared pods that it matches. */
  public endpointsOf(reach: Reachability, { text, namespaces, pods }: PodsText): PossibleEndpoints {
    const { plain, open, assumesNoFurtherLabels } = this.added.get(text)!;
    const inNamespaces = this.declared.workloads.filter(({ namespace }) => namespaces.includes(namespace));
    const declared = inNamespaces.flatMap(workload => {
      const own = workload.pods.filter(pod => couldSelect(pods, pod));
      return workloadEndpoints(reach, workload, workloadName(workload), own);
    });
    const possible = plain.flatMap(workload => endpointsOfPossible(reach, workload, ''));
    const further = open.flatMap(workload => endpointsOfPossible(reach, workload, ' and further labels'));
    return assumesNoFurtherLabels
      ? { endpoints: [...declared, ...possible], withFurtherLabels: further }
      : { endpoints: [...declared, ...possible, ...further], withFurtherLabels: [] };
  }
}

function endpointsOfPossible(reach: Reachability, workload: Workload, further: string): PodEndpoint[] {
  return workload.pods.map(pod => podEndpoint(reach, workload, pod, `a pod ${labelsText(pod.labels)}${further} in namespace ${workload.namespace}`));
}

/** `with label a=b`, `with labels a=b, c=d`, `without labels`. */
export function labelsText(labels: Labels, format = (key: string) => `${key}=${labels[key]}`): string {
  const texts = Object.keys(labels).sort().map(format);
  return texts.length === 0 ? 'without labels' : `with ${texts.length === 1 ? 'label' : 'labels'} ${texts.join(', ')}`;
}

/** The labels of the declared pods that a selector matches. */
function membersOf({ workloads }: Cluster, { namespaces, pods }: PodsText): Labels[] {
  return workloads.filter(({ namespace }) => namespaces.includes(namespace))
    .flatMap(workload => workload.pods.filter(pod => !pod.hostNetwork && couldSelect(pods, pod)).map(({ labels }) => labels));
}

function podsOf({ text, namespaces, pods }: PodsText, mentioned: Mentioned, members: readonly Labels[]): AddedPods | string {
  const choices = choicesOf(pods, mentioned.values);
  if (choices === undefined) { return `'${text}' means more than ${MAX_CHOICES} kinds of pods: name fewer values`; }
  if (choices.length === 0) { return `no pod can match '${text}': its requirements contradict each other`; }
  const assumesNoFurtherLabels = pods.requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
  // Without a required label, the pods that policies mention are good examples.
  const examples = assumesNoFurtherLabels
    ? withFurtherOf(members, choices, pods, mentioned.values) : withExamples(choices, pods, mentioned.selectors);
  const own = new Set(pods.requirements.map(({ key }) => key));
  const others = [...mentioned.values.keys()].filter(key => !own.has(key)).sort();
  const generated: GeneratedLabel[] = others.map(key => ({ key, optional: true }));
  const workloads = (all: readonly Pod[]) => namespaces.map((namespace): Workload =>
    ({ namespace, name: text, kind: 'Pod', origin: POSSIBLE, selector: pods, hasOwnSelector: true, pods: all }));
  const base = { ports: [], addresses: [], hostNetwork: false };
  return {
    assumesNoFurtherLabels,
    plain: workloads(examples.map((labels): Pod => ({ ...base, labels }))),
    // A policy of a kind that is not evaluated may select any label that is not known.
    open: others.length === 0 ? [] : workloads(choices.map((labels): Pod => ({ ...base, labels, generated, lacks: missing(own, labels) }))),
  };
}

/** The labels of the selector that a pod surely lacks. */
function missing(keys: ReadonlySet<string>, labels: Labels): Set<string> {
  return new Set([...keys].filter(key => !Object.hasOwn(labels, key)));
}

/** Every choice of values for the labels that a selector mentions. Undefined if there are too many. */
function choicesOf({ requirements }: Selector, mentioned: Mentioned['values']): Labels[] | undefined {
  const byKey = new Map<string, Requirement[]>();
  for (const one of requirements) { byKey.set(one.key, [...byKey.get(one.key) ?? [], one]); }
  let choices: Labels[] = [{}];
  for (const [key, own] of byKey) {
    const known = new Set([...mentioned.get(key) ?? [], ...own.flatMap(({ values }) => values)]);
    const values = [...known, valueOutside(known), undefined];
    const possible = values.map(value => value === undefined ? {} : { [key]: value })
      .filter(labels => own.every(one => requirementMatches(one, labels)));
    if (choices.length * possible.length > MAX_CHOICES) { return undefined; }
    choices = choices.flatMap(choice => possible.map(labels => ({ ...choice, ...labels })));
  }
  return choices;
}

/** More further labels of one declared pod than this are taken together, and not one by one. */
const MAX_FURTHER = 5;

/** The choices, and those that have further labels of a declared pod, or some of them. */
function withFurtherOf(members: readonly Labels[], choices: readonly Labels[], pods: Selector, mentioned: Mentioned['values']): Labels[] {
  const own = new Set(pods.requirements.map(({ key }) => key));
  const all = new Map(choices.map(labels => [keyOf(labels), labels]));
  for (const labels of members) {
    const further = Object.keys(labels).filter(key => mentioned.has(key) && !own.has(key));
    const subsets = further.length > MAX_FURTHER ? [further]
      : further.reduce<string[][]>((some, key) => [...some, ...some.map(keys => [...keys, key])], [[]]);
    for (const keys of subsets) {
      const extra = Object.fromEntries(keys.map(key => [key, labels[key]]));
      for (const choice of choices) {
        const together = { ...choice, ...extra };
        if (all.size < MAX_CHOICES) { all.set(keyOf(together), together); }
      }
    }
  }
  return [...all.values()];
}

/** Equal for equal labels. */
function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort());
}

/** The choices, and those that have the labels which the selectors of policies require. */
function withExamples(choices: readonly Labels[], pods: Selector, selectors: readonly Selector[]): Labels[] {
  const all = new Map(choices.map(labels => [keyOf(labels), labels]));
  for (const { requirements } of selectors) {
    const required = Object.fromEntries(requirements.flatMap(({ key, operator, values }) =>
      operator === 'In' ? [[key, values[0]]] : operator === 'Exists' ? [[key, 'other']] : []));
    for (const choice of choices) {
      const labels = { ...required, ...choice };
      if (all.size < MAX_CHOICES && pods.matches(labels)) { all.set(keyOf(labels), labels); }
    }
  }
  return [...all.values()];
}

/** What the selectors of policies say about labels of pods. */
interface Mentioned {
  /** The values of each key. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  readonly selectors: readonly Selector[];
}

function mentionedValues({ policies, clusterPolicies }: Cluster): Mentioned {
  const selectors = [...new Set([...policies, ...clusterPolicies].flatMap(podSelectorsOf))];
  const values = new Map<string, Set<string>>();
  for (const { key, values: own } of selectors.flatMap(({ requirements }) => requirements)) {
    const known = values.get(key) ?? new Set();
    values.set(key, known);
    for (const value of own) { known.add(value); }
  }
  return { values, selectors };
}

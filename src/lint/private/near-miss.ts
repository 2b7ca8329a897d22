import { Pod, Workload, workloadName } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { nearestName } from '../../findings/nearest-name';
import { isLasting } from '../../k8s/lasting-labels';
import { Labels } from '../../k8s/objects';
import { Requirement, requirementMatches, Selector } from '../../k8s/selector';

/* Which label was probably meant, if a selector selects no pod. */

/** A label that a workload has instead of the one that a selector asks for. */
export interface NearMiss {
  readonly workload: Workload;
  /** What to write: `select app=frontend, the label of app/web[Deployment]`. */
  readonly fix: string;
}

/**
 * The workload that a selector misses by one label, if that is hardly on purpose: a typing error in the value or in the key, the value of another key, or
 * a label that the pods lack, while the other labels of the selector lead to this workload alone.
 *
 * @param workloads those of the namespace, none of which the selector selects
 */
export function nearMiss(selector: Selector, workloads: readonly Workload[]): NearMiss | undefined {
  return missedBy(selector, workloads, isMeant);
}

/**
 * The same for the pods of a policy. Nobody writes a policy for pods that are nowhere, so also a selector of labels that pods of the namespace have, but no
 * pod has together, misses the workload to which all of them but one lead.
 */
export function nearMissOfPolicy(selector: Selector, workloads: readonly Workload[]): NearMiss | undefined {
  return missedBy(selector, workloads, (rest, missed, workload, all) => isMeant(rest, missed, workload, all)
    || (!rest.isEverything && all.some(({ pods }) => pods.some(({ labels }) => requirementMatches(missed, labels)))));
}

/** Whether a selector means a workload although one of its labels differs. The workload is the only one that the rest of the selector selects. */
type Meaning = (rest: Selector, missed: Requirement, workload: Workload, all: readonly Workload[]) => boolean;

function missedBy({ requirements }: Selector, workloads: readonly Workload[], means: Meaning): NearMiss | undefined {
  const onNetwork = workloads.filter(({ pods }) => !pods[0].hostNetwork);
  // The label with the name of the application is the last one that somebody gets wrong.
  for (const missed of [...requirements].sort((a, b) => Number(APPLICATION.test(a.key)) - Number(APPLICATION.test(b.key)))) {
    if (missed.operator !== 'In') { continue; }
    const rest = Selector.of(requirements.filter(one => one !== missed));
    const others = onNetwork.filter(({ pods }) => pods.some(pod => couldSelect(rest, pod)));
    const near = others.flatMap(workload => {
      const label = meantLabel(missed, workload.pods[0].labels);
      return label === undefined ? [] : [{ workload, fix: `select ${label}, the label of ${workloadName(workload)}` }];
    })[0];
    if (near !== undefined) { return near; }
    if (others.length === 1 && means(rest, missed, others[0], onNetwork)) {
      const [workload] = others;
      const { key, values } = missed;
      const own = workload.pods[0].labels[key];
      return { workload, fix: `${own === undefined ? `remove ${key}` : `select ${key}=${own}`}, or give the pods of ${workloadName(workload)} the label ${key}=${values[0]}` };
    }
  }
  return undefined;
}

/**
 * True if some workloads have all labels of a selector but one. Unless that is a near miss, the selector means another component or version of the same
 * application, which is perhaps not in the input.
 */
export function isVariant({ requirements }: Selector, workloads: readonly Workload[]): boolean {
  return requirements.length > 1 && requirements.some(missed => {
    const rest = Selector.of(requirements.filter(one => one !== missed));
    return workloads.some(({ pods }) => pods.some(pod => couldSelect(rest, pod)));
  });
}

/** The label that was meant, if a requirement has a typing error in its value or key, or names another key that says what a pod is. */
function meantLabel({ key, values }: Requirement, labels: Labels): string | undefined {
  const own = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (own !== undefined && values.some(value => isTypo(value, own))) { return `${key}=${own}`; }
  const sameValue = Object.entries(labels).find(([other, value]) => other !== key && values.includes(value) && isName(value)
    && (nearestName(key, [other]) !== undefined || (own === undefined && saysWhat(key) && saysWhat(other))));
  return sameValue?.join('=');
}

/** True if the other labels of a selector lead to one workload, and the missed one does not say that another workload is meant. */
function isMeant(rest: Selector, { key }: Requirement, workload: Workload, workloads: readonly Workload[]): boolean {
  const isOther = Object.hasOwn(workload.pods[0].labels, key) && (saysWhat(key) || !isLasting(key));
  const isIdentified = rest.requirements.some(({ operator, values }) => operator === 'In' && values.includes(workload.name));
  return !isOther && !rest.isEverything && (workloads.length > 1 || isIdentified);
}

/** The last parts of keys of labels that say what a pod is (kubernetes.io, "Recommended Labels", and older customs). */
const WHAT = /(^|[/-])(app|name|component|instance|role|tier|track|service|run|part-of)$/;

/** Those that say which application it is. */
const APPLICATION = /(^|[/-])(app|name)$/;

function saysWhat(key: string): boolean {
  return WHAT.test(key);
}

/** True for a value that can be the name of something: not `true`, a number or a word of two letters. */
function isName(value: string): boolean {
  return /[a-z]{3}/i.test(value) && !isSwitch(value);
}

/** True for a selector of labels that pods take on when they need something, such as `allow-dns: "true"`. Perhaps no pod needs it yet. */
export function isForLater({ requirements }: Selector): boolean {
  return requirements.every(({ values }) => values.length > 0 && values.every(isSwitch));
}

/** True for a value that only says that a label is there. */
function isSwitch(value: string): boolean {
  return /^(true|false|yes|no|on|off|enabled|disabled|allow|allowed|0|1)$/i.test(value);
}

/**
 * True if one name is probably the other one, mistyped. Names that differ only in a number or in a short part, such as `node-1` and `node-2` or `team-a`
 * and `team-b`, are two names.
 */
export function isTypo(name: string, known: string): boolean {
  if (name === known || nearestName(name, [known]) === undefined) { return false; }
  const withoutNumbers = (text: string) => text.replace(/\d+/g, '');
  if (withoutNumbers(name) === withoutNumbers(known)) { return false; }
  const [a, b] = [name, known].map(text => text.split(/[-._/]/));
  return a.length !== b.length || a.every((part, i) => part === b[i] || Math.min(part.length, b[i].length) > 3);
}

/**
 * What to select, if a selector selects none of these workloads: the label of a workload that has all the others, one that is like one of the selector, or
 * else an example.
 *
 * @param examples the workloads from which an example is taken, if they are not all of them
 */
export function labelToSelect(selector: Selector, workloads: readonly Workload[], examples: readonly Workload[] = workloads): string {
  // What an operator such as NotIn excludes is no label to select.
  const wanted = selector.requirements.filter(({ operator }) => operator === 'In');
  const near = [otherValue, likeLabel].flatMap(search => wanted.map(requirement => search(selector, requirement, workloads)))
    .find(text => text !== undefined);
  const [example] = examples.length > 0 ? examples : workloads;
  return near ?? `select the labels of a workload, such as ${exampleOf(example, example.pods[0])}`;
}

/** The label of a workload that only this requirement of the selector misses. */
function otherValue({ requirements }: Selector, missed: Requirement, workloads: readonly Workload[]): string | undefined {
  const rest = Selector.of(requirements.filter(one => one !== missed));
  // What the others exclude says nothing about which workload is meant.
  if (!rest.requirements.some(({ operator }) => operator === 'In')) { return undefined; }
  const near = workloads.find(({ pods }) => couldSelect(rest, pods[0]) && Object.hasOwn(pods[0].labels, missed.key));
  return near && `select ${missed.key}=${near.pods[0].labels[missed.key]}, the label of ${workloadName(near)}`;
}

/** A label that a workload has instead of the required one: another spelling of the value or of the key, or another key with the same value. */
function likeLabel({ requirements }: Selector, { key, values }: Requirement, workloads: readonly Workload[]): string | undefined {
  const labels = workloads.flatMap(workload =>
    workload.pods.flatMap(pod => Object.entries(pod.labels).map(([own, value]) => ({ workload, own, value }))))
    // The selector has it already.
    .filter(({ own, value }) => !requirements.some(one => one.key === own && one.values.includes(value)));
  for (const value of values) {
    const sameKey = labels.filter(({ own }) => own === key);
    const sameValue = labels.filter(one => one.value === value && isLasting(one.own));
    const nearValue = nearestName(value, sameKey.map(one => one.value));
    const nearKey = nearestName(key, sameValue.map(({ own }) => own));
    const near = sameKey.find(one => one.value === nearValue) ?? sameValue.find(({ own }) => own === nearKey) ?? sameValue[0];
    if (near !== undefined) { return `select ${near.own}=${near.value}, the label of ${workloadName(near.workload)}`; }
  }
  return undefined;
}

/** A label of a workload that lasts: `app=web of app/web[Deployment]`. */
function exampleOf(workload: Workload, { labels }: Pod): string {
  const [label] = Object.entries(labels).filter(([key]) => isLasting(key));
  return label === undefined ? `those of ${workloadName(workload)}` : `${label.join('=')} of ${workloadName(workload)}`;
}

import { isObject, Labels } from '../../k8s/objects';
import { CustomTemplate } from '../../k8s/pod-makers';
import { GeneratedLabel, Pod } from '../cluster';

/*
 * The labels that Kubernetes adds to pods (kubernetes.io/docs/reference/labels-annotations-taints). If the manifest determines a value, it is
 * known. A label that is written in the template keeps its value, unless Kubernetes overwrites it.
 */

type PodLabels = Pick<Pod, 'labels' | 'generated'>;

/** An object that makes pods from a template. */
interface Owner {
  readonly kind: string;
  /** Ends in `*` if the API server generates the rest of the name. */
  readonly name: string;
  /** The fields of `spec` of the object whose controller makes the pods. For a CronJob, those of its Jobs. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The least number of replicas, if something else than `spec.replicas` decides how many there are. */
  readonly minReplicas?: number;
}

/** At most this many pods of a workload are known one by one. The others are one more entry, with any number. */
const MAX_NUMBERED = 1000;

/** Since Kubernetes 1.35, these are copied from the node to its pods, if the node has them, and replace what the pod has. */
const NODE_LABELS: readonly GeneratedLabel[] = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'].map(key => ({ key, optional: true }));

/** The labels of the pods that a template makes: one entry for each pod whose number is known, otherwise one for all of them. */
export function labelsOfTemplate(written: Labels, owner: Owner): PodLabels[] {
  switch (owner.kind) {
    case 'Deployment': return [new Additions(written).any('pod-template-hash').done()];
    case 'DaemonSet': return [new Additions(written).any('controller-revision-hash').any('pod-template-generation', '#').done()];
    case 'StatefulSet': return labelsOfStatefulSet(written, owner);
    case 'Job': return labelsOfJobs(written, owner, owner.name);
    case 'CronJob': return labelsOfJobs(written, owner, `${owner.name}-#`);
    default: return [new Additions(written).done()];
  }
}

/**
 * The labels of the pods of a custom kind. If the labels that its controller adds are not known, the pods may have any label that the template does not
 * have.
 *
 * @param mentioned gives the keys of the labels that policies mention
 */
export function labelsOfCustomTemplate(
  { template: { labels: written }, adds, defaults, areLabelsKnown }: CustomTemplate, mentioned: () => Iterable<string>,
): PodLabels & Pick<Pod, 'lacks'> {
  const labels = new Additions(written);
  const set = (key: string, value: string) => {
    if (value.includes('*')) { labels.perhaps(key); } else if (value.includes('#')) { labels.perhaps(key, value); } else { labels.known(key, value); }
  };
  for (const [key, value] of Object.entries(adds)) { set(key, value); }
  for (const [key, value] of Object.entries(defaults)) {
    if (!Object.hasOwn(adds, key)) { labels.unlessWritten(key, () => set(key, value)); }
  }
  if (areLabelsKnown) { return labels.done(); }
  for (const key of mentioned()) {
    if (!NODE_LABELS.some(label => label.key === key)) { labels.unlessWritten(key, () => labels.perhaps(key)); }
  }
  // A policy of a kind that is not evaluated may look at further labels.
  return { ...labels.done(), lacks: NOTHING };
}

/** A pod with this surely lacks no label. */
const NOTHING: ReadonlySet<string> = new Set();

/** The labels of a pod that is written as a Pod. One that the cluster has printed has all of its labels. */
export function labelsOfPod(written: Labels, isPrinted: boolean): PodLabels {
  return isPrinted ? { labels: written } : new Additions(written).done();
}


/** Each pod of a StatefulSet has its own name (apps/v1, StatefulSetSpec.ordinals). The labels are set even if the template has them. */
function labelsOfStatefulSet(written: Labels, { name, spec, minReplicas }: Owner): PodLabels[] {
  const start = isObject(spec.ordinals) && typeof spec.ordinals.start === 'number' ? spec.ordinals.start : 0;
  const replicas = minReplicas ?? (typeof spec.replicas === 'number' ? spec.replicas : 1);
  return numbered(start, replicas, minReplicas !== undefined, ordinal => {
    const labels = new Additions(written).any('controller-revision-hash');
    return ordinal === undefined
      ? labels.any('statefulset.kubernetes.io/pod-name', `${name}-#`).any('apps.kubernetes.io/pod-index', '#').done()
      : labels.named('statefulset.kubernetes.io/pod-name', `${name}-${ordinal}`).known('apps.kubernetes.io/pod-index', `${ordinal}`).done();
  });
}

/**
 * The pods of Jobs with this name. With `manualSelector`, Kubernetes adds none of the labels that tell the pods of one Job from others. It
 * refuses a Job whose template has other values, so a written value is right.
 */
function labelsOfJobs(written: Labels, { spec }: Owner, name: string): PodLabels[] {
  const labelsOf = () => {
    const labels = new Additions(written);
    if (spec.manualSelector === true) { return labels; }
    for (const key of ['batch.kubernetes.io/job-name', 'job-name']) { labels.unlessWritten(key, () => labels.named(key, name)); }
    for (const key of ['batch.kubernetes.io/controller-uid', 'controller-uid']) { labels.unlessWritten(key, () => labels.any(key)); }
    return labels;
  };
  if (spec.completionMode !== 'Indexed') { return [labelsOf().done()]; }
  const key = 'batch.kubernetes.io/job-completion-index';
  return numbered(0, typeof spec.completions === 'number' ? spec.completions : 1, false, index =>
    (index === undefined ? labelsOf().any(key, '#') : labelsOf().known(key, `${index}`)).done());
}

/** One entry for each number from `start` on; one without a number for further pods. A workload that is scaled to zero may get one pod. */
function numbered(start: number, count: number, mayHaveMore: boolean, labelsOf: (number?: number) => PodLabels): PodLabels[] {
  const known = Math.min(count, MAX_NUMBERED);
  const entries = Array.from({ length: mayHaveMore ? known : Math.max(known, 1) }, (_, i) => labelsOf(start + i));
  return mayHaveMore || count > known ? [...entries, labelsOf()] : entries;
}

/** The labels of a template, and those that Kubernetes adds. */
class Additions {
  private readonly labels: Record<string, string>;
  private readonly generated: GeneratedLabel[] = [];

  constructor(private readonly written: Labels) { this.labels = { ...written }; }

  public known(key: string, value: string): this {
    this.labels[key] = value;
    return this;
  }

  /** A label whose value is a name, in which `*` stands for what the API server generates and `#` for a number. */
  public named(key: string, name: string): this {
    return /[*#]/.test(name) ? this.any(key, name) : this.known(key, name);
  }

  public any(key: string, form?: string): this {
    delete this.labels[key];
    this.generated.push(form === undefined ? { key, optional: false } : { key, optional: false, form });
    return this;
  }

  /** A label that the pod may lack. */
  public perhaps(key: string, form?: string): this {
    delete this.labels[key];
    this.generated.push(form === undefined ? { key, optional: true } : { key, optional: true, form });
    return this;
  }

  public unlessWritten(key: string, add: () => void): void {
    if (!Object.hasOwn(this.written, key)) { add(); }
  }

  public done(): PodLabels {
    // Most pods have no other labels of this sort, so they share one list.
    const hasOthers = this.generated.length > 0 || NODE_LABELS.some(({ key }) => Object.hasOwn(this.written, key));
    if (!hasOthers) { return { labels: this.labels, generated: NODE_LABELS }; }
    for (const label of NODE_LABELS) {
      // The value that is written, or another one from the node.
      if (Object.hasOwn(this.written, label.key)) { this.any(label.key); } else { this.generated.push(label); }
    }
    return { labels: this.labels, generated: this.generated };
  }
}

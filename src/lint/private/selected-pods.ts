import { Cluster, Policy, Workload } from '../../cluster/cluster';
import { couldSelect, surelySelects } from '../../cluster/pod-selection';
import { Selector } from '../../k8s/selector';
import { includesNamespace } from '../../manifests/unread';
import { PodsOfWorkload } from '../lint-input';

/** What several rules ask about the pods of a cluster. Each answer is computed once. */
export class SelectedPods {
  /** For each cluster. Rules of one run share it. */
  public static of(cluster: Cluster): SelectedPods {
    let known = SelectedPods.known.get(cluster);
    if (known === undefined) { SelectedPods.known.set(cluster, known = new SelectedPods(cluster)); }
    return known;
  }

  private static readonly known = new WeakMap<Cluster, SelectedPods>();

  private readonly byNamespace = new Map<string, Workload[]>();
  private readonly byLabel = new Map<string, Workload[]>();
  /** The workloads with pods on the network of their node. */
  private readonly byNodeNamespace = new Map<string, Workload[]>();
  private readonly byPolicyNamespace = new Map<string, Policy[]>();
  private readonly open = new Map<string, boolean>();
  private readonly forOthers = new Map<string, boolean>();
  private readonly selected = new Map<string, readonly PodsOfWorkload[]>();

  private constructor(private readonly cluster: Cluster) {
    for (const workload of cluster.workloads) {
      add(this.byNamespace, workload.namespace, workload);
      this.fileLabels(workload);
      if (workload.pods.some(({ hostNetwork }) => hostNetwork)) { add(this.byNodeNamespace, workload.namespace, workload); }
    }
  }

  /** The namespaces that have policies, in the order of the input, and their policies. */
  public get policies(): ReadonlyMap<string, readonly Policy[]> {
    if (this.byPolicyNamespace.size === 0) {
      for (const policy of this.cluster.policies) { add(this.byPolicyNamespace, policy.namespace, policy); }
    }
    return this.byPolicyNamespace;
  }

  /** The namespaces that have workloads, in the order of the input. */
  public get populated(): readonly string[] { return [...this.byNamespace.keys()]; }

  /** The workloads of a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.byNamespace.get(namespace) ?? []; }

  /**
   * True if the namespace may have workloads that are not in the cluster, so that nobody can say what it lacks: as stated, because their kind is not
   * known, or because a part of the input was not read.
   */
  public isOpen(namespace: string): boolean {
    let isOpen = this.open.get(namespace);
    if (isOpen === undefined) {
      const { openNamespaces, unread = [] } = this.cluster;
      isOpen = openNamespaces?.has(namespace) === true || unread.some(({ mayHold }) => includesNamespace(mayHold.workloads, namespace));
      this.open.set(namespace, isOpen);
    }
    return isOpen;
  }

  /**
   * True if several policies of the namespace select pods by labels, and none of them selects a declared pod. Then the workloads that they are for are
   * probably elsewhere.
   */
  public isForOthers(namespace: string): boolean {
    let isForOthers = this.forOthers.get(namespace);
    if (isForOthers === undefined) {
      const subjects = new Set(this.policies.get(namespace)?.map(({ subject }) => subject).filter(subject => !subject.isEverything));
      const isFound = (subject: Selector) => this.inNamespace(namespace, subject).length + this.onNodes(namespace, subject).length > 0;
      this.forOthers.set(namespace, isForOthers = subjects.size > 1 && ![...subjects].some(isFound));
    }
    return isForOthers;
  }

  /** The workloads of a namespace with pods on the network of their node that the selector would select. No policy selects them. */
  public onNodes(namespace: string, pods: Selector): readonly Workload[] {
    return (this.byNodeNamespace.get(namespace) ?? []).filter(workload => workload.pods.some(pod => pod.hostNetwork && couldSelect(pods, pod)));
  }

  /**
   * The declared pods of a namespace that a policy with this selector may select: not those on the network of their node. A label whose value is not
   * known counts as matching.
   */
  public inNamespace(namespace: string, pods: Selector): readonly PodsOfWorkload[] {
    const key = `${namespace} ${pods.id}`;
    let found = this.selected.get(key);
    if (found === undefined) {
      found = this.candidates(namespace, pods)
        .map(workload => ({ workload, pods: workload.pods.filter(pod => !pod.hostNetwork && couldSelect(pods, pod)) }))
        .filter(one => one.pods.length > 0);
      this.selected.set(key, found);
    }
    return found;
  }

  /** Those of these pods that a policy with this selector selects, whatever is not known. */
  public surelyInNamespace(namespace: string, pods: Selector): readonly PodsOfWorkload[] {
    return this.inNamespace(namespace, pods).map(({ workload, pods: some }) => ({ workload, pods: some.filter(pod => surelySelects(pods, pod)) }))
      .filter(one => one.pods.length > 0);
  }

  /** The same for several namespaces. One that is only used has no label besides its name. */
  public inNamespaces(namespaces: Selector, pods: Selector): readonly PodsOfWorkload[] {
    const matching = [...this.byNamespace.keys()].filter(name => namespaces.matches(this.cluster.namespaces.get(name)!.labels));
    return matching.flatMap(name => this.inNamespace(name, pods));
  }

  /** The workloads of a namespace that have a label of the selector, or may have it. This spares comparing every pod with every selector. */
  private candidates(namespace: string, { requirements }: Selector): readonly Workload[] {
    const listed = requirements.find(({ operator }) => operator === 'In');
    if (listed === undefined) { return this.workloadsIn(namespace); }
    const { key, values } = listed;
    const found = new Set([...values.map(value => `${key}=${value}`), key, ''].flatMap(label => this.byLabel.get(`${namespace} ${label}`) ?? []));
    return found.size < 2 ? [...found] : this.workloadsIn(namespace).filter(workload => found.has(workload));
  }

  /** Files a workload under the labels of its pods, the keys of those with open values, and under the empty key if any label is open. */
  private fileLabels(workload: Workload): void {
    const labels = new Set(workload.pods.flatMap(({ labels: own, generated = [], lacks }) =>
      [...Object.entries(own).map(label => label.join('=')), ...generated.map(({ key }) => key), ...lacks === undefined ? [] : ['']]));
    for (const label of labels) { add(this.byLabel, `${workload.namespace} ${label}`, workload); }
  }
}

/** Adds a value to the list of a key. */
function add<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) { lists.set(key, [value]); } else { list.push(value); }
}

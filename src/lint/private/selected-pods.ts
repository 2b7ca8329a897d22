import { Cluster, isLabelKnown, PodsClause, Policy, Workload } from '../../cluster/cluster';
import { couldSelect, surelySelects } from '../../cluster/pod-selection';
import { Service } from '../../cluster/service';
import { ClassIndex, Reachability } from '../../evaluator/reachability';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { Selector } from '../../k8s/selector';
import { includesNamespace } from '../../manifests/unread';
import { PodsOfWorkload } from '../lint-input';

/** What several rules ask about the pods of a cluster. Each answer is computed once. */
export class SelectedPods {
  /** For each cluster. Rules of one run share it. */
  public static readonly of = oncePer((cluster: Cluster) => new SelectedPods(cluster));

  /** The policies by their namespace, in the order of the input. */
  public readonly policies: ReadonlyMap<string, readonly Policy[]>;

  private readonly byNamespace: ReadonlyMap<string, readonly Workload[]>;
  /** The workloads by namespace and by what `fileLabels` files them under. */
  private readonly byLabel = new Map<string, Map<string, Workload[]>>();
  /** The workloads with pods on the network of their node. */
  private readonly nodeWorkloads: ReadonlyMap<string, readonly Workload[]>;
  private readonly services: ReadonlyMap<string, readonly Service[]>;
  private readonly open = new Map<string, boolean>();
  private readonly forOthers = new Map<string, boolean>();
  private readonly selected: Answers<readonly PodsOfWorkload[]> = new Map();
  private readonly selectedAcross: Answers<readonly PodsOfWorkload[]> = new Map();
  private readonly matching = new Map<string, readonly string[]>();
  private readonly present: Answers<boolean> = new Map();
  private readonly possible = new Map<string, readonly string[]>();
  private readonly classes = new WeakMap<readonly PodsOfWorkload[], readonly ClassIndex[]>();

  private constructor(private readonly cluster: Cluster) {
    this.byNamespace = groupByNamespace(cluster.workloads);
    this.nodeWorkloads = groupByNamespace(cluster.workloads.filter(({ pods }) => pods.some(({ hostNetwork }) => hostNetwork)));
    this.services = groupByNamespace(cluster.services);
    this.policies = groupByNamespace(cluster.policies);
    for (const workload of cluster.workloads) { this.fileLabels(workload); }
  }

  /** The namespaces that have workloads, in the order of the input. */
  public get populated(): readonly string[] { return [...this.byNamespace.keys()]; }

  /** The workloads of a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.byNamespace.get(namespace) ?? []; }

  /** The Services of a namespace. */
  public servicesIn(namespace: string): readonly Service[] { return this.services.get(namespace) ?? []; }

  /** The policies of a namespace. */
  public policiesIn(namespace: string): readonly Policy[] { return this.policies.get(namespace) ?? []; }

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
    return (this.nodeWorkloads.get(namespace) ?? []).filter(workload => workload.pods.some(pod => pod.hostNetwork && couldSelect(pods, pod)));
  }

  /**
   * True if the input has all pods that a peer of a policy in this namespace may be. If the peer selects namespaces by other labels than their name,
   * there may be further ones.
   */
  public knowsPeer(namespace: string, { namespaces }: PodsClause): boolean {
    return namespaces === undefined ? !this.isOpen(namespace) : namespaces.requirements.some(({ key, operator, values }) => key === NAMESPACE_NAME_LABEL && operator === 'In'
      && values.every(name => this.byNamespace.has(name) && !this.isOpen(name)));
  }

  /**
   * The declared pods of a namespace that a policy with this selector may select: not those on the network of their node. A label whose value is not
   * known counts as matching.
   */
  public inNamespace(namespace: string, pods: Selector): readonly PodsOfWorkload[] {
    return answered(this.selected, namespace, pods.id, () => this.candidates(namespace, pods).flatMap(workload => {
      const own = workload.pods.filter(pod => !pod.hostNetwork && couldSelect(pods, pod));
      return own.length === 0 ? [] : { workload, pods: own };
    }));
  }

  /** Those of these pods that a policy with this selector selects, whatever is not known. */
  public surelyInNamespace(namespace: string, pods: Selector): readonly PodsOfWorkload[] {
    return this.inNamespace(namespace, pods).map(({ workload, pods: some }) => ({ workload, pods: some.filter(pod => surelySelects(pods, pod)) }))
      .filter(one => one.pods.length > 0);
  }

  /** The same for several namespaces. One that is only used has no label besides its name. */
  public inNamespaces(namespaces: Selector, pods: Selector): readonly PodsOfWorkload[] {
    return answered(this.selectedAcross, namespaces.id, pods.id, () =>
      this.matchingNamespaces(namespaces).flatMap(name => this.inNamespace(name, pods)));
  }

  /** The declared pods that a peer of a policy in this namespace may be. */
  public ofPeer(namespace: string, { namespaces, pods }: PodsClause): readonly PodsOfWorkload[] {
    return namespaces === undefined ? this.inNamespace(namespace, pods) : this.inNamespaces(namespaces, pods);
  }

  /** True if a selector may match some declared pod of a namespace, also one on the network of its node. */
  public isInNamespace(namespace: string, pods: Selector): boolean {
    return answered(this.present, namespace, pods.id, () =>
      this.workloadsIn(namespace).some(workload => workload.pods.some(pod => couldSelect(pods, pod))));
  }

  /** The namespaces that a selector may match: a label that is not known may have any value. */
  public possibleNamespaces(namespaces: Selector): readonly string[] {
    let found = this.possible.get(namespaces.id);
    if (found === undefined) {
      const all = [...this.cluster.namespaces.values()];
      found = all.filter(one => namespaces.couldMatch(one.labels, key => isLabelKnown(one, key))).map(({ name }) => name);
      this.possible.set(namespaces.id, found);
    }
    return found;
  }

  /** The endpoint classes of some pods. It is computed once for a list, and `inNamespace` and `inNamespaces` give the same list again. */
  public classesOf(reach: Reachability, pods: readonly PodsOfWorkload[]): readonly ClassIndex[] {
    let classes = this.classes.get(pods);
    if (classes === undefined) {
      classes = [...new Set(pods.flatMap(one => one.pods.map(pod => reach.ofPod(one.workload, pod))))];
      this.classes.set(pods, classes);
    }
    return classes;
  }

  /** The workloads of a namespace that have a label of the selector, or may have it. This spares comparing every pod with every selector. */
  private candidates(namespace: string, { requirements }: Selector): readonly Workload[] {
    const listed = requirements.find(({ operator }) => operator === 'In');
    if (listed === undefined) { return this.workloadsIn(namespace); }
    const { key, values } = listed;
    const filed = this.byLabel.get(namespace);
    const lists = [...values.map(value => `${key}=${value}`), key, ''].flatMap(label => filed?.has(label) === true ? [filed.get(label)!] : []);
    if (lists.length < 2) { return lists[0] ?? []; }
    const found = new Set(lists.flat());
    return this.workloadsIn(namespace).filter(workload => found.has(workload));
  }

  /** Files a workload under the labels of its pods, the keys of those with open values, and under the empty key if any label is open. */
  private fileLabels(workload: Workload): void {
    const filed = this.byLabel.get(workload.namespace) ?? new Map<string, Workload[]>();
    this.byLabel.set(workload.namespace, filed);
    const file = (label: string) => {
      const list = filed.get(label);
      // Several pods of the workload may have the label.
      if (list === undefined) { filed.set(label, [workload]); } else if (list[list.length - 1] !== workload) { list.push(workload); }
    };
    for (const { labels, generated = [], lacks } of workload.pods) {
      for (const [key, value] of Object.entries(labels)) { file(`${key}=${value}`); }
      for (const { key } of generated) { file(key); }
      if (lacks !== undefined) { file(''); }
    }
  }

  /** The namespaces with workloads that a selector matches. */
  private matchingNamespaces(namespaces: Selector): readonly string[] {
    let matching = this.matching.get(namespaces.id);
    if (matching === undefined) {
      matching = [...this.byNamespace.keys()].filter(name => namespaces.matches(this.cluster.namespaces.get(name)!.labels));
      this.matching.set(namespaces.id, matching);
    }
    return matching;
  }
}

/** Answers by two texts. Joined to one key, the texts would be read from start to end for each question. */
type Answers<T> = Map<string, Map<string, T>>;

function answered<T>(answers: Answers<T>, first: string, second: string, answer: () => T): T {
  let own = answers.get(first);
  if (own === undefined) { answers.set(first, own = new Map()); }
  let known = own.get(second);
  if (known === undefined) { own.set(second, known = answer()); }
  return known;
}

function groupByNamespace<T extends { readonly namespace: string }>(objects: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of objects) {
    const group = groups.get(one.namespace);
    if (group === undefined) { groups.set(one.namespace, [one]); } else { group.push(one); }
  }
  return groups;
}

import { Cluster, Workload } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
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
  private readonly selected = new Map<string, readonly PodsOfWorkload[]>();

  private constructor(private readonly cluster: Cluster) {
    for (const workload of cluster.workloads) {
      const own = this.byNamespace.get(workload.namespace);
      if (own === undefined) { this.byNamespace.set(workload.namespace, [workload]); } else { own.push(workload); }
    }
  }

  /** The workloads of a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.byNamespace.get(namespace) ?? []; }

  /** True if the namespace has workloads that are not in the cluster, so that nobody can say what it lacks. */
  public isOpen(namespace: string): boolean { return this.cluster.openNamespaces?.has(namespace) === true; }

  /** True if the input has every workload of the namespace, as far as it can be known: the namespace is not open, and nothing that was not read may hold one. */
  public isComplete(namespace: string): boolean {
    return !this.isOpen(namespace) && this.cluster.unread?.some(({ mayHold }) => includesNamespace(mayHold.workloads, namespace)) !== true;
  }

  /** The workloads of a namespace with pods on the network of their node that the selector would select. No policy selects them. */
  public onNodes(namespace: string, pods: Selector): readonly Workload[] {
    return this.workloadsIn(namespace).filter(workload => workload.pods.some(pod => pod.hostNetwork && couldSelect(pods, pod)));
  }

  /**
   * The declared pods of a namespace that a policy with this selector may select: not those on the network of their node. A label whose value is not
   * known counts as matching.
   */
  public inNamespace(namespace: string, pods: Selector): readonly PodsOfWorkload[] {
    const key = `${namespace} ${pods.id}`;
    let found = this.selected.get(key);
    if (found === undefined) {
      found = this.workloadsIn(namespace)
        .map(workload => ({ workload, pods: workload.pods.filter(pod => !pod.hostNetwork && couldSelect(pods, pod)) }))
        .filter(one => one.pods.length > 0);
      this.selected.set(key, found);
    }
    return found;
  }

  /** The same for several namespaces. One that is only used has no label besides its name. */
  public inNamespaces(namespaces: Selector, pods: Selector): readonly PodsOfWorkload[] {
    const matching = [...this.byNamespace.keys()].filter(name => namespaces.matches(this.cluster.namespaces.get(name)!.labels));
    return matching.flatMap(name => this.inNamespace(name, pods));
  }
}

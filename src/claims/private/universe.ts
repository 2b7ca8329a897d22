import { Candidates } from './candidates';
import { Cluster, isLabelKnown, isLabelOpen, Pod, Policy, Workload } from '../../cluster/cluster';
import { ClusterPolicy } from '../../cluster/cluster-policy';
import { areSelectedAlike, couldSelect } from '../../cluster/pod-selection';
import { Reachability } from '../../evaluator/reachability';
import { Path, Place } from '../../findings/finding';
import { BoundedCache } from '../../k8s/bounded-cache';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort, namedPortKey } from '../../k8s/workloads';
import { PodCandidate } from '../../search/candidate';
import { listedNames, podClauses, rulesOf, SearchedCluster, WorkloadPod } from '../../search/searched-cluster';
import { AddressSet } from '../../search/value-set';

/** The declared pods of a workload that a party has. */
export interface DeclaredMembers {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  /** One pod for each set of labels. */
  readonly kinds: readonly Pod[];
}

/** Where policies first mention each key of a label. */
interface Mentions {
  readonly pods: ReadonlyMap<string, () => Place>;
  readonly namespaces: ReadonlyMap<string, () => Place>;
}

/** What all claims about one cluster have in common. It is computed when a claim first needs it, and no claim changes it. */
export class Universe extends SearchedCluster {
  /** By the namespaces that claims name and nothing else does. Most claims name none, and share what was computed for others. */
  public readonly candidates = new BoundedCache<Candidates>(100);

  private readonly workloadsOf: Map<string, Workload[]>;
  private readonly members: BoundedCache<readonly DeclaredMembers[]>;
  /** `isUsual` by address atom. It is asked about each declared pod with a known address. */
  private readonly usualAtoms = new Map<number, boolean>();
  private readonly runs: Map<Workload, readonly (readonly Pod[])[]>;
  private withOwnPorts?: readonly WorkloadPod[];
  private keys?: Mentions;
  private declaredNames?: ReadonlySet<string>;
  private mentionedNames?: ReadonlySet<string>;
  private evaluated?: Reachability;

  /**
   * @param before the evaluation of the cluster before a change, to be updated
   * @param alike the universe of a cluster that differs in its policies only, which mention nothing that those of `alike` do not
   */
  constructor(cluster: Cluster, private readonly before?: Reachability, alike?: Universe) {
    super(cluster, alike);
    // No policy changes what is declared. Classes that tell more pods apart than the policies do are right too.
    this.evaluated = alike?.reach;
    this.members = alike?.members ?? new BoundedCache();
    this.runs = alike?.runs ?? new Map();
    this.workloadsOf = alike?.workloadsOf ?? byNamespace(cluster);
    this.keys = alike?.mentions;
    this.declaredNames = alike?.portsDeclared;
    this.withOwnPorts = alike?.podsWithOwnPorts;
  }

  /** Who reaches whom among the declared pods. */
  public get reach(): Reachability {
    return this.evaluated ??= this.before === undefined ? new Reachability(this.cluster) : this.before.update(this.cluster);
  }

  /** The universe of the cluster after a change. Objects that have not changed must be the same ones. */
  public after(cluster: Cluster): Universe {
    return new Universe(cluster, this.evaluated ?? this.before);
  }

  /**
   * The universe of the cluster with other policies, which mention no label, no value, no namespace and no edge of a block that its own do not. It has the
   * endpoint classes of this one, and `reach` does not know the other policies. Everything in the input must have been read.
   */
  public withFewerMentions(cluster: Cluster): Universe {
    return new Universe(cluster, undefined, this);
  }

  /** True if a policy mentions this key of pod labels. Those of other kinds may mention any key. */
  public isMentioned(key: string): boolean { return this.mentions.pods.has(key) || this.cluster.unevaluated.length > 0; }

  /** Where the first selector of pods is written that mentions a key. */
  public placeOfPodKey(key: string): Place | undefined { return this.mentions.pods.get(key)?.(); }

  /** Where the first selector of namespaces is written that mentions a key. */
  public placeOfNamespaceKey(key: string): Place | undefined { return this.mentions.namespaces.get(key)?.(); }

  /** The declared pods that are on their node's network, or that give one port two names. */
  public get podsWithOwnPorts(): readonly WorkloadPod[] {
    return this.withOwnPorts ??= this.declaredPods(({ hostNetwork, ports }) => hostNetwork || sharesNumbers(ports));
  }

  /** True if a declared pod has a port of this name (`namedPortKey`). */
  public isPortDeclared(name: string): boolean { return this.portsDeclared.has(name); }

  /** True if a rule mentions a port of this name (`namedPortKey`). */
  public isPortMentioned(name: string): boolean {
    const { policies, clusterPolicies } = this.cluster;
    this.mentionedNames ??= new Set([...policies, ...clusterPolicies].flatMap(rulesOf).flatMap(({ ports = [] }) => namesOf(ports)));
    return this.mentionedNames.has(name);
  }

  /** The workloads in a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] {
    return this.workloadsOf.get(namespace) ?? [];
  }

  /**
   * The declared pods that two selectors match. A label of a pod whose value is not known counts as matching if it may match.
   *
   * @param assumesLabels a namespace that is only used has no label besides its name; otherwise it may have any
   */
  public declaredMembers(namespaces: Selector, pods: Selector, assumesLabels: boolean): readonly DeclaredMembers[] {
    return this.members.get(JSON.stringify([namespaces.id, pods.id, assumesLabels]), () => {
      return (listedNames(namespaces) ?? [...this.workloadsOf.keys()])
        .filter(name => this.workloadsOf.has(name) && this.mayMatch(namespaces, name, assumesLabels))
        .flatMap(name => this.membersIn(name, pods));
    });
  }

  private membersIn(namespace: string, pods: Selector): DeclaredMembers[] {
    const members: DeclaredMembers[] = [];
    for (const workload of this.workloadsIn(namespace)) {
      const runs = this.runsOf(workload).filter(([pod]) => couldSelect(pods, pod));
      if (runs.length > 0) { members.push({ workload, pods: runs.flat(), kinds: runs.map(([pod]) => pod) }); }
    }
    return members;
  }

  /** The pods of a workload, in runs with the same labels: a selector matches every pod of a run, or none. */
  private runsOf(workload: Workload): readonly (readonly Pod[])[] {
    let runs = this.runs.get(workload);
    if (runs === undefined) { this.runs.set(workload, runs = runsOfSameLabels(workload.pods)); }
    return runs;
  }

  /** True if a namespace that the selector matches has a workload. */
  public hasWorkloads(namespaces: Selector): boolean {
    return this.declaredMembers(namespaces, Selector.everything, true).length > 0;
  }

  /** True if a namespace that the selector matches has workloads that the input does not declare. */
  public hasOpenNamespace(namespaces: Selector): boolean {
    const labelsOf = (name: string) => this.cluster.namespaces.get(name)?.labels ?? { [NAMESPACE_NAME_LABEL]: name };
    return [...this.cluster.openNamespaces ?? []].some(name => namespaces.matches(labelsOf(name)));
  }

  /** True if a pod whose address is not known may have an address that no policy tells apart from this one. */
  public isUsual(address: bigint): boolean {
    const { addresses } = this.reach;
    const atom = addresses.atomOf(address);
    let isUsual = this.usualAtoms.get(atom);
    if (isUsual === undefined) {
      isUsual = !this.addressesOf(false).assumed.intersect(AddressSet.of([addresses.range(atom)])).isEmpty;
      this.usualAtoms.set(atom, isUsual);
    }
    return isUsual;
  }

  private get mentions(): Mentions { return this.keys ??= mentionsIn(this.cluster); }

  private mayMatch(selector: Selector, name: string, assumesLabels: boolean): boolean {
    const namespace = this.cluster.namespaces.get(name)!;
    return selector.couldMatch(namespace.labels, key => assumesLabels ? !isLabelOpen(namespace, key) : isLabelKnown(namespace, key));
  }

  private get portsDeclared(): ReadonlySet<string> {
    return this.declaredNames ??= new Set(this.cluster.workloads.flatMap(({ pods }) => pods.flatMap(({ ports }) => namesOf(ports))));
  }
}

function byNamespace({ workloads }: Cluster): Map<string, Workload[]> {
  const all = new Map<string, Workload[]>();
  for (const workload of workloads) {
    const own = all.get(workload.namespace);
    if (own === undefined) { all.set(workload.namespace, [workload]); } else { own.push(workload); }
  }
  return all;
}

function runsOfSameLabels(pods: readonly Pod[]): Pod[][] {
  const runs: Pod[][] = [];
  for (const pod of pods) {
    const run = runs.at(-1);
    if (run !== undefined && areSelectedAlike(run[0], pod)) { run.push(pod); } else { runs.push([pod]); }
  }
  return runs;
}

/** True if two names mean one port. */
export function sharesNumbers(ports: PodCandidate['ports']): boolean {
  const numbers = ports.filter(({ name }) => name !== undefined).map(({ protocol, port }) => `${protocol}/${port}`);
  return new Set(numbers).size < numbers.length;
}

/** The names among some ports (`namedPortKey`). */
function namesOf(ports: readonly Pick<ContainerPort, 'protocol' | 'name'>[]): string[] {
  return ports.filter(({ name }) => name !== undefined).map(namedPortKey);
}

function mentionsIn({ policies, clusterPolicies }: Cluster): Mentions {
  const mentions = { pods: new Map<string, () => Place>(), namespaces: new Map<string, () => Place>() };
  const add = (to: Map<string, () => Place>, selector: Selector | undefined, { origin }: Policy | ClusterPolicy, path: Path) => {
    for (const { key } of selector?.requirements ?? []) { if (!to.has(key)) { to.set(key, () => origin.at(path)); } }
  };
  for (const policy of policies) {
    add(mentions.pods, policy.subject, policy, ['spec', 'podSelector']);
    for (const { pods, namespaces, path } of podClauses(policy)) {
      add(mentions.pods, pods, policy, [...path, 'podSelector']);
      add(mentions.namespaces, namespaces, policy, [...path, 'namespaceSelector']);
    }
  }
  for (const policy of clusterPolicies) {
    add(mentions.pods, policy.subject, policy, ['spec', 'subject']);
    add(mentions.namespaces, policy.namespaces, policy, ['spec', 'subject']);
    for (const { pods, namespaces, path } of podClauses(policy)) {
      add(mentions.pods, pods, policy, path);
      add(mentions.namespaces, namespaces, policy, path);
    }
  }
  return mentions;
}

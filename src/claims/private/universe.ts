import { PodCandidate } from './candidate';
import { PolicyIndex } from './policy-index';
import { AddressSet } from './value-set';
import { Cluster, isLabelKnown, Namespace, PeerClause, Pod, UnevaluatedPolicy, Workload } from '../../cluster/cluster';
import { possibleAddresses } from '../../cluster/pod-addresses';
import { couldSelect } from '../../cluster/pod-selection';
import { Direction, Reachability } from '../../evaluator/reachability';
import { Place } from '../../findings/finding';
import { AddressRange } from '../../k8s/address';
import { haveSameLabels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort, namedPortKey } from '../../k8s/workloads';

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
export class Universe {
  public readonly policies: PolicyIndex;

  private readonly workloadsOf = new Map<string, Workload[]>();
  private readonly members = new Map<string, readonly DeclaredMembers[]>();
  private readonly runs = new Map<Workload, readonly (readonly Pod[])[]>();
  private readonly addresses = new Map<boolean, { readonly assumed: AddressSet; readonly all: AddressSet }>();
  private readonly usualAtoms = new Map<number, boolean>();
  private usedNames?: ReadonlySet<string>;
  private declared?: readonly Namespace[];
  private someOnHost?: boolean;
  private withOwnPorts?: readonly { readonly workload: Workload; readonly pod: Pod }[];
  private keys?: Mentions;
  private portNames?: { readonly declared: ReadonlySet<string>; readonly mentioned: ReadonlySet<string> };
  private known?: ReadonlySet<bigint>;
  private evaluated?: Reachability;

  /** @param before the evaluation of the cluster before a change, to be updated */
  constructor(public readonly cluster: Cluster, private readonly before?: Reachability) {
    this.policies = new PolicyIndex(cluster);
    for (const workload of cluster.workloads) {
      const own = this.workloadsOf.get(workload.namespace);
      if (own === undefined) { this.workloadsOf.set(workload.namespace, [workload]); } else { own.push(workload); }
    }
  }

  /** Who reaches whom among the declared pods. */
  public get reach(): Reachability {
    return this.evaluated ??= this.before === undefined ? new Reachability(this.cluster) : this.before.update(this.cluster);
  }

  /** The universe of the cluster after a change. Objects that have not changed must be the same ones. */
  public after(cluster: Cluster): Universe {
    return new Universe(cluster, this.evaluated ?? this.before);
  }

  /** The namespaces that are declared or stated. */
  public get declaredNamespaces(): readonly Namespace[] {
    return this.declared ??= [...this.cluster.namespaces.values()].filter(({ origin }) => origin !== undefined);
  }

  /** The names of the namespaces that an object is in, or that a selector of a policy names. */
  public get namedNamespaces(): ReadonlySet<string> {
    if (this.usedNames === undefined) {
      const names = new Set(this.cluster.namespaces.keys());
      for (const { namespaces } of podClauses(this.cluster)) { addNames(namespaces, names); }
      this.usedNames = names;
    }
    return this.usedNames;
  }

  /** True if a policy mentions this key of pod labels. */
  public isMentioned(key: string): boolean { return this.mentions.pods.has(key); }

  /** Where the first selector of pods is written that mentions a key. */
  public placeOfPodKey(key: string): Place | undefined { return this.mentions.pods.get(key)?.(); }

  /** Where the first selector of namespaces is written that mentions a key. */
  public placeOfNamespaceKey(key: string): Place | undefined { return this.mentions.namespaces.get(key)?.(); }

  /** True if a declared pod is on its node's network. */
  public get hasHostNetwork(): boolean {
    return this.someOnHost ??= this.cluster.workloads.some(({ pods }) => pods.some(({ hostNetwork }) => hostNetwork));
  }

  /** The declared pods that are on their node's network, or that give one port two names. */
  public get podsWithOwnPorts(): readonly { readonly workload: Workload; readonly pod: Pod }[] {
    return this.withOwnPorts ??= this.cluster.workloads.flatMap(workload => workload.pods
      .filter(({ hostNetwork, ports }) => hostNetwork || sharesNumbers(ports)).map(pod => ({ workload, pod })));
  }

  /** True if a declared pod has a port of this name (`namedPortKey`). */
  public isPortDeclared(name: string): boolean { return this.names.declared.has(name); }

  /** True if a rule mentions a port of this name (`namedPortKey`). */
  public isPortMentioned(name: string): boolean { return this.names.mentioned.has(name); }

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
    const key = JSON.stringify([namespaces.id, pods.id, assumesLabels]);
    let members = this.members.get(key);
    if (members === undefined) {
      const names = namespaces.requirements.find(({ key: label, operator }) => label === NAMESPACE_NAME_LABEL && operator === 'In')?.values;
      members = (names ?? [...this.workloadsOf.keys()])
        .filter(name => this.workloadsOf.has(name) && this.mayMatch(namespaces, name, assumesLabels))
        .flatMap(name => this.membersIn(name, pods));
      this.members.set(key, members);
    }
    return members;
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

  /** The policies of kinds that are not evaluated that could select a pod. */
  public couldSelect(candidate: PodCandidate, direction: Direction): readonly UnevaluatedPolicy[] {
    const { unevaluated } = this.cluster;
    if (unevaluated.length === 0) { return unevaluated; }
    const { pod, namespace } = candidate.partlyKnown;
    return unevaluated.filter(policy => policy[direction] && policy.selects(pod, namespace) !== 'no');
  }

  /** The addresses that a pod may have if its address is not known. */
  public addressesOf(hostNetwork: boolean): { readonly assumed: AddressSet; readonly all: AddressSet } {
    let sets = this.addresses.get(hostNetwork);
    if (sets === undefined) {
      const { assumed, all } = possibleAddresses(this.cluster, { hostNetwork });
      // Pods on one node's network share its address. Other pods never share one.
      const taken = hostNetwork ? this.knownAddressesOf(pod => !pod.hostNetwork) : this.knownAddresses;
      this.addresses.set(hostNetwork, sets = { assumed: AddressSet.of(assumed, taken), all: AddressSet.of(all, taken) });
    }
    return sets;
  }

  /** The declared pods with a known address in some ranges, each with these addresses. */
  public* podsWithAddressIn(
    ranges: readonly AddressRange[],
  ): Iterable<{ readonly workload: Workload; readonly pod: Pod; readonly addresses: readonly bigint[] }> {
    if (this.knownAddresses.size === 0) { return; }
    const isIn = (address: bigint) => ranges.some(({ first, last }) => first <= address && address <= last);
    for (const workload of this.cluster.workloads) {
      for (const pod of workload.pods) {
        const addresses = pod.addresses.filter(isIn);
        if (addresses.length > 0) { yield { workload, pod, addresses }; }
      }
    }
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

  /** The known addresses of declared pods. */
  public get knownAddresses(): ReadonlySet<bigint> {
    return this.known ??= this.knownAddressesOf(() => true);
  }

  private knownAddressesOf(isMeant: (pod: Pod) => boolean): ReadonlySet<bigint> {
    return new Set(this.cluster.workloads.flatMap(({ pods }) => pods.filter(isMeant).flatMap(({ addresses }) => addresses)));
  }

  private get mentions(): Mentions {
    if (this.keys === undefined) {
      const keys = { pods: new Map<string, () => Place>(), namespaces: new Map<string, () => Place>() };
      const add = (to: Map<string, () => Place>, selector: Selector | undefined, place: () => Place) => {
        for (const { key } of selector?.requirements ?? []) { if (!to.has(key)) { to.set(key, place); } }
      };
      for (const { subject, origin, ingress = [], egress = [] } of this.cluster.policies) {
        add(keys.pods, subject, () => origin.at(['spec', 'podSelector']));
        for (const peer of [...ingress, ...egress].flatMap(({ peers = [] }) => peers)) {
          if (peer.kind === 'addresses') { continue; }
          add(keys.pods, peer.pods, () => origin.at([...peer.path, 'podSelector']));
          add(keys.namespaces, peer.namespaces, () => origin.at([...peer.path, 'namespaceSelector']));
        }
      }
      this.keys = keys;
    }
    return this.keys;
  }

  private mayMatch(selector: Selector, name: string, assumesLabels: boolean): boolean {
    const namespace = this.cluster.namespaces.get(name)!;
    return assumesLabels ? selector.matches(namespace.labels) : selector.couldMatch(namespace.labels, key => isLabelKnown(namespace, key));
  }

  private get names(): { readonly declared: ReadonlySet<string>; readonly mentioned: ReadonlySet<string> } {
    const namesOf = (ports: readonly Pick<ContainerPort, 'protocol' | 'name'>[]) => ports.filter(({ name }) => name !== undefined).map(namedPortKey);
    return this.portNames ??= {
      declared: new Set(this.cluster.workloads.flatMap(({ pods }) => pods.flatMap(({ ports }) => namesOf(ports)))),
      mentioned: new Set(this.cluster.policies.flatMap(({ ingress = [], egress = [] }) =>
        [...ingress, ...egress].flatMap(({ ports = [] }) => namesOf(ports)))),
    };
  }
}

function runsOfSameLabels(pods: readonly Pod[]): Pod[][] {
  const runs: Pod[][] = [];
  for (const pod of pods) {
    const run = runs.at(-1);
    if (run !== undefined && haveSamePodLabels(run[0], pod)) { run.push(pod); } else { runs.push([pod]); }
  }
  return runs;
}

function haveSamePodLabels(a: Pod, b: Pod): boolean {
  return a.generated === b.generated && a.hostNetwork === b.hostNetwork && haveSameLabels(a.labels, b.labels);
}

/** True if two names mean one port. */
export function sharesNumbers(ports: PodCandidate['ports']): boolean {
  const numbers = ports.filter(({ name }) => name !== undefined).map(({ protocol, port }) => `${protocol}/${port}`);
  return new Set(numbers).size < numbers.length;
}

/** Adds the names of namespaces that a selector mentions. */
export function addNames(selector: Selector | undefined, names: Set<string>): void {
  for (const { key, values } of selector?.requirements ?? []) {
    if (key === NAMESPACE_NAME_LABEL) { values.forEach(value => names.add(value)); }
  }
}

function* podClauses({ policies }: Cluster): Iterable<Extract<PeerClause, { kind: 'pods' }>> {
  for (const { ingress = [], egress = [] } of policies) {
    for (const { peers = [] } of [...ingress, ...egress]) {
      for (const peer of peers) { if (peer.kind === 'pods') { yield peer; } }
    }
  }
}

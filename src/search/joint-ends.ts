import { Candidate, CandidateNamespace, labelsOfPod, LabelSpace, PodCandidate } from './candidate';
import { listedNames, SearchedCluster, Vocabulary } from './searched-cluster';
import { AddressSet, LabelSet } from './value-set';
import { Namespace, Pod, PodsClause, Workload, workloadName } from '../cluster/cluster';
import { AddressRange, FAMILY_RANGE } from '../k8s/address';
import { haveSameLabels, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { namedPortKey } from '../k8s/workloads';

/** One end of a connection, in each state of a cluster. What is the same object in two states is the same fact about the end. */
export interface JointEnd {
  readonly candidates: readonly Candidate[];
  /** The namespace of a pod; absent for a pod of a namespace that no state has, and for addresses. */
  readonly namespace?: string;
  /** A declared pod, in the first state that has it. */
  readonly declared?: { readonly workload: Workload; readonly pod: Pod };
  /** True if a policy or a rule can treat it differently in two states although nothing else has changed: its labels, ports or addresses differ. */
  readonly differs: boolean;
}

/** A declared pod in each state; a state without the pod takes it as another state has it. */
interface PodInStates {
  readonly workloads: readonly Workload[];
  readonly pods: readonly Pod[];
}

/**
 * The ends of connections that could exist in several states of a cluster. A possible pod is the same in all states, except for the labels of its namespace:
 * they are those that each state declares. A state that only uses a namespace which another state declares gives it no label besides its name. The other
 * namespaces have the same labels in all states, whatever they are.
 */
export class JointEnds {
  private readonly pods = new Map<string | undefined, JointEnd>();
  private readonly namespaces = new Map<string | undefined, readonly CandidateNamespace[]>();
  private readonly anyLabels = new LabelSpace({}, LabelSet.ANY);
  private known?: { readonly pods: AddressSet; readonly nodes: AddressSet; readonly taken: ReadonlySet<bigint> };
  private named?: readonly string[];
  private own?: readonly JointEnd[];
  private outside?: JointEnd;

  constructor(private readonly states: readonly SearchedCluster[]) {}

  /** The names of the namespaces that a state has, or that a selector names. */
  public get names(): readonly string[] {
    return this.named ??= [...new Set(this.states.flatMap(({ namedNamespaces }) => [...namedNamespaces]))];
  }

  /** The namespaces that only some states declare, and others use: those give them no label besides the name. */
  public get assumedNamespaces(): readonly string[] {
    return this.names.filter(name => {
      const all = this.states.map(({ cluster }) => cluster.namespaces.get(name)).filter(one => one !== undefined);
      return all.some(isDeclared) && all.some(one => !isDeclared(one));
    });
  }

  /** The pods that could exist in a namespace; in one that no state has, if there is no name. */
  public podsIn(name: string | undefined): JointEnd {
    let end = this.pods.get(name);
    if (end === undefined) {
      const namespaces = this.namespaceIn(name);
      const candidates = namespaces.map(namespace => new PodCandidate(namespace, this.anyLabels, this.addressSets.pods));
      this.pods.set(name, end = { candidates, namespace: name, differs: namespaces.some(one => one !== namespaces[0]) });
    }
    return end;
  }

  /** The addresses that belong to no pod. */
  public get addresses(): JointEnd {
    if (this.outside === undefined) {
      const addresses = AddressSet.of(EVERY_ADDRESS, this.addressSets.taken);
      this.outside = { candidates: this.states.map(() => ({ kind: 'address', addresses })), differs: false };
    }
    return this.outside;
  }

  /** The declared pods that no possible pod is like: their labels, ports or addresses differ, their address is unusual, or they are on their node's network. */
  public get special(): readonly JointEnd[] {
    return this.own ??= this.declaredPods().filter(pods => this.isSpecial(pods)).map(pods => this.declaredEnd(pods));
  }

  /** The ends that a rule's peer may match in some state. */
  public* matching(clause: PodsClause | undefined, policyNamespace: string): Iterable<JointEnd> {
    yield* this.podsMatching(clause, policyNamespace);
    yield* this.special;
  }

  /** The same without the declared pods that no possible pod is like. */
  public* podsMatching(clause: PodsClause | undefined, policyNamespace: string): Iterable<JointEnd> {
    const listed = clause === undefined ? undefined : clause.namespaces === undefined ? [policyNamespace] : listedNames(clause.namespaces);
    for (const name of listed ?? this.names) {
      if (listed !== undefined || clause?.namespaces === undefined || this.mayMatch(clause.namespaces, name)) { yield this.podsIn(name); }
    }
    if (listed === undefined) { yield this.podsIn(undefined); }
  }

  /** Every end that policies can tell apart. */
  public* all(): Iterable<JointEnd> {
    for (const name of this.names) { yield this.podsIn(name); }
    yield this.podsIn(undefined);
    yield this.addresses;
    yield* this.special;
  }

  private mayMatch(selector: Selector, name: string): boolean {
    return this.namespaceIn(name).some(({ labels }) => selector.requirements.every(requirement =>
      !labels.get(requirement.key).intersect(LabelSet.meeting(requirement)).isEmpty));
  }

  /** A namespace in each state. */
  private namespaceIn(name: string | undefined): readonly CandidateNamespace[] {
    let all = this.namespaces.get(name);
    if (all === undefined) { this.namespaces.set(name, all = name === undefined ? this.newNamespace() : this.namedNamespace(name)); }
    return all;
  }

  private newNamespace(): CandidateNamespace[] {
    const others = LabelSet.meeting({ key: NAMESPACE_NAME_LABEL, operator: 'NotIn', values: this.names });
    const labels = new LabelSpace({}, LabelSet.ANY).set(NAMESPACE_NAME_LABEL, others.intersect(LabelSet.PRESENT));
    const namespace = { labels };
    return this.states.map(() => namespace);
  }

  private namedNamespace(name: string): CandidateNamespace[] {
    const own = this.states.map(({ cluster }) => cluster.namespaces.get(name));
    const declared = own.find(isDeclared);
    const kinds: CandidateNamespace[] = [];
    return own.map(namespace => {
      const meant = namespace ?? declared;
      const isKnown = meant !== undefined && (meant.origin !== undefined || declared !== undefined && meant.open === undefined);
      const candidate = isKnown ? knownNamespace(meant) : { name, labels: new LabelSpace({ [NAMESPACE_NAME_LABEL]: name }, LabelSet.ANY) };
      const same = kinds.find(kind => isSameNamespace(kind, candidate));
      if (same === undefined) { kinds.push(candidate); }
      return same ?? candidate;
    });
  }

  private get addressSets(): NonNullable<typeof this.known> {
    if (this.known === undefined) {
      const taken = new Set(this.states.flatMap(({ knownAddresses }) => [...knownAddresses]));
      const common = (hostNetwork: boolean) => {
        const [first, ...others] = this.states.map(state => state.addressesOf(hostNetwork).all);
        return others.reduce((all, one) => all.intersect(one), first).ranges;
      };
      this.known = { pods: AddressSet.of(common(false), taken), nodes: AddressSet.of(common(true), taken), taken };
    }
    return this.known;
  }

  private declaredPods(): PodInStates[] {
    const [{ cluster: first }] = this.states;
    // States that differ in their policies only have the same workloads.
    if (this.states.every(({ cluster }) => cluster.workloads === first.workloads)) {
      const inEach = <T>(one: T): T[] => this.states.map(() => one);
      return first.workloads.flatMap(workload => workload.pods.map(pod => ({ workloads: inEach(workload), pods: inEach(pod) })));
    }
    const byName = new Map<string, (Workload | undefined)[]>();
    this.states.forEach(({ cluster }, state) => {
      for (const workload of cluster.workloads) {
        const key = `${workload.kind} ${workload.namespace}/${workload.name}`;
        let all = byName.get(key);
        if (all === undefined) { byName.set(key, all = this.states.map(() => undefined)); }
        all[state] = workload;
      }
    });
    return [...byName.values()].flatMap(workloads => podsInStates(workloads));
  }

  private isSpecial({ pods }: PodInStates): boolean {
    return pods.some(({ hostNetwork }) => hostNetwork)
      || pods.some(pod => pod !== pods[0] && !this.isAlike(pod, pods[0]))
      || pods.some(({ addresses }) => addresses.length > 1 || addresses.length === 1 && !this.isUsual(addresses[0]));
  }

  /** True if no state tells the pod of one version from that of another. */
  private isAlike(a: Pod, b: Pod): boolean {
    if (a.hostNetwork !== b.hostNetwork || a.addresses.join() !== b.addresses.join()) { return false; }
    return this.states.every(({ vocabulary }) => likenessOf(a, vocabulary) === likenessOf(b, vocabulary));
  }

  /** True if a possible pod may have an address that no block of a state tells from this one. */
  private isUsual(address: bigint): boolean {
    const { pods } = this.addressSets;
    const atom = this.states.reduce((range, { vocabulary }) => narrowed(range, vocabulary.edges, address), wholeFamily(address));
    return !pods.intersect(AddressSet.of([atom])).isEmpty;
  }

  private declaredEnd({ workloads, pods }: PodInStates): JointEnd {
    const kinds: PodCandidate[] = [];
    const candidates = pods.map((pod, state) => {
      const workload = workloads[state];
      const namespace = this.namespaceIn(workload.namespace)[state];
      const labels = kinds.find(kind => kind.declared!.pod === pod || haveSameLabelSpace(kind.declared!.pod, pod))?.labels ?? labelsOfPod(pod);
      const addresses = pod.addresses.length > 0 ? pod.addresses : this.addressSets[pod.hostNetwork ? 'nodes' : 'pods'];
      const candidate = new PodCandidate(namespace, labels, addresses, { workload, pod, name: workloadName(workload) });
      kinds.push(candidate);
      return candidate;
    });
    return {
      candidates,
      namespace: workloads[0].namespace,
      declared: { workload: workloads[0], pod: pods[0] },
      differs: pods.some(pod => pod !== pods[0] && !this.isAlike(pod, pods[0])) || candidates
        .some(({ namespace }) => namespace !== candidates[0].namespace),
    };
  }
}

const EVERY_ADDRESS: readonly AddressRange[] = [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6];

function isDeclared(namespace: Namespace | undefined): namespace is Namespace { return namespace?.origin !== undefined; }

/** A namespace with the labels that are known, and no other one. */
function knownNamespace(namespace: Namespace): CandidateNamespace {
  const { name, labels, open } = namespace;
  const space = new LabelSpace(labels, open !== undefined && open.values === undefined ? LabelSet.ANY : LabelSet.ABSENT);
  for (const [key, values] of open?.values ?? []) {
    space.set(key, LabelSet.generated(values.includes(undefined), { values: values.filter(value => value !== undefined) }));
  }
  return { name, known: namespace, labels: space, unread: open?.reason };
}

function isSameNamespace(a: CandidateNamespace, b: CandidateNamespace): boolean {
  if (a.known === undefined || b.known === undefined) { return a.known === b.known; }
  return a.known.open === undefined && b.known.open === undefined && haveSameLabels(a.known.labels, b.known.labels);
}

/** The same for pods that no selector and no named port tells apart. */
function likenessOf({ labels, generated = [], ports }: Pod, { podKeys, portNames }: Vocabulary): string {
  return JSON.stringify([
    Object.entries(labels).filter(([key]) => podKeys.has(key)).sort(),
    generated.filter(({ key }) => podKeys.has(key)).map(({ key, optional, form, values }) => [key, optional, form, values]).sort(),
    ports.filter(port => port.name !== undefined && portNames.has(namedPortKey(port))).map(port => [namedPortKey(port), port.port]).sort(),
  ]);
}

function haveSameLabelSpace(a: Pod, b: Pod): boolean {
  return haveSameLabels(a.labels, b.labels) && a.generated === b.generated && a.lacks === b.lacks;
}

/**
 * The pods of a workload in each state: those of one name. The pod of a template, which has no name, stands for each of them. A state without a pod of that
 * name takes it as another state has it.
 */
function podsInStates(workloads: readonly (Workload | undefined)[]): PodInStates[] {
  const present = workloads.filter(one => one !== undefined);
  const names = new Set(present.flatMap(({ pods }) => pods.flatMap(({ name }) => name ?? [])));
  return (names.size === 0 ? [undefined] : [...names]).map(name => {
    const pods = workloads.map(workload => podNamed(workload?.pods ?? [], name));
    const first = pods.find(pod => pod !== undefined)!;
    return { workloads: workloads.map(workload => workload ?? present[0]), pods: pods.map(pod => pod ?? first) };
  });
}

/** The pod of a workload that has a name, or that of its template. */
export function podNamed(pods: readonly Pod[], name: string | undefined): Pod | undefined {
  return pods.find(pod => pod.name === name) ?? pods.find(pod => pod.name === undefined);
}

function wholeFamily(address: bigint): AddressRange {
  return address <= FAMILY_RANGE.IPv4.last ? FAMILY_RANGE.IPv4 : FAMILY_RANGE.IPv6;
}

/** The part of a range around an address that has no edge inside. */
function narrowed({ first, last }: AddressRange, edges: readonly bigint[], address: bigint): AddressRange {
  let range = { first, last };
  for (const edge of edges) {
    if (edge <= address && edge > range.first) { range = { ...range, first: edge }; }
    if (edge > address && edge <= range.last) { range = { ...range, last: edge - 1n }; }
  }
  return range;
}

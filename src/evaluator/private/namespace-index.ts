import { AddressSpace } from '../address-space';
import { BitRows, EVERYTHING, NOTHING, RowRef } from './bit-rows';
import { LabelRef, PolicyVocabulary, SelectorRef, Term } from './vocabulary';
import { Pod, Selection, UnevaluatedPolicy, Workload } from '../../cluster/cluster';
import { Labels } from '../../k8s/objects';
import { portName, ContainerPort } from '../../k8s/workloads';

/** Pods of a namespace that no policy tells apart. */
export interface EndpointClass {
  /** One of them. */
  readonly pod: Pod;
  /** The labels that selectors look at. None on a node's network: there only addresses are selected. */
  readonly labels: readonly LabelRef[];
  /** Numbers of the named ports that policies mention, by `portName`. */
  readonly namedPorts: ReadonlyMap<string, readonly number[]>;
  /** Atoms that the pods' addresses are in. */
  readonly atoms: readonly number[];
  /** The policies of kinds that are not evaluated that could select the pods. */
  readonly unevaluated: readonly { readonly policy: UnevaluatedPolicy; readonly selection: Selection }[];
}

/**
 * The pods of one namespace, in classes by the labels that some selector mentions, named ports and addresses, and
 * which of them a selector selects. A label leads to a row of bits, one for each class, so that a selector
 * is a few rows joined, and is worked out once. Never changed once it is made.
 */
export class NamespaceIndex {
  public readonly classes: readonly EndpointClass[];

  /** The pods, and for each run of them its class. */
  public readonly runs: readonly ReplicaRun[];
  public readonly classOfRun: readonly number[];

  /** How many words a row has. */
  public readonly words: number;

  /** Classes by the atoms that they have an address in. */
  public readonly byAtom: ReadonlyMap<number, RowRef>;

  /** Made when it is first asked for. */
  private classOfPod?: ReadonlyMap<Pod, number>;

  private readonly byLabel = new Map<LabelRef, RowRef>();
  private readonly byPort = new Map<string, Map<number, RowRef>>();
  private readonly selected = new Map<SelectorRef, RowRef>();

  /** Those that selectors can select at all. */
  private readonly selectable: RowRef;

  constructor(
    public readonly namespace: string, workloads: readonly Workload[], unevaluated: (pod: Pod) => EndpointClass['unevaluated'],
    private readonly lens: PolicyVocabulary, private readonly rows: BitRows, addresses: AddressSpace,
  ) {
    this.runs = workloads.flatMap(workload => replicaRuns(workload, addresses));
    const classes: EndpointClass[] = [];
    const bySignature = new Map<string, number>();
    this.classOfRun = this.runs.map(run => {
      const known = classOf(run, lens, unevaluated(run.pod));
      const signature = signatureOf(known);
      let index = bySignature.get(signature);
      if (index === undefined) { bySignature.set(signature, index = classes.push(known) - 1); }
      return index;
    });
    this.classes = classes;
    this.words = (classes.length + 31) >>> 5;
    const byAtom = new Map<number, RowRef>();
    classes.forEach(({ labels, namedPorts, atoms }, index) => {
      for (const label of labels) {
        this.enter(this.byLabel, label, index);
        const key = lens.keyOf[label];
        if (key !== label) { this.enter(this.byLabel, key, index); }
      }
      for (const [name, numbers] of namedPorts) {
        let rowsOfName = this.byPort.get(name);
        if (rowsOfName === undefined) { this.byPort.set(name, rowsOfName = new Map()); }
        for (const number of numbers) { this.enter(rowsOfName, number, index); }
      }
      for (const atom of atoms) { this.enter(byAtom, atom, index); }
    });
    this.byAtom = byAtom;
    this.selectable = this.rowWhere(index => !classes[index].pod.hostNetwork);
  }

  /** The classes that a selector selects. */
  public select(selector: SelectorRef): RowRef {
    let row = this.selected.get(selector);
    if (row === undefined) { this.selected.set(selector, row = this.joined(this.lens.terms[selector])); }
    return row;
  }

  /** The numbers that ports of a name have here, by `portName`, each with the classes that have it. */
  public get ports(): ReadonlyMap<string, ReadonlyMap<number, RowRef>> { return this.byPort; }

  /** Of the ports of one name. */
  public holders(name: string): ReadonlyMap<number, RowRef> {
    return this.byPort.get(name) ?? NO_HOLDERS;
  }

  /** The class of one of the namespace's pods; nothing where it is none of them. */
  public classOf(pod: Pod): number | undefined {
    this.classOfPod ??= new Map(this.runs.flatMap(({ workload, first, end }, run) =>
      workload.pods.slice(first, end).map(one => [one, this.classOfRun[run]] as const)));
    return this.classOfPod.get(pod);
  }

  /** The same pods, where atoms have other numbers. */
  public renumbered(numbers: Int32Array): NamespaceIndex {
    if (this.byAtom.size === 0) { return this; }
    const byAtom = new Map([...this.byAtom].map(([atom, row]) => [numbers[atom], row]));
    return Object.assign(Object.create(NamespaceIndex.prototype), this, { byAtom });
  }

  /** True where some pod has a port of this name, by `portName`. */
  public someHavePort(name: string): boolean {
    return this.runs.some(({ pod }) => pod.ports.some(port => port.name !== undefined && portName(port) === name));
  }

  /** True where some pod has a label; any value of it, where none is given. */
  public someHave(key: string, value?: string): boolean {
    return this.runs.some(({ pod }) => Object.hasOwn(pod.labels, key) && (value === undefined || pod.labels[key] === value));
  }

  /** What is in both of two rows of this segment. */
  public both(a: RowRef, b: RowRef): RowRef {
    if (a === EVERYTHING || b === NOTHING) { return b; }
    if (b === EVERYTHING || a === NOTHING) { return a; }
    const row = this.rows.copy(a, this.words);
    this.rows.and(row, b, this.words);
    return this.rows.isEmpty(row, this.words) ? NOTHING : row;
  }

  private joined(terms: readonly Term[]): RowRef {
    // One label with one value, as most selectors are: its row is there already.
    if (terms.length === 1 && terms[0].operator === 'In' && terms[0].values.length === 1) {
      return this.byLabel.get(terms[0].values[0]) ?? NOTHING;
    }
    if (terms.length === 0 || this.selectable === NOTHING) { return this.selectable; }
    const row = this.selectable === EVERYTHING ? this.fullRow() : this.rows.copy(this.selectable, this.words);
    for (const term of terms) { this.narrow(row, term); }
    return this.rows.isEmpty(row, this.words) ? NOTHING : row;
  }

  private narrow(row: RowRef, { operator, key, values }: Term): void {
    const named = operator === 'In' || operator === 'NotIn' ? values : [key];
    const labelled = named.map(label => this.byLabel.get(label)).filter(known => known !== undefined);
    if (operator === 'NotIn' || operator === 'DoesNotExist') {
      for (const known of labelled) { this.rows.andNot(row, known, this.words); }
      return;
    }
    const any = labelled.length === 1 ? labelled[0] : this.rows.allocate(this.words);
    if (labelled.length !== 1) {
      for (const known of labelled) { this.rows.or(any, known, this.words); }
    }
    this.rows.and(row, any, this.words);
  }

  private enter<K>(known: Map<K, RowRef>, key: K, index: number): void {
    let row = known.get(key);
    if (row === undefined) { known.set(key, row = this.rows.allocate(this.words)); }
    this.rows.add(row, index);
  }

  private fullRow(): RowRef {
    const row = this.rows.allocate(this.words);
    for (let index = 0; index < this.classes.length; index++) { this.rows.add(row, index); }
    return row;
  }

  /** The row of classes for which something holds. */
  private rowWhere(holds: (index: number) => boolean): RowRef {
    const count = this.classes.reduce((sum, _, index) => sum + (holds(index) ? 1 : 0), 0);
    if (count === 0) { return NOTHING; }
    if (count === this.classes.length) { return EVERYTHING; }
    const row = this.rows.allocate(this.words);
    this.classes.forEach((_, index) => { if (holds(index)) { this.rows.add(row, index); } });
    return row;
  }
}

const NO_HOLDERS: ReadonlyMap<number, RowRef> = new Map();

function classOf({ pod, atoms }: ReplicaRun, lens: PolicyVocabulary, unevaluated: EndpointClass['unevaluated']): EndpointClass {
  const namedPorts = new Map<string, number[]>();
  for (const port of pod.ports) {
    if (!lens.looksAtPort(port)) { continue; }
    const name = portName(port);
    const numbers = namedPorts.get(name) ?? [];
    namedPorts.set(name, numbers);
    if (!numbers.includes(port.port)) { numbers.push(port.port); }
  }
  return { pod, atoms, namedPorts, unevaluated, labels: pod.hostNetwork ? [] : lens.labels(pod.labels).sort((a, b) => a - b) };
}

const ids = new WeakMap<UnevaluatedPolicy, number>();
let nextId = 0;

/** A number for each policy of a kind that is not evaluated. */
function idOf(policy: UnevaluatedPolicy): number {
  let id = ids.get(policy);
  if (id === undefined) { ids.set(policy, id = nextId++); }
  return id;
}

/** Equal for those that no policy tells apart. */
function signatureOf({ pod, labels, namedPorts, atoms, unevaluated }: EndpointClass): string {
  const ports = namedPorts.size === 0 ? '' : JSON.stringify([...namedPorts].map(([name, numbers]) => [name, [...numbers].sort()]).sort());
  return `${pod.hostNetwork} ${labels.join()} ${atoms.join()} ${ports}${unevaluated.length === 0 ? '' : unevaluated.map(({ policy, selection }) => ` ${idOf(policy)} ${selection}`).join()}`;
}

/** Pods of a workload, one behind the other, that are alike in all that any policy could look at. */
export interface ReplicaRun {
  readonly workload: Workload;
  /** The first of them in the workload's list, and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** One of them. */
  readonly pod: Pod;
  /** Atoms that their addresses are in, ascending. */
  readonly atoms: readonly number[];
}

/**
 * A workload's pods, as few runs as there can be. Replicas differ in nothing but their addresses, as a rule, so
 * that a pod is compared with the one before it and no more is done for it.
 */
export function replicaRuns(workload: Workload, addresses: AddressSpace): ReplicaRun[] {
  const { pods } = workload;
  const runs: ReplicaRun[] = [];
  let first = 0;
  let atoms = atomsOf(pods[0], addresses);
  for (let i = 1; i < pods.length; i++) {
    if (areAlike(pods[i], pods[first]) && haveAtoms(pods[i], atoms, addresses)) { continue; }
    runs.push({ workload, first, end: i, pod: pods[first], atoms });
    first = i;
    atoms = atomsOf(pods[i], addresses);
  }
  runs.push({ workload, first, end: pods.length, pod: pods[first], atoms });
  return runs;
}

function atomsOf({ addresses: own }: Pod, addresses: AddressSpace): readonly number[] {
  return [...new Set(own.map(address => addresses.atomOf(address)))].sort((a, b) => a - b);
}

function haveAtoms(pod: Pod, atoms: readonly number[], addresses: AddressSpace): boolean {
  const own = pod.addresses;
  if (own.length > 1) { return atomsOf(pod, addresses).join() === atoms.join(); }
  // One address, or none, is what most pods have.
  return own.length === atoms.length && (own.length === 0 || addresses.atomOf(own[0]) === atoms[0]);
}

function areAlike(a: Pod, b: Pod): boolean {
  return a.hostNetwork === b.hostNetwork && haveSameLabels(a.labels, b.labels) && haveSamePorts(a.ports, b.ports);
}

function haveSameLabels(a: Labels, b: Labels): boolean {
  let difference = 0;
  for (const key in a) {
    if (b[key] !== a[key]) { return false; }
    difference++;
  }
  for (const _ in b) { difference--; }
  return difference === 0;
}

function haveSamePorts(a: readonly ContainerPort[], b: readonly ContainerPort[]): boolean {
  return a === b || a.length === b.length && a.every((port, i) =>
    port.port === b[i].port && port.name === b[i].name && port.protocol === b[i].protocol);
}

import { AddressSpace } from '../address-space';
import { BitRows, EVERYTHING, NOTHING, RowRef } from './bit-rows';
import { LabelRef, PolicyVocabulary, SelectorRef, Term } from './vocabulary';
import { GeneratedLabel, Pod, Selection, UnevaluatedPolicy, Workload } from '../../cluster/cluster';
import { areSelectedAlike, couldSelect, surelySelects } from '../../cluster/pod-selection';
import { Selector } from '../../k8s/selector';
import { namedPortKey, ContainerPort } from '../../k8s/workloads';

/** What counts as a match of a selector if labels are not known: what it surely matches, or what it may match. */
export type Match = 'surely' | 'possibly';

/** Pods of a namespace that no policy can tell apart. */
export interface EndpointClass {
  /** One of them. */
  readonly pod: Pod;
  /** The labels that selectors mention. Empty on a node's network, where no selector matches. */
  readonly labels: readonly LabelRef[];
  /** The labels with unknown values that selectors mention. */
  readonly generated: readonly GeneratedLabel[];
  /** Numbers of the named ports that policies mention, by `namedPortKey`. */
  readonly namedPorts: ReadonlyMap<string, readonly number[]>;
  /** The atoms of the pods' addresses; empty if the addresses are not known, and if blocks do not match the pods. */
  readonly atoms: readonly number[];
  /** The policies of kinds that are not evaluated that could select the pods. */
  readonly unevaluated: readonly { readonly policy: UnevaluatedPolicy; readonly selection: Selection }[];
}

/** Where a pod's address comes from. `either`: it is not known whether the pod is on the network of its node. */
export type Network = 'pods' | 'nodes' | 'either';

/** Where the address of a pod comes from. */
export function networkOf({ hostNetwork, hasOpenNetwork }: Pod): Network {
  return hasOpenNetwork === true ? 'either' : hostNetwork ? 'nodes' : 'pods';
}

/** What the versions of an index have in common. */
interface Contents {
  readonly namespace: string;
  readonly classes: readonly EndpointClass[];
  /** The pods as runs of replicas, and the class of each run. */
  readonly runs: readonly ReplicaRun[];
  readonly classOfRun: readonly number[];
  readonly vocabulary: PolicyVocabulary;
  readonly bits: BitRows;
  readonly byLabel: ReadonlyMap<LabelRef, RowRef>;
  /** For each port name (`namedPortKey`) the numbers that ports of this name have, each with the classes that have it. */
  readonly byPort: ReadonlyMap<string, ReadonlyMap<number, RowRef>>;
  /** The classes that selectors can match: those that are not on their node's network. */
  readonly selectable: RowRef;
  /** The classes that a selector matches, for the selectors that were evaluated. */
  readonly selected: Map<SelectorRef, RowRef>;
  /** The same for selectors that mention labels with unknown values. */
  readonly openSelected: Readonly<Record<Match, Map<SelectorRef, RowRef>>>;
  /** The classes without a known address, by where it comes from. */
  readonly withoutAddress: Readonly<Record<Network, RowRef>>;
}

const NO_ATOMS: readonly number[] = [];

/** Groups the pods of a namespace into endpoint classes and indexes them. `isMatched` says whether blocks match a pod by its address. */
export function indexNamespace(
  namespace: string, workloads: readonly Workload[], unevaluated: (pod: Pod) => EndpointClass['unevaluated'],
  vocabulary: PolicyVocabulary, bits: BitRows, addresses: AddressSpace, isMatched: (pod: Pod) => boolean,
): NamespaceIndex {
  const runs = workloads.flatMap(workload => replicaRuns(workload, addresses)).map(run => isMatched(run.pod) ? run : { ...run, atoms: NO_ATOMS });
  const classes: EndpointClass[] = [];
  const bySignature = new Map<string, number>();
  const classOfRun = runs.map(run => {
    const known = classOf(run, vocabulary, unevaluated(run.pod));
    const signature = signatureOf(known);
    let index = bySignature.get(signature);
    if (index === undefined) { bySignature.set(signature, index = classes.push(known) - 1); }
    return index;
  });
  const words = wordsOf(classes);
  const addTo = <K>(rows: Map<K, RowRef>, key: K, index: number) => {
    let row = rows.get(key);
    if (row === undefined) { rows.set(key, row = bits.allocate(words)); }
    bits.add(row, index);
  };
  const byLabel = new Map<LabelRef, RowRef>();
  const byPort = new Map<string, Map<number, RowRef>>();
  const byAtom = new Map<number, RowRef>();
  classes.forEach(({ labels, namedPorts, atoms }, index) => {
    for (const label of labels) {
      addTo(byLabel, label, index);
      const key = vocabulary.keyOf[label];
      if (key !== label) { addTo(byLabel, key, index); }
    }
    for (const [name, numbers] of namedPorts) {
      let rowsOfName = byPort.get(name);
      if (rowsOfName === undefined) { byPort.set(name, rowsOfName = new Map()); }
      for (const number of numbers) { addTo(rowsOfName, number, index); }
    }
    for (const atom of atoms) { addTo(byAtom, atom, index); }
  });
  const selectable = rowWhere(classes, ({ pod }) => !pod.hostNetwork, bits);
  const withoutAddressOn = (network: Network) => rowWhere(classes, ({ pod, atoms }) => atoms.length === 0 && networkOf(pod) === network, bits);
  return new NamespaceIndex({
    namespace,
    classes,
    runs,
    classOfRun,
    vocabulary,
    bits,
    byLabel,
    byPort,
    selectable,
    selected: new Map(),
    openSelected: { surely: new Map(), possibly: new Map() },
    withoutAddress: { pods: withoutAddressOn('pods'), nodes: withoutAddressOn('nodes'), either: withoutAddressOn('either') },
  }, byAtom);
}

/**
 * The endpoint classes of one namespace, and which of them a selector matches. Each label has a row of bits, with one bit for each class. A
 * selector is evaluated once, by combining a few of these rows.
 */
export class NamespaceIndex {
  public readonly namespace: string;
  public readonly classes: readonly EndpointClass[];

  /** The number of words of a row. */
  public readonly words: number;

  /** The keys of labels with unknown values that selectors mention. */
  public readonly openKeys: ReadonlySet<string>;

  /** True if some pods may be on their node's network or not. */
  public readonly hasOpenNetworks: boolean;

  private classOfPod?: ReadonlyMap<Pod, number>;

  /** `byAtom` has, for each atom, the classes with an address in it. */
  constructor(private readonly contents: Contents, public readonly byAtom: ReadonlyMap<number, RowRef>) {
    this.namespace = contents.namespace;
    this.classes = contents.classes;
    this.words = wordsOf(contents.classes);
    this.openKeys = new Set(contents.classes.flatMap(({ generated }) => generated.map(({ key }) => key)));
    this.hasOpenNetworks = contents.classes.some(({ pod }) => pod.hasOpenNetwork === true);
  }

  /** The classes without a known address that comes from a network. */
  public withoutAddress(network: Network): RowRef { return this.contents.withoutAddress[network]; }

  /** The classes that a selector matches. Without `match`, the selector must mention no label with an unknown value. */
  public select(selector: SelectorRef, match?: Match): RowRef {
    const { selected, vocabulary } = this.contents;
    if (match !== undefined && (this.hasOpenNetworks || (this.openKeys.size > 0 && mentionsOneOf(vocabulary.selectors[selector], this.openKeys)))) {
      return this.selectOpen(selector, match);
    }
    let row = selected.get(selector);
    if (row === undefined) { selected.set(selector, row = this.matching(vocabulary.terms[selector])); }
    return row;
  }

  /** For each port name (`namedPortKey`) the numbers that ports of this name have, each with the classes that have it. */
  public get ports(): ReadonlyMap<string, ReadonlyMap<number, RowRef>> { return this.contents.byPort; }

  /** The numbers that ports of one name have, each with the classes that have it. */
  public classesByPortNumber(name: string): ReadonlyMap<number, RowRef> {
    return this.contents.byPort.get(name) ?? NO_CLASSES;
  }

  /** The class of a pod; undefined if the pod is not in this namespace. */
  public classOf(pod: Pod): number | undefined {
    const { runs, classOfRun } = this.contents;
    this.classOfPod ??= new Map(runs.flatMap(({ workload, first, end }, run) =>
      workload.pods.slice(first, end).map(one => [one, classOfRun[run]] as const)));
    return this.classOfPod.get(pod);
  }

  /** The same classes after atoms got other numbers. */
  public renumbered(numbers: Int32Array): NamespaceIndex {
    if (this.byAtom.size === 0) { return this; }
    return new NamespaceIndex(this.contents, new Map([...this.byAtom].map(([atom, row]) => [numbers[atom], row])));
  }

  /** True if some pod has a port of this name (`namedPortKey`). */
  public somePodHasPort(name: string): boolean {
    return this.contents.runs.some(({ pod }) => pod.ports.some(port => port.name !== undefined && namedPortKey(port) === name));
  }

  /** True if some pod has or may have a label, with this value if one is given. */
  public somePodHasLabel(key: string, value?: string): boolean {
    return this.contents.runs.some(({ pod }) => (Object.hasOwn(pod.labels, key) && (value === undefined || pod.labels[key] === value))
      || pod.generated?.some(label => label.key === key) === true);
  }

  /** The intersection of two rows of this namespace. */
  public both(a: RowRef, b: RowRef): RowRef {
    const { bits } = this.contents;
    if (a === EVERYTHING || b === NOTHING) { return b; }
    if (b === EVERYTHING || a === NOTHING) { return a; }
    const row = bits.copy(a, this.words);
    bits.and(row, b, this.words);
    return bits.isEmpty(row, this.words) ? NOTHING : row;
  }

  /** The classes that a selector surely or possibly matches. Only classes with labels of unknown values differ from the others. */
  private selectOpen(selector: SelectorRef, match: Match): RowRef {
    const { openSelected, vocabulary, bits } = this.contents;
    const known = openSelected[match].get(selector);
    if (known !== undefined) { return known; }
    // No selector surely selects a pod that may be on its node's network.
    const matches = (one: Selector, pod: Pod) => match === 'surely' ? pod.hasOpenNetwork !== true && surelySelects(one, pod) : couldSelect(one, pod);
    const base = this.select(selector);
    let row = base === NOTHING ? bits.allocate(this.words) : base === EVERYTHING ? fullRow(this.classes, bits) : bits.copy(base, this.words);
    this.classes.forEach(({ pod, generated }, index) => {
      if (generated.length === 0 && pod.hasOpenNetwork !== true) { return; }
      if (matches(vocabulary.selectors[selector], pod)) { bits.add(row, index); } else { bits.remove(row, index); }
    });
    if (bits.isEmpty(row, this.words)) { row = NOTHING; }
    openSelected[match].set(selector, row);
    return row;
  }

  private matching(terms: readonly Term[]): RowRef {
    const { byLabel, selectable, bits } = this.contents;
    // Most selectors require one label with one value. That label has a row.
    if (terms.length === 1 && terms[0].operator === 'In' && terms[0].values.length === 1) {
      return byLabel.get(terms[0].values[0]) ?? NOTHING;
    }
    if (terms.length === 0 || selectable === NOTHING) { return selectable; }
    const row = selectable === EVERYTHING ? fullRow(this.classes, bits) : bits.copy(selectable, this.words);
    for (const term of terms) { this.narrow(row, term); }
    return bits.isEmpty(row, this.words) ? NOTHING : row;
  }

  /** Clears the bits of the classes that a term does not match. */
  private narrow(row: RowRef, { operator, key, values }: Term): void {
    const { byLabel, bits } = this.contents;
    const named = operator === 'In' || operator === 'NotIn' ? values : [key];
    const rows = named.map(label => byLabel.get(label)).filter(known => known !== undefined);
    if (operator === 'NotIn' || operator === 'DoesNotExist') {
      for (const known of rows) { bits.andNot(row, known, this.words); }
      return;
    }
    const any = rows.length === 1 ? rows[0] : bits.allocate(this.words);
    if (rows.length !== 1) {
      for (const known of rows) { bits.or(any, known, this.words); }
    }
    bits.and(row, any, this.words);
  }
}

/** True if the selector looks at one of these labels. */
export function mentionsOneOf({ requirements }: Selector, keys: ReadonlySet<string>): boolean {
  return requirements.some(({ key }) => keys.has(key));
}

function wordsOf(classes: readonly EndpointClass[]): number {
  return (classes.length + 31) >>> 5;
}

function fullRow(classes: readonly EndpointClass[], bits: BitRows): RowRef {
  const row = bits.allocate(wordsOf(classes));
  for (let index = 0; index < classes.length; index++) { bits.add(row, index); }
  return row;
}

/** The row of the classes for which a condition is true. */
function rowWhere(classes: readonly EndpointClass[], holds: (one: EndpointClass) => boolean, bits: BitRows): RowRef {
  const count = classes.filter(holds).length;
  if (count === 0) { return NOTHING; }
  if (count === classes.length) { return EVERYTHING; }
  const row = bits.allocate(wordsOf(classes));
  classes.forEach((one, index) => { if (holds(one)) { bits.add(row, index); } });
  return row;
}

const NO_CLASSES: ReadonlyMap<number, RowRef> = new Map();

function classOf({ pod, atoms }: ReplicaRun, vocabulary: PolicyVocabulary, unevaluated: EndpointClass['unevaluated']): EndpointClass {
  const namedPorts = new Map<string, number[]>();
  for (const port of pod.ports) {
    if (!vocabulary.mentionsPort(port)) { continue; }
    const name = namedPortKey(port);
    const numbers = namedPorts.get(name) ?? [];
    namedPorts.set(name, numbers);
    if (!numbers.includes(port.port)) { numbers.push(port.port); }
  }
  if (pod.hasOpenPorts === true) {
    for (const name of vocabulary.portNames) { namedPorts.set(name, [ANY_NUMBER]); }
  }
  const generated = pod.hostNetwork || pod.generated === undefined ? NONE_GENERATED : pod.generated.filter(({ key }) => vocabulary.mentionsKey(key));
  return { pod, atoms, namedPorts, generated, unevaluated, labels: pod.hostNetwork ? [] : vocabulary.labels(pod.labels).sort((a, b) => a - b) };
}

const NONE_GENERATED: readonly GeneratedLabel[] = [];

const ids = new WeakMap<UnevaluatedPolicy, number>();
let nextId = 0;

/** A number for each policy of a kind that is not evaluated. */
function idOf(policy: UnevaluatedPolicy): number {
  let id = ids.get(policy);
  if (id === undefined) { ids.set(policy, id = nextId++); }
  return id;
}

/** The number of a named port that may have any number, or be absent. */
export const ANY_NUMBER = 0;

/** The same for pods that no policy can tell apart. */
function signatureOf({ pod, labels, generated, namedPorts, atoms, unevaluated }: EndpointClass): string {
  const ports = namedPorts.size === 0 ? '' : JSON.stringify([...namedPorts].map(([name, numbers]) => [name, [...numbers].sort()]).sort());
  const open = generated.length === 0 ? '' : JSON.stringify(generated.map(describe));
  const unread = pod.unread === undefined ? '' : JSON.stringify(pod.unread);
  return `${pod.hostNetwork} ${pod.hasOpenNetwork} ${labels.join()} ${atoms.join()} ${ports}${open}${unread}${unevaluated.length === 0 ? '' : unevaluated.map(({ policy, selection }) => ` ${idOf(policy)} ${selection}`).join()}`;
}

/** The same for labels with the same possible values. */
function describe({ key, optional, form, values }: GeneratedLabel): string {
  return `${key} ${optional} ${form} ${values}`;
}

/** Consecutive pods of a workload that are the same in everything that a policy could mention. */
export interface ReplicaRun {
  readonly workload: Workload;
  /** The index of the first of them in the workload's list, and the index after the last. */
  readonly first: number;
  readonly end: number;
  /** One of them. */
  readonly pod: Pod;
  /** The atoms of their addresses, ascending. */
  readonly atoms: readonly number[];
}

/**
 * The pods of a workload, as runs of replicas. Replicas usually differ only in their addresses, so comparing each pod with the run before it
 * is all the work that most pods need.
 */
function replicaRuns(workload: Workload, addresses: AddressSpace): ReplicaRun[] {
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
  // Most pods have one address, or none that is known.
  return own.length === atoms.length && (own.length === 0 || addresses.atomOf(own[0]) === atoms[0]);
}

function areAlike(a: Pod, b: Pod): boolean {
  return areSelectedAlike(a, b) && haveSamePorts(a.ports, b.ports);
}

function haveSamePorts(a: readonly ContainerPort[], b: readonly ContainerPort[]): boolean {
  return a === b || a.length === b.length && a.every((port, i) =>
    port.port === b[i].port && port.name === b[i].name && port.protocol === b[i].protocol);
}

import { bothSelect, canSelect, isWider, rulesWithout } from './bridging-rules';
import { Operation } from './plan-operations';
import { JudgedOperation, PolicyState } from './plan-search';
import { Cluster, PeerClause, Policy, Rule, Workload } from '../../cluster/cluster';
import { Direction, DIRECTIONS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Budget, BudgetExceeded } from '../../search/constraint-search';
import { JointEnd } from '../../search/joint-ends';
import { JointQuestion, JointSearch } from '../../search/joint-search';
import { JointWitness, witnessOf } from '../../search/joint-witness';
import { SearchedCluster } from '../../search/searched-cluster';

/** What is wrong with a state between two versions. */
export interface StateFault {
  /**
   * - `cut`: both versions allow a connection, and the state denies it
   * - `opened`: both versions deny it, and the state allows it
   * - `tie`: the versions say what happens to a connection, and in the state it depends on which of two rules decides first, which no text defines
   * - `budget`: the search for such a connection did not end
   */
  readonly kind: 'cut' | 'opened' | 'tie' | 'budget';
  /** Absent for `budget`. */
  readonly example?: JudgedExample;
}

/** A connection of a fault or a change. */
export interface JudgedExample {
  readonly witness: JointWitness;
  /** The states of the search that found it. */
  readonly states: readonly Cluster[];
}

/** The pods whose connections an operation can change in one direction. */
interface Touched {
  readonly direction: Direction;
  readonly namespace: string;
  readonly subject: Selector;
  /** The rules by which a connection passed that no longer does. Undefined if every connection passed that does not any more; empty if there is none. */
  readonly closing?: readonly Rule[];
  /** The rules by which a connection passes that did not before. */
  readonly opening?: readonly Rule[];
}

const [OLD, NEW, STATE] = [0, 1, 2];

/**
 * Judges the states between two versions, for every pod that could exist. It begins with a safe state, so only connections of pods that an operation since then
 * touches can be cut or opened.
 */
export class StateJudge {
  private readonly base: Cluster;
  private readonly prepared = new WeakMap<PolicyState, SearchedCluster>();
  private known?: ReadonlySet<string>;
  private readonly old: SearchedCluster;
  private readonly now: SearchedCluster;

  /**
   * @param base the namespaces, the workloads and the facts of every state
   * @param prefer what to look for first
   * @param maxSteps how many steps one search may take
   */
  constructor(base: Cluster, old: PolicyState, now: PolicyState, private readonly prefer: 'cut' | 'opened', private readonly maxSteps: number) {
    // All states have the same workloads, so no policy tells the others from possible pods with their labels.
    // What is not evaluated must not hide what netpol can judge. The plan names it as a reason for undecided.
    const unevaluated = base.unevaluated.filter(({ opens }) => opens !== undefined);
    this.base = { ...base, workloads: base.workloads.filter(unlikePossible), unevaluated };
    this.old = this.searched(old);
    this.now = this.searched(now);
  }

  /** True if only the running cluster knows what some rule of a tier does. */
  public get isAmbiguous(): boolean { return [this.old, this.now].some(isAmbiguous); }

  /** What is wrong with the state after the last one of these operations. The state before the first one is safe, and those between need not be. */
  public faultAfter(operations: readonly JudgedOperation[]): StateFault | undefined {
    const search = new JointSearch([this.old, this.now, this.searched(operations.at(-1)!.state)]);
    const touched = operations.flatMap(({ state, operation }) => touchedBy(operation, state));
    const kinds = this.prefer === 'cut' ? ['cut', 'opened'] as const : ['opened', 'cut'] as const;
    try {
      for (const kind of kinds) {
        const example = kind === 'cut' ? this.cutIn(search, touched) : this.openedIn(search, touched);
        if (example !== undefined) { return { kind, example }; }
      }
      const example = this.undecidedIn(search, touched);
      if (example !== undefined) { return { kind: 'tie', example }; }
    } catch (error) {
      if (error instanceof BudgetExceeded) { return { kind: 'budget' }; }
      throw error;
    }
    return undefined;
  }

  /** A connection that only the second state allows, as far as an operation between them can tell; undefined if there is none, or none is found in time. */
  public gainedBy(before: PolicyState, after: PolicyState, operation: Operation): JudgedExample | undefined {
    return this.changedBy(before, after, operation, 'opening');
  }

  /** The same for a connection that only the first state allows. */
  public lostBy(before: PolicyState, after: PolicyState, operation: Operation): JudgedExample | undefined {
    return this.changedBy(before, after, operation, 'closing');
  }

  private changedBy(before: PolicyState, after: PolicyState, operation: Operation, how: 'opening' | 'closing'): JudgedExample | undefined {
    const states = how === 'opening' ? [after, before] : [before, after];
    const search = new JointSearch(states.map(state => this.searched(state)));
    try {
      return this.exampleIn(search, touchedBy(operation, after), touched => ({
        allowedIn: [0], deniedIn: [1], side: touched.direction, subject: subjectOf(touched), others: othersOf(search, touched, how),
      }));
    } catch (error) {
      if (error instanceof BudgetExceeded) { return undefined; }
      throw error;
    }
  }

  /** If only a state in between has several outcomes, each of them must be safe: one that the running cluster may have is not in a version. */
  private readingOf({ states }: JointSearch): JointQuestion['reading'] {
    return !this.isAmbiguous && isAmbiguous(states[STATE]) ? 'possible' : 'sure';
  }

  /** A connection that answers a question about the pods of one of these. */
  private exampleIn(search: JointSearch, all: readonly Touched[], questionOf: (touched: Touched) => JointQuestion): JudgedExample | undefined {
    const witness = first(all, touched => search.find(questionOf(touched), witnessOf, new Budget(this.maxSteps)));
    return witness && { witness, states: search.states.map(({ cluster }) => cluster) };
  }

  private cutIn(search: JointSearch, all: readonly Touched[]): JudgedExample | undefined {
    return this.exampleIn(search, all, touched => ({
      allowedIn: [OLD, NEW],
      deniedIn: [STATE],
      side: touched.direction,
      subject: subjectOf(touched),
      others: othersOf(search, touched, 'closing'),
      reading: this.readingOf(search),
    }));
  }

  private openedIn(search: JointSearch, all: readonly Touched[]): JudgedExample | undefined {
    return this.exampleIn(search, all, touched => ({
      allowedIn: [STATE],
      deniedIn: [OLD, NEW],
      subject: subjectOf(touched),
      others: othersOf(search, touched, 'opening'),
      reading: this.readingOf(search),
    }));
  }

  /** A connection that the state may allow and may deny, although the order of the rules is clear in both versions. */
  private undecidedIn(search: JointSearch, all: readonly Touched[]): JudgedExample | undefined {
    if (this.readingOf(search) === 'sure') { return undefined; }
    const state = search.states[STATE];
    // What only the running cluster knows suits each of the two.
    const twice = new JointSearch([state, state]);
    return this.exampleIn(twice, all, touched => ({
      allowedIn: [0], deniedIn: [1], side: touched.direction, subject: subjectOf(touched), reading: 'possible',
    }));
  }

  private searched(state: PolicyState): SearchedCluster {
    let found = this.prepared.get(state);
    if (found === undefined) {
      const objects = [...state.values()];
      const policies = objects.flatMap(({ policy }) => policy ?? []);
      const clusterPolicies = objects.flatMap(({ clusterWide }) => clusterWide ?? []);
      this.prepared.set(state, found = new StateCluster({ ...this.base, policies, clusterPolicies }, () => this.names));
    }
    return found;
  }

  /** Every namespace that a version has or names. The states between them name no other. */
  private get names(): ReadonlySet<string> {
    return this.known ??= new Set([this.old, this.now].flatMap(({ cluster }) => [...new SearchedCluster(cluster).namedNamespaces]));
  }
}

/** True if only the running cluster knows what some rule of a tier does, or which rule decides first. */
function isAmbiguous({ tiers }: SearchedCluster): boolean {
  return DIRECTIONS.some(direction => tiers.about(direction).isAmbiguous);
}

/** A state, with the namespaces of all states. */
class StateCluster extends SearchedCluster {
  constructor(cluster: Cluster, private readonly names: () => ReadonlySet<string>) { super(cluster); }

  public override get namedNamespaces(): ReadonlySet<string> { return this.names(); }
}

/** True for a workload with a pod that is unlike every possible pod of its namespace, so that a search looks at it by itself. */
function unlikePossible({ pods }: Workload): boolean {
  return pods.some(({ addresses, hostNetwork, hasOpenNetwork, either }) =>
    addresses.length > 0 || hostNetwork || hasOpenNetwork === true || either !== undefined);
}

function first<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) { return found; }
  }
  return undefined;
}

/** Undefined for a cluster-wide policy: every pod. */
function subjectOf({ direction, namespace, subject }: Touched): JointQuestion['subject'] {
  return namespace === '' ? undefined : { direction, namespace, pods: subject };
}

/** The other ends of connections that an operation can open or close. */
function othersOf(search: JointSearch, { namespace, ...touched }: Touched, how: 'opening' | 'closing'): Iterable<JointEnd> {
  const rules = touched[how];
  const peers = rules?.flatMap((rule): readonly (PeerClause | undefined)[] => rule.peers ?? [undefined]);
  const pods = peers?.flatMap(peer => peer?.kind === 'pods' ? [peer] : []);
  // A pod of any namespace can have an address of a block.
  if (pods === undefined || pods.length < peers!.length) { return search.ends.all(); }
  return new Set(pods.flatMap(peer => [...search.ends.matching(peer, namespace)]));
}

/** The pods that an operation touches. */
function touchedBy({ name, before, after }: Operation, state: PolicyState): Touched[] {
  if ((before ?? after)!.clusterWide !== undefined) {
    return DIRECTIONS.flatMap(direction => [before, after].some(object => object?.clusterWide?.[direction].length)
      ? [{ direction, namespace: '', subject: Selector.everything }] : []);
  }
  const [old, now] = [before?.policy, after?.policy];
  const { namespace } = (old ?? now)!;
  const others = [...state].flatMap(([other, { policy }]) => other !== name && policy?.namespace === namespace ? [policy] : []);
  const hasBaseline = [...state.values()].some(({ clusterWide }) => clusterWide?.tier === 'Baseline');
  return DIRECTIONS.flatMap((direction): Touched[] => {
    const [one, other] = [old, now].map(policy => policy?.[direction] === undefined ? undefined : policy);
    if (one === undefined && other === undefined) { return []; }
    if (one === undefined || other === undefined) {
      return [{ direction, namespace, subject: (one ?? other)!.subject, ...isolationChange(one, other, others, direction, hasBaseline) }];
    }
    if (one.subject.id !== other.subject.id) {
      return [one, other].map(({ subject }) => ({ direction, namespace, subject }));
    }
    const closing = rulesWithout(one[direction]!, other[direction]!);
    const opening = rulesWithout(other[direction]!, one[direction]!);
    return closing.length + opening.length === 0 ? [] : [{ direction, namespace, subject: one.subject, closing, opening }];
  });
}

/** What a policy changes that begins or ends to isolate its pods. */
function isolationChange(
  old: Policy | undefined, now: Policy | undefined, others: readonly Policy[], direction: Direction, hasBaseline: boolean,
): Pick<Touched, 'closing' | 'opening'> {
  const { subject, [direction]: rules } = (old ?? now)!;
  const own = others.filter(other => other[direction] !== undefined && canSelect(bothSelect(other.subject, subject)));
  // Rules count for pods that another policy isolates too, and isolation counts for the others. Isolated pods also skip what the Baseline tier denies.
  const byRules = own.length > 0 || hasBaseline ? rules : [];
  const byIsolation = own.some(other => isWider(other.subject, subject)) ? [] : undefined;
  return now === undefined ? { closing: byRules, opening: byIsolation } : { closing: byIsolation, opening: byRules };
}

import { bothSelect, canSelect, grantTexts, isWider } from './bridging-rules';
import { DIRECTIONS, Operation } from './plan-operations';
import { PolicyState } from './plan-search';
import { Cluster, Policy } from '../../cluster/cluster';
import { Direction } from '../../evaluator/reachability';
import { Selector } from '../../k8s/selector';
import { BudgetExceeded } from '../../search/constraint-search';
import { JointQuestion, JointSearch } from '../../search/joint-search';
import { JointWitness, witnessOf } from '../../search/joint-witness';
import { SearchedCluster } from '../../search/searched-cluster';

/** What is wrong with a state between two versions. */
export interface StateFault {
  /**
   * - `cut`: both versions allow a connection, and the state denies it
   * - `opened`: both versions deny it, and the state allows it
   * - `budget`: the search for such a connection did not end
   */
  readonly kind: 'cut' | 'opened' | 'budget';
  /** Absent for `budget`. */
  readonly witness?: JointWitness;
}

/** The pods whose connections an operation can change in one direction. */
interface Touched {
  readonly direction: Direction;
  readonly namespace: string;
  readonly subject: Selector;
  readonly mayClose: boolean;
  readonly mayOpen: boolean;
}

const [OLD, NEW, STATE] = [0, 1, 2];

/**
 * Judges the states between two versions, for every pod that could exist. The state before an operation is a safe one, so only connections of pods that the
 * operation touches can be cut or opened.
 */
export class StateJudge {
  private readonly old: SearchedCluster;
  private readonly now: SearchedCluster;

  /**
   * @param base the namespaces, the workloads and the facts of every state
   * @param prefer what to look for first
   */
  constructor(private readonly base: Cluster, old: PolicyState, now: PolicyState, private readonly prefer: 'cut' | 'opened' = 'cut') {
    this.old = this.searched(old);
    this.now = this.searched(now);
  }

  /** True if only the running cluster knows what some rule of a tier does. */
  public get isAmbiguous(): boolean {
    return [this.old, this.now].some(({ tiers }) => DIRECTIONS.some(direction => tiers.about(direction).isAmbiguous));
  }

  /** What is wrong with the state after an operation. */
  public faultAfter(state: PolicyState, operation: Operation): StateFault | undefined {
    const search = new JointSearch([this.old, this.now, this.searched(state)]);
    const touched = touchedBy(operation, state);
    const kinds = this.prefer === 'cut' ? ['cut', 'opened'] as const : ['opened', 'cut'] as const;
    try {
      for (const kind of kinds) {
        const witness = kind === 'cut' ? this.cutIn(search, touched) : this.openedIn(search, touched);
        if (witness !== undefined) { return { kind, witness }; }
      }
    } catch (error) {
      if (error instanceof BudgetExceeded) { return { kind: 'budget' }; }
      throw error;
    }
    return undefined;
  }

  /** A connection that only the second state allows, as far as an operation between them can tell; undefined if there is none, or none is found in time. */
  public gainedBy(before: PolicyState, after: PolicyState, operation: Operation): JointWitness | undefined {
    return this.changedBy(before, after, operation, 'mayOpen');
  }

  /** The same for a connection that only the first state allows. */
  public lostBy(before: PolicyState, after: PolicyState, operation: Operation): JointWitness | undefined {
    return this.changedBy(before, after, operation, 'mayClose');
  }

  private changedBy(before: PolicyState, after: PolicyState, operation: Operation, how: 'mayOpen' | 'mayClose'): JointWitness | undefined {
    const states = how === 'mayOpen' ? [after, before] : [before, after];
    const search = new JointSearch(states.map(state => this.searched(state)));
    try {
      return first(touchedBy(operation, after), touched => !touched[how] ? undefined
        : search.find({ allowedIn: [0], deniedIn: [1], side: touched.direction, subject: subjectOf(touched) }, witnessOf));
    } catch (error) {
      if (error instanceof BudgetExceeded) { return undefined; }
      throw error;
    }
  }

  private cutIn(search: JointSearch, all: readonly Touched[]): JointWitness | undefined {
    return first(all, touched => !touched.mayClose ? undefined
      : search.find({ allowedIn: [OLD, NEW], deniedIn: [STATE], side: touched.direction, subject: subjectOf(touched) }, witnessOf));
  }

  private openedIn(search: JointSearch, all: readonly Touched[]): JointWitness | undefined {
    return first(all, touched => !touched.mayOpen ? undefined
      : search.find({ allowedIn: [STATE], deniedIn: [OLD, NEW], subject: subjectOf(touched) }, witnessOf));
  }

  private searched(state: PolicyState): SearchedCluster {
    const objects = [...state.values()];
    return new SearchedCluster({
      ...this.base,
      policies: objects.flatMap(({ policy }) => policy ?? []),
      clusterPolicies: objects.flatMap(({ clusterWide }) => clusterWide ?? []),
    });
  }
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

/** The pods that an operation touches. */
function touchedBy({ name, before, after }: Operation, state: PolicyState): Touched[] {
  if ((before ?? after)!.clusterWide !== undefined) {
    return DIRECTIONS.flatMap(direction => [before, after].some(object => object?.clusterWide?.[direction].length)
      ? [{ direction, namespace: '', subject: Selector.everything, mayClose: true, mayOpen: true }] : []);
  }
  const [old, now] = [before?.policy, after?.policy];
  const { namespace } = (old ?? now)!;
  const others = [...state].flatMap(([other, { policy }]) => other !== name && policy?.namespace === namespace ? [policy] : []);
  return DIRECTIONS.flatMap(direction => {
    const [one, other] = [old, now].map(policy => policy?.[direction] === undefined ? undefined : policy);
    if (one === undefined && other === undefined) { return []; }
    if (one === undefined || other === undefined) { return [{ direction, namespace, subject: (one ?? other)!.subject, ...isolationChange(one, other, others, direction) }]; }
    if (one.subject.id !== other.subject.id) {
      return [one, other].map(({ subject }) => ({ direction, namespace, subject, mayClose: true, mayOpen: true }));
    }
    const [grants, newGrants] = [one, other].map(policy => grantTexts(policy[direction]!));
    const mayClose = [...grants].some(grant => !newGrants.has(grant));
    const mayOpen = [...newGrants].some(grant => !grants.has(grant));
    return mayClose || mayOpen ? [{ direction, namespace, subject: one.subject, mayClose, mayOpen }] : [];
  });
}

/** What a policy changes that begins or ends to isolate its pods. */
function isolationChange(
  old: Policy | undefined, now: Policy | undefined, others: readonly Policy[], direction: Direction,
): Pick<Touched, 'mayClose' | 'mayOpen'> {
  const { subject, [direction]: rules } = (old ?? now)!;
  const own = others.filter(other => other[direction] !== undefined && canSelect(bothSelect(other.subject, subject)));
  const isIsolated = own.some(other => isWider(other.subject, subject));
  const hasRules = rules!.length > 0;
  // Rules count only for pods that another policy isolates too, and isolation counts for the others.
  const byRules = hasRules && own.length > 0;
  return now === undefined ? { mayClose: byRules, mayOpen: !isIsolated } : { mayClose: !isIsolated, mayOpen: byRules };
}

import { PodCandidate, Way } from './candidate';
import { ConnectionSearch, firstFound } from './connection-search';
import { Budget } from './constraint-search';
import { JointEnd, JointEnds } from './joint-ends';
import { EVERY_PORT } from './policy-index';
import { SearchedCluster } from './searched-cluster';
import { Direction } from '../evaluator/reachability';
import { Selector } from '../k8s/selector';

/** A connection between two ends, in each state. */
export interface JointConnection {
  readonly source: JointEnd;
  readonly destination: JointEnd;
  /** The search in each state. What one of them requires holds for all. */
  readonly states: readonly ConnectionSearch[];
}

/** What a connection must be like in some states. */
export interface JointQuestion {
  /** The numbers of the states that allow it. */
  readonly allowedIn: readonly number[];
  /** The numbers of the states that deny it. */
  readonly deniedIn: readonly number[];
  /** Only pods of this namespace that this selector matches, as the subjects of this direction: the source for egress. Absent: every end. */
  readonly subject?: { readonly direction: Direction; readonly namespace: string; readonly pods: Selector };
  /** The other ends of those subjects. Absent: every end. */
  readonly others?: Iterable<JointEnd>;
  /** The side that denies it. Absent: either. */
  readonly side?: Direction;
  /**
   * `sure`: it does not depend on what only the running cluster knows. `possible`: such things are as they would have to be.
   *
   * @default 'sure'
   */
  readonly reading?: 'sure' | 'possible';
}

/** The steps that one question may take. */
const MAX_STEPS = 60_000_000;

const DIRECTIONS: readonly Direction[] = ['egress', 'ingress'];

/**
 * Finds connections by what several states of a cluster say about them: for all pods that could exist, and for all addresses. States may share objects; what
 * was prepared for an object in one search serves the others.
 */
export class JointSearch {
  public readonly ends: JointEnds;

  /** @param states the clusters, or what was prepared of them */
  constructor(public readonly states: readonly SearchedCluster[]) {
    this.ends = new JointEnds(states);
  }

  /**
   * Calls `accept` with connections like this until it returns a result. Meanwhile the search holds the connection.
   *
   * @throws BudgetExceeded if the search takes too many steps
   */
  public find<T>(question: JointQuestion, accept: (connection: JointConnection) => T | undefined, budget = new Budget(MAX_STEPS)): T | undefined {
    return firstFound(this.pairs(question), ([source, destination]) => {
      const connection = this.connection(source, destination, budget, question.reading);
      return withSubject(connection, question, () => allowed(connection, question.allowedIn, () =>
        denied(connection, question.deniedIn, question.side, () => connection.states[0].finish(() => accept(connection)))));
    });
  }

  /** A search for connections between two ends. */
  public connection(source: JointEnd, destination: JointEnd, budget: Budget, reading: JointQuestion['reading'] = 'sure'): JointConnection {
    const states: ConnectionSearch[] = [];
    this.states.forEach((cluster, i) => {
      const options = { cluster, budget, host: 'usual', sharesNames: true, unevaluated: reading === 'possible', ports: EVERY_PORT } as const;
      states.push(new ConnectionSearch(source.candidates[i], destination.candidates[i], options, states[0]));
    });
    return { source, destination, states };
  }

  private* pairs({ subject, others }: JointQuestion): Iterable<readonly [JointEnd, JointEnd]> {
    const all = [...others ?? this.ends.all()];
    const subjects = subject === undefined ? all
      : [this.ends.podsIn(subject.namespace), ...this.ends.special.filter(({ namespace }) => namespace === subject.namespace)];
    for (const one of subjects) {
      for (const other of all) {
        const pair = subject?.direction === 'ingress' ? [other, one] as const : [one, other] as const;
        if (canMeet(...pair)) { yield pair; }
      }
    }
  }
}

/** True if two ends can have a connection: one of them is a pod, and they are not one pod. */
export function canMeet(source: JointEnd, destination: JointEnd): boolean {
  if (source.candidates[0].kind === 'address') { return destination.candidates[0].kind === 'pod'; }
  return source.declared?.workload.kind !== 'Pod' || source.declared.pod !== destination.declared?.pod;
}

function withSubject<T>({ states: [first] }: JointConnection, { subject }: JointQuestion, then: () => T | undefined): T | undefined {
  return first.withPorts(subject === undefined ? then : () => first.withSubject(subject.direction, subject.pods, then));
}

/** Goes on with each way in which all of these states allow the connection. */
export function allowed<T>({ states, source, destination }: JointConnection, numbers: readonly number[], then: () => T | undefined): T | undefined {
  const sides = DIRECTIONS.flatMap(direction => numbers.map(number => ({ search: states[number], direction })));
  const from = (i: number, held: readonly Way[]): T | undefined => {
    if (i === sides.length) { return then(); }
    const { search, direction } = sides[i];
    const known = i > 0 && sides[i - 1].direction === direction ? held : [];
    // A rule that several states have lets the connection pass in all of them, if the ends are alike in all.
    if (!source.differs && !destination.differs && known.some(way => search.isHeldBy(direction, way))) { return from(i + 1, known); }
    return search.withSide(direction, way => from(i + 1, [...known, way]));
  };
  return from(0, []);
}

/** Goes on with each way in which all of these states deny the connection. */
export function denied<T>(
  { states }: JointConnection, numbers: readonly number[], side: Direction | undefined, then: () => T | undefined,
): T | undefined {
  const from = (i: number): T | undefined => i === numbers.length ? then()
    : firstFound(side === undefined ? DIRECTIONS : [side], direction => states[numbers[i]].withDenial(direction, () => from(i + 1)));
  return from(0);
}

/** The pod at an end in one state; undefined for addresses. */
export function podOf({ candidates }: JointEnd, state: number): PodCandidate | undefined {
  const candidate = candidates[state];
  return candidate.kind === 'pod' ? candidate : undefined;
}

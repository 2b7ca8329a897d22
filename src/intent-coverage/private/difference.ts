import { exactClaims } from './exact-claims';
import { Cluster, PeerClause, unevaluatedReason } from '../../cluster/cluster';
import { Direction } from '../../evaluator/reachability';
import { distinctReasons, Reason } from '../../findings/answer';
import { Selector } from '../../k8s/selector';
import { answerBetween, PossibleEnd } from '../../query/answer-between';
import { firstFound } from '../../search/connection-search';
import { Budget, BudgetExceeded } from '../../search/constraint-search';
import { JointEnd, JointEnds } from '../../search/joint-ends';
import { JointSearch } from '../../search/joint-search';
import { JointWitness, witnessOf } from '../../search/joint-witness';
import { SearchedCluster } from '../../search/searched-cluster';
import { ProposedClaim } from '../proposed-claim';
import { clusterAfter, SingleChange } from '../single-change';

/** Whether a change changes a connection of some possible pod or address. */
export type Difference =
  | { readonly answer: 'none' }
  | { readonly answer: 'undecided'; readonly reasons: readonly Reason[] }
  /** `claims` are about a connection that opens or closes. Some of them may not hold today. */
  | { readonly answer: 'some'; readonly claims: () => Iterable<ProposedClaim> };

/** The steps that the search for one difference may take: about a second. Usual ones take less than a hundredth of them. */
const MAX_STEPS = 20_000_000;

/** At most this many other ends are tried for a claim. */
const MAX_TRIED = 10;

/** Today, and after a change. */
const [TODAY, AFTER] = [0, 1];

/** A connection that one version allows and the other one denies, on the side of a pod that a policy selects. */
interface Question {
  readonly allowedIn: number;
  readonly direction: Direction;
  readonly subject: Selector;
}

/** Finds connections that single changes of one cluster open or close. */
export class Differences {
  private readonly today: SearchedCluster;
  /** True if nothing depends on what only the running cluster knows. */
  private readonly isSure: boolean;

  constructor(private readonly cluster: Cluster) {
    this.today = new SearchedCluster(cluster);
    const { unread = [], unevaluated, clusterPolicies, workloads, namespaces } = cluster;
    this.isSure = unread.length === 0 && unevaluated.length === 0 && clusterPolicies.length === 0
      && workloads.every(({ pods }) => pods.every(pod => pod.unread === undefined))
      && [...namespaces.values()].every(({ open }) => open === undefined);
  }

  /** Searches for a difference over every possible pod and address, without assumptions. */
  public of(change: SingleChange): Difference {
    const after = new SearchedCluster(clusterAfter(this.cluster, change), this.today);
    const search = new JointSearch([this.today, after]);
    const budget = new Budget(MAX_STEPS);
    try {
      for (const question of questionsAbout(change)) {
        const witness = this.find(search, change, question, 'sure', budget);
        if (witness !== undefined) { return { answer: 'some', claims: () => this.claimsAbout(search, change) }; }
      }
      const possible = this.isSure ? undefined : firstFound(questionsAbout(change), question => this.find(search, change, question, 'possible', budget));
      return possible === undefined ? { answer: 'none' } : { answer: 'undecided', reasons: this.reasonsFor(change, possible) };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return { answer: 'undecided', reasons: [{ code: 'budget', what: 'the search for a connection that changes' }] };
    }
  }

  /** Claims about a connection with each of the other ends that opens or closes. One that depends on the address of a pod makes no claim that holds today. */
  private* claimsAbout(search: JointSearch, change: SingleChange): Iterable<ProposedClaim> {
    const budget = new Budget(MAX_STEPS);
    try {
      for (const question of questionsAbout(change)) {
        for (const other of [...othersOf(search.ends, change, question.direction)].slice(0, MAX_TRIED)) {
          const witness = this.find(search, change, question, 'sure', budget, [other]);
          if (witness !== undefined) { yield* exactClaims(this.cluster, witness, question.allowedIn === AFTER); }
        }
      }
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
    }
  }

  /** Why it is not certain that a connection is as the search needs it. */
  private reasonsFor(change: SingleChange, { source, destination }: JointWitness): readonly Reason[] {
    const ofPods = [source, destination].flatMap(end => end.kind === 'pod' ? [...end.unread === undefined ? [] : [end.unread], ...end.selectedBy.map(unevaluatedReason)] : []);
    const ofSides = [this.cluster, clusterAfter(this.cluster, change)].flatMap((cluster, state) => {
      const [from, to] = [source, destination].map((end): PossibleEnd => end.kind === 'address' ? end : { kind: 'pod', ...end.inStates[state] });
      return answerBetween(cluster, from, to).reasons;
    });
    return distinctReasons([...ofPods, ...ofSides]);
  }

  private find(
    search: JointSearch, change: SingleChange, question: Question, reading: 'sure' | 'possible', budget: Budget,
    others = othersOf(search.ends, change, question.direction),
  ): JointWitness | undefined {
    const { allowedIn, direction, subject: pods } = question;
    const subject = { direction, namespace: change.policy.namespace, pods };
    return search.find({ allowedIn: [allowedIn], deniedIn: [1 - allowedIn], side: direction, subject, others, reading }, connection => {
      const found = witnessOf(connection);
      return found !== undefined && (reading === 'possible' || isCertain(found)) ? found : undefined;
    }, budget);
  }
}

/** The ends for which the change can make a difference: those that a peer matches that it adds or takes away, or whose ports it changes. */
function othersOf(ends: JointEnds, change: SingleChange, direction: Direction): Iterable<JointEnd> {
  const { namespace } = change.policy;
  const clauses = clausesOf(change, direction);
  if (clauses?.every(clause => clause.kind === 'pods') === true) {
    return [...new Set(clauses.flatMap(clause => [...ends.podsMatching(clause, namespace)])), ...ends.special];
  }
  // Most changes make a difference for one of the first three.
  return new Set([ends.addresses, ends.podsIn(namespace), ends.podsIn(undefined), ...ends.all()]);
}

/** The peers about which a change is. Undefined if it is about every peer. */
function clausesOf({ kind, policy, changed, rule, peer }: SingleChange, direction: Direction): readonly PeerClause[] | undefined {
  if (rule === undefined || kind === 'every-peer') { return undefined; }
  const before = policy[direction]![rule].peers;
  if (before === undefined || peer === undefined) { return before; }
  // After a peer is removed, its number is that of the next one.
  return kind === 'peer' ? [before[peer]] : [before[peer], changed![direction]![rule].peers![peer]];
}

/** The policy decides only about the pods that it selects, today or after the change, and only on their side of a connection. */
function questionsAbout({ policy, changed, effect, directions }: SingleChange): Question[] {
  const subjects = [...new Set([policy.subject, (changed ?? policy).subject])];
  return directions.flatMap(direction => subjects.flatMap(subject => [
    ...effect === 'opens' ? [] : [{ direction, subject, allowedIn: TODAY }],
    ...effect === 'closes' ? [] : [{ direction, subject, allowedIn: AFTER }],
  ]));
}

function isCertain({ source, destination }: JointWitness): boolean {
  return [source, destination].every(end => end.kind === 'address' || end.unread === undefined && end.selectedBy.length === 0);
}

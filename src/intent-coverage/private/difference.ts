import { exactClaims } from './exact-claims';
import { Cluster, Policy, unevaluatedReason } from '../../cluster/cluster';
import { Direction } from '../../evaluator/reachability';
import { distinctReasons, Reason } from '../../findings/answer';
import { Selector } from '../../k8s/selector';
import { answerBetween, PossibleEnd } from '../../query/answer-between';
import { firstFound } from '../../search/connection-search';
import { Budget, BudgetExceeded } from '../../search/constraint-search';
import { JointEnd, JointEnds } from '../../search/joint-ends';
import { allowed, canMeet, denied, JointConnection, JointSearch } from '../../search/joint-search';
import { JointWitness, witnessOf } from '../../search/joint-witness';
import { literalsOf } from '../../search/literals';
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
  /** False if every declared pod is like pods that could exist: none has a known address, or is on its node's network. */
  private readonly hasSpecial: boolean;

  constructor(private readonly cluster: Cluster) {
    this.today = new SearchedCluster(cluster);
    const { unread = [], unevaluated, clusterPolicies, workloads, namespaces } = cluster;
    const pods = workloads.flatMap(workload => workload.pods);
    this.isSure = unread.length === 0 && unevaluated.length === 0 && clusterPolicies.length === 0
      && pods.every(pod => pod.unread === undefined) && [...namespaces.values()].every(({ open }) => open === undefined);
    this.hasSpecial = !this.isSure || pods.some(({ addresses, hostNetwork }) => addresses.length > 0 || hostNetwork);
  }

  /** Searches for a difference over every possible pod and address, without assumptions. */
  public of(change: SingleChange): Difference {
    const after = new SearchedCluster(clusterAfter(this.cluster, change), this.today);
    const search = new JointSearch([this.today, after]);
    const budget = new Budget(MAX_STEPS);
    try {
      for (const question of questionsAbout(change)) {
        const witness = this.find(search, change, question, 'sure', budget);
        if (witness !== undefined) { return { answer: 'some', claims: () => exactClaims(this.cluster, change, witness, question.allowedIn === AFTER) }; }
      }
      const possible = this.isSure ? undefined : firstFound(questionsAbout(change), question => this.find(search, change, question, 'possible', budget));
      return possible === undefined ? { answer: 'none' } : { answer: 'undecided', reasons: this.reasonsFor(change, possible) };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return { answer: 'undecided', reasons: [{ code: 'budget', what: 'the search for a connection that changes' }] };
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

  private find(search: JointSearch, change: SingleChange, { allowedIn, direction, subject }: Question, reading: 'sure' | 'possible', budget: Budget): JointWitness | undefined {
    const end = direction === 'egress' ? 's' : 'd';
    const accept = (connection: JointConnection) => {
      const found = witnessOf(connection);
      return found !== undefined && (reading === 'possible' || isCertain(found)) ? found : undefined;
    };
    return firstFound(this.pairs(search.ends, change, direction), ([source, destination]) => {
      const connection = search.connection(source, destination, budget, reading);
      const [first] = connection.states;
      return first.withPorts(() => first.withLiterals(literalsOf(subject, first.labelSlot(end)), () =>
        allowed(connection, [allowedIn], () => denied(connection, [allowedIn === TODAY ? AFTER : TODAY], direction, () =>
          first.finish(() => accept(connection))))));
    });
  }

  private* pairs(ends: JointEnds, change: SingleChange, direction: Direction): Iterable<readonly [JointEnd, JointEnd]> {
    const { namespace } = change.policy;
    const special = this.hasSpecial ? ends.special.filter(end => end.namespace === namespace) : [];
    for (const subject of [ends.podsIn(namespace), ...special]) {
      for (const other of this.others(ends, change, direction)) {
        const pair = direction === 'ingress' ? [other, subject] as const : [subject, other] as const;
        if (canMeet(...pair)) { yield pair; }
      }
    }
  }

  /** The ends for which the change can make a difference: those that a peer matches that it adds or takes away, or whose ports it changes. */
  private* others(ends: JointEnds, { policy, changed, rule, peer }: SingleChange, direction: Direction): Iterable<JointEnd> {
    const peersOf = (one: Policy | undefined) => one?.[direction]?.[rule!]?.peers;
    // If the rule or the peer is removed, the numbers after it are others. Then those of today have what is lost.
    const [before, after] = [peersOf(policy), peersOf(changed)];
    const own = peer === undefined ? before : [before![peer], ...after?.length === before!.length ? [after[peer]] : []];
    const isEvery = rule === undefined || own === undefined
      || peer === undefined && after === undefined && changed![direction]!.length === policy[direction]!.length;
    if (isEvery || own.some(({ kind }) => kind === 'addresses')) {
      // Most changes make a difference for one of these.
      yield ends.addresses;
      yield ends.podsIn(policy.namespace);
      yield ends.podsIn(undefined);
      for (const name of ends.names) { if (name !== policy.namespace) { yield ends.podsIn(name); } }
      if (this.hasSpecial) { yield* ends.special; }
      return;
    }
    const names = new Set<string | undefined>();
    for (const clause of own) {
      if (clause.kind !== 'pods') { continue; }
      for (const end of ends.podsMatching(clause, policy.namespace)) {
        if (!names.has(end.namespace)) { yield end; }
        names.add(end.namespace);
      }
    }
    if (this.hasSpecial) { yield* ends.special; }
  }
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

import { exactClaims } from './exact-claims';
import { Cluster } from '../../cluster/cluster';
import { Selector } from '../../k8s/selector';
import { Budget, BudgetExceeded } from '../../search/constraint-search';
import { JointQuestion, JointSearch } from '../../search/joint-search';
import { JointWitness, witnessOf } from '../../search/joint-witness';
import { SearchedCluster } from '../../search/searched-cluster';
import { ProposedClaim } from '../proposed-claim';
import { clusterAfter, SingleChange } from '../single-change';

/** Whether a change changes a connection of some possible pod or address. */
export type Difference =
  | { readonly answer: 'none' | 'undecided' }
  /** `claims` are about a connection that opens or closes. Some of them may not hold today. */
  | { readonly answer: 'some'; readonly claims: () => Iterable<ProposedClaim> };

/** The steps that the search for one difference may take: about a second. Usual ones take less than a hundredth of them. */
const MAX_STEPS = 20_000_000;

/** Today, and after a change. */
const [TODAY, AFTER] = [0, 1];

/** Finds connections that single changes of one cluster open or close. */
export class Differences {
  private readonly today: SearchedCluster;
  /** True if nothing depends on what only the running cluster knows. */
  private readonly isSure: boolean;

  constructor(private readonly cluster: Cluster) {
    this.today = new SearchedCluster(cluster);
    const { unread = [], unevaluated, clusterPolicies, workloads, namespaces } = cluster;
    this.isSure = unread.length === 0 && unevaluated.length === 0 && clusterPolicies.length === 0
      && workloads.every(({ pods }) => pods.every(pod => pod.unread === undefined)) && [...namespaces.values()].every(({ open }) => open === undefined);
  }

  /** Searches for a difference over every possible pod and address, without assumptions. */
  public of(change: SingleChange): Difference {
    const search = new JointSearch([this.today, new SearchedCluster(clusterAfter(this.cluster, change))]);
    const budget = new Budget(MAX_STEPS);
    try {
      for (const { question, opens } of questionsAbout(change)) {
        const witness = search.find(question, connection => {
          const found = witnessOf(connection);
          return found !== undefined && isCertain(found) ? found : undefined;
        }, budget);
        if (witness !== undefined) { return { answer: 'some', claims: () => exactClaims(this.cluster, change, witness, opens) }; }
      }
      const isPossible = !this.isSure && questionsAbout(change).some(({ question }) =>
        search.find({ ...question, reading: 'possible' }, connection => witnessOf(connection), budget) !== undefined);
      return { answer: isPossible ? 'undecided' : 'none' };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return { answer: 'undecided' };
    }
  }
}

/** The policy decides only about the pods that it selects, today or after the change, and only on their side of a connection. */
function questionsAbout({ policy, changed, effect, directions }: SingleChange): { readonly question: JointQuestion; readonly opens: boolean }[] {
  const subjects: readonly Selector[] = changed === undefined || changed.subject === policy.subject ? [policy.subject] : [policy.subject, changed.subject];
  return directions.flatMap(direction => subjects.flatMap(pods => {
    const of = { subject: { direction, namespace: policy.namespace, pods }, side: direction };
    return [
      ...effect === 'opens' ? [] : [{ question: { ...of, allowedIn: [TODAY], deniedIn: [AFTER] }, opens: false }],
      ...effect === 'closes' ? [] : [{ question: { ...of, allowedIn: [AFTER], deniedIn: [TODAY] }, opens: true }],
    ];
  }));
}

function isCertain({ source, destination }: JointWitness): boolean {
  return [source, destination].every(end => end.kind === 'address' || end.unread === undefined && end.selectedBy.length === 0);
}

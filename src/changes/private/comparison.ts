import { differencesOf } from './differences';
import { Probes } from './probes';
import { FoundRegion, RegionSearch } from './region-search';
import { ConnectionSet } from '../../evaluator/connections';
import { DIRECTIONS } from '../../k8s/objects';
import { Budget } from '../../search/constraint-search';
import { JointSearch } from '../../search/joint-search';
import { SearchedCluster } from '../../search/searched-cluster';

/** Every connection that one version allows and the other one denies, in regions. */
export class Comparison {
  public readonly search: JointSearch;
  private readonly budget: Budget;

  /** @param maxSteps how many steps it may take */
  constructor(private readonly denying: SearchedCluster, private readonly allowing: SearchedCluster, maxSteps: number) {
    this.budget = new Budget(maxSteps);
    this.search = new JointSearch([denying, allowing]);
  }

  /**
   * The regions whose connections certainly changed, and those whose connections may have.
   *
   * @throws BudgetExceeded if the search takes too many steps
   */
  public regions(): { readonly certain: FoundRegion[]; readonly possible: FoundRegion[] } {
    const sure = new RegionSearch(this.search, this.budget, 'sure');
    const possible = this.mayDepend ? new RegionSearch(this.search, this.budget, 'possible') : undefined;
    const found = [...new Probes(this.search).all(differencesOf(this.denying, this.allowing))].map(probe => {
      const certain = sure.regionsOf(probe);
      const known = ConnectionSet.unionOf(certain.map(({ connections }) => connections));
      return { certain, possible: possible?.regionsOf(probe, known) ?? [] };
    });
    return { certain: found.flatMap(({ certain }) => certain), possible: found.flatMap(({ possible: regions }) => regions) };
  }

  /** True if something that only the running cluster knows, or that was not read, may decide about a connection. */
  private get mayDepend(): boolean {
    return this.search.states.some(({ cluster, tiers }) => cluster.unevaluated.length > 0
      || DIRECTIONS.some(direction => tiers.about(direction).isAmbiguous)
      || [...cluster.namespaces.values()].some(({ open }) => open !== undefined)
      || cluster.workloads.some(({ pods }) => pods.some(({ unread }) => unread !== undefined)));
  }
}

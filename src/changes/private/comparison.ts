import { differencesOf } from './differences';
import { Probes } from './probes';
import { FoundRegion, RegionSearch } from './region-search';
import { Budget } from '../../search/constraint-search';
import { JointSearch } from '../../search/joint-search';
import { SearchedCluster } from '../../search/searched-cluster';

/** The steps that the comparison of two versions may take in each direction. */
const MAX_STEPS = 600_000_000;

/** Every connection that one version allows and the other one denies, in regions. */
export class Comparison {
  public readonly search: JointSearch;
  private readonly budget = new Budget(MAX_STEPS);

  constructor(private readonly denying: SearchedCluster, private readonly allowing: SearchedCluster) {
    this.search = new JointSearch([denying, allowing]);
  }

  /** The regions whose connections certainly changed. */
  public regions(): FoundRegion[] {
    const sure = new RegionSearch(this.search, this.budget, 'sure');
    return [...new Probes(this.search).all(differencesOf(this.denying, this.allowing))].flatMap(probe => sure.regionsOf(probe));
  }
}

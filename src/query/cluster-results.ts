import { ExposedEndpoint, listExposed, mayExposeMore } from './exposed';
import { Exposure, listExposure } from './exposure';
import { listAssumptions } from './list-assumptions';
import { Overview, overviewOf } from './overview';
import { Reachability } from '../evaluator/reachability';

/** Everything that a report shows about one cluster. */
export interface ClusterResults {
  /** The name, if the input has several clusters. */
  readonly name?: string;
  readonly overview: Overview;
  readonly exposed: readonly ExposedEndpoint[];
  readonly mayExposeMore: boolean;
  readonly exposures: Iterable<Exposure>;
  /** Sentences without a full stop: what the answers assume. */
  readonly assumptions: readonly string[];
}

/** Asks everything that a report shows about one cluster. */
export function clusterResults(reach: Reachability, name: string | undefined, strict: boolean): ClusterResults {
  return {
    ...name === undefined ? {} : { name },
    overview: overviewOf(reach),
    exposed: listExposed(reach.cluster, strict),
    mayExposeMore: mayExposeMore(reach.cluster),
    exposures: listExposure(reach),
    assumptions: listAssumptions(reach).map(({ text }) => text),
  };
}

import { ExposedEndpoint, listExposed, mayExposeMore } from './exposed';
import { Exposure, listExposure } from './exposure';
import { listAssumptions } from './list-assumptions';
import { Overview, overviewOf } from './overview';
import { Cluster, unevaluatedReason, unreadReason } from '../cluster/cluster';
import { Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';

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
  /** What was not read, and the policies that are not evaluated. */
  readonly leftOut: readonly Reason[];
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
    leftOut: leftOutOf(reach.cluster),
  };
}

/** Each reason once: a part that was not read may hold policies, which are in `unevaluated` too. */
function leftOutOf({ unread = [], unevaluated }: Cluster): Reason[] {
  const all = [...unread.map(unreadReason), ...unevaluated.filter(policy => typeof policy.unread !== 'object').map(unevaluatedReason)];
  return [...new Map(all.map(reason => [`${reason.code} ${reason.what}`, reason])).values()];
}

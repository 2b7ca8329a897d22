import { Cluster } from '../../cluster/cluster';
import { ProposedClaim } from '../proposed-claim';
import { SingleChange } from '../single-change';

/** Whether a change changes a connection of some possible pod or address. */
export interface Difference {
  readonly answer: 'some' | 'none' | 'undecided';
  /** Claims about the connection that changes. */
  readonly proposals: () => Iterable<ProposedClaim>;
}

export function differenceBy(_cluster: Cluster, _change: SingleChange): Difference {
  return { answer: 'some', proposals: () => [] };
}

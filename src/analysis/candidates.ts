import { Bitset } from '../reach/bitset';
import { Direction, EndpointIndex, Reachability } from '../reach/reachability';

/**
 * The endpoints that a subject's own policies let through in a direction, on whatever port, in ascending
 * order: all others need not be asked about. Some of these may turn out to have no connection after all.
 * Nothing where no policy isolates the subject, so that it is all of them.
 */
export function candidates(reach: Reachability, subject: EndpointIndex, direction: Direction): EndpointIndex[] | undefined {
  const policies = reach.policies(subject, direction);
  if (policies.length === 0) { return undefined; }
  const peers = new Bitset(reach.size);
  for (const policy of policies) {
    for (const rule of policy[direction] ?? []) {
      if (rule.peers === undefined) { peers.addRange(0, reach.size); }
      for (const clause of rule.peers ?? []) { peers.or(reach.peersOf(policy, clause)); }
    }
  }
  return peers.toArray();
}

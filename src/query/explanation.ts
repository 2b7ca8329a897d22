import { Endpoint } from './endpoints';
import { Fix, fixFor } from './fix';
import { covers, Flow } from './flow';
import { missOf } from './near-miss';
import { connectionsOfPort, PortQuery } from './ports';
import { Policy, Rule } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';

/** A rule, and what it gives in the case at hand. */
export interface RuleEffect {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly connections: ConnectionSet;
}

/** A rule that nearly allows it, and why it does not. */
export interface NearMiss {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly why: string;
}

/** One direction: what the policies that select `subject` say of `peer`. */
export interface SideExplanation {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly passes: boolean;
  /** The policies that isolate the subject in this direction; none where it is open. */
  readonly isolatedBy: readonly Policy[];
  /** The rules that allow it, or part of it. */
  readonly allowedBy: readonly RuleEffect[];
  readonly nearMisses: readonly NearMiss[];
  /** What to add so that this side passes; absent where it does. */
  readonly fix?: Fix;
}

/** Why one member reaches another, or does not. */
export interface Explanation {
  readonly flow: Flow;
  readonly port?: PortQuery;
  readonly allowed: boolean;
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
}

/** Both directions of a passage: which policies isolate, which rules allow, what would have to change. */
export function explain(reach: Reachability, passage: Flow, port?: PortQuery): Explanation {
  const { source, destination } = passage;
  return {
    flow: passage,
    port,
    allowed: covers(passage.connections, port, destination),
    egress: side(reach, passage, 'egress', source, destination, port),
    ingress: side(reach, passage, 'ingress', destination, source, port),
  };
}

function side(
  reach: Reachability, passage: Flow, direction: Direction, subject: Endpoint, peer: Endpoint, port: PortQuery | undefined,
): SideExplanation {
  const passes = covers(passage[direction], port, passage.destination);
  const isolatedBy = passage.loopback ? [] : reach.policies(subject.index, direction);
  const asked = port === undefined ? ConnectionSet.ALL : connectionsOfPort(port, passage.destination);
  const allowedBy: RuleEffect[] = [];
  const nearMisses: NearMiss[] = [];
  for (const policy of isolatedBy) {
    for (const rule of policy[direction]!) {
      const connections = reach.ruleConnections(policy, rule, direction, subject.index, peer.index).intersect(asked);
      if (!connections.isEmpty) { allowedBy.push({ policy, rule, connections }); }
      const why = passes ? undefined : missOf(reach, { policy, rule, direction, subject, peer, destination: passage.destination, asked, port });
      if (why !== undefined) { nearMisses.push({ policy, rule, why }); }
    }
  }
  const mend = passes ? undefined : fixFor({ direction, subject, peer, destination: passage.destination, port, isolatedBy, nearMisses });
  return { direction, subject, peer, passes, isolatedBy, allowedBy, nearMisses, fix: mend };
}

import { Member } from './endpoints';
import { Mend, mendFor } from './fix';
import { meets, Passage } from './flow';
import { missOf } from './near-miss';
import { askedConnections, PortQuestion } from './ports';
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
  readonly subject: Member;
  readonly peer: Member;
  readonly passes: boolean;
  /** The policies that isolate the subject in this direction; none where it is open. */
  readonly isolatedBy: readonly Policy[];
  /** The rules that allow it, or part of it. */
  readonly allowedBy: readonly RuleEffect[];
  readonly nearMisses: readonly NearMiss[];
  /** What to add so that this side passes; absent where it does. */
  readonly mend?: Mend;
}

/** Why one member reaches another, or does not. */
export interface Explanation {
  readonly passage: Passage;
  readonly port?: PortQuestion;
  readonly allowed: boolean;
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
}

/** Both directions of a passage: which policies isolate, which rules allow, what would have to change. */
export function explain(reach: Reachability, passage: Passage, port?: PortQuestion): Explanation {
  const { source, destination } = passage;
  return {
    passage,
    port,
    allowed: meets(passage.connections, port, destination),
    egress: side(reach, passage, 'egress', source, destination, port),
    ingress: side(reach, passage, 'ingress', destination, source, port),
  };
}

function side(
  reach: Reachability, passage: Passage, direction: Direction, subject: Member, peer: Member, port: PortQuestion | undefined,
): SideExplanation {
  const passes = meets(passage[direction], port, passage.destination);
  const isolatedBy = passage.loopback ? [] : reach.policies(subject.endpoint, direction);
  const asked = port === undefined ? ConnectionSet.ALL : askedConnections(port, passage.destination);
  const allowedBy: RuleEffect[] = [];
  const nearMisses: NearMiss[] = [];
  for (const policy of isolatedBy) {
    for (const rule of policy[direction]!) {
      const connections = reach.ruleConnections(policy, rule, direction, subject.endpoint, peer.endpoint).intersect(asked);
      if (!connections.isEmpty) { allowedBy.push({ policy, rule, connections }); }
      const why = passes ? undefined : missOf(reach, { policy, rule, direction, subject, peer, destination: passage.destination, asked, port });
      if (why !== undefined) { nearMisses.push({ policy, rule, why }); }
    }
  }
  const mend = passes ? undefined : mendFor({ direction, subject, peer, destination: passage.destination, port, isolatedBy, nearMisses });
  return { direction, subject, peer, passes, isolatedBy, allowedBy, nearMisses, mend };
}

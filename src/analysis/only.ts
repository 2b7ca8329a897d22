import { Member, Party, PodMember } from './party';
import { askedConnections, PortQuestion } from './port-question';
import { holdEveryone, Stranger, strangerAddress, strangerPod } from './stranger';
import { PeerClause, Policy, Rule } from '../cluster/cluster';
import { ConnectionSet } from '../reach/connections';
import { Direction, Reachability } from '../reach/reachability';

/** Someone who gets in, or whom the subject may reach, though the claim says that nobody else does. */
export interface Intrusion {
  readonly subject: PodMember;
  readonly direction: Direction;
  /** Absent where no policy isolates the subject, so that anyone may. */
  readonly by?: { readonly policy: Policy; readonly rule: Rule; readonly clause?: PeerClause };
  /** Absent where anyone at all may. */
  readonly stranger?: Stranger;
}

/**
 * The claim that nothing but `others` reaches `subject` (ingress), or is reached by it (egress), over
 * all pods that could exist and all addresses. What decides is the subject's own side: a policy at
 * the other end is the other end's to change, and no pod that is not there yet has one.
 *
 * Returns somebody else whom a rule lets through, or nothing where there can be nobody.
 */
export function findIntrusion(
  reach: Reachability, subject: Party, others: readonly Party[], direction: Direction, port?: PortQuestion,
): Intrusion | undefined {
  const patterns = others.flatMap(party => party.patterns);
  // Where those who may are everyone there could be, an open door lets in nobody else.
  const someoneMayNot = !holdEveryone(reach.cluster, patterns);
  const seen = new Set<string>();
  for (const member of [...subject.members, ...subject.suspects]) {
    if (member.kind === 'address') { continue; }
    const kind = JSON.stringify([member.endpoint, member.pod.ports]);
    if (seen.has(kind)) { continue; }
    seen.add(kind);
    const policies = reach.policies(member.endpoint, direction);
    if (policies.length === 0 && someoneMayNot) { return { subject: member, direction }; }
    for (const policy of policies) {
      for (const rule of policy[direction]!) {
        if (!concerns(rule, direction, member, port)) { continue; }
        if (rule.peers === undefined && someoneMayNot) { return { subject: member, direction, by: { policy, rule } }; }
        for (const clause of rule.peers ?? []) {
          const stranger = clause.kind === 'pods'
            ? strangerPod(reach.cluster, policy.namespace, clause, patterns)
            : strangerAddress(clause, patterns);
          if (stranger !== undefined) { return { subject: member, direction, by: { policy, rule, clause }, stranger }; }
        }
      }
    }
  }
  return undefined;
}

/** True where the rule lets something pass of what the claim is about. */
function concerns(rule: Rule, direction: Direction, subject: Member, port: PortQuestion | undefined): boolean {
  if (rule.ports === undefined) { return true; }
  return rule.ports.some(clause => {
    if (clause.name !== undefined && direction === 'egress') {
      // Some pod could have a port of that name, whatever its number.
      return port === undefined || port.protocol === clause.protocol;
    }
    const given = clause.name === undefined
      ? ConnectionSet.range(clause.protocol, clause.first, clause.last)
      : askedConnections({ protocol: clause.protocol, name: clause.name }, subject);
    const asked = port === undefined ? ConnectionSet.ALL : askedFor(port, direction, subject);
    return !given.intersect(asked).isEmpty;
  });
}

function askedFor(port: PortQuestion, direction: Direction, subject: Member): ConnectionSet {
  // Towards pods that are not known a name may be any port of its protocol.
  return 'name' in port && direction === 'egress'
    ? ConnectionSet.range(port.protocol, 1, 65535)
    : askedConnections(port, subject);
}

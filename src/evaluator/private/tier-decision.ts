import { ConnectionsRef, ConnectionTable } from './connection-table';
import { Decision, PASS } from './layers';
import { OpenPorts } from './rule-match';
import { PortClause } from '../../cluster/cluster';
import { ClusterPeerClause, ClusterPolicy, ClusterRule, PolicyTier, RuleAction } from '../../cluster/cluster-policy';
import { Direction } from '../../k8s/objects';

/*
 * What the cluster-wide policies of one tier do with a connection. The first rule that matches decides, of the policy with the lowest number as its
 * priority. If it is not known whether something matches, both cases count: a port may then be allowed and denied.
 */

/** Whether something matches: no, maybe, or surely. */
export enum Certainty { NO, MAYBE, SURELY }

/** The policies of a tier with rules for a direction: by API, and then by priority. */
export type OrderedTier = readonly (readonly (readonly ClusterPolicy[])[])[];

/** The two ends of a connection, as policies see them. */
export interface TierEnds {
  selects(policy: ClusterPolicy): Certainty;
  isPeer(clause: ClusterPeerClause): Certainty;
  /** The connections that an entry of a rule's ports means for the destination. */
  connections(clause: PortClause, openPorts: OpenPorts): ConnectionsRef;
}

/** A rule that decides about some ports, or may decide about them. */
export interface TierStep {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  readonly connections: ConnectionsRef;
  /** True if no rule before it and nothing unknown can change this. */
  readonly isSure: boolean;
}

/** Puts the policies of a tier that have rules for a direction into their order. */
export function orderedTier(policies: readonly ClusterPolicy[], tier: PolicyTier, direction: Direction): OrderedTier {
  const own = policies.filter(policy => policy.tier === tier && policy[direction].length > 0);
  const apis = [...new Set(own.map(({ api }) => api))].sort().map(api => own.filter(policy => policy.api === api));
  return apis.map(ofApi => [...new Set(ofApi.map(({ priority }) => priority))].sort((a, b) => a - b)
    .map(priority => ofApi.filter(policy => policy.priority === priority)));
}

/** What the policies do. Each rule that may decide is given to `visit`, in order. */
export function decideTier(
  tier: OrderedTier, direction: Direction, ends: TierEnds, table: ConnectionTable, visit?: (step: TierStep) => void,
): Decision {
  const may: Record<RuleAction, ConnectionsRef> = { accept: ConnectionTable.NONE, deny: ConnectionTable.NONE, pass: ConnectionTable.NONE };
  // No specification says which API decides first, nor which policy of one priority. Any of them that matches may decide.
  let passed: ConnectionsRef = ConnectionTable.ALL;
  for (const ofApi of tier) {
    let open: ConnectionsRef = ConnectionTable.ALL;
    for (const policies of ofApi) {
      let afterAll = open;
      for (const policy of policies) {
        const selection = ends.selects(policy);
        if (selection === Certainty.NO) { continue; }
        const after = decidePolicy(policy, direction, ends, table, open, (rule, connections, isSure) => {
          may[rule.action] = table.union(may[rule.action], connections);
          visit?.({ policy, rule, connections, isSure: isSure && selection === Certainty.SURELY });
        });
        if (selection === Certainty.SURELY) { afterAll = table.intersect(afterAll, after); }
      }
      open = afterAll;
      if (open === ConnectionTable.NONE) { break; }
    }
    passed = table.intersect(passed, open);
  }
  return decisionOf(may.accept, may.deny, table.union(may.pass, passed), table);
}

/** The ports that the policy may leave to others, of those that are open. */
function decidePolicy(
  policy: ClusterPolicy, direction: Direction, ends: TierEnds, table: ConnectionTable, before: ConnectionsRef,
  visit: (rule: ClusterRule, connections: ConnectionsRef, isSure: boolean) => void,
): ConnectionsRef {
  let open = before;
  for (const rule of policy[direction]) {
    const certainty = peerCertainty(rule, ends);
    if (certainty === Certainty.NO) { continue; }
    const { possible, certain } = portsOf(rule, ends, table);
    const connections = table.intersect(open, possible);
    if (connections === ConnectionTable.NONE) { continue; }
    visit(rule, connections, certainty === Certainty.SURELY && certain === possible);
    if (certainty === Certainty.SURELY) { open = table.intersect(open, table.complement(certain)); }
    if (open === ConnectionTable.NONE) { break; }
  }
  return open;
}

function peerCertainty({ peers }: ClusterRule, ends: TierEnds): Certainty {
  if (peers === undefined) { return Certainty.SURELY; }
  let best = Certainty.NO;
  for (const clause of peers) {
    best = Math.max(best, ends.isPeer(clause));
    if (best === Certainty.SURELY) { break; }
  }
  return best;
}

/** The ports that the rule surely matches, and those that it may match. */
function portsOf({ ports }: ClusterRule, ends: TierEnds, table: ConnectionTable): Readonly<Record<'certain' | 'possible', ConnectionsRef>> {
  if (ports === undefined) { return { certain: ConnectionTable.ALL, possible: ConnectionTable.ALL }; }
  const certain = ports.filter(({ isUncertain }) => !isUncertain);
  return {
    certain: table.unionOf(certain.map(clause => ends.connections(clause, 'absent'))),
    possible: table.unionOf(ports.map(clause => ends.connections(clause, 'any number'))),
  };
}

/** The decision that allows, denies and passes these ports. */
export function decisionOf(allow: ConnectionsRef, deny: ConnectionsRef, pass: ConnectionsRef, table: ConnectionTable): Decision {
  if (allow === ConnectionTable.NONE && deny === ConnectionTable.NONE) { return PASS; }
  return pass === ConnectionTable.NONE ? { allow, deny, pass, outcome: { certain: table.complement(deny), possible: allow } } : { allow, deny, pass };
}

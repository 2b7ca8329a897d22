import { Endpoint, portsOf } from './endpoints';
import { answerForEndpoints, covers, decideSides, Flow, reasonsOfSide } from './flow';
import { connectionsOfPort, PortQuery } from './ports';
import { PodsSelector, PolicyFix, policyFixFor } from './private/fix';
import { LabelMismatch, Mismatch, mismatches, nearlySelects } from './private/near-misses';
import { Cluster, PeerClause, Policy, PortClause, Rule } from '../cluster/cluster';
import { PolicyTier, RuleAction } from '../cluster/cluster-policy';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability, TierRule } from '../evaluator/reachability';
import { Answer, Assumption, Reason } from '../findings/answer';
import { otherDirection } from '../k8s/objects';

export type { TierRule } from '../evaluator/reachability';
export type { PolicyFix } from './private/fix';
export type { LabelDifference, LabelMismatch, Mismatch } from './private/near-misses';

/** A rule, and the connections that it allows in this flow. */
export interface RuleEffect {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly connections: ConnectionSet;
  /** The peers of the rule that the connection is with, and the ports of the rule that it uses. Absent if the rule has no peers, or no ports. */
  readonly matching: () => { readonly peers?: readonly PeerClause[]; readonly ports?: readonly PortClause[] };
}

/** A policy that would select the subject, but for a label. */
export interface NearSelection {
  readonly policy: Policy;
  readonly mismatch: LabelMismatch;
}

/** A rule that almost allows the connection. */
export interface NearMiss {
  readonly policy: Policy;
  readonly rule: Rule;
  /** Why the rule does not allow it: its ports, or each of its peers. Never empty. */
  readonly mismatches: readonly Mismatch[];
}

/** One side of a flow: how the policies that select `subject` treat `peer`. */
export interface SideExplanation {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly answer: Answer;
  /** True if the answer is `yes`. */
  readonly passes: boolean;
  /** Why the side is undecided; empty if it is decided. */
  readonly reasons: readonly Reason[];
  /** The rules of the Admin tier that decide about the connections, or may decide, in their order. */
  readonly admin: readonly TierRule[];
  /** The same of the Baseline tier, for what no NetworkPolicy decides. */
  readonly baseline: readonly TierRule[];
  /** False if the Admin tier decides about all of the connections. Then no NetworkPolicy counts, and the lists of policies and rules are empty. */
  readonly asksNetworkPolicies: boolean;
  /** The policies that isolate the subject in this direction, or may isolate it; empty if it is not isolated. */
  readonly isolatedBy: readonly Policy[];
  /** True if only the running cluster knows whether one of these policies selects the subject. */
  readonly mayBeOpen: boolean;
  /** The rules that allow the connections, or some of them; also those that may allow them, if the others do not decide. */
  readonly allowedBy: readonly RuleEffect[];
  readonly nearMisses: readonly NearMiss[];
  /** The policies that would make the answer another one, if they selected the subject, which they do but for one label. */
  readonly nearlySelectedBy: readonly NearSelection[];
  /** A change that makes a blocked side pass, if there is one. */
  readonly fix?: PolicyFix;
}

/** Why one endpoint reaches another or does not. */
export interface Explanation {
  readonly flow: Flow;
  readonly port?: PortQuery;
  readonly answer: Answer;
  /** Why the answer is undecided; empty if it is decided. */
  readonly reasons: readonly Reason[];
  /** What the answer rests on. */
  readonly assumptions: readonly Assumption[];
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
}

/** What a fix opens, and what it must not affect. */
export interface FixOptions {
  /** By default the workloads of the cluster. */
  readonly workloads?: Cluster['workloads'];
  /** The fix opens every port, although the explanation is about one of them. */
  readonly opensEveryPort?: boolean;
  /** The fix may be for a whole namespace, if no label tells the other end from the other pods in it. */
  readonly mayOpenNamespace?: boolean;
  /** The selectors that the question names as its ends: the fix lets all pods of them through. */
  readonly selected?: { readonly source?: PodsSelector; readonly destination?: PodsSelector };
}

/** Explains both sides of a flow: the tiers, the policies that isolate, the rules that allow, the near misses, and the fix. */
export function explain(reach: Reachability, flow: Flow, port?: PortQuery, fix: FixOptions = {}): Explanation {
  const { source, destination } = flow;
  const { answer, egress, ingress, reasons, assumptions } = answerForEndpoints(reach, [source], [destination], port);
  // Each side allows some connections, or may allow some, but they have none in common.
  const hasGap = answer === 'no' && egress !== 'no' && ingress !== 'no';
  return {
    flow,
    port,
    answer,
    reasons,
    assumptions,
    egress: explainSide(reach, flow, 'egress', port, fix, hasGap),
    ingress: explainSide(reach, flow, 'ingress', port, fix, hasGap),
  };
}

function explainSide(
  reach: Reachability, flow: Flow, direction: Direction, port: PortQuery | undefined, fixOptions: FixOptions, hasGap: boolean,
): SideExplanation {
  const { workloads, opensEveryPort = false, mayOpenNamespace = false, selected } = fixOptions;
  const [selectedPeer, own] = direction === 'egress' ? [selected?.destination, selected?.source] : [selected?.source, selected?.destination];
  const fixFor = { mayOpenNamespace, selected: selectedPeer, own };
  const { cluster } = reach;
  const { source, destination } = flow;
  const [subject, peer] = direction === 'egress' ? [source, destination] : [destination, source];
  const answer = decideSides(flow, port)[direction];
  const asked = port === undefined ? ConnectionSet.ALL : connectionsOfPort(port, destination);
  const rulesOf = (tier: PolicyTier, within: ConnectionSet) => flow.loopback ? [] : reach.tierRules(subject.index, direction, peer.index, tier)
    .map(one => ({ ...one, connections: one.connections.intersect(within) })).filter(({ connections }) => !connections.isEmpty);
  const of = (rules: readonly TierRule[], ...actions: RuleAction[]) =>
    ConnectionSet.unionOf(rules.filter(({ rule }) => actions.includes(rule.action)).map(({ connections }) => connections));
  const sure = (rules: readonly TierRule[]) => rules.filter(({ isSure }) => isSure);
  const admin = rulesOf('Admin', asked);
  const open = asked.subtract(of(sure(admin), 'accept', 'deny'));
  // A question about a port that the destination does not have asks for no connection.
  const asksNetworkPolicies = !open.isEmpty || asked.isEmpty;
  const isolatedBy = flow.loopback || !asksNetworkPolicies ? [] : reach.policies(subject.index, direction);
  const baseline = reach.isIsolated(subject.index, direction) ? [] : rulesOf('Baseline', open);
  const closedByBaseline = of(baseline, 'deny');
  // A tier is not the place to open what it closes. But a NetworkPolicy that isolates the pod has the Baseline tier skipped.
  const isolates = isolatedBy.length === 0 && !closedByBaseline.isEmpty;
  const openable = ConnectionSet.ALL.subtract(of(rulesOf('Admin', ConnectionSet.ALL), 'deny')).subtract(isolates ? ConnectionSet.NONE : closedByBaseline);
  const isOpenable = covers(openable, port, destination);
  const connectionsOf = (policy: Policy, rule: Rule, possibly: boolean) =>
    reach.ruleConnections(policy, rule, direction, subject.index, peer.index, possibly).intersect(open);
  const effects = (possibly: boolean): RuleEffect[] => isolatedBy.flatMap(policy => policy[direction]!.flatMap(rule => {
    const connections = connectionsOf(policy, rule, possibly);
    const matching = () => ({
      peers: rule.peers?.filter(clause => !connectionsOf(policy, { ...rule, peers: [clause] }, possibly).isEmpty),
      ports: rule.ports?.filter(clause => !connectionsOf(policy, { ...rule, ports: [clause] }, possibly).isEmpty),
    });
    return connections.isEmpty ? [] : [{ policy, rule, connections, matching }];
  }));
  const certain = effects(false);
  // Two rules can decide together, although each of them only may match: one for a label value, and one for all others.
  const accepted = of(sure([...admin, ...baseline]), 'accept');
  const areEnough = answer === 'no' || covers(ConnectionSet.unionOf([accepted, ...certain.map(({ connections }) => connections)]), port, destination);
  // No change on this side opens what the Admin tier denies on the other one.
  const otherSide = reach.tierRules(peer.index, otherDirection(direction), subject.index, 'Admin');
  const opened = openable.subtract(surelyDenied(otherSide));
  const wanted = (port === undefined ? ownConnections(destination) : asked).intersect(opened);
  const nearMisses: NearMiss[] = [];
  for (const policy of isolatedBy) {
    for (const rule of policy[direction]!) {
      const why = answer === 'yes' || !isOpenable ? [] : mismatches(reach, { policy, rule, direction, subject, peer, destination, asked, port, isUndecided: answer === 'undecided' });
      if (why.length > 0) { nearMisses.push({ policy, rule, mismatches: why }); }
    }
  }
  const wouldAllow = (policy: Policy) =>
    covers(ConnectionSet.unionOf(policy[direction]!.map(rule => connectionsOf(policy, rule, false))), port, destination);
  // A policy more cannot close what another one opens.
  const matters = (policy: Policy) => !asksNetworkPolicies ? false : answer === 'no' ? isOpenable && wouldAllow(policy) : answer === 'yes' && isolatedBy.length === 0 && !wouldAllow(policy);
  return {
    direction,
    subject,
    peer,
    answer,
    passes: answer === 'yes',
    reasons: answer === 'undecided' ? reasonsOfSide(reach, flow, direction, port) : [],
    admin,
    baseline,
    asksNetworkPolicies,
    isolatedBy,
    mayBeOpen: isolatedBy.length > 0 && !reach.isIsolated(subject.index, direction),
    allowedBy: areEnough ? certain : effects(true),
    nearMisses,
    nearlySelectedBy: subject.kind === 'address' || flow.loopback ? [] : nearlySelects(cluster.policies, direction, subject).filter(({ policy }) => matters(policy)),
    // A rule of a NetworkPolicy cannot always decide a side that is undecided.
    fix: covers(wanted, port, destination) && (answer === 'no' || hasGap && !flow[direction].includes(wanted)) ? policyFixFor(
      {
        direction, subject, peer, destination, port: opensEveryPort ? undefined : port, openable: opened, isolatedBy, isolates, nearMisses, ...fixFor,
      },
      { policies: cluster.policies, workloads: workloads ?? cluster.workloads },
    ) : undefined,
  };
}

/** The connections that rules deny, whatever is not known. A rule that surely matches may come after one that may accept or pass the connection. */
function surelyDenied(rules: readonly TierRule[]): ConnectionSet {
  const of = (are: (rule: TierRule) => boolean) => ConnectionSet.unionOf(rules.filter(are).map(({ connections }) => connections));
  return of(({ rule, isSure }) => rule.action === 'deny' && isSure).subtract(of(({ rule }) => rule.action !== 'deny'));
}

/** The connections that a fix for a question without a port opens: those to the container ports of the destination, or every one if it has none. */
function ownConnections(destination: Endpoint): ConnectionSet {
  const ports = portsOf([destination]);
  return ports.length === 0 ? ConnectionSet.ALL : ConnectionSet.unionOf(ports.map(({ protocol, port }) => ConnectionSet.range(protocol, port, port)));
}

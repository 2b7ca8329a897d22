import { grantedPortsOf, GrantedPorts } from './policy-index';
import { blocksOf, ClusterPeerClause, ClusterPolicy, ClusterRule, PolicyTier, RuleAction } from '../cluster/cluster-policy';
import { Direction } from '../evaluator/reachability';

/** One way in which a rule of a cluster-wide policy matches a connection: the rule with one of its peers. */
export interface TierMatch {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  /** The number of the rule in its policy. */
  readonly index: number;
  /** Absent: every peer. Nodes whose addresses are known are one clause for each address. */
  readonly clause?: ClusterPeerClause;
  /** The ports on which it may match. */
  readonly ports: GrantedPorts;
  /** The ports on which it surely matches. Absent if only the running cluster knows whether the peer matches. */
  readonly surePorts?: GrantedPorts;
}

/** True if a match decides before another one, wherever both match. No text orders policies of one priority, or those of different APIs. */
export function isBefore(a: TierMatch, b: TierMatch): boolean {
  return a.policy === b.policy ? a.index < b.index : a.policy.api === b.policy.api && a.policy.priority < b.policy.priority;
}

/** The rules of one tier in one direction. */
export interface TierRules {
  /** Lower priorities first. */
  readonly matches: readonly TierMatch[];
  /** True if there may be several outcomes for a connection of which everything is known. */
  readonly isAmbiguous: boolean;
  /** True if a peer is addresses. */
  readonly namesAddresses: boolean;
}

/** The cluster-wide policies of a cluster, as the search for a witness needs them. */
export class ClusterTiers {
  private readonly tiers = new Map<string, TierRules>();

  constructor(private readonly policies: readonly ClusterPolicy[]) {}

  public of(tier: PolicyTier, direction: Direction): TierRules {
    const key = `${tier} ${direction}`;
    let rules = this.tiers.get(key);
    if (rules === undefined) { this.tiers.set(key, rules = this.rulesOf(tier, direction)); }
    return rules;
  }

  /** What is true of both tiers in a direction. */
  public about(direction: Direction): Readonly<Record<'hasRules' | 'isAmbiguous' | 'namesAddresses', boolean>> {
    const both = (['Admin', 'Baseline'] as const).map(tier => this.of(tier, direction));
    return {
      hasRules: both.some(({ matches }) => matches.length > 0),
      isAmbiguous: both.some(({ isAmbiguous }) => isAmbiguous),
      namesAddresses: both.some(({ namesAddresses }) => namesAddresses),
    };
  }

  private rulesOf(tier: PolicyTier, direction: Direction): TierRules {
    const policies = this.policies.filter(policy => policy.tier === tier && policy[direction].length > 0).sort((a, b) => a.priority - b.priority);
    const matches = policies.flatMap(policy => policy[direction].flatMap((rule, index) => matchesOf(policy, rule, index)));
    const orders = policies.map(({ api, priority }) => `${api} ${priority}`);
    return {
      matches,
      isAmbiguous: new Set(policies.map(({ api }) => api)).size > 1 || new Set(orders).size < orders.length
        || matches.some(({ ports, surePorts }) => ports !== surePorts),
      namesAddresses: matches.some(({ clause }) => clause?.kind === 'addresses'),
    };
  }
}

function matchesOf(policy: ClusterPolicy, rule: ClusterRule, index: number): TierMatch[] {
  const ports = grantedPortsOf(rule.ports);
  const sure = rule.ports?.some(({ isUncertain }) => isUncertain) ? grantedPortsOf(rule.ports.filter(({ isUncertain }) => !isUncertain)) : ports;
  if (rule.peers === undefined) { return [{ policy, rule, index, ports, surePorts: sure }]; }
  return rule.peers.flatMap((peer): TierMatch[] => {
    const blocks = blocksOf(peer);
    if (blocks !== undefined) { return blocks.map(clause => ({ policy, rule, index, clause, ports, surePorts: sure })); }
    return [{ policy, rule, index, clause: peer, ports, surePorts: peer.kind === 'pods' ? sure : undefined }];
  });
}

/** The matches whose rules do one of these things. */
export function withActions(matches: readonly TierMatch[], ...actions: RuleAction[]): TierMatch[] {
  return matches.filter(({ rule }) => actions.includes(rule.action));
}

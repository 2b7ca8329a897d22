import { Claim, namedParties } from './claim';
import { ClaimVerdict } from './judge';
import { blocksOf } from './party';
import { ClaimWitness, explainWitness, WitnessEnd, WitnessPod } from './witness';
import { Cluster, PeerClause, Policy, Rule, UnevaluatedPolicy } from '../cluster/cluster';
import { ClusterPolicy, RuleAction } from '../cluster/cluster-policy';
import { ConnectionSet } from '../evaluator/connections';
import { Direction } from '../evaluator/reachability';
import { Path } from '../findings/finding';
import { IpBlock } from '../k8s/objects';
import { PodEndpoint } from '../query/endpoints';
import { Explanation, Mismatch, SideExplanation, TierRule } from '../query/explanation';
import { connectionsOfPort } from '../query/ports';
import { TierMatch } from '../search/tier-rules';

/** A witness with the policies and rules that decide, for messages. */
export type ExplainedWitness =
  /** `allowed`: the connection is denied. */
  | { readonly kind: 'blocked'; readonly explanation: Explanation }
  /** `denied`: these connections pass. */
  | { readonly kind: 'passes'; readonly connections: ConnectionSet; readonly explanation: Explanation }
  /** `denied`: both pods may be on one node. */
  | { readonly kind: 'own-node'; readonly explanation: Explanation }
  | UnlistedConnection;

/** `admitsOnly` and `reachesOnly`: a connection with an end outside the list, which the target's own side lets pass. */
export interface UnlistedConnection {
  readonly kind: 'unlisted';
  readonly target: WitnessPod;
  readonly direction: Direction;
  /** The rule that allows it, and the peer of the rule if it has peers; absent if no rule does. */
  readonly by?: DecidingRule;
  /** The rule of a tier that accepts it, or may accept it, if no other rule allows it. */
  readonly acceptedBy?: TierMatch;
  /** The policy of a kind that is not evaluated that may allow it. */
  readonly unevaluated?: UnevaluatedPolicy;
  /** Absent if the target admits or reaches everything. */
  readonly end?: WitnessEnd;
}

/** A rule of a policy, and the peer of the rule if one peer decides. */
export interface DecidingRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly clause?: PeerClause;
}

/** A policy of any kind, or a field of one. The path of the policy itself is empty. */
export interface DecidingField {
  readonly policy: Policy | ClusterPolicy;
  readonly path: Path;
}

const explained = new WeakMap<ClaimWitness, ExplainedWitness>();

/** Explains a witness of a verdict. It is computed when a message first needs it: most verdicts are never read. */
export function explainedWitness({ claim, ports, cluster }: Pick<ClaimVerdict, 'claim' | 'ports' | 'cluster'>, witness: ClaimWitness): ExplainedWitness {
  let result = explained.get(witness);
  if (result === undefined) {
    result = explainedAs(claim, cluster, witness, () => explainWitness(cluster, ports, witness, blocksOfClaim(claim)));
    explained.set(witness, result);
  }
  return result;
}

function explainedAs(claim: Claim, { clusterPolicies }: Cluster, witness: ClaimWitness, explain: () => Explanation): ExplainedWitness {
  const { kind, direction, way } = witness;
  if (kind !== 'unlisted') {
    const explanation = withoutExamples(explain(), witness);
    if (kind !== 'passes') { return { kind, explanation }; }
    const { flow: { connections, possible, destination } } = explanation;
    const claimed = claim.ports?.reduce((all, port) => all.union(connectionsOfPort(port, destination)), ConnectionSet.NONE) ?? ConnectionSet.ALL;
    // With another reading of pods on their node's network, the evaluator lets nothing pass.
    const shown = [connections, possible.connections].map(each => each.intersect(claimed)).find(each => !each.isEmpty);
    return { kind, explanation, connections: shown ?? ConnectionSet.range(witness.protocol, witness.port, witness.port) };
  }
  const [target, end] = direction === 'ingress' ? [witness.destination, witness.source] : [witness.source, witness.destination];
  const { grant: by, match: acceptedBy, policy: unevaluated } = way!;
  // A tier may deny some of what NetworkPolicies let through, so the other end matters.
  const isEverything = by?.clause === undefined && clusterPolicies.every(policy => policy[direction!].length === 0);
  return { kind, direction: direction!, target: target as WitnessPod, by, acceptedBy, unevaluated, end: isEverything ? undefined : end };
}

/** The addresses of the parties of a claim: those of one side at most. */
function blocksOfClaim(claim: Claim): IpBlock[] | undefined {
  return namedParties(claim).map(blocksOf).find(blocks => blocks !== undefined);
}

/** An address that is not known is only an example in a witness, so no text may name it as the address of the pod, and no fix may open it. */
function withoutExamples({ egress, ingress, ...explanation }: Explanation, { source, destination }: ClaimWitness): Explanation {
  return { ...explanation, egress: withoutExample(egress, destination), ingress: withoutExample(ingress, source) };
}

function withoutExample(side: SideExplanation, peer: WitnessEnd): SideExplanation {
  if (peer.kind === 'address' || !peer.isExampleAddress) { return side; }
  const unknown = { ...side.peer, pod: { ...peer.pod, addresses: [] } } as PodEndpoint;
  const withUnknown = (mismatch: Mismatch): Mismatch => mismatch.kind === 'block' ? { ...mismatch, peer: unknown } : mismatch;
  return {
    ...side,
    nearMisses: side.nearMisses.map(({ mismatches, ...miss }) => ({ ...miss, mismatches: mismatches.map(withUnknown) })),
    // The fix for a peer on its node's network is its address.
    fix: peer.pod.hostNetwork ? undefined : side.fix,
  };
}

/** The policies and rules that decide against a claim, each once. */
export function decidingFields(witness: ExplainedWitness): DecidingField[] {
  if (witness.kind === 'unlisted') {
    const { by, acceptedBy } = witness;
    if (acceptedBy !== undefined) { return [{ policy: acceptedBy.policy, path: (acceptedBy.clause ?? acceptedBy.rule).path }]; }
    return by === undefined ? [] : [{ policy: by.policy, path: (by.clause ?? by.rule).path }];
  }
  // No policy decides about a pod and its own node.
  if (witness.kind === 'own-node') { return []; }
  const { egress, ingress } = witness.explanation;
  if (witness.kind === 'passes') {
    return [egress, ingress].flatMap(side => [...tierRulesOf(side, 'accept'), ...side.allowedBy])
      .filter(({ connections }) => connections.overlaps(witness.connections))
      .map(({ policy, rule }) => ({ policy, path: rule.path }));
  }
  return [egress, ingress].filter(side => !side.passes).flatMap(side =>
    [...tierRulesOf(side, 'deny').map(({ policy, rule }) => ({ policy, path: rule.path })), ...side.isolatedBy.map(policy => ({ policy, path: [] })), ...side.nearMisses.map(({ policy, rule }) => ({ policy, path: rule.path }))]);
}

/** The rules of both tiers of a side that do one thing, or may do it. */
function tierRulesOf({ admin, baseline }: SideExplanation, action: RuleAction): TierRule[] {
  return [...admin, ...baseline].filter(({ rule }) => rule.action === action);
}

import { Claim } from './claim';
import { ClaimVerdict } from './judge';
import { ClaimWitness, explainWitness, WitnessEnd, WitnessPod } from './witness';
import { PeerClause, Policy, Rule } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction } from '../evaluator/reachability';
import { Path } from '../findings/finding';
import { Explanation } from '../query/explanation';
import { connectionsOfPort } from '../query/ports';

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
  /** The rule that allows it, and the peer of the rule if it has peers; absent if no policy isolates the target. */
  readonly by?: DecidingRule;
  /** Absent if the target admits or reaches everything. */
  readonly end?: WitnessEnd;
}

/** A rule of a policy, and the peer of the rule if one peer decides. */
export interface DecidingRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly clause?: PeerClause;
}

/** A policy, or a field of one. The path of the policy itself is empty. */
export interface DecidingField {
  readonly policy: Policy;
  readonly path: Path;
}

const explained = new WeakMap<ClaimWitness, ExplainedWitness>();

/** Explains a witness of a verdict. It is computed when a message first needs it: most verdicts are never read. */
export function explainedWitness({ claim, cluster }: Pick<ClaimVerdict, 'claim' | 'cluster'>, witness: ClaimWitness): ExplainedWitness {
  let result = explained.get(witness);
  if (result === undefined) { explained.set(witness, result = explainedAs(claim, witness, () => explainWitness(cluster, claim, witness))); }
  return result;
}

function explainedAs(claim: Claim, witness: ClaimWitness, explain: () => Explanation): ExplainedWitness {
  const { kind, direction, way } = witness;
  if (kind !== 'unlisted') {
    const explanation = explain();
    if (kind !== 'passes') { return { kind, explanation }; }
    const { flow: { connections, possible, destination } } = explanation;
    const claimed = claim.ports?.reduce((all, port) => all.union(connectionsOfPort(port, destination)), ConnectionSet.NONE) ?? ConnectionSet.ALL;
    const certain = connections.intersect(claimed);
    return { kind, explanation, connections: certain.isEmpty ? possible.connections.intersect(claimed) : certain };
  }
  const [target, end] = direction === 'ingress' ? [witness.destination, witness.source] : [witness.source, witness.destination];
  const by = way?.kind === 'grant' ? way.grant : undefined;
  return { kind, direction: direction!, target: target as WitnessPod, by, end: by?.clause === undefined ? undefined : end };
}

/** The policies and rules that decide against a claim, each once. */
export function decidingFields(witness: ExplainedWitness): DecidingField[] {
  if (witness.kind === 'unlisted') {
    const { by } = witness;
    return by === undefined ? [] : [{ policy: by.policy, path: (by.clause ?? by.rule).path }];
  }
  const { egress, ingress } = witness.explanation;
  if (witness.kind === 'passes') {
    return [egress, ingress].flatMap(side => side.allowedBy)
      .filter(({ connections }) => !connections.intersect(witness.connections).isEmpty)
      .map(({ policy, rule }) => ({ policy, path: rule.path }));
  }
  return [egress, ingress].filter(side => !side.passes).flatMap(side =>
    [...side.isolatedBy.map(policy => ({ policy, path: [] })), ...side.nearMisses.map(({ policy, rule }) => ({ policy, path: rule.path }))]);
}

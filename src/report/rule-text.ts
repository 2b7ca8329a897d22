import { formatBlock } from '../analysis/near-miss';
import { PeerClause, Policy, Rule } from '../cluster/cluster';
import { Direction } from '../reach/reachability';

/** More rules than this are counted rather than told. */
const MAX_RULES = 3;

/** What a policy allows in one direction, in words: `which allows egress only to ipBlock 0.0.0.0/0 on TCP 443`. */
export function allowanceText(policy: Policy, direction: Direction): string {
  const rules = policy[direction]!;
  if (rules.length === 0) { return `which has no ${direction} rule: it allows nothing`; }
  if (rules.length > MAX_RULES) { return `which allows ${direction} by ${rules.length} rules`; }
  const preposition = direction === 'egress' ? 'to' : 'from';
  return `which allows ${direction} only ${rules.map(rule => `${preposition} ${ruleText(rule, policy.namespace)}`).join('; ')}`;
}

/** Whom a peer of a rule stands for; `namespace` is the policy's. */
export function clauseText(clause: PeerClause, namespace: string): string {
  if (clause.kind === 'addresses') { return formatBlock(clause); }
  const pods = clause.pods.isEverything ? 'every pod' : `pods ${clause.pods}`;
  if (clause.namespaces === undefined) { return `${pods} of namespace '${namespace}'`; }
  return `${pods} of ${clause.namespaces.isEverything ? 'every namespace' : `namespaces ${clause.namespaces}`}`;
}

/** The ports of a rule: `TCP 443`, `UDP dns`, `every port`. */
export function portsText({ ports }: Rule): string {
  if (ports === undefined) { return 'every port'; }
  return ports.map(({ protocol, name, first, last }) =>
    `${protocol} ${name ?? (first === last ? first : `${first}-${last}`)}`).join(', ');
}

function ruleText(rule: Rule, namespace: string): string {
  const peers = rule.peers?.map(clause => clauseText(clause, namespace)).join(' or ') ?? 'anything';
  return `${peers} on ${portsText(rule)}`;
}

import { peersOfAndOr } from './and-or';
import { PeerClause, Policy, policyName, Rule } from '../../../cluster/cluster';
import { Direction } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { portsCover } from '../containment';

/** A rule has no peers, or a peer is every pod or every address of a family, so that the narrower rules or peers beside it have no effect. */
export const everythingBesideNarrower: LintRule = ({ cluster }) => {
  // A hyphen too many has a finding of its own.
  const hyphenated = peersOfAndOr(cluster);
  return cluster.policies.flatMap(policy => (['ingress', 'egress'] as const).flatMap(direction => {
    const rules = policy[direction] ?? [];
    return [
      ...rules.length < 2 ? [] : wideRules(policy, direction, rules),
      ...rules.flatMap(rule => widePeers(policy, rule, hyphenated)),
    ];
  }));
};

function wideRules(policy: Policy, direction: Direction, rules: readonly Rule[]): Finding[] {
  const reported = new Set<Rule>();
  return rules.filter(({ peers }) => peers === undefined).flatMap(wide => {
    const isSame = (other: Rule) => other.peers === undefined && portsCover(other.ports, wide.ports);
    const narrower = rules.filter(other => other !== wide && !reported.has(other) && portsCover(wide.ports, other.ports) && !isSame(other));
    if (narrower.length === 0) { return []; }
    for (const other of narrower) { reported.add(other); }
    const whom = direction === 'ingress' ? 'lets everybody in' : 'lets the pods out to everybody';
    const where = wide.ports === undefined ? 'on every port' : 'on its ports';
    const paths = narrower.map(other => formatPath(other.path));
    return [finding('NP125', policy.origin.at(wide.path), `${policyName(policy)} ${formatPath(wide.path)} ${whom} ${where}, so ${enumerate(paths, 3)} ${paths.length === 1 ? 'has' : 'have'} no effect`, {
      about: policy,
      related: narrower.slice(0, 3).map(other => ({ message: 'the narrower rule', place: policy.origin.at(other.path) })),
      fix: `remove ${formatPath(wide.path)} if you mean the narrower ${paths.length === 1 ? 'rule' : 'rules'}, and otherwise remove ${paths.length === 1 ? 'that one' : 'those'}`,
    })];
  });
}

function widePeers(policy: Policy, { peers = [] }: Rule, hyphenated: ReadonlySet<PeerClause>): Finding[] {
  return peers.filter(isWide).flatMap((wide, _, all) => {
    // Two that are equal say the same twice, which is another finding.
    const narrower = peers.filter(other => !all.includes(other) && isSameKind(other, wide) && !hyphenated.has(other));
    const isFirst = all.find(other => isSameKind(other, wide)) === wide;
    if (narrower.length === 0 || !isFirst) { return []; }
    const whom = wide.kind === 'pods' ? 'every pod of every namespace' : `every ${wide.block.family} address`;
    const paths = narrower.map(other => formatPath(other.path));
    return [finding('NP125', policy.origin.at(wide.path), `${policyName(policy)} ${formatPath(wide.path)} is ${whom}, so ${enumerate(paths, 3)} beside it ${paths.length === 1 ? 'has' : 'have'} no effect`, {
      about: policy,
      related: narrower.slice(0, 3).map(other => ({ message: 'the narrower peer', place: policy.origin.at(other.path) })),
      fix: `remove ${formatPath(wide.path)} if you mean the narrower ${paths.length === 1 ? 'peer' : 'peers'}, and otherwise remove ${paths.length === 1 ? 'that one' : 'those'}`,
    })];
  });
}

function isWide(peer: PeerClause): boolean {
  return peer.kind === 'pods' ? peer.namespaces?.isEverything === true && peer.pods.isEverything : peer.block.prefix === 0 && peer.except.length === 0;
}

/** True if both are pods, or both are addresses of one family: then the wide one has all that the other has. */
function isSameKind(peer: PeerClause, wide: PeerClause): boolean {
  return peer.kind === 'pods' ? wide.kind === 'pods' : wide.kind === 'addresses' && peer.block.family === wide.block.family;
}

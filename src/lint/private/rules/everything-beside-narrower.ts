import { peersOfAndOr } from './and-or';
import { PeerClause, Policy, policyName, Rule } from '../../../cluster/cluster';
import { Direction } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { DIRECTIONS } from '../../../k8s/objects';
import { Selector } from '../../../k8s/selector';
import { namespaceNamed } from '../../../query/parties';
import { LintRule } from '../../lint-input';
import { portsCover, selectorCovers } from '../containment';
import { isWholeFamily } from '../peer-clauses';

/** A rule has no peers, or a peer is every pod of some namespaces or every address of a family, so that the narrower rules or peers beside it have no effect. */
export const everythingBesideNarrower: LintRule = ({ cluster }) => {
  // A hyphen too many has a finding of its own.
  const hyphenated = peersOfAndOr(cluster);
  return cluster.policies.flatMap(policy => DIRECTIONS.flatMap(direction => {
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
  const own = namespaceNamed(policy.namespace);
  const all = peers.filter(isWide);
  return all.flatMap(wide => {
    // Two that are equal say the same twice, which is another finding.
    const isSame = (other: PeerClause) => isWide(other) && covers(own, other, wide) && covers(own, wide, other);
    const narrower = peers.filter(other => covers(own, wide, other) && !isSame(other) && !hyphenated.has(other));
    const isIdle = all.some(other => covers(own, other, wide) && (!isSame(other) || all.indexOf(other) < all.indexOf(wide)));
    if (narrower.length === 0 || isIdle) { return []; }
    const paths = narrower.map(other => formatPath(other.path));
    return [finding('NP125', policy.origin.at(wide.path), `${policyName(policy)} ${formatPath(wide.path)} is ${textOf(policy, wide)}, so ${enumerate(paths, 3)} beside it ${paths.length === 1 ? 'has' : 'have'} no effect`, {
      about: policy,
      related: narrower.slice(0, 3).map(other => ({ message: 'the narrower peer', place: policy.origin.at(other.path) })),
      fix: `remove ${formatPath(wide.path)} if you mean the narrower ${paths.length === 1 ? 'peer' : 'peers'}, and otherwise remove ${paths.length === 1 ? 'that one' : 'those'}`,
    })];
  });
}

function textOf({ namespace }: Policy, wide: PeerClause): string {
  if (wide.kind === 'addresses') { return `every ${wide.block.family} address`; }
  if (wide.namespaces === undefined) { return `every pod of namespace ${namespace}`; }
  return wide.namespaces.isEverything ? 'every pod of every namespace' : `every pod of the namespaces ${wide.namespaces}`;
}

/** True for every pod of some namespaces, and for every address of a family. */
function isWide(peer: PeerClause): boolean {
  return peer.kind === 'pods' ? peer.pods.isEverything : isWholeFamily(peer);
}

/** True if a wide peer has all that the other one has. */
function covers(own: Selector, wide: PeerClause, peer: PeerClause): boolean {
  return peer.kind === 'pods' ? wide.kind === 'pods' && selectorCovers(wide.namespaces ?? own, peer.namespaces ?? own)
    : wide.kind === 'addresses' && peer.block.family === wide.block.family;
}

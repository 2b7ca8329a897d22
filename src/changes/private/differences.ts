import { Cluster, PeerClause, Policy } from '../../cluster/cluster';
import { ClusterPeerClause, ClusterPolicy } from '../../cluster/cluster-policy';
import { textOfPeer, textOfPort } from '../../cluster/policy-meaning';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction } from '../../evaluator/reachability';
import { pluginFact } from '../../k8s/network-plugins';
import { Grant, isolatingPolicy } from '../../search/policy-index';
import { SearchedCluster } from '../../search/searched-cluster';
import { TierMatch } from '../../search/tier-rules';

/*
 * What differs between a version that denies a connection and one that allows it. If nothing does that is about the connection, both versions treat it alike,
 * so each connection that only one version allows has one of these differences. Policies are compared by what they mean.
 */

/** The two directions of policies. */
export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** Something that differs, in one direction. */
export type Difference =
  /** A rule of the version that allows, with one of its peers. */
  | { readonly kind: 'grant'; readonly direction: Direction; readonly grant: Grant }
  /** A policy of the version that denies, which isolates pods that the other version need not isolate. */
  | { readonly kind: 'isolation'; readonly direction: Direction; readonly policy: Policy }
  /** A rule of a cluster-wide policy that only one version has, with one of its peers. `isOfAllowing`: that version is the one that allows. */
  | { readonly kind: 'tier'; readonly direction: Direction; readonly match: TierMatch; readonly isOfAllowing: boolean };

/** What differs between the policies of two versions. */
export function differencesOf(denying: SearchedCluster, allowing: SearchedCluster): Difference[] {
  return [
    ...DIRECTIONS.flatMap(direction => [...grantsOnlyIn(allowing.cluster, denying.cluster, direction),
      ...isolationOnlyIn(denying.cluster, allowing.cluster, direction)]),
    ...DIRECTIONS.flatMap(direction => tierRulesOfOne(denying, allowing, direction)),
  ];
}

function* grantsOnlyIn({ policies, plugin }: Cluster, other: Cluster, direction: Direction): Iterable<Difference> {
  // Whether a block means a pod with an address in it depends on the plugin.
  const areBlocksAlike = pluginFact(plugin, 'ipBlock and pods')?.what === pluginFact(other.plugin, 'ipBlock and pods')?.what;
  const same = new Set<Policy>(other.policies);
  const own = policies.filter(policy => !areBlocksAlike || !same.has(policy));
  if (own.length === 0) { return; }
  const granted = new Map<string, { numbered: ConnectionSet; names: Set<string> }>();
  const namespaces = new Set(own.map(({ namespace }) => namespace));
  for (const policy of other.policies) {
    if (!namespaces.has(policy.namespace)) { continue; }
    for (const { clause, ports } of isolatingPolicy(policy, direction)?.grants ?? []) {
      const key = keyOf(policy, clause);
      const known = granted.get(key) ?? { numbered: ConnectionSet.NONE, names: new Set() };
      granted.set(key, known);
      known.numbered = known.numbered.union(ports.numbered);
      for (const name of ports.names) { known.names.add(name); }
    }
  }
  for (const policy of own) {
    for (const grant of isolatingPolicy(policy, direction)?.grants ?? []) {
      const known = granted.get(keyOf(policy, grant.clause));
      const isKnown = known !== undefined && known.numbered.includes(grant.ports.numbered)
        && grant.ports.names.every(name => known.names.has(name)) && (areBlocksAlike || grant.clause?.kind !== 'addresses');
      if (!isKnown) { yield { kind: 'grant', direction, grant }; }
    }
  }
}

function keyOf({ namespace, subject }: Policy, clause: PeerClause | undefined): string {
  return `${namespace} ${subject.id} ${clause === undefined ? 'any peer' : textOfPeer(clause, namespace)}`;
}

function* isolationOnlyIn({ policies }: Cluster, other: Cluster, direction: Direction): Iterable<Difference> {
  const same = new Set<Policy>(other.policies);
  const isolatedBy = (policy: Policy) => `${policy.namespace} ${policy.subject.id}`;
  const known = new Set(other.policies.filter(policy => policy[direction] !== undefined).map(isolatedBy));
  for (const policy of policies) {
    if (policy[direction] === undefined || same.has(policy) || known.has(isolatedBy(policy))) { continue; }
    known.add(isolatedBy(policy));
    yield { kind: 'isolation', direction, policy };
  }
}

/** The cluster-wide rules that only one version has. If the order of the others differs, all of them count. */
function tierRulesOfOne(denying: SearchedCluster, allowing: SearchedCluster, direction: Direction): Difference[] {
  return (['Admin', 'Baseline'] as const).flatMap((tier): Difference[] => {
    const [before, after] = [denying, allowing].map(({ tiers }) => tiers.of(tier, direction).matches
      .map(match => ({ match, text: textOfMatch(match) })));
    const [inBefore, inAfter] = [before, after].map(all => new Set(all.map(({ text }) => text)));
    const common = [before.filter(({ text }) => inAfter.has(text)), after.filter(({ text }) => inBefore.has(text))].map(all => all.map(({ text }) => text).join('\n'));
    const isReordered = common[0] !== common[1];
    return [
      ...before.filter(({ text }) => isReordered || !inAfter.has(text)).map(({ match }): Difference => ({ kind: 'tier', direction, match, isOfAllowing: false })),
      ...after.filter(({ text }) => isReordered || !inBefore.has(text)).map(({ match }): Difference => ({ kind: 'tier', direction, match, isOfAllowing: true })),
    ];
  });
}

/** Equal for matches that decide the same connections in the same way, apart from their order in a policy. */
function textOfMatch({ policy, rule, clause }: TierMatch): string {
  const { name, api, priority, namespaces, subject }: ClusterPolicy = policy;
  return JSON.stringify([
    name, api, priority, namespaces.id, subject.id, rule.action, textOfClusterPeer(clause),
    rule.ports?.map(port => `${textOfPort(port)} ${port.isUncertain === true}`),
  ]);
}

function textOfClusterPeer(clause: ClusterPeerClause | undefined): string {
  if (clause === undefined) { return 'any peer'; }
  switch (clause.kind) {
    case 'nodes': return `nodes ${clause.nodes.id}`;
    case 'domains': return `domains ${clause.names.join()}`;
    default: return textOfPeer(clause, '');
  }
}

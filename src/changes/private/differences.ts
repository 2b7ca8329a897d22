import { Cluster, PeerClause, Policy } from '../../cluster/cluster';
import { ClusterPeerClause, ClusterPolicy } from '../../cluster/cluster-policy';
import { textOfPeer, textOfPort } from '../../cluster/policy-meaning';
import { ConnectionSet } from '../../evaluator/connections';
import { cidrsOf, parseCidr, Cidr } from '../../k8s/address';
import { pluginFact } from '../../k8s/network-plugins';
import { Direction, DIRECTIONS } from '../../k8s/objects';
import { Grant, isolatingPolicy } from '../../search/policy-index';
import { SearchedCluster } from '../../search/searched-cluster';
import { TierMatch } from '../../search/tier-rules';
import { AddressSet } from '../../search/value-set';

/*
 * What differs between a version that denies a connection and one that allows it. If nothing does that is about the connection, both versions treat it alike,
 * so each connection that only one version allows has one of these differences. Policies are compared by what they mean.
 */

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
  const blocks = new Map<string, Grant[]>();
  for (const policy of other.policies) {
    if (!namespaces.has(policy.namespace)) { continue; }
    for (const grant of isolatingPolicy(policy, direction)?.grants ?? []) {
      const { clause, ports } = grant;
      if (clause?.kind === 'addresses') { blocks.set(subjectOf(policy), [...blocks.get(subjectOf(policy)) ?? [], grant]); }
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
      if (isKnown) { continue; }
      const narrowed = areBlocksAlike ? withoutBlocks(grant, blocks.get(subjectOf(policy)) ?? []) : grant;
      if (narrowed !== undefined) { yield { kind: 'grant', direction, grant: narrowed }; }
    }
  }
}

/**
 * A rule about a block, without the addresses to which the other version lets the same pods connect on the same ports, so that a change of an `except` is
 * about the addresses of the exception. Undefined if no address is left.
 */
function withoutBlocks(grant: Grant, others: readonly Grant[]): Grant | undefined {
  const { clause, ports } = grant;
  if (clause?.kind !== 'addresses') { return grant; }
  const own = AddressSet.ofClause(clause);
  let rest = own;
  for (const { clause: other, ports: known } of others) {
    const hasPorts = known.numbered.includes(ports.numbered) && ports.names.every(name => known.names.includes(name));
    if (other?.kind === 'addresses' && hasPorts) { rest = rest.subtract(AddressSet.ofClause(other)); }
  }
  if (rest.isEmpty) { return undefined; }
  const common = own.subtract(rest);
  if (common.isEmpty) { return grant; }
  // A block that is the only one with a change is clearer than the whole block with exceptions.
  const [only, ...more] = rest.ranges.flatMap(cidrsOf).map(text => parseCidr(text) as Cidr);
  if (more.length === 0) { return { ...grant, clause: { ...clause, block: only, except: [] } }; }
  return { ...grant, clause: { ...clause, except: [...clause.except, ...common.ranges.flatMap(cidrsOf).map(text => parseCidr(text) as Cidr)] } };
}

function subjectOf({ namespace, subject }: Policy): string { return `${namespace} ${subject.id}`; }

function keyOf(policy: Policy, clause: PeerClause | undefined): string {
  const { namespace } = policy;
  return `${subjectOf(policy)} ${clause === undefined ? 'any peer' : textOfPeer(clause, namespace)}`;
}

function* isolationOnlyIn({ policies }: Cluster, other: Cluster, direction: Direction): Iterable<Difference> {
  const same = new Set<Policy>(other.policies);
  const known = new Set(other.policies.filter(policy => policy[direction] !== undefined).map(subjectOf));
  for (const policy of policies) {
    if (policy[direction] === undefined || same.has(policy) || known.has(subjectOf(policy))) { continue; }
    known.add(subjectOf(policy));
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

/** Equal for peers that match the same ends. */
export function textOfClusterPeer(clause: ClusterPeerClause | undefined): string {
  if (clause === undefined) { return 'any peer'; }
  switch (clause.kind) {
    case 'nodes': return `nodes ${clause.nodes.id}`;
    case 'domains': return `domains ${clause.names.join()}`;
    default: return textOfPeer(clause, '');
  }
}

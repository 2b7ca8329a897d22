import { SelectedPods } from './selected-pods';
import { Cluster, Policy, policyName, PortClause, Rule } from '../../cluster/cluster';
import { formatPath, Place } from '../../findings/finding';
import { Direction } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { PortQuery } from '../../query/ports';
import { LintInput, PodsOfWorkload, PortUse, RuleOfPolicy } from '../lint-input';
import { rulesOf } from './peer-clauses';

/**
 * The ports that claims and policies name for declared pods. First those of the pods' own policies, because the others repeat them if an edge has a
 * policy at each end.
 */
export function portUses({ cluster, claimedPorts = [] }: Pick<LintInput, 'cluster' | 'claimedPorts'>): readonly PortUse[] {
  return [...usesInRules(cluster), ...claimedPorts.filter(({ destinations }) => destinations.length > 0)];
}

const usesInRules = oncePer((cluster: Cluster): readonly PortUse[] => {
  const selected = SelectedPods.of(cluster);
  const withPorts = (direction: Direction) => cluster.policies.flatMap(policy => rulesOf(policy, direction))
    .filter(({ rule }) => rule.ports !== undefined);
  return [
    ...withPorts('ingress').map(rule => new UseInRule(rule, { destinations: selected.inNamespace(rule.policy.namespace, rule.policy.subject) })),
    ...withPorts('egress').map(rule => new UseInRule(rule, destinationsOf(selected, rule.policy, rule.rule))),
  ].filter(({ destinations }) => destinations.length > 0);
});

type Destinations = Pick<PortUse, 'destinations' | 'mayHaveOthers'>;

/** Few uses are reported. A place and a text cost much more than everything else here, so they are made when they are asked for. */
class UseInRule implements PortUse {
  public readonly ports: readonly PortQuery[];
  public readonly destinations: readonly PodsOfWorkload[];
  public readonly mayHaveOthers?: boolean;

  public constructor(public readonly rule: RuleOfPolicy, { destinations, mayHaveOthers }: Destinations) {
    this.ports = rule.rule.ports!.map(portOf);
    this.destinations = destinations;
    this.mayHaveOthers = mayHaveOthers;
  }

  public get place(): Place { return this.rule.policy.origin.at(this.rule.rule.path); }

  public get name(): string { return `${policyName(this.rule.policy)} ${formatPath(this.rule.rule.path)}`; }
}

/**
 * The pods that a rule for egress names by labels. None if one of its peers is something else, which may be why the rule names the port: addresses, a
 * whole namespace, whose other pods are often declared elsewhere, or pods that the input does not declare.
 */
function destinationsOf(selected: SelectedPods, policy: Policy, { peers = [] }: Rule): Destinations {
  const none: Destinations = { destinations: [] };
  const found = peers.map((peer): Destinations => {
    if (peer.kind !== 'pods' || peer.pods.isEverything) { return none; }
    return { destinations: selected.ofPeer(policy.namespace, peer), mayHaveOthers: !selected.knowsPeer(policy.namespace, peer) };
  });
  if (found.length === 1) { return found[0]; }
  if (found.some(({ destinations }) => destinations.length === 0)) { return none; }
  const mayHaveOthers = found.some(one => one.mayHaveOthers === true);
  return { destinations: found.flatMap(({ destinations }) => destinations), mayHaveOthers };
}

/** Where the port of this number is named. */
export function placeOfPort(use: PortUse, at: number): Place {
  const { rule } = use;
  return rule === undefined ? use.place : rule.policy.origin.at(rule.rule.ports![at].path);
}

function portOf({ protocol, name, first, last }: PortClause): PortQuery {
  return name === undefined ? { protocol, first, last } : { protocol, name };
}

import { SelectedPods } from './selected-pods';
import { Policy, policyName, PortClause, Rule } from '../../cluster/cluster';
import { formatPath } from '../../findings/finding';
import { namespaceNamed } from '../../query/parties';
import { PortQuery } from '../../query/ports';
import { LintInput, PodsOfWorkload, PortUse } from '../lint-input';

/**
 * The ports that claims and policies name for declared pods. First those of the pods' own policies, because the others repeat them if an edge has a
 * policy at each end.
 */
export function portUses({ cluster, claimedPorts = [] }: LintInput): PortUse[] {
  const selected = SelectedPods.of(cluster);
  const usesOf = (policy: Policy, rules: readonly Rule[] | undefined, destinations: (rule: Rule) => readonly PodsOfWorkload[]): PortUse[] =>
    (rules ?? []).filter(({ ports }) => ports !== undefined).map(rule => ({
      place: policy.origin.at(rule.path),
      name: `${policyName(policy)} ${formatPath(rule.path)}`,
      ports: rule.ports!.map(portOf),
      destinations: destinations(rule),
    }));
  return [
    ...cluster.policies.flatMap(policy => usesOf(policy, policy.ingress, () => selected.inNamespace(policy.namespace, policy.subject))),
    ...cluster.policies.flatMap(policy => usesOf(policy, policy.egress, rule => destinationsOf(selected, policy, rule))),
    ...claimedPorts,
  ].filter(({ destinations }) => destinations.length > 0);
}

/** A peer without labels of pods means a namespace, whose pods are often declared elsewhere. */
function destinationsOf(selected: SelectedPods, policy: Policy, { peers = [] }: Rule): PodsOfWorkload[] {
  return peers.flatMap(peer => peer.kind === 'pods' && !peer.pods.isEverything
    ? selected.inNamespaces(peer.namespaces ?? namespaceNamed(policy.namespace), peer.pods) : []);
}

function portOf({ protocol, name, first, last }: PortClause): PortQuery {
  return name === undefined ? { protocol, first, last } : { protocol, name };
}

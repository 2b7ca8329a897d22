import { Policy, policyName } from '../../../cluster/cluster';
import { finding } from '../../../findings/finding';
import { nearestName } from '../../../findings/nearest-name';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/**
 * A default deny is in a namespace that has nothing else: the name of the namespace may be wrong. An input without workloads says nothing. Where nothing
 * has a similar name, this is a note for a policy in YAML.
 */
export const emptyNamespace: LintRule = ({ cluster, groups = [] }) => {
  if (cluster.workloads.length === 0) { return []; }
  const narrow = cluster.policies.filter(({ subject }) => !subject.isEverything);
  const used = new Set([...groups, ...cluster.workloads, ...cluster.services, ...narrow].map(({ namespace }) => namespace));
  const isKnown = (name: string) => used.has(name) || cluster.namespaces.get(name)!.origin !== undefined || SelectedPods.of(cluster).isOpen(name);
  // Two namespaces with a default deny each are two namespaces, however much alike their names are.
  const denied = new Set(cluster.policies.filter(isDefaultDeny).map(({ namespace }) => namespace));
  const seen = new Set<string>();
  return cluster.policies.filter(isDefaultDeny).flatMap(policy => {
    const { namespace, origin } = policy;
    if (isKnown(namespace) || seen.has(namespace)) { return []; }
    seen.add(namespace);
    const others = [...cluster.namespaces.keys()].filter(name => name !== namespace && (policy.isGenerated === true || !denied.has(name)));
    const near = nearestName(namespace, others);
    const elsewhere = policy.isGenerated === true ? `write ClusterFacts.of(scope).addOpenNamespace('${namespace}')` : `state it: --assume-namespaces ${namespace}`;
    return [finding('NP122', origin.at(['metadata', 'namespace']), `${policyName(policy)} denies the connections of namespace ${namespace}, which has nothing else here`, {
      about: policy,
      fix: `${near === undefined ? 'correct the name of the namespace' : `write '${near}'`}; if the namespace is made elsewhere, ${elsewhere}`,
      // Policies in YAML are often kept apart from the workloads of their namespace.
      ...policy.isGenerated === true || near !== undefined ? {} : { severity: 'note' },
    })];
  });
};

/** A policy that selects every pod and allows nothing. */
function isDefaultDeny({ subject, ingress, egress }: Policy): boolean {
  return subject.isEverything && (ingress ?? []).length === 0 && (egress ?? []).length === 0;
}

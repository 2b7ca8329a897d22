import { Cluster, Policy, policyName } from '../../../cluster/cluster';
import { finding } from '../../../findings/finding';
import { nearestName } from '../../../findings/nearest-name';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/** A default deny is in a namespace that has nothing else: the name of the namespace may be wrong. An input without workloads says nothing. */
export const emptyNamespace: LintRule = ({ cluster, groups = [] }) => {
  if (cluster.workloads.length === 0) { return []; }
  const others = cluster.policies.filter(({ subject }) => !subject.isEverything);
  const used = new Set([...groups, ...cluster.workloads, ...cluster.services, ...others].map(({ namespace }) => namespace));
  const isKnown = (name: string) => used.has(name) || cluster.namespaces.get(name)!.origin !== undefined || SelectedPods.of(cluster).isOpen(name);
  const seen = new Set<string>();
  return cluster.policies.filter(isDefaultDeny).flatMap(policy => {
    const { namespace, origin } = policy;
    if (isKnown(namespace) || seen.has(namespace)) { return []; }
    seen.add(namespace);
    return [finding('NP122', origin.at(), `${policyName(policy)} denies the connections of namespace ${namespace}, which has nothing else here`, {
      fix: fixFor(namespace, cluster),
    })];
  });
};

/** A policy that selects every pod and allows nothing. */
function isDefaultDeny({ subject, ingress, egress }: Policy): boolean {
  return subject.isEverything && (ingress ?? []).length === 0 && (egress ?? []).length === 0;
}

function fixFor(namespace: string, { namespaces }: Cluster): string {
  const near = nearestName(namespace, [...namespaces.keys()].filter(name => name !== namespace));
  return `${near === undefined ? 'correct the name of the namespace' : `write '${near}'`}; `
    + `if the namespace is made elsewhere, write ClusterFacts.of(scope).addOpenNamespace('${namespace}')`;
}

import { Cluster, Policy, Workload, workloadName } from '../../../cluster/cluster';
import { Service, serviceName } from '../../../cluster/service';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding } from '../../../findings/finding';
import { PodsOfWorkload, LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/**
 * A Service leads to pods that policies isolate for ingress, and none of these policies lets anybody in. If no policy of the namespace lets anybody in, the
 * policies that do are probably elsewhere.
 */
export const cutOff: LintRule = ({ cluster }) => {
  const mayAllow = cluster.unevaluated.some(({ ingress, canAllow }) => ingress && canAllow);
  if (mayAllow || cluster.clusterPolicies.some(({ ingress }) => ingress.length > 0)) { return []; }
  const selected = SelectedPods.of(cluster);
  const leading = servicesOf(cluster, selected);
  return [...selected.policies].flatMap(([namespace, policies]) => {
    const isolating = policies.filter(({ ingress }) => ingress !== undefined);
    const open = new Set(isolating.filter(({ ingress }) => ingress!.length > 0)
      .flatMap(({ subject }) => workloadsOf(selected.inNamespace(namespace, subject))));
    const found = new Map<Workload, Policy>();
    for (const policy of isolating) {
      for (const workload of workloadsOf(selected.surelyInNamespace(namespace, policy.subject))) {
        if (!open.has(workload) && !found.has(workload) && leading.has(workload)) { found.set(workload, policy); }
      }
    }
    return [...found].map(([workload, policy]) => findingFor(workload, policy, leading.get(workload)!, open.size > 0));
  });
};

function workloadsOf(some: readonly PodsOfWorkload[]): Workload[] {
  return some.map(({ workload }) => workload);
}

/** The Services that lead to each workload. */
function servicesOf({ services }: Cluster, selected: SelectedPods): ReadonlyMap<Workload, readonly Service[]> {
  const found = new Map<Workload, Service[]>();
  for (const service of services) {
    if (service.selector === undefined) { continue; }
    for (const { workload } of selected.inNamespace(service.namespace, service.selector)) {
      found.set(workload, [...found.get(workload) ?? [], service]);
    }
  }
  return found;
}

function findingFor(workload: Workload, policy: Policy, services: readonly Service[], areOthersOpen: boolean): Finding {
  const name = workloadName(workload);
  return finding('NP137', workload.origin.at(), `no policy lets anybody in to the pods of ${name}, to which ${enumerate(services.map(serviceName), 2)} ${services.length === 1 ? 'leads' : 'lead'}`, {
    about: workload,
    severity: areOthersOpen ? 'warning' : 'note',
    related: [{ message: 'this policy isolates them', place: policy.origin.at() }],
    fix: `add an ingress rule for the pods of ${name}, or remove the Service`,
  });
}

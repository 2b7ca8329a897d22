import { Cluster, Policy, Workload, workloadName } from '../../../cluster/cluster';
import { Service, serviceName } from '../../../cluster/service';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding } from '../../../findings/finding';
import { PodsOfWorkload, LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';
import { entrancesClosed } from './closed-entrances';
import { scrapeTargetsClosed } from './closed-scrape-targets';
import { webhooksClosed } from './closed-webhooks';

/**
 * A Service leads to pods that policies isolate for ingress, and none of these policies lets anybody in. If no policy of the namespace lets anybody in, the
 * policies that do are probably elsewhere. If the input says who needs the pods, another finding names them (NP127, NP128, NP129), and this one would only
 * repeat it.
 */
export const cutOff: LintRule = input => {
  const { cluster } = input;
  const mayAllow = cluster.unevaluated.some(({ ingress, canAllow }) => ingress && canAllow);
  if (mayAllow || cluster.clusterPolicies.some(({ ingress }) => ingress.length > 0)) { return []; }
  const selected = SelectedPods.of(cluster);
  const leading = servicesOf(cluster, selected);
  const found = [...selected.policies].flatMap(([namespace, policies]) => {
    const isolating = policies.filter(({ ingress }) => ingress !== undefined);
    const open = new Set(isolating.filter(({ ingress }) => ingress!.length > 0)
      .flatMap(({ subject }) => workloadsOf(selected.inNamespace(namespace, subject))));
    const closed = new Map<Workload, Policy>();
    for (const policy of isolating) {
      for (const workload of workloadsOf(selected.surelyInNamespace(namespace, policy.subject))) {
        if (!open.has(workload) && !closed.has(workload) && leading.has(workload)) { closed.set(workload, policy); }
      }
    }
    return [...closed].map(([workload, policy]) => ({ workload, policy, areOthersOpen: open.size > 0 }));
  });
  if (found.length === 0) { return []; }
  const needed = new Set([webhooksClosed, scrapeTargetsClosed, entrancesClosed].flatMap(closedIn => closedIn(input)).map(({ workload }) => workload));
  return found.filter(({ workload }) => !needed.has(workload))
    .map(({ workload, policy, areOthersOpen }) => findingFor(workload, policy, leading.get(workload)!, areOthersOpen));
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

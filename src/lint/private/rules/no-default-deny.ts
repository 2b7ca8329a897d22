import { Cluster, isLabelKnown, Workload, workloadName } from '../../../cluster/cluster';
import { Direction } from '../../../evaluator/reachability';
import { enumerate, withCommas } from '../../../findings/enumeration';
import { finding, Finding, WrittenObject } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/*
 * Pods that no policy selects let everybody in (kubernetes.io, "Network Policies", "The two sorts of pod isolation"). A default deny is a policy for every pod
 * of a namespace, or several that select each of its workloads.
 */

/** A namespace has workloads and no default deny for ingress. In an input without any policy, there is one finding for all namespaces. */
export const noDefaultDeny: LintRule = ({ cluster }) => {
  const selected = SelectedPods.of(cluster);
  const namespaces = selected.populated.filter(namespace => workloadsOn(selected, namespace).length > 0);
  if (namespaces.length === 0) { return []; }
  if (cluster.policies.length + cluster.clusterPolicies.length + cluster.unevaluated.length === 0) {
    const workloads = namespaces.flatMap(namespace => workloadsOn(selected, namespace));
    const spaces = namespaces.length === 1 ? `namespace ${namespaces[0]}` : `${withCommas(namespaces.length)} namespaces`;
    return [findingFor(cluster, namespaces[0], workloads[0], `the input has no policy, so the pods of all ${countOf(workloads.length)} of ${spaces} let everybody in`)];
  }
  return namespaces.flatMap(namespace => {
    const open = notIsolated(cluster, namespace, 'ingress');
    if (open.length === 0 || notIsolated(cluster, namespace, 'egress').length === 0) { return []; }
    const all = workloadsOn(selected, namespace).length;
    const who = open.length === all ? `the pods of ${all === 1 ? workloadName(open[0]) : `all ${countOf(all)}`} let`
      : `${withCommas(open.length)} of ${countOf(all)} (${enumerate(open.map(workloadName), 3)}) let`;
    return [findingFor(cluster, namespace, open[0], `namespace ${namespace} has no default deny: ${who} everybody in`)];
  });
};

/** A namespace has a default deny for one direction and not for the other. Many leave egress open on purpose, but hardly ingress. */
export const oneDirectionDeny: LintRule = ({ cluster }) => SelectedPods.of(cluster).populated.flatMap(namespace => {
  const [into, out] = [notIsolated(cluster, namespace, 'ingress'), notIsolated(cluster, namespace, 'egress')];
  if ((into.length === 0) === (out.length === 0)) { return []; }
  const [open, denied, missing, effect] = into.length === 0
    ? [out, 'ingress', 'egress', 'reach every address'] : [into, 'egress', 'ingress', 'let everybody in'];
  return [finding('NP142', placeOf(cluster, namespace, open[0]).at(),
    `namespace ${namespace} has a default deny for ${denied}, and none for ${missing}: the pods of ${enumerate(open.map(workloadName), 3)} ${effect}`, {
      about: aboutOf(cluster, namespace, open[0]),
      severity: missing === 'egress' ? 'note' : 'warning',
      fix: `add ${missing === 'egress' ? 'Egress' : 'Ingress'} to the policyTypes of the default deny, and allow what the pods need`,
    })];
});

function countOf(workloads: number): string {
  return `${withCommas(workloads)} ${workloads === 1 ? 'workload' : 'workloads'}`;
}

/** The namespaces of Kubernetes itself (kubernetes.io, "Namespaces"): a default deny there needs knowledge of the distribution. */
const SYSTEM = /^kube-/;

/** The workloads of a namespace that policies can isolate. None in a namespace of Kubernetes itself. */
function workloadsOn(selected: SelectedPods, namespace: string): readonly Workload[] {
  return SYSTEM.test(namespace) ? [] : selected.workloadsIn(namespace).filter(({ pods }) => pods.some(({ hostNetwork }) => !hostNetwork));
}

/** The workloads of a namespace with pods that no policy isolates in a direction. None if policies of other kinds may isolate some of them. */
function notIsolated(cluster: Cluster, namespace: string, direction: Direction): readonly Workload[] {
  const selected = SelectedPods.of(cluster);
  if (mayBeIsolatedOtherwise(cluster, namespace, direction)) { return []; }
  const isolating = (selected.policies.get(namespace) ?? []).filter(policy => policy[direction] !== undefined);
  if (isolating.some(({ subject }) => subject.isEverything)) { return []; }
  const isolated = new Set(isolating.flatMap(({ subject }) => selected.surelyInNamespace(namespace, subject)).flatMap(({ pods }) => pods));
  return workloadsOn(selected, namespace).filter(({ pods }) => pods.some(pod => !pod.hostNetwork && !isolated.has(pod)));
}

function mayBeIsolatedOtherwise({ namespaces, unevaluated, clusterPolicies }: Cluster, name: string, direction: Direction): boolean {
  const namespace = namespaces.get(name)!;
  return unevaluated.some(policy => policy[direction] && (policy.namespace ?? name) === name)
    || clusterPolicies.some(policy => policy[direction].some(({ action }) => action === 'deny')
      && policy.namespaces.couldMatch(namespace.labels, key => isLabelKnown(namespace, key)));
}

/** The Namespace object, if the input has it. Otherwise a workload of the namespace. */
function placeOf({ namespaces }: Cluster, namespace: string, workload: Workload): WrittenObject['origin'] {
  return namespaces.get(namespace)!.origin ?? workload.origin;
}

function aboutOf(cluster: Cluster, namespace: string, workload: Workload): WrittenObject {
  return { origin: placeOf(cluster, namespace, workload), namespace };
}

function findingFor(cluster: Cluster, namespace: string, workload: Workload, message: string): Finding {
  return finding('NP141', placeOf(cluster, namespace, workload).at(), message, {
    about: aboutOf(cluster, namespace, workload),
    fix: "add a NetworkPolicy with 'podSelector: {}' and 'policyTypes: [Ingress]' to the namespace, and allow what the pods need",
  });
}

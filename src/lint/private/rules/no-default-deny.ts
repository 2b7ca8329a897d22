import { Cluster, isLabelKnown, Workload, workloadName } from '../../../cluster/cluster';
import { Direction } from '../../../evaluator/reachability';
import { Severity } from '../../../findings/codes';
import { enumerate, withCommas } from '../../../findings/enumeration';
import { finding, Finding, printable, WrittenObject } from '../../../findings/finding';
import { DIRECTIONS } from '../../../k8s/objects';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/*
 * Pods that no policy selects let everybody in (kubernetes.io, "Network Policies", "The two sorts of pod isolation"). A default deny is a policy for every pod
 * of a namespace, or several that select each of its workloads.
 */

/**
 * A namespace has workloads and no default deny for ingress. That can be as it should be, so it is a note. An input without any policy has one finding for all
 * of its namespaces, a warning. If there are policies that no kustomization uses, somebody has decided so, and this is a note, too.
 */
export const noDefaultDeny: LintRule = ({ cluster, policyLeftOut }) => {
  const selected = SelectedPods.of(cluster);
  const namespaces = selected.populated.filter(namespace => workloadsOn(selected, namespace).length > 0);
  if (namespaces.length === 0) { return []; }
  if (cluster.policies.length + cluster.clusterPolicies.length + cluster.unevaluated.length === 0) {
    const workloads = namespaces.flatMap(namespace => workloadsOn(selected, namespace));
    const spaces = namespaces.length === 1 ? `namespace ${namespaces[0]}` : `${withCommas(namespaces.length)} namespaces`;
    const who = workloads.length === 1 ? workloadName(workloads[0]) : `all ${withCommas(workloads.length)} workloads of ${spaces}`;
    const unused = policyLeftOut?.();
    return [unused === undefined ? findingFor(cluster, namespaces[0], workloads[0], 'warning', `the input has no policy, so the pods of ${who} let everybody in`)
      : findingFor(cluster, namespaces[0], workloads[0], 'note', `no policy of the input is applied, so the pods of ${who} let everybody in`, unused)];
  }
  return namespaces.flatMap(namespace => {
    const open = notIsolated(cluster, namespace, 'ingress');
    if (open.length === 0 || isDenied(selected, namespace, 'egress')) { return []; }
    const all = workloadsOn(selected, namespace).length;
    const who = open.length === all ? `the pods of ${all === 1 ? workloadName(open[0]) : `all ${withCommas(all)} workloads`} let`
      : `${withCommas(open.length)} of ${withCommas(all)} workloads (${enumerate(open.map(workloadName), 3)}) ${open.length === 1 ? 'lets' : 'let'}`;
    return [findingFor(cluster, namespace, open[0], 'note', `namespace ${namespace} has no default deny: ${who} everybody in`)];
  });
};

/**
 * A namespace has a policy for every pod that isolates them in one direction, and not all of its pods are isolated in the other one. Many leave egress open on
 * purpose.
 */
export const oneDirectionDeny: LintRule = ({ cluster }) => {
  const selected = SelectedPods.of(cluster);
  return selected.populated.flatMap(namespace => {
    const [into, out] = DIRECTIONS.map(direction => isDenied(selected, namespace, direction));
    if (into === out) { return []; }
    const [denied, missing, effect] = into ? ['ingress', 'egress', 'reach every address'] as const : ['egress', 'ingress', 'let everybody in'] as const;
    const open = notIsolated(cluster, namespace, missing);
    if (open.length === 0) { return []; }
    return [finding('NP142', placeOf(cluster, namespace, open[0]).at(),
      `namespace ${namespace} has a default deny for ${denied}, and none for ${missing}: the pods of ${enumerate(open.map(workloadName), 3)} ${effect}`, {
        about: aboutOf(cluster, namespace, open[0]),
        fix: `add ${missing === 'egress' ? 'Egress' : 'Ingress'} to the policyTypes of the default deny, and allow what the pods need`,
      })];
  });
};

/** True if a policy isolates every pod of the namespace in a direction. */
function isDenied(selected: SelectedPods, namespace: string, direction: Direction): boolean {
  return selected.policies.get(namespace)?.some(policy => policy.subject.isEverything && policy[direction] !== undefined) === true;
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

/** @param unused a file or folder with policies that are not applied */
function findingFor(cluster: Cluster, namespace: string, workload: Workload, severity: Severity, message: string, unused?: string): Finding {
  return finding('NP141', placeOf(cluster, namespace, workload).at(), message, {
    about: aboutOf(cluster, namespace, workload),
    severity,
    related: unused === undefined ? undefined : [{ message: 'policies that nothing uses', place: { file: unused } }],
    fix: unused === undefined ? "add a NetworkPolicy with 'podSelector: {}' and 'policyTypes: [Ingress]' to the namespace, and allow what the pods need"
      : `if the policies of ${printable(unused)} are applied, name a kustomization that uses them`,
  });
}

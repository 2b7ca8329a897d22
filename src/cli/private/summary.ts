import { EvaluatedInput } from './input';
import { Cluster, unevaluatedReason, unreadReason, Workload, workloadName } from '../../cluster/cluster';
import { Reachability } from '../../evaluator/reachability';
import { Reason, ReasonCode } from '../../findings/answer';
import { enumerate } from '../../findings/enumeration';
import { printable } from '../../findings/finding';

/* The last lines of `list`: what was read, what was left out, and what is undecided because of it. */

/** At most this many names are in one line. */
const MAX_NAMES = 5;

/** The codes of files that are not manifests, if they are warnings. */
const NO_OBJECT: ReadonlySet<string> = new Set(['NP004', 'NP005', 'NP006', 'NP008', 'NP010']);

/** A name has at most this many characters there. */
const MAX_LENGTH = 200;

/** The lines of the summary: one if everything was read and is decided by it. */
export function summaryOf({ clusters, findings, fileCount, renderedCount }: EvaluatedInput): string[] {
  const all = clusters.map(({ reach }) => reach.cluster);
  const sum = (of: (cluster: Cluster) => number) => all.reduce((total, cluster) => total + of(cluster), 0);
  const policies = sum(cluster => cluster.policies.length + cluster.clusterPolicies.length);
  const notEvaluated = sum(cluster => cluster.unevaluated.filter(({ unread }) => unread === undefined).length);
  const files = fileCount > 0 || renderedCount === 0 ? [`${counted(fileCount, 'file')} read`] : [];
  const sources = [...files, ...renderedCount === 0 ? [] : [`${counted(renderedCount, 'folder')} rendered`]];
  const read = `${sources.join(', ')}: ${counted(sum(cluster => cluster.workloads.length), 'workload')}, ${counted(policies, 'policy', 'policies')}`;
  const kinds = notEvaluated === 0 ? '' : `, and ${notEvaluated} of kinds that netpol does not evaluate`;
  const reasons = all.flatMap(reasonsIn);
  const because = (wanted: ReasonCode) => [...new Set(reasons.filter(({ code }) => code === wanted).map(({ what }) => what))];
  const others = new Set(findings.filter(({ code, severity }) => NO_OBJECT.has(code) && severity !== 'error').map(({ place }) => place.file));
  const undecided = clusters.flatMap(({ reach }) => reach.cluster.workloads.filter(workload => isOpen(reach, workload)).map(workloadName));
  return [
    `summary: ${read}${kinds}`,
    ...line('not read', because('not-read')),
    ...line('not rendered', because('not-rendered')),
    ...line('declared twice, with different content', because('defined-twice')),
    ...others.size === 0 ? [] : [`  without a Kubernetes object: ${counted(others.size, 'file')}`],
    ...line('undecided connections of', undecided),
  ];
}

/** Why something in a cluster is not known. */
function reasonsIn({ unread = [], unevaluated, workloads, namespaces }: Cluster): Reason[] {
  return [
    ...unread.map(unreadReason),
    ...unevaluated.filter(policy => typeof policy.unread === 'string').map(unevaluatedReason),
    ...[...namespaces.values()].flatMap(({ open }) => open?.reason ?? []),
    ...workloads.flatMap(({ pods }) => pods.flatMap(pod => pod.unread ?? [])),
  ];
}

function line(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`  ${title}: ${enumerate(names.map(name => printable(name).slice(0, MAX_LENGTH)), MAX_NAMES)}`];
}

/** True if something that was not read or is not evaluated could decide about the connections of some pods of a workload. */
function isOpen(reach: Reachability, workload: Workload): boolean {
  return workload.pods.some(pod => {
    const index = reach.ofPod(workload, pod);
    return pod.unread !== undefined || reach.unevaluated(index, 'ingress').length > 0 || reach.unevaluated(index, 'egress').length > 0;
  });
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

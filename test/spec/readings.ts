import { results, Step, tierResults } from './cluster-wide';
import { rulesThatMatch, sideAllows, SpecCluster, SpecEnd, SpecPod } from './network-policy';

/*
 * What netpol could not read, as plainly as network-policy.ts. The unread thing has several readings: everything that it could have said. An answer is
 * `yes` or `no` if every reading gives this answer, and `undecided` otherwise.
 */

/** The answer for two pods by their names, if the cluster is one of these. */
export function answerOfReadings(readings: readonly SpecCluster[], from: string, to: string, protocol: string, port: number): 'yes' | 'no' | 'undecided' {
  const answers = new Set(readings.map(cluster => allows(cluster, endOf(cluster, from), endOf(cluster, to), protocol, port)));
  return answers.size > 1 ? 'undecided' : answers.has(true) ? 'yes' : 'no';
}

/** Whether a connection passes the layers of both sides. No two of the cluster-wide policies have one priority, so each layer has one result. */
function allows(cluster: SpecCluster, from: SpecEnd, to: SpecEnd, protocol: string, port: number): boolean {
  return (['Egress', 'Ingress'] as const).every(type => {
    const [subject, peer] = type === 'Egress' ? [from, to] : [to, from];
    const isIsolated = rulesThatMatch(cluster, type, subject, peer) !== 'not isolated';
    const networkPolicy: Step = !isIsolated ? 'pass' : sideAllows(cluster, type, subject, peer, to, protocol, port) ? 'allow' : 'deny';
    const connection = { type, subject, peer, protocol, port };
    return results([tierResults(cluster, 'Admin', connection), [networkPolicy], tierResults(cluster, 'Baseline', connection)]).has('allow');
  });
}

function endOf({ pods }: SpecCluster, name: string): { pod: SpecPod } {
  return { pod: pods.find(pod => pod.name === name)! };
}

/** Everything that a workload could say which cannot be read: a label that policies look at may be absent, and have each value that they mention or another one. */
export function podReadings(pod: SpecPod, key: string, values: readonly string[], port: string, numbers: readonly number[]): SpecPod[] {
  const labels = [{}, ...[...values, 'other'].map(value => ({ [key]: value }))];
  const ports = [[], ...numbers.map(containerPort => [{ name: port, containerPort }])];
  return labels.flatMap(own => ports.map(some => ({ ...pod, labels: own, ports: some })));
}

/** The clusters in which a pod is one of these. */
export function withPod(cluster: SpecCluster, readings: readonly SpecPod[]): SpecCluster[] {
  return readings.map(pod => ({ ...cluster, pods: cluster.pods.map(one => one.name === pod.name ? pod : one) }));
}

/** The clusters in which a namespace has one of these sets of labels. */
export function withNamespace(cluster: SpecCluster, name: string, readings: readonly Record<string, string>[]): SpecCluster[] {
  return readings.map(labels => ({ ...cluster, namespaces: { ...cluster.namespaces, [name]: labels } }));
}

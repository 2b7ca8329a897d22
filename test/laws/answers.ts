import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { parseAddress } from '../../src/k8s/address';
import { ADDRESSES } from '../spec/arbitrary-cluster';
import { clusterOfObjects } from '../support/manifests';

/** The connections between all pods of a cluster and some addresses, by `from → to`. */
export function answersOf(objects: readonly object[]): Map<string, ConnectionSet> {
  const reach = new Reachability(clusterOfObjects(objects));
  const pods = reach.cluster.workloads.flatMap(w => w.pods.map(pod => [`${w.namespace}/${pod.name}`, reach.ofPod(w, pod)] as const));
  const ends = [...pods, ...ADDRESSES.map(ip => [ip, reach.ofAddress(parseAddress(ip)!)] as const)];
  return new Map(ends.flatMap(([from, source]) => ends.map(([to, destination]) =>
    [`${from} → ${to}`, reach.connections(source, destination)] as const)));
}

/** The connections as sorted lines, so that tests can compare them. */
export function textOf(answers: ReadonlyMap<string, ConnectionSet>): string[] {
  return [...answers].map(([pair, connections]) => `${pair}: ${connections}`).sort();
}

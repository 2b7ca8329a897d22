import { answer } from './answers';
import { ConnectionSet } from '../../src/evaluator/connections';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { Reachability } from '../../src/evaluator/reachability';
import { Protocol } from '../../src/k8s/objects';
import { RandomOpenCluster } from '../evaluator/open-cluster';
import { clusterOfObjects } from '../support/manifests';

/* The comparison of the three answers with their specification, for the property tests and `npm run fuzz`. */

const PORTS: [Protocol, number][] = [['TCP', 80], ['TCP', 443], ['UDP', 80]];

function answerOf(reach: Reachability, from: number, to: number, protocol: Protocol, port: number): 'yes' | 'no' | 'undecided' {
  const asked = ConnectionSet.range(protocol, port, port);
  if (reach.connections(from, to).includes(asked)) { return 'yes'; }
  return reach.possibleConnections(from, to).includes(asked) ? 'undecided' : 'no';
}

/**
 * Compares the answers about each pair of pods of a cluster that leaves something open, with the usual assumptions or, if `strict`, without any. Returns a
 * text about the first difference.
 */
export function differenceFromAnswers(
  { cluster, manifests, facts, looksAtNamespaces }: RandomOpenCluster, strict: boolean, options?: EvaluationOptions,
): string | undefined {
  const evaluated = new Reachability(clusterOfObjects(manifests, facts), options);
  const reach = strict ? evaluated.strict : evaluated;
  const indexes = reach.cluster.workloads.flatMap(w => w.pods.map(own => reach.ofPod(w, own)));
  const pods = cluster.pods.map((spec, i) => ({ spec, index: indexes[i] }));
  for (const from of pods) {
    for (const to of pods.filter(one => one !== from)) {
      const reasons = [...reach.undecidedReasons(from.index, 'egress', to.index), ...reach.undecidedReasons(to.index, 'ingress', from.index)];
      for (const [protocol, port] of PORTS) {
        const found = answerOf(reach, from.index, to.index, protocol, port);
        const expected = answer(cluster, from.spec, to.spec, protocol, port, strict);
        const asked = `${from.spec.namespace}/${from.spec.name} → ${to.spec.namespace}/${to.spec.name} ${protocol} ${port}${strict ? ' without assumptions' : ''}`;
        // The labels of one namespace can decide about a policy of another kind and about a rule. Then the evaluator stays undecided.
        if (found !== expected && !(found === 'undecided' && strict && looksAtNamespaces)) { return `${asked}: ${found}, not ${expected}`; }
        if (found === 'undecided' && reasons.length === 0) { return `${asked}: undecided without a reason`; }
      }
    }
  }
  return undefined;
}

import { Random } from './random';
import { ClassIndex, Reachability } from '../src/evaluator/reachability';
import { parseAddress } from '../src/k8s/address';
import { evaluatedSide, portRuns, specifiedSide } from '../test/spec/compare';
import { SpecCluster, SpecEnd } from '../test/spec/network-policy';

/* The bench measures a cluster only after its answers are found to be right. */

/** One end of a connection, as the evaluator and the specification take it. */
interface End {
  readonly name: string;
  readonly endpoint: ClassIndex;
  readonly spec: SpecEnd;
}

/**
 * Compares the evaluator with the specification on random pairs of pods and addresses, each side on every port of
 * every protocol. Then compares, on a hundred times as many pairs, the connections with those of both sides. Throws at the first difference.
 */
export function checkAnswers(reach: Reachability, spec: SpecCluster, pairs: number, seed: number): void {
  const random = new Random(seed);
  const endpoints = endpointsOf(reach);
  const runs = portRuns(spec);
  const end = (): End => {
    const pod = random.pick(spec.pods);
    const ip = random.pick(ADDRESSES)(random);
    return random.chance(85)
      ? { name: `${pod.namespace}/${pod.name}`, endpoint: endpoints.get(`${pod.namespace}/${pod.name}`)!, spec: { pod } }
      : { name: ip, endpoint: reach.ofAddress(parseAddress(ip)!), spec: { ip } };
  };
  for (let i = 0; i < pairs; i++) {
    const [source, destination] = [end(), end()];
    const sides = [['egress', source, destination], ['ingress', destination, source]] as const;
    for (const [direction, subject, peer] of sides) {
      const { certain: specified } = specifiedSide(spec, direction, subject.spec, [peer.spec], runs);
      const evaluated = evaluatedSide(reach, direction, subject, peer);
      if (specified !== evaluated) {
        throw new Error(`${direction} of ${subject.name} with ${peer.name}: the specification allows '${specified}', the evaluator '${evaluated}'`);
      }
    }
  }
  for (let i = 0; i < pairs * 100; i++) {
    const [source, destination] = [end(), end()];
    const both = reach.sideConnections(source.endpoint, 'egress', destination.endpoint)
      .intersect(reach.sideConnections(destination.endpoint, 'ingress', source.endpoint));
    if (!both.equals(reach.connections(source.endpoint, destination.endpoint))) {
      throw new Error(`${source.name} → ${destination.name}: the connections are not those that both sides allow`);
    }
  }
}

/** The endpoint class of every pod, by `namespace/name`. */
function endpointsOf(reach: Reachability): Map<string, ClassIndex> {
  return new Map(reach.cluster.workloads.flatMap(workload =>
    workload.pods.map(pod => [`${workload.namespace}/${pod.name}`, reach.ofPod(workload, pod)] as const)));
}

/** Addresses inside and at the edges of the blocks that the generators write, and any others. */
const ADDRESSES: readonly ((random: Random) => string)[] = [
  random => `${random.below(256)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
  random => `203.0.${random.below(64)}.${random.pick([0, 127, 128, 191, 192, 255])}`,
  random => `${random.pick([10, 172, 192, 203])}.${random.below(256)}.${random.pick([0, 64, 128, 255])}.${random.pick([0, 255])}`,
  random => `2001:db8:${random.below(100).toString(16)}::${random.below(9)}`,
];

import { Random } from './random';
import { ClassIndex, Reachability } from '../src/evaluator/reachability';
import { parseAddress } from '../src/k8s/address';
import { evaluatedSide, portRuns, specifiedSide } from '../test/spec/compare';
import { SpecCluster, SpecEnd } from '../test/spec/network-policy';

/* Nothing is timed whose answers are wrong. */

/** One end of a connection, for the evaluator and for the specification. */
interface End {
  readonly name: string;
  readonly endpoint: ClassIndex;
  readonly spec: SpecEnd;
}

/**
 * Compares the evaluator with the specification on random pairs of pods and addresses, each side on every port of
 * every protocol; and both sides together with each by itself, on a hundred times as many. Throws at the first difference.
 */
export function checkSame(reach: Reachability, spec: SpecCluster, pairs: number, seed: number): void {
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
      const specified = specifiedSide(spec, direction, subject.spec, peer.spec, runs);
      const evaluated = evaluatedSide(reach, direction, subject, peer);
      if (specified !== evaluated) {
        throw new Error(`${direction} of ${subject.name} with ${peer.name}: '${specified}' by the specification, '${evaluated}' by the evaluator`);
      }
    }
  }
  for (let i = 0; i < pairs * 100; i++) {
    const [source, destination] = [end(), end()];
    const both = reach.sideConnections(source.endpoint, 'egress', destination.endpoint)
      .intersect(reach.sideConnections(destination.endpoint, 'ingress', source.endpoint));
    if (!both.equals(reach.connections(source.endpoint, destination.endpoint))) {
      throw new Error(`${source.name} → ${destination.name}: not what both sides let pass`);
    }
  }
}

/** Every pod's endpoint, by `namespace/name`. */
function endpointsOf(reach: Reachability): Map<string, ClassIndex> {
  return new Map(reach.cluster.workloads.flatMap(workload =>
    workload.pods.map(pod => [`${workload.namespace}/${pod.name}`, reach.ofPod(workload, pod)] as const)));
}

/** Addresses inside of blocks that the generators write, on their edges, and anywhere. */
const ADDRESSES: readonly ((random: Random) => string)[] = [
  random => `${random.below(256)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
  random => `203.0.${random.below(64)}.${random.pick([0, 127, 128, 191, 192, 255])}`,
  random => `${random.pick([10, 172, 192, 203])}.${random.below(256)}.${random.pick([0, 64, 128, 255])}.${random.pick([0, 255])}`,
  random => `2001:db8:${random.below(100).toString(16)}::${random.below(9)}`,
];

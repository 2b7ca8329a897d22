import { arbitraryCluster } from './arbitrary';
import { BenchCluster, Size } from './bench-cluster';
import { Random } from './random';
import { realisticCluster } from './realistic';
import { checkSame } from './sameness';
import { repetitions, timed, Timing, timingOf } from './timing';
import { timedUpdates, UpdateFigures } from './update-case';
import { Cluster, Pod, Workload } from '../src/cluster/cluster';
import { readCluster } from '../src/cluster/read-cluster';
import { ClassIndex, Reachability } from '../src/evaluator/reachability';
import { parseAddress } from '../src/k8s/address';
import { PROTOCOLS } from '../src/k8s/objects';
import { Resource } from '../src/manifests/resources';
import { listConnections } from '../src/query/connectivity';

/** What is measured of one cluster, in a process of its own. */
export interface ClusterFigures {
  readonly pods: number;
  readonly policies: number;
  readonly objects: number;
  readonly classes: number;
  readonly atoms: number;
  /** Pairs whose answers were found to be those of the specification. */
  readonly compared: number;
  /** API objects, validated, to the model. */
  readonly read: Timing;
  /** The model to where every pair can be asked. */
  readonly evaluate: Timing;
  /** `netpol list` without reading and printing; not where there are too many pairs. */
  readonly list?: Timing;
  /** Nanoseconds for one port of a pair of endpoints. */
  readonly portQuery: Timing;
  /** Nanoseconds for all that may pass between a pair of endpoints: when all rows have been asked for once; the first time; and from one pod to another. */
  readonly query: Timing;
  readonly firstQuery: Timing;
  readonly podQuery: Timing;
  readonly update?: readonly UpdateFigures[];
}

const RANDOM_POLICIES = 1000;
const PAIRS = 1 << 16;
const ASKED_PORTS = [53, 80, 443, 5432, 8000, 8080, 9000, 9100];

export function benchCluster({ kind, pods, seed }: Size): BenchCluster {
  return kind === 'realistic' ? realisticCluster(pods, seed) : arbitraryCluster(pods, RANDOM_POLICIES, seed);
}

export function resourcesOf({ objects }: BenchCluster): Resource[] {
  return objects.map((object, i) => ({ object: object as Resource['object'], origin: { at: () => ({ file: `object ${i}` }) }, named: true }));
}

export function modelOf(resources: readonly Resource[]): Cluster {
  const { cluster, problems } = readCluster(resources);
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) { throw new Error(`the generator writes what is not valid: ${error.message}`); }
  return cluster;
}

/** Reads and evaluates once, and asks a million times: what the process's peak of memory is about. */
export function touchCluster(size: Size): { mb: number; passing: number } {
  const reach = new Reachability(modelOf(resourcesOf(benchCluster(size))));
  const passing = askAll(reach, ...pairsOf(reach, size.seed));
  return { mb: process.resourceUsage().maxRSS / 1024, passing };
}

export function measureCluster(size: Size, quick: boolean): ClusterFigures {
  const made = benchCluster(size);
  const resources = resourcesOf(made);
  let reach = new Reachability(modelOf(resources));
  const compared = quick ? 200 : 3000;
  checkSame(reach, made.spec, compared, size.seed);

  const read: number[] = [];
  const evaluate: number[] = [];
  const firstQuery: number[] = [];
  // A model and an evaluation of their own each time, so that nothing kept from before makes it faster.
  const measure = (): number => {
    const model = timed(() => modelOf(resources));
    const evaluated = timed(() => new Reachability(model.result));
    reach = evaluated.result;
    const pairs = pairsOf(reach, size.seed);
    const asked = timed(() => askAll(reach, ...pairs));
    read.push(model.ms);
    evaluate.push(evaluated.ms);
    firstQuery.push(asked.ms * 1e6 / PAIRS);
    return model.ms + evaluated.ms;
  };
  // The first few runs are the compiler's.
  const warm = Math.min(measure(), measure(), measure());
  const times = quick ? 5 : repetitions(warm);
  for (const figures of [read, evaluate, firstQuery]) { figures.length = 0; }
  for (let i = 0; i < times; i++) { measure(); }
  const workloads = reach.cluster.workloads.length;
  return {
    pods: made.spec.pods.length,
    policies: made.spec.policies.length,
    objects: made.objects.length,
    classes: reach.classCount,
    atoms: reach.addresses.size,
    compared,
    read: timingOf(read),
    evaluate: timingOf(evaluate),
    list: size.kind === 'realistic' && workloads <= 500 ? timingOf(repeated(quick ? 1 : 5, () => [...listConnections(new Reachability(reach.cluster)).connections].length)) : undefined,
    query: queryTiming(reach, size.seed, quick, askAll),
    portQuery: queryTiming(reach, size.seed, quick, askPorts),
    firstQuery: timingOf(firstQuery),
    podQuery: podQueryTiming(reach, size.seed, quick),
    update: timedUpdates(reach, quick),
  };
}

function repeated(times: number, work: () => unknown): number[] {
  return Array.from({ length: times }, () => timed(work).ms);
}

/** Random pairs of endpoints: pods, and one address in ten. */
function pairsOf(reach: Reachability, seed: number): [Int32Array, Int32Array] {
  const random = new Random(seed);
  const ends = reach.cluster.workloads.flatMap(workload => workload.pods.map(pod => reach.ofPod(workload, pod)));
  const end = (): ClassIndex => random.chance(10) ? reach.ofAddress(parseAddress(`${random.below(256)}.0.${random.below(64)}.${random.below(256)}`)!) : random.pick(ends);
  return [Int32Array.from({ length: PAIRS }, end), Int32Array.from({ length: PAIRS }, end)];
}

/** Asks about all pairs, and uses the answers, so that none is optimized away. */
function askAll(reach: Reachability, sources: Int32Array, destinations: Int32Array): number {
  let passing = 0;
  for (let i = 0; i < sources.length; i++) {
    if (!reach.connections(sources[i], destinations[i]).isEmpty) { passing++; }
  }
  return passing;
}

/** Asks about one port of each pair. */
function askPorts(reach: Reachability, sources: Int32Array, destinations: Int32Array): number {
  let passing = 0;
  for (let i = 0; i < sources.length; i++) {
    if (reach.allows(sources[i], destinations[i], PROTOCOLS[i % 3], ASKED_PORTS[i % ASKED_PORTS.length])) { passing++; }
  }
  return passing;
}

function queryTiming(reach: Reachability, seed: number, quick: boolean, ask: typeof askAll): Timing {
  const pairs = pairsOf(reach, seed);
  const rounds = quick ? 5 : 30;
  return timingOf(repeated(rounds, () => ask(reach, ...pairs)).slice(2).map(ms => ms * 1e6 / PAIRS));
}

function podQueryTiming(reach: Reachability, seed: number, quick: boolean): Timing {
  const random = new Random(seed);
  const all = reach.cluster.workloads.flatMap(workload => workload.pods.map((pod): [Workload, Pod] => [workload, pod]));
  const pairs = Array.from({ length: PAIRS }, () => [random.pick(all), random.pick(all)] as const);
  const ask = () => {
    let passing = 0;
    for (const [source, destination] of pairs) {
      if (!reach.connections(reach.ofPod(...source), reach.ofPod(...destination)).isEmpty) { passing++; }
    }
    return passing;
  };
  return timingOf(repeated(quick ? 5 : 30, ask).slice(2).map(ms => ms * 1e6 / PAIRS));
}

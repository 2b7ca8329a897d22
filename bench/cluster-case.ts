import { BenchCluster, Size } from './bench-cluster';
import { checkAnswers } from './correctness';
import { guardedCluster } from './guarded-cluster';
import { Random } from './random';
import { randomCluster } from './random-cluster';
import { realisticCluster } from './realistic-cluster';
import { sharedNamespace } from './shared-namespace';
import { repetitions, timed, Timing, timingOf } from './timing';
import { timedUpdates, UpdateFigures } from './update-case';
import { Cluster, Pod, Workload } from '../src/cluster/cluster';
import { readCluster } from '../src/cluster/read-cluster';
import { ClassIndex, Reachability } from '../src/evaluator/reachability';
import { parseAddress } from '../src/k8s/address';
import { Resource } from '../src/manifests/resources';
import { listConnections } from '../src/query/connectivity';

/** The figures of one cluster, measured in a process of its own. */
export interface ClusterFigures {
  readonly pods: number;
  readonly policies: number;
  readonly objects: number;
  readonly classes: number;
  readonly atoms: number;
  /** The number of random pairs whose answers were compared with the specification. */
  readonly compared: number;
  /** From API objects to the model, with validation. */
  readonly read: Timing;
  /** From the model to an evaluation that answers for every pair. */
  readonly evaluate: Timing;
  /** `netpol list` without reading and printing. Only clusters of at most 500 workloads have it. */
  readonly list?: Timing;
  /** Nanoseconds for the connections between two endpoint classes, when the pair has been asked before. */
  readonly query: Timing;
  /** The same for the first question about each pair. */
  readonly firstQuery: Timing;
  /** The same between two pods, with the search for their classes. */
  readonly podQuery: Timing;
  readonly update: readonly UpdateFigures[];
}

const RANDOM_POLICIES = 1000;
export const PAIRS = 1 << 16;

export function benchCluster({ kind, pods, seed }: Size): BenchCluster {
  switch (kind) {
    case 'realistic': return realisticCluster(pods, seed);
    case 'guarded': return guardedCluster(pods, seed);
    case 'random': return randomCluster(pods, RANDOM_POLICIES, seed);
    case 'shared': return sharedNamespace(pods, seed);
  }
}

export function resourcesOf({ objects }: Partial<BenchCluster> & Pick<BenchCluster, 'objects'>): Resource[] {
  return objects.map((object, i) => ({ object: object as Resource['object'], origin: { at: () => ({ file: `object ${i}` }) }, named: true }));
}

export function modelOf(resources: readonly Resource[]): Cluster {
  const { cluster, findings } = readCluster(resources);
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) { throw new Error(`the generator wrote an invalid object: ${error.message}`); }
  return cluster;
}

/** Reads, evaluates and asks about many pairs, once. `mb` is the peak memory of the process, with the API objects. */
export function runOnce(size: Size): { mb: number; passing: number } {
  const reach = new Reachability(modelOf(resourcesOf(benchCluster(size))));
  const passing = askAll(reach, ...pairsOf(reach, size.seed));
  return { mb: process.resourceUsage().maxRSS / 1024, passing };
}

export function measureCluster(size: Size, quick: boolean): ClusterFigures {
  const made = benchCluster(size);
  const resources = resourcesOf(made);
  let reach = new Reachability(modelOf(resources));
  const compared = quick ? 200 : 3000;
  checkAnswers(reach, made.spec, compared, size.seed);

  const read: number[] = [];
  const evaluate: number[] = [];
  const firstQuery: number[] = [];
  // Each run starts from a new model, so that no cache makes it faster.
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
  // V8 compiles during the first runs.
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
    list: size.kind !== 'random' && workloads <= 500 ? timingOf(repeated(quick ? 1 : 5, () => [...listConnections(new Reachability(reach.cluster)).connections].length)) : undefined,
    query: queryTiming(reach, size.seed, quick),
    firstQuery: timingOf(firstQuery),
    podQuery: podQueryTiming(reach, size.seed, quick),
    update: timedUpdates(reach, quick),
  };
}

/** The figures of a very large cluster. */
export type EvaluationFigures = Pick<ClusterFigures, 'pods' | 'policies' | 'objects' | 'classes' | 'atoms' | 'compared' | 'read' | 'evaluate' | 'query'>;

/**
 * Reads once and evaluates five times, without the API objects in memory and after a garbage collection. Otherwise V8 collects the garbage
 * of reading while the cluster is evaluated, which takes seconds for a million pods.
 */
export function measureEvaluation(size: Size, quick: boolean): EvaluationFigures {
  const { model, ...figures } = comparedModel(size, quick ? 200 : 500);
  const evaluate: number[] = [];
  let reach = new Reachability(model);
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    const { result, ms } = timed(() => new Reachability(model));
    reach = result;
    evaluate.push(ms);
  }
  const [classes, atoms] = [reach.classCount, reach.addresses.size];
  return { ...figures, classes, atoms, evaluate: timingOf(evaluate), query: queryTiming(reach, size.seed, quick) };
}

/** A model whose answers are those of the specification. When this returns, the API objects are garbage. */
function comparedModel(size: Size, compared: number): { model: Cluster } & Pick<ClusterFigures, 'pods' | 'policies' | 'objects' | 'compared' | 'read'> {
  const { objects, spec } = benchCluster(size);
  const resources = resourcesOf({ objects, spec });
  const { result: model, ms } = timed(() => modelOf(resources));
  checkAnswers(new Reachability(model), spec, compared, size.seed);
  return { model, pods: spec.pods.length, policies: spec.policies.length, objects: objects.length, compared, read: timingOf([ms]) };
}

export function repeated(times: number, work: () => unknown): number[] {
  return Array.from({ length: times }, () => timed(work).ms);
}

/** Random pairs of endpoint classes. One end in ten is an address, the others are pods. */
export function pairsOf(reach: Reachability, seed: number, count = PAIRS): [Int32Array, Int32Array] {
  const random = new Random(seed);
  const ends = reach.cluster.workloads.flatMap(workload => workload.pods.map(pod => reach.ofPod(workload, pod)));
  const end = (): ClassIndex => random.chance(10) ? reach.ofAddress(parseAddress(`${random.below(256)}.0.${random.below(64)}.${random.below(256)}`)!) : random.pick(ends);
  return [Int32Array.from({ length: count }, end), Int32Array.from({ length: count }, end)];
}

/** Asks about all pairs. Counts the answers, so that V8 cannot leave out a question. */
export function askAll(reach: Reachability, sources: Int32Array, destinations: Int32Array): number {
  let passing = 0;
  for (let i = 0; i < sources.length; i++) {
    if (!reach.connections(sources[i], destinations[i]).isEmpty) { passing++; }
  }
  return passing;
}

function queryTiming(reach: Reachability, seed: number, quick: boolean): Timing {
  const pairs = pairsOf(reach, seed);
  const rounds = quick ? 5 : 30;
  return timingOf(repeated(rounds, () => askAll(reach, ...pairs)).slice(2).map(ms => ms * 1e6 / PAIRS));
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

import { Random } from './random';
import { timed, Timing, timingOf } from './timing';
import { Cluster, Policy, Workload } from '../src/cluster/cluster';
import { Reachability } from '../src/evaluator/reachability';

/** The time that an evaluation takes to follow one kind of change. */
export interface UpdateFigures {
  readonly what: string;
  readonly timing: Timing;
}

/** Changes that a person makes. Each is undone after it is measured. */
const CHANGES: Readonly<Record<string, (cluster: Cluster, at: number) => Cluster>> = {
  'a policy lets in one more port': (cluster, at) => ({ ...cluster, policies: withChanged(cluster.policies, at, widened) }),
  'a policy is removed': (cluster, at) => ({ ...cluster, policies: cluster.policies.filter((_, i) => i !== at % cluster.policies.length) }),
  'a pod is added': (cluster, at) => ({ ...cluster, workloads: withChanged(cluster.workloads, at, withOneMorePod) }),
  'a workload is removed': (cluster, at) => ({ ...cluster, workloads: cluster.workloads.filter((_, i) => i !== at % cluster.workloads.length) }),
};

/** Times each kind of change on several objects. Compares the first result of each kind with a full evaluation. */
export function timedUpdates(start: Reachability, quick: boolean): UpdateFigures[] {
  let reach = start.update(start.cluster);
  const original = start.cluster;
  return Object.entries(CHANGES).map(([what, change]) => {
    const times: number[] = [];
    for (let i = 0; i < (quick ? 5 : 20); i++) {
      const next = change(original, i * 7919);
      const { result, ms } = timed(() => reach.update(next));
      if (i === 0) { checkUpdated(result); }
      times.push(ms);
      // Undo it, so that each change starts from the same cluster.
      reach = result.update(original);
    }
    return { what, timing: timingOf(times) };
  });
}

/** Throws if the answers about some pairs are not those of a full evaluation. */
export function checkUpdated(updated: Reachability): void {
  const fresh = new Reachability(updated.cluster);
  const pods = updated.cluster.workloads.flatMap(workload => workload.pods.map(pod => [workload, pod] as const));
  const random = new Random(1);
  for (let i = 0; i < 20_000; i++) {
    const [source, destination] = [random.pick(pods), random.pick(pods)];
    const before = fresh.connections(fresh.ofPod(...source), fresh.ofPod(...destination));
    if (!updated.connections(updated.ofPod(...source), updated.ofPod(...destination)).equals(before)) {
      throw new Error(`${source[1].name} → ${destination[1].name}: differs from a full evaluation`);
    }
  }
}

function withChanged<T>(all: readonly T[], at: number, change: (one: T) => T): T[] {
  const changed = [...all];
  changed[at % all.length] = change(all[at % all.length]);
  return changed;
}

function widened(policy: Policy): Policy {
  const rule = { path: ['spec', 'ingress', 0], ports: [{ path: [], protocol: 'TCP' as const, first: 4321, last: 4321 }] };
  return { ...policy, ingress: [...policy.ingress ?? [], rule] };
}

function withOneMorePod(workload: Workload): Workload {
  const [pod] = workload.pods;
  return { ...workload, pods: [...workload.pods, { ...pod, name: `${pod.name}-copy` }] };
}

import { DEFAULT_CONFIG } from './facts';
import { InputOptions, readInput } from './input';
import { Io } from './io';
import { Cluster } from '../../cluster/cluster';
import { keepUnchanged } from '../../cluster/unchanged';
import { Reachability } from '../../evaluator/reachability';
import { formatFinding, Finding, formatWithoutPlace } from '../../findings/finding';
import { FileCache } from '../../manifests/files';
import { Connection, ConnectivityList, listConnections } from '../../query/connectivity';
import { ConnectivityChange, connectivityChanges } from '../../query/connectivity-changes';

/** A valid state of one cluster of the input. */
export interface ClusterState {
  readonly workloads: ConnectivityList['workloads'];
  /** The number of NetworkPolicies. */
  readonly policies: number;
  /** True if there is no policy of any kind. */
  readonly isOpen: boolean;
  readonly connections: readonly Connection[];
}

/** The result of reading the input again. */
export interface Refreshed {
  /** The folders to watch. */
  readonly folders: readonly string[];
  /** The files of facts to watch. */
  readonly factFiles: readonly string[];
  /** Files that are new, changed or removed. */
  readonly files: readonly string[];
  /** Findings that the last reading did not have. */
  readonly findings: readonly Finding[];
  /** False if the input has an error that the last valid state did not have, or one without which there is no answer. There is no new state then. */
  readonly isValid: boolean;
  readonly before?: State;
  readonly after?: State;
  readonly changes: readonly ClusterChanges[];
}

/** A valid state of the input: its clusters by name. An input without names is one cluster. */
export type State = ReadonlyMap<string | undefined, ClusterState>;

/** What has changed in a cluster. */
export interface ClusterChanges {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly changes: readonly ConnectivityChange[];
  /** The workloads before and after the change. */
  readonly workloads: ConnectivityList['workloads'];
}

/** Manifests that are read again and again. Only files that have changed are read. The last valid state is kept. */
export class WatchedInput {
  private readonly cache = new FileCache();

  private state: State | undefined;

  private reaches = new Map<string | undefined, Reachability>();

  private known = new Set<string>();

  /** The errors of the last valid state, without their lines. */
  private accepted: ReadonlySet<string> = new Set();

  private facts: ReadonlyMap<string, string> | undefined;

  constructor(private readonly options: InputOptions, private readonly io: Io) {}

  /** Reads the changes. If there are none, or if there is an error, `changes` is empty and `after` is `before`. */
  public async refresh(): Promise<Refreshed> {
    const { clusters, findings, isUnusable, folders, factFiles: facts } = await readInput(this.options, this.io, this.cache);
    const files = [...new Set([...this.cache.finishReading(), ...changedTexts(this.facts ?? facts, facts)])];
    this.facts = facts;
    const factFiles = [...facts.keys(), ...this.options.config === undefined ? [DEFAULT_CONFIG] : []];
    const texts = new Map(findings.map(one => [formatFinding(one), one]));
    const fresh = [...texts].filter(([text]) => !this.known.has(text)).map(([, one]) => one);
    this.known = new Set(texts.keys());
    const before = this.state;
    const errors = new Set(findings.filter(({ severity }) => severity === 'error').map(one => `${one.place.file} ${formatWithoutPlace(one)}`));
    // A file is often faulty while its author writes it. Faults that were there before do not stop the comparison.
    const isValid = !isUnusable && (before === undefined || [...errors].every(one => this.accepted.has(one)));
    if (!isValid || (files.length === 0 && fresh.length === 0 && before !== undefined)) {
      return { folders, factFiles, files, findings: fresh, isValid, before, after: before, changes: [] };
    }
    const after = new Map(clusters.map(({ name, cluster }) => [name, this.stateOf(name, cluster)]));
    this.state = after;
    this.accepted = errors;
    return { folders, factFiles, files, findings: fresh, isValid, before, after, changes: before === undefined ? [] : changesBetween(before, after) };
  }

  private stateOf(name: string | undefined, cluster: Cluster): ClusterState {
    const { workloads, connections } = listConnections(this.evaluate(name, cluster));
    const isOpen = cluster.policies.length + cluster.clusterPolicies.length + cluster.unevaluated.length === 0;
    return { workloads, policies: cluster.policies.length + cluster.clusterPolicies.length, isOpen, connections: [...connections] };
  }

  /** Evaluates only what has changed. */
  private evaluate(name: string | undefined, cluster: Cluster): Reachability {
    const before = this.reaches.get(name);
    const reach = before === undefined ? new Reachability(cluster) : before.update(keepUnchanged(before.cluster, cluster));
    this.reaches.set(name, reach);
    return this.options.strict === true ? reach.strict : reach;
  }
}

/** The changes of each cluster that has any. If there is only one cluster, also without a change. */
function changesBetween(before: State, after: State): ClusterChanges[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const all = names.map(name => {
    const [old, young] = [before.get(name), after.get(name)];
    return {
      cluster: names.length > 1 ? name ?? 'without a name' : undefined,
      changes: connectivityChanges(old?.connections ?? [], young?.connections ?? []),
      workloads: [...old?.workloads ?? [], ...young?.workloads ?? []],
    };
  });
  const changed = all.filter(({ changes }) => changes.length > 0);
  return changed.length === 0 ? all.slice(0, 1).map(one => ({ ...one, cluster: undefined })) : changed;
}

/** The names of texts that are new, changed or removed. */
function changedTexts(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(name => before.get(name) !== after.get(name)).sort();
}

import { Cluster, ClusterFacts } from './cluster';
import { keyOfObject } from './private/identity';
import { ClusterReading, loadCluster } from './read-cluster';
import { keepUnchanged } from './unchanged';
import { Finding, formatFinding } from '../findings/finding';
import { Resource } from '../manifests/resources';

/**
 * A cluster whose objects are created, changed and deleted one by one. A change keeps the identity of every namespace, workload and policy
 * that it does not touch, so that the evaluator re-evaluates only the rest.
 */
export class LiveCluster {
  private readonly byKey = new Map<string, Resource>();

  /** Counts the objects with `generateName`: the API server gives each of them a new name. */
  private generated = 0;

  /** `reading` is the result of reading `resources` and `facts`. */
  constructor(private reading: ClusterReading, resources: readonly Resource[], private readonly facts?: ClusterFacts) {
    for (const resource of resources) { this.byKey.set(this.newKey(resource), resource); }
  }

  /** The cluster as it is now. */
  public get cluster(): Cluster { return this.reading.cluster; }

  /** The objects as they are now. */
  public get resources(): readonly Resource[] { return [...this.byKey.values()]; }

  /**
   * Creates an object, or replaces the one of its kind, namespace and name. Returns the findings that are new.
   * @throws InputError if the API server would refuse the object; the cluster is then unchanged
   */
  public apply(resource: Resource): readonly Finding[] {
    const key = this.newKey(resource);
    const known = new Set(this.reading.findings.map(formatFinding));
    this.read(new Map(this.byKey).set(key, resource));
    this.byKey.set(key, resource);
    return this.reading.findings.filter(finding => !known.has(formatFinding(finding)));
  }

  /** Deletes the object of this kind, API group, namespace and name. Returns false if there is none. */
  public remove({ object }: Resource): boolean {
    const key = keyOfObject(object);
    const resources = new Map(this.byKey);
    if (!resources.delete(key)) { return false; }
    this.read(resources);
    this.byKey.delete(key);
    return true;
  }

  private read(resources: ReadonlyMap<string, Resource>): void {
    const { cluster, findings, accounted } = loadCluster([...resources.values()], [], this.facts, this.cluster.unread);
    this.reading = { findings, accounted, cluster: keepUnchanged(this.cluster, cluster) };
  }

  private newKey({ object }: Resource): string {
    const key = keyOfObject(object);
    return key.endsWith('*') ? `${key}${this.generated++}` : key;
  }
}

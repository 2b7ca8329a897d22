import { Cluster } from '../cluster/cluster';
import { NamedCluster, readClusters } from '../cluster/clusters';

/** A cluster of an input; see NamedCluster. */
export type VersionCluster = Pick<NamedCluster, 'name' | 'cluster' | 'resources' | 'facts'>;

/** Both versions of one cluster. */
export interface PairedCluster {
  /** Absent if no object of either version has an annotation with the name of a cluster. */
  readonly name?: string;
  readonly before: Cluster;
  readonly after: Cluster;
}

/**
 * Pairs the clusters of two versions by name, sorted. An object without the name of a cluster is part of each. So a version that does not have a cluster of
 * some name is compared by its objects without one.
 */
export function pairedClusters(before: readonly VersionCluster[], after: readonly VersionCluster[]): PairedCluster[] {
  const names = [...new Set([...before, ...after].flatMap(({ name }) => name ?? []))].sort();
  return (names.length === 0 ? [undefined] : names).map(name => ({ name, before: clusterOf(name, before), after: clusterOf(name, after) }));
}

function clusterOf(name: string | undefined, clusters: readonly VersionCluster[]): Cluster {
  const own = clusters.find(one => one.name === name);
  if (own !== undefined) { return own.cluster; }
  const [{ resources, facts, cluster: { unread } }] = clusters;
  const [{ cluster }] = readClusters(resources.filter(one => one.cluster === undefined), () => facts, unread);
  return cluster;
}

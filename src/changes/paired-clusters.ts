import { Cluster } from '../cluster/cluster';
import { NamedCluster, readClusters } from '../cluster/clusters';

/** A cluster of an input; see NamedCluster. */
export type VersionCluster = Pick<NamedCluster, 'name' | 'cluster' | 'resources' | 'facts'>;

/** Both versions of one cluster. */
export interface PairedCluster {
  /** Absent if no object of either version has an annotation with the name of a cluster. */
  readonly name?: string;
  /** The version whose objects have the name of this cluster, if no object of the other one has it. */
  readonly onlyIn?: 'old' | 'new';
  readonly before: Cluster;
  readonly after: Cluster;
  /** The objects of each version that are part of the cluster. */
  readonly resources: { readonly before: readonly Resource[]; readonly after: readonly Resource[] };
}

type Resource = VersionCluster['resources'][number];

/**
 * Pairs the clusters of two versions by name, sorted. An object without the name of a cluster is part of each. So a version that does not have a cluster of
 * some name is compared by its objects without one.
 */
export function pairedClusters(before: readonly VersionCluster[], after: readonly VersionCluster[]): PairedCluster[] {
  const names = [...new Set([...before, ...after].flatMap(({ name }) => name ?? []))].sort();
  return (names.length === 0 ? [undefined] : names).map(name => {
    const [old, now] = [clusterOf(name, before), clusterOf(name, after)];
    const [isInOld, isInNew] = [before, after].map(clusters => clusters.some(one => one.name === name));
    const only: Pick<PairedCluster, 'onlyIn'> = isInOld && isInNew ? {} : { onlyIn: isInOld ? 'old' : 'new' };
    return {
      name,
      ...name === undefined ? {} : only,
      before: old.cluster,
      after: now.cluster,
      resources: { before: old.resources, after: now.resources },
    };
  });
}

function clusterOf(name: string | undefined, clusters: readonly VersionCluster[]): Pick<VersionCluster, 'cluster' | 'resources'> {
  const own = clusters.find(one => one.name === name);
  if (own !== undefined) { return own; }
  const [{ resources, facts, cluster: { unread } }] = clusters;
  const [shared] = readClusters(resources.filter(one => one.cluster === undefined), () => facts, unread);
  return shared;
}

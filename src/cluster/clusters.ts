import { ClusterFacts } from './cluster';
import { ClusterReading, readCluster } from './read-cluster';
import { Finding, formatFinding } from '../findings/finding';
import { Resource } from '../manifests/resources';
import { Unread } from '../manifests/unread';

/*
 * An app can write the objects of several clusters. The annotation `cdk8s-netpol/cluster` says which cluster an object is for. In a live cluster
 * most objects come from elsewhere and have no annotation, so an object without it is part of every cluster of the input.
 */

/** One of the clusters of an input, read. */
export interface NamedCluster extends ClusterReading {
  /** The name in the annotations. Absent if no object has an annotation: then the input is one cluster. */
  readonly name?: string;
  readonly resources: readonly Resource[];
  readonly facts: ClusterFacts;
}

/** Reads each cluster of an input by itself, in the order of their names. There is always one at least. What was not read may be part of each. */
export function readClusters(
  resources: readonly Resource[], factsOf: (cluster: string | undefined) => ClusterFacts, unread: readonly Unread[] = [],
): readonly NamedCluster[] {
  const names = clusterNames(resources);
  return (names.length === 0 ? [undefined] : names).map(name => {
    const own = names.length < 2 ? resources : resources.filter(({ cluster }) => cluster === undefined || cluster === name);
    const facts = factsOf(name);
    return { name, resources: own, facts, ...readCluster(own, facts, unread) };
  });
}

/** The clusters that objects are for by their annotations, sorted. */
function clusterNames(resources: readonly Resource[]): string[] {
  const names = new Set<string>();
  for (const { cluster } of resources) { if (cluster !== undefined) { names.add(cluster); } }
  return [...names].sort();
}

/** The findings of all clusters. Each one counts once, although an object can be part of several clusters. */
export function findingsOfClusters(clusters: readonly NamedCluster[]): readonly Finding[] {
  if (clusters.length === 1) { return clusters[0].findings; }
  return [...new Map(clusters.flatMap(({ findings }) => findings).map(one => [formatFinding(one), one])).values()];
}

/** What is wrong with the name of a cluster that the input does not have. `fix` says how to write a name of the input. */
export function noSuchCluster(name: string, clusters: readonly Pick<NamedCluster, 'name'>[], fix: (name: string) => string): string {
  const names = clusters.flatMap(cluster => cluster.name ?? []);
  return names.length === 0
    ? `the input has no cluster '${name}': no object has the annotation cdk8s-netpol/cluster`
    : `the input has no cluster '${name}', but ${names.join(', ')}: ${fix(names[0])}`;
}

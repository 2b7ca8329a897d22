import { IConstruct } from 'constructs';
import { objectsIn } from './app-objects';
import { callError, withFix } from './call-error';
import { isInTree, scopesFrom } from './construct-tree';
import { beforeReading, invalidate } from './synth-run';
import { CLUSTER_ANNOTATION } from '../k8s/objects';

/*
 * The clusters of an app. Each object inside a boundary gets an annotation with the name of its cluster, so that everything that reads the output
 * judges cluster by cluster.
 */

/** The name of the cluster that each boundary states, by the root of the app. */
const boundaries = new WeakMap<IConstruct, Map<IConstruct, string>>();

/** The name of the cluster that a construct is in. Undefined if no boundary is around it. */
export function clusterOf(construct: IConstruct): string | undefined {
  const stated = boundaries.get(construct.node.root);
  if (stated === undefined) { return undefined; }
  for (const scope of scopesFrom(construct)) {
    if (stated.has(scope)) { return stated.get(scope); }
  }
  return undefined;
}

/** The names of the clusters of an app, sorted, each with the first of its boundaries. Empty if the app states none. */
export function clustersOf(root: IConstruct): ReadonlyMap<string, IConstruct> {
  const first = new Map<string, IConstruct>();
  for (const [scope, cluster] of boundaries.get(root) ?? []) {
    if (isInTree(scope) && !first.has(cluster)) { first.set(cluster, scope); }
  }
  return new Map([...first].sort(([a], [b]) => a < b ? -1 : 1));
}

/** The clusters of an app in messages: `eu (shop-eu), us (shop-us)`. */
export function clusterTitles(root: IConstruct): string {
  return [...clustersOf(root)].map(([cluster, { node }]) => node.path === '' ? cluster : `${cluster} (${node.path})`).join(', ');
}

/** The cluster of a construct in messages. */
export function clusterTitle(construct: IConstruct): string {
  const cluster = clusterOf(construct);
  return cluster === undefined ? 'no cluster' : `cluster ${cluster}`;
}

/** An error for a construct that writes policies but is outside of every boundary, although the app has several clusters. */
export function outsideOfClusters(construct: IConstruct): string[] {
  const { root } = construct.node;
  if (clusterOf(construct) !== undefined || clustersOf(root).size === 0) { return []; }
  return [withFix(`this is in no cluster, but the app states clusters: ${clusterTitles(root)}`,
    "say which cluster its chart is for: ClusterBoundary.of(chart).add('...')")];
}

/** States that everything below a scope is part of a cluster. Throws an error that begins with `call` if another boundary says otherwise. */
export function stateBoundary(call: string, scope: IConstruct, cluster: string): void {
  const { root } = scope.node;
  const stated = boundaries.get(root) ?? new Map<IConstruct, string>();
  for (const [other, its] of stated) {
    if (its === cluster || !isInTree(other) || ![...scopesFrom(scope)].includes(other) && ![...scopesFrom(other)].includes(scope)) { continue; }
    const path = other.node.path || 'the app';
    throw callError(call, other === scope ? `this is cluster '${its}' already` : `${path} is cluster '${its}', and a cluster is not part of another one`,
      'state each cluster once, for charts that are not inside each other');
  }
  stated.set(scope, cluster);
  boundaries.set(root, stated);
  invalidate(root);
  beforeReading(root, ANNOTATE, () => annotate(root));
}

const ANNOTATE = {};

/** The cluster in the annotation of each object. An object keeps its annotation as long as its cluster is the same. */
const annotated = new WeakMap<object, string>();

function annotate(root: IConstruct): void {
  for (const object of objectsIn(root)) {
    const cluster = clusterOf(object);
    if (cluster === undefined || annotated.get(object) === cluster) { continue; }
    annotated.set(object, cluster);
    object.metadata.addAnnotation(CLUSTER_ANNOTATION, cluster);
    invalidate(root);
  }
}

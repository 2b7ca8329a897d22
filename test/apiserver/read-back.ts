import { read, remove, store, Way } from './client';
import { Reachability } from '../../src/evaluator/reachability';
import { listConnections } from '../../src/query/connectivity';
import { clusterOfObjects } from '../manifests';

/** Objects as a server gives them back: stored, with all its defaults, read, and taken away again. */
export async function readBack(objects: readonly any[], way: Way): Promise<any[]> {
  const stored: any[] = [];
  try {
    for (const object of objects) {
      // The namespaces that a server has from the start can be written, and not created.
      await store(object, object.kind === 'Namespace' ? 'apply' : way);
      stored.push(object);
    }
    return await Promise.all(objects.map(read));
  } finally {
    await Promise.all(stored.map(remove));
  }
}

/** Every connection of these objects, a line each. */
export function connectionsOf(objects: readonly any[]): string[] {
  const { connections } = listConnections(new Reachability(clusterOfObjects(objects)));
  return [...connections].map(c => `${c.source.name} → ${c.destination.name}: ${c.connections}`);
}

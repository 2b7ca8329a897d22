import { read, remove, store, Way } from './client';
import { Reachability } from '../../src/evaluator/reachability';
import { listConnections } from '../../src/query/connectivity';
import { clusterOfObjects } from '../support/manifests';

/** Objects as the server returns them, with all its defaults. Stores them, reads them and deletes them. */
export async function readBack(objects: readonly any[], way: Way): Promise<any[]> {
  const stored: any[] = [];
  try {
    for (const object of objects) {
      // A server has some namespaces from the start. They can be applied but not created.
      await store(object, object.kind === 'Namespace' ? 'apply' : way);
      stored.push(object);
    }
    return await Promise.all(objects.map(read));
  } finally {
    await Promise.all(stored.map(remove));
  }
}

/** Every connection between the workloads of some objects, one per line. */
export function connectionsOf(objects: readonly any[]): string[] {
  const { connections } = listConnections(new Reachability(clusterOfObjects(objects)));
  return [...connections].map(c => `${c.source.name} → ${c.destination.name}: ${c.connections}`);
}

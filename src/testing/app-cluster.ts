import { IConstruct } from 'constructs';
import { resourcesOf } from './app-resources';
import { ClusterReading, loadCluster } from '../cluster/read-cluster';

/** What was last read of an app, and the text of its objects then. */
const readings = new WeakMap<IConstruct, { readonly text: string; readonly reading: ClusterReading }>();

/**
 * The objects of an app as a cluster; the same one as before where nothing has changed. cdk8s validates an app
 * once for itself and once more for each of its charts, and every intent looks at all of it each time.
 *
 * Throws where an object can not be synthesized, or is one that the API server would refuse.
 */
export function clusterOfApp(root: IConstruct): ClusterReading {
  const resources = resourcesOf(root);
  const text = JSON.stringify(resources.map(({ object, origin }) => [origin.at().constructPath, object]));
  const last = readings.get(root);
  if (last?.text === text) { return last.reading; }
  const reading = loadCluster(resources);
  readings.set(root, { text, reading });
  return reading;
}

import * as fc from 'fast-check';
import { describeOnServer } from './client';
import { connectionsOf, readBack } from './read-back';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { SpecCluster } from '../spec/network-policy';

/**
 * The objects of a cluster with a Deployment for each pod. A label `pod` makes their selectors different. There are no
 * host-network pods, because the server refuses duplicate ports for them.
 */
function objectsOf(cluster: SpecCluster): any[] {
  const labelled = cluster.pods.map(pod => ({ ...pod, ips: [], labels: { ...pod.labels, pod: pod.name }, hostNetwork: undefined }));
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'undeclared' } },
    ...manifestsOf({ ...cluster, pods: labelled }).map(object => object.kind === 'Pod' ? deploymentOf(object) : object),
  ];
}

function deploymentOf({ metadata: { name, namespace, labels }, spec }: any): any {
  // The server requires at least one container.
  const containers = [...spec.containers, { name: 'main', image: 'i' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...spec, containers } } },
  };
}

describeOnServer('the server reads absent, null and empty fields as this project does', () => {
  test('random clusters have the same connections after the server has stored them', async () => {
    await fc.assert(fc.asyncProperty(anyCluster, async cluster => {
      const objects = objectsOf(cluster);
      expect(connectionsOf(await readBack(objects, 'create'))).toEqual(connectionsOf(objects));
    }), { numRuns: 200 });
  }, 300_000);
});

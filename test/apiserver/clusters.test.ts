import * as fc from 'fast-check';
import { describeOnServer } from './client';
import { connectionsOf, readBack } from './read-back';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { SpecCluster } from '../spec/network-policy';

/**
 * The cluster's objects, each pod by a Deployment: one that holds its label `pod` as well, as a Deployment has to tell its
 * pods from others. Nobody is on the network of a node: there the server takes no port twice.
 */
function objectsOf(cluster: SpecCluster): any[] {
  const labelled = cluster.pods.map(pod => ({ ...pod, ips: [], labels: { ...pod.labels, pod: pod.name }, hostNetwork: undefined }));
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'undeclared' } },
    ...manifestsOf({ ...cluster, pods: labelled }).map(object => object.kind === 'Pod' ? deploymentOf(object) : object),
  ];
}

function deploymentOf({ metadata: { name, namespace, labels }, spec }: any): any {
  // The server wants one container at least.
  const containers = [...spec.containers, { name: 'main', image: 'i' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...spec, containers } } },
  };
}

describeOnServer('the server reads what is absent, null or empty as we do', () => {
  test('random clusters that it stored and gives back have the connections that they had', async () => {
    await fc.assert(fc.asyncProperty(anyCluster, async cluster => {
      const objects = objectsOf(cluster);
      expect(connectionsOf(await readBack(objects, 'create'))).toEqual(connectionsOf(objects));
    }), { numRuns: 200 });
  }, 300_000);
});

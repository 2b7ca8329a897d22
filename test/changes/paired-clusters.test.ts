import { pairedClusters } from '../../src/changes/paired-clusters';
import { readClusters } from '../../src/cluster/clusters';
import { readText } from '../../src/manifests/read-text';

/* The clusters of two versions of an app that writes several. */

const pod = (name: string, cluster?: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: app${cluster === undefined ? '' : `, annotations: { cdk8s-netpol/cluster: ${cluster} }`} }
spec: { containers: [{ name: c, image: i }] }
---`;

const read = (text: string) => {
  const { resources, unread } = readText({ file: 'a.yaml', content: text || 'kind: List\napiVersion: v1\nitems: []', named: true });
  return readClusters(resources, () => ({ namespaces: [] }), unread);
};

const paired = (before: string, after: string) => pairedClusters(read(before), read(after)).map(one => ({
  name: one.name,
  before: one.before.workloads.map(({ name }) => name).sort(),
  after: one.after.workloads.map(({ name }) => name).sort(),
}));

test('inputs without names are one cluster', () => {
  expect(paired(pod('a'), pod('b'))).toEqual([{ name: undefined, before: ['a'], after: ['b'] }]);
});

test('clusters are paired by name', () => {
  expect(paired(pod('a', 'us') + pod('b', 'eu'), pod('c', 'eu') + pod('d', 'us') + pod('all')))
    .toEqual([{ name: 'eu', before: ['b'], after: ['all', 'c'] }, { name: 'us', before: ['a'], after: ['all', 'd'] }]);
});

test('a cluster that one version does not have is compared with the objects that are part of every cluster', () => {
  expect(paired(pod('a', 'eu') + pod('all'), pod('b', 'eu') + pod('c', 'us') + pod('all')))
    .toEqual([{ name: 'eu', before: ['a', 'all'], after: ['all', 'b'] }, { name: 'us', before: ['all'], after: ['all', 'c'] }]);
  expect(paired(pod('all'), pod('b', 'eu'))).toEqual([{ name: 'eu', before: ['all'], after: ['b'] }]);
  expect(paired('', pod('b', 'eu'))).toEqual([{ name: 'eu', before: [], after: ['b'] }]);
});

test('what was not read may be part of every cluster', () => {
  const [{ before }] = pairedClusters(read(`${pod('a')}kind: [`), read(pod('b', 'eu')));
  expect(before.unread).toHaveLength(1);
});

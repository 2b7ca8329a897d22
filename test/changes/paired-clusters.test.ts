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

test('a cluster that only one version has is named, with the objects that are part of it', () => {
  const told = (before: string, after: string) => pairedClusters(read(before), read(after)).map(({ name, onlyIn, resources }) =>
    [name, onlyIn, resources.before.length, resources.after.length]);
  expect(told(pod('a'), pod('b') + pod('c'))).toEqual([[undefined, undefined, 1, 2]]);
  expect(told(pod('a', 'eu') + pod('all'), pod('b', 'eu') + pod('c', 'us') + pod('all'))).toEqual([['eu', undefined, 2, 2], ['us', 'new', 1, 2]]);
  expect(told(pod('b', 'us') + pod('c', 'eu'), pod('a', 'eu'))).toEqual([['eu', undefined, 1, 1], ['us', 'old', 1, 0]]);
});

test('a version without a cluster has the facts that are stated for it', () => {
  const stated = (text: string) => {
    const { resources, unread } = readText({ file: 'a.yaml', content: text, named: true });
    return readClusters(resources, () => ({ namespaces: [{ name: 'ops', labels: { team: 'a' }, place: {} }] }), unread);
  };
  const [{ before }] = pairedClusters(stated(pod('a')), read(pod('b', 'eu')));
  expect(before.namespaces.get('ops')?.labels).toMatchObject({ team: 'a' });
});

import { isLasting, lastingLabels } from '../../src/k8s/lasting-labels';

test.each(['app', 'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component', 'release', 'tier', 'track', 'constructor'])('%s keeps its value from release to release', key => {
  expect(isLasting(key)).toBe(true);
});

test.each([
  'app.kubernetes.io/version', 'helm.sh/chart', 'version', 'chart', 'pod-template-hash', 'controller-revision-hash', 'controller-uid', 'batch.kubernetes.io/job-name',
  'statefulset.kubernetes.io/pod-name', 'topology.kubernetes.io/zone', 'cdk8s.io/metadata.addr',
])('%s changes with a release, a rename, a run or a node', key => {
  expect(isLasting(key)).toBe(false);
});

test('the lasting labels are the others', () => {
  expect(lastingLabels({ 'app': 'web', 'version': '1', 'helm.sh/chart': 'web-1' })).toEqual({ app: 'web' });
});

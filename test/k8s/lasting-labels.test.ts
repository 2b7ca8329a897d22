import { isLasting, lastingLabels } from '../../src/k8s/lasting-labels';

test.each(['app', 'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component', 'release', 'tier', 'track', 'constructor',
  // They may mean a version, or something that lasts.
  'build', 'tag', 'example.com/api-version', 'reversion', 'version/name'])('%s keeps its value from release to release', key => {
  expect(isLasting(key)).toBe(true);
});

test.each([
  'app.kubernetes.io/version', 'helm.sh/chart', 'version', 'chart', 'pod-template-hash', 'controller-revision-hash', 'controller-uid', 'batch.kubernetes.io/job-name',
  'app-version', 'appVersion', 'app_version', 'example.com/app.version', 'tags.datadoghq.com/version', 'revision', 'serving.knative.dev/revision', 'serving.knative.dev/revisionUID',
  'service.istio.io/canonical-revision', 'image-tag', 'git-sha', 'commit', 'build-number', 'checksum/config',
  'statefulset.kubernetes.io/pod-name', 'topology.kubernetes.io/zone', 'cdk8s.io/metadata.addr',
])('%s changes with a release, a rename, a run or a node', key => {
  expect(isLasting(key)).toBe(false);
});

test('the lasting labels are the others', () => {
  expect(lastingLabels({ 'app': 'web', 'version': '1', 'helm.sh/chart': 'web-1' })).toEqual({ app: 'web' });
});

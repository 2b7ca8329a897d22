import { LabelledPods } from '../../src/constructs/private/pod-source';

test('pods that are known by labels alone declare no ports, and nothing is wrong with them', () => {
  const pods = new LabelledPods({ matchLabels: { app: 'a' } });
  expect(pods.selector()).toEqual({ matchLabels: { app: 'a' } });
  expect(pods.containerPorts()).toEqual([]);
  expect(pods.problems()).toEqual([]);
});

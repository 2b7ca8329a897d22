import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { newChart } from './synthesized';
import { plusLabels } from '../../src/constructs/private/pod-source';

const containers = [{ image: 'web' }];
const labelsOf = (workload: kplus.Deployment | kplus.Pod, tier: string, id: string) => plusLabels(workload, ApiObject.of(workload), tier, id);

test('pods that carry labels are selected by them, without the address', () => {
  const deployment = new kplus.Deployment(newChart(), 'web', { containers, podMetadata: { labels: { app: 'web', track: 'stable' } } });
  expect(labelsOf(deployment, 'shop/t', 't')).toEqual({ app: 'web', track: 'stable' });
  expect(deployment.podMetadata.getLabel('cdk8s-netpol/tier')).toBeUndefined();
});

test('pods that carry none get one that does not change when the workload is renamed', () => {
  const deployment = new kplus.Deployment(newChart(), 'web', { containers });
  expect(labelsOf(deployment, 'shop/t', 't')).toEqual({ 'cdk8s-netpol/tier': 't' });
  expect(deployment.podMetadata.getLabel('cdk8s-netpol/tier')).toBe('t');
});

test('labels that the chart gives to all of its objects tell no Pod from another', () => {
  const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'a' } });
  expect(labelsOf(new kplus.Pod(chart, 'web', { containers }), 'shop/t', 't')).toEqual({ 'cdk8s-netpol/tier': 't' });
});

test('an id that can be no label is made one', () => {
  expect(labelsOf(new kplus.Deployment(newChart(), 'web', { containers }), 'shop/My Tier', 'My Tier')).toEqual({ 'cdk8s-netpol/tier': 'my-tier' });
  const long = labelsOf(new kplus.Deployment(newChart(), 'web', { containers }), 'shop/long', `${'a'.repeat(62)}-b`);
  expect(long).toEqual({ 'cdk8s-netpol/tier': 'a'.repeat(62) });
});

test("two workloads of a namespace never get the same label: that would be each other's allowances", () => {
  const app = new App();
  const [one, two, elsewhere] = [['one', 'app'], ['two', 'app'], ['three', 'other']].map(([id, namespace]) =>
    new kplus.Deployment(new Chart(app, id, { namespace }), 'web', { containers }));
  labelsOf(one, 'one/t', 't');
  expect(() => labelsOf(two, 'two/t', 't')).toThrow(
    /^two\/t: the pods of two\/web\/Resource carry no label.*cdk8s-netpol\/tier: t is taken by tier one\/t.*Instead, give the workload a label/);
  expect(labelsOf(elsewhere, 'three/t', 't')).toEqual({ 'cdk8s-netpol/tier': 't' });
});

test('other constructs are no workloads of cdk8s-plus', () => {
  const chart = newChart();
  const object = new ApiObject(chart, 'web', { apiVersion: 'apps/v1', kind: 'Deployment' });
  expect(plusLabels(object, object, 'shop/t', 't')).toBeUndefined();
  const lookalike = Object.assign(new Construct(chart, 'a'), { podMetadata: { getLabel: () => undefined, addLabel: () => undefined, toJson: () => ({}) } });
  expect(plusLabels(lookalike, object, 'shop/t', 't')).toBeUndefined();
});

import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { manifestOf } from '../../src/cdk8s/synth-run';

const chart = () => new Chart(new App(), 'chart');

test('a manifest is the object as it is synthesized, patches included', () => {
  const object = new ApiObject(chart(), 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' }, data: { a: '1' } });
  object.addJsonPatch(JsonPatch.replace('/data/a', '2'));
  expect(manifestOf(object)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' }, data: { a: '2' } });
});

test('to read a workload that spreads its pods adds nothing to what is synthesized, and it goes on spreading them', () => {
  const made = () => new kplus.Deployment(chart(), 'web', { spread: true, containers: [{ image: 'i' }] });
  const read = made();
  manifestOf(ApiObject.of(read));
  manifestOf(ApiObject.of(read));
  expect(ApiObject.of(read).toJson()).toEqual(ApiObject.of(made()).toJson());
});

test('a workload that fails to render goes on spreading its pods', () => {
  const empty = new kplus.Deployment(chart(), 'web', { spread: true });
  expect(() => manifestOf(ApiObject.of(empty))).toThrow();
  empty.addContainer({ image: 'i' });
  const spreading = new kplus.Deployment(chart(), 'web', { spread: true, containers: [{ image: 'i' }] });
  expect(ApiObject.of(empty).toJson().spec.template.spec.affinity).toEqual(ApiObject.of(spreading).toJson().spec.template.spec.affinity);
});

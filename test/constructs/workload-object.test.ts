import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { newChart } from './synthesized';
import { readWorkload } from '../../src/constructs/private/pod-source';

function object(apiVersion: string, kind: string, scope: Construct = newChart(), id = 'x'): ApiObject {
  return new ApiObject(scope, id, { apiVersion, kind });
}

test.each([
  ['v1', 'Pod'], ['v1', 'ReplicationController'], ['apps/v1', 'Deployment'], ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'StatefulSet'], ['apps/v1', 'DaemonSet'], ['batch/v1', 'Job'], ['batch/v1', 'CronJob'],
])('%s %s makes pods', (apiVersion, kind) => {
  const workload = object(apiVersion, kind);
  expect(readWorkload('shop/web', workload)).toBe(workload);
});

test('a construct stands for its default child, however deep', () => {
  const outer = new Construct(newChart(), 'outer');
  const workload = object('apps/v1', 'Deployment', new Construct(outer, 'Default'), 'Resource');
  expect(readWorkload('shop/web', outer)).toBe(workload);
});

test.each([['v1', 'Service'], ['example.com/v1', 'Deployment'], ['apps/v1', 'Pod']])('%s %s makes none: an error that lists those that do', (apiVersion, kind) => {
  expect(() => readWorkload('shop/web', object(apiVersion, kind)))
    .toThrow(`shop/web: shop/x is a ${kind} of ${apiVersion}, which makes no pods that are known of. Instead, give a workload (Pod, `);
});

test('a construct without an API object is an error', () => {
  expect(() => readWorkload('shop/web', new Construct(newChart(), 'bare'))).toThrow('shop/web: shop/bare has no API object as its default child');
  expect(() => readWorkload('shop/web', undefined as any)).toThrow('shop/web: undefined has no API object');
});

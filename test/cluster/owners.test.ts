import { controllerOf, normalGroup } from '../../src/cluster/private/workloads';

const owner = (kind: string, rest: object = {}) => ({ apiVersion: 'apps/v1', kind, name: 'web', uid: 'u', ...rest });
const of = (ownerReferences: unknown, kind = 'Pod') => controllerOf({ apiVersion: 'v1', kind, metadata: { ownerReferences } });

test('the owner that is the controller is the one', () => {
  expect(of([owner('Config'), owner('ReplicaSet', { controller: true })])).toEqual({ group: 'apps', kind: 'ReplicaSet', name: 'web' });
});

test('an owner that is alone is the one', () => {
  expect(of([owner('StatefulSet')])!.kind).toBe('StatefulSet');
  expect(of([owner('A'), owner('B')])).toBeUndefined();
  expect(of([3, owner('StatefulSet'), null])!.kind).toBe('StatefulSet');
});

test.each(['Pod', 'ReplicaSet', 'ReplicationController', 'Job'])('a %s is made by its owner', kind => {
  expect(of([owner('Maker')], kind)!.kind).toBe('Maker');
});

test('what was in extensions is in apps', () => {
  expect(of([owner('ReplicaSet', { apiVersion: 'extensions/v1beta1' })])!.group).toBe('apps');
  expect(normalGroup('extensions/v1beta1')).toBe('apps');
  expect(normalGroup('batch/v1')).toBe('batch');
});

test('a node owns its static pods, but is no workload', () => {
  expect(of([owner('Node', { apiVersion: 'v1', controller: true })])).toBeUndefined();
  expect(of([owner('Node', { apiVersion: 'acme.io/v1' })])).toEqual({ group: 'acme.io', kind: 'Node', name: 'web' });
});

test('a workload of its own right stays what it is, though an operator made it', () => {
  expect(of([owner('Prometheus', { apiVersion: 'monitoring.coreos.com/v1' })], 'StatefulSet')).toBeUndefined();
  expect(of([owner('Rollout', { apiVersion: 'argoproj.io/v1alpha1' })], 'ReplicaSet')).toEqual({ group: 'argoproj.io', kind: 'Rollout', name: 'web' });
});

test('what is no owner is passed over', () => {
  for (const references of [undefined, null, 'x', [], [3], [{ kind: 'A' }], [{ name: 'a' }]]) { expect(of(references)).toBeUndefined(); }
  expect(controllerOf({ apiVersion: 'v1', kind: 'Pod' })).toBeUndefined();
  expect(of([{ kind: 'A', name: 'a' }])).toEqual({ group: '', kind: 'A', name: 'a' });
});

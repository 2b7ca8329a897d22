import { displayNames, namespaceOf } from '../../src/report/private/names';

test('a workload is shown as --from takes it: namespace/name', () => {
  expect(displayNames(['app/backend[Deployment]']).get('app/backend[Deployment]')).toBe('app/backend');
});

test('two kinds that share a name are told apart by their kind', () => {
  const names = displayNames(['app/web[Deployment]', 'app/web[StatefulSet]', 'other/web[Deployment]']);
  expect([...names.values()]).toEqual(['app/Deployment/web', 'app/StatefulSet/web', 'other/web']);
});

test('the namespace of a workload is what is before its slash', () => {
  expect(namespaceOf('app/backend[Deployment]')).toBe('app');
});

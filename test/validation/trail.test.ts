import { FieldPath } from '../../src/validation/field-errors';

test('a trail is the steps that were taken', () => {
  expect(FieldPath.start.path).toEqual([]);
  expect(FieldPath.to('spec', 'ingress').child(0).child('from').path).toEqual(['spec', 'ingress', 0, 'from']);
  expect(FieldPath.to('').child('').path).toEqual(['', '']);
});

test('two trails may share their first steps', () => {
  const spec = FieldPath.to('spec');
  expect([spec.child('a').path, spec.child('b').path, spec.path]).toEqual([['spec', 'a'], ['spec', 'b'], ['spec']]);
});

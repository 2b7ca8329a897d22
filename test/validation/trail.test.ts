import { Trail } from '../../src/validation/field-errors';

test('a trail is the steps that were taken', () => {
  expect(Trail.start.path).toEqual([]);
  expect(Trail.to('spec', 'ingress').into(0).into('from').path).toEqual(['spec', 'ingress', 0, 'from']);
  expect(Trail.to('').into('').path).toEqual(['', '']);
});

test('two trails may share their first steps', () => {
  const spec = Trail.to('spec');
  expect([spec.into('a').path, spec.into('b').path, spec.path]).toEqual([['spec', 'a'], ['spec', 'b'], ['spec']]);
});

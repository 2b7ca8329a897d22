import { remembered } from '../../src/report/private/markdown';

test('each argument is worked on once', () => {
  const work = jest.fn((text: string) => text.length);
  const length = remembered(work);
  expect([length('a'), length('bc'), length('a')]).toEqual([1, 2, 1]);
  expect(work.mock.calls).toEqual([['a'], ['bc']]);
});

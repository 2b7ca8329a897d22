import { IntList } from '../../src/evaluator/private/policy-encoding';

test('a list grows past the room it was given, and says where each number is', () => {
  const list = new IntList(2);
  expect([10, -20, 30, 40, 50].map(item => list.push(item))).toEqual([0, 1, 2, 3, 4]);
  expect(list.length).toBe(5);
  list.set(1, 21);
  expect([...list.toArray()]).toEqual([10, 21, 30, 40, 50]);
});

test('a list grows again and again', () => {
  const list = new IntList(1);
  const numbers = Array.from({ length: 1000 }, (_, i) => i * i);
  numbers.forEach(number => list.push(number));
  expect([...list.toArray()]).toEqual(numbers);
});

test('a list that was given no room takes numbers all the same', () => {
  const list = new IntList(0);
  list.push(1);
  list.push(2);
  expect([...list.toArray()]).toEqual([1, 2]);
});

test('what was taken from a list stays what it was', () => {
  const list = new IntList(4);
  list.push(1);
  const taken = list.toArray();
  list.set(0, 2);
  expect([...taken]).toEqual([1]);
});

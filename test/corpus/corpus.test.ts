import { decidedDifferently } from './main';

/* The comparison of npm run corpus finds faults. */

const row = (src: string, dst: string, conn: string, ...undecided: string[]) => ({ src, dst, conn, ...undecided.length > 0 ? { undecided } : {} });
const RENDERED = [row('a', 'b', 'TCP 80'), row('b', 'a', 'TCP 80')];

test('what the files decide as the rendered objects do is no difference', () => {
  expect(decidedDifferently(RENDERED, RENDERED)).toEqual([]);
});

test('what the files leave undecided is no difference', () => {
  expect(decidedDifferently([row('a', 'b', 'No Connections', 'not-rendered'), row('b', 'a', 'TCP 80')], RENDERED)).toEqual([]);
});

test('other ports, a connection that is not there, and one that is missing are differences', () => {
  expect(decidedDifferently([row('a', 'b', 'TCP 81'), row('b', 'a', 'TCP 80')], RENDERED)).toEqual(['a → b']);
  expect(decidedDifferently([...RENDERED, row('b', 'c', 'TCP 80')], RENDERED)).toEqual(['b → c']);
  expect(decidedDifferently([row('a', 'b', 'TCP 80')], RENDERED)).toEqual(['b → a']);
});

test('a workload that only the rendered objects have is no difference', () => {
  expect(decidedDifferently(RENDERED, [...RENDERED, row('a', 'c', 'TCP 80')])).toEqual([]);
});

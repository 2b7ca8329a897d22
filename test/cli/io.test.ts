import { writeAll } from '../../src/cli/private/input';

test('everything is written, in order, small pieces together', () => {
  const written: string[] = [];
  const pieces = Array.from({ length: 30_000 }, (_, i) => `row ${i}\n`);
  writeAll({ write: text => written.push(text) }, pieces);
  expect(written.join('')).toBe(pieces.join(''));
  expect(written.length).toBeGreaterThan(1);
  expect(written.length).toBeLessThan(10);
});

test('nothing is nothing', () => {
  const written: string[] = [];
  writeAll({ write: text => written.push(text) }, []);
  expect(written).toEqual([]);
});

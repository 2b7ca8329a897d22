import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { FileMemory } from '../../src/manifests/files';

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-')); });
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const result = () => ({ resources: [], problems: [] });

function reader(memory: FileMemory) {
  return (name: string, named = false) => {
    const read = jest.fn(result);
    const file = path.join(folder, name);
    memory.recall(name, named, statSync(file, { bigint: true }), read);
    return read.mock.calls.length === 1;
  };
}

/** As if the file had been written a while ago. */
function later(): void {
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 10_000);
}

test('a file is read once, until it changes', () => {
  const memory = new FileMemory();
  const isRead = reader(memory);
  writeFileSync(path.join(folder, 'a'), '1');
  later();
  expect([isRead('a'), memory.turn()]).toEqual([true, ['a']]);
  expect([isRead('a'), memory.turn()]).toEqual([false, []]);
  writeFileSync(path.join(folder, 'a'), '22');
  expect([isRead('a'), memory.turn()]).toEqual([true, ['a']]);
  utimesSync(path.join(folder, 'a'), 1, 1);
  expect([isRead('a'), memory.turn()]).toEqual([true, ['a']]);
});

test('one that was written a moment ago is read again, since it may be written again within the same tick', () => {
  const memory = new FileMemory();
  const isRead = reader(memory);
  writeFileSync(path.join(folder, 'a'), '1');
  const clock = jest.spyOn(Date, 'now');
  const written = Number(statSync(path.join(folder, 'a'), { bigint: true }).ctimeMs);
  clock.mockReturnValue(written);
  expect([isRead('a'), memory.turn()]).toEqual([true, ['a']]);
  clock.mockReturnValue(written + 100);
  expect([isRead('a'), memory.turn()]).toEqual([true, []]);
  clock.mockReturnValue(written + 101);
  expect([isRead('a'), memory.turn()]).toEqual([true, []]);
  expect([isRead('a'), memory.turn()]).toEqual([false, []]);
});

test('a file that is gone is told, and forgotten', () => {
  const memory = new FileMemory();
  const isRead = reader(memory);
  for (const name of ['b', 'a']) { writeFileSync(path.join(folder, name), '1'); }
  later();
  expect([isRead('b'), isRead('a'), memory.turn()]).toEqual([true, true, ['a', 'b']]);
  expect([isRead('b'), memory.turn()]).toEqual([false, ['a']]);
  expect([isRead('b'), isRead('a'), memory.turn()]).toEqual([false, true, ['a']]);
});

test('what is named and what is found in a folder are remembered apart', () => {
  const memory = new FileMemory();
  const isRead = reader(memory);
  writeFileSync(path.join(folder, 'a'), '1');
  later();
  expect([isRead('a'), isRead('a', true)]).toEqual([true, true]);
});

import * as fs from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Refusal } from '../../src/cli/private/input';
import { FolderWatcher } from '../../src/cli/private/watched-input';

let folder: string;
let watcher: FolderWatcher;
let told: () => void = () => {};

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'netpol-'));
  watcher = new FolderWatcher(() => told());
});
afterEach(() => {
  jest.restoreAllMocks();
  watcher.close();
  fs.rmSync(folder, { recursive: true });
});

/** That a change is told after this was done. */
async function change(act: () => void): Promise<void> {
  const isTold = new Promise<void>(resolve => { told = resolve; });
  act();
  await isTold;
}

const write = (name: string) => fs.writeFileSync(path.join(folder, name), String(Math.random()));

test('tells that it watches something new, since that may have changed before', async () => {
  await change(() => watcher.watch([folder], []));
});

test('tells of files that are made, changed, renamed and removed', async () => {
  await change(() => watcher.watch([folder], []));
  await change(() => write('a'));
  await change(() => write('a'));
  await change(() => fs.renameSync(path.join(folder, 'a'), path.join(folder, 'b')));
  await change(() => fs.rmSync(path.join(folder, 'b')));
});

test('tells of several changes at once, once', async () => {
  await change(() => watcher.watch([folder], []));
  const count = jest.fn();
  await change(() => {
    const resolve = told;
    told = () => {
      count();
      resolve();
    };
    for (const name of ['a', 'b', 'c']) { write(name); }
  });
  expect(count).toHaveBeenCalledTimes(1);
});

test('a named file is watched though it is replaced; its neighbours are not', async () => {
  write('a');
  await change(() => watcher.watch([], [path.join(folder, 'a')]));
  const ofNeighbour = jest.fn();
  told = ofNeighbour;
  write('b');
  await new Promise(resolve => setTimeout(resolve, 200));
  expect(ofNeighbour).not.toHaveBeenCalled();
  await change(() => fs.renameSync(path.join(folder, 'b'), path.join(folder, 'a')));
});

test('a path that is not there is waited for', async () => {
  const named = path.join(folder, 'x/y/z.yaml');
  await change(() => watcher.watch([], [named]));
  await change(() => fs.mkdirSync(path.join(folder, 'x')));
  await change(() => watcher.watch([], [named]));
  await change(() => fs.mkdirSync(path.join(folder, 'x/y')));
});

test('a folder that is replaced by another of its name is watched anew', async () => {
  const inside = path.join(folder, 'x');
  fs.mkdirSync(inside);
  await change(() => watcher.watch([inside], []));
  // Kept under another name, so that the new one can not be given the old one's number.
  fs.renameSync(inside, path.join(folder, 'old'));
  fs.mkdirSync(inside);
  await change(() => watcher.watch([inside], []));
  await change(() => write('x/a'));
});

test('a folder that is gone meanwhile is no failure', () => {
  expect(() => watcher.watch([path.join(folder, 'gone')], [])).not.toThrow();
});

test.each(['ENOSPC', 'EMFILE'])('where the system has no more to give (%s), it is said what helps', code => {
  jest.spyOn(jest.requireActual<typeof fs>('fs'), 'watch').mockImplementation(() => { throw Object.assign(new Error(code), { code }); });
  expect(() => watcher.watch([folder], [])).toThrow(Refusal);
  expect(() => watcher.watch([folder], [])).toThrow('fs.inotify.max_user_watches');
});

test('once closed, it watches nothing', async () => {
  await change(() => watcher.watch([folder], []));
  watcher.close();
  const late = jest.fn();
  told = late;
  watcher.watch([folder], []);
  write('a');
  await new Promise(resolve => setTimeout(resolve, 200));
  expect(late).not.toHaveBeenCalled();
});

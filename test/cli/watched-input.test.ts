import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Io } from '../../src/cli/private/input';
import { WatchedInput } from '../../src/cli/private/watched-input';
import { deployment, policy } from '../report/shop';

const io = {} as Io;
let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
const names = (files: readonly string[]) => files.map(file => path.basename(file));
const DENY = policy('deny', '{ podSelector: {}, policyTypes: [Ingress] }');

test('the first reading gives a state, further ones what has changed', async () => {
  write('a.yaml', deployment('a'));
  write('b.yaml', deployment('b'));
  const input = new WatchedInput({ paths: [folder] }, io);
  const first = await input.refresh();
  expect(first).toMatchObject({ isSound: true, changes: [], folders: [folder], after: { workloads: ['app/a[Deployment]', 'app/b[Deployment]'], policies: 0 } });
  expect(first.before).toBeUndefined();
  expect(names(first.files)).toEqual(['a.yaml', 'b.yaml']);

  write('deny.yaml', DENY);
  const second = await input.refresh();
  expect(names(second.files)).toEqual(['deny.yaml']);
  expect(second.before).toBe(first.after);
  expect(second.changes).toHaveLength(4);

  const third = await input.refresh();
  expect(third).toMatchObject({ files: [], changes: [], isSound: true });
  expect(third.after).toBe(second.after);
});

test('with a mistake the last sound state stays, and is what the mended input is compared with', async () => {
  write('a.yaml', deployment('a') + deployment('b'));
  const input = new WatchedInput({ paths: [folder] }, io);
  const { after: sound } = await input.refresh();
  write('deny.yaml', 'kind: {');
  const broken = await input.refresh();
  expect(broken).toMatchObject({ isSound: false, changes: [], problems: [{ severity: 'error', place: { line: 1 } }] });
  expect(broken.after).toBe(sound);
  // It has been said.
  expect((await input.refresh()).problems).toEqual([]);
  write('deny.yaml', DENY);
  const mended = await input.refresh();
  expect(mended.before).toBe(sound);
  expect(mended.changes).toHaveLength(4);
});

test('with --strict, a policy that is not evaluated is a mistake', async () => {
  write('a.yaml', `${deployment('a')}\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x }\n`);
  expect((await new WatchedInput({ paths: [folder] }, io).refresh()).isSound).toBe(true);
  expect((await new WatchedInput({ paths: [folder], strict: true }, io).refresh()).isSound).toBe(false);
});

import { spawn, spawnSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { request, stateless } from './client';
import { InstalledPackage } from '../../support/installed-package';

/*
 * Recorded sessions: a line with `->` is what the client writes, and one with `<-` what the server answers. RECORD_MCP_SESSIONS=1 asks the server again and
 * writes its answers into the files. Read the difference before you commit it.
 */

const PROJECT = path.join(__dirname, '..', '..', '..');
const SHOP = path.join(PROJECT, 'examples', 'shop-by-hand');

let installed: InstalledPackage;
beforeAll(() => { installed = new InstalledPackage(); });
afterAll(() => installed.remove());

function serve(input: string, args: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [installed.netpol, 'mcp', ...args], { cwd: SHOP, input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

interface Turn {
  readonly isSent: boolean;
  readonly text: string;
}

function turnsOf(text: string): Turn[] {
  return text.split('\n').filter(line => line !== '').map(line => ({ isSent: line.startsWith('-> '), text: line.slice(3) }));
}

const fileOf = (name: string) => path.join(__dirname, name);

describe.each(['session.txt', 'session-stateless.txt'])('%s', name => {
  test('the server answers what is recorded, and nothing else is on standard output and standard error', () => {
    const turns = turnsOf(readFileSync(fileOf(name), 'utf8'));
    const sent = turns.filter(({ isSent }) => isSent).map(({ text }) => text);
    const { status, stdout, stderr } = serve(sent.map(line => `${line}\n`).join(''));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const received = stdout.split('\n').slice(0, -1);
    if (process.env.RECORD_MCP_SESSIONS !== undefined) {
      const answers = new Map(received.map(line => [JSON.parse(line).id, line]));
      writeFileSync(fileOf(name), sent.flatMap(line => [`-> ${line}`, ...[answers.get(JSON.parse(line).id) ?? []].flat().map(one => `<- ${one}`)]).map(line => `${line}\n`).join(''));
    }
    expect(received).toEqual(turnsOf(readFileSync(fileOf(name), 'utf8')).filter(({ isSent }) => !isSent).map(({ text }) => text));
  });
});

test('docs/mcp.md shows a part of the recorded session', () => {
  const turns = turnsOf(readFileSync(fileOf('session.txt'), 'utf8')).map(({ isSent, text }) => ({ isSent, message: JSON.parse(text) }));
  const page = readFileSync(path.join(PROJECT, 'docs', 'mcp.md'), 'utf8');
  const shown = [...page.matchAll(/^```text\n([^]*?)^```$/gm)].map(([, block]) => block).find(block => block.startsWith('-> '))!;
  // A message has several lines there, and a line with … stands for messages that are left out.
  let rest = turns;
  let mayLeaveOut = false;
  for (const part of shown.split(/^(?=-> |<- |…$)/m)) {
    if (part === '…\n') {
      mayLeaveOut = true;
      continue;
    }
    const message = { isSent: part.startsWith('-> '), message: JSON.parse(part.slice(3)) };
    const at = mayLeaveOut ? rest.findIndex(turn => JSON.stringify(turn) === JSON.stringify(message)) : 0;
    expect(rest[at]).toEqual(message);
    rest = rest.slice(at + 1);
    mayLeaveOut = false;
  }
  expect(mayLeaveOut || rest.length === 0).toBe(true);
  expect(shown).toContain('"name": "can-reach"');
});

test('docs/mcp.md says how large a result may be, and which revisions the server speaks', () => {
  const page = readFileSync(path.join(PROJECT, 'docs', 'mcp.md'), 'utf8');
  for (const text of ['60,000 characters', '32 MiB', '16 MiB', '100 messages', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']) { expect(page).toContain(text); }
});

test('the command ends with status 0 when its input ends, and with 2 for a wrong option', () => {
  expect(serve('')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(serve('', ['--root', 'nowhere'])).toEqual({ status: 2, stdout: '', stderr: 'netpol: --root nowhere: there is no such file or folder; check the path\n' });
});

test('the server ends when nobody reads its answers any more', async () => {
  const child = spawn(process.execPath, [installed.netpol, 'mcp'], { cwd: SHOP });
  let stderr = '';
  child.stderr.on('data', data => { stderr += data; });
  child.stdin.on('error', () => {});
  child.stdin.write(`${request(1, 'server/discover', stateless())}\n`);
  await new Promise(resolve => child.stdout.once('data', resolve));
  child.stdout.destroy();
  // Its input stays open. It notices when it writes.
  child.stdin.write(`${request(2, 'server/discover', stateless())}\n`);
  const status = await new Promise(resolve => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('an answer comes while the input is still open', async () => {
  const child = spawn(process.execPath, [installed.netpol, 'mcp', '--root', 'manifests'], { cwd: SHOP });
  let stdout = '';
  const answered = new Promise<void>(resolve => {
    child.stdout.on('data', data => {
      stdout += data;
      if (stdout.endsWith('\n')) { resolve(); }
    });
  });
  child.stdin.write(`${request(1, 'tools/call', stateless({ name: 'can-reach', arguments: { from: 'app/frontend', to: 'app/backend' } }))}\n`);
  await answered;
  expect(JSON.parse(stdout)).toMatchObject({ id: 1, result: { structuredContent: { status: 'yes' } } });
  child.stdin.end();
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(0);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { run } from '../../../src/cli/run';

/** A folder that is the working directory while a test runs, and is removed after it. */
export class WorkingFolder {
  public readonly path = realpathSync(mkdtempSync(path.join(tmpdir(), 'netpol-mcp-')));
  private readonly before = process.cwd();

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) { this.write(name, text); }
    process.chdir(this.path);
  }

  public write(name: string, text: string): void {
    const file = path.join(this.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  public link(name: string, target: string): void {
    const file = path.join(this.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    symlinkSync(target, file);
  }

  public remove(): void {
    process.chdir(this.before);
    rmSync(this.path, { recursive: true });
  }
}

export type Message = any; // eslint-disable-line @typescript-eslint/no-explicit-any

/** Sends lines to `netpol mcp` in this process, and returns the lines that it answers. Buffers are pieces of the input: each arrives when those before it are answered. */
export async function lines(sent: readonly string[] | readonly Buffer[], args: readonly string[] = []): Promise<string[]> {
  const { status, stdout, stderr } = await served(sent, args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout === '' || stdout.endsWith('\n')).toBe(true);
  return stdout.split('\n').slice(0, -1);
}

/** Everything that the command gives. */
interface Served {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As `lines`, with everything that the command gives. */
export async function served(sent: readonly string[] | readonly Buffer[], args: readonly string[] = []): Promise<Served> {
  let [stdout, stderr] = ['', ''];
  const pieces = typeof sent[0] === 'string' ? [Buffer.from(sent.map(line => `${line}\n`).join(''))] : sent as readonly Buffer[];
  const status = await run(['mcp', ...args], {
    stdout: { write: text => { stdout += text; } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => { throw new Error('the commands of tools do not read the messages'); },
    stdinChunks: async function* () {
      for (const piece of pieces) {
        yield piece;
        for (let turns = 0; turns < 10; turns++) { await new Promise(setImmediate); }
      }
    },
    untilInterrupted: () => new Promise(() => {}),
  });
  return { status, stdout, stderr };
}

export const INITIALIZE = initialize('2025-11-25');

export function initialize(protocolVersion: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } } });
}

export function request(id: string | number, method: string, params?: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, ...params === undefined ? {} : { params } });
}

/** The parameters of a request of the revision without `initialize`. */
export function stateless(params: object = {}, version = '2026-07-28'): object {
  return { ...params, _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} } };
}

/** Sends messages after `initialize`, and returns the messages that come back after its answer. */
export async function answers(sent: readonly string[], version = '2025-11-25'): Promise<Message[]> {
  const [first, ...rest] = await lines([initialize(version), ...sent]);
  expect(JSON.parse(first)).toMatchObject({ id: 0, result: { protocolVersion: version } });
  return rest.map(line => JSON.parse(line));
}

/** Calls a tool, and returns its result. */
export async function call(name: string, given: object, args: readonly string[] = []): Promise<Message> {
  const received = await lines([INITIALIZE, request(1, 'tools/call', { name, arguments: given })], args);
  return JSON.parse(received[1]).result;
}

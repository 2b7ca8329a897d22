import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { run } from '../../src/cli/run';
import { deployment, policy, POLICIES, TIERS } from '../report/shop';

/* Files are really written, and what is printed is waited for; no time is asserted. */

/** `netpol watch` on a folder of its own. */
class Watching {
  public readonly folder = mkdtempSync(path.join(tmpdir(), 'netpol-')).split(path.sep).join('/');
  public stdout = '';
  public stderr = '';

  private read = { stdout: 0, stderr: 0 };
  private status: Promise<number> | undefined;
  private written = () => {};
  private interrupt = () => {};

  public write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
  }

  public start(...args: string[]): void {
    const sink = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => {
        this[name] += text.replaceAll(`${this.folder}/`, '');
        this.written();
      },
    });
    this.status = run(['watch', ...args], {
      stdout: sink('stdout'),
      stderr: sink('stderr'),
      readStdin: async () => Buffer.alloc(0),
      untilInterrupted: () => new Promise(resolve => { this.interrupt = resolve; }),
    });
  }

  /** What is printed until `pattern` is in it, from where the last call ended. */
  public async next(name: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
    for (;;) {
      const text = this[name].slice(this.read[name]);
      const match = pattern.exec(text);
      if (match !== null) {
        this.read[name] += match.index + match[0].length;
        return match[0];
      }
      await new Promise<void>(resolve => { this.written = resolve; });
    }
  }

  public async stop(): Promise<number | undefined> {
    this.interrupt();
    const status = await this.status;
    rmSync(this.folder, { recursive: true, force: true });
    return status;
  }
}

let watching: Watching;
beforeEach(() => { watching = new Watching(); });
afterEach(() => watching.stop());

const LINE = /.*\n/;
const ALLOW = policy('more', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 5432 }] }] }');

test('says what it watches, then what each save gains and loses, and ends with 0', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`);
  expect(await watching.next('stdout', LINE)).toMatch(/^watching .*k8s: workloads: 3, policies: 4, connections: \d+\n$/);
  watching.write('k8s/more.yaml', ALLOW);
  expect(await watching.next('stdout', /gained {3}.*\n/)).toBe('gained   app/frontend → app/db: TCP 5432\n');
  watching.write('k8s/more.yaml', ALLOW.replace('5432', '5433'));
  expect(await watching.next('stdout', /changed {2}.*\n/)).toBe('changed  app/frontend → app/db: TCP 5433 (was TCP 5432)\n');
  rmSync(path.join(watching.folder, 'k8s/more.yaml'));
  expect(await watching.next('stdout', /.*\n +lost .*\n/)).toBe('k8s/more.yaml: 1 lost\n  lost     app/frontend → app/db: TCP 5433\n');
  expect(await watching.stop()).toBe(0);
  expect(watching.stderr).toBe('');
});

test('a file with a mistake is told with its place, and the last sound state is what counts', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  watching.write('k8s/more.yaml', 'kind: NetworkPolicy\nspec: [\n');
  expect(await watching.next('stderr', /.*error.*\n.*\n/)).toMatch(/^k8s\/more\.yaml:\d+:\d+: error NP004: not valid YAML: .*\nnote: nothing is compared until this is mended, and then with what was last sound\n$/);
  watching.write('k8s/more.yaml', ALLOW);
  expect(await watching.next('stdout', /.*\n.*\n/)).toBe('k8s/more.yaml: 1 gained\n  gained   app/frontend → app/db: TCP 5432\n');
});

test('input that is broken from the start is waited for', async () => {
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stderr', /k8s: error NP002: there is no such file or folder.*\nnote: nothing is compared until this is mended\n/);
  watching.write('k8s/shop.yaml', TIERS);
  expect(await watching.next('stdout', LINE)).toMatch(/^watching .*: workloads: 3, policies: 0/);
  await watching.next('stderr', /note: there is no NetworkPolicy in the input/);
});

test('new folders inside, and files that are moved, are seen', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  watching.write('k8s/a/b/more.yaml', ALLOW);
  await watching.next('stdout', /k8s\/a\/b\/more\.yaml: 1 gained\n/);
  renameSync(path.join(watching.folder, 'k8s/a'), path.join(watching.folder, 'k8s/c'));
  expect(await watching.next('stdout', /k8s\/a.*\n/)).toBe('k8s/a/b/more.yaml, k8s/c/b/more.yaml: no connection gained, lost or changed\n');
  watching.write('k8s/c/b/more.yaml', ALLOW.replace('5432', '1'));
  await watching.next('stdout', /k8s\/c\/b\/more\.yaml: 1 changed\n/);
  rmSync(path.join(watching.folder, 'k8s/c'), { recursive: true });
  await watching.next('stdout', /k8s\/c\/b\/more\.yaml: 1 lost\n/);
});

test('a file that is named is watched, in the way that editors save it too', async () => {
  watching.write('a.yaml', deployment('a') + deployment('b'));
  watching.start(`${watching.folder}/a.yaml`);
  await watching.next('stdout', LINE);
  watching.write('a.yaml~', deployment('a'));
  renameSync(path.join(watching.folder, 'a.yaml~'), path.join(watching.folder, 'a.yaml'));
  await watching.next('stdout', /lost {5}app\/a → app\/b: all\n/);
});

test('-o json prints a line for each', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`, '-o', 'json');
  expect(JSON.parse(await watching.next('stdout', LINE))).toEqual({ watching: ['k8s'], workloads: 3, policies: 4, connections: expect.any(Number) });
  watching.write('k8s/more.yaml', ALLOW);
  expect(JSON.parse(await watching.next('stdout', LINE))).toEqual({
    files: ['k8s/more.yaml'], gained: [{ src: 'app/frontend[Deployment]', dst: 'app/db[Deployment]', conn: 'TCP 5432' }], lost: [], changed: [],
  });
});

test('standard input can not be watched', async () => {
  expect(await netpol(['watch', '-'])).toEqual({ status: 2, stdout: '', stderr: 'netpol: - is standard input, which can not be watched: name files and folders\n' });
});

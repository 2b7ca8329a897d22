import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { run } from '../../src/cli/run';
import { deployment, policy, POLICIES, TIERS } from '../report/shop';

/* These tests write real files and wait for the output. They assert no times. */

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

  /** Waits for output that matches, after the output of the last call. */
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

test('watch prints what each save opens and closes, and exits with 0 when it is interrupted', async () => {
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

test('watch prints what a cluster-wide policy opens and closes, and what a Node changes for it', async () => {
  const guard = (spec: string) => `apiVersion: policy.networking.k8s.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: { name: guard }\nspec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ${spec} }\n`;
  const toNodes = guard('egress: [{ action: Deny, to: [{ nodes: {} }] }]');
  const node = (ip: string) => `apiVersion: v1\nkind: Node\nmetadata: { name: n }\nstatus: { addresses: [{ type: InternalIP, address: ${ip} }] }\n`;
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.write('k8s/node.yaml', node('172.18.0.2'));
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  watching.write('k8s/guard.yaml', guard('ingress: [{ action: Deny, from: [{ pods: { podSelector: { matchLabels: { app: frontend } } } }] }]'));
  expect(await watching.next('stdout', /lost .*\n/)).toBe('lost     app/frontend → app/backend: TCP 8080\n');
  watching.write('k8s/guard.yaml', toNodes);
  await watching.next('stdout', /lost .*app\/frontend → 172\.18\.0\.2\/32: all\n/);
  expect(await watching.next('stdout', /gained .*\n/)).toBe('gained   app/frontend → app/backend: TCP 8080\n');
  watching.write('k8s/node.yaml', node('172.18.0.9'));
  await watching.next('stdout', /172\.18\.0\.9/);
  expect(watching.stderr).toBe('');
});

test('watch prints an error with its place, and compares with the last valid state when the error is fixed', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  watching.write('k8s/more.yaml', 'kind: NetworkPolicy\nspec: [\n');
  expect(await watching.next('stderr', /.*error.*\n.*\n/)).toMatch(/^k8s\/more\.yaml:\d+:\d+: error NP004: not valid YAML: .*\nnote: waiting for valid input; netpol will compare with the last valid state\n$/);
  watching.write('k8s/more.yaml', ALLOW);
  expect(await watching.next('stdout', /.*\n.*\n/)).toBe('k8s/more.yaml: 1 gained\n  gained   app/frontend → app/db: TCP 5432\n');
});

test('watch waits for input that is not there yet', async () => {
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stderr', /k8s: error NP002: there is no such file or folder.*\nnote: waiting for valid input\n/);
  watching.write('k8s/shop.yaml', TIERS);
  expect(await watching.next('stdout', LINE)).toMatch(/^watching .*: workloads: 3, policies: 0/);
  await watching.next('stderr', /note: there is no NetworkPolicy in the input/);
});

test('watch sees a change of the facts, which are not in the folder of manifests', async () => {
  const facts = (team: string) => `namespaces: [{ name: other, labels: { team: ${team} } }]\n`;
  watching.write('k8s/shop.yaml', TIERS + deployment('client', '', 'other')
    + policy('team-a', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }'));
  watching.write('facts/netpol.yaml', facts('b'));
  watching.start(`${watching.folder}/k8s`, '--config', `${watching.folder}/facts/netpol.yaml`);
  await watching.next('stdout', LINE);
  watching.write('facts/netpol.yaml', facts('a'));
  expect(await watching.next('stdout', /.*\n.*\n/)).toBe('facts/netpol.yaml: 1 gained\n  gained   other/client → app/db: all\n');
  watching.write('facts/netpol.yaml', 'namespaces: 1\n');
  await watching.next('stderr', /facts\/netpol\.yaml:1:1: error NP041: .*\nnote: waiting for valid input; .*\n/);
  watching.write('facts/netpol.yaml', facts('c'));
  expect(await watching.next('stdout', /.*\n.*\n/)).toMatch(/^facts\/netpol\.yaml: 1 lost\n/);
});

test('watch goes on if a file of facts is removed, and reads it again when it is back', async () => {
  watching.write('k8s/shop.yaml', TIERS + deployment('client', '', 'other')
    + policy('team-a', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }'));
  const facts = `${watching.folder}/facts/netpol.yaml`;
  watching.write('facts/netpol.yaml', 'namespaces: [{ name: other, labels: { team: b } }]\n');
  watching.start(`${watching.folder}/k8s`, '--config', facts);
  await watching.next('stdout', LINE);
  rmSync(facts);
  expect(await watching.next('stderr', /netpol: .*\nnote: waiting for valid input; .*\n/)).toMatch(/--config .*facts\/netpol\.yaml: there is no such file or folder/);
  watching.write('facts/netpol.yaml', 'namespaces: [{ name: other, labels: { team: a } }]\n');
  expect(await watching.next('stdout', /.*\n.*\n/)).toBe('facts/netpol.yaml: 1 gained\n  gained   other/client → app/db: all\n');
});

test('watch does not note that nothing is denied if there is a policy of another kind', async () => {
  watching.write('k8s/shop.yaml', `${TIERS}\n{ apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: { name: x, namespace: app }, spec: { endpointSelector: {}, ingress: [{}] } }\n`);
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  expect(watching.stderr).toMatch(/^.* warning NP301: .*\n$/);
});

test('watch sees new folders and moved files', async () => {
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

test('watch sees a named file that an editor saves by replacing it', async () => {
  watching.write('a.yaml', deployment('a') + deployment('b'));
  watching.start(`${watching.folder}/a.yaml`);
  await watching.next('stdout', LINE);
  watching.write('a.yaml~', deployment('a'));
  renameSync(path.join(watching.folder, 'a.yaml~'), path.join(watching.folder, 'a.yaml'));
  await watching.next('stdout', /lost {5}app\/a → app\/b: all\n/);
});

test('watch -o json prints one line for each save', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`, '-o', 'json');
  expect(JSON.parse(await watching.next('stdout', LINE))).toEqual({ watching: ['k8s'], workloads: 3, policies: 4, connections: expect.any(Number) });
  watching.write('k8s/more.yaml', ALLOW);
  expect(JSON.parse(await watching.next('stdout', LINE))).toEqual({
    files: ['k8s/more.yaml'], gained: [{ src: 'app/frontend[Deployment]', dst: 'app/db[Deployment]', conn: 'TCP 5432' }], lost: [], changed: [],
  });
});

test('watch refuses standard input', async () => {
  expect(await netpol(['watch', '-'])).toEqual({ status: 2, stdout: '', stderr: 'netpol: - is standard input, which cannot be watched: name files and folders\n' });
});

test('watch reports several files that are saved together once', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  for (const name of ['a', 'b', 'c']) { watching.write(`k8s/${name}.yaml`, deployment(name, '', `ns-${name}`)); }
  expect(await watching.next('stdout', LINE)).toMatch(/^k8s\/a\.yaml, k8s\/b\.yaml, k8s\/c\.yaml: \d+ gained\n$/);
});

test('watch sees a mounted ConfigMap change: the kubelet swaps the link ..data, to which the links of all files lead', async () => {
  const at = (name: string) => path.join(watching.folder, 'k8s', name);
  watching.write('k8s/..1/shop.yaml', TIERS + POLICIES);
  symlinkSync('..1', at('..data'));
  symlinkSync('..data/shop.yaml', at('shop.yaml'));
  watching.start(`${watching.folder}/k8s`);
  expect(await watching.next('stdout', LINE)).toMatch(/^watching .*k8s: workloads: 3, policies: 4, /);
  watching.write('k8s/..2/shop.yaml', `${TIERS}${POLICIES}${ALLOW}`);
  symlinkSync('..2', at('..data_tmp'));
  renameSync(at('..data_tmp'), at('..data'));
  rmSync(at('..1'), { recursive: true });
  expect(await watching.next('stdout', /gained {3}.*\n/)).toBe('gained   app/frontend → app/db: TCP 5432\n');
});

test('watch prints an error once, not with every save', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  watching.write('k8s/bad.yaml', 'kind: {');
  await watching.next('stderr', /error.*\nnote.*\n/);
  watching.write('k8s/more.yaml', ALLOW);
  expect(await watching.next('stderr', LINE)).toBe('note: waiting for valid input; netpol will compare with the last valid state\n');
});

test('watch compares although a fault was there when it started, for what the fault does not affect', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.write('k8s/bad.yaml', 'kind: ConfigMap\nmetadata: {');
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  watching.write('k8s/bad.yaml', '# moved down\nkind: ConfigMap\nmetadata: {');
  watching.write('k8s/more.yaml', ALLOW);
  await watching.next('stdout', /k8s\/bad\.yaml, k8s\/more\.yaml: 1 gained\n/);
});

test('watch sees changes in a folder that replaces another one of the same name', async () => {
  watching.write('k8s/shop.yaml', TIERS + POLICIES);
  watching.write('k8s/x/empty.txt', '');
  watching.start(`${watching.folder}/k8s`);
  await watching.next('stdout', LINE);
  // The old folder is kept under another name, so that the new one cannot get its inode number.
  renameSync(path.join(watching.folder, 'k8s/x'), path.join(watching.folder, 'old'));
  watching.write('k8s/x/more.yaml', ALLOW);
  await watching.next('stdout', /k8s\/x\/more\.yaml: 1 gained\n/);
  watching.write('k8s/x/more.yaml', ALLOW.replace('5432', '1'));
  await watching.next('stdout', /k8s\/x\/more\.yaml: 1 changed\n/);
});

test.each(['ENOSPC', 'EMFILE'])('watch says what to do if the system allows no more watches (%s)', async code => {
  watching.write('k8s/shop.yaml', TIERS);
  const spy = jest.spyOn(jest.requireActual<typeof import('fs')>('fs'), 'watch').mockImplementation(() => { throw Object.assign(new Error(code), { code }); });
  try {
    watching.start(`${watching.folder}/k8s`);
    expect(await watching.stop()).toBe(2);
  } finally {
    spy.mockRestore();
  }
  expect(watching.stderr).toContain('fs.inotify.max_user_watches');
});

describe('watch on the folder of an app of several clusters', () => {
  const annotated = (text: string, cluster: string) => text.replaceAll('metadata: { name', `metadata: { annotations: { cdk8s-netpol/cluster: ${cluster} }, name`);

  test('compares cluster by cluster, and names the one that changes', async () => {
    for (const cluster of ['eu', 'us']) { watching.write(`k8s/${cluster}.yaml`, annotated(TIERS + POLICIES, cluster)); }
    watching.start(`${watching.folder}/k8s`);
    expect(await watching.next('stdout', LINE)).toMatch(/^watching .*k8s: clusters: eu, us; workloads: 6, policies: 8, connections: \d+\n$/);
    watching.write('k8s/more.yaml', annotated(ALLOW, 'us'));
    expect(await watching.next('stdout', /.*\n +gained .*\n/)).toBe('k8s/more.yaml: cluster us: 1 gained\n  gained   app/frontend → app/db: TCP 5432\n');
    watching.write('k8s/more.yaml', ALLOW);
    expect(await watching.next('stdout', /.*\n +gained .*\n/)).toBe('k8s/more.yaml: cluster eu: 1 gained\n  gained   app/frontend → app/db: TCP 5432\n');
    watching.write('k8s/note.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: note }\n');
    expect(await watching.next('stdout', LINE)).toBe('k8s/note.yaml: no connection gained, lost or changed\n');
    expect(watching.stderr).toBe('');
  });

  test('lists the connections of a cluster that comes or goes', async () => {
    watching.write('k8s/eu.yaml', annotated(TIERS + POLICIES, 'eu'));
    watching.start(`${watching.folder}/k8s`);
    expect(await watching.next('stdout', LINE)).toMatch(/k8s: workloads: 3/);
    watching.write('k8s/us.yaml', annotated(deployment('new'), 'us'));
    expect(await watching.next('stdout', LINE)).toMatch(/^k8s\/us\.yaml: cluster us: \d gained\n/);
    expect(await watching.next('stderr', LINE)).toBe('note: there is no NetworkPolicy in cluster us, so nothing is denied\n');
    rmSync(path.join(watching.folder, 'k8s/us.yaml'));
    expect(await watching.next('stdout', /.*us\.yaml.*\n/)).toMatch(/^k8s\/us\.yaml: cluster us: \d lost\n/);
  });

  test('prints a line of JSON for each cluster that changes', async () => {
    for (const cluster of ['eu', 'us']) { watching.write(`k8s/${cluster}.yaml`, annotated(TIERS + POLICIES, cluster)); }
    watching.start(`${watching.folder}/k8s`, '-o', 'json');
    expect(JSON.parse(await watching.next('stdout', LINE))).toMatchObject({ cluster: 'eu', workloads: 3 });
    expect(JSON.parse(await watching.next('stdout', LINE))).toMatchObject({ cluster: 'us', workloads: 3 });
    watching.write('k8s/more.yaml', annotated(ALLOW, 'us'));
    expect(JSON.parse(await watching.next('stdout', LINE))).toMatchObject({ files: ['k8s/more.yaml'], cluster: 'us', gained: [{ src: 'app/frontend[Deployment]' }] });
  });
});

describe('a kustomization', () => {
  const PATH = process.env.PATH;
  afterEach(() => { process.env.PATH = PATH; });

  test('is rendered again when a file of its base changes', async () => {
    watching.write('bin/kustomize', '#!/bin/sh\n/bin/cat ../../base/app.yaml\n');
    chmodSync(path.join(watching.folder, 'bin/kustomize'), 0o755);
    process.env.PATH = path.join(watching.folder, 'bin');
    watching.write('base/kustomization.yaml', 'resources: [app.yaml]');
    watching.write('base/app.yaml', TIERS + POLICIES);
    watching.write('overlays/prod/kustomization.yaml', 'resources: [../../base]');
    watching.start(`${watching.folder}/overlays/prod`);
    expect(await watching.next('stdout', LINE)).toMatch(/workloads: 3, policies: 4, connections: \d+\n$/);
    watching.write('base/app.yaml', TIERS + POLICIES + ALLOW);
    expect(await watching.next('stdout', /.*\n +gained .*\n/)).toBe('base/app.yaml: 1 gained\n  gained   app/frontend → app/db: TCP 5432\n');
    expect(await watching.stop()).toBe(0);
  });
});

import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { writeManifests } from './manifests';
import { timed, Timing, timingOf } from './timing';

/* Whole commands as a shell runs them, with the start of Node, reading and printing. */

const NETPOL = path.join(__dirname, '..', 'src', 'cli', 'main.js');

/** A Node process that only parses the files of a folder. */
const PARSE_ONLY = `
  const { loadAll } = require('js-yaml');
  const fs = require('fs');
  let documents = 0;
  for (const name of fs.readdirSync(process.argv[1])) { documents += loadAll(fs.readFileSync(process.argv[1] + '/' + name, 'utf8')).length; }
  console.log(documents);
`;

export interface ListFigures {
  readonly namespaces: number;
  readonly workloads: number;
  readonly policies: number;
  readonly megabytes: number;
  readonly connections: number;
  readonly list: Timing;
  /** What `netpol lint` finds. */
  readonly findings: number;
  readonly lint: Timing;
  /** `netpol diff` with a folder in which one selector has changed, one policy is new, and one is gone; without the findings of lint. */
  readonly diff: Timing;
  readonly parseOnly: Timing;
}

/** Measures `netpol list`, `netpol lint` and `netpol diff` on a folder of manifests, and a process that only parses them. */
export function measureList(namespaces: number, deployments: number, times: number): ListFigures {
  return inFolder(parent => {
    const [folder, changed] = [path.join(parent, 'old'), path.join(parent, 'new')];
    const { bytes } = writeManifests(folder, namespaces, deployments);
    writeChanged(changed, namespaces, deployments);
    const workloads = namespaces * deployments + 3;
    const documents = Number(node(['-e', PARSE_ONLY, folder]));
    const policies = namespaces * (deployments + 3);
    if (documents !== workloads + policies + namespaces + 3) { throw new Error(`${documents} documents in the manifests`); }
    const list: number[] = [];
    const lint: number[] = [];
    const diff: number[] = [];
    const parseOnly: number[] = [];
    let [connections, findings] = [0, 0];
    // In turn, so that a busy moment of the machine affects both.
    for (let i = 0; i < times; i++) {
      parseOnly.push(timed(() => node(['-e', PARSE_ONLY, folder])).ms);
      const listed = timed(() => node([NETPOL, 'list', '-o', 'json', folder]));
      connections = JSON.parse(listed.result).length;
      list.push(listed.ms);
      const linted = timed(() => node([NETPOL, 'lint', '-o', 'json', folder]));
      findings = JSON.parse(linted.result).length;
      lint.push(linted.ms);
      const compared = timed(() => node([NETPOL, 'diff', '--no-lint', '-o', 'json', folder, changed], 1));
      const [{ gains, losses }] = JSON.parse(compared.result).clusters;
      if (gains.length === 0 || losses.length === 0) { throw new Error(`${gains.length} gains and ${losses.length} losses in a diff`); }
      diff.push(compared.ms);
    }
    return {
      namespaces,
      workloads,
      policies,
      megabytes: bytes / 1e6,
      connections,
      findings,
      list: timingOf(list),
      lint: timingOf(lint),
      diff: timingOf(diff),
      parseOnly: timingOf(parseOnly),
    };
  });
}

/** Writes the manifests with three changes of policies, in the first two namespaces. */
function writeChanged(folder: string, namespaces: number, deployments: number): void {
  writeManifests(folder, namespaces, deployments);
  const change = (name: string, edit: (text: string) => string) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, edit(fs.readFileSync(file, 'utf8')));
  };
  const [first, second] = ['ns-0000', 'ns-0001'];
  // A selector of a rule for the backend is wider, and a policy for a frontend is new.
  change(`${first}.yaml`, text => text.replace(/(name: allow-be-1\n[^]*?ingress:[^]*?)app: fe-1/, '$1tier: fe') + `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open, namespace: ${first} }
spec: { podSelector: { matchLabels: { app: fe-0 } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { env: prod } } }] }] }
`);
  change(`${second}.yaml`, text => text.split('---\n').filter(document => !document.includes('name: allow-scrape\n')).join('---\n'));
}

/** Measures `netpol can-reach` on a small folder, and a Node process that does nothing. */
export function measureStart(times: number): { readonly canReach: Timing; readonly node: Timing } {
  return inFolder(folder => {
    writeManifests(folder, 1, 3);
    const question = [NETPOL, 'can-reach', folder, '--from', 'ns-0000/fe-0', '--to', 'ns-0000/be-0', '--port', 'tcp/9000'];
    const canReach: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < times; i++) {
      bare.push(timed(() => node(['-e', '0'])).ms);
      canReach.push(timed(() => node(question)).ms);
    }
    return { canReach: timingOf(canReach), node: timingOf(bare) };
  });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  try {
    return work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function node(args: readonly string[], expected = 0): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: __dirname, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== expected) { throw new Error(`node ${args.slice(-6).join(' ')}: ${stderr}`); }
  return stdout;
}

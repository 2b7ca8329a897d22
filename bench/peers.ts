import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { manifestFiles, writeManifests } from './manifests';
import { both, figure, table, thousands } from './table';
import { timed, Timing, timingOf } from './timing';
import { readCluster } from '../src/cluster/read-cluster';
import { ConnectionSet } from '../src/evaluator/connections';
import { Reachability } from '../src/evaluator/reachability';
import { readPaths } from '../src/manifests/files';

/*
 * npm run bench:peers: cyclonus's matcher and this library answer the same questions about the same manifests, in turn:
 * every ordered pair of workloads on some ports. Both are whole processes, from the files to the last answer. The
 * bench measures only after their answers are found to be equal.
 *
 *   npm run bench:peers                  103 and 203 workloads
 *   npm run bench:peers -- --large       also 403 workloads: about ten minutes
 *   npm run bench:peers -- --quick       23 workloads, once
 */

const PROGRAM = path.join(__dirname, '..', '..', 'bench', 'peers');
const PEER = 'github.com/mattfenwick/cyclonus';

/** The ports of the manifests, one inside a range, and one that no manifest mentions. */
const PORTS = ['TCP/8080', 'TCP/9000', 'TCP/9005', 'TCP/5432', 'TCP/9100', 'UDP/53', 'TCP/53', 'TCP/22'];

/** The times of one analyzer in milliseconds, and its answers: a digit for each pair and port, 1 for allowed. */
interface Answers {
  readonly phases: Readonly<Record<'read' | 'build' | 'answer', number>>;
  readonly digits: string;
}

/** The answers of this library. Runs in a process of its own. */
function answerOurselves(folder: string): Answers {
  const read = timed(() => readCluster(readPaths([folder], () => '').resources).cluster);
  const build = timed(() => new Reachability(read.result));
  const answer = timed(() => {
    const reach = build.result;
    const endpoints = read.result.workloads
      .map(workload => ({ name: `${workload.namespace}/${workload.name}`, endpoint: reach.ofPod(workload, workload.pods[0]) }))
      .sort((a, b) => a.name < b.name ? -1 : 1);
    const ports = PORTS.map(port => {
      const [protocol, number] = port.split('/');
      return ConnectionSet.range(protocol as 'TCP' | 'UDP', Number(number), Number(number));
    });
    const digitsOf = new Map<string, string>();
    const rows: string[] = [];
    for (const source of endpoints) {
      for (const destination of endpoints) {
        const connections = reach.connections(source.endpoint, destination.endpoint);
        let digits = digitsOf.get(connections.key);
        if (digits === undefined) {
          digits = ports.map(port => connections.includes(port) ? '1' : '0').join('');
          digitsOf.set(connections.key, digits);
        }
        rows.push(digits);
      }
    }
    return rows.join('');
  });
  return { phases: { read: read.ms, build: build.ms, answer: answer.ms }, digits: answer.result };
}

/** Runs an analyzer. `whole` is the time of the process in milliseconds. */
function run(command: string, args: readonly string[]): Answers & { readonly whole: number } {
  const { result, ms } = timed(() => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 30 }));
  const [phases, digits] = result.trimEnd().split('\n');
  return { phases: JSON.parse(phases), digits, whole: ms };
}

interface Measured {
  readonly whole: Timing;
  readonly build: Timing;
  readonly answer: Timing;
}

function measuredOf(runs: readonly (Answers & { whole: number })[]): Measured {
  const timing = (of: (run: Answers & { whole: number }) => number) => timingOf(runs.map(of));
  return { whole: timing(r => r.whole), build: timing(r => r.phases.build), answer: timing(r => r.phases.answer) };
}

function compare(program: string, namespaces: number, deployments: number, times: number): string[][] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-peers-'));
  try {
    writeManifests(folder, namespaces, deployments);
    const us = () => run(process.execPath, [__filename, '--answer', folder]);
    const cyclonus = () => run(program, [folder, ...PORTS]);
    const [ours, theirs] = [[us()], [cyclonus()]];
    checkSame(ours[0].digits, theirs[0].digits, namespaces, deployments);
    for (let i = 0; i < times; i++) {
      ours.push(us());
      theirs.push(cyclonus());
    }
    const [mine, other] = [ours, theirs].map(all => measuredOf(times > 0 ? all.slice(1) : all));
    const workloads = thousands(namespaces * deployments + 3);
    const policies = thousands(namespaces * (deployments + 3));
    const questions = thousands(ours[0].digits.length);
    const row = (what: string, pick: (of: Measured) => Timing) =>
      [workloads, policies, questions, what, both(pick(mine)), both(pick(other)), figure(pick(other).best / pick(mine).best, 1)];
    return [
      row('files to answers, the whole process', of => of.whole),
      row('from policies to the first question', of => of.build),
      row('all answers', of => of.answer),
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function checkSame(ours: string, theirs: string, namespaces: number, deployments: number): void {
  if (!/^[01]*1[01]*$/.test(ours)) { throw new Error('these manifests allow no connection, so the comparison is empty'); }
  if (ours === theirs) { return; }
  type Named = { readonly kind: string; readonly metadata: { readonly namespace: string; readonly name: string } };
  const names = manifestFiles(namespaces, deployments).flatMap(([, objects]) => objects as Named[])
    .filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
  const at = [...ours].findIndex((digit, i) => digit !== theirs[i]);
  const pair = Math.floor(at / PORTS.length);
  throw new Error(`${names[Math.floor(pair / names.length)]} → ${names[pair % names.length]} on ${PORTS[at % PORTS.length]}: `
    + `this library answers ${ours[at]}, ${PEER} ${theirs[at]}`);
}

function main(args: readonly string[]): void {
  if (args[0] === '--answer') {
    const { phases, digits } = answerOurselves(args[1]);
    process.stdout.write(`${JSON.stringify(phases)}\n${digits}\n`);
    return;
  }
  if (spawnSync('go', ['version']).status !== 0) {
    console.error(`SKIPPED: ${PEER} needs Go, which is not installed: see https://go.dev/dl`);
    return;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-peers-'));
  try {
    const program = path.join(folder, 'peers');
    execFileSync('go', ['build', '-o', program, '.'], { cwd: PROGRAM, stdio: 'inherit' });
    const [, version] = new RegExp(`${PEER} (v\\S+)`).exec(fs.readFileSync(path.join(PROGRAM, 'go.mod'), 'utf8'))!;
    const sizes = args.includes('--quick') ? [[1, 20]] : args.includes('--large') ? [[5, 20], [10, 20], [20, 20]] : [[5, 20], [10, 20]];
    const rows = sizes.flatMap(([n, m]) => compare(program, n, m, args.includes('--quick') ? 0 : 5));
    console.log(`${PEER} ${version}, Node ${process.version}, ${os.cpus()[0].model}. Same questions, equal answers. Milliseconds: the best of five runs (the median).\n`);
    console.log(table(['workloads', 'policies', 'questions', '', 'this library', 'cyclonus', 'ratio'], rows));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2));

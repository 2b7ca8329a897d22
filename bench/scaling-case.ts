import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { writeManifests } from './manifests';
import { timed, Timing, timingOf } from './timing';

/* How the cost of a command grows with its input: a dozen shapes, each of which once made some program slow, at a size and at twice that size. */

/** A kind of input, whose answer grows in proportion to its size. */
export interface Shape {
  readonly name: string;
  /** A size for which a command takes well more than the start of Node. */
  readonly size: number;
  /** Writes the input into a folder. Returns the arguments of the command. */
  readonly write: (folder: string, size: number) => readonly string[];
  /** The exit status, and how often `counted` is in the output. */
  readonly status: number;
  readonly counted: RegExp;
  readonly count: (size: number) => number;
}

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function pod(i: number, namespace = 'x'): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${i}`, namespace, labels: { a: `v${i}` } },
    spec: { containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 80 }] }] },
  };
}

function policy(name: string, spec: object): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'x' }, spec };
}

const DENY = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const toPod = (i: number) => ({ podSelector: { matchLabels: { a: `v${i}` } } });
const block = (i: number) => `${1 + i % 200}.${Math.floor(i / 200) % 250}.${Math.floor(i / 50_000)}.0/24`;

/** Writes objects as one JSON list, and returns the arguments of a command about it. */
function listOf(objects: (size: number) => readonly object[], ...command: readonly string[]): Shape['write'] {
  return (folder, size) => {
    const file = path.join(folder, 'input.json');
    fs.writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects(size) }));
    return [command[0], file, ...command.slice(1)];
  };
}

/** The same with a second file, which an option names. */
function withFile(write: Shape['write'], option: string, content: (size: number) => unknown): Shape['write'] {
  return (folder, size) => {
    const file = path.join(folder, 'option.yaml');
    fs.writeFileSync(file, JSON.stringify(content(size)));
    return [...write(folder, size), option, file];
  };
}

function textOf(text: (size: number) => string, ...command: readonly string[]): Shape['write'] {
  return (folder, size) => {
    const file = path.join(folder, 'input.yaml');
    fs.writeFileSync(file, text(size));
    return [command[0], file, ...command.slice(1)];
  };
}

const ROW = /"src":/g;
const egress = (rules: readonly object[]) => policy('out', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: rules });

export const SHAPES: readonly Shape[] = [
  { name: 'folders of YAML', size: 40, write: (folder, size) => { writeManifests(path.join(folder, 'k8s'), size, 10); return ['list', path.join(folder, 'k8s'), '-o', 'json']; }, status: 0, counted: /"src": "ns-\d+\/fe-0\[Deployment\]", "dst": "ns-\d+\/be-0/g, count: size => size },
  { name: 'pods that all differ', size: 8000, write: listOf(size => [DENY, ...times(size, i => pod(i))], 'list', '-o', 'json'), status: 0, counted: ROW, count: () => 0 },
  { name: 'pods that are alike', size: 8000, write: listOf(size => [DENY, ...times(size, i => pod(i, `n${i % 50}`))], 'can-reach', '--from', 'n0/p0', '--to', 'n1/p1'), status: 0, counted: /yes/g, count: () => 1 },
  { name: 'policies', size: 8000, write: listOf(size => [pod(0), pod(1), DENY, ...times(size, i => policy(`q${i}`, { podSelector: toPod(i).podSelector, ingress: [{ from: [toPod(i + 1)] }] }))], 'can-reach', '--from', 'x/p1', '--to', 'x/p0', '-o', 'json'), status: 1, counted: /"ingress":true/g, count: () => 1 },
  { name: 'peers of a rule', size: 8000, write: listOf(size => [pod(0), pod(1), policy('in', { podSelector: toPod(0).podSelector, ingress: [{ from: times(size, toPod) }] })], 'can-reach', '--from', 'x/p1', '--to', 'x/p0'), status: 0, counted: /yes/g, count: () => 1 },
  { name: 'ports of a rule', size: 15_000, write: listOf(size => [...times(20, i => pod(i)), policy('in', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: times(size, i => ({ port: 2 * i + 1 })) }] })], 'list', '-o', 'json'), status: 0, counted: /"dst": "x\/p/g, count: () => 380 },
  { name: 'exceptions of a block', size: 10_000, write: listOf(size => [...times(20, i => pod(i)), egress([{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: times(size, i => block(2 * i)) } }] }])], 'explain', '--from', 'x/p0', '--to', '8.8.8.8'), status: 0, counted: /^yes/g, count: () => 1 },
  { name: 'blocks with a port each', size: 4000, write: listOf(size => [pod(0), egress(times(size, i => ({ to: [{ ipBlock: { cidr: block(i) } }], ports: [{ port: 1 + i }] })))], 'list', '-o', 'json'), status: 0, counted: ROW, count: size => size },
  { name: 'exposure to selectors', size: 4000, write: listOf(size => [pod(0), policy('in', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: times(size, i => ({ from: [toPod(i)] })) })], 'list', '--exposure', '-o', 'json'), status: 0, counted: /"ingress"/g, count: size => size },
  { name: 'Services', size: 3000, write: listOf(size => times(size, i => [pod(i, `n${i}`), { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: `n${i}` }, spec: { type: 'LoadBalancer', selector: { a: `v${i}` }, ports: [{ port: 80 }] } }]).flat(), 'list', '--exposed', '-o', 'json'), status: 0, counted: /"via"/g, count: size => size },
  { name: 'fields that do not exist', size: 40_000, write: textOf(size => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x }\nspec:\n  podSelector: {}\n${times(size, i => `  f${i}: 1\n`).join('')}`, 'list'), status: 2, counted: /NP025/g, count: () => 50 },
  { name: 'labels with faults', size: 20_000, write: textOf(size => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  labels:\n${times(size, i => `    "!${i}": "!"\n`).join('')}`, 'list'), status: 2, counted: /NP020/g, count: () => 50 },
  { name: 'claims', size: 1000, write: withFile(listOf(() => [DENY, ...times(200, i => pod(i))], 'check', '-o', 'json'), '--intent', size => ({ denied: times(size, i => ({ from: `x/p${i % 200}`, to: `x/p${(i + 1) % 200}` })) })), status: 0, counted: /"holds":true/g, count: size => size },
  { name: 'probes', size: 20_000, write: withFile(listOf(() => [DENY, ...times(200, i => pod(i))], 'can-reach', '-o', 'json'), '--batch', size => times(size, i => ({ from: `x/p${i % 200}`, to: `x/p${(i + 1) % 200}`, port: 80 }))), status: 1, counted: /"allowed": false/g, count: size => size },
];

/** The result of a command. */
export interface Ran { readonly status: number | null; readonly output: string }

/** Throws if the answer of a shape is wrong: a wrong answer is not measured. */
export function checkShape({ name, status, counted, count }: Shape, size: number, ran: Ran): void {
  const found = ran.output.match(counted)?.length ?? 0;
  if (ran.status !== status || found !== count(size)) {
    throw new Error(`${name}, size ${size}: exit status ${ran.status} and ${found} of ${counted}, not ${status} and ${count(size)}: ${ran.output.slice(0, 300)}`);
  }
}

export interface ScalingFigures {
  readonly name: string;
  readonly size: number;
  readonly once: Timing;
  readonly twice: Timing;
  /** The cost of twice the size, in multiples of the cost of the size. The start of Node is no part of either. */
  readonly ratio: number;
}

const NETPOL = path.join(__dirname, '..', 'src', 'cli', 'main.js');

/** Measures a shape at its size and at twice that size. */
export function measureScaling(shape: Shape, repetitions: number, fraction = 1): ScalingFigures {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-scaling-'));
  try {
    const size = Math.ceil(shape.size * fraction);
    const [starts, once, twice]: number[][] = [[], [], []];
    const measure = (own: number, into: number[]) => {
      const args = shape.write(folder, own);
      const { result, ms } = timed(() => runNode([NETPOL, ...args]));
      checkShape(shape, own, result);
      into.push(ms);
    };
    for (let i = 0; i < repetitions; i++) {
      starts.push(timed(() => runNode([NETPOL, '--version'])).ms);
      measure(size, once);
      measure(2 * size, twice);
    }
    const start = timingOf(starts).best;
    const ratio = (timingOf(twice).best - start) / Math.max(1, timingOf(once).best - start);
    return { name: shape.name, size, once: timingOf(once), twice: timingOf(twice), ratio };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function runNode(args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return { status, output: stdout + stderr };
}

import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { stringify } from 'yaml';
import { manifestFiles } from './manifests';
import { timed, Timing, timingOf } from './timing';

/* `netpol plan` as a shell runs it, for two versions of a folder. */

const NETPOL = path.join(__dirname, '..', 'src', 'cli', 'main.js');

export interface PlanFigures {
  readonly policies: number;
  /** Policies that are created, updated and deleted. */
  readonly changes: number;
  readonly steps: number;
  readonly plan: Timing;
}

/** Measures a plan for two changes in each namespace. */
export function measurePlan(namespaces: number, deployments: number, times: number): PlanFigures {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  try {
    const old = manifestFiles(namespaces, deployments);
    const now = old.map(([name, objects], i): [string, any[]] => [name, i === 0 ? objects : changed(objects, i)]);
    for (const [version, files] of [['old', old], ['new', now]] as const) {
      fs.mkdirSync(path.join(folder, version));
      for (const [name, objects] of files) {
        fs.writeFileSync(path.join(folder, version, name), objects.map(object => `---\n${stringify(object, { aliasDuplicateObjects: false })}`).join(''));
      }
    }
    const ms: number[] = [];
    let steps = 0;
    for (let i = 0; i < times; i++) {
      const planned = timed(() => netpol(['plan', path.join(folder, 'old'), path.join(folder, 'new'), '-o', 'json']));
      steps = checkedSteps(old, now, JSON.parse(planned.result));
      ms.push(planned.ms);
    }
    return { policies: namespaces * (deployments + 3), changes: 2 * namespaces, steps, plan: timingOf(ms) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Two policies of a namespace change: a connection moves to another port, a policy gets another name, or rules are added and dropped. */
function changed(objects: readonly any[], i: number): any[] {
  const change = (name: string, edit: (spec: any) => void) => (object: any) => {
    if (object.kind !== 'NetworkPolicy' || object.metadata.name !== name) { return object; }
    const copy = structuredClone(object);
    edit(copy.spec);
    return copy;
  };
  switch (i % 3) {
    case 0: return objects
      .map(change('allow-fe-1', spec => { spec.egress[0].ports[0].port = 9001; }))
      .map(change('allow-be-1', spec => { spec.ingress[0].ports[0].port = 9001; }));
    case 1: return objects.map(object => object.kind === 'NetworkPolicy' && object.metadata.name === 'allow-scrape'
      ? { ...object, metadata: { ...object.metadata, name: 'allow-metrics' } } : object);
    default: return objects
      .map(change('allow-be-2', spec => { spec.ingress.pop(); }))
      .map(change('allow-db-0', spec => { spec.ingress.push({ from: [{ podSelector: { matchLabels: { app: 'be-1' } } }], ports: [{ port: 5432 }] }); }));
  }
}

/** The number of steps. Throws if they do not lead from one version to the other. */
function checkedSteps(old: readonly [string, any[]][], now: readonly [string, any[]][], { outcome, steps }: any): number {
  if (outcome !== 'smooth') { throw new Error(`netpol plan: ${outcome}`); }
  const policiesOf = (files: readonly [string, any[]][]) => new Map(files.flatMap(([, objects]) => objects)
    .filter(({ kind }) => kind === 'NetworkPolicy').map(object => [keyOf(object), JSON.stringify(object.spec)]));
  const state = policiesOf(old);
  for (const { operation, object } of steps) {
    if (operation === 'delete') { state.delete(keyOf(object)); } else { state.set(keyOf(object), JSON.stringify(object.spec)); }
  }
  const text = (policies: ReadonlyMap<string, string>) => JSON.stringify([...policies].sort());
  if (text(state) !== text(policiesOf(now))) { throw new Error('the steps do not lead to the new version'); }
  return steps.length;
}

function keyOf({ metadata: { namespace, name } }: any): string {
  return `${namespace}/${name}`;
}

function netpol(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [NETPOL, ...args], { cwd: __dirname, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) { throw new Error(`netpol ${args[0]}: ${stderr}`); }
  return stdout;
}

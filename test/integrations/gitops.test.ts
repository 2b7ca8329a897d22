import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parse } from 'yaml';
import { Programs } from './programs';
import { checkout, NARROW, pullRequest, WIDE } from './repository';

/*
 * The steps of the workflow in docs/gitops.md, run in a repository. `helm` and `kustomize` are stand-ins that print the files of the chart and of the kustomization;
 * `npm run test:render` has the real ones.
 */

interface Step { readonly name?: string; readonly uses?: string; readonly run?: string }

/** The workflow that renders both versions. */
const STEPS: readonly Step[] = [...fs.readFileSync(path.join(__dirname, '../../docs/gitops.md'), 'utf8').matchAll(/^```yaml\n([^]*?)^```$/gm)]
  .map(([, text]) => parse(text)).find(one => one.steps !== undefined).steps;

let temp: string;
let programs: Programs;
beforeEach(() => {
  temp = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-gitops-'));
  programs = new Programs(temp);
  const printed = (folder: string) => `record(); for (const file of fs.readdirSync(${folder})) { console.log('---\\n' + fs.readFileSync(path.join(${folder}, file), 'utf8')); }`;
  programs.add('helm', printed('path.join(args[2], "templates")'));
  programs.add('kustomize', printed('args[1]'));
});
afterEach(() => fs.rmSync(temp, { recursive: true }));

/** The manifests of a chart, beside a kustomization. */
function application(files: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'charts/shop/templates/pods.yaml': files['k8s/pods.yaml'],
    'charts/shop/templates/policies.yaml': files['k8s/policies.yaml'],
    'clusters/production/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: production }\n',
  };
}

function run(after: Readonly<Record<string, string>>): { status: number | null; log: string; folder: string } {
  const server = pullRequest(temp, programs.env, application(NARROW), after);
  const { folder } = checkout(temp, server, server.merged, programs.env, 0);
  let [status, log]: [number | null, string] = [0, ''];
  for (const { run: script } of STEPS.filter(step => step.run !== undefined)) {
    const result = spawnSync('bash', ['--noprofile', '--norc', '-e', '-c', script!], { cwd: folder, env: programs.env, encoding: 'utf8' });
    status = result.status;
    log += result.stdout + result.stderr;
    if (status !== 0) { break; }
  }
  return { status, log, folder };
}

test('the workflow checks out the whole history', () => {
  expect(STEPS[0]).toEqual({ uses: 'actions/checkout@v5', with: { 'fetch-depth': 0 } });
});

test('a change of a chart is compared as it is rendered, with the commit at which the branches parted', () => {
  const { status, log, folder } = run(application(WIDE));
  expect(log).toMatch(/opens \d/i);
  expect(status).toBe(1);
  const rendered = (version: string) => fs.readFileSync(path.join(folder, 'rendered', version, 'shop.yaml'), 'utf8');
  expect(rendered('old')).toContain(NARROW['k8s/policies.yaml']);
  expect(rendered('new')).toContain(WIDE['k8s/policies.yaml']);
  expect(fs.readdirSync(path.join(folder, 'rendered', 'new')).sort()).toEqual(['production.yaml', 'shop.yaml']);
  expect(programs.calls('helm')).toEqual(Array(2).fill(['template', 'shop', 'charts/shop', '--namespace', 'shop', '--values', 'environments/production.yaml']));
});

test('a change that opens nothing passes', () => {
  expect(run({ 'notes.md': 'a' }).status).toBe(0);
});

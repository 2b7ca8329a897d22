import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { PROJECT, tarball } from './built';

/*
 * npm installs the package in new projects, with the oldest and the newest peers that it supports. They import it in
 * each way that Node and TypeScript have.
 */

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'install-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(file: string, text: string): void { fs.writeFileSync(path.join(folder, file), text); }

function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, NODE_OPTIONS: '' } });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${[command, ...args].join(' ')}:\n${stdout}${stderr}`);
  }
}

/** Installs the package with others. Incompatible peers are an error, as by npm's default. */
function install(...packages: string[]): void {
  write('package.json', JSON.stringify({ name: 'user', version: '1.0.0', private: true }));
  run('npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', tarball(), ...packages);
}

function version(name: string): string {
  return JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** A program that allows a frontend to reach a backend and prints the synthesized YAML. */
const PROGRAM = `
const chart = new Chart(Testing.app(), 'shop', { namespace: 'app' });
const frontend = new Tier(chart, 'frontend');
const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
backend.allowFrom(frontend);
new ConnectivityIntent(chart, 'intent').admitsOnly(backend, [frontend]);
console.log(chart.node.root.synthYaml());
`;

/** Its policies, in the order in the file: rules that allow come before the default deny. */
const WRITTEN = ['allow-frontend-to-backend', 'allow-frontend-to-backend-egress', 'allow-dns', 'default-deny-all'];

const COMMONJS = `
const { Chart, Testing } = require('cdk8s');
const { ConnectivityIntent, Port, Tier } = require('cdk8s-netpol');
${PROGRAM}`;

const ES_MODULE = `
import { Chart, Testing } from 'cdk8s';
import { ConnectivityIntent, Port, Tier } from 'cdk8s-netpol';
${PROGRAM}`;

const PEERS = [
  ['of the oldest supported versions', ['cdk8s@2.68.12', 'constructs@10.3.0'], { cdk8s: '2.68.12', constructs: '10.3.0' }],
  ['of the newest versions', ['cdk8s@^2', 'constructs@^10'], {}],
] as const;

test.each(PEERS)('with cdk8s and constructs %s, a CommonJS module and an ES module synthesize the same YAML', (_, packages, versions) => {
  install(...packages);
  for (const [name, wanted] of Object.entries(versions)) { expect(version(name)).toBe(wanted); }
  write('program.cjs', COMMONJS);
  write('program.mjs', ES_MODULE);
  const yaml = run('node', 'program.cjs');
  expect(yaml.match(/^  name: .*$/gm)).toEqual(WRITTEN.map(name => `  name: ${name}`));
  expect(run('node', 'program.mjs')).toBe(yaml);
});

const PLUS = [
  ['cdk8s-plus-27', ['cdk8s-plus-27@2.9.5', 'cdk8s@2.68.12', 'constructs@10.3.0']],
  ['cdk8s-plus-34', ['cdk8s-plus-34@^2', 'cdk8s@^2', 'constructs@^10']],
] as const;

test.each(PLUS)('a tier can be made from a Deployment of %s', (plus, packages) => {
  install(...packages);
  write('program.cjs', `
const { Chart, Testing } = require('cdk8s');
const { Deployment } = require('${plus}');
const { Tier } = require('cdk8s-netpol');
const chart = new Chart(Testing.app(), 'shop', { namespace: 'app' });
const deployment = new Deployment(chart, 'deployment', { containers: [{ image: 'nginx', portNumber: 8080 }] });
const backend = Tier.fromWorkload(chart, 'backend', deployment);
backend.allowFrom(new Tier(chart, 'frontend'));
console.log(chart.node.root.synthYaml());
`);
  const yaml = run('node', 'program.cjs');
  expect(yaml).toMatch(/ingress:\n +- from:\n +- podSelector:\n +matchLabels:\n +app: frontend\n +ports:\n +- port: 8080\n/);
});

test('the jest matchers and the command work', () => {
  install('cdk8s@^2', 'constructs@^10', 'jest@^29');
  write('shop.test.js', `
require('cdk8s-netpol/jest');
const { Connectivity } = require('cdk8s-netpol');
test('a pod that nothing isolates is reached', () => {
  const pod = name => 'apiVersion: v1\\nkind: Pod\\nmetadata: { name: ' + name + ', namespace: app, labels: { app: ' + name + ' } }\\n'
    + 'spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 80 }] }] }\\n---\\n';
  expect(Connectivity.fromYaml(pod('a') + pod('b'))).toAllow('app/a', 'app/b');
  expect(() => expect(pod('a') + pod('b')).toDeny('app/a', 'app/b')).toThrow('denied(app/a, app/b) does not hold');
});
`);
  run('npx', 'jest', '--ci');
  // Without a global `expect`, a user adds the matchers.
  write('shop.mjs', 'import { netpolMatchers } from \'cdk8s-netpol/jest\';\nconsole.log(Object.keys(netpolMatchers).join());\n');
  expect(run('node', 'shop.mjs')).toBe('toAllow,toDeny,toAdmitOnly,toReachOnly,toHaveNoFindings,toOpenNothing\n');
  expect(run('npx', 'netpol', '--help')).toMatch(/^Usage: netpol/);
});

test('npx runs the command without a project, as users of Java, Go and C# do', () => {
  write('pods.yaml', '{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: app } }');
  const output = run('npx', '--yes', '--prefer-offline', '--package', tarball(), 'netpol', 'can-reach', 'pods.yaml', '--from', 'app/a', '--to', '192.0.2.1');
  expect(output).toMatch(/^yes/);
});

const TYPES = [
  ['the settings of cdk8s init', '5.9', { module: 'CommonJS', target: 'ES2017' }],
  ['settings that ignore the exports field', '5.9', { module: 'CommonJS', moduleResolution: 'node10', target: 'ES2017' }],
  ['the settings of Node', '6.0', { module: 'node16', target: 'ES2022' }],
  ['the settings of a bundler', '6.0', { module: 'esnext', moduleResolution: 'bundler', target: 'ES2022' }],
] as const;

test.each(TYPES)('TypeScript finds the types of the package and its matchers with %s', (_, typescript, compilerOptions) => {
  install('cdk8s@^2', 'constructs@^10', `typescript@~${typescript}.0`, '@types/jest@^29', '@types/node@^20');
  write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: ['jest', 'node'], ...compilerOptions }, files: ['shop.ts'] }));
  write('shop.ts', `
import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, NetpolValidation, Peer, Tier, Verdict } from 'cdk8s-netpol';
import { netpolMatchers } from 'cdk8s-netpol/jest';
const chart = new Chart(new App(), 'shop');
const tier: Tier = new Tier(chart, 'db').allowFrom(Peer.namespace('backup'), { ports: [] });
const verdict: Verdict = Connectivity.fromChart(chart).checkAdmitsOnly(tier, []);
new ConnectivityIntent(chart, 'intent').admitsOnly(tier, []);
expect(chart).toAdmitOnly(tier, ['app/backend']);
expect.extend(netpolMatchers);
// @ts-expect-error the ports of a tier are not numbers
new Tier(chart, 'web', { ports: [80] });
export { NetpolValidation, verdict };
`);
  run('npx', 'tsc');
});

test('the command needs no peers: it is installed as the GitHub Action, the GitLab template and the image install it', () => {
  const files = ['action.yml', 'integrations/gitlab/netpol.yml', 'Dockerfile'].map(file => fs.readFileSync(path.join(PROJECT, file), 'utf8'));
  const options = files.map(text => /npm install (.*?) "cdk8s-netpol@/.exec(text)![1].replace(/--global|--prefix "\$folder"/, '').trim());
  expect(new Set(options).size).toBe(1);
  run('npm', 'install', ...options[0].split(' '), '--prefix', folder, '--prefer-offline', tarball());
  expect(fs.readdirSync(path.join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['cdk8s-netpol']);
  write('pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec: { containers: [] }\n');
  for (const command of ['list', 'lint']) { run(path.join(folder, 'node_modules', '.bin', 'netpol'), command, 'pod.yaml'); }
});

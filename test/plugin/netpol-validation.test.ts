import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { NetpolValidation } from '../../src';
import { InstalledPackage } from '../support/installed-package';

/*
 * The plugin in the real cdk8s-cli, on an app that is no more than a program which writes YAML: as one
 * in Python or Go would be.
 */

const POD = (name: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: app, labels: { app: ${name} } }
spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 5432 }] }] }
---
`;

const POLICY = (rest: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-db, namespace: app }
spec:
  podSelector: { matchLabels: { app: db } }
  ${rest}
`;

const CDK8S = path.join(__dirname, '../../node_modules/.bin/cdk8s');

let installed: InstalledPackage;
let folder: string;
beforeAll(() => { installed = new InstalledPackage(); });
afterAll(() => installed.remove());
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plugin-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

function synth({ manifests, intents, properties = {} }: { manifests: string; intents?: string; properties?: object }) {
  const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);
  write('shop.yaml', manifests);
  write('app.js', `
    const fs = require('fs');
    fs.mkdirSync(process.env.CDK8S_OUTDIR, { recursive: true });
    fs.copyFileSync('shop.yaml', process.env.CDK8S_OUTDIR + '/shop.k8s.yaml');`);
  if (intents !== undefined) { write('intents.yaml', intents); }
  write('cdk8s.yaml', JSON.stringify({
    app: 'node app.js',
    validations: [{ package: installed.folder, version: '0.0.0', class: 'NetpolValidation', properties }],
  }));
  const { status, stdout, stderr } = spawnSync(CDK8S, ['synth', '--no-check-upgrade'], { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('cdk8s synth with the plugin', () => {
  test('succeeds where every policy is one that the API server takes and every intent holds', () => {
    const { status, output } = synth({
      manifests: POD('web') + POD('db') + POLICY('ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]'),
      intents: 'allowed:\n  - { from: app/web, to: app/db }\nonly:\n  - { to: app/db, from: [app/web] }\n',
      properties: { intents: ['intents.yaml'] },
    });
    expect(output).toMatch(/Intents that hold +│ 2 of 2/);
    expect(status).toBe(0);
  });

  test('fails where an intent is untrue, and names the policy, the place and the mend', () => {
    const { status, output } = synth({
      manifests: POD('web') + POD('db') + POLICY('ingress: []'),
      intents: 'allowed:\n  - { from: app/web, to: app/db, description: the shop needs it }\n',
      properties: { intents: 'intents.yaml' },
    });
    expect(status).toBe(2);
    expect(output).toContain('netpol-intent');
    expect(output).toContain('Resource Name: deny-db');
    expect(output).toContain('dist/shop.k8s.yaml:11:1');
    expect(output).toContain('allowed: app/web[Pod] → app/db[Pod] is untrue (the shop needs it)');
    expect(output).toMatch(/to allow it, .*deny-db/);
  });

  test('fails on a policy that the API server would refuse, without any intent', () => {
    const { status, output } = synth({ manifests: POLICY('ingress: [{ ports: [{ port: 0 }] }]') });
    expect(status).toBe(2);
    expect(output).toContain('netpol-input');
    expect(output).toContain('Resource Name: deny-db');
    expect(output).toContain('must be between 1 and 65535');
  });

  test('fails on an intent file that is not there, and says where it is named', () => {
    const { status, output } = synth({ manifests: POD('web'), properties: { intents: ['missing.yaml'] } });
    expect(status).toBe(2);
    expect(output).toMatch(/cannot be read \(ENOENT\)\s+How to fix: check 'intents' in cdk8s.yaml/);
  });

  test('fails on an endpoint that is not there, at its place in the intent file', () => {
    const { status, output } = synth({ manifests: POD('web'), intents: 'denied:\n  - { from: app/wep, to: app/web }\n', properties: { intents: ['intents.yaml'] } });
    expect(status).toBe(2);
    expect(output).toContain('intents.yaml:2:');
    expect(output).toContain("there is no workload 'app/wep'");
  });

  test('logs policies of kinds that are not evaluated, and fails on them where it is strict', () => {
    const manifests = `${POD('web')}apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\n`;
    const lenient = synth({ manifests });
    expect(lenient.status).toBe(0);
    expect(lenient.output).toContain('CiliumNetworkPolicy');
    expect(synth({ manifests, properties: { strict: true } }).status).toBe(2);
  });
});

test('a property that is not known is an error that says what there is', () => {
  expect(() => new NetpolValidation({ intent: ['x'] } as object)).toThrow("properties has no field 'intent': write 'intents' or 'strict'");
});

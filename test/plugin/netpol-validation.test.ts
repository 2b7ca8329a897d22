import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { NetpolValidation } from '../../src';
import { InstalledPackage } from '../support/installed-package';

/*
 * The plugin in the real cdk8s-cli. The app is a program that writes YAML, as an app in Python or Go would.
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
  test('succeeds if the API server would accept every policy and every claim holds', () => {
    const { status, output } = synth({
      manifests: POD('web') + POD('db') + POLICY('ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]'),
      intents: 'allowed:\n  - { from: app/web, to: app/db }\nadmitsOnly:\n  - { to: app/db, from: [app/web] }\n',
      properties: { intents: ['intents.yaml'] },
    });
    expect(output).toMatch(/Intents that hold +│ 2 of 2/);
    expect(status).toBe(0);
  });

  test('fails if a claim does not hold, and names the policy, its place and the fix', () => {
    const { status, output } = synth({
      manifests: POD('web') + POD('db') + POLICY('ingress: []'),
      intents: 'allowed:\n  - { from: app/web, to: app/db, description: the shop needs it }\n',
      properties: { intents: 'intents.yaml' },
    });
    expect(status).toBe(2);
    expect(output).toContain('NP201');
    expect(output).toContain('Resource Name: deny-db');
    expect(output).toContain('dist/shop.k8s.yaml:11:1');
    expect(output).toContain('allowed: app/web[Pod] → app/db[Pod] (the shop needs it) does not hold: app/web[Pod] does not reach app/db[Pod] on TCP 5432.');
    expect(output).toMatch(/add to spec\.ingress of app\/deny-db|replace|let the ingress/);
  });

  test('judges claims through cluster-wide policies, names the one that decides, and suggests no change of it', () => {
    const guard = `---
apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  tier: Admin
  priority: 10
  subject: { namespaces: {} }
  ingress: [{ action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }] }]
`;
    const judged = (intents: string, policies = guard) => synth({
      manifests: POD('web') + POD('db') + POLICY('ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]') + policies, intents, properties: { intents: ['intents.yaml'] },
    });
    expect(judged('denied:\n  - { from: app/web, to: app/db }\n')).toMatchObject({ status: 0, output: expect.stringMatching(/Intents that hold +│ 1 of 1/) });
    const { status, output } = judged('allowed:\n  - { from: app/web, to: app/db }\n');
    expect(status).toBe(2);
    expect(output).toContain('NP201');
    expect(output).toContain('Resource Name: guard');
    expect(output).toContain('ClusterNetworkPolicy guard spec.ingress[0]');
    expect(output).not.toContain('add to');
    const invalid = judged('{}', guard.replace('priority: 10', 'priority: 1001'));
    expect(invalid.status).toBe(2);
    expect(invalid.output).toMatch(/NP003|spec\.priority/);
  });

  test('judges an app of two clusters cluster by cluster, and names the cluster in which a claim does not hold', () => {
    const inCluster = (text: string, cluster: string) => text.replaceAll('metadata: { ', `metadata: { annotations: { cdk8s-netpol/cluster: ${cluster} }, `);
    const shop = (cluster: string, ingress: string) => inCluster(POD('web') + POD('db') + POLICY(`ingress: ${ingress}`), cluster);
    const { status, output } = synth({
      manifests: `${shop('eu', '[]')}---\n${shop('us', '[{}]')}`,
      intents: 'denied:\n  - { from: app/web, to: app/db }\nallowed:\n  - { from: app/web, to: app/db, cluster: us }\n',
      properties: { intents: ['intents.yaml'] },
    });
    expect(status).toBe(2);
    expect(output).toContain('cluster us: denied: app/web[Pod] → app/db[Pod] does not hold');
    expect(output).not.toContain('cluster eu: ');
    expect(output).toMatch(/Clusters +│ eu, us/);
    expect(output).toMatch(/NetworkPolicies +│ 1 \+ 1/);
    expect(output).toMatch(/Intents that hold +│ 2 of 3/);
  });

  test('fails if the API server would refuse a policy, without any intent', () => {
    const { status, output } = synth({ manifests: POLICY('ingress: [{ ports: [{ port: 0 }] }]') });
    expect(status).toBe(2);
    expect(output).toContain('NP020');
    expect(output).toContain('Resource Name: deny-db');
    expect(output).toContain('must be between 1 and 65535');
  });

  test('fails if an intent file does not exist', () => {
    const { status, output } = synth({ manifests: POD('web'), properties: { intents: ['missing.yaml'] } });
    expect(status).toBe(2);
    expect(output).toMatch(/cannot be read \(ENOENT\)\s+How to fix: check 'intents' in cdk8s.yaml/);
  });

  test('fails if an endpoint does not exist, with its place in the intent file', () => {
    const { status, output } = synth({ manifests: POD('web'), intents: 'denied:\n  - { from: app/wep, to: app/web }\n', properties: { intents: ['intents.yaml'] } });
    expect(status).toBe(2);
    expect(output).toContain('intents.yaml:2:');
    expect(output).toContain("there is no workload 'app/wep'");
  });

  test('shows the claim itself if no policy decides', () => {
    const { status, output } = synth({ manifests: POD('web') + POD('db'), intents: 'denied:\n  - { from: app/web, to: app/db }\n', properties: { intents: ['intents.yaml'] } });
    expect(status).toBe(2);
    expect(output).toContain('NP202');
    expect(output).toContain('Resource Name: app/db[Pod]');
    expect(output).toContain('intents.yaml:2:5');
    expect(output).toMatch(/Intents that hold +│ 0 of 1/);
  });

  test('fails if a claim is undecided, and logs why', () => {
    const manifests = `${POD('web')}apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n`;
    const alone = synth({ manifests });
    expect(alone.status).toBe(0);
    expect(alone.output).toContain('CiliumNetworkPolicy app/c is a policy of Cilium');
    const { status, output } = synth({ manifests, intents: 'denied:\n  - { from: 1.1.1.1, to: app/web }\n', properties: { intents: ['intents.yaml'] } });
    expect(status).toBe(2);
    expect(output).toContain('denied: 1.1.1.1 → app/web[Pod] is undecided: ');
    expect(output).toContain('note NP301: denied: 1.1.1.1 → app/web[Pod] is undecided (policy-kind): CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate');
  });

  test('accepts a claim that holds under an assumption, unless it is strict', () => {
    const manifests = `${POD('web')}${POD('job').replace('namespace: app', 'namespace: jobs')}${POLICY('ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] } }] }]')
      .replace('matchLabels: { app: db }', '')}`;
    const input = { manifests, intents: 'allowed:\n  - { from: jobs/job, to: app/web }\n' };
    const lenient = synth({ ...input, properties: { intents: ['intents.yaml'] } });
    expect(lenient.output).toContain('rests on an assumption (namespace-label): netpol assumes that nothing sets the label team of namespace jobs');
    expect(lenient.status).toBe(0);
    expect(synth({ ...input, properties: { intents: ['intents.yaml'], strict: true } })).toMatchObject({ status: 2, output: expect.stringContaining('It holds only under an assumption (namespace-label)') });
  });

  test('fails for an error that netpol lint finds, and for what failOn says', () => {
    const typo = POD('frontend') + POD('db') + POLICY('ingress: [{ from: [{ podSelector: { matchLabels: { app: frontnd } } }] }]');
    const failed = synth({ manifests: typo });
    expect(failed.output).toContain('NP135');
    expect(failed.output).toContain('lets nobody in: no pod of namespace app has app=frontnd');
    expect(failed.status).toBe(2);
    const logged = synth({ manifests: typo, properties: { failOn: 'never' } });
    expect(logged.output).toContain('error NP135: app/deny-db spec.ingress[0].from[0] lets nobody in');
    expect(logged.status).toBe(0);
    const withoutPolicies = POD('web') + POD('db');
    expect(synth({ manifests: withoutPolicies })).toMatchObject({ status: 0, output: expect.stringContaining('warning NP141: ') });
    expect(synth({ manifests: withoutPolicies, properties: { failOn: 'warning' } }).status).toBe(2);
  });
});

test('failOn that is no severity is an error that lists them', () => {
  expect(() => new NetpolValidation({ failOn: 'bad' } as object)).toThrow("properties.failOn: 'bad' is not a severity: write one of error, warning, note, never");
});

test('an unknown property is an error that lists the known ones', () => {
  expect(() => new NetpolValidation({ intent: ['x'] } as object)).toThrow("properties has no field 'intent': write 'intents', 'strict' or 'failOn'");
});

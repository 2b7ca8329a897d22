import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { POLICIES, TIERS } from '../report/shop';

/* netpol report: the file, the evidence, and the exit status. What the page shows is tested in test/report/page-model.test.ts and in a browser (test/browser). */

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-report-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

const SHOP = { 'shop.yaml': TIERS + POLICIES };

async function report(files: Readonly<Record<string, string>>, ...argv: string[]) {
  const [out, evidence] = ['report.html', 'evidence.json'].map(name => path.join(folder, name));
  const outcome = await netpol(['report', ...argv, '--out', out, '--evidence', evidence], files);
  const html = readFileSync(out, 'utf8');
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)![1];
  return { ...outcome, html, document: JSON.parse(data), evidence: JSON.parse(readFileSync(evidence, 'utf8')) };
}

describe('netpol report', () => {
  test('writes a page without connections, whose script and style are allowed by their hashes', async () => {
    const { html, status } = await report(SHOP, 'shop.yaml');
    expect(status).toBe(0);
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[\w+/]+='; style-src 'sha256-[\w+/]+='/);
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    expect(html.length).toBeLessThan(500_000);
  });

  test('has the workloads, claims with their verdicts, and findings', async () => {
    const intents = 'denied: [{ from: app/frontend, to: app/db }]\nallowed: [{ from: app/frontend, to: app/db }]';
    const { document, status } = await report({ ...SHOP, 'intents.yaml': intents }, 'shop.yaml', '--intent', 'intents.yaml');
    expect(status).toBe(1);
    expect(document.clusters[0].ends.map(({ ref }: any) => ref)).toEqual(['app/backend', 'app/db', 'app/frontend']);
    expect(document.claims.map(({ answer }: any) => answer)).toEqual(['holds', 'fails']);
  });

  test('--coverage says what the claims cover, beside each policy and rule, and in the evidence', async () => {
    const intents = 'allowed: [{ from: app/frontend, to: app/backend, port: 8080 }]';
    const { document, evidence } = await report({ ...SHOP, 'intents.yaml': intents }, 'shop.yaml', '--intent', 'intents.yaml', '--coverage');
    const policies = new Map<string, any>(document.clusters[0].policies.map((one: any) => [one.name, one]));
    expect(policies.get('app/allow-frontend-to-backend').coverage).toEqual({ state: 'covered', text: expect.stringMatching(/^covered by allowed: app\/frontend/) });
    expect(policies.get('app/allow-backend-egress-https').egress[0].coverage).toEqual({ state: 'uncovered', text: expect.stringMatching(/^no claim would notice that it /) });
    const [{ claims, total, uncovered, uncoveredCount }] = document.coverage;
    expect([claims, total.connections.covered, total.connections.stated, uncovered.length]).toEqual([1, 1, 1, uncoveredCount]);
    expect(evidence.coverage).toEqual([{ claims, total, namespaces: [{ name: 'app', ...total }] }]);
  });

  test('a map of namespaces that all reach each other has at most 600 arrows and still each workload', async () => {
    const namespaces = Array.from({ length: 45 }, (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: n${i} }\nspec: { containers: [] }\n`);
    const { document } = await report({ 'pods.yaml': namespaces.join('---\n') }, 'pods.yaml', '--keep-going');
    const { folded, nodes, edges } = document.clusters[0].map;
    expect(folded).toBe('namespaces');
    expect(edges.length).toBeLessThanOrEqual(600);
    expect(new Set(nodes.flatMap(({ rows }: any) => rows).filter((row: number) => row < 45)).size).toBe(45);
    expect(nodes.map(({ label }: any) => label)).toContainEqual(expect.stringMatching(/^\d+ more namespaces$/));
  });

  test('--coverage needs claims', async () => {
    const { status, stderr } = await netpol(['report', 'shop.yaml', '--coverage', '--out', path.join(folder, 'a.html')], SHOP);
    expect([status, stderr.split('\n')[0]]).toEqual([2, 'error: --coverage needs claims: write --intent intents.yaml']);
  });

  test('no name of a manifest can end the data or start a comment', async () => {
    const hostile = '</script><!--\u2028';
    const object = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'x', ownerReferences: [{ apiVersion: 'v1', kind: 'E', name: hostile, uid: 'u', controller: true }] },
      spec: { containers: [] },
    });
    const { html } = await report({ 'a.json': object }, 'a.json', '--keep-going');
    expect(html.split('</script>')).toHaveLength(3);
    expect(html).not.toContain('<!--');
  });

  test('the evidence has the hash of each input, and what each standard asks for', async () => {
    const { evidence } = await report(SHOP, 'shop.yaml', '--pod-cidr', '10.0.0.0/8');
    expect(evidence.inputs).toEqual([{ file: expect.stringMatching(/shop\.yaml$/), sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: Buffer.byteLength(TIERS + POLICIES) }]);
    expect(evidence.facts.podCidrs).toEqual(['10.0.0.0/8']);
    expect(evidence.controls.map(({ id }: any) => id)).toEqual(['5.3.2', 'network separation (network policies)', '11.4.5', '11.4.6']);
    expect(evidence.controls[0].facts[0]).toBe('Every namespace with workloads has a NetworkPolicy (1).');
  });

  test('the evidence names everything that was left out, and states nothing that depends on it', async () => {
    const policy = (apiVersion: string, kind: string, name: string, spec: string) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: x }\nspec: ${spec}\n---\n`;
    const cilium = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(name => policy('cilium.io/v2', 'CiliumNetworkPolicy', name, '{ endpointSelector: {} }'));
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: x }\nspec: { containers: [{ name: a, image: a }] }\n---\n';
    const bad = policy('networking.k8s.io/v1', 'NetworkPolicy', 'bad', '{ podSelector: 1 }');
    const { evidence } = await report({ 'a.yaml': pod + bad + cilium.join('') }, 'a.yaml', '--keep-going');
    for (const name of ['NetworkPolicy x/bad', ...'abcdefg'].map(one => one.length === 1 ? `CiliumNetworkPolicy x/${one}` : one)) {
      expect(evidence.leftOut.filter((text: string) => text.includes(name))).toHaveLength(1);
    }
    const facts = evidence.controls[0].facts.join('\n');
    expect(facts).toContain('Of 1 namespaces with workloads, 1 has no NetworkPolicy: x. Something was not read or is not evaluated, and may hold policies: the report lists it.');
    expect(facts).toContain('It is undecided whether a policy isolates 1 of 1 workload for ingress: x/a.');
    expect(facts).not.toMatch(/No NetworkPolicy isolates .* for ingress/);
  });

  test('the evidence has what a claim assumes, and its witness', async () => {
    const intent = 'denied:\n  - { from: x/a, to: 192.0.2.0/24 }\nallowed:\n  - { from: x/a, to: 192.0.2.0/24, port: tcp/80 }\n';
    const objects = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: x }\nspec: { containers: [{ name: a, image: a }] }\n';
    const { evidence } = await report({ 'a.yaml': objects, 'intents.yaml': intent }, 'a.yaml', '--intent', 'intents.yaml');
    expect(evidence.claims.map(({ answer, details }: any) => [answer, details.length > 0])).toEqual([['fails', true], ['holds', expect.any(Boolean)]]);
    expect(evidence.controls.flatMap(({ facts }: any) => facts)).toEqual(expect.arrayContaining(['1 of 2 claims holds.', expect.stringMatching(/^1 of 2 claims does not hold: /)]));
  });

  test('the same inputs give the same bytes', async () => {
    const first = await netpol(['report', '-', '--out', path.join(folder, 'a.html')], {}, TIERS + POLICIES);
    const second = await netpol(['report', '-', '--out', path.join(folder, 'b.html')], {}, TIERS + POLICIES);
    expect([first.status, second.status]).toEqual([0, 0]);
    expect(readFileSync(path.join(folder, 'a.html'), 'utf8')).toBe(readFileSync(path.join(folder, 'b.html'), 'utf8'));
  });

  test('a fault in the input is status 2, after the page is written', async () => {
    const { status } = await report({ ...SHOP, 'bad.yaml': 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: bad, namespace: app }\nspec: { podSelector: 1 }' }, 'shop.yaml', 'bad.yaml');
    expect(status).toBe(2);
  });

  test('without a file to write, the fix is in the message', async () => {
    const { status, stderr } = await netpol(['report', 'shop.yaml'], SHOP);
    expect([status, stderr.split('\n')[0]]).toEqual([2, 'error: --out is missing: write --out report.html']);
  });

  test('a file that cannot be written is named', async () => {
    const { status, stderr } = await netpol(['report', 'shop.yaml', '--out', '/no/such/folder/report.html'], SHOP);
    expect(status).toBe(2);
    expect(stderr).toContain('--out /no/such/folder/report.html: there is no such file or folder');
  });
});

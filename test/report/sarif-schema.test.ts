import '@microsoft/jest-sarif';
import { existsSync } from 'fs';
import * as path from 'path';
import { FindingCode, FINDING_CODES, LINT_CODES } from '../../src/findings/codes';
import { finding, Finding } from '../../src/findings/finding';
import { sarif } from '../../src/report/sarif';
import { netpol } from '../cli/command';

/* What `-o sarif` prints is valid by the published schema of SARIF 2.1.0. */

const inNamespace = (kind: string, name: string, spec: string) =>
  `apiVersion: ${kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'v1'}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n---\n`;

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop, labels: { app: web } }\nspec: { containers: [{ name: web, ports: [{ name: http, containerPort: 8080 }] }] }\n---\n';

/** A policy that names a port which no pod has, one that changes nothing, and one with a field that does not exist. */
const FAULTY = POD
  + inNamespace('NetworkPolicy', 'web', '{ podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: htpt }] }] }')
  + inNamespace('NetworkPolicy', 'web-too', '{ podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: htpt }] }] }')
  + inNamespace('NetworkPolicy', 'unread', '{ podSelector: {}, ingres: [] }');

const INTENTS = 'denied: [{ from: shop/web, to: 192.0.2.1 }]\nallowed: [{ from: 192.0.2.1, to: shop/web, port: 8080 }, { from: shop/web, to: svc/shop/none }]\n';

/** A log, and the results of its first run. */
interface Parsed {
  readonly log: { readonly runs: readonly unknown[] };
  readonly results: readonly { readonly ruleId: string; readonly fixes?: unknown }[];
}

function parsed(text: string): Parsed {
  const log = JSON.parse(text);
  return { log, results: log.runs[0].results };
}

test('the schema refuses what SARIF does not have', () => {
  const { log } = parsed([...sarif([finding('NP112', { file: 'a.yaml', line: 1 }, 'a')], LINT_CODES)].join(''));
  expect(log).toBeValidSarifLog();
  expect(JSON.parse(JSON.stringify(log).replace('"level":"error"', '"level":"fatal"'))).not.toBeValidSarifLog();
  expect({ ...log, version: '2.0.0' }).not.toBeValidSarifLog();
});

test('lint prints one run, with the findings about policies and those about the input', async () => {
  const { stdout } = await netpol(['lint', 'k8s/all.yaml', '-o', 'sarif'], { 'k8s/all.yaml': FAULTY });
  const { log, results } = parsed(stdout);
  expect(log).toBeValidSarifLog();
  expect(log.runs).toHaveLength(1);
  const codes = results.map(({ ruleId }) => ruleId);
  for (const code of ['NP025', 'NP112', 'NP130']) { expect(codes).toContain(code); }
});

test('each rule of the file leads to a page of the documentation', () => {
  const codes = Object.keys(FINDING_CODES) as FindingCode[];
  const { log } = parsed([...sarif(codes.map(code => finding(code, {}, 'a')), LINT_CODES)].join(''));
  expect(log).toBeValidSarifLog();
  const pages = [...new Set(JSON.stringify(log).match(/"helpUri":"[^"]*"/g))].map(text => /\/blob\/main\/([^"#]*)/.exec(text)![1]);
  expect(pages.filter(page => !existsSync(path.join(__dirname, '../..', page)))).toEqual([]);
  expect(pages).toEqual(expect.arrayContaining(['docs/findings.md', 'docs/lint.md', ...LINT_CODES.map(code => `docs/rules/${code}.md`)]));
});

test('lint prints no results if there is nothing to find', async () => {
  const { stdout } = await netpol(['lint', 'k8s/pod.yaml', '-o', 'sarif', '--suppress', 'NP141'], { 'k8s/pod.yaml': POD });
  const { log, results } = parsed(stdout);
  expect(log).toBeValidSarifLog();
  expect(results).toEqual([]);
});

test('check prints one run, and a change of the file where a fix is text to insert', async () => {
  const isolated = POD + inNamespace('NetworkPolicy', 'deny', '\n  podSelector: {}\n  policyTypes: [Ingress]');
  const { stdout } = await netpol(['check', 'k8s/all.yaml', '--intent', 'intents.yaml', '-o', 'sarif'], { 'k8s/all.yaml': isolated, 'intents.yaml': INTENTS });
  const { log, results } = parsed(stdout);
  expect(log).toBeValidSarifLog();
  expect(log.runs).toHaveLength(1);
  expect(results.map(({ ruleId }) => ruleId)).toEqual(expect.arrayContaining(['NP201', 'NP202']));
});

test('a fix that inserts text, and a related place without a file, are valid', () => {
  const place = { file: 'k8s/a.yaml', line: 3, column: 5 };
  const one = finding('NP120', place, 'a', {
    fix: { text: 'write b', edit: { place, insert: 'b: c\n' } },
    related: [{ message: 'also here', place: { file: '-', line: 1 } }, { message: 'and here', place: { constructPath: 'shop/db' } }, { message: 'and there', place }],
  });
  const { log, results } = parsed([...sarif([one], LINT_CODES)].join(''));
  expect(log).toBeValidSarifLog();
  expect(results[0].fixes).toHaveLength(1);
});

test('the name of a file is a relative reference, whatever characters it has', () => {
  const names = ['a#b.yaml', 'a?b.yaml', 'a b/c%20.yaml', 'http:/c.yaml', '[x].yaml', 'ä.yaml', 'k8s\\a.yaml'];
  const { log, results } = parsed([...sarif(names.map(file => finding('NP120', { file, line: 1 }, 'a')), LINT_CODES)].join(''));
  expect(log).toBeValidSarifLog();
  const uris = JSON.stringify(results).match(/"uri":"[^"]*"/g);
  expect(uris).toEqual(['a%23b.yaml', 'a%3Fb.yaml', 'a%20b/c%2520.yaml', 'http%3A/c.yaml', '%5Bx%5D.yaml', '%C3%A4.yaml', 'k8s/a.yaml'].map(uri => `"uri":"${uri}"`));
});

describe('with tens of thousands of findings', () => {
  const COUNT = 20_000;

  test('lint stays below 10 MB and says how many findings are missing', async () => {
    const policies = Array.from({ length: COUNT }, (_, i) =>
      `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p${i}, namespace: shop }, spec: { podSelector: { matchLabels: { app: a${i} } } } }\n---\n`);
    const { stdout } = await netpol(['lint', 'k8s/all.yaml', '-o', 'sarif'], { 'k8s/all.yaml': POD + policies.join('') });
    expect(Buffer.byteLength(stdout)).toBeLessThan(10_000_000);
    const { log, results } = parsed(stdout);
    expect(log).toBeValidSarifLog();
    const missing = Number(/(\d+) more findings are not in this file/.exec(stdout)?.[1]);
    expect(missing + results.length).toBeGreaterThanOrEqual(COUNT);
  });

  test('so does any list of findings with long texts and many related places', () => {
    const related = Array.from({ length: 50 }, (_, i) => ({ message: `ü${'x'.repeat(300)}`, place: { file: 'b.yaml', line: i + 1 } }));
    const many: Finding[] = Array.from({ length: COUNT }, (_, i) => finding('NP120', { file: 'a.yaml', line: i + 1 }, `€${'y'.repeat(400)}${i}`, { related }));
    const text = [...sarif(many, LINT_CODES)].join('');
    expect(Buffer.byteLength(text)).toBeLessThan(10_000_000);
    expect(parsed(text).log).toBeValidSarifLog();
  });
});

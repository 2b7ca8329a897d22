import { LINT_CODES } from '../../src/findings/codes';
import { finding } from '../../src/findings/finding';
import { findingsGitlab } from '../../src/report/findings';
import { netpol } from '../cli/command';

/*
 * What `netpol lint -o gitlab` prints is a Code Quality report. GitLab's schema (app/validators/json_schemas/codeclimate.json) demands a description, a fingerprint,
 * a severity and a location of these types, and its documentation (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format) also the name of
 * the check, one of five severities, and a path without `./`. GitLab ignores everything from the first entry on that its schema refuses.
 */

interface Entry {
  readonly check_name: string;
  readonly description: string;
  readonly severity: string;
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** The entries of a report, which must be as GitLab demands it. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = JSON.parse(text);
  expect(Array.isArray(entries)).toBe(true);
  for (const entry of entries) {
    expect(entry).toEqual({
      check_name: expect.stringMatching(/^NP\d{3}$/),
      description: expect.stringMatching(/./),
      severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      location: { path: expect.stringMatching(/^(?!\.?\/)./), lines: { begin: expect.any(Number) } },
    });
    expect(Number.isInteger(entry.location.lines.begin) && entry.location.lines.begin > 0).toBe(true);
  }
  expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
  return entries;
}

function report(...findings: Parameters<typeof findingsGitlab>[0]['findings']): Entry[] {
  return entriesOf([...findingsGitlab({ findings, suppressedCount: 0, codes: LINT_CODES, isFailure: () => false })].join(''));
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop, labels: { app: web } }\nspec: { containers: [{ name: web, ports: [{ name: http, containerPort: 8080 }] }] }\n---\n';
const POLICY = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: htpt }] }] }\n';

test('lint prints a report with the place, the code and the fix of each finding', async () => {
  const { stdout } = await netpol(['lint', 'k8s/all.yaml', '-o', 'gitlab'], { 'k8s/all.yaml': POD + POLICY });
  const entry = entriesOf(stdout).find(({ check_name: code }) => code === 'NP112');
  expect(entry).toMatchObject({ severity: 'major', location: { lines: { begin: 9 } } });
  expect(entry?.description).toContain('names TCP htpt');
  expect(entry?.description).toContain('write http');
});

test('lint prints an empty list if there is nothing to find', async () => {
  const { stdout } = await netpol(['lint', 'k8s/all.yaml', '-o', 'gitlab', '--suppress', 'NP141'], { 'k8s/all.yaml': POD });
  expect(entriesOf(stdout)).toEqual([]);
});

test('each severity has one of GitLab', () => {
  const found = report(...(['error', 'warning', 'note'] as const).map(severity => finding('NP112', { file: 'a.yaml' }, severity, { severity })));
  expect(found.map(({ severity }) => severity)).toEqual(['major', 'minor', 'info']);
});

test('a path is relative to the repository, with slashes', () => {
  const found = report(...['./k8s/a.yaml', 'k8s\\a.yaml', '././/k8s/a.yaml', '.hidden/a.yaml'].map(file => finding('NP112', { file, line: 2 }, 'a')));
  expect(found.map(({ location: { path } }) => path)).toEqual(['k8s/a.yaml', 'k8s/a.yaml', 'k8s/a.yaml', '.hidden/a.yaml']);
});

test('a finding keeps its fingerprint when lines are added above it, and no two findings share one', () => {
  const at = (line: number) => finding('NP112', { file: 'a.yaml', line }, 'a');
  const [first] = report(at(1));
  const [moved, second] = report(at(8), at(9));
  expect(moved.fingerprint).toBe(first.fingerprint);
  expect(second.fingerprint).not.toBe(first.fingerprint);
  const [otherCode, otherFile, otherMessage] = report(finding('NP113', { file: 'a.yaml' }, 'a'), finding('NP112', { file: 'b.yaml' }, 'a'), finding('NP112', { file: 'a.yaml' }, 'b'));
  for (const { fingerprint } of [otherCode, otherFile, otherMessage]) { expect(fingerprint).not.toBe(first.fingerprint); }
});

test('a finding that is in no file is not left out', () => {
  const found = report(finding('NP112', { file: '-', line: 3 }, 'a'), finding('NP112', { constructPath: 'shop/db' }, 'a'), finding('NP112', {}, 'a'));
  expect(found.map(({ location: { path } }) => path)).toEqual(['-:3:1', 'shop/db', '(input)']);
});

import { createHash } from 'crypto';
import { findingJson } from './private/finding-json';
import { tableRow } from './private/markdown';
import { escapeXml } from './private/xml';
import { FINDING_CODES, FindingCode, SEVERITIES, Severity } from '../findings/codes';
import { withCommas } from '../findings/enumeration';
import { Finding, formatFinding, formatPlace, formatWithoutPlace } from '../findings/finding';

/* The result of `netpol lint` in each format. */

/** What was found. */
export interface FoundFindings {
  readonly findings: readonly Finding[];
  /** The number of findings that suppressions hide. */
  readonly suppressedCount: number;
  /** The codes that the rules look for. */
  readonly codes: readonly FindingCode[];
  /** True for a severity that makes the command fail. */
  readonly isFailure: (severity: Severity) => boolean;
}

/** As text, a code has at most this many lines. Programs that read the other formats want all of them. */
const MAX_OF_CODE = 50;

/** A line for each finding, and a line that counts them. */
export function* findingsText({ findings, suppressedCount }: FoundFindings): Iterable<string> {
  const shown = new Map<FindingCode, number>();
  const left = new Map<FindingCode, number>();
  for (const one of findings) {
    const before = shown.get(one.code) ?? 0;
    shown.set(one.code, before + 1);
    if (before < MAX_OF_CODE) { yield `${formatFinding(one)}\n`; } else { left.set(one.code, (left.get(one.code) ?? 0) + 1); }
  }
  for (const [code, count] of left) { yield `… and ${withCommas(count)} more of ${code}; -o json has all of them\n`; }
  yield `${countLine(findings, suppressedCount)}\n`;
}

/** `3 findings: 1 error, 2 notes (1 suppressed)` */
function countLine(findings: readonly Finding[], suppressedCount: number): string {
  const suppressed = suppressedCount === 0 ? '' : ` (${withCommas(suppressedCount)} suppressed)`;
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  const counts = SEVERITIES.filter(severity => count(severity) > 0).map(severity => counted(count(severity), severity));
  return findings.length === 0 ? `no findings${suppressed}` : `${counted(findings.length, 'finding')}: ${counts.join(', ')}${suppressed}`;
}

function counted(count: number, name: string): string {
  return `${withCommas(count)} ${name}${count === 1 ? '' : 's'}`;
}

/** A JSON array with one object a line. */
export function* findingsJson({ findings }: FoundFindings): Iterable<string> {
  let before = '[\n  ';
  for (const one of findings) {
    yield before + JSON.stringify(findingJson(one));
    before = ',\n  ';
  }
  yield findings.length === 0 ? '[]\n' : '\n]\n';
}

/** A table, for the comment on a pull request. */
export function* findingsMarkdown({ findings, suppressedCount }: FoundFindings): Iterable<string> {
  if (findings.length > 0) {
    yield '| | code | where | what | fix |\n| --- | --- | --- | --- | --- |\n';
    for (const { severity, code, place, message, fix } of findings) { yield tableRow([severity, code, formatPlace(place), message, fix?.text ?? '']); }
    yield '\n';
  }
  yield `${countLine(findings, suppressedCount)}\n`;
}

/** JUnit XML. A code is a test case, which fails if a finding of it makes the command fail. The others are the output of their case. */
export function* findingsJunit({ findings, codes, isFailure }: FoundFindings): Iterable<string> {
  const all = [...new Set([...codes, ...findings.map(({ code }) => code)])].sort();
  const failing = all.filter(code => findings.some(one => one.code === code && isFailure(one.severity)));
  const counts = `tests="${all.length}" failures="${failing.length}" errors="0"`;
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="netpol" ${counts}>\n  <testsuite name="netpol lint" ${counts}>\n`;
  for (const code of all) {
    const own = findings.filter(one => one.code === code);
    const testcase = `    <testcase classname="netpol lint" name="${escapeXml(`${code}: ${FINDING_CODES[code].title}`)}" time="0"`;
    const text = escapeXml(own.map(formatFinding).join('\n'));
    if (own.length === 0) {
      yield `${testcase}/>\n`;
    } else if (failing.includes(code)) {
      yield `${testcase}>\n      <failure message="${escapeXml(counted(own.length, 'finding'))}" type="${code}">${text}</failure>\n    </testcase>\n`;
    } else {
      yield `${testcase}>\n      <system-out>${text}</system-out>\n    </testcase>\n`;
    }
  }
  yield '  </testsuite>\n</testsuites>\n';
}

/** The level that a command of GitHub Actions has for a severity. */
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Commands of GitHub Actions, which shows the findings beside the lines of a pull request:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function* findingsGithub({ findings }: FoundFindings): Iterable<string> {
  for (const one of findings) {
    const { severity, code, place: { file, line, column } } = one;
    const place = file === undefined || file === '-' ? [] : [`file=${property(file)}`, ...line === undefined ? [] : [`line=${line}`, `col=${column ?? 1}`]];
    const text = place.length === 0 ? formatFinding(one) : formatWithoutPlace(one);
    yield `::${LEVELS[severity]} ${[...place, `title=${code}`].join()}::${data(text)}\n`;
  }
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The severity of GitLab for ours. Its others are `critical` and `blocker`. */
const GITLAB_SEVERITIES: Readonly<Record<Severity, string>> = { error: 'major', warning: 'minor', note: 'info' };

/**
 * A Code Quality report of GitLab, which compares it with that of the target branch and shows the new findings in the merge request:
 * https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function* findingsGitlab({ findings }: FoundFindings): Iterable<string> {
  const counts = new Map<string, number>();
  let before = '[\n  ';
  for (const one of findings) {
    const { code, severity, message, place, fix } = one;
    // A finding needs a place. What is not in a file has the one that its message starts with.
    const path = place.file === undefined || place.file === '-' ? formatPlace(place) : place.file.replaceAll('\\', '/').replace(/^(?:\.\/+)+/, '');
    // Without its line, a finding stays the same when lines are added above it. GitLab drops all but one of those that are the same.
    const identity = JSON.stringify([code, path, message]);
    const count = (counts.get(identity) ?? 0) + 1;
    counts.set(identity, count);
    yield before + JSON.stringify({
      check_name: code,
      description: `${message}${fix === undefined ? '' : `; ${fix.text}`}`,
      severity: GITLAB_SEVERITIES[severity],
      fingerprint: createHash('sha256').update(`${identity}${count}`).digest('hex'),
      location: { path, lines: { begin: place.line ?? 1 } },
    });
    before = ',\n  ';
  }
  yield findings.length === 0 ? '[]\n' : '\n]\n';
}

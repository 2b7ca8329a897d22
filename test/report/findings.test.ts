import { FindingCode } from '../../src/findings/codes';
import { finding, Finding, FindingOptions } from '../../src/findings/finding';
import { findingsGithub, findingsJson, findingsJunit, findingsMarkdown, findingsText, FoundFindings } from '../../src/report/findings';
import { sarif } from '../../src/report/sarif';

const CODES: readonly FindingCode[] = ['NP112', 'NP120'];

const at = (line: number, file = 'k8s/a.yaml') => ({ file, line, column: 3 });
const error = (message: string, line = 1, options: FindingOptions = {}) => finding('NP112', at(line), message, options);
const warning = (message: string, options: FindingOptions = {}) => finding('NP120', at(2), message, { severity: 'warning', ...options });

const write = (writer: (found: FoundFindings) => Iterable<string>, findings: readonly Finding[], suppressedCount = 0) =>
  [...writer({ findings, suppressedCount, codes: CODES, isFailure: severity => severity === 'error' })].join('');

describe('as text', () => {
  test('each finding is a line, and the last line counts them by severity', () => {
    expect(write(findingsText, [error('a', 1, { fix: 'write b' }), warning('c')])).toBe(
      'k8s/a.yaml:1:3: error NP112: a; write b\nk8s/a.yaml:2:3: warning NP120: c\n2 findings: 1 error, 1 warning\n',
    );
  });

  test('suppressed findings are counted', () => {
    expect(write(findingsText, [], 2)).toBe('no findings (2 suppressed)\n');
    expect(write(findingsText, [error('a')], 1)).toMatch(/\n1 finding: 1 error \(1 suppressed\)\n$/);
  });

  test('a code has at most 50 lines, and the others are counted', () => {
    const many = Array.from({ length: 60 }, (_, i) => error(`a${i}`));
    const lines = write(findingsText, [...many, warning('c')]).split('\n');
    expect(lines.filter(line => line.includes('error NP112'))).toHaveLength(50);
    expect(lines).toContain('… and 10 more of NP112; -o json has all of them');
    expect(lines.at(-2)).toBe('61 findings: 60 errors, 1 warning');
  });
});

test('as JSON, each finding has its code, severity, message, place, related places and fix', () => {
  const related = [{ message: 'also here', place: at(9, 'b.yaml') }];
  expect(JSON.parse(write(findingsJson, [error('a', 1, { fix: { text: 'write b', edit: { place: at(4), insert: 'b' } }, related }), warning('c')]))).toEqual([
    {
      code: 'NP112',
      severity: 'error',
      message: 'a',
      file: 'k8s/a.yaml',
      line: 1,
      column: 3,
      related: [{ name: 'also here', file: 'b.yaml', line: 9, column: 3 }],
      fix: { text: 'write b', edit: { file: 'k8s/a.yaml', line: 4, column: 3, insert: 'b' } },
    },
    { code: 'NP120', severity: 'warning', message: 'c', file: 'k8s/a.yaml', line: 2, column: 3, related: [] },
  ]);
  expect(write(findingsJson, [])).toBe('[]\n');
});

test('as Markdown, the findings are a table, and their text is escaped', () => {
  expect(write(findingsMarkdown, [error('a | b', 1, { fix: 'write *' })])).toBe(
    '| | code | where | what | fix |\n| --- | --- | --- | --- | --- |\n| error | NP112 | k8s/a.yaml:1:3 | a \\| b | write \\* |\n\n1 finding: 1 error\n',
  );
  expect(write(findingsMarkdown, [warning('c')])).toContain('\n| warning | NP120 | k8s/a.yaml:2:3 | c |  |\n');
  expect(write(findingsMarkdown, [])).toBe('no findings\n');
});

test('as JUnit, a code is a test case: one with failing findings fails, one with others prints them, one without any passes', () => {
  const xml = write(findingsJunit, [error('<a>')]);
  expect(xml).toContain('<testsuites name="netpol" tests="2" failures="1" errors="0">');
  expect(xml).toMatch(/name="NP112: [^"]*" time="0">\n {6}<failure message="1 finding" type="NP112">k8s\/a\.yaml:1:3: error NP112: &#60;a&#62;<\/failure>/);
  expect(xml).toMatch(/name="NP120: [^"]*" time="0"\/>/);
  expect(write(findingsJunit, [warning('c')])).toMatch(/name="NP120: [^"]*" time="0">\n {6}<system-out>k8s\/a\.yaml:2:3: warning NP120: c<\/system-out>/);
});

describe('as commands of GitHub Actions', () => {
  test('a finding is a command with its file, line, column and severity', () => {
    const note = finding('NP120', at(3), 'n', { severity: 'note' });
    expect(write(findingsGithub, [error('a'), warning('c'), note])).toBe([
      '::error file=k8s/a.yaml,line=1,col=3,title=NP112::error NP112: a\n',
      '::warning file=k8s/a.yaml,line=2,col=3,title=NP120::warning NP120: c\n',
      '::notice file=k8s/a.yaml,line=3,col=3,title=NP120::note NP120: n\n',
    ].join(''));
  });

  test('the characters that mean something in a command are escaped', () => {
    expect(write(findingsGithub, [finding('NP112', { file: 'a,b:c%.yaml', line: 1 }, '100%\n::error::x')])).toBe(
      '::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=NP112::error NP112: 100%25\\u000a\\u003a:error\\u003a:x\n',
    );
  });

  test('a finding about a file as a whole, such as one that cannot be opened, has no line', () => {
    expect(write(findingsGithub, [finding('NP002', { file: 'k8s' }, 'a')])).toBe('::error file=k8s,title=NP002::error NP002: a\n');
  });

  test('standard input and constructs have no file, so the text has their place', () => {
    expect(write(findingsGithub, [finding('NP112', { file: '-', line: 7 }, 'a'), finding('NP112', { constructPath: 'shop/db' }, 'b')])).toBe(
      '::error title=NP112::-:7:1: error NP112: a\n::error title=NP112::shop/db: error NP112: b\n',
    );
  });
});

describe('as SARIF', () => {
  const logOf = (findings: readonly Finding[]) => {
    const text = [...sarif(findings, CODES)].join('');
    return { text, run: JSON.parse(text).runs[0] };
  };

  test('there is one run, with a rule for each code that can be found, and no results if there is nothing', () => {
    const { text, run } = logOf([]);
    expect(JSON.parse(text).runs).toHaveLength(1);
    expect(run.results).toEqual([]);
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(CODES);
    expect(run.tool.driver.rules[0].helpUri).toMatch(/\/docs\/rules\/NP112\.md$/);
  });

  test('a result has its rule, level, place and related places, and the change of the file if that is the fix', () => {
    const edit = { place: at(4), insert: 'b: c\n' };
    const { run } = logOf([error('a', 1, { fix: { text: 'write b', edit }, related: [{ message: 'also here', place: at(9, 'b c.yaml') }] })]);
    const region = { startLine: 4, startColumn: 3, endLine: 4, endColumn: 3 };
    expect(run.results).toEqual([{
      ruleId: 'NP112',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'a\nFix: write b' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'k8s/a.yaml' }, region: { startLine: 1, startColumn: 3 } } }],
      relatedLocations: [{ message: { text: 'also here' }, physicalLocation: { artifactLocation: { uri: 'b%20c.yaml' }, region: { startLine: 9, startColumn: 3 } } }],
      fixes: [{
        description: { text: 'write b' },
        artifactChanges: [{ artifactLocation: { uri: 'k8s/a.yaml' }, replacements: [{ deletedRegion: region, insertedContent: { text: 'b: c\n' } }] }],
      }],
    }]);
  });

  test('a code of the input is a rule, too, if it is found', () => {
    expect(logOf([finding('NP032', at(1), 'twice')]).run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['NP032', ...CODES]);
  });

  test('a file stays below 10 MB, and says how many findings are missing', () => {
    const long = logOf(Array.from({ length: 4000 }, (_, i) => error(`${'word '.repeat(700)}${i}`)));
    expect(long.text.length).toBeLessThan(10_000_000);
    const missing = 4000 - long.run.results.length;
    expect(missing).toBeGreaterThan(0);
    expect(long.run.invocations[0].toolExecutionNotifications[0].message.text).toBe(`${missing} more findings are not in this file, because code hosts refuse larger ones.`);
    const many = logOf(Array.from({ length: 5001 }, (_, i) => error(`a${i}`)));
    expect(many.run.results).toHaveLength(5000);
    expect(logOf([error('a')]).run.invocations).toBeUndefined();
  });
});

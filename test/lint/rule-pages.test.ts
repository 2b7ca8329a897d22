import * as fs from 'fs';
import { FOLDER, lintText, outputOf, rulePage } from './rule-page';
import { FINDING_CODES, LINT_CODES } from '../../src/findings/codes';
import { formatFinding } from '../../src/findings/finding';

/* Each rule has a page, whose examples are tests: the bad one has the finding that the page shows, and the good one has none. */

test('there is a page for each code of lint, and no other', () => {
  expect(fs.readdirSync(FOLDER).filter(name => name.startsWith('NP'))).toEqual(LINT_CODES.map(code => `${code}.md`));
});

describe.each(LINT_CODES)('the page of %s', code => {
  const { text, bad, good, cni, output } = rulePage(code);
  const { title, severity } = FINDING_CODES[code];

  test('says what the code means, its severity, why it matters with a public source, and the fix', () => {
    expect(text.slice(0, text.indexOf('\n## '))).toContain(`# ${code}: ${title.split('. ')[0].replace(/\.$/, '')}\n\nSeverity: ${severity}`);
    expect(text).toMatch(/\n## Why it matters\n[^#]*\]\(https:\/\//);
    expect(text).toMatch(/\n## Fix\n\n\w/);
  });

  // The rules about tiers have examples in TypeScript, which other tests run.
  if (bad?.language === 'yaml') {
    test('has a bad example with the findings that it shows', () => {
      expect(output).toMatch(/^bad\.yaml:/);
      expect(output).toBe(outputOf(code, bad, cni));
    });

    test('has a good example without any finding above a note', () => {
      expect(lintText('good.yaml', good!.text, cni).filter(one => one.code === code || one.severity !== 'note').map(formatFinding)).toEqual([]);
    });
  } else {
    test('has two examples in TypeScript', () => {
      expect([bad?.language, good?.language]).toEqual(['ts', 'ts']);
    });
  }
});

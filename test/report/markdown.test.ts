import { codeBlock, escapeMarkdown, tableRow } from '../../src/report/private/markdown';

test('what Markdown would take for markup is escaped', () => {
  expect(escapeMarkdown('app/web[Pod] *|* <b>\n`x`')).toBe('app/web\\[Pod\\] \\*\\|\\* \\<b\\> \\`x\\`');
});

test('a cell can not end its row', () => {
  expect(tableRow(['a|b', 'c\nd'])).toBe('| a\\|b | c d |\n');
});

test('a block of code is fenced by more backticks than it has', () => {
  expect(codeBlock('yaml', 'a: b\n')).toBe('```yaml\na: b\n```\n');
  expect(codeBlock('text', '````')).toBe('`````text\n````\n`````\n');
});

import { formatFinding, InputError, Finding } from '../../src/findings/finding';

const error: Finding = { severity: 'error', message: 'no', place: { file: 'a.yaml', line: 1, column: 2 } };
const warning: Finding = { severity: 'warning', message: 'hm', place: { file: 'b.yaml' } };

test('a problem is one line, that editors can jump from', () => {
  expect(formatFinding(error)).toBe('a.yaml:1:2: error: no');
  expect(formatFinding(warning)).toBe('b.yaml: warning: hm');
});

test('what is thrown says the errors, and carries the warnings too', () => {
  const thrown = new InputError([warning, error]);
  expect(thrown.message).toBe('a.yaml:1:2: error: no');
  expect(thrown.name).toBe('InputError');
  expect(thrown.problems).toEqual([warning, error]);
  expect(new InputError([error, error]).message).toBe('a.yaml:1:2: error: no\na.yaml:1:2: error: no');
});

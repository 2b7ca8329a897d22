import { finding, formatFinding, formatPath, formatPlace, hasErrors, InputError } from '../../src/findings/finding';

const error = finding('NP004', { file: 'a.yaml', line: 1, column: 2 }, 'not valid YAML');
const warning = finding('NP301', { file: 'b.yaml' }, 'netpol does not evaluate this policy');

describe('a finding', () => {
  test('has the severity of its code, unless the caller gives another one', () => {
    expect([error.severity, warning.severity]).toEqual(['error', 'warning']);
    expect(finding('NP301', {}, 'no', { severity: 'error' }).severity).toBe('error');
  });

  test('is printed on one line that starts with its place, so that editors can link it', () => {
    expect(formatFinding(error)).toBe('a.yaml:1:2: error NP004: not valid YAML');
    expect(formatFinding(warning)).toBe('b.yaml: warning NP301: netpol does not evaluate this policy');
  });

  test('is printed with its related places and its fix after the message', () => {
    const related = [{ message: 'the first declaration', place: { file: 'a.yaml', line: 3 } }];
    const twice = finding('NP032', { file: 'b.yaml' }, 'Pod p is declared twice', { related, fix: 'remove one' });
    expect(twice.fix).toEqual({ text: 'remove one' });
    expect(formatFinding(twice)).toBe('b.yaml: error NP032: Pod p is declared twice (the first declaration: a.yaml:3:1); remove one');
  });

  test('lists related places that have the same message together', () => {
    const related = ['a', 'b'].map(constructPath => ({ message: 'also named here', place: { constructPath } }));
    expect(formatFinding({ ...error, related })).toBe('a.yaml:1:2: error NP004: not valid YAML (also named here: a, b)');
  });

  test('has a … in the middle of a name that nobody would read to its end, wherever the name is in it', () => {
    const name = `a${'b'.repeat(200_000)}c`;
    const { message, related, fix } = finding('NP020', {}, `Pod default/${name} is invalid`, { related: [{ message: `Pod ${name}`, place: {} }], fix: `rename ${name}` });
    expect(message).toMatch(/^Pod default\/ab{141}…b{148}c is invalid$/);
    expect(related![0].message).toMatch(/^Pod ab{149}…b{148}c$/);
    expect(fix!.text).toMatch(/^rename ab{149}…b{148}c$/);
  });

  test('has a … in its own middle if it has more than 4,000 characters, and keeps characters whole', () => {
    const { message } = finding('NP020', {}, `'${'\u{1f600} '.repeat(100_000)}' is no name`);
    expect([...message].length).toBe(4000);
    expect(message).toMatch(/^'(\u{1f600} )+\u{1f600}?…[ \u{1f600}]+' is no name$/u);
  });

  test('has names and selectors of a usual size as they are', () => {
    const selector = `ns=${'n'.repeat(63)},${'k'.repeat(63)}/${'k'.repeat(63)}=${'v'.repeat(63)}`;
    expect(finding('NP020', {}, `the pods of ${selector} ${'and more '.repeat(50)}`).message).toContain(selector);
  });

  test('can have a fix with an edit', () => {
    const fix = { text: 'write v1', edit: { place: { file: 'a.yaml' }, insert: 'v1' } };
    expect(finding('NP020', {}, 'no version', { fix }).fix).toBe(fix);
  });
});

test('only an error makes input invalid', () => {
  expect([hasErrors([warning, error]), hasErrors([warning]), hasErrors([])]).toEqual([true, false, false]);
});

test('an InputError lists the errors in its message, and has all findings', () => {
  const thrown = new InputError([warning, error, error]);
  expect(thrown.message).toBe('a.yaml:1:2: error NP004: not valid YAML\na.yaml:1:2: error NP004: not valid YAML');
  expect(new InputError([error], 'Connectivity.fromYaml(...)').message).toBe('Connectivity.fromYaml(...): a.yaml:1:2: error NP004: not valid YAML');
  expect(thrown.name).toBe('InputError');
  expect(thrown.findings).toEqual([warning, error, error]);
});

test('a place is printed as file, line and column, or as the path of the construct that made the object', () => {
  expect(formatPlace({ file: 'a.yaml', line: 12, column: 5 })).toBe('a.yaml:12:5');
  expect(formatPlace({ file: 'a.yaml', line: 12 })).toBe('a.yaml:12:1');
  expect(formatPlace({ file: 'a.yaml' })).toBe('a.yaml');
  expect(formatPlace({ constructPath: 'shop/db', file: 'x' })).toBe('shop/db');
  expect(formatPlace({})).toBe('(input)');
});

test('a field path is printed as the API server prints it', () => {
  expect(formatPath(['spec', 'ingress', 0, 'from', 1, 'ipBlock'])).toBe('spec.ingress[0].from[1].ipBlock');
  expect(formatPath([])).toBe('');
});

import { terminalOf } from '../../src/cli/private/terminal';

const TERMINAL = { isTTY: true, columns: 100 };

test.each([
  ['a terminal has colours', TERMINAL, {}, true],
  ['a pipe has none', {}, {}, false],
  ['NO_COLOR with any value switches colours off', TERMINAL, { NO_COLOR: '1' }, false],
  ['NO_COLOR without a value does not count', TERMINAL, { NO_COLOR: '' }, true],
  ['a dumb terminal has none', TERMINAL, { TERM: 'dumb' }, false],
  ['FORCE_COLOR switches colours on everywhere, and counts more than NO_COLOR', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ['FORCE_COLOR without a value does that too', {}, { FORCE_COLOR: '' }, true],
  ['FORCE_COLOR=0 switches them off', TERMINAL, { FORCE_COLOR: '0' }, false],
])('%s', (_, stream, env, hasColours) => {
  expect(terminalOf(stream, env).hasColours).toBe(hasColours);
});

test('only a terminal has a width', () => {
  expect(terminalOf(TERMINAL, {}).width).toBe(100);
  expect(terminalOf({ columns: 100 }, {}).width).toBeUndefined();
});

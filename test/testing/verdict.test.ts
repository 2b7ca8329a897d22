import { Verdict } from '../../src';

test('a verdict says whether the claim holds, and why', () => {
  expect(new Verdict(true, 'allowed(a, b)', 'because').toString()).toBe('holds: allowed(a, b)\nbecause');
  expect(new Verdict(false, 'allowed(a, b)', 'because').toString()).toBe('untrue: allowed(a, b)\nbecause');
});

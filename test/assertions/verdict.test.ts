import { Verdict } from '../../src';

test('a verdict says whether the claim holds, and why', () => {
  expect(Verdict._of(true, 'allowed(a, b)', () => 'because').toString()).toBe('holds: allowed(a, b)\nbecause');
  expect(Verdict._of(false, 'allowed(a, b)', () => 'because').toString()).toBe('untrue: allowed(a, b)\nbecause');
});

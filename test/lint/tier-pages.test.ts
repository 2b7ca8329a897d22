import { rulePage } from './rule-page';
import { programOf, terminalOf } from './tier-programs';
import { FindingCode } from '../../src/findings/codes';

/* The rules about tiers. The examples on their pages are the programs in tiers/. Each of them is compiled and run here. */

const CODES: readonly FindingCode[] = ['NP101', 'NP102', 'NP103', 'NP104'];

const run = (file: string) => jest.isolateModules(() => { jest.requireActual(file); });

describe.each(CODES)('the page of %s', code => {
  const { bad, good, output } = rulePage(code);

  test('shows the programs in tiers/', () => {
    expect([bad?.text, good?.text]).toEqual([programOf(code, 'bad'), programOf(code, 'good')]);
  });

  test('has a bad example, whose synth prints the output on the page', () => {
    expect(terminalOf(code, 'bad', run)).toBe(output);
    expect(output).toContain(code);
  });

  test('has a good example, whose synth prints nothing', () => {
    expect(terminalOf(code, 'good', run)).toBe('');
  });
});

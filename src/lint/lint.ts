import { LintInput, LintRule } from './lint-input';
import { closedOtherEnd } from './private/closed-other-end';
import { emptyNamespace } from './private/empty-namespace';
import { noDns } from './private/no-dns';
import { overlappingGroups } from './private/overlapping-groups';
import { selectsAnotherWorkload } from './private/selects-another-workload';
import { selectsByAddress } from './private/selects-by-address';
import { selectsNothing } from './private/selects-nothing';
import { undeclaredPorts } from './private/undeclared-ports';
import { FindingCode, FINDING_CODES } from '../findings/codes';
import { Finding } from '../findings/finding';

/** The rules, in the order of their codes. */
const RULES: readonly LintRule[] = [
  selectsNothing, overlappingGroups, selectsAnotherWorkload, selectsByAddress, undeclaredPorts, closedOtherEnd, noDns, emptyNamespace,
];

/** The codes of lint. They can be suppressed: the input is valid, but is probably not what its author meant. */
export const LINT_CODES: readonly FindingCode[] = (Object.keys(FINDING_CODES) as FindingCode[]).filter(code => code.startsWith('NP1'));

/** What the rules find, in the order of the codes. */
export function lint(input: LintInput): Finding[] {
  return RULES.flatMap(rule => rule(input)).sort((a, b) => Number(a.code > b.code) - Number(a.code < b.code));
}

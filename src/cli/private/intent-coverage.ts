import { JudgedIn } from '../../claims/judge-intents';
import { changeCoverageOf, coverageOf } from '../../intent-coverage/coverage';
import { suggestedClaims } from '../../intent-coverage/suggested-claims';
import { changesJson, changesText, coverageJson, coverageText, suggestionJson, suggestionText } from '../../report/intent-coverage';

/** The options of `netpol check` that ask what claims leave open. */
export interface CoverageOptions {
  readonly coverage?: boolean;
  readonly mutate?: boolean;
  readonly suggest?: boolean;
}

/** True if one of the options is given. */
export function isAsked({ coverage, mutate, suggest }: CoverageOptions): boolean {
  return coverage === true || mutate === true || suggest === true;
}

/**
 * What `netpol check` prints about verdicts, and then what the claims leave open: as JSON, one object with both.
 *
 * @param verdicts the output about the verdicts: text, or a JSON array
 */
export function* coverageOutput(
  judged: readonly JudgedIn[], verdicts: Iterable<string>, output: string, { coverage, mutate }: CoverageOptions,
): Iterable<string> {
  if (output === 'text') {
    yield* verdicts;
    for (const { judge, verdicts: own, cluster } of judged) {
      if (coverage === true) { yield* coverageText(coverageOf(judge, own, cluster)); }
      if (mutate === true) { yield* changesText(changeCoverageOf(judge, own, cluster)); }
    }
    return;
  }
  yield '{ "intents": ';
  yield [...verdicts].join('').trimEnd();
  if (coverage === true) { yield `,\n"coverage": ${JSON.stringify(judged.map(({ judge, verdicts: own, cluster }) => coverageJson(coverageOf(judge, own, cluster))))}`; }
  if (mutate === true) { yield `,\n"changes": ${JSON.stringify(judged.map(({ judge, verdicts: own, cluster }) => changesJson(changeCoverageOf(judge, own, cluster))))}`; }
  yield '\n}\n';
}

/** What `netpol check --suggest` prints. */
export function* suggestions(judged: readonly JudgedIn[], output: string): Iterable<string> {
  const all = judged.map(({ judge, verdicts, cluster }) => suggestedClaims(judge, verdicts, cluster));
  if (output === 'json') {
    yield `${JSON.stringify(all.map(suggestionJson))}\n`;
    return;
  }
  for (const [i, one] of all.entries()) {
    if (i > 0) { yield '---\n'; }
    yield* suggestionText(one);
  }
}

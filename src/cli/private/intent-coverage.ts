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
  const answers = () => judged.map(({ judge, verdicts: own, cluster }) => {
    const changes = mutate === true ? changeCoverageOf(judge, own, cluster) : undefined;
    return { changes, coverage: coverage === true ? coverageOf(judge, own, cluster, changes) : undefined };
  });
  if (output === 'text') {
    yield* verdicts;
    for (const one of answers()) {
      if (one.coverage !== undefined) { yield* coverageText(one.coverage); }
      if (one.changes !== undefined) { yield* changesText(one.changes); }
    }
    return;
  }
  yield `{ "intents": ${[...verdicts].join('').trimEnd()}`;
  const all = answers();
  if (coverage === true) { yield `,\n"coverage": ${JSON.stringify(all.map(one => coverageJson(one.coverage!)))}`; }
  if (mutate === true) { yield `,\n"changes": ${JSON.stringify(all.map(one => changesJson(one.changes!)))}`; }
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

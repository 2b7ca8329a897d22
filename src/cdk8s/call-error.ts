/**
 * The error of a call in a program: where (the path of a construct and the call, or the call alone), what is wrong, and the fix.
 *
 * @param fix a sentence in the imperative without its full stop: `write ports: [Port.all()]`
 */
export function callError(where: string, wrong: string, fix: string): Error {
  return new Error(`${where}: ${withFix(wrong, fix)}`);
}

/** What is wrong and the fix as two sentences. An error of validation is this alone: cdk8s puts the construct's path in front of it. */
export function withFix(wrong: string, fix: string): string {
  return `${wrong}. ${fix[0].toUpperCase()}${fix.slice(1)}.`;
}

/**
 * An error of a call in somebody's program: where (a construct's path and the call, or the call
 * alone), what is wrong, and what to write instead.
 */
export function callError(where: string, wrong: string, instead: string): Error {
  return new Error(`${where}: ${wrong}. Instead, ${instead}.`);
}

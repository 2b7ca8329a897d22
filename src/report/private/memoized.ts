/** A function that computes its result once for each object: long lists repeat a few objects many times. */
export function memoized<Argument extends object, Result>(work: (argument: Argument) => Result): (argument: Argument) => Result {
  const results = new WeakMap<Argument, Result>();
  return argument => {
    let result = results.get(argument);
    if (result === undefined) {
      result = work(argument);
      results.set(argument, result);
    }
    return result;
  };
}

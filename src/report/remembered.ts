/** A function that works out its result once for each argument: long lists say the same few things again and again. */
export function remembered<Argument, Result>(work: (argument: Argument) => Result): (argument: Argument) => Result {
  const results = new Map<Argument, Result>();
  return argument => {
    let result = results.get(argument);
    if (result === undefined) {
      result = work(argument);
      results.set(argument, result);
    }
    return result;
  };
}

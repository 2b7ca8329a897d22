/**
 * The same function, which computes its result once for each argument: the rules of one run of `lint` share what several of them need, and long lists repeat
 * a few objects many times. Nothing is kept for longer than its argument.
 */
export function oncePer<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const known = new WeakMap<Key, { readonly result: Result }>();
  return key => {
    let entry = known.get(key);
    if (entry === undefined) { known.set(key, entry = { result: compute(key) }); }
    return entry.result;
  };
}

/** The same for a function without an argument. */
export function once<Result>(compute: () => Result): () => Result {
  let known: { readonly result: Result } | undefined;
  return () => (known ??= { result: compute() }).result;
}

/** Keeps results by key. When it is full, it forgets all of them, so that a long-running program does not fill the memory. */
export class BoundedCache<V> {
  private readonly values = new Map<string, V>();

  /** `limit`: the number of results that it keeps; absent: all. */
  constructor(private readonly limit = Infinity) {}

  /** The result of a key. Only the first call for the key computes it. */
  public get(key: string, compute: (key: string) => V): V {
    const known = this.values.get(key);
    if (known !== undefined) { return known; }
    const value = compute(key);
    if (this.values.size >= this.limit) { this.values.clear(); }
    this.values.set(key, value);
    return value;
  }
}

/** The shortest and the median time of several runs, in milliseconds unless a field says otherwise. */
export interface Timing {
  readonly best: number;
  readonly median: number;
}

export function timingOf(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return { best: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

/** The result of `work` and how long it took. */
export function timed<T>(work: () => T): { result: T; ms: number } {
  const start = performance.now();
  const result = work();
  return { result, ms: performance.now() - start };
}

/**
 * How often to measure work that takes this long: at least five times, and short work for about two seconds, so that
 * some runs fall into a quiet moment of the machine.
 */
export function repetitions(milliseconds: number): number {
  return Math.min(200, Math.max(5, Math.ceil(2000 / Math.max(milliseconds, 0.01))));
}

/** The exponent by which time grows with size: the slope of the line through their logarithms, by least squares. */
export function exponent(points: readonly { readonly size: number; readonly ms: number }[]): number {
  const logs = points.map(({ size, ms }) => [Math.log(size), Math.log(ms)]);
  const mean = (i: number) => logs.reduce((sum, log) => sum + log[i], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return logs.reduce((sum, log) => sum + (log[0] - x) * (log[1] - y), 0) / logs.reduce((sum, log) => sum + (log[0] - x) ** 2, 0);
}

/**
 * How many inputs a random test tries: `count` in `npm run test:full`, and a share of them elsewhere, at least one. The share is
 * RANDOM_RUNS: a fifth for `npm test`, and a hundredth for `npm run mutation`, which runs the tests once for each mutant.
 */
export function randomRuns(count: number): number {
  return Math.max(1, Math.ceil(count * Number(process.env.RANDOM_RUNS ?? 0.2)));
}

/** The seed of every random test: RANDOM_SEED, or always the same one. `npm run test:full` sets a new one and prints it. */
export function randomSeed(): number {
  return Number(process.env.RANDOM_SEED ?? 1);
}

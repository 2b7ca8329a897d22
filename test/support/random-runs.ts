/**
 * So many runs of a random test: of so many, the share that RANDOM_RUNS says (`0.01`), and one at least. All
 * of them where it says nothing. `npm run mutation` turns the count down, so that it can try each mutant.
 */
export function randomRuns(count: number): number {
  return Math.max(1, Math.ceil(count * Number(process.env.RANDOM_RUNS ?? 1)));
}

/** The seed of a random test: another one each time, or the one that RANDOM_SEED says. */
export function randomSeed(): number {
  return Number(process.env.RANDOM_SEED ?? Date.now() % 2 ** 31);
}

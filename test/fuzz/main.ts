import { Command, InvalidArgumentError } from 'commander';
import { fuzzClusters } from './cluster-fuzz';

/* `npm run fuzz`: docs/trust.md tells what it is for. */

function count(text: string): number {
  const value = Number(text);
  if (!(value > 0)) { throw new InvalidArgumentError('give a number above zero.'); }
  return value;
}

const program = new Command('npm run fuzz --')
  .description('Compares the evaluator with the specification on random clusters, until it is told to stop or they differ.')
  .option('--minutes <n>', 'for so many minutes', count)
  .option('--clusters <n>', 'for so many clusters', count)
  .option('--seed <n>', 'the same clusters again; by default the time', count, Date.now() % 2 ** 31)
  .parse();
const options = program.opts<{ minutes?: number; clusters?: number; seed: number }>();
// Five minutes where nothing is said.
const minutes = options.minutes ?? (options.clusters === undefined ? 5 : Infinity);

const began = Date.now();
let told = began;
console.log(`seed ${options.seed}`);
const { clusters, unequal } = fuzzClusters(options.seed, { milliseconds: minutes * 60_000, clusters: options.clusters ?? Infinity }, done => {
  if (Date.now() - told < 10_000) { return; }
  told = Date.now();
  console.log(`${done} clusters`);
});
const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
if (unequal === undefined) {
  console.log(`${clusters} clusters in ${seconds} s, none unequal`);
} else {
  console.log(`unequal: ${unequal.difference}\n\n${unequal.yaml}`);
  console.log(`# the evaluator and the specification differ on this cluster, the ${clusters}. of seed ${options.seed}`);
  process.exitCode = 1;
}

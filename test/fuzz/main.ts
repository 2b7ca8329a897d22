import { Command, InvalidArgumentError } from 'commander';
import { fuzzClusters } from './cluster-fuzz';
import { fuzzInput } from '../hostile/hostile-input';

/* `npm run fuzz`: docs/trust.md describes what it is for. */

function count(text: string): number {
  const value = Number(text);
  if (!(value > 0)) { throw new InvalidArgumentError('use a number above zero.'); }
  return value;
}

const program = new Command('npm run fuzz --')
  .description('Compares the evaluator with the specification on random clusters, until a limit is reached or they differ.')
  .option('--minutes <n>', 'the limit in minutes (default: 5)', count)
  .option('--clusters <n>', 'the limit as a number of clusters or inputs', count)
  .option('--input', 'test the readers on mutated manifests: each must be read, or refused with a place and a reason')
  .option('--seed <n>', 'the seed of an earlier run, which gives the same inputs again', count, Date.now() % 2 ** 31)
  .parse();
const options = program.opts<{ minutes?: number; clusters?: number; seed: number; input?: boolean }>();
const minutes = options.minutes ?? (options.clusters === undefined ? 5 : Infinity);

const began = Date.now();
let reported = began;

function progress(what: string): (count: number) => void {
  return done => {
    if (Date.now() - reported < 10_000) { return; }
    reported = Date.now();
    console.log(`${done} ${what}`);
  };
}

function seconds(): number {
  return Math.max(1, Math.round((Date.now() - began) / 1000));
}

function compareClusters(): void {
  const { clusters, unequal } = fuzzClusters(options.seed, { milliseconds: minutes * 60_000, clusters: options.clusters ?? Infinity }, progress('clusters'));
  if (unequal === undefined) {
    console.log(`${clusters} clusters in ${seconds()} s, no difference`);
  } else {
    console.log(`difference: ${unequal.difference}\n\n${unequal.yaml}`);
    console.log(`# the evaluator and the specification differ on this cluster, number ${clusters} of seed ${options.seed}`);
    process.exitCode = 1;
  }
}

async function mutateInput(): Promise<void> {
  const { inputs, bad } = await fuzzInput(options.seed, { milliseconds: minutes * 60_000, inputs: options.clusters ?? Infinity }, progress('inputs'));
  if (bad === undefined) {
    console.log(`${inputs} inputs in ${seconds()} s, each read, or refused with a place and a reason`);
  } else {
    console.log(`${bad.complaint}\n\nthe input, in base64: ${bad.input}`);
    process.exitCode = 1;
  }
}

console.log(`seed ${options.seed}`);
if (options.input) { void mutateInput(); } else { compareClusters(); }

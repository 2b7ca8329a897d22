import { Command, InvalidArgumentError } from 'commander';
import { fuzzClusters } from './cluster-fuzz';
import { fuzzInput } from '../hostile/hostile-input';

/* `npm run fuzz`: docs/trust.md tells what it is for. */

function count(text: string): number {
  const value = Number(text);
  if (!(value > 0)) { throw new InvalidArgumentError('give a number above zero.'); }
  return value;
}

const program = new Command('npm run fuzz --')
  .description('Compares the evaluator with the specification on random clusters, until it is told to stop or they differ.')
  .option('--minutes <n>', 'for so many minutes', count)
  .option('--clusters <n>', 'for so many clusters, or inputs', count)
  .option('--input', 'mutated manifests for the readers instead, each of which must be read or be refused with a place and a reason')
  .option('--seed <n>', 'the same clusters again; by default the time', count, Date.now() % 2 ** 31)
  .parse();
const options = program.opts<{ minutes?: number; clusters?: number; seed: number; input?: boolean }>();
// Five minutes where nothing is said.
const minutes = options.minutes ?? (options.clusters === undefined ? 5 : Infinity);


const began = Date.now();
let told = began;

function tell(what: string): (count: number) => void {
  return done => {
    if (Date.now() - told < 10_000) { return; }
    told = Date.now();
    console.log(`${done} ${what}`);
  };
}

function seconds(): number {
  return Math.max(1, Math.round((Date.now() - began) / 1000));
}

function compareClusters(): void {
  const { clusters, unequal } = fuzzClusters(options.seed, { milliseconds: minutes * 60_000, clusters: options.clusters ?? Infinity }, tell('clusters'));
  if (unequal === undefined) {
    console.log(`${clusters} clusters in ${seconds()} s, none unequal`);
  } else {
    console.log(`unequal: ${unequal.difference}\n\n${unequal.yaml}`);
    console.log(`# the evaluator and the specification differ on this cluster, the ${clusters}. of seed ${options.seed}`);
    process.exitCode = 1;
  }
}

async function mutateInput(): Promise<void> {
  const { inputs, bad } = await fuzzInput(options.seed, { milliseconds: minutes * 60_000, inputs: options.clusters ?? Infinity }, tell('inputs'));
  if (bad === undefined) {
    console.log(`${inputs} inputs in ${seconds()} s, all read or refused with a place and a reason`);
  } else {
    console.log(`${bad.complaint}\n\nthe input, in base64: ${bad.input}`);
    process.exitCode = 1;
  }
}

console.log(`seed ${options.seed}`);
if (options.input) { void mutateInput(); } else { compareClusters(); }

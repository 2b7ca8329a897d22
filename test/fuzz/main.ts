import { Command, InvalidArgumentError } from 'commander';
import { fuzzClaims } from './claim-fuzz';
import { fuzzClusters } from './cluster-fuzz';
import { KUBECTL, whyNotAsked } from '../engines/go-engine';
import { fuzzReading } from '../engines/yaml-readings';
import { fuzzInput } from '../hostile/hostile-input';
import { warnSkipped } from '../support/go';

/* `npm run fuzz`: docs/trust.md describes what it is for. */

function count(text: string): number {
  const value = Number(text);
  if (!(value > 0)) { throw new InvalidArgumentError('use a number above zero.'); }
  return value;
}

const program = new Command('npm run fuzz --')
  .description('Compares the evaluator with the specification on random clusters, until a limit is reached or they differ.')
  .option('--minutes <n>', 'the limit in minutes (default: 5)', count)
  .option('--clusters <n>', 'the limit as a number of clusters, programs, inputs or texts', count)
  .option('--cluster-wide', 'only clusters with cluster-wide policies')
  .option('--claims', 'compare the claims of random programs with the specification of claims')
  .option('--input', 'test the readers on mutated manifests: each must be read, or refused with a place and a reason')
  .option('--yaml', "compare the reading of random texts with kubectl's own packages (needs Go)")
  .option('--seed <n>', 'the seed of an earlier run, which gives the same inputs again', count, Date.now() % 2 ** 31)
  .parse();
interface Options {
  readonly minutes?: number;
  readonly clusters?: number;
  readonly seed: number;
  readonly clusterWide?: boolean;
  readonly input?: boolean;
  readonly claims?: boolean;
  readonly yaml?: boolean;
}

const options = program.opts<Options>();
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
  const { clusters, unequal } = fuzzClusters(
    options.seed, { milliseconds: minutes * 60_000, clusters: options.clusters ?? Infinity, clusterWide: options.clusterWide }, progress('clusters'),
  );
  if (unequal === undefined) {
    console.log(`${clusters} clusters in ${seconds()} s, no difference`);
  } else {
    console.log(`difference: ${unequal.difference}\n\n${unequal.yaml}`);
    console.log(`# the evaluator and the specification differ on this cluster, number ${clusters} of seed ${options.seed}`);
    process.exitCode = 1;
  }
}

function compareClaims(): void {
  const limits = { milliseconds: minutes * 60_000, programs: options.clusters ?? Infinity };
  const tell = progress('programs');
  const { programs, claims, witnesses, undecided, unequal } = fuzzClaims(options.seed, limits, sofar => tell(sofar.programs));
  const counted = `${programs} programs with ${claims} claims in ${seconds()} s: ${witnesses} witnesses confirmed, ${undecided} undecided for lack of budget`;
  if (unequal === undefined) {
    console.log(`${counted}, none unequal`);
  } else {
    console.log(`difference: ${unequal}\n\n${counted}\n# netpol and the specification differ on program ${programs} of seed ${options.seed}`);
  }
  if (unequal !== undefined || undecided > 0) { process.exitCode = 1; }
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

function compareReading(): void {
  const why = whyNotAsked([KUBECTL]);
  if (why !== undefined) {
    warnSkipped('the comparison with kubectl', why);
    return;
  }
  const { texts, different } = fuzzReading(options.seed, { milliseconds: minutes * 60_000, texts: options.clusters ?? Infinity }, progress('texts'));
  if (different === undefined) {
    console.log(`${texts} texts in ${seconds()} s, each read as kubectl reads it, or refused`);
  } else {
    console.log(`${JSON.stringify(different.text)}\nis read as ${different.ours}\nand by kubectl as ${different.theirs}`);
    process.exitCode = 1;
  }
}

console.log(`seed ${options.seed}`);
if (options.yaml) {
  compareReading();
} else if (options.input) {
  void mutateInput();
} else if (options.claims) {
  compareClaims();
} else {
  compareClusters();
}

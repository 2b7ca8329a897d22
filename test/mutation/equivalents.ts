import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { parse, stringify } from 'yaml';
import { Equivalents } from './survivors';

const FILE = path.join(__dirname, 'equivalent.yaml');

const HEADER = `# Mutants that no test can kill, because the mutated code does the same: by file and function, each with the reason.
# \`npm run mutation\` prints missing entries in this form. \`npm run mutation -- --prune\` removes those that are no longer needed.

`;

/** The list of mutants that no test can kill, each with its reason. */
export function readEquivalents(): Equivalents {
  return parse(readFileSync(FILE, 'utf8')) ?? {};
}

export function writeEquivalents(equivalents: Equivalents): void {
  writeFileSync(FILE, HEADER + stringify(equivalents, { lineWidth: 140 }));
}

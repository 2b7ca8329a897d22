import { readFileSync } from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import { Equivalents } from './survivors';

/** The list of mutants that no test can kill, each with its reason. */
export function readEquivalents(): Equivalents {
  return parse(readFileSync(path.join(__dirname, 'equivalent.yaml'), 'utf8')) ?? {};
}

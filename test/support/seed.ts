import * as fc from 'fast-check';
import { randomSeed } from './random-runs';

/* jest runs this before each test file: a property that names no seed of its own takes that of the run. */

fc.configureGlobal({ seed: randomSeed() });

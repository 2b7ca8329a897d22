import * as fc from 'fast-check';
import { randomSeed } from '../support/random-runs';

/* A mutant is tried with the same random inputs each time: whether it is killed is no matter of luck. */

fc.configureGlobal({ seed: randomSeed() });

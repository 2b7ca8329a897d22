import { Place } from './finding';

/** The answer to a question. */
export type Answer = 'yes' | 'no' | 'undecided';

/** Why an answer is undecided. */
export interface Reason {
  readonly code: string;
  /** What the answer depends on, as a sentence. */
  readonly what: string;
  readonly place?: Place;
}

/** What an answer takes for granted. */
export interface Assumption {
  readonly code: string;
  /** What is assumed, as a sentence. */
  readonly what: string;
  readonly place?: Place;
}

import { Place } from './finding';

/** The answer to a question. `undecided`: what was read does not decide it. */
export type Answer = 'yes' | 'no' | 'undecided';

/** An assumption on which an answer can rest. */
export type AssumptionCode = 'namespace-label';

/** Why an answer is undecided. With strict answers, an assumption that is not made is a reason too. */
export type ReasonCode = 'policy-kind' | AssumptionCode;

/** Why an answer is undecided. */
export interface Reason {
  readonly code: ReasonCode;
  /** The reason as a sentence, without a period. */
  readonly what: string;
  /** Where the reason is written, if it is in the input. */
  readonly place?: Place;
}

/** What an answer takes for granted, and strict answers do not. */
export interface Assumption {
  readonly code: AssumptionCode;
  /** The assumption as a sentence, without a period. */
  readonly what: string;
  readonly place?: Place;
}

import { Judgement } from '../analysis/claim';
import { Place } from '../cluster/origin';

/** An intent with its judgement, and where it is written. */
export interface JudgedIntent {
  readonly judgement: Judgement;
  readonly place: Place;
  /** What its author says it is for. */
  readonly description?: string;
}

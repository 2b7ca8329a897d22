import { formatPlace, Place } from './origin';

/** Something that is wrong with the input. An error stops; a warning is told and work goes on. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** What is wrong and, after it, what to write instead. */
  readonly message: string;
  readonly place: Place;
  /** A warning of something that is in the input but not in the answers, such as a policy of another kind. */
  readonly unevaluated?: boolean;
}

/** A problem as one line: `shop.yaml:12:5: error: …`. */
export function formatProblem(problem: Problem): string {
  return `${formatPlace(problem.place)}: ${problem.severity}: ${problem.message}`;
}

/** Thrown where input can not be judged: carries every problem found, errors and warnings. */
export class InputError extends Error {
  constructor(public readonly problems: readonly Problem[]) {
    super(problems.filter(p => p.severity === 'error').map(formatProblem).join('\n'));
    this.name = 'InputError';
  }
}

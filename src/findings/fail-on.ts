import { SEVERITIES, Severity } from './codes';

/** The severity from which findings make a command or a validation fail, from the worst one on, or `never`. The first is the default. */
export const FAIL_ON = [...SEVERITIES, 'never'] as const;

export type FailOn = typeof FAIL_ON[number];

/** True for one of these words. */
export function isFailOn(text: string): text is FailOn {
  return (FAIL_ON as readonly string[]).includes(text);
}

/** True if a finding of this severity is a failure. */
export function isFailure(failOn: FailOn, severity: Severity): boolean {
  return failOn !== 'never' && FAIL_ON.indexOf(severity) <= FAIL_ON.indexOf(failOn);
}

import { ClaimDraft } from './evaluation';
import { questionsOf, subjectsOf } from './subjects-of';
import { callError } from '../constructs/call-error';
import { IEndpoint } from '../constructs/endpoint';
import { Port } from '../constructs/port';

/*
 * From what a caller writes to what can be judged. Called late, when all of an app is there: a tier's
 * ports and labels are those at synth.
 */

/** A claim as it was called: `allowed(frontend, backend)`. */
export interface ClaimCall {
  readonly kind: 'allowed' | 'denied' | 'only' | 'onlyTo';
  /** The first argument. */
  readonly first: IEndpoint;
  /** The second one; several for `only` and `onlyTo`. */
  readonly second: readonly IEndpoint[];
  readonly ports?: readonly Port[];
}

/** Throws where the call makes no sense whatever the cluster is. */
export function checkCall(where: string, { kind, first, second, ports }: ClaimCall): void {
  const call = `${where}: ${kind}(...)`;
  for (const endpoint of [first, ...second]) { subjectsOf(call, endpoint); }
  if (ports?.length === 0) {
    throw callError(call, 'ports is empty', kind === 'allowed'
      ? 'name at least one port, or leave ports out for those of the destination'
      : 'name at least one port, or leave ports out for any');
  }
}

/** The claims that a call makes: peers that are several at once make several. */
export function draftsOf(where: string, { kind, first, second, ports }: ClaimCall): ClaimDraft[] {
  const call = `${where}: ${kind}(...)`;
  const subjects = subjectsOf(call, first);
  const others = second.flatMap(endpoint => subjectsOf(call, endpoint));
  const questions = questionsOf(ports);
  return kind === 'allowed' || kind === 'denied'
    ? subjects.flatMap(from => others.map(to => ({ kind, from, to, ports: questions })))
    : subjects.map(subject => ({ kind, subject, others, ports: questions }));
}

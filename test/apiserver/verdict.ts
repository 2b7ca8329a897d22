import { Response } from './client';
import { formatPath } from '../../src/findings/finding';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

/*
 * Compares our validation of a policy with the server's. A server does not validate after strict decoding fails, and
 * stops at the first value of a wrong type. It then names fewer fields than we do, and ours must include them.
 */

/** The difference between our verdict and the server's as a text; undefined if there is none. */
export function differenceOf(policy: unknown, { status, body }: Response): string | undefined {
  const ours = validateNetworkPolicy(policy);
  const difference = (what: string) => `${what}\n  ours: ${JSON.stringify(ours)}\n  the server's: ${status} ${JSON.stringify(body.message ?? body)}\n  for ${JSON.stringify(policy).slice(0, 4000)}`;
  const decoding = ours.filter(({ type }) => type === 'UnknownField' || type === 'WrongType');
  switch (status) {
    case 201:
      return ours.length === 0 ? undefined : difference('we refuse a policy that the server accepts');
    case 422: {
      if (decoding.length > 0) { return difference('the server can decode a policy that we cannot'); }
      const theirs = body.details.causes.map((cause: any) => `${cause.field} ${cause.reason}`).sort();
      return equal(ours.map(({ path, type }) => `${formatPath(path)} ${type}`).sort(), theirs) ? undefined : difference('we name other fields than the server');
    }
    case 400:
      if (decoding.length === 0) { return difference('the server cannot decode a policy that we can'); }
      return namesOurs(body.message, decoding) ? undefined : difference('the server names fields that we do not name');
    case 404:
      // The URL of a namespace with an invalid name does not exist.
      return ours.some(({ path }) => path.join('.') === 'metadata.namespace') ? undefined : difference('the answer is not a verdict');
    default:
      return difference('the answer is not a verdict');
  }
}

function namesOurs(message: string, decoding: readonly { path: readonly (string | number)[]; type: string }[]): boolean {
  const unknown = [...message.matchAll(/unknown field "((?:[^"\\]|\\.)*)"/g)].map(match => JSON.parse(`"${match[1]}"`)).sort();
  if (unknown.length > 0) {
    return equal(unknown, decoding.filter(({ type }) => type === 'UnknownField').map(({ path }) => formatPath(path)).sort());
  }
  const wrong = decoding.filter(({ type }) => type === 'WrongType').map(({ path }) => path.filter(step => typeof step === 'string').join('.'));
  // Go names a field by its struct and its path without indices. Some decoders do not name the field at all.
  const [, field] = /Go struct field \w+\.(\S+) of type/.exec(message) ?? [];
  return field === undefined ? wrong.length > 0 : wrong.includes(field);
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

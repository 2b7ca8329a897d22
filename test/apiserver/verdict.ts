import { Response } from './client';
import { formatPath } from '../../src/findings/finding';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

/*
 * Our word on a policy beside the server's. A server stops where strict decoding fails, and at the first value of
 * a wrong type, so that it names fewer fields than we do; those that it names must be ours.
 */

/** How the server and we differ over a policy; nothing where we say the same. */
export function differenceOf(policy: unknown, { status, body }: Response): string | undefined {
  const ours = validateNetworkPolicy(policy);
  const said = (why: string) => `${why}\n  we: ${JSON.stringify(ours)}\n  the server: ${status} ${JSON.stringify(body.message ?? body)}\n  of ${JSON.stringify(policy).slice(0, 4000)}`;
  const decoding = ours.filter(({ type }) => type === 'UnknownField' || type === 'WrongType');
  switch (status) {
    case 201:
      return ours.length === 0 ? undefined : said('we refuse what the server takes');
    case 422: {
      if (decoding.length > 0) { return said('the server can decode what we can not'); }
      const theirs = body.details.causes.map((cause: any) => `${cause.field} ${cause.reason}`).sort();
      return equal(ours.map(({ path, type }) => `${formatPath(path)} ${type}`).sort(), theirs) ? undefined : said('not the same fields');
    }
    case 400:
      if (decoding.length === 0) { return said('the server can not decode what we can'); }
      return namesOurs(body.message, decoding) ? undefined : said('the server names other fields');
    case 404:
      // No path leads to a namespace of such a name.
      return ours.some(({ path }) => path.join('.') === 'metadata.namespace') ? undefined : said('this is no verdict');
    default:
      return said('this is no verdict');
  }
}

function namesOurs(message: string, decoding: readonly { path: readonly (string | number)[]; type: string }[]): boolean {
  const unknown = [...message.matchAll(/unknown field "((?:[^"\\]|\\.)*)"/g)].map(match => JSON.parse(`"${match[1]}"`)).sort();
  if (unknown.length > 0) {
    return equal(unknown, decoding.filter(({ type }) => type === 'UnknownField').map(({ path }) => formatPath(path)).sort());
  }
  const wrong = decoding.filter(({ type }) => type === 'WrongType').map(({ path }) => path.filter(step => typeof step === 'string').join('.'));
  // Go names a field by its struct and its path without indices, and not every decoder of a value names it at all.
  const [, field] = /Go struct field \w+\.(\S+) of type/.exec(message) ?? [];
  return field === undefined ? wrong.length > 0 : wrong.includes(field);
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

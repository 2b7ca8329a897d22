import { createHash } from 'crypto';
import { LABEL_MAX } from '../k8s/names';

/** The name that a policy asks for. */
export interface NameRequest {
  /** Unique in the app, and independent of the order of calls. */
  readonly key: string;
  readonly name: string;
  /** Where the name must be unique, such as the policies of a namespace or the files of a folder. */
  readonly spaces: readonly string[];
}

const HASH_LENGTH = 8;

/**
 * Gives each policy a name that no other policy has in any of its spaces. A policy gets the name that it asks for if no other policy asks for it
 * or has it there. Otherwise all that ask for it get a hash, so that the result does not depend on the order of calls.
 *
 * @param taken `space/name` of policies that are not ours
 * @returns the name for each key
 */
export function assignNames(requests: readonly NameRequest[], taken: ReadonlySet<string>): Map<string, string> {
  const count = new Map<string, number>();
  const places = ({ spaces }: NameRequest, name: string) => spaces.map(space => `${space}/${name}`);
  for (const request of requests) {
    for (const place of places(request, fit(request.name))) { count.set(place, (count.get(place) ?? 0) + 1); }
  }
  const names = new Map<string, string>();
  const used = new Set([...taken, ...count.keys()]);
  for (const request of [...requests].sort((a, b) => a.key < b.key ? -1 : 1)) {
    const { key, name } = request;
    let chosen = fit(name);
    if (places(request, chosen).some(place => count.get(place)! > 1 || taken.has(place))) {
      for (let attempt = 0; places(request, chosen).some(place => used.has(place)); attempt++) {
        chosen = cut(name, hash(attempt === 0 ? key : `${key} ${attempt}`));
      }
      for (const place of places(request, chosen)) { used.add(place); }
    }
    names.set(key, chosen);
  }
  return names;
}

/** Text as part of a name: lower-case letters, digits and single dashes. A text without any of these becomes a hash. */
export function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || hash(text);
}

/** A name of at most 63 characters. The end of a longer one is replaced by a hash of the whole. */
function fit(name: string): string {
  return name.length <= LABEL_MAX ? name : cut(name, hash(name));
}

function cut(name: string, suffix: string): string {
  return `${name.slice(0, LABEL_MAX - HASH_LENGTH - 1).replace(/-+$/, '')}-${suffix}`;
}

/** The first eight hexadecimal digits of a text's SHA-256. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

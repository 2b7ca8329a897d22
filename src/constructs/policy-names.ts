import { createHash } from 'crypto';
import { LABEL_MAX } from '../api/names';

/** What a policy would be called, and where. */
export interface NameWish {
  /** Unique in the app, and the same whatever the order of calls. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
}

const HASH_LENGTH = 8;

/**
 * Gives each policy a name that no other in its namespace has. A wish that is one of a kind, and not
 * taken by an object of somebody else's, comes true; else all that wish it get a hash, so that
 * none of them has its name by having come first.
 *
 * @param taken `namespace/name` of policies that are not ours
 * @returns the name for each key
 */
export function assignNames(wishes: readonly NameWish[], taken: ReadonlySet<string>): Map<string, string> {
  const count = new Map<string, number>();
  for (const { namespace, name } of wishes) {
    const full = `${namespace}/${fit(name)}`;
    count.set(full, (count.get(full) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const used = new Set([...taken, ...count.keys()]);
  for (const { key, namespace, name } of [...wishes].sort((a, b) => a.key < b.key ? -1 : 1)) {
    let chosen = fit(name);
    const full = `${namespace}/${chosen}`;
    if (count.get(full)! > 1 || taken.has(full)) {
      for (let attempt = 0; used.has(`${namespace}/${chosen}`); attempt++) {
        chosen = cut(name, hash(attempt === 0 ? key : `${key} ${attempt}`));
      }
      used.add(`${namespace}/${chosen}`);
    }
    names.set(key, chosen);
  }
  return names;
}

/** Text as a part of a name: lower-case letters, digits and single dashes; never empty. */
export function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || hash(text);
}

/** A name that fits a DNS-1123 label: a long one is cut and told apart by a hash of the whole. */
function fit(name: string): string {
  return name.length <= LABEL_MAX ? name : cut(name, hash(name));
}

function cut(name: string, suffix: string): string {
  return `${name.slice(0, LABEL_MAX - HASH_LENGTH - 1).replace(/-+$/, '')}-${suffix}`;
}

/** Eight hexadecimal digits that stand for a text. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

import { Finding } from './finding';

/** The findings that only one of two versions of an input has. */
export interface FindingChanges {
  /** Those of the new version. */
  readonly fresh: readonly Finding[];
  /** Those of the old version. */
  readonly gone: readonly Finding[];
}

/**
 * Compares findings by their code and what they say, which names the object and the field. Files, lines and the numbers of items in lists do not count: a
 * finding is the same if its object moves, or if a rule is added before its rule. If there are more of one kind than before, the last ones are new.
 */
export function findingChanges(before: readonly Finding[], after: readonly Finding[]): FindingChanges {
  return { fresh: surplus(after, before), gone: surplus(before, after) };
}

function surplus(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const left = new Map<string, number>();
  for (const one of others) { left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1); }
  return findings.filter(one => {
    const count = left.get(keyOf(one)) ?? 0;
    left.set(keyOf(one), count - 1);
    return count <= 0;
  });
}

function keyOf({ code, message }: Finding): string {
  return `${code} ${message.replace(/\[\d+\]/g, '[]')}`;
}

import { readFileSync } from 'fs';
import { API_SERVER, versionOf } from './go-engine';
import { fileOf, readLines } from './recorded';
import { VALIDATION_TABLE } from './validation-table';
import { formatPath } from '../../src/findings/finding';
import { FieldError } from '../../src/validation/field-errors';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

/* Our validation gives the recorded verdicts of the API server's own decoding and validation. */

interface Verdict {
  readonly valid: boolean;
  readonly errors: readonly { readonly field: string; readonly type: string }[];
  readonly decodeErrors: readonly string[];
}

const table = new Map((JSON.parse(readFileSync(fileOf('validation-table.json'), 'utf8')) as (Verdict & { id: string })[]).map(entry => [entry.id, entry]));
const mutations = readLines<Verdict & { policy: object }>('mutations.jsonl.gz');

/** The verdicts of the server and of this project, in a form that is equal if they agree. */
function compared(policy: object, { valid, errors, decodeErrors }: Verdict): { theirs: unknown; ours: unknown } {
  const found = validateNetworkPolicy(policy);
  const wrongTypes = found.filter(({ type }) => type === 'WrongType').map(withoutIndices);
  const unmade = decodeErrors.filter(error => !error.startsWith('unknown field'));
  if (unmade.length > 0) {
    // The server could not decode the policy. It names only the first field of a wrong type.
    const isNamed = unmade.every(error => wrongTypes.some(field => names(error, field)));
    return { theirs: { valid, isNamed: true }, ours: { valid: found.length === 0, isNamed } };
  }
  return {
    theirs: { valid, fields: distinct([...errors.map(({ field, type }) => `${field} ${type}`), ...decodeErrors]) },
    ours: {
      valid: found.length === 0,
      fields: distinct(found.map(({ path, type }) => type === 'UnknownField' ? `unknown field "${formatPath(path)}"` : `${formatPath(path)} ${type}`)),
    },
  };
}

/** Whether an error of Go is about this field. Types with a decoder of their own do not name the field. */
function names(error: string, field: string): boolean {
  const [, named] = /Go struct field \w+\.(\S+) of type/.exec(error) ?? [];
  return named === undefined ? /Go value of type|parsing time/.test(error) : named === field;
}

/** A path without indices, as Go names a field of a wrong type. */
function withoutIndices({ path }: FieldError): string {
  return formatPath(path.filter(step => typeof step === 'string'));
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

test('the verdicts are of the version in go.mod', () => {
  const { engine, ...counts } = JSON.parse(readFileSync(fileOf('engines.json'), 'utf8')).apiServer;
  expect(engine).toBe(versionOf(API_SERVER));
  expect(counts).toEqual({ table: table.size, mutations: mutations.length, validMutations: mutations.filter(({ valid }) => valid).length });
});

test('the API server has a recorded verdict for each of at least 150 policies, valid and invalid', () => {
  expect(VALIDATION_TABLE.map(({ id }) => id).filter(id => !table.has(id))).toEqual([]);
  expect(table.size).toBe(VALIDATION_TABLE.length);
  expect(table.size).toBeGreaterThanOrEqual(150);
  expect([...table.values()].filter(({ valid }) => valid).length).toBeGreaterThan(50);
});

test.each(VALIDATION_TABLE.map(({ id, policy }) => [id, policy]))('our validation agrees with the API server about %s', (id, policy) => {
  const { ours, theirs } = compared(policy, table.get(id)!);
  expect(ours).toEqual(theirs);
});

test('our validation agrees with the API server about random mutations of valid policies', () => {
  const different = mutations.map(({ policy, ...verdict }) => ({ policy: JSON.stringify(policy), ...compared(policy, verdict) }))
    .filter(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs));
  expect(mutations.length).toBeGreaterThanOrEqual(2000);
  expect(mutations.filter(({ valid }) => valid).length).toBeGreaterThan(200);
  expect(different).toEqual([]);
});

import { summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Claims whose answer needs a search, because no single constraint decides anything. */

/** What a member of the list asks of a label: one of these values; or that it is there, or is not. */
type Asked = Readonly<Record<string, boolean | readonly string[]>>;

function selector(asked: Asked): object {
  return {
    matchExpressions: Object.entries(asked).map(([key, values]) =>
      typeof values === 'boolean' ? { key, operator: values ? 'Exists' : 'DoesNotExist' } : { key, operator: 'In', values }),
  };
}

/** The verdict on the claim that some pods admit only the listed pods of namespace x. */
function verdictOn(objects: readonly object[], to: unknown, listed: readonly Asked[]): ClaimVerdict {
  const members = listed.map(asked => ({ namespace: 'x', podSelector: selector(asked) }));
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(JSON.stringify({ admitsOnly: [{ to, from: members }] })));
  expect(findings).toEqual([]);
  return judgeIntents(clusterOfObjects(objects), intents).verdicts[0].verdict;
}

/** The answer to the claim that a pod whose policy admits some pods of its namespace admits only the listed ones, and the labels of the witness. */
function admitsOnly(listed: readonly Asked[], admitted: Asked = {}): string {
  const isolating = policy('x/p', { podSelector: labelled({ app: 'b' }), ingress: [{ from: [{ podSelector: selector(admitted) }] }] });
  const { answer, witness } = verdictOn([namespace('x'), pod('x/b', { app: 'b' }), isolating], 'x/b', listed);
  return witness?.source.kind === 'pod' ? `${answer}: ${JSON.stringify(witness.source.pod.labels)}` : answer;
}

/** In a pod outside the list, each of `pigeons` sits in one of `holes`: it has a label for that hole. No two sit in one hole. */
function pigeons(count: number, holes: number): Asked[] {
  const numbers = (n: number) => [...Array(n).keys()];
  const label = (pigeon: number, hole: number) => `k${pigeon * holes + hole}`;
  return [
    ...numbers(count).map(pigeon => Object.fromEntries(numbers(holes).map(hole => [label(pigeon, hole), false]))),
    ...numbers(holes).flatMap(hole => numbers(count).flatMap(a =>
      numbers(count).slice(a + 1).map(b => ({ [label(a, hole)]: true, [label(b, hole)]: true })))),
  ];
}

test.each<[string, Asked[], string]>([
  ['each of two labels needs the other, or none is there', [{ a: true, b: false }, { a: false, b: true }], 'fails: {}'],
  ['one of two labels, and not both', [{ a: true, b: true }, { a: false, b: false }], 'fails: {"b":"other"}'],
  ['no combination of two labels', [{ a: true, b: true }, { a: true, b: false }, { a: false, b: true }, { a: false, b: false }], 'holds'],
  ['a value of one label that goes with a value of another', [
    { a: ['1'], b: ['1'] }, { a: ['2'], b: ['2'] }, { a: false, b: false }, { a: false, b: true }, { a: true, b: false },
  ], 'fails: {"a":"other","b":"other"}'],
])('%s', (_, listed, expected) => {
  expect(admitsOnly(listed)).toBe(expected);
});

test.each([[3, 3], [7, 7]])('%i pigeons have a place in %i holes', (count, holes) => {
  const found = admitsOnly(pigeons(count, holes));
  const labels = Object.keys(JSON.parse(found.slice('fails: '.length))).map(key => Number(key.slice(1)));
  expect([...new Set(labels.map(label => Math.floor(label / holes)))]).toHaveLength(count);
  expect(new Set(labels.map(label => label % holes)).size).toBe(labels.length);
});

// Without its memory, the search runs out of steps.
test.each([[4, 3], [10, 9]])('%i pigeons have no place in %i holes', (count, holes) => {
  expect(admitsOnly(pigeons(count, holes))).toBe('holds');
});

test('two labels of forty values have the only combination that a list leaves open', () => {
  const values = [...Array(40).keys()].map(String);
  const answerFor = (open?: string) => {
    const listed = values.map(value => ({ a: [value], b: values.filter(other => other !== value || value !== open) }));
    return admitsOnly(listed, { a: values, b: values });
  };
  expect(answerFor('0')).toBe('fails: {"a":"0","b":"0"}');
  expect(answerFor('31')).toBe('fails: {"a":"31","b":"31"}');
  expect(answerFor('37')).toBe('fails: {"a":"37","b":"37"}');
  expect(answerFor()).toBe('holds');
});

// Unless the search begins with the label that the most members look at, it runs out of steps.
test('no pod is outside a list of hundreds of members, each of which asks for three of many labels', () => {
  let state = 2;
  const next = (count: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % count;
  };
  const member = (): Asked => Object.fromEntries([...Array(3).keys()].map(() => [`k${next(150)}`, next(2) === 0]));
  expect(admitsOnly([...Array(750).keys()].map(member))).toBe('holds');
});

test('two labels of forty values have the only pair that a list leaves open, although each value has one', () => {
  const values = [...Array(40).keys()].map(String);
  const answerFor = (open?: string) => admitsOnly([
    ...values.map(value => ({ a: [value], b: values.filter(other => other !== value) })),
    ...values.filter(value => value !== open).map(value => ({ a: [value], b: [value] })),
  ], { a: values, b: values });
  expect(answerFor('0')).toBe('fails: {"a":"0","b":"0"}');
  expect(answerFor('37')).toBe('fails: {"a":"37","b":"37"}');
  expect(answerFor()).toBe('holds');
});

// With a=1, the same members are left open as with a=0, and no pod is outside the list.
test('values that are left to a label count, and not only the members of a list that are left', () => {
  expect(admitsOnly([
    { a: ['0'], v: ['1'] }, { a: ['0'], v: ['2'] }, { a: ['0'], b: ['1'] }, { a: ['1'], v: ['3', '4'] },
    { v: ['1', '3'], w: ['p'] }, { v: ['1', '4'], w: ['q'] }, { v: ['2', '3'], w: ['p'] }, { v: ['2', '4'], w: ['q'] },
  ], { v: ['1', '2', '3', '4'], w: ['p', 'q'], a: ['0', '1'], b: ['1', '2'] })).toBe('fails: {"a":"0","b":"2","v":"3","w":"q"}');
});

describe('a search that takes too many steps', () => {
  const numbers = (count: number) => [...Array(count).keys()];
  /** Has hundreds of labels to look at, and permits no pod that matters: one with every pigeon in every hole. */
  const wide = (i: number): Asked => Object.fromEntries([
    ...numbers(8 * 7).map(label => [`k${label}`, true]), ...numbers(500).map(label => [`l${label}`, true]), [`wide${i}`, true],
  ]);
  const tooHard = [...pigeons(8, 7), ...numbers(20).map(wide)];
  const isolating = policy('x/p', { podSelector: labelled({ app: 'b' }), ingress: [{ from: [{ podSelector: {} }] }] });

  test('leaves the claim undecided, and says so', () => {
    const verdict = verdictOn([namespace('x'), pod('x/b', { app: 'b' }), isolating], 'x/b', tooHard);
    expect(summaryOf(verdict)).toBe('The search for a witness has used all the steps that one claim may take; split the claim, or list fewer parties.');
    expect(verdict).toMatchObject({
      answer: 'undecided', assumptions: [], reasons: [{ code: 'budget', what: 'the search for a witness' }], declaredWorkloads: [{ name: 'b' }],
    });
  });

  test('does not change the answer if it only looks for a better witness: one between declared pods', () => {
    const objects = [namespace('a'), namespace('x'), pod('x/b', { tier: 't', app: 'b' }), isolating];
    const ofTier = { namespace: 'x', labels: { tier: 't' } };
    // No policy isolates a pod of the tier without the label app=b, so a pod of namespace a reaches it.
    expect(verdictOn(objects, ofTier, tooHard)).toMatchObject({
      answer: 'fails', assumptions: [], witness: { breaks: [], source: { namespace: { name: 'a' } }, destination: { workload: undefined, pod: { labels: { tier: 't' } } } },
    });
    expect(verdictOn(objects, ofTier, pigeons(3, 3))).toMatchObject({ answer: 'fails', witness: { destination: { workload: { name: 'b' } } } });
  });
});

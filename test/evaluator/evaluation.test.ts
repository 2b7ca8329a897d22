import { DenseGrants } from '../../src/evaluator/private/dense-grants';
import { encoded, EvaluationOptions, NO_POLICIES, overviewOf } from '../../src/evaluator/private/evaluation';
import { SparseGrants } from '../../src/evaluator/private/sparse-grants';
import { labelled, namespace, pod, podOf, policy } from '../cluster-objects';
import { evaluated, mentionApps, policyOf } from './evaluated';

const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
const onHttp = (direction: 'ingress' | 'egress', peer: object) => ({
  policyTypes: ['Ingress', 'Egress'], [direction]: [{ [direction === 'ingress' ? 'from' : 'to']: [peer], ports: [{ port: 'http' }] }],
});

describe('a cluster, evaluated,', () => {
  const apps = Array.from({ length: 40 }, (_, i) => `${i}`);
  const { evaluation } = evaluated([
    namespace('a', { team: 'red' }), namespace('empty'), mentionApps(...apps),
    pod('a/one', {}, { ips: ['10.0.0.1'] }), ...apps.map(app => pod(`b/p${app}`, { app })),
    pod('c/s', {}, { ips: ['11.0.0.1'], ...http(80) }), pod('a/two', { app: '1' }, http(8080)),
    policyOf('c/p', undefined, { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] }] }),
  ]);

  test('has its namespaces one behind the other on a line, each from a word on', () => {
    const placed = evaluation.namespaces.map(({ index: { namespace: name, classes }, firstWord, namespaceLabels }) =>
      [name, classes.length, firstWord, namespaceLabels]);
    expect(placed).toEqual([
      ['a', 2, 0, { 'team': 'red', 'kubernetes.io/metadata.name': 'a' }],
      ['b', 40, 1, { 'kubernetes.io/metadata.name': 'b' }],
      ['c', 1, 3, { 'kubernetes.io/metadata.name': 'c' }],
    ]);
    expect([...evaluation.namespaceOfWord]).toEqual([0, 1, 1, 2]);
    expect([...evaluation.numbers]).toEqual([['a', 0], ['b', 1], ['c', 2]]);
    expect(evaluation.compiled).toHaveLength(3);
  });

  test('knows what is of a namespace, wherever it stands', () => {
    expect([...evaluation.workloads].map(([name, workloads]) => [name, workloads.length])).toEqual([['a', 2], ['b', 40], ['c', 1]]);
    expect(evaluation.workloads.get('a')!.map(({ name }) => name)).toEqual(['one', 'two']);
    expect([...evaluation.policies].map(([name, { policies }]) => [name, policies.map(p => p.name)])).toEqual([['elsewhere', ['mention']], ['c', ['p']]]);
  });

  test('knows which numbers a named port has anywhere, ascending, and where pods have addresses', () => {
    expect([...evaluation.portNumbers]).toEqual([['TCP/http', [80, 8080]]]);
    // 10.0.0.0/8 is the second atom.
    expect([...evaluation.populated].sort()).toEqual([1, 2]);
  });

  test('has told what its policies look at, and how much room it took', () => {
    expect(evaluation.vocabulary.drainChanges()).toEqual({ labels: [], portNames: [], addresses: [] });
    expect(evaluation.builtWords).toBe(evaluation.bits.used);
    expect(evaluation.builtWords).toBeGreaterThan(0);
  });

  test('knows of no place where there is no pod', () => {
    expect(overviewOf([])).toEqual({ namespaceOfWord: new Int32Array(0), numbers: new Map(), portNumbers: new Map(), populated: new Set() });
  });

  test('has a line as long as its last word, whichever segment that is of', () => {
    const [a, b, c] = evaluation.namespaces;
    expect([...overviewOf([{ ...a, firstWord: 5 }, { ...b, firstWord: 1 }, { ...c, firstWord: 0 }]).namespaceOfWord]).toEqual([2, 1, 1, 0, 0, 0]);
  });
});

describe('the policies of a namespace', () => {
  test('are read in both directions, and in no other namespace', () => {
    const cluster = evaluated([pod('a/web'), pod('b/web'), policyOf('a/in', undefined, {}), policyOf('a/out', undefined, { policyTypes: ['Egress'] })]);
    const { evaluation: { compiled: folds } } = cluster;
    const names = (number: number) => (['ingress', 'egress'] as const).map(direction => folds[number][direction].policiesOf(0, cluster.evaluation).map(({ name }) => name));
    expect([names(0), names(1)]).toEqual([[['in'], ['out']], [[], []]]);
  });

  test('tell which named ports of other namespaces they mention, coming in or going out', () => {
    const elsewhere = (spec: object) => [...evaluated([pod('a/web', {}, http(80)), policyOf('a/p', undefined, spec)]).evaluation.compiled[0].portNamesElsewhere];
    expect(elsewhere(onHttp('egress', { namespaceSelector: {} }))).toEqual(['TCP/http']);
    expect(elsewhere(onHttp('egress', { podSelector: {} }))).toEqual([]);
    // Where connections come in, a name is the subject's.
    expect(elsewhere(onHttp('ingress', { namespaceSelector: {} }))).toEqual([]);
  });

  test('are the same numbers whenever they are written down', () => {
    const { evaluation: { policies, vocabulary: lens, table } } = evaluated([pod('a/web'), policyOf('a/p', 'web', onHttp('egress', { podSelector: labelled({ app: 'db' }) })), policyOf('a/q', 'db', {})]);
    const own = policies.get('a')!;
    expect(encoded(own.policies, 0, lens, table)).toEqual(own);
    expect(lens.drainChanges()).toEqual({ labels: [], portNames: [], addresses: [] });
    expect(encoded([], 1, lens, table)).toEqual(NO_POLICIES);
  });
});

describe('grants are kept', () => {
  const form = (options: EvaluationOptions, pods: object[], ...rules: object[]) => {
    const { evaluation } = evaluated([...pods, policy('a/p', { podSelector: {}, ingress: rules, policyTypes: ['Ingress'] })], options);
    return (evaluation.compiled[0].ingress as any).grants.constructor;
  };
  const one = [pod('a/web')];
  const grantsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ from: [{ podSelector: {} }], ports: [{ port: i + 1 }] }));

  test('in lists, as long as classes have no more than two dozen each', () => {
    expect(form({}, one, ...grantsOf(24))).toBe(SparseGrants);
    expect(form({}, one, ...grantsOf(25))).toBe(DenseGrants);
  });

  test('in lists of another length, where one is said', () => {
    expect([0, 1, 2].map(longestLists => form({ longestLists }, one, ...grantsOf(1)))).toEqual([DenseGrants, SparseGrants, SparseGrants]);
    expect(form({ longestLists: 0 }, one)).toBe(SparseGrants);
  });

  test('by classes, not by pods, and on average', () => {
    const replicas = [podOf('web', 'a/web-0', {}), podOf('web', 'a/web-1', {})];
    expect(form({ longestLists: 1 }, replicas, ...grantsOf(2))).toBe(DenseGrants);
    const two = [mentionApps('web'), pod('a/web', { app: 'web' }), pod('a/db')];
    const { evaluation: { compiled: folds } } = evaluated([...two, policyOf('a/p', 'web', { ingress: grantsOf(2) })], { longestLists: 1 });
    expect((folds[0].ingress as any).grants).toBeInstanceOf(SparseGrants);
  });
});

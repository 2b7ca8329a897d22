import { Evaluated, evaluated } from './evaluated';
import { Workload } from '../../src/cluster/cluster';
import { EVERYTHING, NOTHING } from '../../src/evaluator/private/bit-rows';
import { NamespaceIndex } from '../../src/evaluator/private/namespace-index';
import { PeerSetQuery, PeerSetRef, PeerSets, PlacedNamespace } from '../../src/evaluator/private/peer-sets';
import { Selector } from '../../src/k8s/selector';
import { namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });

/** Namespaces a, b and c, one behind the other on the line, and a policy elsewhere that tells their pods apart. */
const CLUSTER = [
  namespace('a', { team: 'red' }), namespace('b', { team: 'blue' }), namespace('c', { team: 'red' }),
  pod('a/web', { app: 'web' }, { ips: ['10.0.0.1'], ...http(80) }), pod('a/db', { app: 'db' }, { ips: ['10.1.0.1'] }),
  pod('b/web', { app: 'web' }, { ips: ['10.2.0.1', '10.3.0.1'], ...http(8080) }),
  pod('c/web', { app: 'web' }, { ips: ['11.0.0.1'], ...http(80) }), pod('c/host', { app: 'web' }, { ips: ['10.9.0.1'], hostNetwork: true }),
  policy('elsewhere/mention', {
    podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] },
    ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } }], ports: [{ port: 'http' }] }],
  }),
];
const [ALL_TEN, SOME_TEN] = [0, 1];

function asked(cluster: Evaluated) {
  const { evaluation: { vocabulary: lens, sets } } = cluster;
  const selector = (labels: Record<string, string>) => lens.selector(Selector.labels(labels));
  const members = (set: PeerSetRef, now = sets) => cluster.within(now.firstWords[set], now.words[set], now.rows[set]);
  return { selector, members, who: (question: PeerSetQuery) => members(sets.number(question)) };
}

describe('a set of peers is', () => {
  const cluster = evaluated(CLUSTER);
  const { selector, who } = asked(cluster);
  const [red, nobodys, web] = [selector({ team: 'red' }), selector({ team: 'green' }), selector({ app: 'web' })];

  test.each<[string, PeerSetQuery, string[]]>([
    ['every pod, those on a node\'s network too', {}, ['a/db', 'a/web', 'b/web', 'c/host', 'c/web']],
    ['every pod of some namespaces', { namespaces: red }, ['a/db', 'a/web', 'c/host', 'c/web']],
    ['those with a label, and none on a node\'s network', { pods: web }, ['a/web', 'b/web', 'c/web']],
    ['those with a label in some namespaces', { namespaces: red, pods: web }, ['a/web', 'c/web']],
    ['nobody where no namespace is selected', { namespaces: nobodys, pods: web }, []],
    ['those with an address in a block, on a node\'s network too', { block: ALL_TEN }, ['a/db', 'a/web', 'b/web', 'c/host']],
    ['those with some address outside of the exceptions', { block: SOME_TEN }, ['a/web', 'b/web', 'c/host']],
    ['those with a number for a port of a name', { port: { name: 'TCP/http', number: 80 } }, ['a/web', 'c/web']],
    ['of a block those with a number', { block: ALL_TEN, port: { name: 'TCP/http', number: 80 } }, ['a/web']],
    ['of a label those with a number', { namespaces: red, pods: web, port: { name: 'TCP/http', number: 80 } }, ['a/web', 'c/web']],
    ['nobody where no pod has the number', { port: { name: 'TCP/http', number: 81 } }, []],
    ['nobody where no pod has the name', { port: { name: 'UDP/http', number: 80 } }, []],
  ])('%s', (_, question, names) => {
    expect(who(question)).toEqual(names);
  });

  test('the same where the same is asked, and another one for each other question', () => {
    const { sets } = cluster.evaluation;
    const port = { name: 'TCP/http', number: 80 };
    const questions: PeerSetQuery[] = [
      {}, { namespaces: red }, { pods: red }, { namespaces: red, pods: web }, { namespaces: web, pods: red },
      { block: ALL_TEN }, { block: SOME_TEN }, { port },
      { namespaces: red, port }, { pods: red, port }, { block: ALL_TEN, port }, { port: { ...port, number: 8080 } }, { port: { ...port, name: 'UDP/http' } },
    ];
    const first = questions.map(question => sets.number(question));
    expect(new Set(first).size).toBe(questions.length);
    expect(questions.map(question => sets.number({ ...question }))).toEqual(first);
  });
});

describe('the window of a set', () => {
  const cluster = evaluated(CLUSTER);
  const { selector, who } = asked(cluster);
  const { evaluation: { sets, bits, vocabulary: lens } } = cluster;
  const window = (question: PeerSetQuery) => {
    const set = sets.number(question);
    return { first: sets.firstWords[set], words: sets.words[set], row: sets.rows[set] };
  };

  test('reaches from the first namespace with a member to the last one', () => {
    expect(window({ namespaces: selector({ team: 'red' }) })).toMatchObject({ first: 0, words: 3 });
    const matchExpressions = [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['a'] }] as const;
    const notA = lens.selector(Selector.from({ matchExpressions }));
    expect(window({ namespaces: notA })).toMatchObject({ first: 1, words: 2 });
  });

  test('of one namespace is its own, and so is the row', () => {
    const blue = selector({ team: 'blue' });
    expect(window({ namespaces: blue })).toEqual({ first: 1, words: 1, row: EVERYTHING });
    const web = selector({ app: 'web' });
    expect(window({ namespaces: blue, pods: web })).toEqual({ first: 1, words: 1, row: cluster.evaluation.namespaces[1].index.select(web) });
  });

  test('takes in no namespace without a member', () => {
    const at = (app: string) => window({ pods: selector({ app }) });
    expect(at('db')).toMatchObject({ first: 0, words: 1 });
    expect(at('cache')).toEqual({ first: 0, words: 0, row: NOTHING });
  });

  test('takes no more room than it is wide, and none before it is asked for', () => {
    const { evaluation: { addresses, namespaces: segments } } = cluster;
    const fresh = new PeerSets(lens, bits, addresses, segments);
    expect([fresh.firstWords, fresh.words, fresh.rows]).toEqual([[], [], []]);
    const { used } = bits;
    const matchExpressions = [{ key: 'team', operator: 'In' as const, values: ['red', 'blue'] }, { key: 'kubernetes.io/metadata.name', operator: 'NotIn' as const, values: ['a'] }];
    expect(fresh.number({ namespaces: lens.selector(Selector.from({ matchExpressions })) })).toBe(0);
    expect(bits.used).toBe(used + 2);
  });

  test('of nobody has no words', () => {
    expect(window({ namespaces: selector({ team: 'green' }) })).toEqual({ first: 0, words: 0, row: NOTHING });
  });

  test('has nobody where a namespace has no more pods', () => {
    // In a cluster of its own: a set is put together once.
    const fresh = evaluated(CLUSTER);
    const { sets: { rows }, bits: { words } } = fresh.evaluation;
    const row = rows[fresh.evaluation.sets.number({ namespaces: asked(fresh).selector({ team: 'red' }) })];
    expect([0, 1, 2].map(word => words[row + word])).toEqual([0b11, 0, 0b11]);
  });

  test('leaves the rows that it is put together from as they are', () => {
    const before = who({ block: ALL_TEN });
    who({ block: SOME_TEN });
    who({ pods: selector({ app: 'web' }) });
    expect(who({ block: ALL_TEN })).toEqual(before);
    expect(cluster.named('b', cluster.evaluation.namespaces[1].index.select(selector({ app: 'web' })))).toEqual(['b/web']);
  });

  test('spends no words on a block that each pod has but one address in', () => {
    const [, { index: segment }] = cluster.evaluation.namespaces;
    const other = evaluated([pod('b/web', {}, { ips: ['10.2.0.1'] }), CLUSTER[CLUSTER.length - 1]]);
    const { used } = other.evaluation.bits;
    other.evaluation.sets.number({ block: SOME_TEN });
    other.evaluation.sets.number({ block: ALL_TEN });
    expect(other.evaluation.bits.used).toBe(used);
    expect(segment.byAtom.size).toBe(2);
  });
});

describe('sets that are brought up to date', () => {
  const setUp = () => {
    const cluster = evaluated(CLUSTER);
    const { evaluation: { vocabulary: lens, sets, namespaces: segments, addresses, bits } } = cluster;
    const { selector } = asked(cluster);
    const questions = {
      all: {},
      red: { namespaces: selector({ team: 'red' }) },
      blue: { namespaces: selector({ team: 'blue' }) },
      web: { pods: selector({ app: 'web' }) },
      redWeb: { namespaces: selector({ team: 'red' }), pods: selector({ app: 'web' }) },
      block: { block: ALL_TEN },
      eighty: { port: { name: 'TCP/http', number: 80 } },
    };
    const refs = Object.entries(questions).map(([name, question]) => [name, sets.number(question)] as const);
    const segment = (name: string, ...objects: object[]) =>
      new NamespaceIndex(name, clusterOfObjects(objects).workloads as Workload[], lens, bits, addresses);
    /** Which sets are others after a change, and what they hold: namespace and class. */
    const changes = (placed: readonly PlacedNamespace[], ...changed: number[]) => {
      const before = refs.map(([, set]) => [sets.firstWords[set], sets.words[set], sets.rows[set]].join());
      const after = sets.updated(placed, changed, addresses);
      expect(refs.map(([, set]) => [sets.firstWords[set], sets.words[set], sets.rows[set]].join())).toEqual(before);
      expect(Object.values(questions).map(question => after.number(question))).toEqual(refs.map(([, set]) => set));
      return Object.fromEntries(refs.filter(([, set], i) => [after.firstWords[set], after.words[set], after.rows[set]].join() !== before[i])
        .map(([name, set]) => [name, holds(after, set, placed, bits)]));
    };
    return { segments, segment, changes };
  };

  /** `b0`: the first class of namespace b. */
  function holds(sets: PeerSets, set: PeerSetRef, placed: readonly PlacedNamespace[], bits: Evaluated['evaluation']['bits']): string {
    return placed.flatMap(({ index: segment, firstWord }) => segment.classes.flatMap((_, own) => {
      const bit = firstWord * 32 + own - sets.firstWords[set] * 32;
      return bit >= 0 && bit < sets.words[set] * 32 && bits.holds(sets.rows[set], bit) ? [`${segment.namespace}${own}`] : [];
    })).join(' ');
  }

  test('are kept where nothing has changed', () => {
    const { segments, changes } = setUp();
    expect(changes(segments)).toEqual({});
    expect(changes(segments, 0, 1, 2)).toEqual({});
  });

  test('follow the labels of a namespace', () => {
    const { segments: [a, b, c], changes } = setUp();
    expect(changes([{ ...a, namespaceLabels: { team: 'blue' } }, b, c], 0)).toEqual({ red: 'c0 c1', blue: 'a0 a1 b0', redWeb: 'c0' });
    expect(changes([a, { ...b, namespaceLabels: { team: 'red' } }, c], 1)).toEqual({ red: 'a0 a1 b0 c0 c1', blue: '', redWeb: 'a0 b0 c0' });
  });

  test('follow the pods of a namespace: those that hold others than before, and no more', () => {
    const { segments: [a, b, c], segment, changes } = setUp();
    const other = segment('b', pod('b/db', { app: 'db' }, { ips: ['10.2.0.1', '10.3.0.1'], ...http(8080) }));
    expect(changes([a, { ...b, index: other }, c], 1)).toEqual({ web: 'a0 c0' });
    const moved = segment('b', pod('b/web', { app: 'web' }, { ips: ['11.2.0.1'], ...http(80) }));
    expect(changes([a, { ...b, index: moved }, c], 1)).toEqual({ block: 'a0 a1 c1', eighty: 'a0 b0 c0' });
  });

  test('follow pods that have changed places in their namespace', () => {
    const { segments: [a, b, c], segment, changes } = setUp();
    const swapped = segment('a', pod('a/db', { app: 'db' }, { ips: ['10.1.0.1'] }), pod('a/web', { app: 'web' }, { ips: ['10.0.0.1'], ...http(80) }));
    expect(changes([{ ...a, index: swapped }, b, c], 0)).toEqual({ web: 'a1 b0 c0', redWeb: 'a1 c0', eighty: 'a1 c0' });
  });

  test('follow a namespace that has a class more', () => {
    const { segments: [a, b, c], segment, changes } = setUp();
    const two = segment('b', pod('b/web', { app: 'web' }, { ips: ['10.2.0.1', '10.3.0.1'], ...http(8080) }), pod('b/bare'));
    expect(changes([a, { ...b, index: two }, c], 1)).toMatchObject({ all: 'a0 a1 b0 b1 c0 c1' });
  });

  test('follow a namespace to another place on the line', () => {
    const { segments: [a, b, c], changes } = setUp();
    expect(changes([a, { ...b, firstWord: 3 }, c], 1)).toEqual({ all: 'a0 a1 b0 c0 c1', blue: 'b0', web: 'a0 b0 c0', block: 'a0 a1 b0 c1' });
  });

  test('follow a namespace that is new', () => {
    const { segments, segment, changes } = setUp();
    const added = { index: segment('d', pod('d/web', { app: 'web' })), firstWord: 3, namespaceLabels: { team: 'red' } };
    expect(changes([...segments, added], 3)).toEqual({ all: 'a0 a1 b0 c0 c1 d0', red: 'a0 a1 c0 c1 d0', web: 'a0 b0 c0 d0', redWeb: 'a0 c0 d0' });
  });

  test('know the namespaces that a selector selects from then on', () => {
    const cluster = evaluated(CLUSTER);
    const { evaluation: { sets, namespaces: [a, b, c], addresses, bits } } = cluster;
    const { selector } = asked(cluster);
    sets.number({ namespaces: selector({ team: 'red' }) });
    const placed = [{ ...a, namespaceLabels: { team: 'blue' } }, { ...b, namespaceLabels: { team: 'red' } }, c];
    const after = sets.updated(placed, [0, 1], addresses);
    expect(holds(after, after.number({ namespaces: selector({ team: 'red' }), pods: selector({ app: 'web' }) }), placed, bits)).toBe('b0 c0');
    expect(cluster.within(0, 3, sets.rows[sets.number({ namespaces: selector({ team: 'red' }) })])).toEqual(['a/db', 'a/web', 'c/host', 'c/web']);
  });
});

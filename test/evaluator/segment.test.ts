import { AddressSpace } from '../../src/evaluator/address-space';
import { BitRows, EVERYTHING, NOTHING, RowRef } from '../../src/evaluator/private/bit-rows';
import { ConnectionTable } from '../../src/evaluator/private/connection-table';
import { NamespaceIndex } from '../../src/evaluator/private/namespace-index';
import { IntList, encodePolicy } from '../../src/evaluator/private/policy-encoding';
import { PolicyVocabulary } from '../../src/evaluator/private/vocabulary';
import { LabelSelector } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { labelled, pod, PodOptions, podOf, policy, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/** Do the pods x/a and x/b share a class? */
function alike(...objects: object[]): boolean {
  const reach = reachOf(...objects);
  const [a, b] = ['a', 'b'].map(name => reach.cluster.workloads.find(w => w.name === name)!).map(w => reach.ofPod(w, w.pods[0]));
  return a === b;
}

/** The pods of namespace x, under a lens that the policies among the objects give. */
function segmentOf(...objects: object[]) {
  const { workloads, policies } = clusterOfObjects(objects);
  const lens = new PolicyVocabulary();
  for (const each of policies) { encodePolicy(each, 1, lens, new ConnectionTable(), new IntList(64)); }
  const rows = new BitRows();
  const segment = new NamespaceIndex('x', workloads.filter(w => w.namespace === 'x'), lens, rows, new AddressSpace(lens.edgeAddresses()));
  /** Names of the workloads that a row holds. */
  const named = (row: RowRef) => workloads
    .filter(w => w.namespace === 'x' && row !== NOTHING && (row === EVERYTHING || rows.has(row, segment.classOf(w.pods[0])!)))
    .map(w => w.name).sort();
  const select = (selector: LabelSelector) => segment.select(lens.selector(Selector.from(selector)));
  /** How many words of bits something takes. */
  const spent = (what: () => void) => {
    const { used } = rows;
    what();
    return rows.used - used;
  };
  return { segment, lens, rows, named, select, spent, selected: (selector: LabelSelector) => named(select(selector)) };
}

const selects = (podSelector: object) => policy('x/p', { podSelector });
const isWeb = selects(labelled({ app: 'web' }));
const fromBlock = policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
const onHttp = policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] });
const ports = (...numbers: number[]) => ({ ports: numbers.map(containerPort => ({ name: 'http', containerPort })) });
const http = (containerPort: number, protocol = 'TCP') => ({ ports: [{ name: 'http', containerPort, protocol }] });

describe('two pods of a namespace are of one class', () => {
  test.each<[string, object[]]>([
    ['where no policy looks at anything', [pod('x/a', { app: 'web' }), pod('x/b', { app: 'db' })]],
    ['where the label that differs is mentioned nowhere', [isWeb, pod('x/a', { app: 'web', hash: '1' }), pod('x/b', { app: 'web', hash: '2' })]],
    ['where they differ in values that nobody mentions', [isWeb, pod('x/a', { app: 'cache' }), pod('x/b', { app: 'queue' })]],
    ['where a port name that is mentioned has the same number', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(80))]],
    ['where a port name stands twice with one number', [onHttp, pod('x/a', {}, ports(80, 80)), pod('x/b', {}, ports(80))]],
    ['where numbers of a port name stand in another order', [onHttp, pod('x/a', {}, ports(80, 81)), pod('x/b', {}, ports(81, 80))]],
    ['where port names stand in another order', [
      policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }, { port: 'web' }] }] }),
      pod('x/a', {}, { ports: [{ name: 'http', containerPort: 80 }, { name: 'web', containerPort: 81 }] }),
      pod('x/b', {}, { ports: [{ name: 'web', containerPort: 81 }, { name: 'http', containerPort: 80 }] }),
    ]],
    ['where labels stand in another order', [
      selects({ matchExpressions: [{ key: 'app', operator: 'Exists' }, { key: 'tier', operator: 'Exists' }] }),
      pod('x/a', { app: 'web', tier: 'front' }), pod('x/b', { tier: 'front', app: 'web' }),
    ]],
    ['where a port differs that is mentioned by number', [
      policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }), pod('x/a', {}, http(80)), pod('x/b', {}, http(81)),
    ]],
    ['where their addresses lie in the same blocks', [fromBlock, pod('x/a', {}, { ips: ['10.0.0.1'] }), pod('x/b', {}, { ips: ['10.200.0.1'] })]],
    ['where their addresses stand in another order', [
      fromBlock, pod('x/a', {}, { ips: ['10.0.0.1', '11.0.0.1'] }), pod('x/b', {}, { ips: ['11.0.0.2', '10.0.0.2'] }),
    ]],
    ["where both are on their nodes' network, whatever their labels", [
      isWeb, pod('x/a', { app: 'web' }, { hostNetwork: true }), pod('x/b', { app: 'db' }, { hostNetwork: true }),
    ]],
  ])('%s', (_, objects) => {
    expect(alike(...objects)).toBe(true);
  });
});

describe('two pods of a namespace are of two classes', () => {
  test.each<[string, object[]]>([
    ['where one has a value that is mentioned', [isWeb, pod('x/a', { app: 'web' }), pod('x/b', { app: 'db' })]],
    ['where one lacks a label that is mentioned', [isWeb, pod('x/a', { app: 'cache' }), pod('x/b')]],
    ['where one has the label empty and one not at all', [isWeb, pod('x/a', { app: '' }), pod('x/b')]],
    ['where only a peer of some rule looks at the label', [
      policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: labelled({ app: 'web' }) }] }] }), pod('x/a', { app: 'web' }), pod('x/b'),
    ]],
    ['where a label is called like what every JavaScript object has', [
      selects({ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }), pod('x/a', { constructor: '1' }), pod('x/b'),
    ]],
    ['where a port name that is mentioned has another number', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(81))]],
    ['where a port name that is mentioned is of another protocol', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(80, 'UDP'))]],
    ['where an address lies in another block', [fromBlock, pod('x/a', {}, { ips: ['10.0.0.1'] }), pod('x/b', {}, { ips: ['11.0.0.1'] })]],
    ['where an address is not known', [fromBlock, pod('x/a', {}, { ips: ['11.0.0.1'] }), pod('x/b')]],
    ["where one is on its node's network", [pod('x/a', {}, { hostNetwork: true }), pod('x/b')]],
  ])('%s', (_, objects) => {
    expect(alike(...objects)).toBe(false);
  });
});

describe('the classes of a namespace', () => {
  test('are as few as there are kinds of pods, however many the pods', () => {
    const { segment } = segmentOf(isWeb, ...Array.from({ length: 50 }, (_, i) => podOf('web', `x/web-${i}`, { app: 'web', index: `${i}` })));
    expect(segment.classes).toHaveLength(1);
    expect(segment.words).toBe(1);
  });

  test('need a second word from the thirty-third on', () => {
    const { segment, selected } = segmentOf(
      policy('x/p', { podSelector: { matchExpressions: [{ key: 'i', operator: 'In', values: Array.from({ length: 33 }, (_, i) => `${i}`) }] } }),
      ...Array.from({ length: 33 }, (_, i) => pod(`x/p${i}`, { i: `${i}` })),
    );
    expect([segment.classes.length, segment.words]).toEqual([33, 2]);
    expect(selected(labelled({ i: '32' }))).toEqual(['p32']);
    expect(selected({})).toHaveLength(33);
  });

  test('remember numbers of named ports that policies ask about, and of no others', () => {
    const { segment, named } = segmentOf(onHttp, pod('x/a', {}, {
      ports: [{ name: 'http', containerPort: 8080 }, { name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 9090 }, { containerPort: 22 }],
    }), pod('x/b'));
    expect([...segment.ports.keys()]).toEqual(['TCP/http']);
    expect([...segment.holders('TCP/http')].map(([number, row]) => [number, named(row)])).toEqual([[8080, ['a']], [80, ['a']]]);
    expect([...segment.holders('TCP/metrics')]).toEqual([]);
  });

  test('say whether some pod has a label, a value, or a port of a name', () => {
    const { segment } = segmentOf(pod('x/a', { app: 'web', constructor: '1' }, http(80)));
    expect([segment.someHave('app'), segment.someHave('app', 'web'), segment.someHave('app', 'db'), segment.someHave('toString'), segment.someHave('constructor', '1')])
      .toEqual([true, true, false, false, true]);
    expect([segment.someHavePort('TCP/http'), segment.someHavePort('UDP/http'), segment.someHavePort('TCP/undefined')]).toEqual([true, false, false]);
    const { segment: several } = segmentOf(pod('x/a', {}, { ports: [{ containerPort: 22 }, { name: 'http', containerPort: 80 }] }), pod('x/b'));
    // A port may be called `undefined`.
    expect([several.someHavePort('TCP/http'), several.someHavePort('TCP/undefined')]).toEqual([true, false]);
  });

  test('tell the pods of one workload apart', () => {
    const { workloads } = clusterOfObjects([podOf('web', 'x/web-0', { app: 'web', hash: '0' }), podOf('web', 'x/web-1', { app: 'web', hash: '1' })]);
    const { segment } = segmentOf(selects(labelled({ hash: '0' })), podOf('web', 'x/web-0', { app: 'web', hash: '0' }), podOf('web', 'x/web-1', { app: 'web', hash: '1' }));
    expect(workloads[0].pods).toHaveLength(2);
    const { pods } = segment.runs[0].workload;
    expect(pods.map(each => segment.classOf(each))).toEqual([0, 1]);
  });

  test('keep their rows where atoms of addresses get other numbers', () => {
    const { segment, named } = segmentOf(fromBlock, pod('x/a', {}, { ips: ['10.0.0.1'] }), pod('x/b'));
    expect([...segment.byAtom].map(([atom, row]) => [atom, named(row)])).toEqual([[1, ['a']]]);
    expect([...segment.renumbered(Int32Array.of(0, 5, 6)).byAtom].map(([atom, row]) => [atom, named(row)])).toEqual([[5, ['a']]]);
    const { segment: unaddressed } = segmentOf(fromBlock, pod('x/b'));
    expect(unaddressed.renumbered(Int32Array.of(0, 5, 6))).toBe(unaddressed);
  });
});

/** Mentions every label of the pods below, so that each of them is a class of its own. */
const MENTION_ALL = selects({
  matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db', 'cache', ''] }, { key: 'constructor', operator: 'NotIn', values: ['yes'] }],
});

const expression = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]): LabelSelector =>
  ({ matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }] });

describe.each<[string, PodOptions[]]>([["beside one on its node's network", [{ hostNetwork: true }]], ['among themselves', []]])('a selector selects, of pods %s,', (_, others) => {
  const { selected } = segmentOf(
    MENTION_ALL, pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache', constructor: 'yes' }), pod('x/blank', { app: '' }),
    pod('x/bare'), ...others.map(options => pod('x/host', { app: 'web' }, options)), pod('y/web', { app: 'web' }),
  );

  test.each<[string, LabelSelector, string[]]>([
    ['everything where it is empty', {}, ['bare', 'blank', 'cache', 'db', 'web']],
    ['by matchLabels', { matchLabels: { app: 'web' } }, ['web']],
    ['by In with one value', expression('app', 'In', 'web'), ['web']],
    ['by In with several values, of which none need be there', expression('app', 'In', 'web', 'db', 'nowhere'), ['db', 'web']],
    ['nothing by In with values that nothing has', expression('app', 'In', 'nowhere', 'neither'), []],
    ['nothing by In with one value that nothing has', expression('app', 'In', 'nowhere'), []],
    ['by NotIn, those without the label too', expression('app', 'NotIn', 'web', 'db'), ['bare', 'blank', 'cache']],
    ['all by NotIn with a label that nothing has', expression('nothing', 'NotIn', 'x'), ['bare', 'blank', 'cache', 'db', 'web']],
    ['by Exists, the empty value too', expression('app', 'Exists'), ['blank', 'cache', 'db', 'web']],
    ['nothing by Exists of a label that nothing has', expression('nothing', 'Exists'), []],
    ['by DoesNotExist', expression('app', 'DoesNotExist'), ['bare']],
    ['the empty value, and not the absent label', { matchLabels: { app: '' } }, ['blank']],
    ['all its parts at once', { matchLabels: { app: 'cache' }, ...expression('app', 'NotIn', 'web') }, ['cache']],
    ['nothing where its parts contradict each other', { matchLabels: { app: 'cache' }, ...expression('app', 'In', 'web') }, []],
    ['by a key that every JavaScript object has', expression('constructor', 'Exists'), ['cache']],
    ['not by a key that every JavaScript object has and no label is', expression('toString', 'Exists'), []],
  ])('%s', (_what, selector, pods) => {
    expect(selected(selector)).toEqual(pods);
  });

  test('the same once more when asked again: no answer is changed by another one', () => {
    const before = selected({ matchLabels: { app: 'web' } });
    selected({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] });
    selected({ matchLabels: { app: 'web' }, ...expression('app', 'Exists') });
    expect(selected({ matchLabels: { app: 'web' } })).toEqual(before);
  });
});

test("a selector selects nobody where all are on their node's network", () => {
  const { selected } = segmentOf(isWeb, pod('x/host', { app: 'web' }, { hostNetwork: true }));
  expect([selected({}), selected(labelled({ app: 'web' })), selected(expression('app', 'DoesNotExist'))]).toEqual([[], [], []]);
});

test('rows are joined without words where one of them holds everything or nothing', () => {
  const { segment, lens, named, spent } = segmentOf(
    MENTION_ALL, pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache' }));
  const web = segment.select(lens.selector(Selector.labels({ app: 'web' })));
  const db = segment.select(lens.selector(Selector.labels({ app: 'db' })));
  expect([segment.both(EVERYTHING, web), segment.both(web, EVERYTHING)]).toEqual([web, web]);
  expect([segment.both(NOTHING, web), segment.both(web, NOTHING)]).toEqual([NOTHING, NOTHING]);
  expect([named(segment.both(web, web)), segment.both(web, db)]).toEqual([['web'], NOTHING]);
  expect(spent(() => {
    segment.both(NOTHING, web);
    segment.both(web, NOTHING);
  })).toBe(0);
});

describe('words of bits are spent', () => {
  const three = [MENTION_ALL, pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache' })];
  const host = pod('x/host', { app: 'web' }, { hostNetwork: true });

  test('on nothing that is there already: one label, everything, nothing', () => {
    const { select, spent } = segmentOf(...three);
    expect(spent(() => { select({ matchLabels: { app: 'web' } }); })).toBe(0);
    expect([select({}), select(expression('app', 'In', 'nowhere'))]).toEqual([EVERYTHING, NOTHING]);
    const hosts = segmentOf(isWeb, host);
    expect(hosts.spent(() => {
      expect([hosts.select({}), hosts.select(expression('app', 'NotIn', 'db'))]).toEqual([NOTHING, NOTHING]);
    })).toBe(0);
  });

  test('on a selector once', () => {
    const { select, spent } = segmentOf(...three);
    const selector = expression('app', 'NotIn', 'web');
    const row = select(selector);
    expect(spent(() => { expect(select(selector)).toBe(row); })).toBe(0);
  });

  test('on the row alone where one of the values is there', () => {
    const { select, spent } = segmentOf(...three);
    expect(spent(() => { select(expression('app', 'In', 'web', 'nowhere')); })).toBe(1);
    expect(spent(() => { select(expression('app', 'In', 'web', 'db')); })).toBe(2);
  });
});

test('what is selected leaves the rows of labels as they are, and has no bits but those of classes', () => {
  const { select, selected, rows } = segmentOf(MENTION_ALL, pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache' }));
  expect(selected(expression('app', 'In', 'web', 'db'))).toEqual(['db', 'web']);
  expect(selected(labelled({ app: 'web' }))).toEqual(['web']);
  expect(rows.words[select(expression('app', 'NotIn', 'nowhere'))]).toBe(0b111);
});

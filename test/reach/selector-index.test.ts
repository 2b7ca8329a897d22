import { LabelSelector } from '../../src/api/objects';
import { Selector } from '../../src/cluster/selector';
import { AddressSpace } from '../../src/reach/address-space';
import { EndpointClasses } from '../../src/reach/endpoint-classes';
import { SelectorIndex } from '../../src/reach/selector-index';
import { namespace, pod, policy, reachOf } from '../cluster-objects';

/** Mentions every label of the pods below, so that each of them is a class of its own. */
const MENTION_ALL = policy('x/all', {
  podSelector: {
    matchExpressions: [
      { key: 'app', operator: 'In', values: ['web', 'db', 'cache', ''] },
      { key: 'constructor', operator: 'NotIn', values: ['yes'] },
    ],
  },
});

const { cluster } = reachOf(
  namespace('x', { team: 'a' }), namespace('y', { team: 'b' }), namespace('unused', { team: 'c' }), MENTION_ALL,
  pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache', constructor: 'yes' }), pod('x/blank', { app: '' }), pod('x/bare'),
  pod('x/host', { app: 'web' }, { hostNetwork: true }),
  pod('y/web', { app: 'web' }), pod('undeclared/web', { app: 'web' }),
);
const classes = new EndpointClasses(cluster, new AddressSpace([]));
// As in an evaluation: behind the classes come atoms of addresses, which no selector selects.
const index = new SelectorIndex(cluster, classes, classes.classes.length + 2);
const names = new Map(cluster.workloads.map(w => [classes.indexOf(w.pods[0]), `${w.namespace}/${w.name}`]));
const named = (row: { toArray(): number[] }) => row.toArray().map(i => names.get(i)).sort();

const expression = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]): LabelSelector =>
  ({ matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }] });

describe('a selector selects', () => {
  test.each<[string, LabelSelector, string[]]>([
    ['everything where it is empty', {}, ['bare', 'blank', 'cache', 'db', 'web']],
    ['by matchLabels', { matchLabels: { app: 'web' } }, ['web']],
    ['by In with one value', expression('app', 'In', 'web'), ['web']],
    ['by In with several values, of which none need be there', expression('app', 'In', 'web', 'db', 'nowhere'), ['db', 'web']],
    ['nothing by In with values that nothing has', expression('app', 'In', 'nowhere'), []],
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
  ])('%s', (_, selector, pods) => {
    expect(named(index.podsIn('x', Selector.from(selector)))).toEqual(pods.map(name => `x/${name}`));
  });

  test('the same once more when asked again: no answer is changed by another one', () => {
    const web = Selector.from({ matchLabels: { app: 'web' } });
    const before = named(index.podsAcross(Selector.everything, web));
    index.podsIn('x', Selector.from({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] }));
    index.podsAcross(Selector.labels({ team: 'a' }), web);
    expect(named(index.podsAcross(Selector.everything, web))).toEqual(before);
    expect(before).toEqual(['undeclared/web', 'x/web', 'y/web']);
  });
});

describe('namespaces are selected', () => {
  const web = Selector.labels({ app: 'web' });
  test.each<[string, LabelSelector, string[]]>([
    ['all of them by an empty selector', {}, ['undeclared/web', 'x/web', 'y/web']],
    ['by their labels', { matchLabels: { team: 'b' } }, ['y/web']],
    ['by their names, declared or not', expression('kubernetes.io/metadata.name', 'In', 'x', 'undeclared'), ['undeclared/web', 'x/web']],
    ['by the label that an undeclared one can not have', expression('team', 'DoesNotExist'), ['undeclared/web']],
    ['not at all where none has the label', { matchLabels: { team: 'z' } }, []],
  ])('%s', (_, namespaces, pods) => {
    expect(named(index.podsAcross(Selector.from(namespaces), web))).toEqual(pods);
  });

  test('and have no pods of which nothing is known', () => {
    expect(index.podsIn('unused', Selector.everything).isEmpty).toBe(true);
    expect(index.podsIn('nowhere', Selector.everything).isEmpty).toBe(true);
  });
});

test("a pod on its node's network is selected by nothing", () => {
  expect(named(index.pods(Selector.everything))).not.toContain('x/host');
  expect(named(index.pods(Selector.from(expression('app', 'DoesNotExist'))))).toEqual(['x/bare']);
});

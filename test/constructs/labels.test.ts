import { App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { chartIn, namesOf, newChart, policyOf, selectorOf } from './synthesized';
import { LabelExpression, Port, Tier, TierProps } from '../../src';

/* Labels, expressions and namespaces, as a tier takes them and its policies show them. */

const selector = (props?: TierProps, id = 'web') => selectorOf(new Tier(newChart(), id, props));

describe('a tier selects its pods', () => {
  test('by app=<id> if no labels are given', () => {
    expect(selector()).toEqual({ matchLabels: { app: 'web' } });
    expect(selector({ ports: [Port.tcp(80)] })).toEqual({ matchLabels: { app: 'web' } });
  });

  test('by the given labels and expressions, and then not by its id', () => {
    expect(selector({ labels: { role: 'web' } })).toEqual({ matchLabels: { role: 'web' } });
    expect(selector({ matchExpressions: [LabelExpression.exists('web')] })).toEqual({ matchExpressions: [{ key: 'web', operator: 'Exists' }] });
    expect(selector({ labels: { role: 'web' }, matchExpressions: [LabelExpression.doesNotExist('canary')] }))
      .toEqual({ matchLabels: { role: 'web' }, matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] });
    expect(selector({ labels: {}, matchExpressions: [LabelExpression.exists('app')] })).toEqual({ matchExpressions: [{ key: 'app', operator: 'Exists' }] });
  });

  test('in an order that does not depend on how the labels were written', () => {
    const expressions = [LabelExpression.isIn('tier', ['b', 'a']), LabelExpression.exists('app')];
    const one = selector({ labels: { b: '2', a: '1' }, matchExpressions: expressions });
    expect(JSON.stringify(one)).toBe(JSON.stringify(selector({ labels: { a: '1', b: '2' }, matchExpressions: [...expressions].reverse() })));
    expect(one).toEqual({
      matchLabels: { a: '1', b: '2' },
      matchExpressions: [{ key: 'app', operator: 'Exists' }, { key: 'tier', operator: 'In', values: ['a', 'b'] }],
    });
  });

  test('never all of the namespace by accident: empty labels and empty expressions throw', () => {
    expect(() => selector({ labels: {} })).toThrow(
      'shop/web: labels is empty, which Kubernetes reads as "everything". Name at least one label; if you mean everything, write Tier.wholeNamespace(...).');
    expect(() => selector({ matchExpressions: [] })).toThrow(/^shop\/web: matchExpressions is empty.*write Tier\.wholeNamespace/);
    expect(() => selector({ labels: { app: 'a' }, matchExpressions: [] })).toThrow('matchExpressions is empty');
  });

  test('all of the namespace by Tier.wholeNamespace', () => {
    const chart = newChart('app');
    const all = Tier.wholeNamespace(chart, 'all', { ports: [Port.tcp(80)] });
    new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(all);
    expect(policyOf(chart, 'allow-all-to-db').spec.ingress).toEqual([{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 5432 }] }]);
    expect(policyOf(chart, 'allow-all-to-db-egress').spec.podSelector).toEqual({});
    Tier.wholeNamespace(chart, 'other', { namespace: 'other' }).allowInternally({ ports: [Port.all()] });
    expect(policyOf(chart, 'allow-other-internally').metadata.namespace).toBe('other');
  });

  test('by given labels if the id cannot be the value of a label, else the tier throws', () => {
    expect(() => selector(undefined, 'My Tier')).toThrow(/^shop\/My Tier: the id 'My Tier' cannot be the value of the label 'app'.*Name the labels/);
    expect(selector({ labels: { app: 'a' } }, 'My Tier')).toEqual({ matchLabels: { app: 'a' } });
  });
});

test('the four operators of the API are written with sorted values, each once', () => {
  const matchExpressions = [
    LabelExpression.isIn('a', ['b', 'a', 'b']), LabelExpression.isNotIn('b', ['']), LabelExpression.exists('example.com/c'), LabelExpression.doesNotExist('d'),
  ];
  expect(selector({ matchExpressions }).matchExpressions).toEqual([
    { key: 'a', operator: 'In', values: ['a', 'b'] },
    { key: 'b', operator: 'NotIn', values: [''] },
    { key: 'd', operator: 'DoesNotExist' },
    { key: 'example.com/c', operator: 'Exists' },
  ]);
});

describe('a label that the API server would refuse throws where it is written:', () => {
  test.each(['', 'a b', 'a/b/c', '/app', 'x'.repeat(64)])('the key %p', key => {
    expect(() => LabelExpression.isIn(key, ['a'])).toThrow(`LabelExpression.isIn('${key}'`);
    expect(() => LabelExpression.isNotIn(key, ['a'])).toThrow('Write a key');
    expect(() => LabelExpression.exists(key)).toThrow('Write a key');
    expect(() => LabelExpression.doesNotExist(key)).toThrow('Write a key');
    expect(() => selector({ labels: { [key]: 'a' } })).toThrow(`shop/web: the key '${key}' in labels`);
  });

  test.each(['a b', '-a', 'x'.repeat(64)])('the value %p', value => {
    expect(() => LabelExpression.isIn('app', ['ok', value])).toThrow(`LabelExpression.isIn('app', ['ok', '${value}'])`);
    expect(() => selector({ labels: { app: value } })).toThrow(`the value '${value}' of 'app' in labels`);
  });

  test('an empty list of values', () => {
    expect(() => LabelExpression.isIn('app', [])).toThrow("the list of values is empty. Name at least one value, or write LabelExpression.exists('app').");
    expect(() => LabelExpression.isNotIn('app', [])).toThrow('the list of values is empty');
  });
});

describe('the namespace of a tier', () => {
  const policiesIn = (scope: Construct, props?: TierProps) => {
    new Tier(scope, 'web', props);
    return namesOf(Chart.of(scope)).filter(name => name.endsWith('default-deny-all'));
  };

  test('is the one that is given, else that of the nearest chart', () => {
    expect(policiesIn(newChart('app'))).toEqual(['app/default-deny-all']);
    expect(policiesIn(newChart('app'), { namespace: 'other' })).toEqual(['other/default-deny-all']);
    expect(policiesIn(new Construct(new Chart(newChart('app'), 'inner'), 'c'))).toEqual(['/default-deny-all']);
  });

  test.each(['Shop', 'a.b', '', 'x'.repeat(64)])('cannot be %p', namespace => {
    expect(() => new Tier(newChart(), 'web', { namespace })).toThrow(`shop/web: '${namespace}' is not the name of a namespace`);
    expect(() => new Tier(chartIn(Testing.app(), 'chart', namespace), 'web')).toThrow(`chart/web: '${namespace}' is not the name of a namespace`);
  });

  test('needs a chart: a tier outside of a chart throws', () => {
    expect(() => new Tier(new App(), 'web', { namespace: 'app' })).toThrow(/^web: this construct is not in a Chart.*new Chart\(app/);
  });
});

import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { chartIn, newChart } from './synthesized';
import { checkNamespace, namespaceByName, namespaceOf } from '../../src/constructs/private/selector-input';

test('a namespace is selected by the label that every namespace has', () => {
  expect(namespaceByName('here', 'shop')).toEqual({ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } });
});

test.each(['Shop', 'a.b', '', 'x'.repeat(64)])('%p is no name of a namespace', name => {
  expect(() => checkNamespace('here', name)).toThrow(`here: '${name}' is no name of a namespace`);
});

describe('the namespace of a construct', () => {
  test('is the one that is given, else that of the chart', () => {
    const construct = new Construct(newChart('app'), 'c');
    expect(namespaceOf(construct, 'other')).toBe('other');
    expect(namespaceOf(construct, undefined)).toBe('app');
  });

  test('is that of the nearest chart, as for every object of cdk8s', () => {
    const inner = new Chart(newChart('app'), 'inner');
    expect(namespaceOf(new Construct(inner, 'c'), undefined)).toBeUndefined();
  });

  test('outside of a chart is an error that says to make one', () => {
    expect(() => namespaceOf(new Construct(new App(), 'c'), 'app')).toThrow(/^c: there is no Chart around.*new Chart\(app/);
  });

  test('that the chart can not have is an error', () => {
    expect(() => namespaceOf(new Construct(chartIn(new App(), 'chart', 'Not_One'), 'c'), undefined)).toThrow("chart/c: 'Not_One' is no name");
  });
});

import { nearestName } from '../../src/findings/nearest-name';

const known = ['podSelector', 'policyTypes', 'ingress', 'egress', 'to'];

test.each([
  ['podselector', 'podSelector'], ['PodSelector', 'podSelector'], ['policyType', 'policyTypes'], ['ingres', 'ingress'], ['egres', 'egress'],
  ['podSelectr', 'podSelector'],
])('%s was meant for %s', (name, meant) => expect(nearestName(name, known)).toBe(meant));

test.each(['labels', 'selector', 'tt', 'x', '', 'podSelectorAndSoOn'])('%p was meant for none', name => expect(nearestName(name, known)).toBeUndefined());

test('up to two slips are forgiven, wherever they are; a third is not', () => {
  expect(nearestName('pocies', ['policies'])).toBe('policies');
  expect(nearestName('policixy', ['policies'])).toBe('policies');
  expect(nearestName('pplicixy', ['policies'])).toBeUndefined();
  // Less than two letters in three are right.
  expect(nearestName('foxx', ['from'])).toBeUndefined();
});

test('of two that are as near the first is meant', () => {
  expect(nearestName('portz', ['ports', 'portx'])).toBe('ports');
});

test('among none there is none', () => expect(nearestName('a', [])).toBeUndefined());

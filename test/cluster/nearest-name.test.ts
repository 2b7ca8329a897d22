import { nearestName } from '../../src/cluster/nearest-name';

const known = ['podSelector', 'policyTypes', 'ingress', 'egress', 'to'];

test.each([
  ['podselector', 'podSelector'], ['PodSelector', 'podSelector'], ['policyType', 'policyTypes'], ['ingres', 'ingress'], ['egres', 'egress'],
  ['podSelectr', 'podSelector'],
])('%s was meant for %s', (name, meant) => expect(nearestName(name, known)).toBe(meant));

test.each(['labels', 'selector', 'tt', 'x', '', 'podSelectorAndSoOn'])('%p was meant for none', name => expect(nearestName(name, known)).toBeUndefined());

test('among none there is none', () => expect(nearestName('a', [])).toBeUndefined());

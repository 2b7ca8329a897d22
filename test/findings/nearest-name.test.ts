import { nearestName, nearestNames } from '../../src/findings/nearest-name';

const known = ['podSelector', 'policyTypes', 'ingress', 'egress', 'to'];

test.each([
  ['podselector', 'podSelector'], ['PodSelector', 'podSelector'], ['policyType', 'policyTypes'], ['ingres', 'ingress'], ['egres', 'egress'],
  ['podSelectr', 'podSelector'],
])('%s is a misspelling of %s', (name, meant) => expect(nearestName(name, known)).toBe(meant));

test.each(['labels', 'selector', 'tt', 'x', '', 'podSelectorAndSoOn'])('%p is not similar to any known name', name => expect(nearestName(name, known)).toBeUndefined());

test('two letters in the wrong order are one typing error, also in a short name', () => {
  expect(nearestName('wbe', ['web'])).toBe('web');
  expect(nearestName('ewb', ['web'])).toBe('web');
  expect(nearestName('bew', ['web'])).toBeUndefined();
  expect(nearestName('inrgses', ['ingress'])).toBe('ingress');
});

test('a name may have two typing errors anywhere, but not three, and not two in a short name', () => {
  expect(nearestName('pocies', ['policies'])).toBe('policies');
  expect(nearestName('policixy', ['policies'])).toBe('policies');
  expect(nearestName('pplicixy', ['policies'])).toBeUndefined();
  expect(nearestName('nxmespxceSelectxr', ['namespaceSelector'])).toBeUndefined();
  expect(nearestName('foxx', ['from'])).toBeUndefined();
});

test('of two names that are equally near, the first counts', () => expect(nearestName('portz', ['ports', 'portx'])).toBe('ports'));

test('all names that are equally near can be asked for', () => {
  expect(nearestNames('portz', ['ports', 'portx', 'port'])).toEqual(['ports', 'portx', 'port']);
  expect(nearestNames('Nod', ['Pod', 'Node', 'Nodes', 'No'])).toEqual(['Pod', 'Node']);
});

test('a name has no nearest name if no names are known', () => expect(nearestName('a', [])).toBeUndefined());

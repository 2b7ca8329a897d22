import { app, inNamespace, linesOf, namespace, planOf, policy } from './planned';

/*
 * What two versions of a policy have in common, as a version between them. It is needed where one side of connections closes something that the other side must
 * not have opened before, and the other way round.
 */

const port = (number: number) => ({ protocol: 'TCP', port: number });
const from = (name: string) => [{ podSelector: app(name) }];
const webTo = (number: number) => policy('web', { podSelector: app('web'), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: app('db') }], ports: [port(number)] }] });
const db = (number: number, rules: object[]) => policy('db', { podSelector: app('db'), ingress: [{ from: from('web'), ports: [port(number)] }, ...rules] });

const planned = (old: object[], now: object[]) => planOf([namespace('shop'), db(1, old), webTo(2)], [namespace('shop'), db(2, now), webTo(1)]);

/** The rules of the version between two others, which have these rules. */
function commonOf(old: object[], now: object[]): any[] {
  const found = planned(old, now);
  expect(linesOf(found)).toEqual(['update db', 'update web', 'update db']);
  expect(found.steps[0].purpose).toBe('only the ingress rules that both versions have in common, for the time being');
  return (found.steps[0].object.spec as any).ingress ?? [];
}

describe('the peers that two rules have in common', () => {
  const common = (old: object[] | undefined, now: object[] | undefined) => {
    const ports = [port(80)];
    const rules = commonOf([{ ...old && { from: old }, ports }], [{ ...now && { from: now }, ports }]);
    expect(rules.every(rule => JSON.stringify(rule.ports) === JSON.stringify(ports))).toBe(true);
    return rules.map(rule => rule.from);
  };
  const pods = (name: string) => ({ podSelector: app(name) });
  const red = { matchLabels: { team: 'red' } };

  test.each<[string, object[] | undefined, object[] | undefined, (object[] | undefined)[]]>([
    ['of every peer and every peer', undefined, undefined, [undefined]],
    ['of every peer and some', undefined, [pods('a')], [[pods('a')]]],
    ['of some and every peer', [pods('a')], undefined, [[pods('a')]]],
    ['of every pod and some', [{ podSelector: {} }], [pods('a')], [[pods('a')]]],
    ['of pods and other pods', [pods('a')], [pods('b')], []],
    ['of pods by different labels', [pods('a')], [{ podSelector: red }], [[{ podSelector: { matchLabels: { app: 'a', team: 'red' } } }]]],
    ['of several, each once', [pods('a'), { podSelector: {} }], [pods('a'), pods('a')], [[pods('a')]]],
    ['of several', [pods('a'), pods('b'), pods('c')], [pods('c'), pods('a')], [[pods('a'), pods('c')]]],
    ['of the own namespace and every namespace', [pods('a')], [{ namespaceSelector: {} }], [[{ namespaceSelector: inNamespace('shop'), ...pods('a') }]]],
    ['of every namespace and the own one', [{ namespaceSelector: {} }], [pods('a')], [[{ namespaceSelector: inNamespace('shop'), ...pods('a') }]]],
    ['of the own namespace and another one', [pods('a')], [{ namespaceSelector: inNamespace('ops') }], []],
    ['of another namespace and the own one', [{ namespaceSelector: inNamespace('ops') }], [{ podSelector: {} }], []],
    ['of namespaces by different labels', [{ namespaceSelector: red, ...pods('a') }], [{ namespaceSelector: { matchLabels: { zone: 'z' } } }],
      [[{ namespaceSelector: { matchLabels: { team: 'red', zone: 'z' } }, ...pods('a') }]]],
  ])('%s', (_, old, now, expected) => {
    expect(common(old, now)).toEqual(expected);
  });

  const block = (cidr: string, ...except: string[]) => [{ ipBlock: { cidr, ...except.length > 0 && { except } } }];
  test.each<[string, object[], object[], object[][]]>([
    ['a block and a part of it', block('10.0.0.0/8'), block('10.1.0.0/16'), [block('10.1.0.0/16')]],
    ['a part of a block and the block', block('10.1.0.0/16'), block('10.0.0.0/8'), [block('10.1.0.0/16')]],
    ['the first part', block('10.0.0.0/8'), block('10.0.0.0/16'), [block('10.0.0.0/16')]],
    ['the last part', block('10.255.0.0/16'), block('10.0.0.0/8'), [block('10.255.0.0/16')]],
    ['one block', block('10.1.0.0/16'), block('10.1.0.0/16'), [block('10.1.0.0/16')]],
    ['blocks side by side', block('10.0.0.0/9'), block('10.128.0.0/9'), []],
    ['blocks side by side, in the other order', block('10.128.0.0/9'), block('10.0.0.0/16'), []],
    ['two families', block('10.0.0.0/8'), block('fd00::/8'), []],
    ['a block and what is excepted', block('10.0.0.0/8', '10.1.0.0/16'), block('10.1.0.0/16'), []],
    ['a block and a part of what is excepted', block('10.1.2.0/24'), block('10.0.0.0/8', '10.1.0.0/16'), []],
    ['exceptions of both, as far as they are in the smaller one', block('10.0.0.0/8', '10.0.255.0/24', '10.1.3.0/24', '10.2.0.0/24'), block('10.1.0.0/16', '10.1.9.0/24'),
      [block('10.1.0.0/16', '10.1.9.0/24', '10.1.3.0/24')]],
    ['an exception at the beginning', block('10.0.0.0/8', '10.1.0.0/32'), block('10.1.0.0/16'), [block('10.1.0.0/16', '10.1.0.0/32')]],
    ['an exception at the end', block('10.0.0.0/8', '10.1.255.255/32'), block('10.1.0.0/16'), [block('10.1.0.0/16', '10.1.255.255/32')]],
  ])('as blocks: %s', (_, old, now, expected) => {
    expect(common(old, now)).toEqual(expected);
  });
});

describe('the ports that two rules have in common', () => {
  const common = (old: object[] | undefined, now: object[] | undefined) =>
    commonOf([{ from: from('a'), ...old && { ports: old } }], [{ from: from('a'), ...now && { ports: now } }]).map(rule => rule.ports);
  const range = (first: number, last: number) => ({ ...port(first), endPort: last });
  const name = (text: string) => ({ protocol: 'TCP', port: text });

  test.each<[string, object[] | undefined, object[] | undefined, (object[] | undefined)[]]>([
    ['every port and some', undefined, [port(80)], [[port(80)]]],
    ['some and every port', [port(80)], undefined, [[port(80)]]],
    ['every port of a protocol and one', [{ protocol: 'TCP' }], [port(80)], [[port(80)]]],
    ['one and every port of a protocol', [port(80)], [{ protocol: 'TCP' }], [[port(80)]]],
    ['every port of a protocol and a name', [{ protocol: 'TCP' }], [name('http')], [[name('http')]]],
    ['a name and every port, as a range', [name('http')], [range(1, 65535)], [[name('http')]]],
    ['one name', [name('http')], [name('http')], [[name('http')]]],
    ['two protocols', [port(80)], [{ protocol: 'UDP', port: 80 }], []],
    ['two ports', [port(80)], [port(81)], []],
    ['ranges that overlap', [range(80, 90)], [range(85, 95)], [[range(85, 90)]]],
    ['ranges that overlap in one port', [range(85, 90)], [range(80, 85)], [[port(85)]]],
    ['ranges side by side', [range(80, 84)], [range(85, 90)], []],
    ['the first ports and others', [range(1, 9)], [range(5, 20)], [[range(5, 9)]]],
    ['the last ports and others', [range(1024, 65535)], [range(80, 2000)], [[range(1024, 2000)]]],
    ['others and the first ports', [range(5, 20)], [range(1, 9)], [[range(5, 9)]]],
    ['several, each once', [port(80), port(80), range(70, 90)], [port(80), { protocol: 'UDP' }], [[port(80)]]],
  ])('%s', (_, old, now, expected) => {
    expect(common(old, now)).toEqual(expected);
  });
});

test('several rules have in common what two of them have, each once', () => {
  const rule = (name: string, number: number) => ({ from: from(name), ports: [port(number)] });
  expect(commonOf([rule('a', 80), rule('b', 81), rule('a', 80)], [rule('b', 81), rule('c', 82), rule('a', 80), rule('a', 83)])).toEqual([rule('a', 80), rule('b', 81)]);
});

test('rules that are written differently and have more in common than a rule can say are never cut', () => {
  const some = [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [port(80)] }];
  const others = [{ from: [{ namespaceSelector: {} }], ports: [port(80)] }];
  expect(planned(some, others).steps.some(({ purpose }) => purpose?.startsWith('only the ingress rules') === true)).toBe(false);
  const byName = [{ from: from('a'), ports: [{ protocol: 'TCP', port: 'http' }] }];
  expect(planned(byName, [{ from: from('a'), ports: [port(80)] }]).steps.some(({ purpose }) => purpose?.startsWith('only the ingress rules') === true)).toBe(false);
});

test('rules have up to 64 combinations of a peer and a port in common', () => {
  const ports = (count: number) => [{ from: from('a'), ports: Array.from({ length: count }, (_, i) => port(100 + 2 * i)) }];
  expect(commonOf(ports(64), ports(64))).toEqual(ports(64));
  expect(planned(ports(65), ports(65)).steps.map(({ purpose }) => purpose)).not.toContain('only the ingress rules that both versions have in common, for the time being');
});

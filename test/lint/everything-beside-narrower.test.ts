import { block, inNamespace, pods } from './app-objects';
import { foundFor } from './found';
import { labelled, policy } from '../support/cluster-objects';

/* NP125: a rule or a peer that lets everything through beside narrower ones. */

const found = foundFor('NP125');
const rules = (...all: object[]) => [policy('app/p', { podSelector: labelled({ app: 'web' }), ingress: all })];
const from = (...peers: object[]) => rules({ from: peers });
const [narrow, wide] = [{ from: [pods('db')], ports: [{ port: 80 }] }, {}];

test('a rule without peers and ports leaves narrower rules without effect', () => {
  expect(found(rules(narrow, wide))).toEqual([
    'object 0: warning NP125: app/p spec.ingress[1] lets everybody in on every port, so spec.ingress[0] has no effect (the narrower rule: object 0); '
    + 'remove spec.ingress[1] if you mean the narrower rule, and otherwise remove that one',
  ]);
  expect(found(rules(wide, narrow, { from: [pods('api')] }))).toEqual([expect.stringContaining('so spec.ingress[1] and spec.ingress[2] have no effect')]);
});

test('a rule for egress without peers does the same', () => {
  expect(found([policy('app/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [pods('db')] }, {}] })]))
    .toEqual([expect.stringContaining('app/p spec.egress[1] lets the pods out to everybody on every port, so spec.egress[0] has no effect')]);
});

test('a rule without peers, but with ports, leaves rules on the same ports without effect', () => {
  const on = (...ports: object[]) => ({ ports });
  const of = (...ports: object[]) => ({ from: [pods('db')], ports });
  expect(found(rules(on({ port: 80 }, { port: 'http' }), of({ port: 80 }), of({ port: 'http' })))).toEqual([
    expect.stringContaining('spec.ingress[0] lets everybody in on its ports, so spec.ingress[1] and spec.ingress[2] have no effect'),
  ]);
  expect(found(rules(on({ port: 80, endPort: 90 }), of({ port: 81, endPort: 85 })))).toHaveLength(1);
  expect(found(rules(on({ protocol: 'TCP' }), of({ port: 'http' })))).toHaveLength(1);
  // Two ranges of one rule together.
  expect(found(rules(on({ port: 80, endPort: 90 }, { port: 91, endPort: 99 }), of({ port: 85, endPort: 95 })))).toHaveLength(1);
  for (const [one, other] of [
    [on({ port: 80 }), of({ port: 81 })], [on({ port: 80 }), of({ port: 80, protocol: 'UDP' })], [on({ port: 80, endPort: 90 }), of({ port: 85, endPort: 91 })],
    [on({ port: 'http' }), of({ port: 'https' })], [on({ port: 80 }), of({ port: 'http' })], [on({ port: 80 }), { from: [pods('db')] }],
  ]) { expect(found(rules(one, other))).toEqual([]); }
});

test('a peer that is every pod, or every address of a family, leaves narrower peers beside it without effect', () => {
  expect(found(from(pods('db'), { namespaceSelector: {} }))).toEqual([
    'object 0: warning NP125: app/p spec.ingress[0].from[1] is every pod of every namespace, so spec.ingress[0].from[0] beside it has no effect (the narrower peer: object 0); '
    + 'remove spec.ingress[0].from[1] if you mean the narrower peer, and otherwise remove that one',
  ]);
  expect(found(from(block('0.0.0.0/0'), block('10.0.0.0/8'), block('192.0.2.0/24')))).toEqual([expect.stringContaining('is every IPv4 address, so spec.ingress[0].from[1] and spec.ingress[0].from[2] beside it have no effect')]);
  expect(found(from(block('::/0'), block('fd00::/8')))).toEqual([expect.stringContaining('is every IPv6 address')]);
});

test('a peer that is every pod of some namespaces leaves narrower peers for these namespaces without effect', () => {
  const team = (...values: string[]) => ({ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values }] } });
  expect(found(from({ podSelector: {} }, pods('db')))).toEqual([
    expect.stringContaining('app/p spec.ingress[0].from[0] is every pod of namespace app, so spec.ingress[0].from[1] beside it has no effect'),
  ]);
  expect(found(from(pods('db'), { podSelector: {} }, { ...inNamespace('app'), ...pods('api') }))).toEqual([expect.stringContaining('so spec.ingress[0].from[0] and spec.ingress[0].from[2] beside it have no effect')]);
  expect(found(from(team('a', 'b'), { ...team('a'), ...pods('db') }))).toEqual([expect.stringContaining('from[0] is every pod of the namespaces team in (a,b), so')]);
  // Of several wide ones, the widest.
  expect(found(from({ podSelector: {} }, pods('db'), { namespaceSelector: {} }))).toEqual([expect.stringContaining('from[2] is every pod of every namespace, so spec.ingress[0].from[0] and spec.ingress[0].from[1]')]);
  expect(found(from({ podSelector: {} }, inNamespace('app'), pods('db')))).toEqual([expect.stringContaining('from[0] is every pod of namespace app, so spec.ingress[0].from[2] beside')]);
});

test.each<[string, object[]]>([
  ['every pod of the own namespace is beside pods of another', from({ podSelector: {} }, { ...inNamespace('other'), ...pods('db') })],
  ['every pod of a namespace is there twice', from({ podSelector: {} }, inNamespace('app'))],
  ['it is the only rule', rules(wide)],
  ['there are two equal rules, which is another finding', rules(wide, wide)],
  ['the wide and the narrow rule are for different directions', [policy('app/p', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [pods('db')] }], egress: [{}] })]],
  ['the wide rule is in another policy', [...rules(narrow), policy('app/q', { podSelector: labelled({ app: 'web' }), ingress: [{}] })]],
  ['the wide peer is addresses and the narrow one is pods, because a block need not match pods', from(block('0.0.0.0/0'), pods('db'))],
  ['the blocks are of different families', from(block('0.0.0.0/0'), block('fd00::/8'))],
  ['the wide block has exceptions, for which the narrow one may be', from(block('0.0.0.0/0', '10.0.0.0/8'), block('10.1.0.0/16'))],
  ['every pod of some namespaces is not every pod', from({ namespaceSelector: labelled({ team: 'a' }) }, pods('db'))],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

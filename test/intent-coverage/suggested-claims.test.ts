import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { intentFile } from '../../src/intent-coverage/proposed-claim';
import { SuggestedClaims, suggestedClaims } from '../../src/intent-coverage/suggested-claims';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

function suggested(objects: readonly object[], intents = ''): SuggestedClaims {
  const { clusters: [{ judge, verdicts }] } = judgeIntents(clusterOfObjects(objects), readIntents('i.yaml', Buffer.from(intents)).intents);
  return suggestedClaims(judge, verdicts);
}

/** The suggested file, a line for each claim. */
function file(objects: readonly object[], intents?: string): string[] {
  return intentFile(suggested(objects, intents).claims).trim().split('\n').map(line => line.trim().replace(/^- /, ''));
}

const SHOP = [
  namespace('shop'), deployment('shop/web', { app: 'web' }, { ports: [{ containerPort: 8080 }] }),
  deployment('shop/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] }),
];
const app = (name: string) => ({ podSelector: labelled({ app: name }) });
const toDb = (...rules: object[]) => policy('shop/db', { ...app('db'), ingress: rules });
const fromWeb = (...rules: object[]) => policy('shop/web', { ...app('web'), policyTypes: ['Egress'], egress: rules });

test('the file has each claim once, by kind', () => {
  const deny = policy('shop/a-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  expect(file([...SHOP, deny, toDb({ from: [app('web')], ports: [{ port: 5432 }] }), fromWeb({ to: [app('db')], ports: [{ port: 5432 }] })])).toEqual([
    'allowed:', '{ from: shop/web, to: shop/db, port: tcp/5432 }',
    'admitsOnly:', '{ to: shop/web, from: [] }', '{ to: shop/db, from: [shop/web] }',
    'reachesOnly:', '{ from: shop/db, to: [] }', '{ from: shop/web, to: [shop/db] }',
  ]);
});

test('claims that differ only in their ports are one claim, and one without ports stays beside it', () => {
  const ports = [{ port: 5432 }, { port: 8080 }, { port: 8081 }];
  const world = [...SHOP, toDb({ from: [app('web')] }), fromWeb({ to: [app('db')], ports })];
  expect(file(world).filter(line => line.startsWith('{ from: shop/web, to: shop/db'))).toEqual(['{ from: shop/web, to: shop/db }', '{ from: shop/web, to: shop/db, ports: [tcp/8080, tcp/8081] }']);
  expect(file([...SHOP, toDb({ from: [app('web')], ports })])).toContain('{ from: shop/web, to: shop/db, ports: [tcp/5432, tcp/8080, tcp/8081] }');
});

test('a claim that a later one makes needless is left out', () => {
  const world = [...SHOP, toDb({ from: [app('web')], ports: [{ port: 80 }, { port: 80, endPort: 90 }] })];
  expect(file(world).filter(line => line.startsWith('{ from: shop/web, to: shop/db'))).toEqual(['{ from: shop/web, to: shop/db, port: tcp/80-90 }']);
});

test('a change for which there is no claim is left, and named', () => {
  // Only pods that do not exist have a port of this name, and no claim can say which number it has.
  const { left, changes, claims } = suggested([...SHOP, toDb({ from: [app('web')], ports: [{ port: 'http' }] })]);
  expect(left.map(({ change, outcome }) => `${change.text} ${outcome}`)).toEqual(['ingress rule 1 of NetworkPolicy shop/db can be removed unnoticed']);
  expect([changes, claims.length]).toEqual([8, 3]);
});

test('a change of which it is undecided whether it does anything is left, with the reason', () => {
  const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}], egress: [{}] } };
  const { left, changes, claims, notChanged } = suggested([...SHOP, toDb({ from: [app('web')] }), cilium]);
  expect(new Set(left.map(({ outcome, reasons = [] }) => [outcome, ...reasons.map(({ code, what }) => `${code} ${what}`)].join()))).toEqual(new Set(['undecided,policy-kind CiliumNetworkPolicy shop/c']));
  expect({ left: left.length, changes, claims, notChanged }).toEqual({ left: 6, changes: 6, claims: [], notChanged: ['CiliumNetworkPolicy shop/c'] });
});

test('only claims that hold count, and changes that change nothing do not', () => {
  const world = [...SHOP, toDb({ from: [app('web')] }, { from: [app('web')], ports: [{ port: 1 }] })];
  const one = suggested(world, 'admitsOnly: [{ to: shop/db, from: [shop/web] }]\ndenied: [{ from: shop/web, to: shop/db }]');
  expect(one.given).toBe(1);
  expect(file(world, 'denied: [{ from: shop/web, to: shop/db }]')).toEqual(file(world));
  // Of both rules, the second is part of the first.
  expect(suggested(world).changes).toBe(9);
});

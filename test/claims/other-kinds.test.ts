import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, namespace, reachOf } from '../support/cluster-objects';

/* Policies of other kinds decide nothing about pods that they cannot select, as far as a claim says which labels a pod has. */

const NAME = 'kubernetes.io/metadata.name';
const DB = deployment('x/db', { app: 'db' });

interface Expression { readonly key: string; readonly operator: string; readonly values?: readonly string[] }

const within = (key: string, ...values: string[]): Expression => ({ key, operator: 'In', values });
const without = (key: string): Expression => ({ key, operator: 'DoesNotExist' });

/** The answer to the claim that each pod of a party reaches x/db, beside a policy of another kind, with the assumptions. */
function answer(policy: object, party: object | string, ...objects: object[]): string {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(JSON.stringify({ allowed: [{ from: party, to: 'x/db' }] })));
  expect(findings).toEqual([]);
  const { answer: found, assumptions } = judgeIntents(reachOf(DB, policy, ...objects).cluster, intents).verdicts[0].verdict;
  return [found, ...assumptions.map(({ code }) => code)].join(' ');
}

describe('the labels of the pods of a party', () => {
  const beside = (selector: object, ...matchExpressions: Expression[]) => answer({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'x', name: 'lock' }, spec: { endpointSelector: selector, egress: [{}] },
  }, { namespace: 'x', podSelector: { matchExpressions: [within('app', 'web'), ...matchExpressions] } });

  test.each<[string, object, Expression[], string]>([
    ['a label that they have', { matchLabels: { app: 'web' } }, [], 'undecided'],
    ['another value of a label', { matchLabels: { app: 'db' } }, [], 'holds'],
    ['a label that they have, beside one that they lack', { matchLabels: { app: 'web' } }, [without('tier')], 'undecided'],
    ['a label that they lack', { matchLabels: { tier: 'a' } }, [without('tier')], 'holds'],
    ['a label that they lack, whatever its value is', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, [without('tier')], 'holds'],
    ['a label that they lack for certain', { matchExpressions: [without('tier')] }, [without('tier')], 'undecided'],
    ['a label that they may have', { matchLabels: { tier: 'a' } }, [], 'holds extra-label'],
    ['one of several values', { matchLabels: { tier: 'b' } }, [within('tier', 'a', 'b')], 'undecided'],
    ['other values than all of these', { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a', 'b'] }] }, [within('tier', 'a', 'b')], 'holds'],
  ])('decide whether a policy selects by %s', (_, selector, expressions, expected) => {
    expect(beside(selector, ...expressions)).toBe(expected);
  });

  test('count up to 64 combinations of values', () => {
    const twoValues = (count: number) => Array.from({ length: count }, (_, i) => within(`k${i}`, 'a', 'b'));
    expect(beside({ matchLabels: { tier: 'c' } }, ...twoValues(5), within('tier', 'a', 'b'))).toBe('holds');
    expect(beside({ matchLabels: { tier: 'c' } }, ...twoValues(5), within('tier', 'a', 'b', 'd'))).toBe('undecided');
  });
});

describe('the labels of the namespace of a party', () => {
  const LABEL = 'k8s:io.cilium.k8s.namespace.labels.';
  const beside = (expression: Expression, party: object, ...objects: object[]) => answer({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumClusterwideNetworkPolicy',
    metadata: { name: 'teams' },
    spec: { endpointSelector: { matchExpressions: [{ ...expression, key: `${LABEL}${expression.key}` }] }, egress: [{}] },
  }, party, ...objects);
  const anywhere = { namespaceLabels: { team: 'a' } };

  test.each<[string, Expression, object, object[], string]>([
    ['a label that is declared', within('team', 'a'), { namespace: 'y' }, [namespace('y', { team: 'a' })], 'undecided'],
    ['another value than the declared one', within('team', 'b'), { namespace: 'y' }, [namespace('y', { team: 'a' })], 'holds'],
    ['a label of a namespace that is not declared', within('team', 'a'), { namespace: 'y' }, [], 'holds namespace-label'],
    ['its name', within(NAME, 'y'), { namespace: 'y' }, [], 'undecided'],
    ['another name', within(NAME, 'z'), { namespace: 'y' }, [], 'holds'],
    ['a name, which every namespace has', { key: NAME, operator: 'Exists' }, anywhere, [], 'undecided'],
    ['the name of another namespace than a new one', within(NAME, 'x'), anywhere, [namespace('x')], 'holds'],
    ['the name of a namespace that is not declared, and may have the labels', within(NAME, 'x'), anywhere, [], 'holds namespace-label'],
  ])('decide whether a policy selects by %s', (_, expression, party, objects, expected) => {
    expect(beside(expression, party, ...objects)).toBe(expected);
  });
});

describe('what only the running cluster knows, or what nobody has made yet', () => {
  const global = (spec: object) => ({ apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name: 'g' }, spec: { types: ['Egress'], ...spec } });

  test('a declared pod may have a generated label by which a policy selects', () => {
    expect(answer(global({ selector: "pod-template-hash == '5d4f8c7b9'" }), 'x/web', deployment('x/web', { app: 'web' }))).toBe('undecided');
  });

  test('nothing is assumed about the labels of a new namespace', () => {
    expect(answer(global({ namespaceSelector: 'has(zone)' }), { namespaceLabels: { team: 'a' } })).toBe('undecided');
  });

  test('a policy of several parts may select by a label of the pod or by one of its namespace', () => {
    const parts = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumClusterwideNetworkPolicy',
      metadata: { name: 'parts' },
      specs: [
        { endpointSelector: { matchLabels: { tier: 'cron' } }, egress: [{}] },
        { endpointSelector: { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'red' } }, egress: [{}] },
      ],
    };
    expect(answer(parts, { namespace: 'y', labels: { app: 'web' } })).toBe('holds extra-label namespace-label');
  });
});

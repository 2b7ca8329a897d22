import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { WitnessPod } from '../../src/claims/witness';
import { formatAddress } from '../../src/k8s/address';
import { deployment, labelled, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* The address and the labels that a witness has as an example. */

/** The source of the witness; undefined if the claim holds. */
function sourceOf(objects: readonly object[], yaml: string): WitnessPod | undefined {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  expect(findings).toEqual([]);
  const [{ verdict: { witness } }] = judgeIntents(clusterOfObjects(objects), intents).verdicts;
  return witness?.source as WitnessPod | undefined;
}

const WEB = deployment('x/web', { app: 'web' });
const FE = deployment('x/fe', { app: 'fe' });
const denied = 'denied: [{ from: x/fe, to: x/web }]';

describe('a pod without a known address, in a block of 128 addresses', () => {
  const numbers = (first: number, last: number) => [...Array(last - first + 1).keys()].map(i => first + i);
  const addressAmong = (taken: readonly number[]) => {
    const pods = taken.map(i => pod(`y/p${i}`, {}, { ips: [`10.0.0.${i}`] }));
    const rule = policy('x/in', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/25' } }] }] });
    return sourceOf([WEB, FE, rule, ...pods], denied)?.pod.addresses.map(formatAddress);
  };

  test.each<[string, readonly number[], string[] | undefined]>([
    ['the second address', [], ['10.0.0.1']],
    ['the first one that no pod has', [1, 2, 4], ['10.0.0.3']],
    ['the last one of those that are tried in ascending order', numbers(1, 63), ['10.0.0.64']],
    ['the last one of the block, if many at its beginning are taken', numbers(1, 64), ['10.0.0.127']],
    ['the last one that is free', [...numbers(1, 70), ...numbers(100, 127)], ['10.0.0.99']],
    ['the one after those that were tried, if it is the only one', [...numbers(1, 64), ...numbers(66, 127)], ['10.0.0.65']],
    ['the first address, if no other is free', numbers(1, 127), ['10.0.0.0']],
    ['no address, if all are taken', numbers(0, 127), undefined],
  ])('has %s', (_, taken, expected) => {
    expect(addressAmong(taken)).toEqual(expected);
  });
});

test('a generated label has a value of its form, although a policy excludes some values', () => {
  const KEY = 'pod-template-generation';
  const agent = { ...FE, kind: 'DaemonSet', metadata: { namespace: 'x', name: 'agent' } };
  const generationWith = (...excluded: string[]) => {
    const subject = { matchLabels: { app: 'fe' }, matchExpressions: [{ key: KEY, operator: 'NotIn', values: excluded }] };
    const rules = [policy('x/none', { podSelector: labelled({ app: 'fe' }), policyTypes: ['Egress'] }), policy('x/out', { podSelector: subject, policyTypes: ['Egress'], egress: [{}] })];
    return sourceOf([WEB, agent, ...rules], 'denied: [{ from: x/agent, to: x/web }]')?.pod.labels[KEY];
  };
  expect(generationWith('7')).toBe('0');
  expect(generationWith('0', '1')).toBe('2');
});

import { fixOf } from '../../src/claims/claim-findings';
import { explainedWitness } from '../../src/claims/explained-witness';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { WitnessPod } from '../../src/claims/witness';
import { Mismatch } from '../../src/query/explanation';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* A witness with the policies and rules that decide. */

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects(objects), intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts[0].verdict;
}

/** Why each peer of the rules of the destination does not let the witness of a claim in. */
function mismatchesOf(objects: readonly object[], yaml: string): Mismatch[] {
  const verdict = verdictOn(objects, yaml);
  const explained = explainedWitness(verdict, verdict.witness!);
  return explained.kind !== 'blocked' ? [] : explained.explanation.ingress.nearMisses.flatMap(({ mismatches }) => mismatches);
}

const DB = deployment('x/db', { app: 'db' });
const FE = deployment('x/fe', { app: 'fe' });
const toDb = (...from: object[]) => policy('x/db-in', { podSelector: labelled({ app: 'db' }), ingress: from.length === 0 ? [] : [{ from }] });

test('a connection that is blocked has an explanation, and no connections that pass', () => {
  const verdict = verdictOn([DB, FE, toDb()], 'allowed: [{ from: x/fe, to: x/db }]');
  expect(explainedWitness(verdict, verdict.witness!)).toEqual({ kind: 'blocked', explanation: expect.objectContaining({ answer: 'no' }) });
});

test('a witness is explained once', () => {
  const verdict = verdictOn([DB, FE, toDb()], 'allowed: [{ from: x/fe, to: x/db }]');
  expect(explainedWitness(verdict, verdict.witness!)).toBe(explainedWitness(verdict, verdict.witness!));
});

test.each<[string, string, string]>([
  ['the source', 'allowed: [{ from: 10.0.0.0/8, to: x/db }]', 'from'],
  ['the destination', 'allowed: [{ from: x/db, to: 10.0.0.0/8 }]', 'to'],
])('the fix opens the whole block of a claim, if it is %s, and not only the addresses that are blocked', (_, yaml, peers) => {
  const half = [{ ipBlock: { cidr: '10.0.0.0/9' } }];
  const halfOpen = policy('x/half', { podSelector: labelled({ app: 'db' }), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: half }], egress: [{ to: half }] });
  expect(fixOf(verdictOn([DB, halfOpen], yaml))!.text).toMatch(new RegExp(`:\n- ${peers}:\n {4}- ipBlock:\n {8}cidr: 10.0.0.0/8$`));
});

describe('a peer of a rule that does not let a pod in', () => {
  const block = { ipBlock: { cidr: '10.1.0.0/16' } };
  const addressesIn = (peer: object, ...addresses: string[]) =>
    mismatchesOf([DB, pod('x/fe', { app: 'fe' }, { ips: addresses }), toDb(peer)], 'allowed: [{ from: x/fe, to: x/db }]')
      .map(mismatch => [mismatch.kind, 'peer' in mismatch && mismatch.peer.kind === 'pod' ? mismatch.peer.pod.addresses.length : undefined]);

  test('has the address of the pod if it is a block and the address is known', () => {
    expect(addressesIn(block, '10.2.0.1')).toEqual([['block', 1]]);
  });

  test('has no address of the pod if it is a block and the address is not known, because the one of the witness is an example', () => {
    expect(addressesIn(block)).toEqual([['block', 0]]);
  });

  test('has the ports that the rule allows if it is only for others', () => {
    const on80 = policy('x/db-in', { podSelector: labelled({ app: 'db' }), ingress: [{ ports: [{ port: 80 }] }] });
    expect(mismatchesOf([DB, FE, on80], 'allowed: [{ from: x/fe, to: x/db, port: 81 }]')).toEqual([{ kind: 'other ports', allowed: expect.anything(), asked: expect.anything() }]);
  });

  test('has the labels that differ if it is a selector', () => {
    expect(mismatchesOf([DB, FE, toDb({ podSelector: labelled({ app: 'be' }) })], 'allowed: [{ from: x/fe, to: x/db }]'))
      .toMatchObject([{ kind: 'labels differ', of: 'pod', differences: [{ has: 'fe' }] }]);
  });

  test.each<[boolean, string, string, object[]]>([
    [true, 'declared', '{ namespace: z, labels: { app: fe } }', [namespace('z')]],
    [false, 'only used', '{ namespace: z, labels: { app: fe } }', [deployment('z/fe', { app: 'fe' })]],
    [true, 'new, because the claim says which labels it has', '{ namespaceLabels: { team: a }, labels: { app: fe } }', []],
  ])('knows the labels of the namespace of the pod: %s, if it is %s', (isDeclared, _, from, objects) => {
    expect(mismatchesOf([DB, ...objects, toDb({ namespaceSelector: labelled({ team: 'b' }) })], `allowed: [{ from: ${from}, to: x/db }]`))
      .toMatchObject([{ kind: 'labels differ', of: 'namespace', isDeclared }]);
  });
});

test('the labels of a namespace that is only used are known if the claim does not hold because of them', () => {
  const verdict = verdictOn([DB, toDb({ namespaceSelector: labelled({ team: 'a' }) })], 'denied: [{ from: { namespace: z, labels: { app: fe } }, to: x/db, strict: true }]');
  expect(verdict.witness).toMatchObject({ source: { namespace: { name: 'z', labels: { team: 'a' }, origin: expect.anything() } } });
});

test('a witness in a declared namespace has the namespace of the cluster', () => {
  const verdict = verdictOn([namespace('x', { team: 'a' }), DB, FE], 'denied: [{ from: x/fe, to: x/db }]');
  expect((verdict.witness!.source as WitnessPod).namespace).toBe(verdict.cluster.namespaces.get('x'));
});

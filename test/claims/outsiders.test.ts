import { summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Which pods and addresses outside its list a claim looks at. */

const NAME = 'kubernetes.io/metadata.name';
const DB = deployment('x/db', { app: 'db' }, { ports: [{ containerPort: 80 }] });
const from = (...peers: object[]) => policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: peers }] });
const to = (...rules: object[]) => policy('x/out', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: rules });
const notIn = (...names: string[]) => ({ namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'NotIn', values: names }] } });
const EVERYTHING = '{ namespaceSelector: {} }, 0.0.0.0/0, ::/0';

/** The summary of the only claim, or why there is nothing to judge. */
function summary(objects: readonly object[], yaml: string): string {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects([namespace('x'), namespace('a'), ...objects]), intents);
  return [...findings, ...judged.findings].map(({ message }) => message).join() || summaryOf(judged.verdicts[0].verdict);
}

test.each<[string, object[], string, string | RegExp]>([
  ['a pod of each namespace that a rule does not exclude', [DB, from(notIn('a'))], 'admitsOnly: [{ to: x/db, from: [{ namespace: x }] }]', /^A pod without labels in a new namespace can connect to/],
  ['no pod of the namespaces that a rule excludes', [DB, from(notIn('a'))], 'admitsOnly: [{ to: x/db, from: [{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [a] }] } }] }]', 'It holds.'],
  ['a pod of each namespace that a rule names', [DB, from({ namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'In', values: ['a', 'x'] }] } })], 'admitsOnly: [{ to: x/db, from: [{ namespace: a }] }]', /^A pod without labels in namespace x can connect to/],
  ['only pods of the own namespace, if a rule selects no other ones', [DB, from({ podSelector: {} })], 'admitsOnly: [{ to: x/db, from: [{ namespace: x }] }]', 'It holds.'],
  ['no address if the list has all of them, and no pod if it has all of them', [DB, to({})], `reachesOnly: [{ from: x/db, to: [${EVERYTHING}] }]`, 'It holds.'],
  ['no address for a port name, because only a pod has one', [DB, to({ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] })], 'reachesOnly: [{ from: x/db, to: [] }]', /^A pod without labels in a new namespace can be reached by/],
])('a claim looks at %s', (_, objects, yaml, expected) => {
  expect(summary(objects, yaml)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

test('a port without a name has no name that a claim could mean', () => {
  const objects = [DB, pod('a/p'), to({ ports: [{ port: 80 }] })];
  expect(summary(objects, 'reachesOnly: [{ from: x/db, to: [], port: tcp/undefined }]')).toMatch(/^no pod and no policy has a TCP port with the name 'undefined'/);
});

import { findingsOf, summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* The first sentence about a verdict. */

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  const { intents } = readIntents('intents.yaml', Buffer.from(yaml));
  return judgeIntents(clusterOfObjects(objects), intents).verdicts[0].verdict;
}

const DB = deployment('x/db', { app: 'db' });
const byLabel = (app: string) => `{ namespace: x, labels: { app: ${app} } }`;

test('a strict claim about parties that match nothing names them', () => {
  const closed = policy('x/closed', { podSelector: {} });
  expect(summaryOf(verdictOn([DB, closed], `denied: [{ from: ${byLabel('fe')}, to: ${byLabel('web')}, strict: true }]`))).toBe(
    'No declared pod matches pods app=fe of namespace x and pods app=web of namespace x, although the input has workloads in its namespace, and denied is strict here.');
});

test('a blocked connection that a policy of another kind may block is one that might not pass', () => {
  const lock = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'x', name: 'lock' }, spec: { endpointSelector: labelled({ app: 'db' }), ingress: [{}] } };
  expect(summaryOf(verdictOn([DB, deployment('x/fe', { app: 'fe' }), lock], 'allowed: [{ from: x/fe, to: x/db }]'))).toBe('x/fe[Deployment] might not reach x/db[Deployment] on TCP 1.');
});

test('a claim lists all of its assumptions', () => {
  const objects = [namespace('x'), policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ namespaceSelector: labelled({ team: 'a' }) }, { podSelector: labelled({ client: 'yes' }) }] }] })];
  const from = '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [x, z] }] }, labels: { app: fe } }';
  expect(summaryOf(verdictOn(objects, `denied: [{ from: ${from}, to: ${byLabel('web')} }]`))).toBe('It holds, assuming extra-label, namespace-label.');
  expect(summaryOf(verdictOn(objects, `denied: [{ from: ${from}, to: ${byLabel('web')}, strict: true }]`)))
    .toMatch(/ It holds only under assumptions \(extra-label, namespace-label\), and denied is strict here\.$/);
});

test('a finding counts the workloads on the network of their nodes', () => {
  const agent = (name: string) => pod(`x/${name}`, { app: 'agent' }, { hostNetwork: true });
  const closed = policy('x/closed', { podSelector: {} });
  const messages = (...objects: object[]) => findingsOf(verdictOn([DB, closed, ...objects], `denied: [{ from: ${byLabel('agent')}, to: x/db }]`), { file: 'f' })
    .filter(({ code }) => code === 'NP215').map(({ message }) => message);
  expect(messages(agent('a'))[0]).toContain(': x/a[Pod] is in the claim by its labels and on the network of its node. ');
  expect(messages(agent('a'), agent('b'))[0]).toContain(': x/a[Pod] and x/b[Pod] are in the claim by their labels and on the network of their nodes. ');
});

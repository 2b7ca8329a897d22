import { namedParties } from '../../src/claims/claim';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, Support } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { namedParty, Party } from '../../src/claims/party';
import { deployment, labelled, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Why a claim holds. */

function supportFor(objects: readonly object[], yaml: string): Support | undefined {
  const cluster = clusterOfObjects(objects);
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(cluster, intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  const [{ verdict }] = judged.verdicts;
  expect(verdict.answer).toBe('holds');
  return ClaimJudge.of(cluster).supportOf(verdict.claim);
}

const DB = deployment('x/db', { app: 'db' });
const DENY = policy('x/deny', { podSelector: labelled({ app: 'db' }) });

test('a pair of pods stands for a party that has pods only if an assumption is wrong', () => {
  const ofTeam = '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: z, team: ops } } }';
  const support = supportFor([DB, DENY, deployment('z/job', { app: 'job' })], `denied: [{ from: ${ofTeam}, to: x/db }]`);
  expect(support).toMatchObject({ kind: 'pair', explanation: { flow: { source: { name: 'z/job[Deployment]' }, destination: { name: 'x/db[Deployment]' } } } });
});

test('a party of pods and addresses has a pod in the pair, although no pod of it is declared', () => {
  const cluster = clusterOfObjects([DB, DENY]);
  const judge = ClaimJudge.of(cluster);
  const { intents } = readIntents('intents.yaml', Buffer.from('denied: [{ from: { namespace: x, labels: { app: web } }, to: x/db }]'));
  const [web, db] = namedParties(judgeIntents(cluster, intents).verdicts[0].verdict.claim);
  const both = { name: 'both', parts: [...web.parts, ...(namedParty(judge.reach, '1.1.1.1') as Party).parts] };
  expect(judge.supportOf({ kind: 'denied', from: both, to: db })).toMatchObject({ kind: 'pair', explanation: { flow: { source: { kind: 'pod' } } } });
});

test('no rule is about an address, which no policy isolates', () => {
  const judge = ClaimJudge.of(clusterOfObjects([DB, DENY]));
  expect(judge.supportOf({ kind: 'admitsOnly', target: namedParty(judge.reach, '1.1.1.1') as Party, listed: [] }))
    .toEqual({ kind: 'rules', direction: 'ingress', isIsolated: false, rules: [], tierRules: [] });
});

test('a claim about declared pods has a declared pod in the pair, although an assumption would have to be wrong for it', () => {
  const support = supportFor([DB, DENY, deployment('z/job', { app: 'job' })], 'denied: [{ from: { namespaceLabels: { team: ops }, labels: { app: job } }, to: x/db, scope: DECLARED }]');
  expect(support).toMatchObject({ kind: 'pair', explanation: { flow: { source: { name: 'z/job[Deployment]' } } } });
});

test('a pod that stands for a workload has the labels that Kubernetes adds, if a policy looks whether they are there', () => {
  const web = deployment('x/web', { app: 'web' });
  const byHash = policy('x/hash', {
    podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: 'pod-template-hash', operator: 'Exists' }] } }] }],
  });
  expect(supportFor([web, DB, byHash], 'allowed: [{ from: x/web, to: x/db }]')).toMatchObject({ kind: 'pair', explanation: { answer: 'yes' } });
});

import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Which witness a verdict shows for an assumption, and beside policies of other kinds. */

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects(objects), intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts[0].verdict;
}

const istio = (labels: Record<string, string>) => ({
  apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'i', namespace: 'x' }, spec: { selector: labelled(labels) },
});
const X = (app: string) => `{ namespace: x, labels: { app: ${app} } }`;
const publicBlock = { ipBlock: { cidr: '8.8.8.0/24' } };
const teamed = (team: string, labels: Record<string, string> = {}) => ({ namespaceSelector: labelled({ team }), podSelector: labelled(labels) });

test('a claim rests on one assumption, although its only witness breaks two', () => {
  const { answer, assumptions } = verdictOn([
    policy('x/web-in', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [publicBlock] }] }),
    policy('x/fe-out', { podSelector: labelled({ app: 'fe' }), policyTypes: ['Egress'] }),
    policy('x/debug-out', { podSelector: labelled({ debug: 'on' }), policyTypes: ['Egress'], egress: [{}] }),
  ], `denied: [{ from: ${X('fe')}, to: ${X('web')} }]`);
  expect([answer, assumptions.map(({ code, witness }) => [code, witness.breaks])]).toEqual(['holds', [['extra-label', ['extra-label', 'pod-address']]]]);
});

test('the witness of an assumption breaks no other one that the claim rests on', () => {
  const udp = (number: number) => ({ protocol: 'UDP', port: number });
  const { answer, assumptions } = verdictOn([
    namespace('x'),
    deployment('b/other', {}, { ports: [{ name: 'metrics', containerPort: 1 }] }),
    // A pod of namespace a needs a label of its namespace, and another label or one number for two port names.
    policy('a/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [udp(1), { port: 'http' }] }] }),
    // A pod of namespace x needs another label, and an address of the public internet.
    policy('x/out', { podSelector: labelled({ app: 'fe' }), policyTypes: ['Egress'] }),
    policy('x/debug-out', { podSelector: labelled({ debug: 'on' }), policyTypes: ['Egress'], egress: [{ ports: [udp(2)] }] }),
    policy('x/in', {
      podSelector: labelled({ app: 'web' }),
      ingress: [{ from: [teamed('a', { client: 'yes' })], ports: [udp(1)] }, { from: [publicBlock], ports: [udp(2)] }, { from: [teamed('b')], ports: [{ port: 'http' }] }],
    }),
  ], `denied: [{ from: { namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [a, x] }] }, labels: { app: fe } }, to: ${X('web')}, ports: [udp/1, udp/2, tcp/metrics] }]`);
  expect([answer, assumptions.map(({ code, witness }) => [code, witness.breaks])]).toEqual(['holds', [
    ['extra-label', ['extra-label', 'pod-address']], ['namespace-label', ['namespace-label', 'port-name']],
  ]]);
});

test('the witness of an assumption may be a declared pod that a policy of another kind restricts', () => {
  const { answer, assumptions } = verdictOn([
    deployment('z/job', { app: 'job' }), namespace('x'), istio({ app: 'db' }),
    policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [teamed('a')] }] }),
  ], `denied: [{ from: { namespace: z, labels: { app: job } }, to: ${X('db')} }]`);
  expect([answer, assumptions]).toMatchObject(['holds', [{ code: 'namespace-label', witness: { source: { workload: { name: 'job' } } } }]]);
});

test('the witness of a claim that fails is a possible pod, if a policy of another kind restricts each declared one', () => {
  const objects = [pod('x/db', { app: 'db', mesh: 'on' }), deployment('x/web', { app: 'web' })];
  const destination = (...more: object[]) => verdictOn([...objects, ...more], `denied: [{ from: x/web, to: ${X('db')} }]`);
  expect(destination()).toMatchObject({ answer: 'fails', witness: { destination: { workload: { name: 'db' } } } });
  expect(destination(istio({ mesh: 'on' }))).toMatchObject({ answer: 'fails', reasons: [], witness: { destination: { workload: undefined } } });
});

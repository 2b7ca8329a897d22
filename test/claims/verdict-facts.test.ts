import { namedParties } from '../../src/claims/claim';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { Cluster } from '../../src/cluster/cluster';
import { deployment, labelled, pod, podOf, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* What a verdict says about a claim beside the answer. */

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  return verdictIn(clusterOfObjects(objects), yaml);
}

function verdictIn(cluster: Cluster, yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(cluster, intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts[0].verdict;
}

const X = (app: string) => `{ namespace: x, labels: { app: ${app} } }`;
const SHOP = [deployment('x/web', { app: 'web' }), deployment('x/db', { app: 'db' })];

test.each<[boolean, string, string]>([
  [true, 'both parties have declared pods', `denied: [{ from: ${X('web')}, to: ${X('db')} }]`],
  [true, 'the other party is an address, which a scope does not narrow', `denied: [{ from: 1.1.1.1, to: ${X('db')} }]`],
  [true, 'the target has declared pods, whatever the list has', `admitsOnly: [{ to: ${X('db')}, from: [${X('nobody')}] }]`],
  [false, 'the claim is about declared pods already', `denied: [{ from: ${X('web')}, to: ${X('db')}, scope: DECLARED }]`],
  [false, 'the source has no declared pod', `denied: [{ from: ${X('nobody')}, to: ${X('db')} }]`],
  [false, 'the destination has no declared pod', `denied: [{ from: ${X('web')}, to: ${X('nobody')} }]`],
])('can narrow a claim to declared pods: %s, if %s', (canNarrow, _, yaml) => {
  expect(verdictOn(SHOP, yaml).canNarrow).toBe(canNarrow);
});

test('has each declared workload of the named parties once', () => {
  const names = (yaml: string) => verdictOn(SHOP, yaml).declaredWorkloads.map(({ name }) => name);
  expect(names('denied: [{ from: { namespace: x }, to: x/db }]')).toEqual(['web', 'db']);
  expect(names('admitsOnly: [{ to: x/db, from: [x/web] }]')).toEqual(['db']);
  expect(names(`denied: [{ from: 1.1.1.1, to: ${X('nobody')} }]`)).toEqual([]);
});

describe('the workloads on their node\'s network that a claim denied does not count', () => {
  const agent = pod('x/agent', { app: 'agent' }, { hostNetwork: true });
  const mixed = [podOf('mixed', 'x/mixed-0', { app: 'mixed' }), podOf('mixed', 'x/mixed-1', { app: 'mixed' }, { hostNetwork: true })];
  const none = policy('x/none', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

  test.each<[string, string, string[]]>([
    ['those that the source has by labels', `denied: [{ from: ${X('agent')}, to: x/db }]`, ['agent']],
    ['those that the destination has by labels', `denied: [{ from: x/db, to: ${X('agent')} }]`, ['agent']],
    ['each once', `denied: [{ from: ${X('agent')}, to: { namespace: x } }]`, ['agent', 'mixed']],
    ['those of which one pod is on its node\'s network', `denied: [{ from: ${X('mixed')}, to: x/db }]`, ['mixed']],
    ['none by its name, which counts', 'denied: [{ from: x/agent, to: x/db }]', []],
    ['none of a party that has pods of a cluster network only', `denied: [{ from: ${X('db')}, to: x/db }]`, []],
    ['none that an address is denied, because no node has it', `denied: [{ from: 1.1.1.1, to: ${X('agent')} }]`, []],
    ['none that is denied an address', `denied: [{ from: ${X('agent')}, to: 1.1.1.1 }]`, []],
    ['none of another claim', `allowed: [{ from: ${X('agent')}, to: x/db }]`, []],
  ])('are %s', (_, yaml, expected) => {
    expect(verdictOn([...SHOP, agent, ...mixed, none], yaml).onOwnNode.map(({ name }) => name)).toEqual(expected);
  });

  test('are those of the part of a party that is written by labels, beside its workloads and addresses', () => {
    const cluster = clusterOfObjects([...SHOP, agent, none]);
    const [ofAgent, ofDb, address] = [X('agent'), 'x/db', '1.1.1.1'].map(from => namedParties(verdictIn(cluster, `denied: [{ from: ${from}, to: x/web }]`).claim)[0]);
    const both = { name: 'both', parts: [...address.parts, ...ofAgent.parts] };
    for (const [from, to] of [[both, ofDb], [ofDb, both]]) {
      expect(ClaimJudge.of(cluster).judge({ kind: 'denied', from, to })).toMatchObject({ verdict: { onOwnNode: [{ name: 'agent' }] } });
    }
  });
});

test('a strict claim about a party that matches nothing fails if it would hold, and stays undecided if it is', () => {
  const istio = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'i', namespace: 'x' }, spec: { selector: labelled({ app: 'db' }) } };
  const answer = (objects: object[], strict: boolean) => verdictOn([...SHOP, ...objects], `denied: [{ from: ${X('nobody')}, to: x/db, strict: ${strict} }]`).answer;
  const deny = policy('x/deny', { podSelector: labelled({ app: 'db' }) });
  expect([answer([deny], false), answer([deny], true)]).toEqual(['holds', 'fails']);
  expect([answer([istio], false), answer([istio], true)]).toEqual(['undecided', 'undecided']);
});

test('a party is not unmatched if its namespaces have workloads only under an assumption', () => {
  const unmatched = (labels: string) => verdictOn([...SHOP, deployment('z/job', { app: 'job' })], `denied: [{ from: { ${labels}, labels: { app: nobody } }, to: x/db }]`).unmatched.length;
  expect(unmatched('namespace: z')).toBe(1);
  expect(unmatched('namespaceLabels: { team: ops }')).toBe(0);
});

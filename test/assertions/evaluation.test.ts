import { ClaimDraft, Evaluation } from '../../src/assertions/private/evaluation';
import { Subject } from '../../src/assertions/private/subjects';
import { FAMILY_RANGE } from '../../src/k8s/address';
import { LabelSelector } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { EndpointSelector } from '../../src/query/endpoints';
import { clusterOfYaml } from '../support/manifests';

const CLUSTER = clusterOfYaml(`
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: app, labels: { app: web, release: blue } }
spec: { containers: [] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: app }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { release: blue } } }], ports: [{ port: 5432 }] }]
`);

const named = (text: string): Subject => ({ kind: 'named', text });

function pods(name: string, selector: LabelSelector, namespaces?: LabelSelector): Subject {
  const patterns = (home: string): EndpointSelector[] => [{
    kind: 'pods',
    pods: Selector.from(selector),
    namespaces: Selector.from(namespaces ?? { matchLabels: { 'kubernetes.io/metadata.name': home } }),
  }];
  return { kind: 'patterns', name, standInName: `${name}[Tier]`, patterns, ports: [] };
}

const IN_APP = { matchLabels: { 'kubernetes.io/metadata.name': 'app' } };
const db = pods('db', { matchLabels: { app: 'db' } }, IN_APP);
const web = pods('web', { matchLabels: { app: 'web' } }, IN_APP);

function verdict(draft: ClaimDraft): boolean | string {
  const [outcome] = new Evaluation(CLUSTER).judge([draft]);
  return 'error' in outcome ? outcome.error : outcome.judgement.holds;
}

test('a subject is judged by its workloads and by a pod with just its labels', () => {
  expect(verdict({ kind: 'allowed', from: named('app/web'), to: db })).toBe(true);
  // The workload has the label that the policy asks for; a pod of just app=web has not.
  expect(verdict({ kind: 'allowed', from: web, to: db })).toBe(false);
  expect(verdict({ kind: 'denied', from: web, to: db })).toBe(false);
});

test('this namespace is that of the other side', () => {
  const neighbours = pods('pods beside it', { matchLabels: { release: 'blue' } });
  expect(verdict({ kind: 'only', subject: db, others: [neighbours] })).toBe(true);
  expect(verdict({ kind: 'allowed', from: neighbours, to: db })).toBe(true);
  expect(verdict({ kind: 'denied', from: neighbours, to: named('app/web') })).toBe(false);
});

test('claims are judged in their order, and one that can not be judged does not keep the others from it', () => {
  const outcomes = new Evaluation(CLUSTER).judge([
    { kind: 'allowed', from: named('app/nobody'), to: db },
    { kind: 'denied', from: pods('others', { matchLabels: { app: 'x' } }, IN_APP), to: db },
  ]);
  expect(outcomes.map(outcome => 'error' in outcome ? outcome.error : outcome.judgement.holds)).toEqual([
    expect.stringContaining("there is no workload 'app/nobody'"), true,
  ]);
});

test('what no pod can be is said to be so', () => {
  const impossible = pods('nobody', { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, IN_APP);
  expect(verdict({ kind: 'denied', from: impossible, to: db })).toContain('no pod and no address can be nobody');
});

test('addresses are a side of allowed and denied, and none of only', () => {
  const addresses: Subject = {
    kind: 'patterns', name: 'any IPv4', standInName: 'any IPv4', ports: [], patterns: () => [{ kind: 'addresses', ranges: [FAMILY_RANGE.IPv4] }],
  };
  expect(verdict({ kind: 'denied', from: addresses, to: db })).toBe(true);
  expect(verdict({ kind: 'only', subject: addresses, others: [] })).toContain('only speaks of pods, and any IPv4 is no pod');
});

test('claims share an evaluation, and later ones too where they bring no pod that was not thought of', () => {
  const evaluation = new Evaluation(CLUSTER);
  const reachOf = (drafts: ClaimDraft[]) => evaluation.judge(drafts).map(outcome => 'error' in outcome ? outcome.error : outcome.reach);
  const [first, second] = reachOf([{ kind: 'denied', from: web, to: db }, { kind: 'allowed', from: named('app/web'), to: db }]);
  expect(second).toBe(first);
  expect(reachOf([{ kind: 'only', subject: db, others: [web] }])).toEqual([first]);
  const [third] = reachOf([{ kind: 'denied', from: pods('x', { matchLabels: { app: 'x' } }, IN_APP), to: db }]);
  expect(third).not.toBe(first);
  expect(reachOf([{ kind: 'only', subject: db, others: [web] }])).toEqual([third]);
});

test('whoever names a workload that is not there is told of those that are, and of no pod that is only thought of', () => {
  const [outcome] = new Evaluation(CLUSTER).judge([{ kind: 'allowed', from: named('app/wab'), to: db }]);
  expect(outcome).toEqual({ error: "there is no workload 'app/wab'; namespace 'app' has web: did you mean 'app/web'?" });
});

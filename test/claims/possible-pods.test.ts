import { Claim } from '../../src/claims/claim';
import { assumptionText, fixOf, summaryOf } from '../../src/claims/claim-findings';
import { explainedWitness } from '../../src/claims/explained-witness';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { Party } from '../../src/claims/party';
import { Labels } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed } from '../../src/query/parties';
import { labelled, namespace, policy, port } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* What messages say about pods that could exist: how they call them, and how a fix names a policy for them. */

const byLabels = (labels: Labels, podName?: string): Party =>
  ({ name: 'party', parts: [{ kind: 'selected', namespaces: namespaceNamed('x'), pods: Selector.labels(labels), podName, ports: [] }] });
const FE = byLabels({ app: 'fe' });
const CLOSED = policy('x/closed', { podSelector: {} });

function verdictOn(objects: readonly object[], claim: Claim): ClaimVerdict {
  return (ClaimJudge.of(clusterOfObjects(objects)).judge(claim) as { verdict: ClaimVerdict }).verdict;
}

describe('the fix for a connection that is blocked', () => {
  const fix = (to: Party, on?: string, ...objects: object[]) =>
    fixOf(verdictOn([CLOSED, ...objects], { kind: 'allowed', from: FE, to, ports: on === undefined ? undefined : [port(on)] }))!.text;

  test.each<[string, Party, string]>([
    ['the value of the label of the pod', byLabels({ app: 'web' }), 'web'],
    ['the value of its first label', byLabels({ app: 'web', role: 'main' }), 'web'],
    ['its label, in the form of a name', byLabels({ app: 'Web._1' }), 'web-1'],
    ['the last part of the path of its tier', byLabels({ app: 'web' }, 'app/shop/data'), 'data'],
    ['the id of its tier, in the form of a name', byLabels({ app: 'web' }, 'app/shop/(Data) base!'), 'data-base'],
    ['pods, if the label is empty', byLabels({ app: '' }), 'pods'],
  ])('names a policy after %s', (_, to, name) => {
    expect(fix(to)).toMatch(new RegExp(`^add this policy:\n[^]*\n  name: allow-ingress-of-${name}-from-fe\n`));
  });

  test('opens every port if the claim names none, and otherwise the ports of the claim', () => {
    const to80 = policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ ports: [{ port: 80 }] }] });
    const peer = '- from:\n    - podSelector:\n        matchLabels:\n          app: fe';
    expect(fix(byLabels({ app: 'web' }), undefined, to80)).toBe(`add to spec.ingress of x/web (object 1):\n${peer}`);
    expect(fix(byLabels({ app: 'web' }), 'tcp/81', to80)).toBe(`add to spec.ingress of x/web (object 1):\n${peer}\n  ports:\n    - protocol: TCP\n      port: 81`);
  });
});

test('the explanation of a connection that passes is about every port', () => {
  const claim: Claim = { kind: 'denied', from: FE, to: byLabels({ app: 'web' }), ports: [port('tcp/80')] };
  const verdict = verdictOn([], claim);
  const explained = explainedWitness(verdict, verdict.witness!);
  expect(explained).toMatchObject({ kind: 'passes', explanation: { port: undefined } });
});

test('a pod of a tier has the name of the tier, with the labels that the tier does not ask for', () => {
  const allow = policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ podSelector: labelled({ role: 'a', client: 'yes' }) }] }] });
  const verdict = verdictOn([allow], { kind: 'denied', from: byLabels({ app: 'fe' }, 'shop/fe'), to: byLabels({ app: 'web' }, 'shop/web') });
  expect(assumptionText(verdict, verdict.assumptions[0])).toMatch(/\. Otherwise shop\/fe with client=yes, role=a would reach shop\/web on every port$/);
});

test('a pod without a name has its labels and those of its namespace, by key', () => {
  const verdict = verdictOn([namespace('x', { team: 'a', env: 'b' }), CLOSED], { kind: 'allowed', from: byLabels({ role: 'r', app: 'fe' }), to: byLabels({ app: 'web' }) });
  const where = 'in namespace x (with labels env=b, team=a)';
  expect(summaryOf(verdict)).toBe(`A pod with labels app=fe, role=r ${where} does not reach a pod with label app=web ${where}.`);
});

import { summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, labelled, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* A search tries one rule after another. What it has assumed for one of them does not count for the next. */

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  expect(findings).toEqual([]);
  return judgeIntents(clusterOfObjects(objects), intents).verdicts[0].verdict;
}

const FE = deployment('x/fe', { app: 'fe' });
const WEB = deployment('x/web', { app: 'web' });
const out = (...ports: number[]) => policy('x/out', { podSelector: labelled({ app: 'fe' }), policyTypes: ['Egress'], egress: ports.map(port => ({ ports: [{ port }] })) });
const into = (...ingress: object[]) => policy('x/in', { podSelector: labelled({ app: 'web' }), ingress });
const on = (port: number, ...from: object[]) => ({ ports: [{ port }], ...from.length === 0 ? {} : { from } });

test('a port that one rule allows and the other side denies does not exclude that of the next rule', () => {
  const denied = 'denied: [{ from: x/fe, to: x/web, ports: [80, 81] }]';
  expect(summaryOf(verdictOn([FE, WEB, out(80, 81), into(on(81))], denied))).toBe('x/fe[Deployment] reaches x/web[Deployment] on TCP 81.');
});

test('a port that the claim does not name stays out, after a rule for one that it names', () => {
  const denied = 'denied: [{ from: x/fe, to: x/web, ports: [80, 81] }]';
  expect(summaryOf(verdictOn([FE, WEB, out(80, 443), into(on(443))], denied))).toBe('It holds.');
});

test('an address that a rule for another port asks for does not matter to the witness', () => {
  const block = { ipBlock: { cidr: '10.1.0.0/16' } };
  const { witness } = verdictOn([FE, WEB, out(81), into(on(80, block), on(81))], 'denied: [{ from: x/fe, to: x/web }]');
  expect(witness).toMatchObject({ port: 81, source: { addressMatters: false } });
  const { witness: exact } = verdictOn([FE, WEB, out(81), into(on(81, block))], 'denied: [{ from: x/fe, to: x/web }]');
  expect(exact).toMatchObject({ port: 81, source: { addressMatters: true } });
});

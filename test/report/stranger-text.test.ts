import { deployment, judgedOnly, policy, shop, TIERS } from './shop';
import { ClaimVerdict } from '../../src/claims/claim';
import { outsiderText } from '../../src/report/verdict-text';
import { reachOfYaml } from '../support/manifests';

function textOf({ witness: counterexample }: ClaimVerdict): string {
  if (counterexample?.kind !== 'intrusion') { throw new Error('nobody gets in'); }
  return outsiderText(counterexample.intrusion).join('\n');
}

test("a stranger is shown by its labels and its namespace's, with the rule that lets it in", () => {
  expect(textOf(judgedOnly(shop(), 'only', 'app/backend', ['app/db']))).toMatch(new RegExp(`^\
A pod like this can connect to app/backend\\[Deployment\\] too, whether it exists today or not:
  labels:           app=frontend
  namespace:        app
  namespace labels: kubernetes\\.io/metadata\\.name=app
Let through by app/allow-frontend-to-backend spec\\.ingress\\[0\\]\\.from\\[0\\] \\(test\\.yaml:\\d+:\\d+\\),
  which stands for pods app=frontend of namespace 'app', on TCP 8080
To mend it, narrow that entry or take it out\\.$`));
});

test('a stranger without labels has none', () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }] }] }'));
  expect(textOf(judgedOnly(reach, 'only', 'app/db', ['app/backend']))).toContain('labels:           (none)');
});

test('addresses that get in are shown as a block', () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'));
  expect(textOf(judgedOnly(reach, 'only', 'app/db', ['app/backend']))).toMatch(/^These addresses can connect to app\/db\[Deployment\] too: 10\.0\.0\.0\/8\n/);
});

test('a workload that no policy isolates is open to anything', () => {
  const text = textOf(judgedOnly(reachOfYaml(TIERS), 'only', 'app/db', ['app/backend']));
  expect(text).toMatch(/^Anything can connect to app\/db\[Deployment\] too: no policy isolates it for ingress\./);
  expect(text).toContain('has Ingress among its policyTypes');
});

test("a rule without 'from' is open to anything", () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }] }'));
  expect(textOf(judgedOnly(reach, 'only', 'app/db', ['app/backend'])))
    .toMatch(/^Anything can connect to app\/db\[Deployment\] too: app\/in spec\.ingress\[0\] \(.*\) has no 'from', which means everything\.\nIt allows TCP 5432\./);
});

test('of onlyTo, what the workload may reach', () => {
  expect(textOf(judgedOnly(shop(), 'onlyTo', 'app/backend', ['10.0.0.0/8']))).toMatch(/^These addresses can be reached by app\/backend\[Deployment\] too: /);
  expect(textOf(judgedOnly(shop(), 'onlyTo', 'app/db', []))).toContain('has Egress among its policyTypes');
  const reach = reachOfYaml(TIERS + policy('out', '{ podSelector: {}, policyTypes: [Egress], egress: [{}] }'));
  expect(textOf(judgedOnly(reach, 'onlyTo', 'app/db', []))).toContain("has no 'to', which means everything.\nIt allows every port.");
});

test("no policy is asked for where none could help: on a node's network", () => {
  const reach = reachOfYaml(deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers'));
  expect(textOf(judgedOnly(reach, 'only', 'app/agent', []))).toBe("Anything can connect to app/agent[Deployment] too: it is on its node's network, where no NetworkPolicy isolates it.");
});

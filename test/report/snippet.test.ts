import { explanationOf, policy, shop, TIERS } from './shop';
import { snippetOf } from '../../src/report/private/side-text';
import { reachOfYaml } from '../support/manifests';

function egressSnippet(policies: string) {
  return snippetOf(explanationOf(reachOfYaml(TIERS + policies), 'app/backend', 'app/db', 'tcp/5432').egress.fix!);
}

test('a rule to add comes as YAML, with the section, policy, file and line that it goes to', () => {
  const { instruction, yaml, place } = snippetOf(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432').egress.fix!);
  expect(instruction).toMatch(/^add to spec\.egress of app\/allow-backend-egress-https \(test\.yaml:\d+:3\)$/);
  expect(place?.line).toBeGreaterThan(1);
  expect(yaml).toBe(`\
- to:
    - podSelector:
        matchLabels:
          app: db
  ports:
    - protocol: TCP
      port: 5432
`);
});

test('where the policy has no rule yet, the section comes with it', () => {
  const { instruction, yaml } = egressSnippet(policy('backend', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress] }'));
  expect(instruction).toMatch(/^let the egress section of the spec of app\/backend \(.*\) be$/);
  expect(yaml).toMatch(/^egress:\n {2}- to:\n/);
});

test('where only a policy for all pods denies, a policy of its own is added, whole', () => {
  const { instruction, yaml } = egressSnippet(policy('deny', '{ podSelector: {}, policyTypes: [Egress] }'));
  expect(instruction).toBe('add this policy');
  const { policies } = reachOfYaml(yaml).cluster;
  expect(policies).toHaveLength(1);
  expect(policies[0].namespace).toBe('app');
});

test('what is pasted does what it is for', () => {
  const deny = policy('deny', '{ podSelector: {}, policyTypes: [Egress] }');
  const mended = reachOfYaml(`${TIERS}${deny}\n${egressSnippet(deny).yaml}`);
  expect(explanationOf(mended, 'app/backend', 'app/db', 'tcp/5432').allowed).toBe(true);
});

test('a label whose value YAML would read as a boolean is quoted', () => {
  const { yaml } = snippetOf({ kind: 'policy', object: { labels: { canary: 'yes', size: '010', empty: '' } } });
  expect(yaml).toBe('labels:\n  canary: "yes"\n  size: "010"\n  empty: ""\n');
});

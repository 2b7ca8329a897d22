import { explanationOf } from './shop';
import { Reachability } from '../../src/evaluator/reachability';
import { explanationJson, renderExplanation } from '../../src/report/explanation';
import { clusterOfYaml } from '../support/manifests';

/* How explanations show the tiers of cluster-wide policies. */

const PODS = `
apiVersion: v1
kind: Namespace
metadata: { name: app }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: app, labels: { app: web } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: app, labels: { app: db } }
spec: { containers: [{ name: c, image: i }] }
`;
const DENY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: app }
spec: { podSelector: { matchLabels: { app: db } } }
`;
const guard = (rules: string, { tier = 'Admin', priority = 10, name = 'guard' } = {}) => `---
apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: ${tier}
  priority: ${priority}
  subject: { namespaces: {} }
  ingress:
${rules}
`;
const rule = (action: string, fields = '') => `    - { action: ${action}, from: [{ namespaces: {} }]${fields} }`;
const POSTGRES = ', name: postgres, protocols: [{ tcp: { destinationPort: { number: 5432 } } }]';

const explained = (yaml: string, on?: string) => explanationOf(new Reachability(clusterOfYaml(yaml)), 'app/web', 'app/db', on);
const textOf = (yaml: string, on?: string) => renderExplanation(explained(yaml, on));
const ingressOf = (yaml: string, on?: string) => textOf(yaml, on).split('\n\n').find(part => part.startsWith('Ingress of'))!.trimEnd().split('\n');

test('a side that the Admin tier denies has the rule with its tier and priority, and no fix', () => {
  expect(textOf(`${PODS}${DENY}${guard(rule('Deny', POSTGRES))}`, 'tcp/5432')).not.toContain('Fix:');
  expect(ingressOf(`${PODS}${DENY}${guard(rule('Deny', POSTGRES))}`, 'tcp/5432')).toEqual([
    'Ingress of app/db[Pod]: blocked',
    '  rules of the Admin tier',
    "    ClusterNetworkPolicy guard spec.ingress[0] 'postgres' (test.yaml:29:7), priority 10: denies TCP 5432",
  ]);
});

test('a side that the Admin tier accepts has the rule, and not the NetworkPolicy that would deny it', () => {
  expect(ingressOf(`${PODS}${DENY}${guard(rule('Accept', POSTGRES))}`, 'tcp/5432')).toEqual([
    'Ingress of app/db[Pod]: allowed',
    '  rules of the Admin tier',
    "    ClusterNetworkPolicy guard spec.ingress[0] 'postgres' (test.yaml:29:7), priority 10: accepts TCP 5432",
  ]);
});

test('what the Admin tier passes is shown, and then the NetworkPolicies with their fix', () => {
  const lines = ingressOf(`${PODS}${DENY}${guard(rule('Pass'))}`, 'tcp/5432');
  expect(lines.slice(0, 6)).toEqual([
    'Ingress of app/db[Pod]: blocked',
    '  rules of the Admin tier',
    '    ClusterNetworkPolicy guard spec.ingress[0] (test.yaml:29:7), priority 10: passes TCP 5432',
    '  isolated by these policies, so only what they allow may enter it',
    '    app/deny (test.yaml:16:1)',
    '      which has no ingress rule: it allows nothing',
  ]);
  expect(textOf(`${PODS}${DENY}${guard(rule('Pass'))}`, 'tcp/5432')).toMatch(/\nFix: .* spec\.ingress of app\/deny /);
});

test('a side that the Baseline tier denies has its rule, and a fix that says that its policy isolates the pod', () => {
  const closed = `${PODS}${guard(rule('Deny'), { tier: 'Baseline' })}`;
  const closes = 'No NetworkPolicy isolates app/db[Pod] for ingress yet. This fix isolates the pods that it selects: the Baseline tier is then skipped for them, '
    + 'and every other connection to them is denied, unless the Admin tier accepts it or another NetworkPolicy allows it.';
  const [, fix] = textOf(closed, 'tcp/5432').split('\n\n');
  expect(fix).toBe(`Fix: add this policy:
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: allow-ingress-of-db-from-web-tcp-5432
    namespace: app
  spec:
    podSelector:
      matchLabels:
        app: db
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector:
              matchLabels:
                app: web
        ports:
          - protocol: TCP
            port: 5432
${closes}`);
  expect(explanationJson(explained(closed, 'tcp/5432'))).toMatchObject({ ingress: { fix: { closes } } });
  const egress = closed.replace(/ingress:\n(.*)from/, 'egress:\n$1to');
  expect(textOf(egress, 'tcp/5432')).toMatch(/\nNo NetworkPolicy isolates app\/web\[Pod\] for egress yet\. .* every other connection from them is denied/);
  expect(ingressOf(`${PODS}${guard(rule('Deny'), { tier: 'Baseline' })}`, 'tcp/5432')).toEqual([
    'Ingress of app/db[Pod]: blocked',
    '  no NetworkPolicy isolates it for ingress',
    '  rules of the Baseline tier',
    '    ClusterNetworkPolicy guard spec.ingress[0] (test.yaml:24:7), priority 10: denies TCP 5432',
  ]);
});

test('without a port, a fix has only ports that no rule of the Admin tier denies, on either side', () => {
  const withPorts = PODS.replace(/(labels: { app: db }.*\n.*image: i)/, '$1, ports: [{ containerPort: 80 }, { containerPort: 5432 }]');
  const range = ', protocols: [{ tcp: { destinationPort: { range: { start: 80, end: 90 } } } }]';
  const portsOf = (yaml: string) => /\n +ports:\n([^]*?)\n\n/.exec(textOf(yaml))?.[1].match(/\w+: \w+/g);
  expect(portsOf(`${withPorts}${DENY}`)).toEqual(['protocol: TCP', 'port: 80', 'protocol: TCP', 'port: 5432']);
  expect(portsOf(`${withPorts}${DENY}${guard(rule('Deny', range))}`)).toEqual(['protocol: TCP', 'port: 5432']);
  const onEgress = guard(rule('Deny', range)).replace(/ingress:\n(.*)from/, 'egress:\n$1to');
  expect(portsOf(`${withPorts}${DENY}${onEgress}`)).toEqual(['protocol: TCP', 'port: 5432']);
  // Without container ports, it has every port that can be opened.
  expect(portsOf(`${PODS}${DENY}${guard(rule('Deny', range))}`)).toEqual([
    'protocol: SCTP', 'protocol: TCP', 'port: 1', 'endPort: 79', 'protocol: TCP', 'port: 91', 'endPort: 65535', 'protocol: UDP',
  ]);
  // It opens nothing that the destination does not listen on.
  expect(textOf(`${withPorts}${DENY}${guard(rule('Deny', range.replace('end: 90', 'end: 6000')))}`)).not.toContain('Fix');
});

test('a side that the NetworkPolicies deny has no fix if the Admin tier denies the port on the other side', () => {
  const egress = (rules: string) => `${PODS}${DENY}${guard('X').replace(/ingress:\nX/, `egress:\n${rules}`)}`;
  const deny = '    - { action: Deny, to: [{ namespaces: {} }] }';
  expect(textOf(egress(deny), 'tcp/5432')).not.toContain('Fix');
  // It is not known whether it is denied there.
  expect(textOf(egress(`    - { action: Accept, to: [{ domainNames: [example.com] }] }\n${deny}`), 'tcp/5432')).toContain('Fix');
});

test('a side that the Admin tier passes and nothing else decides says so', () => {
  expect(ingressOf(`${PODS}${guard(rule('Pass'))}`, 'tcp/5432').at(-1)).toBe('  no NetworkPolicy isolates it for ingress, and no rule of the Baseline tier matches');
});

test('the Baseline tier is not shown if a NetworkPolicy isolates the pod', () => {
  expect(ingressOf(`${PODS}${DENY}${guard(rule('Accept'), { tier: 'Baseline' })}`, 'tcp/5432').join('\n')).not.toContain('Baseline');
});

test('without a port, a rule about one port leaves the others to the NetworkPolicies', () => {
  const text = ingressOf(`${PODS}${DENY}${guard(rule('Accept', POSTGRES))}`).join('\n');
  expect(text).toContain('Ingress of app/db[Pod]: allowed');
  expect(text).toContain('accepts TCP 5432');
  expect(text).toContain('isolated by these policies');
  // One port is enough for an answer to a question without a port, so a NetworkPolicy can open one that no tier denies.
  expect(textOf(`${PODS}${DENY}${guard(rule('Deny', POSTGRES))}`)).toContain('Fix:');
});

test('two policies of one priority that disagree are both shown', () => {
  const text = ingressOf(`${PODS}${guard(rule('Deny'))}${guard(rule('Accept'), { name: 'other' })}`, 'tcp/5432').join('\n');
  expect(text).toContain('undecided, because no specification says which of ClusterNetworkPolicy guard and ClusterNetworkPolicy other decides first');
  expect(text).toMatch(/guard spec\.ingress\[0\] .*: denies TCP 5432\n.*other spec\.ingress\[0\] .*: accepts TCP 5432/);
});

test('a rule that may decide says so', () => {
  const domains = guard(rule('Pass')).replace(/ingress:[^]*/, 'egress:\n    - { action: Accept, to: [{ domainNames: [example.com] }] }\n    - { action: Deny, to: [{ namespaces: {} }] }\n');
  const text = renderExplanation(explained(`${PODS}${domains}`, 'tcp/5432'));
  expect(text).toContain('undecided, because the addresses of example.com are not known');
  expect(text).toMatch(/spec\.egress\[0\] .*: may accept TCP 5432\n.*spec\.egress\[1\] .*: denies TCP 5432/);
});

test.each(['Deny', 'Pass'])('a %s rule with a peer that netpol does not know denies every port, and says that it fails closed', action => {
  const unknown = `${PODS}${guard(`    - { action: ${action}, from: [{ other: {} }] }`)}`;
  expect(ingressOf(unknown)).toEqual([
    'Ingress of app/db[Pod]: blocked',
    '  rules of the Admin tier',
    '    ClusterNetworkPolicy guard spec.ingress[0] (test.yaml:24:7), priority 10: denies every port '
      + '(the rule fails closed: netpol does not know one of its peers, and a Deny or Pass rule then denies everything, on every port)',
  ]);
  expect(explanationJson(explained(unknown))).toMatchObject({ ingress: { admin: [{ action: 'deny', failsClosed: true }] } });
});

test('an explanation as JSON has the rules of both tiers', () => {
  const place = { file: 'test.yaml', column: 7 };
  expect(explanationJson(explained(`${PODS}${guard(rule('Pass', ', name: first'))}${guard(rule('Deny'), { tier: 'Baseline', name: 'last', priority: 0 })}`, 'tcp/5432'))).toMatchObject({
    answer: 'no',
    ingress: {
      admin: [{ policy: 'ClusterNetworkPolicy guard', tier: 'Admin', priority: 10, path: 'spec.ingress[0]', name: 'first', ...place, action: 'pass', connections: 'TCP 5432' }],
      baseline: [{ policy: 'ClusterNetworkPolicy last', tier: 'Baseline', priority: 0, action: 'deny' }],
    },
  });
  expect(explanationJson(explained(PODS))).not.toHaveProperty('ingress.admin');
});

test('the policy for all namespaces of an AdminNetworkPolicy has no priority in its Baseline tier', () => {
  const baseline = `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec: { subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }
`;
  expect(ingressOf(`${PODS}${baseline}`, 'tcp/5432').at(-1)).toBe('    BaselineAdminNetworkPolicy default spec.ingress[0] (test.yaml:19:48): denies TCP 5432');
});

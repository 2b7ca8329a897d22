import { explanationOf, policy, shop, TIERS } from './shop';
import { indented, sideSummary, sideText } from '../../src/report/private/side-text';
import { reachOfYaml } from '../support/manifests';

test('a blocked side names the policies that isolate, what they allow, and what to add', () => {
  const text = sideText(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432').egress).join('\n');
  expect(text).toMatch(/^Egress of app\/backend\[Deployment\]: blocked\n {2}isolated by these policies, so that only what they allow may leave it\n/);
  expect(text).toMatch(/app\/allow-backend-egress-https \(test\.yaml:\d+:1\)\n {6}which allows egress only to ipBlock 0\.0\.0\.0\/0 on TCP 443/);
  expect(text).toContain('allowed by no rule');
  expect(text).toMatch(/to allow it, add to spec\.egress of .*:\n {6}- to:\n {10}- podSelector:/);
});

test('a rule that comes near is named with its line and the reason', () => {
  const text = sideText(explanationOf(shop(), 'app/frontend', 'app/backend', 'tcp/9090').ingress).join('\n');
  expect(text).toMatch(/these rules come near\n {4}app\/allow-frontend-to-backend spec\.ingress\[0\] \(test\.yaml:\d+:\d+\)\n {6}it allows TCP 8080, not TCP 9090/);
});

test('a side that passes names the rule that lets it, and nothing to add', () => {
  const { ingress } = explanationOf(shop(), 'app/frontend', 'app/backend', 'tcp/8080');
  const text = sideText(ingress).join('\n');
  expect(text).toMatch(/^Ingress of app\/backend\[Deployment\]: allowed\n/);
  expect(text).toMatch(/allowed by\n {4}app\/allow-frontend-to-backend spec\.ingress\[0\] \(test\.yaml:\d+:\d+\): TCP 8080$/);
  expect(text).not.toContain('to allow it');
  expect(sideSummary(ingress)).toMatch(/^Ingress of app\/backend\[Deployment\]: allowed by app\/allow-frontend-to-backend spec\.ingress\[0\] \(.*\): TCP 8080$/);
});

test('where a rule allows a part of the ports, it says so', () => {
  const text = sideText(explanationOf(shop(), 'app/frontend', 'app/backend', 'tcp/8079-8081').ingress).join('\n');
  expect(text).toMatch(/blocked[\s\S]*allowed in part by\n {4}app\/allow-frontend-to-backend .*: TCP 8080\n/);
});

test('a side that nobody isolates says that everything passes', () => {
  const { egress } = explanationOf(shop(), 'app/frontend', 'app/db');
  expect(sideText(egress)).toEqual(['Egress of app/frontend[Deployment]: allowed', '  No policy isolates it for egress, so it may connect to anything.']);
  const open = explanationOf(reachOfYaml(TIERS), 'app/frontend', 'app/db').ingress;
  expect(sideSummary(open)).toBe('Ingress of app/db[Deployment]: allowed. No policy isolates it for ingress, so anything may connect to it.');
});

test('an address is beyond the reach of policies', () => {
  expect(sideText(explanationOf(shop(), 'app/frontend', '8.8.8.8').ingress)[1]).toBe('  It is outside the cluster, where no policy isolates.');
});

test("a pod on its node's network is not isolated by any policy", () => {
  const reach = reachOfYaml(`${TIERS}
apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: app, labels: { app: backend } }
spec: { hostNetwork: true, containers: [{ name: c, image: i }] }
---${policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }')}`);
  expect(sideText(explanationOf(reach, 'app/agent', 'app/db').egress)[1]).toBe("  It is on its node's network, where no NetworkPolicy isolates it.");
});

test('empty lines are not indented', () => {
  expect(indented(['a', '', 'b'], 2)).toEqual(['  a', '', '  b']);
});

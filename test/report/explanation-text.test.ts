import { explanationOf, policy, shop, TIERS } from './shop';
import { renderExplanation } from '../../src/report/explanation';
import { reachOfYaml } from '../support/manifests';

test('the answer comes first, then both directions', () => {
  const text = renderExplanation(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432'));
  expect(text).toMatch(/^no: app\/backend\[Deployment\] does not reach app\/db\[Deployment\] on TCP 5432\n\nEgress of app\/backend/);
  expect(text).toMatch(/\n\nIngress of app\/db\[Deployment\]: allowed\n/);
  expect(text.endsWith('\n')).toBe(true);
});

test('without a port, a yes says on which ports', () => {
  expect(renderExplanation(explanationOf(shop(), 'app/frontend', 'app/backend'))).toMatch(/^yes: app\/frontend\[Deployment\] reaches app\/backend\[Deployment\]: TCP 8080\n/);
  expect(renderExplanation(explanationOf(shop(), 'app/frontend', 'app/backend', 'tcp/8080'))).toMatch(/^yes: .* on TCP 8080\n/);
});

test('a port name that the destination does not have is all there is to say', () => {
  expect(renderExplanation(explanationOf(shop(), 'app/frontend', 'app/db', 'tcp/pg')).split('\n')).toHaveLength(4);
});

test('where each side allows another port, that is the reason', () => {
  const reach = reachOfYaml(TIERS
    + policy('out', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }')
    + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }] }'));
  expect(renderExplanation(explanationOf(reach, 'app/backend', 'app/db')))
    .toContain('Each side allows something, and no port is in both: egress TCP 443, ingress TCP 5432.');
});

test('a pod reaches itself, whatever policies say', () => {
  const reach = reachOfYaml(`
apiVersion: v1
kind: Pod
metadata: { name: solo, namespace: app }
spec: { containers: [{ name: c, image: i }] }
---${policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }')}`);
  expect(renderExplanation(explanationOf(reach, 'app/solo', 'app/solo'))).toMatch(/^yes: .*\n\nA pod always reaches itself: no policy has a say in it\.\n$/);
});

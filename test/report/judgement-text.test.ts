import { judged, judgedOnly, policy, shop, TIERS } from './shop';
import { verdictDetails, verdictSummary, renderClaimVerdict } from '../../src/report/verdict-text';
import { reachOfYaml } from '../support/manifests';

test('a claim that holds is a line', () => {
  expect(renderClaimVerdict(shop(), judged(shop(), 'denied', 'app/frontend', 'app/db'))).toBe('denied: app/frontend[Deployment] → app/db[Deployment]\n');
});

test('a blocked connection: the side that blocks in full, the other in a line', () => {
  const reach = shop();
  const lines = renderClaimVerdict(reach, judged(reach, 'allowed', 'app/backend', 'app/db', 'tcp/5432')).split('\n');
  expect(lines[0]).toBe('allowed: app/backend[Deployment] → app/db[Deployment] (TCP 5432)');
  expect(lines[1]).toBe('  app/backend[Deployment] does not reach app/db[Deployment] on TCP 5432.');
  expect(lines[2]).toBe('  Egress of app/backend[Deployment]: blocked');
  expect(lines.at(-2)).toMatch(/^ {2}Ingress of app\/db\[Deployment\]: allowed by app\/allow-backend-to-db spec\.ingress\[0\]/);
});

test('without a port, `allowed` means those that the containers declare, and names the one that is blocked', () => {
  const reach = shop();
  expect(verdictSummary(reach, judged(reach, 'allowed', 'app/backend', 'app/db'))).toBe('app/backend[Deployment] does not reach app/db[Deployment] on TCP 5432.');
});

test('a port name that the destination does not have is the reason', () => {
  const reach = shop();
  expect(verdictDetails(reach, judged(reach, 'allowed', 'app/frontend', 'app/backend', 'tcp/web'))).toEqual([
    'app/frontend[Deployment] does not reach app/backend[Deployment] on TCP web.',
    expect.stringContaining("has a TCP port named 'web' (it has TCP http)"),
  ]);
});

test('where each side allows another port and none is asked about, that is the reason', () => {
  const reach = reachOfYaml(TIERS
    + policy('out', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }')
    + policy('in', '{ podSelector: { matchLabels: { app: frontend } }, ingress: [{ ports: [{ port: 80 }] }] }'));
  expect(verdictDetails(reach, judged(reach, 'allowed', 'app/backend', 'app/frontend')).at(-1)).toContain('no port is in both');
});

test('a denied connection that passes: on which ports, by which rules, and how to deny it', () => {
  const reach = shop();
  const details = verdictDetails(reach, judged(reach, 'denied', 'app/frontend', 'app/backend'));
  expect(details[0]).toBe('app/frontend[Deployment] reaches app/backend[Deployment]: TCP 8080.');
  expect(details).toContainEqual(expect.stringMatching(/app\/allow-frontend-to-backend spec\.ingress\[0\] \(test\.yaml:\d+:\d+\): TCP 8080$/));
  expect(details.at(-1)).toBe('To deny it, take out or narrow the rules named under ingress of app/backend[Deployment].');
});

test('a denial is about the ports that are given: rules for others are not named', () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }] }'));
  const text = verdictDetails(reach, judged(reach, 'denied', 'app/frontend', 'app/db', 'tcp/81')).join('\n');
  expect(text).toContain('spec.ingress[1]');
  expect(text).not.toContain('spec.ingress[0]');
});

test('where nobody is isolated, a policy on either side would deny it', () => {
  const reach = reachOfYaml(TIERS);
  expect(verdictDetails(reach, judged(reach, 'denied', 'app/frontend', 'app/db')).at(-1)).toBe(
    'To deny it, add a policy that selects app/frontend[Deployment] and has Egress among its policyTypes, '
    + 'or one that selects app/db[Deployment] and has Ingress among its policyTypes.');
});

test('between addresses no policy can deny anything', () => {
  const reach = shop();
  expect(verdictDetails(reach, judged(reach, 'denied', '8.8.8.8', '1.1.1.1')).at(-1)).toMatch(/^No NetworkPolicy can deny it/);
});

test('an `only` that a stranger breaks shows the stranger', () => {
  const reach = shop();
  expect(verdictSummary(reach, judgedOnly(reach, 'only', 'app/backend', ['app/db']))).toMatch(/^A pod like this can connect to app\/backend/);
  expect(verdictSummary(reach, judgedOnly(reach, 'only', 'app/backend', ['app/frontend']))).toBe('It holds.');
});

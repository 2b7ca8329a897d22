import { judged, judgedOnly, policy, shop, shopIntents, TIERS } from './shop';
import { intentsJson } from '../../src/report/intents';
import { reachOfYaml } from '../support/manifests';

test('one object for each intent, in order, with what breaks it', () => {
  const reach = shop();
  const json = JSON.parse([...intentsJson(reach, shopIntents(reach))].join(''));
  expect(json).toMatchObject([
    { holds: true, kind: 'denied', intent: 'denied: app/frontend[Deployment] → app/db[Deployment]', file: 'intents.yaml', line: 2, column: 5 },
    { holds: false, kind: 'allowed', description: 'orders <are> "kept"', explanation: { allowed: false, egress: { allowed: false } } },
    {
      holds: false,
      kind: 'only',
      intrusion: {
        subject: 'app/backend[Deployment]',
        direction: 'ingress',
        by: { policy: 'app/allow-frontend-to-backend', path: 'spec.ingress[0].from[0]' },
        stranger: { namespace: 'app', labels: { app: 'frontend' }, namespaceLabels: { 'kubernetes.io/metadata.name': 'app' } },
      },
    },
  ]);
  expect(json[0]).not.toHaveProperty('message');
  expect(json[1].message).toContain('does not reach');
});

test('what passes though it is denied is told as connections', () => {
  const reach = shop();
  const [json] = JSON.parse([...intentsJson(reach, [{ verdict: judged(reach, 'denied', 'app/frontend', 'app/backend'), place: {} }])].join(''));
  expect(json).toMatchObject({ connections: 'TCP 8080', explanation: { allowed: true } });
});

test('strangers may be addresses, or anyone', () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'));
  const json = JSON.parse([...intentsJson(reach, ['app/db', 'app/backend'].map(name => ({ verdict: judgedOnly(reach, 'only', name, []), place: {} })))].join(''));
  expect(json[0].intrusion.stranger).toEqual({ addresses: '10.0.0.0-10.255.255.255' });
  expect(json[1].intrusion).toEqual({ subject: 'app/backend[Deployment]', direction: 'ingress' });
});

test('a rule that lets anyone in is named, and there is no stranger to show', () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }'));
  const [{ intrusion }] = JSON.parse([...intentsJson(reach, [{ verdict: judgedOnly(reach, 'only', 'app/db', []), place: {} }])].join(''));
  expect(intrusion).toMatchObject({ by: { policy: 'app/in', path: 'spec.ingress[0]' } });
  expect(intrusion).not.toHaveProperty('stranger');
});

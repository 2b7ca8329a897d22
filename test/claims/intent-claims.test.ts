import { judge } from '../../src/claims/claim';
import { IntentClaims } from '../../src/claims/intent-claims';
import { readIntents } from '../../src/claims/intent-file';
import { Reachability } from '../../src/evaluator/reachability';
import { formatFinding } from '../../src/findings/finding';
import { policy, shop, TIERS } from '../report/shop';
import { reachOfYaml } from '../support/manifests';

function claims(yaml: string, reach: Reachability = shop()) {
  const { intents, problems } = readIntents('intents.yaml', Buffer.from(yaml));
  expect(problems).toEqual([]);
  const reader = new IntentClaims(reach);
  const read = intents.map(intent => reader.claimOf(intent));
  return { holds: read.map(claim => claim && judge(reach, claim).holds), problems: reader.problems.map(formatFinding), read };
}

test('a selector stands for the workloads that it selects', () => {
  expect(claims(`
denied:
  - { from: { namespace: app, podSelector: { matchLabels: { app: frontend } } }, to: app/db }
  - { from: { namespace: app }, to: app/backend }`)).toMatchObject({ holds: [true, false], problems: [] });
});

test('namespaces may be selected by their labels', () => {
  expect(claims('denied: [{ from: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: app } } }, to: app/db }]').holds).toEqual([true]);
});

test('`only` lets those through who are selected, and nobody else, whether they are in the manifests or not', () => {
  const reach = reachOfYaml(TIERS + policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }, podSelector: { matchLabels: { app: prometheus } } }] }]`));
  const only = (labels: string) => claims(`only: [{ to: app/db, from: [{ namespace: monitoring, podSelector: { matchLabels: { ${labels} } } }] }]`, reach);
  expect(only('app: prometheus')).toMatchObject({ holds: [true], problems: [] });
  expect(only('app: grafana')).toMatchObject({ holds: [false], problems: [] });
});

test('nobody is an empty list', () => {
  expect(claims('only: [{ to: app/frontend, from: [] }, { to: app/db, from: [] }]').holds).toEqual([true, false]);
});

test.each([
  ['allowed: [{ from: app/x, to: app/db }]', "intents.yaml:1:13: error NP210: there is no workload 'app/x'; namespace 'app' has backend, db, frontend"],
  ['only: [{ to: app/db, from: [mon/prom] }]', "there is no workload 'mon/prom'; there are workloads in app; for pods that are not in these manifests, write { namespace: …"],
  ['only: [{ to: 10.0.0.1, from: [app/db] }]', "'only' is about a workload: no policy isolates 10.0.0.1, which is outside the cluster; write 'allowed' or 'denied' for it"],
  ['onlyTo: [{ from: 10.0.0.0/8, to: [] }]', "'onlyTo' is about a workload: no policy isolates 10.0.0.0/8"],
  ['denied: [{ from: { namespace: app, podSelector: { matchLabels: { app: x } } }, to: app/db }]', 'no workload is selected by pods app=x of namespace app'],
  ['denied: [{ from: { namespaceSelector: { matchLabels: { a: b } } }, to: app/db }]', 'no workload is selected by every pod of namespaces a=b'],
])('%j: %s', (yaml, message) => {
  const { problems, read } = claims(yaml);
  expect(problems).toEqual([expect.stringContaining(message)]);
  expect(read).toEqual([undefined]);
});

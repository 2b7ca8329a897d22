import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-34';
import { ClusterFacts, ConnectivityIntent, SynthFindings, Tier } from '../../src';

/* Tiers of workloads, and what synth says about an app. docs/guides/cdk8s-app.md shows these programs. */

const labelled = (app: string) => ({ metadata: { name: app }, podMetadata: { labels: { app, 'app.kubernetes.io/version': '1.4.2' } } });

function shop(): { app: App; chart: Chart; intent: ConnectivityIntent } {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'app' });

  const frontend = new kplus.Deployment(chart, 'frontend', { ...labelled('frontend'), containers: [{ image: 'frontend', portNumber: 8080 }] });
  const backend = new kplus.Deployment(chart, 'backend', { ...labelled('backend'), containers: [{ image: 'backend', portNumber: 8080 }] });

  Tier.of(backend).allowFrom(Tier.of(frontend)); // allow-frontend-to-backend, on the ports of the backend's containers

  SynthFindings.of(app).strict();

  const intent = new ConnectivityIntent(chart, 'intent')
    .allowed(Tier.of(frontend), Tier.of(backend))
    .admitsOnly(Tier.of(backend), [Tier.of(frontend)]);
  return { app, chart, intent };
}

test('the policies have the names of the workloads, and select pods by labels that a release does not change', () => {
  const { chart, intent } = shop();
  const policies = chart.toJson().filter(({ kind }) => kind === 'NetworkPolicy');
  expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual(['allow-dns', 'allow-frontend-to-backend', 'allow-frontend-to-backend-egress', 'default-deny-all']);
  expect(policies.find(({ metadata }) => metadata.name === 'allow-frontend-to-backend').spec).toEqual({
    podSelector: { matchLabels: { app: 'backend' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
  });
  expect(intent.verdicts().map(({ holds }) => holds)).toEqual([true, true]);
});

test('a typing error in the labels of a tier is an error with strict, unless the workload is stated to come from elsewhere or the code is suppressed', () => {
  expect(() => withTypo(() => {}).synthYaml()).toThrow('[shop/bakend] error NP101: no workload of namespace app has app=bakend; select app=backend, the label of app/backend[Deployment]');
  expect(() => withTypo(chart => {
    ClusterFacts.of(chart).addOpenNamespace('app'); // the namespace has workloads that this app does not declare
  }).synthYaml()).not.toThrow();
  expect(() => withTypo(chart => {
    SynthFindings.of(chart).suppress('NP101', 'bakend is deployed next week');
  }).synthYaml()).not.toThrow();
});

/** The shop with a tier whose name has a typing error. */
function withTypo(settings: (chart: Chart) => void): App {
  const { app, chart } = shop();
  new Tier(chart, 'bakend');
  settings(chart);
  return app;
}

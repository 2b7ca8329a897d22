import { App, Chart } from 'cdk8s';
import { request } from './client';
import { connectionsOf, readBack } from './read-back';
import { Guardrail, GuardrailTier, GuardrailVersion, Peer, Policies, Port, Tier } from '../../src';
import { namespace } from '../constructs/guardrail-world';
import { pod } from '../constructs/synthesized';

/** `describe` if the server has the definitions of the kinds, and `describe.skip` otherwise. Then start.ts has warned. */
const describeWithDefinitions = process.env.APISERVER_DEFINITIONS === undefined ? describe.skip : describe;

/** Guardrails of every shape that every version can express, above a few workloads. */
function guardrails(version: GuardrailVersion): any[] {
  const app = new App({ outdir: 'unused' });
  const chart = new Chart(app, 'platform', { namespace: 'platform' });
  Policies.of(chart).useGuardrailVersion(version);
  for (const name of ['shop', 'data', 'monitoring']) {
    namespace(chart, name);
    pod(chart, `web-${name}`, { app: 'web' }, name, [{ containerPort: 9090 }]);
  }
  const db = Tier.of(pod(chart, 'db', { app: 'db' }, 'data', [{ containerPort: 5432 }]));
  const ports = [Port.tcp(80), Port.udpRange(5, 9), Port.allSctp()];
  const many = Array.from({ length: 700 }, (_, i) => Port.tcp(2 * i + 1));
  Guardrail.allow(chart, 'dns', Peer.allNamespaces(), Peer.clusterDns());
  Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService(), { priority: 5, description: 'it gives out credentials' });
  Guardrail.allow(chart, 'scraping', Peer.prometheus(), Peer.allNamespaces(), { ports: [Port.tcp(9090)] });
  Guardrail.isolateTenants(chart, 'tenants', ['red', 'blue']);
  Guardrail.delegate(chart, 'some', Peer.namespace('shop'), db, { ports });
  Guardrail.allow(chart, 'named', Peer.namespace('shop'), Peer.pods({ labels: { app: 'db' }, allNamespaces: true }), { ports: [Port.named('http')] });
  Guardrail.deny(chart, 'many', Peer.namespace('shop'), Peer.namespace('data'), { ports: many });
  Guardrail.deny(chart, 'internet', Peer.namespace('data'), Peer.publicInternet());
  Guardrail.isolateNamespaces(chart, 'baseline', ['data']);
  if (version !== GuardrailVersion.ADMIN_NETWORK_POLICY) {
    Guardrail.deny(chart, 'all', Peer.namespace('shop'), Peer.anything(), { tier: GuardrailTier.BASELINE });
  }
  return chart.toJson();
}

describeWithDefinitions('the server accepts what guardrails write, and its defaults change no connection', () => {
  test.each(Object.values(GuardrailVersion))('%s', async version => {
    const objects = guardrails(version);
    expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('policy.networking.k8s.io/')).length).toBeGreaterThan(14);
    for (const way of ['create', 'apply'] as const) { expect(connectionsOf(await readBack(objects, way))).toEqual(connectionsOf(objects)); }
  }, 120_000);

  test('and it refuses one with a priority that is out of range', async () => {
    const [policy] = guardrails(GuardrailVersion.V1BETA1).filter(({ kind }) => kind === 'ClusterNetworkPolicy');
    const url = '/apis/policy.networking.k8s.io/v1beta1/clusternetworkpolicies?dryRun=All';
    const send = async (priority: number) => (await request('POST', url, { ...policy, spec: { ...policy.spec, priority } })).status;
    expect([await send(1000), await send(1001)]).toEqual([201, 422]);
  });
});

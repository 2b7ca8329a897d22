import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-34';
import { ClusterFacts, ConnectivityIntent, Peer, Port, Tier } from '../../src';

/* Workloads and peers of cdk8s-plus beside tiers, in both directions. docs/guides/cdk8s-plus.md shows this program. */

function shop(): { app: App; intent: ConnectivityIntent; policies: () => string[] } {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'app' });

  const frontend = new kplus.Deployment(chart, 'frontend', { containers: [{ image: 'frontend', portNumber: 8080 }] });
  const backend = new kplus.Deployment(chart, 'backend', { containers: [{ image: 'backend', portNumber: 8080 }] });
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] }); // pods from elsewhere, with app=db
  const reports = new Tier(chart, 'reports');
  ClusterFacts.of(chart).addOpenNamespace('app'); // so that a tier without a workload of this app is no mistake

  // Workloads and peers of cdk8s-plus in a call of this library:
  db.allowFrom(backend);
  db.allowFrom(kplus.Pods.select(chart, 'backups', { labels: { app: 'backup' }, namespaces: kplus.Namespaces.select(chart, 'ops', { names: ['ops'] }) }));
  reports.allowTo(kplus.NetworkPolicyIpBlock.ipv4(chart, 'mail', '203.0.113.0/24'), { ports: [Port.tcp(587)] });
  reports.allowTo(backend); // on the ports of its containers

  // A tier and a peer in a call of cdk8s-plus:
  frontend.connections.allowTo(backend);
  frontend.connections.allowTo(db, { ports: [kplus.NetworkPolicyPort.tcp(5433)] });
  backend.connections.allowFrom(reports);
  backend.connections.allowTo(Peer.cidr('10.9.0.0/16'), { ports: [kplus.NetworkPolicyPort.tcp(443)] });

  const intent = new ConnectivityIntent(chart, 'intent')
    .allowed(frontend, backend)
    .allowed(backend, db)
    .denied(frontend, db, { ports: [Port.tcp(5432)] })
    .admitsOnly(backend, [frontend, reports])
    .reachesOnly(backend, [db, Peer.cidr('10.9.0.0/16'), Peer.clusterDns()]);
  return { app, intent, policies: () => chart.toJson().filter(({ kind }: { kind: string }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name) };
}

test('every claim about the shop of the guide holds, and synth writes it', () => {
  const { app, intent } = shop();
  expect(intent.verdicts().map(({ claim, holds }) => `${holds}: ${claim}`)).toEqual([
    'true: allowed(shop/frontend, shop/backend)',
    'true: allowed(shop/backend, shop/db)',
    'true: denied(shop/frontend, shop/db, TCP 5432)',
    'true: admitsOnly(shop/backend, [shop/frontend, shop/reports])',
    'true: reachesOnly(shop/backend, [shop/db, 10.9.0.0/16, cluster DNS in namespace kube-system])',
  ]);
  expect(app.synthYaml()).toContain('name: allow-backend-to-db\n');
});

test('the policies of this library have readable names, and those of cdk8s-plus have hashes', () => {
  const names = shop().policies();
  expect(names.filter(name => !/c8[0-9a-f]{6,}/.test(name)).sort()).toEqual([
    'allow-backend-to-db', 'allow-backend-to-db-egress', 'allow-backups-to-db', 'allow-dns', 'allow-reports-to-backend', 'allow-reports-to-backend-egress',
    'allow-reports-to-mail-egress', 'default-deny-all',
  ]);
  expect(names.length).toBeGreaterThan(14);
});

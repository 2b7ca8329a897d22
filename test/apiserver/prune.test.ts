import { App, Chart } from 'cdk8s';
import { describeOnServer, kubectl, store } from './client';
import { connectionsOf } from './read-back';
import { deploy } from '../../examples/shop/deployments';
import { Policies, PolicyLayout, Port, Tier } from '../../src';

/* kubectl deploys the shop, and again after a change: this checks what the README says about pruning. */

const LABEL = 'app.kubernetes.io/managed-by=cdk8s-netpol';

/** The objects of the shop. `edges` are the tiers that may reach the db. */
function shop(layout: PolicyLayout, edges: readonly ('frontend' | 'backend')[]): any[] {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'app' });
  Policies.of(app).useLayout(layout);
  const tiers = { frontend: new Tier(chart, 'frontend'), backend: new Tier(chart, 'backend', { ports: [Port.tcp(8080)] }) };
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  tiers.backend.allowFrom(tiers.frontend);
  for (const edge of edges) { db.allowFrom(tiers[edge]); }
  for (const name of ['frontend', 'backend', 'db']) { deploy(chart, name, 'image', 80); }
  return chart.toJson();
}

function inCluster(): any[] {
  return JSON.parse(kubectl(['get', 'deployments,networkpolicies', '-n', 'app', '-o', 'json'], [])).items;
}

describeOnServer('the shop, deployed by kubectl', () => {
  beforeAll(() => store({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'app' } }, 'apply'));
  afterEach(() => { kubectl(['delete', 'deployments,networkpolicies', '--all', '-n', 'app', '--wait=false'], []); });

  test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('after the removal of an edge, kubectl apply --prune leaves no stale policy in layout %s', layout => {
    const [before, after] = [shop(layout, ['frontend', 'backend']), shop(layout, ['backend'])];
    kubectl(['apply', '-f', 'dist'], before);
    expect(connectionsOf(inCluster())).toEqual(connectionsOf(before));

    kubectl(['apply', '-f', 'dist'], after);
    kubectl(['apply', '-f', 'dist', '--prune', '-l', LABEL, '--prune-allowlist=networking.k8s.io/v1/NetworkPolicy'], after);
    expect(connectionsOf(inCluster())).toEqual(connectionsOf(after));
    expect(connectionsOf(after)).not.toEqual(connectionsOf(before));
    expect(inCluster().map(o => `${o.kind}/${o.metadata.name}`).sort()).toEqual(after.map(o => `${o.kind}/${o.metadata.name}`).sort());
  });

  test('kubectl apply --prune deletes no policy without --prune-allowlist for its kind', () => {
    const [before, after] = [shop(PolicyLayout.PER_EDGE, ['frontend', 'backend']), shop(PolicyLayout.PER_EDGE, ['backend'])];
    kubectl(['apply', '-f', 'dist'], before);
    kubectl(['apply', '-f', 'dist', '--prune', '-l', LABEL], after);
    expect(connectionsOf(inCluster())).toEqual(connectionsOf(before));
  });
});

import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Peer, Port, Tier } from '../../src';
import { resourcesOf } from '../../src/cdk8s/app-objects';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { ApiResource, LabelSelector, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../../src/k8s/objects';
import { listConnections } from '../../src/query/connectivity';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

/** A NetworkPolicy as it was written. */
export interface Written extends ApiResource {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: NetworkPolicySpec;
}

/** A chart `shop` in an app of its own. */
export function newChart(namespace: string | undefined = 'app'): Chart {
  return chartIn(Testing.app(), 'shop', namespace);
}

export function chartIn(app: App, id: string, namespace?: string): Chart {
  return new Chart(app, id, { namespace });
}

/** All objects of an app, after a synth. */
export function objectsOf(chart: Chart): ApiResource[] {
  const app = App.of(chart);
  app.synth();
  return app.charts.flatMap(c => Testing.synth(c) as ApiResource[]);
}

/** The policies of an app by `namespace/name`, after checking that the API server accepts them. */
export function policiesOf(chart: Chart): Record<string, Written> {
  const policies: Record<string, Written> = {};
  for (const object of objectsOf(chart)) {
    if (object.kind !== 'NetworkPolicy') { continue; }
    expect(validateNetworkPolicy(object)).toEqual([]);
    const policy = object as Written;
    const key = `${policy.metadata.namespace ?? ''}/${policy.metadata.name}`;
    expect(policies).not.toHaveProperty([key]);
    policies[key] = policy;
  }
  return policies;
}

/** The only policy of this name. */
export function policyOf(chart: Chart, name: string): Written {
  const found = Object.values(policiesOf(chart)).filter(p => p.metadata.name === name);
  expect(found.map(p => p.metadata.name)).toEqual([name]);
  return found[0];
}

/** The `namespace/name` of each policy of an app, sorted. */
export function namesOf(chart: Chart): string[] {
  return Object.keys(policiesOf(chart)).sort();
}

/** The selector of a tier, from the policy of an edge within it. */
export function selectorOf(tier: Tier): LabelSelector {
  tier.allowInternally({ ports: [Port.all()] });
  return policyOf(Chart.of(tier), `allow-${tier.peerName}-internally`).spec.podSelector!;
}

/** The `from` of the policies that allow a peer to reach a tier. A rule without `from` counts as `everything`. */
export function peersOf(peer: IConstruct): (NetworkPolicyPeer | 'everything')[] {
  const chart = newChart();
  new Tier(chart, 'target', { ports: [Port.tcp(80)] }).allowFrom(peer);
  const rules = Object.values(policiesOf(chart)).flatMap(({ spec }) => spec.ingress ?? []);
  return rules.flatMap((rule): (NetworkPolicyPeer | 'everything')[] => [...rule.from ?? ['everything' as const]]);
}

/** The ports of the policies that allow a tier to reach a peer, if the call names none. */
export function portsOf(peer: Peer): (readonly NetworkPolicyPort[] | undefined)[] {
  const chart = newChart();
  new Tier(chart, 'client').allowTo(peer);
  const written = Object.values(policiesOf(chart)).filter(({ metadata }) => metadata.name.startsWith('allow-client-to'));
  return written.flatMap(({ spec }) => spec.egress!.map(rule => rule.ports));
}

/** Who reaches whom among the workloads of an app and outside addresses: `app/a[Pod] -> app/b[Pod]: TCP 80`. */
export function connectionsOf(chart: Chart): string[] {
  const { cluster, findings } = readCluster(resourcesOf(App.of(chart)).resources);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return [...listConnections(new Reachability(cluster)).connections].map(c => `${c.source.name} -> ${c.destination.name}: ${c.connections}`);
}

/** The error that the synth of an app throws. */
export function synthError(chart: Chart): string {
  try {
    App.of(chart).synth();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the synth should have thrown an error');
}

/** A hand-written Pod, with a container that has these ports. */
export function pod(chart: Chart, name: string, labels: Record<string, string>, namespace?: string, ports: readonly object[] = []): ApiObject {
  const props = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'main', image: 'main', ports }] },
  };
  return new ApiObject(chart, `pod-${name}`, props);
}

/** A hand-written Deployment whose pods have the label `app: <id>`, and which selects by `selector`. */
export function deployment(scope: Construct, id: string, { labels = { app: id }, selector, spec, metadata }: DeploymentParts = {}): ApiObject {
  const props = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template: { metadata: { labels }, spec: { containers: [], ...spec } } } };
  return new ApiObject(scope, id, props);
}

interface DeploymentParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly selector?: object;
  readonly spec?: object;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

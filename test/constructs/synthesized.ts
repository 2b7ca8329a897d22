import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { resourcesOf } from '../../src/cdk8s/synth-run';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { ApiResource, NetworkPolicySpec } from '../../src/k8s/objects';
import { listConnections } from '../../src/query/connectivity';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

/** A NetworkPolicy as it was synthesized. */
export interface Written extends ApiResource {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: NetworkPolicySpec;
}

/** An app that writes to a folder of its own, and a chart of the namespace `app` in it. */
export function newChart(namespace: string | undefined = 'app'): Chart {
  return chartIn(Testing.app(), 'shop', namespace);
}

/** A chart of a namespace. */
export function chartIn(app: App, id: string, namespace?: string): Chart {
  return new Chart(app, id, { namespace });
}

/** All objects of an app, after the validation that a synth begins with. */
export function objectsOf(chart: Chart): ApiResource[] {
  const app = App.of(chart);
  app.synth();
  return app.charts.flatMap(c => Testing.synth(c) as ApiResource[]);
}

/** The policies of an app by `namespace/name`. Each is one that the API server takes. */
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

/** The one policy of this name. */
export function policyOf(chart: Chart, name: string): Written {
  const found = Object.values(policiesOf(chart)).filter(p => p.metadata.name === name);
  expect(found.map(p => p.metadata.name)).toEqual([name]);
  return found[0];
}

/** Names of the policies of an app, sorted. */
export function namesOf(chart: Chart): string[] {
  return Object.keys(policiesOf(chart)).sort();
}

/** Who reaches whom among the workloads of an app and the outside: `app/a[Pod] -> app/b[Pod]: TCP 80`. */
export function connectionsOf(chart: Chart): string[] {
  const { cluster, problems } = readCluster(resourcesOf(App.of(chart)));
  expect(problems.filter(p => p.severity === 'error')).toEqual([]);
  return [...listConnections(new Reachability(cluster)).connections].map(c => `${c.source.name} -> ${c.destination.name}: ${c.connections}`);
}

/** What the synth of an app says is wrong. */
export function synthError(chart: Chart): string {
  try {
    App.of(chart).synth();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the app was synthesized, though it should not have been');
}

/** A Pod that is written by hand, with a container that has these ports. */
export function pod(chart: Chart, name: string, labels: Record<string, string>, namespace?: string, ports: readonly object[] = []): ApiObject {
  const props = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'main', image: 'main', ports }] },
  };
  return new ApiObject(chart, `pod-${name}`, props);
}

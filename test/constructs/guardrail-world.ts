import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { deployment, objectsOf } from './synthesized';
import { clusterPolicySchema, validateClusterPolicy } from '../../src/validation/cluster-policy';

/** A cluster-wide policy as it was written. */
export interface WrittenGuardrail {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: any;
}

/** A chart for guardrails in an app of its own. */
export function platformChart(app: App = Testing.app(), id = 'platform'): Chart {
  return new Chart(app, id, { namespace: 'platform' });
}

/** The cluster-wide policies of an app by name, after checking that the API server accepts each of them. */
export function guardrailPolicies(chart: Chart): Record<string, WrittenGuardrail> {
  const written = (objectsOf(chart) as unknown as WrittenGuardrail[])
    .filter(({ apiVersion, kind }) => clusterPolicySchema(apiVersion, kind) !== undefined);
  for (const policy of written) { expect(validateClusterPolicy(policy, clusterPolicySchema(policy.apiVersion, policy.kind)!)).toEqual([]); }
  expect(new Set(written.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).size).toBe(written.length);
  return Object.fromEntries(written.map(policy => [policy.metadata.name, policy]));
}

/** A Namespace with these labels. */
export function namespace(chart: Chart, name: string, labels: Record<string, string> = {}): ApiObject {
  return new ApiObject(chart, `namespace-${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** A Deployment with one port in a namespace, whose pods have the label `app: <name>`. */
export function workload(chart: Chart, inNamespace: string, name: string, containerPort = 8080, labels = { app: name } as object): ApiObject {
  return deployment(chart, `${inNamespace}-${name}`, {
    metadata: { name, namespace: inNamespace },
    labels: { ...labels },
    spec: { containers: [{ name: 'main', image: 'main', ports: [{ containerPort }] }] },
  });
}

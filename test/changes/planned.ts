import { plan, Plan, Preference } from '../../src/changes/plan';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding, Finding } from '../../src/findings/finding';
import { ClaimCluster, SpecWorkload } from '../spec/claims';
import { planFaults } from '../spec/plan';

/* Plans between versions that are written as objects. */

/* The objects of a namespace `shop`. */

const NAME = 'kubernetes.io/metadata.name';
export const labelled = (labels: Record<string, string>) => ({ matchLabels: labels });
export const app = (name: string) => labelled({ app: name });
export const inNamespace = (name: string) => labelled({ [NAME]: name });
export const policy = (name: string, spec: object, metadata: object = {}) =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop', ...metadata }, spec });
export const namespace = (name: string, labels: object = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
export const pod = (name: string, labels: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels }, spec: { containers: [{ name: 'c', image: 'i' }] } });

/** A version as the search for a plan gets it. Throws if an object has an error. */
export function version(objects: readonly any[]) {
  const resources = objects.map((object, i) => ({ object, origin: { at: () => ({ file: `object ${i}` }) }, named: true }));
  const { cluster, findings } = readCluster(resources);
  const errors = findings.filter(({ severity }: Finding) => severity === 'error');
  if (errors.length > 0) { throw new Error(errors.map(formatFinding).join('\n')); }
  return { cluster, resources };
}

export function planOf(old: readonly any[], now: readonly any[], prefer?: Preference, maxSteps?: number): Plan {
  return plan(version(old), version(now), { prefer, maxSteps });
}

/** The namespaces and pods of a cluster of the specification as objects. */
export function objectsOf({ namespaces, workloads }: ClaimCluster): any[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...workloads.map(({ name, labels, ports, ips, ...own }: SpecWorkload) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: own.namespace, name, labels },
      spec: { containers: [{ name: 'c', image: 'i', ports }] },
      status: { podIPs: ips.map(ip => ({ ip })) },
    })),
  ];
}

const keyOf = ({ kind, metadata }: any) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** The policies that are in the cluster after each step. Throws if a step creates what is there, or changes what is not there. */
export function momentsOf(old: readonly any[], { steps }: Plan): any[][] {
  const state = new Map(old.map(object => [keyOf(object), object]));
  return steps.map(({ operation, object }) => {
    const key = keyOf(object);
    if (state.has(key) === (operation === 'create')) { throw new Error(`cannot ${operation} ${key}`); }
    if (operation === 'delete') { state.delete(key); } else { state.set(key, object); }
    return [...state.values()];
  });
}

/** `create default-deny`, `create netpol-bridge-1 (bridge)`: the steps, with the names of NetworkPolicies of the namespace `shop`. */
export const linesOf = ({ steps }: Plan) => steps.map(({ operation, name, isBridge }) => `${operation} ${name.replace('NetworkPolicy shop/', '')}${isBridge ? ' (bridge)' : ''}`);

/** The plan between policies of the namespace `shop`, whose every state the specification has confirmed. */
export function smooth(old: any[], now: any[], more: { clusterPolicies?: true } = {}): Plan {
  const found = planOf([namespace('shop'), ...old], [namespace('shop'), ...now]);
  expect(found).toMatchObject({ outcome: 'smooth', obstacles: [], undecided: [] });
  const split = (objects: any[]) => ({
    policies: objects.filter(({ kind }) => kind === 'NetworkPolicy'),
    ...more.clusterPolicies === undefined ? {} : { clusterPolicies: objects.filter(({ kind }) => kind !== 'NetworkPolicy') },
  });
  const moments = momentsOf(old, found);
  expect(planFaults({ namespaces: { shop: {} }, workloads: [], ...split(now) }, split(old), moments.map(split))).toEqual([]);
  expect(planOf(moments.at(-1) ?? old, now).steps).toEqual([]);
  return found;
}

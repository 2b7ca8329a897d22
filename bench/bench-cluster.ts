import { SpecCluster, SpecPod } from '../test/spec/network-policy';

/** A cluster to measure: its API objects, and the same cluster as the specification in test/spec reads it. */
export interface BenchCluster {
  readonly objects: readonly object[];
  readonly spec: SpecCluster;
}

/** The kind and size of a cluster. Each kind has a generator. */
export interface Size {
  readonly kind: 'realistic' | 'guarded' | 'random' | 'shared';
  readonly pods: number;
  readonly seed: number;
}

/** A pod as the API server returns it, with its owner. It shares labels and ports with `pod`, which saves memory. */
export function podObject({ namespace, name, labels, ips, ports }: SpecPod, owner?: { readonly kind: string; readonly name: string }): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels,
      ...owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', ...owner, uid: owner.name, controller: true }] },
    },
    spec: { containers: [{ name: 'main', image: 'registry.example/app:1.0', ports }] },
    status: { phase: 'Running', podIP: ips[0], podIPs: ips.map(ip => ({ ip })) },
  };
}

export function namespaceObject(name: string, labels: Record<string, string>): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function policyObject(namespace: string, name: string, spec: object): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

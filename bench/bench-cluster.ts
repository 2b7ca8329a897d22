import { SpecCluster, SpecPod } from '../test/spec/network-policy';

/** A cluster that is measured: as API objects, and, of the very same parts, as the specification reads it. */
export interface BenchCluster {
  readonly objects: readonly object[];
  readonly spec: SpecCluster;
}

/** How large a cluster is meant to be; the generators say what they make of it. */
export interface Size {
  readonly kind: 'realistic' | 'random';
  readonly pods: number;
  readonly seed: number;
}

/** A pod as the API server gives it, made by a workload; `spec` shares its parts. */
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

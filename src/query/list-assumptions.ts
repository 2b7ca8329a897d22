import { Pod } from '../cluster/cluster';
import { Reachability } from '../evaluator/reachability';
import { FindingCode } from '../findings/codes';

/** What the answers about a whole cluster assume. */
export interface ListAssumption {
  readonly code: FindingCode;
  /** A sentence without a full stop, with what to do to state a fact. */
  readonly text: string;
}

/** What a list of connections assumes: about namespaces that are not declared, and about addresses of pods. Each cause is one, however many rows it has. */
export function listAssumptions({ cluster, assumptions }: Reachability): ListAssumption[] {
  const found: ListAssumption[] = [];
  if (assumptions.namespaceLabel) {
    const names = [...cluster.namespaces.values()].filter(({ origin }) => origin === undefined).map(({ name }) => name).sort();
    found.push({
      code: 'NP302',
      text: `rules select namespaces by label, and these namespaces are not declared: ${firstFew(names)}. netpol assumes that they have `
        + 'no label besides their name (namespace-label): add their Namespace objects, or write --assume-namespaces NAME:key=value',
    });
  }
  if (assumptions.podAddress) {
    // Stated blocks say nothing about the addresses of nodes.
    const hasPodCidrs = cluster.podCidrs !== undefined && cluster.podCidrs.length > 0;
    const isUnknown = ({ addresses, hostNetwork }: Pod) => addresses.length === 0 && (hostNetwork || !hasPodCidrs);
    const count = cluster.workloads.filter(({ pods }) => pods.some(isUnknown)).length;
    found.push({
      code: 'NP307',
      text: `rules have an ipBlock of the public internet, and the addresses of pods are not known (workloads: ${count}). netpol assumes that they are `
        + `none of the public internet (pod-address): ${hasPodCidrs ? 'read the manifests of the running pods' : 'write --pod-cidr CIDR'}`,
    });
  }
  return found;
}

/** The first few of many names. */
export function firstFew(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

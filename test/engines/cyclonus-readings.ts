import { Probe } from './probes';
import { SpecCluster, SpecLabels } from '../spec/network-policy';

/*
 * Where cyclonus's matcher reads the API in another way than we do, each as the change to a cluster by which the
 * specification gives cyclonus's verdict. No difference can hide behind another: with all of these, the
 * specification must say of every probe what cyclonus says.
 */

export interface Reading {
  readonly name: string;
  /** Why it is not ours. */
  readonly reason: string;
  /** The case that says to us what this one says to cyclonus. */
  readonly apply: (asked: Case) => Case;
}

export interface Case {
  readonly cluster: SpecCluster;
  readonly probe: Probe;
}

const LOOPBACK: Reading = {
  name: 'a pod may be kept from itself',
  reason: 'The documentation says that a pod can not block access to itself. The matcher has no identity of pods, only labels and addresses.',
  // Where the two ends are two pods that are alike, it is no loopback.
  apply: ({ cluster, probe }) => 'pod' in probe.from && 'pod' in probe.to && probe.from.pod === probe.to.pod
    ? { cluster: { ...cluster, pods: [...cluster.pods, { ...cluster.pods[probe.from.pod] }] }, probe: { ...probe, to: { pod: cluster.pods.length } } }
    : { cluster, probe },
};

const NOT_IN: Reading = {
  name: 'NotIn does not hold where the key is absent',
  reason: 'The API documentation of labels says that it does (apimachinery, labels.Requirement.Matches); cyclonus says in a comment that it read it otherwise.',
  apply: asked => withSelectors(asked, selector => ({
    ...selector,
    matchExpressions: (selector.matchExpressions ?? []).flatMap((expression: any) =>
      expression.operator === 'NotIn' ? [expression, { key: expression.key, operator: 'Exists' }] : [expression]),
  })),
};

const EMPTY_VALUE: Reading = {
  name: 'matchLabels with an empty value holds where the key is absent',
  reason: 'The API asks for the key and the value. The matcher looks the key up in a Go map, which gives the empty text for what it does not hold.',
  apply: asked => withSelectors(asked, selector => {
    const labels = Object.entries(selector.matchLabels ?? {});
    return {
      matchLabels: Object.fromEntries(labels.filter(([, value]) => value !== '')),
      matchExpressions: [
        ...selector.matchExpressions ?? [],
        ...labels.filter(([, value]) => value === '').map(([key]) => ({ key, operator: 'NotIn', values: valuesOf(asked.cluster, key).filter(value => value !== '') })),
      ],
    };
  }),
};

/** In the order in which they are applied: what asks for a key that is absent is written as NotIn after NotIn was read. */
export const READINGS: readonly Reading[] = [LOOPBACK, NOT_IN, EMPTY_VALUE];

/** The case that says to us what it says to one who reads it so. */
export function readAs(readings: readonly Reading[], asked: Case): Case {
  return readings.reduce((read, { apply }) => apply(read), asked);
}

/** Every value that the key has in the cluster; that of a namespace's name is set by the server. */
function valuesOf({ namespaces, pods }: SpecCluster, key: string): string[] {
  const names = [...Object.keys(namespaces), ...pods.map(({ namespace }) => namespace)].map(name => ({ 'kubernetes.io/metadata.name': name }));
  const labels: SpecLabels[] = [...Object.values(namespaces), ...pods.map(pod => pod.labels), ...names];
  return labels.flatMap(own => Object.hasOwn(own, key) ? [own[key] ?? ''] : []);
}

/** The case with each of the cluster's selectors changed. */
function withSelectors({ cluster, probe }: Case, change: (selector: any) => any): Case {
  const changed = (selector: any) => selector ? change(selector) : selector;
  const peer = (item: any) => ({ ...item, podSelector: changed(item.podSelector), namespaceSelector: changed(item.namespaceSelector) });
  const rule = (item: any) => item && ({ ...item, from: item.from?.map(peer), to: item.to?.map(peer) });
  const policies = cluster.policies.map(policy => policy.spec ? {
    ...policy,
    spec: {
      ...policy.spec,
      podSelector: changed(policy.spec.podSelector),
      ingress: policy.spec.ingress?.map(rule),
      egress: policy.spec.egress?.map(rule),
    },
  } : policy);
  return { cluster: { ...cluster, policies }, probe };
}

import { Probe } from './probes';
import { SpecCluster, SpecLabels } from '../spec/network-policy';

/*
 * The points where cyclonus's matcher reads the API differently. Each is a change to a cluster after which the
 * specification gives cyclonus's verdict. With all changes together, the specification must agree with cyclonus on
 * every probe, so no difference hides another.
 */

export interface Reading {
  readonly name: string;
  /** Why this project reads the API in another way. */
  readonly reason: string;
  /** The case whose verdict by the specification is cyclonus's verdict on `asked`. */
  readonly apply: (asked: Case) => Case;
}

export interface Case {
  readonly cluster: SpecCluster;
  readonly probe: Probe;
}

const LOOPBACK: Reading = {
  name: 'a policy may keep a pod from itself',
  reason: 'The documentation says that a pod cannot block access to itself. The matcher knows labels and addresses, but not which pod it sees.',
  // With a second, equal pod as destination the connection is not a loopback.
  apply: ({ cluster, probe }) => 'pod' in probe.from && 'pod' in probe.to && probe.from.pod === probe.to.pod
    ? { cluster: { ...cluster, pods: [...cluster.pods, { ...cluster.pods[probe.from.pod] }] }, probe: { ...probe, to: { pod: cluster.pods.length } } }
    : { cluster, probe },
};

const NOT_IN: Reading = {
  name: 'NotIn does not hold where the key is absent',
  reason: 'The API documentation of labels says that it holds (apimachinery, labels.Requirement.Matches). A comment in cyclonus says the opposite.',
  apply: asked => withSelectors(asked, selector => ({
    ...selector,
    matchExpressions: (selector.matchExpressions ?? []).flatMap((expression: any) =>
      expression.operator === 'NotIn' ? [expression, { key: expression.key, operator: 'Exists' }] : [expression]),
  })),
};

const EMPTY_VALUE: Reading = {
  name: 'matchLabels with an empty value holds where the key is absent',
  reason: 'The API requires the key and the value. The matcher looks up the key in a Go map, which returns the empty text for a missing key.',
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

/** The readings in the order in which they apply. The last one adds NotIn expressions, which the one before must not change. */
export const READINGS: readonly Reading[] = [LOOPBACK, NOT_IN, EMPTY_VALUE];

/** The case whose verdict by the specification is that of an engine with these readings. */
export function readAs(readings: readonly Reading[], asked: Case): Case {
  return readings.reduce((read, { apply }) => apply(read), asked);
}

/** Every value of a label key in the cluster. The API server sets the label with a namespace's name. */
function valuesOf({ namespaces, pods }: SpecCluster, key: string): string[] {
  const names = [...Object.keys(namespaces), ...pods.map(({ namespace }) => namespace)].map(name => ({ 'kubernetes.io/metadata.name': name }));
  const labels: SpecLabels[] = [...Object.values(namespaces), ...pods.map(pod => pod.labels), ...names];
  return labels.flatMap(own => Object.hasOwn(own, key) ? [own[key] ?? ''] : []);
}

/** The case with a change to each selector of the cluster. */
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

import { allows, SpecCluster, SpecEnd } from './network-policy';
import { ProbeEnd, ReferenceCase, referenceCases } from '../support/reference';

/* The specification itself is compared with the verdicts of other engines: test/reference/README.md. */

function clusterOf({ namespaces, pods, policies }: ReferenceCase): SpecCluster {
  return {
    namespaces: Object.fromEntries(namespaces.map(({ name, labels }) => [name, labels ?? {}])),
    pods: pods.map(({ namespace, name, labels, ip, containerPorts }) => ({
      namespace,
      name,
      labels: labels ?? {},
      ips: ip ? [ip] : [],
      ports: (containerPorts ?? []).map(({ port, ...rest }) => ({ ...rest, containerPort: port })),
    })),
    policies: [...policies],
  };
}

test.each([['random-networkpolicy', 140], ['kubernetes-e2e', 65]] as const)('the specification gives the expected verdict for every probe of %s', (file, count) => {
  const cases = referenceCases(file);
  expect(cases).toHaveLength(count);
  for (const one of cases) {
    const cluster = clusterOf(one);
    const end = ({ ip, pod }: ProbeEnd): SpecEnd =>
      ip !== undefined ? { ip } : { pod: cluster.pods.find(({ namespace, name }) => `${namespace}/${name}` === pod)! };
    for (const probe of one.probes) {
      const verdict = allows(cluster, end(probe.from), end(probe.to), probe.protocol, probe.port) ? 'allow' : 'deny';
      expect({ case: one.id, ...probe, expected: verdict }).toEqual({ case: one.id, ...probe });
    }
  }
});

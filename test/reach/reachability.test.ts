import * as fc from 'fast-check';
import { formatAddress, parseAddress } from '../../src/api/address';
import { Protocol } from '../../src/api/objects';
import { ConnectionSet } from '../../src/reach/connections';
import { Reachability } from '../../src/reach/reachability';
import { clusterOfObjects } from '../manifests';
import { ADDRESSES, arbitraryCluster, manifestsOf, PROTOCOLS } from '../spec/arbitrary-cluster';
import { sideAllows, SpecCluster, SpecEnd } from '../spec/network-policy';

/** Ports on both sides of every edge that the generator knows of. */
const EDGES = [1, 2, 52, 53, 54, 79, 80, 81, 82, 8079, 8080, 8081, 65534, 65535];

/** Every answer of the evaluator, against the specification. Returns the first difference, as text. */
function differenceFrom(cluster: SpecCluster): string | undefined {
  const reach = new Reachability(clusterOfObjects(manifestsOf(cluster)));
  const pods = reach.cluster.workloads.flatMap(w => w.pods.map(pod => ({ namespace: w.namespace, pod })));
  const ends: { spec: SpecEnd; endpoint: number; name: string }[] = [
    ...cluster.pods.map(spec => {
      const { pod } = pods.find(p => p.pod.name === spec.name && p.namespace === spec.namespace)!;
      return { spec: { pod: spec }, endpoint: reach.ofPod(pod), name: spec.name };
    }),
    ...ADDRESSES.map(ip => ({ spec: { ip }, endpoint: reach.ofAddress(parseAddress(ip)!), name: ip })),
  ];
  for (const from of ends) {
    for (const to of ends) {
      const egress = reach.oneSided(from.endpoint, 'egress', to.endpoint);
      const ingress = reach.oneSided(to.endpoint, 'ingress', from.endpoint);
      for (const protocol of PROTOCOLS) {
        for (const port of EDGES) {
          const asked = ConnectionSet.range(protocol as Protocol, port, port);
          const specEgress = sideAllows(cluster, 'Egress', from.spec, to.spec, to.spec, protocol, port);
          const specIngress = sideAllows(cluster, 'Ingress', to.spec, from.spec, to.spec, protocol, port);
          const both = reach.connections(from.endpoint, to.endpoint).includes(asked);
          if (egress.includes(asked) !== specEgress || ingress.includes(asked) !== specIngress || both !== (specEgress && specIngress)) {
            return `${from.name} → ${to.name} ${protocol} ${port}: egress ${specEgress}, ingress ${specIngress} by the specification`;
          }
        }
      }
    }
  }
  return undefined;
}

describe('the evaluator', () => {
  test('equals the specification on every pair, port edge and address edge of random clusters', () => {
    fc.assert(fc.property(arbitraryCluster, cluster => {
      expect(differenceFrom(cluster)).toBeUndefined();
    }), { numRuns: 300 });
  });

  test('does not tell addresses of one atom apart', () => {
    const cluster = clusterOfObjects([{
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'p', namespace: 'x' },
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] },
    }]);
    const { addresses } = new Reachability(cluster);
    expect(Array.from({ length: addresses.size }, (_, i) => formatAddress(addresses.range(i).first)))
      .toEqual(['0.0.0.0', '10.0.0.0', '10.1.0.0', '10.2.0.0', '11.0.0.0', '::']);
  });
});

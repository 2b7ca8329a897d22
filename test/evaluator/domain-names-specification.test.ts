import * as fc from 'fast-check';
import { Reachability } from '../../src/evaluator/reachability';
import { parseAddress } from '../../src/k8s/address';
import { KEYS, manifestsOf, NAMESPACES, PORTS, PROTOCOLS, VALUES } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { formatted, portRuns, specifiedSide } from '../spec/compare';
import { SpecCluster, SpecEnd } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/*
 * Domain names in ApplicationNetworkPolicies of the Amazon VPC CNI, on random clusters. A policy is a NetworkPolicy, and a domain name may be no end of a
 * connection or any end: these are the two cases that the specification has.
 */

const DOMAIN = { domainNames: ['example.com'] };
const selector = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 1 }).map(matchLabels => ({ matchLabels }));
const peers = fc.array(fc.oneof(
  fc.constant(DOMAIN), selector.map(podSelector => ({ podSelector })), fc.constant({ namespaceSelector: {} }), fc.constant({ ipBlock: { cidr: '10.0.0.0/8' } }),
), { minLength: 1, maxLength: 2 });
const ports = fc.array(fc.record({ protocol: fc.constantFrom(...PROTOCOLS), port: fc.constantFrom(...PORTS) }), { minLength: 1, maxLength: 2 });
const applicationPolicy = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  podSelector: selector,
  egress: fc.array(fc.record({ to: peers, ports }, { requiredKeys: ['to'] }), { maxLength: 3 }),
});

const isDomain = (peer: object) => 'domainNames' in peer;

/** The policy if domain names are nothing, or everything. */
function withDomains(policy: any, are: 'nothing' | 'everything') {
  const egress = policy.spec.egress.flatMap(({ to, ...rest }: any) => {
    const others = to.filter((peer: object) => !isDomain(peer));
    if (are === 'everything' && others.length < to.length) { return [rest]; }
    return others.length === 0 ? [] : [{ ...rest, to: others }];
  });
  return { ...policy, kind: 'NetworkPolicy', spec: { ...policy.spec, egress } };
}

test('what a rule about domain names may allow is open, in the layer of NetworkPolicies, and everything else is decided', () => {
  fc.assert(fc.property(arbitraryTieredCluster, fc.array(applicationPolicy, { minLength: 1, maxLength: 2 }), (random, own) => {
    const policies = own.map(({ namespace, ...spec }, i) => ({
      apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name: `app${i}`, namespace }, spec: { ...spec, policyTypes: ['Egress'] },
    }));
    const reach = new Reachability(clusterOfObjects(manifestsOf({ ...random, policies: [...random.policies, ...policies] })));
    const cluster = (are: 'nothing' | 'everything'): SpecCluster => ({ ...random, policies: [...random.policies, ...policies.map(one => withDomains(one, are))] });
    const runs = portRuns(cluster('everything'));
    const ends = new Map(reach.cluster.workloads.map(workload => [workload.name, reach.ofPod(workload, workload.pods[0])]));
    const others: { readonly spec: SpecEnd; readonly endpoint: number }[] = [
      ...random.pods.filter(({ ips }) => ips.length > 0).map(pod => ({ spec: { pod }, endpoint: ends.get(pod.name)! })),
      ...['8.8.8.8', '10.0.0.1'].map(ip => ({ spec: { ip }, endpoint: reach.ofAddress(parseAddress(ip)!) })),
    ];
    for (const pod of random.pods) {
      const subject = ends.get(pod.name)!;
      const possible = reach.possiblePeers(subject, 'egress');
      const connected = [...ends.values()].filter(peer => !reach.possibleSideConnections(subject, 'egress', peer).isEmpty);
      if (possible !== undefined) { expect(possible).toEqual(expect.arrayContaining(connected)); }
      for (const { spec, endpoint } of others) {
        const found = [reach.sideConnections(subject, 'egress', endpoint), reach.possibleSideConnections(subject, 'egress', endpoint)].map(formatted);
        expect(found).toEqual([
          specifiedSide(cluster('nothing'), 'egress', { pod }, [spec], runs).certain, specifiedSide(cluster('everything'), 'egress', { pod }, [spec], runs).possible,
        ]);
      }
    }
  }), { numRuns: randomRuns(500) });
});

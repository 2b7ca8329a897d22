import * as fc from 'fast-check';
import { answersOf, textOf } from './answers';
import { Reachability } from '../../src/evaluator/reachability';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { SpecCluster } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* Laws of cluster-wide policies that hold for every cluster, each checked on random clusters. */

const RUNS = { numRuns: randomRuns(300) };
const textOfCluster = (cluster: SpecCluster) => textOf(answersOf(manifestsOf(cluster)));
const withPolicies = (cluster: SpecCluster, change: (policies: any[]) => any[]): SpecCluster =>
  ({ ...cluster, clusterPolicies: change(cluster.clusterPolicies!) });

test('a policy with a higher number as its priority never changes what the others have decided or passed', () => {
  const last = fc.record({ action: fc.constantFrom('Accept', 'Deny', 'Pass'), peer: fc.constantFrom({ namespaces: {} }, { networks: ['0.0.0.0/0', '::/0'] }) });
  // Policies of other APIs have no order with this one.
  const isOfApi = (policy: any) => policy.kind === 'ClusterNetworkPolicy' && policy.apiVersion.startsWith('policy.');
  const ofOneApi = arbitraryTieredCluster.map(random => withPolicies(random, policies => policies.filter(isOfApi)))
    .filter(({ clusterPolicies }) => clusterPolicies!.length > 0);
  const directions = fc.constantFrom('ingress' as const, 'egress' as const);
  fc.assert(fc.property(ofOneApi, last, directions, fc.boolean(), (random, { action, peer }, direction, isOrdered) => {
    const apiVersion = 'policy.networking.k8s.io/v1beta1';
    const ordered = (policies: any[]) => policies.map((policy, priority) => ({ ...policy, spec: { ...policy.spec, priority } }));
    const cluster = isOrdered ? withPolicies(random, ordered) : random;
    const rules = direction === 'egress' ? { egress: [{ action, to: [peer] }] } : { ingress: [{ action, from: [{ namespaces: {} }] }] };
    const spec = { tier: 'Admin', priority: 1000, subject: { namespaces: {} }, ...rules };
    const added = { apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name: 'last' }, spec };
    const [before, after] = [cluster, withPolicies(cluster, policies => [...policies, added])]
      .map(one => new Reachability(clusterOfObjects(manifestsOf(one))));
    const endsOf = (reach: Reachability) => reach.cluster.workloads.map(workload => reach.ofPod(workload, workload.pods[0]));
    const [ends, endsAfter] = [endsOf(before), endsOf(after)];
    ends.forEach((subject, i) => ends.forEach((peerIndex, j) => {
      for (const { connections } of before.tierRules(subject, direction, peerIndex, 'Admin').filter(({ isSure }) => isSure)) {
        const sides = ([[before, subject, peerIndex], [after, endsAfter[i], endsAfter[j]]] as const).map(([reach, own, other]) =>
          [reach.sideConnections(own, direction, other), reach.possibleSideConnections(own, direction, other)]
            .map(set => set.intersect(connections).key));
        expect(sides[1]).toEqual(sides[0]);
      }
    }));
  }), RUNS);
});

test('a rule and the rules for each of its peers, one after another, decide alike', () => {
  const split = (rules: any[], field: 'from' | 'to') => rules.flatMap(rule => rule[field].map((peer: object) => ({ ...rule, [field]: [peer] })));
  fc.assert(fc.property(arbitraryTieredCluster, cluster => {
    const divided = withPolicies(cluster, policies => policies.map(policy =>
      ({ ...policy, spec: { ...policy.spec, ingress: split(policy.spec.ingress, 'from'), egress: split(policy.spec.egress, 'to') } })));
    expect(textOfCluster(divided)).toEqual(textOfCluster(cluster));
  }), RUNS);
});

test('a rule and the rules for each of its ports, one after another, decide alike', () => {
  const split = (rules: any[]) => rules.flatMap(rule => {
    const field = 'protocols' in rule ? 'protocols' : 'ports';
    return rule[field] === undefined ? [rule] : rule[field].map((port: object) => ({ ...rule, [field]: [port] }));
  });
  fc.assert(fc.property(arbitraryTieredCluster, cluster => {
    const divided = withPolicies(cluster, policies => policies.map(policy =>
      ({ ...policy, spec: { ...policy.spec, ingress: split(policy.spec.ingress), egress: split(policy.spec.egress) } })));
    expect(textOfCluster(divided)).toEqual(textOfCluster(cluster));
  }), RUNS);
});

test('a policy and the policies with one of its rules each, with priorities in their order, decide alike', () => {
  fc.assert(fc.property(arbitraryTieredCluster, random => {
    // Policies of equal priority have no order. A BaselineAdminNetworkPolicy is the only one of its kind.
    const whole = withPolicies(random, policies => policies.map((policy, i) =>
      policy.kind === 'BaselineAdminNetworkPolicy' ? policy : { ...policy, spec: { ...policy.spec, priority: 10 * i } }));
    const divided = withPolicies(whole, policies => policies.flatMap(policy => {
      const { spec: { ingress, egress, priority }, metadata: { name } } = policy;
      return policy.kind === 'BaselineAdminNetworkPolicy' ? [policy] : Array.from({ length: Math.max(ingress.length, egress.length) }, (_, i) => ({
        ...policy,
        metadata: { name: `${name}-${i}` },
        spec: { ...policy.spec, priority: priority + i, ingress: ingress.slice(i, i + 1), egress: egress.slice(i, i + 1) },
      }));
    }));
    expect(textOfCluster(divided)).toEqual(textOfCluster(whole));
  }), RUNS);
});

test('the names of the policies and the order of their declarations mean nothing', () => {
  fc.assert(fc.property(arbitraryTieredCluster, cluster => {
    const other = withPolicies(cluster, policies => policies.map((policy, i) =>
      policy.kind === 'BaselineAdminNetworkPolicy' ? policy : { ...policy, metadata: { name: `z${policies.length - i}` } }).reverse());
    expect(textOfCluster(other)).toEqual(textOfCluster(cluster));
  }), RUNS);
});

test('a rule after one that matches everything means nothing', () => {
  fc.assert(fc.property(arbitraryTieredCluster, fc.constantFrom('Deny', 'Pass'), (cluster, action) => {
    // A policy of each API has this action, but the Baseline of AdminNetworkPolicy cannot pass.
    const everything = (policy: any) => policy.kind === 'BaselineAdminNetworkPolicy' ? 'Deny' : action;
    const closed = (rest: (rules: any[]) => any[]) => withPolicies(cluster, policies => policies.map(policy => {
      const first = { action: everything(policy), from: [{ namespaces: {} }] };
      return { ...policy, spec: { ...policy.spec, ingress: [first, ...rest(policy.spec.ingress)] } };
    }));
    expect(textOfCluster(closed(rules => rules))).toEqual(textOfCluster(closed(() => [])));
  }), RUNS);
});

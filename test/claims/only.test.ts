import * as fc from 'fast-check';
import { findOutsider, Outsider } from '../../src/claims/witness';
import { Direction, Reachability } from '../../src/evaluator/reachability';
import { formatPath } from '../../src/findings/finding';
import { FAMILY_RANGE, formatAddress, formatRange } from '../../src/k8s/address';
import { Selector } from '../../src/k8s/selector';
import { Party, EndpointSelector } from '../../src/query/endpoints';
import { connectionsOfPort } from '../../src/query/ports';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, member, namespace, party, pod, podOf, policy, port, reachOf } from '../support/cluster-objects';

const db = deployment('x/db', { app: 'db' }, { ports: [{ containerPort: 5432, name: 'pg' }] });
const backend = deployment('x/backend', { app: 'backend' });
const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** Who besides `others` reaches x/db, or is reached by it, in a line. */
function intruder(objects: object[], others: string[], direction: Direction = 'ingress', on?: string): string {
  const reach = reachOf(db, backend, ...objects);
  return told(findOutsider(reach, party(reach, 'x/db'), others.map(name => party(reach, name)), direction, on === undefined ? undefined : port(on)));
}

function told(intrusion: Outsider | undefined): string {
  if (intrusion === undefined) { return 'nobody'; }
  const { by, who: stranger } = intrusion;
  if (by === undefined) { return 'anyone: no policy isolates'; }
  const where = `${by.policy.name} ${formatPath(by.clause?.path ?? by.rule.path)}`;
  if (stranger === undefined) { return `anyone, by ${where}`; }
  return stranger.kind === 'address' ? `${formatRange(stranger.range)}, by ${where}` : `${JSON.stringify(stranger.labels)} in ${stranger.namespace}, by ${where}`;
}

const toDb = (...ingress: object[]) => policy('x/p', { podSelector: labelled({ app: 'db' }), ingress });
const fromBackend = { from: [{ podSelector: labelled({ app: 'backend' }) }] };

describe('nobody else reaches a workload', () => {
  test.each<[string, object[], string[]]>([
    ['where its policies let in nobody', [toDb()], []],
    ['where they let in just those who may', [toDb(fromBackend)], ['x/backend']],
    ['where they let in fewer', [toDb()], ['x/backend']],
    ['where an address is let in that may', [toDb({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] })], ['10.0.0.0/8']],
    ['where a rule is about a port name that it does not have', [toDb({ ports: [{ port: 'http' }] })], []],
  ])('%s', (_, objects, others) => {
    expect(intruder(objects, others)).toBe('nobody');
  });
});

describe('somebody else reaches a workload', () => {
  test.each<[string, object[], string[], string]>([
    ['that no policy isolates', [], ['x/backend'], 'anyone: no policy isolates'],
    ['by a rule without peers', [toDb(fromBackend, {})], ['x/backend'], 'anyone, by p spec.ingress[1]'],
    ['by a selector that is wider than it was meant', [toDb({ from: [{ podSelector: {} }] })], ['x/backend'], '{} in x, by p spec.ingress[0].from[0]'],
    ['by AND that was written as OR', [namespace('y'), toDb({ from: [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'x' }) }, ...fromBackend.from] })], ['x/backend'],
      '{} in x, by p spec.ingress[0].from[0]'],
    ['by namespaces that are not there yet', [toDb({ from: [{ namespaceSelector: {}, podSelector: labelled({ app: 'backend' }) }] })], ['x/backend'],
      '{"app":"backend"} in other, by p spec.ingress[0].from[0]'],
    ['by a block', [toDb({ from: [...fromBackend.from, { ipBlock: { cidr: '10.0.0.0/8' } }] })], ['x/backend', '10.0.0.0/9'],
      '10.128.0.0-10.255.255.255, by p spec.ingress[0].from[1]'],
    ['by another policy that adds to the first', [toDb(fromBackend), policy('x/q', { podSelector: {}, ingress: [{ from: [{ podSelector: labelled({ role: 'x' }) }] }] })],
      ['x/backend'], '{"role":"x"} in x, by q spec.ingress[0].from[0]'],
  ])('%s', (_, objects, others, expected) => {
    expect(intruder(objects, others)).toBe(expected);
  });

  test('where one of its pods is open and the others are not', () => {
    const reach = reachOf(podOf('db', 'x/db-0', { app: 'db' }), podOf('db', 'x/db-2', { app: 'db' }), podOf('db', 'x/db-1', {}), toDb());
    expect(findOutsider(reach, party(reach, 'x/db'), [], 'ingress')).toMatchObject({ subject: { name: 'x/db-1[Pod]' } });
  });

  test('not where it is an address: nobody isolates those, and nobody claims to', () => {
    const reach = reachOf(db, toDb(fromBackend), backend);
    const mixed: Party = { ...party(reach, 'x/db'), endpoints: [...party(reach, '1.2.3.4').endpoints, ...party(reach, 'x/db').endpoints] };
    expect(findOutsider(reach, mixed, [party(reach, 'x/backend')], 'ingress')).toBeUndefined();
  });

  test('where a pod that it might be is open', () => {
    const reach = reachOf(db, pod('x/open'), toDb());
    const suspicious: Party = { ...party(reach, 'x/db'), worstCase: party(reach, 'x/open').endpoints };
    expect(findOutsider(reach, suspicious, [], 'ingress')).toMatchObject({ subject: { name: 'x/open[Pod]' } });
  });
});

describe('where those who may are everyone', () => {
  const everyone: Party = {
    name: 'everyone',
    endpoints: [],
    worstCase: [],
    selectors: [{ kind: 'pods', namespaces: Selector.everything, pods: Selector.everything }, { kind: 'addresses', ranges: [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6] }],
  };

  test.each([['no policy isolates', []], ['a rule has no peers', [toDb({})]]])('there is nobody else: %s', (_, objects) => {
    const reach = reachOf(db, ...objects);
    expect(findOutsider(reach, party(reach, 'x/db'), [everyone], 'ingress')).toBeUndefined();
    expect(findOutsider(reach, party(reach, 'x/db'), [{ ...everyone, selectors: everyone.selectors.slice(0, 1) }], 'ingress')).toBeDefined();
  });
});

describe('a claim about a port', () => {
  test.each<[string, object[], string, 'nobody' | 'somebody']>([
    ['looks at rules for it', [{ port: 5432 }], 'tcp/5432', 'somebody'],
    ['looks at rules for a range that holds it', [{ port: 5000, endPort: 6000 }], 'tcp/5432', 'somebody'],
    ['looks at rules for every port', [], 'tcp/5432', 'somebody'],
    ['looks at rules for its name', [{ port: 'pg' }], 'tcp/5432', 'somebody'],
    ['given by name looks at rules for its number', [{ port: 5432 }], 'tcp/pg', 'somebody'],
    ['looks past rules for another port', [{ port: 80 }, { port: 'http' }], 'tcp/5432', 'nobody'],
    ['looks past rules for another protocol', [{ protocol: 'UDP', port: 5432 }, { protocol: 'SCTP' }], 'tcp/5432', 'nobody'],
    ['given by a name that the pod does not have is about nothing', [{ port: 5432 }], 'tcp/http', 'nobody'],
  ])('%s', (_, ports, on, who) => {
    expect(intruder([toDb({ ports })], [], 'ingress', on)).toBe(who === 'nobody' ? 'nobody' : 'anyone, by p spec.ingress[0]');
  });

  test.each<[string, object[], string, 'nobody' | 'somebody']>([
    ['counts a name as any number: some pod may have it', [{ port: 'http' }], 'tcp/81', 'somebody'],
    ['keeps to the protocol of a name', [{ port: 'http' }], 'udp/81', 'nobody'],
    ['given by name may be any number', [{ port: 81 }], 'tcp/http', 'somebody'],
    ['given by name keeps to its protocol', [{ protocol: 'UDP', port: 81 }], 'tcp/http', 'nobody'],
    ['looks past rules for another number', [{ port: 80 }], 'tcp/81', 'nobody'],
  ])('of others, whose ports are not known, %s', (_, ports, on, who) => {
    const objects = [policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports }] })];
    expect(intruder(objects, [], 'egress', on)).toBe(who === 'nobody' ? 'nobody' : 'anyone, by p spec.egress[0]');
  });
});

describe('in any cluster', () => {
  /** What a pattern holds. */
  const holds = (
    pattern: EndpointSelector, labels: Record<string, string>, namespaceLabels: Record<string, string>, addresses: readonly bigint[],
  ): boolean =>
    pattern.kind === 'pods'
      ? pattern.pods.matches(labels) && pattern.namespaces.matches(namespaceLabels)
      : pattern.ranges.some(({ first, last }) => addresses.some(a => first <= a && a <= last));

  /** The stranger, as an object that can be applied. It has every port name at the number that is asked about. */
  function materialized({ who: stranger }: Outsider): object[] {
    const ports = ['TCP', 'UDP', 'SCTP'].flatMap(protocol => ['http', 'dns'].map(name => ({ name, protocol, containerPort: 80 })));
    if (stranger?.kind !== 'pod') {
      return [pod('far-away/stranger', {}, { ports, ips: stranger === undefined ? [] : [formatAddress(stranger.range.first)] })];
    }
    return [namespace(stranger.namespace, stranger.namespaceLabels), pod(`${stranger.namespace}/stranger`, stranger.labels, { ports })];
  }

  const side = (reach: Reachability, subject: string, direction: Direction, peer: string, asked: string | undefined) => {
    const all = reach.sideConnections(member(reach, subject).index, direction, member(reach, peer).index);
    return asked === undefined ? all : all.intersect(connectionsOfPort(port(asked), member(reach, subject)));
  };

  test('the stranger that is found does get through once it is there; where none is found nobody does', () => {
    const seen = { strangers: 0, proofs: 0 };
    fc.assert(fc.property(arbitraryCluster, fc.nat(), fc.subarray([0, 1, 2, 3, 4]), fc.subarray(['0.0.0.0/0', '10.0.0.0/8', '::/0']),
      fc.constantFrom(...DIRECTIONS), fc.constantFrom(undefined, 'tcp/80'), (cluster, i, mayPods, mayBlocks, direction, asked) => {
        const objects = manifestsOf(cluster);
        const reach = reachOf(...objects);
        const names = cluster.pods.map(p => `${p.namespace}/${p.name}`);
        const subject = names[i % names.length];
        const others = [...names.filter((__, n) => mayPods.includes(n)), ...mayBlocks].map(name => party(reach, name));
        const found = findOutsider(reach, party(reach, subject), others, direction, asked === undefined ? undefined : port(asked));
        if (found !== undefined) {
          seen.strangers++;
          const added = materialized(found);
          const { namespace: at } = (added[added.length - 1] as any).metadata;
          // A namespace that is declared is as it is: the stranger has to do with its labels.
          const missing = added.filter((o: any) => o.kind !== 'Namespace' || !(o.metadata.name in cluster.namespaces));
          expect(side(reachOf(...objects, ...missing), subject, direction, `${at}/stranger`, asked).isEmpty).toBe(false);
          return;
        }
        seen.proofs++;
        for (const workload of reach.cluster.workloads) {
          const [{ name, labels, addresses }] = workload.pods;
          const spaceLabels = reach.cluster.namespaces.get(workload.namespace)!.labels;
          if (others.some(o => o.selectors.some(p => holds(p, labels, spaceLabels, addresses)))) { continue; }
          expect(side(reach, subject, direction, `${workload.namespace}/${name}`, asked).isEmpty).toBe(true);
        }
      }), { numRuns: 1500 });
    expect(seen.strangers).toBeGreaterThan(100);
    expect(seen.proofs).toBeGreaterThan(100);
  });
});

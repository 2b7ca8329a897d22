import * as fc from 'fast-check';
import { Reachability } from '../../src/evaluator/reachability';
import { FAMILY_RANGE, familyOf, formatRange, parseAddress } from '../../src/k8s/address';
import { listConnections, externalName } from '../../src/query/connectivity';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, member, pod, podOf, policy, reachOf } from '../support/cluster-objects';

const rows = (reach: Reachability) => [...listConnections(reach).connections].map(c => `${c.source} → ${c.destination}: ${c.connections}`);

const web = deployment('x/web', { app: 'web' });
const db = deployment('x/db', { app: 'db' });
const EVERYWHERE = '0.0.0.0-255.255.255.255[External]';

describe('the list of connections', () => {
  test('has everything where no policy is, sorted by source and destination', () => {
    expect(rows(reachOf(web, db))).toEqual([
      `${EVERYWHERE} → x/db[Deployment]: All Connections`,
      `${EVERYWHERE} → x/web[Deployment]: All Connections`,
      `x/db[Deployment] → ${EVERYWHERE}: All Connections`,
      'x/db[Deployment] → x/web[Deployment]: All Connections',
      `x/web[Deployment] → ${EVERYWHERE}: All Connections`,
      'x/web[Deployment] → x/db[Deployment]: All Connections',
    ]);
  });

  test('has what both sides let pass, and no row for what nothing passes', () => {
    expect(rows(reachOf(web, db,
      policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy('x/out', { podSelector: labelled({ app: 'web' }), egress: [{ to: [{ podSelector: {} }] }], policyTypes: ['Egress'] }),
      policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ ports: [{ port: 5432 }, { protocol: 'UDP' }] }] }),
    ))).toEqual([
      `${EVERYWHERE} → x/db[Deployment]: TCP 5432,UDP 1-65535`,
      'x/web[Deployment] → x/db[Deployment]: TCP 5432,UDP 1-65535',
    ]);
  });

  test('names the workloads that have no connection too', () => {
    const reach = reachOf(web, db, policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    expect(listConnections(reach)).toMatchObject({ workloads: ['x/db[Deployment]', 'x/web[Deployment]'], split: [] });
    expect(rows(reach)).toEqual([]);
  });

  test('is empty of an empty cluster', () => {
    expect(listConnections(reachOf())).toMatchObject({ workloads: [], split: [] });
    expect(rows(reachOf())).toEqual([]);
  });
});

describe('outside addresses', () => {
  const from = (...blocks: object[]) => policy('x/p', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: blocks.map(ipBlock => ({ ipBlock })) }] });
  const sources = (...blocks: object[]) => rows(reachOf(web, from(...blocks))).filter(row => row.includes('[External] →')).map(row => row.split('[')[0]);

  test('are one range where neighbours have the same connections, whoever cut them', () => {
    expect(sources({ cidr: '10.0.0.0/9' }, { cidr: '10.128.0.0/9' }, { cidr: '10.1.0.0/16' })).toEqual(['10.0.0.0-10.255.255.255']);
  });

  test('are cut at an exception', () => {
    expect(sources({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] })).toEqual(['10.0.0.0-10.0.255.255', '10.2.0.0-10.255.255.255']);
  });

  test('are told apart where the connections differ', () => {
    const reach = reachOf(web, from({ cidr: '10.0.0.0/8' }), policy('x/q', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }));
    expect(rows(reach).filter(row => row.includes('[External] →'))).toEqual([
      '0.0.0.0-9.255.255.255[External] → x/web[Deployment]: TCP 80',
      '10.0.0.0-10.255.255.255[External] → x/web[Deployment]: All Connections',
      '11.0.0.0-255.255.255.255[External] → x/web[Deployment]: TCP 80',
    ]);
  });

  test('are of IPv6 where a policy mentions it, in whatever direction, and are then never joined with IPv4', () => {
    const everyV6 = externalName(FAMILY_RANGE.IPv6);
    expect(sources({ cidr: '2001:db8::/32' })).toEqual(['2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff']);
    expect(rows(reachOf(web)).join()).not.toContain('::');
    const mentioned = policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] });
    expect(rows(reachOf(web, mentioned))).toEqual([
      `${EVERYWHERE} → x/web[Deployment]: All Connections`, `${everyV6} → x/web[Deployment]: All Connections`,
      `x/web[Deployment] → ${EVERYWHERE}: All Connections`, `x/web[Deployment] → ${everyV6}: All Connections`,
    ]);
  });
});

describe('a workload of several pods', () => {
  const pods = [podOf('db', 'x/db-0', { app: 'db', role: 'leader' }), podOf('db', 'x/db-1', { app: 'db' }), podOf('db', 'x/db-2', { app: 'db' })];

  test('is one, and not paired with itself', () => {
    expect(listConnections(reachOf(...pods)).workloads).toEqual(['x/db[StatefulSet]']);
    expect(rows(reachOf(...pods))).toHaveLength(2);
  });

  test('is listed pod by pod where a policy tells its pods apart, and said to be', () => {
    const reach = reachOf(...pods, policy('x/leader', { podSelector: labelled({ role: 'leader' }), ingress: [{ ports: [{ port: 5432 }] }] }));
    const { workloads, split } = listConnections(reach);
    const names = ['x/db-0[Pod]', 'x/db-1[Pod]', 'x/db-2[Pod]'];
    expect(workloads).toEqual(names);
    expect(split).toEqual([{ workload: expect.objectContaining({ name: 'db' }), pods: names }]);
    expect(rows(reach).filter(row => !row.includes('External'))).toEqual([
      'x/db-0[Pod] → x/db-1[Pod]: All Connections', 'x/db-0[Pod] → x/db-2[Pod]: All Connections',
      'x/db-1[Pod] → x/db-0[Pod]: TCP 5432', 'x/db-1[Pod] → x/db-2[Pod]: All Connections',
      'x/db-2[Pod] → x/db-0[Pod]: TCP 5432', 'x/db-2[Pod] → x/db-1[Pod]: All Connections',
    ]);
  });
});

test('two generations of a workload that policies tell apart are two rows, though no pod of theirs is known', () => {
  const generation = (name: string, version: string): object => {
    const set: any = { ...deployment(`x/${name}`, { app: 'web' }), kind: 'ReplicaSet' };
    set.spec.template.metadata.labels = { app: 'web', version };
    set.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }];
    return set;
  };
  const reach = reachOf(generation('web-1', '1'), generation('web-2', '2'), policy('x/p', { podSelector: labelled({ version: '1' }) }));
  expect(listConnections(reach)).toMatchObject({ workloads: ['x/web#1[Pod]', 'x/web#2[Pod]'], split: [{ pods: ['x/web#1[Pod]', 'x/web#2[Pod]'] }] });
  expect(rows(reach).filter(row => !row.includes('External'))).toEqual(['x/web#1[Pod] → x/web#2[Pod]: All Connections']);
});

test('every connection of any cluster is listed once, and nothing else is', () => {
  fc.assert(fc.property(arbitraryCluster, cluster => {
    const reach = reachOf(...manifestsOf(cluster));
    const connections = [...listConnections(reach).connections];
    const told = new Map(connections.map(c => [`${c.source} → ${c.destination}`, c.connections.toString()]));
    expect(told.size).toBe(connections.length);
    const names = cluster.pods.map(p => `${p.namespace}/${p.name}`);
    for (const from of names) {
      for (const to of names) {
        const passing = reach.connections(member(reach, from).index, member(reach, to).index);
        expect(told.get(`${from}[Pod] → ${to}[Pod]`)).toBe(from === to || passing.isEmpty ? undefined : passing.toString());
      }
    }
    for (const { source, destination, connections: passing } of connections) {
      if (!source.endsWith('[External]')) { continue; }
      // At both ends of a range, and no longer just outside of it.
      const [first, last] = source.replace('[External]', '').split('-').map(text => parseAddress(text)!);
      expect(formatRange({ first, last })).toBe(source.replace('[External]', ''));
      const to = member(reach, destination.replace('[Pod]', '')).index;
      const at = (address: bigint) => reach.connections(reach.ofAddress(address), to).key;
      expect([at(first), at(last)]).toEqual([passing.key, passing.key]);
      for (const beyond of [first - 1n, last + 1n]) {
        if (beyond >= 0n && beyond <= FAMILY_RANGE.IPv6.last && familyOf(beyond) === familyOf(first)) { expect(at(beyond)).not.toBe(passing.key); }
      }
    }
  }), { numRuns: 300 });
});

test('a pod without an owner is its own workload', () => {
  expect(listConnections(reachOf(pod('x/bare'))).workloads).toEqual(['x/bare[Pod]']);
});

test('the rows can be gone through again, and are sorted, as far as they are gone through', () => {
  fc.assert(fc.property(arbitraryCluster, cluster => {
    const { connections } = listConnections(reachOf(...manifestsOf(cluster)));
    const once = [...connections];
    expect([...connections]).toEqual(once);
    const keys = once.map(({ source, destination }) => `${source}\n${destination}`);
    expect(keys).toEqual([...keys].sort());
    for (const row of connections) {
      expect(row).toEqual(once[0]);
      break;
    }
  }), { numRuns: 100 });
});

test('only pairs that a policy may let through are asked about', () => {
  const namespaces = ['a', 'b', 'c', 'd'];
  const workloads = namespaces.flatMap(namespace => ['1', '2', '3'].map(name => deployment(`${namespace}/w${name}`, { app: name })));
  const policies = namespaces.map(namespace => policy(`${namespace}/own`, { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: [{ to: [{ podSelector: {} }] }], ingress: [{ from: [{ podSelector: {} }] }] }));
  const reach = reachOf(...workloads, ...policies);
  const asked = jest.spyOn(reach, 'connections');
  expect([...listConnections(reach).connections]).toHaveLength(4 * 3 * 2);
  expect(asked.mock.calls.length).toBeLessThanOrEqual(4 * 3 * 3);
});

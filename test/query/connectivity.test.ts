import * as fc from 'fast-check';
import { ConnectionSet } from '../../src/evaluator/connections';
import { ClassIndex, Reachability } from '../../src/evaluator/reachability';
import { FAMILY_RANGE, familyOf } from '../../src/k8s/address';
import { addressesEnd, Connection, listConnections } from '../../src/query/connectivity';
import { ConnectivityChange, connectivityChanges } from '../../src/query/connectivity-changes';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { deployment, labelled, member, pod, podOf, policy, reachOf } from '../support/cluster-objects';

const rows = (reach: Reachability) => [...listConnections(reach).connections].map(c => `${c.source.name} → ${c.destination.name}: ${c.connections}`);

const web = deployment('x/web', { app: 'web' });
const db = deployment('x/db', { app: 'db' });
const EVERYWHERE = '0.0.0.0-255.255.255.255[External]';

describe('the list of connections', () => {
  test('has every pair if there is no policy, sorted by source and destination', () => {
    expect(rows(reachOf(web, db))).toEqual([
      `${EVERYWHERE} → x/db[Deployment]: All Connections`,
      `${EVERYWHERE} → x/web[Deployment]: All Connections`,
      `x/db[Deployment] → ${EVERYWHERE}: All Connections`,
      'x/db[Deployment] → x/db[Deployment]: All Connections',
      'x/db[Deployment] → x/web[Deployment]: All Connections',
      `x/web[Deployment] → ${EVERYWHERE}: All Connections`,
      'x/web[Deployment] → x/db[Deployment]: All Connections',
      'x/web[Deployment] → x/web[Deployment]: All Connections',
    ]);
  });

  test('has what both sides allow, and no row for a pair without a connection', () => {
    expect(rows(reachOf(web, db,
      policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy('x/out', { podSelector: labelled({ app: 'web' }), egress: [{ to: [{ podSelector: {} }] }], policyTypes: ['Egress'] }),
      policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ ports: [{ port: 5432 }, { protocol: 'UDP' }] }] }),
    ))).toEqual([
      `${EVERYWHERE} → x/db[Deployment]: TCP 5432,UDP 1-65535`,
      'x/web[Deployment] → x/db[Deployment]: TCP 5432,UDP 1-65535',
    ]);
  });

  test('has the workloads without a connection too', () => {
    const reach = reachOf(web, db, policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    expect(listConnections(reach)).toMatchObject({ workloads: [{ name: 'x/db[Deployment]' }, { name: 'x/web[Deployment]' }], split: [] });
    expect(rows(reach)).toEqual([]);
  });

  test('is empty for an empty cluster', () => {
    expect(listConnections(reachOf())).toMatchObject({ workloads: [], split: [] });
    expect(rows(reachOf())).toEqual([]);
  });
});

describe('addresses outside the cluster', () => {
  const from = (...blocks: object[]) => policy('x/p', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: blocks.map(ipBlock => ({ ipBlock })) }] });
  const sources = (...blocks: object[]) => rows(reachOf(web, from(...blocks))).filter(row => row.includes('[External] →')).map(row => row.split('[')[0]);

  test('are one range if adjacent blocks have the same connections', () => {
    expect(sources({ cidr: '10.0.0.0/9' }, { cidr: '10.128.0.0/9' }, { cidr: '10.1.0.0/16' })).toEqual(['10.0.0.0-10.255.255.255']);
  });

  test('are cut at an exception', () => {
    expect(sources({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] })).toEqual(['10.0.0.0-10.0.255.255', '10.2.0.0-10.255.255.255']);
  });

  test('are cut where the connections differ', () => {
    const reach = reachOf(web, from({ cidr: '10.0.0.0/8' }), policy('x/q', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }));
    expect(rows(reach).filter(row => row.includes('[External] →'))).toEqual([
      '0.0.0.0-9.255.255.255[External] → x/web[Deployment]: TCP 80',
      '10.0.0.0-10.255.255.255[External] → x/web[Deployment]: All Connections',
      '11.0.0.0-255.255.255.255[External] → x/web[Deployment]: TCP 80',
    ]);
  });

  test('include IPv6 only if a policy mentions it, and ranges of the two families are not merged', () => {
    const everyV6 = addressesEnd(FAMILY_RANGE.IPv6).name;
    expect(sources({ cidr: '2001:db8::/32' })).toEqual(['2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff']);
    expect(rows(reachOf(web)).join()).not.toContain('::');
    const mentioned = policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] });
    expect(rows(reachOf(web, mentioned))).toEqual([
      `${EVERYWHERE} → x/web[Deployment]: All Connections`, `${everyV6} → x/web[Deployment]: All Connections`,
      `x/web[Deployment] → ${EVERYWHERE}: All Connections`, `x/web[Deployment] → ${everyV6}: All Connections`,
      'x/web[Deployment] → x/web[Deployment]: All Connections',
    ]);
  });

  test('are connected with a workload that is not isolated', () => {
    expect(rows(reachOf(web, from({ cidr: '10.0.0.0/8' }))).filter(row => row.startsWith('x/web') && row.endsWith('All Connections'))).toEqual([`x/web[Deployment] → ${EVERYWHERE}: All Connections`]);
  });

  test('have no port names, so a rule with a port name allows none of them', () => {
    const egress = [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] }];
    expect(rows(reachOf(web, policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress }))).filter(row => row.startsWith('x/web'))).toEqual([]);
  });
});

describe('a workload of several pods', () => {
  const pods = [podOf('db', 'x/db-0', { app: 'db', role: 'leader' }), podOf('db', 'x/db-1', { app: 'db' }), podOf('db', 'x/db-2', { app: 'db' })];

  test('is one end, and has a row with itself for the traffic between its replicas', () => {
    expect(listConnections(reachOf(...pods)).workloads).toMatchObject([{ kind: 'workload', name: 'x/db[StatefulSet]' }]);
    expect(rows(reachOf(...pods)).filter(row => !row.includes('External'))).toEqual(['x/db[StatefulSet] → x/db[StatefulSet]: All Connections']);
    const closed = policy('x/closed', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'web' }) }] }] });
    expect(rows(reachOf(...pods, closed)).filter(row => !row.includes('External'))).toEqual([]);
  });

  test('has no row with itself if the input has one pod of it', () => {
    expect(rows(reachOf(pods[0])).filter(row => !row.includes('External'))).toEqual([]);
    expect(rows(reachOf(pod('x/solo'))).filter(row => !row.includes('External'))).toEqual([]);
  });

  test('is listed pod by pod if a policy tells its pods apart', () => {
    const reach = reachOf(...pods, policy('x/leader', { podSelector: labelled({ role: 'leader' }), ingress: [{ ports: [{ port: 5432 }] }] }));
    const { workloads, split } = listConnections(reach);
    expect(workloads).toMatchObject(['x/db-0[Pod]', 'x/db-1[Pod]', 'x/db-2[Pod]'].map(name => ({ kind: 'pod', name })));
    expect(split).toEqual([{ workload: expect.objectContaining({ name: 'db' }), pods: workloads }]);
    expect(rows(reach).filter(row => !row.includes('External'))).toEqual([
      'x/db-0[Pod] → x/db-1[Pod]: All Connections', 'x/db-0[Pod] → x/db-2[Pod]: All Connections',
      'x/db-1[Pod] → x/db-0[Pod]: TCP 5432', 'x/db-1[Pod] → x/db-2[Pod]: All Connections',
      'x/db-2[Pod] → x/db-0[Pod]: TCP 5432', 'x/db-2[Pod] → x/db-1[Pod]: All Connections',
    ]);
  });
});

test('two ReplicaSets of a Deployment are two ends if a policy tells their pods apart', () => {
  const generation = (name: string, version: string): object => {
    const set: any = { ...deployment(`x/${name}`, { app: 'web' }), kind: 'ReplicaSet' };
    set.spec.template.metadata.labels = { app: 'web', version };
    set.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }];
    return set;
  };
  const reach = reachOf(generation('web-1', '1'), generation('web-2', '2'), policy('x/p', { podSelector: labelled({ version: '1' }) }));
  expect(listConnections(reach).workloads).toMatchObject([{ name: 'x/web#1[Pod]' }, { name: 'x/web#2[Pod]' }]);
  expect(rows(reach).filter(row => !row.includes('External'))).toEqual(['x/web#1[Pod] → x/web#2[Pod]: All Connections', 'x/web#2[Pod] → x/web#2[Pod]: All Connections']);
});

/** A policy of a kind that is not evaluated, which could select every pod of a namespace with a label. */
const foreignPolicy = fc.record({ namespace: fc.constantFrom('x', 'y'), app: fc.constantFrom('a', 'b'), direction: fc.constantFrom('ingress', 'egress') })
  .map(({ namespace, app, direction }) => ({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'foreign', namespace }, spec: { endpointSelector: labelled({ app }), [direction]: [{}] },
  }));

test('every connection of any cluster is listed once, certain or undecided, and nothing else is', () => {
  const anyKind = fc.oneof(arbitraryCluster, arbitraryTieredCluster);
  fc.assert(fc.property(anyKind, fc.option(foreignPolicy), fc.boolean(), (cluster, foreign, isStrict) => {
    const evaluated = reachOf(...manifestsOf(cluster), ...foreign === null ? [] : [foreign]);
    const reach = isStrict ? evaluated.strict : evaluated;
    const connections = [...listConnections(reach).connections];
    const shown = (certain: ConnectionSet, isUndecided: boolean) => `${certain}${isUndecided ? ' ?' : ''}`;
    const passing = (from: ClassIndex, to: ClassIndex) => {
      const certain = reach.connections(from, to);
      const possible = reach.possibleConnections(from, to);
      return possible.isEmpty ? undefined : shown(certain, !possible.equals(certain));
    };
    const listed = new Map(connections.map(c => [`${c.source.name} → ${c.destination.name}`, shown(c.connections, c.undecided.length > 0)]));
    expect(listed.size).toBe(connections.length);
    const names = cluster.pods.map(p => `${p.namespace}/${p.name}`);
    for (const from of names) {
      for (const to of names) {
        const expected = from === to ? undefined : passing(member(reach, from).index, member(reach, to).index);
        expect(listed.get(`${from}[Pod] → ${to}[Pod]`)).toBe(expected);
      }
    }
    for (const { source, destination, connections: certain, undecided } of connections) {
      if (source.kind !== 'addresses') { continue; }
      // The connections are the same at both edges of a range, and different just outside it.
      const { first, last } = source.range;
      const to = member(reach, destination.name.replace('[Pod]', '')).index;
      const at = (address: bigint) => passing(reach.ofAddress(address), to);
      const row = shown(certain, undecided.length > 0);
      expect([at(first), at(last)]).toEqual([row, row]);
      for (const beyond of [first - 1n, last + 1n]) {
        if (beyond >= 0n && beyond <= FAMILY_RANGE.IPv6.last && familyOf(beyond) === familyOf(first)) { expect(at(beyond)).not.toBe(row); }
      }
    }
  }), { numRuns: 300 });
});

test('an undecided row has the reasons of its own workload', () => {
  const lock = (app: string) =>
    ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: app, namespace: 'x' }, spec: { endpointSelector: labelled({ app }), egress: [{}] } });
  const { connections } = listConnections(reachOf(web, db, lock('web'), lock('db')));
  expect([...connections].filter(({ destination }) => destination.kind === 'addresses').map(({ source, undecided }) => [source.name, undecided.map(({ what }) => what)]))
    .toEqual([['x/db[Deployment]', ['CiliumNetworkPolicy x/db']], ['x/web[Deployment]', ['CiliumNetworkPolicy x/web']]]);
});

test('a pod without an owner is its own workload', () => {
  expect(listConnections(reachOf(pod('x/bare'))).workloads).toMatchObject([{ kind: 'workload', name: 'x/bare[Pod]' }]);
});

test('the rows are sorted, and can be iterated several times, completely or in part', () => {
  fc.assert(fc.property(arbitraryCluster, cluster => {
    const { connections } = listConnections(reachOf(...manifestsOf(cluster)));
    const once = [...connections];
    expect([...connections]).toEqual(once);
    const keys = once.map(({ source, destination }) => `${source.name}\n${destination.name}`);
    expect(keys).toEqual([...keys].sort());
    for (const row of connections) {
      expect(row).toEqual(once[0]);
      break;
    }
  }), { numRuns: 100 });
});

test('only pairs that a policy may allow are evaluated', () => {
  const namespaces = ['a', 'b', 'c', 'd'];
  const workloads = namespaces.flatMap(namespace => ['1', '2', '3'].map(name => deployment(`${namespace}/w${name}`, { app: name })));
  const policies = namespaces.map(namespace => policy(`${namespace}/own`, { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: [{ to: [{ podSelector: {} }] }], ingress: [{ from: [{ podSelector: {} }] }] }));
  const reach = reachOf(...workloads, ...policies);
  const asked = jest.spyOn(reach, 'connections');
  expect([...listConnections(reach).connections]).toHaveLength(4 * 3 * 3);
  expect(asked.mock.calls.length).toBeLessThanOrEqual(4 * 3 * 3);
});

const listed = (...objects: object[]) => listConnections(reachOf(...objects)).connections;
const changes = (before: Iterable<Connection>, after: Iterable<Connection>) =>
  connectivityChanges(before, after).map(c => `${c.source.name} → ${c.destination.name}: ${c.before.connections} | ${c.after.connections}`);

const isolated = policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const toDb = policy('x/to-db', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] });
const intoDb = (...ports: number[]) => policy('x/into-db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: {} }], ports: ports.map(port => ({ port })) }] });
const toAddresses = (...blocks: object[]) => policy('x/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: blocks.map(ipBlock => ({ ipBlock })) }] });

test('there is no change between equal lists', () => {
  expect(changes(listed(web, db), listed(db, web))).toEqual([]);
});

test('a connection is new, gone, or has other ports', () => {
  const none = listed(web, db, isolated);
  const one = listed(web, db, isolated, toDb, intoDb(80));
  const two = listed(web, db, isolated, toDb, intoDb(80, 443));
  const pair = 'x/web[Deployment] → x/db[Deployment]';
  expect(changes(none, one)).toEqual([`${pair}: No Connections | TCP 80`]);
  expect(changes(one, none)).toEqual([`${pair}: TCP 80 | No Connections`]);
  expect(changes(one, two)).toEqual([`${pair}: TCP 80 | TCP 80,443`]);
});

test('the connections of a new workload are new', () => {
  const everywhere = '0.0.0.0-255.255.255.255[External]';
  expect(changes(listed(web), listed(web, db))).toEqual([
    `${everywhere} → x/db[Deployment]: No Connections | All Connections`,
    `x/db[Deployment] → ${everywhere}: No Connections | All Connections`,
    'x/db[Deployment] → x/db[Deployment]: No Connections | All Connections',
    'x/db[Deployment] → x/web[Deployment]: No Connections | All Connections',
    'x/web[Deployment] → x/db[Deployment]: No Connections | All Connections',
  ]);
});

describe('changes of addresses outside the cluster', () => {
  const isolatedWeb = (...blocks: object[]) => listed(web, isolated, toAddresses(...blocks));

  test('are only those that differ, wherever the ranges are cut', () => {
    expect(changes(isolatedWeb({ cidr: '10.0.0.0/8' }), isolatedWeb({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }))).toEqual([
      'x/web[Deployment] → 10.1.0.0-10.1.255.255[External]: All Connections | No Connections',
    ]);
    expect(changes(isolatedWeb({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }), isolatedWeb({ cidr: '10.0.0.0/7' }))).toEqual([
      'x/web[Deployment] → 10.1.0.0-10.1.255.255[External]: No Connections | All Connections',
      'x/web[Deployment] → 11.0.0.0-11.255.255.255[External]: No Connections | All Connections',
    ]);
  });

  test('are one range if adjacent ranges have the same change', () => {
    expect(changes(isolatedWeb({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }), listed(web, isolated))).toHaveLength(2);
    expect(changes(isolatedWeb({ cidr: '10.0.0.0/9' }, { cidr: '10.128.0.0/9' }), listed(web, isolated))).toHaveLength(1);
  });

  test('are not merged across IPv4 and IPv6', () => {
    expect(changes(listed(web, isolated), isolatedWeb({ cidr: '255.0.0.0/8' }, { cidr: '::/8' })).map(line => line.split(' ')[2])).toEqual([
      '255.0.0.0-255.255.255.255[External]:', '::-ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff[External]:',
    ]);
  });
});

test('in any clusters: every row is new if nothing was there before, and the changes back are the reverse', () => {
  fc.assert(fc.property(arbitraryCluster, arbitraryCluster, (one, other) => {
    const before = [...listed(...manifestsOf(one))];
    const after = [...listed(...manifestsOf(other))];
    expect(changes(before, before)).toEqual([]);
    expect(connectivityChanges([], after).map(c => [c.source.name, c.destination.name, c.before.connections.key, c.after.connections.key]))
      .toEqual(after.map(c => [c.source.name, c.destination.name, '', c.connections.key]));
    const keys = ({ source, destination, before: was, after: is }: ConnectivityChange) =>
      ({ ends: [source.name, destination.name], before: was.connections.key, after: is.connections.key });
    const back = connectivityChanges(after, before).map(keys).map(change => ({ ...change, before: change.after, after: change.before }));
    expect(back).toEqual(connectivityChanges(before, after).map(keys));
  }), { numRuns: 200 });
});

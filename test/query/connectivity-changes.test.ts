import * as fc from 'fast-check';
import { Connection, listConnections } from '../../src/query/connectivity';
import { connectivityChanges } from '../../src/query/connectivity-changes';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, policy, reachOf } from '../support/cluster-objects';

const rows = (...objects: object[]) => listConnections(reachOf(...objects)).connections;
const told = (before: Iterable<Connection>, after: Iterable<Connection>) =>
  connectivityChanges(before, after).map(c => `${c.source} → ${c.destination}: ${c.before} | ${c.after}`);

const web = deployment('x/web', { app: 'web' });
const db = deployment('x/db', { app: 'db' });
const isolated = policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const toDb = policy('x/to-db', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] });
const intoDb = (...ports: number[]) => policy('x/into-db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: {} }], ports: ports.map(port => ({ port })) }] });
const toAddresses = (...blocks: object[]) => policy('x/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: blocks.map(ipBlock => ({ ipBlock })) }] });

test('of equal lists there are none', () => {
  expect(told(rows(web, db), rows(db, web))).toEqual([]);
});

test('a connection is gained, lost, or of other ports', () => {
  const none = rows(web, db, isolated);
  const one = rows(web, db, isolated, toDb, intoDb(80));
  const two = rows(web, db, isolated, toDb, intoDb(80, 443));
  const pair = 'x/web[Deployment] → x/db[Deployment]';
  expect(told(none, one)).toEqual([`${pair}: No Connections | TCP 80`]);
  expect(told(one, none)).toEqual([`${pair}: TCP 80 | No Connections`]);
  expect(told(one, two)).toEqual([`${pair}: TCP 80 | TCP 80,443`]);
});

test('a workload that comes brings its connections', () => {
  const everywhere = '0.0.0.0-255.255.255.255[External]';
  expect(told(rows(web), rows(web, db))).toEqual([
    `${everywhere} → x/db[Deployment]: No Connections | All Connections`,
    `x/db[Deployment] → ${everywhere}: No Connections | All Connections`,
    'x/db[Deployment] → x/web[Deployment]: No Connections | All Connections',
    'x/web[Deployment] → x/db[Deployment]: No Connections | All Connections',
  ]);
});

describe('of outside addresses', () => {
  const isolatedWeb = (...blocks: object[]) => rows(web, isolated, toAddresses(...blocks));

  test('only those that differ are told, however the ranges are cut', () => {
    expect(told(isolatedWeb({ cidr: '10.0.0.0/8' }), isolatedWeb({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }))).toEqual([
      'x/web[Deployment] → 10.1.0.0-10.1.255.255[External]: All Connections | No Connections',
    ]);
    expect(told(isolatedWeb({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }), isolatedWeb({ cidr: '10.0.0.0/7' }))).toEqual([
      'x/web[Deployment] → 10.1.0.0-10.1.255.255[External]: No Connections | All Connections',
      'x/web[Deployment] → 11.0.0.0-11.255.255.255[External]: No Connections | All Connections',
    ]);
  });

  test('neighbours with the same change are one range', () => {
    expect(told(isolatedWeb({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }), rows(web, isolated))).toHaveLength(2);
    expect(told(isolatedWeb({ cidr: '10.0.0.0/9' }, { cidr: '10.128.0.0/9' }), rows(web, isolated))).toHaveLength(1);
  });

  test('IPv4 and IPv6 are not joined', () => {
    expect(told(rows(web, isolated), isolatedWeb({ cidr: '255.0.0.0/8' }, { cidr: '::/8' })).map(line => line.split(' ')[2])).toEqual([
      '255.0.0.0-255.255.255.255[External]:', '::-ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff[External]:',
    ]);
  });
});

test('from nothing, all the rows are gained; of the same list twice, none; and there and back is the same', () => {
  fc.assert(fc.property(arbitraryCluster, arbitraryCluster, (one, other) => {
    const before = [...rows(...manifestsOf(one))];
    const after = [...rows(...manifestsOf(other))];
    expect(told(before, before)).toEqual([]);
    expect(connectivityChanges([], after).map(c => [c.source, c.destination, c.before.key, c.after.key]))
      .toEqual(after.map(c => [c.source, c.destination, '', c.connections.key]));
    const back = connectivityChanges(after, before).map(c => ({ ...c, before: c.after, after: c.before }));
    expect(back).toEqual(connectivityChanges(before, after));
  }), { numRuns: 200 });
});

import * as fc from 'fast-check';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { Connection, ConnectionEnd, listConnections, listedEnds, samePassing } from '../../src/query/connectivity';
import { ListFilter, RowFilter, unmatchedPort, unmatchedText } from '../../src/query/list-filter';
import { Party, partyNamed } from '../../src/query/parties';
import { PortQuery } from '../../src/query/ports';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, pod, podOf, policy, reachOf } from '../support/cluster-objects';

/* A filter leaves out rows of a list, and changes no other. */

function party(reach: Reachability, text: string | undefined): Party | undefined {
  const found = text === undefined ? undefined : partyNamed(reach, text);
  if (typeof found === 'string') { throw new Error(found); }
  return found;
}

interface Wanted extends Omit<ListFilter, 'from' | 'to'> { from?: string; to?: string }

function filtered(reach: Reachability, { from, to, ...others }: Wanted): Connection[] {
  const filter = RowFilter.of(reach, { from: party(reach, from), to: party(reach, to), ...others });
  if (typeof filter === 'string') { throw new Error(filter); }
  return [...listConnections(reach, filter).connections];
}

const text = ({ source, destination, connections }: Connection) => `${source.name} → ${destination.name}: ${connections}`;
const rows = (reach: Reachability, wanted: Wanted) => filtered(reach, wanted).map(text);

const EVERYWHERE = '0.0.0.0-255.255.255.255[External]';
const service = (name: string, selector: object | undefined, ports: object[], spec: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'x' }, spec: { selector, ports, ...spec } });
const web = deployment('x/web', { app: 'web' });
const db = deployment('x/db', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] });
const other = deployment('y/job', { app: 'job' });

test('the rows of a filter are those of the whole list that have the ends and the ports', () => {
  const name = fc.nat(99);
  const port = fc.constantFrom<PortQuery>({ protocol: 'TCP', first: 80, last: 80 }, { protocol: 'UDP', first: 1, last: 65535 }, { protocol: 'TCP', first: 1, last: 1000 });
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  fc.assert(fc.property(arbitraryCluster, maybe(name), maybe(name), fc.boolean(), maybe(port),
    (cluster, fromIndex, toIndex, inX, asked) => {
      const reach = reachOf(...manifestsOf(cluster));
      const ends = [...cluster.pods.map(one => `${one.namespace}/${one.name}`), '10.0.0.0/8'];
      const [from, to] = [fromIndex, toIndex].map(i => i === undefined ? undefined : ends[i % ends.length]);
      const isEnd = (end: ConnectionEnd, wanted: string | undefined) => wanted === undefined
        || (wanted === '10.0.0.0/8' ? end.kind === 'addresses' && end.range.first <= 0x0affffffn && end.range.last >= 0x0a000000n : end.name === `${wanted}[Pod]`);
      const isIn = (end: ConnectionEnd) => end.kind !== 'addresses' && end.workload.namespace === 'x';
      const ports = asked === undefined || 'name' in asked ? ConnectionSet.ALL : ConnectionSet.range(asked.protocol, asked.first, asked.last);
      const expected = [...listConnections(reach).connections]
        .filter(({ source, destination }) => isEnd(source, from) && isEnd(destination, to) && (!inX || isIn(source) || isIn(destination)));
      const found = filtered(reach, { from, to, namespaces: inX ? ['x'] : undefined, port: asked });
      // Ranges that differ only in other ports are one row.
      const between = (all: readonly Connection[]) => all.filter(({ source, destination }) => source.kind !== 'addresses' && destination.kind !== 'addresses');
      const narrowed = between(expected).map(row => ({ ...row, connections: row.connections.intersect(ports) }));
      // Of a row that is undecided on some ports, those of the filter may be decided.
      const undecided = new Set(narrowed.filter(row => row.undecided.length > 0).map(({ source, destination }) => `${source.name} ${destination.name}`));
      expect(between(found).filter(({ source, destination }) => !undecided.has(`${source.name} ${destination.name}`)).map(text))
        .toEqual(narrowed.filter(row => row.undecided.length === 0 && !row.connections.isEmpty).map(text));
      if (asked === undefined) {
        expect(found.map(text)).toEqual(expected.map(text));
        expect(found.every((row, i) => samePassing(row, expected[i]))).toBe(true);
      }
    }));
});

describe('a filter', () => {
  const reach = reachOf(web, db, other);

  test('has the rows from a workload, its replicas among them', () => {
    expect(rows(reach, { from: 'x/db' })).toEqual([
      `x/db[Deployment] → ${EVERYWHERE}: All Connections`, 'x/db[Deployment] → x/db[Deployment]: All Connections',
      'x/db[Deployment] → x/web[Deployment]: All Connections', 'x/db[Deployment] → y/job[Deployment]: All Connections',
    ]);
  });

  test('has the rows to a workload, and those from addresses', () => {
    expect(rows(reach, { to: 'x/db' }).map(row => row.split(' →')[0])).toEqual([EVERYWHERE, 'x/db[Deployment]', 'x/web[Deployment]', 'y/job[Deployment]']);
    expect(rows(reach, { from: '10.1.2.3', to: 'x/db' })).toEqual([`${EVERYWHERE} → x/db[Deployment]: All Connections`]);
  });

  test('has the rows with an end in a namespace', () => {
    expect(rows(reach, { namespaces: ['y'] })).toEqual([
      `${EVERYWHERE} → y/job[Deployment]: All Connections`, 'x/db[Deployment] → y/job[Deployment]: All Connections', 'x/web[Deployment] → y/job[Deployment]: All Connections',
      `y/job[Deployment] → ${EVERYWHERE}: All Connections`, 'y/job[Deployment] → x/db[Deployment]: All Connections',
      'y/job[Deployment] → x/web[Deployment]: All Connections', 'y/job[Deployment] → y/job[Deployment]: All Connections',
    ]);
    expect(rows(reach, { from: 'x/db', namespaces: ['y', 'z'] })).toEqual(['x/db[Deployment] → y/job[Deployment]: All Connections']);
  });

  test('has one port, and a name means the ports of the pods that have it', () => {
    expect(rows(reach, { from: 'x/web', to: 'x/db', port: { protocol: 'UDP', first: 53, last: 53 } })).toEqual(['x/web[Deployment] → x/db[Deployment]: UDP 53']);
    expect(rows(reach, { from: 'x/web', port: { protocol: 'TCP', name: 'sql' } })).toEqual(['x/web[Deployment] → x/db[Deployment]: TCP 5432']);
  });

  test('has the declared workloads that a selector matches', () => {
    expect(rows(reach, { from: 'ns in (x,y),app!=web', to: 'ns=x,app=web' }).map(row => row.split(' →')[0])).toEqual(['x/db[Deployment]', 'y/job[Deployment]']);
    const ends = listConnections(reach).workloads;
    expect(unmatchedText(reach, party(reach, 'ns=x,app=nobody')!, ends)).toBe('no workload of the input matches ns=x,app=nobody: netpol can-reach answers for pods that could exist');
    expect(unmatchedText(reach, party(reach, 'ns=x,app=web')!, ends)).toBeUndefined();
    expect(unmatchedText(reach, party(reach, 'x/web')!, ends)).toBeUndefined();
  });

  test('merges ranges of addresses that differ only in other ports', () => {
    const cut = reachOf(web, policy('x/p', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        { to: [{ ipBlock: { cidr: '10.0.0.0/9' } }], ports: [{ port: 80 }, { port: 443 }] }, { to: [{ ipBlock: { cidr: '10.128.0.0/9' } }], ports: [{ port: 443 }] },
        { to: [{ ipBlock: { cidr: '20.0.0.0/8' } }], ports: [{ port: 80 }] },
      ],
    }));
    expect(rows(cut, { from: 'x/web', port: { protocol: 'TCP', first: 443, last: 443 } }).filter(row => row.includes('External'))).toEqual(['x/web[Deployment] → 10.0.0.0-10.255.255.255[External]: TCP 443']);
    expect(rows(cut, { from: 'x/web', port: { protocol: 'TCP', name: 'sql' } })).toEqual([]);
  });

  test('says whether more connections on the port are undecided, not on another port', () => {
    const foreign = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'f', namespace: 'x' }, spec: { endpointSelector: labelled({ app: 'db' }), ingress: [{}] } };
    const blocked = reachOf(web, db, foreign, policy('x/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }] }] }));
    const port = (number: number) => ({ protocol: 'TCP', first: number, last: number } as const);
    expect(filtered(blocked, { from: 'x/web', to: 'x/db', port: port(80) })).toMatchObject([{ undecided: [{ code: 'policy-kind' }] }]);
    expect(filtered(blocked, { from: 'x/web', to: 'x/db', port: port(81) })).toEqual([]);
  });
});

describe('a filter by a Service', () => {
  const svc = service('db', { app: 'db' }, [{ port: 80, targetPort: 'sql' }]);
  const reach = reachOf(web, db, svc);

  test('has the rows to its endpoints', () => {
    expect(rows(reach, { from: 'x/web', to: 'svc/x/db' })).toEqual(['x/web[Deployment] → x/db[Deployment]: All Connections']);
    expect(rows(reach, { from: 'svc/x/db', to: 'x/web' })).toEqual(['x/db[Deployment] → x/web[Deployment]: All Connections']);
  });

  test('has the port to which the port of the Service leads', () => {
    expect(rows(reach, { from: 'x/web', to: 'svc/x/db', port: { protocol: 'TCP', first: 80, last: 80 } })).toEqual(['x/web[Deployment] → x/db[Deployment]: TCP 5432']);
    expect(RowFilter.of(reach, { to: party(reach, 'svc/x/db'), port: { protocol: 'TCP', first: 81, last: 81 } })).toBe('Service x/db has no port TCP 81: it has TCP 80');
  });

  test('has the addresses of its EndpointSlices', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 's', namespace: 'x', labels: { 'kubernetes.io/service-name': 'ext' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.9.9.9'] }],
      ports: [{ port: 6000, protocol: 'TCP' }],
    };
    const outside = reachOf(web, service('ext', undefined, [{ port: 80 }]), slice);
    expect(rows(outside, { to: 'svc/x/ext' })).toEqual([`x/web[Deployment] → ${EVERYWHERE}: All Connections`]);
    expect(rows(outside, { to: 'svc/x/ext', port: { protocol: 'TCP', first: 80, last: 80 } })).toEqual([`x/web[Deployment] → ${EVERYWHERE}: TCP 6000`]);
  });

  test('needs the Service, not one of its addresses, and not a domain name', () => {
    const named = reachOf(web, service('ip', { app: 'web' }, [{ port: 80 }], { clusterIP: '10.96.0.9' }), service('alias', undefined, [], { type: 'ExternalName', externalName: 'db.example.com' }));
    expect(RowFilter.of(named, { to: party(named, '10.96.0.9') })).toBe('10.96.0.9 (Service x/ip) is the address of a Service: write svc/x/ip');
    expect(RowFilter.of(named, { from: party(named, 'svc/x/alias') })).toBe('Service x/alias stands for the domain name db.example.com, and no policy decides about domain names');
  });
});

describe('a filter by a pod', () => {
  const pods = [podOf('db', 'x/db-0', { app: 'db', role: 'leader' }), podOf('db', 'x/db-1', { app: 'db' }), podOf('db', 'x/db-2', { app: 'db' })];
  const reach = reachOf(...pods, pod('x/web', { app: 'web' }), policy('x/leader', { podSelector: labelled({ role: 'leader' }), ingress: [{ ports: [{ port: 5432 }] }] }));

  test('has its rows only, if the pods are listed one by one', () => {
    expect(rows(reach, { from: 'x/web', to: 'x/db-1' })).toEqual(['x/web[Pod] → x/db-1[Pod]: All Connections']);
    expect(rows(reach, { from: 'x/web', to: 'x/db-0' })).toEqual(['x/web[Pod] → x/db-0[Pod]: TCP 5432']);
  });

  test('by the name of the workload has the rows of all pods', () => {
    expect(rows(reach, { from: 'x/web', to: 'x/db' }).map(row => row.split(' → ')[1])).toEqual(['x/db-0[Pod]: TCP 5432', 'x/db-1[Pod]: All Connections', 'x/db-2[Pod]: All Connections']);
  });
});

describe('a port name that no destination has', () => {
  // A policy tells the pods of x/set apart.
  const pods = ['0', '1'].map(n => podOf('set', `x/set-${n}`, { app: 'set', n }, { ports: [{ name: 'gossip', containerPort: 7000 }] }));
  const apart = policy('x/one', { podSelector: labelled({ n: '0' }) });
  const reach = reachOf(web, db, other, ...pods, apart, service('db', { app: 'db' }, [{ port: 80, targetPort: 'sql' }]));
  const ends = listedEnds(reach).entries.map(({ end }) => end);
  const said = (port: PortQuery, to?: string) => unmatchedPort(reach, { to: party(reach, to), port }, ends);
  const named = (name: string): PortQuery => ({ protocol: 'TCP', name });

  test.each<[string, string | undefined, string]>([
    ['foo', undefined,
      "no container of the listed workloads has a TCP port named 'foo' (there is TCP gossip and TCP sql): name it in the container's ports, or give its number"],
    ['sql', 'x/web', "no container of x/web[Deployment] has a TCP port named 'sql': name it in the container's ports, or give its number"],
    ['foo', 'x/db', "no container of x/db[Deployment] has a TCP port named 'foo' (there is TCP sql): name it in the container's ports, or give its number"],
    ['sql', '10.0.0.0/8', "the port name 'sql' has no meaning for an address: give a number"],
  ])('has a sentence: %s to %s', (name, to, sentence) => expect(said(named(name), to)).toBe(sentence));

  test.each<[PortQuery, string | undefined]>([
    [named('sql'), undefined], [named('sql'), 'x/db'], [named('gossip'), 'x/set'], [named('foo'), 'svc/x/db'], [named('foo'), 'ns=x,app=nobody'],
    [{ protocol: 'TCP', first: 1, last: 2 }, undefined],
  ])('has none if one has it, or if something else is the matter: %j %s', (port, to) => expect(said(port, to)).toBeUndefined());
});

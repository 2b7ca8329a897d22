import * as fc from 'fast-check';
import { AddressesClause, PortClause } from '../../src/cluster/cluster';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { Requirement, Selector } from '../../src/k8s/selector';
import { blockCovers, couldOverlap, isPossible, peerCovers, peersOverlap, portsCover, portsOverlap, selectorCovers } from '../../src/lint/private/containment';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns, randomSeed } from '../support/random-runs';

/* "Covered" is compared with trying every object of a small universe. */

const options = { numRuns: randomRuns(3000), seed: randomSeed() };

const KEYS = ['a', 'b'];
/** The last value is one that no selector names. */
const VALUES = ['x', 'y', 'z', 'other'];
const WITH = (key: string) => [{}, ...VALUES.map(value => ({ [key]: value }))];
const OBJECTS = WITH('a').flatMap(a => WITH('b').map(b => ({ ...a, ...b })));

const requirement: fc.Arbitrary<Requirement> = fc.tuple(
  fc.constantFrom(...KEYS), fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'), fc.subarray(VALUES.slice(0, 3), { minLength: 1 }),
).map(([key, operator, values]) => ({ key, operator, values: operator === 'In' || operator === 'NotIn' ? values : [] }));
const selector = fc.array(requirement, { maxLength: 3 }).map(Selector.of);

test('a selector covers another one if and only if it selects every object that the other one selects', () => {
  fc.assert(fc.property(selector, selector, (wider, narrower) => {
    expect(selectorCovers(wider, narrower)).toBe(OBJECTS.every(object => !narrower.matches(object) || wider.matches(object)));
    expect(couldOverlap(wider, narrower)).toBe(OBJECTS.some(object => narrower.matches(object) && wider.matches(object)));
    expect(isPossible(wider)).toBe(OBJECTS.some(object => wider.matches(object)));
  }), options);
});

const FIRST = (parseCidr('10.0.0.0/28') as Cidr).first;
const block = fc.tuple(fc.integer({ min: 28, max: 32 }), fc.nat(15)).map(([prefix, at]): Cidr => {
  const size = 2n ** BigInt(32 - prefix);
  const first = FIRST + BigInt(at) / size * size;
  return { family: 'IPv4', prefix, first, last: first + size - 1n };
});
const addresses = fc.tuple(block, fc.array(block, { maxLength: 2 })).map(([own, except]): AddressesClause => ({ kind: 'addresses', path: [], block: own, except }));

test('a block covers another one only if it has every address of the other one', () => {
  let covered = 0;
  fc.assert(fc.property(addresses, addresses, (wider, narrower) => {
    const has = ({ block: { first, last }, except }: AddressesClause, address: bigint) =>
      first <= address && address <= last && !except.some(hole => hole.first <= address && address <= hole.last);
    if (blockCovers(wider, narrower)) {
      covered++;
      expect(Array.from({ length: 16 }, (_, i) => FIRST + BigInt(i)).filter(address => has(narrower, address) && !has(wider, address))).toEqual([]);
    }
  }), options);
  expect(covered).toBeGreaterThan(10);
});

test('a block with a hole covers a block that has the same hole or does not reach it, and no block that has addresses of the hole', () => {
  const clause = (cidr: string, ...except: string[]): AddressesClause =>
    ({ kind: 'addresses', path: [], block: parseCidr(cidr) as Cidr, except: except.map(own => parseCidr(own) as Cidr) });
  expect(blockCovers(clause('10.0.0.0/8', '10.1.0.0/16'), clause('10.0.0.0/8', '10.1.0.0/16'))).toBe(true);
  expect(blockCovers(clause('10.0.0.0/8', '10.1.0.0/16'), clause('10.2.0.0/16'))).toBe(true);
  expect(blockCovers(clause('10.0.0.0/8', '10.1.0.0/16'), clause('10.0.0.0/8', '10.1.0.0/17', '10.1.128.0/17'))).toBe(true);
  expect(blockCovers(clause('10.0.0.0/8', '10.1.0.0/16'), clause('10.0.0.0/8', '10.1.0.0/17'))).toBe(false);
  expect(blockCovers(clause('0.0.0.0/0'), clause('::/0'))).toBe(false);
});

const port = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 })).map(([first, more]) => ({ first, last: Math.min(6, first + more) })),
  fc.constantFrom({ name: 'http', first: 0, last: 0 }, { name: 'dns', first: 0, last: 0 }, { first: 1, last: 65535 }),
);
const clause = fc.tuple(fc.constantFrom('TCP' as const, 'UDP' as const), port).map(([protocol, own]): PortClause => ({ path: [], protocol, ...own }));
const ports = fc.option(fc.array(clause, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 6 });

test('ports cover other ports if and only if they have every number, and every name or all numbers', () => {
  const samples = ['SCTP', 'TCP', 'UDP'].flatMap(protocol => [...[1, 2, 3, 4, 5, 6, 7, 65535].map(number => ({ protocol, number, name: undefined })),
    ...['http', 'dns'].map(name => ({ protocol, number: undefined, name }))]);
  const isOf = (one: PortClause, { number, name }: typeof samples[number]) => number === undefined
    ? one.name === name || (one.first === 1 && one.last === 65535)
    : one.name === undefined && one.first <= number && number <= one.last;
  const has = (own: readonly PortClause[] | undefined, sample: typeof samples[number]) =>
    own === undefined || own.some(one => one.protocol === sample.protocol && isOf(one, sample));
  fc.assert(fc.property(ports, ports, (wider, narrower) => {
    expect(portsCover(wider, narrower)).toBe(samples.every(sample => !has(narrower, sample) || has(wider, sample)));
  }), options);
});

test('ports overlap if they have a number in common, or if one of them has a name, which may have any number', () => {
  const [low, high, name] = [{ first: 1, last: 80 }, { first: 81, last: 90 }, { name: 'http', first: 0, last: 0 }]
    .map((own): PortClause => ({ path: [], protocol: 'TCP', ...own }));
  expect([[high], [{ ...high, first: 80 }], [{ ...low, protocol: 'UDP' as const }]].map(other => portsOverlap([low], other))).toEqual([false, true, false]);
  const pairs: [PortClause[] | undefined, PortClause[] | undefined][] = [[[name], [high]], [[low], [name]], [undefined, [name]], [[low], undefined]];
  expect(pairs.map(([a, b]) => portsOverlap(a, b))).toEqual([true, true, true, true]);
});

test('a port of which the API leaves open whether a rule matches it covers nothing', () => {
  const tcp: PortClause = { path: [], protocol: 'TCP', first: 80, last: 80 };
  expect([portsCover([{ ...tcp, isUncertain: true }], [tcp]), portsCover([tcp], [{ ...tcp, isUncertain: true }])]).toEqual([false, true]);
});

test('the ports of two rules with 30,000 entries each are compared in less than two seconds', () => {
  const entries = (first: number) => Array.from({ length: 30_000 }, (_, i) => ({ protocol: 'TCP' as const, path: [], first: first + 2 * i, last: first + 2 * i }));
  const [even, odd] = [entries(2), entries(3)];
  const { user } = process.cpuUsage();
  expect(portsCover(even, odd)).toBe(false);
  expect(portsCover([...even].reverse(), even)).toBe(true);
  expect(portsOverlap(even, odd)).toBe(false);
  expect(portsOverlap(even, [...odd, even[29_999]])).toBe(true);
  expect(process.cpuUsage().user - user).toBeLessThan(2_000_000);
});

describe('a peer', () => {
  const labels = (own: Record<string, string>) => Selector.labels(own);
  const cluster = clusterOfObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } }]);
  const pods = (namespaces: Selector, own = Selector.everything) => ({ kind: 'pods' as const, path: [], namespaces, pods: own });
  const named = (name: string) => labels({ 'kubernetes.io/metadata.name': name });

  test('in a declared namespace is covered by the labels of that namespace', () => {
    expect(peerCovers(cluster, pods(labels({ team: 'a' })), pods(named('shop')))).toBe(true);
    expect(peerCovers(cluster, pods(labels({ team: 'b' })), pods(named('shop')))).toBe(false);
    expect(peerCovers(cluster, pods(labels({ team: 'a' })), pods(named('other')))).toBe(false);
    expect(peerCovers(cluster, pods(named('shop')), pods(labels({ team: 'a' })))).toBe(false);
  });

  test('is covered only if its pods are, too, and if it can have any', () => {
    expect(peerCovers(cluster, pods(Selector.everything, labels({ app: 'web' })), pods(named('shop')))).toBe(false);
    expect(peerCovers(cluster, pods(named('shop'), labels({ app: 'web' })), pods(named('x'), Selector.of([{ key: 'a', operator: 'Exists', values: [] }, { key: 'a', operator: 'DoesNotExist', values: [] }])))).toBe(true);
  });

  test('of nodes or of domain names is covered by the same sort of peer, and blocks do not cover pods', () => {
    const nodes = (own: Selector) => ({ kind: 'nodes' as const, path: [], nodes: own });
    const domains = (...names: string[]) => ({ kind: 'domains' as const, path: [], names });
    expect(peersOverlap(nodes(Selector.everything), pods(named('shop')))).toBe(true);
    const all: AddressesClause = { kind: 'addresses', path: [], block: parseCidr('0.0.0.0/0') as Cidr, except: [] };
    expect(peerCovers(cluster, nodes(Selector.everything), nodes(labels({ role: 'edge' })))).toBe(true);
    expect(peerCovers(cluster, nodes(labels({ role: 'edge' })), nodes(Selector.everything))).toBe(false);
    expect(peerCovers(cluster, domains('a.com', 'b.com'), domains('b.com'))).toBe(true);
    expect(peerCovers(cluster, domains('b.com'), domains('a.com', 'b.com'))).toBe(false);
    expect(peerCovers(cluster, all, all)).toBe(true);
    expect(peersOverlap(all, pods(named('shop')))).toBe(true);
    expect(peersOverlap(all, { ...all, block: parseCidr('::/0') as Cidr })).toBe(false);
    expect(peerCovers(cluster, all, pods(Selector.everything))).toBe(false);
  });
});

import { ConnectionSet } from '../../src/evaluator/connections';

const { ALL, NONE } = ConnectionSet;
const tcp = (first: number, last = first) => ConnectionSet.range('TCP', first, last);
const udp = (first: number, last = first) => ConnectionSet.range('UDP', first, last);
const sctp = (first: number, last = first) => ConnectionSet.range('SCTP', first, last);

describe('a set of connections', () => {
  test('is printed with protocols in the order SCTP, TCP, UDP, and ports in ascending order', () => {
    const set = udp(53).union(tcp(443)).union(sctp(1, 65535)).union(tcp(80)).union(udp(5353, 5360));
    expect(set.toString()).toBe('SCTP 1-65535,TCP 80,443,UDP 53,5353-5360');
  });

  test('with every port of every protocol is All Connections, whatever it was made from', () => {
    const set = tcp(1, 65535).union(udp(1, 65535)).union(sctp(1, 80)).union(sctp(81, 65535));
    expect(set.toString()).toBe('All Connections');
    expect(set.isAll).toBe(true);
    expect(set.equals(ALL)).toBe(true);
  });

  test('joins adjacent ports, but never across protocols', () => {
    expect(tcp(80).union(tcp(81)).toString()).toBe('TCP 80-81');
    expect(tcp(80).union(tcp(82)).toString()).toBe('TCP 80,82');
    expect(sctp(65535).union(tcp(1)).toString()).toBe('SCTP 65535,TCP 1');
  });

  test('is the union of any number of sets, in any order', () => {
    const sets = [tcp(80, 90), tcp(10), udp(1), tcp(85, 88), tcp(91), sctp(65535), tcp(93)];
    for (const some of [sets, [...sets].reverse()]) {
      expect(ConnectionSet.unionOf(some).toString()).toBe('SCTP 65535,TCP 10,80-91,93,UDP 1');
      expect(ConnectionSet.unionOf(some).equals(some.reduce((all, one) => all.union(one)))).toBe(true);
    }
    expect(ConnectionSet.unionOf([])).toEqual(NONE);
    expect(ConnectionSet.unionOf([udp(1, 65535), sctp(1, 65535), tcp(1, 65535)]).isAll).toBe(true);
  });

  test('has the ports of ranges in any order, which may overlap', () => {
    expect(ConnectionSet.ofRanges([
      { protocol: 'UDP', first: 53, last: 53 }, { protocol: 'TCP', first: 85, last: 95 }, { protocol: 'TCP', first: 80, last: 90 }, { protocol: 'TCP', first: 96, last: 96 },
    ]).toString()).toBe('TCP 80-96,UDP 53');
    expect(ConnectionSet.ofRanges([])).toEqual(NONE);
    const set = ConnectionSet.unionOf([tcp(80, 90), udp(53), sctp(1)]);
    expect(ConnectionSet.ofRanges(set.ranges())).toEqual(set);
  });

  test('intersects with another one, at the edges too', () => {
    expect(tcp(80, 90).intersect(tcp(90, 100)).toString()).toBe('TCP 90');
    expect(tcp(80, 89).intersect(tcp(90, 100)).isEmpty).toBe(true);
    expect(tcp(80).intersect(udp(80)).isEmpty).toBe(true);
    expect(ALL.intersect(udp(7)).equals(udp(7))).toBe(true);
  });

  test('loses exactly the connections that are subtracted', () => {
    expect(tcp(1, 65535).subtract(tcp(80)).toString()).toBe('TCP 1-79,81-65535');
    expect(tcp(80).subtract(tcp(80))).toEqual(NONE);
    expect(ALL.subtract(tcp(1, 65535)).toString()).toBe('SCTP 1-65535,UDP 1-65535');
  });

  test('includes another one only if it has all of its connections', () => {
    expect(tcp(80, 90).includes(tcp(85, 90))).toBe(true);
    expect(tcp(80, 90).includes(tcp(85, 91))).toBe(false);
    expect(tcp(80, 90).includes(tcp(79, 90))).toBe(false);
    expect(tcp(80, 90).includes(tcp(95))).toBe(false);
    expect(tcp(80).includes(udp(80))).toBe(false);
    expect(tcp(80).includes(NONE)).toBe(true);
    expect(NONE.includes(tcp(80))).toBe(false);
  });

  test('includes and overlaps another one as its difference and their intersection say, whatever their ranges are', () => {
    // Every set of some ports of two protocols: ranges of one port and more, at either end, adjacent to the other protocol and apart.
    const ports = [sctp(65534), sctp(65535), tcp(1), tcp(2), tcp(4)];
    const sets = ports.reduce<readonly ConnectionSet[]>((some, port) => [...some, ...some.map(one => one.union(port))], [NONE]);
    for (const a of sets) {
      for (const b of sets) {
        const expected = { a: a.toString(), b: b.toString(), includes: b.subtract(a).isEmpty, overlaps: !a.intersect(b).isEmpty };
        expect({ a: a.toString(), b: b.toString(), includes: a.includes(b), overlaps: a.overlaps(b) }).toEqual(expected);
      }
    }
  });

  test('has a number of ports, over all protocols', () => {
    expect([NONE.size, tcp(80).size, tcp(80, 89).union(udp(53)).union(udp(55, 56)).size, ALL.size]).toEqual([0, 1, 13, 3 * 65535]);
  });

  test('has intervals in the order of protocols and ports', () => {
    expect(udp(53, 60).union(tcp(443)).union(tcp(80)).union(sctp(65535)).ranges()).toEqual([
      { protocol: 'SCTP', first: 65535, last: 65535 }, { protocol: 'TCP', first: 80, last: 80 },
      { protocol: 'TCP', first: 443, last: 443 }, { protocol: 'UDP', first: 53, last: 60 },
    ]);
  });

  test('knows whether it is empty, full or equal to another one', () => {
    expect([NONE, tcp(80), ALL].map(set => [set.isEmpty, set.isAll])).toEqual([[true, false], [false, false], [false, true]]);
    expect([tcp(80, 81).equals(tcp(80).union(tcp(81))), tcp(80).equals(udp(80))]).toEqual([true, false]);
  });

  test('is No Connections if it is empty', () => {
    expect(NONE.toString()).toBe('No Connections');
    expect(NONE.ranges()).toEqual([]);
  });
});

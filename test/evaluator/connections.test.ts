import { ConnectionSet, portPoint } from '../../src/evaluator/connections';
import { Protocol } from '../../src/k8s/objects';

const { ALL, NONE } = ConnectionSet;
const tcp = (first: number, last = first) => ConnectionSet.range('TCP', first, last);
const udp = (first: number, last = first) => ConnectionSet.range('UDP', first, last);
const sctp = (first: number, last = first) => ConnectionSet.range('SCTP', first, last);

describe('a set of connections', () => {
  test('is printed with protocols in the order SCTP, TCP, UDP, and ports in ascending order', () => {
    const set = udp(53).union(tcp(443)).union(sctp(1, 65535)).union(tcp(80)).union(udp(5353, 5360));
    expect(set.toString()).toBe('SCTP 1-65535,TCP 80,443,UDP 53,5353-5360');
  });

  test('of every port of every protocol is All Connections, however it came about', () => {
    const set = tcp(1, 65535).union(udp(1, 65535)).union(sctp(1, 80)).union(sctp(81, 65535));
    expect(set.toString()).toBe('All Connections');
    expect(set.isAll).toBe(true);
    expect(set.equals(ALL)).toBe(true);
  });

  test('joins neighbouring ports, but never across protocols', () => {
    expect(tcp(80).union(tcp(81)).toString()).toBe('TCP 80-81');
    expect(tcp(80).union(tcp(82)).toString()).toBe('TCP 80,82');
    expect(sctp(65535).union(tcp(1)).toString()).toBe('SCTP 65535,TCP 1');
  });

  test('holds what is in both for an intersection, at the edges too', () => {
    expect(tcp(80, 90).intersect(tcp(90, 100)).toString()).toBe('TCP 90');
    expect(tcp(80, 89).intersect(tcp(90, 100)).isEmpty).toBe(true);
    expect(tcp(80).intersect(udp(80)).isEmpty).toBe(true);
    expect(ALL.intersect(udp(7)).equals(udp(7))).toBe(true);
  });

  test('loses just what is taken away', () => {
    expect(tcp(1, 65535).subtract(tcp(80)).toString()).toBe('TCP 1-79,81-65535');
    expect(tcp(80).subtract(tcp(80))).toEqual(NONE);
    expect(ALL.subtract(tcp(1, 65535)).toString()).toBe('SCTP 1-65535,UDP 1-65535');
  });

  test('includes another one only where it holds all of it', () => {
    expect(tcp(80, 90).includes(tcp(85, 90))).toBe(true);
    expect(tcp(80, 90).includes(tcp(85, 91))).toBe(false);
    expect(tcp(80).includes(NONE)).toBe(true);
  });

  test('holds a port of a protocol, at the edges too, and none beside or between', () => {
    const set = tcp(80, 82).union(tcp(443)).union(udp(53));
    const held = (protocol: Protocol, ...ports: number[]) => ports.filter(port => set.holds(portPoint(protocol, port)));
    expect(held('TCP', 53, 79, 80, 81, 82, 83, 442, 443, 444, 65535)).toEqual([80, 81, 82, 443]);
    expect(held('UDP', 1, 52, 53, 54, 80)).toEqual([53]);
    expect(held('SCTP', 53, 80)).toEqual([]);
    expect(NONE.holds(portPoint('TCP', 80))).toBe(false);
  });

  test('says how many ports it holds, over all protocols', () => {
    expect([NONE.size, tcp(80).size, tcp(80, 89).union(udp(53)).union(udp(55, 56)).size, ALL.size]).toEqual([0, 1, 13, 3 * 65535]);
  });

  test('gives its intervals by protocol and port', () => {
    expect(udp(53, 60).union(tcp(443)).union(tcp(80)).union(sctp(65535)).ranges()).toEqual([
      { protocol: 'SCTP', first: 65535, last: 65535 }, { protocol: 'TCP', first: 80, last: 80 },
      { protocol: 'TCP', first: 443, last: 443 }, { protocol: 'UDP', first: 53, last: 60 },
    ]);
  });

  test('is empty, all, or equal to another one, and tells so', () => {
    expect([NONE, tcp(80), ALL].map(set => [set.isEmpty, set.isAll])).toEqual([[true, false], [false, false], [false, true]]);
    expect([tcp(80, 81).equals(tcp(80).union(tcp(81))), tcp(80).equals(udp(80))]).toEqual([true, false]);
  });

  test('says No Connections where it is empty', () => {
    expect(NONE.toString()).toBe('No Connections');
    expect(NONE.ranges()).toEqual([]);
  });
});

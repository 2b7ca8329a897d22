import { ConnectionSet } from '../../src/reach/connections';

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

  test('says No Connections where it is empty', () => {
    expect(NONE.toString()).toBe('No Connections');
    expect(NONE.ranges()).toEqual([]);
  });
});

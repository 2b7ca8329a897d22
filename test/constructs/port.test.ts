import { Port, Protocol } from '../../src';

describe('what a port says', () => {
  test.each([
    [Port.tcp(8080), 'TCP 8080', { protocol: 'TCP', port: 8080 }],
    [Port.udp(1), 'UDP 1', { protocol: 'UDP', port: 1 }],
    [Port.sctp(65535), 'SCTP 65535', { protocol: 'SCTP', port: 65535 }],
    [Port.tcpRange(80, 90), 'TCP 80-90', { protocol: 'TCP', port: 80, endPort: 90 }],
    [Port.udpRange(5353, 5360), 'UDP 5353-5360', { protocol: 'UDP', port: 5353, endPort: 5360 }],
    [Port.sctpRange(1, 65535), 'SCTP 1-65535', { protocol: 'SCTP', port: 1, endPort: 65535 }],
    [Port.named('http'), 'TCP http', { protocol: 'TCP', port: 'http' }],
    [Port.named('dns', Protocol.UDP), 'UDP dns', { protocol: 'UDP', port: 'dns' }],
    [Port.allTcp(), 'all TCP', { protocol: 'TCP' }],
    [Port.allUdp(), 'all UDP', { protocol: 'UDP' }],
    [Port.allSctp(), 'all SCTP', { protocol: 'SCTP' }],
    [Port.all(), 'all ports', undefined],
  ])('%s', (port, text, entry) => {
    expect(port.toString()).toBe(text);
    expect(port._toPolicyPort()).toEqual(entry);
  });

  test('a range of one port is that port', () => {
    expect(Port.tcpRange(80, 80)._toPolicyPort()).toEqual({ protocol: 'TCP', port: 80 });
  });
});

describe('what is no port is an error where it is written', () => {
  test.each([0, 65536, -1, 80.5, NaN, Infinity])('%p', number => {
    const message = /must be between 1 and 65535.*Instead, write a number from 1 to 65535, or Port\.allTcp\(\)/;
    expect(() => Port.tcp(number)).toThrow(message);
    expect(() => Port.udp(number)).toThrow(`Port.udp(${number})`);
    expect(() => Port.sctp(number)).toThrow(`Port.sctp(${number})`);
    expect(() => Port.tcpRange(number, 80)).toThrow(message);
    expect(() => Port.udpRange(80, number)).toThrow(message);
    expect(() => Port.sctpRange(number, number)).toThrow(message);
  });

  test('a range that ends before it starts', () => {
    expect(() => Port.tcpRange(90, 80)).toThrow(
      'Port.tcpRange(90, 80): the range ends at 80, before it starts. Instead, write Port.tcpRange(80, 90).');
  });

  test.each(['', 'HTTP', '8080', 'a--b', '-http', 'http-', 'has space', 'longer-than-15-ch'])('the name %p', name => {
    expect(() => Port.named(name)).toThrow(`Port.named('${name}'): the name of a port must`);
  });
});

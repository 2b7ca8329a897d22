import { newChart, policyOf } from './synthesized';
import { Port, Protocol, Tier } from '../../src';
import { PROTOCOLS } from '../../src/k8s/objects';

/** The `ports` of a rule that allows these ports. */
function written(ports: Port[]) {
  const chart = newChart();
  new Tier(chart, 'web').allowInternally({ ports });
  return policyOf(chart, 'allow-web-internally').spec.ingress![0].ports;
}

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
])('%s is written as the API takes it', (port, text, entry) => {
  expect(port.toString()).toBe(text);
  expect(written([port])).toEqual([entry]);
});

test('Port.all() is written as a rule without ports, whatever other ports the call names', () => {
  expect(Port.all().toString()).toBe('all ports');
  expect(written([Port.all()])).toBeUndefined();
  expect(written([Port.tcp(80), Port.all()])).toBeUndefined();
});

test('a range of one port is that port, and each port is written once', () => {
  expect(written([Port.tcp(80), Port.tcpRange(80, 80), Port.tcp(80)])).toEqual([{ protocol: 'TCP', port: 80 }]);
});

test('the order of ports in a rule is by protocol, number and name, and does not depend on the call', () => {
  const ports = [Port.udp(53), Port.named('http'), Port.tcp(8080), Port.tcpRange(80, 90), Port.tcp(80), Port.sctp(1), Port.named('a', Protocol.UDP)];
  expect(written([...ports].reverse())).toEqual(written(ports));
  expect(written(ports)).toEqual([
    { protocol: 'SCTP', port: 1 },
    { protocol: 'TCP', port: 80 },
    { protocol: 'TCP', port: 80, endPort: 90 },
    { protocol: 'TCP', port: 8080 },
    { protocol: 'TCP', port: 'http' },
    { protocol: 'UDP', port: 53 },
    { protocol: 'UDP', port: 'a' },
  ]);
});

test('"all" of a protocol includes its single ports, and none of another protocol', () => {
  expect(written([Port.tcp(80), Port.named('http'), Port.allTcp(), Port.udp(53)])).toEqual([{ protocol: 'TCP' }, { protocol: 'UDP', port: 53 }]);
});

test.each([0, 65536, -1, 80.5, NaN, Infinity])('%p is not a port, and the call that names it throws', number => {
  const message = `must be a whole number from 1 to 65535, not ${number}. Write a number such as 8080, or Port.allTcp(), Port.allUdp() or Port.allSctp() for every port of a protocol.`;
  expect(() => Port.tcp(number)).toThrow(`Port.tcp(...): port ${message}`);
  expect(() => Port.udp(number)).toThrow(`Port.udp(...): port ${message}`);
  expect(() => Port.sctp(number)).toThrow(`Port.sctp(...): port ${message}`);
  expect(() => Port.tcpRange(number, 80)).toThrow(`Port.tcpRange(...): first ${message}`);
  expect(() => Port.udpRange(80, number)).toThrow(`Port.udpRange(...): last ${message}`);
  expect(() => Port.sctpRange(number, number)).toThrow(`Port.sctpRange(...): first ${message}`);
});

test('a range that ends before it starts throws', () => {
  expect(() => Port.tcpRange(90, 80)).toThrow('Port.tcpRange(90, 80): the last port of the range is less than the first. Write Port.tcpRange(80, 90).');
});

test.each(['', 'HTTP', '8080', 'a--b', '-http', 'http-', 'has space', 'longer-than-15-ch'])('%p is not the name of a port, and the call that names it throws', name => {
  expect(() => Port.named(name)).toThrow(`Port.named('${name}'): the name of a port must`);
});

test('the protocols are those of the Kubernetes API', () => {
  expect(Object.values(Protocol).sort()).toEqual([...PROTOCOLS].sort());
});

import { Port, Protocol } from '../../src';
import { policyPorts, readPorts } from '../../src/constructs/private/edge';

describe('the ports of a rule', () => {
  test('are in the same order whatever the order of calls: protocol, number, name', () => {
    const ports = [Port.udp(53), Port.named('http'), Port.tcp(8080), Port.tcpRange(80, 90), Port.tcp(80), Port.sctp(1), Port.named('a', Protocol.UDP)];
    const written = policyPorts(ports);
    expect(policyPorts([...ports].reverse())).toEqual(written);
    expect(written).toEqual([
      { protocol: 'SCTP', port: 1 },
      { protocol: 'TCP', port: 80 },
      { protocol: 'TCP', port: 80, endPort: 90 },
      { protocol: 'TCP', port: 8080 },
      { protocol: 'TCP', port: 'http' },
      { protocol: 'UDP', port: 53 },
      { protocol: 'UDP', port: 'a' },
    ]);
  });

  test('name each port once', () => {
    expect(policyPorts([Port.tcp(80), Port.tcpRange(80, 80), Port.tcp(80)])).toEqual([{ protocol: 'TCP', port: 80 }]);
  });

  test('leave out what "all" of the protocol covers, and nothing of another protocol', () => {
    expect(policyPorts([Port.tcp(80), Port.named('http'), Port.allTcp(), Port.udp(53)]))
      .toEqual([{ protocol: 'TCP' }, { protocol: 'UDP', port: 53 }]);
  });

  test('are not there at all where all ports are meant', () => {
    expect(policyPorts([Port.tcp(80), Port.all()])).toBeUndefined();
  });
});

describe('a list of ports', () => {
  test('that is empty would mean all ports, and is an error', () => {
    expect(() => readPorts('shop/db: allowFrom(shop/backend)', [])).toThrow(
      /^shop\/db: allowFrom\(shop\/backend\): ports is empty.*write ports: \[Port\.all\(\)\]/);
  });

  test('that is not given is no list', () => {
    expect(readPorts('anywhere', undefined)).toBeUndefined();
  });
});

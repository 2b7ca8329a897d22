import { connectionsOfPort, formatPortQuery, parsePortQuery } from '../../src/query/ports';
import { member, pod, port, reachOf } from '../support/cluster-objects';

describe('a port to ask about', () => {
  test.each([
    ['tcp/8080', 'TCP 8080'], ['8080', 'TCP 8080'], ['UDP/53', 'UDP 53'], ['udp/5000-5010', 'UDP 5000-5010'], ['sctp/7-7', 'SCTP 7'], ['80-90', 'TCP 80-90'],
    ['tcp', 'TCP 1-65535'], ['Sctp', 'SCTP 1-65535'], ['tcp/http', 'TCP http'], ['http', 'TCP http'], ['udp/dns-1', 'UDP dns-1'], ['tcp/1-65535', 'TCP 1-65535'],
  ])('%s is %s', (text, meaning) => {
    expect(formatPortQuery(port(text))).toBe(meaning);
  });

  const FORM = 'write it as tcp/8080, udp/5000-5010 or tcp/http';
  test.each([
    ['icmp/8', `'icmp/8' names no protocol of TCP, UDP, SCTP: ${FORM}`],
    ['/80', `'/80' names no protocol of TCP, UDP, SCTP: ${FORM}`],
    ['tcp/0', `'tcp/0' is not a port: must be between 1 and 65535, inclusive; ${FORM}`],
    ['tcp/80-65536', `'tcp/80-65536' is not a port: must be between 1 and 65535, inclusive; ${FORM}`],
    ['udp/90-80', "'udp/90-80' ends before it begins: write udp/80-90"],
    ['tcp/', `'tcp/' is not a port: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-); ${FORM}`],
    ['', `'' is not a port: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-); ${FORM}`],
    ['tcp/80-', `'tcp/80-' is not a port: must contain at least one letter (a-z); ${FORM}`],
    ['tcp/a-much-too-long-name', `'tcp/a-much-too-long-name' is not a port: must be no more than 15 characters; ${FORM}`],
  ])('%p is none, and says what to write', (text, sentence) => {
    expect(parsePortQuery(text)).toBe(sentence);
  });
});

describe('a question means for its destination', () => {
  const ports = [{ name: 'http', containerPort: 80 }, { name: 'http', containerPort: 8080 }, { name: 'http', protocol: 'UDP', containerPort: 81 }, { containerPort: 22 }];
  const web = member(reachOf(pod('x/web', {}, { ports })), 'x/web');
  const outside = member(reachOf(), '1.2.3.4');

  test.each([
    ['tcp/http', 'TCP 80,8080'], ['udp/http', 'UDP 81'], ['tcp/https', 'No Connections'], ['tcp/443', 'TCP 443'], ['udp', 'UDP 1-65535'],
  ])('%s, a pod: %s', (text, connections) => {
    expect(connectionsOfPort(port(text), web).toString()).toBe(connections);
  });

  test('a name, an address: nothing; a number: that', () => {
    expect(connectionsOfPort(port('tcp/http'), outside).isEmpty).toBe(true);
    expect(connectionsOfPort(port('tcp/80-81'), outside).toString()).toBe('TCP 80-81');
  });
});

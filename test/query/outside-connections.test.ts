import { Direction } from '../../src/evaluator/reachability';
import { FAMILY_RANGE, parseAddress } from '../../src/k8s/address';
import { externalName, OutsideConnections } from '../../src/query/connectivity';
import { deployment, member, policy, reachOf } from '../support/cluster-objects';

/* Rows of `list` are in connectivity-list.test.ts. */

const web = deployment('x/web', { app: 'web' });

function told(direction: Direction, ...policies: object[]): string[] {
  const reach = reachOf(web, ...policies);
  return new OutsideConnections(reach).of(member(reach, 'x/web').index, direction).map(({ range, connections }) => `${range.replace('[External]', '')} ${connections}`);
}

test('a range is named by its first and last address', () => {
  expect(externalName({ first: parseAddress('10.0.0.0')!, last: parseAddress('10.0.0.255')! })).toBe('10.0.0.0-10.0.0.255[External]');
  expect(externalName(FAMILY_RANGE.IPv4)).toBe('0.0.0.0-255.255.255.255[External]');
});

test('what is not isolated is connected with every address', () => {
  expect(told('egress')).toEqual(['0.0.0.0-255.255.255.255 All Connections']);
  expect(told('egress', policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32' } }] }] }))).toEqual([
    '0.0.0.0-255.255.255.255 All Connections', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff All Connections',
  ]);
});

test('ranges end where the connections do, or where they are others', () => {
  const egress = [
    { to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80 }] },
    { to: [{ ipBlock: { cidr: '10.2.0.0/15' } }], ports: [{ port: 443 }] },
    { to: [{ ipBlock: { cidr: '12.0.0.0/8' } }, { ipBlock: { cidr: '13.0.0.0/8' } }], ports: [{ port: 80 }] },
  ];
  expect(told('egress', policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress }))).toEqual([
    '10.0.0.0-10.0.255.255 TCP 80', '10.2.0.0-10.3.255.255 TCP 80,443', '10.4.0.0-10.255.255.255 TCP 80', '12.0.0.0-13.255.255.255 TCP 80',
  ]);
});

test('a port that is named for a pod is no port of an address', () => {
  expect(told('egress', policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] }] }))).toEqual([]);
});

import { block, egress, ingress, service } from './app-objects';
import { foundFor } from './found';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { deployment, labelled, pod, policy } from '../support/cluster-objects';

/* NP144: one family of addresses is opened and the other forgotten. */

const found = foundFor('NP144');
const web = deployment('app/web', { app: 'web' });
const both = pod('app/both', { app: 'both' }, { ips: ['10.1.0.7', 'fd00:1::7'] });
const DNS = [{ port: 53, protocol: 'UDP' }, { port: 53 }];
const out = (...cidrs: string[]) => egress('web', cidrs.map(cidr => block(cidr)));

test('a policy opens every IPv4 address and no IPv6 address, in a cluster that has both', () => {
  expect(found([both, web, out('0.0.0.0/0')])).toEqual([
    'object 2: warning NP144: app/e spec.egress[0].to[0] opens 0.0.0.0/0, but no policy of these pods opens any IPv6 address, and the cluster has both families '
    + "(a pod with addresses of both: object 0); add a block for IPv6: ipBlock: { cidr: '::/0' }",
  ]);
});

test('the reverse is found as well, for every IPv6 address and for the global ones, and for ingress', () => {
  expect(found([both, web, out('::/0')])).toEqual([expect.stringContaining('add a block for IPv4: ipBlock: { cidr: 0.0.0.0/0 }')]);
  expect(found([both, web, out('2000::/3')])).toHaveLength(1);
  expect(found([both, web, ingress('web', [block('0.0.0.0/0')])])).toEqual([expect.stringContaining('app/p spec.ingress[0].from[0] lets in 0.0.0.0/0, but no policy of these pods lets in any IPv6 address')]);
});

test('the two halves of a family in one rule are every address of it', () => {
  expect(found([both, web, out('0.0.0.0/1', '128.0.0.0/1')])).toEqual([expect.stringContaining('app/e spec.egress[0].to[0] opens 0.0.0.0/1 and 128.0.0.0/1, but no policy of these pods opens any IPv6 address')]);
  expect(found([both, web, out('8000::/1', '::/1')])).toEqual([expect.stringContaining('opens 8000::/1 and ::/1, but no policy of these pods opens any IPv4 address')]);
  for (const cidrs of [['0.0.0.0/1'], ['0.0.0.0/1', '0.0.0.0/1'], ['0.0.0.0/1', '128.0.0.0/2'], ['0.0.0.0/1', '8000::/1']]) {
    expect(found([both, web, out(...cidrs)])).toEqual([]);
  }
});

test('a policy with several such rules has one finding for each direction', () => {
  const rules = [{ to: [block('0.0.0.0/0')], ports: [{ port: 80 }] }, { to: [block('0.0.0.0/0', '10.0.0.0/8')], ports: [{ port: 443 }] }];
  expect(found([both, web, policy('app/p', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: rules, ingress: [] })])).toHaveLength(1);
});

test('Services and stated blocks of pod addresses show that a cluster has both families', () => {
  const sure = [{ ipFamilyPolicy: 'RequireDualStack' }, { ipFamilies: ['IPv4', 'IPv6'] }];
  for (const fields of sure) {
    expect(found([web, service('web', 'web', [{ port: 80 }], fields), out('0.0.0.0/0')])).toEqual([expect.stringMatching(/: warning NP144: .*\(a Service with both: object 1\)/)]);
  }
  const podCidrs = ['10.0.0.0/8', 'fd00::/8'].map(text => parseCidr(text) as Cidr);
  expect(found([web, out('0.0.0.0/0')], { podCidrs })).toEqual([expect.stringMatching(/: warning NP144: .* has both families, as the stated blocks of pod addresses say; /)]);
  expect(found([web, out('0.0.0.0/0')], { podCidrs: podCidrs.slice(1) })).toEqual([]);
});

test('a Service that only prefers both families makes it a note, because a cluster with one family accepts it', () => {
  expect(found([web, service('web', 'web', [{ port: 80 }], { ipFamilyPolicy: 'PreferDualStack' }), out('0.0.0.0/0')])).toEqual([expect.stringMatching(/: note NP144: /)]);
});

test('other ports of the other family do not count, and DNS for everybody does not either', () => {
  const https = egress('web', [block('0.0.0.0/0')], [{ port: 443 }]);
  expect(found([both, web, https, egress('web', undefined, DNS, 'app/f')])).toEqual([expect.stringContaining('no policy of these pods opens any IPv6 address on its ports, and')]);
  expect(found([both, web, https, egress('web', [block('::/0')], [{ port: 80 }], 'app/f')])).toHaveLength(2);
  expect(found([both, web, out('0.0.0.0/0'), egress('web', undefined, DNS, 'app/f')])).toEqual([expect.stringContaining('no policy of these pods opens any IPv6 address besides DNS, and')]);
  const inOnePolicy = policy('app/e', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [block('0.0.0.0/0')], ports: DNS }, { to: [block('0.0.0.0/0')], ports: [{ port: 443 }] }] });
  expect(found([both, web, inOnePolicy, egress('web', undefined, DNS, 'app/f')])).toEqual([expect.stringContaining('app/e spec.egress[1].to[0] opens 0.0.0.0/0')]);
  expect(found([both, web, https])).toEqual([expect.stringContaining('no policy of these pods opens any IPv6 address, and')]);
});

test.each<[string, object[]]>([
  ['both families are opened', [both, web, out('0.0.0.0/0', '::/0')]],
  ['another policy opens the other family', [both, web, out('0.0.0.0/0'), egress('web', [block('2000::/3')], [{ port: 443 }], 'app/f')]],
  ['another rule has no peers, so that it has both', [both, web, out('0.0.0.0/0'), egress('web', undefined, [{ port: 443 }], 'app/f')]],
  ['the rule is for DNS, and another one for DNS has no peers', [both, web, egress('web', [block('0.0.0.0/0')], DNS), egress('web', undefined, DNS, 'app/f')]],
  ['nothing shows that the cluster has both families', [web, service('web', 'web', [{ port: 80 }], { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] }), out('0.0.0.0/0')]],
  ['the block is a part of a family, which has no counterpart', [both, web, out('10.0.0.0/8'), egress('web', [block('fd00::/8'), block('4000::/3')], undefined, 'app/f')]],
  ['these pods have addresses of one family', [both, pod('app/web', { app: 'web' }, { ips: ['10.1.0.8'] }), out('0.0.0.0/0')]],
  ['the policy selects no declared pod', [both, out('0.0.0.0/0')]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

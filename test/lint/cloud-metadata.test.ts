import { block, egress, ingress } from './app-objects';
import { foundFor } from './found';
import { deployment, labelled, policy } from '../support/cluster-objects';

/* NP145: a block lets pods ask the metadata service of the cloud. */

const found = foundFor('NP145');
const web = deployment('app/web', { app: 'web' });
const out = (...peers: object[]) => egress('web', peers);
const [ADDRESS, ADDRESS_6] = ['169.254.169.254/32', 'fd00:ec2::254/128'];

test('is found for pods that are isolated for egress, and the fix is the exception to write', () => {
  expect(found([web, out(block('0.0.0.0/0'))])).toEqual([
    'object 1: warning NP145: app/e spec.egress[0].to[0]: 0.0.0.0/0 lets the pods ask the metadata service of the cloud at 169.254.169.254; add 169.254.169.254/32 to except',
  ]);
  expect(found([out(block('128.0.0.0/1', '160.0.0.0/8'))])).toHaveLength(1);
});

test('a policy has one finding for both addresses of the service', () => {
  expect(found([web, out(block('0.0.0.0/0'), block('::/0'))])).toEqual([expect.stringContaining(
    'the metadata service of the cloud at 169.254.169.254 and fd00:ec2::254 (also open here: object 1); add 169.254.169.254/32 and fd00:ec2::254/128 to except',
  )]);
});

test('is a note if only the address of IPv6 is open, which few clouds have', () => {
  expect(found([web, out(block('0.0.0.0/0', ADDRESS), block('::/0'))])).toEqual([expect.stringMatching(/: note NP145: .*to\[1\]: ::\/0 .* at fd00:ec2::254; add fd00:ec2::254\/128 to except/)]);
});

const guardrail = (action: string) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'AdminNetworkPolicy',
  metadata: { name: 'metadata' },
  spec: { priority: 1, subject: { namespaces: {} }, egress: [{ action, to: [{ networks: [ADDRESS] }] }] },
});

test('is found for a rule without peers for TCP 80, which is for every address', () => {
  expect(found([web, egress('web', undefined, [{ port: 443 }, { port: 80 }])])).toEqual([
    'object 1: warning NP145: app/e spec.egress[0] is for every address, so it lets the pods ask the metadata service of the cloud at 169.254.169.254; '
    + "write 'to' with ipBlock: { cidr: 0.0.0.0/0, except: [169.254.169.254/32] }, and the pods that are meant",
  ]);
});

test.each<[string, object[]]>([
  ['a rule without peers opens every port, so that egress is not restricted', [web, egress('web', undefined), egress('web', undefined, [{ port: 1, endPort: 65535 }], 'app/f')]],
  ['a rule without peers does not open TCP 80', [web, egress('web', undefined, [{ port: 443 }])]],
  ['a cluster-wide policy denies it for a rule without peers', [web, egress('web', undefined, [{ port: 80 }]), guardrail('Deny')]],
  ['the address is an exception, or is in one', [web, out(block('0.0.0.0/0', ADDRESS), block('::/0', ADDRESS_6)), egress('web', [block('0.0.0.0/0', '169.254.0.0/16')], undefined, 'app/f')]],
  ['the address is an exception for pods that are not declared', [out(block('0.0.0.0/0', ADDRESS))]],
  ['the block is meant for the address', [web, out(block(ADDRESS), block('169.254.0.0/16'), block(ADDRESS_6), block('fd00:ec2::/64'))]],
  ['the block does not have the address', [web, out(block('10.0.0.0/8'))]],
  ['the rule does not open TCP 80, on which the service answers', [web, egress('web', [block('0.0.0.0/0')], [{ port: 443 }, { port: 80, protocol: 'UDP' }, { port: 'http' }])]],
  ['the rule is for ingress', [web, ingress('web', [block('0.0.0.0/0')])]],
  ['a cluster-wide policy denies it', [web, out(block('0.0.0.0/0')), guardrail('Deny')]],
  ['a policy of a kind that is not evaluated may deny it', [out(block('0.0.0.0/0')), { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name: 'm' }, spec: { types: ['Egress'], egress: [{ action: 'Deny' }] } }]],
  ['a cluster-wide policy may deny it for pods that are not declared', [out(block('0.0.0.0/0')), guardrail('Deny')]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

test('is found for a range of ports with TCP 80, and if a cluster-wide policy decides about something else', () => {
  expect(found([web, egress('web', [block('0.0.0.0/0')], [{ port: 1, endPort: 1024 }])])).toHaveLength(1);
  expect(found([web, out(block('0.0.0.0/0')), guardrail('Allow')])).toHaveLength(1);
  expect(found([web, policy('app/all', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [block('0.0.0.0/0')] }, { to: [{ podSelector: labelled({ app: 'db' }) }] }] })])).toHaveLength(1);
});

import { AddressesClause } from '../../src/cluster/cluster';
import { explain } from '../../src/query/explanation';
import { flow } from '../../src/query/flow';
import { formatBlock } from '../../src/query/near-miss';
import { labelled, member, namespace, pod, policy, port, reachOf } from '../support/cluster-objects';

const WORLD = [
  namespace('x', { team: 'a' }), namespace('y', { team: 'b', zone: '1', owner: 'c', cost: 'd', phase: 'e' }),
  pod('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] }),
  pod('x/client', { app: 'client' }), pod('x/bare'), pod('y/client', { app: 'client' }), pod('undeclared/client', { app: 'client' }),
  pod('x/many', { app: 'many', a: '1', b: '2', c: '3', d: '4' }),
  pod('x/known', {}, { ips: ['10.0.0.1', 'fd00::1'] }), pod('x/host', { app: 'client' }, { hostNetwork: true, ips: ['10.0.0.9'] }),
];

/** Why the one ingress rule of x/web does not let `from` in. */
function whyNot(rule: object, from: string, on?: string): string | undefined {
  const reach = reachOf(...WORLD, policy('x/p', { podSelector: labelled({ app: 'web' }), ingress: [rule] }));
  const { ingress } = explain(reach, flow(reach, member(reach, from), member(reach, 'x/web')), on === undefined ? undefined : port(on));
  expect(ingress.passes).toBe(false);
  return ingress.nearMisses[0]?.why;
}

const pods = (podSelector: object) => ({ from: [{ podSelector }] });
const spaces = (namespaceSelector: object, more = {}) => ({ from: [{ namespaceSelector, ...more }] });
const block = (cidr: string, ...except: string[]) => ({ from: [{ ipBlock: { cidr, except } }] });
const client = labelled({ app: 'client' });

describe('a rule for the right peer and another port', () => {
  test.each<[string, object[], string, string]>([
    ['a number', [{ port: 80 }, { port: 443 }], 'tcp/81', 'it allows TCP 80,443, not TCP 81'],
    ['a protocol', [{ protocol: 'UDP', port: 53 }], 'tcp/53', 'it allows UDP 53, not TCP 53'],
    ['a part of a range', [{ port: 80, endPort: 90 }], 'tcp/85-95', 'it allows TCP 80-90, not TCP 85-95'],
    ['a name', [{ port: 'http' }], 'tcp/81', 'it allows TCP 80, not TCP 81'],
    ['a name that no container has', [{ port: 'metrics' }], 'tcp/81', "no container of x/web[Pod] has a TCP port named 'metrics'"],
    ['a name of another protocol', [{ protocol: 'UDP', port: 'http' }], 'tcp/80', "no container of x/web[Pod] has a UDP port named 'http'"],
    ['a number, and a name that no container has', [{ port: 80 }, { port: 'metrics' }], 'tcp/81',
      "it allows TCP 80, not TCP 81; no container of x/web[Pod] has a TCP port named 'metrics'"],
  ])('says which: %s', (_, ports, on, why) => {
    expect(whyNot({ ...pods(client), ports }, 'x/client', on)).toBe(why);
  });

  test('says that a name resolves to nothing where any port at all was asked about', () => {
    expect(whyNot({ ports: [{ port: 'metrics' }] }, 'x/client')).toBe("no container of x/web[Pod] has a TCP port named 'metrics'");
  });

  test('says that a name means nothing for an address', () => {
    const reach = reachOf(pod('x/web'), policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'https' }] }] }));
    const { egress } = explain(reach, flow(reach, member(reach, 'x/web'), member(reach, '1.2.3.4')), port('443'));
    expect(egress.nearMisses.map(m => m.why)).toEqual(["the port name 'https' means nothing for an address: give its number"]);
  });
});

describe('a rule for another peer', () => {
  const manyLabels = 'kubernetes.io/metadata.name=y';
  test.each<[string, object, string, string]>([
    ['another label', pods(client), 'x/many', 'its podSelector app=client does not select x/many[Pod], which has app=many'],
    ['no label', pods(client), 'x/bare', 'its podSelector app=client does not select x/bare[Pod], which has no label app'],
    ['no labels at all are asked of it, but it has one', pods({ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }), 'x/client',
      'its podSelector !app does not select x/client[Pod], which has app=client'],
    ['its own namespace only', pods(client), 'y/client',
      "without a namespaceSelector it selects pods of its own namespace 'x' only, and y/client[Pod] is in 'y'"],
    ['another namespace label', spaces(labelled({ team: 'a' })), 'y/client', "its namespaceSelector team=a does not select namespace 'y', which has team=b"],
    ['another namespace', spaces(labelled({ 'kubernetes.io/metadata.name': 'z' })), 'y/client',
      `its namespaceSelector kubernetes.io/metadata.name=z does not select namespace 'y', which has ${manyLabels}`],
    ['a namespace that nobody declares', spaces(labelled({ team: 'a' })), 'undeclared/client',
      "its namespaceSelector team=a does not select namespace 'undeclared', which has kubernetes.io/metadata.name=undeclared, no label team"
      + ' (no Namespace object of that name was given, so its other labels are not known)'],
    ['the right namespace and another pod', spaces(labelled({ team: 'b' }), { podSelector: labelled({ app: 'db' }) }), 'y/client',
      'its podSelector app=db does not select y/client[Pod], which has app=client'],
    ['pods, of an address', pods(client), '1.2.3.4', 'podSelector app=client selects pods, and 1.2.3.4 is an address'],
    ["pods, of one on its node's network", pods(client), 'x/host', "x/host[Pod] is on its node's network, where only an ipBlock selects it"],
    ['another block', block('10.0.0.0/8'), '1.2.3.4', 'ipBlock 10.0.0.0/8 does not hold 1.2.3.4'],
    ['an exception', block('10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16'), '10.2.3.4',
      'ipBlock 10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16 does not hold 10.2.3.4: it is inside 10.2.0.0/16, which is excepted'],
    ['a block, of a pod whose address is not known', block('10.0.0.0/8'), 'x/client',
      'ipBlock 10.0.0.0/8 is for addresses outside the cluster; x/client[Pod] is a pod whose address is not known'],
    ['a block, of a pod that lies elsewhere', block('11.0.0.0/8'), 'x/known',
      'ipBlock 11.0.0.0/8 does not hold 10.0.0.1 or fd00::1, the address of x/known[Pod]'],
    ["a block, of one on its node's network", block('11.0.0.0/8'), 'x/host', 'ipBlock 11.0.0.0/8 does not hold 10.0.0.9, the address of x/host[Pod]'],
  ])('says why: %s', (_, rule, from, why) => {
    expect(whyNot(rule, from)).toBe(why);
  });

  test('gives a reason for each of its peers', () => {
    expect(whyNot({ from: [{ podSelector: client }, { ipBlock: { cidr: '10.0.0.0/8' } }] }, '1.2.3.4'))
      .toBe('podSelector app=client selects pods, and 1.2.3.4 is an address; ipBlock 10.0.0.0/8 does not hold 1.2.3.4');
  });

  test('comes near where its ports are those that were asked about', () => {
    expect(whyNot({ ...pods(client), ports: [{ port: 80 }] }, 'x/bare', 'tcp/http')).toContain('which has no label app');
  });

  test('of a pod with many labels shows those that were asked for', () => {
    expect(whyNot(pods(labelled({ app: 'client', d: '4', z: '' })), 'x/many'))
      .toBe('its podSelector app=client,d=4,z= does not select x/many[Pod], which has app=many, no label z');
  });
});

test.each<[string, object, string]>([
  ['another peer and another port', { ...pods(client), ports: [{ port: 443 }] }, 'tcp/80'],
  ['another peer and a part of the ports', { ...pods(client), ports: [{ port: 80 }] }, 'tcp/80-81'],
])('a rule for %s comes not near at all', (_, rule, on) => {
  expect(whyNot(rule, 'x/bare', on)).toBeUndefined();
});

test('a block is told as it is written', () => {
  const reach = reachOf(policy('x/p', { podSelector: {}, ingress: [block('2001:db8::/32', '2001:db8:1::/48'), block('0.0.0.0/0')] }));
  expect(reach.cluster.policies[0].ingress!.map(rule => formatBlock(rule.peers![0] as AddressesClause)))
    .toEqual(['ipBlock 2001:db8::/32 except 2001:db8:1::/48', 'ipBlock 0.0.0.0/0']);
});

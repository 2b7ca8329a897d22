import { Connectivity, Endpoint, Peer, Port } from '../../src';

/** Two pods, and a policy for both. */
function shop(spec: object): Connectivity {
  const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'large', namespace: 'shop' }, spec: { podSelector: {}, ...spec } };
  return Connectivity.fromYaml(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod('web'), pod('db'), policy] }));
}

const [web, db] = [Endpoint.workload('shop/web'), Endpoint.workload('shop/db')];

function numbers(count: number): number[] {
  return [...Array(count).keys()];
}

// Adding one port after another to a set of them would take minutes and gigabytes.
test('a rule may name tens of thousands of ports, and a verdict and its explanation take a moment', () => {
  const connectivity = shop({ ingress: [{ ports: numbers(32768).map(i => ({ port: 2 * i + 1 })) }] });
  expect(connectivity.checkAllowed(web, db, { ports: [Port.tcp(65535)] }).explanation).toContain('yes: shop/web[Pod] reaches shop/db[Pod]');
  expect(connectivity.checkDenied(web, db, { ports: [Port.tcp(65534)] }).holds).toBe(true);
  expect(connectivity.checkDenied(web, db).explanation).toContain('shop/web[Pod] reaches shop/db[Pod] on TCP 1, TCP 3, TCP 5, TCP 7, TCP 9, TCP 11, TCP 13, TCP 15 and 32,760 more ranges.');
});

// To compare each block with each other one would take minutes.
test('a rule may have tens of thousands of exceptions, and a claim thousands of blocks', () => {
  const block = (i: number) => `${1 + i % 200}.${Math.floor(i / 200)}.0.0/24`;
  const cidrs = (first: number, count: number) => numbers(count).map(i => Peer.cidr(block(first + i)));
  const connectivity = shop({ policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: numbers(30000).map(block) } }] }] });
  expect(connectivity.checkReachesOnly(web, cidrs(0, 5000)).explanation).toContain('can be reached by shop/web[Pod] too');
  expect(connectivity.checkReachesOnly(web, [Peer.anyIpv4(), ...cidrs(0, 5000)]).holds).toBe(true);
  expect(connectivity.checkDenied(web, Peer.anyOf(cidrs(29990, 10))).holds).toBe(true);
  expect(connectivity.checkDenied(web, Endpoint.address('1.200.0.1')).holds).toBe(false);
});

test('a list permits exactly the addresses of its blocks, whether they overlap, touch or have gaps', () => {
  const connectivity = shop({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/29', except: ['10.0.0.4/32'] } }, { ipBlock: { cidr: '10.0.0.8/31' } }] }] });
  const holds = (...blocks: string[]) => connectivity.checkAdmitsOnly(db, blocks.map(block => Peer.cidr(block))).holds;
  expect(holds('10.0.0.0/28')).toBe(true);
  expect(holds('10.0.0.8/31', '10.0.0.0/30', '10.0.0.2/31', '10.0.0.6/31', '10.0.0.5/32')).toBe(true);
  expect(holds('10.0.0.0/29', '10.0.0.1/32', '10.0.0.8/31')).toBe(true);
  for (const missing of [0, 1, 2, 3, 5, 6, 7, 8, 9]) {
    expect(holds(...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter(i => i !== missing).map(i => `10.0.0.${i}/32`))).toBe(false);
  }
  expect(holds(...[0, 1, 2, 3, 5, 6, 7, 8, 9].map(i => `10.0.0.${i}/32`))).toBe(true);
  const wide = shop({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/28' } }] }] });
  expect(wide.checkAdmitsOnly(db, [Peer.cidr('10.0.0.0/28', { excluding: ['10.0.0.12/30'] }), Peer.cidr('10.0.0.8/29')]).holds).toBe(true);
});

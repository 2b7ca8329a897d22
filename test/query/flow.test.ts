import { ConnectionSet } from '../../src/evaluator/connections';
import { covers, flow, flows, query } from '../../src/query/flow';
import { answer, deployment, labelled, member, party, pod, podOf, policy, port, reachOf, reaches } from '../support/cluster-objects';

const denyAll = policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });

describe('the answer', () => {
  const reach = reachOf(
    pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache' }),
    policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'web' }) }], ports: [{ port: 5432 }] }] }),
    policy('x/cache', { podSelector: labelled({ app: 'cache' }), policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }),
  );

  test.each<[string, string, string | undefined, { answer: string; egress: string; ingress: string }]>([
    ['x/web', 'x/db', 'tcp/5432', { answer: 'yes', egress: 'yes', ingress: 'yes' }],
    ['x/web', 'x/db', 'tcp/80', { answer: 'no', egress: 'yes', ingress: 'no' }],
    ['x/web', 'x/db', undefined, { answer: 'yes', egress: 'yes', ingress: 'yes' }],
    ['x/web', 'x/db', 'tcp/5432-5433', { answer: 'no', egress: 'yes', ingress: 'no' }],
    ['x/cache', 'x/web', 'tcp/80', { answer: 'no', egress: 'no', ingress: 'yes' }],
    ['x/cache', 'x/db', undefined, { answer: 'no', egress: 'yes', ingress: 'no' }],
    ['1.2.3.4', 'x/web', 'udp/1', { answer: 'yes', egress: 'yes', ingress: 'yes' }],
  ])('needs the egress of the source and the ingress of the destination: %s → %s %s', (source, destination, on, expected) => {
    expect(answer(reach, source, destination, on)).toMatchObject({ ...expected, mixed: false });
  });

  test('is no if each side allows a connection, but no connection is allowed by both', () => {
    const apart = reachOf(pod('x/a', { app: 'a' }), pod('x/b', { app: 'b' }),
      policy('x/a', { podSelector: labelled({ app: 'a' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }] }] }),
      policy('x/b', { podSelector: labelled({ app: 'b' }), ingress: [{ ports: [{ port: 81 }] }] }));
    expect(answer(apart, 'x/a', 'x/b')).toMatchObject({ answer: 'no', egress: 'yes', ingress: 'yes' });
  });

  test('is no for a port name that the destination does not have', () => {
    const open = reachOf(pod('x/a'), pod('x/b', {}, http(80)));
    expect(reaches(open, 'x/a', 'x/b', 'tcp/http')).toBe(true);
    expect(reaches(open, 'x/b', 'x/a', 'tcp/http')).toBe(false);
    expect(reaches(open, 'x/a', '1.2.3.4', 'tcp/http')).toBe(false);
  });
});

describe('the answer for a party of several endpoints', () => {
  const reach = reachOf(
    podOf('web', 'x/web-0', { role: 'leader' }, http(80)), podOf('web', 'x/web-1', {}, http(8080)), pod('x/client'),
    policy('x/leader', { podSelector: labelled({ role: 'leader' }) }),
  );

  test('is yes only if every pod reaches every pod; otherwise it is mixed, and the example is a blocked flow', () => {
    expect(answer(reach, 'x/client', 'x/web', 'tcp/80')).toMatchObject({
      answer: 'no', mixed: true, example: { source: { name: 'x/client[Pod]' }, destination: { name: 'x/web-0[Pod]' } },
    });
    expect(answer(reach, 'x/web', 'x/client', 'tcp/80')).toMatchObject({ answer: 'yes', mixed: false });
  });

  test('resolves a port name pod by pod', () => {
    const named = reachOf(podOf('web', 'x/web-0', {}, http(80)), podOf('web', 'x/web-1', {}, http(8080)), pod('x/client'),
      policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }));
    expect(answer(named, 'x/client', 'x/web', 'tcp/http')).toMatchObject({ answer: 'no', mixed: true, example: { destination: { name: 'x/web-1[Pod]' } } });
  });

  test('considers every pair of endpoints', () => {
    const [web, client] = [party(reach, 'x/web').endpoints, party(reach, 'x/client').endpoints];
    expect([...flows(reach, web, client)].map(p => `${p.source.name} → ${p.destination.name}`))
      .toEqual(['x/web-0[Pod] → x/client[Pod]', 'x/web-1[Pod] → x/client[Pod]']);
  });

  test('is no if only some addresses of a block are allowed', () => {
    const outside = reachOf(pod('x/web'), policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }));
    expect(answer(outside, '10.0.0.0/7', 'x/web')).toMatchObject({ answer: 'no', mixed: true, example: { source: { name: '11.0.0.0/8' } } });
    expect(query(outside, party(outside, '10.0.0.0/9'), party(outside, 'x/web'))).toMatchObject({ answer: 'yes', mixed: false });
  });
});

describe('from a workload to itself, the answer', () => {
  test('is yes for a pod with a name: a pod always reaches itself', () => {
    const reach = reachOf(pod('x/web'), denyAll);
    const web = member(reach, 'x/web');
    const all = ConnectionSet.ALL;
    expect(flow(reach, web, web)).toMatchObject({ loopback: true, connections: all, egress: all, ingress: all });
  });

  test('is up to the policies for a template, which has several pods', () => {
    const reach = reachOf(deployment('x/web', { app: 'web' }), denyAll);
    expect(reaches(reach, 'x/web', 'x/web')).toBe(false);
  });

  test('is up to the policies for two equal replicas', () => {
    const replicas = [podOf('web', 'x/web-0', {}), podOf('web', 'x/web-1', {})];
    expect(answer(reachOf(...replicas, denyAll), 'x/web', 'x/web')).toMatchObject({ answer: 'no', mixed: true, example: { loopback: false } });
    expect(answer(reachOf(...replicas), 'x/web', 'x/web')).toMatchObject({ answer: 'yes' });
  });
});

test('connections cover a port if they include all of it; without a port, any connection is enough', () => {
  const reach = reachOf(pod('x/web'));
  const web = member(reach, 'x/web');
  const tcp80 = ConnectionSet.range('TCP', 80, 80);
  expect([covers(tcp80, undefined, web), covers(ConnectionSet.NONE, undefined, web)]).toEqual([true, false]);
  expect([covers(tcp80, port('80'), web), covers(tcp80, port('80-81'), web), covers(ConnectionSet.ALL, port('tcp/http'), web)]).toEqual([true, false, false]);
});

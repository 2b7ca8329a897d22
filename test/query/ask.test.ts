import { ConnectionSet } from '../../src/evaluator/connections';
import { query, covers, flow, flows } from '../../src/query/flow';
import { answer, deployment, labelled, member, party, pod, podOf, policy, port, reachOf, reaches } from '../support/cluster-objects';

const denyAll = policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });

describe('an answer', () => {
  const reach = reachOf(
    pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), pod('x/cache', { app: 'cache' }),
    policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'web' }) }], ports: [{ port: 5432 }] }] }),
    policy('x/cache', { podSelector: labelled({ app: 'cache' }), policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }),
  );

  test.each<[string, string, string | undefined, { allowed: boolean; egress: boolean; ingress: boolean }]>([
    ['x/web', 'x/db', 'tcp/5432', { allowed: true, egress: true, ingress: true }],
    ['x/web', 'x/db', 'tcp/80', { allowed: false, egress: true, ingress: false }],
    ['x/web', 'x/db', undefined, { allowed: true, egress: true, ingress: true }],
    ['x/web', 'x/db', 'tcp/5432-5433', { allowed: false, egress: true, ingress: false }],
    ['x/cache', 'x/web', 'tcp/80', { allowed: false, egress: false, ingress: true }],
    ['x/cache', 'x/db', undefined, { allowed: false, egress: true, ingress: false }],
    ['1.2.3.4', 'x/web', 'udp/1', { allowed: true, egress: true, ingress: true }],
  ])('%s → %s %s', (source, destination, on, expected) => {
    expect(answer(reach, source, destination, on)).toMatchObject({ ...expected, mixed: false });
  });

  test('is no where each side lets something pass and both have nothing in common', () => {
    const apart = reachOf(pod('x/a', { app: 'a' }), pod('x/b', { app: 'b' }),
      policy('x/a', { podSelector: labelled({ app: 'a' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }] }] }),
      policy('x/b', { podSelector: labelled({ app: 'b' }), ingress: [{ ports: [{ port: 81 }] }] }));
    expect(answer(apart, 'x/a', 'x/b')).toMatchObject({ allowed: false, egress: true, ingress: true });
  });

  test('is no for a port name that the destination does not have, rather than yes for nothing', () => {
    const open = reachOf(pod('x/a'), pod('x/b', {}, http(80)));
    expect(reaches(open, 'x/a', 'x/b', 'tcp/http')).toBe(true);
    expect(reaches(open, 'x/b', 'x/a', 'tcp/http')).toBe(false);
    expect(reaches(open, 'x/a', '1.2.3.4', 'tcp/http')).toBe(false);
  });
});

describe('a party of several', () => {
  const reach = reachOf(
    podOf('web', 'x/web-0', { role: 'leader' }, http(80)), podOf('web', 'x/web-1', {}, http(8080)), pod('x/client'),
    policy('x/leader', { podSelector: labelled({ role: 'leader' }) }),
  );

  test('reaches only where every pod does; where some do the answer is mixed and shows one that does not', () => {
    expect(answer(reach, 'x/client', 'x/web', 'tcp/80')).toMatchObject({
      allowed: false, mixed: true, example: { source: { name: 'x/client[Pod]' }, destination: { name: 'x/web-0[Pod]' } },
    });
    expect(answer(reach, 'x/web', 'x/client', 'tcp/80')).toMatchObject({ allowed: true, mixed: false });
  });

  test('has its port names looked up pod by pod', () => {
    const named = reachOf(podOf('web', 'x/web-0', {}, http(80)), podOf('web', 'x/web-1', {}, http(8080)), pod('x/client'),
      policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }));
    expect(answer(named, 'x/client', 'x/web', 'tcp/http')).toMatchObject({ allowed: false, mixed: true, example: { destination: { name: 'x/web-1[Pod]' } } });
  });

  test('is asked about pod by pod', () => {
    const [web, client] = [party(reach, 'x/web').endpoints, party(reach, 'x/client').endpoints];
    expect([...flows(reach, web, client)].map(p => `${p.source.name} → ${p.destination.name}`))
      .toEqual(['x/web-0[Pod] → x/client[Pod]', 'x/web-1[Pod] → x/client[Pod]']);
  });

  test('may be addresses of which some are let through', () => {
    const outside = reachOf(pod('x/web'), policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }));
    expect(answer(outside, '10.0.0.0/7', 'x/web')).toMatchObject({ allowed: false, mixed: true, example: { source: { name: '11.0.0.0/8' } } });
    expect(query(outside, party(outside, '10.0.0.0/9'), party(outside, 'x/web'))).toMatchObject({ allowed: true, mixed: false });
  });
});

describe('a pod and itself', () => {
  test('are never kept apart where the pod is known', () => {
    const reach = reachOf(pod('x/web'), denyAll);
    const web = member(reach, 'x/web');
    const all = ConnectionSet.ALL;
    expect(flow(reach, web, web)).toMatchObject({ loopback: true, connections: all, egress: all, ingress: all });
  });

  test("are decided by policies where it is a template's: its replicas are several", () => {
    const reach = reachOf(deployment('x/web', { app: 'web' }), denyAll);
    expect(reaches(reach, 'x/web', 'x/web')).toBe(false);
  });

  test('are not two equal replicas: of those one is asked about the other', () => {
    const replicas = [podOf('web', 'x/web-0', {}), podOf('web', 'x/web-1', {})];
    expect(answer(reachOf(...replicas, denyAll), 'x/web', 'x/web')).toMatchObject({ allowed: false, mixed: true, example: { loopback: false } });
    expect(answer(reachOf(...replicas), 'x/web', 'x/web')).toMatchObject({ allowed: true });
  });
});

test('connections meet a question where they hold all that is asked, or without a port anything at all', () => {
  const reach = reachOf(pod('x/web'));
  const web = member(reach, 'x/web');
  const tcp80 = ConnectionSet.range('TCP', 80, 80);
  expect([covers(tcp80, undefined, web), covers(ConnectionSet.NONE, undefined, web)]).toEqual([true, false]);
  expect([covers(tcp80, port('80'), web), covers(tcp80, port('80-81'), web), covers(ConnectionSet.ALL, port('tcp/http'), web)]).toEqual([true, false, false]);
});

import { ConnectionSet } from '../../src/evaluator/connections';
import { workloadEndpoints } from '../../src/query/endpoints';
import { covers, flow, flows, answerForEndpoints, askedBetween } from '../../src/query/flow';
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
    expect(answerForEndpoints(outside, party(outside, '10.0.0.0/9').endpoints, party(outside, 'x/web').endpoints)).toMatchObject({ answer: 'yes', mixed: false });
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

describe('an undecided answer', () => {
  const cilium = (name: string, app: string, spec: object) =>
    ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace: 'x' }, spec: { endpointSelector: labelled({ app }), ...spec } });
  const client = pod('x/client', { app: 'client' });
  const dns = policy('x/dns', { podSelector: labelled({ app: 'client' }), policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] });
  const db = pod('x/db', { app: 'db' });
  const intoDb = cilium('into-db', 'db', { ingress: [{}] });
  const reasons = (reach: ReturnType<typeof reachOf>, on?: string) => answer(reach, 'x/client', 'x/db', on).reasons.map(({ what }) => what);

  test('has the reasons of the side that is undecided', () => {
    const reach = reachOf(client, db, intoDb);
    expect(answer(reach, 'x/client', 'x/db')).toMatchObject({ answer: 'undecided', egress: 'yes', ingress: 'undecided', assumptions: [] });
    expect(reasons(reach)).toEqual(['CiliumNetworkPolicy x/into-db']);
  });

  test('has the reasons of both sides if both are undecided, each once', () => {
    const reach = reachOf(client, pod('x/client-2', { app: 'client' }), db, intoDb, cilium('from-client', 'client', { egress: [{}] }));
    expect(reasons(reach)).toEqual(['CiliumNetworkPolicy x/from-client', 'CiliumNetworkPolicy x/into-db']);
  });

  test('becomes no on a port that the other side blocks', () => {
    const reach = reachOf(client, db, intoDb, dns);
    expect(answer(reach, 'x/client', 'x/db', 'tcp/80')).toMatchObject({ answer: 'no', egress: 'no', ingress: 'undecided', reasons: [] });
    expect(answer(reach, 'x/client', 'x/db', 'tcp/80').sideReasons).toHaveLength(1);
    expect(answer(reach, 'x/client', 'x/db', 'udp/53')).toMatchObject({ answer: 'undecided', egress: 'yes' });
    expect(answer(reach, 'x/client', 'x/db')).toMatchObject({ answer: 'undecided' });
  });

  test('has no reason of a side whose undecided ports the other side blocks', () => {
    const rule = (peers: string, team: string, on: number) => ({ [peers]: [{ namespaceSelector: labelled({ team }) }], ports: [{ port: on }] });
    const { strict } = reachOf(pod('x/client'), pod('y/db'),
      policy('x/out', { podSelector: {}, policyTypes: ['Egress'], egress: [rule('to', 'a', 80), { ports: [{ port: 81 }] }] }),
      policy('y/in', { podSelector: {}, ingress: [rule('from', 'b', 81)] }));
    expect(answer(strict, 'x/client', 'y/db').reasons.map(({ what }) => what)).toEqual(['label team of namespace x']);
  });

  test('is given for several pods if some pair is undecided and no pair is no', () => {
    const pods = [podOf('db', 'x/db-0', { app: 'db' }), podOf('db', 'x/db-1', { app: 'other' })];
    const reach = reachOf(client, ...pods, intoDb);
    expect(answer(reach, 'x/client', 'x/db')).toMatchObject({ answer: 'undecided', mixed: false, example: { destination: { name: 'x/db-0[Pod]' } } });
    const blocked = reachOf(client, ...pods, intoDb, policy('x/other', { podSelector: labelled({ app: 'other' }) }));
    expect(answer(blocked, 'x/client', 'x/db')).toMatchObject({ answer: 'no', mixed: false, reasons: [], example: { destination: { name: 'x/db-1[Pod]' } } });
  });
});

test('an answer that strict answers leave undecided names its assumptions, and its example rests on one', () => {
  const teamA = { from: [{ namespaceSelector: labelled({ team: 'a' }) }, { podSelector: {} }] };
  const noTeam = { from: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }] };
  const db = (name: string) => podOf('db', `x/${name}`, { name });
  const reach = reachOf(db('db-0'), db('db-1'), pod('y/client'), policy('x/p', { podSelector: labelled({ name: 'db-1' }), ingress: [noTeam] }));
  expect(answer(reach, 'y/client', 'x/db')).toMatchObject({
    answer: 'yes', reasons: [], assumptions: [{ code: 'namespace-label', what: 'label team of namespace y' }], example: { destination: { name: 'x/db-1[Pod]' } },
  });
  const own = reachOf(pod('x/db'), pod('x/client'), policy('x/p', { podSelector: {}, ingress: [teamA] }));
  expect(answer(own, 'x/client', 'x/db')).toMatchObject({ answer: 'yes', assumptions: [] });
});

test('a question is decided if the labels of one namespace cannot open both sides at once', () => {
  const into = { from: [{ namespaceSelector: labelled({ team: 'a' }) }] };
  const out = { to: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }] };
  const reach = reachOf(
    pod('x/db', { app: 'db' }), pod('x/client', { app: 'client' }),
    policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [into] }),
    policy('x/out', { podSelector: labelled({ app: 'client' }), policyTypes: ['Egress'], egress: [out] }),
  ).strict;
  expect(answer(reach, 'x/client', 'x/db')).toMatchObject({ answer: 'no', egress: 'undecided', ingress: 'undecided', reasons: [] });
});

test('an answer does not rest on an assumption about what is undecided anyway', () => {
  // Without assumptions, the egress rule may match. Whether the block matches is open with and without them.
  const reach = reachOf(
    pod('x/a', { app: 'a' }), pod('y/b', { app: 'b' }),
    policy('x/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: labelled({ team: 'a' }) }] }] }),
    policy('y/in', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] }),
  );
  const { answer: found, assumptions } = answer(reach, 'x/a', 'y/b');
  expect([found, ...assumptions.map(({ code }) => code)]).toEqual(['no', 'namespace-label']);
  expect(answer(reach.strict, 'x/a', 'y/b').reasons.map(({ code }) => code)).toEqual(['namespace-label', 'pod-address']);
});

describe('thousands of pods that no policy tells apart', () => {
  const pods = Array.from({ length: 3000 }, (_, i) => pod(`x/p${i}`, { app: 'p' }));
  const reach = reachOf(...pods, policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }));
  const all = reach.cluster.workloads.flatMap(workload => workloadEndpoints(reach, workload, workload.name));

  test('are judged as a few connections', () => {
    expect([...askedBetween(all, all)]).toHaveLength(4);
    expect([...askedBetween(all.slice(0, 10), all.slice(9))]).toHaveLength(6);
    expect(answerForEndpoints(reach, all, all, port('tcp/80'))).toMatchObject({ answer: 'yes', mixed: false });
  });

  test('have the answer, the example and the reasons of all pairs: a pod reaches itself, and not another one', () => {
    const { answer: found, mixed, example } = answerForEndpoints(reach, all.slice(0, 10), all.slice(9), port('tcp/81'));
    expect([found, mixed, example.source.name, example.destination.name]).toEqual(['no', true, 'p0', 'p9']);
    expect(answerForEndpoints(reach, all.slice(0, 9), all.slice(9), port('tcp/81'))).toMatchObject({ answer: 'no', mixed: false });
  });

  test('are told apart by the names of their ports', () => {
    const named = reachOf(pod('x/a', {}), ...[1, 2, 3, 4].map(i => pod(`x/b${i}`, {}, i === 4 ? {} : http(80))));
    const ends = named.cluster.workloads.flatMap(workload => workloadEndpoints(named, workload, workload.name));
    expect(answerForEndpoints(named, ends.slice(0, 1), ends.slice(1), port('tcp/http'))).toMatchObject({ answer: 'no', example: { destination: { name: 'b4' } } });
  });
});

import { formatClaim, judge, ClaimVerdict } from '../../src/claims/claim';
import { Reachability } from '../../src/evaluator/reachability';
import { deployment, labelled, party, podOf, policy, port, reachOf } from '../support/cluster-objects';

function pair(kind: 'allowed' | 'denied', reach: Reachability, from: string, to: string, ...ports: string[]): ClaimVerdict {
  return judge(reach, { kind, from: party(reach, from), to: party(reach, to), ports: ports.length === 0 ? undefined : ports.map(port) });
}

/** Why a claim is untrue, in a line. */
function why({ holds, witness: counterexample }: ClaimVerdict): string {
  expect(holds).toBe(counterexample === undefined);
  switch (counterexample?.kind) {
    case undefined: return 'it holds';
    case 'blocked': return `${counterexample.passage.source.name} → ${counterexample.passage.destination.name} is blocked${counterexample.port === undefined ? '' : ` on ${JSON.stringify(counterexample.port)}`}`;
    case 'passes': return `${counterexample.passage.source.name} → ${counterexample.passage.destination.name}: ${counterexample.connections}`;
    case 'intrusion': return `intrusion: ${counterexample.intrusion.direction} of ${counterexample.intrusion.subject.name}`;
  }
}

const reach = reachOf(
  deployment('x/web', { app: 'web' }, { ports: [{ containerPort: 80 }, { containerPort: 81 }] }), deployment('x/db', { app: 'db' }), deployment('x/client', { app: 'client' }),
  podOf('pair', 'x/pair-0', { app: 'pair' }), podOf('pair', 'x/pair-1', { app: 'pair', odd: 'yes' }),
  policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ podSelector: labelled({ app: 'client' }) }], ports: [{ port: 80 }] }] }),
  policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ odd: 'yes' }) }] }] }),
);

describe('that it is allowed', () => {
  test.each([
    ['on the port that is given', 'x/client', 'x/web', ['tcp/80'], 'it holds'],
    ["not on each of the destination's own ports, where none is given", 'x/client', 'x/web', [], 'x/client[Deployment] → x/web[Deployment] is blocked on {"protocol":"TCP","first":81,"last":81}'],
    ['not on one of two that are given', 'x/client', 'x/web', ['80', '443'], 'x/client[Deployment] → x/web[Deployment] is blocked on {"protocol":"TCP","first":443,"last":443}'],
    ['not for one of several pods', 'x/pair', 'x/db', [], 'x/pair-0[Pod] → x/db[Deployment] is blocked'],
    ['at all, to a destination whose ports are not known', 'x/pair-1', 'x/db', [], 'it holds'],
    ['to every address of a block', 'x/web', '0.0.0.0/0', ['443'], 'it holds'],
  ])('%s', (_, from, to, ports, expected) => {
    expect(why(pair('allowed', reach, from, to, ...ports))).toBe(expected);
  });
});

describe('that it is denied', () => {
  test.each([
    ['on any port', 'x/db', 'x/web', [], 'it holds'],
    ['not where a port is open, and shows which', 'x/client', 'x/web', [], 'x/client[Deployment] → x/web[Deployment]: TCP 80'],
    ['on a port that is not open', 'x/client', 'x/web', ['81', 'udp'], 'it holds'],
    ['not on one of two that are given, and shows just that', 'x/client', 'x/web', ['79-80', '81'], 'x/client[Deployment] → x/web[Deployment]: TCP 80'],
    ['not where one of several pods gets through', 'x/pair', 'x/db', [], 'x/pair-1[Pod] → x/db[Deployment]: All Connections'],
  ])('%s', (_, from, to, ports, expected) => {
    expect(why(pair('denied', reach, from, to, ...ports))).toBe(expected);
  });

  test('speaks of the pods of a party towards each other, and not of a pod towards itself', () => {
    const alone = reachOf(podOf('web', 'x/web-0', {}), policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    expect(why(pair('denied', alone, 'x/web', 'x/web'))).toBe('it holds');
    const two = reachOf(podOf('web', 'x/web-0', {}), podOf('web', 'x/web-1', {}));
    expect(why(pair('denied', two, 'x/web', 'x/web'))).toBe('x/web[StatefulSet] → x/web[StatefulSet]: All Connections');
  });

  test('has to hold for the worst that a party could be, which that it is allowed has not', () => {
    const [client, db, web] = ['x/client', 'x/db', 'x/web'].map(name => party(reach, name));
    const suspicious = { ...db, worstCase: client.endpoints };
    expect(why(judge(reach, { kind: 'denied', from: suspicious, to: web }))).toBe('x/client[Deployment] → x/web[Deployment]: TCP 80');
    expect(why(judge(reach, { kind: 'denied', from: client, to: { ...db, worstCase: web.endpoints } }))).toBe('x/client[Deployment] → x/web[Deployment]: TCP 80');
    expect(why(judge(reach, { kind: 'allowed', from: { ...client, worstCase: db.endpoints }, to: web, ports: [port('80')] }))).toBe('it holds');
  });
});

describe('that only some do', () => {
  const only = (kind: 'only' | 'onlyTo', subject: string, others: string[], ...ports: string[]) => judge(reach, {
    kind, subject: party(reach, subject), others: others.map(name => party(reach, name)), ports: ports.length === 0 ? undefined : ports.map(port),
  });

  test.each<['only' | 'onlyTo', string, string[], string[], string]>([
    ['only', 'x/web', ['x/client'], [], 'it holds'],
    ['only', 'x/web', ['x/db'], [], 'intrusion: ingress of x/web[Deployment]'],
    ['only', 'x/web', [], ['81', 'udp'], 'it holds'],
    ['only', 'x/web', [], ['81', '80'], 'intrusion: ingress of x/web[Deployment]'],
    ['onlyTo', 'x/web', ['x/db'], [], 'intrusion: egress of x/web[Deployment]'],
  ])('%s %s %j %j', (kind, subject, others, ports, expected) => {
    expect(why(only(kind, subject, others, ...ports))).toBe(expected);
  });
});

test('a claim is told as it is written', () => {
  const [from, to] = [party(reach, 'x/client'), party(reach, 'x/web')];
  expect(formatClaim({ kind: 'allowed', from, to })).toBe('allowed: x/client[Deployment] → x/web[Deployment]');
  expect(formatClaim({ kind: 'denied', from, to, ports: [port('80'), port('udp/dns')] })).toBe('denied: x/client[Deployment] → x/web[Deployment] (TCP 80, UDP dns)');
});

test('a claim about all others is told with those who may on their side of the arrow', () => {
  const [subject, web] = [party(reach, 'x/db'), party(reach, 'x/web')];
  expect(formatClaim({ kind: 'only', subject, others: [web, subject] })).toBe('only: x/web[Deployment], x/db[Deployment] → x/db[Deployment]');
  expect(formatClaim({ kind: 'onlyTo', subject, others: [], ports: [port('80')] })).toBe('onlyTo: x/db[Deployment] → nobody (TCP 80)');
  expect(formatClaim({ kind: 'onlyTo', subject, others: [], ports: [] })).toBe('onlyTo: x/db[Deployment] → nobody (no port)');
});

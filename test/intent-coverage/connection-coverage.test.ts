import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { coverageOf } from '../../src/intent-coverage/coverage';
import { deployment, labelled, namespace, pod, podOf, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Which connections claims state and permit. */

/** How many connections claims state and cover, and what is left open of the connections between these ends. */
function covered(objects: readonly object[], intents: string, only = '') {
  const { clusters: [{ judge, verdicts }], findings } = judgeIntents(clusterOfObjects(objects), readIntents('i.yaml', Buffer.from(intents)).intents);
  expect(findings).toEqual([]);
  expect(verdicts.map(({ answer }) => answer)).toEqual(verdicts.map(() => 'holds'));
  const { total: { connections: { stated, covered: count, total } }, uncoveredConnections } = coverageOf(judge, verdicts);
  const texts = uncoveredConnections.map(({ source, destination, connections }) => `${source.name} ${destination.name} ${connections}`.replace(/\[(Deployment|Pod|StatefulSet|External)\]/g, ''));
  return { stated, covered: count, total, open: texts.filter(text => text.includes(only)) };
}

const app = (name: string) => ({ podSelector: labelled({ app: name }) });
const DENY = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const CLOSED = [namespace('shop'), DENY];
const both = (name: string, spec: object) => policy(`shop/${name}`, { ...app(name), policyTypes: ['Ingress', 'Egress'], ...spec });

describe('addresses', () => {
  const web = deployment('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] });
  const out = [...CLOSED, web, both('web', { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/29' } }], ports: [{ port: 80 }, { port: 443 }] }] })];
  const allowed = (...blocks: string[]) => blocks.map(block => `---\nallowed: [{ from: shop/web, to: ${block}, ports: [tcp/80, tcp/443] }]\n`).join('');

  test('claims cover a range together, in any order', () => {
    for (const blocks of [['10.0.0.0/30', '10.0.0.4/30'], ['10.0.0.4/31', '10.0.0.6', '10.0.0.0/30', '10.0.0.7'], ['10.0.0.0/29', '10.0.0.2/31'], ['10.0.0.0/31', '10.0.0.2/31', '10.0.0.0/30', '10.0.0.4/30']]) {
      expect(covered(out, allowed(...blocks))).toEqual({ stated: 1, covered: 1, total: 1, open: [] });
    }
  });

  test('one address that no claim is about leaves the range open, wherever it is', () => {
    const single = Array.from({ length: 8 }, (_, i) => `10.0.0.${i}`);
    for (const left of single) {
      expect(covered(out, allowed(...single.filter(one => one !== left)))).toMatchObject({ stated: 0, covered: 0, open: ['shop/web 10.0.0.0-10.0.0.7 TCP 80,443'] });
    }
  });

  test('what is open are the ports that are open for some of the addresses', () => {
    const intents = `${allowed('10.0.0.0/30')}---\nallowed: [{ from: shop/web, to: 10.0.0.4/30, port: tcp/80 }]\n`;
    expect(covered(out, intents).open).toEqual(['shop/web 10.0.0.0-10.0.0.7 TCP 443']);
    const crossed = '---\nallowed: [{ from: shop/web, to: 10.0.0.0/30, port: tcp/80 }]\n---\nallowed: [{ from: shop/web, to: 10.0.0.4/30, port: tcp/443 }]\n';
    expect(covered(out, crossed).open).toEqual(['shop/web 10.0.0.0-10.0.0.7 TCP 80,443']);
    expect(covered(out, `${crossed}---\nreachesOnly: [{ from: shop/web, to: [10.0.0.4/30, 10.0.0.0/30], port: tcp/443 }]\n`).open).toEqual(['shop/web 10.0.0.0-10.0.0.7 TCP 80']);
  });

  test('a connection that is stated in part and permitted in the rest is covered and not stated', () => {
    expect(covered(out, `${allowed('10.0.0.0/30')}---\nreachesOnly: [{ from: shop/web, to: [10.0.0.0/8] }]\n`)).toEqual({ stated: 0, covered: 1, total: 1, open: [] });
  });

  test('addresses are sources too', () => {
    const world = [...CLOSED, web, both('web', { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/30' } }], ports: [{ port: 80 }] }] })];
    const claim = (from: string) => `---\nallowed: [{ from: ${from}, to: shop/web, port: tcp/http }]\n`;
    expect(covered(world, claim('10.0.0.0/31') + claim('10.0.0.2/31'))).toMatchObject({ stated: 1, covered: 1 });
    expect(covered(world, claim('10.0.0.0/31'))).toMatchObject({ stated: 0, covered: 0 });
    expect(covered(world, 'admitsOnly: [{ to: shop/web, from: [10.0.0.0/29] }]')).toMatchObject({ stated: 0, covered: 1 });
    expect(covered(world, 'reachesOnly: [{ from: shop/web, to: [10.0.0.0/29] }]')).toMatchObject({ stated: 0, covered: 0 });
  });

  test('a port name means nothing for an address', () => {
    expect(covered(out, 'reachesOnly: [{ from: shop/web, to: [10.0.0.0/29], ports: [tcp/http] }]').open).toEqual(['shop/web 10.0.0.0-10.0.0.7 TCP 80,443']);
  });

  test('a list without addresses permits none, and one of pods and addresses permits both', () => {
    const world = [...out, deployment('shop/db', { app: 'db' }), both('db', { ingress: [{ from: [app('web')] }] }), policy('shop/more', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db')] }] })];
    const claim = (list: string) => covered(world, `reachesOnly: [{ from: shop/web, to: [${list}] }]`);
    expect(claim('shop/db, 10.0.0.0/29')).toMatchObject({ covered: 2, open: [] });
    expect(claim('10.0.0.0/29, { namespace: shop }')).toMatchObject({ covered: 2, open: [] });
    expect(covered(world, 'admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toMatchObject({ covered: 1, open: ['shop/web 10.0.0.0-10.0.0.7 TCP 80,443'] });
  });
});

describe('pods', () => {
  const OPEN = [namespace('shop', { team: 'a' }), namespace('other', { team: 'b' })];
  const into = (...from: object[]) => policy('shop/in', { ...app('db'), ingress: [{ from, ports: [{ port: 1 }] }] });
  const closed = (name: string) => policy(`${name}/closed`, { podSelector: {}, policyTypes: ['Ingress'] });
  const toDb = (objects: readonly object[], intents: string) => covered([...OPEN, closed('shop'), closed('other'), deployment('shop/db', { app: 'db' }), ...objects], intents, 'TCP 1').open;
  const [web, twin, far] = [deployment('shop/web', { app: 'web' }), deployment('shop/twin', { app: 'web' }), deployment('other/web', { app: 'web' })];
  const everyWeb = into({ ...app('web'), namespaceSelector: {} });

  test('a workload of a list permits its twins in its namespace, and allowed is about itself', () => {
    const world = [web, twin, far, everyWeb];
    const lists = 'admitsOnly: [{ to: shop/db, from: [shop/web, { namespace: other }, { namespaceLabels: {}, labels: { app: web } }] }]';
    expect(toDb(world, lists)).toEqual([]);
    expect(toDb([web, twin, into(app('web'))], 'admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toEqual([]);
    expect(toDb(world, 'allowed: [{ from: shop/web, to: shop/db, port: tcp/1 }]')).toEqual(['other/web shop/db TCP 1', 'shop/twin shop/db TCP 1']);
    expect(toDb(world, 'allowed: [{ from: other/web, to: shop/db, port: tcp/1 }]')).toEqual(['shop/twin shop/db TCP 1', 'shop/web shop/db TCP 1']);
  });

  test('what a list permits is not what its claim is about', () => {
    const twinDb = deployment('shop/second', { app: 'db' });
    expect(toDb([web, twinDb, into(app('web'))], 'admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toEqual(['shop/web shop/second TCP 1']);
  });

  test('a party by labels has the pods that surely match, in namespaces that surely match', () => {
    const world = [web, far, deployment('used/web', { app: 'web' }), everyWeb];
    const claim = (from: string) => toDb(world, `allowed: [{ from: ${from}, to: shop/db, port: tcp/1 }]`);
    expect(claim('{ namespaceLabels: { team: b }, labels: { app: web } }')).toEqual(['shop/web shop/db TCP 1', 'used/web shop/db TCP 1']);
    expect(claim('{ namespace: used, labels: { app: web } }')).toEqual(['other/web shop/db TCP 1', 'shop/web shop/db TCP 1']);
    // Nothing says which labels the namespace `used` has.
    expect(claim('{ namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] }, labels: { app: web } }')).toHaveLength(3);
    expect(toDb([web, deployment('shop/job', { app: 'job' }), into({ podSelector: {} })], 'allowed: [{ from: { namespace: shop, labels: { app: web } }, to: shop/db, port: tcp/1 }]'))
      .toEqual(['shop/db shop/db TCP 1', 'shop/job shop/db TCP 1']);
  });

  test('a list permits a pod by its address, and allowed from a block is not about pods', () => {
    const old = pod('shop/old', { app: 'web' }, { ips: ['10.0.0.5', '2001:db8::5'] });
    const world = [old, into(app('web'), { ipBlock: { cidr: '10.0.0.0/8' } })];
    const open = (intents: string) => toDb(world, intents).filter(text => text.startsWith('shop/old'));
    expect(open('admitsOnly: [{ to: shop/db, from: [10.0.0.0/8, "2001:db8::/32", { namespace: shop, labels: { app: web } }] }]')).toEqual([]);
    expect(open('admitsOnly: [{ to: shop/db, from: [10.0.0.0/8, { namespace: shop, labels: { app: web } }], port: tcp/2 }]')).toEqual(['shop/old shop/db TCP 1']);
    expect(open('allowed: [{ from: 10.0.0.0/8, to: shop/db, port: tcp/1 }]')).toEqual(['shop/old shop/db TCP 1']);
    expect(open('allowed: [{ from: 10.0.0.5, to: shop/db, port: tcp/1 }]')).toEqual([]);
  });

  test('allowed is not about a pod on its node\'s network with the labels of the workload', () => {
    const host = pod('shop/host', { app: 'web' }, { hostNetwork: true, ips: ['10.0.0.9'] });
    expect(toDb([web, host, into(app('web'), { ipBlock: { cidr: '10.0.0.9/32' } })], 'allowed: [{ from: shop/web, to: shop/db, port: tcp/1 }]').filter(text => text.startsWith('shop/host')))
      .toEqual(['shop/host shop/db TCP 1']);
  });

  test('a port name means the number that each pod has', () => {
    const set = (n: number, port: number) => podOf('set', `shop/set-${n}`, { app: 'set' }, { ports: [{ name: 'http', containerPort: port }] });
    const world = [...CLOSED, web, set(0, 80), set(1, 81), both('web', { egress: [{ to: [app('set')] }] }), both('set', { ingress: [{ from: [app('web')], ports: [{ port: 80 }, { port: 81 }] }] })];
    expect(covered(world, 'allowed: [{ from: shop/web, to: shop/set, port: tcp/http }]').open.join()).toBe('shop/web shop/set TCP 80-81');
    expect(covered(world, 'allowed: [{ from: shop/web, to: shop/set, ports: [tcp/http, tcp/80, tcp/81] }]')).toMatchObject({ open: [] });
  });

  test('a row that is only undecided is no connection', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}], egress: [{}] } };
    expect(covered([...CLOSED, web, cilium], 'denied: []')).toEqual({ stated: 0, covered: 0, total: 0, open: [] });
  });
});

import { block, egress, ingress, inNamespace, pods } from './app-objects';
import { foundFor, FoundOptions } from './found';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';

/* NP124: a hyphen too many or too few. */

const found = foundFor('NP124');
const monitoring = [namespace('monitoring', { team: 'sre' }), deployment('monitoring/prometheus', { app: 'prometheus' }), deployment('monitoring/alerts', { app: 'alerts' })];
const [web, db] = [deployment('app/web', { app: 'web' }), deployment('app/db', { app: 'db' })];
const TEAM = { namespaceSelector: labelled({ team: 'sre' }) };

describe('two items where one was meant', () => {
  const two = [TEAM, pods('prometheus')];

  test('are found if only pods of the selected namespaces have the labels', () => {
    expect(found([...monitoring, web, ingress('web', two)])).toEqual([
      'object 4: warning NP124: app/p spec.ingress[0].from[0] and spec.ingress[0].from[1] are two peers: every pod of the namespaces team=sre, and the pods app=prometheus of namespace app, '
      + "which has none; monitoring/prometheus[Deployment] has the label; remove the '-' in front of the second selector, so that both are one item: then a pod must match both",
    ]);
  });

  test('are found in either order, for egress, and for all namespaces', () => {
    expect(found([...monitoring, web, ingress('web', [...two].reverse())])).toHaveLength(1);
    expect(found([...monitoring, web, egress('web', two)])).toHaveLength(1);
    expect(found([...monitoring, web, ingress('web', [{ namespaceSelector: {} }, pods('prometheus')])])[0]).toContain('every pod of all namespaces, and the pods');
  });

  test.each<{ title: string; objects: object[]; options?: FoundOptions }>([
    { title: 'pods of the own namespace have the labels', objects: [...monitoring, web, deployment('app/own', { app: 'prometheus' }), ingress('web', two)] },
    { title: 'a pod of the own namespace that has the labels is on the network of its node', objects: [...monitoring, web, deployment('app/own', { app: 'prometheus' }, { hostNetwork: true }), ingress('web', two)] },
    { title: 'nobody has the labels', objects: [...monitoring, web, ingress('web', [TEAM, pods('grafana')])] },
    { title: 'the own namespace has no workloads in the input', objects: [...monitoring, policy('other/p', { podSelector: {}, ingress: [{ from: two }] })] },
    { title: 'the own namespace has other workloads', objects: [...monitoring, web, ingress('web', two)], options: { open: ['app'] } },
    { title: 'they are not beside each other', objects: [...monitoring, web, ingress('web', [TEAM, block('10.0.0.0/8'), pods('prometheus')])] },
    { title: 'the one has both selectors, or the other selects every pod', objects: [...monitoring, web, ingress('web', [{ ...TEAM, ...pods('alerts') }, pods('prometheus')]), ingress('web', [TEAM, { podSelector: {} }], undefined, 'app/q')] },
    { title: 'both select namespaces', objects: [...monitoring, web, ingress('web', [TEAM, inNamespace('monitoring')])] },
  ])('are not found if $title', ({ objects, options }) => {
    expect(found(objects, options)).toEqual([]);
  });
});

describe('one item where two were meant', () => {
  const all = [...monitoring, namespace('app'), web, db];
  const one = (app: string, peer: object = TEAM) => ingress('db', [{ ...peer, ...pods(app) }]);

  test('is found if only pods of the own namespace have the labels', () => {
    expect(found([...all, one('web')])).toEqual([
      'object 6: warning NP124: app/p spec.ingress[0].from[0] is one peer: the pods app=web of the namespaces team=sre, which have none; app/web[Deployment] of the own namespace has the label; '
      + "if either of the two is meant, write a '-' in front of each selector, so that they are two items; otherwise correct the labels",
    ]);
  });

  test.each<{ title: string; objects: object[]; options?: FoundOptions }>([
    { title: 'pods of the selected namespaces have the labels', objects: [...all, one('prometheus'), deployment('app/own', { app: 'prometheus' })] },
    { title: 'the own namespace is one of those', objects: [...all, one('web', { namespaceSelector: {} })] },
    { title: 'the labels of the own namespace are not known, so that it may be one of those', objects: [...monitoring, web, db, one('web')] },
    { title: 'nobody has the labels', objects: [...all, one('grafana')] },
    { title: 'no namespace of the input is selected', objects: [...all, one('web', { namespaceSelector: labelled({ team: 'other' }) })] },
    { title: 'a selected namespace has no workloads in the input', objects: [namespace('monitoring', { team: 'sre' }), namespace('app'), web, db, one('web')] },
    { title: 'a selected namespace has other workloads', objects: [...all, one('web')], options: { open: ['monitoring'] } },
    { title: 'a namespace whose labels are not known has such pods', objects: [...all, deployment('tools/web', { app: 'web' }), one('web')] },
  ])('is not found if $title', ({ objects, options }) => {
    expect(found(objects, options)).toEqual([]);
  });
});

describe('two rules where one was meant', () => {
  const rules = (...all: object[]) => policy('app/p', { podSelector: labelled({ app: 'web' }), ingress: all });
  const [from, ports] = [{ from: [pods('db')] }, { ports: [{ port: 80 }] }];

  test('are a note, because both may be meant', () => {
    expect(found([web, db, rules(from, ports)])).toEqual([
      'object 2: note NP124: app/p spec.ingress[0] lets its peers in on every port, and spec.ingress[1] lets everybody in on its ports; '
      + "if only these peers are meant, on these ports, remove the '-' in front of the second rule, so that from and ports are one rule",
    ]);
    expect(found([web, db, rules(ports, from)])[0]).toContain('app/p spec.ingress[1] lets its peers in on every port, and spec.ingress[0] lets everybody in on its ports');
    const out = policy('app/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [block('10.0.0.0/8')] }, ports] });
    expect(found([web, db, out])[0]).toContain('lets the pods out to its peers on every port, and spec.egress[1] lets them out to everybody on its ports');
  });

  test.each<[string, object]>([
    ['there are more rules', rules(from, ports, { from: [pods('x')], ports: [{ port: 1 }] })],
    ['the peers are every pod of the namespace, which may use every port', rules({ from: [{ podSelector: {} }] }, ports)],
    ['one rule has both', rules({ ...from, ...ports }, ports)],
    ['the rule for everybody is for DNS', rules(from, { ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }] })],
    ['no rule has ports', rules(from, { from: [pods('x')] })],
  ])('are not found if %s', (_, made) => {
    expect(found([web, db, made])).toEqual([]);
  });
});

import { app, between, db, gains, losses, SHOP, WEB, DB } from './diffed';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';

/* How the ends and the ports of a region are written: by the selectors of the rules that cause it. */

const closed = policy('shop/closed', { podSelector: {} });
const ingress = (from: readonly object[] | undefined, ports?: readonly object[], podSelector: object = {}) => policy('shop/open', { podSelector, ingress: [{ from, ports }] });

/** What a rule opens in a closed namespace. */
const opens = (from: readonly object[] | undefined, ports?: readonly object[], podSelector?: object) =>
  gains(between([SHOP, closed], [SHOP, closed, ingress(from, ports, podSelector)]));
const TO = 'to every pod of namespace shop on';

describe('an end', () => {
  test.each<[string, object[] | undefined, string[]]>([
    ['without peers', undefined, ['every pod and address']],
    ['pods of the own namespace', [app('web')], ['pods app=web of namespace shop']],
    ['every pod of the own namespace', [{ podSelector: {} }], ['every pod of namespace shop']],
    ['every pod of a namespace by name', [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'ops' }) }], ['every pod of namespace ops']],
    ['pods of a namespace by name', [{ ...app('web'), namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'ops' }) }], ['pods app=web of namespace ops']],
    ['pods of two namespaces by name', [{ ...app('web'), namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['a', 'b'] }] } }],
      ['pods app=web of namespaces kubernetes.io/metadata.name in (a,b)']],
    ['pods of a namespace that has no name', [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['a'] }] } }],
      ['every pod of namespaces kubernetes.io/metadata.name!=a']],
    ['pods of a namespace by name and label', [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'ops', 'team': 'red' }) }],
      ['every pod of namespaces kubernetes.io/metadata.name=ops,team=red']],
    ['pods of namespaces with a label', [{ ...app('web'), namespaceSelector: labelled({ team: 'red' }) }], ['pods app=web of namespaces team=red']],
    ['every pod of namespaces with a label', [{ namespaceSelector: labelled({ team: 'red' }) }], ['every pod of namespaces team=red']],
    ['pods of every namespace', [{ ...app('web'), namespaceSelector: {} }], ['pods app=web of every namespace']],
    ['every pod of every namespace', [{ namespaceSelector: {} }], ['every pod']],
    ['a block', [{ ipBlock: { cidr: '10.0.0.0/8' } }], ['10.0.0.0/8']],
    ['a block with exceptions', [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.3.0.0/16'] } }], ['10.0.0.0/8 except 10.1.0.0/16 and 10.3.0.0/16']],
    ['two peers', [app('web'), app('jobs')], ['pods app=web of namespace shop', 'pods app=jobs of namespace shop']],
  ])('%s', (_, from, texts) => {
    expect(opens(from)).toEqual(texts.map(text => `opened possible: ${text} ${TO} every port`));
  });

  test('that rules of both sides limit has what both say', () => {
    const both = policy('shop/closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const out = (podSelector: object, to: readonly object[] | undefined) => policy('shop/out', { podSelector, policyTypes: ['Egress'], egress: [{ to }] });
    const texts = (egress: object, ...from: object[]) => gains(between([SHOP, both, egress], [SHOP, both, egress, ingress(from, undefined, labelled({ app: 'db' }))]));
    expect(texts(out(labelled({ app: 'web' }), undefined), { podSelector: {} })).toEqual(['opened possible: pods app=web of namespace shop to pods app=db of namespace shop on every port']);
    expect(texts(out({}, [app('db')]), app('web'))).toEqual(['opened possible: pods app=web of namespace shop to pods app=db of namespace shop on every port']);
    expect(texts(out({}, undefined), { namespaceSelector: labelled({ team: 'red' }) })).toEqual(['opened possible: every pod of namespaces team=red to pods app=db of namespace shop on every port']);
    expect(texts(out({}, [{ podSelector: labelled({ tier: 'a' }) }]), app('web'))).toEqual(['opened possible: pods app=web of namespace shop to pods app=db,tier=a of namespace shop on every port']);
    expect(texts(out(labelled({ tier: 'a' }), undefined), { podSelector: {}, namespaceSelector: {} })).toEqual(['opened possible: every pod to pods app=db of namespace shop on every port']);
    expect(texts(out({}, [{ ipBlock: { cidr: '10.0.0.0/8' } }]), app('web'))).toEqual(['opened possible: pods app=web of namespace shop to pods app=db of namespace shop with addresses in 10.0.0.0/8 on every port']);
    expect(texts(out({}, [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/9'] } }]), app('web')))
      .toEqual(['opened possible: pods app=web of namespace shop to pods app=db of namespace shop with addresses in 10.0.0.0/8 except 10.0.0.0/9 on every port']);
    // Addresses pass on the other side, whatever the policies of pods say.
    expect(texts(out(labelled({ app: 'web' }), undefined), { ipBlock: { cidr: '10.0.0.0/8' } })).toEqual(['opened possible: 10.0.0.0/8 to pods app=db of namespace shop on every port']);
  });

  test('that many rules of the other side limit is written once, without them', () => {
    const both = policy('shop/closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const versions = (count: number) => {
      const out = Array.from({ length: count }, (_, i) => policy(`shop/out-${i}`, { podSelector: labelled({ app: `a${i}` }), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports: [{ port: 80 + i }] }] }));
      return gains(between([SHOP, both, ...out], [SHOP, both, ...out, ingress([{ podSelector: {} }], undefined, labelled({ app: 'db' }))]));
    };
    expect(versions(8)).toHaveLength(8);
    expect(versions(8)[0]).toBe('opened possible: pods app=a0 of namespace shop to pods app=db of namespace shop on TCP 80');
    expect(versions(9)).toEqual(['opened possible: every pod of namespace shop to pods app=db of namespace shop on TCP 80-88']);
  });

  test('is not limited where the other side lets everyone pass', () => {
    const out = policy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports: [{ port: 5432 }] }] });
    expect(gains(between([SHOP, out, db([app('jobs')])], [SHOP, out, db([app('jobs'), { podSelector: {} }], [{ port: 5432 }])])))
      .toEqual(['opened possible: every pod of namespace shop to pods app=db of namespace shop on TCP 5432']);
  });
});

describe('ports', () => {
  test.each<[string, object[] | undefined, string]>([
    ['none named', undefined, 'every port'],
    ['a number', [{ port: 80 }], 'TCP 80'],
    ['numbers and ranges', [{ port: 80 }, { port: 8000, endPort: 8010 }, { port: 53, protocol: 'UDP' }], 'TCP 80, TCP 8000-8010 and UDP 53'],
    ['a name', [{ port: 'http' }], 'TCP http'],
    ['two names', [{ port: 'http' }, { port: 'dns', protocol: 'UDP' }], 'TCP http and UDP dns'],
    ['a number and a name', [{ port: 80 }, { port: 'http' }], 'TCP 80 and TCP http'],
    ['every port of a protocol', [{ protocol: 'UDP' }], 'every UDP port'],
    ['a number in a range', [{ port: 80, endPort: 90 }, { port: 85 }], 'TCP 80-90'],
  ])('%s', (_, ports, text) => {
    const [gain, ...others] = opens([app('web')], ports);
    expect(others).toEqual([]);
    expect(gain).toBe(`opened possible: pods app=web of namespace shop ${TO} ${text}`);
  });

  test('of a name are those that a pod can give it, and the name is data', () => {
    const [{ ports }] = between([SHOP, closed], [SHOP, closed, ingress([app('web')], [{ port: 'http' }])]).gains;
    expect(ports.names).toEqual([{ protocol: 'TCP', name: 'http' }]);
    expect(ports.connections.toString()).toBe('TCP 1-65535');
  });

  test('of a name that another rule has too are not opened', () => {
    const old = ingress([app('web')], [{ port: 'http' }]);
    expect(gains(between([SHOP, closed, old], [SHOP, closed, policy('shop/open', { podSelector: {}, ingress: [{ from: [app('web')], ports: [{ port: 'http' }] }, { from: [app('web')], ports: [{ port: 'http' }, { port: 80 }] }] })])))
      .toEqual(['opened possible: pods app=web of namespace shop to every pod of namespace shop on TCP 80']);
    expect(losses(between([SHOP, closed, ingress([app('web')], [{ port: 'http' }, { port: 'web' }])], [SHOP, closed, ingress([app('web')], [{ port: 'http' }])])))
      .toEqual(['closed possible: pods app=web of namespace shop to every pod of namespace shop on TCP web']);
  });
});

describe('a block', () => {
  const out = (...to: object[]) => policy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: to.map(one => ({ to: [one] })) });
  const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
  const opened = (old: object, now: object) => gains(between([SHOP, old], [SHOP, now])).map(text => /^\w+ possible: pods app=web of namespace shop to (.*) on/.exec(text)?.[1]);

  test('of which several parts are new is written with what was allowed before as exceptions', () => {
    expect(opened(out(block('10.1.0.0/16')), out(block('10.0.0.0/8')))).toEqual(['10.0.0.0/8 except 10.1.0.0/16']);
    expect(opened(out(block('10.1.0.0/16')), out(block('10.0.0.0/8', '10.2.0.0/16')))).toEqual(['10.0.0.0/8 except 10.2.0.0/16 and 10.1.0.0/16']);
    expect(opened(out(block('192.0.2.0/24')), out(block('192.0.2.0/24'), block('10.0.0.0/8')))).toEqual(['10.0.0.0/8']);
  });

  test('counts only for the same pods on the same ports', () => {
    const on = (port: number | string) => policy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [block('10.0.0.0/16')], ports: [{ port }] }] });
    const wide = (port: number | string) => policy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [block('10.0.0.0/15')], ports: [{ port }] }] });
    expect(opened(on(80), wide(80))).toEqual(['10.1.0.0/16']);
    expect(opened(on(80), wide(81))).toEqual(['10.0.0.0/15']);
    expect(opened(on('http'), wide('http'))).toEqual(['10.1.0.0/16']);
    expect(opened(on('http'), wide('web'))).toEqual(['10.0.0.0/15']);
    const other = policy('shop/other', { podSelector: labelled({ app: 'jobs' }), policyTypes: ['Egress'], egress: [{ to: [block('10.0.0.0/16')] }] });
    const deny = policy('shop/deny', { podSelector: {}, policyTypes: ['Egress'] });
    expect(gains(between([SHOP, deny, other], [SHOP, deny, other, wide(80)]))).toEqual(['opened possible: pods app=web of namespace shop to 10.0.0.0/15 on TCP 80']);
  });
});

describe('regions', () => {
  test('between the same ends, on the same ports, are one with several causes', () => {
    const rule = (name: string) => policy(name, { podSelector: labelled({ app: 'db' }), policyTypes: ['Ingress'], ingress: [{ from: [app('web')], ports: [{ port: 80 }] }] });
    const result = between([SHOP, closed], [SHOP, closed, rule('shop/a'), rule('shop/b')]);
    expect(result.gains.map(({ causes }) => causes.map(({ text }) => text))).toEqual([['shop/a spec.ingress[0].from[0] is new', 'shop/b spec.ingress[0].from[0] is new']]);
  });

  test('of one rule with other ports are one', () => {
    expect(opens([app('web')], [{ port: 80 }, { port: 'http' }, { port: 82 }])).toEqual([`opened possible: pods app=web of namespace shop ${TO} TCP 80, TCP 82 and TCP http`]);
  });

  test('on other ports are two', () => {
    const rules = policy('shop/open', { podSelector: {}, ingress: [{ from: [app('web')], ports: [{ port: 80 }] }, { from: [app('jobs')], ports: [{ port: 81 }] }] });
    expect(gains(between([SHOP, closed], [SHOP, closed, rules]))).toEqual([`opened possible: pods app=web of namespace shop ${TO} TCP 80`, `opened possible: pods app=jobs of namespace shop ${TO} TCP 81`]);
  });

  test('with declared pairs come first, sorted', () => {
    const rules = policy('shop/open', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [app('jobs')] }, { from: [app('web'), { namespaceSelector: labelled({ team: 'red' }) }] }] });
    const objects = [SHOP, namespace('a', { team: 'red' }), WEB, DB, deployment('a/two', { app: 'two' }), deployment('a/one', { app: 'one' }), closed];
    const result = between(objects, [...objects, rules]);
    expect(result.gains.map(({ ends, pairs }) => [ends, pairs.map(({ source, destination }) => `${source.name} ${destination.name}`)])).toEqual([
      ['both', ['shop/web[Deployment] shop/db[Deployment]']],
      ['both', ['a/one[Deployment] shop/db[Deployment]', 'a/two[Deployment] shop/db[Deployment]']],
      ['possible', []],
    ]);
  });

  test('have the declared pairs whose ports they have', () => {
    const rules = policy('shop/open', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [app('web')], ports: [{ port: 80 }] }, { from: [{ podSelector: {} }], ports: [{ port: 81 }] }] });
    const objects = [SHOP, WEB, DB, closed];
    expect(between(objects, [...objects, rules]).gains.map(({ from, pairs }) => [from.text, pairs.map(({ source, destination, connections }) => `${source.name} ${destination.name} ${connections}`)])).toEqual([
      ['pods app=web of namespace shop', ['shop/web[Deployment] shop/db[Deployment] TCP 80']],
      ['every pod of namespace shop', ['shop/db[Deployment] shop/db[Deployment] TCP 81', 'shop/web[Deployment] shop/db[Deployment] TCP 81']],
    ]);
  });

  test('have the addresses and the pods with known addresses that are in their blocks', () => {
    const known = (name: string, ip: string) => pod(`shop/${name}`, { app: name }, { ips: [ip] });
    const objects = [SHOP, known('in', '10.0.0.1'), known('out', '192.0.2.1'), DB, closed];
    const rules = ingress([{ ipBlock: { cidr: '10.0.0.0/8' } }], undefined, labelled({ app: 'db' }));
    const [{ pairs }] = between(objects, [...objects, rules]).gains;
    expect(pairs.map(({ source }) => source.name)).toEqual(['10.0.0.0-10.255.255.255[External]', 'shop/in[Pod]']);
  });
});

describe('a witness', () => {
  const nameOf = (rules: object, side: 'source' | 'destination', ...objects: object[]) => between([SHOP, closed, ...objects], [SHOP, closed, ...objects, rules]).gains[0].witness[side].name;

  test('is a pod of a new namespace, if no declared one will do', () => {
    expect(nameOf(ingress([{ namespaceSelector: labelled({ team: 'red' }) }]), 'source')).toMatch(/^a pod without labels in a new namespace \(with label team=red\)$/);
  });

  test('names the labels of a declared namespace', () => {
    expect(nameOf(ingress([{ namespaceSelector: labelled({ team: 'red' }) }]), 'source', namespace('ops', { team: 'red' }))).toBe('a pod without labels in namespace ops (with label team=red)');
  });

  test('names the number of a port that it gives a name', () => {
    expect(nameOf(ingress([app('web')], [{ port: 'http' }]), 'destination')).toMatch(/^a pod without labels and with the name http for port TCP \d+ in namespace shop$/);
    expect(nameOf(ingress([app('web')], [{ port: 80 }]), 'destination')).toBe('a pod without labels in namespace shop');
  });

  test('has an address that is in the block', () => {
    const [{ witness: { source } }] = between([SHOP, closed], [SHOP, closed, ingress([{ ipBlock: { cidr: '192.0.2.7/32' } }])]).gains;
    expect(source.name).toMatch(/^192\.0\.2\.7$|and with address 192\.0\.2\.7 in /);
    const taken = pod('shop/a', { app: 'a' }, { ips: ['192.0.2.7'] });
    const [{ witness }] = between([SHOP, taken, closed], [SHOP, taken, closed, ingress([{ ipBlock: { cidr: '192.0.2.7/32' } }])]).gains;
    expect(witness.source).toMatchObject({ kind: 'pod', name: 'shop/a[Pod]', workload: { name: 'a' }, isNewNamespace: false });
  });

  test('is an address, where only addresses are new', () => {
    const out = (...cidrs: string[]) => policy('shop/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: cidrs.map(cidr => ({ ipBlock: { cidr } })) }] });
    const { gains: found } = between([SHOP, out('10.0.0.0/8')], [SHOP, out('10.0.0.0/8', '224.0.0.0/8')]);
    expect(found.map(({ witness }) => witness.destination)).toEqual([{ kind: 'address', name: '224.0.0.1', address: 0xe0000001n }]);
  });
});

test('an end that is a workload is not also called every pod of its namespace', () => {
  const open = policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] });
  const web = (hostNetwork: boolean) => [SHOP, DB, pod('shop/web', { app: 'web' }, { hostNetwork }), open];
  expect(losses(between(web(false), web(true)))).toEqual(['closed both: shop/web[Pod] to pods app=db of namespace shop on TCP 80']);
});

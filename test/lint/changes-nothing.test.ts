import { found, findingsOf, ingress, networkPolicy, podsOf } from './found';

/* NP130 and NP131. That what they call redundant is redundant, redundancy.test.ts shows with random clusters. */

const deny = (name: string, ...policyTypes: string[]) => networkPolicy(name, { podSelector: {}, policyTypes });
const codes = (...objects: object[]) => findingsOf(['NP130', 'NP131'], objects).map(({ code, place }) => `${code} ${place.file}`);
const WEB_TO_DB = ingress('shop/web-to-db', 'db', [podsOf('web')], [{ port: 5432 }]);

describe('NP130: a policy changes nothing', () => {
  test('if it is a copy of another one under another name, and the later one is found', () => {
    expect(found('NP130', [WEB_TO_DB, ingress('shop/copy', 'db', [podsOf('web')], [{ port: 5432 }])])).toEqual([
      'object 1: warning NP130: shop/copy changes nothing: shop/web-to-db selects at least the same pods and allows at least the same '
      + '(this policy does the same: object 0); remove it, or correct what it was meant to allow',
    ]);
  });

  test('if policies of more pods isolate its pods and allow more, and the finding names all of them', () => {
    const more = ingress('shop/same-namespace', undefined, [{ podSelector: {} }]);
    expect(found('NP130', [deny('shop/deny', 'Ingress'), more, WEB_TO_DB])[0]).toContain('object 2: warning NP130: shop/web-to-db changes nothing: shop/same-namespace selects');
    const both = networkPolicy('shop/both', { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [podsOf('web')] }] });
    expect(found('NP130', [deny('shop/deny', 'Egress'), more, both])[0]).toContain('shop/both changes nothing: shop/same-namespace and shop/deny select');
  });

  test('if it has no rules, and another policy without rules selects at least the same pods', () => {
    expect(codes(deny('shop/deny', 'Ingress', 'Egress'), networkPolicy('shop/deny-db', { podSelector: { matchLabels: { app: 'db' } } }))).toEqual(['NP130 object 1']);
  });

  test('is not found if this library wrote it, because one call writes the policies of both ends of a connection', () => {
    const copy: any = ingress('shop/copy', 'db', [podsOf('web')], [{ port: 5432 }]);
    copy.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
    expect(codes(WEB_TO_DB, copy)).toEqual(['NP130 object 0']);
    expect(codes(copy, ingress('shop/same', undefined, [{ podSelector: {} }]))).toEqual([]);
  });

  test.each<[string, object[]]>([
    ['it is a default deny, although another policy with rules isolates all pods', [deny('shop/deny', 'Ingress'), ingress('shop/same', undefined, [{ podSelector: {} }])]],
    ['it is the only one that isolates egress', [deny('shop/deny', 'Ingress'), deny('shop/deny-all', 'Ingress', 'Egress'), WEB_TO_DB]],
    ['the other one is in another namespace', [WEB_TO_DB, ingress('other/web-to-db', 'db', [podsOf('web')], [{ port: 5432 }])]],
    ['the other one selects fewer pods', [ingress('shop/a', 'db', [podsOf('web')]), networkPolicy('shop/b', { podSelector: { matchLabels: { app: 'db', part: 'x' } }, ingress: [{ from: [podsOf('api')] }] })]],
    ['the other one allows fewer ports', [WEB_TO_DB, ingress('shop/more', 'db', [podsOf('web')], [{ port: 5432 }, { port: 5433 }])].reverse().slice(1)],
  ])('is not found if %s', (_, objects) => {
    expect(found('NP130', objects).filter(text => !text.includes('object 0'))).toEqual([]);
  });
});

describe('NP131: a rule that other rules cover', () => {
  test('in the same policy is found, and the finding names the other rule', () => {
    const policy = networkPolicy('shop/db', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }, { from: [podsOf('web')], ports: [{ port: 80 }] }] });
    expect(found('NP131', [policy])).toEqual([
      'object 0 spec.ingress[1]: note NP131: shop/db spec.ingress[1] allows only what shop/db spec.ingress[0] allows too '
      + '(this rule allows the same: object 0 spec.ingress[0]); remove the rule, or correct what it was meant to allow',
    ]);
  });

  test('in policies that select at least the same pods is found, also if each peer is covered by another rule', () => {
    const both = networkPolicy('shop/db', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [podsOf('web'), { ipBlock: { cidr: '10.1.0.0/16' } }] }, { from: [podsOf('api')] }] });
    const net = ingress('shop/net', undefined, [{ ipBlock: { cidr: '10.0.0.0/8' } }]);
    expect(codes(both, net, ingress('shop/web', undefined, [podsOf('web')]))).toEqual(['NP131 object 0 spec.ingress[0]']);
  });

  test('is found for egress too, and not by rules of the other direction', () => {
    const egress = networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }, { to: [podsOf('db')] }] });
    expect(codes(egress)).toEqual(['NP131 object 0 spec.egress[1]']);
    expect(codes(ingress('shop/i', undefined, [{ podSelector: {} }]), networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] }))).toEqual([]);
  });

  test('is not found beside a rule of the same policy for everybody, because NP125 is about that rule', () => {
    expect(codes(networkPolicy('shop/db', { podSelector: {}, ingress: [{}, { from: [podsOf('web')] }] }))).toEqual([]);
    expect(codes(networkPolicy('shop/db', { podSelector: {}, ingress: [{}, { ports: [{ port: 80 }] }] }))).toEqual([]);
    expect(codes(networkPolicy('shop/db', { podSelector: {}, ingress: [{}, {}] }))).toEqual(['NP131 object 0 spec.ingress[1]']);
  });

  const on = (...ports: object[]) => ({ from: [podsOf('web')], ports });
  const toAll = (...ports: object[]) => ({ ports });
  const rules = (...ingressRules: object[]) => networkPolicy('shop/db', { podSelector: {}, ingress: ingressRules });

  test('is found if several rules have its ports together, and the finding names only those that are needed', () => {
    expect(found('NP131', [rules(on({ port: 22 }), on({ port: 80 }), on({ port: 443 }), on({ port: 80 }, { port: 443 }))])).toEqual([
      expect.stringContaining('shop/db spec.ingress[3] allows only what shop/db spec.ingress[1] and shop/db spec.ingress[2] allow too'),
    ]);
    expect(codes(rules(on({ port: 79, endPort: 90 }), on({ port: 91, endPort: 99 }), on({ port: 80, endPort: 99 })))).toEqual(['NP131 object 0 spec.ingress[2]']);
    expect(found('NP131', [rules(on({ port: 80, endPort: 84 }), on({ port: 82, endPort: 86 }), on({ port: 85, endPort: 90 }), on({ port: 80, endPort: 89 }))])[1])
      .toMatch(/spec\.ingress\[3\] allows only what shop\/db spec\.ingress\[0\] and shop\/db spec\.ingress\[2\] allow too/);
  });

  test('is found beside two rules for everybody that have its ports only together, because NP125 is about one rule', () => {
    expect(codes(rules(toAll({ port: 80, endPort: 90 }), toAll({ port: 91, endPort: 99 }), on({ port: 80, endPort: 99 })))).toEqual(['NP131 object 0 spec.ingress[2]']);
    expect(codes(rules(toAll({ port: 80 }), toAll({ port: 443 }), on({ port: 80 }, { port: 443 })))).toEqual(['NP131 object 0 spec.ingress[2]']);
    expect(codes(rules(toAll({ port: 80, endPort: 99 }), on({ port: 80, endPort: 90 })))).toEqual([]);
  });

  test('is not found if one of its ports is missing in all of them, or has another peer', () => {
    const last = on({ port: 80 }, { port: 443 });
    expect(found('NP131', [rules(on({ port: 443, protocol: 'UDP' }), on({ port: 81 }), last)])).toEqual([]);
    expect(found('NP131', [rules(on({ port: 80, endPort: 89 }), on({ port: 91, endPort: 99 }), on({ port: 79, endPort: 99 }))]).filter(text => text.includes('spec.ingress[2] allows only'))).toEqual([]);
    expect(found('NP131', [rules({ from: [podsOf('api')], ports: [{ port: 443 }] }, on({ port: 'https' }), on({ port: 443, endPort: 450 }), last)])).toEqual([]);
  });

  test('is not found if only a part is covered', () => {
    expect(codes(networkPolicy('shop/db', { podSelector: {}, ingress: [{ from: [podsOf('web')], ports: [{ port: 80 }] }, { from: [podsOf('web')], ports: [{ port: 80, endPort: 90 }] }] })).length).toBe(1);
    expect(codes(networkPolicy('shop/db', { podSelector: {}, ingress: [{ from: [podsOf('web')], ports: [{ port: 80 }] }, { from: [podsOf('web')], ports: [{ port: 81 }] }] }))).toEqual([]);
    expect(codes(networkPolicy('shop/db', { podSelector: {}, ingress: [{ from: [podsOf('web')] }, { from: [{ namespaceSelector: {}, ...podsOf('web') }], ports: [{ port: 81 }] }] }))).toEqual([]);
  });
});

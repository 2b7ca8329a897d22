import { explanationOf, policy, shop, TIERS } from './shop';
import { explain } from '../../src/query/explanation';
import { flow } from '../../src/query/flow';
import { explanationJson, explanationMarkdown, placeJson, renderExplanation } from '../../src/report/explanation';
import { fieldReference, formatReference, policyReference } from '../../src/report/references';
import { deployment, labelled, member, namespace, pod, policy as policyObject, reachOf } from '../support/cluster-objects';
import { reachOfYaml } from '../support/manifests';

/* How explanations are written. */

const DENY_EGRESS = policy('deny', '{ podSelector: {}, policyTypes: [Egress] }');
const SOLO = '\napiVersion: v1\nkind: Pod\nmetadata: { name: solo, namespace: app }\nspec: { containers: [{ name: c, image: i }] }\n---';

/** The explanation as text. */
function text(yaml: string | undefined, from: string, to: string, on?: string): string {
  return renderExplanation(explanationOf(yaml === undefined ? shop() : reachOfYaml(yaml), from, to, on));
}

describe('the text', () => {
  test('starts with the answer and the fix; then come both sides', () => {
    const written = text(undefined, 'app/backend', 'app/db', 'tcp/5432');
    expect(written).toMatch(/^no: app\/backend\[Deployment\] does not reach app\/db\[Deployment\] on TCP 5432\n\nFix: add to spec\.egress of app\/allow-backend-egress-https \(test\.yaml:\d+:3\):\n {2}- to:\n/);
    expect(written).toMatch(/\n {8}port: 5432\n\nEgress of app\/backend\[Deployment\]: blocked\n/);
    expect(written).toMatch(/\n\nIngress of app\/db\[Deployment\]: allowed\n/);
    expect(written.endsWith('\n')).toBe(true);
  });

  test('of a yes without a port has the connections', () => {
    expect(text(undefined, 'app/frontend', 'app/backend')).toMatch(/^yes: app\/frontend\[Deployment\] reaches app\/backend\[Deployment\] on TCP 8080\n/);
    expect(text(undefined, 'app/frontend', 'app/backend', 'tcp/8080')).toMatch(/^yes: .* on TCP 8080\n/);
  });

  test('of a blocked side has the fix, the policies that isolate, and what they allow', () => {
    expect(text(undefined, 'app/backend', 'app/db', 'tcp/5432')).toMatch(new RegExp([
      'Fix: add to spec\\.egress of app/allow-backend-egress-https \\(test\\.yaml:\\d+:3\\):',
      '  - to:',
      '      - podSelector:',
      '          matchLabels:',
      '            app: db',
      '    ports:',
      '      - protocol: TCP',
      '        port: 5432',
      '',
      'Egress of app/backend\\[Deployment\\]: blocked',
      '  isolated by these policies, so only what they allow may leave it',
      '    app/allow-backend-egress-https \\(test\\.yaml:\\d+:1\\)',
      '      which allows egress only to ipBlock 0\\.0\\.0\\.0/0 on TCP 443',
      '  no rule allows it',
      '',
      'Ingress of ',
    ].join('\n')));
  });

  test('of a side that passes has the rules that allow it, and no fix', () => {
    const written = text(undefined, 'app/frontend', 'app/backend', 'tcp/8080');
    expect(written).toMatch(/Ingress of app\/backend\[Deployment\]: allowed\n.*may enter it\n.*\n.*\n {2}allowed by\n {4}app\/allow-frontend-to-backend spec\.ingress\[0\] \(test\.yaml:\d+:\d+\): TCP 8080\n {6}its from\[0\] is pods app=frontend of namespace 'app'; its ports\[0\] is TCP 8080\n$/);
    expect(written).not.toContain('Fix');
  });

  test('of a range of ports that partly passes says so', () => {
    expect(text(undefined, 'app/frontend', 'app/backend', 'tcp/8079-8081')).toMatch(/blocked[^]*partly allowed by\n {4}app\/allow-frontend-to-backend .*: TCP 8080\n/);
  });

  test.each([
    ['egress that no policy isolates', TIERS, 'app/frontend', 'app/db', 'No policy isolates it for egress, so it may connect to anything.'],
    ['ingress that no policy isolates', TIERS, 'app/frontend', 'app/db', 'No policy isolates it for ingress, so anything may connect to it.'],
    ['an address', TIERS, 'app/frontend', '8.8.8.8', 'It is outside the cluster, where no policy isolates.'],
    ["a pod on its node's network", `${TIERS}${SOLO.replace('spec: {', 'spec: { hostNetwork: true,')}${DENY_EGRESS}`, 'app/solo', 'app/db',
      "It is on its node's network, where no NetworkPolicy isolates it."],
  ])('says why a side is open: %s', (_, yaml, from, to, sentence) => {
    expect(text(yaml, from, to)).toContain(`\n  ${sentence}\n`);
  });

  test('says so if each side allows a connection, but no port is allowed by both', () => {
    expect(text(TIERS
      + policy('out', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }')
      + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }] }'), 'app/backend', 'app/db'))
      .toMatch(/: TCP 5432\n.*\n\nEach side allows some connections, but they have no port in common: egress has TCP 443, ingress has TCP 5432\. [^\n]*\n$/);
  });

  test('says that a pod reaches itself, whatever its policies are', () => {
    expect(text(`${SOLO}${policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }')}`, 'app/solo', 'app/solo'))
      .toMatch(/^yes: .*\n\nA pod always reaches itself: policies do not apply\.\n$/);
  });

  test.each([
    ['app/frontend', 'app/db', 'tcp/pg', "No container of app/db[Deployment] has a TCP port named 'pg': name it in the container's ports, or give its number."],
    ['app/frontend', 'app/backend', 'udp/http',
      "No container of app/backend[Deployment] has a UDP port named 'http' (it has TCP http): name it in the container's ports, or give its number."],
    ['app/backend', '8.8.8.8', 'tcp/https', "The port name 'https' has no meaning for an address: give a number."],
  ])('has nothing but the reason if the destination does not have the port name: %s → %s on %s', (from, to, on, sentence) => {
    expect(text(undefined, from, to, on).split('\n').slice(1)).toEqual(['', sentence, '']);
  });
});

test.each([
  ['[]', 'which has no egress rule: it allows nothing'],
  ['[{ ports: [{ protocol: SCTP, port: 1 }] }]', 'which allows egress only to anything on SCTP 1'],
  ['[{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 443 }] }]',
    'which allows egress only to ipBlock 10.0.0.0/8 except 10.1.0.0/16 on TCP 443'],
  ['[{ to: [{ podSelector: { matchLabels: { app: x } } }, { namespaceSelector: {} }], ports: [{ protocol: UDP, port: dns }] }]',
    "which allows egress only to pods app=x of namespace 'app' or every pod of every namespace on UDP dns"],
  ['[{ to: [{ namespaceSelector: { matchLabels: { team: a } } }], ports: [{ port: 80, endPort: 90 }, { protocol: UDP }] }]',
    'which allows egress only to every pod of namespaces team=a on TCP 80-90 and UDP 1-65535'],
  [`[{ to: [${Array.from({ length: 3000 }, (_, i) => `{ podSelector: { matchLabels: { app: x${i} } } }`).join(', ')}], ports: [${Array.from({ length: 3000 }, (_, i) => `{ port: ${i + 1} }`).join(', ')}] }]`,
    "which allows egress only to pods app=x0 of namespace 'app', pods app=x1 of namespace 'app', pods app=x2 of namespace 'app' or 2,997 more on "
    + 'TCP 1, TCP 2, TCP 3, TCP 4, TCP 5, TCP 6, TCP 7, TCP 8 and 2,992 more'],
  [`[{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [${Array.from({ length: 30_000 }, (_, i) => `${1 + (i % 200)}.${Math.floor(i / 200)}.0.0/24`).join(', ')}] } }] }]`,
    'which allows egress only to ipBlock 0.0.0.0/0 except 1.0.0.0/24, 2.0.0.0/24, 3.0.0.0/24, 4.0.0.0/24 and 29,996 more on every port'],
  ['[{ to: [{ podSelector: { matchLabels: { app: x } } }] }, { ports: [{ port: 53 }] }]',
    "which allows egress only to pods app=x of namespace 'app' on every port; to anything on TCP 53"],
  ['[{ ports: [{ port: 1 }] }, { ports: [{ port: 2 }] }, { ports: [{ port: 3 }] }]',
    'which allows egress only to anything on TCP 1; to anything on TCP 2; to anything on TCP 3'],
  ['[{ ports: [{ port: 1 }] }, { ports: [{ port: 2 }] }, { ports: [{ port: 3 }] }, { ports: [{ port: 4 }] }]', 'which allows egress by 4 rules'],
])('a policy that blocks egress is described: %s', (rules, description) => {
  expect(text(TIERS + policy('p', `{ podSelector: {}, policyTypes: [Egress], egress: ${rules} }`), 'app/backend', 'app/db', 'tcp/5432')).toContain(`\n      ${description}\n`);
});

test('a policy that blocks ingress is described', () => {
  expect(text(TIERS + policy('p', '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }'), 'app/backend', 'app/db', 'tcp/5432'))
    .toContain('\n      which allows ingress only from anything on TCP 80\n');
});

test('a port name that the destination does not have is reported with those that it has', () => {
  const yaml = TIERS.replace('name: http }', 'name: http }, { containerPort: 53, protocol: UDP, name: dns }');
  expect(text(yaml, 'app/frontend', 'app/backend', 'tcp/web')).toContain("has a TCP port named 'web' (it has TCP http, UDP dns): name it");
});

describe('a policy that nearly selects a pod', () => {
  const LABELLED = SOLO.replace('namespace: app }', 'namespace: app, labels: { app: api, tier: front } }');
  const nearly = (spec: string, ...question: [string, string, string?]) => text(TIERS + LABELLED + policy('p', spec), ...question);
  const SENTENCE = '  nearly selected by\n    app/p (test.yaml:';

  test('is named if it would block, but for one label', () => {
    expect(nearly('{ podSelector: { matchLabels: { app: api, tier: back } } }', 'app/db', 'app/solo')).toMatch(new RegExp([
      'Ingress of app/solo\\[Pod\\]: allowed',
      '  No policy isolates it for ingress, so anything may connect to it\\.',
      '  nearly selected by',
      '    app/p \\(test\\.yaml:\\d+:1\\)',
      '      its podSelector app=api,tier=back does not select app/solo\\[Pod\\], which has app=api, tier=front',
      '$',
    ].join('\n')));
    const json: any = explanationJson(explanationOf(reachOfYaml(TIERS + LABELLED + policy('p', '{ podSelector: { matchLabels: { app: api, tier: back } } }')), 'app/db', 'app/solo'));
    expect(json.ingress.nearlySelectedBy).toEqual([{ policy: 'app/p', file: 'test.yaml', line: expect.any(Number), column: 1, why: expect.stringContaining('its podSelector app=api,tier=back does not select') }]);
    expect(json.egress).not.toHaveProperty('nearlySelectedBy');
  });

  test('is named if its only label has nearly the value of the pod', () => {
    expect(nearly('{ podSelector: { matchLabels: { tier: frot } } }', 'app/db', 'app/solo')).toContain(SENTENCE);
    expect(nearly('{ podSelector: { matchLabels: { tier: back } } }', 'app/db', 'app/solo')).not.toContain('nearly');
    expect(nearly('{ podSelector: { matchLabels: { teir: front } } }', 'app/db', 'app/solo')).not.toContain('nearly');
  });

  test('is named if it would allow what is blocked', () => {
    const closed = policy('deny', '{ podSelector: {}, policyTypes: [Ingress] }');
    expect(text(TIERS + LABELLED + closed + policy('p', '{ podSelector: { matchLabels: { app: api, tier: back } }, ingress: [{}] }'), 'app/db', 'app/solo')).toMatch(/no rule allows it\n {2}nearly selected by\n {4}app\/p /);
    expect(text(TIERS + LABELLED + closed + policy('p', '{ podSelector: { matchLabels: { app: api, tier: back } }, ingress: [] }'), 'app/db', 'app/solo')).not.toContain('nearly');
  });

  test.each([
    ['differs in two labels', '{ podSelector: { matchLabels: { app: x, tier: back } } }'],
    ['is about the other direction', '{ podSelector: { matchLabels: { app: api, tier: back } }, policyTypes: [Egress] }'],
    ['would let the connection through', '{ podSelector: { matchLabels: { app: api, tier: back } }, ingress: [{ ports: [{ port: 80 }] }] }'],
  ])('is not named if it %s', (_, spec) => {
    expect(nearly(spec, 'app/db', 'app/solo', 'tcp/80')).not.toContain('nearly');
  });

  test("is not named for a pod on its node's network, an address, or a pod itself", () => {
    const spec = '{ podSelector: { matchLabels: { app: api, tier: back } }, policyTypes: [Ingress, Egress] }';
    expect(text(TIERS + LABELLED.replace('spec: {', 'spec: { hostNetwork: true,') + policy('p', spec), 'app/db', 'app/solo')).not.toContain('nearly');
    expect(nearly(spec, 'app/db', '8.8.8.8')).not.toContain('nearly');
    expect(nearly(spec, 'app/solo', 'app/solo')).not.toContain('nearly');
  });

  test('is counted if there are many, and twelve equal reasons are one', () => {
    const many = Array.from({ length: 12 }, (_, i) => policy(`p${i}`, '{ podSelector: { matchLabels: { app: api, tier: back } } }')).join('');
    const written = text(TIERS + LABELLED + many, 'app/db', 'app/solo');
    expect(written.match(/does not select/g)).toHaveLength(1);
    expect(written).toMatch(/app\/p3 \(.*\)\n {4}and 8 more policies\n/);
  });
});

describe('equal reasons', () => {
  test('are one: twelve peers of a rule that differ in nothing', () => {
    const peers = Array.from({ length: 12 }, () => '{ podSelector: { matchLabels: { app: x } } }').join(', ');
    expect(text(TIERS + policy('p', `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [${peers}] }] }`), 'app/backend', 'app/db').match(/its podSelector app=x does not select/g)).toHaveLength(1);
  });

  test('are counted: twelve policies of a kind that is not evaluated', () => {
    const foreign = Array.from({ length: 12 }, (_, i) => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: c${i}, namespace: app }
spec: { endpointSelector: {}, ingress: [{}] }
---`).join('');
    const [, ...lines] = text(TIERS + foreign, 'app/backend', 'app/db').split('\n');
    expect(lines.slice(0, 4).every(line => line.startsWith('undecided, because CiliumNetworkPolicy app/c'))).toBe(true);
    expect(lines[4]).toBe('and 8 more reasons of the same kind (policy-kind)');
    expect(lines[5]).toBe('');
  });
});

describe('the fix', () => {
  test('for both sides says that both are needed', () => {
    const written = text(TIERS + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'), 'app/backend', 'app/db', 'tcp/5432');
    expect(written).toMatch(/^no: .*\n\nBoth sides are blocked, so both fixes are needed\.\nFix for egress: add this policy:\n {2}apiVersion: [^]*\nFix for ingress: add this policy:\n {2}apiVersion: /);
  });

  test('says so if it opens a whole namespace, because the other end has no label', () => {
    const reach = reachOfYaml(TIERS + SOLO + policy('db', '{ podSelector: { matchLabels: { app: db } } }'));
    const [source, destination] = ['app/solo', 'app/db'].map(name => member(reach, name));
    const explained = explain(reach, flow(reach, source, destination), undefined, { mayOpenNamespace: true });
    const sentence = "This opens it for every pod of namespace 'app', because app/solo[Pod] has no label that a rule could select it by. To open it for that workload alone, give its pods a label first.";
    expect(renderExplanation(explained)).toMatch(/\nFix: replace spec\.ingress of app\/db \(.*\) with:\n {2}ingress:\n {4}- from:\n {8}- podSelector: \{\}\n/);
    expect(renderExplanation(explained)).toContain(`\n${sentence}\n`);
    expect((explanationJson(explained) as any).ingress.fix.opens).toBe(sentence);
    // A claim has no such fix: it must not affect other workloads.
    expect(explain(reach, flow(reach, source, destination)).ingress.fix).toBeUndefined();
  });

  test('for a pod of another namespace without labels opens that namespace', () => {
    const reach = reachOfYaml(TIERS + SOLO.replace('namespace: app', 'namespace: jobs') + policy('db', '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress, Egress] }'));
    const explained = explain(reach, flow(reach, member(reach, 'jobs/solo'), member(reach, 'app/db')), undefined, { mayOpenNamespace: true });
    expect(renderExplanation(explained)).toMatch(/kubernetes\.io\/metadata\.name: jobs\n {10}podSelector: \{\}\n/);
  });

  const fixOf = (policies: string, side = 'egress'): any =>
    (explanationJson(explanationOf(reachOfYaml(TIERS + policies), 'app/backend', 'app/db', 'tcp/5432')) as any)[side].fix;

  test('has the section of a policy that has no rule yet', () => {
    const { instruction, yaml } = fixOf(policy('backend', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress] }'));
    expect(instruction).toMatch(/^replace spec\.egress of app\/backend \(test\.yaml:\d+:\d+\) with$/);
    expect(yaml).toMatch(/^egress:\n {2}- to:\n/);
    const ingress = fixOf(policy('db', '{ podSelector: { matchLabels: { app: db } } }'), 'ingress');
    expect(ingress.instruction).toMatch(/^replace spec\.ingress of app\/db \(test\.yaml:\d+:\d+\) with$/);
    expect(ingress.yaml).toMatch(/^ingress:\n {2}- from:\n/);
  });

  test('has a rule to add to a policy that has one', () => {
    const { instruction, yaml } = fixOf(policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80 }] }] }'), 'ingress');
    expect(instruction).toMatch(/^add to spec\.ingress of app\/db \(test\.yaml:\d+:\d+\)$/);
    expect(yaml).toMatch(/^- from:\n/);
  });

  test('is a whole policy, without a place, if only a policy for all pods isolates; pasted, it allows the connection', () => {
    const fix = fixOf(DENY_EGRESS);
    expect(fix).toEqual({ instruction: 'add this policy', yaml: expect.stringContaining('kind: NetworkPolicy') });
    expect(explanationOf(reachOfYaml(`${TIERS}${DENY_EGRESS}\n${fix.yaml}`), 'app/backend', 'app/db', 'tcp/5432').answer).toBe('yes');
  });

  test('writes the selector of two pods of one workload twice, without a YAML alias', () => {
    const db = TIERS.replace('selector: { matchLabels: { app: db } }', 'selector: { matchExpressions: [{ key: app, operator: In, values: [db, sql] }] }');
    const { ingress } = explanationJson(explanationOf(reachOfYaml(db + policy('deny', '{ podSelector: {} }')), 'app/db', 'app/db', '5432')) as any;
    expect(ingress.fix.yaml.match(/ values:\n +- db\n +- sql\n/g)).toHaveLength(2);
  });

  test('has quotes around a label value that YAML 1.1 reads as a boolean or a number', () => {
    const reach = reachOf(pod('x/a', { canary: 'yes', size: '010', empty: '' }), pod('x/b', { app: 'b' }), policyObject('x/deny', { podSelector: {} }));
    expect((explanationJson(explanationOf(reach, 'x/a', 'x/b', '80')) as any).ingress.fix.yaml)
      .toContain('matchLabels:\n              canary: "yes"\n              empty: ""\n              size: "010"\n');
  });
});

describe('the JSON', () => {
  test('has the answer and both sides, with policies, rules and places', () => {
    const json: any = explanationJson(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432'));
    expect(json).toMatchObject({
      answer: 'no',
      allowed: false,
      from: 'app/backend[Deployment]',
      to: 'app/db[Deployment]',
      port: 'TCP 5432',
      connections: 'No Connections',
      egress: { allowed: false, isolatedBy: [{ policy: 'app/allow-backend-egress-https', file: 'test.yaml' }], allowedBy: [] },
      ingress: { allowed: true, allowedBy: [{ policy: 'app/allow-backend-to-db', path: 'spec.ingress[0]', connections: 'TCP 5432' }] },
    });
    expect(json.egress.fix.yaml).toContain('port: 5432');
    expect(json.egress.fix.line).toBe(json.egress.isolatedBy[0].line + 6);
    expect(json.ingress).not.toHaveProperty('fix');
  });

  test('says if the destination does not have the port name, and has no fix then', () => {
    const json: any = explanationJson(explanationOf(shop(), 'app/frontend', 'app/db', 'tcp/pg'));
    expect(json.unresolvedPort).toContain("named 'pg'");
    expect(json.ingress).not.toHaveProperty('fix');
    expect(explanationJson(explanationOf(reachOfYaml(TIERS + DENY_EGRESS), 'app/frontend', 'app/db', 'tcp/pg'))).not.toHaveProperty('egress.fix');
  });

  test('says if the pod reaches itself', () => {
    expect(explanationJson(explanationOf(reachOfYaml(SOLO), 'app/solo', 'app/solo'))).toMatchObject({ answer: 'yes', allowed: true, loopback: true });
  });

  test('has a file, line and column as a place, or a construct path', () => {
    expect(placeJson({ file: 'a.yaml', line: 1, column: 2 })).toEqual({ file: 'a.yaml', line: 1, column: 2 });
    expect(placeJson({ constructPath: 'shop/db', file: 'x' })).toEqual({ constructPath: 'shop/db' });
  });
});

test('the Markdown has the answer in bold, and the rest as text', () => {
  const written = explanationMarkdown(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432'));
  expect(written).toMatch(/^\*\*no: app\/backend\\\[Deployment\\\] does not reach .*\*\*\n\n```text\nFix: add to spec\.egress of [^]*\n\nEgress of app\/backend\[Deployment\]: blocked\n/);
  expect(written.endsWith('\n```\n')).toBe(true);
});

test('a reference has the policy, its field and the place', () => {
  const [web] = reachOfYaml(policy('web', `
  podSelector: {}
  ingress:
    - from: [{ podSelector: {} }]`)).cluster.policies;
  expect(formatReference(policyReference(web))).toBe('app/web (test.yaml:2:1)');
  expect(formatReference(fieldReference(web, web.ingress![0].path))).toBe('app/web spec.ingress[0] (test.yaml:8:7)');
  expect(formatReference(fieldReference(web, ['spec', 'ingress', 0, 'from', 0]))).toBe('app/web spec.ingress[0].from[0] (test.yaml:8:14)');
});

describe('a near miss', () => {
  const WORLD = [
    namespace('x', { team: 'a' }), namespace('y', { team: 'b', zone: '1', owner: 'c', cost: 'd', phase: 'e' }),
    pod('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] }),
    pod('x/client', { app: 'client' }), pod('x/bare'), pod('y/client', { app: 'client' }), pod('undeclared/client', { app: 'client' }),
    pod('x/many', { app: 'many', a: '1', b: '2', c: '3', d: '4' }),
    pod('x/four', { z: '1', app: 'four', b: '2', a: '3' }), pod('x/known', {}, { ips: ['10.0.0.1', 'fd00::1'] }), pod('x/host', { app: 'client' }, { hostNetwork: true, ips: ['10.0.0.9'] }),
  ];

  /** Why the ingress rule of x/web does not allow `from`; undefined if it is not a near miss. */
  function whyNot(rule: object, from: string, on?: string): string | undefined {
    const reach = reachOf(...WORLD, policyObject('x/p', { podSelector: labelled({ app: 'web' }), ingress: [rule] }));
    const explanation = explanationOf(reach, from, 'x/web', on);
    const { ingress }: any = explanationJson(explanation);
    const [miss] = ingress.nearMisses;
    expect(ingress.allowed).toBe(false);
    if (miss !== undefined) { expect(renderExplanation(explanation)).toContain(`  near misses\n    x/p spec.ingress[0] (object 11)\n      ${miss.why}\n`); }
    return miss?.why;
  }

  const pods = (podSelector: object) => ({ from: [{ podSelector }] });
  const spaces = (namespaceSelector: object, more = {}) => ({ from: [{ namespaceSelector, ...more }] });
  const block = (cidr: string, ...except: string[]) => ({ from: [{ ipBlock: { cidr, except } }] });
  const client = labelled({ app: 'client' });

  test.each<[string, object[], string | undefined, string]>([
    ['another number', [{ port: 80 }, { port: 443 }], 'tcp/81', 'it allows TCP 80 and TCP 443, not TCP 81'],
    ['another protocol', [{ protocol: 'UDP', port: 53 }], 'tcp/53', 'it allows UDP 53, not TCP 53'],
    ['a part of the range', [{ port: 80, endPort: 90 }], 'tcp/85-95', 'it allows TCP 80-90, not TCP 85-95'],
    ['another port by its name', [{ port: 'http' }], 'tcp/81', 'it allows TCP 80, not TCP 81'],
    ['a name that no container has', [{ port: 'metrics' }], 'tcp/81', "no container of x/web[Pod] has a TCP port named 'metrics'"],
    ['a name of another protocol', [{ protocol: 'UDP', port: 'http' }], 'tcp/80', "no container of x/web[Pod] has a UDP port named 'http'"],
    ['a number, and a name that no container has', [{ port: 80 }, { port: 'metrics' }], 'tcp/81',
      "it allows TCP 80, not TCP 81; no container of x/web[Pod] has a TCP port named 'metrics'"],
    ['a name that no container has, without a port in the question', [{ port: 'metrics' }], undefined, "no container of x/web[Pod] has a TCP port named 'metrics'"],
  ])('allows the peer on other ports: %s', (_, ports, on, why) => {
    expect(whyNot({ ...pods(client), ports }, 'x/client', on)).toBe(why);
  });

  test('names a port for an address', () => {
    const reach = reachOf(pod('x/web'), policyObject('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'https' }] }] }));
    expect(explanationJson(explanationOf(reach, 'x/web', '1.2.3.4', '443')))
      .toMatchObject({ egress: { nearMisses: [{ why: "the port name 'https' has no meaning for an address: give a number" }] } });
  });

  test.each<[string, object, string, string]>([
    ['another label value', pods(client), 'x/many', 'its podSelector app=client does not select x/many[Pod], which has app=many'],
    ['another label value, of a pod with four labels', pods(client), 'x/four',
      'its podSelector app=client does not select x/four[Pod], which has a=3, app=four, b=2, z=1'],
    ['no such label', pods(client), 'x/bare', 'its podSelector app=client does not select x/bare[Pod], which has no label app'],
    ['a label that must be absent', pods({ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }), 'x/client',
      'its podSelector !app does not select x/client[Pod], which has app=client'],
    ['another namespace than the policy', pods(client), 'y/client',
      "without a namespaceSelector it selects pods of its own namespace 'x' only, and y/client[Pod] is in 'y'"],
    ['another namespace label', spaces(labelled({ team: 'a' })), 'y/client', "its namespaceSelector team=a does not select namespace 'y', which has team=b"],
    ['another namespace name', spaces(labelled({ 'kubernetes.io/metadata.name': 'z' })), 'y/client',
      "its namespaceSelector kubernetes.io/metadata.name=z does not select namespace 'y', which has kubernetes.io/metadata.name=y"],
    ['a namespace that is not declared', spaces(labelled({ team: 'a' })), 'undeclared/client',
      "its namespaceSelector team=a does not select namespace 'undeclared', which has kubernetes.io/metadata.name=undeclared, no label team"
      + ' (the input has no Namespace object of that name, so its other labels are not known)'],
    ['another pod of the right namespace', spaces(labelled({ team: 'b' }), { podSelector: labelled({ app: 'db' }) }), 'y/client',
      'its podSelector app=db does not select y/client[Pod], which has app=client'],
    ['an address instead of pods', pods(client), '1.2.3.4', 'podSelector app=client selects pods, and 1.2.3.4 is an address'],
    ["a pod on its node's network", pods(client), 'x/host', "x/host[Pod] is on its node's network, where only an ipBlock selects it"],
    ['another block', block('10.0.0.0/8'), '1.2.3.4', 'ipBlock 10.0.0.0/8 does not contain 1.2.3.4'],
    ['an exception', block('10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16'), '10.2.3.4',
      'ipBlock 10.0.0.0/8 except 10.1.0.0/16 and 10.2.0.0/16 does not contain 10.2.3.4: it is in 10.2.0.0/16, which is an exception'],
    ['a pod whose address is not known', block('8.0.0.0/8'), 'x/client',
      'ipBlock 8.0.0.0/8 does not contain every address that x/client[Pod] may have, and its own address is not known'],
    ['a pod with another address', block('11.0.0.0/8'), 'x/known', 'ipBlock 11.0.0.0/8 does not contain 10.0.0.1 or fd00::1, the address of x/known[Pod]'],
    ["another block, and a pod on its node's network", block('11.0.0.0/8'), 'x/host', 'ipBlock 11.0.0.0/8 does not contain 10.0.0.9, the address of x/host[Pod]'],
  ])('does not select the peer: %s', (_, rule, from, why) => {
    expect(whyNot(rule, from)).toBe(why);
  });

  test('has a reason for each of its peers', () => {
    expect(whyNot({ from: [{ podSelector: client }, { ipBlock: { cidr: '10.0.0.0/8' } }] }, '1.2.3.4'))
      .toBe('podSelector app=client selects pods, and 1.2.3.4 is an address; ipBlock 10.0.0.0/8 does not contain 1.2.3.4');
  });

  test('does not select the peer, on the port of the question', () => {
    expect(whyNot({ ...pods(client), ports: [{ port: 80 }] }, 'x/bare', 'tcp/http')).toContain('which has no label app');
  });

  test('shows only the labels that the selector asks for, if the pod has many', () => {
    expect(whyNot(pods(labelled({ app: 'client', d: '4', z: '' })), 'x/many'))
      .toBe('its podSelector app=client,d=4,z= does not select x/many[Pod], which has app=many, no label z');
  });

  test.each<[string, object, string]>([
    ['another port', { ...pods(client), ports: [{ port: 443 }] }, 'tcp/80'],
    ['a part of the ports', { ...pods(client), ports: [{ port: 80 }] }, 'tcp/80-81'],
  ])('is not a rule for another peer and %s', (_, rule, on) => {
    expect(whyNot(rule, 'x/bare', on)).toBeUndefined();
  });
});

describe('an explanation of what only the running cluster knows', () => {
  const inZone = (operator: string) => ({ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator, values: ['a'] }] });
  const explained = (spec: object) => {
    const reach = reachOf(pod('x/web', { app: 'web' }), pod('x/db', { app: 'db' }), policyObject('x/p', spec));
    return renderExplanation(explanationOf(reach, 'x/db', 'x/web'));
  };

  test('does not say that a policy isolates a pod if the policy only may select it', () => {
    expect(explained({ podSelector: inZone('In') })).toContain('  isolated by these policies, if one of them selects it, so only what they allow may enter it\n    x/p');
    expect(explained({ podSelector: {} })).toContain('  isolated by these policies, so only what they allow may enter it\n');
  });

  test('lists the rules that decide together, although each of them only may match', () => {
    const found = explained({ podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [{ podSelector: inZone('In') }] }, { from: [{ podSelector: inZone('NotIn') }] }] });
    expect(found).toMatch(/^yes: /);
    expect(found).toMatch(/ {2}allowed by\n {4}x\/p spec\.ingress\[0\].*\n.*\n {4}x\/p spec\.ingress\[1\]/);
  });

  test('does not list a rule that only may match beside one that does', () => {
    const found = explained({ podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [{ podSelector: inZone('In') }] }, {}] });
    expect(found).toMatch(/ {2}allowed by\n {4}x\/p spec\.ingress\[1\]/);
    expect(found).not.toContain('spec.ingress[0]');
  });

  test('does not say that a pod lacks a label that Kubernetes adds', () => {
    const reach = reachOf(deployment('x/api', { app: 'api' }), pod('x/web', { app: 'web' }), policyObject('x/p', {
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' }, matchExpressions: [{ key: 'pod-template-hash', operator: 'DoesNotExist' }] } }] }],
    }));
    expect(renderExplanation(explanationOf(reach, 'x/api', 'x/web'))).toContain(
      'its podSelector app=api,!pod-template-hash does not select x/api[Deployment], which has app=api, a generated label pod-template-hash\n');
  });
});

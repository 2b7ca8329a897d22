import { deployment, intentVerdicts, policy, shop, TIERS, verdictWith } from './shop';
import { PairClaim } from '../../src/claims/claim';
import { IntentVerdict } from '../../src/claims/judge-intents';
import { renderClaimVerdict, verdictDetails } from '../../src/report/verdict-text';
import { reachOfYaml } from '../support/manifests';

const only = (intents: IntentVerdict[]) => intents[0].verdict;
const details = (yaml: string, manifests?: string) =>
  verdictDetails(only(intentVerdicts(manifests === undefined ? shop() : reachOfYaml(TIERS + manifests), yaml)));

test('a claim that holds is one line', () => {
  expect(renderClaimVerdict(only(intentVerdicts(shop(), 'denied: [{ from: app/frontend, to: app/db }]')))).toBe('denied: app/frontend[Deployment] → app/db[Deployment]\n');
});

test('of thousands of parties or ports in a claim, a message has the first eight and a count', () => {
  const many = (text: (i: number) => string) => Array.from({ length: 3000 }, (_, i) => text(i)).join(', ');
  const [line] = renderClaimVerdict(only(intentVerdicts(shop(), `admitsOnly: [{ to: app/backend, from: [app/frontend, ${many(i => `10.0.${i % 250}.${Math.floor(i / 250)}`)}], ports: [${many(i => String(i + 1))}] }]`))).split('\n');
  expect(line).toMatch(/^admitsOnly: app\/frontend\[Deployment\], (10\.0\.\d\.0, ){6}10\.0\.6\.0 and 2,993 more → app\/backend\[Deployment\] \(TCP 1, .*, TCP 8 and 2,992 more\)$/);
});

test('a blocked connection shows the fix first, then the side that blocks in full, and the other side in one line', () => {
  const lines = renderClaimVerdict(only(intentVerdicts(shop(), 'allowed: [{ from: app/backend, to: app/db }]'))).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'allowed: app/backend[Deployment] → app/db[Deployment]',
    '  app/backend[Deployment] does not reach app/db[Deployment] on TCP 5432.',
    '  Fix: add to spec.egress of app/allow-backend-egress-https (test.yaml:54:3):',
    '    - to:',
  ]);
  expect(lines).toContain('  Egress of app/backend[Deployment]: blocked');
  expect(lines.at(-3)).toMatch(/^ {2}Ingress of app\/db\[Deployment\]: allowed by app\/allow-backend-to-db spec\.ingress\[0\]/);
  expect(lines.at(-2)).toBe('  Judged for the pods of 2 declared workloads.');
});

test('the side that passes has all rules that allow it, and the side that blocks has the call to write, if a program wrote the policies', () => {
  const verdict = only(intentVerdicts(reachOfYaml(TIERS + policy('out', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress] }')
    + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }, {}] }')), 'allowed: [{ from: app/backend, to: app/db }]'));
  expect(verdictDetails(verdictWith(verdict, { claim: { ...verdict.claim as PairClaim, calls: { opening: () => ({ egress: 'backend.allowTo(db)' }), making: () => [], isolating: () => undefined } } }))).toEqual([
    'app/backend[Deployment] does not reach app/db[Deployment] on TCP 5432.',
    'Fix: write backend.allowTo(db)',
    'Egress of app/backend[Deployment]: blocked',
    '  isolated by these policies, so only what they allow may leave it',
    expect.stringMatching(/^ {4}app\/out \(/),
    '      which has no egress rule: it allows nothing',
    '  no rule allows it',
    expect.stringMatching(/^Ingress of app\/db\[Deployment\]: allowed by app\/in spec\.ingress\[0\] \(.*\): TCP 5432; app\/in spec\.ingress\[1\] \(.*\): TCP 5432$/),
    'Judged for the pods of 2 declared workloads.',
  ]);
});

test('if each side allows another port, that is the reason', () => {
  expect(details('allowed: [{ from: app/backend, to: app/frontend }]', policy('out', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }')
    + policy('in', '{ podSelector: { matchLabels: { app: frontend } }, ingress: [{ ports: [{ port: 80 }] }] }')).at(-2)).toContain('they have no port in common');
});

test('a claim on every port has a fix that opens every port, although the witness is on one', () => {
  const text = details('allowed: [{ from: app/backend, to: app/frontend }]',
    policy('in', '{ podSelector: { matchLabels: { app: frontend } }, ingress: [{ ports: [{ port: 80 }] }] }')).join('\n');
  const [fix] = /^Fix: [^]*?\nEgress/m.exec(text)!;
  expect(fix).toContain('app: backend');
  expect(fix).not.toContain('port');
});

test('an open connection that is denied shows the rules that allow it on each side, and the fix', () => {
  expect(details('denied: [{ from: app/frontend, to: app/backend }]')).toEqual([
    'app/frontend[Deployment] reaches app/backend[Deployment] on TCP 8080.',
    'Fix: remove or narrow app/allow-frontend-to-backend spec.ingress[0].',
    'Egress of app/frontend[Deployment]: allowed',
    '  No policy isolates it for egress, so it may connect to anything.',
    'Ingress of app/backend[Deployment]: allowed',
    '  allowed by',
    '    app/allow-frontend-to-backend spec.ingress[0] (test.yaml:39:13): TCP 8080',
    'Judged for the pods of 2 declared workloads.',
  ]);
});

test('a connection that may pass shows the side that is undecided, and why', () => {
  const cilium = '\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: app }\nspec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }\n---';
  const why = /^ {2}undecided, because CiliumNetworkPolicy app\/x is of a kind that netpol does not evaluate \(test.yaml:\d+:1; policy-kind\)$/;
  const rule = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80 }] }] }');
  for (const manifests of [cilium, `${policy('none', '{ podSelector: { matchLabels: { app: db } } }')}\n${cilium}`]) {
    expect(details('denied: [{ from: app/frontend, to: app/db, port: tcp/80 }]', manifests).slice(1, 5)).toEqual([
      'Egress of app/frontend[Deployment]: allowed',
      '  No policy isolates it for egress, so it may connect to anything.',
      'Ingress of app/db[Deployment]: undecided',
      expect.stringMatching(why),
    ]);
  }
  expect(details('denied: [{ from: app/frontend, to: app/db, port: tcp/80 }]', `${rule}\n${cilium}`).slice(3, 7)).toEqual([
    'Ingress of app/db[Deployment]: undecided',
    expect.stringMatching(why),
    '  these rules allow it, or may allow it',
    expect.stringMatching(/^ {4}app\/in spec\.ingress\[0\] \(.*\): TCP 80$/),
  ]);
});

test('rules for ports that are not denied are not shown', () => {
  const ports = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80 }] }, { ports: [{ port: 80, endPort: 90 }] }] }');
  const text = details('denied: [{ from: app/frontend, to: app/db, port: tcp/81 }]', ports).join('\n');
  expect(text).toMatch(/spec\.ingress\[1\] \(.*\): TCP 81$/m);
  expect(text).not.toContain('spec.ingress[0]');
});

test('a claim that a pod on its node\'s network and another pod are apart says that a node always reaches its pods', () => {
  const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
  expect(details('denied: [{ from: app/agent, to: app/db }]', agent + policy('none', '{ podSelector: {}, policyTypes: [Ingress] }'))).toEqual([
    "app/agent[Deployment] and app/db[Deployment] may be on one node, and a pod's own node always reaches it.",
    "Fix: no policy can deny it: name pods that are not on their node's network, or remove the claim.",
    'Judged for the pods of 2 declared workloads.',
  ]);
});

test('blocks of pod addresses say nothing about a pod on its node\'s network, whose address is that of its node', () => {
  const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
  const onBlock = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }');
  const text = details('denied: [{ from: { namespace: app, labels: { app: agent } }, to: app/db }]', agent + onBlock).join('\n');
  expect(text).toContain('If no pod has such an address, judge the manifests of the running pods, which have the addresses of their nodes.');
});

test('no policy can deny a connection between an address and a pod on its node\'s network', () => {
  const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
  expect(details('denied: [{ from: app/agent, to: 1.1.1.1 }]', agent).at(-2)).toBe("No NetworkPolicy can deny it: policies isolate only pods that are not on their node's network.");
  expect(details('denied: [{ from: 8.8.8.8, to: app/frontend }]', '').join('\n')).not.toContain('can deny it');
});

test('a pod that could exist is described below the verdict, with the labels that matter marked', () => {
  const grant = policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { client: db } } }] }] }');
  const claim = '{ from: { namespace: app, podSelector: { matchLabels: { app: frontend } } }, to: app/db';
  const marked = expect.stringMatching(/^ *The input declares no such pod, .*: its labels are app=frontend, client=db \(\*\)\. \(\*\) The claim does not ask for this label, and a policy looks at it\.$/);
  const [assumption, pod, fact, ...rest] = details(`denied: [${claim} }]`, grant);
  expect([assumption, pod, fact, rest]).toEqual([
    expect.stringMatching(/^Assumption \(extra-label\): netpol assumes that there is no pod with labels app=frontend, client=db in namespace app\. Otherwise .* would reach app\/db\[Deployment\] on every port \(.*\)\.$/),
    marked, expect.stringMatching(/^ {2}To state it as a fact: declare the workload, .*\(scope DECLARED\)\.$/), [],
  ]);
  const strict = details(`denied: [${claim}, strict: true }]`, grant);
  expect(strict[0]).toMatch(/ would reach app\/db\[Deployment\] on every port\. It holds only under an assumption \(extra-label\), and denied is strict here\.$/);
  expect(strict).toEqual(expect.arrayContaining([
    'Fix: remove or narrow app/db spec.ingress[0].', 'Or let the claim be about declared pods only (scope DECLARED).', marked,
  ]));
});

test('an address that a pod could have is named if a block decides', () => {
  const block = policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }] }');
  expect(details('denied: [{ from: app/frontend, to: app/db }]', block)[3]).toMatch(/^This is so if a pod of app\/frontend\[Deployment\] has the address 10\.1\.\d+\.\d+\.$/);
  expect(details('admitsOnly: [{ to: app/db, from: [] }]', block)[0]).toBe('10.1.0.0/16 can connect to app/db[Deployment] too.');
});

test('a party that matches no declared pod is named, whether the claim holds or not', () => {
  const claim = '{ from: { namespace: app, podSelector: { matchLabels: { app: frontnd } } }, to: app/db';
  const unmatched = 'No declared pod matches pods app=frontnd of namespace app, although the input has workloads in its namespace.';
  expect(details(`denied: [${claim} }]`)).toEqual([unmatched]);
  expect(details(`denied: [${claim}, strict: true }]`)).toEqual(['No declared pod matches pods app=frontnd of namespace app, although the input has workloads in its namespace, and denied is strict here.', 'Judged for every possible pod, 1 declared workload among them.']);
});

test('a pod outside the list is shown with the peer that lets it through, in words', () => {
  expect(details('admitsOnly: [{ to: app/backend, from: [app/db] }]')).toEqual([
    'A pod with label app=frontend in namespace app can connect to app/backend[Deployment] too, whether it exists today or not.',
    'Fix: narrow app/allow-frontend-to-backend spec.ingress[0].from[0], or remove it.',
    'Or list the other end in the claim, if it may connect.',
    'Let through by app/allow-frontend-to-backend spec.ingress[0].from[0] (test.yaml:39:22),',
    "  which means pods app=frontend of namespace 'app', on TCP 8080",
    'Judged for the pods of 1 declared workload.',
  ]);
  expect(details('admitsOnly: [{ to: app/db, from: [] }]', policy('in', '{ podSelector: {}, ingress: [{ ports: [{ port: 5432 }] }] }')).slice(1)).toEqual([
    "Fix: list the allowed peers under 'from' of app/in spec.ingress[0], or remove the rule.", 'It allows TCP 5432.', 'Judged for the pods of 1 declared workload.',
  ]);
});

test('an outsider that no policy keeps out has no rule', () => {
  expect(details('admitsOnly: [{ to: app/db, from: [] }]', '')).toEqual([
    expect.stringContaining('can connect to app/db[Deployment] too'), expect.stringMatching(/^Fix: /), 'Judged for the pods of 1 declared workload.',
  ]);
});

test('a verdict that is undecided says why, where, and by which code', () => {
  const verdict = only(intentVerdicts(shop(), 'admitsOnly: [{ to: app/frontend, from: [] }]'));
  const place = { file: 'c.yaml', line: 5, column: 1 };
  expect(verdictDetails(verdictWith(verdict, { answer: 'undecided', reasons: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy app/c', place }] })))
    .toEqual(['Undecided (policy-kind): CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate (c.yaml:5:1).', 'Judged for the pods of 1 declared workload.']);
  expect(verdictDetails(verdictWith(verdict, { answer: 'undecided', reasons: [{ code: 'budget', what: 'the search for a witness' }] })))
    .toEqual(['Undecided (budget): the search for a witness has used all the steps that one claim may take; split the claim, or list fewer parties.', 'Judged for the pods of 1 declared workload.']);
});

describe('what only the running cluster knows', () => {
  const job = '\napiVersion: batch/v1\nkind: Job\nmetadata: { generateName: mig-, namespace: app }\nspec: { template: { metadata: { labels: { app: mig } }, spec: { containers: [{ name: c, image: i }] } } }\n---';

  test('is the label of a declared pod: the witness says which value it needs', () => {
    const grant = policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { job-name: mig-abc } } }], ports: [{ port: 5432 }] }] }');
    expect(details('denied: [{ from: { namespace: app, labels: { app: mig } }, to: app/db }]', job + grant)).toContain('This is so if a pod of app/mig-*[Job] has the label job-name=mig-abc.');
    // Its own labels are what the manifest says.
    const own = policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: mig } } }] }] }');
    expect(details('denied: [{ from: { namespace: app, labels: { app: mig } }, to: app/db }]', job + own).join('\n')).not.toContain('This is so if');
  });

  test('is the address of a pod: no near miss and no fix names the example that the search made', () => {
    const block = policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 172.16.0.0/12 } }, { ipBlock: { cidr: "fd12::/16" } }] }] }');
    const all = details('allowed: [{ from: app/frontend, to: app/db }]', block);
    // Only this line has the example, and says that it is one.
    const lines = all.filter(line => !line.startsWith('This is so if a pod of app/frontend[Deployment] has the address '));
    expect(lines.length).toBe(all.length - 1);
    expect(lines.join('\n')).toContain('ipBlock 172.16.0.0/12 does not contain every address that app/frontend[Deployment] may have, and its own address is not known');
    // The blocks of the policy are the only addresses.
    expect(lines.join('\n').match(/\d+\.\d+\.\d+\.\d+|[0-9a-f]+::[0-9a-f/]*/g)!.filter(text => !['172.16.0.0', 'fd12::/16'].includes(text))).toEqual([]);
  });

  test('is the address of a pod on its node\'s network: it has no fix', () => {
    const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    const lines = details('allowed: [{ from: app/agent, to: app/db, port: tcp/5432 }]', agent + policy('none', '{ podSelector: { matchLabels: { app: db } }, ingress: [] }'));
    expect(lines.join('\n')).not.toMatch(/Fix:|\d+\.\d+\.\d+\.\d+/);
  });
});

describe('a claim about addresses', () => {
  const denyEgress = policy('none', '{ podSelector: {}, policyTypes: [Egress] }');

  test('has the fix for all of them, and not for one example', () => {
    const fix = (to: string) => details(`allowed: [{ from: app/frontend, to: ${to}, port: tcp/443 }]`, denyEgress);
    expect(fix('10.0.0.0/8')[0]).toBe('app/frontend[Deployment] does not reach 10.0.0.0/8 on TCP 443.');
    expect(fix('10.0.0.0/8').join('\n')).toContain('ipBlock:\n              cidr: 10.0.0.0/8\n');
    expect(fix('internet').join('\n')).toMatch(/cidr: 0\.0\.0\.0\/0\n +except:\n +- 0\.0\.0\.0\/8\n[^]*cidr: 2000::\/3\n/);
  });

  test('names the part of a block that a rule leaves out, and the fix opens the whole block', () => {
    const partly = policy('out', '{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/9 } }] }] }');
    const lines = details('allowed: [{ from: app/frontend, to: 10.0.0.0/8, port: tcp/443 }]', partly);
    expect(lines[0]).toBe('app/frontend[Deployment] does not reach 10.128.0.0/9 on TCP 443.');
    expect(lines.join('\n')).toContain('cidr: 10.0.0.0/8');
  });
});

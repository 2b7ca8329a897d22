import { formatClaim } from '../../src/claims/claim';
import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';
import { policy, shop, TIERS } from '../report/shop';
import { reachOfYaml } from '../support/manifests';

function intents(yaml: string) {
  const read = readIntents('intents.yaml', Buffer.from(yaml));
  expect(read.findings.map(formatFinding)).toEqual([]);
  return read.intents;
}

function findings(yaml: string): string {
  return readIntents('intents.yaml', Buffer.from(yaml)).findings.map(formatFinding).join('\n');
}

test('intents of all kinds are read in the order of the file, each with its place', () => {
  expect(intents(`
denied:
  - { from: app/frontend, to: app/db }
allowed:
  - from: app/frontend
    to: app/backend
    port: tcp/8080
    description: the shop
admitsOnly:
  - { to: app/db, from: [app/backend, 10.0.0.1], strict: true }
reachesOnly:
  - { from: app/db, to: [] }
`)).toEqual([
    { kind: 'denied', sources: [end('app/frontend', 3, 7)], destinations: [end('app/db', 3, 27)], place: at(3, 5) },
    {
      kind: 'allowed',
      sources: [end('app/frontend', 5, 5)],
      destinations: [end('app/backend', 6, 5)],
      place: at(5, 5),
      ports: [{ protocol: 'TCP', first: 8080, last: 8080 }],
      description: 'the shop',
    },
    { kind: 'admitsOnly', sources: [end('app/backend', 10, 26), end('10.0.0.1', 10, 39)], destinations: [end('app/db', 10, 7)], strict: true, place: at(10, 5) },
    { kind: 'reachesOnly', sources: [end('app/db', 12, 7)], destinations: [], place: at(12, 5) },
  ]);
});

test('ports are a list or one port: numbers of TCP, names, ranges and whole protocols', () => {
  const [intent] = intents('allowed: [{ from: a/b, to: c/d, ports: [80, tcp/http, udp/53-54, sctp] }]');
  expect(intent.ports).toEqual([
    { protocol: 'TCP', first: 80, last: 80 }, { protocol: 'TCP', name: 'http' },
    { protocol: 'UDP', first: 53, last: 54 }, { protocol: 'SCTP', first: 1, last: 65535 },
  ]);
});

test.each([
  ['{ namespace: app, podSelector: { matchLabels: { app: web } } }', 'pods app=web of namespace app'],
  ['{ namespace: app, labels: { app: web } }', 'pods app=web of namespace app'],
  ['{ namespace: app, matchExpressions: [{ key: app, operator: Exists }] }', 'pods app of namespace app'],
  ['{ namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] } }', 'every pod of namespaces team'],
  ['{ namespaceLabels: { team: a } }', 'every pod of namespaces team=a'],
  ['{ namespaceLabels: {}, labels: { app: web } }', 'pods app=web of every namespace'],
  ['dns', 'dns'],
  ['internet', 'internet'],
  ['anything', 'anything'],
])('an endpoint may be %s', (written, name) => {
  expect(intents(`denied: [{ from: ${written}, to: app/db }]`)[0].sources).toMatchObject([{ party: { name } }]);
});

test.each([
  ["{ namespace: app, labels: { 'a b': web } }", "denied[0].from.labels: the key 'a b'"],
  ['{ namespaceLabels: { a: x y } }', "denied[0].from.namespaceLabels: the value 'x y' of 'a'"],
  ['{ namespace: app, matchExpressions: [{ key: app, operator: Foo }] }', "denied[0].from.matchExpressions[0].operator: 'Foo' is not a valid selector operator"],
  ['{ namespace: app, namespaceLabels: {} }', 'denied[0].from: has both namespace and namespaceLabels'],
  ['{ labels: { app: web } }', 'denied[0].from: has no namespace'],
  ['{ namespace: app, labels: { app: web }, podSelector: {} }', 'denied[0].from.podSelector: is written beside labels or matchExpressions; write only one of them'],
])('the endpoint %s is an error: %s', (written, message) => {
  expect(findings(`denied: [{ from: ${written}, to: app/db }]`)).toContain(message);
});

test('the words mean the DNS servers, the public internet, and every pod and address', () => {
  const manifests = `kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: p, namespace: app }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }
    - { to: [{ ipBlock: { cidr: 8.8.8.0/24 } }] }
---
{ kind: Pod, apiVersion: v1, metadata: { name: a, namespace: app }, spec: { containers: [{ name: c, image: i }] } }`;
  const { cluster } = readCluster(readText({ file: 'k8s.yaml', content: manifests, named: true }).resources);
  const answers = (list: string) => judgeIntents(cluster, intents(`reachesOnly: [{ from: app/a, to: ${list} }]`)).verdicts.map(({ verdict }) => verdict.answer);
  expect(['[dns, internet]', '[dns]', '[internet]', '[anything]', '[]'].map(answers)).toEqual([['holds'], ['fails'], ['fails'], ['holds'], ['fails']]);
});

test('the scope is every possible pod, or only declared pods', () => {
  const scopeOf = (text: string) => intents(`denied: [{ from: a/b, to: c/d${text} }]`)[0].onlyDeclared;
  expect(['', ', scope: POSSIBLE', ', scope: DECLARED'].map(scopeOf)).toEqual([undefined, undefined, true]);
});

test('an entry may name its cluster', () => {
  expect(['', ', cluster: eu', ', cluster: ""', ', cluster: null'].map(text => intents(`denied: [{ from: a/b, to: c/d${text} }]`)[0].cluster))
    .toEqual([undefined, 'eu', undefined, undefined]);
});

test('several documents are one list of intents', () => {
  expect(intents('denied: [{ from: a/b, to: c/d }]\n---\nallowed: [{ from: a/b, to: c/d }]\n').map(i => i.kind)).toEqual(['denied', 'allowed']);
});

test.each([
  ['deny: []', 'intents.yaml:1:1: error NP211: deny: there is no such field'],
  ['kind: Intent\nallowed: []', 'intents.yaml:1:1: error NP211: kind: there is no such field; an intent file is not a Kubernetes object: write allowed, denied, admitsOnly, reachesOnly'],
  ['only: []', "intents.yaml:1:1: error NP211: only: there is no such field; write 'admitsOnly'"],
  ['deny: []', "intents.yaml:1:1: error NP211: deny: there is no such field; write 'denied'"],
  ['allow: []', "intents.yaml:1:1: error NP211: allow: there is no such field; write 'allowed'"],
  ['admitOnly: []', "intents.yaml:1:1: error NP211: admitOnly: there is no such field; write 'admitsOnly'"],
  ['reachOnly: []', "intents.yaml:1:1: error NP211: reachOnly: there is no such field; write 'reachesOnly'"],
  ['allowed: []\nonlyTo: []', "intents.yaml:2:1: error NP211: onlyTo: there is no such field; write 'reachesOnly'"],
  ['', 'intents.yaml: error NP213: this file has no intent'],
  ['allowed: []', 'intents.yaml: error NP213: this file has no intent'],
  ['[]', 'intents.yaml:1:1: error NP211: must be an object, not a list'],
  ['allowed: { from: a/b, to: c/d }', 'intents.yaml:1:1: error NP211: allowed: must be a list'],
  ['allowed: [a/b]', 'allowed[0]: must be an object, not the text "a/b"'],
  ['allowed:\n  -', 'intents.yaml:2:3: error NP211: allowed[0]: this entry is empty; write { from: app/frontend, to: app/backend }'],
  ['allowed: [{ form: a/b, to: c/d }]', 'allowed[0].form: there is no such field'],
  ['allowed: [{ to: c/d }]', 'intents.yaml:1:11: error NP211: allowed[0].from: is missing; write namespace/name'],
  ['allowed: [{ from: a/b, to: 5 }]', 'allowed[0].to: is not an endpoint; write namespace/name'],
  ['denied: [{ from: a/b, to: [c/d] }]', 'denied[0].to: must be one endpoint, not a list; write an entry for each'],
  ['admitsOnly: [{ to: [a/b], from: [] }]', "admitsOnly[0].to: must be one endpoint, not a list; 'admitsOnly' is about one endpoint"],
  ['admitsOnly: [{ to: a/b, from: c/d }]', 'admitsOnly[0].from: must be a list; write [c/d], or [] for no endpoint'],
  ['admitsOnly: [{ to: a/b }]', 'admitsOnly[0].from: is missing; write [app/backend], or [] for no endpoint'],
  ['admitsOnly: [{ to: a/b, from: [c/d, ] , x: 1 }]', 'admitsOnly[0].x: there is no such field'],
  ['admitsOnly: [{ to: a/b, from: [{}] }]', "admitsOnly[0].from[0]: has no namespace; write either 'namespace: app'"],
  ['admitsOnly: [{ to: { namespace: a, namespaceSelector: {} }, from: [] }]', 'admitsOnly[0].to: has both namespace and namespaceSelector'],
  ['allowed:\n- {from: {namespace: "", podSelector: {}}, to: x/b}', 'intents.yaml:2:11: error NP211: allowed[0].from.namespace: a lowercase RFC 1123 label must'],
  ['denied: [{ from: { namespace: 5 }, to: c/d }]', 'denied[0].from.namespace: must be text, not the number 5'],
  ['denied: [{ from: { namespace: a, podSelector: { app: web } }, to: c/d }]', "labels go under matchLabels: write 'matchLabels: { app: … }'"],
  ['denied: [{ from: { namespace: a, podSelector: { matchLabels: { app: -x } } }, to: c/d }]', "the value '-x' of 'app': a valid label must"],
  ['allowed: [{ from: a/b, to: c/d, port: 80, ports: [81] }]', "allowed[0].ports: has both 'port' and 'ports'; write them all under ports"],
  ['allowed: [{ from: a/b, to: c/d, ports: [] }]', 'allowed[0].ports: is empty; write a port, or leave the field out'],
  ['allowed: [{ from: a/b, to: c/d, ports: 80 }]', 'allowed[0].ports: must be a list'],
  ['allowed: [{ from: a/b, to: c/d, port: icmp/8 }]', "allowed[0].port: 'icmp/8' does not name a protocol (TCP, UDP or SCTP)"],
  ['allowed: [{ from: a/b, to: c/d, port: [80] }]', 'allowed[0].port: is not a port: write it as tcp/8080'],
  ['allowed: [{ from: a/b, to: c/d, description: 5 }]', 'allowed[0].description: must be text, not the number 5'],
  ['allowed: [{ from: a/b, to: c/d, strict: "yes" }]', 'allowed[0].strict: must be true or false'],
  ['allowed: [{ from: a/b, to: c/d, scope: 5 }]', 'allowed[0].scope: must be text, not the number 5'],
  ['allowed: [{ from: a/b, to: c/d, cluster: [eu] }]', 'allowed[0].cluster: must be text, not a list'],
  ['allowed: [{ from: a/b, to: c/d, scope: declared }]', "intents.yaml:1:33: error NP211: allowed[0].scope: must be POSSIBLE or DECLARED, not 'declared'; write DECLARED"],
  ['allowed: [{ from: a/b, to: c/d, scope: PODS }]', 'write DECLARED, or leave the field out'],
  ['allowed: [{ from: a/b, to: c/d }\n', 'error NP004: not valid YAML'],
])('%j is an error with its place: %s', (yaml, message) => {
  expect(findings(yaml)).toContain(message);
});

function at(line: number, column: number) {
  return { file: 'intents.yaml', line, column };
}

function end(text: string, line: number, column: number) {
  return { text, place: at(line, column) };
}

describe('an intent in a cluster', () => {
  function judged(yaml: string, reach: Reachability = shop(), strict?: boolean) {
    const { verdicts, findings: found } = judgeIntents(reach.cluster, intents(yaml), strict);
    return { answers: verdicts.map(({ verdict }) => verdict.answer), findings: found.map(formatFinding), verdicts };
  }

  test('with a selector means every possible pod that it selects, the declared ones among them', () => {
    expect(judged(`
denied:
  - { from: { namespace: app, podSelector: { matchLabels: { app: frontend } } }, to: app/db }
  - { from: { namespace: app }, to: app/backend }
  - { from: { namespace: shop }, to: app/db }`)).toMatchObject({ answers: ['holds', 'fails', 'holds'], findings: [] });
    // The backend is in namespace app, whichever way the namespace is named.
    const [byName, bySelector] = judged(`
denied:
  - { from: { namespace: app }, to: app/db, port: tcp/5432 }
  - { from: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: app } } }, to: app/db, port: tcp/5432 }`, reachOfYaml(TIERS + policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: backend } } }] }]`))).verdicts;
    for (const { verdict } of [byName, bySelector]) {
      expect(verdict).toMatchObject({ answer: 'fails', witness: { source: { workload: { name: 'backend' } } } });
    }
  });

  test('may list pods that no manifest declares', () => {
    const reach = reachOfYaml(TIERS + policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }, podSelector: { matchLabels: { app: prometheus } } }] }]`));
    const listing = (labels: string) => judged(`admitsOnly: [{ to: app/db, from: [{ namespace: monitoring, podSelector: { matchLabels: { ${labels} } } }] }]`, reach);
    expect(listing('app: prometheus')).toMatchObject({ answers: ['holds'], findings: [] });
    expect(listing('app: grafana')).toMatchObject({ answers: ['fails'], findings: [] });
  });

  test('may list nothing', () => {
    expect(judged('admitsOnly: [{ to: app/frontend, from: [] }, { to: app/db, from: [] }]').answers).toEqual(['holds', 'fails']);
  });

  test('keeps its place, its description, and whether it is strict', () => {
    const both = 'denied: [{ from: app/frontend, to: app/db, description: secret }, { from: app/frontend, to: app/db, strict: true }]';
    expect(judged(both).verdicts).toMatchObject([{ place: at(1, 10), description: 'secret', verdict: { claim: { strict: undefined } } }, { verdict: { claim: { strict: true } } }]);
    expect(judged(both, shop(), true).verdicts).toMatchObject([{ verdict: { claim: { strict: true } } }, { verdict: { claim: { strict: true } } }]);
  });

  test.each([
    ['allowed: [{ from: app/x, to: app/db }]', "intents.yaml:1:13: error NP210: there is no workload 'app/x'; namespace 'app' has backend, db, frontend"],
    ['admitsOnly: [{ to: app/db, from: [mon/prom] }]', "intents.yaml:1:35: error NP210: there is no workload 'mon/prom'; there are workloads in app; for pods that are declared elsewhere, write { namespace: …"],
    ['admitsOnly: [{ to: 10.0.0.1, from: [app/db] }]', 'intents.yaml:1:14: error NP212: admitsOnly is about pods, and 10.0.0.1 is not a pod'],
    ['admitsOnly: [{ to: 10.0.0.1, from: [app/db] }]', "write 'allowed' or 'denied' for an address"],
    ['reachesOnly: [{ from: 10.0.0.0/8, to: [] }]', "error NP212: reachesOnly is about pods, and 10.0.0.0/8 is not a pod: write 'allowed' or 'denied' for an address"],
    ['denied: [{ from: 8.8.8.8, to: 10.0.0.0/8 }]', 'error NP212: 8.8.8.8 and 10.0.0.0/8 are both addresses, and no policy decides about traffic between them: name a pod on one side'],
    ['allowed: [{ from: app/frontend, to: app/backend, port: tcp/htpp }]', "error NP212: no pod of app/backend[Deployment] has a TCP port with the name 'htpp': correct the name, or write the number of the port"],
    ['admitsOnly: [{ to: app/backend, from: [], port: udp/http }]', "error NP212: no pod of app/backend[Deployment] has a UDP port with the name 'http'"],
    ['reachesOnly: [{ from: app/backend, to: [], port: tcp/htpp }]', "error NP212: no pod and no policy has a TCP port with the name 'htpp'"],
    ['denied: [{ from: { namespace: app, podSelector: { matchLabels: { app: x } } }, to: app/db, scope: DECLARED }]',
      "error NP212: the input declares no pod of 'pods app=x of namespace app', and the claim is about declared pods only: correct the labels, or leave the scope out"],
    ['denied: [{ from: { namespace: other }, to: app/db, scope: DECLARED }]', "error NP212: the input declares no pod of 'every pod of namespace other'"],
    ['denied: [{ from: { namespace: app, podSelector: { matchLabels: { app: a }, matchExpressions: [{ key: app, operator: DoesNotExist }] } }, to: app/db }]', "error NP212: no pod and no address can be 'pods "],
  ])('%j has no verdict: %s', (yaml, message) => {
    const { answers, findings: found } = judged(yaml);
    expect({ answers, found }).toEqual({ answers: [], found: [expect.stringContaining(message)] });
  });

  test('that names a Pod on both sides has no verdict', () => {
    const pod = (name: string) => `\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app, labels: { app: ${name} } }\nspec: { containers: [{ name: c, image: i }] }\n---`;
    const reach = reachOfYaml(pod('one') + pod('two'));
    expect(judged('denied: [{ from: app/one, to: app/one }]', reach)).toEqual({
      answers: [], verdicts: [], findings: ['intents.yaml:1:10: error NP212: app/one[Pod] and app/one[Pod] are the same pod, and a pod always reaches itself: name another pod on one side'],
    });
    expect(judged('denied: [{ from: app/one, to: app/two }]', reach).answers).toEqual(['fails']);
    // A workload with a template is several pods.
    expect(judged('denied: [{ from: app/db, to: app/db }]', reachOfYaml(TIERS)).answers).toEqual(['fails']);
  });

  test('that cannot be judged does not silence the others', () => {
    expect(judged('denied: [{ from: app/x, to: app/db }, { from: 8.8.8.8, to: 1.1.1.1 }, { from: app/frontend, to: app/db }]\nallowed: [{ from: app/frontend, to: app/backend, port: tcp/x }]')).toMatchObject({
      answers: ['holds'],
      findings: [expect.stringContaining('NP210'), expect.stringContaining('NP212'), expect.stringContaining('NP212')],
    });
  });
});

describe('scope: DECLARED', () => {
  /** Pods with `client: db` may enter the db; no declared pod of app has that label. */
  const reach = reachOfYaml(TIERS + policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { client: db } } }] }]`));
  const verdictOf = (yaml: string) => judgeIntents(reach.cluster, intents(yaml)).verdicts[0].verdict;

  test('narrows the parties that the claim names to declared pods', () => {
    expect(verdictOf('denied: [{ from: { namespace: app }, to: app/db }]')).toMatchObject({ answer: 'fails', witness: { source: { pod: { labels: { client: 'db' } } } } });
    expect(verdictOf('denied: [{ from: { namespace: app }, to: app/db, scope: DECLARED }]')).toMatchObject({ answer: 'holds', assumptions: [] });
    const byLabel = '{ namespace: app, podSelector: { matchLabels: { app: frontend } } }';
    expect(verdictOf(`denied: [{ from: ${byLabel}, to: app/db, strict: true }]`)).toMatchObject({ answer: 'fails', assumptions: [{ code: 'extra-label' }] });
    expect(verdictOf(`denied: [{ from: ${byLabel}, to: app/db, strict: true, scope: DECLARED }]`)).toMatchObject({ answer: 'holds', assumptions: [] });
  });

  test('keeps the addresses of a claim', () => {
    expect(verdictOf('denied: [{ from: app/frontend, to: 10.0.0.0/8, scope: DECLARED }]')).toMatchObject({ answer: 'fails', witness: { destination: { kind: 'address' } } });
  });

  test('never narrows who is outside a list', () => {
    expect(verdictOf('admitsOnly: [{ to: app/db, from: [app/frontend], scope: DECLARED }]')).toMatchObject({
      answer: 'fails', witness: { source: { workload: undefined, pod: { labels: { client: 'db' } } } },
    });
  });

  test('is in the text of the claim, and the verdict has the number of declared workloads that the claim is about', () => {
    const verdict = verdictOf('denied: [{ from: { namespace: app }, to: app/db, scope: DECLARED }]');
    expect(formatClaim(verdict.claim)).toBe('denied: every pod of namespace app → app/db[Deployment] (declared pods)');
    expect(verdict.declaredWorkloads).toHaveLength(3);
    expect(formatClaim(verdictOf('denied: [{ from: { namespace: app }, to: app/db }]').claim)).toBe('denied: every pod of namespace app → app/db[Deployment]');
  });
});

import { readIntents, WrittenIntent } from '../../src/claims/intent-file';
import { formatFinding } from '../../src/findings/finding';

/* What is wrong with an intent file: every finding in full, with its place and the fix. */

function findingsIn(lines: readonly string[]): string[] {
  return readIntents('i.yaml', Buffer.from(lines.join('\n'))).findings.map(formatFinding);
}

function intentsIn(yaml: string): WrittenIntent[] {
  const { intents, findings } = readIntents('i.yaml', Buffer.from(yaml));
  expect(findings.map(formatFinding)).toEqual([]);
  return intents;
}

test.each<[string, string[], string[]]>([
  ['a file without intents', ['# nothing'], [
    "i.yaml: error NP213: this file has no intent; write 'allowed:' and under it '- { from: app/frontend, to: app/backend, port: tcp/8080 }'",
  ]],
  ['an empty list', ['denied: []'], [
    "i.yaml: error NP213: this file has no intent; write 'allowed:' and under it '- { from: app/frontend, to: app/backend, port: tcp/8080 }'",
  ]],
  ['a file that is no object', ['- denied'], [
    'i.yaml:1:1: error NP211: must be an object, not a list',
  ]],
  ['fields of other formats', ['apiVersion: v1', 'kind: List', 'only: []', 'onlyTo: []', 'denid: []', 'unheardOf: []'], [
    'i.yaml:1:1: error NP211: apiVersion: there is no such field; an intent file is not a Kubernetes object: write allowed, denied, admitsOnly, reachesOnly',
    'i.yaml:2:1: error NP211: kind: there is no such field; an intent file is not a Kubernetes object: write allowed, denied, admitsOnly, reachesOnly',
    "i.yaml:3:1: error NP211: only: there is no such field; write 'admitsOnly'",
    "i.yaml:4:1: error NP211: onlyTo: there is no such field; write 'reachesOnly'",
    "i.yaml:5:1: error NP211: denid: there is no such field; did you mean 'denied'?",
    'i.yaml:6:1: error NP211: unheardOf: there is no such field; the fields here are allowed, denied, admitsOnly, reachesOnly',
  ]],
  ['entries', ['denied:', '- ', '- from: a/b', '- to: a/b', '- 5', '- { from: a/b, to: c/d, froom: 1 }'], [
    'i.yaml:2:1: error NP211: denied[0]: this entry is empty; write { from: app/frontend, to: app/backend }',
    'i.yaml:3:3: error NP211: denied[1].to: is missing; write namespace/name, svc/NAMESPACE/NAME, an IP address, a CIDR block, dns, internet, anything, or { namespace: app, labels: { … } }',
    'i.yaml:4:3: error NP211: denied[2].from: is missing; write namespace/name, svc/NAMESPACE/NAME, an IP address, a CIDR block, dns, internet, anything, or { namespace: app, labels: { … } }',
    'i.yaml:5:3: error NP211: denied[3]: must be an object, not the number 5',
    "i.yaml:6:25: error NP211: denied[4].froom: there is no such field; did you mean 'from'?",
  ]],
  ['one endpoint and lists', [
    'denied:', '- { from: [a/b], to: c/d }', '- { from: a/b, to: [c/d] }', 'allowed:', '- { from: [a/b], to: c/d }',
    'admitsOnly:', '- { to: [a/b], from: [] }', '- { to: a/b, from: c/d }', '- { to: a/b }', '- { to: a/b, from: 5 }', '- { to: a/b, from: [5, c/d] }',
    'reachesOnly:', '- { from: [a/b], to: [] }', '- { from: a/b, to: c/d }', '- { from: a/b }',
  ], [
    'i.yaml:2:5: error NP211: denied[0].from: must be one endpoint, not a list; write an entry for each',
    'i.yaml:3:16: error NP211: denied[1].to: must be one endpoint, not a list; write an entry for each',
    'i.yaml:5:5: error NP211: allowed[0].from: must be one endpoint, not a list; write an entry for each',
    "i.yaml:7:5: error NP211: admitsOnly[0].to: must be one endpoint, not a list; 'admitsOnly' is about one endpoint",
    'i.yaml:8:14: error NP211: admitsOnly[1].from: must be a list; write [c/d], or [] for no endpoint',
    'i.yaml:9:3: error NP211: admitsOnly[2].from: is missing; write [app/backend], or [] for no endpoint',
    'i.yaml:10:14: error NP211: admitsOnly[3].from: must be a list; write [app/backend], or [] for no endpoint',
    'i.yaml:11:21: error NP211: admitsOnly[4].from[0]: is not an endpoint; write namespace/name, svc/NAMESPACE/NAME, an IP address, a CIDR block, dns, internet, anything, or { namespace: app, labels: { … } }',
    "i.yaml:13:5: error NP211: reachesOnly[0].from: must be one endpoint, not a list; 'reachesOnly' is about one endpoint",
    'i.yaml:14:16: error NP211: reachesOnly[1].to: must be a list; write [c/d], or [] for no endpoint',
    'i.yaml:15:3: error NP211: reachesOnly[2].to: is missing; write [app/backend], or [] for no endpoint',
  ]],
  ['endpoints', [
    'denied:', '- { from: 5, to: true }', '- { from: { namespace: 5 }, to: a/b }', '- { from: { namespace: "" }, to: a/b }', '- { from: { labels: { a: b } }, to: a/b }',
    '- { from: { namespace: a, namespaceLabels: {} }, to: a/b }', '- { from: { namespaceLabels: {}, namespaceSelector: {} }, to: a/b }',
    '- { from: { namespaceSelector: { matchLabels: { "a b": c } } }, to: a/b }', '- { from: { namespace: a, podSelector: { matchLabels: { a: "-" } } }, to: a/b }',
    '- { from: { namespace: a, podSelector: {}, labels: {} }, to: a/b }', '- { from: { namespace: a, podSelector: {}, matchExpressions: [] }, to: a/b }',
    '- { from: { namespace: a, lables: {} }, to: a/b }',
    '- { from: { namespace: a, labels: { a: "-" } }, to: a/b }', '- { from: { namespaceLabels: { a: 5 } }, to: a/b }',
    '- { from: { namespace: a, matchExpressions: [{ key: a, operator: In }] }, to: a/b }',
  ], [
    'i.yaml:2:5: error NP211: denied[0].from: is not an endpoint; write namespace/name, svc/NAMESPACE/NAME, an IP address, a CIDR block, dns, internet, anything, or { namespace: app, labels: { … } }',
    'i.yaml:2:14: error NP211: denied[0].to: is not an endpoint; write namespace/name, svc/NAMESPACE/NAME, an IP address, a CIDR block, dns, internet, anything, or { namespace: app, labels: { … } }',
    'i.yaml:3:13: error NP211: denied[1].from.namespace: must be text, not the number 5; put it in quotes: "5"',
    "i.yaml:4:13: error NP211: denied[2].from.namespace: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (such as 'my-name' or '123-abc'); write the name of a namespace",
    "i.yaml:5:5: error NP211: denied[3].from: has no namespace; write either 'namespace: app' or 'namespaceLabels: { … }' ('namespaceLabels: {}' is every namespace)",
    "i.yaml:6:5: error NP211: denied[4].from: has both namespace and namespaceLabels; write either 'namespace: app' or 'namespaceLabels: { … }' ('namespaceLabels: {}' is every namespace)",
    "i.yaml:7:5: error NP211: denied[5].from: has both namespaceLabels and namespaceSelector; write either 'namespace: app' or 'namespaceLabels: { … }' ('namespaceLabels: {}' is every namespace)",
    "i.yaml:8:49: error NP211: denied[6].from.namespaceSelector.matchLabels: the key 'a b': name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    "i.yaml:9:57: error NP211: denied[7].from.podSelector.matchLabels: the value '-' of 'a': a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    'i.yaml:10:27: error NP211: denied[8].from.podSelector: is written beside labels or matchExpressions; write only one of them',
    'i.yaml:11:27: error NP211: denied[9].from.podSelector: is written beside labels or matchExpressions; write only one of them',
    "i.yaml:12:27: error NP211: denied[10].from.lables: there is no such field; did you mean 'labels'?",
    "i.yaml:13:37: error NP211: denied[11].from.labels: the value '-' of 'a': a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    'i.yaml:14:32: error NP211: denied[12].from.namespaceLabels: the value of \'a\' must be text, not the number 5; put it in quotes: "5"',
    "i.yaml:15:46: error NP211: denied[13].from.matchExpressions[0].values: must be specified when `operator` is 'In' or 'NotIn'",
  ]],
  ['ports', [
    'denied:', '- { from: a/b, to: c/d, port: 80, ports: [81] }', '- { from: a/b, to: c/d, ports: [] }', '- { from: a/b, to: c/d, ports: 80 }',
    '- { from: a/b, to: c/d, port: 0 }', '- { from: a/b, to: c/d, port: [80] }', '- { from: a/b, to: c/d, ports: [tcp/80, icmp/8] }', '- { from: a/b, to: c/d, port: true }',
  ], [
    "i.yaml:2:35: error NP211: denied[0].ports: has both 'port' and 'ports'; write them all under ports",
    'i.yaml:3:25: error NP211: denied[1].ports: is empty; write a port, or leave the field out',
    "i.yaml:4:25: error NP211: denied[2].ports: must be a list, not the number 80; start each item with '- '",
    "i.yaml:5:25: error NP211: denied[3].port: '0' is not a port: must be between 1 and 65535, inclusive; write it as tcp/8080, udp/5000-5010 or tcp/http",
    'i.yaml:6:25: error NP211: denied[4].port: is not a port: write it as tcp/8080, udp/5000-5010 or tcp/http',
    "i.yaml:7:41: error NP211: denied[5].ports[1]: 'icmp/8' does not name a protocol (TCP, UDP or SCTP): write it as tcp/8080, udp/5000-5010 or tcp/http",
    'i.yaml:8:25: error NP211: denied[6].port: is not a port: write it as tcp/8080, udp/5000-5010 or tcp/http',
  ]],
  ['the other fields', [
    'denied:', '- { from: a/b, to: c/d, description: 5 }', '- { from: a/b, to: c/d, strict: "yes" }', '- { from: a/b, to: c/d, scope: 5 }',
    '- { from: a/b, to: c/d, scope: declared }', '- { from: a/b, to: c/d, scope: PODS }',
  ], [
    'i.yaml:2:25: error NP211: denied[0].description: must be text, not the number 5; put it in quotes: "5"',
    'i.yaml:3:25: error NP211: denied[1].strict: must be true or false',
    'i.yaml:4:25: error NP211: denied[2].scope: must be text, not the number 5; put it in quotes: "5"',
    "i.yaml:5:25: error NP211: denied[3].scope: must be POSSIBLE or DECLARED, not 'declared'; write DECLARED",
    "i.yaml:6:25: error NP211: denied[4].scope: must be POSSIBLE or DECLARED, not 'PODS'; write DECLARED, or leave the field out",
  ]],
  ['two documents', ['denied: 5', '---', 'allowed: 5'], [
    "i.yaml:1:1: error NP211: denied: must be a list, not the number 5; start each item with '- '",
    "i.yaml:3:1: error NP211: allowed: must be a list, not the number 5; start each item with '- '",
  ]],
])('what is wrong with %s is a finding with the place and the fix', (_, lines, expected) => {
  expect(findingsIn(lines)).toEqual(expected);
});

test('an intent file may write null for a field that it leaves out', () => {
  const read = (endpoint: string, rest: string) => intentsIn(`denied: [{ from: ${endpoint}, to: c/d${rest} }]\nallowed: null`);
  const nulls = read('{ namespaceLabels: { team: a }, namespace: null, namespaceSelector: null, labels: null, matchExpressions: null, podSelector: null }',
    ', port: null, ports: null, description: null, strict: null, scope: null');
  expect(nulls).toEqual(read('{ namespaceLabels: { team: a } }', '').map(intent => ({ ...intent, destinations: nulls[0].destinations })));
  expect(nulls[0]).toMatchObject({ ports: undefined, description: undefined, strict: undefined, onlyDeclared: undefined });
  expect(read('{ namespace: a, namespaceLabels: null, labels: { app: web }, podSelector: null }', '')[0].sources)
    .toEqual(read('{ namespace: a, podSelector: { matchLabels: { app: web } } }', '')[0].sources);
});

test('an intent file may write every field', () => {
  expect(intentsIn('denied: [{ from: a/b, to: c/d, ports: [udp/53, 80-90], description: "", strict: false, scope: DECLARED }]')).toMatchObject([{
    ports: [{ protocol: 'UDP', first: 53, last: 53 }, { protocol: 'TCP', first: 80, last: 90 }], description: undefined, strict: false, onlyDeclared: true,
  }]);
});

test.each([
  ['{ namespace: a, labels: { b: c } }', 'pods b=c of namespace a'],
  ['{ namespaceSelector: {}, podSelector: { matchLabels: { d: e } } }', 'pods d=e of every namespace'],
  ['{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: a } } }', 'every pod of namespaces kubernetes.io/metadata.name=a'],
])('%s is one party: %s', (written, name) => {
  const [{ sources: [source] }] = intentsIn(`denied: [{ from: ${written}, to: x/y }]`);
  expect(source).toEqual({ party: { name, parts: [expect.objectContaining({ kind: 'selected', ports: [] })] }, place: { file: 'i.yaml', line: 1, column: 12 } });
});

test('dns is asked about on UDP 53 and TCP 53 if allowed names no port', () => {
  const [{ destinations: [dns] }] = intentsIn('allowed: [{ from: a/b, to: dns }]');
  expect(dns).toMatchObject({ party: { name: 'dns', ownPorts: [{ protocol: 'UDP', first: 53, last: 53 }, { protocol: 'TCP', first: 53, last: 53 }] } });
});

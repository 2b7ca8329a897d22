import { readIntents } from '../../src/claims/intent-file';
import { formatFinding } from '../../src/findings/finding';

function intents(yaml: string) {
  const { intents: read, problems: told } = readIntents('intents.yaml', Buffer.from(yaml));
  expect(told.map(formatFinding)).toEqual([]);
  return read;
}

function problems(yaml: string): string {
  return readIntents('intents.yaml', Buffer.from(yaml)).problems.map(formatFinding).join('\n');
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
only:
  - { to: app/db, from: [app/backend, 10.0.0.1] }
onlyTo:
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
    { kind: 'only', sources: [end('app/backend', 10, 26), end('10.0.0.1', 10, 39)], destinations: [end('app/db', 10, 7)], place: at(10, 5) },
    { kind: 'onlyTo', sources: [end('app/db', 12, 7)], destinations: [], place: at(12, 5) },
  ]);
});

test('ports: one or several, numbers of TCP, names, ranges, whole protocols', () => {
  const [intent] = intents('allowed: [{ from: a/b, to: c/d, ports: [80, tcp/http, udp/53-54, sctp] }]');
  expect(intent.ports).toEqual([
    { protocol: 'TCP', first: 80, last: 80 }, { protocol: 'TCP', name: 'http' },
    { protocol: 'UDP', first: 53, last: 54 }, { protocol: 'SCTP', first: 1, last: 65535 },
  ]);
});

test('an endpoint may be a selector of pods, in a namespace by name or by labels', () => {
  const [intent] = intents(`
denied:
  - from: { namespace: app, podSelector: { matchLabels: { app: web } } }
    to: { namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] } }`);
  expect(intent.sources).toMatchObject([{ name: 'pods app=web of namespace app', namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'app' } }, pods: { matchLabels: { app: 'web' } } }]);
  expect(intent.destinations).toMatchObject([{ name: 'every pod of namespaces team', namespaces: { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, pods: {} }]);
});

test('several documents are one list of intents', () => {
  expect(intents('denied: [{ from: a/b, to: c/d }]\n---\nallowed: [{ from: a/b, to: c/d }]\n').map(i => i.kind)).toEqual(['denied', 'allowed']);
});

test.each([
  ['deny: []', 'intents.yaml:1:1: error NP211: deny: there is no such field'],
  ['kind: Intent\nallowed: []', 'intents.yaml:1:1: error NP211: kind: there is no such field; an intent file is no Kubernetes object: its fields are allowed, denied, only, onlyTo'],
  ['', 'intents.yaml: error NP213: there is no intent in this file'],
  ['allowed: []', 'intents.yaml: error NP213: there is no intent in this file'],
  ['[]', 'intents.yaml:1:1: error NP211: must be an object, not a list'],
  ['allowed: { from: a/b, to: c/d }', 'intents.yaml:1:1: error NP211: allowed: must be a list'],
  ['allowed: [a/b]', 'allowed[0]: must be an object, not the text "a/b"'],
  ['allowed:\n  -', 'intents.yaml:2:4: error NP211: allowed[0]: this entry is empty; write { from: app/frontend, to: app/backend }'],
  ['allowed: [{ form: a/b, to: c/d }]', 'allowed[0].form: there is no such field'],
  ['allowed: [{ to: c/d }]', 'intents.yaml:1:11: error NP211: allowed[0].from: is missing; write namespace/name'],
  ['allowed: [{ from: a/b, to: 5 }]', 'allowed[0].to: is no endpoint; write namespace/name'],
  ['denied: [{ from: a/b, to: [c/d] }]', 'denied[0].to: must be one endpoint, not a list; write an entry for each'],
  ['only: [{ to: [a/b], from: [] }]', "only[0].to: must be one endpoint, not a list; 'only' is about one"],
  ['only: [{ to: a/b, from: c/d }]', 'only[0].from: must be a list; write [c/d], or [] for nobody'],
  ['only: [{ to: a/b }]', 'only[0].from: is missing; write [app/backend], or [] for nobody'],
  ['only: [{ to: a/b, from: [c/d, ] , x: 1 }]', 'only[0].x: there is no such field'],
  ['only: [{ to: a/b, from: [{}] }]', "only[0].from[0]: does not say which namespace; write one of 'namespace: app'"],
  ['only: [{ to: { namespace: a, namespaceSelector: {} }, from: [] }]', 'only[0].to: has both namespace and namespaceSelector'],
  ['denied: [{ from: { namespace: a, podSelector: { app: web } }, to: c/d }]', "labels go under matchLabels: write 'matchLabels: { app: … }'"],
  ['denied: [{ from: { namespace: a, podSelector: { matchLabels: { app: -x } } }, to: c/d }]', "the value '-x' of 'app': a valid label must"],
  ['allowed: [{ from: a/b, to: c/d, port: 80, ports: [81] }]', "allowed[0].ports: has both 'port' and 'ports'; write them all under ports"],
  ['allowed: [{ from: a/b, to: c/d, ports: [] }]', 'allowed[0].ports: is empty; name a port, or leave it out'],
  ['allowed: [{ from: a/b, to: c/d, ports: 80 }]', 'allowed[0].ports: must be a list'],
  ['allowed: [{ from: a/b, to: c/d, port: icmp/8 }]', "allowed[0].port: 'icmp/8' names no protocol of TCP, UDP, SCTP"],
  ['allowed: [{ from: a/b, to: c/d, port: [80] }]', 'allowed[0].port: is not a port: write it as tcp/8080'],
  ['allowed: [{ from: a/b, to: c/d, description: 5 }]', 'allowed[0].description: must be text, not the number 5'],
  ['allowed: [{ from: a/b, to: c/d }\n', 'error NP004: not valid YAML'],
])('%j: %s', (yaml, message) => {
  expect(problems(yaml)).toContain(message);
});

function at(line: number, column: number) {
  return { file: 'intents.yaml', line, column };
}

function end(text: string, line: number, column: number) {
  return { text, place: at(line, column) };
}

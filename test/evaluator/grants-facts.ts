import { evaluated, mentionApps, policyOf } from './evaluated';
import { portPoint } from '../../src/evaluator/connections';
import { Grants } from '../../src/evaluator/private/compiled-direction';
import { Direction, CompiledPolicies } from '../../src/evaluator/private/compiled-policies';
import { ConnectionTable } from '../../src/evaluator/private/connection-table';
import { Evaluation } from '../../src/evaluator/private/evaluation';
import { formatAddress, parseAddress } from '../../src/k8s/address';
import { PROTOCOLS } from '../../src/k8s/objects';
import { labelled, namespace, pod } from '../cluster-objects';

/** In which form grants are kept. */
export type Form = (layers: CompiledPolicies, evaluation: Evaluation) => Grants;

const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
const PODS = [
  namespace('a'), namespace('b', { team: 'blue' }), mentionApps('web', 'db'),
  pod('a/web', { app: 'web' }, http(80)), pod('a/db', { app: 'db' }, { ips: ['10.0.0.1'], ...http(8080) }), pod('b/web', { app: 'web' }, http(81)), pod('b/bare'),
];
const PEERS = ['a/web', 'a/db', 'b/web', 'b/bare'];
const ADDRESSES = ['0.0.0.0', '9.0.0.1', '10.0.0.1', '10.64.0.1', '11.0.0.1', '::', 'fd00::1'];
const NONE = 'No Connections';
const ALL = 'All Connections';

const podsOf = (app: string) => ({ podSelector: labelled({ app }) });
const everywhere = { namespaceSelector: {} };
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const egress = (...rules: object[]) => policyOf('a/p', 'web', { policyTypes: ['Egress'], egress: rules });

/** What one class is granted: with each peer, and with each address. Asked port by port, it is the same. */
export function granted(form: Form, subject: string, direction: Direction, ...objects: object[]) {
  const cluster = evaluated([...PODS, ...objects]);
  const { evaluation } = cluster;
  const { table, addresses, namespaceOfWord } = evaluation;
  const grants = form(cluster.layers(subject.split('/')[0], direction), evaluation);
  const own = cluster.own(subject);
  const answer = (withPeer: (asked?: number) => number) => {
    const all = table.set(withPeer());
    for (const protocol of PROTOCOLS) {
      for (const port of [1, 53, 80, 81, 82, 8080, 65535]) {
        const asked = portPoint(protocol, port);
        expect([protocol, port, withPeer(asked)]).toEqual([protocol, port, all.holds(asked) ? ConnectionTable.ALL : ConnectionTable.NONE]);
      }
    }
    return all.toString();
  };
  const pods = Object.fromEntries(PEERS.map(name => [name, answer(asked => grants.withPods(own, cluster.place(name), evaluation, asked))]));
  const atom = (text: string) => addresses.atomOf(parseAddress(text)!);
  const outside = Object.fromEntries(ADDRESSES.map(text => [text, answer(asked => grants.withAtom(own, atom(text), evaluation, asked))]));
  const row = new Uint32Array(namespaceOfWord.length);
  grants.addSlots(own, row, evaluation);
  const places = cluster.inLine(row);
  const changes = [...new Set(grants.changes(own))].filter(start => start < addresses.size).sort((x, y) => x - y)
    .map(start => formatAddress(addresses.range(start).first));
  return { cluster, grants, pods, outside, places, changes };
}

/** How many grants a/web's answers about a/db and about an address are added up from. */
export function additions(form: Form, ...rules: object[]): [number, number] {
  const cluster = evaluated([...PODS, egress(...rules)]);
  const { evaluation } = cluster;
  const grants = form(cluster.layers('a', 'egress'), evaluation);
  let count = 0;
  const add: ConnectionTable['add'] = (...sum) => {
    count++;
    return evaluation.table.add(...sum);
  };
  const table: ConnectionTable = Object.assign(Object.create(evaluation.table), { add });
  grants.withPods(cluster.own('a/web'), cluster.place('a/db'), { ...evaluation, table });
  const withPods = count;
  grants.withAtom(cluster.own('a/web'), 0, { ...evaluation, table });
  return [withPods, count - withPods];
}

const CASES: [string, object[], Record<string, string>, Record<string, string>][] = [
  ['nothing without a rule', [egress()], {}, {}],
  ['everything by an empty rule', [egress({})], Object.fromEntries(PEERS.map(name => [name, ALL])), Object.fromEntries(ADDRESSES.map(ip => [ip, ALL]))],
  ['pods of the own namespace', [egress({ to: [podsOf('db')] })], { 'a/db': ALL }, {}],
  ['pods of all namespaces', [egress({ to: [everywhere], ports: [{ port: 80 }] })], Object.fromEntries(PEERS.map(name => [name, 'TCP 80'])), {}],
  ['pods of another namespace', [egress({ to: [{ namespaceSelector: labelled({ team: 'blue' }) }] })], { 'b/web': ALL, 'b/bare': ALL }, {}],
  ['pods by label in whatever namespace', [egress({ to: [{ ...everywhere, ...podsOf('web') }] })], { 'a/web': ALL, 'b/web': ALL }, {}],
  ['a block and the pods in it', [egress({ to: [block('10.0.0.0/8', '10.64.0.0/16')], ports: [{ protocol: 'UDP', port: 53 }] })],
    { 'a/db': 'UDP 53' }, { '10.0.0.1': 'UDP 53' }],
  ['a block of IPv6', [egress({ to: [block('::/0')] })], {}, { '::': ALL, 'fd00::1': ALL }],
  ['named ports as the peers have them', [egress({ ports: [{ port: 'http' }] })], { 'a/web': 'TCP 80', 'a/db': 'TCP 8080', 'b/web': 'TCP 81' }, {}],
  ['the sum of rules', [egress(
    { to: [podsOf('db'), block('9.0.0.0/8')], ports: [{ port: 80 }] },
    { to: [{ ...everywhere, ...podsOf('db') }, block('8.0.0.0/7')], ports: [{ port: 81 }] },
    { to: [everywhere], ports: [{ port: 80 }] },
  )], { 'a/web': 'TCP 80', 'a/db': 'TCP 80-81', 'b/web': 'TCP 80', 'b/bare': 'TCP 80' }, { '9.0.0.1': 'TCP 80-81' }],
  ['the sum of policies, and of none that selects others', [
    egress({ to: [podsOf('db')], ports: [{ port: 80 }] }),
    policyOf('a/q', undefined, { policyTypes: ['Egress'], egress: [{ to: [podsOf('db')], ports: [{ port: 82 }] }] }),
    policyOf('a/r', 'db', { policyTypes: ['Egress'], egress: [{}] }),
  ], { 'a/db': 'TCP 80,82' }, {}],
  ['everything, as soon as one rule says so', [egress(
    { to: [podsOf('db'), block('9.0.0.0/8')], ports: [{ port: 80 }] }, { to: [podsOf('db'), block('9.0.0.0/8')] }, { to: [podsOf('db'), block('9.0.0.0/8')], ports: [{ port: 81 }] },
  )], { 'a/db': ALL }, { '9.0.0.1': ALL }],
];

/** What grants say, in whatever form. */
export function itSaysWhatIsGranted(form: Form): void {
  describe('a class is granted', () => {
    test.each(CASES)('%s', (_, policies, pods, outside) => {
      const found = granted(form, 'a/web', 'egress', ...policies);
      expect(found.pods).toEqual({ ...Object.fromEntries(PEERS.map(name => [name, NONE])), ...pods });
      expect(found.outside).toEqual({ ...Object.fromEntries(ADDRESSES.map(ip => [ip, NONE])), ...outside });
      // None with whom something passes may be left out.
      expect(found.places).toEqual(expect.arrayContaining(Object.keys(pods)));
    });

    test('a named port of its own, from whomever the rule says', () => {
      const policies = [policyOf('a/p', undefined, { ingress: [{ from: [podsOf('db')], ports: [{ port: 'http' }] }, { from: [block('9.0.0.0/8')], ports: [{ port: 'http' }] }] })];
      for (const [subject, port] of [['a/web', 'TCP 80'], ['a/db', 'TCP 8080']]) {
        const { pods, outside } = granted(form, subject, 'ingress', ...policies);
        expect([pods['a/db'], pods['a/web'], outside['9.0.0.1'], outside['11.0.0.1']]).toEqual([port, NONE, port, NONE]);
      }
    });

    test('what others are granted in no case', () => {
      const { pods, outside } = granted(form, 'b/bare', 'ingress', policyOf('b/p', 'web', { ingress: [{}] }), policyOf('b/q', undefined, { ingress: [{ ports: [{ port: 1 }] }] }));
      expect([...new Set([...Object.values(pods), ...Object.values(outside)])]).toEqual(['TCP 1']);
    });

    test('what each of hundreds of rules says, to each of hundreds of classes', () => {
      const apps = Array.from({ length: 70 }, (_, i) => `${i}`);
      const cluster = evaluated([
        mentionApps(...apps), ...apps.map(app => pod(`x/p${app}`, { app })),
        ...apps.map((app, i) => policyOf(`x/n${app}`, app, {
          ingress: [
            { from: [podsOf(apps[(i + 1) % 70]), block(`${i + 1}.0.0.0/8`)], ports: [{ port: i + 1 }] },
            { from: [podsOf(apps[(i + 1) % 70]), podsOf(apps[(i + 33) % 70])], ports: [{ port: 1000 }] },
            { from: [block('2.0.0.0/7'), block('64.0.0.0/3')], ports: [{ port: 2000 }] },
            { from: [block('0.0.0.0/1')], ports: [{ port: 3000 }] },
            // Atoms from the midst of one word of bits to the midst of another.
            { from: [block('0.5.0.0/16'), block('32.0.0.0/3')], ports: [{ port: 4000 }] },
          ],
        })),
      ]);
      const { evaluation } = cluster;
      const { table, addresses } = evaluation;
      const grants = form(cluster.layers('x'), evaluation);
      apps.forEach((app, i) => {
        const own = cluster.own(`x/p${app}`);
        const found = apps.map(peer => table.set(grants.withPods(own, cluster.place(`x/p${peer}`), evaluation)).toString());
        expect(found).toEqual(apps.map((_, j) => j === (i + 1) % 70 ? `TCP ${i + 1},1000` : j === (i + 33) % 70 ? 'TCP 1000' : NONE));
        const outside = apps.map((_, j) => table.set(grants.withAtom(own, addresses.atomOf(parseAddress(`${j + 1}.2.3.4`)!), evaluation)).toString());
        expect(outside).toEqual(apps.map((_, j) => `TCP ${j === i ? `${i + 1},` : ''}${j + 1 >= 64 || j + 1 === 2 || j + 1 === 3 ? '2000,' : ''}3000${j + 1 >= 32 && j + 1 < 64 ? ',4000' : ''}`));
      });
    });
  });
}

import { evaluated, mentionApps, policyOf } from './evaluated';
import { NOTHING } from '../../src/evaluator/private/bit-rows';
import { ALL_WORDS, ATOM_GRANT, Direction, POD_GRANT, SHARED } from '../../src/evaluator/private/compiled-policies';
import { cidrsOf } from '../../src/k8s/address';
import { labelled, pod, policy } from '../support/cluster-objects';

const http = (containerPort: number, protocol = 'TCP') => ({ ports: [{ name: 'http', containerPort, protocol }] });
const PODS = [
  mentionApps('web', 'db'),
  pod('a/host', { app: 'web' }, { hostNetwork: true }), pod('a/web', { app: 'web' }, http(80)), pod('a/db', { app: 'db' }, { ips: ['10.0.0.1'], ...http(8080) }), pod('a/bare'),
  pod('b/web', { app: 'web' }, http(81)), pod('b/db', { app: 'db' }),
];
const egress = (app: string | undefined, ...rules: object[]) => policyOf('a/p', app, { policyTypes: ['Egress'], egress: rules });
const ingress = (app: string | undefined, ...rules: object[]) => policyOf('a/p', app, { ingress: rules });

/** The layers of namespace a, and all that is granted, in words: who, on what, with whom. */
function layersOf(direction: Direction, ...policies: object[]) {
  const cluster = evaluated([...PODS, ...policies]);
  const { evaluation: { table, sets, addresses } } = cluster;
  const layers = cluster.layers('a', direction);
  const who = (layer: number, condition: number) => {
    const [selected, having] = [layers.subjects[layer], condition].map(row => cluster.named('a', row));
    return selected.filter(name => having.includes(name)).join(' ');
  };
  const grants: string[] = [];
  let [pod_, atom] = [0, 0];
  layers.policies.forEach((_, layer) => {
    for (; pod_ < layers.pods.ends[layer]; pod_ += POD_GRANT) {
      const [connections, firstWord, words, row, condition] = layers.pods.items.subarray(pod_);
      const peers = words === ALL_WORDS ? 'all pods'
        : words === SHARED ? cluster.within(sets.firstWords[row], sets.words[row], sets.rows[row]).join(' ')
          : cluster.within(firstWord, words, row).join(' ');
      grants.push(`${who(layer, condition)}: ${table.set(connections)} with ${peers}`);
    }
    for (; atom < layers.atoms.ends[layer]; atom += ATOM_GRANT) {
      const [connections, first, end, condition] = layers.atoms.items.subarray(atom);
      const range = first === 0 && end === addresses.size ? 'all addresses' : cidrsOf({ first: addresses.range(first).first, last: addresses.range(end - 1).last }).join();
      grants.push(`${who(layer, condition)}: ${table.set(connections)} with ${range}`);
    }
  });
  expect([pod_, atom]).toEqual([layers.pods.items.length, layers.atoms.items.length]);
  return { cluster, layers, grants };
}

describe('the layers of a namespace', () => {
  const deny = policyOf('a/deny', undefined, { policyTypes: ['Ingress', 'Egress'] });
  const web = policyOf('a/web', 'web', { egress: [{}] });
  const out = policyOf('a/out', 'db', { policyTypes: ['Egress'], egress: [{ ports: [{ port: 53 }] }] });
  const nobody = policyOf('a/nobody', 'cache', { ingress: [{}] });

  test('are its policies that isolate somebody in the direction, in their order', () => {
    expect(layersOf('ingress', out, nobody, deny, web).layers.policies.map(({ name }) => name)).toEqual(['deny', 'web']);
    expect(layersOf('egress', nobody, web, out, deny).layers.policies.map(({ name }) => name)).toEqual(['web', 'out', 'deny']);
  });

  test('know whom each isolates, and whom any does', () => {
    const { layers, cluster } = layersOf('egress', web, out);
    expect(layers.subjects.map(row => cluster.named('a', row))).toEqual([['a/web'], ['a/db']]);
    expect(cluster.named('a', layers.isolated)).toEqual(['a/db', 'a/web']);
    // And have not changed what they are made of.
    expect(layers.subjects.map(row => cluster.named('a', row))).toEqual([['a/web'], ['a/db']]);
  });

  test('isolate none where there is none, and all where one selects all', () => {
    expect(layersOf('ingress', out, nobody).layers.isolated).toBe(NOTHING);
    const { layers, cluster } = layersOf('egress', web, deny);
    expect(cluster.named('a', layers.isolated)).toEqual(['a/bare', 'a/db', 'a/web']);
    const b = evaluated([...PODS, policyOf('b/web', 'web', {}), policyOf('b/deny', undefined, {})]);
    expect(b.named('b', b.layers('b').isolated)).toEqual(['b/db', 'b/web']);
  });

  test('have the rules of their direction alone', () => {
    const both = policyOf('a/both', 'web', { ingress: [{ ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }], egress: [{ ports: [{ port: 443 }] }] });
    expect(layersOf('ingress', both, out).grants).toEqual([
      'a/web: TCP 80 with all pods', 'a/web: TCP 81 with all pods', 'a/web: TCP 80 with all addresses', 'a/web: TCP 81 with all addresses',
    ]);
    expect(layersOf('egress', both, out).grants).toEqual([
      'a/web: TCP 443 with all pods', 'a/web: TCP 443 with all addresses', 'a/db: TCP 53 with all pods', 'a/db: TCP 53 with all addresses',
    ]);
  });
});

const podsOf = (app: string) => ({ podSelector: labelled({ app }) });
const everywhere = (app: string) => ({ namespaceSelector: {}, ...podsOf(app) });
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });

describe('a rule grants', () => {
  test.each<[string, object, string[]]>([
    ['everything to everyone', {}, ['a/web: All Connections with all pods', 'a/web: All Connections with all addresses']],
    ['ports', { ports: [{ port: 80 }, { protocol: 'UDP', port: 53 }] }, ['a/web: TCP 80,UDP 53 with all pods', 'a/web: TCP 80,UDP 53 with all addresses']],
    ['pods of the own namespace', { from: [podsOf('db')] }, ['a/web: All Connections with a/db']],
    ['nothing where the own namespace has no such pods', { from: [podsOf('cache')] }, []],
    ['pods of other namespaces', { from: [everywhere('db')] }, ['a/web: All Connections with a/db b/db']],
    ['each of its peers', { from: [podsOf('db'), everywhere('web'), block('9.0.0.0/8')], ports: [{ port: 80 }] },
      ['a/web: TCP 80 with a/db', 'a/web: TCP 80 with a/web b/web', 'a/web: TCP 80 with 9.0.0.0/8']],
    ['addresses without exceptions', { from: [block('9.0.0.0/8', '9.64.0.0/10')] },
      ['a/web: All Connections with 9.0.0.0/10', 'a/web: All Connections with 9.128.0.0/9']],
    ['addresses and the pods that have them', { from: [block('10.0.0.0/8')] }, ['a/web: All Connections with a/db', 'a/web: All Connections with 10.0.0.0/8']],
    ['no pods where those addresses are excepted', { from: [block('10.0.0.0/8', '10.0.0.0/9')] }, ['a/web: All Connections with 10.128.0.0/9']],
    ['a named port of the subject, from everyone', { ports: [{ port: 'http' }] }, ['a/web: TCP 80 with all pods', 'a/web: TCP 80 with all addresses']],
    ['a named port beside numbers', { from: [podsOf('db')], ports: [{ port: 'http' }, { port: 443 }] }, ['a/web: TCP 80 with a/db', 'a/web: TCP 443 with a/db']],
    ['nothing on a name that the subject has not', { ports: [{ port: 'metrics' }, { protocol: 'UDP', port: 'http' }] }, []],
  ])('%s, where connections come in', (_, rule, grants) => {
    expect(layersOf('ingress', ingress('web', rule)).grants).toEqual(grants);
  });

  test('a named port to those of its subjects that have the number', () => {
    const rule = { from: [podsOf('db')], ports: [{ port: 'http' }] };
    expect(layersOf('ingress', ingress(undefined, rule)).grants).toEqual(['a/web: TCP 80 with a/db', 'a/db: TCP 8080 with a/db']);
    const all = evaluated([...PODS, policyOf('b/p', undefined, { ingress: [rule] })]);
    expect(all.layers('b').pods.items).toHaveLength(POD_GRANT);
  });

  test.each<[string, object, string[], string[]]>([
    ['the number that each has', { ports: [{ port: 'http' }] },
      ['a/web: TCP 80 with a/web', 'a/web: TCP 81 with b/web', 'a/web: TCP 8080 with a/db'], ['TCP/http']],
    ['in the own namespace those of its pods', { to: [podsOf('db')], ports: [{ port: 'http' }] }, ['a/web: TCP 8080 with a/db'], []],
    ['in others those of theirs', { to: [everywhere('web')], ports: [{ port: 'http' }] },
      ['a/web: TCP 80 with a/web', 'a/web: TCP 81 with b/web', 'a/web: TCP 8080 with '], ['TCP/http']],
    ['in a block those of the pods in it', { to: [block('10.0.0.0/8')], ports: [{ port: 'http' }] },
      ['a/web: TCP 80 with ', 'a/web: TCP 81 with ', 'a/web: TCP 8080 with a/db'], ['TCP/http']],
    ['each of its peers', { to: [podsOf('web'), podsOf('db')], ports: [{ port: 'http' }] }, ['a/web: TCP 80 with a/web', 'a/web: TCP 8080 with a/db'], []],
    ['and numbers beside it', { to: [podsOf('db')], ports: [{ port: 'http' }, { port: 1 }] }, ['a/web: TCP 8080 with a/db', 'a/web: TCP 1 with a/db'], []],
    ['nothing where nobody has the name', { ports: [{ protocol: 'UDP', port: 'http' }] }, [], ['UDP/http']],
  ])('a named port of the peers, where connections go out: %s', (_, rule, grants, elsewhere) => {
    const { layers, grants: granted } = layersOf('egress', egress('web', rule));
    expect(granted).toEqual(grants);
    expect([...layers.portNamesElsewhere]).toEqual(elsewhere);
  });

  test('what the next rule says, too', () => {
    const rules = [{ to: [podsOf('db'), everywhere('web')], ports: [{ port: 'http' }] }, { to: [block('9.0.0.0/8')] }, { ports: [{ port: 1 }] }, { to: [podsOf('web')] }];
    expect(layersOf('egress', egress('web', ...rules)).grants.slice(-5)).toEqual([
      'a/web: TCP 8080 with ', 'a/web: TCP 1 with all pods', 'a/web: All Connections with a/web', 'a/web: All Connections with 9.0.0.0/8', 'a/web: TCP 1 with all addresses',
    ]);
  });

  test('on no name that another rule mentions', () => {
    const two = { ports: [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 9090 }] };
    const rules = [{ from: [{ podSelector: {} }], ports: [{ port: 'http' }] }, { from: [{ podSelector: {} }], ports: [{ port: 'metrics' }] }];
    const { evaluation: { table }, layers } = evaluated([pod('a/web', {}, two), policyOf('a/p', undefined, { ingress: rules })]);
    const { items } = layers('a').pods;
    expect([items.length / POD_GRANT, table.set(items[0]).toString(), table.set(items[POD_GRANT]).toString()]).toEqual([2, 'TCP 80', 'TCP 9090']);
  });

  test('a named port of whatever protocol', () => {
    const cluster = evaluated([pod('a/dns', {}, http(53, 'UDP')), policyOf('a/p', undefined, { ingress: [{ ports: [{ protocol: 'UDP', port: 'http' }] }] })]);
    expect(cluster.evaluation.table.set(cluster.layers('a').pods.items[0]).toString()).toBe('UDP 53');
  });
});

describe('grants by class', () => {
  const rule = { from: [podsOf('db'), everywhere('web')], ports: [{ port: 'http' }] };
  const byBlock = policyOf('a/q', undefined, { ingress: [{ from: [block('9.0.0.0/8')] }] });

  test('are counted for each class that has them', () => {
    expect(layersOf('ingress').layers.total).toBe(0);
    expect(layersOf('ingress', ingress('web', {})).layers.total).toBe(2);
    expect(layersOf('ingress', ingress('web', {}), policyOf('a/q', undefined, { ingress: [{}] })).layers.total).toBe(8);
    expect(layersOf('ingress', ingress(undefined, { from: [podsOf('db')] })).layers.total).toBe(3);
    // Web and db have the name, and two peers each; all three have the addresses.
    expect(layersOf('ingress', ingress(undefined, rule), byBlock).layers.total).toBe(7);
  });

  test('are visited one after the other, each with its place', () => {
    const { layers, cluster } = layersOf('ingress', ingress(undefined, rule), byBlock);
    const [host, web, db, bare] = ['host', 'web', 'db', 'bare'].map(name => cluster.own(`a/${name}`));
    const visited = (grants: typeof layers.pods, stride: number) => {
      const found: [number, number][] = [];
      layers.forEachGrant(grants, stride, (subject, at) => found.push([subject, at / stride]));
      return found;
    };
    expect(host).not.toBe(web);
    expect(visited(layers.pods, POD_GRANT)).toEqual([[web, 0], [web, 1], [db, 2], [db, 3]]);
    expect(visited(layers.atoms, ATOM_GRANT)).toEqual([web, db, bare].map(own => [own, 0]));
  });

  test.each([[1], [31], [32], [33], [64]])('are those of each of %i classes, and of nobody behind the last', count => {
    const apps = Array.from({ length: count }, (_, i) => `${i}`);
    const cluster = evaluated([mentionApps(...apps), ...apps.map(app => pod(`a/p${app}`, { app })), policy('a/p', { podSelector: {}, ingress: [{}] })]);
    const layers = cluster.layers('a');
    const subjects: number[] = [];
    layers.forEachGrant(layers.pods, POD_GRANT, subject => subjects.push(subject));
    expect(subjects).toEqual(apps.map((_, i) => i));
    expect(layers.total).toBe(count * 2);
  });
});

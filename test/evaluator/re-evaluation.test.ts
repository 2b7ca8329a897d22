import * as fc from 'fast-check';
import { Cluster, workloadName } from '../../src/cluster/cluster';
import { Evaluation, EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { Reachability } from '../../src/evaluator/reachability';
import { parseAddress } from '../../src/k8s/address';
import { namespace, pod, podOf, policy } from '../cluster-objects';
import { clusterOfObjects } from '../manifests';
import { randomRuns } from '../random-runs';
import { ADDRESSES, anyCluster, manifestsOf } from '../spec/arbitrary-cluster';

/** Every answer: between all pods and some addresses, and which policies isolate each pod. */
function answersOf(reach: Reachability): string[] {
  const pods = reach.cluster.workloads.flatMap(w => w.pods.map(each => [`${workloadName(w)}#${w.pods.indexOf(each)}`, reach.ofPod(w, each)] as const));
  const ends = [...pods, ...ADDRESSES.map(ip => [ip, reach.ofAddress(parseAddress(ip)!)] as const)];
  return [
    ...ends.flatMap(([from, source]) => ends.map(([to, destination]) => `${from} → ${to}: ${reach.connections(source, destination)}`)),
    ...pods.flatMap(([name, endpoint]) => (['ingress', 'egress'] as const).map(direction =>
      `${direction} of ${name}: ${reach.policies(endpoint, direction).map(p => `${p.namespace}/${p.name}`)}`)),
    // Which pods are told apart decides how a list is written.
    ...pods.flatMap(([a, one]) => pods.filter(([, other]) => one === other).map(([b]) => `${a} is like ${b}`)),
    `${reach.classCount} classes, ${reach.addresses.size} atoms`,
  ];
}

/** Parts of one cluster: policies, workloads and the labels of namespaces that are there, by the bits of three numbers. */
function part(whole: Cluster, [policies, workloads, labels]: readonly [number, number, number]): Cluster {
  const has = (bits: number, index: number) => Math.floor(bits / 2 ** index) % 2 === 1;
  return {
    policies: whole.policies.filter((_, i) => has(policies, i)),
    workloads: whole.workloads.filter((_, i) => has(workloads, i)),
    namespaces: new Map([...whole.namespaces].map(([name, known], i) => [name, has(labels, i) ? known : { ...known, labels: { 'kubernetes.io/metadata.name': name } }])),
  };
}

describe.each<[string, EvaluationOptions]>([['lists', {}], ['a matrix', { mostSparseGrants: 0 }]])('an evaluation that goes on from another, kept as %s,', (_, options) => {
  test('gives the answers of one that starts from nothing, whatever came and went', () => {
    const bits = (size: number) => fc.integer({ min: 0, max: 2 ** size - 1 });
    const parts = fc.array(fc.tuple(bits(4), bits(5), bits(3)), { minLength: 2, maxLength: 5 });
    fc.assert(fc.property(anyCluster, parts, (random, [first, ...others]) => {
      const whole = clusterOfObjects(manifestsOf(random));
      let reach = new Reachability(part(whole, first), options);
      for (const next of others) {
        const cluster = part(whole, next);
        const before = answersOf(reach);
        const after = reach.update(cluster);
        expect(answersOf(after)).toEqual(answersOf(new Reachability(cluster, options)));
        // The one that was gone on from answers as it did.
        expect(answersOf(reach)).toEqual(before);
        reach = after;
      }
    }), { numRuns: randomRuns(500) });
  });
});

const web = (i: number, labels = {}) => podOf('web', `x/web-${i}`, { app: 'web', ...labels });
const toWeb = (name: string, spec: object) => policy(`x/${name}`, { podSelector: { matchLabels: { app: 'web' } }, ...spec });
const fromBlock = (cidr: string) => toWeb('p', { ingress: [{ from: [{ ipBlock: { cidr } }] }] });

const known = new Map<string, Cluster>();

/** Objects as a cluster; equal ones are the same ones in each cluster that is made of them. */
function sharing(objects: object[]): Cluster {
  const parts = objects.map(object => {
    const text = JSON.stringify(object);
    const read = known.get(text) ?? clusterOfObjects([object]);
    known.set(text, read);
    return read;
  });
  const namespaces = parts.flatMap(({ namespaces: own }) => [...own.values()]);
  return {
    policies: parts.flatMap(({ policies }) => policies),
    workloads: parts.flatMap(({ workloads }) => workloads),
    // What is declared counts.
    namespaces: new Map([...namespaces.filter(n => n.origin === undefined), ...namespaces.filter(n => n.origin !== undefined)].map(n => [n.name, n])),
  };
}

/** What an evaluation says that went on from one cluster to the next, and to the next. */
function goingOn(...stages: Cluster[]): Reachability {
  return goingOnWith({}, ...stages);
}

function goingOnWith(options: EvaluationOptions, ...stages: Cluster[]): Reachability {
  return stages.slice(1).reduce((reach, cluster) => reach.update(cluster), new Reachability(stages[0], options));
}

/** Pods of a namespace that a policy of `mention` tells apart, so that they take more than one word of bits. */
const crowd = (namespaceName: string) => Array.from({ length: 40 }, (_, i) => pod(`${namespaceName}/p${i}`, { i: `${i}` }));
const mention = policy('z/mention', { podSelector: { matchExpressions: [{ key: 'i', operator: 'In', values: Array.from({ length: 40 }, (_, i) => `${i}`) }] } });
const fromY = toWeb('p', { ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }] });

describe('going on', () => {
  test.each<[string, object[], object[]]>([
    ['two namespaces come at once', [web(0), fromY], [web(0), fromY, pod('y/a'), pod('z/a')]],
    ['two namespaces outgrow their places at once', [web(0), fromY, mention, pod('y/a'), pod('z/a')], [web(0), fromY, mention, ...crowd('y'), ...crowd('z')]],
    ['one namespace outgrows its place, and another comes', [web(0), fromY, mention, pod('y/a')], [web(0), fromY, mention, ...crowd('y'), pod('z/a')]],
    ['a namespace comes with its labels', [web(0), toWeb('p', { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }] })],
      [web(0), toWeb('p', { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }] }), namespace('y', { team: 'a' }), pod('y/a')]],
    ['a pod turns up where a block had none, though right above it there is one', [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, { ips: ['10.1.0.1'] })],
      [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, { ips: ['10.1.0.1'] }), pod('y/b', {}, { ips: ['10.0.0.9'] })]],
    ['a pod turns up where a block had none, though right below it there is one', [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, { ips: ['9.1.0.1'] })],
      [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, { ips: ['9.1.0.1'] }), pod('y/b', {}, { ips: ['10.0.0.9'] })]],
    ['the pods of another namespace are others', [web(0), pod('y/a'), pod('z/a'), mention, fromY], [web(0), ...crowd('y').slice(0, 30), pod('z/a'), mention, fromY]],
    ['a namespace outgrows its place on the line', [web(0), pod('y/a'), toWeb('p', { ingress: [{ from: [{ namespaceSelector: {} }] }] })],
      [...crowd('x'), web(0), pod('y/a'), toWeb('p', { ingress: [{ from: [{ namespaceSelector: {} }] }] }), mention]],
    ['a namespace gets its first pod', [pod('y/a'), toWeb('p', { ingress: [{ from: [{ namespaceSelector: {} }] }] })], [pod('y/a'), web(0), toWeb('p', { ingress: [{ from: [{ namespaceSelector: {} }] }] })]],
    ['a namespace loses its last pod', [pod('y/a'), web(0)], [pod('y/a')]],
    ['a block cuts the addresses of pods in two', [podOf('web', 'x/a', {}, { ips: ['10.0.0.1'] }), podOf('web', 'x/b', {}, { ips: ['10.1.0.1'] }), toWeb('p', {})],
      [podOf('web', 'x/a', {}, { ips: ['10.0.0.1'] }), podOf('web', 'x/b', {}, { ips: ['10.1.0.1'] }), fromBlock('10.0.0.0/16')]],
    ['the last block goes', [podOf('web', 'x/a', {}, { ips: ['10.0.0.1'] }), fromBlock('10.0.0.0/16')], [podOf('web', 'x/a', {}, { ips: ['10.0.0.1'] })]],
    ['a pod turns up where a block had none', [web(0), fromBlock('10.0.0.0/16')], [web(0), fromBlock('10.0.0.0/16'), pod('y/b', {}, { ips: ['10.0.0.9'] })]],
    ['a named port gets another number elsewhere', [web(0), pod('y/s', {}, { ports: [{ name: 'http', containerPort: 80 }] }), toWeb('p', { egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'http' }] }] })],
      [web(0), pod('y/s', {}, { ports: [{ name: 'http', containerPort: 81 }] }), toWeb('p', { egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'http' }] }] })]],
    ['addresses of pods get another number', [web(0), pod('y/a', {}, { ips: ['10.0.0.1'] }), fromBlock('10.0.0.0/8')],
      [web(0), pod('y/a', {}, { ips: ['10.0.0.1'] }), fromBlock('10.0.0.0/8'), policy('z/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '9.0.0.0/16' } }] }] })]],
    ['addresses of pods get another number, and another policy means them',
      [web(0), pod('y/a', {}, { ips: ['10.0.0.1'] }), pod('z/b', {}, { ips: ['9.9.0.1'] }), toWeb('p', { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })],
      [web(0), pod('y/a', {}, { ips: ['10.0.0.1'] }), pod('z/b', {}, { ips: ['9.9.0.1'] }), toWeb('p', { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
        policy('x/q', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '9.0.0.0/8' } }] }] })]],
    ['a policy in another namespace looks at a label', [web(0), web(1, { hash: '1' }), pod('y/a')],
      [web(0), web(1, { hash: '1' }), pod('y/a'), policy('y/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { hash: '1' } } }] }] })]],
    ['a namespace is labelled', [namespace('y'), pod('y/a'), web(0), toWeb('p', { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }] })],
      [namespace('y', { team: 'a' }), pod('y/a'), web(0), toWeb('p', { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }] })]],
    ['nothing is left', [web(0), toWeb('p', {})], [namespace('z')]],
  ])('where %s', (_, before, after) => {
    const [from, to] = [sharing(before), sharing(after)];
    const fresh = answersOf(new Reachability(to));
    for (const options of [{}, { longestLists: 0 }]) {
      expect(answersOf(goingOnWith(options, from, to))).toEqual(fresh);
      // And there and back again.
      expect(answersOf(goingOnWith(options, from, to, from))).toEqual(answersOf(new Reachability(from)));
      expect(answersOf(goingOnWith(options, from, to, from, to))).toEqual(fresh);
    }
  });

  test('leaves alone a namespace that is no more, whatever happens after it, until it is there again', () => {
    const [both, one, other] = [[web(0), pod('y/a')], [pod('y/a')], [pod('y/a'), policy('y/p', { podSelector: {} })]].map(sharing);
    expect(answersOf(goingOn(both, one, other))).toEqual(answersOf(new Reachability(other)));
    expect(answersOf(goingOn(both, one, other, both))).toEqual(answersOf(new Reachability(both)));
  });

  test('names nobody where a namespace was before it outgrew its place', () => {
    const open = policy('y/open', { podSelector: {}, ingress: [{}] });
    const reach = goingOn(sharing([web(0), pod('y/a'), open]), sharing([...crowd('x'), pod('y/a'), open, mention]));
    const endpoints = reach.cluster.workloads.map(w => reach.ofPod(w, w.pods[0]));
    expect(reach.possiblePeers(endpoints[40], 'ingress')).toEqual([...endpoints].sort((a, b) => a - b));
  });

  describe('works out again only what a change touches:', () => {
    const evaluationOf = (reach: Reachability): Evaluation => (reach as any).evaluation;
    /** Of the namespaces x and y what is the same object as before: their pods in classes, and what their policies select. */
    const kept = (before: object[], after: object[], options: EvaluationOptions = {}) => {
      const first = new Reachability(sharing(before), options);
      const [old, now] = [first, first.update(sharing(after))].map(evaluationOf);
      // All of it was built from nothing if not even that is the same.
      expect(now.vocabulary).toBe(old.vocabulary);
      // Nothing of these outgrows its place.
      expect(now.namespaceOfWord).toHaveLength(old.namespaceOfWord.length);
      const ofBoth = ['x', 'y'].map(name => [old, now].map(({ namespaces: segments, compiled: folds, numbers }) => ({ segment: segments[numbers.get(name)!].index, folds: folds[numbers.get(name)!] })));
      return {
        addresses: now.addresses === old.addresses,
        segments: ofBoth.flatMap(([a, b], i) => a.segment === b.segment ? ['xy'[i]] : []).join(),
        policies: ofBoth.flatMap(([a, b], i) => (a.folds.ingress as any).subjects === (b.folds.ingress as any).subjects ? ['xy'[i]] : []).join(),
        folds: ofBoth.flatMap(([a, b], i) => a.folds === b.folds ? ['xy'[i]] : []).join(),
      };
    };
    const deny = (name: string) => policy(`${name}/deny`, { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] });
    const objects = [namespace('x'), namespace('y'), web(0), pod('y/a', { app: 'web', tier: 'back' }, { ips: ['10.0.0.1'], ports: [{ name: 'http', containerPort: 80 }] }), deny('x'), deny('y')];

    test.each<[string, object[], ReturnType<typeof kept>]>([
      ['nothing, where nothing changes', [], { addresses: true, segments: 'x,y', policies: 'x,y', folds: 'x,y' }],
      ['the policies of a namespace that gets one more', [policy('x/more', { podSelector: {} })], { addresses: true, segments: 'x,y', policies: 'y', folds: 'y' }],
      ['the pods of a namespace that gets one more', [web(1)], { addresses: true, segments: 'y', policies: 'y', folds: '' }],
      ['the pods of namespaces where a label is looked at that some have', [policy('z/p', { podSelector: { matchLabels: { app: 'web' } } })],
        { addresses: true, segments: 'x,y', policies: 'x,y', folds: 'x,y' }],
      ['the pods of namespaces where several labels are looked at, one of which some have', [policy('z/p', { podSelector: { matchLabels: { role: 'a', tier: 'back' } } })],
        { addresses: true, segments: 'x', policies: 'x', folds: '' }],
      ['nothing, where labels are looked at that nobody has', [policy('z/p', { podSelector: { matchLabels: { role: 'a', team: 'b' } } })],
        { addresses: true, segments: 'x,y', policies: 'x,y', folds: 'x,y' }],
      ['the pods of namespaces where several named ports are looked at, one of which some have',
        [policy('z/p', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }, { port: 'https' }] }] })], { addresses: true, segments: 'x', policies: 'x', folds: '' }],
      ['the pods of a namespace whose addresses a block tells apart', [policy('z/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/24' } }] }] })],
        { addresses: false, segments: 'x', policies: 'x', folds: '' }],
      ['no pods, where a block is far from all', [policy('z/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '9.0.0.0/24' } }] }] })],
        { addresses: false, segments: 'x', policies: 'x', folds: '' }],
    ])('%s', (_, more, expected) => {
      expect(kept(objects, [...objects, ...more])).toEqual(expected);
    });

    test('nothing of the namespaces whose policies name ports of others, as long as the names have the same numbers', () => {
      const named = (port: string) => policy('x/named', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port }] }] });
      // Nobody has a port called https.
      for (const port of ['http', 'https']) {
        expect(kept([...objects, named(port)], [...objects, named(port), policy('y/more', { podSelector: {} })])).toMatchObject({ segments: 'x,y', folds: 'x' });
      }
    });

    test('the line of places only by what comes', () => {
      const first = new Reachability(sharing(objects));
      const length = evaluationOf(first).namespaceOfWord.length;
      expect(evaluationOf(first.update(sharing([...objects, web(1), pod('z/a')]))).namespaceOfWord).toHaveLength(length + 1);
    });

    test('what is kept as a matrix, where pods anywhere are others than before', () => {
      expect(kept(objects, [...objects, web(1)], { mostSparseGrants: 0 })).toMatchObject({ segments: 'y', policies: '', folds: '' });
      expect(kept(objects, [...objects, policy('x/more', { podSelector: {} })], { mostSparseGrants: 0 })).toMatchObject({ policies: 'y', folds: 'y' });
    });
  });

  test('from one and the same evaluation twice is possible', () => {
    const [a, b, c] = [[web(0)], [web(0), toWeb('p', {})], [web(0), web(1)]].map(clusterOfObjects);
    const reach = new Reachability(a);
    reach.update(b);
    expect(answersOf(reach.update(c))).toEqual(answersOf(new Reachability(c)));
  });

  test('does not keep what nobody can ask for any more: what has grown fourfold, and by a million words of bits, is built anew', () => {
    const numbers = Array.from({ length: 600 }, (_, i) => `${i}`);
    const cluster = clusterOfObjects([...numbers.map(i => pod(`x/p${i}`, { i })), namespace('y'),
      policy('x/all', { podSelector: { matchExpressions: [{ key: 'i', operator: 'In', values: numbers }] } })]);
    const wordsOf = (reach: Reachability): number => (reach as any).evaluation.bits.used;
    let reach = new Reachability(cluster);
    const built = wordsOf(reach);
    let most = 0;
    let leastAfter = Infinity;
    for (let i = 0; i < 150; i++) {
      const [changed, ...others] = cluster.workloads;
      reach = reach.update({ ...cluster, workloads: [{ ...changed }, ...others] });
      const words = wordsOf(reach);
      if (words < most) { leastAfter = Math.min(leastAfter, words); } else { most = words; }
    }
    const limit = 4 * built + 2 ** 20;
    // A change takes about as much room as all did at first.
    expect(most).toBeGreaterThan(limit);
    expect(most).toBeLessThan(limit + 2 * built);
    expect(leastAfter).toBe(built);
    expect(answersOf(reach)).toHaveLength(answersOf(new Reachability(cluster)).length);
  });
});

import * as fc from 'fast-check';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { readText } from '../../src/manifests/read-text';
import { partyNamed, Party, withUnreadParties } from '../../src/query/parties';
import { answerQuestion, QuestionAnswer } from '../../src/query/questions';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { SpecCluster, SpecPod } from '../spec/network-policy';
import { answerOfReadings, podReadings, withNamespace, withPod } from '../spec/readings';
import { randomRuns } from '../support/random-runs';

/* The promise of partial answers: what depends on an unread thing is undecided, and nothing else is. */

const APPS = ['a', 'b'];
const TEAMS = ['red', 'blue'];
const NUMBERS = [80, 8080];

const app = fc.constantFrom(...APPS);
const selectorOf = (key: string, values: readonly string[]) => fc.oneof(
  fc.constantFrom(...values).map(value => ({ matchLabels: { [key]: value } })),
  fc.constantFrom('In', 'NotIn').chain(operator => fc.subarray([...values], { minLength: 1 }).map(some => ({ matchExpressions: [{ key, operator, values: some }] }))),
  fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key, operator }] })),
  fc.constant({}),
);
const podSelector = selectorOf('app', APPS);
const peer = fc.record({ podSelector, namespaceSelector: selectorOf('team', TEAMS) }, { requiredKeys: [] }).filter(one => Object.keys(one).length > 0);
const ports = fc.option(fc.array(fc.constantFrom<number | string>(80, 'http').map(port => ({ port })), { minLength: 1, maxLength: 2 }), { nil: undefined });
const rule = (side: string) => fc.record({ [side]: fc.option(fc.array(peer, { minLength: 1, maxLength: 2 }), { nil: undefined }), ports });
const policy = fc.record({
  namespace: fc.constantFrom('x', 'y'),
  spec: fc.oneof(
    fc.record({ podSelector, policyTypes: fc.constant(['Ingress']), ingress: fc.array(rule('from'), { maxLength: 2 }) }),
    fc.record({ podSelector, policyTypes: fc.constant(['Egress']), egress: fc.array(rule('to'), { maxLength: 2 }) }),
  ),
});
const arbitraryPolicies = fc.array(policy, { minLength: 1, maxLength: 4 }).map(all => all.map(({ namespace, spec }, i) =>
  JSON.parse(JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace }, spec }))));

const pod = (namespace: string, name: string, label: string): SpecPod => ({ namespace, name, labels: { app: label }, ips: [], ports: [{ name: 'http', containerPort: 80 }] });
const PODS = [pod('x', 'web', 'a'), pod('x', 'open', 'b'), pod('y', 'db', 'b')];
const clusterWith = (policies: any[]): SpecCluster => ({ namespaces: { x: { team: 'red' }, y: { team: 'blue' } }, pods: PODS, policies });

/** Compares the answers of the product for a text with those of the readings. `isMeant` says which answers are compared. */
function compare(text: string, readings: readonly SpecCluster[], absent?: string, isMeant = (_answer: string) => true): void {
  const { resources, unread } = readText({ file: 'a.yaml', content: text, named: true });
  const names = PODS.map(({ namespace, name }) => `${namespace}/${name}`);
  const reach = new Reachability(withUnreadParties(readCluster(resources, undefined, unread).cluster, names));
  const parties = names.map(name => partyNamed(reach, name) as Party);
  for (const [i, from] of parties.entries()) {
    for (const [j, to] of parties.entries()) {
      for (const port of i === j ? [] : [80, 8080, 9999]) {
        const { answer, reasons } = answerQuestion(reach, { from, to, port: { protocol: 'TCP', first: port, last: port } }) as QuestionAnswer;
        if (!isMeant(answer)) { continue; }
        const specified = answerOfReadings(readings, PODS[i].name, PODS[j].name, 'TCP', port);
        // Nothing passes to a workload that may not be there.
        const mayBeAbsent = specified === 'yes' && [i, j].some(index => PODS[index].name === absent);
        expect([from.name, to.name, port, answer]).toEqual([from.name, to.name, port, mayBeAbsent ? 'undecided' : specified]);
        if (answer === 'undecided') { expect(reasons.map(({ code }) => code)).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:not-read|defined-twice)$/)])); }
      }
    }
  }
}

const textOf = (objects: readonly any[]) => objects.map(object => JSON.stringify(object)).join('\n---\n');
const isOpen = (object: any) => object.kind === 'Pod' && object.metadata.name === 'open';

test.each<[string, (manifest: any) => string]>([
  ['that the API server refuses', manifest => textOf([{ ...manifest, metadata: { ...manifest.metadata, labels: { app: '-x' } } }])],
  ['whose document cannot be parsed', ({ metadata: { name, namespace } }) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec: [\n`],
  ['that has a field twice', manifest => textOf([manifest]).replace(/\}$/, ',"spec":{}}')],
])('the pods of a workload %s could have any labels and ports', (_, broken) => {
  fc.assert(fc.property(arbitraryPolicies, policies => {
    const cluster = clusterWith(policies);
    const manifests = manifestsOf(cluster);
    const text = `${textOf(manifests.filter(object => !isOpen(object)))}\n---\n${broken(manifests.find(isOpen))}`;
    const own = podReadings(PODS[1], 'app', APPS, 'http', [...NUMBERS, 9999]);
    // Only an object that can be read says that its pods are not on the network of their node.
    const onHost = text.includes('-x') ? [] : own.map(one => ({ ...one, hostNetwork: true }));
    compare(text, withPod(cluster, [...own, ...onHost]), text.endsWith('[\n') ? 'open' : undefined);
  }), { numRuns: randomRuns(300) });
});

test('the pods of a workload that is declared twice, with different content, are those of one of the two', () => {
  const declared = fc.record({ label: app, number: fc.constantFrom(...NUMBERS), hostNetwork: fc.boolean() });
  fc.assert(fc.property(arbitraryPolicies, fc.tuple(declared, declared), (policies, both) => {
    const cluster = clusterWith(policies);
    const readings = withPod(cluster, both.map(({ label, number, hostNetwork }): SpecPod => ({ ...PODS[1], labels: { app: label }, ports: [{ name: 'http', containerPort: number }], hostNetwork })));
    // The fields that differ may also be some that do not matter for connections.
    const twice = readings.map((one, i) => ({ ...manifestsOf(one).find(isOpen), image: i }));
    const others = manifestsOf(cluster).filter(object => !isOpen(object));
    compare(textOf([...others, ...twice]), readings);
  }), { numRuns: randomRuns(300) });
});

const isX = (object: any) => object.kind === 'Namespace' && object.metadata.name === 'x';

test.each<[string, string, Record<string, string>[]]>([
  ['that the API server refuses', textOf([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels: { team: '-x' } } }]), [{}, { team: 'red' }, { team: 'blue' }, { team: 'other' }]],
  ['whose document cannot be parsed', 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  labels: [\n', [{}, { team: 'red' }, { team: 'blue' }, { team: 'other' }]],
  ['that is declared twice, with different labels', textOf(['red', 'blue'].map(team => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels: { team } } }))), [{ team: 'red' }, { team: 'blue' }]],
  ['that is declared twice, with and without a label', textOf([{}, { team: 'red' }].map(labels => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels } }))), [{}, { team: 'red' }]],
  ['that is declared twice, with another label', textOf([{ a: 'b' }, {}].map(more => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels: { team: 'red', ...more } } }))), [{ team: 'red' }]],
])('only selectors that look at a label of a namespace which is not known are undecided: one %s', (_, text, labels) => {
  fc.assert(fc.property(arbitraryPolicies, policies => {
    const cluster = clusterWith(policies);
    compare(`${textOf(manifestsOf(cluster).filter(object => !isX(object)))}\n---\n${text}`, withNamespace(cluster, 'x', labels));
  }), { numRuns: randomRuns(300) });
});

test('what a NetworkPolicy says that is declared twice, with different content, is decided only if both declarations decide it alike', () => {
  fc.assert(fc.property(arbitraryPolicies, policy, (policies, { spec }) => {
    const [first, ...others] = policies;
    const second = { ...first, spec: JSON.parse(JSON.stringify({ ...first.spec, ...spec })) };
    const objects = manifestsOf(clusterWith([]));
    // netpol does not compare what different rules allow, so it may leave undecided what both declarations say.
    compare(textOf([...objects, ...others, first, second]), [first, second].map(one => clusterWith([...others, one])), undefined, answer => answer !== 'undecided');
  }), { numRuns: randomRuns(300) });
});

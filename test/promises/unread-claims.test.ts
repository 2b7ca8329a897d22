import * as fc from 'fast-check';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { readCluster } from '../../src/cluster/read-cluster';
import { readText } from '../../src/manifests/read-text';
import { randomRuns } from '../support/random-runs';

/* The promise of partial answers for claims: where a Namespace was not read, a claim is decided only as every Namespace that it may be would decide it. */

const TEAMS = ['red', 'blue'];

const labelSelector = (key: string, values: readonly string[]) => fc.oneof(
  fc.constantFrom(...values).map(value => ({ matchLabels: { [key]: value } })),
  fc.constantFrom('In', 'NotIn').map(operator => ({ matchExpressions: [{ key, operator, values: values.slice(0, 1) }] })),
  fc.constantFrom('Exists', 'DoesNotExist').map(operator => ({ matchExpressions: [{ key, operator }] })),
  fc.constant({}),
);
const peer = fc.oneof(
  fc.record({ podSelector: labelSelector('app', ['a', 'b']), namespaceSelector: labelSelector('team', TEAMS) }, { requiredKeys: [] }).filter(one => Object.keys(one).length > 0),
  fc.constant({ namespaceSelector: { matchLabels: { team: 'red', env: 'test' } } }),
  fc.constant({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'prod' } } }),
);
const rules = (side: string) => fc.array(fc.record({
  [side]: fc.option(fc.array(peer, { minLength: 1, maxLength: 2 }), { nil: undefined }),
}), { maxLength: 2 });
const policies = fc.array(fc.record({
  namespace: fc.constantFrom('x', 'y'),
  spec: fc.oneof(
    fc.record({ podSelector: labelSelector('app', ['a', 'b']), policyTypes: fc.constant(['Ingress']), ingress: rules('from') }),
    fc.record({ podSelector: labelSelector('app', ['a', 'b']), policyTypes: fc.constant(['Egress']), egress: rules('to') }),
  ),
}), { minLength: 1, maxLength: 3 }).map(all => all.map(({ namespace, spec }, i): unknown =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace }, spec })));
const namespace = (name: unknown, labels: unknown) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
const pod = (ns: string, name: string, app: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: ns, name, labels: { app } }, spec: { containers: [{ name: 'c', image: 'i' }] } });
const PODS = [pod('x', 'web', 'a'), pod('x', 'api', 'b'), pod('y', 'db', 'b')];

const party = fc.constantFrom(
  'x/web', 'x/api', 'y/db', 'ns=prod', '"ns=x,app=a"', '{ namespace: prod, labels: { app: a } }', '{ namespaceLabels: { team: red } }', '{ namespaceLabels: { team: red, env: test } }',
  '{ namespaceLabels: { team: blue }, labels: { app: b } }', '{ namespaceLabels: {} }', 'anything', '10.0.0.1', '{ namespaceLabels: {}, labels: { app: a } }',
);
const claim = fc.tuple(fc.constantFrom('allowed', 'denied', 'admitsOnly', 'reachesOnly'), party, party, fc.constantFrom('', '', ', port: 80', ', scope: DECLARED', ', strict: true'))
  .map(([kind, from, to, more]) => `${kind}: [{ from: ${kind === 'admitsOnly' ? `[${from}]` : from}, to: ${kind === 'reachesOnly' ? `[${to}]` : to}${more} }]`);

/** The verdict on a claim; undefined if there is nothing to judge. */
function verdictOf(objects: readonly string[], intent: string): ClaimVerdict | undefined {
  const { resources, unread } = readText({ file: 'a.yaml', content: objects.join('\n---\n'), named: true });
  const { intents } = readIntents('i.yaml', Buffer.from(intent));
  return judgeIntents(readCluster(resources, undefined, unread).cluster, intents).verdicts[0]?.verdict;
}

/** How a Namespace may be written that netpol cannot read. */
const UNREAD = [
  JSON.stringify(namespace(undefined, { team: 'red' })), JSON.stringify(namespace('Prod_', {})), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: {{ .Values.ns }} }',
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: "prod, labels: {} }',
];

test('a claim about a Namespace that was not read is decided only if each Namespace that it may be decides it alike', () => {
  const declared = fc.subarray([namespace('x', { team: 'red' }), namespace('y', { team: 'blue' }), namespace('z', { team: 'red' })]);
  fc.assert(fc.property(policies, declared, fc.constantFrom(...UNREAD), claim, (own, namespaces, unread, intent) => {
    const known = [...own, ...namespaces, ...PODS].map(object => JSON.stringify(object));
    const verdict = verdictOf([...known, unread], intent);
    if (verdict === undefined) { return; }
    const free = ['x', 'y', 'prod', 'elsewhere'].filter(name => !namespaces.some(({ metadata }) => metadata.name === name));
    // In some there may be nothing to judge.
    const readings = free.flatMap(name => [{}, { team: 'red' }, { team: 'blue' }, { team: 'other' }, { team: 'red', env: 'test' }].map(labels =>
      verdictOf([...known, JSON.stringify(namespace(name, labels))], intent)?.answer ?? []).flat());
    const answers = [...new Set(readings)];
    if (verdict.answer !== 'undecided') { expect([intent, ...answers]).toEqual([intent, verdict.answer]); }
  }), { numRuns: randomRuns(300) });
});

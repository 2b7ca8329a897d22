import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { formatPlace } from '../../src/findings/finding';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';
import { clusterOfYaml } from '../support/manifests';

/* An assumption about labels has the place of the first selector that looks at one of them. Here each object is a line of YAML. */

const DB = deployment('x/db', { app: 'db' });
const selector = (labels: Record<string, string>) => ({ podSelector: labelled(labels) });
const toDb = (...from: object[]) => policy('x/p', { ...selector({ app: 'db' }), ingress: [{ from }] });
const byLabel = 'denied: [{ from: { namespace: x, labels: { app: fe } }, to: x/db }]';
const fromNamespace = 'denied: [{ from: { namespace: z, labels: { app: fe } }, to: x/db }]';

/** The code and the place of each assumption. The text that the place points at begins with `at`. */
function assumptionsOf(objects: readonly object[], yaml: string): { code: string; at?: string }[] {
  const text = objects.map(object => JSON.stringify(object)).join('\n---\n');
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  expect(findings).toEqual([]);
  const [{ verdict: { answer, assumptions } }] = judgeIntents(clusterOfYaml(text), intents).verdicts;
  expect(answer).toBe('holds');
  return assumptions.map(({ code, place }) => {
    const [line, column] = place === undefined ? [] : formatPlace(place).split(':').slice(1).map(Number);
    return { code, at: line === undefined ? undefined : text.split('\n')[line - 1].slice(column - 1) };
  });
}

test.each<[string, object[], string, string, string]>([
  ['a peer that selects pods', [DB, toDb(selector({ client: 'yes' }))], byLabel, 'extra-label', '"podSelector":{"matchLabels":{"client":"yes"}}}]'],
  ['a policy that selects pods', [DB, policy('x/p', selector({ app: 'db' })), policy('x/q', { ...selector({ client: 'yes' }), ingress: [{}] })],
    'denied: [{ from: x/db, to: { namespace: x, labels: { app: db } } }]', 'extra-label', '"podSelector":{"matchLabels":{"client":"yes"}},"ingress"'],
  ['the first peer of several', [DB, toDb(selector({ client: 'yes', other: 'a' }), selector({ client: 'yes', other: 'b' }))], byLabel, 'extra-label', '"podSelector":{"matchLabels":{"client":"yes","other":"a"}}}'],
  ['a peer that selects namespaces', [DB, namespace('x'), toDb({ namespaceSelector: labelled({ team: 'a' }) })], fromNamespace, 'namespace-label', '"namespaceSelector":{"matchLabels":{"team":"a"}}}]'],
  ['the first peer that selects namespaces by the label',
    [DB, namespace('x'), toDb({ namespaceSelector: labelled({ team: 'a', env: 'b' }) }, { namespaceSelector: labelled({ team: 'a', env: 'c' }) })], fromNamespace, 'namespace-label', '"namespaceSelector":{"matchLabels":{"team":"a","env":"b"}}}'],
])('the place is %s', (_, objects, yaml, code, at) => {
  expect(assumptionsOf(objects, yaml)).toEqual([{ code, at: expect.stringContaining(at) }]);
  expect(assumptionsOf(objects, yaml)[0].at?.startsWith(at)).toBe(true);
});

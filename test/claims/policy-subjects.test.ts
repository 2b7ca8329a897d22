import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* A claim about a pod looks at each policy that selects the pod, whatever its selector looks like. */

type Requirement = readonly [key: string, operator: string, ...values: string[]];

const selector = (requirements: readonly Requirement[]) =>
  ({ matchExpressions: requirements.map(([key, operator, ...values]) => ({ key, operator, values })) });

test.each<[boolean, string, Requirement[]]>([
  [true, 'its value is the only one', [['app', 'In', 'web']]],
  [true, 'its value is the second of two', [['app', 'In', 'api', 'web']]],
  [true, 'another value is excluded', [['app', 'NotIn', 'api']]],
  [true, 'two values are excluded', [['app', 'NotIn', 'api', 'db']]],
  [true, 'its labels are there', [['app', 'Exists'], ['role', 'In', 'main']]],
  [true, 'nothing is required', []],
  [false, 'another value is required', [['app', 'In', 'api']]],
  [false, 'its value is excluded', [['app', 'NotIn', 'web']]],
  [false, 'a further label is required', [['app', 'In', 'web'], ['tier', 'Exists']]],
  [false, 'another value of its second label is required', [['app', 'In', 'web'], ['role', 'In', 'other']]],
])('a policy isolates a pod: %s, if %s', (isIsolated, _, requirements) => {
  const objects = [deployment('x/web', { app: 'web', role: 'main' }), deployment('x/db', {}), policy('x/p', { podSelector: selector(requirements) })];
  const { intents } = readIntents('intents.yaml', Buffer.from('denied: [{ from: x/db, to: x/web }]'));
  const { verdicts: [{ verdict }] } = judgeIntents(clusterOfObjects(objects), intents);
  expect(verdict.answer).toBe(isIsolated ? 'holds' : 'fails');
});

import { judged, judgedOnly, policy, shop, shopIntents, TIERS } from './shop';
import { Reachability } from '../../src/evaluator/reachability';
import { intentsSarif } from '../../src/report/sarif';
import { IntentVerdict } from '../../src/report/verdict-text';
import { reachOfYaml } from '../support/manifests';

function resultsOf(reach: Reachability, intents: IntentVerdict[]) {
  const sarif = JSON.parse([...intentsSarif(reach, intents)].join(''));
  expect(sarif.version).toBe('2.1.0');
  const [{ tool: { driver }, results }] = sarif.runs;
  for (const { ruleId } of results) { expect(driver.rules.map((rule: any) => rule.id)).toContain(ruleId); }
  return results;
}

test('a result for each intent that fails, at its line', () => {
  const reach = shop();
  const results = resultsOf(reach, shopIntents(reach));
  expect(results.map((r: any) => r.ruleId)).toEqual(['intent-allowed', 'intent-only']);
  expect(results[0]).toMatchObject({
    level: 'error',
    locations: [{ physicalLocation: { artifactLocation: { uri: 'intents.yaml' }, region: { startLine: 4, startColumn: 5 } } }],
  });
  expect(results[0].message.text).toContain('does not reach');
});

test('the policies and rules that decide are related locations', () => {
  const reach = shop();
  const names = resultsOf(reach, shopIntents(reach)).map((r: any) => r.relatedLocations.map((l: any) => l.message.text));
  expect(names[0]).toEqual(['app/allow-backend-egress-https']);
  expect(names[1]).toEqual(['app/allow-frontend-to-backend spec.ingress[0].from[0]']);
  const [denied] = resultsOf(reach, [{ verdict: judged(reach, 'denied', 'app/frontend', 'app/backend'), place: { file: 'i.yaml', line: 1, column: 1 } }]);
  expect(denied.relatedLocations.map((l: any) => l.message.text)).toEqual(['app/allow-frontend-to-backend spec.ingress[0]']);
});

test('a rule that comes near is a related location too', () => {
  const reach = shop();
  const [result] = resultsOf(reach, [{ verdict: judged(reach, 'allowed', 'app/frontend', 'app/backend', 'tcp/9090'), place: { file: 'i.yaml', line: 1, column: 1 } }]);
  expect(result.relatedLocations.map((l: any) => l.message.text)).toContain('app/allow-frontend-to-backend spec.ingress[0]');
});

test('what has no file has no location; a file name is a URI', () => {
  const reach = reachOfYaml(TIERS);
  const judgement = judgedOnly(reach, 'only', 'app/db', []);
  const [stdin, construct, folder] = resultsOf(reach, [{ file: '-', line: 1 }, { constructPath: 'shop/db' }, { file: 'my k8s/i.yaml' }].map(place => ({ verdict: judgement, place })));
  expect(stdin.locations).toEqual([]);
  expect(construct.locations).toEqual([]);
  expect(stdin.relatedLocations).toEqual([]);
  expect(folder.locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'my%20k8s/i.yaml' } } }]);
});

test('a rule that lets anyone in is pointed at itself', () => {
  const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }'));
  const [result] = resultsOf(reach, [{ verdict: judgedOnly(reach, 'only', 'app/db', []), place: { file: 'i.yaml' } }]);
  expect(result.relatedLocations.map((l: any) => l.message.text)).toEqual(['app/in spec.ingress[0]']);
});

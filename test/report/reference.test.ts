import { policy } from './shop';
import { fieldReference, formatReference, policyReference, ruleReference } from '../../src/report/references';
import { reachOfYaml } from '../support/manifests';

const [WEB] = reachOfYaml(policy('web', `
  podSelector: {}
  ingress:
    - from: [{ podSelector: {} }]`)).cluster.policies;

test('a policy is named by namespace and name, and where it is written', () => {
  expect(formatReference(policyReference(WEB))).toBe('app/web (test.yaml:2:1)');
});

test('a rule is named by its field, and where that is written', () => {
  expect(formatReference(ruleReference(WEB, WEB.ingress![0]))).toBe('app/web spec.ingress[0] (test.yaml:8:7)');
});

test('so is what is inside a rule', () => {
  expect(formatReference(fieldReference(WEB, ['spec', 'ingress', 0, 'from', 0]))).toBe('app/web spec.ingress[0].from[0] (test.yaml:8:14)');
});

import { explanationOf, policy, shop, TIERS } from './shop';
import { explanationJson, placeJson } from '../../src/report/explanation';
import { reachOfYaml } from '../support/manifests';

test('answer, both directions, and for each the policies, rules and places', () => {
  const json: any = explanationJson(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432'));
  expect(json).toMatchObject({
    allowed: false,
    from: 'app/backend[Deployment]',
    to: 'app/db[Deployment]',
    port: 'TCP 5432',
    connections: 'No Connections',
    egress: { allowed: false, isolatedBy: [{ policy: 'app/allow-backend-egress-https', file: 'test.yaml' }], allowedBy: [] },
    ingress: { allowed: true, allowedBy: [{ policy: 'app/allow-backend-to-db', path: 'spec.ingress[0]', connections: 'TCP 5432' }] },
  });
  expect(json.egress.mend.yaml).toContain('port: 5432');
  expect(json.egress.mend.line).toBe(json.egress.isolatedBy[0].line + 6);
  expect(json.ingress).not.toHaveProperty('mend');
});

test('a near miss has its reason', () => {
  const json: any = explanationJson(explanationOf(shop(), 'app/frontend', 'app/backend', 'tcp/9090'));
  expect(json.ingress.nearMisses).toMatchObject([{ policy: 'app/allow-frontend-to-backend', path: 'spec.ingress[0]', why: 'it allows TCP 8080, not TCP 9090' }]);
});

test('a port name that nobody has is told, and no rule is offered that would not help', () => {
  const json: any = explanationJson(explanationOf(shop(), 'app/frontend', 'app/db', 'tcp/pg'));
  expect(json.unresolvedPort).toContain("named 'pg'");
  expect(json.ingress).not.toHaveProperty('mend');
});

test('a place is a file, or a construct', () => {
  expect(placeJson({ file: 'a.yaml', line: 1, column: 2 })).toEqual({ file: 'a.yaml', line: 1, column: 2 });
  expect(placeJson({ constructPath: 'shop/db', file: 'x' })).toEqual({ constructPath: 'shop/db' });
});

test('a mend that is a policy of its own has no place', () => {
  const { ingress: { mend } }: any = explanationJson(explanationOf(reachOfYaml(TIERS + policy('deny', '{ podSelector: {} }')), 'app/frontend', 'app/db'));
  expect(mend).toEqual({ instruction: 'add this policy', yaml: expect.stringContaining('kind: NetworkPolicy') });
});

test('a pod that reaches itself is told to be one', () => {
  const reach = reachOfYaml('apiVersion: v1\nkind: Pod\nmetadata: { name: solo, namespace: app }\nspec: { containers: [{ name: c, image: i }] }');
  expect(explanationJson(explanationOf(reach, 'app/solo', 'app/solo'))).toMatchObject({ allowed: true, loopback: true });
});

import * as fc from 'fast-check';
import { describeOnServer, kubectl, shell, store } from './client';
import { Plan } from '../../src/changes/plan';
import { planScript } from '../../src/report/plan';
import { planPair } from '../changes/plan-pairs';
import { objectsOf, planOf } from '../changes/planned';
import { planFaults } from '../spec/plan';

/* The steps of a plan are applied by its script. After each of them, the policies that the server has are judged by the specification. */

const NAMESPACES = ['one', 'two'];

/** The policies of the server. */
function onServer(): any[] {
  return NAMESPACES.flatMap(namespace => JSON.parse(kubectl(['get', 'networkpolicies', '-n', namespace, '-o', 'json'], [])).items);
}

/** What the server has after each step. */
function applied({ steps, ...others }: Plan): any[][] {
  return steps.map(step => {
    shell([...planScript({ before: 'old', after: 'new', plan: { ...others, outcome: 'smooth', steps: [step] } })].join(''));
    return onServer();
  });
}


describeOnServer('a plan, applied by kubectl', () => {
  beforeAll(() => Promise.all(NAMESPACES.map(name => store({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, 'apply'))));
  beforeEach(clear);
  afterAll(clear);

  function clear(): void {
    for (const namespace of NAMESPACES) { kubectl(['delete', 'networkpolicies', '--all', '-n', namespace], []); }
  }

  test('is smooth in every state of the server, and leads to the new version', async () => {
    const pairs = fc.sample(planPair, { numRuns: 12, seed: 4 });
    for (const { old, now } of pairs) {
      clear();
      for (const policy of old) { await store(policy, 'apply'); }
      const found = planOf([...objectsOf(now), ...onServer()], [...objectsOf(now), ...now.policies]);
      const moments = applied(found);
      expect(planFaults(now, { policies: old }, moments.map(policies => ({ policies })))).toEqual([]);
      if (found.outcome !== 'smooth') { continue; }
      expect(planOf(onServer(), now.policies).steps).toEqual([]);
    }
  }, 600_000);

  test('runs as one script, from the first default deny to none', async () => {
    const policy = (name: string, spec: object) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'one' }, spec });
    const policies = [
      policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy('web-to-db', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }] }] }),
      policy('dns', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }),
    ];
    const script = (old: any[], now: any[]) => [...planScript({ before: 'old', after: 'new', plan: planOf(old, now) })].join('');
    shell(script([], policies));
    expect(onServer().map(({ metadata: { name } }) => name)).toEqual(['default-deny', 'dns', 'web-to-db']);
    shell(script(onServer(), []));
    expect(onServer()).toEqual([]);
  }, 120_000);
});

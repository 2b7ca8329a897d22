import { Claim } from '../../src/claims/claim';
import { ClaimJudge } from '../../src/claims/judge';
import { namedParty, Party } from '../../src/claims/party';
import { Cluster, UnevaluatedPolicy } from '../../src/cluster/cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { Labels } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed } from '../../src/query/parties';
import { deployment, labelled, pod, policy, port } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

const OBJECTS = [deployment('x/web', { app: 'web' }), deployment('x/db', { app: 'db', role: 'main' }), deployment('y/job', { app: 'job' })];

function named(judge: ClaimJudge, text: string): Party {
  return namedParty(judge.reach, text) as Party;
}

/** The pods of namespace x with these labels. */
function selected(labels: Labels): Party {
  return { name: 'selected', parts: [{ kind: 'selected', namespaces: namespaceNamed('x'), pods: Selector.labels(labels), ports: [] }] };
}

test('a judge knows the workloads of its cluster by namespace, kind and name', () => {
  const judge = ClaimJudge.of(clusterOfObjects(OBJECTS));
  expect(judge.hasWorkload('x', 'Deployment', 'web')).toBe(true);
  expect(judge.hasWorkload('x', 'Deployment', 'db')).toBe(true);
  expect(judge.hasWorkload('x', 'Deployment', 'job')).toBe(false);
  expect(judge.hasWorkload('x', 'StatefulSet', 'web')).toBe(false);
  expect(judge.hasWorkload('x', 'Deployment', undefined)).toBe(false);
  expect(judge.hasWorkload('nowhere', 'Deployment', 'web')).toBe(false);
});

describe('a judge after a change', () => {
  const before = clusterOfObjects(OBJECTS);
  const after: Cluster = { ...before, policies: clusterOfObjects([...OBJECTS, policy('x/deny', { podSelector: labelled({ app: 'db' }) })]).policies };
  const answers = (judge: ClaimJudge) => [judge.cluster, judge.judge({ kind: 'denied', from: named(judge, 'x/web'), to: named(judge, 'x/db') })];

  test('judges the cluster after the change, and the judge before it still judges the cluster before', () => {
    const judge = ClaimJudge.of(before);
    expect(answers(judge.after(after))).toMatchObject([after, { verdict: { cluster: after, answer: 'holds' } }]);
    expect(answers(judge)).toMatchObject([before, { verdict: { cluster: before, answer: 'fails' } }]);
  });

  test('updates the last evaluation, instead of evaluating the whole cluster again', () => {
    const update = jest.spyOn(Reachability.prototype, 'update');
    const judge = ClaimJudge.of(before);
    const { reach } = judge;
    expect(update).not.toHaveBeenCalled();
    // The cluster in between is not evaluated, because nobody asks about it.
    expect(judge.after(after).after(before).reach).toBe(update.mock.results[0].value);
    expect(update.mock.contexts).toEqual([reach]);
    const next = judge.after(after);
    expect(next.after(before).reach).not.toBe(next.reach);
    update.mockRestore();
  });
});

describe('the ports of a claim', () => {
  const judge = ClaimJudge.of(clusterOfObjects(OBJECTS));
  const ports = [port('80')];
  const destinations = (claim: Claim) => judge.portsOfClaim(claim)?.destinations.map(({ workload: { name } }) => name);

  test('are those that it names, and those of the pods that listen on them', () => {
    const [web, db] = ['x/web', 'x/db'].map(name => named(judge, name));
    expect(judge.portsOfClaim({ kind: 'allowed', from: web, to: db, ports })).toMatchObject({ ports, destinations: [{ workload: { name: 'db' } }] });
    expect(destinations({ kind: 'admitsOnly', target: db, listed: [web], ports })).toEqual(['db']);
    expect(destinations({ kind: 'denied', from: web, to: selected({ role: 'main' }), ports })).toEqual(['db']);
    expect(destinations({ kind: 'denied', from: web, to: named(judge, '1.1.1.1'), ports })).toEqual([]);
  });

  test('are of no pod of a party that names no labels, because it does not mean a certain one', () => {
    const both = { name: 'both', parts: [...selected({}).parts, ...selected({ app: 'web' }).parts] };
    expect(destinations({ kind: 'denied', from: named(judge, 'x/db'), to: selected({}), ports })).toEqual([]);
    expect(destinations({ kind: 'denied', from: named(judge, 'x/db'), to: both, ports })).toEqual(['web']);
  });

  test('are not known if it names none, or if it is about the ports of every destination', () => {
    const [web, db] = ['x/web', 'x/db'].map(name => named(judge, name));
    expect(judge.portsOfClaim({ kind: 'allowed', from: web, to: db })).toBeUndefined();
    expect(judge.portsOfClaim({ kind: 'reachesOnly', target: web, listed: [db], ports })).toBeUndefined();
  });
});

test('an error while judging is thrown, and never taken for a search that runs out of steps', () => {
  const labels = { app: 'db', role: 'main' };
  const cluster = clusterOfObjects([pod('x/db', labels), deployment('x/web', { app: 'web' })]);
  const judge = (isUnreadableFor: (labels: Labels) => boolean) => {
    let isEvaluated = false;
    /** A policy of another kind whose selector cannot be read for some pods. */
    const unreadable: UnevaluatedPolicy = {
      kind: 'P',
      product: 'P',
      namespace: 'x',
      name: 'p',
      ingress: true,
      egress: true,
      canAllow: true,
      origin: { at: () => ({ file: 'p' }) },
      selects: own => { if (isEvaluated && isUnreadableFor(own.labels)) { throw new Error('unreadable'); } return 'no'; },
    };
    const judgeOfBoth = ClaimJudge.of({ ...cluster, unevaluated: [unreadable] });
    isEvaluated = judgeOfBoth.reach !== undefined;
    return judgeOfBoth.judge({ kind: 'denied', from: selected({ app: 'web' }), to: selected({ app: 'db' }) });
  };
  expect(judge(() => false)).toMatchObject({ verdict: { answer: 'fails', witness: { destination: { workload: { name: 'db' } } } } });
  expect(() => judge(() => true)).toThrow('unreadable');
  // The declared pod is only looked at for a better witness.
  expect(() => judge(({ role }) => role === 'main')).toThrow('unreadable');
});

import { Claim, PodGroup } from '../../src/claims/claim';
import { summaryOf } from '../../src/claims/claim-findings';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { namedParty, Party } from '../../src/claims/party';
import { WitnessEnd } from '../../src/claims/witness';
import { Labels } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed } from '../../src/query/parties';
import { deployment, labelled, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* A program has names for groups of pods: its tiers. A witness calls a pod that could exist after the group that it belongs to. */

const group = (labels: Labels, namespace = 'x', name = 'the group'): PodGroup => ({ name, namespace, labels });
const allow = (app: string, ...ingress: object[]) => policy(`x/${app}-in`, { podSelector: labelled({ app }), ingress });
const from = (labels: Labels) => ({ from: [{ podSelector: labelled(labels) }] });
const byLabels = (labels: Labels, podName?: string): Party =>
  ({ name: 'party', parts: [{ kind: 'selected', namespaces: namespaceNamed('x'), pods: Selector.labels(labels), podName, ports: [] }] });

const DB = deployment('x/db', { app: 'db' });

function verdictOn(objects: readonly object[], claimFor: (workload: (name: string) => Party) => Claim, ...groups: PodGroup[]): ClaimVerdict {
  const judge = ClaimJudge.of(clusterOfObjects(objects));
  const outcome = judge.judge({ ...claimFor(name => namedParty(judge.reach, name) as Party), groups: () => groups });
  return (outcome as { verdict: ClaimVerdict }).verdict;
}

function named(end: WitnessEnd | undefined): unknown[] {
  return end?.kind === 'pod' ? [end.name ?? end.podName, end.furtherLabels] : [end?.kind];
}

describe('a pod outside a list', () => {
  const admitsOnlyNothing = (labels: Labels, ...groups: PodGroup[]) =>
    verdictOn([DB, allow('db', from(labels))], workload => ({ kind: 'admitsOnly', target: workload('x/db'), listed: [] }), ...groups);

  test('has the name of the group whose labels it has', () => {
    const verdict = admitsOnlyNothing({ app: 'fe' }, group({ app: 'be' }), group({ app: 'fe' }, 'x', 'frontend'), group({ app: 'fe' }, 'x', 'again'));
    expect(named(verdict.witness!.source)).toEqual(['frontend', []]);
    expect(summaryOf(verdict)).toBe('frontend can connect to x/db[Deployment] too.');
    expect(named(admitsOnlyNothing({ app: 'fe', role: 'a' }, group({ role: 'a', app: 'fe' })).witness!.source)).toEqual(['the group', []]);
    expect(named(admitsOnlyNothing({}, group({})).witness!.source)).toEqual(['the group', []]);
  });

  test.each<[string, PodGroup]>([
    ['is in another namespace', group({ app: 'fe' }, 'y')],
    ['has another label', group({ role: 'fe' })],
    ['has another value of the label', group({ app: 'be' })],
    ['has a further label', group({ app: 'fe', role: 'a' })],
    ['has no labels', group({})],
  ])('has no name if the group %s', (_, other) => {
    const verdict = admitsOnlyNothing({ app: 'fe' }, other);
    expect(named(verdict.witness!.source)).toEqual([undefined, ['app']]);
    expect(summaryOf(verdict)).toBe('A pod with label app=fe in namespace x can connect to x/db[Deployment] too, whether it exists today or not.');
  });

  test('has no name if it has a label that the group does not have', () => {
    expect(named(admitsOnlyNothing({ app: 'fe', role: 'a' }, group({ app: 'fe' })).witness!.source)).toEqual([undefined, ['app', 'role']]);
  });
});

test('both ends of a witness have the names of their groups', () => {
  const { witness } = verdictOn([allow('db', from({ app: 'fe' }))], () => ({ kind: 'denied', from: byLabels({ app: 'fe' }), to: byLabels({ app: 'db' }) }),
    group({ app: 'fe' }, 'x', 'frontend'), group({ app: 'db' }, 'x', 'database'));
  expect([witness!.source, witness!.destination].map(named)).toEqual([['frontend', []], ['database', []]]);
});

test('a declared pod, a pod of a tier and an address keep their names', () => {
  const denied = (objects: object[], source: Party) => {
    const { witness } = verdictOn(objects, workload => ({ kind: 'denied', from: source, to: workload('x/db') }), group({ app: 'fe' }));
    return named(witness!.source);
  };
  expect(denied([DB, deployment('x/fe', { app: 'fe' })], byLabels({ app: 'fe' }))).toEqual(['x/fe[Deployment]', []]);
  expect(denied([DB], byLabels({ app: 'fe' }, 'tier'))).toEqual(['tier', []]);
  expect(denied([DB], namedParty(ClaimJudge.of(clusterOfObjects([DB])).reach, '1.1.1.1') as Party)).toEqual(['address']);
});

test('a pod with a further label has no name, because the assumption is about that label', () => {
  const claim: Claim = { kind: 'denied', from: byLabels({ app: 'fe' }), to: byLabels({ app: 'db' }) };
  const { assumptions: [{ code, what, witness }] } = verdictOn([allow('db', from({ client: 'yes' }))], () => claim, group({ app: 'fe', client: 'yes' }), group({ app: 'db' }));
  expect([code, what]).toEqual(['extra-label', 'pod with labels app=fe, client=yes in namespace x']);
  expect([witness.source, witness.destination].map(named)).toEqual([[undefined, ['client']], ['the group', []]]);
});

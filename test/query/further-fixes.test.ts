import * as fc from 'fast-check';
import { Cluster } from '../../src/cluster/cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { explainAnswer, Asked, FixOutcome, fixOutcome } from '../../src/query/further-fixes';
import { partyNamed } from '../../src/query/parties';
import { PodsText, readPodsText } from '../../src/query/pods-text';
import { PossiblePods } from '../../src/query/possible-pods';
import { answerQuestion } from '../../src/query/questions';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, Labels, pod, policy, port, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* netpol explain: who applies all fixes of a question and asks it again gets the answer that netpol promised. */

/** The question about a cluster, as a command asks it. Undefined if it has no answer there. */
function ask(cluster: Cluster, from: string, to: string, on: string | undefined): Asked | undefined {
  const selectors = [from, to].map(readPodsText).filter((one): one is PodsText => typeof one === 'object');
  const possible = PossiblePods.of(cluster, selectors);
  if (typeof possible === 'string') { return undefined; }
  const reach = new Reachability(possible.cluster);
  const [source, destination] = [from, to].map(text => partyNamed(reach, text, possible));
  if (typeof source === 'string' || typeof destination === 'string') { return undefined; }
  const question = { from: source, to: destination, port: on === undefined ? undefined : port(on) };
  const answer = answerQuestion(reach, question);
  return typeof answer === 'string' ? undefined : { reach, question, answer };
}

interface Fixed {
  readonly before: Asked;
  readonly outcome?: FixOutcome;
  /** The objects with all fixes. */
  readonly objects: readonly any[];
}

function fixed(objects: readonly any[], from: string, to: string, on?: string): Fixed | undefined {
  const cluster = clusterOfObjects(objects);
  const before = ask(cluster, from, to, on);
  if (before === undefined) { return undefined; }
  const explanation = explainAnswer(before, cluster.workloads);
  const outcome = explanation && fixOutcome(explanation, cluster, changed => ask(changed, from, to, on));
  const sides = outcome === undefined ? [] : [explanation!.egress, explanation!.ingress, ...outcome.further];
  return {
    before,
    outcome,
    objects: sides.reduce<readonly any[]>((all, { fix, direction }) => fix === undefined ? all
      : fix.kind === 'policy' ? [...all, fix.object]
        : all.map(object => object.kind !== 'NetworkPolicy' || object.metadata.name !== fix.policy.name || (object.metadata.namespace ?? 'default') !== fix.policy.namespace ? object
          : { ...object, spec: { ...object.spec, [direction]: [...object.spec[direction] ?? [], fix.rule] } }), objects),
  };
}

const set = (name: string, labels: object, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { namespace: 'x', name },
  spec: { replicas, serviceName: name, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] } } },
});
const denyAll = policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const forPod = (name: string, spec: object = {}) => policy(`x/only-${name}`, { podSelector: labelled({ 'statefulset.kubernetes.io/pod-name': name }), ...spec });

test('both fixes of one pair may change one policy', () => {
  const { outcome, objects } = fixed([set('ss', { app: 'ss' }), policy('x/ss', { podSelector: labelled({ app: 'ss' }), policyTypes: ['Ingress', 'Egress'] })], 'x/ss', 'x/ss', 'tcp/80')!;
  expect(outcome).toMatchObject({ further: [], after: { answer: 'yes' } });
  expect(objects.at(-1).spec).toMatchObject({ ingress: [{}], egress: [{}] });
});

test('the fix opens the ports of the destination, if one side may allow other ports only', () => {
  const out = policy('x/web', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 53 }] }] });
  const { before, outcome } = fixed([set('ss', { app: 'ss' }), deployment('x/web', { app: 'web' }), out, policy('x/ss', { podSelector: labelled({ app: 'ss' }) })], 'x/web', 'x/ss')!;
  expect(before.answer).toMatchObject({ answer: 'no', egress: 'undecided' });
  expect(outcome).toMatchObject({ further: [{ direction: 'egress' }], after: { answer: 'yes' } });
});

test('the fix is for the side alone that does not allow the ports of the destination, if both sides allow some ports', () => {
  const out = policy('x/web', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }] }] });
  const { objects, outcome } = fixed([set('ss', { app: 'ss' }), deployment('x/web', { app: 'web' }), out, policy('x/ss', { podSelector: labelled({ app: 'ss' }), ingress: [{ ports: [{ port: 81 }] }] })], 'x/web', 'x/ss')!;
  expect(outcome).toMatchObject({ further: [], after: { answer: 'yes' } });
  expect(objects.map(({ spec }) => spec.egress?.length ?? spec.ingress?.length)).toEqual([undefined, undefined, 1, 2]);
});

describe('a new policy', () => {
  const podSelectors = (objects: readonly any[]) => objects.filter(({ metadata: { name } }) => name.startsWith('allow-')).map(({ spec }) => spec.podSelector);
  const otherRule = { to: [{ podSelector: labelled({ app: 'other' }) }], ports: [{ port: 81 }] };
  /** Two policies with a rule for something else: neither is the one to change. */
  const twice = (labels: Labels) => ['a', 'b'].map(name => policy(`x/${name}`, { podSelector: labelled(labels), policyTypes: ['Egress'], egress: [otherRule] }));

  test('isolates no pod that is not isolated: it is for those that another policy isolates too', () => {
    const pod0 = { 'statefulset.kubernetes.io/pod-name': 'ss-0' };
    const { objects } = fixed([set('ss', { app: 'ss' }), deployment('x/web', { app: 'web' }), ...twice(pod0)], 'x/ss', 'x/web', 'tcp/80')!;
    expect(podSelectors(objects)).toEqual([labelled({ app: 'ss', ...pod0 })]);
  });

  test('may select a pod on the network of its node, which no policy isolates', () => {
    const workload = deployment('x/web', { app: 'web', tier: 'a' });
    (workload as any).spec.selector = labelled({ app: 'web' });
    const { objects } = fixed([workload, pod('x/host', { app: 'web' }, { hostNetwork: true }), ...twice({ tier: 'a' })], 'x/web', '1.1.1.1', 'tcp/80')!;
    expect(podSelectors(objects)).toEqual([labelled({ app: 'web' })]);
  });

  test('for a selector is for those of its pods that a policy isolates, and for no others', () => {
    const both = ['a', 'b'].map(app => deployment(`x/${app}`, { app, tier: 't' }));
    const only = policy('x/tier', { podSelector: labelled({ tier: 't' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 81 }] }] });
    const { objects, outcome } = fixed([...both, only], 'ns=x,app=a', '1.1.1.1', 'tcp/80')!;
    expect(outcome).toMatchObject({ further: [], after: { answer: 'yes' } });
    expect(podSelectors(objects)).toEqual([labelled({ app: 'a', tier: 't' })]);
    expect(podSelectors(fixed([both[0], only], 'ns=x', '1.1.1.1', 'tcp/80')!.objects)).toEqual([labelled({ tier: 't' })]);
  });

  test('of one fix is not changed by the next one', () => {
    const behind = ['a', 'b'].map(app => deployment(`x/${app}`, { app, svc: 's' }));
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'x', name: 's' }, spec: { selector: { svc: 's' }, ports: [{ port: 80 }] } };
    const closed = policy('x/closed', { podSelector: {}, policyTypes: ['Egress'] });
    const { objects, outcome } = fixed([...behind, deployment('x/web', { app: 'web' }), service, closed], 'x/web', 'svc/x/s', 'tcp/80')!;
    expect(outcome).toMatchObject({ further: [{ fix: { kind: 'policy' } }], after: { answer: 'yes' } });
    expect(podSelectors(objects)).toEqual([labelled({ app: 'web' }), labelled({ app: 'web' })]);
  });
});

test('the fix for one pod of a StatefulSet isolates no other pod of it', () => {
  const objects = [set('ss', { app: 'ss' }), deployment('x/web', { app: 'web' }), forPod('ss-0', { policyTypes: ['Egress'] })];
  const { outcome, objects: after } = fixed(objects, 'x/ss', 'x/web', 'tcp/80')!;
  expect(outcome).toMatchObject({ further: [], after: { answer: 'yes' } });
  const reach = reachOf(...after);
  const isIsolated = reach.cluster.workloads.find(({ name }) => name === 'ss')!.pods.map(one => reach.isIsolated(reach.ofPod(reach.cluster.workloads[0], one), 'egress'));
  expect(isIsolated).toEqual([true, false]);
});

test('the fix for an unlabelled pod selects the pods of one policy that isolates it: the narrowest one', () => {
  const narrow = policy('x/narrow', { podSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, policyTypes: ['Egress'] });
  const { outcome, objects } = fixed([pod('x/bare'), pod('x/second'), deployment('x/web', { app: 'web' }), denyAll, narrow], 'x/bare', 'x/web', 'tcp/80')!;
  expect(outcome).toMatchObject({ after: { answer: 'yes' } });
  expect(objects.find(({ metadata: { name } }) => name === 'allow-egress-of-bare-to-web-tcp-80').spec.podSelector).toEqual(narrow.spec.podSelector);
});

test('the fix for a block opens all of it, although policies tell its parts apart', () => {
  const part = policy('x/part', { podSelector: labelled({ app: 'other' }), ingress: [{ from: [{ ipBlock: { cidr: '10.1.0.0/16' } }] }] });
  const { outcome, objects } = fixed([deployment('x/web', { app: 'web' }), denyAll, part], '10.0.0.0/8', 'x/web', 'tcp/80')!;
  expect(outcome).toMatchObject({ further: [], after: { answer: 'yes' } });
  expect(objects.at(-1).spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.0.0/8' } }]);
});

test('nothing comes of a fix if the question cannot be asked again', () => {
  const cluster = clusterOfObjects([deployment('x/web', { app: 'web' }), denyAll]);
  const explanation = explainAnswer(ask(cluster, 'x/web', '1.1.1.1', undefined)!, cluster.workloads)!;
  expect(fixOutcome(explanation, cluster, () => undefined)).toBeUndefined();
});

describe('on random clusters', () => {
  const ENDS = ['ns=x', 'ns=y', 'ns=new', 'ns=x,app=a', 'ns=x,app', 'ns=y,example.com/tier=b', 'ns in (x,y),app!=a', 'ns=undeclared,app in (a,b)',
    'x/ss', 'x/ss-1', 'x/d', '10.0.0.0/8', '0.0.0.0/0', '10.1.1.1', 'fd00::/8'];
  const on = fc.constantFrom(undefined, 'tcp/80', 'tcp/81-8080', 'udp', 'sctp/65535', 'tcp/http');
  const only = fc.constantFrom({}, { policyTypes: ['Egress'] }, { policyTypes: ['Ingress', 'Egress'] }, { ingress: [{ ports: [{ port: 80 }] }] }, { egress: [{ ports: [{ port: 81 }] }] });
  const labels: fc.Arbitrary<Labels> = fc.constantFrom<Labels[]>({ app: 'a' }, { app: 'b' }, { 'example.com/tier': 'b' });
  const perPodSpecs = fc.array(only, { maxLength: 2 });
  const objectsOf = fc.record({ cluster: arbitraryCluster, ofSet: labels, ofDeployment: labels, perPod: perPodSpecs, isClosed: fc.boolean() })
    .map(({ cluster, ofSet, ofDeployment, perPod, isClosed }) => [
      ...manifestsOf(cluster),
      set('ss', ofSet, 3),
      deployment('x/d', { ...ofDeployment, kind: 'd' }, { ports: [{ containerPort: 80, name: 'http' }] }),
      { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'x', name: 's' }, spec: { selector: ofSet, ports: [{ port: 80, targetPort: 80 }] } },
      ...perPod.map((spec, i) => forPod(`ss-${i}`, spec)),
      ...isClosed ? [denyAll] : [],
    ]);

  test('who applies the fixes of a no and asks again gets the answer that netpol names, and nearly always it is yes', () => {
    const counts = { yes: 0, no: 0, undecided: 0 };
    fc.assert(fc.property(objectsOf, fc.nat(), fc.nat(), on, (objects, i, j, asked) => {
      const pods = objects.filter(({ kind }) => kind === 'Pod').map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
      const [from, to] = [[...pods, ...ENDS], [...pods, ...ENDS, 'svc/x/s']].map((all, at) => all[[i, j][at] % all.length]);
      const result = fixed(objects, from, to, asked);
      if (result?.before.answer.answer !== 'no') { return; }
      const { outcome, objects: after } = result;
      // No change of a policy gives a container a port. Everything else has a fix.
      if (outcome === undefined) { expect(asked).toBe('tcp/http'); return; }
      const again = ask(clusterOfObjects(after), from, to, asked)!;
      expect(again.answer.answer).toBe(outcome.after.answer);
      expect(outcome.blocked > 0).toBe(again.answer.answer === 'no');
      if (!outcome.hasMore && asked !== 'tcp/http') { expect(again.answer.answer).not.toBe('no'); }
      counts[again.answer.answer]++;
    }), { numRuns: randomRuns(2000) });
    expect(counts.yes).toBeGreaterThan(5 * (counts.no + counts.undecided));
    expect(counts.yes).toBeGreaterThan(2);
  });
});

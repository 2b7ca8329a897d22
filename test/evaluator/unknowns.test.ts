import { Cluster } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { keepUnchanged } from '../../src/cluster/unchanged';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Direction, Reachability } from '../../src/evaluator/reachability';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { answer, deployment, labelled, party, pod, policy, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Labels that only the running cluster knows, and addresses of pods that are not known. */

const UNKNOWN = 'undecided';

function reasons(reach: Reachability, subject: string, direction: Direction, peer: string): string[] {
  const [own, other] = [subject, peer].map(name => party(reach, name).endpoints[0].index);
  return reach.undecidedReasons(own, direction, other).map(({ code, what, place }) => `${code}: ${what} ${place?.file}`);
}

const inZone = (...values: string[]) => ({ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values }] });
const notInZone = (...values: string[]) => ({ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'NotIn', values }] });
const web = pod('x/web', { app: 'web' });
const db = pod('x/db', { app: 'db' });
const statefulSet = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { namespace: 'x', name },
  spec: { replicas, selector: labelled({ app: name }), template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
});

describe('a label that only the running cluster knows', () => {
  test('leaves open whether a policy isolates the pod', () => {
    const reach = reachOf(web, db, policy('x/p', { podSelector: inZone('a') }));
    expect(answer(reach, 'x/db', 'x/web').answer).toBe(UNKNOWN);
    expect(reasons(reach, 'x/web', 'ingress', 'x/db')).toEqual(['generated-label: the destination (label topology.kubernetes.io/zone) object 2']);
    expect(reach.mayBeUndecided).toBe(true);
  });

  test('leaves open whether a rule admits the pod', () => {
    const reach = reachOf(web, db, policy('x/p', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ podSelector: inZone('a') }] }] }));
    expect(answer(reach, 'x/db', 'x/web').answer).toBe(UNKNOWN);
    expect(reasons(reach, 'x/web', 'ingress', 'x/db')).toEqual(['generated-label: the source (label topology.kubernetes.io/zone) object 2']);
    expect(answer(reach, '1.2.3.4', 'x/web').answer).toBe('no');
  });

  test('does not matter if the rules allow or deny every value', () => {
    const from = (...selectors: object[]) => policy('x/p', { podSelector: labelled({ app: 'web' }), ingress: selectors.map(podSelector => ({ from: [{ podSelector }] })) });
    expect(answer(reachOf(web, db, from(inZone('a'), notInZone('a'))), 'x/db', 'x/web').answer).toBe('yes');
    expect(answer(reachOf(web, db, from({ matchExpressions: [...inZone('a').matchExpressions, ...notInZone('a').matchExpressions] })), 'x/db', 'x/web').answer).toBe('no');
  });

  test('has one value for all policies: the policy that isolates the pod also admits the others', () => {
    const open = policy('x/open', { podSelector: inZone('a'), ingress: [{}] });
    const closed = policy('x/closed', { podSelector: inZone('b') });
    expect(answer(reachOf(web, db, open), 'x/db', 'x/web').answer).toBe('yes');
    expect(answer(reachOf(web, db, open, closed), 'x/db', 'x/web').answer).toBe(UNKNOWN);
    expect(answer(reachOf(web, db, open, policy('x/too', { podSelector: notInZone('a') })), 'x/db', 'x/web').answer).toBe(UNKNOWN);
  });

  test('has one value on both sides of a connection', () => {
    // The web is isolated for ingress unless its zone is a, and the db lets only pods of zone a out to it.
    const leave = policy('x/leave', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: inZone('a') }] }] });
    expect(answer(reachOf(web, db, leave, policy('x/enter', { podSelector: inZone('a') })), 'x/db', 'x/web').answer).toBe('no');
    expect(answer(reachOf(web, db, leave, policy('x/enter', { podSelector: notInZone('a') })), 'x/db', 'x/web').answer).toBe(UNKNOWN);
  });

  test('stays undecided if there are too many values to try', () => {
    const rules = Array.from({ length: 5000 }, (_, i) => ({ from: [{ podSelector: inZone(`z${i}`) }] }));
    const reach = reachOf(web, db, policy('x/p', { podSelector: {}, ingress: [...rules, { from: [{ podSelector: notInZone(...rules.map((_, i) => `z${i}`)) }] }] }));
    expect(answer(reach, 'x/db', 'x/web').answer).toBe(UNKNOWN);
  });

  test('leaves one rule undecided if the rule alone has too many values to try', () => {
    const from = Array.from({ length: 5000 }, (_, i) => ({ podSelector: inZone(`z${i}`) }));
    const reach = reachOf(web, db, policy('x/p', { podSelector: labelled({ app: 'web' }), ingress: [{ from }] }));
    const [own, peer] = ['x/web', 'x/db'].map(name => party(reach, name).endpoints[0].index);
    const [one] = reach.policies(own, 'ingress');
    expect([false, true].map(possibly => reach.ruleConnections(one, one.ingress![0], 'ingress', own, peer, possibly))).toEqual([ConnectionSet.NONE, ConnectionSet.ALL]);
  });

  test('stays undecided if several labels together have too many values to try', () => {
    const keys = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'pod-template-hash'];
    const values = Array.from({ length: 100 }, (_, i) => `v${i}`);
    const podSelector = { matchExpressions: keys.map(key => ({ key, operator: 'NotIn', values })) };
    const reach = reachOf(deployment('x/api', { app: 'api' }), db, policy('x/p', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector }] }] }));
    expect(answer(reach, 'x/api', 'x/db').answer).toBe(UNKNOWN);
  });

  test('of a Deployment can have any value, and its pods have it', () => {
    const reach = (podSelector: object) => reachOf(deployment('x/api', { app: 'api' }), db, policy('x/p', { podSelector }));
    const hash = (operator: string, values?: string[]) => ({ matchExpressions: [{ key: 'pod-template-hash', operator, ...values && { values } }] });
    expect(answer(reach(hash('Exists')), 'x/db', 'x/api').answer).toBe('no');
    expect(answer(reach(hash('DoesNotExist')), 'x/db', 'x/api').answer).toBe('yes');
    expect(answer(reach(hash('In', ['7d4'])), 'x/db', 'x/api').answer).toBe(UNKNOWN);
  });

  test('does not matter for a pod that a cluster has printed, which has all of its labels', () => {
    const printed = pod('x/web', { 'app': 'web', 'topology.kubernetes.io/zone': 'a' }, { ips: ['10.0.0.1'] });
    expect(answer(reachOf(printed, db, policy('x/p', { podSelector: inZone('a') })), 'x/db', 'x/web').answer).toBe('no');
    expect(answer(reachOf(printed, db, policy('x/p', { podSelector: inZone('b') })), 'x/db', 'x/web').answer).toBe('yes');
  });

  test('names the pods of a StatefulSet, so that a policy can block one of them: the answer is no, and mixed', () => {
    const reach = reachOf(statefulSet('etcd', 3), db, policy('x/p', { podSelector: labelled({ 'statefulset.kubernetes.io/pod-name': 'etcd-0' }) }));
    expect(answer(reach, 'x/db', 'x/etcd')).toMatchObject({ answer: 'no', mixed: true });
    expect(['x/etcd-0', 'x/etcd-1', 'x/etcd-2'].map(name => answer(reach, 'x/db', name).answer)).toEqual(['no', 'yes', 'yes']);
    // Other pods may get the same name after a restart, so its pods are several, and no policy lets one connect to itself.
    expect(answer(reach, 'x/etcd-0', 'x/etcd-0').answer).toBe('no');
  });
});

const fromBlock = (...cidrs: string[]) => policy('x/in', {
  podSelector: labelled({ app: 'web' }), ingress: [{ from: cidrs.map(cidr => ({ ipBlock: { cidr } })), ports: [{ port: 80 }] }],
});
const on80 = (reach: Reachability) => answer(reach, 'x/db', 'x/web', 'tcp/80');

describe('an address that is not known', () => {
  test('leaves open whether a block matches the pod', () => {
    const reach = reachOf(web, db, fromBlock('0.0.0.0/0'));
    expect(on80(reach)).toMatchObject({ answer: UNKNOWN, reasons: [{ code: 'pod-address', what: 'the source (ipBlock 0.0.0.0/0)', place: { file: 'object 2' } }] });
    expect(answer(reach, 'x/db', 'x/web', 'tcp/81').answer).toBe('no');
  });

  test('does not matter if the blocks together contain every possible address, or none', () => {
    expect(on80(reachOf(web, db, fromBlock('0.0.0.0/0', '::/0')))).toMatchObject({ answer: 'yes', assumptions: [] });
    expect(on80(reachOf(web, db, fromBlock('127.0.0.0/8', '169.254.0.0/16', 'ff00::/8')))).toMatchObject({ answer: 'no', assumptions: [] });
    // One pod of the cluster has an IPv4 address, so all have.
    expect(on80(reachOf(web, db, pod('x/known', {}, { ips: ['10.0.0.1'] }), fromBlock('0.0.0.0/0'))).answer).toBe('yes');
  });

  test('is assumed to be none of the public internet: an answer that rests on it says so, and is undecided without assumptions', () => {
    const reach = reachOf(web, db, fromBlock('8.0.0.0/8'));
    expect(on80(reach)).toMatchObject({ answer: 'no', assumptions: [{ code: 'pod-address', what: 'the source (ipBlock 8.0.0.0/8)' }] });
    expect(on80(reach.strict).answer).toBe(UNKNOWN);
    expect([reach.mayBeUndecided, reach.strict.mayBeUndecided]).toEqual([false, true]);
    expect(reach.assumptions).toEqual({ namespaceLabel: false, podAddress: true });
    expect(reach.strict.assumptions).toEqual({ namespaceLabel: false, podAddress: false });
    expect(reachOf(pod('x/web', { app: 'web' }, { ips: ['10.0.0.1'] }), fromBlock('8.0.0.0/8')).assumptions.podAddress).toBe(false);
  });

  test('matters only if a policy isolates the pod, which a label can leave open too', () => {
    const inBlock = (cidr: string) => policy('x/p', { podSelector: inZone('a'), ingress: [{ from: [{ ipBlock: { cidr } }] }] });
    const answerFor = (...podCidrs: string[]) =>
      answer(new Reachability(clusterOfObjects([web, db, inBlock('10.0.0.0/8')], { namespaces: [], podCidrs: podCidrs.map(text => parseCidr(text) as Cidr) })), 'x/db', 'x/web');
    expect([answerFor(), answerFor('11.0.0.0/8'), answerFor('10.0.0.0/7')].map(one => one.answer)).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
    expect(answerFor('10.1.0.0/16').answer).toBe('yes');
  });

  test('is no reason if a policy of another kind leaves the pod undecided, and the blocks do not', () => {
    const named = pod('x/db', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] });
    const leave = policy('x/out', {
      podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'sql' }] }],
    });
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'lock', namespace: 'x' }, spec: { endpointSelector: labelled({ app: 'web' }), egress: [{}] } };
    const reach = new Reachability(clusterOfObjects([web, named, leave, cilium], { namespaces: [], podCidrs: [parseCidr('10.0.0.0/8') as Cidr] }));
    expect(reasons(reach, 'x/web', 'egress', 'x/db')).toEqual(['policy-kind: CiliumNetworkPolicy x/lock object 3']);
  });

  test('is in the stated pod CIDRs', () => {
    const stated = (...podCidrs: string[]) =>
      on80(new Reachability(clusterOfObjects([web, db, fromBlock('10.0.0.0/8')], { namespaces: [], podCidrs: podCidrs.map(text => parseCidr(text) as Cidr) })));
    expect(stated('10.1.0.0/16')).toMatchObject({ answer: 'yes', assumptions: [] });
    expect(stated('11.0.0.0/8')).toMatchObject({ answer: 'no', assumptions: [] });
    expect(stated('10.0.0.0/7').answer).toBe(UNKNOWN);
    expect(stated('10.0.0.0/8', '12.0.0.0/8').answer).toBe(UNKNOWN);
  });

  test("of a pod on its node's network is not in the pod CIDRs for certain", () => {
    const objects = [web, pod('x/host', {}, { hostNetwork: true }), fromBlock('10.0.0.0/8')];
    const reach = new Reachability(clusterOfObjects(objects, { namespaces: [], podCidrs: [parseCidr('10.0.0.0/8') as Cidr] }));
    expect(answer(reach, 'x/host', 'x/web', 'tcp/80').answer).toBe(UNKNOWN);
  });

  test('decides about a named port of the pod, whose number the pod knows', () => {
    const named = pod('x/db', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] });
    const leave = (...cidrs: string[]) => policy('x/out', {
      podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: cidrs.map(cidr => ({ ipBlock: { cidr } })), ports: [{ port: 'sql' }] }],
    });
    const open = reachOf(web, named, leave('0.0.0.0/0'));
    expect(answer(open, 'x/web', 'x/db', 'tcp/5432')).toMatchObject({ answer: UNKNOWN, reasons: [{ code: 'pod-address', what: 'the destination (ipBlock 0.0.0.0/0)' }] });
    expect(answer(open, 'x/web', 'x/db', 'tcp/80').answer).toBe('no');
    expect(answer(reachOf(web, named, leave('0.0.0.0/0', '::/0')), 'x/web', 'x/db', 'tcp/5432').answer).toBe('yes');
  });

  test('is among the possible peers of a pod if a block may match it', () => {
    const peers = (cidr: string) => {
      const reach = reachOf(web, db, fromBlock(cidr));
      return reach.possiblePeers(party(reach, 'x/web').endpoints[0].index, 'ingress')?.length;
    };
    expect(peers('10.0.0.0/8')).toBe(2);
    expect(peers('8.0.0.0/8')).toBe(0);
  });
});

describe('an update', () => {
  // An object that did not change keeps its place, and is not evaluated again.
  const resource = (object: any) => ({ object, origin: { at: () => ({}) }, named: true });
  const [both, known] = [[web, db].map(resource), resource(pod('y/a', {}, { ips: ['10.0.0.1'] }))];
  const [private8, public8, anyIpv4] = ['10.0.0.0/8', '8.0.0.0/8', '0.0.0.0/0'].map(cidr => resource(fromBlock(cidr)));
  const zone = resource(policy('x/in', { podSelector: inZone('a') }));
  const read = (resources: ReturnType<typeof resource>[], ...podCidrs: string[]) =>
    readCluster([...both, ...resources], { namespaces: [], podCidrs: podCidrs.map(text => parseCidr(text) as Cidr) }).cluster;
  const answers = (reach: Reachability) => [on80(reach).answer, on80(reach.strict).answer];

  test.each<[string, Cluster, Cluster, string[]]>([
    ['pod CIDRs are stated', read([private8]), read([private8], '10.0.0.0/8'), ['yes', 'yes']],
    ['pod CIDRs are no longer stated', read([private8], '10.0.0.0/8'), read([private8]), [UNKNOWN, UNKNOWN]],
    ['the first address gets known', read([anyIpv4]), read([anyIpv4, known]), ['yes', 'yes']],
    ['no address is known any more', read([anyIpv4, known]), read([anyIpv4]), [UNKNOWN, UNKNOWN]],
    ['a block is added', read([]), read([public8]), ['no', UNKNOWN]],
    ['a policy begins to look at a label', read([]), read([zone]), [UNKNOWN, UNKNOWN]],
    ['no policy looks at a label any more', read([zone]), read([]), ['yes', 'yes']],
  ])('is right if %s', (_, before, after, expected) => {
    const updated = new Reachability(before).update(keepUnchanged(before, after));
    expect(answers(updated)).toEqual(expected);
    expect(answers(new Reachability(after))).toEqual(expected);
  });
});

test('what one rule allows is what it allows with every value that is not known, or with some', () => {
  const reach = reachOf(web, db, fromBlock('0.0.0.0/0'), policy('x/zone', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ podSelector: inZone('a') }] }] }));
  const [own, peer] = ['x/web', 'x/db'].map(name => party(reach, name).endpoints[0].index);
  const allowed = reach.policies(own, 'ingress').map(one => [false, true].map(possibly => `${reach.ruleConnections(one, one.ingress![0], 'ingress', own, peer, possibly)}`));
  const none = `${ConnectionSet.NONE}`;
  expect(allowed).toEqual([[none, 'TCP 80'], [none, `${ConnectionSet.ALL}`]]);
});

import * as fc from 'fast-check';
import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { changeCoverageOf } from '../../src/intent-coverage/coverage';
import { ChangeOutcome } from '../../src/intent-coverage/judged-changes';
import { intentFile } from '../../src/intent-coverage/proposed-claim';
import { clusterAfter } from '../../src/intent-coverage/single-change';
import { printedPolicy } from '../laws/printed-policy';
import { distinct, End, Universe } from '../spec/claim-universe';
import { ClaimCluster, judgeClaim, SpecClaim, SpecParty, SpecWorkload } from '../spec/claims';
import { portsMatch, rulesThatMatch } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';

/*
 * The outcomes of single changes against the executable specification: a change that is noticed makes a claim untrue there, one that is not leaves every
 * claim true, and one that changes nothing changes no connection between any two ends that policies can tell apart.
 */

/** A cluster with an intent file and the same claims for the specification. */
export interface World {
  readonly cluster: ClaimCluster;
  readonly claims: readonly { readonly kind: SpecClaim['kind']; readonly first: string; readonly second: readonly string[]; readonly port?: string }[];
}

const NAME = 'kubernetes.io/metadata.name';
const named = (name: string) => ({ matchLabels: { [NAME]: name } });
const labelled = (matchLabels: Record<string, string>) => ({ matchLabels });

const web: SpecWorkload = { namespace: 'a', name: 'web', labels: { app: 'web' }, ips: [], ports: [{ name: 'http', containerPort: 80 }] };
const db: SpecWorkload = { namespace: 'a', name: 'db', labels: { app: 'db', role: 'data' }, ips: [], ports: [{ containerPort: 90 }] };
const job: SpecWorkload = { namespace: 'b', name: 'job', labels: { app: 'job' }, ips: [], ports: [] };

/** Workloads of templates, of which no address is known, and others of Pod objects with addresses, some on the network of their node. */
const workloads = fc.constantFrom<SpecWorkload[]>(
  [web, db, job], [web, db, job],
  [web, { ...db, single: true, ips: ['10.0.0.5'] }, job],
  [{ ...web, single: true, ips: ['8.8.8.8'] }, db, { ...job, single: true, ips: ['10.1.0.7'] }],
  [web, db, { ...job, single: true, hostNetwork: true, ips: ['10.0.0.9'] }],
);

/** The parties of claims: how an intent file writes them, and what they mean. */
const partiesOf = ([first, second, third]: readonly SpecWorkload[]): Readonly<Record<string, SpecParty>> => ({
  'a/web': { parts: [{ workload: first }] },
  'a/db': { parts: [{ workload: second }] },
  'b/job': { parts: [{ workload: third }] },
  '{ namespace: a, labels: { app: web } }': { parts: [{ namespaces: named('a'), pods: labelled({ app: 'web' }) }] },
  '{ namespace: a }': { parts: [{ namespaces: named('a'), pods: {} }] },
  '{ namespaceLabels: { team: red }, labels: { app: db } }': { parts: [{ namespaces: labelled({ team: 'red' }), pods: labelled({ app: 'db' }) }] },
  '10.0.0.0/8': { parts: [{ blocks: [{ cidr: '10.0.0.0/8' }] }] },
  'anything': { parts: [{ namespaces: {}, pods: {} }, { blocks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }] },
});
const isAddress = (party: string) => party === '10.0.0.0/8' || party === 'anything';

const podSelector = fc.constantFrom<object>(
  {}, labelled({ app: 'web' }), labelled({ app: 'db' }), labelled({ app: 'db', role: 'data' }), { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] },
  { matchExpressions: [{ key: 'role', operator: 'DoesNotExist' }] }, { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['job'] }] },
);
const peer = fc.oneof(
  podSelector.map(pods => ({ podSelector: pods })),
  fc.tuple(podSelector, fc.constantFrom<object>({}, labelled({ team: 'red' }), named('b'))).map(([pods, namespaces]) => ({ podSelector: pods, namespaceSelector: namespaces })),
  fc.constantFrom<object>({ ipBlock: { cidr: '10.0.0.0/8' } }, { ipBlock: { cidr: '10.0.0.0/9', except: ['10.1.0.0/16'] } }, { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }),
);
const port = fc.constantFrom<object>({ port: 80 }, { port: 90 }, { port: 'http' }, { port: 80, endPort: 90 }, { protocol: 'UDP', port: 53 }, { protocol: 'TCP' });
const rule = (field: string) => fc.record({
  [field]: fc.array(peer, { minLength: 1, maxLength: 2 }),
  ports: fc.array(port, { minLength: 1, maxLength: 2 }),
}, { requiredKeys: [] });
const policy = fc.record({
  namespace: fc.constantFrom('a', 'a', 'b'),
  spec: fc.record({
    podSelector,
    policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: fc.array(rule('from'), { maxLength: 2 }),
    egress: fc.array(rule('to'), { maxLength: 2 }),
  }),
});
const ends = Object.keys(partiesOf([web, db, job]));
const claim = fc.constantFrom<SpecClaim['kind'][]>('allowed', 'denied', 'admitsOnly', 'reachesOnly').chain(kind => fc.record({
  kind: fc.constant(kind),
  first: fc.constantFrom(...ends.filter(end => !isAddress(end))),
  second: kind === 'allowed' || kind === 'denied' ? fc.constantFrom(...ends).map(end => [end]) : fc.subarray(ends, { maxLength: 3 }),
  port: fc.constantFrom(undefined, 'tcp/80', 'tcp/80'),
}));

/** Most random claims fail, and no change can break them. Of many, those that hold are kept, and one other. */
export const arbitraryWorld: fc.Arbitrary<World> = fc.record({
  cluster: fc.record({
    namespaces: fc.constantFrom<ClaimCluster['namespaces']>({ a: { team: 'red' }, b: {} }, { a: {}, b: { team: 'red' } }, { a: { team: 'red' } }),
    policies: fc.array(policy, { minLength: 1, maxLength: 3 }).map(all => all.map(({ namespace, spec }, i) =>
      ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name: `np${i}` }, spec }))),
    workloads,
  }),
  claims: fc.array(claim, { minLength: 10, maxLength: 16, size: 'max' }),
}).map(({ cluster, claims }) => {
  const [holding, failing] = [true, false].map(wanted => claims.filter(one => holdsIn(cluster, specified(cluster, one)) === wanted));
  return { cluster, claims: [...holding.slice(0, 5), ...failing.slice(0, 1)] };
});

function specified({ workloads: declared }: ClaimCluster, { kind, first, second, port: on }: World['claims'][number]): SpecClaim {
  const parties = partiesOf(declared);
  return { kind, first: parties[first], second: second.map(name => parties[name]), ...on === undefined ? {} : { ports: [{ protocol: 'TCP', first: 80, last: 80 }] } };
}

function holdsIn(cluster: ClaimCluster, one: SpecClaim): boolean {
  const answer = judgeClaim(cluster, one);
  return !('error' in answer) && answer.answer === 'holds';
}

/** How many changes had each outcome, and the first wrong one. */
export interface NoticedComparison {
  readonly outcomes: Readonly<Partial<Record<ChangeOutcome, number>>>;
  readonly proposals: number;
  readonly difference?: string;
}

/** @param only compares the changes with these positions; absent: all of them */
export function compareChanges({ cluster, claims }: World, only?: (position: number) => boolean): NoticedComparison {
  const model = clusterOfObjects(objectsOf(cluster));
  const text = claims.map(({ kind, first, second, port: on }) => {
    const list = `[${second.join(', ')}]`;
    const ofPair = kind === 'admitsOnly' ? `to: ${first}, from: ${list}` : kind === 'reachesOnly' ? `from: ${first}, to: ${list}` : `from: ${first}, to: ${second[0]}`;
    return `---\n${kind}: [{ ${ofPair}${on === undefined ? '' : `, port: ${on}`} }]\n`;
  });
  const judged = claims.map((_, i) => judgeIntents(model, readIntents('intents.yaml', Buffer.from(text[i])).intents).verdicts[0]?.verdict);
  const today = claims.map(one => specified(cluster, one)).filter(one => holdsIn(cluster, one));
  const { clusters: [{ judge, verdicts }] } = judgeIntents(model, readIntents('intents.yaml', Buffer.from(text.join(''))).intents);
  const { changes } = changeCoverageOf(judge, verdicts);
  const outcomes: Partial<Record<ChangeOutcome, number>> = {};
  let proposals = 0;
  for (const [i, { change, outcome, proposal }] of changes.entries()) {
    if (only?.(i) === false) { continue; }
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const after = clusterAfter(model, change).policies.map(printedPolicy);
    const wrong = (what: string): NoticedComparison => ({
      outcomes,
      proposals,
      difference: [`${change.text}: ${outcome}, but ${what}`, text.join(''), ...cluster.policies.map(one => JSON.stringify(one)), JSON.stringify(cluster.namespaces), `after: ${JSON.stringify(after)}`, judged.map(one => one?.answer).join()].join('\n'),
    });
    const isNoticed = today.some(one => !holdsIn({ ...cluster, policies: after }, one));
    if (outcome === 'undecided') { return wrong('nothing is undecided here'); }
    if ((outcome === 'noticed') !== isNoticed) { return wrong(isNoticed ? 'the specification has a claim that it makes untrue' : 'every claim of the specification is still true'); }
    if (outcome === 'noticed') { continue; }
    const changed = firstDifference(cluster, after);
    if ((outcome === 'nothing') !== (changed === undefined)) { return wrong(changed ?? 'no connection changes in the specification'); }
    if (proposal === undefined) { continue; }
    proposals++;
    const [before, then] = [model, clusterAfter(model, change)].map(one => judgeIntents(one, readIntents('intents.yaml', Buffer.from(intentFile([proposal]))).intents).verdicts[0].verdict.answer);
    if (before !== 'holds' || then === 'holds') { return wrong(`the claim ${intentFile([proposal])} that would notice it ${before} today, and ${then} after it`); }
  }
  return { outcomes, proposals };
}

function objectsOf({ namespaces, workloads: declared, policies }: ClaimCluster): object[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...declared.map(({ namespace, name, labels, ports, ips, single, hostNetwork }) => {
      const spec = { hostNetwork, containers: [{ name: 'main', image: 'x', ports }] };
      return single === true
        ? { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec, status: { podIPs: ips.map(ip => ({ ip })) } }
        : { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { namespace, name }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } };
    }),
    ...policies,
  ];
}

/** A connection that the specification treats differently with other policies. */
function firstDifference(cluster: ClaimCluster, after: any[]): string | undefined {
  // Everything that the policies of either version tell apart.
  const both = new Universe({ ...cluster, policies: [...cluster.policies, ...after] }, [], [], () => undefined);
  // The search takes pods on their node's network as claims do without a further assumption.
  const all = both.toldApart(both.everyEnd().filter(({ breaks }) => !breaks.includes('host-network')));
  for (const from of all) {
    for (const to of all) {
      if (!both.canMeet(from, to)) { continue; }
      const rules = [cluster.policies, after].map(policies => {
        const spec = { ...both.clusterWith(from, to), policies };
        return [rulesThatMatch(spec, 'Egress', from.subject, to.peer), rulesThatMatch(spec, 'Ingress', to.subject, from.peer)] as const;
      });
      if (JSON.stringify(rules[0]) === JSON.stringify(rules[1])) { continue; }
      for (const { port: on, destination } of both.connectionsTo(to)) {
        const [was, is] = rules.map(sides => sides.every(side => side === 'not isolated' || side.some((one: any) => portsMatch(one.ports, destination, ...on))));
        if (was !== is) { return `${show(from)} → ${show(to)} ${on.join(' ')} is ${was ? 'allowed' : 'denied'} before and ${is ? 'allowed' : 'denied'} after it`; }
      }
    }
  }
  return undefined;
}

function show({ peer: one }: End): string {
  return 'pod' in one ? `${one.pod.namespace}/${JSON.stringify(one.pod.labels)} ${one.pod.ips.join()}` : one.ip;
}

/** The outcomes that occur. */
export function outcomesIn(all: readonly NoticedComparison[]): ChangeOutcome[] {
  return distinct(all.flatMap(({ outcomes }) => Object.keys(outcomes))) as ChangeOutcome[];
}

import { Claim } from '../../src/claims/claim';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { namedParty, Party, PossiblePort } from '../../src/claims/party';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed } from '../../src/query/parties';
import { deployment, labelled, pod, policy, port } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Claims about named ports. A pod that could exist may give a name to any port. */

/** The pods of namespace x with a label, which have these ports: a tier. */
function tier(app: string, ...ports: PossiblePort[]): Party {
  return { name: app, parts: [{ kind: 'selected', namespaces: namespaceNamed('x'), pods: Selector.labels({ app }), ports }] };
}

const named = (name: string, number?: number): PossiblePort => ({ protocol: 'TCP', name, port: number });
const toWeb = (...ports: object[]) => policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: ports.map(each => ({ ports: [each] })) });

// A claim can only be about a name that something mentions.
const METRICS = deployment('z/d', {}, { ports: [{ name: 'metrics', containerPort: 1 }] });

/** The answer with the assumptions, and the port of the witness with the named ports of the destination. */
function judged(objects: readonly object[], to: Party, on?: string): string {
  const claim: Claim = { kind: 'denied', from: tier('fe'), to, ports: on === undefined ? undefined : [port(on)] };
  const { verdict } = ClaimJudge.of(clusterOfObjects([METRICS, ...objects])).judge(claim) as { verdict: ClaimVerdict };
  const { answer, assumptions, witness } = verdict;
  const owned = witness?.destination.kind === 'pod' ? witness.destination.pod.ports.map(own => `${own.name ?? ''}:${own.protocol}/${own.port}`) : [];
  return [answer, ...assumptions.map(({ code }) => code), ...witness === undefined ? [] : [`${witness.protocol}/${witness.port}`], ...owned].join(' ');
}

test('one number for two names is assumed not to be, and another rule may allow the name itself', () => {
  expect(judged([toWeb({ port: 'http' })], tier('web'), 'tcp/metrics')).toBe('holds port-name');
  expect(judged([toWeb({ port: 'http' }, { port: 'metrics' })], tier('web'), 'tcp/metrics')).toBe('fails TCP/1 metrics:TCP/1');
  expect(judged([toWeb({ port: 'http' }, { port: 'other' }, { port: 'metrics' })], tier('web'), 'tcp/metrics')).toBe('fails TCP/1 metrics:TCP/1');
});

test('a name of a tier with a number is another port than those whose numbers are not known', () => {
  const web = tier('web', named('admin', 1), named('http', 80));
  expect(judged([toWeb({ port: 'http' }, { port: 'metrics' })], web, 'tcp/metrics')).toBe('fails TCP/2 admin:TCP/1 http:TCP/80 metrics:TCP/2');
  expect(judged([toWeb({ port: 'http' })], web, 'tcp/metrics')).toBe('holds port-name');
});

test('a name means a port of its protocol', () => {
  expect(judged([toWeb({ protocol: 'SCTP', port: 'sig' })], tier('web'))).toBe('fails SCTP/1 sig:SCTP/1');
  expect(judged([toWeb({ protocol: 'UDP', port: 'dns' })], tier('web'))).toBe('fails UDP/1 dns:UDP/1');
  expect(judged([toWeb({ protocol: 'SCTP', port: 'sig' })], tier('web'), 'tcp/metrics')).toBe('holds');
});

test('a port without a name is not the port with the name undefined', () => {
  const judge = ClaimJudge.of(clusterOfObjects([pod('x/web', { app: 'web' }, { ports: [{ containerPort: 80 }] }), toWeb({ port: 'undefined' })]));
  const to = namedParty(judge.reach, 'x/web') as Party;
  expect(judge.judge({ kind: 'denied', from: tier('fe'), to })).toMatchObject({ verdict: { answer: 'holds' } });
});

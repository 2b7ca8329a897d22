import { ClaimCluster, judgeClaim, SpecClaim, SpecParty, SpecPort, SpecWorkload } from './claims';

/* Facts about claims, each small enough to check by hand: the specification must state them. */

const NAME = 'kubernetes.io/metadata.name';
const inNamespace = (name: string) => ({ matchLabels: { [NAME]: name } });
const labelled = (labels: Record<string, string>) => ({ matchLabels: labels });

/** The pods with these labels in the namespace `app`. */
const app = (name: string, names?: string[]): SpecParty => {
  const ports = names?.map(each => ({ protocol: 'TCP', name: each }));
  return { parts: [{ namespaces: inNamespace('app'), pods: labelled({ app: name }), names: ports }], ports };
};
const podsOf = (namespaces: object, pods: object): SpecParty => ({ parts: [{ namespaces, pods }] });
const workload = (name: string, labels: Record<string, string> = { app: name }, more: Partial<SpecWorkload> = {}): SpecWorkload =>
  ({ namespace: 'app', name, labels, selector: labelled(labels), ports: [], ips: [], ...more });
const the = (one: SpecWorkload): SpecParty => ({ parts: [{ workload: one }] });
const block = (cidr: string): SpecParty => ({ parts: [{ blocks: [{ cidr }] }] });
const ANYTHING: SpecParty = { parts: [{ namespaces: {}, pods: {} }, { blocks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }] };
const TCP_80: SpecPort = { protocol: 'TCP', first: 80, last: 80 };
const http: SpecPort = { protocol: 'TCP', name: 'http' };

const policy = (podSelector: object, spec: object, namespace = 'app') => ({ metadata: { name: 'p', namespace }, spec: { podSelector, ...spec } });
const DENY = policy({}, { policyTypes: ['Ingress', 'Egress'] });
/** Lets these peers into the pods with the label `app: db`. */
const toDb = (from: object[], ports?: object[]) => policy(labelled({ app: 'db' }), { ingress: [{ from, ports }] });
const fromBackend = { podSelector: labelled({ app: 'backend' }) };

const cluster = (policies: any[], more: Partial<ClaimCluster> = {}): ClaimCluster => ({ namespaces: { app: {} }, workloads: [], policies, ...more });

function judged(world: ClaimCluster, kind: SpecClaim['kind'], first: SpecParty, second: SpecParty | SpecParty[], more: Partial<SpecClaim> = {}): string {
  const verdict = judgeClaim(world, { kind, first, second: Array.isArray(second) ? second : [second], ...more });
  return 'error' in verdict ? `error: ${verdict.error}` : [verdict.answer, ...verdict.assumptions].join(' ');
}

describe('pairs', () => {
  const shop = cluster([DENY, toDb([fromBackend], [{ port: 5432 }]), policy(labelled({ app: 'backend' }), { egress: [{ to: [{ podSelector: labelled({ app: 'db' }) }] }] })]);

  test('a pair is allowed if both sides allow it on each port of the claim', () => {
    const ports = (...numbers: number[]): SpecPort[] => numbers.map(number => ({ protocol: 'TCP', first: number, last: number }));
    expect(judged(shop, 'allowed', app('backend'), app('db'), { ports: ports(5432) })).toBe('holds');
    expect(judged(shop, 'allowed', app('backend'), app('db'), { ports: ports(5432, 5433) })).toBe('fails');
    expect(judged(shop, 'denied', app('backend'), app('db'), { ports: ports(5433) })).toBe('holds');
  });
});

import { BenchCluster } from './bench-cluster';
import { Random } from './random';
import { realisticCluster } from './realistic-cluster';

/*
 * The realistic cluster under the 100 cluster-wide policies of a platform team. Above the policies of the namespaces: what everyone may do, what nobody may
 * do, no traffic between the tenants, and rules of many sorts for parts of the cluster. Below them: a default for each tenant.
 */

/** The number of cluster-wide policies. */
export const GUARDRAILS = 100;

const NAME = 'kubernetes.io/metadata.name';
const everyone = { namespaces: {} };
const tcp = (...numbers: number[]) => numbers.map(number => ({ tcp: { destinationPort: { number } } }));
const tenants = (operator: 'In' | 'NotIn', ...values: string[]) => ({ namespaces: { matchExpressions: [{ key: 'team', operator, values }] } });
const pods = (namespaceSelector: object, matchLabels: Record<string, string>) => ({ pods: { namespaceSelector, podSelector: { matchLabels } } });
const named = (name: string, app: string) => pods({ matchLabels: { [NAME]: name } }, { app });
const ENVIRONMENTS = ['prod', 'staging'];
const TIERS = ['web', 'api', 'db'];

/** A realistic cluster with cluster-wide policies. `count` is the number of its pods, a multiple of 20. The same seed gives the same cluster. */
export function guardedCluster(count: number, seed: number): BenchCluster {
  const { objects, spec } = realisticCluster(count, seed);
  const teams = [...new Set(Object.values(spec.namespaces).map(({ team }) => team!))];
  const clusterPolicies = guardrails(teams, new Random(seed)).map(([name, own], priority) => ({
    apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { priority, ...own },
  }));
  return { objects: [...objects, ...clusterPolicies], spec: { ...spec, clusterPolicies } };
}

/** The names and specs of the policies, those of the Admin tier by their priorities. */
function guardrails(teams: readonly string[], random: Random): [string, object][] {
  const admin = (subject: object, rules: object) => ({ tier: 'Admin', subject, ...rules });
  const first: [string, object][] = [
    ['dns', admin(everyone, { egress: [{ action: 'Accept', to: [named('kube-system', 'coredns')], protocols: [{ udp: { destinationPort: { number: 53 } } }, ...tcp(53)] }] })],
    ['metadata', admin(everyone, { egress: [{ action: 'Deny', to: [{ networks: ['169.254.169.254/32'] }] }] })],
    ['monitoring', admin(everyone, { ingress: [{ action: 'Accept', from: [named('monitoring', 'prometheus')], protocols: [{ destinationNamedPort: 'metrics' }] }] })],
    ['mail', admin(everyone, { egress: [{ action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }], protocols: tcp(25, 465, 587) }] })],
    ['ssh', admin(everyone, { ingress: [{ action: 'Deny', from: [everyone], protocols: tcp(22) }] })],
  ];
  const ofTenants = teams.slice(0, 40).map((team): [string, object] => [`tenant-${team}`, admin(tenants('In', team), {
    ingress: [{ action: 'Deny', from: [tenants('NotIn', team)] }],
    egress: [{ action: 'Deny', to: [tenants('NotIn', team)], protocols: [{ tcp: { destinationPort: { range: { start: 1, end: 32767 } } } }] }],
  })]);
  const defaults = teams.slice(0, 20).map((team): [string, object] => [`default-${team}`, {
    tier: 'Baseline', subject: tenants('In', team), ingress: [{ action: 'Accept', from: [tenants('In', team)] }, { action: 'Deny', from: [everyone] }],
  }]);
  const parts = GUARDRAILS - first.length - ofTenants.length - defaults.length;
  return [...first, ...ofTenants, ...Array.from({ length: parts }, (_, i): [string, object] => [`part-${i}`, admin(...part(teams, random))]), ...defaults];
}

/** The subject and the rules of a policy for some part of the cluster. */
function part(teams: readonly string[], random: Random): [subject: object, rules: object] {
  const namespaces = () => random.chance(50) ? { matchLabels: { env: random.pick(ENVIRONMENTS) } } : tenants(random.pick(['In', 'NotIn']), ...random.some(teams, 3)).namespaces;
  const labels = (): Record<string, string> => random.chance(70) ? { tier: random.pick(TIERS) } : { release: random.pick(['blue', 'green']) };
  const ends = () => random.chance(50) ? { namespaces: namespaces() } : pods(namespaces(), labels());
  const protocols = () => random.chance(30) ? {} : { protocols: tcp(random.pick([443, 5432, 8080, 9000, 9005, 9100])) };
  const action = () => random.pick(['Accept', 'Deny', 'Deny', 'Pass']);
  const peer = () => random.chance(70) ? ends() : outside();
  const outside = () => ({ networks: [...new Set(random.several(1, 3, () => `203.0.${random.below(50)}.0/24`))] });
  return [ends(), {
    ingress: random.several(0, 2, () => ({ action: action(), from: random.several(1, 2, ends), ...protocols() })),
    egress: random.several(1, 2, () => ({ action: action(), to: random.several(1, 2, peer), ...protocols() })),
  }];
}

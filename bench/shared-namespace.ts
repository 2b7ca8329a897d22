import { BenchCluster, namespaceObject, podObject, policyObject } from './bench-cluster';
import { Random } from './random';
import { SpecPod } from '../test/spec/network-policy';

/*
 * One namespace that many teams share: 10 pods per workload, under 60 policies that people wrote by hand over the years. Each policy selects
 * all pods of the namespace and has two or three rules for workloads, groups of workloads, other teams, ports and offices.
 */

const PODS_PER_WORKLOAD = 10;
const POLICIES = 60;
const TEAMS = 8;
const GROUPS = 20;
const TIERS = ['web', 'api', 'db', 'job'];
const PORTS = [80, 443, 5432, 6379, 8080, 8443, 9000, 9090];
const SHARED = 'shared';

/** A cluster whose pods are all in the shared namespace, except five in each of eight others. `pods` is a multiple of 10. */
export function sharedNamespace(pods: number, seed: number): BenchCluster {
  const random = new Random(seed);
  const namespaces: Record<string, Record<string, string>> = { [SHARED]: { team: 'platform' } };
  for (let team = 0; team < TEAMS; team++) { namespaces[`team-${team}`] = { team: `team-${team}` }; }
  const known: SpecPod[] = [];
  const objects: object[] = Object.entries(namespaces).map(([name, labels]) => namespaceObject(name, labels));
  const add = (namespace: string, app: string, labels: Record<string, string>, count: number) => {
    for (let p = 0; p < count; p++) {
      const index = known.length;
      const ports = [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }];
      const pod = { namespace, name: `${app}-${p}`, labels: { app, ...labels }, ips: [`10.0.${index >> 8}.${index & 255}`], ports };
      known.push(pod);
      objects.push(podObject(pod, { kind: 'ReplicaSet', name: app }));
    }
  };
  const workloads = pods / PODS_PER_WORKLOAD;
  for (let w = 0; w < workloads; w++) {
    add(SHARED, `app-${w}`, { tier: TIERS[w % TIERS.length], group: `group-${w % GROUPS}` }, PODS_PER_WORKLOAD);
  }
  for (let team = 0; team < TEAMS; team++) { add(`team-${team}`, 'client', { tier: random.pick(TIERS) }, 5); }
  const policies = Array.from({ length: POLICIES }, (_, i) => policyObject(SHARED, `rules-${i}`, policySpec(random, workloads, i)));
  return { objects: [...objects, ...policies], spec: { namespaces, pods: known, policies } };
}

/** Two policies in three are about ingress, the others about egress. */
function policySpec(random: Random, workloads: number, i: number): object {
  const [type, field, side] = i % 3 < 2 ? ['Ingress', 'ingress', 'from'] : ['Egress', 'egress', 'to'];
  const rules = random.several(2, 3, () => ({
    [side]: random.several(1, 2, () => peer(random, workloads)),
    ports: random.several(1, 2, () => port(random)),
  }));
  return { podSelector: {}, policyTypes: [type], [field]: rules };
}

function peer(random: Random, workloads: number): object {
  switch (random.below(5)) {
    case 0: return { podSelector: { matchLabels: { app: `app-${random.below(workloads)}` } } };
    case 1: return { podSelector: { matchLabels: { group: `group-${random.below(GROUPS)}` } } };
    case 2: return { podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: random.some(TIERS, 2) }] } };
    case 3: return { namespaceSelector: { matchLabels: { team: `team-${random.below(TEAMS)}` } } };
    default: return { ipBlock: { cidr: `203.0.${random.below(64)}.0/24` } };
  }
}

function port(random: Random): object {
  const number = random.pick(PORTS);
  return random.pick([{ port: number }, { port: number, endPort: number + 10 }, { port: 'http' }, { protocol: 'UDP', port: number }]);
}

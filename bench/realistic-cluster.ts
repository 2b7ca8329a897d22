import { BenchCluster, namespaceObject, podObject, policyObject } from './bench-cluster';
import { Random } from './random';
import { SpecPod } from '../test/spec/network-policy';

/*
 * A cluster as platform teams run it: namespaces of tiers, 20 pods per workload, one default-deny policy per
 * namespace and eight policies per workload. 1,000 pods are 50 workloads in 10 namespaces under 410 policies.
 */

const PODS_PER_WORKLOAD = 20;
const POLICIES_PER_WORKLOAD = 8;
const METADATA_NAME = 'kubernetes.io/metadata.name';
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.169.254/32'];

/** The tiers of a chain from the outside in, each with the port that it serves. */
const CHAIN = [
  { tier: 'web', port: { name: 'http', containerPort: 8080 } },
  { tier: 'api', port: { name: 'grpc', containerPort: 9000 } },
  { tier: 'db', port: { name: 'pg', containerPort: 5432 } },
] as const;

/** Namespaces that all others connect to. The policies of the others select the first workload of each. */
const PLATFORM = ['kube-system', 'monitoring', 'ingress-nginx'];

/** The number of workloads per namespace: 5, 10 or 25, more in larger clusters. */
function perNamespace(workloads: number): number {
  return workloads <= 150 ? 5 : workloads <= 1500 ? 10 : 25;
}

/** The number of policies in a cluster of this many pods. */
export function realisticPolicies(pods: number): number {
  const workloads = pods / PODS_PER_WORKLOAD;
  return workloads * POLICIES_PER_WORKLOAD + Math.ceil(workloads / perNamespace(workloads));
}

/** A workload and the peers that may reach it, for claims of the form `admitsOnly`. */
export interface RealisticWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly tier: string;
  readonly team: string;
  /** The app in front of it in its chain. */
  readonly upstream: string;
  /** The outside addresses that may reach it. */
  readonly office: { readonly cidr: string; readonly except: readonly string[] };
}

/** A realistic cluster. `pods` is a multiple of 20. The same seed gives the same cluster. */
export function realisticCluster(pods: number, seed: number): BenchCluster & { readonly workloads: readonly RealisticWorkload[] } {
  const random = new Random(seed);
  const count = pods / PODS_PER_WORKLOAD;
  const each = perNamespace(count);
  const spaces = Math.ceil(count / each);
  const objects: object[] = [];
  const namespaces: Record<string, Record<string, string>> = {};
  const known: SpecPod[] = [];
  const policies: object[] = [];
  const workloads: RealisticWorkload[] = [];
  for (let n = 0; n < spaces; n++) {
    const namespace = PLATFORM[n] ?? `ns-${n}`;
    const team = `team-${n % Math.max(1, Math.ceil(spaces / 5))}`;
    namespaces[namespace] = { team, env: n % 3 === 0 ? 'staging' : 'prod' };
    objects.push(namespaceObject(namespace, { [METADATA_NAME]: namespace, ...namespaces[namespace] }));
    policies.push(policyObject(namespace, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    for (let w = 0; w < each && n * each + w < count; w++) {
      const step = w % CHAIN.length;
      const chain = Math.floor(w / CHAIN.length);
      const { tier, port } = CHAIN[step];
      const app = platformApp(namespace, w) ?? `${tier}-${chain}`;
      const labels = { app, tier, team, release: random.pick(['blue', 'green']) };
      // Some serve metrics on another port, so that one port name has several numbers.
      const ports = [port, { name: 'metrics', containerPort: random.chance(5) ? 9102 : 9100 }, { name: 'dns', protocol: 'UDP', containerPort: 53 }];
      const owner = { kind: step === 2 ? 'StatefulSet' : 'ReplicaSet', name: app };
      for (let p = 0; p < PODS_PER_WORKLOAD; p++) {
        const index = known.length;
        const pod = { namespace, name: `${app}-${p}`, labels, ips: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`], ports };
        known.push(pod);
        objects.push(podObject(pod, owner));
      }
      const neighbor = (by: number) => `${CHAIN[(step + CHAIN.length + by) % CHAIN.length].tier}-${chain}`;
      const office = { cidr: `203.0.${n % 50}.0/24`, except: [`203.0.${n % 50}.128/26`] };
      const workload = { namespace, name: app, app, tier, team, upstream: neighbor(-1), office };
      workloads.push(workload);
      policies.push(...policiesOf(workload, neighbor(1), step));
    }
  }
  for (const policy of policies) { objects.push(policy); }
  return { objects, workloads, spec: { namespaces, pods: known, policies } };
}

/** The app of the first workload of a platform namespace. */
function platformApp(namespace: string, workload: number): string | undefined {
  if (workload !== 0) { return undefined; }
  return { 'kube-system': 'coredns', 'monitoring': 'prometheus', 'ingress-nginx': 'controller' }[namespace];
}

/** The policies of one workload, each for one purpose: its chain and its team in both directions, DNS, metrics, and outside addresses in both directions. */
function policiesOf({ namespace, app, tier, team, upstream, office }: RealisticWorkload, downstream: string, step: number): object[] {
  const podSelector = { matchLabels: { app } };
  const incoming = (name: string, from: object[], ports: object[]) =>
    policyObject(namespace, `${app}-${name}`, { podSelector, policyTypes: ['Ingress'], ingress: [{ from, ports }] });
  const outgoing = (name: string, to: object[], ports: object[]) =>
    policyObject(namespace, `${app}-${name}`, { podSelector, policyTypes: ['Egress'], egress: [{ to, ports }] });
  const { port } = CHAIN[step];
  const next = CHAIN[(step + 1) % CHAIN.length].port;
  const teamPeer = (own: string) => [{ namespaceSelector: { matchLabels: { team } }, podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: [own] }] } }];
  return [
    incoming('from-chain', [{ podSelector: { matchLabels: { app: upstream } } }], [{ port: port.name }]),
    outgoing('to-chain', [{ podSelector: { matchLabels: { app: downstream } } }], [{ port: next.containerPort }]),
    incoming('from-team', teamPeer(tier), [{ port: 9000, endPort: 9010 }]),
    outgoing('to-team', teamPeer(tier), [{ port: 9000, endPort: 9010 }]),
    outgoing('dns', [{ namespaceSelector: { matchLabels: { [METADATA_NAME]: 'kube-system' } }, podSelector: { matchLabels: { app: 'coredns' } } }],
      [{ protocol: 'UDP', port: 53 }, { port: 53 }]),
    incoming('metrics', [{ namespaceSelector: { matchLabels: { [METADATA_NAME]: 'monitoring' } }, podSelector: { matchLabels: { app: 'prometheus' } } }],
      [{ port: 'metrics' }]),
    incoming('from-office', [{ ipBlock: office }], [{ port: port.name }, { port: 8000, endPort: 8100 }]),
    outgoing('to-internet', [{ ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE } }], [{ port: 443 }, { protocol: 'UDP', port: 443 }]),
  ];
}

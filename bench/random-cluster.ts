import { BenchCluster, namespaceObject, podObject, policyObject } from './bench-cluster';
import { Random } from './random';
import { SpecPod } from '../test/spec/network-policy';

/* A cluster without structure: every pod has other labels, and policies use everything that the API allows. */

const NAMESPACES = 50;
const KEYS = Array.from({ length: 8 }, (_, i) => `key-${i}`);
const VALUES = Array.from({ length: 50 }, (_, i) => `value-${i}`);
const ENVIRONMENTS = ['prod', 'staging', 'dev'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const HTTP = [{ name: 'http', containerPort: 8080 }, { name: 'http', containerPort: 80 }];
const NAMED = [
  { name: 'metrics', containerPort: 9100 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'peer', containerPort: 3868, protocol: 'SCTP' },
];
const NUMBERS = [22, 53, 80, 443, 3868, 5432, 6379, 8080, 9000, 9100];

/** Pods in 50 namespaces under random policies. The same seed gives the same cluster. */
export function randomCluster(pods: number, policies: number, seed: number): BenchCluster {
  const random = new Random(seed);
  const namespaces: Record<string, Record<string, string>> = {};
  for (let n = 0; n < NAMESPACES; n++) {
    namespaces[`ns-${n}`] = { team: `team-${n % 7}`, env: random.pick(ENVIRONMENTS) };
  }
  const names = Object.keys(namespaces);
  const known: SpecPod[] = Array.from({ length: pods }, (_, i) => ({
    namespace: names[i % NAMESPACES],
    name: `pod-${i}`,
    labels: Object.fromEntries(random.some(KEYS, 4 + random.below(5)).map(key => [key, random.pick(VALUES)])),
    ips: [`10.${random.below(256)}.${random.below(256)}.${random.below(256)}`],
    ports: random.some([random.pick(HTTP), ...NAMED], 2),
  }));
  const made = Array.from({ length: policies }, (_, i) => policyObject(random.pick(names), `policy-${i}`, policySpec(random)));
  return {
    objects: [
      ...Object.entries(namespaces).map(([name, labels]) => namespaceObject(name, labels)),
      ...known.map(pod => podObject(pod)),
      ...made,
    ],
    spec: { namespaces, pods: known, policies: made },
  };
}

function policySpec(random: Random): object {
  const types = random.pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
  return {
    podSelector: podSelector(random),
    policyTypes: types,
    ...types.includes('Ingress') ? { ingress: random.several(0, 3, () => rule(random, 'from')) } : {},
    ...types.includes('Egress') ? { egress: random.several(0, 3, () => rule(random, 'to')) } : {},
  };
}

function rule(random: Random, side: 'from' | 'to'): object {
  return {
    ...random.chance(90) ? { [side]: random.several(1, 3, () => peer(random)) } : {},
    ...random.chance(80) ? { ports: random.several(1, 3, () => port(random)) } : {},
  };
}

function peer(random: Random): object {
  switch (random.below(4)) {
    case 0: return { podSelector: podSelector(random) };
    case 1: return { namespaceSelector: namespaceSelector(random) };
    case 2: return { namespaceSelector: namespaceSelector(random), podSelector: podSelector(random) };
    default: return { ipBlock: block(random) };
  }
}

function block(random: Random): object {
  const first = random.pick([10, 172, 203]);
  const second = random.below(256);
  return random.pick([
    { cidr: `${first}.0.0.0/8`, except: [`${first}.${second}.0.0/16`, `${first}.${(second + 7) % 256}.64.0/18`] },
    { cidr: `${first}.${second}.0.0/16`, except: [`${first}.${second}.128.0/20`] },
    { cidr: `${first}.${second & 240}.0.0/12` },
    { cidr: '2001:db8::/32', except: [`2001:db8:${random.below(100)}::/48`] },
  ]);
}

function podSelector(random: Random): object {
  if (random.chance(5)) { return {}; }
  const expressions = random.several(0, 2, () => expression(random, random.pick(KEYS), VALUES));
  const labels = Object.fromEntries(random.some(KEYS, random.below(expressions.length === 0 ? 2 : 1) + Number(expressions.length === 0))
    .map(key => [key, random.pick(VALUES)]));
  return {
    ...Object.keys(labels).length > 0 ? { matchLabels: labels } : {},
    ...expressions.length > 0 ? { matchExpressions: expressions } : {},
  };
}

function namespaceSelector(random: Random): object {
  return random.pick([
    {},
    { matchLabels: { team: `team-${random.below(7)}` } },
    { matchExpressions: [expression(random, 'env', ENVIRONMENTS)] },
    { matchLabels: { 'kubernetes.io/metadata.name': `ns-${random.below(NAMESPACES)}` } },
  ]);
}

function expression(random: Random, key: string, values: readonly string[]): object {
  const operator = random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  return operator.endsWith('In') ? { key, operator, values: random.some(values, 1 + random.below(10)) } : { key, operator };
}

function port(random: Random): object {
  const protocol = random.pick(PROTOCOLS);
  const number = random.pick(NUMBERS);
  return random.pick([
    { protocol },
    { protocol, port: number },
    { protocol, port: number, endPort: number + 1 + random.below(100) },
    { protocol, port: random.pick([...HTTP, ...NAMED]).name },
  ]);
}

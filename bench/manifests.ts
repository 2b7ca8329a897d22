import * as fs from 'fs';
import * as path from 'path';
import { stringify } from 'yaml';

/*
 * Folders of YAML as a team would keep them: one file per namespace, with its Deployments and the policies
 * that allow their chains. 50 namespaces of 20 Deployments are 1,003 workloads and 1,150 policies in 51 files.
 */

const NAME = 'kubernetes.io/metadata.name';
const TIERS = ['fe', 'be', 'db'] as const;
type TierName = typeof TIERS[number];
const PORT: Record<TierName, { readonly name: string; readonly containerPort: number }> = {
  fe: { name: 'http', containerPort: 8080 }, be: { name: 'grpc', containerPort: 9000 }, db: { name: 'pg', containerPort: 5432 },
};

/** Writes the manifests into a folder and deletes what was in it. */
export function writeManifests(folder: string, namespaces: number, deployments: number): { files: string[]; bytes: number } {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const files = manifestFiles(namespaces, deployments).map(([name, objects]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, objects.map(object => `---\n${stringify(object, { aliasDuplicateObjects: false })}`).join(''));
    return file;
  });
  return { files, bytes: files.reduce((sum, file) => sum + fs.statSync(file).size, 0) };
}

/** The name and the objects of each file. */
export function manifestFiles(namespaces: number, deployments: number): [string, object[]][] {
  return [
    ['00-platform.yaml', [
      ...['kube-system', 'ingress-nginx', 'monitoring'].map(name => namespace(name, {})),
      deployment('kube-system', 'coredns', { 'app': 'coredns', 'k8s-app': 'kube-dns' }, [
        { name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
      ]),
      deployment('ingress-nginx', 'controller', { app: 'controller' }, [{ name: 'https', containerPort: 443, protocol: 'TCP' }]),
      deployment('monitoring', 'prometheus', { app: 'prometheus' }, [{ name: 'web', containerPort: 9090, protocol: 'TCP' }]),
    ]],
    ...Array.from({ length: namespaces }, (_, i): [string, object[]] => namespaceFile(i, namespaces, deployments)),
  ];
}

function namespaceFile(i: number, namespaces: number, deployments: number): [string, object[]] {
  const name = `ns-${String(i).padStart(4, '0')}`;
  const labels = { team: `team-${i % Math.max(1, Math.floor(namespaces / 5))}`, env: i % 3 === 0 ? 'staging' : 'prod' };
  const made: object[] = [namespace(name, labels)];
  const policies: object[] = [
    policy(name, 'default-deny', {}, [], []),
    policy(name, 'allow-dns', {}, undefined, [{
      to: [{ namespaceSelector: labelled({ [NAME]: 'kube-system' }), podSelector: labelled({ 'k8s-app': 'kube-dns' }) }],
      ports: [{ protocol: 'UDP', port: 53 }, tcp(53)],
    }]),
    policy(name, 'allow-scrape', {}, [{
      from: [{ namespaceSelector: labelled({ [NAME]: 'monitoring' }), podSelector: labelled({ app: 'prometheus' }) }], ports: [tcp('metrics')],
    }]),
  ];
  for (let k = 0; k < deployments; k++) {
    const tier = TIERS[k % 3];
    const chain = Math.floor(k / 3);
    const app = `${tier}-${chain}`;
    made.push(deployment(name, app, { app, tier, team: labels.team }, [
      { ...PORT[tier], protocol: 'TCP' }, { name: 'metrics', containerPort: 9100, protocol: 'TCP' },
    ], 1 + k % 3));
    const [ingress, egress] = RULES[tier](chain, i, labels);
    policies.push(policy(name, `allow-${app}`, labelled({ app }), ingress, egress));
  }
  return [`${name}.yaml`, [...made, ...policies]];
}

const RULES: Record<TierName, (chain: number, i: number, labels: { readonly team: string; readonly env: string }) => [object[], object[]]> = {
  fe: chain => [
    [{ from: [{ namespaceSelector: labelled({ [NAME]: 'ingress-nginx' }) }], ports: [tcp('http')] }],
    [{ to: [{ podSelector: labelled({ app: `be-${chain}` }) }], ports: [tcp(9000)] }],
  ],
  be: (chain, i, { team }) => [
    [
      { from: [{ podSelector: labelled({ app: `fe-${chain}` }) }], ports: [tcp('grpc')] },
      { from: [{ namespaceSelector: labelled({ team }), podSelector: labelled({ tier: 'be' }) }], ports: [tcp(9000, 9010)] },
    ],
    [
      { to: [{ podSelector: labelled({ app: `db-${chain}` }) }], ports: [tcp(5432)] },
      {
        to: [{ namespaceSelector: labelled({ team }), podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['be'] }] } }],
        ports: [tcp(9000, 9010)],
      },
      ...chain === 0
        ? [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.169.254/32'] } }], ports: [tcp(443)] }]
        : [],
      ...chain === 1 ? [{ to: [{ ipBlock: { cidr: `203.0.${i % 8}.0/24`, except: [`203.0.${i % 8}.128/26`] } }], ports: [tcp(8000, 8100)] }] : [],
    ],
  ],
  db: (chain, _, { env }) => [
    [
      { from: [{ podSelector: labelled({ app: `be-${chain}`, tier: 'be' }) }], ports: [tcp('pg')] },
      ...chain === 0 && env === 'prod' ? [{ from: [{ ipBlock: { cidr: '198.51.100.0/24', except: ['198.51.100.64/26'] } }], ports: [tcp(5432)] }] : [],
    ],
    [],
  ],
};

function namespace(name: string, labels: Record<string, string>): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [NAME]: name, ...labels } } };
}

function deployment(space: string, name: string, labels: Record<string, string>, ports: object[], replicas = 2): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: space, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: labels.app } },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: `registry.example/${name}:1.0`, ports }] } },
    },
  };
}

function policy(space: string, name: string, podSelector: object, ingress: object[] | undefined, egress?: object[]): object {
  const policyTypes = [...ingress === undefined ? [] : ['Ingress'], ...egress === undefined ? [] : ['Egress']];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: space },
    spec: { podSelector, policyTypes, ...ingress === undefined ? {} : { ingress }, ...egress === undefined ? {} : { egress } },
  };
}

function labelled(labels: Record<string, string>): object { return { matchLabels: labels }; }

function tcp(port: number | string, endPort?: number): object { return { protocol: 'TCP', port, ...endPort === undefined ? {} : { endPort } }; }

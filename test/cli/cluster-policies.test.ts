import { netpol } from './command';
import { Connectivity, Endpoint } from '../../src';
import { policy, TIERS } from '../report/shop';

/* Cluster-wide policies in every command. */

const guard = (rule: string, spec = 'tier: Admin\n  priority: 10') => `
apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  ${spec}
  subject: { pods: { podSelector: { matchLabels: { app: db } } } }
  ingress:
    - ${rule}
---`;
const DENY = guard('{ action: Deny, from: [{ pods: { podSelector: { matchLabels: { app: frontend } } } }] }');
const ACCEPT = guard('{ action: Accept, from: [{ pods: { podSelector: { matchLabels: { app: frontend } } } }] }');
const CLOSED = policy('closed', '{ podSelector: { matchLabels: { app: db } } }');
const files = (...parts: string[]) => ({ 'k8s.yaml': TIERS + parts.join('\n') });

const canReach = (manifests: Record<string, string>, from: string, ...more: string[]) => netpol(['can-reach', 'k8s.yaml', '--from', from, '--to', 'app/db', ...more], manifests);

test('can-reach: a Deny of the Admin tier is no, and an Accept is yes although a NetworkPolicy denies', async () => {
  expect(await canReach(files(DENY), 'app/frontend')).toMatchObject({ status: 1, stdout: 'no\n' });
  expect(await canReach(files(DENY), 'app/backend')).toMatchObject({ status: 0, stdout: 'yes\n' });
  expect(await canReach(files(ACCEPT, CLOSED), 'app/frontend')).toMatchObject({ status: 0, stdout: 'yes\n' });
  expect(await canReach(files(ACCEPT, CLOSED), 'app/backend')).toMatchObject({ status: 1, stdout: 'no\n' });
});

test('can-reach prints why two policies of one priority leave it undecided', async () => {
  const { status, stdout, stderr } = await canReach(files(DENY, ACCEPT.replace('name: guard', 'name: other')), 'app/frontend');
  expect({ status, stdout }).toEqual({ status: 3, stdout: 'undecided\n' });
  expect(stderr).toMatch(/^k8s\.yaml:\d+:\d+: note NP324: undecided, because no specification says which of ClusterNetworkPolicy guard and ClusterNetworkPolicy other decides first \(unspecified\)$/m);
});

test('a batch has an answer for each side', async () => {
  const probes = JSON.stringify(['app/frontend', 'app/backend'].map(from => ({ from, to: 'app/db', protocol: 'TCP', port: 5432 })));
  const { stdout } = await netpol(['can-reach', 'k8s.yaml', '--batch', 'probes.json', '-o', 'json'], { ...files(DENY), 'probes.json': probes });
  expect(JSON.parse(stdout)).toEqual([{ allowed: false, egress: true, ingress: false }, { allowed: true, egress: true, ingress: true }]);
});

test('list has the rows that the tiers leave', async () => {
  const { stdout } = await netpol(['list', 'k8s.yaml', '-o', 'json'], files(ACCEPT, CLOSED));
  const toDb = JSON.parse(stdout).filter(({ dst }: { dst: string }) => dst === 'app/db[Deployment]').map(({ src, conn }: { src: string; conn: string }) => `${src}: ${conn}`);
  expect(toDb).toEqual(['app/frontend[Deployment]: All Connections']);
});

test('list does not say that nothing is denied if there is only a cluster-wide policy, and counts it', async () => {
  const { stderr } = await netpol(['list', 'k8s.yaml'], files(DENY));
  expect(stderr).toBe('summary: 1 file read: 3 workloads, 1 policy\n');
});

test('list --exposure has the pods that the tiers let in or keep out, and not only those of the input', async () => {
  const tier = async (...parts: string[]) => {
    const { stdout } = await netpol(['list', 'k8s.yaml', '--exposure', '-o', 'csv'], files(...parts));
    return stdout.split('\n').filter(line => line.startsWith('app/db[Deployment],could be')).map(line => line.slice('app/db[Deployment],could be reached by,'.length));
  };
  expect(await tier(DENY)).toEqual(['anything except pods app=frontend of every namespace,every port']);
  expect(await tier(ACCEPT, CLOSED)).toEqual(['pods app=frontend of every namespace,every port']);
  const { stdout } = await netpol(['list', 'k8s.yaml', '--exposure', '-o', 'json'], files(DENY));
  expect(JSON.parse(stdout)).toContainEqual({
    workload: 'app/db[Deployment]', direction: 'ingress', peer: 'anything', except: [{ namespaceSelector: '', podSelector: 'app=frontend' }], conn: 'All Connections',
  });
});

test('list --exposure says on which ports it is undecided, and which named ports are left', async () => {
  const egress = guard('').replace(/  ingress:[^]*/, `  egress:
    - { action: Deny, to: [{ networks: [10.0.0.0/8] }], protocols: [{ tcp: { destinationPort: { number: 22 } } }] }
    - { action: Deny, to: [{ namespaces: {} }], protocols: [{ destinationNamedPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: egress, namespace: app }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }, { to: [{ namespaceSelector: {} }], ports: [{ port: ssh }] }] }
---`);
  const { stdout } = await netpol(['list', 'k8s.yaml', '--exposure', '-o', 'csv'], files(egress));
  const start = 'app/db[Deployment],could reach,';
  expect(stdout.split('\n').filter(line => line.startsWith(start)).map(line => line.slice(start.length))).toEqual([
    'every pod of namespace app,"every SCTP port, TCP 1-21, TCP 23-65535 and every UDP port except SCTP http, TCP http, UDP http"',
    'every pod of every namespace,TCP ssh if it is TCP 1-21 and TCP 23-65535',
    'every pod of namespace app,undecided on TCP 22 except TCP http (pod-address)',
    'every pod of every namespace,undecided on TCP ssh if it is TCP 22 (pod-address)',
  ]);
  const { stdout: json } = await netpol(['list', 'k8s.yaml', '--exposure', '-o', 'json'], files(egress));
  const own = { workload: 'app/db[Deployment]', direction: 'egress', peer: 'pods' };
  expect(JSON.parse(json)).toEqual(expect.arrayContaining([
    { ...own, namespaceSelector: 'kubernetes.io/metadata.name=app', podSelector: '', conn: 'SCTP 1-65535,TCP 1-21,23-65535,UDP 1-65535', exceptNamedPorts: ['SCTP http', 'TCP http', 'UDP http'] },
    { ...own, namespaceSelector: '', podSelector: '', conn: 'No Connections', undecided: ['pod-address'], undecidedPorts: { conn: 'No Connections', namedPorts: ['TCP ssh'], namedPortNumbers: { 'TCP ssh': 'TCP 22' } } },
  ]));
});

test('explain has the tier, the priority and the rule', async () => {
  const { status, stdout } = await netpol(['explain', 'k8s.yaml', '--from', 'app/frontend', '--to', 'app/db', '--port', 'tcp/5432'], files(DENY, CLOSED));
  expect(status).toBe(1);
  expect(stdout).toMatch(/Ingress of app\/db\[Deployment\]: blocked\n {2}rules of the Admin tier\n {4}ClusterNetworkPolicy guard spec\.ingress\[0\] \(k8s\.yaml:\d+:\d+\), priority 10: denies TCP 5432\n/);
  expect(stdout).not.toContain('Fix:');
});

test('a question about pods that could exist tries the labels that a cluster-wide policy looks at', async () => {
  expect(await canReach(files(DENY), 'ns=app,app=frontend')).toMatchObject({ status: 1 });
  const { status, stderr } = await canReach(files(DENY), 'ns=app,role=x');
  expect(status).toBe(0);
  expect(stderr).toContain('extra-label');
});

test('check and Connectivity decide claims through the tiers', async () => {
  const check = (claim: string) => netpol(['check', 'k8s.yaml', '--intent', 'intents.yaml'], { ...files(ACCEPT, CLOSED), 'intents.yaml': claim });
  expect(await check('admitsOnly: [{ to: app/db, from: [] }]')).toMatchObject({ status: 1, stdout: expect.stringContaining('Let through by ClusterNetworkPolicy guard spec.ingress[0] (k8s.yaml:') });
  expect(await check('allowed: [{ from: app/frontend, to: app/backend }]')).toMatchObject({ status: 0 });
  const connectivity = Connectivity.fromYaml(TIERS + ACCEPT + CLOSED);
  expect(connectivity.checkDenied(Endpoint.workload('app/frontend'), Endpoint.workload('app/db'))).toMatchObject({ holds: false, undecided: false });
});

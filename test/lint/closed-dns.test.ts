import { egress, ingress, pods } from './app-objects';
import { findingsIn, foundFor } from './found';
import { deployment, labelled, policy } from '../support/cluster-objects';

/* NP123: the DNS of the cluster refuses pods that may ask it. */

const found = foundFor('NP123');
const DNS_LABELS = { 'k8s-app': 'kube-dns' };
const dns = deployment('kube-system/coredns', DNS_LABELS);
const [web, db] = [deployment('app/web', { app: 'web' }), deployment('app/db', { app: 'db' })];
const deny = policy('kube-system/deny', { podSelector: {}, policyTypes: ['Ingress'] });
const admit = (from: object[] | undefined, entries: object[] = [{ port: 53, protocol: 'UDP' }]) =>
  policy('kube-system/dns', { podSelector: labelled(DNS_LABELS), ingress: [{ from, ports: entries }] });
const ANY = [{ namespaceSelector: {} }];
const out = (app: string, entries: object[] = [{ port: 53, protocol: 'UDP' }]) =>
  egress(app, [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'kube-system' }), podSelector: labelled(DNS_LABELS) }], entries, `app/${app}-out`);

test('a default deny in kube-system cuts every pod off from DNS', () => {
  expect(found([dns, web, db, deny])).toEqual([
    'object 3: error NP123: kube-system/deny isolates kube-system/coredns[Deployment], the DNS of the cluster, and no rule lets in app/web[Deployment] and app/db[Deployment] on UDP 53; '
    + 'let the pods of every namespace in: write from: [{ namespaceSelector: {} }] and UDP 53, and the same port of TCP, in a policy that selects kube-system/coredns[Deployment]',
  ]);
});

test('a pod whose own policy lets it out to DNS is refused, which is an error, once for all pods and not once more for each rule', () => {
  const objects = [dns, web, db, admit([{ namespaceSelector: labelled({ team: 'a' }) }]), out('web'), out('db')];
  expect(found(objects)).toEqual([expect.stringMatching(/: error NP123: .* \(isolates app\/web\[Deployment\] for egress, and it is let out to DNS: object 4\)/)]);
  expect(findingsIn(objects).filter(({ code }) => code === 'NP120')).toEqual([]);
});

test('if DNS refuses only pods that no policy lets out to DNS, this is a warning, because they may be meant to do without', () => {
  expect(found([dns, web, deployment('tools/job', { app: 'job' }), admit([{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'app' }) }])])).toEqual([
    expect.stringMatching(/: warning NP123: .* no rule lets in tools\/job\[Deployment\] on UDP 53/),
  ]);
});

test('the pods of DNS are those behind the Service kube-dns, on the port that it leads to', () => {
  const behind = (more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { selector: { dns: 'own' }, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' }, { name: 'metrics', port: 9153 }], ...more },
  });
  const own = deployment('kube-system/own', { dns: 'own' }, { ports: [{ name: 'dns', containerPort: 5353, protocol: 'UDP' }] });
  const admitOwn = (port: number) => policy('kube-system/own', { podSelector: labelled({ dns: 'own' }), ingress: [{ from: ANY, ports: [{ port, protocol: 'UDP' }] }] });
  expect(found([own, behind(), web, admitOwn(53)])).toEqual([expect.stringContaining('on UDP 5353;')]);
  expect(found([own, behind(), web, admitOwn(5353)])).toEqual([]);
  expect(found([deployment('kube-system/own', { dns: 'own' }), behind(), web, deny])).toEqual([]);
});

test.each<[string, object[]]>([
  ['a rule lets the pods of every namespace in', [dns, web, deny, admit(ANY), out('web')]],
  ['a rule lets everybody in', [dns, web, deny, admit(undefined)]],
  ['no policy isolates DNS', [dns, web, out('web'), policy('kube-system/other', { podSelector: labelled({ app: 'x' }) })]],
  ['the policies of kube-system are about egress', [dns, web, policy('kube-system/out', { podSelector: {}, policyTypes: ['Egress'] })]],
  ['the input does not have the pods of DNS', [web, deny, deployment('kube-system/proxy', { app: 'proxy' })]],
  ['DNS is on the network of the nodes, where no policy selects it', [deployment('kube-system/coredns', DNS_LABELS, { hostNetwork: true }), web, deny]],
  ['a cache on each node asks DNS for the pods', [dns, deployment('kube-system/cache', { 'k8s-app': 'node-local-dns' }, { hostNetwork: true }), web, deny]],
  ['the pods may not ask DNS anyway', [dns, web, deny, policy('app/deny', { podSelector: {}, policyTypes: ['Egress'] })]],
  ['the other pods are on the network of their nodes', [dns, deployment('app/agent', { app: 'agent' }, { hostNetwork: true }), deny]],
  ['a policy that netpol does not evaluate may let them in', [dns, web, deny, { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'dns', namespace: 'kube-system' }, spec: { endpointSelector: {}, ingress: [{}] } }]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

test('a rule about other ports of DNS is an edge like any other', () => {
  expect(findingsIn([dns, web, deny, admit(ANY), out('web', [{ port: 9153 }]), ingress('web', [pods('db')])]).map(({ code }) => code)).toContain('NP120');
});

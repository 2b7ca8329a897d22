import { findingsOf, ingress, networkPolicy, podsOf, serviceOf } from './found';
import { FindingCode } from '../../src/findings/codes';
import { deployment, labelled, namespace } from '../support/cluster-objects';

/* One fact has one finding, although several rules could report it. */

const among = (codes: readonly FindingCode[], objects: readonly object[]) => findingsOf(codes, objects).map(({ code }) => code);

const WEB = deployment('shop/web', { app: 'web' }, { ports: [{ containerPort: 80 }] });
const DB = deployment('shop/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] });
const PROMETHEUS = deployment('monitoring/prometheus', { app: 'prometheus' });
const MONITORING = namespace('monitoring', { team: 'sre' });
const IN_MONITORING = { namespaceSelector: { matchLabels: { team: 'sre' } } };

test('a hyphen too many is NP124, and not also a peer that matches nobody', () => {
  const twoItems = ingress('shop/p', 'web', [IN_MONITORING, podsOf('prometheus')]);
  expect(among(['NP124', 'NP135'], [MONITORING, WEB, PROMETHEUS, twoItems])).toEqual(['NP124']);
  expect(among(['NP124', 'NP135'], [MONITORING, WEB, PROMETHEUS, ingress('shop/p', 'web', [podsOf('prometheus')])])).toEqual(['NP135']);
});

test('a hyphen too few is NP124, and not also a peer that matches nobody', () => {
  const oneItem = (app: string) => ingress('shop/p', 'db', [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'monitoring' }), ...podsOf(app) }]);
  expect(among(['NP124', 'NP135'], [MONITORING, WEB, DB, PROMETHEUS, oneItem('web')])).toEqual(['NP124']);
  expect(among(['NP124', 'NP135'], [MONITORING, WEB, DB, PROMETHEUS, oneItem('promtheus')])).toEqual(['NP135']);
});

test('a hyphen too many beside every namespace is NP124, and not also a peer beside a wide one', () => {
  const peers = [{ namespaceSelector: {} }, podsOf('prometheus')];
  expect(among(['NP124', 'NP125'], [MONITORING, WEB, PROMETHEUS, ingress('shop/p', 'web', peers)])).toEqual(['NP124']);
  expect(among(['NP124', 'NP125'], [MONITORING, WEB, PROMETHEUS, ingress('shop/p', 'web', [...peers, podsOf('web')])])).toEqual(['NP124', 'NP125']);
});

test('a rule beside one for everybody is NP125, and not also a covered rule', () => {
  const ports = [{ port: 5432 }];
  const open = networkPolicy('shop/p', { podSelector: labelled({ app: 'db' }), ingress: [{ ports }, { from: [podsOf('web')], ports }] });
  expect(among(['NP125', 'NP131'], [WEB, DB, open])).toEqual(['NP125']);
  expect(among(['NP125', 'NP131'], [WEB, DB, ingress('shop/p', 'db', undefined, ports), ingress('shop/q', 'db', [podsOf('web')], ports)])).not.toContain('NP125');
});

test('replicas that let each other in, but not out, are NP120 of the rule, and not also a set that is cut off', () => {
  const set: any = deployment('shop/etcd', { app: 'etcd' }, { ports: [{ containerPort: 2380 }] });
  const objects = [{ ...set, kind: 'StatefulSet', spec: { ...set.spec, replicas: 3 } }, serviceOf('shop/etcd', 'etcd', [{ port: 2380 }], { clusterIP: 'None' })];
  const deny = networkPolicy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  expect(among(['NP120', 'NP140'], [...objects, deny, ingress('shop/p', 'etcd', [podsOf('etcd')])])).toEqual(['NP120']);
  expect(among(['NP120', 'NP140'], [...objects, deny])).toEqual(['NP140']);
});

test('a default deny in a namespace with nothing else is NP122, and not also a policy without workloads', () => {
  const deny = networkPolicy('shp/deny', { podSelector: {} });
  expect(among(['NP122', 'NP133'], [WEB, deny])).toEqual(['NP122']);
  // With a Service, the namespace is no wrong name, so that NP122 says nothing.
  expect(among(['NP122', 'NP133'], [WEB, deny, serviceOf('shp/web', 'web', [{ port: 80 }])])).toEqual(['NP133']);
});

test('every address for a webhook is right, and no address is NP127', () => {
  const objects = [
    DB, WEB, serviceOf('shop/db', 'db', [{ port: 5432 }]), serviceOf('shop/web', 'web', [{ port: 80 }], { type: 'LoadBalancer' }),
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'w' },
      webhooks: [{ clientConfig: { service: { namespace: 'shop', name: 'db', port: 5432 } } }],
    },
  ];
  const ports = [{ port: 5432 }];
  expect(among(['NP127', 'NP143'], [...objects, ingress('shop/p', 'db', [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports)])).toEqual([]);
  expect(among(['NP127', 'NP143'], [...objects, ingress('shop/p', 'db', [podsOf('web')], ports)])).toEqual(['NP127']);
  expect(among(['NP127', 'NP143'], [...objects.slice(0, -1), ingress('shop/p', 'db', [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports)])).toEqual(['NP143']);
});

const HOOK = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'w' },
  webhooks: [{ clientConfig: { service: { namespace: 'shop', name: 'db', port: 5432 } } }],
};
const MONITOR = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: { name: 'm', namespace: 'shop' }, spec: { selector: labelled({ app: 'db' }), podMetricsEndpoints: [{ portNumber: 9187 }] } };
const ENTRANCE = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i', namespace: 'shop' }, spec: { defaultBackend: { service: { name: 'db', port: { number: 5432 } } } } };

test.each<[string, FindingCode, object]>([
  ['the API server', 'NP127', HOOK],
  ['Prometheus', 'NP128', MONITOR],
  ['the controller of an Ingress', 'NP129', ENTRANCE],
])('if the input says that %s needs pods that let nobody in, this is %s, and not also that nobody gets in', (_, code, needing) => {
  const all: readonly FindingCode[] = ['NP127', 'NP128', 'NP129', 'NP137'];
  const objects = [DB, WEB, serviceOf('shop/db', 'db', [{ port: 5432 }]), networkPolicy('shop/deny', { podSelector: {} })];
  expect(among(all, objects)).toEqual(['NP137']);
  expect(among(all, [...objects, needing])).toEqual([code]);
  // Other pods that nobody gets in to are still found.
  expect(among(all, [...objects, needing, serviceOf('shop/web', 'web', [{ port: 80 }])])).toEqual([code, 'NP137']);
  // Once somebody gets in, only the one who needs it does not.
  expect(among(all, [...objects, needing, ingress('shop/p', 'db', [podsOf('web')], [{ port: 5432 }])])).toEqual([code]);
});

test.each<[string, FindingCode, object]>([
  ['the API server', 'NP127', HOOK],
  ['Prometheus', 'NP128', { ...MONITOR, spec: { selector: labelled({ app: 'db' }), podMetricsEndpoints: [{ portNumber: 5432 }] } }],
  ['the controller of an Ingress', 'NP129', ENTRANCE],
])('a rule for %s with the port of the Service is NP111, and not also that the client does not get in', (_, code, needing) => {
  const objects = [DB, WEB, serviceOf('shop/db', 'db', [{ port: 443, targetPort: 5432 }]), JSON.parse(JSON.stringify(needing).replace('"port":5432', '"port":443').replace('"number":5432', '"number":443'))];
  const admit = (from: object[] | undefined, port: number) => ingress('shop/p', 'db', from, [{ port }]);
  const anyone = [{ ipBlock: { cidr: '0.0.0.0/0' } }, { namespaceSelector: {} }];
  expect(among(['NP111', code], [...objects, admit(anyone, 443)])).toEqual(['NP111']);
  expect(among(['NP111', code], [...objects, admit(undefined, 443)])).toEqual(['NP111']);
  // A rule for somebody else is another matter, and so is another port of the pods.
  expect(among(['NP111', code], [...objects, admit([podsOf('web')], 443)])).toEqual(['NP111', code]);
  const second = serviceOf('shop/metrics', 'db', [{ port: 9100, targetPort: 9187 }]);
  expect(among(['NP111', code], [...objects, second, admit(anyone, 9100)])).toEqual(['NP111', code]);
});

test('a port of the Service in a rule for the controller is NP111 also at the end of the controller, or where its pods are declared', () => {
  const codes: readonly FindingCode[] = ['NP111', 'NP129'];
  const controller = deployment('ingress-nginx/controller', { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' });
  const objects = [DB, namespace('ingress-nginx'), controller, serviceOf('shop/db', 'db', [{ port: 443, targetPort: 'sql' }]), {
    ...ENTRANCE, spec: { defaultBackend: { service: { name: 'db', port: { number: 443 } } } },
  }];
  const named: any = { ...DB, spec: { ...(DB as any).spec, template: { ...(DB as any).spec.template, spec: { containers: [{ name: 'c', image: 'i', ports: [{ name: 'sql', containerPort: 5432 }] }] } } } };
  const all = [named, ...objects.slice(1)];
  const inNamespace = (name: string) => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }) });
  expect(among(codes, [...all, ingress('shop/p', 'db', [inNamespace('ingress-nginx')], [{ port: 443 }])])).toEqual(['NP111']);
  expect(among(codes, [...all, ingress('shop/p', 'db', [inNamespace('monitoring')], [{ port: 443 }])])).toEqual(['NP111', 'NP129']);
  const out = (to: object) => networkPolicy('ingress-nginx/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [to], ports: [{ port: 443 }] }] });
  expect(among(codes, [...all, out({ ...inNamespace('shop'), ...podsOf('db') })])).toEqual(['NP111']);
  expect(among(codes, [...all, WEB, serviceOf('shop/web', 'web', [{ port: 443, targetPort: 80 }]), out({ ...inNamespace('shop'), ...podsOf('web') })])).toEqual(['NP111', 'NP129']);
});

test('different ports at the two ends are NP120, which names the port of the containers, and not also NP110', () => {
  const out = (port: number) => networkPolicy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [podsOf('db')], ports: [{ port }] }] });
  const both = (egressPort: number, ingressPort: number, db: object = DB) =>
    findingsOf(['NP110', 'NP120'], [WEB, db, ingress('shop/in', 'db', [podsOf('web')], [{ port: ingressPort }]), out(egressPort)]).map(({ code, fix }) => `${code}: ${fix!.text}`);
  expect(both(5433, 5432)).toEqual(['NP120: write TCP 5432 at both ends, as the containers declare']);
  expect(both(5432, 5433)).toEqual(['NP120: write TCP 5432 at both ends, as the containers declare']);
  expect(both(5433, 5434)).toEqual(['NP120: write a port of the containers at both ends (TCP 5432)']);
  expect(both(5433, 5434, deployment('shop/db', { app: 'db' }))).toEqual(['NP120: write the same port at both ends']);
  // The same wrong port at both ends is open, so that only the containers tell.
  expect(both(5433, 5433)).toEqual([expect.stringMatching(/^NP110/)]);
});

test('a connection that the Admin tier denies at one end is NP151 at the rule that would open it there, and not also NP120 at the other end', () => {
  const codes: readonly FindingCode[] = ['NP120', 'NP151'];
  const guard = (from: object[]) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'guard' },
    spec: { tier: 'Admin', priority: 10, subject: { namespaces: {} }, ingress: [{ action: 'Deny', from }] },
  });
  const everyPod = guard([{ namespaces: {} }]);
  const out = networkPolicy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [podsOf('db')] }] });
  const into = ingress('shop/in', 'db', [podsOf('web')]);
  expect(among(codes, [WEB, DB, everyPod, out, into])).toEqual(['NP151']);
  // Without a rule there, nothing else names the cause.
  expect(among(codes, [WEB, DB, everyPod, out])).toEqual(['NP120']);
  // The rule there is for somebody else, or also for pods that the Admin tier does not keep out.
  expect(among(codes, [WEB, DB, everyPod, out, ingress('shop/in', 'db', [podsOf('api')])])).toEqual(['NP120', 'NP151']);
  const tagged = guard([{ pods: { namespaceSelector: {}, podSelector: labelled({ app: 'web' }) } }]);
  expect(among(codes, [WEB, DB, tagged, out, ingress('shop/in', 'db', [podsOf('web'), podsOf('api')])])).toEqual(['NP120']);
});

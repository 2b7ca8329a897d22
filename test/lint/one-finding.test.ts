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

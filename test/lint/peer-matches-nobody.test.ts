import { findingsOf, found, FoundOptions, ingress, networkPolicy, podsOf, severities, tier } from './found';
import { deployment, namespace } from '../support/cluster-objects';

/* NP135: a peer of a rule matches no pod. */

const WEB = deployment('shop/web', { app: 'frontend' });
const DB = deployment('shop/db', { app: 'db' });
const NAME = 'kubernetes.io/metadata.name';
const inSpace = (labels: Record<string, string>, app?: string) =>
  ({ namespaceSelector: { matchLabels: labels }, ...app === undefined ? {} : podsOf(app) });

describe('in the namespace of the policy', () => {
  test('a peer that misses the pods by one label is an error, with the label that was meant', () => {
    expect(found('NP135', [WEB, DB, ingress('shop/p', 'db', [podsOf('frontnd')])])).toEqual([
      'object 2 spec.ingress[0].from[0]: error NP135: shop/p spec.ingress[0].from[0] lets nobody in: no pod of namespace shop has app=frontnd; select app=frontend, the label of shop/web[Deployment]',
    ]);
  });

  test('a peer that is like no pod is a warning, and one of a label that pods take on when they need it is a note', () => {
    expect(severities('NP135', [WEB, DB, ingress('shop/p', 'db', [podsOf('worker')])])).toEqual(['warning']);
    expect(severities('NP135', [WEB, DB, ingress('shop/p', 'db', [{ podSelector: { matchLabels: { 'db-client': 'true' } } }])])).toEqual(['note']);
  });

  test('a peer is a note if the input seems to have a part of the namespace only', () => {
    expect(severities('NP135', [DB, ingress('shop/p', 'db', [podsOf('worker')])])).toEqual(['note']);
    expect(severities('NP135', [DB, ingress('shop/p', undefined, [podsOf('worker')])])).toEqual(['warning']);
    expect(severities('NP135', [DB, WEB, ingress('shop/p', 'db', [podsOf('worker'), podsOf('cache'), podsOf('frontend')])])).toEqual(['note', 'note']);
    expect(severities('NP135', [DB, WEB, ingress('shop/p', 'db', [podsOf('worker'), podsOf('cache'), podsOf('frontend'), podsOf('db')])])).toEqual(['warning', 'warning']);
    expect(severities('NP135', [DB, WEB, ingress('shop/p', 'db', [podsOf('worker'), podsOf('cache'), podsOf('frontnd')])])).toEqual(['note', 'note', 'error']);
  });

  test('the fix is a label that the pods have instead, and not one that the peer has already', () => {
    const web = deployment('shop/web', { app: 'frontend', tier: 'web' });
    const peer = { podSelector: { matchLabels: { app: 'frontend', tier: 'front' } } };
    expect(found('NP135', [web, DB, ingress('shop/p', 'db', [peer])])[0]).toMatch(/; select tier=web, the label of shop\/web\[Deployment\], or add the workload to the input$/);
    const other = { podSelector: { matchLabels: { app: 'frontend', size: 'small' } } };
    expect(found('NP135', [web, deployment('shop/api', { app: 'frontend', tier: 'api' }), DB, ingress('shop/p', 'db', [other])])[0])
      .toMatch(/; select the labels of a workload, such as app=frontend of shop\/web\[Deployment\], or add/);
  });

  test('the example of a label is not that of the pods of the policy, nor one that the peer excludes', () => {
    expect(found('NP135', [DB, WEB, ingress('shop/p', 'db', [podsOf('worker')])])[0]).toContain('; select the labels of a workload, such as app=frontend of shop/web[Deployment], or add');
    const excluding = (operator: string, values?: string[]) => ({ podSelector: { matchExpressions: [{ key: 'app', operator, values }] } });
    for (const peer of [excluding('NotIn', ['frontend', 'db']), excluding('DoesNotExist')]) {
      expect(found('NP135', [DB, WEB, ingress('shop/p', 'db', [peer])])[0]).toContain('; select the labels of a workload, such as app=frontend of shop/web[Deployment], or add');
    }
    const web = deployment('shop/web', { app: 'frontend', tier: 'web' });
    const notWeb = { podSelector: { matchLabels: { app: 'frontend' }, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] } };
    expect(found('NP135', [DB, web, ingress('shop/p', 'db', [notWeb])])[0]).toContain('; select the labels of a workload, such as app=frontend');
    // All workloads are those of the policy.
    expect(found('NP135', [DB, WEB, ingress('shop/p', undefined, [podsOf('worker')])])[0]).toContain('such as app=db of shop/db[Deployment]');
  });

  test('a peer beside one for every pod of namespaces that are elsewhere may belong to that one', () => {
    const hint = /; if the pods are in the namespaces of the other item, remove the '-' in front of the second selector, so that both are one item$/;
    for (const peers of [[inSpace({ [NAME]: 'monitoring' }), podsOf('prometheus')], [podsOf('prometheus'), inSpace({ [NAME]: 'monitoring' })]]) {
      expect(found('NP135', [DB, WEB, ingress('shop/p', 'db', peers)]).filter(text => text.includes('warning'))).toEqual([expect.stringMatching(hint)]);
    }
    for (const peers of [[{ namespaceSelector: {} }, podsOf('prometheus')], [podsOf('frontend'), podsOf('prometheus')], [{ ipBlock: { cidr: '10.0.0.0/8' } }, podsOf('prometheus')]]) {
      expect(found('NP135', [DB, WEB, ingress('shop/p', 'db', peers)])[0]).not.toMatch(hint);
    }
  });

  test('the DNS pods of the cluster are in no other namespace than their own', () => {
    const dns = { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    const out = (name: string) => networkPolicy(name, { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [dns], ports: [{ port: 53, protocol: 'UDP' }] }] });
    expect(found('NP135', [WEB, out('shop/e')])).toEqual([
      'object 1 spec.egress[0].to[0]: warning NP135: shop/e spec.egress[0].to[0] leads to nobody: no pod of namespace shop has k8s-app=kube-dns; '
      + 'the DNS of the cluster is in another namespace: write a namespaceSelector with kubernetes.io/metadata.name: kube-system in the same item',
    ]);
    expect(found('NP135', [deployment('kube-system/proxy', { app: 'proxy' }), out('kube-system/e')])).toEqual([]);
  });

  test('a peer that means another component of an application of the input is a note', () => {
    const client = deployment('shop/client', { app: 'client', role: 'reader' });
    expect(severities('NP135', [DB, client, ingress('shop/p', 'db', [{ podSelector: { matchLabels: { app: 'client', role: 'writer' } } }])])).toEqual(['note']);
  });

  test('a peer of egress leads to nobody', () => {
    const egress = networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [podsOf('worker')] }] });
    expect(found('NP135', [WEB, egress])[0]).toContain('shop/e spec.egress[0].to[0] leads to nobody: no pod of namespace shop has app=worker');
  });

  test('several rules with one peer are one finding', () => {
    const [text, ...more] = found('NP135', [WEB, DB, ingress('shop/p', 'db', [podsOf('worker')]), ingress('shop/q', 'frontend', [podsOf('worker')])]);
    expect(more).toEqual([]);
    expect(text).toContain('(and 1 more with this peer) lets nobody in: no pod of namespace shop has app=worker (the same peer: object 3 spec.ingress[0].from[0]);');
  });

  test('a peer of pods on the network of their node is a warning, because no selector matches them', () => {
    const proxy = deployment('shop/proxy', { app: 'proxy' }, { hostNetwork: true });
    expect(found('NP135', [DB, proxy, ingress('shop/p', 'db', [podsOf('proxy')])])[0]).toContain(
      'warning NP135: shop/p spec.ingress[0].from[0] lets nobody in: app=proxy means pods of shop/proxy[Deployment] only, which use the network of their node, so that no selector matches them; allow');
  });

  test.each<[string, object[], FoundOptions]>([
    ['matches a pod', [WEB, DB, ingress('shop/p', 'db', [podsOf('frontend')])], {}],
    ['is an address', [WEB, DB, ingress('shop/p', 'db', [{ ipBlock: { cidr: '10.0.0.0/8' } }])], {}],
    ['is in a namespace that has other workloads', [WEB, DB, ingress('shop/p', 'db', [podsOf('worker')])], { open: ['shop'] }],
    ['is a tier, which is NP101', [WEB, DB, ingress('shop/p', 'db', [podsOf('worker')])],
      { groups: [tier('shop/t', { app: 'worker' })] }],
    ['is every pod of the namespace', [WEB, ingress('shop/p', undefined, [{ podSelector: {} }])], {}],
  ])('a peer is not found if it %s', (_, objects, options) => {
    expect(found('NP135', objects, options)).toEqual([]);
  });

  test('a policy in a namespace without workloads is NP133, and its peers there are not found as well', () => {
    expect(findingsOf(['NP133', 'NP135'], [WEB, ingress('other/p', 'db', [podsOf('worker'), podsOf('cache'), inSpace({ [NAME]: 'other' }, 'queue')])])
      .map(({ code }) => code)).toEqual(['NP133']);
  });

  test('a folder that has only policies says nothing about their peers', () => {
    const policies = [ingress('shop/p', 'db', [podsOf('worker'), inSpace({ [NAME]: 'ingress-nginx' }), inSpace({ team: 'ops' })]), ingress('shop/q', undefined, [{ podSelector: {} }])];
    expect(severities('NP135', policies)).toEqual([]);
    expect(severities('NP135', [...policies, WEB, DB])).toEqual(['warning', 'note', 'note']);
    // A declared namespace was meant.
    expect(severities('NP135', [namespace('ingress-nginz'), ...policies])).toEqual(['warning']);
  });

  test('a peer is a note where no policy selects any of the workloads, because these are probably elsewhere', () => {
    expect(severities('NP135', [WEB, ingress('shop/p', 'db', [podsOf('worker')]), ingress('shop/q', 'cache', [podsOf('worker')])])).toEqual(['note']);
  });
});

describe('in other namespaces', () => {
  const MONITORING = deployment('monitoring/prometheus', { app: 'prometheus' });

  test('a peer that names a namespace of the input and misses a pod by one label is an error, and otherwise a warning', () => {
    expect(severities('NP135', [DB, MONITORING, ingress('shop/p', 'db', [inSpace({ [NAME]: 'monitoring' }, 'promethues')])])).toEqual(['error']);
    expect(severities('NP135', [DB, MONITORING, ingress('shop/p', 'db', [inSpace({ [NAME]: 'monitoring' }, 'grafana')])])).toEqual(['warning']);
    expect(severities('NP135', [DB, MONITORING, ingress('shop/p', 'db', [inSpace({ [NAME]: 'monitoring' }, 'prometheus')])])).toEqual([]);
  });

  test('a peer that names a namespace without workloads in the input is a note, because the namespace is usually made elsewhere', () => {
    expect(found('NP135', [DB, ingress('shop/p', 'db', [inSpace({ [NAME]: 'ingress-nginx' })])])).toEqual([
      `object 1 spec.ingress[0].from[0]: note NP135: shop/p spec.ingress[0].from[0] lets nobody in: the input has no workload in a namespace with ${NAME}=ingress-nginx; `
      + 'state the namespace and its labels with --assume-namespaces or in netpol.yaml; if it is elsewhere in the cluster, nothing is wrong',
    ]);
  });

  test('a peer by labels that no namespace is known to have is a note, and nothing is found once the namespace is stated', () => {
    const policy = ingress('shop/p', 'db', [inSpace({ team: 'ops' })]);
    expect(severities('NP135', [DB, policy])).toEqual(['note']);
    expect(severities('NP135', [DB, policy], { stated: { ops: { team: 'ops' } } })).toEqual([]);
    expect(severities('NP135', [DB, namespace('ops', { team: 'ops' }), policy])).toEqual([]);
  });

  test('a label with the name of a declared namespace is a warning, because only kubernetes.io/metadata.name has the name', () => {
    expect(found('NP135', [DB, MONITORING, namespace('monitoring'), namespace('shop'), ingress('shop/p', 'db', [inSpace({ name: 'monitoring' })])])[0])
      .toMatch(new RegExp(`warning NP135: .*: no namespace of the input is known to have name=monitoring; select namespace monitoring by ${NAME}: monitoring, or give it the label$`));
    expect(severities('NP135', [DB, MONITORING, namespace('monitoring', { team: 'monitor' }), namespace('shop'), ingress('shop/p', 'db', [inSpace({ team: 'monitr' })])])).toEqual(['warning']);
    expect(severities('NP135', [DB, MONITORING, ingress('shop/p', 'db', [inSpace({ name: 'monitoring' })])])).toEqual(['note']);
  });

  test('a name that is nearly that of a declared namespace is a warning', () => {
    expect(found('NP135', [DB, namespace('monitoring'), ingress('shop/p', 'db', [inSpace({ [NAME]: 'monitorin' })])])[0]).toMatch(/warning .*; write 'monitoring'$/);
  });

  test('a peer by labels that misses a pod of a matching namespace by one label is a warning, and otherwise a note, because other namespaces may match', () => {
    const declared = [DB, MONITORING, namespace('monitoring', { team: 'ops' }), namespace('shop')];
    expect(severities('NP135', [...declared, ingress('shop/p', 'db', [inSpace({ team: 'ops' }, 'promethues')])])).toEqual(['warning']);
    expect(severities('NP135', [...declared, ingress('shop/p', 'db', [inSpace({ team: 'ops' }, 'grafana')])])).toEqual(['note']);
    const either = { namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'In', values: ['monitoring', 'elsewhere'] }] }, ...podsOf('grafana') };
    expect(severities('NP135', [...declared, ingress('shop/p', 'db', [either])])).toEqual(['note']);
  });

  test('the namespaces of a peer are named if there are several', () => {
    const both = { namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'In', values: ['monitoring', 'shop'] }] }, ...podsOf('grafana') };
    expect(found('NP135', [DB, MONITORING, ingress('shop/p', 'db', [both])])[0]).toContain('no pod of namespaces monitoring and shop has app=grafana');
  });

  test('the DNS pods of the cluster are not found, because no application declares them', () => {
    const dns = { namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    expect(severities('NP135', [WEB, networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [dns] }] })])).toEqual([]);
    const coredns = { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['coredns'] }] } };
    expect(severities('NP135', [WEB, networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [coredns] }] })])).toEqual([]);
  });

  test('a namespace that a program names is not found, because it is made elsewhere', () => {
    const generated: any = ingress('shop/p', 'db', [inSpace({ [NAME]: 'ingress-nginx' })]);
    generated.metadata.labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };
    expect(severities('NP135', [DB, generated])).toEqual([]);
  });

  test('every namespace is not found', () => {
    expect(severities('NP135', [WEB, ingress('shop/p', undefined, [{ namespaceSelector: {} }])])).toEqual([]);
  });
});

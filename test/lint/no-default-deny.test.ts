import { found, FoundOptions, ingress, networkPolicy, severities } from './found';
import { deployment, namespace } from '../support/cluster-objects';

/* NP141 and NP142: a namespace without a default deny, or with one in one direction only. */

const WEB = deployment('shop/web', { app: 'web' });
const DB = deployment('shop/db', { app: 'db' });
const deny = (...policyTypes: string[]) => networkPolicy('shop/deny', { podSelector: {}, policyTypes });
const denyAll = (name: string) => networkPolicy(name, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

describe('NP141: a namespace with workloads and no default deny', () => {
  test('lets everybody in to the pods that no policy selects, and the finding counts and names them', () => {
    expect(found('NP141', [WEB, DB, ingress('shop/db', 'db', undefined)])).toEqual([
      'object 0: note NP141: namespace shop has no default deny: 1 of 2 workloads (shop/web[Deployment]) lets everybody in; '
      + "add a NetworkPolicy with 'podSelector: {}' and 'policyTypes: [Ingress]' to the namespace, and allow what the pods need",
    ]);
    expect(found('NP141', [WEB, DB, deployment('shop/api', { app: 'api' }), ingress('shop/db', 'db', undefined)])[0])
      .toContain('2 of 3 workloads (shop/web[Deployment] and shop/api[Deployment]) let everybody in;');
  });

  test('is found once for each namespace, at the Namespace if the input has it', () => {
    const pay = deployment('pay/api', { app: 'api' });
    const texts = found('NP141', [WEB, DB, pay, namespace('pay'), denyAll('other/deny')]);
    expect(texts[0]).toContain('object 0: note NP141: namespace shop has no default deny: the pods of all 2 workloads let everybody in');
    expect(texts[1]).toContain('object 3: note NP141: namespace pay has no default deny: the pods of pay/api[Deployment] let everybody in');
    expect(texts).toHaveLength(2);
  });

  test('says so in the singular of one of several workloads that nobody counts twice', () => {
    const proxy = deployment('shop/proxy', { app: 'proxy' }, { hostNetwork: true });
    expect(found('NP141', [WEB, proxy, ingress('shop/db', 'db', undefined)])[0]).toContain('namespace shop has no default deny: the pods of shop/web[Deployment] let everybody in');
  });

  test('is found once in an input without any policy, for all namespaces', () => {
    expect(found('NP141', [WEB, DB])[0]).toContain('object 0: warning NP141: the input has no policy, so the pods of all 2 workloads of namespace shop let everybody in;');
    expect(found('NP141', [WEB, deployment('pay/api', { app: 'api' })])).toEqual([expect.stringContaining('the pods of all 2 workloads of 2 namespaces let everybody in')]);
    expect(found('NP141', [WEB])[0]).toContain('the input has no policy, so the pods of shop/web[Deployment] let everybody in');
  });

  const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'deny', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } };
  const baseline = {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: { subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] },
  };
  test.each<[string, object[]]>([
    ['has a policy for every pod', [WEB, DB, deny('Ingress')]],
    ['has policies that together isolate each workload', [WEB, DB, ingress('shop/web', 'web', undefined), ingress('shop/db', 'db', undefined)]],
    ['has only pods on the network of their node', [deployment('shop/proxy', { app: 'proxy' }, { hostNetwork: true }), denyAll('other/deny')]],
    ['has no workload', [denyAll('shop/deny')]],
    ['is one of Kubernetes itself', [deployment('kube-system/coredns', { 'k8s-app': 'kube-dns' }), denyAll('shop/deny')]],
    ['may have a default deny of another kind', [WEB, cilium]],
    ['may have one by the Baseline tier', [WEB, baseline]],
    ['has a default deny for egress, which is NP142', [WEB, DB, deny('Egress')]],
  ])('is not found if the namespace %s', (_, objects) => {
    expect(found('NP141', objects)).toEqual([]);
  });

  test('is found beside cluster-wide policies that deny nothing or are for other namespaces', () => {
    const admin = (action: string, namespaces: object) => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: action.toLowerCase() },
      spec: { priority: 1, subject: { namespaces }, ingress: [{ action, from: [{ namespaces: {} }] }] },
    });
    expect(severities('NP141', [WEB, admin('Allow', {})])).toEqual(['note']);
    expect(severities('NP141', [WEB, admin('Deny', { matchLabels: { 'kubernetes.io/metadata.name': 'pay' } })])).toEqual(['note']);
    expect(severities('NP141', [WEB, admin('Deny', { matchLabels: { team: 'x' } })])).toEqual([]);
  });

  test('a policy by a label that Kubernetes generates does not isolate a workload for sure', () => {
    const byHash = networkPolicy('shop/p', { podSelector: { matchLabels: { 'pod-template-hash': 'x' } } });
    expect(severities('NP141', [WEB, byHash])).toEqual(['note']);
  });
});

describe('NP142: a default deny in one direction only', () => {
  test('for ingress is found, and the finding says which pods are open', () => {
    expect(found('NP142', [WEB, DB, deny('Ingress')])).toEqual([
      'object 0: note NP142: namespace shop has a default deny for ingress, and none for egress: the pods of shop/web[Deployment] and shop/db[Deployment] reach every address; '
      + 'add Egress to the policyTypes of the default deny, and allow what the pods need',
    ]);
  });

  test('for egress is found, too', () => {
    expect(found('NP142', [WEB, deny('Egress')])[0]).toMatch(/^object 0: note NP142: .* for egress, and none for ingress: the pods of shop\/web\[Deployment\] let everybody in; add Ingress/);
  });

  test.each<[string, object[], FoundOptions]>([
    ['is for both directions', [WEB, deny('Ingress', 'Egress')], {}],
    ['is for none', [WEB, ingress('shop/db', 'db', undefined)], {}],
    ['is one of a single workload, although it is the only one of the namespace', [WEB, networkPolicy('shop/web', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] })], {}],
    ['is for one direction, and other policies isolate the pods in the other one', [WEB, deny('Ingress'), networkPolicy('shop/web', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] })], {}],
    ['is in a namespace without workloads', [deny('Ingress')], {}],
  ])('is not found if the default deny %s', (_, objects, options) => {
    expect(found('NP142', objects, options)).toEqual([]);
  });
});

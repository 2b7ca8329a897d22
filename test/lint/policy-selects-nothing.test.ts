import { found, FoundOptions, ingress, networkPolicy, severities, tier } from './found';
import { ANYTHING } from '../../src/manifests/unread';
import { deployment, namespace, pod, policy } from '../support/cluster-objects';

/* NP132 to NP134: policies that select no pod, or are where no workload is. */

const WEB = deployment('shop/web', { app: 'frontend' });
const API = deployment('shop/api', { app: 'api', part: 'server' });
const selecting = (labels: Record<string, string>, name = 'shop/p') => networkPolicy(name, { podSelector: { matchLabels: labels }, ingress: [] });

describe('NP132: a policy selects no pod', () => {
  test('and misses its pods by one label, which is an error', () => {
    expect(found('NP132', [WEB, selecting({ app: 'fronend' })])).toEqual([
      'object 1 spec.podSelector: error NP132: shop/p selects no pod: no workload of namespace shop has app=fronend '
      + '(this workload was probably meant: object 0); select app=frontend, the label of shop/web[Deployment]',
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['has a typing error in its key', { ap: 'frontend' }, 'select app=frontend'],
    ['names another key for the same name', { 'app.kubernetes.io/name': 'frontend' }, 'select app=frontend'],
    ['has a label that the pods lack, beside those that lead to one workload', { app: 'frontend', tier: 'front' }, 'remove tier, or give the pods of shop/web[Deployment] the label tier=front'],
    ['has another value, beside labels that lead to one workload', { app: 'frontend', stage: 'prod' }, 'select stage=test'],
  ])('is an error if the selector %s', (_, labels, fix) => {
    const web = deployment('shop/web', { app: 'frontend', ...labels.stage === undefined ? {} : { stage: 'test' } });
    const [text] = found('NP132', [web, API, selecting(labels)]);
    expect(text).toContain('error NP132');
    expect(text).toContain(fix);
  });

  test.each<[string, Record<string, string>]>([
    ['has labels like no other', { app: 'database' }],
    ['differs in a number', { app: 'node-2' }],
    ['differs in a short part', { app: 'team-b' }],
    ['has a word that is no name', { 'app.kubernetes.io/name': '12' }],
  ])('is a warning if the selector %s', (_, labels) => {
    const others = [deployment('shop/node', { app: 'node-1' }), deployment('shop/team', { app: 'team-a' }), deployment('shop/worker', { app: 'api', component: 'server', version: 'v1' }), deployment('shop/12', { app: '12' })];
    expect(severities('NP132', [WEB, ...others, selecting(labels), selecting({ app: 'frontend' }, 'shop/other')])).toEqual(['warning']);
  });

  test('is an error if pods of the namespace have its labels, but none has all of them', () => {
    const [first, second] = [pod('t/first', { app: 'api', tier: 'front' }), pod('t/second', { app: 'web', tier: 'back' })];
    expect(found('NP132', [first, second, selecting({ app: 'api', tier: 'back' }, 't/api-back')])).toEqual([
      'object 2 spec.podSelector: error NP132: t/api-back selects no pod: no workload of namespace t has app=api,tier=back '
      + '(this workload was probably meant: object 0); select tier=front, or give the pods of t/first[Pod] the label tier=back',
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ['component', { app: 'api', component: 'worker' }],
    ['version', { app: 'api', version: 'v2' }],
  ])('is a note if the selector means another %s of an application that the input has', (_, labels) => {
    const api = deployment('shop/worker', { app: 'api', component: 'server', version: 'v1' });
    expect(severities('NP132', [WEB, api, selecting(labels), selecting({ app: 'frontend' }, 'shop/other')])).toEqual(['note']);
  });

  test('is an error if the selector means the only workload of the namespace by its name, and a warning if it has no value to compare', () => {
    const api = deployment('shop/api', { app: 'api' });
    expect(severities('NP132', [api, selecting({ app: 'api', tier: 'front' })])).toEqual(['error']);
    expect(severities('NP132', [deployment('shop/x', { app: 'api' }), selecting({ app: 'api', tier: 'front' })])).toEqual(['note']);
    expect(severities('NP132', [api, networkPolicy('shop/p', { podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } })])).toEqual(['warning']);
  });

  test('is not found if the pods of a custom kind may have the label', () => {
    const set = { apiVersion: 'acme.io/v1', kind: 'WebSet', metadata: { name: 'web', namespace: 'shop' }, spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } };
    expect(found('NP132', [set, selecting({ team: 'a' })])).toEqual([]);
  });

  test('is a warning with an example of a label if the input has no workload like it', () => {
    expect(found('NP132', [WEB, selecting({ app: 'database' })])[0])
      .toContain('warning NP132: shop/p selects no pod: no workload of namespace shop has app=database; select the labels of a workload, such as app=frontend of shop/web[Deployment], or add the workload to the input');
  });

  test('is a note for a label that pods take on when they need it', () => {
    expect(severities('NP132', [WEB, selecting({ 'allow-dns': 'true' })])).toEqual(['note']);
  });

  test('is a note if no policy of the namespace selects any of its workloads, because their workloads are probably elsewhere', () => {
    expect(severities('NP132', [WEB, selecting({ app: 'database' }), selecting({ app: 'cache' }, 'shop/q')])).toEqual(['note', 'note']);
  });

  test.each<[string, object[], FoundOptions]>([
    ['selects every pod', [WEB, selecting({})], {}],
    ['is in a namespace without workloads', [WEB, selecting({ app: 'x' }, 'other/p')], {}],
    ['is in a namespace that has other workloads, as stated', [WEB, selecting({ app: 'x' })], { open: ['shop'] }],
    ['may be for workloads in a part of the input that was not read', [WEB, selecting({ app: 'x' })],
      { unread: [{ what: 'a file', origin: { at: () => ({}) }, code: 'not-read', mayHold: ANYTHING, findings: [] }] }],
    ['selects a label that Kubernetes generates', [WEB, selecting({ 'app': 'frontend', 'pod-template-hash': 'x' })], {}],
    ['selects pods on the network of their node, which is NP136', [deployment('shop/web', { app: 'web' }, { hostNetwork: true }), selecting({ app: 'web' })], {}],
    ['is of a tier, which is NP101', [WEB, selecting({ app: 'x' })], { groups: [tier('shop/t', { app: 'x' })] }],
  ])('is not found if the policy %s', (_, objects, options) => {
    expect(found('NP132', objects, options)).toEqual([]);
  });

  test('is not an error because of pods on the network of their node, which it would not select either', () => {
    expect(severities('NP132', [WEB, deployment('shop/proxy', { app: 'database' }, { hostNetwork: true }), selecting({ app: 'databse' })])).toEqual(['warning']);
  });
});

describe('NP133: a policy is in a namespace without workloads', () => {
  test('and the finding counts the policies', () => {
    expect(found('NP133', [WEB, selecting({ app: 'x' }, 'other/p'), selecting({ app: 'y' }, 'other/q')])).toEqual([
      'object 1 metadata.namespace: note NP133: other/p (and 1 more) is in namespace other, and the input has no workload there; '
      + 'add the workloads of namespace other to the input, or correct the name of the namespace',
    ]);
  });

  test('and the fix names the namespace of the pods, if only one has pods with the labels', () => {
    expect(found('NP133', [WEB, selecting({ app: 'frontend' }, 'other/p')])[0]).toMatch(/; add the workloads of namespace other to the input, or write 'shop', where pods have app=frontend$/);
    expect(found('NP133', [WEB, deployment('dev/web', { app: 'frontend' }), selecting({ app: 'frontend' }, 'other/p')])[0]).toMatch(/, or correct the name of the namespace$/);
  });

  test('is a warning if the namespace is not declared, and its name is nearly that of one with workloads', () => {
    const WEBSHOP = deployment('webshop/web', { app: 'web' });
    expect(found('NP133', [WEBSHOP, selecting({ app: 'web' }, 'webshp/p')])[0]).toMatch(/warning NP133: .*; write 'webshop'$/);
    expect(severities('NP133', [WEBSHOP, namespace('webshp'), selecting({ app: 'web' }, 'webshp/p')])).toEqual(['note']);
  });

  test.each<[string, object[], FoundOptions]>([
    ['has workloads', [WEB, selecting({ app: 'x' })], {}],
    ['is one of an input without workloads', [selecting({ app: 'x' })], {}],
    ['has workloads that the input does not declare', [WEB, selecting({ app: 'x' }, 'other/p')], { open: ['other'] }],
    ['has a tier', [WEB, selecting({ app: 'x' }, 'other/p')], { groups: [tier('other/t', { app: 'x' })] }],
    ['has only a default deny, which is NP122', [WEB, networkPolicy('other/deny', { podSelector: {} })], {}],
    ['was not written, which is NP134', [WEB, { ...policy('x/p', { podSelector: {} }), metadata: { name: 'p' } }], {}],
  ])('is not found if the namespace %s', (_, objects, options) => {
    expect(found('NP133', objects, options)).toEqual([]);
  });
});

describe('NP134: a NetworkPolicy has no metadata.namespace beside workloads that all have one', () => {
  const bare = (spec: object = { podSelector: {} }) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec });

  test('and the fix is the namespace of the workloads', () => {
    expect(found('NP134', [WEB, bare()])).toEqual([
      "object 1 metadata: warning NP134: default/p has no metadata.namespace, so it is in namespace default, where no workload is; write 'namespace: shop'",
    ]);
    expect(found('NP134', [WEB, deployment('pay/api', { app: 'api' }), bare()])[0]).toMatch(/; write the namespace of its pods, such as 'namespace: shop'$/);
  });

  test.each<[string, object[]]>([
    ['a workload has none either', [WEB, { ...deployment('x/web', { app: 'web' }), metadata: { name: 'web' } }, bare()]],
    ['a workload is in namespace default', [pod('default/web'), bare()]],
    ['the policy says that it is in namespace default', [WEB, ingress('default/p', 'web', [])]],
    ['the input has no workload', [bare()]],
  ])('is not found if %s', (_, objects) => {
    expect(found('NP134', objects)).toEqual([]);
  });
});

import { app, inNamespace, policy } from './planned';
import { plan } from '../../src/changes/plan';
import { readClusters } from '../../src/cluster/clusters';
import { readText } from '../../src/manifests/read-text';

/* What a version may have and was not read: a plan does not take it for absent, and changes nothing about it. */

const read = (text: string) => {
  const { resources, unread } = readText({ file: 'a.yaml', content: text || 'kind: List\napiVersion: v1\nitems: []', named: true });
  return readClusters(resources, () => ({ namespaces: [] }), unread)[0];
};
const yaml = (...objects: (object | string)[]) => objects.map(one => typeof one === 'string' ? one : JSON.stringify(one)).join('\n---\n');
const planned = (old: string, now: string) => {
  const { steps, elsewhere: { unread, unevaluated } } = plan(read(old), read(now));
  return { steps: steps.map(({ operation, name }) => `${operation} ${name}`), unread, unevaluated };
};

const spec = { podSelector: app('db'), ingress: [{ from: [{ podSelector: app('web') }] }] };
const other = { podSelector: app('db'), ingress: [{ from: [{ podSelector: app('ops') }] }] };
const faulty = { podSelector: app('db'), ingress: [{ form: [] }] };
const ofName = (name: string, own: object = spec) => policy(name, own);
const guard = (own: object = {}, name = 'guard') => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name },
  spec: { tier: 'Admin', priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: inNamespace('qa') }] }], ...own },
});
const application = (own: object, name = 'a') => ({
  apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name, namespace: 'shop' }, spec: { ...own, policyTypes: ['Ingress', 'Egress'] },
});

const both = (one: string, two: string): readonly (readonly [string, string])[] => [[one, two], [two, one]];

describe('a policy stays as it is', () => {
  test('if one of the versions has it with a fault', () => {
    for (const [old, now] of [...both(yaml(ofName('a')), yaml(ofName('a', faulty))), ...both('', yaml(ofName('a', faulty))), [yaml(ofName('a', faulty)), yaml(ofName('a', faulty))]] as const) {
      expect(planned(old, now)).toEqual({ steps: [], unread: ['NetworkPolicy shop/a'], unevaluated: [] });
    }
    for (const [old, now] of both(yaml(guard()), yaml(guard({ tier: 'Other' })))) {
      expect(planned(old, now)).toEqual({ steps: [], unread: ['ClusterNetworkPolicy guard'], unevaluated: [] });
    }
    for (const [old, now] of both(yaml(application(spec)), yaml(application(faulty)))) {
      expect(planned(old, now)).toEqual({ steps: [], unread: ['ApplicationNetworkPolicy shop/a'], unevaluated: [] });
    }
  });

  test('if one of the versions declares it twice, with different content', () => {
    for (const [old, now] of both(yaml(ofName('a')), yaml(ofName('a'), ofName('a', other)))) {
      expect(planned(old, now)).toEqual({ steps: [], unread: ['NetworkPolicy shop/a'], unevaluated: [] });
    }
    for (const [old, now] of both(yaml(guard()), yaml(guard(), guard({ priority: 2 })))) {
      expect(planned(old, now)).toEqual({ steps: [], unread: ['ClusterNetworkPolicy guard'], unevaluated: [] });
    }
  });

  test('if a version declares it once and may declare it again, in a namespace that nobody can read', () => {
    const anywhere = policy('a', faulty, { namespace: 5 });
    for (const [old, now] of both(yaml(ofName('a')), yaml(ofName('a', other), anywhere))) {
      expect(planned(old, now)).toEqual({ steps: [], unread: ['NetworkPolicy a', 'NetworkPolicy shop/a'], unevaluated: [] });
    }
  });

  test('if only one version has it, and the other one has a part that was not read and may have it too', () => {
    const template = '{{ if .Values.on }}\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{{ end }}';
    for (const [old, now] of both(yaml(ofName('a')), template)) { expect(planned(old, now)).toEqual({ steps: [], unread: ['NetworkPolicy shop/a'], unevaluated: [] }); }
    for (const [old, now] of both(yaml(guard()), template)) { expect(planned(old, now)).toMatchObject({ steps: [], unread: ['ClusterNetworkPolicy guard'] }); }
    // What both versions have is not in doubt.
    expect(planned(yaml(ofName('a')), yaml(ofName('a', other), template))).toEqual({ steps: ['update NetworkPolicy shop/a'], unread: [], unevaluated: [] });
    expect(planned(yaml(ofName('a'), template), yaml(ofName('a', other), template))).toEqual({ steps: ['update NetworkPolicy shop/a'], unread: [], unevaluated: [] });
    // Neither is what only one version has, if the part that was not read is of the same version.
    expect(planned('', yaml(ofName('a'), template))).toEqual({ steps: ['create NetworkPolicy shop/a'], unread: [], unevaluated: [] });
    expect(planned(yaml(ofName('a'), template), '')).toEqual({ steps: ['delete NetworkPolicy shop/a'], unread: [], unevaluated: [] });
  });
});

test('every other policy has its step', () => {
  const unread = [ofName('a', faulty), ofName('b'), ofName('b', other)];
  const names = { unread: ['NetworkPolicy shop/a', 'NetworkPolicy shop/b'], unevaluated: [] };
  expect(planned('', yaml(ofName('c'), ...unread))).toEqual({ steps: ['create NetworkPolicy shop/c'], ...names });
  expect(planned(yaml(ofName('c'), ...unread), '')).toEqual({ steps: ['delete NetworkPolicy shop/c'], ...names });
  expect(planned('', yaml(policy('a', spec, { namespace: 'blog' }), ...unread))).toEqual({ steps: ['create NetworkPolicy blog/a'], ...names });
  expect(planned('', yaml(application(spec), ...unread))).toEqual({ steps: ['create ApplicationNetworkPolicy shop/a'], ...names });
  expect(planned('', yaml(guard({}, 'a'), ...unread))).toEqual({ steps: ['create ClusterNetworkPolicy a'], ...names });
});

test('a policy with a fault and without a name has no name to print', () => {
  expect(planned(yaml(ofName('a')), yaml(ofName('a', other), policy('', faulty, { name: undefined })))).toEqual({ steps: ['update NetworkPolicy shop/a'], unread: [], unevaluated: [] });
});

test('a policy with domain names was read, and has its step', () => {
  const withDomains = (domain: string) => yaml(application({ podSelector: app('web'), egress: [{ to: [{ domainNames: [domain] }] }] }));
  for (const [old, now] of both('', withDomains('example.com'))) { expect(planned(old, now)).toMatchObject({ steps: [expect.stringContaining('ApplicationNetworkPolicy shop/a')], unread: [] }); }
});

test('a policy of a kind that is not evaluated was read too', () => {
  const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } };
  expect(planned('', yaml(cilium))).toEqual({ steps: [], unread: [], unevaluated: ['CiliumNetworkPolicy shop/c'] });
});

import { foundIn, object } from './found';
import { deployment, labelled, policy } from '../support/cluster-objects';

/* NP126: pods that are bound to a role are cut off from the API server. */

const RBAC = 'rbac.authorization.k8s.io/v1';

/** A Deployment `tools/operator` with fields in the spec of its pods. */
function operator(spec: object, options: { readonly hostNetwork?: boolean } = {}): object {
  const made: any = deployment('tools/operator', { app: 'operator' }, options);
  made.spec.template.spec = { ...made.spec.template.spec, ...spec };
  return made;
}

const binding = (subjects: unknown, kind = 'RoleBinding', roleRef: object = { kind: 'ClusterRole', name: 'edit' }) =>
  object(RBAC, kind, kind === 'RoleBinding' ? 'tools/operator' : 'operator', { roleRef, subjects });
const account = (name: string, namespace?: string) => ({ kind: 'ServiceAccount', name, namespace });
const role = (kind: 'Role' | 'ClusterRole', rules: readonly object[]) => object(RBAC, kind, kind === 'Role' ? 'tools/edit' : 'edit', { rules });
const DENY = policy('tools/deny', { podSelector: {}, policyTypes: ['Egress'] });
const BOUND = [operator({ serviceAccountName: 'operator' }), binding([account('operator', 'tools')])];
const out = (to: object[] | undefined, ports?: object[]) => policy('tools/out', { podSelector: labelled({ app: 'operator' }), policyTypes: ['Egress'], egress: [{ to, ports }] });
const block = (cidr: string) => ({ ipBlock: { cidr } });
const found = (...objects: object[]) => foundIn('NP126', ...objects);

test('pods are cut off if their egress is isolated and their ServiceAccount is bound', () => {
  expect(found(...BOUND, DENY)).toEqual([
    'warning NP126: tools/operator[Deployment] has the rights of ClusterRole edit, but its policies let it out to no address on a port of the API server; '
    + 'let it out to the addresses of the API server by an ipBlock with TCP 443 and TCP 6443, because rules by labels do not match it; '
    + 'if the pods do not use the API, write automountServiceAccountToken: false',
  ]);
});

test.each<[string, object[]]>([
  ['the account is the default one', [operator({}), binding([account('default', 'tools')])]],
  ['the old field names the account', [operator({ serviceAccount: 'operator' }), binding([account('operator', 'tools')])]],
  ['the binding is one for the cluster', [operator({ serviceAccountName: 'operator' }), binding([account('operator', 'tools')], 'ClusterRoleBinding')]],
  ['the subject of the binding has no namespace, which is then that of the binding', [operator({ serviceAccountName: 'operator' }), binding([account('operator')])]],
  ['the account has no token by default, but the pods ask for one', [
    operator({ automountServiceAccountToken: true, serviceAccountName: 'operator' }), binding([account('operator', 'tools')]),
    object('v1', 'ServiceAccount', 'tools/operator', { automountServiceAccountToken: false }),
  ]],
  ['the role allows the use of a policy for pods, and more', [...BOUND, role('ClusterRole', [{ verbs: ['use'] }, { verbs: ['get'] }])]],
  ['a rule by labels is for pods of kube-system, which the API server is not', [...BOUND, out([{ namespaceSelector: {} }])]],
  ['a block is open on another port only', [...BOUND, out([block('0.0.0.0/0')], [{ port: 5432 }])]],
  ['the binding names no role', [operator({}), binding([account('default')], 'RoleBinding', {})]],
])('this is found also if %s', (_, objects) => {
  expect(found(...objects, DENY)).toHaveLength(1);
});

test('a role of OpenShift for the use of SecurityContextConstraints is no reason to ask the API server', () => {
  const bound = (name: string) => [operator({}), binding([account('default')], 'RoleBinding', { kind: 'ClusterRole', name })];
  expect(found(...bound('system:openshift:scc:anyuid'), DENY)).toEqual([]);
  expect(found(...bound('system:auth-delegator'), DENY)).toHaveLength(1);
});

describe('a binding for a group of ServiceAccounts', () => {
  const group = (name: string, roleRef?: object) => binding([{ kind: 'Group', name }], 'ClusterRoleBinding', roleRef);
  const second: any = { ...operator({}), metadata: { namespace: 'tools', name: 'second' } };

  test.each(['system:serviceaccounts:tools', 'system:serviceaccounts'])('is one note for all of its pods that are cut off: %s', name => {
    expect(found(operator({}), second, deployment('other/web', { app: 'web' }), group(name), DENY)).toEqual([
      `note NP126: the group ${name} has the rights of ClusterRole edit, but the policies of tools/operator[Deployment] and tools/second[Deployment] let them out to no address on a port of the API server; `
      + 'if these pods use the API, let them out to the addresses of the API server by an ipBlock with TCP 443 and TCP 6443; otherwise bind the role to the accounts that need it',
    ]);
  });

  test('may be a RoleBinding', () => {
    expect(found(operator({}), binding([{ kind: 'Group', name: 'system:serviceaccounts:tools' }]), DENY)).toEqual([expect.stringContaining('note NP126: the group system:serviceaccounts:tools has')]);
  });

  test('is not found for pods whose own account is bound, which have a warning', () => {
    expect(found(...BOUND, second, group('system:serviceaccounts'), DENY)).toEqual([
      expect.stringMatching(/^warning NP126: tools\/operator/), expect.stringMatching(/^note NP126: .* of tools\/second\[Deployment\] let it out/),
    ]);
  });

  test.each<[string, object]>([
    ['the group is of another namespace', group('system:serviceaccounts:other')],
    ['the group is another one', group('system:serviceaccountsx')],
    ['the role is for pulling images', group('system:serviceaccounts:tools', { kind: 'ClusterRole', name: 'system:image-puller' })],
    ['the role is one that everybody has', group('system:serviceaccounts', { kind: 'ClusterRole', name: 'system:service-account-issuer-discovery' })],
    ['the subject of this name is a user', binding([{ kind: 'User', name: 'system:serviceaccounts' }], 'ClusterRoleBinding')],
    ['the subject has no name', binding([{ kind: 'Group' }], 'ClusterRoleBinding')],
  ])('is not found if %s', (_, bound) => {
    expect(found(operator({}), bound, DENY)).toEqual([]);
  });
});

test('a cluster-wide policy can cut them off as well, and one that passes does not', () => {
  const guard = (action: string) => object('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'guard', {
    spec: { priority: 1, subject: { namespaces: {} }, egress: [{ action, to: [{ networks: ['0.0.0.0/0', '::/0'] }] }] },
  });
  expect(found(...BOUND, guard('Deny'))).toHaveLength(1);
  expect(found(...BOUND, guard('Pass'))).toEqual([]);
  expect(found(...BOUND, DENY, guard('Allow'))).toEqual([]);
});

test('two bindings of one account are one finding, and each workload has its own', () => {
  const second: any = operator({ serviceAccountName: 'operator' });
  expect(found(...BOUND, binding([account('operator', 'tools')], 'ClusterRoleBinding'), { ...second, metadata: { namespace: 'tools', name: 'second' } }, DENY)).toHaveLength(2);
});

test.each<[string, object[]]>([
  ['nothing isolates the egress', BOUND],
  ['an ipBlock is open on TCP 443', [...BOUND, DENY, out([block('10.96.0.1/32')], [{ port: 443 }])]],
  ['an ipBlock is open on the port of kubeadm', [...BOUND, DENY, out([block('172.18.0.2/32')], [{ port: 6443 }])]],
  ['an ipBlock is open on every port', [...BOUND, DENY, out([block('172.18.0.2/32')])]],
  ['a rule is for everyone on TCP 443', [...BOUND, DENY, out(undefined, [{ port: 443 }])]],
  ['everything is open', [...BOUND, DENY, out(undefined)]],
  ['the account has no binding', [operator({ serviceAccountName: 'operator' }), binding([account('other', 'tools')]), DENY]],
  ['the binding is for an account of another namespace', [operator({ serviceAccountName: 'operator' }), binding([account('operator', 'other')], 'ClusterRoleBinding'), DENY]],
  ['the subject is a user', [operator({ serviceAccountName: 'operator' }), binding([{ kind: 'User', name: 'operator' }]), DENY]],
  ['the binding has no subjects that can be read', [operator({}), binding('operator'), binding([{ kind: 'ServiceAccount' }, null], 'ClusterRoleBinding'), DENY]],
  ['the pods have no token', [operator({ serviceAccountName: 'operator', automountServiceAccountToken: false }), binding([account('operator', 'tools')]), DENY]],
  ['the account gives no token', [...BOUND, object('v1', 'ServiceAccount', 'tools/operator', { automountServiceAccountToken: false }), DENY]],
  ['the role only allows the use of a policy for pods', [...BOUND, role('ClusterRole', [{ verbs: ['use'] }]), DENY]],
  ['the Role does, which is one of the namespace', [operator({}), binding([account('default')], 'RoleBinding', { kind: 'Role', name: 'edit' }), role('Role', [{ verbs: ['use'] }]), DENY]],
  ['the pods use the network of their node', [operator({ serviceAccountName: 'operator' }, { hostNetwork: true }), binding([account('operator', 'tools')]), DENY]],
  ['a policy of another kind may let them out', [...BOUND, DENY, object('cilium.io/v2', 'CiliumNetworkPolicy', 'tools/api', { spec: { endpointSelector: {}, egress: [{ toEntities: ['kube-apiserver'] }] } })]],
  ['the workload is declared twice, so that nobody knows its pods', [...BOUND, DENY, { ...operator({ serviceAccountName: 'operator' }, { hostNetwork: true }) }]],
  ['the pods are of a custom kind, whose account is not known', [
    binding([account('default')]), DENY, object('monitoring.coreos.com/v1', 'Prometheus', 'tools/p', { spec: {} }),
    object('argoproj.io/v1alpha1', 'Rollout', 'tools/r', { spec: { template: { metadata: { labels: { app: 'r' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } }),
  ]],
])('nothing is found if %s', (_, objects) => {
  expect(found(...objects)).toEqual([]);
});

import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { labelled, namespace, pod, policy } from '../support/cluster-objects';

/* Which pods a policy of a kind that is not evaluated could select, and in which directions. x and kube-system are declared, y is not. */

const PODS = [
  namespace('x', { team: 'a' }), namespace('kube-system'),
  pod('x/web', { 'app': 'web', 'role': 'front', 'app.kubernetes.io/name': 'web' }), pod('x/db', { app: 'db', role: 'back-end' }), pod('x/bare', { 'apps.kubernetes.io/pod-index': '0' }),
  pod('x/host', { app: 'web' }, { hostNetwork: true }), pod('y/web', { app: 'web' }), pod('kube-system/dns', { app: 'dns' }),
];

const resources = (...objects: any[]) => objects.map(object => ({ object, origin: { at: () => ({ file: 'a.yaml' }) }, named: true }));

test('a policy that selects pods by a label of their namespace could select them if the Namespace cannot be read', () => {
  const broken = { ...namespace('x', { team: 'a' }), metadata: { name: 'x', labels: { team: '-' } } };
  const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'p' }, spec: { endpointSelector: labelled({ 'io.cilium.k8s.namespace.labels.team': 'b' }), ingress: [{}] } };
  const selectionIn = (own: object) => {
    const { cluster } = readCluster(resources(own, pod('x/web', { app: 'web' }), cilium));
    return cluster.unevaluated.find(({ name }) => name === 'p')!.selects(cluster.workloads[0].pods[0], cluster.namespaces.get('x')!);
  };
  expect([selectionIn(namespace('x', { team: 'a' })), selectionIn(broken)]).toEqual(['no', 'could']);
});

function read(object: any) {
  const { cluster, findings } = readCluster(resources(...PODS, object));
  return { cluster, messages: findings.map(formatFinding).filter(message => !message.includes('hostNetwork')) };
}

/** The directions and the pods of a policy. A question mark means that it could select the pod only if netpol assumes nothing. */
function affected(object: any): string {
  const { cluster } = read(object);
  expect(cluster.policies).toEqual([]);
  if (cluster.unevaluated.length === 0) { return 'not a policy'; }
  const [{ ingress, egress, selects }] = cluster.unevaluated;
  const pods = cluster.workloads.flatMap(({ namespace: home, name, pods: [only] }) => {
    const selection = selects(only, cluster.namespaces.get(home)!);
    return selection === 'no' ? [] : [`${home}/${name}${selection === 'could' ? '' : '?'}`];
  });
  return [`${[...ingress ? ['ingress'] : [], ...egress ? ['egress'] : []].join(' and ') || 'no direction'}:`, ...pods].join(' ');
}

/** A policy in namespace x, or without a namespace. */
const namespaced = (apiVersion: string, kind: string, spec?: object, more: object = {}) => ({ apiVersion, kind, metadata: { name: 'p', namespace: 'x' }, spec, ...more });
const clusterWide = (apiVersion: string, kind: string, spec?: object) => ({ apiVersion, kind, metadata: { name: 'p' }, spec });

const EVERY_POD = 'x/web x/db x/bare y/web kube-system/dns';
const rules = { ingress: [{}] };

describe('a CiliumNetworkPolicy', () => {
  const cilium = (spec?: object, more?: object) => affected(namespaced('cilium.io/v2', 'CiliumNetworkPolicy', spec, more));
  const selecting = (endpointSelector: object) => cilium({ endpointSelector, ...rules });
  const expression = (key: string, operator: string, ...values: string[]) => ({ matchExpressions: [{ key, operator, values }] });

  test.each<[string, object, string]>([
    ['every pod of its namespace, but none on its node\'s network', {}, 'x/web x/db x/bare'],
    ['pods by label', labelled({ app: 'web' }), 'x/web'],
    ['pods by label from a source', labelled({ 'k8s:app': 'web', 'any:role': 'front' }), 'x/web'],
    ['pods by expression', expression('k8s:role', 'NotIn', 'front'), 'x/db x/bare'],
    ['no pod if two sources of one label contradict each other', labelled({ 'k8s:app': 'web', 'any:app': 'db' }), ''],
    ['no pod by a label whose key begins with the name of a source', labelled({ 'k8s.app': 'web' }), ''],
    ['any pod by a label of another source', labelled({ 'reserved:host': '' }), 'x/web x/db x/bare'],
    ['any pod by a label of Cilium', labelled({ 'io.cilium.k8s.policy.serviceaccount': 'default' }), 'x/web x/db x/bare'],
    ['any pod by a label that Cilium ignores by default', expression('kubernetes.io/role', 'Exists'), 'x/web x/db x/bare'],
    ['any pod by a generated label that Cilium ignores, although a pod has it', expression('apps.kubernetes.io/pod-index', 'DoesNotExist'), 'x/web x/db x/bare'],
    ['pods by a label that Cilium never ignores', labelled({ 'app.kubernetes.io/name': 'web' }), 'x/web'],
    ['any pod by a label of its node', labelled({ 'topology.kubernetes.io/zone': 'a' }), 'x/web x/db x/bare'],
    ['no pod by a label that Kubernetes adds to other pods', labelled({ 'job-name': 'j' }), ''],
    ['pods by a label of their node and another one', labelled({ 'topology.kubernetes.io/zone': 'a', 'app': 'db' }), 'x/db'],
    ['pods by labels of their namespace', labelled({ 'io.cilium.k8s.namespace.labels.team': 'a', 'app': 'web' }), 'x/web'],
    ['no pod by other labels of their namespace', labelled({ 'io.cilium.k8s.namespace.labels.team': 'b' }), ''],
    // Cilium replaces this by the namespace of the policy.
    ['pods of its own namespace, whatever namespace it names', labelled({ 'k8s:io.kubernetes.pod.namespace': 'y', 'app': 'web' }), 'x/web'],
    ['every pod of its namespace by a selector of another form', { matchCEL: 'true' }, 'x/web x/db x/bare'],
    ['every pod of its namespace by an invalid expression', { matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] }, 'x/web x/db x/bare'],
    ['every pod of its namespace by an invalid label', { matchLabels: { app: 1 } }, 'x/web x/db x/bare'],
    ['every pod of its namespace by an invalid list', { matchExpressions: 'app' }, 'x/web x/db x/bare'],
  ])('selects %s', (_, endpointSelector, pods) => {
    expect(selecting(endpointSelector)).toBe(['ingress:', pods].filter(part => part !== '').join(' '));
  });

  test.each<[string, object, string]>([
    ['with rules', { ingress: [{}], egress: [] }, 'ingress'],
    ['with both rules', { ingress: [{}], egress: [{}] }, 'ingress and egress'],
    ['with deny rules', { egressDeny: [{}] }, 'egress'],
    ['with ingress deny rules', { ingressDeny: [{}] }, 'ingress'],
    ['that it denies by default', { enableDefaultDeny: { ingress: true, egress: false } }, 'ingress'],
    ['of egress that it denies by default', { enableDefaultDeny: { egress: true } }, 'egress'],
    ['none, if it has no rules', {}, 'no direction'],
    ['whose rules have an unknown form', { ingress: {}, egress: null, egressDeny: 'all' }, 'ingress and egress'],
  ])('applies to the directions %s', (_, spec, directions) => {
    expect(cilium({ endpointSelector: labelled({ app: 'web' }), ...spec })).toBe(`${directions}: x/web`);
  });

  test('can have several specs', () => {
    const specs = [{ endpointSelector: labelled({ app: 'web' }), ingress: [{}] }, { endpointSelector: labelled({ app: 'db' }), egress: [{}] }];
    expect(cilium(undefined, { specs })).toBe('ingress and egress: x/web x/db');
    expect(cilium({ endpointSelector: labelled({ role: 'none' }) }, { specs: specs.slice(1) })).toBe('egress: x/db');
    expect(cilium()).toBe('ingress and egress: x/web x/db x/bare');
  });

  test('can be cluster-wide, and select by namespace', () => {
    const wide = (spec: object) => affected(clusterWide('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', { ...rules, ...spec }));
    expect(wide({ endpointSelector: {} })).toBe(`ingress: ${EVERY_POD}`);
    expect(wide({ endpointSelector: labelled({ 'k8s:io.kubernetes.pod.namespace': 'y' }) })).toBe('ingress: y/web');
    expect(wide({ endpointSelector: labelled({ 'io.cilium.k8s.namespace.labels.team': 'a' }) })).toBe('ingress: x/web x/db x/bare y/web?');
    expect(wide({ endpointSelector: labelled({ 'io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name': 'y' }) })).toBe('ingress: y/web');
    expect(wide({ nodeSelector: {} })).toBe('ingress: x/host');
    expect(wide({ nodeSelector: {}, endpointSelector: null })).toBe('ingress: x/host');
    expect(wide({ nodeSelector: null })).toBe(`ingress: ${EVERY_POD}`);
  });
});

describe('a policy of Calico', () => {
  const calico = (spec: object) => affected(namespaced('projectcalico.org/v3', 'NetworkPolicy', { types: ['Ingress'], ...spec }));
  const global = (spec: object) => affected(clusterWide('projectcalico.org/v3', 'GlobalNetworkPolicy', { types: ['Ingress'], ...spec }));

  test.each<[string, string]>([
    ['', 'x/web x/db x/bare'], ['  ', 'x/web x/db x/bare'], ['all()', 'x/web x/db x/bare'], ['global()', ''],
    ['app == "web"', 'x/web'], ["app == 'web'", 'x/web'], ['app=="web"', 'x/web'], ['app != "web"', 'x/db x/bare'],
    ['app in {"web", "db"}', 'x/web x/db'], ['app in{"db"}', 'x/db'], ['app in {}', ''], ['app not in {"web"}', 'x/db x/bare'],
    ['has(app)', 'x/web x/db'], ['!has(app)', 'x/bare'], ['! has( app )', 'x/bare'], ['!!has(app)', 'x/web x/db'],
    ['role contains "on"', 'x/web'], ['role starts with "back"', 'x/db'], ['role ends with "end"', 'x/db'], ['!(role ends with "end")', 'x/web x/bare'],
    ['app == "web" && role == "front"', 'x/web'], ['app == "web" && role == "back-end"', ''],
    ['app == "web" || app == "db"', 'x/web x/db'],
    // && binds more tightly than ||.
    ['app == "db" || app == "web" && role == "none"', 'x/db'], ['(app == "db" || app == "web") && role == "front"', 'x/web'],
    ['app.kubernetes.io/name == "web"', 'x/web'],
    ['projectcalico.org/namespace == "x"', 'x/web x/db x/bare'], ['projectcalico.org/namespace == "y"', ''],
    ['projectcalico.org/orchestrator == "k8s"', 'x/web x/db x/bare'], ['projectcalico.org/orchestrator != "k8s"', ''],
    // Labels that are not known decide.
    ['projectcalico.org/serviceaccount == "s"', 'x/web x/db x/bare'], ['!has(projectcalico.org/serviceaccount)', 'x/web x/db x/bare'],
    ['pcns.team == "a"', 'x/web x/db x/bare'], ['topology.kubernetes.io/zone == "j" && app == "db"', 'x/db'], ['topology.kubernetes.io/zone == "j" || app == "db"', 'x/web x/db x/bare'],
    // Not a selector: every pod of the namespace.
    ['app ~ "web"', 'x/web x/db x/bare'], ['app == web', 'x/web x/db x/bare'], ['app', 'x/web x/db x/bare'], ['(app == "web"', 'x/web x/db x/bare'],
    ['app == "web" role', 'x/web x/db x/bare'], ['app == "web" &&', 'x/web x/db x/bare'], ['app in "web"', 'x/web x/db x/bare'], ['app in {"web"', 'x/web x/db x/bare'],
    ['has()', 'x/web x/db x/bare'], ['has(app', 'x/web x/db x/bare'], ['none()', 'x/web x/db x/bare'], ['all(', 'x/web x/db x/bare'], ['!', 'x/web x/db x/bare'],
  ])('with the selector %p selects %p', (selector, pods) => {
    expect(calico({ selector })).toBe(['ingress:', pods].filter(part => part !== '').join(' '));
  });

  test('selects every pod of its namespace with a selector that nests too deeply, and is read however long it is', () => {
    const nested = (depth: number, open: string, close: string) => calico({ selector: `${open.repeat(depth)}app == "db"${close.repeat(depth)}` });
    expect([nested(50, '(', ')'), nested(50, '!', '')]).toEqual(['ingress: x/db', 'ingress: x/db']);
    expect([nested(100_000, '(', ')'), nested(100_000, '!', '')]).toEqual(['ingress: x/web x/db x/bare', 'ingress: x/web x/db x/bare']);
    expect(calico({ selector: `app == "db" ${'&& role != "front" '.repeat(50_000)}` })).toBe('ingress: x/db');
    expect(calico({ selector: `app == "db" ${'|| role == "none" '.repeat(50_000)}` })).toBe('ingress: x/db');
  });

  test('without a selector selects every pod of its namespace', () => {
    expect(calico({})).toBe('ingress: x/web x/db x/bare');
    expect(affected(namespaced('crd.projectcalico.org/v1', 'NetworkPolicy', { types: ['Egress'] }))).toBe('egress: x/web x/db x/bare');
  });

  test.each<[string, object, string]>([
    ['the directions of its types', { types: ['Ingress', 'Egress'] }, 'ingress and egress'],
    ['egress if its types are Egress', { types: ['Egress'], ingress: [{}] }, 'egress'],
    ['both directions if its types have an unknown form', { types: ['ingress'] }, 'ingress and egress'],
    ['both directions if its types are not a list', { types: 'Ingress' }, 'ingress and egress'],
    ['ingress without types and rules', { types: undefined }, 'ingress'],
    ['ingress without types and with ingress rules', { types: [], ingress: [{}] }, 'ingress'],
    ['egress without types and with egress rules', { types: [], egress: [{}] }, 'egress'],
    ['both directions without types and with both rules', { types: undefined, ingress: [{}], egress: [{}] }, 'ingress and egress'],
  ])('applies to %s', (_, spec, directions) => {
    expect(calico({ selector: 'app == "web"', ...spec })).toBe(`${directions}: x/web`);
  });

  test('can be global, and select by namespace and host', () => {
    expect(global({ selector: 'app == "web"' })).toBe('ingress: x/web x/host y/web');
    expect(global({ selector: 'app == "db"', namespaceSelector: 'all()' })).toBe('ingress: x/db');
    expect(global({ namespaceSelector: 'team == "a"' })).toBe('ingress: x/web x/db x/bare y/web?');
    expect(global({ namespaceSelector: 'team == "b"' })).toBe('ingress: y/web?');
    expect(global({ namespaceSelector: 'projectcalico.org/name == "y"' })).toBe('ingress: y/web');
    expect(global({ namespaceSelector: 'kubernetes.io/metadata.name == "y"' })).toBe('ingress: y/web');
    expect(global({ namespaceSelector: 'global()' })).toBe('ingress: x/host');
    expect(global({ namespaceSelector: 'team ~ "a"' })).toBe('ingress: x/web x/db x/bare x/host y/web kube-system/dns');
    // The namespaceSelector of a policy in a namespace means nothing.
    expect(calico({ selector: 'app == "web"', namespaceSelector: 'team == "b"' })).toBe('ingress: x/web');
  });

  test.each(['StagedNetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedKubernetesNetworkPolicy'])('that is staged has no effect: %s', kind => {
    expect(affected(namespaced('projectcalico.org/v3', kind, {}))).toBe('not a policy');
  });
});

describe.each([
  ['policy.networking.k8s.io/v9', 'AdminNetworkPolicy'], ['policy.networking.k8s.io/v9', 'BaselineAdminNetworkPolicy'],
  ['policy.networking.k8s.io/v9', 'ClusterNetworkPolicy'], ['networking.k8s.aws/v9', 'ClusterNetworkPolicy'],
])('a policy of %s, %s,', (apiVersion, kind) => {
  const wide = (spec: object) => affected(clusterWide(apiVersion, kind, { priority: 1, ...rules, ...spec }));

  test.each<[string, unknown, string]>([
    ['the pods of namespaces', { namespaces: labelled({ team: 'a' }) }, 'x/web x/db x/bare y/web?'],
    ['the pods of all namespaces', { namespaces: {} }, EVERY_POD],
    ['the pods of a namespace by its name', { namespaces: labelled({ 'kubernetes.io/metadata.name': 'y' }) }, 'y/web'],
    ['pods by both selectors', { pods: { namespaceSelector: labelled({ team: 'a' }), podSelector: labelled({ app: 'web' }) } }, 'x/web y/web?'],
    ['no pod if one selector does not match', { pods: { namespaceSelector: labelled({ team: 'a' }), podSelector: labelled({ app: 'dns' }) } }, ''],
    ['pods that a label of their node decides about', { pods: { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'y' }), podSelector: labelled({ 'topology.kubernetes.io/zone': 'a' }) } }, 'y/web'],
    ['the pods of every namespace if its selector of namespaces is invalid', { namespaces: { matchExpressions: [{ key: 'team', operator: 'Near' }] } }, EVERY_POD],
    ['every pod if its subject has another form', { services: {} }, EVERY_POD],
    ['every pod without a subject', undefined, EVERY_POD],
  ])('selects %s', (_, subject, pods) => {
    expect(wide({ subject })).toBe(['ingress:', pods].filter(part => part !== '').join(' '));
  });

  test('applies to the directions with rules', () => {
    const subject = { namespaces: labelled({ 'kubernetes.io/metadata.name': 'y' }) };
    expect(wide({ subject, ingress: [], egress: [{}] })).toBe('egress: y/web');
    expect(wide({ subject, ingress: undefined })).toBe('no direction: y/web');
  });
});

describe('a policy of the Amazon VPC CNI', () => {
  test('for applications selects by labels, in the directions of its policyTypes', () => {
    const application = (spec: object) => affected(namespaced('networking.k8s.aws/v9', 'ApplicationNetworkPolicy', spec));
    expect(application({ podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'] })).toBe('egress: x/web');
    expect(application({ podSelector: {} })).toBe('ingress and egress: x/web x/db x/bare');
  });

  test('for security groups selects by labels in both directions', () => {
    const group = (spec: object) => affected(namespaced('vpcresources.k8s.aws/v1beta1', 'SecurityGroupPolicy', spec));
    expect(group({ podSelector: labelled({ app: 'db' }), securityGroups: {} })).toBe('ingress and egress: x/db');
    expect(group({ serviceAccountSelector: labelled({ app: 'db' }) })).toBe('ingress and egress: x/web x/db x/bare');
  });
});

describe.each(['crd.antrea.io/v1beta1', 'security.antrea.tanzu.vmware.com/v1alpha1'])('a policy of Antrea (%s)', apiVersion => {
  const wide = (spec: object) => affected(clusterWide(apiVersion, 'ClusterNetworkPolicy', { ...rules, ...spec }));

  test.each<[string, object, string]>([
    ['pods of all namespaces', { appliedTo: [{ podSelector: labelled({ app: 'web' }) }] }, 'x/web y/web'],
    ['all pods of namespaces', { appliedTo: [{ namespaceSelector: labelled({ team: 'a' }) }] }, 'x/web x/db x/bare y/web?'],
    ['pods by any of several entries', { appliedTo: [{ podSelector: labelled({ app: 'db' }) }, { podSelector: labelled({ app: 'dns' }) }] }, 'x/db kube-system/dns'],
    ['pods by the entries of its rules', { ingress: [{ appliedTo: [{ podSelector: labelled({ app: 'db' }) }] }, {}] }, 'x/db'],
    ['the pods on their node\'s network by nodes', { appliedTo: [{ nodeSelector: labelled({ zone: 'a' }) }] }, 'x/host'],
    ['pods by an entry with an empty field', { appliedTo: [{ podSelector: labelled({ app: 'web' }), nodeSelector: null }] }, 'x/web y/web'],
    ['every pod by a group', { appliedTo: [{ group: 'g' }] }, EVERY_POD],
    ['every pod by a selector of another form', { appliedTo: [{ podSelector: 'web' }] }, EVERY_POD],
    ['every pod without entries', {}, EVERY_POD],
    ['every pod by an invalid entry', { appliedTo: ['web'] }, EVERY_POD],
  ])('selects %s', (_, spec, pods) => {
    expect(wide(spec)).toBe(`ingress: ${pods}`);
  });

  test('in a namespace selects pods of that namespace, in the directions with rules', () => {
    const own = (spec: object) => affected(namespaced(apiVersion, 'NetworkPolicy', { appliedTo: [{ podSelector: labelled({ app: 'web' }) }], ...spec }));
    expect([own({ egress: [{}] }), own({ ingress: [{}], egress: [{}] }), own({})]).toEqual(['egress: x/web', 'ingress and egress: x/web', 'no direction: x/web']);
  });
});

describe('a policy of a mesh', () => {
  const authorization = (spec?: object, home = 'x') => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'p', namespace: home }, spec });

  test.each<[string, object, string]>([
    ['of Istio selects by labels', authorization({ selector: labelled({ app: 'web' }) }), 'x/web'],
    ['of Istio without a selector selects every pod of its namespace', authorization({ action: 'ALLOW' }), 'x/web x/db x/bare'],
    ['of Istio without a spec selects every pod of its namespace', authorization(), 'x/web x/db x/bare'],
    ['of Istio for a Service is not read further', authorization({ targetRefs: [{ kind: 'Service', name: 's' }] }), 'x/web x/db x/bare'],
    ['of Istio in the root namespace selects in every namespace', authorization({ selector: labelled({ app: 'web' }) }, 'istio-system'), 'x/web y/web'],
    ['of Istio with labels of another form is not read further', authorization({ selector: { matchLabels: ['app'] } }), 'x/web x/db x/bare'],
    ['of Linkerd selects every pod of its namespace', namespaced('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', {}), 'x/web x/db x/bare'],
    ['of Linkerd for a server selects every pod of its namespace', namespaced('policy.linkerd.io/v1beta1', 'ServerAuthorization', {}), 'x/web x/db x/bare'],
    ['of Linkerd that is a server selects by labels', namespaced('policy.linkerd.io/v1beta3', 'Server', { podSelector: labelled({ app: 'db' }), port: 80 }), 'x/db'],
    ['of Kuma selects every pod', clusterWide('kuma.io/v1alpha1', 'TrafficPermission', {}), EVERY_POD],
    ['of Kuma in a namespace selects every pod', namespaced('kuma.io/v1alpha1', 'MeshTrafficPermission', {}), EVERY_POD],
    ['of Consul selects every pod', namespaced('consul.hashicorp.com/v1alpha1', 'ServiceIntentions', {}), EVERY_POD],
  ])('%s, for ingress, and cannot allow anything', (_, object, pods) => {
    expect(affected(object)).toBe(`ingress: ${pods}`);
    expect(read(object).cluster.unevaluated[0].canAllow).toBe(false);
  });
});

test.each<[string, object, string, boolean]>([
  ['an EgressFirewall', namespaced('k8s.ovn.org/v1', 'EgressFirewall', {}), 'egress: x/web x/db x/bare', false],
  ['an EgressNetworkPolicy', namespaced('network.openshift.io/v1', 'EgressNetworkPolicy', {}), 'egress: x/web x/db x/bare', false],
  ['an FQDNNetworkPolicy', namespaced('networking.gke.io/v1alpha1', 'FQDNNetworkPolicy', { podSelector: labelled({ app: 'db' }) }), 'egress: x/db', true],
  ['a SecurityPolicy of NSX', namespaced('crd.nsx.vmware.com/v1alpha1', 'SecurityPolicy', {}), 'ingress and egress: x/web x/db x/bare', true],
  ['a MultiNetworkPolicy', namespaced('k8s.cni.cncf.io/v1beta1', 'MultiNetworkPolicy', { podSelector: {} }), 'no direction:', true],
  ['an unknown kind with a namespace', namespaced('acme.io/v1', 'HyperNetworkPolicy', { podSelector: labelled({ app: 'db' }) }), 'ingress and egress: x/web x/db x/bare', true],
  ['an unknown kind without a namespace', clusterWide('acme.io/v1', 'NetworkPolicy', {}), `ingress and egress: ${EVERY_POD}`, true],
  ['an unknown kind that is called staged', namespaced('acme.io/v1', 'StagedNetworkPolicy', {}), 'ingress and egress: x/web x/db x/bare', true],
  ['an unknown kind of a known product', namespaced('cilium.io/v3', 'CiliumNamespacedNetworkPolicy', {}), 'ingress and egress: x/web x/db x/bare', true],
])('%s has an effect in its directions', (_, object, expected, canAllow) => {
  expect(affected(object)).toBe(expected);
  expect(read(object).cluster.unevaluated[0].canAllow).toBe(canAllow);
});

test.each([
  ['v1', 'Pod'], ['crd.projectcalico.org/v1', 'IPPool'], ['acme.io/v1', 'AuthorizationPolicy'], ['cilium.io/v2', 'CiliumEndpoint'], ['constructor/v1', 'Service'],
  ['security.istio.io/v1', 'constructor'], ['acme/v1', 'NetworkPolicyReport'], ['networking.k8s.io/v1', 'Ingress'],
])('%s %s is not such a policy', (apiVersion, kind) => {
  expect(read({ apiVersion, kind, metadata: { name: 'other', namespace: 'x' }, spec: { containers: [] } }).cluster.unevaluated).toEqual([]);
});

test('a NetworkPolicy of Kubernetes is evaluated; in an API version that no cluster serves, it cannot be read', () => {
  const { cluster } = read(policy('x/p', { podSelector: {} }));
  expect([cluster.policies.length, cluster.unevaluated.length]).toEqual([1, 0]);
  expect(read({ ...policy('x/p', { podSelector: {} }), apiVersion: 'extensions/v1beta1' }).cluster.unevaluated).toMatchObject([{ unread: { what: 'NetworkPolicy x/p', code: 'not-read' } }]);
});

test.each<[object, string]>([
  [namespaced('cilium.io/v2', 'CiliumNetworkPolicy', { endpointSelector: {}, ingress: [{}], egress: [{}] }),
    'CiliumNetworkPolicy x/p is a policy of Cilium, of a kind that netpol does not evaluate; the pods that it could select are undecided in both directions'],
  [clusterWide('projectcalico.org/v3', 'GlobalNetworkPolicy', {}),
    'GlobalNetworkPolicy p is a policy of Calico, of a kind that netpol does not evaluate; the pods that it could select are undecided for ingress'],
  [namespaced('k8s.ovn.org/v1', 'EgressFirewall', {}),
    'EgressFirewall x/p is a policy of OVN-Kubernetes, of a kind that netpol does not evaluate; the pods that it could select are undecided for egress, except that denied connections stay denied'],
  [namespaced('k8s.cni.cncf.io/v1beta1', 'MultiNetworkPolicy', {}),
    'MultiNetworkPolicy x/p is a policy of Multus, of a kind that netpol does not evaluate; it has no effect on the connections that netpol judges'],
  [namespaced('acme.io/v1', 'HyperNetworkPolicy', {}),
    'HyperNetworkPolicy x/p is a policy of acme.io, of a kind that netpol does not evaluate; the pods that it could select are undecided in both directions'],
])('a warning says what the policy means for the answers (%#)', (object, message) => {
  expect(read(object).messages).toEqual([`a.yaml: warning NP301: ${message}`]);
});

test('control characters in the name of such a policy are escaped, because the API server has not checked it', () => {
  const object = { apiVersion: 'a\u0007.io/v1', kind: 'X\nNetworkPolicy', metadata: { name: '\u001b[31m::error::', namespace: 'x' } };
  expect(read(object).messages).toEqual([expect.stringMatching(/^a\.yaml: warning NP301: X\\u000aNetworkPolicy x\/\\u001b\[31m\\u003a:error:: is a policy of a\\u0007\.io, /)]);
});

test('a policy without a name is named by its kind', () => {
  expect(read({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy' }).messages).toEqual([expect.stringContaining('NP301: CiliumNetworkPolicy is a policy of Cilium')]);
});

test('a selector of Calico can have thousands of parts, and one that nests too deeply counts as one that netpol cannot read', () => {
  const selects = (selector: string) => affected(namespaced('projectcalico.org/v3', 'NetworkPolicy', { selector }));
  expect(selects(Array.from({ length: 20_000 }, () => "app == 'web'").join(' && '))).toBe('ingress: x/web');
  const everyPod = selects('this is not a selector');
  expect(selects(`${'('.repeat(20_000)}app == 'web'${')'.repeat(20_000)}`)).toBe(everyPod);
  expect(selects(`${'!'.repeat(50_000)}has(app)`)).toBe(everyPod);
});

import { parseCalicoSelector } from './calico-selector';
import { Origin } from '../../findings/finding';
import { apiGroup, ApiResource, isObject, LabelSelector, Labels } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { isLabelKnown, Namespace, Pod, Selection, UnevaluatedPolicy } from '../cluster';

/*
 * Policies that some other program enforces, of kinds that netpol does not evaluate. Each of them can change what the answers say,
 * so the pods that it could select are undecided in its directions. If the form of its selector is known, the selector is read.
 * Otherwise the policy could select every pod of its namespace, or every pod of the cluster.
 */

type Fields = Readonly<Record<string, unknown>>;

/** The pods that a policy could select. */
type CouldSelect = (pod: Pod, namespace: Namespace) => Selection;

/** What the fields of a policy say, as far as netpol reads them. */
interface Reading {
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly selects: CouldSelect;
}

/** How netpol reads one kind. */
interface Kind {
  /** True for a kind without namespaces. */
  readonly clusterScoped?: boolean;
  /** True for a kind that can only restrict what other policies allow. */
  readonly restricts?: boolean;
  readonly read: (spec: Fields, namespace: string) => Reading;
}

interface Product {
  readonly name: string;
  readonly kinds: Readonly<Record<string, Kind>>;
}

const BOTH = { ingress: true, egress: true };
const INGRESS = { ingress: true, egress: false };
const EGRESS = { ingress: false, egress: true };

/** Cluster-wide policies of the Network Policy API: `subject` is `namespaces` or `pods`; a direction counts if it has rules. */
const CLUSTER_WIDE: Kind = {
  clusterScoped: true,
  read: spec => ({ ingress: isFilled(spec.ingress), egress: isFilled(spec.egress), selects: subjectOf(spec.subject) }),
};

/** A mesh judges connections to pods. It cannot open what a NetworkPolicy closes. */
const MESH: Kind = { restricts: true, read: () => ({ ...INGRESS, selects: everyPod }) };
const MESH_EVERYWHERE: Kind = { ...MESH, clusterScoped: true };

/** These close destinations outside the cluster for the pods of a namespace. */
const EGRESS_FIREWALL: Kind = { restricts: true, read: () => ({ ...EGRESS, selects: everyPod }) };

const CILIUM: Kind = { read: readCilium };
const CALICO: Kind = { read: (spec, namespace) => readCalico(spec, namespace) };
const CALICO_GLOBAL: Kind = { clusterScoped: true, read: spec => readCalico(spec, undefined) };
const ANTREA: Kind = { read: readAntrea };

/** By API group. A kind that is not listed, of one of these groups, is recognized by the end of its name. */
const PRODUCTS: Readonly<Record<string, Product>> = {
  'policy.networking.k8s.io': {
    name: 'the Network Policy API',
    kinds: { AdminNetworkPolicy: CLUSTER_WIDE, BaselineAdminNetworkPolicy: CLUSTER_WIDE, ClusterNetworkPolicy: CLUSTER_WIDE },
  },
  'cilium.io': {
    name: 'Cilium',
    kinds: { CiliumNetworkPolicy: CILIUM, CiliumClusterwideNetworkPolicy: { ...CILIUM, clusterScoped: true } },
  },
  'crd.projectcalico.org': { name: 'Calico', kinds: { NetworkPolicy: CALICO, GlobalNetworkPolicy: CALICO_GLOBAL } },
  'projectcalico.org': { name: 'Calico', kinds: { NetworkPolicy: CALICO, GlobalNetworkPolicy: CALICO_GLOBAL } },
  'networking.k8s.aws': {
    name: 'the Amazon VPC CNI',
    kinds: {
      ClusterNetworkPolicy: CLUSTER_WIDE,
      // Its documentation does not say which direction a policy without policyTypes and without rules isolates.
      ApplicationNetworkPolicy: { read: spec => ({ ...typesOf(spec, BOTH), selects: byPodSelector(spec.podSelector) }) },
    },
  },
  'vpcresources.k8s.aws': {
    name: 'the Amazon VPC CNI',
    // A security group of the pod's network interface. `serviceAccountSelector` looks at labels of service accounts.
    kinds: { SecurityGroupPolicy: { read: spec => ({ ...BOTH, selects: spec.podSelector === undefined ? everyPod : byPodSelector(spec.podSelector) }) } },
  },
  'crd.antrea.io': { name: 'Antrea', kinds: { NetworkPolicy: ANTREA, ClusterNetworkPolicy: { ...ANTREA, clusterScoped: true } } },
  'security.antrea.tanzu.vmware.com': { name: 'Antrea', kinds: { NetworkPolicy: ANTREA, ClusterNetworkPolicy: { ...ANTREA, clusterScoped: true } } },
  'k8s.ovn.org': { name: 'OVN-Kubernetes', kinds: { EgressFirewall: EGRESS_FIREWALL } },
  'network.openshift.io': { name: 'OpenShift SDN', kinds: { EgressNetworkPolicy: EGRESS_FIREWALL } },
  'networking.gke.io': {
    name: 'GKE',
    kinds: { FQDNNetworkPolicy: { read: spec => ({ ...EGRESS, selects: byPodSelector(spec.podSelector) }) } },
  },
  'crd.nsx.vmware.com': { name: 'NSX', kinds: { SecurityPolicy: { read: () => ({ ...BOTH, selects: everyPod }) } } },
  'k8s.cni.cncf.io': {
    name: 'Multus',
    // It applies to additional networks of a pod, never to the one that these answers are about.
    kinds: { MultiNetworkPolicy: { read: () => ({ ingress: false, egress: false, selects: () => 'no' }) } },
  },
  'security.istio.io': { name: 'Istio', kinds: { AuthorizationPolicy: { restricts: true, read: readIstio } } },
  'policy.linkerd.io': { name: 'Linkerd', kinds: { AuthorizationPolicy: MESH, ServerAuthorization: MESH, Server: MESH } },
  'kuma.io': { name: 'Kuma', kinds: { TrafficPermission: MESH_EVERYWHERE, MeshTrafficPermission: MESH_EVERYWHERE } },
  'consul.hashicorp.com': { name: 'Consul', kinds: { ServiceIntentions: MESH_EVERYWHERE } },
};

/** Nothing enforces Calico's staged policies: they are previews. */
const STAGED = /^Staged/;

/** The policy that an object is, if its kind is one that some other program enforces; nothing for any other object. */
export function unevaluatedPolicy(object: ApiResource, identity: { readonly namespace: string; readonly name: string }, origin: Origin): UnevaluatedPolicy | undefined {
  const kind = String(object.kind);
  const group = apiGroup(String(object.apiVersion));
  if (group === 'networking.k8s.io' || STAGED.test(kind)) { return undefined; }
  const product = Object.hasOwn(PRODUCTS, group) ? PRODUCTS[group] : undefined;
  const known = product !== undefined && Object.hasOwn(product.kinds, kind) ? product.kinds[kind] : undefined;
  // The name of a kind in a group that netpol does not know can say what it is. Kubernetes' own groups have no dot.
  if (known === undefined && !(kind.endsWith('NetworkPolicy') && group.includes('.'))) { return undefined; }
  const hasNamespace = isObject(object.metadata) && typeof object.metadata.namespace === 'string' && object.metadata.namespace !== '';
  const isClusterScoped = known === undefined ? !hasNamespace : known.clusterScoped === true;
  const { ingress, egress, selects } = known === undefined ? { ...BOTH, selects: everyPod } : readingOf(known, object, identity.namespace);
  const namespace = isClusterScoped ? undefined : identity.namespace;
  return {
    kind,
    namespace,
    name: identity.name,
    product: product?.name ?? group,
    origin,
    ingress,
    egress,
    canAllow: known?.restricts !== true,
    selects: (pod, home) => namespace === undefined || namespace === home.name || isMeshRoot(group, namespace) ? selects(pod, home) : 'no',
  };
}

/** Istio applies the policies of its root namespace, `istio-system` unless configured otherwise, to every namespace. */
function isMeshRoot(group: string, namespace: string): boolean {
  return group === 'security.istio.io' && namespace === 'istio-system';
}

/** Several specs are several policies in one object. Without any the policy could mean every pod. */
function readingOf({ read }: Kind, object: ApiResource, namespace: string): Reading {
  const specs = [object.spec, ...Array.isArray(object.specs) ? object.specs : []].filter(isObject);
  const readings = specs.map(spec => read(spec, namespace));
  if (readings.length === 1) { return readings[0]; }
  if (readings.length === 0) { return { ...BOTH, selects: everyPod }; }
  return {
    ingress: readings.some(({ ingress }) => ingress),
    egress: readings.some(({ egress }) => egress),
    selects: (pod, home) => widest(readings.map(({ selects }) => selects(pod, home))),
  };
}

/** `ingress` and `egress` count if they have rules, or if they are closed by default (cilium.io/v2, Rule). */
function readCilium(spec: Fields): Reading {
  const closes = isObject(spec.enableDefaultDeny) ? spec.enableDefaultDeny : {};
  return {
    ingress: isFilled(spec.ingress) || isFilled(spec.ingressDeny) || closes.ingress === true,
    egress: isFilled(spec.egress) || isFilled(spec.egressDeny) || closes.egress === true,
    // A node selector means nodes, and with them the pods on their network.
    selects: spec.endpointSelector === undefined && spec.nodeSelector !== undefined ? pod => pod.hostNetwork ? 'could' : 'no' : byCiliumSelector(spec.endpointSelector),
  };
}

/** A label of Cilium has a source in front of its key: `k8s:app`, `any:app`. */
const CILIUM_SOURCE = /^(?:k8s|any)[:.]/;
const CILIUM_NAMESPACE = 'io.kubernetes.pod.namespace';
const CILIUM_NAMESPACE_LABEL = 'io.cilium.k8s.namespace.labels.';

function byCiliumSelector(written: unknown): CouldSelect {
  const selector = selectorOf(written, key => key.replace(CILIUM_SOURCE, ''));
  if (selector === undefined) { return everyPod; }
  return overLabels(selector, (pod, namespace) => ({
    ...pod.labels,
    [CILIUM_NAMESPACE]: namespace.name,
    ...Object.fromEntries(Object.entries(namespace.labels).map(([key, value]) => [`${CILIUM_NAMESPACE_LABEL}${key}`, value])),
  }), (key, pod, namespace) => {
    if (key === CILIUM_NAMESPACE) { return 'known'; }
    if (key.startsWith(CILIUM_NAMESPACE_LABEL)) { return isLabelKnown(namespace, key.slice(CILIUM_NAMESPACE_LABEL.length)) ? 'known' : 'assumed'; }
    // Cilium's own labels, such as the service account, and labels of other sources are not in the manifests.
    return key.startsWith('io.cilium.') || key.includes(':') || isGenerated(key, pod.labels) ? 'unknown' : 'known';
  });
}

/** `types` is defaulted by the sections that a policy has (projectcalico.org/v3, NetworkPolicy). */
function readCalico(spec: Fields, namespace: string | undefined): Reading {
  const types = Array.isArray(spec.types) ? spec.types : undefined;
  const hasEgress = isFilled(spec.egress);
  const directions = types === undefined
    ? { ingress: isFilled(spec.ingress) || !hasEgress, egress: hasEgress }
    : { ingress: types.includes('Ingress'), egress: types.includes('Egress') };
  const pods = typeof spec.selector === 'string' ? parseCalicoSelector(spec.selector) : undefined;
  const namespaces = namespace === undefined && typeof spec.namespaceSelector === 'string' ? parseCalicoSelector(spec.namespaceSelector) : undefined;
  return {
    ...directions,
    selects: (pod, home) => {
      // A policy without namespace selects host endpoints too, whose labels are not in the manifests.
      if (pod.hostNetwork) { return namespace === undefined && namespaces === undefined ? 'could' : 'no'; }
      const ofPod = pods?.((key, isMatch) => {
        if (key === 'projectcalico.org/namespace') { return isMatch(home.name); }
        if (key === 'projectcalico.org/orchestrator') { return isMatch('k8s'); }
        return key.startsWith('projectcalico.org/') || isGenerated(key, pod.labels) ? undefined : isMatch(valueOf(pod.labels, key));
      });
      if (pods !== undefined && ofPod === false) { return 'no'; }
      if (namespaces === undefined) { return 'could'; }
      const look = (assume: boolean) => namespaces((key, isMatch) => {
        if (key === 'projectcalico.org/name') { return isMatch(home.name); }
        return assume || isLabelKnown(home, key) ? isMatch(valueOf(home.labels, key)) : undefined;
      });
      if (look(true) !== false) { return 'could'; }
      return look(false) === false ? 'no' : 'only without assumptions';
    },
  };
}

/** `appliedTo` of the policy or of its rules lists selectors; groups and service accounts are not read. */
function readAntrea(spec: Fields): Reading {
  const rules = [spec.ingress, spec.egress].flatMap(list => Array.isArray(list) ? list : []).filter(isObject);
  const applied = [spec.appliedTo, ...rules.map(rule => rule.appliedTo)].flatMap(list => Array.isArray(list) ? list : []);
  const directions = { ingress: isFilled(spec.ingress), egress: isFilled(spec.egress) };
  const isRead = (one: unknown): one is Fields => isObject(one) && Object.keys(one).every(key => key === 'podSelector' || key === 'namespaceSelector');
  if (applied.length === 0 || !applied.every(isRead)) { return { ...directions, selects: everyPod }; }
  const each = applied.map(one => bySelectors(one.namespaceSelector, one.podSelector));
  return { ...directions, selects: (pod, home) => widest(each.map(selects => selects(pod, home))) };
}

/** `selector.matchLabels`; a policy that is attached to Gateways or Services is not read further. */
function readIstio(spec: Fields): Reading {
  const labels = isObject(spec.selector) ? spec.selector.matchLabels : undefined;
  return { ...INGRESS, selects: isObject(labels) ? byPodSelector({ matchLabels: labels }) : everyPod };
}

/** `subject` of a cluster-wide policy. */
function subjectOf(subject: unknown): CouldSelect {
  if (!isObject(subject)) { return everyPod; }
  if (isObject(subject.pods)) { return bySelectors(subject.pods.namespaceSelector ?? {}, subject.pods.podSelector); }
  return isObject(subject.namespaces) ? bySelectors(subject.namespaces, undefined) : everyPod;
}

function bySelectors(namespaces: unknown, pods: unknown): CouldSelect {
  const selector = namespaces === undefined ? Selector.everything : selectorOf(namespaces);
  const ofPods = byPodSelector(pods);
  return (pod, namespace) => {
    const ofNamespace = selector === undefined ? 'could' : overLabels(
      selector, (_, { labels }) => labels, (key, _, home) => isLabelKnown(home, key) ? 'known' : 'assumed',
    )(pod, namespace);
    return narrowest(ofNamespace, ofPods(pod, namespace));
  };
}

function byPodSelector(written: unknown): CouldSelect {
  const selector = written === undefined ? Selector.everything : selectorOf(written);
  return selector === undefined
    ? everyPod
    : overLabels(selector, ({ labels }) => labels, (key, { labels }) => isGenerated(key, labels) ? 'unknown' : 'known');
}

/** A selector over labels of a pod and its namespace. Pods on their node's network are never selected. */
function overLabels(
  selector: Selector, labelsOf: (pod: Pod, namespace: Namespace) => Labels,
  knowledge: (key: string, pod: Pod, namespace: Namespace) => 'known' | 'assumed' | 'unknown',
): CouldSelect {
  return (pod, namespace) => {
    if (pod.hostNetwork) { return 'no'; }
    const labels = labelsOf(pod, namespace);
    if (selector.couldMatch(labels, key => knowledge(key, pod, namespace) !== 'unknown')) { return 'could'; }
    return selector.couldMatch(labels, key => knowledge(key, pod, namespace) === 'known') ? 'only without assumptions' : 'no';
  };
}

/** Labels that Kubernetes adds to pods. Those that a manifest does not carry can have any value. */
const GENERATED = new Set([
  'batch.kubernetes.io/job-name', 'job-name', 'batch.kubernetes.io/controller-uid', 'controller-uid', 'batch.kubernetes.io/job-completion-index',
  'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'controller-revision-hash', 'pod-template-hash', 'pod-template-generation',
  'topology.kubernetes.io/zone', 'topology.kubernetes.io/region',
]);

function isGenerated(key: string, labels: Labels): boolean {
  return GENERATED.has(key) && !Object.hasOwn(labels, key);
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Every pod that policies can select. */
function everyPod({ hostNetwork }: Pod): Selection {
  return hostNetwork ? 'no' : 'could';
}

const ORDER: readonly Selection[] = ['no', 'only without assumptions', 'could'];

function widest(selections: readonly Selection[]): Selection {
  return ORDER[Math.max(...selections.map(one => ORDER.indexOf(one)))];
}

function narrowest(...selections: readonly Selection[]): Selection {
  return ORDER[Math.min(...selections.map(one => ORDER.indexOf(one)))];
}

/** The directions that `policyTypes` lists. */
function typesOf({ policyTypes }: Fields, otherwise: Pick<Reading, 'ingress' | 'egress'>): Pick<Reading, 'ingress' | 'egress'> {
  return Array.isArray(policyTypes) && policyTypes.length > 0
    ? { ingress: policyTypes.includes('Ingress'), egress: policyTypes.includes('Egress') }
    : otherwise;
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

const OPERATORS: readonly unknown[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** A label selector as it is written; nothing if it has another form. */
function selectorOf(written: unknown, keyOf: (key: string) => string = key => key): Selector | undefined {
  if (!isObject(written)) { return undefined; }
  const { matchLabels, matchExpressions, ...others } = written;
  if (Object.keys(others).length > 0) { return undefined; }
  const labels = Object.entries(isObject(matchLabels) ? matchLabels : {});
  const expressions = Array.isArray(matchExpressions) ? matchExpressions : [];
  const isValue = (value: unknown) => typeof value === 'string' || value === null;
  const areRead = expressions.every(one => isObject(one) && typeof one.key === 'string' && OPERATORS.includes(one.operator)
    && (one.values === undefined || one.values === null || (Array.isArray(one.values) && one.values.every(isValue))));
  if (!areRead || !labels.every(([, value]) => isValue(value))) { return undefined; }
  return Selector.from({
    matchLabels: Object.fromEntries(labels.map(([key, value]) => [keyOf(key), value])) as Labels,
    matchExpressions: expressions.map(one => ({ ...one, key: keyOf(one.key) })) as LabelSelector['matchExpressions'],
  });
}

import { parseCalicoSelector } from './calico-selector';
import { byPodSelector, bySelectors, CouldSelect, everyPod, hostPods, isFilled, isGenerated, knowledgeOf, labelSelectorOf, byLabels, widest } from './selection';
import { Origin } from '../../findings/finding';
import { dnsLabelErrors } from '../../k8s/names';
import { apiGroup, ApiResource, isObject, Labels } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { isAbsent } from '../../validation/field-errors';
import { isLabelOpen, UnevaluatedPolicy } from '../cluster';

/*
 * Policies of kinds that netpol does not evaluate. Another program enforces them, and each of them can change what the answers say. So
 * the pods that such a policy could select are undecided in its directions. If netpol knows the form of the selector, it reads the
 * selector. Otherwise the policy could select every pod of its namespace, or every pod of the cluster.
 */

type Fields = Readonly<Record<string, unknown>>;

/** What netpol reads from the fields of a policy. */
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
  /** `namespace` is undefined for a kind without namespaces. */
  read(spec: Fields, namespace: string | undefined): Reading;
}

interface Product {
  readonly name: string;
  readonly kinds: Readonly<Record<string, Kind>>;
}

const BOTH = { ingress: true, egress: true };
const INGRESS = { ingress: true, egress: false };
const EGRESS = { ingress: false, egress: true };

/** The cluster-wide kinds of the Network Policy API. A direction without rules has no effect (network-policy-api.sigs.k8s.io, API reference). */
const CLUSTER_WIDE: Kind = {
  clusterScoped: true,
  read: spec => ({ ingress: isFilled(spec.ingress), egress: isFilled(spec.egress), selects: subjectOf(spec.subject) }),
};

/** A mesh judges connections to pods. It cannot open a connection that a NetworkPolicy denies. */
const MESH: Kind = { restricts: true, read: () => ({ ...INGRESS, selects: everyPod }) };
const MESH_EVERYWHERE: Kind = { ...MESH, clusterScoped: true };

/** An egress firewall denies destinations to the pods of a namespace. */
const EGRESS_FIREWALL: Kind = { restricts: true, read: () => ({ ...EGRESS, selects: everyPod }) };

const CILIUM: Kind = { read: readCilium };
const CALICO: Product = { name: 'Calico', kinds: { NetworkPolicy: { read: readCalico }, GlobalNetworkPolicy: { clusterScoped: true, read: readCalico } } };
const ANTREA: Product = { name: 'Antrea', kinds: { NetworkPolicy: { read: readAntrea }, ClusterNetworkPolicy: { clusterScoped: true, read: readAntrea } } };

/** By API group. The end of its name tells that a kind of another group, or another kind of these groups, is a policy. */
const PRODUCTS: Readonly<Record<string, Product>> = {
  'policy.networking.k8s.io': {
    name: 'the Network Policy API',
    kinds: { AdminNetworkPolicy: CLUSTER_WIDE, BaselineAdminNetworkPolicy: CLUSTER_WIDE, ClusterNetworkPolicy: CLUSTER_WIDE },
  },
  'cilium.io': { name: 'Cilium', kinds: { CiliumNetworkPolicy: CILIUM, CiliumClusterwideNetworkPolicy: { ...CILIUM, clusterScoped: true } } },
  'crd.projectcalico.org': CALICO,
  'projectcalico.org': CALICO,
  'networking.k8s.aws': {
    name: 'the Amazon VPC CNI',
    kinds: {
      ClusterNetworkPolicy: CLUSTER_WIDE,
      // Its documentation does not say which direction a policy without policyTypes and without rules isolates.
      ApplicationNetworkPolicy: { read: spec => ({ ...typesOf(spec.policyTypes, BOTH), selects: byPodSelector(spec.podSelector) }) },
    },
  },
  'vpcresources.k8s.aws': {
    name: 'the Amazon VPC CNI',
    // The security groups of a pod's network interface. `serviceAccountSelector` selects by labels of service accounts, which netpol does not read.
    kinds: { SecurityGroupPolicy: { read: spec => ({ ...BOTH, selects: byPodSelector(spec.podSelector) }) } },
  },
  'crd.antrea.io': ANTREA,
  'security.antrea.tanzu.vmware.com': ANTREA,
  'k8s.ovn.org': { name: 'OVN-Kubernetes', kinds: { EgressFirewall: EGRESS_FIREWALL } },
  'network.openshift.io': { name: 'OpenShift SDN', kinds: { EgressNetworkPolicy: EGRESS_FIREWALL } },
  'networking.gke.io': { name: 'GKE', kinds: { FQDNNetworkPolicy: { read: spec => ({ ...EGRESS, selects: byPodSelector(spec.podSelector) }) } } },
  'crd.nsx.vmware.com': { name: 'NSX', kinds: { SecurityPolicy: { read: () => ({ ...BOTH, selects: everyPod }) } } },
  'k8s.cni.cncf.io': {
    name: 'Multus',
    // It applies to additional networks of a pod, never to the network that the answers are about.
    kinds: { MultiNetworkPolicy: { read: () => ({ ingress: false, egress: false, selects: () => 'no' }) } },
  },
  'security.istio.io': { name: 'Istio', kinds: { AuthorizationPolicy: { restricts: true, read: readIstio } } },
  'policy.linkerd.io': {
    name: 'Linkerd',
    kinds: {
      AuthorizationPolicy: MESH,
      ServerAuthorization: MESH,
      Server: { restricts: true, read: spec => ({ ...INGRESS, selects: byPodSelector(spec.podSelector) }) },
    },
  },
  'kuma.io': { name: 'Kuma', kinds: { TrafficPermission: MESH_EVERYWHERE, MeshTrafficPermission: MESH_EVERYWHERE } },
  'consul.hashicorp.com': { name: 'Consul', kinds: { ServiceIntentions: MESH_EVERYWHERE } },
};

/** The policy that an object is, if another program enforces policies of its kind; undefined for any other object. */
export function unevaluatedPolicy(
  object: ApiResource, identity: { readonly namespace: string; readonly name: string }, origin: Origin,
): UnevaluatedPolicy | undefined {
  const kind = String(object.kind);
  const group = apiGroup(String(object.apiVersion));
  const product = Object.hasOwn(PRODUCTS, group) ? PRODUCTS[group] : undefined;
  const known = product !== undefined && Object.hasOwn(product.kinds, kind) ? product.kinds[kind] : undefined;
  if (known === undefined && !isUnknownPolicy(group, kind, product)) { return undefined; }
  const hasNamespace = isObject(object.metadata) && typeof object.metadata.namespace === 'string' && object.metadata.namespace !== '';
  const isClusterScoped = known === undefined ? !hasNamespace : known.clusterScoped === true;
  const namespace = isClusterScoped ? undefined : identity.namespace;
  // Nobody knows which namespace a placeholder such as ${NAMESPACE} stands for.
  const isNamed = namespace === undefined || dnsLabelErrors(namespace).length === 0;
  const { ingress, egress, selects } = known === undefined ? { ...BOTH, selects: everyPod } : readingOf(known, object, namespace);
  return {
    kind,
    namespace: isNamed ? namespace : undefined,
    name: identity.name,
    product: product?.name ?? group,
    origin,
    ingress,
    egress,
    canAllow: known?.restricts !== true,
    content: contentOf(object),
    selects: (pod, podNamespace) => !isNamed ? everyPod(pod) : namespace === undefined || namespace === podNamespace.name || isMeshRoot(group, namespace) ? selects(pod, podNamespace) : 'no',
  };
}

/** What an object says, apart from its name and its place. */
export function contentOf({ metadata: _, ...fields }: ApiResource): string { return JSON.stringify(fields); }

/** True for a kind that netpol does not know, if its name says that it is a policy. Kubernetes' own groups have no dot, or are listed here. */
function isUnknownPolicy(group: string, kind: string, product: Product | undefined): boolean {
  // Calico's staged policies are previews: nothing enforces them.
  return kind.endsWith('NetworkPolicy') && group.includes('.') && group !== 'networking.k8s.io' && !(product === CALICO && kind.startsWith('Staged'));
}

/** Istio applies the policies of its root namespace to every namespace. The root namespace is `istio-system`, unless configured otherwise. */
function isMeshRoot(group: string, namespace: string): boolean {
  return group === 'security.istio.io' && namespace === 'istio-system';
}

/** Several specs are several policies in one object. A policy without any could select every pod. */
function readingOf(kind: Kind, object: ApiResource, namespace: string | undefined): Reading {
  const specs = [object.spec, ...Array.isArray(object.specs) ? object.specs : []].filter(isObject);
  if (specs.length === 0) { return { ...kind.restricts ? kind.read({}, namespace) : BOTH, selects: everyPod }; }
  const readings = specs.map(spec => kind.read(spec, namespace));
  return readings.length === 1 ? readings[0] : {
    ingress: readings.some(({ ingress }) => ingress),
    egress: readings.some(({ egress }) => egress),
    selects: (pod, podNamespace) => widest(readings.map(({ selects }) => selects(pod, podNamespace))),
  };
}

/** A direction counts if it has rules, or if the policy denies it by default (docs.cilium.io, "Policy Enforcement Modes"). */
function readCilium(spec: Fields, namespace: string | undefined): Reading {
  const deny = isObject(spec.enableDefaultDeny) ? spec.enableDefaultDeny : {};
  return {
    ingress: isFilled(spec.ingress) || isFilled(spec.ingressDeny) || deny.ingress === true,
    egress: isFilled(spec.egress) || isFilled(spec.egressDeny) || deny.egress === true,
    selects: isAbsent(spec.endpointSelector) && !isAbsent(spec.nodeSelector) ? hostPods : byCiliumSelector(spec.endpointSelector, namespace),
  };
}

/** A key in a selector of Cilium may begin with the source of the label: `k8s:app`, `any:app`. */
const CILIUM_SOURCE = /^(?:k8s|any):/;
const CILIUM_NAMESPACE = 'io.kubernetes.pod.namespace';
const CILIUM_NAMESPACE_LABEL = 'io.cilium.k8s.namespace.labels.';

/** Labels of pods that Cilium ignores unless it is configured otherwise (docs.cilium.io, "Limiting Identity-Relevant Labels"). */
const CILIUM_IGNORED = new RegExp('^(?:io\\.kubernetes|kubernetes\\.io|k8s\\.io|annotation|etcd_node|.*beta\\.kubernetes\\.io|pod-template-generation'
  + '|pod-template-hash|controller-revision-hash|statefulset\\.kubernetes\\.io/pod-name|apps\\.kubernetes\\.io/pod-index'
  + '|batch\\.kubernetes\\.io/(?:job-completion-index|controller-uid))');

function byCiliumSelector(written: unknown, namespace: string | undefined): CouldSelect {
  const asWritten = labelSelectorOf(written, key => key.replace(CILIUM_SOURCE, ''));
  if (asWritten === undefined) { return everyPod; }
  // Cilium replaces what a namespaced policy says about the namespace by the policy's own namespace.
  const selector = namespace === undefined ? asWritten
    : Selector.from({ matchExpressions: asWritten.requirements.filter(({ key }) => key !== CILIUM_NAMESPACE) });
  return byLabels(selector, (pod, podNamespace) => ({
    ...pod.labels,
    [CILIUM_NAMESPACE]: podNamespace.name,
    ...Object.fromEntries(Object.entries(podNamespace.labels).map(([key, value]) => [`${CILIUM_NAMESPACE_LABEL}${key}`, value])),
  }), (key, pod, podNamespace) => {
    if (key === CILIUM_NAMESPACE) { return 'known'; }
    if (key.startsWith(CILIUM_NAMESPACE_LABEL)) { return knowledgeOf(podNamespace, key.slice(CILIUM_NAMESPACE_LABEL.length)); }
    // Cilium's own labels, such as the service account, and labels of other sources are not in the manifests.
    return key.startsWith('io.cilium.') || key.includes(':') || CILIUM_IGNORED.test(key) || isGenerated(key, pod) ? 'unknown' : 'known';
  });
}

/** Labels that Calico derives from the pod's namespace and service account. */
const CALICO_LABEL = /^(?:projectcalico\.org\/|pcns\.|pcsa\.)/;

/** Without `types`, the rules of the policy say which directions it applies to (docs.tigera.io, "Network policy", spec.types). */
function readCalico(spec: Fields, namespace: string | undefined): Reading {
  const hasEgress = isFilled(spec.egress);
  const directions = typesOf(spec.types, { ingress: isFilled(spec.ingress) || !hasEgress, egress: hasEgress });
  const pods = typeof spec.selector === 'string' ? parseCalicoSelector(spec.selector) : undefined;
  const written = namespace === undefined && typeof spec.namespaceSelector === 'string' ? spec.namespaceSelector : '';
  const namespaces = parseCalicoSelector(written);
  // Host endpoints are in no namespace. A policy that selects them applies to pods on their node's network.
  const selectsHosts = namespace === undefined && (namespaces === undefined || written.trim() === '' || written.includes('global('));
  return {
    ...directions,
    selects: (pod, podNamespace) => {
      // The labels of host endpoints are not in the manifests.
      if (pod.hostNetwork) { return selectsHosts ? 'could' : 'no'; }
      const matchesPod = pods?.((key, isMatch) => {
        if (key === 'projectcalico.org/namespace') { return isMatch(podNamespace.name); }
        if (key === 'projectcalico.org/orchestrator') { return isMatch('k8s'); }
        return CALICO_LABEL.test(key) || isGenerated(key, pod) ? undefined : isMatch(valueOf(pod.labels, key));
      });
      if (matchesPod === false) { return 'no'; }
      const matchesNamespace = (assume: boolean) => namespaces?.((key, isMatch) => {
        if (key === 'projectcalico.org/name') { return isMatch(podNamespace.name); }
        return knowledgeOf(podNamespace, key) === 'known' || (assume && !isLabelOpen(podNamespace, key)) ? isMatch(valueOf(podNamespace.labels, key)) : undefined;
      });
      if (matchesNamespace(true) !== false) { return 'could'; }
      return matchesNamespace(false) === false ? 'no' : 'only without assumptions';
    },
  };
}

/** `appliedTo` of the policy or of its rules (github.com/antrea-io/antrea, docs/antrea-network-policy.md). */
function readAntrea(spec: Fields): Reading {
  const rules = [spec.ingress, spec.egress].flatMap(list => Array.isArray(list) ? list : []).filter(isObject);
  const applied = [spec.appliedTo, ...rules.map(rule => rule.appliedTo)].flatMap(list => Array.isArray(list) ? list : []).map(appliedTo);
  return {
    ingress: isFilled(spec.ingress),
    egress: isFilled(spec.egress),
    selects: applied.length === 0 ? everyPod : (pod, podNamespace) => widest(applied.map(selects => selects(pod, podNamespace))),
  };
}

/** An entry with `nodeSelector` means nodes. Groups, service accounts and Services are not read. */
function appliedTo(entry: unknown): CouldSelect {
  if (!isObject(entry)) { return everyPod; }
  const { podSelector, namespaceSelector, nodeSelector, ...others } = entry;
  if (!isAbsent(nodeSelector)) { return hostPods; }
  return Object.keys(others).length > 0 ? everyPod : bySelectors(namespaceSelector, podSelector);
}

/** `selector.matchLabels` of an AuthorizationPolicy. A policy that is attached to Gateways or Services is not read further. */
function readIstio(spec: Fields): Reading {
  const labels = isObject(spec.selector) ? spec.selector.matchLabels : undefined;
  return { ...INGRESS, selects: labels === undefined ? everyPod : byPodSelector({ matchLabels: labels }) };
}

/** `subject` of a cluster-wide policy: `namespaces`, or `pods` with both selectors. */
function subjectOf(subject: unknown): CouldSelect {
  if (!isObject(subject)) { return everyPod; }
  if (isObject(subject.pods)) { return bySelectors(subject.pods.namespaceSelector, subject.pods.podSelector); }
  return isObject(subject.namespaces) ? bySelectors(subject.namespaces, undefined) : everyPod;
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The directions that a list of types names; both if netpol cannot read the list. */
function typesOf(types: unknown, otherwise: Pick<Reading, 'ingress' | 'egress'>): Pick<Reading, 'ingress' | 'egress'> {
  if (!isFilled(types)) { return otherwise; }
  const areRead = Array.isArray(types) && types.every(type => type === 'Ingress' || type === 'Egress');
  return areRead ? { ingress: types.includes('Ingress'), egress: types.includes('Egress') } : BOTH;
}

import { apiGroup } from '../../k8s/objects';

/*
 * Policies that some other program enforces and that are not evaluated here. None may be left out in
 * silence: each can allow or deny what the answers say.
 */

interface ForeignPolicies {
  readonly product: string;
  /** Its policies whose kind does not end in `NetworkPolicy`. */
  readonly otherKinds?: readonly string[];
}

/** By API group. */
const FOREIGN: Readonly<Record<string, ForeignPolicies>> = {
  'crd.projectcalico.org': { product: 'Calico' },
  'projectcalico.org': { product: 'Calico' },
  'cilium.io': { product: 'Cilium' },
  'policy.networking.k8s.io': { product: 'the Network Policy API' },
  'crd.antrea.io': { product: 'Antrea' },
  'security.antrea.tanzu.vmware.com': { product: 'Antrea' },
  'k8s.ovn.org': { product: 'OVN-Kubernetes', otherKinds: ['EgressFirewall'] },
  'network.openshift.io': { product: 'OpenShift SDN' },
  'networking.gke.io': { product: 'GKE' },
  'networking.k8s.aws': { product: 'the Amazon VPC CNI' },
  'vpcresources.k8s.aws': { product: 'the Amazon VPC CNI', otherKinds: ['SecurityGroupPolicy'] },
  'crd.nsx.vmware.com': { product: 'NSX', otherKinds: ['SecurityPolicy'] },
  'k8s.cni.cncf.io': { product: 'Multus' },
  'security.istio.io': { product: 'Istio', otherKinds: ['AuthorizationPolicy'] },
  'policy.linkerd.io': { product: 'Linkerd', otherKinds: ['AuthorizationPolicy', 'ServerAuthorization', 'Server'] },
  'kuma.io': { product: 'Kuma', otherKinds: ['TrafficPermission', 'MeshTrafficPermission'] },
  'consul.hashicorp.com': { product: 'Consul', otherKinds: ['ServiceIntentions'] },
};

/** Calico's staged policies are previews: nothing enforces them. */
const STAGED = /^Staged/;

/** Who enforces a policy of this kind; nothing where it is no policy, or one that is evaluated. */
export function foreignPolicyProduct(apiVersion: string, kind: string): string | undefined {
  const group = apiGroup(apiVersion);
  if (group === 'networking.k8s.io' || STAGED.test(kind)) { return undefined; }
  const known = Object.hasOwn(FOREIGN, group) ? FOREIGN[group] : undefined;
  if (known?.otherKinds?.includes(kind)) { return known.product; }
  // A group that nobody here has heard of may have a kind that says what it does. Kubernetes' own groups have no dot.
  return kind.endsWith('NetworkPolicy') && group.includes('.') ? known?.product ?? group : undefined;
}

import { apiGroup } from '../api/objects';

/*
 * Policies that some other program enforces and that are not evaluated here. None may be left out in
 * silence: each can allow or deny what the answers say.
 */

interface ForeignPolicies {
  readonly product: string;
  readonly kinds: readonly string[];
}

/** By API group. */
const FOREIGN: Readonly<Record<string, ForeignPolicies>> = {
  'crd.projectcalico.org': { product: 'Calico', kinds: ['NetworkPolicy', 'GlobalNetworkPolicy'] },
  'projectcalico.org': { product: 'Calico', kinds: ['NetworkPolicy', 'GlobalNetworkPolicy'] },
  'cilium.io': { product: 'Cilium', kinds: ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'] },
  'policy.networking.k8s.io': { product: 'the Network Policy API', kinds: ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'] },
  'crd.antrea.io': { product: 'Antrea', kinds: ['NetworkPolicy', 'ClusterNetworkPolicy'] },
  'security.antrea.tanzu.vmware.com': { product: 'Antrea', kinds: ['NetworkPolicy', 'ClusterNetworkPolicy'] },
  'k8s.ovn.org': { product: 'OVN-Kubernetes', kinds: ['EgressFirewall'] },
  'network.openshift.io': { product: 'OpenShift SDN', kinds: ['EgressNetworkPolicy'] },
  'networking.gke.io': { product: 'GKE', kinds: ['FQDNNetworkPolicy'] },
  'networking.k8s.aws': { product: 'the Amazon VPC CNI', kinds: ['ApplicationNetworkPolicy', 'ClusterNetworkPolicy'] },
  'vpcresources.k8s.aws': { product: 'the Amazon VPC CNI', kinds: ['SecurityGroupPolicy'] },
  'crd.nsx.vmware.com': { product: 'NSX', kinds: ['SecurityPolicy'] },
  'k8s.cni.cncf.io': { product: 'Multus', kinds: ['MultiNetworkPolicy'] },
  'security.istio.io': { product: 'Istio', kinds: ['AuthorizationPolicy'] },
  'policy.linkerd.io': { product: 'Linkerd', kinds: ['AuthorizationPolicy', 'ServerAuthorization', 'Server'] },
  'kuma.io': { product: 'Kuma', kinds: ['TrafficPermission', 'MeshTrafficPermission'] },
  'consul.hashicorp.com': { product: 'Consul', kinds: ['ServiceIntentions'] },
};

/** Calico's staged policies are previews: nothing enforces them. */
const STAGED = /^Staged/;

/** Who enforces a policy of this kind; nothing where it is no policy, or one that is evaluated. */
export function foreignPolicyProduct(apiVersion: string, kind: string): string | undefined {
  const group = apiGroup(apiVersion);
  if (group === 'networking.k8s.io' || STAGED.test(kind)) { return undefined; }
  const known = Object.hasOwn(FOREIGN, group) ? FOREIGN[group] : undefined;
  if (known?.kinds.includes(kind)) { return known.product; }
  // A group that nobody here has heard of, but a kind that says what it does. Kubernetes' own groups have no dot.
  return kind.endsWith('NetworkPolicy') && group.includes('.') ? known?.product ?? group : undefined;
}

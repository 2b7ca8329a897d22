import { foreignPolicyProduct } from '../../src/cluster/private/unevaluated-policies';

test.each([
  ['crd.projectcalico.org/v1', 'NetworkPolicy', 'Calico'], ['projectcalico.org/v3', 'GlobalNetworkPolicy', 'Calico'],
  ['cilium.io/v2', 'CiliumNetworkPolicy', 'Cilium'], ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'Cilium'],
  ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'the Network Policy API'],
  ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', 'the Network Policy API'],
  ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'the Network Policy API'],
  ['crd.antrea.io/v1beta1', 'NetworkPolicy', 'Antrea'], ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicy', 'Antrea'],
  ['k8s.ovn.org/v1', 'EgressFirewall', 'OVN-Kubernetes'], ['network.openshift.io/v1', 'EgressNetworkPolicy', 'OpenShift SDN'],
  ['networking.gke.io/v1alpha1', 'FQDNNetworkPolicy', 'GKE'], ['networking.k8s.aws/v1alpha1', 'ApplicationNetworkPolicy', 'the Amazon VPC CNI'],
  ['vpcresources.k8s.aws/v1beta1', 'SecurityGroupPolicy', 'the Amazon VPC CNI'], ['crd.nsx.vmware.com/v1alpha1', 'SecurityPolicy', 'NSX'],
  ['k8s.cni.cncf.io/v1beta1', 'MultiNetworkPolicy', 'Multus'], ['security.istio.io/v1', 'AuthorizationPolicy', 'Istio'],
  ['policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', 'Linkerd'], ['policy.linkerd.io/v1alpha1', 'ServerAuthorization', 'Linkerd'],
  ['policy.linkerd.io/v1beta3', 'Server', 'Linkerd'], ['kuma.io/v1alpha1', 'TrafficPermission', 'Kuma'], ['kuma.io/v1alpha1', 'MeshTrafficPermission', 'Kuma'],
  ['consul.hashicorp.com/v1alpha1', 'ServiceIntentions', 'Consul'], ['security.antrea.tanzu.vmware.com/v1alpha1', 'ClusterNetworkPolicy', 'Antrea'],
])('%s %s is a policy of %s', (apiVersion, kind, product) => expect(foreignPolicyProduct(apiVersion, kind)).toBe(product));

test('a group that nobody has heard of is named for its kind', () => {
  expect(foreignPolicyProduct('acme.io/v1', 'HyperNetworkPolicy')).toBe('acme.io');
  expect(foreignPolicyProduct('acme.io/v1', 'UnStagedNetworkPolicy')).toBe('acme.io');
  expect(foreignPolicyProduct('cilium.io/v3', 'CiliumNamespacedNetworkPolicy')).toBe('Cilium');
});

test.each([
  ['networking.k8s.io/v1', 'NetworkPolicy'], ['extensions/v1beta1', 'NetworkPolicy'], ['v1', 'NetworkPolicy'], ['crd.projectcalico.org/v1', 'IPPool'],
  ['projectcalico.org/v3', 'StagedNetworkPolicy'], ['acme.io/v1', 'AuthorizationPolicy'], ['constructor/v1', 'Pod'], ['cilium.io/v2', 'CiliumEndpoint'],
])('%s %s is none', (apiVersion, kind) => expect(foreignPolicyProduct(apiVersion, kind)).toBeUndefined());

import { PeerClause, Policy, PortClause, Rule } from '../../cluster/cluster';
import { formatCidr } from '../../k8s/address';
import {
  ApiResource, Labels, LabelSelector, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec, selectorOf,
} from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/* A NetworkPolicy of the model as it is written. */

/** The manifest of a NetworkPolicy with this meaning. */
export function networkPolicyManifest(policy: Policy, metadata: { readonly labels?: Labels; readonly annotations?: Labels }): ApiResource {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: policy.name, namespace: policy.namespace, ...metadata },
    spec: networkPolicySpec(policy),
  };
}

/** The `spec` of a NetworkPolicy with this meaning. */
export function networkPolicySpec({ subject, ingress, egress }: Policy): NetworkPolicySpec {
  return {
    podSelector: writtenSelector(subject),
    policyTypes: [...ingress === undefined ? [] : ['Ingress' as const], ...egress === undefined ? [] : ['Egress' as const]],
    ...ingress === undefined || ingress.length === 0 ? {} : { ingress: ingress.map(rule => ({ ...peersOf('from', rule), ...portsOf(rule) })) },
    ...egress === undefined || egress.length === 0 ? {} : { egress: egress.map(rule => ({ ...peersOf('to', rule), ...portsOf(rule) })) },
  };
}

function peersOf(field: 'from' | 'to', { peers }: Rule): { from?: NetworkPolicyPeer[]; to?: NetworkPolicyPeer[] } {
  return peers === undefined ? {} : { [field]: peers.map(writtenPeer) };
}

function writtenPeer(peer: PeerClause): NetworkPolicyPeer {
  if (peer.kind === 'addresses') {
    return { ipBlock: { cidr: formatCidr(peer.block), ...peer.except.length === 0 ? {} : { except: peer.except.map(formatCidr) } } };
  }
  const { namespaces, pods } = peer;
  return {
    ...namespaces === undefined ? {} : { namespaceSelector: writtenSelector(namespaces) },
    ...namespaces !== undefined && pods.isEverything ? {} : { podSelector: writtenSelector(pods) },
  };
}

function portsOf({ ports }: Rule): { ports?: NetworkPolicyPort[] } {
  return ports === undefined ? {} : { ports: ports.map(writtenPort) };
}

function writtenPort({ protocol, name, first, last }: PortClause): NetworkPolicyPort {
  if (name !== undefined) { return { protocol, port: name }; }
  if (first === 1 && last === 65535) { return { protocol }; }
  return { protocol, port: first, ...first === last ? {} : { endPort: last } };
}

function writtenSelector({ requirements }: Selector): LabelSelector {
  const isLabel = ({ key, operator, values }: Selector['requirements'][number]) =>
    operator === 'In' && values.length === 1 && requirements.filter(other => other.key === key).length === 1;
  const labels = Object.fromEntries(requirements.filter(isLabel).map(({ key, values }) => [key, values[0]]));
  const expressions = requirements.filter(one => !isLabel(one))
    .map(({ key, operator, values }) => ({ key, operator, ...values.length === 0 ? {} : { values: [...values] } }));
  return selectorOf(labels, expressions);
}

import { PeerClause, Policy, PortClause, Rule } from '../../src/cluster/cluster';
import { formatAddress } from '../../src/k8s/address';
import { Selector } from '../../src/k8s/selector';

/** A policy of the model as a manifest in which every default is written. */
export function printedPolicy({ namespace, name, subject, ingress, egress }: Policy): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    spec: {
      podSelector: selector(subject),
      policyTypes: [...ingress ? ['Ingress'] : [], ...egress ? ['Egress'] : []],
      ingress: ingress?.map(each => rule(each, 'from')),
      egress: egress?.map(each => rule(each, 'to')),
    },
  };
}

function selector({ requirements }: Selector): object {
  return { matchExpressions: requirements.map(({ key, operator, values }) => ({ key, operator, ...values.length > 0 ? { values } : {} })) };
}

function rule({ peers, ports }: Rule, field: 'from' | 'to'): object {
  return { [field]: peers?.map(peer), ports: ports?.map(port) };
}

function peer(clause: PeerClause): object {
  if (clause.kind === 'pods') {
    return { podSelector: selector(clause.pods), ...clause.namespaces === undefined ? {} : { namespaceSelector: selector(clause.namespaces) } };
  }
  const [cidr, ...except] = [clause.block, ...clause.except].map(({ first, prefix }) => `${formatAddress(first)}/${prefix}`);
  return { ipBlock: { cidr, except } };
}

function port({ protocol, name, first, last }: PortClause): object {
  if (name !== undefined) { return { protocol, port: name }; }
  return first === 1 && last === 65535 ? { protocol } : { protocol, port: first, endPort: last };
}

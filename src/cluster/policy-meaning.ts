import { PeerClause, Policy, PortClause, Rule } from './cluster';
import { Cidr } from '../k8s/address';
import { Direction, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/*
 * What two declarations of one NetworkPolicy have in common. The model has every default filled in. The order of rules, peers and ports means nothing,
 * nor does one that is repeated.
 */

/** In which directions two declarations surely have the same effect on connections. Labels and annotations have none. */
export interface Agreement {
  readonly ingress: boolean;
  readonly egress: boolean;
}

/** In which directions two policies of one name select the same pods and have the same rules. */
export function agreementOf(one: Policy, other: Policy): Agreement {
  const agreesOn = (direction: Direction) => {
    const [own, others] = [one, other].map(policy => policy[direction] && textOfRules(policy[direction], policy.namespace));
    return one.subject.id === other.subject.id && own === others;
  };
  return { ingress: agreesOn('ingress'), egress: agreesOn('egress') };
}

/** The directions of a policy in which its declarations agree. Undefined if there are none. */
export function agreedPart(policy: Policy, { ingress, egress }: Agreement): Policy | undefined {
  const part = { ...policy, ingress: ingress ? policy.ingress : undefined, egress: egress ? policy.egress : undefined };
  return part.ingress === undefined && part.egress === undefined ? undefined : part;
}

/** Equal for rules that allow the same connections. It may also differ for some, such as two ranges of ports in place of one. */
function textOfRules(rules: readonly Rule[], namespace: string): string {
  return textOfSet(rules.map(({ peers, ports }) =>
    `${peers === undefined ? 'any peer' : textOfSet(peers.map(peer => textOfPeer(peer, namespace)))} ${ports === undefined ? 'any port' : textOfSet(ports.map(textOfPort))}`));
}

/** Equal for peers that match the same ends, of policies in one namespace or in different ones. */
export function textOfPeer(peer: PeerClause, namespace: string): string {
  if (peer.kind === 'addresses') { return `${textOfBlock(peer.block)} ${textOfSet(peer.except.map(textOfBlock))}`; }
  // Every namespace has the label of its name.
  const { pods, namespaces = Selector.labels({ [NAMESPACE_NAME_LABEL]: namespace }) } = peer;
  return `${namespaces.id} ${pods.id}`;
}

function textOfBlock({ first, last }: Cidr): string { return `${first}-${last}`; }

/** Equal for entries that mean the same ports. */
export function textOfPort({ protocol, name, first, last }: PortClause): string { return `${protocol} ${name} ${first}-${last}`; }

function textOfSet(texts: readonly string[]): string {
  return JSON.stringify([...new Set(texts)].sort());
}

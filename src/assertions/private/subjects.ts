import { IEndpoint, IPeer } from '../../constructs/endpoint';
import { edgeEndsOf, EdgeEnd } from '../../constructs/network';
import { Port } from '../../constructs/port';
import { Cidr, FAMILY_RANGE, parseCidr, subtractRanges } from '../../k8s/address';
import { DEFAULT_NAMESPACE, NetworkPolicyPeer, NetworkPolicyPort, Protocol, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort } from '../../k8s/workloads';
import { namespaceNamed, EndpointSelector } from '../../query/endpoints';
import { PortQuery } from '../../query/ports';
import { Endpoint } from '../endpoint';

/**
 * What a claim speaks of, before there is a cluster to find it in: a tier or a peer by the pods and
 * addresses that it stands for, or a workload or address by its name.
 */
export type Subject = NamedSubject | PatternSubject;

/** A workload or an address that the cluster has to have. */
export interface NamedSubject {
  readonly kind: 'named';
  readonly text: string;
}

/** All pods and addresses of some patterns, whether the cluster has them or not. */
export interface PatternSubject {
  readonly kind: 'patterns';
  readonly name: string;
  /** For a tier, its id: what its variable is likely to be called. */
  readonly tier?: string;
  /** How messages call a pod that has just its labels: `shop/db[Tier]`. */
  readonly standInName: string;
  /** `home` is the namespace of the other side: what "this namespace" means for a peer. */
  readonly patterns: (home: string) => readonly EndpointSelector[];
  /** Ports that a pod of it is known to have. */
  readonly ports: readonly StandInPort[];
  /** The ports that `allowed` means where none are given; absent where none are known. */
  readonly questions?: readonly PortQuery[];
}

/** A port of a pod that need not exist: of a name alone where the number is not known. */
export interface StandInPort {
  readonly protocol: Protocol;
  readonly name?: string;
  readonly port?: number;
}

/** Every pod there could be, and every address. */
const ANYTHING: readonly EndpointSelector[] = [
  { kind: 'pods', namespaces: Selector.everything, pods: Selector.everything },
  { kind: 'addresses', ranges: [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6] },
];

/**
 * What an endpoint stands for. A peer that is several at once gives several subjects, each with ports
 * of its own.
 *
 * @param where how an error begins where the endpoint is not one of this library's
 */
export function subjectsOf(where: string, endpoint: IEndpoint): Subject[] {
  if (endpoint instanceof Endpoint) { return [{ kind: 'named', text: endpoint.endpointName }]; }
  return edgeEndsOf(where, endpoint as IPeer).map(subjectOf);
}

/** Ports as questions; nothing where none are given. */
export function questionsOf(ports: readonly Port[] | undefined): PortQuery[] | undefined {
  return ports?.flatMap(port => {
    const entry = port._toPolicyPort();
    return entry === undefined ? PROTOCOLS.map(protocol => whole(protocol)) : [questionOf(entry)];
  });
}

function subjectOf(party: EdgeEnd): Subject {
  const { tier } = party;
  const patterns = tier === undefined
    ? (home: string) => party.peers(home)?.flatMap(clause => patternsOf(clause, home)) ?? ANYTHING
    : (): EndpointSelector[] => [{ kind: 'pods', namespaces: namespaceNamed(tier._namespace ?? DEFAULT_NAMESPACE), pods: Selector.from(tier._selector()) }];
  const questions = questionsOf(party.ports());
  return {
    kind: 'patterns',
    name: party.title,
    tier: tier?.node.id,
    standInName: tier === undefined ? party.title : `${party.title}[Tier]`,
    patterns,
    questions,
    ports: standInPorts(questions ?? [], tier?._containerPorts() ?? []),
  };
}

function patternsOf({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, home: string): EndpointSelector[] {
  if (ipBlock !== undefined) {
    // Both were checked when the peer was made.
    const except = (ipBlock.except ?? []).map(block => parseCidr(block) as Cidr);
    return [{ kind: 'addresses', ranges: subtractRanges(parseCidr(ipBlock.cidr) as Cidr, except) }];
  }
  return [{
    kind: 'pods',
    namespaces: namespaceSelector === undefined ? namespaceNamed(home) : Selector.from(namespaceSelector),
    pods: Selector.from(podSelector ?? {}),
  }];
}

function questionOf({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): PortQuery {
  if (port === undefined) { return whole(protocol); }
  return typeof port === 'string' ? { protocol, name: port } : { protocol, first: port, last: endPort ?? port };
}

function whole(protocol: Protocol): PortQuery {
  return { protocol, first: 1, last: 65535 };
}

/** The ports of a pod that stands in for a tier: those of its containers, and those that the tier knows by name. */
function standInPorts(questions: readonly PortQuery[], containers: readonly ContainerPort[]): StandInPort[] {
  const named = questions.filter(question => 'name' in question)
    .filter(({ protocol, name }) => !containers.some(p => p.protocol === protocol && p.name === name));
  return [...containers, ...named];
}

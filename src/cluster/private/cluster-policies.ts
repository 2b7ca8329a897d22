import { bySelectors, CouldSelect, everyPod, isFilled, widest } from './selection';
import { formatPath, Origin, Path } from '../../findings/finding';
import { parseCidrWithHostBits } from '../../k8s/address';
import { apiGroup, ApiResource, Direction, isObject, LabelSelector, Protocol, PROTOCOLS, withoutNullFields } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { FieldErrors, FieldPath, isAbsent } from '../../validation/field-errors';
import { validateLabelSelector } from '../../validation/labels';
import { AddressesClause, PortClause, UnevaluatedPolicy } from '../cluster';
import { ClusterNode, ClusterPeerClause, ClusterPolicy, ClusterRule, DomainsClause, RuleAction } from '../cluster-policy';
import { apiSelector } from '../own-selector';

/*
 * Cluster-wide policies that passed validation, with the defaults of their APIs. The definitions of these kinds accept a few things of which no text says
 * what they mean. Then netpol does not guess: the policy is not read.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Reads a valid cluster-wide policy. Returns what the API leaves open, if there is something: `a port with an empty name`. */
export function clusterPolicyOf(object: ApiResource, name: string, origin: Origin): ClusterPolicy | string {
  const spec = withoutNullFields(object.spec) as Fields;
  const kind = String(object.kind) as ClusterPolicy['kind'];
  const group = apiGroup(String(object.apiVersion));
  const reader = new PolicyReader(group === 'networking.k8s.aws');
  const { namespaces, pods } = reader.podsOf(spec.subject as Fields)!;
  const policy: ClusterPolicy = {
    kind,
    api: `${group} ${kind}`,
    name,
    origin,
    tier: kind === 'AdminNetworkPolicy' ? 'Admin' : kind === 'BaselineAdminNetworkPolicy' ? 'Baseline' : spec.tier as ClusterPolicy['tier'],
    priority: (spec.priority ?? 0) as number,
    namespaces,
    subject: pods,
    ingress: reader.rulesOf(spec.ingress, 'ingress', 'from'),
    egress: reader.rulesOf(spec.egress, 'egress', 'to'),
  };
  return reader.leftOpen ?? policy;
}

/**
 * The policy with the addresses of the nodes that its peers select. If the addresses of some of them are not known, the peer becomes two: the known
 * addresses, which it surely means, and those that are not known.
 */
export function withNodes(policy: ClusterPolicy, nodes: readonly ClusterNode[]): ClusterPolicy {
  const resolved = (peer: ClusterPeerClause): ClusterPeerClause[] => {
    if (peer.kind !== 'nodes' || nodes.length === 0) { return [peer]; }
    const selected = nodes.filter(({ labels }) => peer.nodes.matches(labels));
    const addresses = selected.flatMap(node => node.addresses).map((block): AddressesClause => ({ kind: 'addresses', path: peer.path, block, except: [] }));
    const areAllKnown = selected.every(node => node.addresses.length > 0);
    return [...areAllKnown || addresses.length > 0 ? [{ ...peer, addresses }] : [], ...areAllKnown ? [] : [peer]];
  };
  return policy.egress.some(({ peers }) => peers?.some(({ kind }) => kind === 'nodes'))
    ? { ...policy, egress: policy.egress.map(rule => ({ ...rule, peers: rule.peers?.flatMap(resolved) })) }
    : policy;
}

const ACTIONS: Readonly<Record<string, RuleAction>> = { Accept: 'accept', Allow: 'accept', Deny: 'deny', Pass: 'pass' };
const PEERS = ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'];

class PolicyReader {
  /** The first thing of which no text says what it means. */
  public leftOpen?: string;

  constructor(private readonly isAws: boolean) {}

  public rulesOf(rules: unknown, section: Direction, peersField: 'from' | 'to'): ClusterRule[] {
    return ((rules ?? []) as readonly Fields[]).map((rule, i) => {
      const path = ['spec', section, i];
      const base = { path, ...isAbsent(rule.name) ? {} : { name: String(rule.name) } };
      const peers = rule[peersField] as readonly Fields[];
      const action = ACTIONS[String(rule.action)];
      if (peers.some(peer => !PEERS.some(field => !isAbsent(peer[field])))) {
        return action === 'accept' ? { ...base, action, peers: [], failsClosed: true } : { ...base, action: 'deny', failsClosed: true };
      }
      const ports = (rule.protocols ?? rule.ports) as readonly Fields[] | undefined;
      const portsField = isAbsent(rule.protocols) ? 'ports' : 'protocols';
      return {
        ...base,
        action,
        peers: peers.flatMap((peer, at) => this.peersOf(peer, [...path, peersField, at])),
        ...ports ? { ports: ports.flatMap((port, at) => this.portsOf(port, [...path, portsField, at])) } : {},
      };
    });
  }

  /** The namespaces and the pods of a subject or a peer; undefined if the peer is something else. */
  public podsOf({ namespaces, pods }: Fields): { readonly namespaces: Selector; readonly pods: Selector } | undefined {
    if (!isAbsent(namespaces)) { return { namespaces: this.selectorOf(namespaces), pods: Selector.everything }; }
    return isObject(pods) ? { namespaces: this.selectorOf(pods.namespaceSelector ?? {}), pods: this.selectorOf(pods.podSelector) } : undefined;
  }

  private peersOf(peer: Fields, path: Path): ClusterPeerClause[] {
    const pods = this.podsOf(peer);
    if (pods !== undefined) { return [{ kind: 'pods', path, ...pods }]; }
    if (!isAbsent(peer.nodes)) { return [{ kind: 'nodes', path: [...path, 'nodes'], nodes: this.selectorOf(peer.nodes) }]; }
    if (!isAbsent(peer.domainNames)) { return [{ kind: 'domains', path: [...path, 'domainNames'], names: peer.domainNames as readonly string[] }]; }
    return (peer.networks as readonly string[]).flatMap((text, i): AddressesClause[] => {
      const block = parseCidrWithHostBits(text);
      if (typeof block !== 'string') { return [{ kind: 'addresses', path: [...path, 'networks', i], block, except: [] }]; }
      this.leftOpen ??= `the network '${text}'`;
      return [];
    });
  }

  private portsOf(port: Fields, path: Path): PortClause[] {
    if (Object.values(port).filter(value => !isAbsent(value)).length !== 1) {
      this.leftOpen ??= 'a port with several fields, or none';
      return [];
    }
    for (const protocol of PROTOCOLS) {
      const { destinationPort } = (port[protocol.toLowerCase()] ?? {}) as { readonly destinationPort?: DestinationPort };
      if (destinationPort !== undefined) {
        const { number, range } = destinationPort;
        return [{ path, protocol, first: range?.start ?? number!, last: range?.end ?? number! }];
      }
    }
    const name = port.destinationNamedPort ?? port.namedPort;
    if (typeof name === 'string') {
      if (name === '') { this.leftOpen ??= 'a port with an empty name'; }
      // A name has no protocol here, so it means every port of this name. The Amazon VPC CNI documents no protocol, and looks for TCP.
      return PROTOCOLS.map(protocol => ({ path, protocol, name, first: 0, last: 0, ...this.isAws && protocol !== 'TCP' ? { isUncertain: true } : {} }));
    }
    const { protocol = 'TCP', ...numbers } = (port.portNumber ?? port.portRange) as { readonly protocol?: string; readonly port?: number } & Partial<Range>;
    const first = numbers.port ?? numbers.start!;
    const last = numbers.port ?? numbers.end!;
    // The definition accepts both, but the text of the API demands one of three protocols, and an end that is greater than the start.
    if (!isProtocol(protocol)) {
      this.leftOpen ??= `a port with the protocol '${protocol}'`;
      return [];
    }
    if (first > last) { this.leftOpen ??= `a range of ports that ends before it starts (${first}–${last})`; }
    return [{ path, protocol, first, last }];
  }

  /** The definitions accept selectors that no program can evaluate, such as one with an operator that does not exist. */
  private selectorOf(written: unknown): Selector {
    const errors = new FieldErrors();
    validateLabelSelector(errors, written, FieldPath.start);
    const [error] = errors.errors;
    if (error === undefined) { return Selector.from(written as LabelSelector); }
    this.leftOpen ??= `a selector whose ${formatPath(error.path)} is not valid`;
    return Selector.everything;
  }
}

interface DestinationPort {
  readonly number?: number;
  readonly range?: Range;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function isProtocol(text: string): text is Protocol {
  return (PROTOCOLS as readonly string[]).includes(text);
}

/** Domain names in a rule for which the API does not document them: it denies or passes, or its policy is of the Baseline tier. */
export function misplacedDomains({ tier, egress }: ClusterPolicy): readonly DomainsClause[] {
  return egress.filter(({ action }) => tier === 'Baseline' || action !== 'accept')
    .flatMap(({ peers = [] }) => peers.filter((peer): peer is DomainsClause => peer.kind === 'domains'));
}

/** Why a cluster-wide policy is not read, and which declarations there are of it. */
interface Unread {
  readonly unread: NonNullable<UnevaluatedPolicy['unread']>;
  readonly declarations: readonly ApiResource[];
}

/**
 * A cluster-wide policy that is not read. If nothing is wrong with its subject, it could select those pods, and otherwise every pod. The fault may be in
 * the name of a direction, so an invalid policy affects both.
 */
export function unreadClusterPolicy({ unread, declarations }: Unread, name: string, origin: Origin): UnevaluatedPolicy {
  const [object] = declarations;
  const isAws = apiGroup(String(object.apiVersion)) === 'networking.k8s.aws';
  const specs = declarations.map(({ spec }) => withoutNullFields(isObject(spec) ? spec : {}) as Fields);
  const hasRules = (section: Direction) => unread === 'invalid' || specs.some(spec => isFilled(spec[section]));
  const selections = unread === 'invalid' ? [everyPod] : specs.map(({ subject }) => selectionOf(subject));
  return {
    kind: String(object.kind),
    product: isAws ? 'the Amazon VPC CNI' : 'the Network Policy API',
    name,
    origin,
    ingress: hasRules('ingress'),
    egress: hasRules('egress'),
    canAllow: true,
    unread,
    selects: (pod, namespace) => widest(selections.map(selects => selects(pod, namespace))),
  };
}

/** Which pods a subject selects; every pod if no text says what the subject means. */
function selectionOf(subject: unknown): CouldSelect {
  const reader = new PolicyReader(false);
  const selected = isObject(subject) ? reader.podsOf(subject) : undefined;
  return selected === undefined || reader.leftOpen !== undefined ? everyPod
    : bySelectors(apiSelector(selected.namespaces), apiSelector(selected.pods));
}

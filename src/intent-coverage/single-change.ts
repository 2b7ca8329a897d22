import { AddressesClause, Cluster, PeerClause, PodsClause, Policy, policyName, PortClause, Rule, unevaluatedName } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Path, Place } from '../findings/finding';
import { Cidr, FAMILY_RANGE, formatCidr } from '../k8s/address';
import { Direction, DIRECTIONS } from '../k8s/objects';
import { Requirement, Selector } from '../k8s/selector';
import { formatConnections } from '../query/ports';

/** What a single change does to a policy. */
export type ChangeKind =
  | 'policy' | 'type' | 'rule' | 'every-peer' | 'every-port' | 'peer' | 'every-namespace' | 'label' | 'value' | 'block' | 'except' | 'port' | 'port-number';

/**
 * Which connections a change can affect: `closes`: it opens none, `opens`: it closes none. A policy that selects other pods, or no longer isolates
 * them, can do both.
 */
export type ChangeEffect = 'closes' | 'opens' | 'both';

/** One change of one NetworkPolicy. */
export interface SingleChange {
  readonly kind: ChangeKind;
  readonly policy: Policy;
  /** The policy after the change; absent if it is removed. */
  readonly changed?: Policy;
  readonly effect: ChangeEffect;
  /** The directions that the change can affect. */
  readonly directions: readonly Direction[];
  /** The field that changes: `['spec', 'ingress', 0]`. */
  readonly path: Path;
  /** The rule that changes, and its peer, by their numbers from 0. */
  readonly rule?: number;
  readonly peer?: number;
  /** If a peer loses a value of an expression: a peer of those that it no longer matches. */
  readonly lost?: PodsClause;
  /** What the policy can do so that no claim notices: `ingress rule 2 of NetworkPolicy shop/db can be removed`. */
  readonly text: string;
}

/** Every single change of the NetworkPolicies of a cluster, in the order of the policies and of their fields (docs/coverage.md has the list). */
export function* singleChanges({ policies }: Pick<Cluster, 'policies'>): Iterable<SingleChange> {
  for (const policy of policies) {
    // Rules about domain names, which a policy of another kind may have, are not part of the model.
    if (policy.kind === undefined) { yield* changesOf(policy); }
  }
}

/** The names of the policies of which there are no single changes: those of other kinds, and those that were not read. */
export function policiesNotChanged({ policies, clusterPolicies, unevaluated }: Pick<Cluster, 'policies' | 'clusterPolicies' | 'unevaluated'>): string[] {
  const others = policies.filter(({ kind }) => kind !== undefined).map(policyName);
  return [...new Set([...clusterPolicies.map(({ kind, name }) => `${kind} ${name}`), ...others, ...unevaluated.map(unevaluatedName)])];
}

/** The cluster after a change. All other objects are the same ones. */
export function clusterAfter(cluster: Cluster, { policy, changed }: SingleChange): Cluster {
  return { ...cluster, policies: cluster.policies.flatMap(one => one !== policy ? [one] : changed === undefined ? [] : [changed]) };
}

/** Where the field that changes is written. */
export function placeOfChange({ policy, path }: SingleChange): Place {
  return policy.origin.at(path);
}

/** The name of a policy in messages, with its kind. */
function fullName(policy: Policy): string {
  return `NetworkPolicy ${policyName(policy)}`;
}

function* changesOf(policy: Policy): Iterable<SingleChange> {
  const directions = DIRECTIONS.filter(direction => policy[direction] !== undefined);
  const name = fullName(policy);
  yield { kind: 'policy', policy, effect: 'both', directions, path: [], text: `${name} can be removed` };
  for (const direction of directions.length > 1 ? directions : []) {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    yield { kind: 'type', policy, changed: { ...policy, [direction]: undefined }, effect: 'both', directions: [direction], path: ['spec', 'policyTypes'], text: `policy type ${type} of ${name} can be removed` };
  }
  for (const { selector, kind, text } of selectorChanges(policy.subject)) {
    yield { kind, policy, changed: { ...policy, subject: selector }, effect: 'both', directions, path: ['spec', 'podSelector'], text: `${text} of the podSelector of ${name} can be removed` };
  }
  for (const direction of directions) {
    for (const [i, rule] of policy[direction]!.entries()) { yield* changesOfRule(policy, direction, rule, i); }
  }
}

/** A change of a rule, without what follows from its place in the policy. */
interface RuleChange extends Pick<SingleChange, 'kind' | 'peer' | 'lost'> {
  /** Absent: the rule is removed. */
  readonly changed?: Rule;
  readonly effect: 'closes' | 'opens';
  readonly path?: Path;
  /** What changes and how, around the name of the rule. */
  readonly what?: string;
  readonly how: string;
}

function* changesOfRule(policy: Policy, direction: Direction, rule: Rule, number: number): Iterable<SingleChange> {
  const name = `${direction} rule ${number + 1} of ${fullName(policy)}`;
  for (const { kind, changed, effect, path = rule.path, peer, lost, what, how } of ruleChanges(rule, direction)) {
    const rules = policy[direction]!.flatMap((one, i) => i !== number ? [one] : changed === undefined ? [] : [changed]);
    yield {
      kind,
      policy,
      changed: { ...policy, [direction]: rules },
      effect,
      directions: [direction],
      path,
      rule: number,
      peer,
      lost,
      text: `${what === undefined ? '' : `${what} of `}${name} can ${how}`,
    };
  }
}

function* ruleChanges(rule: Rule, direction: Direction): Iterable<RuleChange> {
  const { peers, ports } = rule;
  yield { kind: 'rule', effect: 'closes', how: 'be removed' };
  if (peers !== undefined) {
    yield { kind: 'every-peer', changed: { ...rule, peers: undefined }, effect: 'opens', path: [...rule.path, direction === 'ingress' ? 'from' : 'to'], how: 'allow every peer' };
  }
  if (ports !== undefined) {
    yield { kind: 'every-port', changed: { ...rule, ports: undefined }, effect: 'opens', path: [...rule.path, 'ports'], how: 'allow every port' };
  }
  for (const [i, peer] of (peers ?? []).entries()) {
    const what = `peer ${i + 1}`;
    if (peers!.length > 1) {
      yield { kind: 'peer', changed: { ...rule, peers: without(peers!, i) }, effect: 'closes', path: peer.path, peer: i, what, how: 'be removed' };
    }
    for (const { kind, changed, effect, lost, path, part, how } of peerChanges(peer)) {
      const named = part === undefined ? what : `${part} of ${what}`;
      yield { kind, changed: { ...rule, peers: replaced(peers!, i, changed) }, effect, lost, path: path ?? peer.path, peer: i, what: named, how };
    }
  }
  for (const [i, port] of (ports ?? []).entries()) {
    const what = port.name === undefined ? formatConnections(ConnectionSet.range(port.protocol, port.first, port.last)) : `${port.protocol} ${port.name}`;
    if (ports!.length > 1) {
      yield { kind: 'port', changed: { ...rule, ports: without(ports!, i) }, effect: 'closes', path: port.path, what, how: 'be removed' };
    }
    if (port.name !== undefined || port.first > 1 || port.last < 65535) {
      const { name: _, ...rest } = port;
      const every: PortClause = { ...rest, first: 1, last: 65535 };
      yield { kind: 'port-number', changed: { ...rule, ports: replaced(ports!, i, every) }, effect: 'opens', path: port.path, what, how: `become every ${port.protocol} port` };
    }
  }
}

interface PeerChange extends Pick<RuleChange, 'kind' | 'effect' | 'lost' | 'path' | 'how'> {
  readonly changed: PeerClause;
  /** The part of the peer that changes. */
  readonly part?: string;
}

function peerChanges(peer: PeerClause): Iterable<PeerChange> {
  return peer.kind === 'pods' ? podsChanges(peer) : blockChanges(peer);
}

function* podsChanges(peer: PodsClause): Iterable<PeerChange> {
  const { pods, namespaces, path } = peer;
  if (namespaces === undefined) {
    yield { kind: 'every-namespace', changed: { ...peer, namespaces: Selector.everything }, effect: 'opens', how: 'match pods of every namespace' };
  }
  for (const { selector, lost, kind, effect, text } of selectorChanges(pods)) {
    yield { kind, changed: { ...peer, pods: selector }, effect, lost: lost && { ...peer, pods: lost }, path: [...path, 'podSelector'], part: text, how: 'be removed' };
  }
  for (const { selector, lost, kind, effect, text } of namespaces === undefined ? [] : selectorChanges(namespaces)) {
    const part = `${text} of the namespaceSelector`;
    yield { kind, changed: { ...peer, namespaces: selector }, effect, lost: lost && { ...peer, namespaces: lost }, path: [...path, 'namespaceSelector'], part, how: 'be removed' };
  }
}

function* blockChanges(peer: AddressesClause): Iterable<PeerChange> {
  const { block, except, path } = peer;
  if (block.prefix > 0) {
    const wider = widerBlock(block);
    yield { kind: 'block', changed: { ...peer, block: wider }, effect: 'opens', path: [...path, 'ipBlock'], part: `block ${formatCidr(block)}`, how: `be widened to ${formatCidr(wider)}` };
  }
  for (const [i, hole] of except.entries()) {
    yield { kind: 'except', changed: { ...peer, except: without(except, i) }, effect: 'opens', path: [...path, 'ipBlock', 'except', i], part: `except ${formatCidr(hole)}`, how: 'be removed' };
  }
}

/** The block that is one bit shorter. */
function widerBlock({ family, first, last, prefix }: Cidr): Cidr {
  const size = last - first + 1n;
  const base = FAMILY_RANGE[family].first;
  const start = base + (first - base) / (2n * size) * (2n * size);
  return { family, prefix: prefix - 1, first: start, last: start + 2n * size - 1n };
}

interface SelectorChange {
  readonly selector: Selector;
  /** Matches what only the selector before matches, if a value of `In` is removed. */
  readonly lost?: Selector;
  readonly kind: 'label' | 'value';
  readonly effect: 'closes' | 'opens';
  /** What is removed: `label tier=web`, `value b of app in (a,b)`. */
  readonly text: string;
}

function* selectorChanges({ requirements }: Selector): Iterable<SelectorChange> {
  for (const [i, requirement] of requirements.entries()) {
    yield { selector: Selector.of(without(requirements, i)), kind: 'label', effect: 'opens', text: labelText(requirement) };
    const { operator, values } = requirement;
    for (const [n, value] of values.length > 1 ? values.entries() : []) {
      const withValues = (some: readonly string[]) => Selector.of(replaced(requirements, i, { ...requirement, values: some }));
      const outcome = operator === 'In' ? { effect: 'closes', lost: withValues([value]) } as const : { effect: 'opens' } as const;
      yield { selector: withValues(without(values, n)), kind: 'value', ...outcome, text: `value ${value} of ${requirementText(requirement)}` };
    }
  }
}

function labelText(requirement: Requirement): string {
  const { key, operator, values } = requirement;
  const isLabel = operator === 'In' && values.length === 1;
  return isLabel ? `label ${key}=${values[0]}` : `expression ${requirementText(requirement)}`;
}

function requirementText(requirement: Requirement): string {
  return Selector.of([requirement]).toString();
}

function without<T>(all: readonly T[], number: number): T[] {
  return all.filter((_, i) => i !== number);
}

function replaced<T>(all: readonly T[], number: number, one: T): T[] {
  return all.map((old, i) => i === number ? one : old);
}

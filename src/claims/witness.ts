import { LabelDomain } from './label-domain';
import { Cluster, Namespace, PeerClause, PodsClause, Policy, Rule } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { AddressRange, FAMILY_RANGE, subtractRanges } from '../k8s/address';
import { Labels, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Requirement, Selector } from '../k8s/selector';
import { Endpoint, Party, EndpointSelector, PodEndpoint } from '../query/endpoints';
import { connectionsOfPort, PortQuery } from '../query/ports';

/** Someone who gets in, or whom the subject may reach, though the claim says that nobody else does. */
export interface Outsider {
  readonly subject: PodEndpoint;
  readonly direction: Direction;
  /** Absent where no policy isolates the subject, so that anyone may. */
  readonly by?: { readonly policy: Policy; readonly rule: Rule; readonly clause?: PeerClause };
  /** Absent where anyone at all may. */
  readonly who?: PossibleEnd;
}

/**
 * The claim that nothing but `others` reaches `subject` (ingress), or is reached by it (egress), over
 * all pods that could exist and all addresses. What decides is the subject's own side: a policy at
 * the other end is the other end's to change, and no pod that is not there yet has one.
 *
 * Returns somebody else whom a rule lets through, or nothing where there can be nobody.
 */
export function findOutsider(
  reach: Reachability, subject: Party, others: readonly Party[], direction: Direction, port?: PortQuery,
): Outsider | undefined {
  const patterns = others.flatMap(party => party.selectors);
  // Where those who may are everyone there could be, an open door lets in nobody else.
  const someoneMayNot = !holdEveryone(reach.cluster, patterns);
  const seen = new Set<string>();
  for (const member of [...subject.endpoints, ...subject.worstCase]) {
    if (member.kind === 'address') { continue; }
    const kind = JSON.stringify([member.index, member.pod.ports]);
    if (seen.has(kind)) { continue; }
    seen.add(kind);
    const policies = reach.policies(member.index, direction);
    if (policies.length === 0 && someoneMayNot) { return { subject: member, direction }; }
    for (const policy of policies) {
      for (const rule of policy[direction]!) {
        if (!concerns(rule, direction, member, port)) { continue; }
        if (rule.peers === undefined && someoneMayNot) { return { subject: member, direction, by: { policy, rule } }; }
        for (const clause of rule.peers ?? []) {
          const stranger = clause.kind === 'pods'
            ? findPossiblePod(reach.cluster, policy.namespace, clause, patterns)
            : findPossibleAddresses(clause, patterns);
          if (stranger !== undefined) { return { subject: member, direction, by: { policy, rule, clause }, who: stranger }; }
        }
      }
    }
  }
  return undefined;
}

/** True where the rule lets something pass of what the claim is about. */
function concerns(rule: Rule, direction: Direction, subject: Endpoint, port: PortQuery | undefined): boolean {
  if (rule.ports === undefined) { return true; }
  return rule.ports.some(clause => {
    if (clause.name !== undefined && direction === 'egress') {
      // Some pod could have a port of that name, whatever its number.
      return port === undefined || port.protocol === clause.protocol;
    }
    const given = clause.name === undefined
      ? ConnectionSet.range(clause.protocol, clause.first, clause.last)
      : connectionsOfPort({ protocol: clause.protocol, name: clause.name }, subject);
    const asked = port === undefined ? ConnectionSet.ALL : askedFor(port, direction, subject);
    return !given.intersect(asked).isEmpty;
  });
}

function askedFor(port: PortQuery, direction: Direction, subject: Endpoint): ConnectionSet {
  // Towards pods that are not known a name may be any port of its protocol.
  return 'name' in port && direction === 'egress'
    ? ConnectionSet.range(port.protocol, 1, 65535)
    : connectionsOfPort(port, subject);
}

/*
 * The search for a stranger: a pod or an address that a clause of a policy lets in and that is none of
 * those who may. The pod need not exist. That none is found is a proof that there can be none.
 */

/** A pod that could be. */
export interface PossiblePod {
  readonly kind: 'pod';
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
}

/** Addresses. */
export interface PossibleAddresses {
  readonly kind: 'address';
  readonly range: AddressRange;
}

/** Someone whom a policy lets in though they are not among those who may. */
export type PossibleEnd = PossiblePod | PossibleAddresses;

type PodsClauseOf = Pick<PodsClause, 'namespaces' | 'pods'>;

/** A pod that a clause of a policy in `home` selects and that no pattern holds; nothing where there can be none. */
export function findPossiblePod(
  cluster: Cluster, home: string, clause: PodsClauseOf, patterns: readonly EndpointSelector[],
): PossiblePod | undefined {
  const allowed = patterns.filter(p => p.kind === 'pods');
  for (const { name, labels } of candidateNamespaces(cluster, home, clause)) {
    const pods = LabelDomain.any.whereAll(clause.pods.requirements);
    const found = labels && pods && outside({ namespace: labels, pod: pods }, allowed);
    if (found !== undefined) {
      const namespaceLabels = found.namespace.example();
      return { kind: 'pod', namespace: name ?? namespaceLabels[NAMESPACE_NAME_LABEL], namespaceLabels, labels: found.pod.example() };
    }
  }
  return undefined;
}

/** Addresses of a clause that no pattern holds; nothing where there are none. */
export function findPossibleAddresses(
  clause: { readonly block: AddressRange; readonly except: readonly AddressRange[] }, patterns: readonly EndpointSelector[],
): PossibleAddresses | undefined {
  const allowed = [...clause.except, ...patterns.flatMap(p => p.kind === 'addresses' ? p.ranges : [])];
  const [range] = subtractRanges(clause.block, allowed);
  return range && { kind: 'address', range };
}

/** True where the patterns hold every pod there could be, and every address. */
export function holdEveryone(cluster: Cluster, patterns: readonly EndpointSelector[]): boolean {
  return findPossiblePod(cluster, '', { namespaces: Selector.everything, pods: Selector.everything }, patterns) === undefined
    && [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6].every(block => findPossibleAddresses({ block, except: [] }, patterns) === undefined);
}

/**
 * The namespaces in which such a pod could be: each that is declared, with its labels; each that is
 * only used, and one that is not there yet, with any labels.
 */
function* candidateNamespaces(cluster: Cluster, home: string, clause: PodsClauseOf): Iterable<{ name?: string; labels?: LabelDomain }> {
  const selector = clause.namespaces;
  if (selector === undefined) {
    const own = cluster.namespaces.get(home);
    if (own !== undefined) { yield { name: home, labels: knownLabels(own) }; }
    return;
  }
  for (const namespace of cluster.namespaces.values()) {
    // Of one that is declared all labels are known: it is selected or it is not.
    if (namespace.origin !== undefined && !selector.matches(namespace.labels)) { continue; }
    yield { name: namespace.name, labels: knownLabels(namespace).whereAll(selector.requirements) };
  }
  yield { labels: labelsElsewhere(cluster).whereAll(selector.requirements) };
}

const known = new WeakMap<Namespace, LabelDomain>();
const elsewhere = new WeakMap<Cluster, LabelDomain>();

/** The labels that a namespace of the cluster may have; worked out once, since many are asked about the same ones. */
function knownLabels(namespace: Namespace): LabelDomain {
  let domain = known.get(namespace);
  if (domain === undefined) {
    const { name, labels, origin } = namespace;
    domain = origin === undefined ? LabelDomain.any.where(named([name]))! : LabelDomain.exactly(labels);
    known.set(namespace, domain);
  }
  return domain;
}

/** The labels that a namespace may have which is not there yet. */
function labelsElsewhere(cluster: Cluster): LabelDomain {
  let domain = elsewhere.get(cluster);
  if (domain === undefined) {
    const anywhere = LabelDomain.any.where({ key: NAMESPACE_NAME_LABEL, operator: 'Exists', values: [] })!;
    domain = anywhere.whereNot(named([...cluster.namespaces.keys()]))!;
    elsewhere.set(cluster, domain);
  }
  return domain;
}

function named(names: readonly string[]): Requirement {
  return { key: NAMESPACE_NAME_LABEL, operator: 'In', values: names };
}

/** A pod in a namespace, both as far as their labels are decided. */
interface Candidate {
  readonly namespace: LabelDomain;
  readonly pod: LabelDomain;
}

type PodsPattern = Extract<EndpointSelector, { kind: 'pods' }>;

/**
 * Narrows namespace and pod until each pattern fails in one of its requirements. Each pattern is a
 * branching; a branch ends where a label would have to be what it can not be. The pattern that leaves
 * the least choice is taken first, so that a pattern that holds the whole candidate ends it at once.
 */
function outside(candidate: Candidate, patterns: readonly PodsPattern[]): Candidate | undefined {
  let best: { pattern: PodsPattern; branches: Candidate[] } | undefined;
  const open = patterns.filter(pattern => mayBeHeld(candidate, pattern));
  for (const pattern of open) {
    const branches = waysOut(candidate, pattern);
    if (best === undefined || branches.length < best.branches.length) { best = { pattern, branches }; }
  }
  if (best === undefined) { return candidate; }
  const rest = open.filter(pattern => pattern !== best.pattern);
  for (const branch of best.branches) {
    const found = outside(branch, rest);
    if (found !== undefined) { return found; }
  }
  return undefined;
}

/** True where some pod of the candidate is held by the pattern. */
function mayBeHeld({ namespace, pod }: Candidate, pattern: PodsPattern): boolean {
  return pod.whereAll(pattern.pods.requirements) !== undefined && namespace.whereAll(pattern.namespaces.requirements) !== undefined;
}

/** The candidate, narrowed in each way in which the pattern does not hold it. */
function waysOut({ namespace, pod }: Candidate, pattern: PodsPattern): Candidate[] {
  return [
    ...pattern.pods.requirements.map(r => ({ namespace, pod: pod.whereNot(r) })),
    ...pattern.namespaces.requirements.map(r => ({ namespace: namespace.whereNot(r), pod })),
  ].filter((branch): branch is Candidate => branch.namespace !== undefined && branch.pod !== undefined);
}

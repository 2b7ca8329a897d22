import { LabelDomain } from './label-domain';
import { AddressesClause, Cluster, Namespace, PeerClause, PodsClause, Policy, Rule } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction, Reachability } from '../../evaluator/reachability';
import { AddressRange, FAMILY_RANGE, subtractRanges } from '../../k8s/address';
import { Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Requirement, Selector } from '../../k8s/selector';
import { PodEndpoint } from '../../query/endpoints';
import { EndpointSelector } from '../../query/parties';
import { connectionsOfPort, PortQuery } from '../../query/ports';

/** A connection between a pod and an end outside the list of a claim, which the pod's own side allows. */
export interface UnlistedConnection {
  /** The pod whose own side allows it. */
  readonly target: PodEndpoint;
  readonly direction: Direction;
  /** The rule that allows it; absent if no policy isolates the pod. */
  readonly by?: DecidingRule;
  /** Absent if the pod admits or reaches everything. */
  readonly end?: PossibleEnd;
}

/** A rule of a policy, and the peer of the rule if one peer decides. */
export interface DecidingRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly clause?: PeerClause;
}

/** A pod or a range of addresses, which need not exist. */
export type PossibleEnd = PossiblePod | { readonly kind: 'addresses'; readonly range: AddressRange };

/** A pod that could exist. */
export interface PossiblePod {
  readonly kind: 'pod';
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
}

/**
 * The search behind `admitsOnly` (ingress) and `reachesOnly` (egress): an end outside `listed` that the pod's own side lets through on
 * the port, among all possible pods and all addresses. If it finds none, none can exist. The other end's policies do not count, because the
 * owner of the other end can change them.
 */
export class WitnessSearch {
  /** False if the list holds every possible pod and every address: then no connection of any pod is outside the list. */
  public readonly canExist: boolean;

  private readonly cluster: Cluster;

  constructor(private readonly reach: Reachability, private readonly listed: readonly EndpointSelector[], private readonly direction: Direction) {
    this.cluster = reach.cluster;
    const everyPod = { namespaces: Selector.everything, pods: Selector.everything };
    this.canExist = this.possiblePod('', everyPod) !== undefined
      || [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6].some(block => this.possibleAddresses({ block, except: [] }) !== undefined);
  }

  /** The first unlisted connection of a pod, in the order of its policies and their rules. Call this only if `canExist`. */
  public find(target: PodEndpoint, port?: PortQuery): UnlistedConnection | undefined {
    const { direction } = this;
    const policies = this.reach.policies(target.index, direction);
    if (policies.length === 0) { return { target, direction }; }
    for (const policy of policies) {
      for (const rule of policy[direction]!) {
        if (!concerns(rule, direction, target, port)) { continue; }
        if (rule.peers === undefined) { return { target, direction, by: { policy, rule } }; }
        for (const clause of rule.peers) {
          const end = clause.kind === 'pods' ? this.possiblePod(policy.namespace, clause) : this.possibleAddresses(clause);
          if (end !== undefined) { return { target, direction, by: { policy, rule, clause }, end }; }
        }
      }
    }
    return undefined;
  }

  /** A possible pod that the clause of a policy in `policyNamespace` selects and the list does not hold. */
  private possiblePod(policyNamespace: string, clause: Pick<PodsClause, 'namespaces' | 'pods'>): PossiblePod | undefined {
    const listed = this.listed.filter(selector => selector.kind === 'pods');
    for (const { name, labels } of candidateNamespaces(this.cluster, policyNamespace, clause.namespaces)) {
      const pods = LabelDomain.any.whereAll(clause.pods.requirements);
      const found = labels && pods && narrowedOutside({ namespace: labels, pod: pods }, listed);
      if (found !== undefined) {
        const namespaceLabels = found.namespace.example();
        return { kind: 'pod', namespace: name ?? namespaceLabels[NAMESPACE_NAME_LABEL], namespaceLabels, labels: found.pod.example() };
      }
    }
    return undefined;
  }

  /** Addresses that the clause matches and the list does not hold. */
  private possibleAddresses({ block, except }: { readonly block: AddressRange; readonly except: AddressesClause['except'] }): PossibleEnd | undefined {
    const [range] = subtractRanges(block, [...except, ...this.listed.flatMap(selector => selector.kind === 'addresses' ? selector.ranges : [])]);
    return range && { kind: 'addresses', range };
  }
}

/** True if the rule allows some of the ports that the claim is about. */
function concerns(rule: Rule, direction: Direction, target: PodEndpoint, port: PortQuery | undefined): boolean {
  if (rule.ports === undefined) { return true; }
  return rule.ports.some(clause => {
    if (clause.name !== undefined && direction === 'egress') {
      // A possible pod may have a port of that name with any number.
      return port === undefined || port.protocol === clause.protocol;
    }
    const given = clause.name === undefined
      ? ConnectionSet.range(clause.protocol, clause.first, clause.last)
      : connectionsOfPort({ protocol: clause.protocol, name: clause.name }, target);
    return !given.intersect(port === undefined ? ConnectionSet.ALL : claimed(port, direction, target)).isEmpty;
  });
}

function claimed(port: PortQuery, direction: Direction, target: PodEndpoint): ConnectionSet {
  // In egress the name is resolved by a possible pod, which may have it with any number.
  return 'name' in port && direction === 'egress'
    ? ConnectionSet.range(port.protocol, 1, 65535)
    : connectionsOfPort(port, target);
}

/**
 * The namespaces in which a possible pod may be: every declared one, with its labels; every one that is only used, and one that is
 * neither, with any labels.
 */
function* candidateNamespaces(
  cluster: Cluster, policyNamespace: string, selector: Selector | undefined,
): Iterable<{ name?: string; labels?: LabelDomain }> {
  if (selector === undefined) {
    const own = cluster.namespaces.get(policyNamespace);
    if (own !== undefined) { yield { name: policyNamespace, labels: labelsOf(own) }; }
    return;
  }
  for (const namespace of cluster.namespaces.values()) {
    // All labels of a declared namespace are known, so the selector matches or does not.
    if (namespace.origin !== undefined && !selector.matches(namespace.labels)) { continue; }
    yield { name: namespace.name, labels: labelsOf(namespace).whereAll(selector.requirements) };
  }
  yield { labels: newNamespaceLabels(cluster).whereAll(selector.requirements) };
}

/** Many claims ask about the same namespaces, so each domain is made once. */
const namespaceDomains = new WeakMap<Namespace, LabelDomain>();
const newNamespaceDomains = new WeakMap<Cluster, LabelDomain>();

function labelsOf(namespace: Namespace): LabelDomain {
  let domain = namespaceDomains.get(namespace);
  if (domain === undefined) {
    const { name, labels, origin } = namespace;
    domain = origin === undefined ? LabelDomain.any.where(named([name]))! : LabelDomain.exactly(labels);
    namespaceDomains.set(namespace, domain);
  }
  return domain;
}

/** The labels that a namespace may have which is neither declared nor used. */
function newNamespaceLabels(cluster: Cluster): LabelDomain {
  let domain = newNamespaceDomains.get(cluster);
  if (domain === undefined) {
    const anywhere = LabelDomain.any.where({ key: NAMESPACE_NAME_LABEL, operator: 'Exists', values: [] })!;
    domain = anywhere.whereNot(named([...cluster.namespaces.keys()]))!;
    newNamespaceDomains.set(cluster, domain);
  }
  return domain;
}

function named(names: readonly string[]): Requirement {
  return { key: NAMESPACE_NAME_LABEL, operator: 'In', values: names };
}

/** A possible pod in a namespace: the labels that each may have. */
interface Candidate {
  readonly namespace: LabelDomain;
  readonly pod: LabelDomain;
}

type PodsSelector = Extract<EndpointSelector, { kind: 'pods' }>;

/**
 * Narrows the candidate until every selector fails in one of its requirements. A candidate can fail to match a selector in several ways, and each is a
 * branch. A branch ends when a label has no possible value left. The selector with the fewest branches goes first, so that one that holds the whole candidate ends the
 * search at once.
 */
function narrowedOutside(candidate: Candidate, selectors: readonly PodsSelector[]): Candidate | undefined {
  let best: { selector: PodsSelector; branches: Candidate[] } | undefined;
  const open = selectors.filter(selector => mayMatch(candidate, selector));
  for (const selector of open) {
    const branches = branchesOutside(candidate, selector);
    if (best === undefined || branches.length < best.branches.length) { best = { selector, branches }; }
  }
  if (best === undefined) { return candidate; }
  const rest = open.filter(selector => selector !== best.selector);
  for (const branch of best.branches) {
    const found = narrowedOutside(branch, rest);
    if (found !== undefined) { return found; }
  }
  return undefined;
}

function mayMatch({ namespace, pod }: Candidate, selector: PodsSelector): boolean {
  return pod.whereAll(selector.pods.requirements) !== undefined && namespace.whereAll(selector.namespaces.requirements) !== undefined;
}

/** The candidate, narrowed in each way in which the selector does not match it. */
function branchesOutside({ namespace, pod }: Candidate, selector: PodsSelector): Candidate[] {
  return [
    ...selector.pods.requirements.map(r => ({ namespace, pod: pod.whereNot(r) })),
    ...selector.namespaces.requirements.map(r => ({ namespace: namespace.whereNot(r), pod })),
  ].filter((branch): branch is Candidate => branch.namespace !== undefined && branch.pod !== undefined);
}

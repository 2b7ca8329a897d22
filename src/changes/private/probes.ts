import { Difference } from './differences';
import { peerPart, subjectPart } from './region-text';
import { PeerClause, Policy } from '../../cluster/cluster';
import { ClusterPeerClause } from '../../cluster/cluster-policy';
import { isMatchedByAddress } from '../../cluster/pod-addresses';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction, DIRECTIONS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Candidate, Way } from '../../search/candidate';
import { JointEnd } from '../../search/joint-ends';
import { JointConnection, JointSearch } from '../../search/joint-search';
import { couldMatch, Grant, isolatingPolicy, surelyMatches } from '../../search/policy-index';
import { SearchedCluster } from '../../search/searched-cluster';
import { TierMatch } from '../../search/tier-rules';
import { AddressSet } from '../../search/value-set';
import { RegionPart } from '../diff-result';

/** The numbers of the two versions in a search: the one that denies a connection, and the one that allows it. */
export const DENYING = 0;
export const ALLOWING = 1;

/** A question about one difference: which connections does only one version allow because of it, on one side? */
export interface Probe {
  readonly direction: Direction;
  readonly cause: ProbeCause;
  readonly subjects: readonly JointEnd[];
  readonly peers: readonly JointEnd[];
  /** What the subject and the peer must be, as a region says it. */
  readonly subjectParts: readonly RegionPart[];
  readonly peerParts: readonly RegionPart[];
  /** The named port (`namedPortKey`) that the question is about. Absent: ports by number. */
  readonly portName?: string;
  /** The ways in which the side lets a connection pass. Those of one list differ only in their ports. */
  readonly ways: (connection: JointConnection) => readonly Way[];
  /** Goes on with what else the connection must be like. */
  readonly within: <T>(connection: JointConnection, then: () => T | undefined) => T | undefined;
}

/** Why a probe asks. */
export type ProbeCause =
  | Difference
  /** The labels of a namespace. */
  | { readonly kind: 'namespace'; readonly direction: Direction; readonly name: string; readonly grant?: Grant }
  /** A declared pod. */
  | { readonly kind: 'workload'; readonly direction: Direction; readonly end: JointEnd; readonly grant?: Grant };

const ANYTHING: RegionPart = { kind: 'anything' };

/** The questions that find every connection which only one version allows. */
export class Probes {
  private readonly everyEnd: readonly JointEnd[];
  private readonly special: readonly JointEnd[];
  private readonly allowing: SearchedCluster;

  constructor(private readonly search: JointSearch) {
    [, this.allowing] = search.states;
    this.everyEnd = [...search.ends.all()];
    this.special = search.ends.special;
  }

  /** A question for each of these differences between policies, and for each end that differs itself. */
  public* all(differences: readonly Difference[]): Iterable<Probe> {
    for (const difference of differences) {
      switch (difference.kind) {
        case 'grant': yield* this.ofGrant(difference.grant, difference.direction, difference); break;
        case 'isolation': yield this.ofIsolation(difference.policy, difference.direction, difference); break;
        case 'tier': yield this.ofTier(difference.match, difference.isOfAllowing ? ALLOWING : DENYING, difference.direction, difference); break;
      }
    }
    for (const end of this.everyEnd.filter(({ differs }) => differs)) { yield* this.ofEnd(end); }
  }

  /** A rule with one peer: a question about its numbered ports, and one about each of its named ports. */
  private* ofGrant(grant: Grant, direction: Direction, cause: ProbeCause,
    peers = this.peersOf(grant.clause, grant.policy.namespace)): Iterable<Probe> {
    const { policy, clause, ports: { numbered, names } } = grant;
    const pieces = [...numbered.isEmpty ? [] : [{ numbered, names: [] }], ...names.map(name => ({ numbered: ConnectionSet.NONE, names: [name] }))];
    const end = 'end' in cause || cause.kind === 'namespace' ? partsOfEnd(cause) : [];
    for (const ports of pieces) {
      const ways: readonly Way[] = [{ kind: 'grant', grant: { ...grant, ports } }];
      yield {
        direction,
        cause,
        peers,
        subjects: this.endsIn(policy.namespace),
        subjectParts: [subjectPart(policy)],
        peerParts: [peerPart(clause, policy.namespace), ...end],
        portName: ports.names[0],
        ways: () => ways,
        within: anyConnection,
      };
    }
  }

  private ofIsolation(policy: Policy, direction: Direction, cause: ProbeCause): Probe {
    return {
      direction,
      cause,
      subjects: this.endsIn(policy.namespace),
      peers: this.everyEnd,
      subjectParts: [subjectPart(policy)],
      peerParts: [ANYTHING],
      ways: ({ states }) => states[ALLOWING].waysOf(direction).filter(({ kind }) => kind !== 'grant'),
      within: ({ states }, then) => states[DENYING].withSubject(direction, policy.subject, then),
    };
  }

  private ofTier(match: TierMatch, version: number, direction: Direction, cause: ProbeCause,
    among?: { subjects?: JointEnd[]; peers?: JointEnd[] }): Probe {
    const { policy: { namespaces, subject }, clause } = match;
    const end = 'end' in cause || cause.kind === 'namespace' ? partsOfEnd(cause) : [];
    return {
      direction,
      cause,
      subjects: among?.subjects ?? this.everyEnd.filter(one => podMay(one, version, namespaces)),
      peers: among?.peers ?? this.everyEnd,
      subjectParts: [{ kind: 'pods', namespaces, pods: subject }, ...among?.subjects === undefined ? [] : end],
      peerParts: [partOfClusterPeer(clause), ...among?.peers === undefined ? [] : end],
      ways: ({ states }) => states[ALLOWING].waysOf(direction),
      within: ({ states }, then) => states[version].withMatch(direction, match, then),
    };
  }

  /** An end that differs: as the subject of each rule, and as the peer of each rule that matches it in one version only. */
  private* ofEnd(end: JointEnd): Iterable<Probe> {
    for (const direction of DIRECTIONS) {
      const cause: ProbeCause = end.declared === undefined ? { kind: 'namespace', direction, name: end.namespace! } : { kind: 'workload', direction, end };
      if (end.declared !== undefined) { yield* this.ofSubject(end, direction, cause); }
      const [before, after] = end.candidates;
      for (const policy of this.allowing.cluster.policies) {
        for (const grant of isolatingPolicy(policy, direction)?.grants ?? []) {
          const isOpen = end.declared === undefined || grant.ports.names.length === 0;
          if (grant.clause?.kind === 'addresses' && before.addresses === after.addresses && isOpen) { continue; }
          const mayDiffer = grant.ports.names.length > 0 || !this.matches(before, grant, DENYING, surelyMatches);
          if (mayDiffer && this.matches(after, grant, ALLOWING, couldMatch)) { yield* this.ofGrant(grant, direction, { ...cause, grant }, [end]); }
        }
      }
      for (const version of [DENYING, ALLOWING]) {
        for (const tier of ['Admin', 'Baseline'] as const) {
          for (const match of this.search.states[version].tiers.of(tier, direction).matches) {
            yield this.ofTier(match, version, direction, cause, { subjects: [end] });
            if (match.clause === undefined || match.clause.kind === 'pods' || end.declared !== undefined) {
              yield this.ofTier(match, version, direction, cause, { peers: [end] });
            }
          }
        }
      }
    }
  }

  private* ofSubject(end: JointEnd, direction: Direction, cause: ProbeCause): Iterable<Probe> {
    const candidate = end.candidates[ALLOWING];
    if (candidate.kind === 'address') { return; }
    for (const way of candidate.hostNetwork ? [] : candidate.waysOf(this.allowing, direction)) {
      if (way.kind !== 'grant') { continue; }
      for (const probe of this.ofGrant(way.grant, direction, { ...cause, grant: way.grant } as ProbeCause)) {
        yield {
          ...probe,
          subjects: [end],
          subjectParts: [...probe.subjectParts, ...partsOfEnd(cause)],
          peerParts: [peerPart(way.grant.clause, way.grant.policy.namespace)],
        };
      }
    }
    yield {
      direction,
      cause,
      subjects: [end],
      peers: this.everyEnd,
      subjectParts: partsOfEnd(cause),
      peerParts: [ANYTHING],
      within: anyConnection,
      ways: ({ states }) => states[ALLOWING].waysOf(direction).filter(({ kind }) => kind !== 'grant'),
    };
  }

  private peersOf(clause: PeerClause | undefined, namespace: string): readonly JointEnd[] {
    return clause?.kind === 'pods' ? [...this.search.ends.matching(clause, namespace)] : this.everyEnd;
  }

  private endsIn(namespace: string): readonly JointEnd[] {
    return [this.search.ends.podsIn(namespace), ...this.special.filter(end => end.namespace === namespace)];
  }

  /** True if the peer of a rule matches a candidate, as far as `matches` says so for each selector. */
  private matches(candidate: Candidate, { policy, clause }: Grant, version: number, matches: typeof couldMatch): boolean {
    if (clause === undefined) { return true; }
    if (clause.kind === 'addresses') {
      if (candidate.kind === 'pod' && !isMatchedByAddress(this.search.states[version].cluster, candidate)) { return false; }
      const { addresses } = candidate;
      const blocks = AddressSet.ofClause(clause);
      // Whatever a possible address is, it is the same one in both versions, but for pods that change their network.
      return addresses instanceof AddressSet ? matches === couldMatch : addresses.some(address => blocks.has(address));
    }
    if (candidate.kind === 'address' || candidate.hostNetwork) { return false; }
    const isInNamespace = clause.namespaces === undefined ? candidate.namespace.name === policy.namespace
      : matches(clause.namespaces, key => candidate.namespace.labels.get(key));
    return isInNamespace && matches(clause.pods, key => candidate.labels.get(key));
  }
}

function anyConnection<T>(_: JointConnection, then: () => T | undefined): T | undefined { return then(); }

function partsOfEnd(cause: ProbeCause): RegionPart[] {
  if (cause.kind === 'workload') { return [{ kind: 'workload', workload: cause.end.declared!.workload }]; }
  return cause.kind === 'namespace' ? [{ kind: 'namespace', name: cause.name }] : [];
}

function partOfClusterPeer(clause: ClusterPeerClause | undefined): RegionPart {
  return clause === undefined || clause.kind === 'pods' ? peerPart(clause, '') : clause;
}

/** True if a selector of namespaces may match a pod. */
function podMay({ candidates }: JointEnd, version: number, namespaces: Selector): boolean {
  const candidate = candidates[version];
  return candidate.kind === 'pod' && couldMatch(namespaces, key => candidate.namespace.labels.get(key));
}

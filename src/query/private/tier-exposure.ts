import { PeerCube, PeerCubes } from './peer-cube';
import { PeerRegion, PeerRegions } from './peer-region';
import { portPiecesOf, PortPiece } from './port-piece';
import { AddressesClause, PeerClause, Pod, Policy, PortClause, Rule, UnevaluatedPolicy, unevaluatedReason } from '../../cluster/cluster';
import { blocksOf, ClusterPeerClause, ClusterPolicy, ClusterRule, PolicyTier, RuleAction } from '../../cluster/cluster-policy';
import { possibleAddresses } from '../../cluster/pod-addresses';
import { ConnectionSet } from '../../evaluator/connections';
import { ClassIndex, Direction, Reachability } from '../../evaluator/reachability';
import { distinctReasons, Reason } from '../../findings/answer';
import { subtractRanges } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/*
 * What the layers of policies do with connections between a pod and pods that could exist, as sets. The layers are those of the evaluator: Admin tier,
 * NetworkPolicy, Baseline tier. What is not known makes two sets of each: what may be allowed, and what may be denied. A connection in both is undecided.
 */

/** A rule of a NetworkPolicy that selects the pod, or may select it. */
export interface SideRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly isSure: boolean;
}

/** One direction of a pod. */
export interface ExposedSide {
  readonly reach: Reachability;
  readonly index: ClassIndex;
  readonly pod: Pod;
  readonly direction: Direction;
  readonly rules: readonly SideRule[];
  /** The policies that may select the pod with rules about domain names. */
  readonly domains: readonly UnevaluatedPolicy[];
  /** Why it may not be known whether a NetworkPolicy selects the pod. */
  readonly doubt: Reason;
}

/** What a rule of a NetworkPolicy matches, or may match; or a part of a cluster-wide rule, or the rules of a policy about domain names. */
interface Match {
  readonly cubes: readonly PeerCube<Match>[];
  /** True if the rule surely matches, if its policy selects the pod. */
  readonly isRuleSure: boolean;
  /** True if the rule surely matches. */
  readonly isSure: boolean;
  readonly of: TierRule | Policy | UnevaluatedPolicy;
}

interface TierMatch extends Match {
  readonly of: TierRule;
}

interface TierRule {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  /** The number of the rule in its policy. */
  readonly number: number;
}

/** Connections with pods that could exist. */
export interface ExposedPart {
  readonly region: PeerRegion;
  readonly ports: PortPiece;
  /** Why it is undecided whether they are open; empty if they are open. */
  readonly undecided: readonly Reason[];
}

/** The connections that are open, and those that may be open. */
export function exposedParts(side: ExposedSide): ExposedPart[] {
  return new Layers(side).parts();
}

class Layers {
  private readonly cubes: PeerCubes<Match>;
  private readonly admin: readonly TierMatch[];
  private readonly baseline: readonly TierMatch[];
  private readonly grants: readonly Match[];
  private readonly isIsolated: boolean;
  private readonly mayBeIsolated: boolean;

  constructor(private readonly side: ExposedSide) {
    const { reach, index, direction } = side;
    this.cubes = new PeerCubes(new PeerRegions(reach.cluster.namespaces));
    this.admin = this.matchesOf('Admin');
    this.baseline = this.matchesOf('Baseline');
    const domains = side.domains.map(of => matchOf(PeerRegions.EVERYTHING, portPiecesOf(of.opens), { of, isRuleSure: false, isSure: false }));
    this.grants = [...side.rules.flatMap(rule => this.grantsOf(rule)), ...domains];
    this.isIsolated = reach.isIsolated(index, direction);
    this.mayBeIsolated = reach.policies(index, direction).length > 0;
  }

  public parts(): ExposedPart[] {
    const { cubes } = this;
    const possible = cubes.distinct([
      ...this.decided(this.admin, 'accept'), ...cubes.product(this.passed(this.admin, 'deny'), this.allowedBelow()),
    ]);
    const denied = this.isDecided ? [] : [
      ...this.decided(this.admin, 'deny'), ...cubes.product(this.passed(this.admin, 'accept'), this.deniedBelow()),
    ];
    const certain = cubes.distinct(cubes.without(possible, denied));
    const open = cubes.product(possible, denied).filter(cube => !certain.some(other => cubes.contains(other, cube)));
    return [
      ...certain.map(({ region, ports }) => ({ region, ports, undecided: [] })),
      ...this.withReasons(open),
    ];
  }

  /** True if nothing is unknown, so that what may be allowed is allowed. */
  private get isDecided(): boolean {
    return this.isIsolated === this.mayBeIsolated
      && [...this.admin, ...this.baseline, ...this.grants].every(({ isSure }) => isSure)
      && [this.admin, this.baseline].every(matches => matches.every((one, i) => matches.slice(0, i).every(other => !isUnordered(one, other))));
  }

  /** What the layers below the Admin tier may allow. */
  private allowedBelow(): PeerCube<Match>[] {
    const granted = this.grants.flatMap(({ cubes }) => cubes);
    return this.isIsolated ? granted : [...granted, ...this.decided(this.baseline, 'accept'), ...this.passed(this.baseline, 'deny')];
  }

  /** What the layers below the Admin tier may deny. */
  private deniedBelow(): PeerCube<Match>[] {
    const { reach, index, direction } = this.side;
    const notGranted = (grants: readonly Match[]) => this.cubes.without([this.cubes.everything], grants.flatMap(({ cubes }) => cubes));
    if (this.isIsolated) { return notGranted(this.grants.filter(({ isSure }) => isSure)); }
    // Each of these policies may be the only one that selects the pod.
    const alone = reach.policies(index, direction).flatMap(policy =>
      notGranted(this.grants.filter(({ of, isRuleSure }) => of === policy && isRuleSure)));
    return [...alone, ...this.decided(this.baseline, 'deny')];
  }

  /** What rules with this action may decide: no rule before them surely decides otherwise. */
  private decided(matches: readonly TierMatch[], action: RuleAction): PeerCube<Match>[] {
    return matches.filter(({ of }) => of.rule.action === action).flatMap(match => this.cubes.without(match.cubes,
      matches.filter(({ of }) => of.rule.action !== action).filter(other => isSurelyBefore(other, match)).flatMap(({ cubes }) => cubes)));
  }

  /** What a tier may pass on. It may contain connections that the tier decides the other way. */
  private passed(matches: readonly TierMatch[], against: 'accept' | 'deny'): PeerCube<Match>[] {
    const opposed = matches.filter(({ of, isSure }) => isSure && of.rule.action === against);
    const passing = matches.filter(({ of }) => of.rule.action === 'pass');
    return [
      ...this.cubes.without([this.cubes.everything], opposed.flatMap(({ cubes }) => cubes)),
      ...passing.flatMap(match => this.cubes.without(match.cubes,
        opposed.filter(other => isSurelyBefore(other, match)).flatMap(({ cubes }) => cubes))),
    ];
  }

  private matchesOf(tier: PolicyTier): TierMatch[] {
    const { reach, index, direction } = this.side;
    return reach.clusterPolicies(index, direction).filter(policy => policy.tier === tier).flatMap(policy => {
      const isSelected = reach.isSurelySelected(index, direction, policy);
      return policy[direction].flatMap((rule, number) => this.regionsOf(rule).flatMap(({ region, isSure }) => {
        const { certain, uncertain } = this.portsOf(rule.ports);
        const match = (ports: readonly PortPiece[], isRuleSure: boolean) =>
          matchOf(region, ports, { of: { policy, rule, number }, isRuleSure, isSure: isSelected && isRuleSure });
        return [match(certain, isSure), match(uncertain, false)].filter(({ cubes }) => cubes.length > 0);
      }));
    });
  }

  private grantsOf({ policy, rule, isSure }: SideRule): Match[] {
    const own = Selector.labels({ [NAMESPACE_NAME_LABEL]: policy.namespace });
    const { certain, uncertain } = this.portsOf(rule.ports);
    return regionsOfPeers(rule.peers, own).flatMap(region => [
      matchOf(region, certain, { of: policy, isRuleSure: true, isSure }),
      matchOf(region, uncertain, { of: policy, isRuleSure: false, isSure: false }),
    ]).filter(({ cubes }) => cubes.length > 0);
  }

  /** The ports that a rule surely matches, and those that it may match. */
  private portsOf(clauses: readonly PortClause[] | undefined): Readonly<Record<'certain' | 'uncertain', readonly PortPiece[]>> {
    const { direction, pod } = this.side;
    if (clauses === undefined) { return { certain: portPiecesOf(undefined), uncertain: [] }; }
    const hasOpenNames = direction === 'ingress' && pod.hasOpenPorts === true;
    const isUncertain = (clause: PortClause) => clause.isUncertain === true || (hasOpenNames && clause.name !== undefined);
    const withNames = pod.ports.flatMap(({ protocol, name, port }) => name === undefined ? [] : [{ protocol, name, port }]);
    const own = direction === 'ingress' ? withNames : undefined;
    const open = clauses.filter(isUncertain).map(clause => hasOpenNames && clause.name !== undefined
      ? { path: clause.path, protocol: clause.protocol, first: 1, last: 65535 } : clause);
    return { certain: portPiecesOf(clauses.filter(clause => !isUncertain(clause)), own), uncertain: portPiecesOf(open, own) };
  }

  /**
   * The pods that a cluster-wide rule matches, or may match. A block means pods only as far as it decides against them: the exposure lists what is open to a
   * block as addresses.
   */
  private regionsOf({ peers, action }: ClusterRule): { readonly region: PeerRegion; readonly isSure: boolean }[] {
    if (peers === undefined) { return [{ region: PeerRegions.EVERYTHING, isSure: true }]; }
    const ofPods = regionsOfPeers(peers, Selector.everything).map(region => ({ region, isSure: true }));
    const ofBlocks = this.certaintyOf(peers.flatMap(peer => blocksOf(peer) ?? []));
    const mayBeName = peers.some(({ kind }) => kind === 'domains');
    if (ofBlocks === 'surely') { return [...ofPods, { region: PeerRegions.EVERYTHING, isSure: true }]; }
    const mayMatch = mayBeName || (ofBlocks === 'maybe' && action !== 'accept');
    return mayMatch ? [...ofPods, { region: PeerRegions.EVERYTHING, isSure: false }] : ofPods;
  }

  /** Whether a pod that could exist has an address in one of these blocks. */
  private certaintyOf(clauses: readonly AddressesClause[]): 'no' | 'maybe' | 'surely' {
    const blocks = clauses.map(({ block }) => block);
    const ranges = possibleAddresses(this.side.reach.cluster, { hostNetwork: false }).assumed;
    const size = (all: typeof ranges) => all.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
    const left = size(ranges.flatMap(range => subtractRanges(range, blocks)));
    return left === 0n ? 'surely' : left === size(ranges) ? 'no' : 'maybe';
  }

  private withReasons(open: readonly PeerCube<Match>[]): ExposedPart[] {
    const { reach, index, direction, pod, doubt } = this.side;
    const parts = open.map(({ region, ports, from }): ExposedPart => {
      const tiers = (['Admin', 'Baseline'] as const).flatMap(tier => {
        const matches = from.filter(isOfTier).filter(({ of }) => of.policy.tier === tier);
        return reach.possiblePodReasons(index, direction, matches.map(({ of: { policy, rule }, isSure, cubes }) => ({
          policy, rule, isSure, connections: ConnectionSet.unionOf(cubes.map(({ ports: own }) => own.numbers)),
        })), blocks => this.certaintyOf(blocks) === 'maybe');
      });
      const names = from.flatMap(({ of }) => 'selects' in of ? [unevaluatedReason(of)] : []);
      const isDoubtful = this.isIsolated !== this.mayBeIsolated || from.some(({ of, isSure }) => 'subject' in of && !isSure);
      const reasons = [...pod.unread === undefined ? [] : [pod.unread], ...tiers, ...names, ...isDoubtful ? [doubt] : []];
      return { region, ports, undecided: distinctReasons(reasons) };
    });
    const byReason = new Map<string, ExposedPart[]>();
    for (const part of parts) {
      const key = JSON.stringify(part.undecided.map(({ code, what }) => [code, what]));
      byReason.set(key, [...byReason.get(key) ?? [], part]);
    }
    return [...byReason.values()].flatMap(same => this.cubes.distinct(same.map(({ region, ports }) => ({ region, ports, from: [] })))
      .map(({ region, ports }) => ({ region, ports, undecided: same[0].undecided })));
  }
}

function matchOf<Of extends Match['of']>(
  region: PeerRegion, ports: readonly PortPiece[], what: Pick<Match, 'isRuleSure' | 'isSure'> & { readonly of: Of },
): Match & { readonly of: Of } {
  const cubes: PeerCube<Match>[] = [];
  const match = { ...what, cubes };
  cubes.push(...ports.map(one => ({ region, ports: one, from: [match] })));
  return match;
}

function isOfTier(match: Match): match is TierMatch { return 'rule' in match.of; }

/** The pods that peers name by selectors, and everything if there are no peers. */
function regionsOfPeers(peers: readonly (PeerClause | ClusterPeerClause)[] | undefined, own: Selector): PeerRegion[] {
  if (peers === undefined) { return [PeerRegions.EVERYTHING]; }
  const regions = peers.flatMap(peer => peer.kind === 'pods' ? [{ namespaces: peer.namespaces ?? own, pods: peer.pods, except: [] }] : []);
  return [...new Map(regions.map(region => [PeerRegions.key(region), region])).values()];
}

/** True if the first match surely decides before the second one, wherever both match. */
function isSurelyBefore(a: TierMatch, b: TierMatch): boolean {
  if (a.of.policy === b.of.policy) { return a.isRuleSure && a.of.number < b.of.number; }
  return a.isSure && a.of.policy.api === b.of.policy.api && a.of.policy.priority < b.of.policy.priority;
}

/** True if two matches do not do the same, and no text says which of them decides first. */
function isUnordered({ of: a }: TierMatch, { of: b }: TierMatch): boolean {
  return a.policy !== b.policy && a.rule.action !== b.rule.action && (a.policy.api !== b.policy.api || a.policy.priority === b.policy.priority);
}

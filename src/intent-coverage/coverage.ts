import { coveredConnections } from './connection-coverage';
import { ChangeJudge, JudgedChange } from './judged-changes';
import { ProposedClaim } from './proposed-claim';
import { ChangeKind, policiesNotChanged, SingleChange, singleChanges } from './single-change';
import { ClaimJudge, ClaimVerdict } from '../claims/judge';
import { Policy } from '../cluster/cluster';
import { Direction } from '../evaluator/reachability';
import { Connection } from '../query/connectivity';

/** How many there are, and how many of them claims cover. */
export interface Count {
  readonly total: number;
  readonly covered: number;
}

/** What claims cover in one namespace, or in all of them. */
export interface CoverageCounts {
  readonly connections: Count & {
    /** Those that a claim `allowed` states. */
    readonly stated: number;
  };
  readonly rules: Count;
  readonly policies: Count;
}

/** A rule, or with no rule a whole policy, that no claim covers. */
export interface UncoveredRule {
  readonly policy: Policy;
  readonly direction?: Direction;
  /** The number of the rule, from 0. */
  readonly rule?: number;
  /** The changes of it that no claim would notice, or of which that is undecided. */
  readonly changes: readonly JudgedChange[];
}

/** A rule, or with no rule a whole policy, that claims cover. */
export interface CoveredRule extends Omit<UncoveredRule, 'changes'> {
  /** The positions of the claims that were found to notice its changes, ascending. Others may notice them too. */
  readonly noticedBy: readonly number[];
}

/** What the claims about one cluster cover. */
export interface Coverage {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  /** The claims that hold, of which the positions in `changes` are. */
  readonly verdicts: readonly ClaimVerdict[];
  /** By name. */
  readonly namespaces: ReadonlyMap<string, CoverageCounts>;
  readonly total: CoverageCounts;
  readonly uncoveredConnections: readonly Connection[];
  readonly uncoveredRules: readonly UncoveredRule[];
  /** The names of the policies whose rules are not counted, because netpol makes no changes of them. */
  readonly notChanged: readonly string[];
  readonly coveredRules: readonly CoveredRule[];
}

/** What the claims about one cluster make of every single change of its policies. */
export interface ChangeCoverage {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly verdicts: readonly ClaimVerdict[];
  readonly changes: readonly JudgedChange[];
  /** The names of the policies of which netpol makes no changes. */
  readonly notChanged: readonly string[];
}

/** The changes on which the coverage of rules and policies rests. */
const PARTS: ReadonlySet<ChangeKind> = new Set(['policy', 'type', 'rule', 'peer', 'every-peer']);

/**
 * What claims cover.
 *
 * @param verdicts the verdicts of this judge. Those that do not hold cover nothing
 * @param known what the claims make of every change, if that was asked for already
 */
export function coverageOf(judge: ClaimJudge, verdicts: readonly ClaimVerdict[], cluster?: string, known?: ChangeCoverage): Coverage {
  const holding = verdicts.filter(({ answer }) => answer === 'holds');
  const counts = new Counts();
  const uncoveredConnections: Connection[] = [];
  for (const { connection, namespace, isStated, open } of coveredConnections(judge.reach, holding)) {
    counts.add(namespace, 'connections', open.isEmpty);
    if (isStated) { counts.addStated(namespace); }
    if (!open.isEmpty) { uncoveredConnections.push({ ...connection, connections: open }); }
  }
  const judged = known === undefined
    ? new ChangeJudge(judge, holding.map(({ claim }) => claim)).all([...singleChanges(judge.cluster)].filter(({ kind }) => PARTS.has(kind)))
    : known.changes.filter(({ change: { kind } }) => PARTS.has(kind));
  const rules = [...countedRules(judged, counts)];
  const uncoveredRules = rules.filter(({ changes }) => changes.length > 0);
  const coveredRules = rules.filter(({ changes }) => changes.length === 0);
  const notChanged = policiesNotChanged(judge.cluster);
  return { cluster, verdicts: holding, ...counts.result(), uncoveredConnections, uncoveredRules, coveredRules, notChanged };
}

/** What claims make of every single change of the policies of a cluster. */
export function changeCoverageOf(judge: ClaimJudge, verdicts: readonly ClaimVerdict[], cluster?: string): ChangeCoverage {
  const holding = verdicts.filter(({ answer }) => answer === 'holds');
  const changes = [...new ChangeJudge(judge, holding.map(({ claim }) => claim)).all()];
  return { cluster, verdicts: holding, changes, notChanged: policiesNotChanged(judge.cluster) };
}

/** The proposals of unnoticed changes, each with its changes, in the order in which they were found; those without a proposal last. */
export function byProposal(changes: readonly JudgedChange[]): ReadonlyMap<ProposedClaim | undefined, readonly JudgedChange[]> {
  const groups = new Map<ProposedClaim | undefined, JudgedChange[]>();
  const unnoticed = changes.filter(({ outcome }) => outcome === 'unnoticed');
  for (const one of [...unnoticed.filter(({ proposal }) => proposal !== undefined), ...unnoticed.filter(({ proposal }) => proposal === undefined)]) {
    const group = groups.get(one.proposal);
    if (group === undefined) { groups.set(one.proposal, [one]); } else { group.push(one); }
  }
  return groups;
}

/** Counts rules and policies, and yields them. Those that are covered have no changes that no claim would notice. */
function* countedRules(changes: Iterable<JudgedChange>, counts: Counts): Iterable<UncoveredRule & CoveredRule> {
  for (const [first, ...others] of grouped(changes)) {
    const { change: { policy, rule, directions } } = first;
    const all = [first, ...others];
    // What does nothing needs no claim.
    if (all.every(({ change: { kind }, outcome }) => !REMOVES.has(kind) || outcome === 'nothing')) { continue; }
    const open = all.filter(({ outcome }) => outcome === 'unnoticed' || outcome === 'undecided');
    counts.add(policy.namespace, rule === undefined ? 'policies' : 'rules', open.length === 0);
    const noticedBy = [...new Set(all.flatMap(one => one.noticedBy ?? []))].sort((a, b) => a - b);
    yield { policy, direction: rule === undefined ? undefined : directions[0], rule, changes: open, noticedBy };
  }
}

/** If these change nothing, the part does nothing. */
const REMOVES: ReadonlySet<ChangeKind> = new Set(['policy', 'rule']);

/** The changes of each policy as a whole, and of each of its rules. They follow each other. */
function* grouped(changes: Iterable<JudgedChange>): Iterable<JudgedChange[]> {
  let group: JudgedChange[] = [];
  for (const one of changes) {
    if (group.length > 0 && !areOfOnePart(group[0].change, one.change)) {
      yield group;
      group = [];
    }
    group.push(one);
  }
  if (group.length > 0) { yield group; }
}

/** True for changes of the same rule, and for changes of a policy as a whole. */
function areOfOnePart(a: SingleChange, b: SingleChange): boolean {
  return a.policy === b.policy && a.rule === b.rule && (a.rule === undefined || a.directions[0] === b.directions[0]);
}

/** Counts by namespace and in total. */
class Counts {
  private readonly namespaces = new Map<string, { connections: [number, number, number]; rules: [number, number]; policies: [number, number] }>();

  public add(namespace: string, what: 'connections' | 'rules' | 'policies', isCovered: boolean): void {
    const own = this.of(namespace)[what];
    own[0]++;
    if (isCovered) { own[1]++; }
  }

  public addStated(namespace: string): void { this.of(namespace).connections[2]++; }

  public result(): Pick<Coverage, 'namespaces' | 'total'> {
    const sorted = [...this.namespaces].sort(([a], [b]) => a < b ? -1 : 1);
    const sum = (what: 'connections' | 'rules' | 'policies', i: number) => sorted.reduce((all, [, counts]) => all + (counts[what][i] ?? 0), 0);
    const countsOf = (at: (what: 'connections' | 'rules' | 'policies', i: number) => number): CoverageCounts => ({
      connections: { total: at('connections', 0), covered: at('connections', 1), stated: at('connections', 2) },
      rules: { total: at('rules', 0), covered: at('rules', 1) },
      policies: { total: at('policies', 0), covered: at('policies', 1) },
    });
    return { namespaces: new Map(sorted.map(([name, counts]) => [name, countsOf((what, i) => counts[what][i]!)])), total: countsOf(sum) };
  }

  private of(namespace: string) {
    let counts = this.namespaces.get(namespace);
    if (counts === undefined) { this.namespaces.set(namespace, counts = { connections: [0, 0, 0], rules: [0, 0], policies: [0, 0] }); }
    return counts;
  }
}

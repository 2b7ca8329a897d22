import { ApiObject } from 'cdk8s';
import { CallSite, ClaimCall, formatCall, outcomesOfCall, podsOfCall, verdictOf } from './claim-call';
import { callError } from '../../cdk8s/call-error';
import { clusterOf, clusterTitle } from '../../cdk8s/cluster-boundaries';
import { namedConstruct } from '../../cdk8s/workload';
import { diff } from '../../changes/diff';
import { pairedClusters, VersionCluster } from '../../changes/paired-clusters';
import { ClaimJudge } from '../../claims/judge';
import { ClusterFacts } from '../../cluster/cluster';
import { findingsOfClusters, NamedCluster, noSuchCluster, readClusters } from '../../cluster/clusters';
import { LiveCluster } from '../../cluster/live-cluster';
import { enumerate } from '../../findings/enumeration';
import { Finding, hasErrors, InputError } from '../../findings/finding';
import { ReadResult, Resource } from '../../manifests/resources';
import { listConnections } from '../../query/connectivity';
import { connectivityMatrix } from '../../report/connectivity-matrix';
import { ClusterDiff } from '../../report/diff-verdict';
import { withoutPlaces } from '../../report/equal-reasons';
import { PLAIN } from '../../report/layout';
import { Verdict } from '../verdict';

/** A cluster as it is now, with the judge of its claims. Both are made when they are first needed. */
export class JudgedCluster {
  private live: LiveCluster | undefined;
  private currentJudge: ClaimJudge | undefined;

  constructor(private readonly reading: NamedCluster) {}

  public get name(): string | undefined { return this.reading.name; }

  public get judge(): ClaimJudge { return this.currentJudge ??= ClaimJudge.of(this.reading.cluster); }

  /** The cluster as a version that can be compared with another one. */
  public get version(): VersionCluster {
    const { name, judge: { cluster }, resources, reading: { facts } } = this;
    return { name, cluster, resources, facts };
  }

  /** The objects as they are now. */
  public get resources(): readonly Resource[] { return (this.live ?? this.reading).resources; }

  /** Changes the cluster. Only what the change affects is evaluated again. */
  public change<T>(change: (live: LiveCluster) => T): T {
    const { reading, judge } = this;
    this.live ??= new LiveCluster(reading, reading.resources, reading.facts);
    const result = change(this.live);
    this.currentJudge = judge.after(this.live.cluster);
    return result;
  }
}

/** The clusters of an app or of manifests, and their claims. */
export class JudgedClusters {
  /**
   * Reads objects.
   * @param only the name of the cluster to judge. If undefined, all of them
   * @throws InputError if an object has an error, and an error that begins with `call` if there is no cluster of this name
   */
  public static load(
    call: string, { resources, findings, unread }: ReadResult, factsOf: (cluster: string | undefined) => ClusterFacts, only?: string,
  ): JudgedClusters {
    const clusters = readClusters(resources, factsOf, unread);
    const chosen = only === undefined ? clusters : clusters.filter(({ name }) => name === only);
    if (chosen.length === 0) { throw new Error(`${call}: ${noSuchCluster(only!, clusters, name => `write cluster: '${name}'`)}`); }
    const all = [...findings, ...findingsOfClusters(chosen)];
    if (hasErrors(all)) { throw new InputError(all); }
    return new JudgedClusters(chosen.map(reading => new JudgedCluster(reading)), all);
  }

  private constructor(private readonly clusters: readonly JudgedCluster[], public readonly findings: readonly Finding[]) {}

  /** The verdict on a call. If it names no tier and no workload, it is judged in each cluster. Throws if a claim cannot be judged. */
  public verdictOn(site: CallSite, call: ClaimCall): Verdict {
    const chosen = this.clustersOf(site, call);
    if (this.clusters.length === 1) { return verdictIn(site, chosen[0], call); }
    const verdicts = chosen.map(cluster => {
      try {
        return { cluster, verdict: verdictIn(site, cluster, call) };
      } catch (error) {
        throw new Error(`in cluster ${cluster.name}: ${(error as Error).message}`);
      }
    });
    const open = verdicts.filter(({ verdict }) => !verdict.holds);
    return Verdict._of({
      claim: verdicts[0].verdict.claim,
      holds: open.length === 0,
      undecided: open.length > 0 && open.every(({ verdict }) => verdict.undecided),
      verdicts: verdicts.flatMap(({ verdict }) => verdict._verdicts),
      explain: () => explainClusters(open.length === 0 ? verdicts : open),
      summary: () => open.slice(0, 1).map(({ verdict }) => verdict._summary).join(),
    });
  }

  /** Creates or replaces an object in its cluster, or without an annotation in each of them. Returns the findings that are new. */
  public apply(resource: Resource): readonly Finding[] {
    return this.clustersFor(resource).flatMap(cluster => cluster.change(live => live.apply(resource)));
  }

  /** Deletes an object from its cluster, or without an annotation from each of them. Returns false if there is none. */
  public remove(resource: Resource): boolean {
    return this.clustersFor(resource).map(cluster => cluster.change(live => live.remove(resource))).some(gone => gone);
  }

  /** Each of the clusters, in the order of their names. */
  public get all(): readonly JudgedCluster[] { return this.clusters; }

  /** What has changed since an earlier state, in each cluster of either. */
  public changesSince(before: JudgedClusters): ClusterDiff[] {
    const pairs = pairedClusters(before.all.map(({ version }) => version), this.all.map(({ version }) => version));
    return pairs.map(({ name, onlyIn, before: old, after }) => ({ ...pairs.length > 1 ? { cluster: name, onlyIn } : {}, diff: diff(old, after) }));
  }

  /** Who reaches whom, as `netpol list` prints it. */
  public matrix(): string {
    const hasOne = this.clusters.length === 1;
    const lists = this.clusters.map(({ name, judge }) => ({ ...listConnections(judge.reach), cluster: hasOne ? undefined : name }));
    return [...connectivityMatrix(PLAIN, ...lists)].join('');
  }

  private clustersFor({ cluster }: Resource): readonly JudgedCluster[] {
    return cluster === undefined || this.clusters[0].name === undefined ? this.clusters : this.clusters.filter(({ name }) => name === cluster);
  }

  /** The clusters that a call is about: that of its site, or of its tiers and workloads, or else each of them. */
  private clustersOf(site: CallSite, call: ClaimCall): readonly JudgedCluster[] {
    const cluster = clusterOfCall(site, call);
    if (cluster === undefined || this.clusters[0].name === undefined) { return this.clusters; }
    const found = this.clusters.filter(({ name }) => name === cluster);
    if (found.length > 0) { return found; }
    throw callError(formatCall(call), `the claim is about cluster ${cluster}, but the objects are those of ${this.clusters.map(({ name }) => name).join(', ')}`,
      `judge the objects of ${cluster}, or claim something about another cluster`);
  }
}

/** The verdict in a cluster. */
interface ClusterVerdict {
  readonly cluster: JudgedCluster;
  readonly verdict: Verdict;
}

/** Of more groups of clusters than this, only the names are shown. */
const MAX_GROUPS = 3;
const MAX_NAMES = 8;

/**
 * The explanations of the clusters. Those with equal reasons share one. If a claim does not hold, only the first one is in full, so that a message
 * fits on a screen.
 */
function explainClusters(verdicts: readonly ClusterVerdict[]): string {
  const byReasons = new Map<string, ClusterVerdict[]>();
  for (const one of verdicts) {
    const reasons = withoutPlaces(one.verdict.explanation);
    byReasons.set(reasons, [...byReasons.get(reasons) ?? [], one]);
  }
  const groups = [...byReasons.values()];
  const [[{ verdict: first }], [other] = []] = groups;
  if (first.holds) { return groups.map(fullExplanation).join('\n'); }
  const [shown, hidden] = [groups.slice(1, MAX_GROUPS), groups.slice(MAX_GROUPS)];
  return [
    fullExplanation(groups[0]),
    ...shown.flatMap(group => [`${clustersTitle(group)}, for other reasons:`, summaryAfter(first, group[0].verdict)]),
    ...hidden.length === 0 ? [] : [`${clustersTitle(hidden.flat())}: for other reasons, too.`],
    ...other === undefined ? [] : [`To see the reasons of one cluster, give Connectivity the option { cluster: '${other.cluster.name}' }.`],
  ].join('\n');
}

/** `In clusters eu and us` */
function clustersTitle(group: readonly ClusterVerdict[]): string {
  return `In ${group.length === 1 ? 'cluster' : 'clusters'} ${enumerate(group.map(({ cluster }) => cluster.name!), MAX_NAMES)}`;
}

/** The explanation for some clusters. The places in it are those of the first one. */
function fullExplanation(group: readonly ClusterVerdict[]): string {
  const [{ cluster, verdict: { explanation } }] = group;
  const places = group.length === 1 || withoutPlaces(explanation) === explanation ? '' : `, with the places of ${cluster.name}`;
  return `${clustersTitle(group)}${places}:\n${explanation}`;
}

/** The summary of a verdict, without the fix if it is that of the verdict before. */
function summaryAfter(before: Verdict, { _summary }: Verdict): string {
  const [sentence, ...fix] = _summary.split('\n');
  const [, ...fixBefore] = before._summary.split('\n');
  return fix.length > 0 && withoutPlaces(fix.join('\n')) === withoutPlaces(fixBefore.join('\n')) ? `${sentence}\nThe fix is the same.` : _summary;
}

function verdictIn(site: CallSite, { name, judge }: JudgedCluster, call: ClaimCall): Verdict {
  return verdictOf(call, outcomesOfCall({ ...site, cluster: name }, judge, call), judge);
}

/** The cluster that a call is about. Undefined if neither its site, nor a tier, nor a workload says so. Throws if the call leads from one cluster to another one. */
export function clusterOfCall({ scope }: CallSite, call: ClaimCall): string | undefined {
  const own = scope !== undefined && clusterOf(scope) !== undefined ? [scope] : [];
  // A workload outside of all boundaries is part of each cluster.
  const named = podsOfCall(call).filter(one => !ApiObject.isApiObject(one) || clusterOf(one) !== undefined);
  const [first, ...others] = [...own, ...named];
  const other = others.find(one => clusterOf(one) !== clusterOf(first));
  if (other !== undefined) {
    const [path, otherPath] = [first, other].map(one => (ApiObject.isApiObject(one) ? namedConstruct(one) : one).node.path);
    throw callError(formatCall(call), `${path} is in ${clusterTitle(first)} and ${otherPath} is in ${clusterTitle(other)}, and no claim is about two clusters`,
      'claim something about each cluster by itself, or name the addresses of the other cluster by Peer.cidr(...)');
  }
  return first && clusterOf(first);
}

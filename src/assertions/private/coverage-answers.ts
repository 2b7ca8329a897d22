import { readIntents } from '../../claims/intent-file';
import { ClaimVerdict } from '../../claims/judge';
import { IntentVerdict, judgeIntents } from '../../claims/judge-intents';
import { formatPlace, hasErrors, InputError, Place, printable } from '../../findings/finding';
import { changeCoverageOf, Count, Coverage, coverageOf } from '../../intent-coverage/coverage';
import { callText, intentFile } from '../../intent-coverage/proposed-claim';
import { placeOfChange } from '../../intent-coverage/single-change';
import { suggestedClaims } from '../../intent-coverage/suggested-claims';
import { oncePer } from '../../k8s/once-per';
import { connectionTexts, coverageText, reasonsText, suggestionText, uncoveredRuleText } from '../../report/intent-coverage';
import type { CoverageCount, IntentCoverage, UnnoticedChange } from '../intent-coverage';
import { CallSite, ClaimCall } from './claim-call';
import { clusterOfCall, JudgedCluster, JudgedClusters } from './judged-clusters';

/* What claims leave open, for the calls of `Connectivity`. */

/** A claim that was made by a call, and where. */
export interface MadeCall {
  readonly site: CallSite;
  readonly call: ClaimCall;
}

/** The claims that count: those of calls, and those of an intent file. */
export class CountedClaims {
  private readonly made: readonly Pick<IntentVerdict, 'verdict' | 'place'>[];

  /** The verdicts about a cluster: those on calls, then those on the intent file. */
  private readonly verdictsIn = oncePer((cluster: JudgedCluster) => [...this.verdictsOnCalls(cluster), ...this.verdictsOnFile(cluster)]);

  /**
   * @param where the call, for errors
   * @throws an error if a claim cannot be judged, and an `InputError` if the intent file has an error
   */
  constructor(where: string, private readonly clusters: JudgedClusters, made: readonly MadeCall[], private readonly intents: string | undefined) {
    const names = clusters.all.map(({ name }) => name);
    // An app can have intents about clusters that are not judged here.
    const own = made.filter(({ site, call }) => names.includes(clusterOfCall(site, call) ?? names[0]) || names[0] === undefined);
    this.made = own.flatMap(({ site, call }) => clusters.verdictOn(site, call)._verdicts.map(verdict => ({ verdict, place: placeOf(site, call) })));
    if (intents === undefined) { return; }
    const { findings } = readIntents('(intents)', Buffer.from(intents));
    if (hasErrors(findings)) { throw new InputError(findings, where); }
  }

  /** Cluster by cluster, those on claims that do not hold among them. */
  public verdicts(): readonly IntentVerdict[] {
    return this.clusters.all.flatMap(this.verdictsIn);
  }

  /** What the claims cover in each cluster. */
  public coverageByCluster(): readonly Coverage[] {
    return this.clusters.all.map(cluster => coverageOf(cluster.judge, this.claimVerdictsIn(cluster), this.nameOf(cluster)));
  }

  public coverage(): IntentCoverage {
    const all = this.coverageByCluster();
    const sum = (of: (one: Coverage['total']) => Count): CoverageCount => {
      const counts = all.map(({ total }) => of(total));
      return { total: counts.reduce((sofar, { total }) => sofar + total, 0), covered: counts.reduce((sofar, { covered }) => sofar + covered, 0) };
    };
    return {
      claims: all.reduce((total, { verdicts }) => total + verdicts.length, 0),
      connections: sum(({ connections }) => connections),
      rules: sum(({ rules }) => rules),
      policies: sum(({ policies }) => policies),
      namespaces: all.flatMap(({ cluster, namespaces }) => [...namespaces].map(([namespace, { connections: { total, covered }, rules, policies }]) =>
        ({ namespace, cluster, connections: { total, covered }, rules, policies }))),
      uncoveredConnections: all.flatMap(({ uncoveredConnections }) => connectionTexts(uncoveredConnections)),
      uncoveredRules: all.flatMap(({ uncoveredRules }) => uncoveredRules.map(uncoveredRuleText)),
      text: all.flatMap(one => [...coverageText(one)]).join('').trimStart(),
    };
  }

  public unnoticedChanges(): UnnoticedChange[] {
    return this.clusters.all.flatMap(cluster => {
      const name = this.nameOf(cluster);
      const { changes } = changeCoverageOf(cluster.judge, this.claimVerdictsIn(cluster), name);
      return changes.filter(({ outcome }) => outcome === 'unnoticed' || outcome === 'undecided').map(({ change, outcome, proposal, reasons = [] }) => ({
        place: formatPlace(placeOfChange(change)),
        text: printable(`${change.text} and every claim still holds${outcome === 'undecided' ? ` (it is undecided whether that changes a connection, because ${reasonsText(reasons)})` : ''}`),
        ...proposal === undefined ? {} : { intent: intentFile([proposal], name), call: callText(proposal) },
      }));
    });
  }

  public suggestedIntents(): string {
    return this.clusters.all.map(cluster => [...suggestionText(suggestedClaims(cluster.judge, this.claimVerdictsIn(cluster), this.nameOf(cluster)))].join('')).join('---\n');
  }

  private claimVerdictsIn(cluster: JudgedCluster): ClaimVerdict[] {
    return this.verdictsIn(cluster).map(({ verdict }) => verdict);
  }

  private verdictsOnCalls(cluster: JudgedCluster): IntentVerdict[] {
    return this.made.filter(({ verdict }) => verdict.cluster === cluster.judge.cluster).map(one => ({ ...one, cluster: this.nameOf(cluster) }));
  }

  private verdictsOnFile(cluster: JudgedCluster): IntentVerdict[] {
    if (this.intents === undefined) { return []; }
    const { judge, name } = cluster;
    const written = readIntents('(intents)', Buffer.from(this.intents)).intents.filter(intent => intent.cluster === undefined || intent.cluster === name);
    const { verdicts, findings } = judgeIntents(judge.cluster, written);
    if (hasErrors(findings)) { throw new InputError(findings); }
    return verdicts.map(one => ({ ...one, cluster: this.nameOf(cluster) }));
  }

  private nameOf({ name }: JudgedCluster): string | undefined {
    return this.clusters.all.length === 1 ? undefined : name;
  }
}

/** Where a claim was made: the construct of an intent, or else the call. */
function placeOf({ scope }: CallSite, { where }: ClaimCall): Place {
  return scope === undefined ? { file: where } : { constructPath: scope.node.path };
}

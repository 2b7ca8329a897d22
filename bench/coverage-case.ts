import { modelOf, resourcesOf } from './cluster-case';
import { manifestFiles } from './manifests';
import { timed, Timing, timingOf } from './timing';
import { CLAIM_KINDS, ClaimKind, formatClaim } from '../src/claims/claim';
import { readIntents } from '../src/claims/intent-file';
import { ClaimVerdict } from '../src/claims/judge';
import { judgeIntents } from '../src/claims/judge-intents';
import { Cluster } from '../src/cluster/cluster';
import { Reachability } from '../src/evaluator/reachability';
import { ChangeCoverage, changeCoverageOf } from '../src/intent-coverage/coverage';
import { JudgedChange } from '../src/intent-coverage/judged-changes';
import { intentFile } from '../src/intent-coverage/proposed-claim';
import { clusterAfter } from '../src/intent-coverage/single-change';

/** The cost of `netpol check --mutate`. */
export interface CoverageFigures {
  readonly workloads: number;
  readonly policies: number;
  readonly claims: number;
  readonly changes: number;
  /** How many changes have each outcome. */
  readonly outcomes: Readonly<Partial<Record<JudgedChange['outcome'], number>>>;
  /** How many changes were checked before anything was measured. */
  readonly checked: number;
  readonly mutate: Timing;
}

/** A folder of 50 namespaces with 20 Deployments each has 1,003 workloads and 1,150 policies. */
export function measureCoverage(namespaces: number, each: number, quick: boolean): CoverageFigures {
  const objects = manifestFiles(namespaces, each).flatMap(([, all]) => all as object[]);
  const cluster = modelOf(resourcesOf({ objects }));
  const intents = claimsAbout(namespaces);
  const { result, ms } = timed(() => mutate(cluster, intents));
  const checked = check(cluster, intents, result, quick ? 20 : 200);
  const runs = [ms, ...Array.from({ length: quick ? 0 : 2 }, () => timed(() => mutate(cluster, intents)).ms)];
  const outcomes: Partial<Record<JudgedChange['outcome'], number>> = {};
  for (const { outcome } of result.changes) { outcomes[outcome] = (outcomes[outcome] ?? 0) + 1; }
  return {
    workloads: cluster.workloads.length,
    policies: cluster.policies.length,
    claims: result.verdicts.length,
    changes: result.changes.length,
    outcomes,
    checked,
    mutate: timingOf(runs),
  };
}

function mutate(cluster: Cluster, intents: string): ChangeCoverage {
  const { clusters: [{ judge, verdicts }] } = judgeIntents(cluster, readIntents('intents.yaml', Buffer.from(intents)).intents);
  const failed = verdicts.find(({ answer }) => answer !== 'holds');
  if (failed !== undefined) { throw new Error('a claim of the bench does not hold'); }
  return changeCoverageOf(judge, verdicts);
}

/** An intent file with four claims about each namespace: who reaches a database, and whom it reaches. */
function claimsAbout(namespaces: number): string {
  const entries: Record<ClaimKind, string[]> = { allowed: [], denied: [], admitsOnly: [], reachesOnly: [] };
  for (let i = 0; i < namespaces; i++) {
    const [fe, be, db] = ['fe', 'be', 'db'].map(tier => `ns-${String(i).padStart(4, '0')}/${tier}-1`);
    entries.allowed.push(`{ from: ${be}, to: ${db}, port: tcp/pg }`);
    entries.denied.push(`{ from: ${fe}, to: ${db} }`);
    entries.admitsOnly.push(`{ to: ${db}, from: [${be}, monitoring/prometheus] }`);
    entries.reachesOnly.push(`{ from: ${db}, to: [dns] }`);
  }
  return CLAIM_KINDS.map(kind => `${kind}:\n${entries[kind].map(entry => `  - ${entry}\n`).join('')}`).join('');
}

/**
 * Judges the claims from scratch after some of the changes, evenly spread, and compares.
 *
 * @throws an error if an outcome is wrong
 */
function check(cluster: Cluster, intents: string, { changes, verdicts }: ChangeCoverage, count: number): number {
  const step = Math.max(1, Math.floor(changes.length / count));
  const sample = changes.filter((_, i) => i % step === 0);
  for (const { change, outcome, noticedBy, proposal } of sample) {
    const after = clusterAfter(cluster, change);
    const isWrong = (what: string) => new Error(`'${change.text}' is ${outcome}, but ${what}`);
    const untrue = verdictsIn(after, intents).findIndex(({ answer }) => answer !== 'holds');
    if ((outcome === 'noticed') !== (untrue >= 0)) { throw isWrong(untrue >= 0 ? 'a claim is untrue after it' : 'every claim holds after it'); }
    if (outcome === 'noticed' && verdictsIn(after, intents)[noticedBy!].answer === 'holds') { throw isWrong(`${formatClaim(verdicts[noticedBy!].claim)} holds after it`); }
    if (outcome === 'nothing' && !areAlike(cluster, after, change.policy.namespace)) { throw isWrong('a connection of a declared pod changes'); }
    if (proposal !== undefined) {
      const [today, then] = [cluster, after].map(one => verdictsIn(one, intentFile([proposal]))[0].answer);
      if (today !== 'holds' || then === 'holds') { throw isWrong(`the claim that would notice it ${today} today and ${then} after it`); }
    }
  }
  return sample.length;
}

function verdictsIn(cluster: Cluster, intents: string): readonly ClaimVerdict[] {
  return judgeIntents(cluster, readIntents('intents.yaml', Buffer.from(intents)).intents).verdicts.map(({ verdict }) => verdict);
}

/** True if the pods of a namespace have the same connections with all other pods in two versions of a cluster. */
function areAlike(one: Cluster, other: Cluster, namespace: string): boolean {
  const [before, after] = [new Reachability(one), new Reachability(other)];
  const pods = one.workloads.flatMap(workload => workload.pods.map(pod => ({ workload, pod })));
  const subjects = pods.filter(({ workload }) => workload.namespace === namespace);
  return subjects.every(subject => pods.every(peer => [[subject, peer], [peer, subject]].every(([from, to]) => {
    const [was, is] = [before, after].map(reach => reach.connections(reach.ofPod(from.workload, from.pod), reach.ofPod(to.workload, to.pod)));
    return was.equals(is);
  })));
}

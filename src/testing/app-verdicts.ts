import { IConstruct } from 'constructs';
import { clusterOfApp, lookAgain } from './app-cluster';
import { ClaimCall, draftsOf } from './drafts';
import { ClaimDraft, Evaluation } from './evaluation';
import { verdictOf } from './judged-call';
import { Verdict } from './verdict';
import { Cluster } from '../cluster/cluster';
import { ClusterReading } from '../cluster/read-cluster';
import { onceInRun } from '../constructs/synth-run';

/** Whoever makes claims about an app. */
export interface Claimant extends IConstruct {
  readonly _calls: readonly ClaimCall[];
}

/** What is known of the claims about an app. */
interface Docket {
  readonly claimants: Claimant[];
  /** What was last judged: of which cluster, and how many calls there were. */
  judged?: { readonly cluster: Cluster; readonly calls: number; readonly verdicts: ReadonlyMap<Claimant, readonly (Verdict | Error)[]> };
}

const dockets = new WeakMap<IConstruct, Docket>();

/** Makes a claimant's calls part of what is judged when any claimant of its app asks. */
export function enterClaimant(claimant: Claimant): void {
  docketOf(claimant.node.root).claimants.push(claimant);
}

/** What a claimant is told: a verdict for each of its calls, or why it has none. */
export interface AppVerdicts extends Pick<ClusterReading, 'problems'> {
  readonly verdicts: readonly (Verdict | Error)[];
}

/**
 * The verdicts on a claimant's calls. Those of all claimants of an app are found together, in one evaluation.
 * Throws where the app can not be judged.
 */
export function verdictsFor(claimant: Claimant): AppVerdicts {
  const { root } = claimant.node;
  const docket = docketOf(root);
  const { cluster, problems } = clusterOfApp(root);
  const calls = docket.claimants.reduce((sum, { _calls }) => sum + _calls.length, 0);
  if (docket.judged?.cluster !== cluster || docket.judged.calls !== calls) {
    docket.judged = { cluster, calls, verdicts: judgeAll(cluster, docket.claimants) };
  }
  return { problems, verdicts: docket.judged.verdicts.get(claimant)! };
}

/** What `work` says of a claimant's verdicts: worked out once in a synth, and again where the app has changed in it. */
export function judgedOnce<T>(claimant: Claimant, work: () => T): T {
  const { root } = claimant.node;
  lookAgain(root);
  return onceInRun(root, claimant, work);
}

function docketOf(root: IConstruct): Docket {
  let docket = dockets.get(root);
  if (docket === undefined) { dockets.set(root, docket = { claimants: [] }); }
  return docket;
}

function judgeAll(cluster: Cluster, claimants: readonly Claimant[]): Map<Claimant, (Verdict | Error)[]> {
  const pleas = claimants.flatMap(claimant => claimant._calls.map(call => ({ claimant, call, drafts: draftsFor(claimant, call) })));
  const outcomes = new Evaluation(cluster).judge(pleas.flatMap(({ drafts }) => drafts instanceof Error ? [] : drafts));
  const verdicts = new Map<Claimant, (Verdict | Error)[]>(claimants.map(claimant => [claimant, []]));
  let next = 0;
  for (const { claimant, call, drafts } of pleas) {
    const own = drafts instanceof Error ? [] : outcomes.slice(next, next += drafts.length);
    verdicts.get(claimant)!.push(drafts instanceof Error ? drafts : attempt(() => verdictOf(call, own)));
  }
  return verdicts;
}

function draftsFor({ node }: Claimant, call: ClaimCall): ClaimDraft[] | Error {
  return attempt(() => draftsOf(node.path, call));
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

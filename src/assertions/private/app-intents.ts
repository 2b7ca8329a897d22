import { IConstruct } from 'constructs';
import { clusterOfApp, lookAgain } from './app-cluster';
import { ClaimDraft, Evaluation } from './evaluation';
import { questionsOf, subjectsOf } from './subjects';
import { verdictOf } from './verdict-text';
import { callError } from '../../cdk8s/call-error';
import { memoizeInSynth } from '../../cdk8s/synth-run';
import { Cluster } from '../../cluster/cluster';
import { ClusterReading } from '../../cluster/read-cluster';
import { IEndpoint } from '../../constructs/endpoint';
import { Port } from '../../constructs/port';
import { Verdict } from '../verdict';

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
  return memoizeInSynth(root, claimant, work);
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

/*
 * From what a caller writes to what can be judged. Called late, when all of an app is there: a tier's
 * ports and labels are those at synth.
 */

/** A claim as it was called: `allowed(frontend, backend)`. */
export interface ClaimCall {
  readonly kind: 'allowed' | 'denied' | 'only' | 'onlyTo';
  /** The first argument. */
  readonly first: IEndpoint;
  /** The second one; several for `only` and `onlyTo`. */
  readonly second: readonly IEndpoint[];
  readonly ports?: readonly Port[];
}

/** Throws where the call makes no sense whatever the cluster is. */
export function checkCall(where: string, { kind, first, second, ports }: ClaimCall): void {
  const call = `${where}: ${kind}(...)`;
  for (const endpoint of [first, ...second]) { subjectsOf(call, endpoint); }
  if (ports?.length === 0) {
    throw callError(call, 'ports is empty', kind === 'allowed'
      ? 'name at least one port, or leave ports out for those of the destination'
      : 'name at least one port, or leave ports out for any');
  }
}

/** The claims that a call makes: peers that are several at once make several. */
export function draftsOf(where: string, { kind, first, second, ports }: ClaimCall): ClaimDraft[] {
  const call = `${where}: ${kind}(...)`;
  const subjects = subjectsOf(call, first);
  const others = second.flatMap(endpoint => subjectsOf(call, endpoint));
  const questions = questionsOf(ports);
  return kind === 'allowed' || kind === 'denied'
    ? subjects.flatMap(from => others.map(to => ({ kind, from, to, ports: questions })))
    : subjects.map(subject => ({ kind, subject, others, ports: questions }));
}

import { ApiObject, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { CallSite, ClaimCall, outcomesOfCall, verdictOf } from './claim-call';
import { namespacesStatedIn } from './stated-namespaces';
import { manifestNow, manifestOf, objectsIn, resourcesOf } from '../../cdk8s/app-objects';
import { isPolicyObject } from '../../cdk8s/policy-object';
import { invalidate, isInRun, isLastPass, memoizeInSynth, peekInSynth } from '../../cdk8s/synth-run';
import { ClaimJudge } from '../../claims/judge';
import { Cluster } from '../../cluster/cluster';
import { ClusterReading, loadCluster } from '../../cluster/read-cluster';
import { Verdict } from '../verdict';

/** An intent of an app, with the calls made on it. */
export interface Intent extends IConstruct {
  readonly _calls: readonly ClaimCall[];
}

/** The verdict on one call, or why it has none. */
export type CallOutcome = Verdict | Error;

/** The intents of an app, and the last outcomes. */
interface IntentRegistry {
  readonly intents: Intent[];
  judged?: { readonly cluster: Cluster; readonly calls: number; readonly outcomes: ReadonlyMap<Intent, readonly CallOutcome[]> };
}

const registries = new WeakMap<IConstruct, IntentRegistry>();

/** Adds an intent to those of its app. All of them are judged together. */
export function registerIntent(intent: Intent): void {
  registryOf(intent.node.root).intents.push(intent);
}

/**
 * The outcomes of an intent's calls, in order, and the findings about the app's objects.
 *
 * @throws an error if an object cannot be synthesized, and an `InputError` if the API server would refuse one
 */
export function outcomesOf(intent: Intent): Pick<ClusterReading, 'findings'> & { readonly outcomes: readonly CallOutcome[] } {
  const { root } = intent.node;
  const registry = registryOf(root);
  const { cluster, findings } = clusterOfApp(root);
  const calls = registry.intents.reduce((sum, { _calls }) => sum + _calls.length, 0);
  if (registry.judged?.cluster !== cluster || registry.judged.calls !== calls) {
    registry.judged = { cluster, calls, outcomes: judgeAll(cluster, registry.intents) };
  }
  return { findings, outcomes: registry.judged.outcomes.get(intent)! };
}

/** The result of `work` for an intent: once in a synth, and once more if the app has changed by the end of it. */
export function onceInSynth<T>(intent: Intent, work: () => T): T {
  const { root } = intent.node;
  checkForChanges(root);
  return memoizeInSynth(root, intent, work);
}

function registryOf(root: IConstruct): IntentRegistry {
  let registry = registries.get(root);
  if (registry === undefined) { registries.set(root, registry = { intents: [] }); }
  return registry;
}

function judgeAll(cluster: Cluster, intents: readonly Intent[]): Map<Intent, CallOutcome[]> {
  const judge = ClaimJudge.of(cluster);
  return new Map(intents.map(intent => [intent, intent._calls.map(call => attempt(() => verdictOf(call, outcomesOfCall(siteOf(intent), judge, call), judge)))]));
}

/** Where the calls of an intent are made. */
export function siteOf({ node }: IConstruct): CallSite {
  const chart = [...node.scopes].reverse().find(Chart.isChart) as Chart | undefined;
  return { where: node.path, root: node.root, namespace: chart?.namespace };
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

/** The last reading of an app outside a synth, and the text that it was read from. */
const readings = new WeakMap<IConstruct, { readonly text: string; readonly reading: ClusterReading }>();

/** Keys for the memo of a synth: the first reading of the app, and the check at the end whether it is still true. */
const READING = {};
const CHECK = {};

interface AppReading {
  readonly reading: ClusterReading;
  readonly state: AppState;
}

/** An app as a cluster: the same object as before if nothing has changed. cdk8s validates an app once per chart, but it is read once. */
function clusterOfApp(root: IConstruct): ClusterReading {
  return memoizeInSynth<AppReading>(root, READING, () => ({ reading: readApp(root), state: stateOf(root, manifestOf) })).reading;
}

/** In the last pass of validation, forgets what was read in the first pass if another validation has changed the app. */
function checkForChanges(root: IConstruct): void {
  if (!isLastPass(root)) { return; }
  memoizeInSynth(root, CHECK, () => {
    const before = peekInSynth<AppReading>(root, READING);
    if (before !== undefined && !isSame(before.state, stateOf(root, manifestNow))) { invalidate(root); }
  });
}

function readApp(root: IConstruct): ClusterReading {
  const resources = resourcesOf(root);
  const facts = { namespaces: namespacesStatedIn(root) };
  if (isInRun(root)) { return loadCluster(resources, [], facts); }
  const text = JSON.stringify([facts, resources.map(({ object, origin }) => [origin.at().constructPath, object])]);
  const last = readings.get(root);
  if (last?.text === text) { return last.reading; }
  const reading = loadCluster(resources, [], facts);
  readings.set(root, { text, reading });
  return reading;
}

/** The objects of an app, and the JSON of those that do not announce their changes, as our policies do. */
interface AppState {
  readonly objects: readonly ApiObject[];
  readonly texts: readonly string[];
}

function stateOf(root: IConstruct, manifest: (object: ApiObject) => unknown): AppState {
  const objects = objectsIn(root);
  return { objects, texts: objects.filter(object => !isPolicyObject(object)).map(object => JSON.stringify(manifest(object))) };
}

function isSame(before: AppState, now: AppState): boolean {
  return before.objects.length === now.objects.length
    && before.objects.every((object, i) => object === now.objects[i])
    && before.texts.every((text, i) => text === now.texts[i]);
}

import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { CallSite, ClaimCall } from './claim-call';
import { JudgedClusters } from './judged-clusters';
import { factsStatedIn } from './stated-facts';
import { resourcesOf, resourcesWritten } from '../../cdk8s/app-objects';
import { checkCharts } from '../../cdk8s/chart-conflicts';
import { clustersOf } from '../../cdk8s/cluster-boundaries';
import { SynthOutput } from '../../cdk8s/synth-output';
import { checkOutput, invalidate, isInRun, memoizeInSynth, peekInSynth } from '../../cdk8s/synth-run';
import { Finding } from '../../findings/finding';
import { ReadResult } from '../../manifests/resources';
import { Verdict } from '../verdict';

/** An intent of an app, with the calls made on it. */
export interface Intent extends IConstruct {
  readonly _calls: readonly ClaimCall[];
  /** One error for each claim that does not hold. */
  _errors(): string[];
}

/** The verdict on one call, or why it has none. */
export type CallOutcome = Verdict | Error;

/** The intents of an app, and the last outcomes. */
interface IntentRegistry {
  readonly intents: Intent[];
  judged?: { readonly clusters: JudgedClusters; readonly calls: number; readonly outcomes: ReadonlyMap<Intent, readonly CallOutcome[]> };
}

const registries = new WeakMap<IConstruct, IntentRegistry>();

/** Adds an intent to those of its app. All of them are judged together. */
export function registerIntent(intent: Intent): void {
  const { root } = intent.node;
  registryOf(root).intents.push(intent);
  checkCharts(root);
  checkOutput(root, output => checkWritten(root, output));
}

/**
 * The outcomes of an intent's calls, in order, and the findings about the app's objects.
 *
 * @throws an error if an object cannot be synthesized, and an `InputError` if the API server would refuse one
 */
export function outcomesOf(intent: Intent): { readonly findings: readonly Finding[]; readonly outcomes: readonly CallOutcome[] } {
  const { clusters, outcomes } = judgedApp(intent.node.root);
  return { findings: clusters.findings, outcomes: outcomes.get(intent)! };
}

/** The clusters of an app, and the outcomes of its intents. Throws as `outcomesOf` does. */
export function judgedApp(root: IConstruct): { readonly clusters: JudgedClusters; readonly outcomes: ReadonlyMap<Intent, readonly CallOutcome[]> } {
  const registry = registryOf(root);
  const clusters = clustersOfApp(root);
  const calls = registry.intents.reduce((sum, { _calls }) => sum + _calls.length, 0);
  if (registry.judged?.clusters !== clusters || registry.judged.calls !== calls) {
    registry.judged = { clusters, calls, outcomes: judgeAll(clusters, registry.intents) };
  }
  return registry.judged;
}

function registryOf(root: IConstruct): IntentRegistry {
  let registry = registries.get(root);
  if (registry === undefined) { registries.set(root, registry = { intents: [] }); }
  return registry;
}

function judgeAll(clusters: JudgedClusters, intents: readonly Intent[]): Map<Intent, CallOutcome[]> {
  return new Map(intents.map(intent => [intent, intent._calls.map(call => attempt(() => clusters.verdictOn(siteOf(intent), call)))]));
}

/** The intents of an app that were not removed from it, in the order in which they were made. */
export function intentsIn(root: IConstruct): Intent[] {
  const tree = new Set(root.node.findAll());
  return registryOf(root).intents.filter(intent => tree.has(intent));
}

/** Where the calls of an intent are made. */
export function siteOf(intent: IConstruct): CallSite {
  const { node } = intent;
  const chart = [...node.scopes].reverse().find(Chart.isChart) as Chart | undefined;
  return { scope: intent, root: node.root, namespace: chart?.namespace };
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

/** The last reading of an app outside a synth, and the text that it was read from. */
const readings = new WeakMap<IConstruct, { readonly text: string; readonly clusters: JudgedClusters }>();

/** The key of an app's reading in the memo of a synth. */
const READING = {};

interface AppReading {
  readonly objects: ReadResult;
  readonly clusters: JudgedClusters;
}

/** The clusters of an app: the same ones as before if nothing has changed. cdk8s validates an app once per chart, but it is read once. */
function clustersOfApp(root: IConstruct): JudgedClusters {
  return memoizeInSynth<AppReading>(root, READING, () => {
    const objects = resourcesOf(root);
    return { objects, clusters: isInRun(root) ? clustersIn(root, objects) : clustersNow(root, objects) };
  }).clusters;
}

function clustersIn(root: IConstruct, objects: ReadResult): JudgedClusters {
  return JudgedClusters.load('', objects, cluster => factsStatedIn(root, cluster));
}

function clustersNow(root: IConstruct, objects: ReadResult): JudgedClusters {
  const placed = objects.resources.map(({ object, origin }) => [origin.at(), object]);
  const facts = [undefined, ...clustersOf(root).keys()].map(cluster => factsStatedIn(root, cluster));
  // JSON has no form for the addresses of pod CIDRs.
  const text = JSON.stringify([facts, objects.findings, placed], (_, value: unknown) => typeof value === 'bigint' ? String(value) : value);
  const last = readings.get(root);
  if (last?.text === text) { return last.clusters; }
  const clusters = clustersIn(root, objects);
  readings.set(root, { text, clusters });
  return clusters;
}

/**
 * Judges the intents of an app again if a synth has written other objects than those that they were judged on: a validation may change the
 * app in a late pass, and a resolver may have a state. Throws if a claim does not hold. Also judges intents that a validation has made.
 */
function checkWritten(root: IConstruct, output: SynthOutput): void {
  const judged = peekInSynth<AppReading>(root, READING);
  // The app is read again, and not from the cache.
  if (output === undefined) { invalidate(root); }
  const written = resourcesWritten(root, output);
  if (judged === undefined || !isSame(judged.objects, written)) {
    invalidate(root);
    memoizeInSynth<AppReading>(root, READING, () => ({ objects: written, clusters: clustersIn(root, written) }));
  }
  const errors = intentsIn(root)
    .flatMap(intent => memoizeInSynth(root, intent, () => intent._errors()).map(error => `[${intent.node.path}] ${error}`));
  if (errors.length > 0) {
    throw new Error(`The app changed after its intents were judged. What is written is not what they claim, so do not apply it:\n  ${errors.join('\n  ')}\n`
      + 'Change the app before synth, and not in a late pass of validation or in a resolver.');
  }
}

/** True if both have the same objects, in any order. Our policies are rendered once in a synth, so most are even identical. */
function isSame({ resources: before }: ReadResult, { resources: now }: ReadResult): boolean {
  const known = new Set(before.map(({ object }) => object));
  const added = now.filter(({ object }) => !known.has(object));
  const kept = new Set(now.map(({ object }) => object));
  const removed = before.filter(({ object }) => !kept.has(object));
  const texts = (some: typeof before) => some.map(({ object }) => JSON.stringify(object)).sort();
  const [old, young] = [texts(removed), texts(added)];
  return old.length === young.length && old.every((text, i) => text === young[i]);
}

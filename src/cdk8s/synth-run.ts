import { App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Files, filesWrittenBy, SynthOutput } from './synth-output';

/*
 * A cache for what is read from an app while it is synthesized.
 *
 * An app of N charts is validated N + 1 times in one `synth`: cdk8s 2.68.12, lib/app.js, `App.synth` validates the app and then calls
 * `Chart.toJson` for each chart (lib/chart.js), which calls `App._synthChart`, which validates the whole app again. Nothing in cdk8s
 * tells a validation which synth it belongs to. Without a cache, each pass would render and judge every object again.
 */

/** One call of `synth` or `synthYaml`, or of `withReadCache`. */
interface SynthRun {
  readonly cache: Map<object, Outcome<unknown>>;
  /** How many charts the app has. Infinity if the run is not a synth. */
  readonly charts: number;
  /** The current pass of validation, from 1. */
  pass: number;
}

/** The result of some work. An error is cached like any other result. */
type Outcome<T> = { readonly result: T } | { readonly error: unknown };

const runs = new WeakMap<IConstruct, SynthRun>();
const watched = new WeakSet<IConstruct>();

/** What wants to know of each app. */
const listeners: ((root: IConstruct) => void)[] = [];

/** Has `listener` called once for each app in which this library makes something, before the first synth. */
export function onWatch(listener: (root: IConstruct) => void): void {
  listeners.push(listener);
}

/** Checks of what a synth has written, by app. */
const checks = new WeakMap<IConstruct, (output: SynthOutput) => void>();

/** Has `check` look at what each synth of an app has written, before the synth returns. It may throw. */
export function checkOutput(root: IConstruct, check: (output: SynthOutput) => void): void {
  watchSynth(root);
  checks.set(root, check);
}

/**
 * Makes `memoizeInSynth` work for an app. Works around the missing hook described above: it replaces the methods `synth` and `synthYaml`
 * of this app (not of the class) and counts the passes of validation. A root that is not an App has no such methods, and no runs.
 */
export function watchSynth(root: IConstruct): void {
  if (watched.has(root)) { return; }
  watched.add(root);
  replaceMethod(root, 'synth', original => {
    const files: Files | undefined = filesWrittenBy(root as App, original);
    checks.get(root)?.(files && { files });
  });
  replaceMethod(root, 'synthYaml', original => {
    const yaml = original() as string;
    checks.get(root)?.({ yaml });
    return yaml;
  });
  // Each pass validates the root first (cdk8s 2.68.12, lib/app.js, `validate`).
  root.node.addValidation({
    validate: () => {
      settle(root);
      if (isSettling(root)) { return []; }
      prepare(root);
      const run = runs.get(root);
      if (run === undefined) { beginRendering(root); } else { run.pass++; }
      return [];
    },
  });
  for (const listener of listeners) { listener(root); }
}

/** For each app, what brings it up to date before it is read, by a key. */
const preparations = new WeakMap<IConstruct, Map<object, () => void>>();

/**
 * Has `work` bring an app up to date whenever the app is about to be read: a construct does not learn that another one was removed or made. It
 * runs in each pass of validation, must do nothing if it has nothing to change, and empties the cache if it changes the app.
 *
 * @param key work with the same key runs once
 */
export function beforeReading(root: IConstruct, key: object, work: () => void): void {
  watchSynth(root);
  const all = preparations.get(root) ?? new Map<object, () => void>();
  preparations.set(root, all.set(key, work));
}

function prepare(root: IConstruct): void {
  for (const work of preparations.get(root)?.values() ?? []) { work(); }
}

function replaceMethod(root: IConstruct, method: 'synth' | 'synthYaml', replacement: (original: () => unknown) => unknown): void {
  const original: unknown = (root as IConstruct & { [name in typeof method]?: unknown })[method];
  if (typeof original !== 'function') { return; }
  const value = function (this: unknown, ...args: unknown[]): unknown {
    const charts = root.node.findAll().filter(Chart.isChart).length;
    return runWith(root, { cache: new Map(), charts, pass: 0 }, () => replacement(() => original.apply(this, args)));
  };
  Object.defineProperty(root, method, { value, configurable: true, writable: true });
}

const settling = new WeakSet<IConstruct>();

/** True while validations run only for what they change in the app. Ours then do nothing. */
export function isSettling(root: IConstruct): boolean {
  return settling.has(root);
}

/** Runs `work`, in which our validations do nothing. */
export function whileSettling<T>(root: IConstruct, work: () => T): T {
  const isOuter = !settling.has(root);
  settling.add(root);
  try {
    return work();
  } finally {
    if (isOuter) { settling.delete(root); }
  }
}

/**
 * Lets every validation change the app now: cdk8s does not forbid it, and what a validation changes is written. Does nothing in a synth that
 * has begun its first pass. Their errors do not count; cdk8s reports them.
 */
export function settle(root: IConstruct): void {
  if (isSettling(root) || (runs.get(root)?.pass ?? 0) > 0) { return; }
  prepare(root);
  whileSettling(root, () => { for (const construct of root.node.findAll()) { construct.node.validate(); } });
  prepare(root);
  invalidate(root);
}

/** Adds a validation that has the same result in every pass of a synth, unless the app changes. It must not change the app. */
export function addSynthValidation(construct: IConstruct, errors: () => string[]): void {
  construct.node.addValidation({ validate: () => isSettling(construct.node.root) ? [] : memoizeInSynth(construct.node.root, construct, errors) });
}

/** Caches what `work` reads from the app, as in a synth. `work` must not change the app. */
export function withReadCache<T>(root: IConstruct, work: () => T): T {
  return runs.has(root) ? work() : runWith(root, { cache: new Map(), charts: Infinity, pass: 0 }, work);
}

/** Runs `work` once per synth for each key, and every time outside a synth. Throws again what `work` threw. */
export function memoizeInSynth<T>(root: IConstruct, key: object, work: () => T): T {
  const cache = runs.get(root)?.cache;
  if (cache === undefined) { return work(); }
  let outcome = cache.get(key) as Outcome<T> | undefined;
  if (outcome === undefined) {
    outcome = outcomeOf(work);
    cache.set(key, outcome);
  }
  if ('error' in outcome) { throw outcome.error; }
  return outcome.result;
}

/** What `memoizeWhileRendering` has cached between the validation of an app outside a synth and the end of the task. */
const renderings = new WeakMap<IConstruct, Map<object, unknown>>();

/**
 * Does work once per synth, as `memoizeInSynth` does, and also once for each `Chart.toJson` outside a synth, which validates the app and then
 * renders in the same task (cdk8s 2.68.12, lib/app.js, `App._synthChart`). Use it for work that would otherwise read the whole app for each object.
 */
export function memoizeWhileRendering<T>(root: IConstruct, key: object, work: () => T): T {
  const cache = runs.has(root) ? undefined : renderings.get(root);
  if (cache === undefined) { return memoizeInSynth(root, key, work); }
  if (!cache.has(key)) { cache.set(key, work()); }
  return cache.get(key) as T;
}

function beginRendering(root: IConstruct): void {
  renderings.set(root, new Map());
  queueMicrotask(() => renderings.delete(root));
}

/** The result that `memoizeInSynth` has cached under a key. Undefined if there is none, or if the work threw. */
export function peekInSynth<T>(root: IConstruct, key: object): T | undefined {
  const outcome = runs.get(root)?.cache.get(key);
  return outcome !== undefined && 'result' in outcome ? outcome.result as T : undefined;
}

/** True while the app is synthesized, or read by `withReadCache`. */
export function isInRun(root: IConstruct): boolean {
  return runs.has(root);
}

/** Empties the cache, because the app has changed. A validation of the user's may change it in the middle of a synth. */
export function invalidate(root: IConstruct): void {
  runs.get(root)?.cache.clear();
  renderings.get(root)?.clear();
}

/** True in the last pass of validation, where a result of an earlier pass should be checked against the app as it is now. */
export function isLastPass(root: IConstruct): boolean {
  const run = runs.get(root);
  return run !== undefined && run.pass > run.charts;
}

function runWith<T>(root: IConstruct, run: SynthRun, work: () => T): T {
  const outer = runs.get(root);
  runs.set(root, run);
  try {
    return work();
  } finally {
    if (outer === undefined) { runs.delete(root); } else { runs.set(root, outer); }
  }
}

function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}

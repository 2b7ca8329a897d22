import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';

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

/**
 * Makes `memoizeInSynth` work for an app. Works around the missing hook described above: it replaces the methods `synth` and `synthYaml`
 * of this app (not of the class) and counts the passes of validation. A root that is not an App has no such methods, and no runs.
 */
export function watchSynth(root: IConstruct): void {
  if (watched.has(root)) { return; }
  watched.add(root);
  for (const method of ['synth', 'synthYaml'] as const) {
    const original: unknown = (root as IConstruct & { [method]?: unknown })[method];
    if (typeof original !== 'function') { continue; }
    const value = function (this: unknown, ...args: unknown[]): unknown {
      const charts = root.node.findAll().filter(Chart.isChart).length;
      return runWith(root, { cache: new Map(), charts, pass: 0 }, () => original.apply(this, args));
    };
    Object.defineProperty(root, method, { value, configurable: true, writable: true });
  }
  // Each pass validates the root first (cdk8s 2.68.12, lib/app.js, `validate`).
  root.node.addValidation({
    validate: () => {
      const run = runs.get(root);
      if (run !== undefined) { run.pass++; }
      return [];
    },
  });
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

import { ApiObject, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Resource } from '../manifests/resources';

/*
 * cdk8s validates an app once for itself and once more for each of its charts, all of it each time, and
 * then renders it. Nothing tells one `synth` from the next, so that whoever validates would have to look at
 * everything in each of these passes; this does.
 */

/** One call of an app's `synth`, or one reading of all of it. */
interface SynthRun {
  /** What was worked out of the app in this run, by what it is. */
  readonly kept: Map<object, Outcome<unknown>>;
  readonly charts: number;
  /** Which pass of validation this is, from 1. */
  pass: number;
}

/** What came of some work: what is thrown once is thrown each time. */
type Outcome<T> = { readonly result: T } | { readonly error: unknown };

const runs = new WeakMap<IConstruct, SynthRun>();
const watched = new WeakSet<IConstruct>();

/** Sees to it that the runs of an app are known. A root that is no app has none. */
export function watchSynth(root: IConstruct): void {
  if (watched.has(root)) { return; }
  watched.add(root);
  for (const method of ['synth', 'synthYaml'] as const) {
    const original: unknown = (root as IConstruct & { [method]?: unknown })[method];
    if (typeof original !== 'function') { continue; }
    const value = function (this: unknown, ...args: unknown[]): unknown {
      const charts = root.node.findAll().filter(Chart.isChart).length;
      return within(root, { kept: new Map(), charts, pass: 0 }, () => original.apply(this, args));
    };
    Object.defineProperty(root, method, { value, configurable: true, writable: true });
  }
  // The root comes first in each pass.
  root.node.addValidation({
    validate: () => {
      const run = runs.get(root);
      if (run !== undefined) { run.pass++; }
      return [];
    },
  });
}

/** Reads an app as in a run: what is worked out of it is kept while `work` lasts, which must not change the app. */
export function withReadCache<T>(root: IConstruct, work: () => T): T {
  return runs.has(root) ? work() : within(root, { kept: new Map(), charts: Infinity, pass: 0 }, work);
}

/** What `work` gives: in a run the first time that it is asked for, else each time. `key` says what it is. */
export function memoizeInSynth<T>(root: IConstruct, key: object, work: () => T): T {
  const kept = runs.get(root)?.kept;
  if (kept === undefined) { return work(); }
  const known = kept.get(key) as Outcome<T> | undefined;
  const outcome = known ?? outcomeOf(work);
  if (known === undefined) { kept.set(key, outcome); }
  if ('error' in outcome) { throw outcome.error; }
  return outcome.result;
}

/** What `onceInRun` keeps under a key; nothing where it keeps nothing, or an error. */
export function peekInSynth<T>(root: IConstruct, key: object): T | undefined {
  const outcome = runs.get(root)?.kept.get(key);
  return outcome !== undefined && 'result' in outcome ? outcome.result as T : undefined;
}

/** True while an app is synthesized, or read at once. */
export function isInRun(root: IConstruct): boolean {
  return runs.has(root);
}

/** Says that an app is not what it was, in case that a run is going on: somebody's validation may do that. */
export function invalidate(root: IConstruct): void {
  runs.get(root)?.kept.clear();
}

/** True in the last pass of a run: whoever keeps what was so at the first looks here whether it still is. */
export function isLastPass(root: IConstruct): boolean {
  const run = runs.get(root);
  return run !== undefined && run.pass > run.charts;
}

function within<T>(root: IConstruct, run: SynthRun, work: () => T): T {
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

/** The manifest of an object, patches included; in a synth, as it was when it was first asked for. Not to be changed. */
export function manifestOf(object: ApiObject): Record<string, unknown> {
  return memoizeInSynth(object.node.root, object, () => manifestNow(object));
}

/**
 * The manifest as it is now. A workload of cdk8s-plus with `spread` adds its rules of affinity once more each
 * time it is rendered; what is read here must not show in what is synthesized.
 */
export function manifestNow(object: ApiObject): Record<string, unknown> {
  const owner = object.node.scope as { spread?: boolean } | undefined;
  if (owner?.spread !== true) { return object.toJson(); }
  owner.spread = false;
  try {
    return object.toJson();
  } finally {
    owner.spread = true;
  }
}

/**
 * Every API object below a construct, as it is synthesized, with the construct's path for its place.
 * Objects that other constructs wrote count like our own.
 */
export function resourcesOf(root: IConstruct): Resource[] {
  return withReadCache(root.node.root, () => objectsIn(root).map(object => ({
    object: manifestOf(object),
    origin: { at: () => ({ constructPath: object.node.path }) },
    named: true,
  })));
}

/** Every API object below a construct. */
export function objectsIn(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter(construct => ApiObject.isApiObject(construct)).map(construct => construct as ApiObject);
}

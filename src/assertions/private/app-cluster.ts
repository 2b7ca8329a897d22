import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { isPolicyObject } from '../../cdk8s/policy-object';
import { objectsIn, resourcesOf, manifestNow, manifestOf, invalidate, isInRun, isLastPass, peekInSynth, memoizeInSynth } from '../../cdk8s/synth-run';
import { ClusterReading, loadCluster } from '../../cluster/read-cluster';

/** What was last read of an app outside of a synth, and the text of its objects then. */
const readings = new WeakMap<IConstruct, { readonly text: string; readonly reading: ClusterReading }>();

/** What is kept of an app in a synth: what was read, and from what; and whether that was still so at the end. */
const FIRST_LOOK = {};
const SECOND_LOOK = {};

/**
 * The objects of an app as a cluster, the same one as before where nothing has changed. In a synth they are read once,
 * though cdk8s validates an app once for itself and once more for each of its charts.
 *
 * Throws where an object can not be synthesized, or is one that the API server would refuse.
 */
export function clusterOfApp(root: IConstruct): ClusterReading {
  return memoizeInSynth<Look>(root, FIRST_LOOK, () => ({ reading: readApp(root), state: stateOf(root, manifestOf) })).reading;
}

/**
 * In the last pass of validation, another look at what was read in the first: what somebody's validation has changed
 * counts. Whoever keeps what came of the reading calls this before.
 */
export function lookAgain(root: IConstruct): void {
  if (!isLastPass(root)) { return; }
  memoizeInSynth(root, SECOND_LOOK, () => {
    const before = peekInSynth<Look>(root, FIRST_LOOK);
    if (before !== undefined && !isSame(before.state, stateOf(root, manifestNow))) { invalidate(root); }
  });
}

interface Look {
  readonly reading: ClusterReading;
  readonly state: State;
}

function readApp(root: IConstruct): ClusterReading {
  const resources = resourcesOf(root);
  if (isInRun(root)) { return loadCluster(resources); }
  const text = JSON.stringify(resources.map(({ object, origin }) => [origin.at().constructPath, object]));
  const last = readings.get(root);
  if (last?.text === text) { return last.reading; }
  const reading = loadCluster(resources);
  readings.set(root, { text, reading });
  return reading;
}

/** The objects of an app, and how those read that do not tell when they change, as ours do. */
interface State {
  readonly objects: readonly ApiObject[];
  readonly texts: readonly string[];
}

function stateOf(root: IConstruct, manifest: (object: ApiObject) => unknown): State {
  const objects = objectsIn(root);
  return { objects, texts: objects.filter(object => !isPolicyObject(object)).map(object => JSON.stringify(manifest(object))) };
}

function isSame(before: State, now: State): boolean {
  return before.objects.length === now.objects.length
    && before.objects.every((object, i) => object === now.objects[i])
    && before.texts.every((text, i) => text === now.texts[i]);
}

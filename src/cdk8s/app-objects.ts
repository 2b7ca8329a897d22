import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { memoizeInSynth, withReadCache } from './synth-run';
import { Resource } from '../manifests/resources';

/* The API objects of an app, as they are when they are read. */

/** The manifest of an object with its patches applied, rendered once per synth. Callers must not change it. */
export function manifestOf(object: ApiObject): Record<string, unknown> {
  return memoizeInSynth(object.node.root, object, () => manifestNow(object));
}

/**
 * The manifest of an object as it is now.
 *
 * Works around cdk8s-plus-27 2.9.5 and cdk8s-plus-33 2.5.57, lib/workload.js, `Workload._toPodSpec`: with `spread`, each rendering adds the
 * same two rules to the workload's affinity, so that reading an app would change what it writes. `spread` is off while we render.
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

/** Every API object below a construct as it would be written, whether this library made it or not. Its place is the construct's path. */
export function resourcesOf(root: IConstruct): Resource[] {
  return withReadCache(root.node.root, () => objectsIn(root).map(object => ({
    object: manifestOf(object),
    origin: { at: () => ({ constructPath: object.node.path }) },
    named: true,
  })));
}

/** Every API object below a construct, in the order of the tree. */
export function objectsIn(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter(construct => ApiObject.isApiObject(construct)).map(construct => construct as ApiObject);
}

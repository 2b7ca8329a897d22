import type { ApiObject } from 'cdk8s';
import { onceInRun } from './synth-run';

/** The manifest of an object, patches included; in a synth, as it was when it was first asked for. Not to be changed. */
export function manifestOf(object: ApiObject): Record<string, unknown> {
  return onceInRun(object.node.root, object, () => manifestNow(object));
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

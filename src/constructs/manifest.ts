import type { ApiObject } from 'cdk8s';

/**
 * The manifest of an object, patches included. A workload of cdk8s-plus with `spread` adds its rules of
 * affinity once more each time it is rendered; what is read here must not show in what is synthesized.
 */
export function manifestOf(object: ApiObject): Record<string, unknown> {
  const owner = object.node.scope as { spread?: boolean } | undefined;
  if (owner?.spread !== true) { return object.toJson(); }
  owner.spread = false;
  try {
    return object.toJson();
  } finally {
    owner.spread = true;
  }
}

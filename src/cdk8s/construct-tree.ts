import { IConstruct } from 'constructs';

/*
 * What happens to a tree of constructs. A construct does not learn that it was removed by `node.tryRemoveChild`, and keeps its scope. It is in
 * the tree if each scope around it still has it.
 */

/** True if nothing has removed the construct, or a scope around it, from its app. */
export function isInTree({ node }: IConstruct): boolean {
  const { scope, id } = node;
  return scope === undefined || (scope.node.tryFindChild(id)?.node === node && isInTree(scope));
}

/** The construct and the scopes around it, from the inside to the outside. */
export function* scopesFrom(construct: IConstruct): Iterable<IConstruct> {
  for (let scope: IConstruct | undefined = construct; scope !== undefined; scope = scope.node.scope) { yield scope; }
}

/** A construct, its default child, the default child of that, and so on. Each once: a construct may be its own default child. */
export function* defaultsFrom(given: IConstruct): Iterable<IConstruct> {
  const seen = new Set<IConstruct>();
  for (let construct: IConstruct | undefined = given; construct !== undefined && !seen.has(construct); construct = construct.node.defaultChild) {
    seen.add(construct);
    yield construct;
  }
}

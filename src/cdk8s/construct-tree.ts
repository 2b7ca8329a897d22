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

/**
 * How the edges of a tier become NetworkPolicies. Both layouts allow the same connections.
 */
export enum PolicyLayout {
  /**
   * One policy for each edge and direction, with a readable name: `allow-frontend-to-backend`. When an edge is removed from the program, its
   * policy stays in the cluster until it is pruned: `kubectl apply -f dist --prune -l app.kubernetes.io/managed-by=cdk8s-netpol
   * --prune-allowlist=networking.k8s.io/v1/NetworkPolicy`.
   */
  PER_EDGE = 'PER_EDGE',

  /**
   * One policy for each tier, `allow-backend`, with all of its edges. When an edge is removed from the program, the next `kubectl apply`
   * removes it from the policy, without pruning.
   */
  PER_TIER = 'PER_TIER',
}

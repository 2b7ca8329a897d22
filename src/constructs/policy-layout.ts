/**
 * How the edges of a tier are laid out in NetworkPolicies. Both layouts give the same connectivity.
 */
export enum PolicyLayout {
  /**
   * One policy per edge and direction, named for a reader: `allow-frontend-to-backend`. Where an edge is
   * taken out of the program, its policy stays in the cluster until it is pruned (`kubectl apply -f dist --prune
   * -l app.kubernetes.io/managed-by=cdk8s-netpol --prune-allowlist=networking.k8s.io/v1/NetworkPolicy`).
   */
  PER_EDGE = 'PER_EDGE',

  /**
   * One policy per tier, `allow-backend`, with all of its edges. An edge that is taken out of the program
   * edits the policy, so that no stale allowance stays behind.
   */
  PER_TIER = 'PER_TIER',
}

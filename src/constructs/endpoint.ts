/**
 * Anything that a question about connectivity can be asked of: a `Tier`, a `Peer`.
 */
export interface IEndpoint {
  /** How messages call it: a tier by its construct path, a peer by what it stands for. */
  readonly endpointName: string;
}

/**
 * Anything that a policy can name as the other side of an edge. `Tier` and `Peer` are the only
 * implementations: a call that gets another one throws.
 */
export interface IPeer extends IEndpoint {
  /** Its part in the names of policies: `frontend` in `allow-frontend-to-backend`. */
  readonly peerName: string;
}

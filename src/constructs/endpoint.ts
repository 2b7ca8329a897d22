/**
 * What a claim about connectivity can be about: a `Tier`, a `Peer` or an `Endpoint`.
 */
export interface IEndpoint {
  /** Its name in messages: the construct path of a tier, a description of a peer. */
  readonly endpointName: string;
}

/**
 * What can be the other end of an edge. Only `Tier` and `Peer` implement it: calls throw if they are given anything else.
 */
export interface IPeer extends IEndpoint {
  /** Its part in the names of policies: `frontend` in `allow-frontend-to-backend`. */
  readonly peerName: string;
}

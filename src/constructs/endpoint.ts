/**
 * What a claim about connectivity can be about: a `Tier`, a `Peer` or an `Endpoint`.
 */
export interface IEndpoint {
  /** Its name in messages: the construct path of a tier, a description of a peer. */
  readonly endpointName: string;
}

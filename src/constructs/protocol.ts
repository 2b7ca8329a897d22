/**
 * Transport protocols that a NetworkPolicy can name (`protocol` of a NetworkPolicyPort).
 */
export enum Protocol {
  /** TCP, the API's own default. */
  TCP = 'TCP',

  /** UDP. */
  UDP = 'UDP',

  /** SCTP. Not every network plugin handles it. */
  SCTP = 'SCTP',
}

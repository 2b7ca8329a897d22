/** The pods that a claim is about. */
export enum ClaimScope {
  /** Every pod that could exist and that belongs to the parties of the claim. */
  POSSIBLE = 'POSSIBLE',
  /**
   * The pods of declared workloads that belong to the parties that the claim names. Addresses stay. The scope never narrows who is outside the
   * list of `admitsOnly` and `reachesOnly`: that is every pod that could exist.
   */
  DECLARED = 'DECLARED',
}

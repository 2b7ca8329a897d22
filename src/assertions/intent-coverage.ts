/** Options of `Connectivity.coverage`, `unnoticedChanges` and `suggestedIntents`. */
export interface CoverageOptions {
  /**
   * An intent file as text, as for `netpol check --intent`. Its claims count as well.
   *
   * @default - the claims that were made by calls on this object so far, and for an app or a chart those of its intents
   */
  readonly intents?: string;
}

/** How many there are, and how many of them claims cover. */
export interface CoverageCount {
  /** How many there are, 0 or more. */
  readonly total: number;

  /** How many of them claims cover, at most `total`. */
  readonly covered: number;
}

/** What claims cover in one namespace. */
export interface NamespaceCoverage {
  /** The name of the namespace. */
  readonly namespace: string;

  /**
   * The name of its cluster.
   *
   * @default - there is one cluster
   */
  readonly cluster?: string;

  /** The allowed connections to its pods, and from its pods to addresses. */
  readonly connections: CoverageCount;

  /** The rules of its NetworkPolicies. */
  readonly rules: CoverageCount;

  /** Its NetworkPolicies. */
  readonly policies: CoverageCount;
}

/** What claims cover (docs/coverage.md says what that means). */
export interface IntentCoverage {
  /** How many claims hold. The others cover nothing. */
  readonly claims: number;

  /** The allowed connections, as `netpol list` lists them. */
  readonly connections: CoverageCount;

  /** The rules of NetworkPolicies. */
  readonly rules: CoverageCount;

  /** The NetworkPolicies. */
  readonly policies: CoverageCount;

  /** The same by namespace, sorted by name. */
  readonly namespaces: NamespaceCoverage[];

  /** The connections that no claim states or permits: `shop/web[Deployment] → shop/db[Deployment]  TCP 5432`. */
  readonly uncoveredConnections: string[];

  /** The rules and policies that claims do not cover, each with its place and what no claim would notice. */
  readonly uncoveredRules: string[];

  /** All of this as text, as `netpol check --coverage` prints it. It may change from release to release. */
  readonly text: string;
}

/** A single change of a NetworkPolicy that no claim would notice. */
export interface UnnoticedChange {
  /** Where it is: a file with line and column (`shop.yaml:12:5`), or the path of a construct. */
  readonly place: string;

  /** What can change: `ingress rule 2 of NetworkPolicy shop/db can be removed and every claim still holds`. */
  readonly text: string;

  /**
   * A claim that would notice it, as an intent file. It holds today.
   *
   * @default - netpol found no claim that would, or it is undecided whether the change opens or closes a connection
   */
  readonly intent?: string;

  /**
   * The same claim as a call in TypeScript.
   *
   * @default - as for `intent`
   */
  readonly call?: string;
}

/**
 * Whether a claim about connectivity is true, and why.
 */
export class Verdict {
  /** @internal */
  public static _of(holds: boolean, claim: string, explain: () => string): Verdict {
    return new Verdict(holds, claim, explain);
  }

  /** True where the claim is. */
  public readonly holds: boolean;

  /** The claim, as it was made: `allowed(shop/frontend, shop/backend)`. */
  public readonly claim: string;

  /**
   * What decides: the policies and rules, by construct path or by file, line and column, and, where the
   * claim is untrue, what would mend it. Several lines; may change from release to release.
   */
  public get explanation(): string { return this._explanation ??= this._explain(); }

  private _explanation?: string;

  private constructor(holds: boolean, claim: string, private readonly _explain: () => string) {
    this.holds = holds;
    this.claim = claim;
  }

  /** The claim, whether it holds, and the explanation. */
  public toString(): string {
    return `${this.holds ? 'holds' : 'untrue'}: ${this.claim}\n${this.explanation}`;
  }
}

/**
 * Whether a claim about connectivity is true, and why.
 */
export class Verdict {
  /** @internal */
  public static _of(holds: boolean, claim: string, explanation: string): Verdict {
    return new Verdict(holds, claim, explanation);
  }

  /** True where the claim is. */
  public readonly holds: boolean;

  /** The claim, as it was made: `allowed(shop/frontend, shop/backend)`. */
  public readonly claim: string;

  /**
   * What decides: the policies and rules, by construct path or by file, line and column, and, where the
   * claim is untrue, what would mend it. Several lines; may change from release to release.
   */
  public readonly explanation: string;

  private constructor(holds: boolean, claim: string, explanation: string) {
    this.holds = holds;
    this.claim = claim;
    this.explanation = explanation;
  }

  /** The claim, whether it holds, and the explanation. */
  public toString(): string {
    return `${this.holds ? 'holds' : 'untrue'}: ${this.claim}\n${this.explanation}`;
  }
}

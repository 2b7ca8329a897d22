import { Assumption } from '../findings/answer';

/** What a verdict is made of. */
interface VerdictParts {
  readonly claim: string;
  readonly holds: boolean;
  readonly undecided: boolean;
  readonly assumptions: readonly Assumption[];
  readonly explain: () => string;
}

/**
 * Whether a claim about connectivity holds, and why.
 */
export class Verdict {
  /** @internal */
  public static _of(parts: VerdictParts): Verdict {
    return new Verdict(parts);
  }

  /** True if the claim is proven. A claim that is undecided does not hold. */
  public readonly holds: boolean;

  /** True if the claim is neither proven nor disproven: it depends on something that netpol cannot evaluate. */
  public readonly undecided: boolean;

  /** The codes of the assumptions that the answer rests on, such as `namespace-label`; each code once. */
  public readonly assumptions: string[];

  /** The claim as it was made: `allowed(shop/frontend, shop/backend)`. */
  public readonly claim: string;

  /** @internal */
  public readonly _assumptions: readonly Assumption[];

  private _explanation?: string;

  private readonly _explain: () => string;

  private constructor({ claim, holds, undecided, assumptions, explain }: VerdictParts) {
    this.claim = claim;
    this.holds = holds;
    this.undecided = undecided;
    this._assumptions = assumptions;
    this.assumptions = [...new Set(assumptions.map(({ code }) => code))];
    this._explain = explain;
  }

  /**
   * The deciding policies and rules, each with its construct path or with file, line and column. If the claim does not hold, also the fix.
   * Several lines of text, which may change from release to release.
   */
  public get explanation(): string { return this._explanation ??= this._explain(); }

  /**
   * Throws an error with the explanation if the claim does not hold.
   * @internal
   */
  public _assert(): void {
    if (!this.holds) { throw new Error(`${this._headline()}\n${this.explanation}`); }
  }

  /** The claim, whether it holds, and the explanation. */
  public toString(): string {
    return `${this._headline()}\n${this.explanation}`;
  }

  /** @internal */
  public _headline(): string {
    return `${this.claim} ${this.holds ? 'holds' : this.undecided ? 'is undecided' : 'does not hold'}`;
  }
}

import { ClaimScope } from './claim-scope';
import { ClaimVerdict } from '../claims/judge';
import { ClaimWitness } from '../claims/witness';

/** What a verdict is made of. */
interface VerdictParts {
  readonly claim: string;
  readonly holds: boolean;
  readonly undecided: boolean;
  readonly verdicts: readonly ClaimVerdict[];
  readonly explain: () => string;
  /** What is against a claim that does not hold, and the fix. */
  readonly summary: () => string;
}

/** The parts of each verdict. They are not in the verdict itself, whose JSON form has its public fields only. */
const PARTS = new WeakMap<Verdict, VerdictParts & { explanation?: string }>();

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

  /** The pods that the claim was judged for. */
  public readonly scope: ClaimScope;

  /** How many declared workloads are among the parties that the claim names. */
  public readonly declaredWorkloads: number;

  /** The claim as it was made: `allowed(shop/frontend, shop/backend)`. */
  public readonly claim: string;

  private constructor(parts: VerdictParts) {
    const { claim, holds, undecided, verdicts } = parts;
    PARTS.set(this, { ...parts });
    this.claim = claim;
    this.holds = holds;
    this.undecided = undecided;
    this.assumptions = [...new Set(verdicts.flatMap(({ assumptions }) => assumptions.map(({ code }) => code)))];
    this.scope = verdicts.every(({ claim: { onlyDeclared } }) => onlyDeclared) ? ClaimScope.DECLARED : ClaimScope.POSSIBLE;
    this.declaredWorkloads = new Set(verdicts.flatMap(({ declaredWorkloads }) => declaredWorkloads)).size;
  }

  /**
   * One for each claim of the call.
   * @internal
   */
  public get _verdicts(): readonly ClaimVerdict[] { return PARTS.get(this)!.verdicts; }

  /**
   * The deciding policies and rules, each with its construct path or with file, line and column. If the claim does not hold, the fix comes first.
   * At the end is which pods it was judged for. Several lines of text, which may change from release to release.
   */
  public get explanation(): string {
    const parts = PARTS.get(this)!;
    return parts.explanation ??= parts.explain();
  }

  /**
   * The explanation of a claim that does not hold, without the policies and rules.
   * @internal
   */
  public get _summary(): string { return PARTS.get(this)!.summary(); }

  /**
   * The connections that show that the claim does not hold; for a claim that holds under assumptions, one that breaks each of them.
   * @internal
   */
  public get _witnesses(): readonly ClaimWitness[] {
    return this._verdicts.flatMap(({ witness, assumptions }) => witness === undefined ? assumptions.map(one => one.witness) : [witness]);
  }

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

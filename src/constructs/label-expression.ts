import { checkArguments, listOf, text } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { labelKeyErrors, labelValueErrors } from '../k8s/names';
import { LabelSelectorRequirement } from '../k8s/objects';

/**
 * A requirement on one label (`matchExpressions` of a label selector). If there are several, all of them must hold. The factories throw if the
 * API server would refuse the key or a value, so the error is thrown where the requirement is written.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export class LabelExpression {
  /**
   * The label has one of these values.
   *
   * @param key the key of a label: at most 63 characters such as `app`, with an optional DNS prefix as in `example.com/app`
   * @param values one or more values, each of at most 63 characters. An empty list throws.
   */
  public static isIn(key: string, values: string[]): LabelExpression {
    return LabelExpression._of('LabelExpression.isIn', key, 'In', values);
  }

  /**
   * The label has none of these values, or does not exist.
   *
   * @param key the key of a label: at most 63 characters such as `app`, with an optional DNS prefix as in `example.com/app`
   * @param values one or more values, each of at most 63 characters. An empty list throws.
   */
  public static isNotIn(key: string, values: string[]): LabelExpression {
    return LabelExpression._of('LabelExpression.isNotIn', key, 'NotIn', values);
  }

  /**
   * The label exists, with any value.
   *
   * @param key the key of a label: at most 63 characters such as `app`, with an optional DNS prefix as in `example.com/app`
   */
  public static exists(key: string): LabelExpression {
    return LabelExpression._of('LabelExpression.exists', key, 'Exists');
  }

  /**
   * The label does not exist.
   *
   * @param key the key of a label: at most 63 characters such as `app`, with an optional DNS prefix as in `example.com/app`
   */
  public static doesNotExist(key: string): LabelExpression {
    return LabelExpression._of('LabelExpression.doesNotExist', key, 'DoesNotExist');
  }

  /** @internal */
  public static _of(call: string, key: string, operator: LabelSelectorRequirement['operator'], values?: readonly string[]): LabelExpression {
    checkArguments(`${call}(...)`, { key: [key, text("'app'")] });
    if (operator === 'In' || operator === 'NotIn') { checkArguments(`${call}(...)`, { values: [values, listOf(text("'backend'"))] }); }
    const where = `${call}('${key}'${values === undefined ? '' : `, [${values.map(v => `'${v}'`).join(', ')}]`})`;
    const errors = [...labelKeyErrors(key), ...(values ?? []).flatMap(labelValueErrors)];
    if (errors.length > 0) {
      throw callError(where, errors.join(', and '), "write a key such as 'app' or 'example.com/tier' and values such as 'backend'");
    }
    if (values?.length === 0) {
      throw callError(where, 'the list of values is empty', `name at least one value, or write LabelExpression.exists('${key}')`);
    }
    return new LabelExpression({ key, operator, ...(values === undefined ? {} : { values: [...new Set(values)].sort() }) });
  }

  private constructor(private readonly _requirement: LabelSelectorRequirement) {}

  /** @internal */
  public _toRequirement(): LabelSelectorRequirement { return this._requirement; }
}

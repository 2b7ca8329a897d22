import { callError } from '../cdk8s/call-error';
import { labelKeyErrors, labelValueErrors } from '../k8s/names';
import { LabelSelectorRequirement } from '../k8s/objects';

/**
 * One requirement on a label (`matchExpressions` of a label selector). Several of them must all hold.
 * A key or a value that the API server would refuse is thrown at once, where it is written.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export class LabelExpression {
  /**
   * The label is there and has one of these values.
   *
   * @param key a label's key, `name` or `prefix.example.com/name`
   * @param values one or more values, each empty or at most 63 characters
   */
  public static isIn(key: string, values: string[]): LabelExpression {
    return LabelExpression._of('LabelExpression.isIn', key, 'In', values);
  }

  /**
   * The label has none of these values. That holds for pods without the label, too.
   *
   * @param key a label's key, `name` or `prefix.example.com/name`
   * @param values one or more values, each empty or at most 63 characters
   */
  public static isNotIn(key: string, values: string[]): LabelExpression {
    return LabelExpression._of('LabelExpression.isNotIn', key, 'NotIn', values);
  }

  /**
   * The label is there, with whatever value.
   *
   * @param key a label's key, `name` or `prefix.example.com/name`
   */
  public static exists(key: string): LabelExpression {
    return LabelExpression._of('LabelExpression.exists', key, 'Exists');
  }

  /**
   * The label is not there.
   *
   * @param key a label's key, `name` or `prefix.example.com/name`
   */
  public static doesNotExist(key: string): LabelExpression {
    return LabelExpression._of('LabelExpression.doesNotExist', key, 'DoesNotExist');
  }

  /** @internal */
  private static _of(call: string, key: string, operator: LabelSelectorRequirement['operator'], values?: string[]): LabelExpression {
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

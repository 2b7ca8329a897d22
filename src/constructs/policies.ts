import type { IConstruct } from 'constructs';
import { LAYOUT } from './argument-shapes';
import { Network } from './network';
import { PolicyLayout } from './policy-layout';
import { checkArguments, SCOPE } from '../cdk8s/call-arguments';

/**
 * Settings for the policies of all tiers below a scope.
 *
 * @example
 *
 * Policies.of(this).useLayout(PolicyLayout.PER_TIER);
 */
export class Policies {
  /**
   * The settings of a scope.
   *
   * @param scope an app, a chart, or any other construct
   */
  public static of(scope: IConstruct): Policies {
    checkArguments('Policies.of(...)', { scope: [scope, SCOPE] });
    return new Policies(scope);
  }

  private constructor(private readonly _scope: IConstruct) {}

  /**
   * Sets the layout of policies for the tiers of the scope that have no layout of their own, whether they exist already or are made later.
   * If several scopes around a tier have a layout, the nearest one counts.
   *
   * @param layout how edges become policies
   */
  public useLayout(layout: PolicyLayout): void {
    checkArguments(`${this._scope.node.path || 'the app'}: Policies.useLayout(...)`, { layout: [layout, LAYOUT] });
    Network.of(this._scope).setLayout(this._scope, layout);
  }
}

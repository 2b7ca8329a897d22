import type { IConstruct } from 'constructs';
import { GUARDRAIL_VERSION, LAYOUT } from './argument-shapes';
import { GuardrailVersion } from './guardrail-options';
import { Network } from './network';
import { PolicyLayout } from './policy-layout';
import { GuardrailRegistry } from './private/guardrail-registry';
import { checkArguments, SCOPE } from '../cdk8s/call-arguments';

/**
 * Settings for the policies of all tiers and guardrails below a scope.
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

  /**
   * Sets the kind and version of the policies of guardrails below the scope that have no version of their own. If several scopes around a guardrail have a
   * version, the nearest one counts.
   *
   * Throws if there already is a guardrail below the scope.
   *
   * @param version the kind and version that the cluster serves
   */
  public useGuardrailVersion(version: GuardrailVersion): void {
    const where = `${this._scope.node.path || 'the app'}: Policies.useGuardrailVersion(...)`;
    checkArguments(where, { version: [version, GUARDRAIL_VERSION] });
    GuardrailRegistry.of(this._scope).setVersion(where, this._scope, version);
  }
}

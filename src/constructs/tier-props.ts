import { LabelExpression } from './label-expression';
import { PolicyLayout } from './policy-layout';
import { Port } from './port';

/** Options of every tier. */
export interface TierOptions {
  /**
   * The ports for calls that name none. An empty list throws.
   *
   * @default - the ports of the workload's containers at synth. A tier without a workload has none, so each call must name ports.
   */
  readonly ports?: Port[];

  /**
   * The tier's name in policies, `backend` in `allow-frontend-to-backend`: a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-').
   *
   * @default - for a tier of a workload the name of its API object, or if cdk8s generates that, the id of its construct; for other tiers the id. Other
   * characters than a-z and 0-9 become '-'.
   */
  readonly name?: string;

  /**
   * How the tier's edges become policies.
   *
   * @default - the layout that `Policies.useLayout` sets for the nearest scope around the tier, else PolicyLayout.PER_EDGE
   */
  readonly layout?: PolicyLayout;
}

/** A tier by the labels of its pods. */
export interface TierProps extends TierOptions {
  /**
   * Labels that a pod of the tier has, all of them. An empty map without expressions throws.
   *
   * @default - app: the tier's name; none if `matchExpressions` are given
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Requirements on the labels of a pod of the tier, all of which must hold, as well as `labels`. An empty list throws.
   *
   * @default - none
   */
  readonly matchExpressions?: LabelExpression[];

  /**
   * The namespace of the tier's pods, a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-').
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/** A tier from a workload of the app. */
export interface WorkloadTierOptions extends TierOptions {
  /**
   * Labels to select by. `app.synth()` throws if the workload's pods do not have them.
   *
   * @default - the labels that `Tier.fromWorkload` describes
   */
  readonly labels?: { readonly [key: string]: string };
}

/** A tier of all pods of a namespace. */
export interface NamespaceTierOptions extends TierOptions {
  /**
   * The namespace, a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-').
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/** Options of the calls that allow an edge. */
export interface AllowOptions {
  /**
   * The ports to allow. An empty list throws. `[Port.all()]` means every port.
   *
   * @default - the ports of the destination
   */
  readonly ports?: Port[];

  /**
   * What the edge is for: the annotation `kubernetes.io/description` of its policies. Several descriptions of one edge are sorted and joined
   * with '; '.
   *
   * @default - none
   */
  readonly description?: string;
}

import { LabelExpression } from './label-expression';
import { PolicyLayout } from './policy-layout';
import { Port } from './port';

/** What every tier can be told. */
export interface TierOptions {
  /**
   * The ports on which the tier is reached where a call names none. An empty list throws.
   *
   * @default - the ports of the workload's containers, read at synth; without a workload every edge to the
   *   tier has to name its ports
   */
  readonly ports?: Port[];

  /**
   * How the tier's edges are laid out in policies.
   *
   * @default - as `Tier.useLayout` says for a scope around the tier, else PolicyLayout.PER_EDGE
   */
  readonly layout?: PolicyLayout;
}

/** A tier by its pods' labels. */
export interface TierProps extends TierOptions {
  /**
   * Labels that the tier's pods carry, all of them. An empty map without expressions throws.
   *
   * @default - app: the tier's id; none where `matchExpressions` are given
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Requirements on the labels of the tier's pods; all must hold, beside `labels`. An empty list throws.
   *
   * @default - none
   */
  readonly matchExpressions?: LabelExpression[];

  /**
   * The namespace of the tier's pods, a DNS-1123 label.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/** A tier from a workload of the app. */
export interface WorkloadTierProps extends TierOptions {
  /**
   * Labels to select by. The workload's pods must carry them: else `app.synth()` throws.
   *
   * @default - those that tell the workload's pods: see the factory
   */
  readonly labels?: { readonly [key: string]: string };
}

/** A tier of all pods of a namespace. */
export interface NamespaceTierProps extends TierOptions {
  /**
   * The namespace, a DNS-1123 label.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/** What a call can say of an edge. */
export interface AllowOptions {
  /**
   * The ports to let through. An empty list throws; all ports are `[Port.all()]`.
   *
   * @default - the destination's own
   */
  readonly ports?: Port[];

  /**
   * What the edge is there for; written as the annotation `kubernetes.io/description`. Where several calls
   * give one for the same edge, they are joined.
   *
   * @default - none
   */
  readonly description?: string;
}

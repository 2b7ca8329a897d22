import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { callError } from './call-error';
import { slug } from './policy-names';
import { Registry } from './registry';
import { ADDRESS_LABEL, withoutAddress } from './workload-pods';
import { labelValueErrors } from '../api/names';
import { Labels } from '../api/objects';
import { stringMap } from '../api/workloads';

/** The label that a tier gives to pods that have none to know them by. */
export const TIER_LABEL = 'cdk8s-netpol/tier';

/** What all lines of cdk8s-plus have in common: metadata of the pods, to read and to add to. */
interface PodMetadata {
  getLabel(key: string): string | undefined;
  addLabel(key: string, value: string): void;
  toJson(): unknown;
}

/**
 * The labels by which a tier selects the pods of a cdk8s-plus workload: those that the pods carry now,
 * but for the address; or else one that the tier adds. Nothing where the construct is no such workload.
 *
 * @param workload what was given to the tier
 * @param object its API object
 * @param tier the construct path of the tier
 * @param id the id of the tier
 */
export function plusLabels(workload: IConstruct, object: ApiObject, tier: string, id: string): Labels | undefined {
  const pods = (workload as { podMetadata?: Partial<PodMetadata> }).podMetadata;
  if (typeof pods?.getLabel !== 'function' || typeof pods.addLabel !== 'function' || typeof pods.toJson !== 'function') { return undefined; }
  if (pods.getLabel(ADDRESS_LABEL) === undefined) { return undefined; }
  // The metadata of a Pod is the object's own, with the labels that the chart gives to all of its objects.
  const common = object.kind === 'Pod' ? object.chart.labels : {};
  const own = withoutAddress(stringMap((pods.toJson() as { labels?: unknown } | undefined)?.labels), common);
  if (Object.keys(own).length > 0) { return own; }
  const value = labelValueErrors(id).length === 0 ? id : slug(id).slice(0, 63).replace(/-+$/, '');
  const holder = Registry.of(object).takeMark(object.metadata.namespace, value, pods, tier);
  if (holder !== undefined) {
    throw callError(tier, `the pods of ${object.node.path} carry no label to know them by, and ${TIER_LABEL}: ${value} is taken by tier ${holder} in the same namespace`,
      "give the workload a label of its own (podMetadata.addLabel('app', ...)), or the tier another id");
  }
  pods.addLabel(TIER_LABEL, value);
  return { [TIER_LABEL]: value };
}

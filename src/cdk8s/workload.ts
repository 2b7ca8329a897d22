import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { manifestOf } from './app-objects';
import { constructThat, Shape } from './call-arguments';
import { callError } from './call-error';
import { slug } from './policy-names';
import { LABEL_MAX, labelValueErrors } from '../k8s/names';
import { CDK8S_ADDRESS_LABEL, Labels } from '../k8s/objects';
import { isWorkloadKind, PodTemplate, podTemplateOf, stringMap, WORKLOAD_KINDS } from '../k8s/workloads';

/** An argument that `readWorkload` reads. */
export const WORKLOAD: Shape = constructThat('a workload', `write a workload of cdk8s-plus, or the API object of a ${WORKLOAD_KINDS.slice(0, -1).join(', ')} or ${WORKLOAD_KINDS.at(-1)}`);

/** The API object of a workload: the construct itself, or its default child. Throws if there is none, or if its kind makes no pods. */
export function readWorkload(where: string, workload: IConstruct): ApiObject {
  const object = apiObjectOf(workload);
  const kinds = WORKLOAD_KINDS.join(', ');
  if (object === undefined) {
    throw callError(where, `${workload.node.path} has no API object as its default child`,
      `give a workload (${kinds}), or its API object to Tier.fromApiObject(...)`);
  }
  if (!isWorkloadKind(object.apiVersion, object.kind)) {
    throw callError(where, `${object.node.path} is a ${object.kind} of ${object.apiVersion}, which is not a kind of workload that netpol knows`,
      `give a workload (${kinds}), or the pods' labels: new Tier(scope, id, { labels: { app: '...' } })`);
  }
  return object;
}

/** The construct itself, or its default child. Not `ApiObject.of`, which throws an error that does not name the call. */
export function apiObjectOf(construct: IConstruct | undefined): ApiObject | undefined {
  return construct === undefined || ApiObject.isApiObject(construct) ? construct : apiObjectOf(construct.node.defaultChild);
}

/** What a workload's manifest says about its pods. */
export function readPodTemplate(workload: ApiObject): PodTemplate {
  return podTemplateOf(manifestOf(workload))!;
}

/**
 * The labels that distinguish a workload's pods from others: not the address label, and not the labels that a chart gives to each of its
 * objects. A Pod has the latter (cdk8s 2.68.12, lib/api-object.js, constructor of `ApiObject`), a pod template does not.
 */
export function ownLabels(workload: ApiObject, labels: Labels): Labels {
  const common: Labels = workload.kind === 'Pod' ? workload.chart.labels : {};
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => key !== CDK8S_ADDRESS_LABEL && common[key] !== value));
}

/** The label that a tier gives to pods of cdk8s-plus that have no label of their own. */
const TIER_LABEL = 'cdk8s-netpol/tier';

/**
 * The pod metadata of a cdk8s-plus workload: lib/workload.js, `Workload.podMetadata`, and lib/pod.js, `Pod.podMetadata`. We do not depend on
 * cdk8s-plus, which has a package for each minor version of Kubernetes, and recognize its workloads by these methods and the address label.
 */
interface PodMetadata {
  getLabel(key: string): string | undefined;
  addLabel(key: string, value: string): void;
  toJson(): unknown;
}

function isPodMetadata(metadata: Partial<PodMetadata> | undefined): metadata is PodMetadata {
  return typeof metadata?.getLabel === 'function' && typeof metadata.addLabel === 'function' && typeof metadata.toJson === 'function'
    && metadata.getLabel(CDK8S_ADDRESS_LABEL) !== undefined;
}

/**
 * The labels by which a tier selects the pods of a cdk8s-plus workload: those that the pods have now, except for the address label. If they
 * have none, adds the label `cdk8s-netpol/tier` to them. Undefined if the construct is not a workload of cdk8s-plus.
 *
 * @param workload the construct that was given to the tier
 * @param object its API object
 * @param tier the construct path of the tier
 * @param id the id of the tier
 */
export function cdk8sPlusLabels(workload: IConstruct, object: ApiObject, tier: string, id: string): Labels | undefined {
  const pods = (workload as { podMetadata?: Partial<PodMetadata> }).podMetadata;
  if (!isPodMetadata(pods)) { return undefined; }
  const own = ownLabels(object, stringMap((pods.toJson() as { labels?: unknown } | undefined)?.labels));
  if (Object.keys(own).length > 0) { return own; }
  const value = labelValueErrors(id).length === 0 ? id : slug(id).slice(0, LABEL_MAX).replace(/-+$/, '');
  claimLabelValue(object, value, tier);
  pods.addLabel(TIER_LABEL, value);
  return { [TIER_LABEL]: value };
}

/** For each app, the tier that has added a value of `cdk8s-netpol/tier`, by namespace and value. */
const claimedValues = new WeakMap<IConstruct, Map<string, string>>();

/** Throws if another workload of the namespace has the value: policies for the pods of one would select those of the other. */
function claimLabelValue(workload: ApiObject, value: string, tier: string): void {
  const claimed = claimedValues.get(workload.node.root) ?? new Map<string, string>();
  claimedValues.set(workload.node.root, claimed);
  const key = JSON.stringify([workload.metadata.namespace ?? null, value]);
  const holder = claimed.get(key);
  if (holder !== undefined) {
    throw callError(tier, `the pods of ${workload.node.path} have no label of their own, and tier ${holder} of the same namespace already uses ${TIER_LABEL}: ${value}`,
      "give the workload a label of its own (podMetadata.addLabel('app', ...)), or the tier another id");
  }
  claimed.set(key, tier);
}

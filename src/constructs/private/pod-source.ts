import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Registry } from './registry';
import { selectorOf } from './selector-input';
import { callError } from '../../cdk8s/call-error';
import { slug } from '../../cdk8s/policy-object';
import { manifestOf, memoizeInSynth } from '../../cdk8s/synth-run';
import { labelValueErrors } from '../../k8s/names';
import { Labels, LabelSelector } from '../../k8s/objects';
import { ContainerPort, isWorkloadKind, PodTemplate, podTemplateOf, stringMap, WORKLOAD_KINDS } from '../../k8s/workloads';

/** Where a tier has its pods from. */
export interface PodSource {
  /** The workload that makes the pods, where the tier was made from one. */
  readonly workload?: ApiObject;
  /** Which pods. Throws where `problems` has something to say. */
  selector(): LabelSelector;
  /** What the pods' containers declare; none where no container is known. Throws as `selector` does. */
  containerPorts(): readonly ContainerPort[];
  /** What keeps policies from selecting the pods, for validation at synth. */
  problems(): readonly string[];
}

/** Pods that are known by their labels alone. */
export class LabelledPods implements PodSource {
  constructor(private readonly labels: LabelSelector) {}

  public selector(): LabelSelector { return this.labels; }

  public containerPorts(): readonly ContainerPort[] { return []; }

  public problems(): readonly string[] { return []; }
}

/**
 * The label by which cdk8s-plus knows its pods. It changes when a construct is renamed or moved, so
 * that it is no label to write into policies where there is any other.
 */
export const ADDRESS_LABEL = 'cdk8s.io/metadata.addr';

/** Pods of a workload that is in the app. All is read anew until synth, since the workload may change. */
export class WorkloadPods implements PodSource {
  /**
   * @param workload an object of a workload's kind
   * @param labels by which to select, where that is decided already; the pods must carry them
   */
  constructor(public readonly workload: ApiObject, private readonly labels?: Labels) {}

  public selector(): LabelSelector {
    return memoizeInSynth(this.workload.node.root, this, () =>
      this.labels === undefined ? this.ownSelector(this.template()) : selectorOf(this.labels, []));
  }

  public containerPorts(): readonly ContainerPort[] { return this.template().ports; }

  public problems(): readonly string[] {
    try {
      return this.problemsOf(this.template());
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private problemsOf(template: PodTemplate): readonly string[] {
    const problems: string[] = [];
    if (template.hostNetwork) {
      problems.push(`the pods of ${this.workload.node.path} use the host's network, and no NetworkPolicy selects such pods. `
        + 'Instead, set hostNetwork to false, or name their nodes\' addresses by Peer.cidr(...) in the tiers that they talk to.');
    }
    const missing = Object.entries(this.labels ?? {}).filter(([key, value]) => template.labels[key] !== value);
    if (missing.length > 0) {
      problems.push(`the tier selects ${missing.map(([k, v]) => `${k}=${v}`).join(',')}, which the pods of ${this.workload.node.path} do not carry. `
        + 'Instead, add the label to the pod template, or select by labels that are there.');
    }
    const selector = this.selector();
    if (Object.keys(selector).length === 0) {
      problems.push(`the pods of ${this.workload.node.path} carry no label of their own, so that a policy could only select all pods of the namespace. `
        + "Instead, give the pod template a label such as 'app', or write Tier.wholeNamespace(...) for all pods on purpose.");
    }
    return problems;
  }

  /** By what the workload itself knows its pods, else by the labels that it gives them. */
  private ownSelector({ selector, labels }: PodTemplate): LabelSelector {
    // Labels that a chart gives to all of its objects tell no Pod from another. A template does not get them.
    const common = this.workload.kind === 'Pod' ? this.workload.chart.labels : {};
    const own = withoutAddress(labels, common);
    const knownBy = selectorOf(withoutAddress(selector?.matchLabels ?? {}), selector?.matchExpressions ?? []);
    if (Object.keys(knownBy).length > 0) { return knownBy; }
    if (Object.keys(own).length > 0) { return selectorOf(own, []); }
    return ADDRESS_LABEL in labels ? selectorOf({ [ADDRESS_LABEL]: labels[ADDRESS_LABEL] }, []) : {};
  }

  private template(): PodTemplate {
    return podTemplateOf(manifestOf(this.workload))!;
  }
}

/** Labels without the address, and without those that are the same in `common`. */
export function withoutAddress(labels: Labels, common: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => key !== ADDRESS_LABEL && common[key] !== value));
}

/** The API object of a workload. Throws where there is none, or it is of another kind. */
export function readWorkload(path: string, workload: IConstruct): ApiObject {
  const object = apiObjectOf(workload);
  const kinds = WORKLOAD_KINDS.join(', ');
  if (object === undefined) {
    throw callError(path, `${workload?.node?.path ?? workload} has no API object as its default child`,
      `give a workload (${kinds}), or its API object to Tier.fromApiObject(...)`);
  }
  if (!isWorkloadKind(object.apiVersion, object.kind)) {
    throw callError(path, `${object.node.path} is a ${object.kind} of ${object.apiVersion}, which makes no pods that are known of`,
      `give a workload (${kinds}), or the pods' labels: new Tier(scope, id, { labels: { app: '...' } })`);
  }
  return object;
}

function apiObjectOf(construct: IConstruct | undefined): ApiObject | undefined {
  if (construct === undefined || ApiObject.isApiObject(construct)) { return construct; }
  return apiObjectOf(construct.node?.defaultChild);
}

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

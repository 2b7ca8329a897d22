import type { ApiObject } from 'cdk8s';
import { manifestOf } from './manifest';
import type { PodSource } from './pod-source';
import { selectorOf } from './selector-input';
import { onceInRun } from './synth-run';
import { Labels, LabelSelector } from '../api/objects';
import { ContainerPort, PodTemplate, podTemplateOf } from '../api/workloads';

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
    return onceInRun(this.workload.node.root, this, () =>
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

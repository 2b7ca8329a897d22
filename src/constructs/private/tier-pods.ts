import { ApiObject } from 'cdk8s';
import { formatSelector } from './selector-input';
import { withFix } from '../../cdk8s/call-error';
import { memoizeInSynth } from '../../cdk8s/synth-run';
import { readPodTemplate, selectorOfWorkload } from '../../cdk8s/workload';
import { isLasting } from '../../k8s/lasting-labels';
import { Labels, LabelSelector, selectorOf } from '../../k8s/objects';
import { ContainerPort, PodTemplate } from '../../k8s/workloads';

/** The pods of a tier. */
export interface PodSource {
  /** The API object of the workload that the tier was made from, if any. */
  readonly workload?: ApiObject;
  /** Throws if the workload cannot be rendered. */
  selector(): LabelSelector;
  /** The ports that the pods' containers declare. Empty without a workload. Throws if the workload cannot be rendered. */
  containerPorts(): readonly ContainerPort[];
  /** Why policies cannot select the pods: errors for validation at synth. */
  errors(): readonly string[];
}

/** Pods that are described by labels alone. */
export class LabelledPods implements PodSource {
  constructor(private readonly labels: LabelSelector) {}

  public selector(): LabelSelector { return this.labels; }

  public containerPorts(): readonly ContainerPort[] { return []; }

  public errors(): readonly string[] { return []; }
}

/** The pods of a workload of the app. The workload may change until synth, so it is read whenever something is asked. */
export class WorkloadPods implements PodSource {
  /**
   * @param workload the API object of a workload
   * @param labels the labels to select by, which the pods must have. If undefined, the workload's own labels
   */
  constructor(public readonly workload: ApiObject, private readonly labels?: Labels) {}

  public selector(): LabelSelector {
    return memoizeInSynth(this.workload.node.root, this, () =>
      this.labels === undefined ? selectorOfWorkload(this.workload) ?? {} : selectorOf(this.labels, []));
  }

  public containerPorts(): readonly ContainerPort[] { return readPodTemplate(this.workload).ports; }

  public errors(): readonly string[] {
    try {
      return this.errorsIn(readPodTemplate(this.workload));
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private errorsIn(template: PodTemplate): readonly string[] {
    const errors: string[] = [];
    const pods = `the pods of ${this.workload.node.path}`;
    if (template.hostNetwork) {
      errors.push(withFix(`${pods} use the host's network, and no NetworkPolicy selects such pods`,
        'set hostNetwork to false, or name the addresses of their nodes by Peer.nodes([...]) in the tiers that they talk to'));
    }
    const missing = Object.entries(this.labels ?? {}).filter(([key, value]) => template.labels[key] !== value);
    if (missing.length > 0) {
      errors.push(withFix(`the tier selects ${formatSelector({ matchLabels: Object.fromEntries(missing) })}, but ${pods} do not have these labels`,
        'add the labels to the pod template, or select by labels that it has'));
    }
    if (Object.keys(this.selector()).length === 0) {
      const changing = Object.keys(template.labels).filter(key => !isLasting(key)).join(', ');
      errors.push(withFix(`${pods} have no label of their own${changing === '' ? '' : ` besides ${changing}, which changes from release to release`}, `
        + 'so a policy could select only all pods of the namespace',
      "give the pod template a label such as 'app', or if you mean all pods, write Tier.wholeNamespace(...)"));
    }
    return errors;
  }
}

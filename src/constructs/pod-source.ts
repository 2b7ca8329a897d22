import type { ApiObject } from 'cdk8s';
import { LabelSelector } from '../api/objects';
import { ContainerPort } from '../api/workloads';

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

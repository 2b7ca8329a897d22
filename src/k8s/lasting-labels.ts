import { CDK8S_ADDRESS_LABEL, Labels } from './objects';

/** Labels whose value changes although the workload stays the same. A policy that selects by one of them loses its pods with the change. */
const CHANGING_LABELS: ReadonlySet<string> = new Set([
  // The version of the application. During a roll-out, the old pods and the new ones have different values.
  'app.kubernetes.io/version', // kubernetes.io, "Recommended Labels"
  'version', // Istio and Kiali, and many charts
  'service.istio.io/canonical-revision', // Istio
  'tags.datadoghq.com/version', // Datadog, "Unified Service Tagging"
  // The version of the Helm chart, and of the tool that rendered it.
  'helm.sh/chart', // helm.sh, "Labels and Annotations"
  'chart', // charts from before Helm 3
  'heritage', // charts from before Helm 3
  // What controllers count or hash.
  'pod-template-hash', // Deployment
  'rollouts-pod-template-hash', // Argo Rollout
  'controller-revision-hash', // StatefulSet and DaemonSet
  'pod-template-generation', // DaemonSet
  'controller-uid', // one run of a Job
  'batch.kubernetes.io/controller-uid', // one run of a Job
  'job-name', // one run of a CronJob
  'batch.kubernetes.io/job-name', // one run of a CronJob
  'batch.kubernetes.io/job-completion-index', // one pod of a Job
  'statefulset.kubernetes.io/pod-name', // one pod of a StatefulSet
  'apps.kubernetes.io/pod-index', // one pod of a StatefulSet
  'istio.io/rev', // the control plane of the mesh
  // The place of a node. Kubernetes copies it to the pods since 1.35.
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]);

/** True for a label that keeps its value from release to release, wherever its workload is in the construct tree. */
export function isLasting(key: string): boolean {
  return key !== CDK8S_ADDRESS_LABEL && !CHANGING_LABELS.has(key);
}

/** The labels that keep their values. */
export function lastingLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isLasting(key)));
}

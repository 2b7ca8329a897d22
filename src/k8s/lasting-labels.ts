import { CDK8S_ADDRESS_LABEL, Labels } from './objects';

/** Labels whose value changes although the workload stays the same. A policy that selects by one of them loses its pods with the change. */
const CHANGING_LABELS: ReadonlySet<string> = new Set([
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
  'service.istio.io/canonical-revision', // Istio: a version
  'istio.io/rev', // the control plane of the mesh
  'serving.knative.dev/configurationGeneration', // Knative: a number for each revision
  'serving.knative.dev/revisionUID', // Knative
  // The place of a node. Kubernetes copies it to the pods since 1.35.
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]);

/**
 * Names of labels that say which version of an application runs, with any prefix, in small letters and without `-`, `_` and `.`. During a roll-out, the
 * old pods and the new ones have different values. Examples: `app.kubernetes.io/version` (kubernetes.io, "Recommended Labels"), `version` (Istio,
 * Kiali), `tags.datadoghq.com/version` (Datadog), `serving.knative.dev/revision` (Knative), `app-version`, `imageTag`, `git-sha`.
 *
 * Names that may also mean something that lasts are not among them: `build`, `release`, `tag`, `track`.
 */
const VERSION_NAMES: ReadonlySet<string> = new Set([
  'version', 'appversion', 'imageversion', 'imagetag', 'imagesha', 'imagedigest', 'revision', 'commit', 'commitid', 'commithash', 'commitsha',
  'gitcommit', 'gitrevision', 'githash', 'gitsha', 'buildid', 'buildnumber', 'buildversion',
]);

/** True for a label that says which version runs, or that has a checksum of the configuration, as Helm charts write it: `checksum/config`. */
function saysVersion(key: string): boolean {
  const name = key.slice(key.indexOf('/') + 1);
  return key.startsWith('checksum/') || VERSION_NAMES.has(name.toLowerCase().replace(/[-_.]/g, ''));
}

/** True for a label that keeps its value from release to release, wherever its workload is in the construct tree. */
export function isLasting(key: string): boolean {
  return key !== CDK8S_ADDRESS_LABEL && !CHANGING_LABELS.has(key) && !saysVersion(key);
}

/** The labels that keep their values. */
export function lastingLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isLasting(key)));
}

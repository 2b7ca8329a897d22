import { IConstruct } from 'constructs';
import { callError } from '../../cdk8s/call-error';
import { invalidate } from '../../cdk8s/synth-run';
import { StatedNamespace } from '../../cluster/cluster';
import { Place } from '../../findings/finding';
import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../../k8s/names';
import { haveSameLabels, Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';

/** By the root of an app, then by name. */
const stated = new WeakMap<IConstruct, Map<string, StatedNamespace>>();

/** The namespaces that an app states. */
export function namespacesStatedIn(root: IConstruct): StatedNamespace[] {
  return [...stated.get(root)?.values() ?? []];
}

/** States a namespace for a whole app. Throws an error that begins with `call` if the app states other labels for it. */
export function addStatedNamespace(call: string, root: IConstruct, namespace: StatedNamespace): void {
  const { name, labels } = namespace;
  const known = stated.get(root) ?? new Map<string, StatedNamespace>();
  const before = known.get(name);
  if (before !== undefined && !haveSameLabels(before.labels, labels)) {
    throw callError(call, `${before.place.constructPath} states other labels for this namespace`, 'state it once, with all of its labels');
  }
  stated.set(root, known.set(name, before ?? namespace));
  invalidate(root);
}

/** Checks the name and the labels of a namespace. Throws an error that begins with `call` if one of them is not valid. */
export function checkedNamespace(call: string, name: string, labels: Labels, place: Place): StatedNamespace {
  const [nameError] = dnsLabelErrors(name);
  if (nameError !== undefined) { throw callError(call, `the name '${name}' is not valid: ${nameError}`, 'write the name of a namespace'); }
  for (const [key, value] of Object.entries(labels)) {
    const [error] = [...labelKeyErrors(key), ...labelValueErrors(value)];
    if (error !== undefined) { throw callError(call, `the label '${key}: ${value}' is not valid: ${error}`, 'write the labels that the namespace has in the cluster'); }
  }
  const written = labels[NAMESPACE_NAME_LABEL];
  if (written !== undefined && written !== name) {
    throw callError(call, `the label ${NAMESPACE_NAME_LABEL} is '${written}', but Kubernetes sets it to the name of the namespace`, 'leave it out');
  }
  return { name, labels, place };
}

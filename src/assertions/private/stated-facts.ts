import { IConstruct } from 'constructs';
import { callError } from '../../cdk8s/call-error';
import { invalidate } from '../../cdk8s/synth-run';
import { ClusterFacts, StatedNamespace } from '../../cluster/cluster';
import { Place } from '../../findings/finding';
import { Cidr, cidrFix, parseCidr } from '../../k8s/address';
import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../../k8s/names';
import { haveSameLabels, Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';

/** What an app states. */
interface Stated {
  readonly namespaces: Map<string, StatedNamespace>;
  readonly podCidrs: Cidr[];
}

/** By the root of an app. */
const stated = new WeakMap<IConstruct, Stated>();

/** The facts that an app states. */
export function factsStatedIn(root: IConstruct): Required<ClusterFacts> {
  const { namespaces, podCidrs } = statedIn(root);
  return { namespaces: [...namespaces.values()], podCidrs: [...podCidrs], openNamespaces: [] };
}

function statedIn(root: IConstruct): Stated {
  const known = stated.get(root) ?? { namespaces: new Map(), podCidrs: [] };
  stated.set(root, known);
  return known;
}

/** States a namespace for a whole app. Throws an error that begins with `call` if the app states other labels for it. */
export function addStatedNamespace(call: string, root: IConstruct, namespace: StatedNamespace): void {
  const { name, labels } = namespace;
  const { namespaces } = statedIn(root);
  const before = namespaces.get(name);
  if (before !== undefined && !haveSameLabels(before.labels, labels)) {
    throw callError(call, `${before.place.constructPath} states other labels for this namespace`, 'state it once, with all of its labels');
  }
  namespaces.set(name, before ?? namespace);
  invalidate(root);
}

/** States blocks of pod addresses for a whole app. */
export function addStatedPodCidrs(root: IConstruct, podCidrs: readonly Cidr[]): void {
  statedIn(root).podCidrs.push(...podCidrs);
  invalidate(root);
}

/** Reads blocks of pod addresses. Throws an error that begins with `call` if one of them is not valid. */
export function checkedPodCidrs(call: string, podCidrs: readonly string[]): Cidr[] {
  return podCidrs.map(text => {
    const block = parseCidr(text);
    if (typeof block === 'string') { throw callError(call, `'${text}' ${block}`, cidrFix(text) ?? "write a CIDR block such as '10.0.0.0/8' or 'fd00::/8'"); }
    return block;
  });
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

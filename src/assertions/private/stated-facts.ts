import { IConstruct } from 'constructs';
import { callError } from '../../cdk8s/call-error';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { isInTree } from '../../cdk8s/construct-tree';
import { invalidate } from '../../cdk8s/synth-run';
import { ClusterFacts, StatedNamespace } from '../../cluster/cluster';
import { Place } from '../../findings/finding';
import { Cidr, cidrFix, parseCidr } from '../../k8s/address';
import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../../k8s/names';
import { NetworkPlugin, pluginName, readNetworkPlugin } from '../../k8s/network-plugins';
import { haveSameLabels, Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';

/** What a construct of an app states, for its cluster, or if it is in none, for all clusters of the app. */
type Stated = { readonly scope: IConstruct } & (
  | { readonly namespace: StatedNamespace } | { readonly podCidrs: readonly Cidr[] } | { readonly openNamespace: string }
  | { readonly plugin: NetworkPlugin }
);

/** By the root of an app. */
const stated = new WeakMap<IConstruct, readonly Stated[]>();

/** What the constructs of an app state that are in its tree. */
function statedIn(root: IConstruct): readonly Stated[] {
  return (stated.get(root) ?? []).filter(({ scope }) => isInTree(scope));
}

/** The facts that an app states for one of its clusters. */
export function factsStatedIn(root: IConstruct, cluster: string | undefined): Required<Omit<ClusterFacts, 'plugin'>> & Pick<ClusterFacts, 'plugin'> {
  const facts = statedIn(root).filter(({ scope }) => clusterOf(scope) === undefined || clusterOf(scope) === cluster);
  const namespaces = new Map<string, StatedNamespace>();
  for (const fact of facts) {
    if ('namespace' in fact && !namespaces.has(fact.namespace.name)) { namespaces.set(fact.namespace.name, fact.namespace); }
  }
  return {
    namespaces: [...namespaces.values()],
    podCidrs: facts.flatMap(fact => 'podCidrs' in fact ? fact.podCidrs : []),
    openNamespaces: facts.flatMap(fact => 'openNamespace' in fact ? [fact.openNamespace] : []),
    plugin: facts.flatMap(fact => 'plugin' in fact ? [fact.plugin] : [])[0],
  };
}

/** States a namespace. Throws an error that begins with `call` if the app states other labels for it in the same cluster. */
export function addStatedNamespace(call: string, scope: IConstruct, namespace: StatedNamespace): void {
  const cluster = clusterOf(scope);
  for (const fact of statedIn(scope.node.root)) {
    if (!('namespace' in fact) || fact.namespace.name !== namespace.name || haveSameLabels(fact.namespace.labels, namespace.labels)) { continue; }
    const other = clusterOf(fact.scope);
    if (cluster !== other && cluster !== undefined && other !== undefined) { continue; }
    throw callError(call, `${fact.namespace.place.constructPath} states other labels for this namespace`, 'state it once, with all of its labels');
  }
  add(scope, { scope, namespace });
}

/** States blocks of pod addresses. */
export function addStatedPodCidrs(scope: IConstruct, podCidrs: readonly Cidr[]): void {
  add(scope, { scope, podCidrs });
}

/** States the network plugin. Throws an error that begins with `call` if the app states another one for the same cluster. */
export function setStatedPlugin(call: string, scope: IConstruct, plugin: NetworkPlugin): void {
  const cluster = clusterOf(scope);
  for (const fact of statedIn(scope.node.root)) {
    const other = clusterOf(fact.scope);
    const isElsewhere = cluster !== other && cluster !== undefined && other !== undefined;
    if (!('plugin' in fact) || isElsewhere || pluginName(fact.plugin) === pluginName(plugin)) { continue; }
    throw callError(call, `the app states ${pluginName(fact.plugin)} for this cluster already`, 'state one network plugin for each cluster');
  }
  add(scope, { scope, plugin });
}

/** Reads a network plugin. Throws an error that begins with `call` if netpol does not know it. */
export function checkedPlugin(call: string, text: string): NetworkPlugin {
  const plugin = readNetworkPlugin(text);
  if (typeof plugin !== 'string') { return plugin; }
  const [fault, fix] = plugin.split(': ');
  throw callError(call, fault, fix);
}

/** States that a namespace has workloads which the app does not declare. Throws an error that begins with `call` if the name is not valid. */
export function addOpenNamespace(call: string, scope: IConstruct, name: string): void {
  const { name: openNamespace } = checkedNamespace(call, name, {}, {});
  add(scope, { scope, openNamespace });
}

function add({ node: { root } }: IConstruct, fact: Stated): void {
  stated.set(root, [...stated.get(root) ?? [], fact]);
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

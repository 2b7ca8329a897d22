import { Lazy } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { callError } from './call-error';
import { IpBlock, isObject, LabelSelector, NAMESPACE_NAME_LABEL, NetworkPolicyPeer, NetworkPolicyPort } from '../k8s/objects';

/*
 * Peers of cdk8s-plus, in both directions. Each version of Kubernetes has a package of its own, so we depend on none. We rely on these
 * shapes, which are the same from cdk8s-plus-27 2.9.5 to cdk8s-plus-34 2.0.54: lib/network-policy.d.ts, `INetworkPolicyPeer`, and lib/pod.d.ts,
 * `IPodSelector`. `NetworkPolicy.createNetworkPolicyPeers` turns a peer into rules, and `PodConnections.allow` writes the policies.
 */

/** `NetworkPolicyPeerConfig` of cdk8s-plus: either a block or pods. */
interface PlusPeerConfig {
  readonly ipBlock?: { _toKube(): IpBlock };
  readonly podSelector?: PlusPodSelectorConfig;
}

/** `PodSelectorConfig` of cdk8s-plus. */
interface PlusPodSelectorConfig {
  readonly labelSelector: PlusLabelSelector;
  /** Absent for the namespace of the policy. */
  readonly namespaces?: { readonly labelSelector?: PlusLabelSelector; readonly names?: string[] };
}

/** What cdk8s-plus calls on its `LabelSelector`. */
interface PlusLabelSelector {
  _toKube(): LabelSelector;
}

/** Pods as cdk8s-plus describes them. */
export interface PlusPods {
  /** Read when cdk8s-plus writes a policy, so that it may change until then. */
  readonly selector: () => LabelSelector;
  /** The names of the namespaces. Undefined for those of `namespaceSelector`, or if that is undefined too, for the namespace of the policy. */
  readonly namespaceNames?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
}

/** True for a construct that cdk8s-plus takes as a peer. */
export function isPlusPeer(construct: IConstruct): boolean {
  return typeof (construct as { toNetworkPolicyPeerConfig?: unknown }).toNetworkPolicyPeerConfig === 'function';
}

/**
 * The peers of a rule that cdk8s-plus would write for a peer of its own. Throws if it would write a list without peers, which Kubernetes reads
 * as everything.
 */
export function readPlusPeer(where: string, construct: IConstruct): NetworkPolicyPeer[] {
  const config: unknown = (construct as unknown as { toNetworkPolicyPeerConfig(): unknown }).toNetworkPolicyPeerConfig();
  const { ipBlock, podSelector } = (isObject(config) ? config : {}) as PlusPeerConfig;
  if ((ipBlock === undefined) === (podSelector === undefined)) {
    throw callError(where, `toNetworkPolicyPeerConfig() of ${construct.node.path} returns neither a block nor pods, or both`,
      'return an object with either ipBlock or podSelector, as cdk8s-plus does');
  }
  if (ipBlock !== undefined) {
    const { cidr, except } = kubeOf<IpBlock>(where, construct, ipBlock);
    return [{ ipBlock: { cidr, ...(except === undefined || except.length === 0 ? {} : { except }) } }];
  }
  const { labelSelector, namespaces } = podSelector!;
  const selectorOf = (selector: PlusLabelSelector) => kubeSelector(where, construct, selector);
  const pods = { podSelector: selectorOf(labelSelector) };
  if (namespaces?.names === undefined) {
    return [namespaces?.labelSelector === undefined ? pods : { namespaceSelector: selectorOf(namespaces.labelSelector), ...pods }];
  }
  if (namespaces.names.length === 0) {
    throw callError(where, `${construct.node.path} has an empty list of namespaces, which cdk8s-plus writes as a rule for everything`,
      'name at least one namespace, or leave names out');
  }
  const others = namespaces.labelSelector === undefined ? {} : selectorOf(namespaces.labelSelector);
  return namespaces.names.map(name => ({
    namespaceSelector: { ...others, matchLabels: { ...others.matchLabels, [NAMESPACE_NAME_LABEL]: name } }, ...pods,
  }));
}

/** A block or a selector as the API has it. Other libraries may return it so, without a class of cdk8s-plus around it. */
function kubeOf<T extends object>(where: string, construct: IConstruct, given: unknown): T {
  if (!isObject(given)) {
    throw callError(where, `toNetworkPolicyPeerConfig() of ${construct.node.path} returns ${JSON.stringify(given)} where a block or a selector belongs`,
      "return { ipBlock: { cidr: '10.0.0.0/8' } } or { podSelector: { labelSelector: { matchLabels: { app: 'web' } } } }");
  }
  return (typeof given._toKube === 'function' ? (given as unknown as { _toKube(): T })._toKube() : given) as T;
}

/** The selector without the fields that are undefined. */
function kubeSelector(where: string, construct: IConstruct, selector: PlusLabelSelector): LabelSelector {
  const { matchLabels, matchExpressions } = kubeOf<LabelSelector>(where, construct, selector);
  return {
    ...(matchLabels === undefined ? {} : { matchLabels: { ...matchLabels } }),
    ...(matchExpressions === undefined ? {} : { matchExpressions: [...matchExpressions] }),
  };
}

/** A block for cdk8s-plus. */
export function plusBlock({ cidr, except }: IpBlock): PlusPeerConfig {
  return { ipBlock: { _toKube: () => ({ cidr, except }) } };
}

/** Pods for cdk8s-plus, as a peer. */
export function plusPods(pods: PlusPods): PlusPeerConfig {
  return { podSelector: plusPodSelector(pods) };
}

/** Pods for cdk8s-plus, as what a policy, a Service or an affinity selects. */
export function plusPodSelector({ selector, namespaceNames, namespaceSelector }: PlusPods): PlusPodSelectorConfig {
  const labelSelector = plusLabelSelector(selector);
  if (namespaceNames !== undefined) { return { labelSelector, namespaces: { names: [...namespaceNames] } }; }
  if (namespaceSelector === undefined) { return { labelSelector }; }
  return { labelSelector, namespaces: { labelSelector: plusLabelSelector(() => namespaceSelector) } };
}

function plusLabelSelector(selector: () => LabelSelector): PlusLabelSelector {
  return {
    // cdk8s-plus asks once, when a rule is added, and renders the object at synth. The getters wait until then.
    _toKube: () => ({
      get matchLabels() { return selector().matchLabels; },
      get matchExpressions() { return selector().matchExpressions; },
    }),
  };
}

/**
 * Gives a peer the ports that cdk8s-plus allows if a call names none. It reads them from the property `containers` of the peer: lib/container.js,
 * `extractContainerPorts`, and lib/pod.js, `PodConnections.extractPorts`, which makes a TCP port of each. Ours replace that list by one with the
 * right protocols, so that ports by name, ranges and UDP ports are what they are. Nothing happens if the call names ports.
 *
 * @param ports called when cdk8s-plus writes a rule; throws if the peer has no ports
 * @param late true if the ports are to be read at synth and not before
 */
export function definePlusPorts(peer: IConstruct, ports: () => readonly NetworkPolicyPort[], late: boolean): void {
  // cdk8s-plus: `(peer.containers ?? []).flatMap(...).map(...)` for the ports, and `ports.map(port => port._toKube())` for the rule.
  const rulePorts = { map: () => late ? Lazy.any({ produce: () => kubePorts(ports()) }) : kubePorts(ports()) };
  Object.defineProperty(peer, 'containers', { value: { flatMap: () => ({ map: () => rulePorts }) } });
}

/** Ports as cdk8s-plus gives them to its API objects, which read `port.value`. */
function kubePorts(ports: readonly NetworkPolicyPort[]): object[] {
  return ports.map(({ protocol, port, endPort }) => ({ protocol, endPort, port: port === undefined ? undefined : { value: port } }));
}

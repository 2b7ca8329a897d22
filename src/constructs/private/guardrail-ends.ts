import type { IConstruct } from 'constructs';
import { callError } from '../../cdk8s/call-error';
import { cidrsOf, parseCidr, subtractRanges } from '../../k8s/address';
import { IpBlock, LabelSelector, NetworkPolicyPeer } from '../../k8s/objects';
import { edgeEndsOf } from '../edge-ends';
import type { EdgeEnd } from '../network';

/*
 * What an end of a guardrail means in a cluster-wide policy. Such a policy has no namespace of its own, and its blocks have no exceptions.
 */

/** Pods as a cluster-wide policy selects them: as its subject, and as a peer. */
export type PodsOfPolicy =
  | { readonly namespaces: LabelSelector }
  | { readonly pods: { readonly namespaceSelector: LabelSelector; readonly podSelector: LabelSelector } };

/** One end of a guardrail. Several if it is `Peer.anyOf`. */
export interface GuardrailEnd {
  readonly end: EdgeEnd;
  /** Each is computed at synth, when the labels of a workload are known. */
  readonly pods: readonly (() => PodsOfPolicy)[];
  /** Blocks in CIDR notation. */
  readonly networks: readonly string[];
  /** True for every pod and every address. Then `pods` and `networks` say the same. */
  readonly isEverything: boolean;
}

const EVERY_POD: PodsOfPolicy = { namespaces: {} };
const EVERY_ADDRESS = ['0.0.0.0/0', '::/0'];

/**
 * The ends that a tier, a peer or a workload stands for. Each has pods or blocks. Throws if a peer excludes all of its addresses.
 *
 * @param where begins an error: the path of the guardrail, the call and the argument
 */
export function guardrailEndsOf(where: string, given: IConstruct): readonly GuardrailEnd[] {
  return edgeEndsOf(where, given).map((end): GuardrailEnd => {
    if (end.tier !== undefined) {
      if (end.tier._namespace === undefined) { throw callError(where, `${end.title} has no namespace`, NAME_NAMESPACE); }
      // A policy of no namespace names that of the pods.
      return { end, pods: [() => podsOf(where, end.title, end.peers(undefined)![0])], networks: [], isEverything: false };
    }
    const peers = end.peers(undefined);
    if (peers === undefined) { return { end, pods: [() => EVERY_POD], networks: EVERY_ADDRESS, isEverything: true }; }
    const blocks = peers.flatMap(({ ipBlock }) => ipBlock === undefined ? [] : [ipBlock]);
    const pods = peers.filter(({ ipBlock }) => ipBlock === undefined).map(peer => podsOf(where, end.title, peer));
    const networks = [...new Set(blocks.flatMap(blocksWithout))];
    if (pods.length + networks.length === 0) {
      throw callError(where, `${end.title} has no address: the blocks that it excludes leave nothing of it`, 'exclude less, or leave it out of this call');
    }
    return { end, pods: pods.map(one => () => one), networks, isEverything: false };
  });
}

const NAME_NAMESPACE = "name the namespaces: Peer.namespace('shop'), Peer.allNamespaces(), or namespace or allNamespaces in Peer.pods(...)";

function podsOf(where: string, title: string, { namespaceSelector, podSelector }: NetworkPolicyPeer): PodsOfPolicy {
  if (namespaceSelector === undefined) {
    throw callError(where, `${title} means the namespace of a policy, and a cluster-wide policy has none`, NAME_NAMESPACE);
  }
  return podSelector === undefined ? { namespaces: namespaceSelector } : { pods: { namespaceSelector, podSelector } };
}

/** The blocks that are left of a block without its exceptions. */
function blocksWithout({ cidr, except = [] }: IpBlock): string[] {
  const range = (text: string) => parseCidr(text) as Exclude<ReturnType<typeof parseCidr>, string>;
  return except.length === 0 ? [cidr] : subtractRanges(range(cidr), except.map(range)).flatMap(cidrsOf);
}


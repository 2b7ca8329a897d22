import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import type { EdgeEnd } from './network';
import { readBlock } from './private/blocks';
import { noPeerError, WRITE_A_PEER } from './private/no-peer';
import { checkSelector } from './private/selector-input';
import { implicitTierOf, tierOfWorkload } from './private/workload-end';
import { constructThat, Shape } from '../cdk8s/call-arguments';
import { defaultsFrom } from '../cdk8s/construct-tree';
import { isPlusPeer, readPlusPeer } from '../cdk8s/plus-peers';
import { slug } from '../cdk8s/policy-names';
import { NetworkPolicyPeer } from '../k8s/objects';
import { isWorkloadKind } from '../k8s/workloads';

/** An argument of a call that `edgeEndsOf` reads. */
export const END: Shape = constructThat('a Tier, a Peer or a workload', WRITE_A_PEER);

/**
 * The ends of an edge that a construct stands for. A workload without a tier gets an implicit tier of its own.
 *
 * @param where begins an error: the path of a construct and the call
 */
export function edgeEndsOf(where: string, given: IConstruct): readonly EdgeEnd[] {
  const ends = endsOrWorkload(where, given);
  return ApiObject.isApiObject(ends) ? implicitTierOf(ends) : ends;
}

/**
 * What a construct stands for in an edge or a claim: a tier, a peer, a workload, another construct with one of these as its default child, or a
 * peer of cdk8s-plus. Throws if it is none of these.
 *
 * @returns its ends, or the API object of a workload that has no tier
 */
export function endsOrWorkload(where: string, given: IConstruct): readonly EdgeEnd[] | ApiObject {
  for (const construct of defaultsFrom(given)) {
    const ends = (construct as { readonly _edgeEnds?: readonly EdgeEnd[] })._edgeEnds;
    if (ends !== undefined) { return ends; }
    if (ApiObject.isApiObject(construct) && isWorkloadKind(construct.apiVersion, construct.kind)) {
      return tierOfWorkload(construct)?._edgeEnds ?? construct as ApiObject;
    }
  }
  if (!isPlusPeer(given)) { throw noPeerError(where, given); }
  const peers = readPlusPeer(where, given).map(peer => checkedPeer(where, peer));
  const name = slug(given.node.id);
  return [{ key: peerKey(name, peers), name, title: given.node.path, ports: () => undefined, peers: () => peers }];
}

/** The name of an argument in messages: the name of a tier or a peer, or the path of another construct. An ellipsis for anything else. */
export function titleOf(given: unknown): string {
  return Construct.isConstruct(given) ? (given as { readonly endpointName?: string }).endpointName ?? given.node.path : '...';
}

/** Equal for ends without policies that select the same under the same name. */
export function peerKey(name: string, peers: readonly NetworkPolicyPeer[] | undefined): string {
  return `peer:${JSON.stringify([name, peers ?? null])}`;
}

/** The peer in the form in which we write our own. Throws if the API server would refuse it. */
function checkedPeer(where: string, { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): NetworkPolicyPeer {
  if (ipBlock !== undefined) { return { ipBlock: readBlock(where, ipBlock.cidr, ipBlock.except) }; }
  return {
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: checkSelector(where, namespaceSelector) }),
    podSelector: checkSelector(where, podSelector!),
  };
}

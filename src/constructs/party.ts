import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { IPeer } from './endpoint';
import { Port } from './port';
import { callError } from '../cdk8s/call-error';
import type { Direction, Edge } from './private/edge';
import { LabelSelector, NetworkPolicyPeer } from '../k8s/objects';
import { ContainerPort } from '../k8s/workloads';

/** The pods of a tier, as edges and policies need to know them. */
export interface TierPods extends IConstruct {
  readonly _namespace: string | undefined;
  readonly _policies: { add(direction: Direction, edge: Edge): void };
  _selector(): LabelSelector;
  _containerPorts(): readonly ContainerPort[];
  _workload(): ApiObject | undefined;
}

/**
 * One party of an edge, in terms of policies. A peer that stands for several at once has several;
 * each is an edge of its own.
 */
export interface EdgeEnd {
  /** The same for parties that say the same under the same name. */
  readonly key: string;
  /** Its part in the names of policies. */
  readonly name: string;
  /** How messages call it. */
  readonly title: string;
  /** Where the party is one of ours: whose pods we may write policies for. */
  readonly tier?: TierPods;
  /** The ports on which it is reached where the call names none; nothing where that is not known. */
  ports(): readonly Port[] | undefined;
  /** The API's peers, for a policy in this namespace; nothing for every pod and every address. */
  clauses(namespace: string | undefined): readonly NetworkPolicyPeer[] | undefined;
}

/** The parties that a peer stands for. Throws where it is neither a tier nor a peer of this library. */
export function edgeEndsOf(where: string, peer: IPeer): readonly EdgeEnd[] {
  const parties = (peer as { _parties?: () => readonly EdgeEnd[] } | undefined)?._parties;
  if (typeof parties !== 'function') {
    throw callError(where, 'this is neither a Tier nor a Peer',
      'write a Tier, one of the factories of Peer, or Tier.fromWorkload(...) for a workload of cdk8s-plus');
  }
  return parties.call(peer);
}

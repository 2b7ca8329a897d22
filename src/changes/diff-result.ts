import { AddressesClause, Namespace, Pod, Workload } from '../cluster/cluster';
import { DomainsClause, NodesClause } from '../cluster/cluster-policy';
import { ConnectionSet } from '../evaluator/connections';
import { Reason } from '../findings/answer';
import { Place } from '../findings/finding';
import { Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ConnectionEnd, Passing } from '../query/connectivity';

/** What a change opens and closes, for every pod that could exist. */
export interface Diff {
  /** The connections that the new version allows and the old one does not. Those that open something for workloads of both versions come first. */
  readonly gains: readonly ChangedRegion[];
  /** The connections that the old version allows and the new one does not. */
  readonly losses: readonly ChangedRegion[];
  /** What may open or close, and why that is not known. */
  readonly undecided: readonly UndecidedRegion[];
  /** Every difference between the lists of connections of both versions, sorted by source, then destination. */
  readonly pairs: readonly ChangedPair[];
  /** The names of the Namespaces that only one version declares, sorted. No connection has to change because of them. */
  readonly namespaces: { readonly fresh: readonly string[]; readonly gone: readonly string[] };
  /** For whom "nothing opens" and "nothing closes" are said. */
  readonly scope: DiffScope;
  /** What the result assumes, as sentences: a namespace that one version only uses has no label besides its name there. */
  readonly assumptions: readonly string[];
}

/** For whom a diff speaks. */
export interface DiffScope {
  /** `every possible pod`: also for pods and namespaces that do not exist yet. `declared pods`: the search for possible pods did not end. */
  readonly pods: 'every possible pod' | 'declared pods';
  /** Why it speaks for declared pods only. Absent otherwise. */
  readonly reason?: string;
}

/** In which versions the ends of a connection are. */
export type EndsExist =
  /** Each end is a declared workload of both versions, or an address. */
  | 'both'
  /** An end is a workload, or a known pod, that only the new version declares. */
  | 'new'
  /** An end is a workload, or a known pod, that only the old version declares. */
  | 'gone'
  /** An end is a pod that no version declares. */
  | 'possible';

/**
 * Connections that changed for one reason: some of those from a pod or address in `from` to one in `to`, on some of the ports. Each end and each port of the
 * region has a changed connection. The other connections of the region are as they were.
 */
export interface ChangedRegion {
  /**
   * What else passes between the ends of the witness, and so between some of the ends of the region:
   *
   * - `opened`: nothing passed before
   * - `widened`: other ports passed before
   * - `closed`: nothing passes any more
   * - `narrowed`: other ports still pass
   */
  readonly kind: 'opened' | 'widened' | 'closed' | 'narrowed';
  /** The first that applies to a declared pair of the region, in the order `both`, `new`, `gone`; `possible` if it has no declared pair. */
  readonly ends: EndsExist;
  readonly from: RegionEnd;
  readonly to: RegionEnd;
  readonly ports: RegionPorts;
  /** What made the difference: never empty. */
  readonly causes: readonly ChangeCause[];
  /** One connection that changed. */
  readonly witness: ChangeWitness;
  /** The declared pairs whose connections changed within the region, sorted. Workloads of one version are among them. */
  readonly pairs: readonly RegionPair[];
  /** A gain of which an end is a workload that the old version declares, or that no new workload explains. False for losses. */
  readonly isBroadening: boolean;
  /** A gain of new workloads only. False for losses. */
  readonly isAddition: boolean;
}

/** One side of a region: the pods and addresses that are in each of `parts`. */
export interface RegionEnd {
  /** `pods app=web of namespace shop`, `every pod and address`, `10.0.0.0/8`, `shop/web[Deployment]` */
  readonly text: string;
  /** Never empty. */
  readonly parts: readonly RegionPart[];
}

/** A set of pods and addresses. */
export type RegionPart =
  /** Every pod and every address. */
  | { readonly kind: 'anything' }
  /** Every possible pod that both selectors match. */
  | { readonly kind: 'pods'; readonly namespaces: Selector; readonly pods: Selector }
  /** The pods of a declared workload, of the new version if it has it. */
  | { readonly kind: 'workload'; readonly workload: Workload }
  /** Every pod of one namespace. */
  | { readonly kind: 'namespace'; readonly name: string }
  /** The pods and other ends that have an address in a block. */
  | AddressesClause
  | NodesClause
  | DomainsClause;

/** The ports of a region. */
export interface RegionPorts {
  /** `every port`, `TCP 80 and TCP 443`, `TCP http` */
  readonly text: string;
  /** The numbers on which a connection of the region changed. */
  readonly connections: ConnectionSet;
  /** The named ports of the rule (`http`), which each destination resolves. `connections` then has every number that a pod can give them. */
  readonly names: readonly { readonly protocol: Protocol; readonly name: string }[];
}

/** Something that differs between the versions, and changed connections. */
export interface ChangeCause {
  readonly kind:
  /** A rule of a NetworkPolicy that one version lacks. */
  | 'rule'
  /** A policy that isolates pods in one version only. */
  | 'isolation'
  /** A rule of a cluster-wide policy that one version lacks. */
  | 'cluster-wide rule'
  /** The labels of a namespace. */
  | 'namespace'
  /** The labels, ports, addresses or network of a workload. */
  | 'workload'
  /** The nodes, the blocks of pods or the network plugin. */
  | 'facts';
  readonly change: 'added' | 'removed' | 'changed';
  /** The cause as a clause: `ingress rule 1 of shop/allow-web is new`, `shop/deny no longer isolates pods for egress`. */
  readonly text: string;
  /** Where it is written in the old version. Absent if only the new version has it. */
  readonly before?: Place;
  /** Where it is written in the new version. Absent if only the old version has it. */
  readonly after?: Place;
}

/** One connection that one version allows and the other one does not. */
export interface ChangeWitness {
  readonly source: ChangeWitnessEnd;
  readonly destination: ChangeWitnessEnd;
  readonly protocol: Protocol;
  /** 1–65535 */
  readonly port: number;
}

/** One end of a witness. */
export type ChangeWitnessEnd = ChangeWitnessPod | { readonly kind: 'address'; readonly name: string; readonly address: bigint };

/** A pod of a witness, declared or possible. */
export interface ChangeWitnessPod {
  readonly kind: 'pod';
  /** `shop/web[Deployment]`, `a pod with label app=web in namespace shop`, `a pod without labels and with address 10.1.0.1 in namespace shop` */
  readonly name: string;
  /** As the old version has it, or would have it. A possible pod is the same in both. */
  readonly before: { readonly pod: Pod; readonly namespace: Namespace };
  readonly after: { readonly pod: Pod; readonly namespace: Namespace };
  /** The workload, of the new version if it has it. Absent for a pod that could exist. */
  readonly workload?: Workload;
  /** True if no version declares or uses its namespace, whose name is only an example. */
  readonly isNewNamespace: boolean;
}

/** A declared pair in a region. */
export interface RegionPair {
  readonly source: ConnectionEnd;
  readonly destination: ConnectionEnd;
  readonly ends: EndsExist;
  /** The connections that changed, of those in the region. */
  readonly connections: ConnectionSet;
}

/** A difference between the lists of connections of both versions. */
export interface ChangedPair {
  readonly source: ConnectionEnd;
  readonly destination: ConnectionEnd;
  readonly ends: EndsExist;
  /** What the old version lists. Nothing passes if it does not have an end. */
  readonly before: Passing;
  /** What the new version lists. */
  readonly after: Passing;
}

/** What may open or close. */
export interface UndecidedRegion {
  /** What may happen. */
  readonly may: 'open' | 'close' | 'open or close';
  readonly from: RegionEnd;
  readonly to: RegionEnd;
  readonly ports: RegionPorts;
  /** The causes, as far as they are known. */
  readonly causes: readonly ChangeCause[];
  /** Never empty. */
  readonly reasons: readonly Reason[];
}

/** True if a connection certainly passes in one version, and certainly does not in the other one. */
export function isCertain({ before, after }: Pick<ChangedPair, 'before' | 'after'>): boolean {
  const isLost = (one: Passing, other: Passing) => other.undecided.length === 0 && !other.connections.includes(one.connections);
  return isLost(before, after) || isLost(after, before);
}

/** Which differences a gate is about. `any`: any of the others. */
export type DifferenceKind = 'broadened' | 'narrowed' | 'added' | 'any';

/** True if the diff has a difference of this kind. What is undecided is none. */
export function hasDifference({ gains, losses, pairs }: Diff, kind: DifferenceKind): boolean {
  switch (kind) {
    case 'broadened': return gains.some(({ isBroadening }) => isBroadening);
    case 'added': return gains.some(({ isAddition }) => isAddition);
    case 'narrowed': return losses.length > 0;
    case 'any': return gains.length > 0 || losses.length > 0 || pairs.some(isCertain);
  }
}

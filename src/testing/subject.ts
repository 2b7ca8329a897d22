import { Pattern } from '../analysis/party';
import { PortQuestion } from '../analysis/port-question';
import { Protocol } from '../api/objects';

/**
 * What a claim speaks of, before there is a cluster to find it in: a tier or a peer by the pods and
 * addresses that it stands for, or a workload or address by its name.
 */
export type Subject = NamedSubject | PatternSubject;

/** A workload or an address that the cluster has to have. */
export interface NamedSubject {
  readonly kind: 'named';
  readonly text: string;
}

/** All pods and addresses of some patterns, whether the cluster has them or not. */
export interface PatternSubject {
  readonly kind: 'patterns';
  readonly name: string;
  /** For a tier, its id: what its variable is likely to be called. */
  readonly tier?: string;
  /** How messages call a pod that has just its labels: `shop/db[Tier]`. */
  readonly standInName: string;
  /** `home` is the namespace of the other side: what "this namespace" means for a peer. */
  readonly patterns: (home: string) => readonly Pattern[];
  /** Ports that a pod of it is known to have. */
  readonly ports: readonly StandInPort[];
  /** The ports that `allowed` means where none are given; absent where none are known. */
  readonly questions?: readonly PortQuestion[];
}

/** A port of a pod that need not exist: of a name alone where the number is not known. */
export interface StandInPort {
  readonly protocol: Protocol;
  readonly name?: string;
  readonly port?: number;
}

import { BitRows } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { PeerSets } from './peer-sets';

/** What an answer is read from, beside the layers themselves. */
export interface AnswerSources {
  readonly bits: BitRows;
  readonly table: ConnectionTable;
  readonly sets: PeerSets;
  readonly decisions: DecisionTable;
}

/**
 * What one layer says of a subject and a peer: the ports that it may allow, those that it may deny, and those that it may pass to the
 * next layer. Every port is in one set at least. If it is in one set only, the layer has decided it; otherwise it is undecided.
 */
export interface Decision {
  readonly allow: ConnectionsRef;
  readonly deny: ConnectionsRef;
  readonly pass: ConnectionsRef;
  /** The outcome if this decision alone counts, because it passes no port. */
  readonly outcome?: Outcome;
}

/** What all layers together say: the ports that are certainly allowed, and those that may be. Both are equal if nothing is undecided. */
export interface Outcome {
  readonly certain: ConnectionsRef;
  readonly possible: ConnectionsRef;
}

/** The peers that a layer can allow. */
export enum Reach {
  /** Any peer. */
  ANYONE,
  /** Those that it has added to the row; it passes nothing. */
  LISTED,
  /** Those that it has added to the row, and those that later layers allow. */
  LISTED_OR_PASSED,
}

/**
 * One layer of one direction in one namespace. Layers are asked in order: what a layer passes is decided by the next one, and what the
 * last one passes is allowed. Subjects are endpoint classes of the namespace.
 */
export interface Layer {
  /** The decision about the pods in a slot. */
  withPods(subject: number, slot: number, sources: AnswerSources): Decision;
  /** The decision about the addresses of an atom. */
  withAtom(subject: number, atom: number, sources: AnswerSources): Decision;
  /** Adds to a row of all slots those whose pods the layer may allow, and perhaps others. */
  addSlots(subject: number, row: Uint32Array, sources: AnswerSources): Reach;
  /** The atoms at which the decision changes, and perhaps others. */
  changes(subject: number, sources: AnswerSources): Iterable<number>;
  /** The same layer if atoms get other numbers; nothing if it has to be compiled again. */
  renumbered(atoms: Int32Array): Layer | undefined;
}

/** Passes every port. */
export const PASS: Decision = { allow: ConnectionTable.NONE, deny: ConnectionTable.NONE, pass: ConnectionTable.ALL };

/** Nothing denies it. */
export const OPEN: Outcome = { certain: ConnectionTable.ALL, possible: ConnectionTable.ALL };

/** May do anything. */
export const UNDECIDED: Decision = {
  allow: ConnectionTable.ALL, deny: ConnectionTable.ALL, pass: ConnectionTable.NONE,
  outcome: { certain: ConnectionTable.NONE, possible: ConnectionTable.ALL },
};

/** May deny what the next layers allow. */
export const MAY_DENY: Decision = { allow: ConnectionTable.NONE, deny: ConnectionTable.ALL, pass: ConnectionTable.ALL };

/** The decisions of layers that pass nothing, each made once. */
export class DecisionTable {
  private readonly decided: Decision[] = [];
  private readonly open = new Map<string, Decision>();

  constructor(private readonly table: ConnectionTable) {}

  /** Allows these ports and denies the others. */
  public allowing(allow: ConnectionsRef): Decision {
    return this.decided[allow] ??= this.between(allow, allow);
  }

  /** Allows certain ports, denies those that are not possible, and leaves the others undecided. */
  public range(certain: ConnectionsRef, possible: ConnectionsRef): Decision {
    if (certain === possible) { return this.allowing(certain); }
    const key = `${certain} ${possible}`;
    let decision = this.open.get(key);
    if (decision === undefined) { this.open.set(key, decision = this.between(certain, possible)); }
    return decision;
  }

  private between(certain: ConnectionsRef, possible: ConnectionsRef): Decision {
    return { allow: possible, deny: this.table.complement(certain), pass: ConnectionTable.NONE, outcome: { certain, possible } };
  }
}

/**
 * What layers say together, given the decision of each in order. A later layer counts for the ports that every earlier one may pass, so an
 * undecided layer decides nothing unless every way to continue has the same result.
 */
export function compose(decisions: Iterable<Decision>, table: ConnectionTable): Outcome {
  let mayAllow: ConnectionsRef = ConnectionTable.NONE;
  let mayDeny: ConnectionsRef = ConnectionTable.NONE;
  let open: ConnectionsRef = ConnectionTable.ALL;
  for (const { allow, deny, pass } of decisions) {
    mayAllow = table.union(mayAllow, table.intersect(open, allow));
    mayDeny = table.union(mayDeny, table.intersect(open, deny));
    open = table.intersect(open, pass);
    if (open === ConnectionTable.NONE) { break; }
  }
  return { certain: table.complement(mayDeny), possible: table.union(mayAllow, open) };
}

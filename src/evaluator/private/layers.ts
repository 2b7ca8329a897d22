import { AddressGrants } from './address-grants';
import { BitRows, NOTHING, RowRef } from './bit-rows';
import { ClusterTierLayer } from './cluster-tiers';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { Grants } from './grants';
import { EndpointClass } from './namespace-index';
import { IndexedNamespace, PeerSets } from './peer-sets';
import { NETWORKS } from './unknown-addresses';
import { Policy, UnevaluatedPolicy } from '../../cluster/cluster';
import { ClusterPolicy } from '../../cluster/cluster-policy';
import { Direction } from '../../k8s/objects';

/*
 * The layers of policies in one direction of one namespace. Subjects are endpoint classes of the namespace. Peers are slots of endpoint
 * classes anywhere in the cluster, or address atoms.
 */

/** What an answer is read from, in addition to the layers. */
export interface AnswerSources {
  readonly bits: BitRows;
  readonly table: ConnectionTable;
  readonly sets: PeerSets;
  readonly decisions: DecisionTable;
  readonly namespaces: readonly IndexedNamespace[];
  /** For each word of the bit space, the position of the namespace that it belongs to. */
  readonly namespaceOfWord: Int32Array;
}

/**
 * The decision of one layer about a subject and a peer: the ports that it may allow, that it may deny, and that it may pass to the next
 * layer. Every port is in at least one of these sets. A port in only one of them is decided; any other port is undecided.
 */
export interface Decision {
  readonly allow: ConnectionsRef;
  readonly deny: ConnectionsRef;
  readonly pass: ConnectionsRef;
  /** The outcome of a decision that passes no port: no later layer counts. */
  readonly outcome?: Outcome;
}

/** The result of all layers: the ports that are certainly allowed, and the ports that may be. Both are equal if nothing is undecided. */
export interface Outcome {
  readonly certain: ConnectionsRef;
  readonly possible: ConnectionsRef;
}

/** The peers that a layer can allow. */
export enum AllowedPeers {
  /** Any peer. */
  ANY,
  /** The peers that it has added to the row. It passes nothing. */
  LISTED,
  /** The peers that it has added to the row, and those that later layers allow. */
  LISTED_OR_PASSED,
}

/** One layer. The layers are asked in order: the next layer decides what a layer passes, and what the last layer passes is allowed. */
export interface Layer {
  /** The decision about the pods in a slot. */
  withPods(subject: number, slot: number, sources: AnswerSources): Decision;
  /** The decision about the addresses of an atom. */
  withAtom(subject: number, atom: number, sources: AnswerSources): Decision;
  /** Adds the slots whose pods the layer may allow to a row of all slots. It may add other slots. */
  addSlots(subject: number, row: Uint32Array, sources: AnswerSources): AllowedPeers;
  /** The atoms at which the decision changes. Other atoms may be among them. */
  changes(subject: number, sources: AnswerSources): Iterable<number>;
}

/** Passes every port. */
export const PASS: Decision = { allow: ConnectionTable.NONE, deny: ConnectionTable.NONE, pass: ConnectionTable.ALL };

/** No layer denies anything. */
export const OPEN: Outcome = { certain: ConnectionTable.ALL, possible: ConnectionTable.ALL };

/** May allow, deny or pass every port. What it passes changes nothing: later layers also allow or deny. */
export const UNDECIDED: Decision = {
  allow: ConnectionTable.ALL,
  deny: ConnectionTable.ALL,
  pass: ConnectionTable.NONE,
  outcome: { certain: ConnectionTable.NONE, possible: ConnectionTable.ALL },
};

/** May deny what the next layers allow: a policy of a kind that can only restrict. */
export const MAY_DENY: Decision = { allow: ConnectionTable.NONE, deny: ConnectionTable.ALL, pass: ConnectionTable.ALL };

/** One object for each decision that passes nothing, so that an answer allocates nothing. */
export class DecisionTable {
  private readonly decided: Decision[] = [];
  private readonly undecided = new Map<string, Decision>();

  constructor(private readonly table: ConnectionTable) {}

  /** Allows these ports and denies the others. */
  public allowing(allow: ConnectionsRef): Decision {
    return this.decided[allow] ??= this.between(allow, allow);
  }

  /** Allows the certain ports, denies the ports that are not possible, and leaves the others undecided. */
  public range(certain: ConnectionsRef, possible: ConnectionsRef): Decision {
    if (certain === possible) { return this.allowing(certain); }
    const key = `${certain} ${possible}`;
    let decision = this.undecided.get(key);
    if (decision === undefined) { this.undecided.set(key, decision = this.between(certain, possible)); }
    return decision;
  }

  /** As `range`, if it is undecided whether the layer passes every port. */
  public unlessPassed(certain: ConnectionsRef, possible: ConnectionsRef): Decision {
    return { allow: possible, deny: this.table.complement(certain), pass: ConnectionTable.ALL };
  }

  private between(certain: ConnectionsRef, possible: ConnectionsRef): Decision {
    return { allow: possible, deny: this.table.complement(certain), pass: ConnectionTable.NONE, outcome: { certain, possible } };
  }
}

/**
 * The policies of kinds that netpol does not evaluate. A pod that such a policy could select is undecided. Some kinds can only deny.
 */
export class UnevaluatedLayer implements Layer {
  /** The layer of these classes; undefined if it would pass everything. With `strict`, selections that assumptions exclude count too. */
  public static of(classes: readonly EndpointClass[], direction: Direction, strict: boolean): UnevaluatedLayer | undefined {
    const policies = classes.map(({ unevaluated }) => unevaluated
      .filter(({ policy, selection }) => policy.opens === undefined && policy[direction] && (strict || selection === 'could'))
      .map(({ policy }) => policy));
    return policies.some(own => own.length > 0) ? new UnevaluatedLayer(policies) : undefined;
  }

  private readonly decisions: readonly Decision[];

  private constructor(private readonly policies: readonly (readonly UnevaluatedPolicy[])[]) {
    this.decisions = policies.map(own => own.length === 0 ? PASS : own.some(({ canAllow }) => canAllow) ? UNDECIDED : MAY_DENY);
  }

  /** The policies that could select a class. */
  public policiesOf(subject: number): readonly UnevaluatedPolicy[] { return this.policies[subject]; }

  public withPods(subject: number): Decision { return this.decisions[subject]; }

  public withAtom(subject: number): Decision { return this.decisions[subject]; }

  public addSlots(subject: number): AllowedPeers {
    return this.decisions[subject] === UNDECIDED ? AllowedPeers.ANY : AllowedPeers.LISTED_OR_PASSED;
  }

  public changes(): Iterable<number> { return []; }

}

/**
 * Rules about domain names, of policies in the layer of NetworkPolicies. They may allow their ports to any pod and any address. This layer has only what they
 * may add to the NetworkPolicies, and passes everything else on to them.
 */
export class DomainLayer implements Layer {
  /** The layer of these classes; undefined if there are no such rules. */
  public static of(classes: readonly EndpointClass[], direction: Direction, table: ConnectionTable): DomainLayer | undefined {
    const policies = classes.map(({ unevaluated }) => unevaluated.map(({ policy }) => policy)
      .filter(policy => policy.opens !== undefined && policy[direction]));
    return policies.some(own => own.length > 0) ? new DomainLayer(policies, table) : undefined;
  }

  private readonly decisions: readonly Decision[];

  private constructor(private readonly policies: readonly (readonly UnevaluatedPolicy[])[], table: ConnectionTable) {
    this.decisions = policies.map(own => domainDecision(own, table));
  }

  /** The policies that could select a class. */
  public policiesOf(subject: number): readonly UnevaluatedPolicy[] { return this.policies[subject]; }

  public withPods(subject: number): Decision { return this.decisions[subject]; }

  public withAtom(subject: number): Decision { return this.decisions[subject]; }

  public addSlots(subject: number): AllowedPeers {
    return this.decisions[subject] === PASS ? AllowedPeers.LISTED_OR_PASSED : AllowedPeers.ANY;
  }

  public changes(): Iterable<number> { return []; }
}

/** What the rules about domain names of these policies do. */
export function domainDecision(policies: readonly UnevaluatedPolicy[], table: ConnectionTable): Decision {
  const opens = policies.flatMap(({ opens: own = [] }) => own.map(({ protocol, first, last }) => table.range(protocol, first, last)));
  return opens.length === 0 ? PASS : { allow: table.unionOf(opens), deny: ConnectionTable.NONE, pass: ConnectionTable.ALL };
}

/** The policies of a namespace in one direction, with the grants of their rules. */
export interface PolicyGrants {
  readonly policies: readonly Policy[];
  /** For each policy, the classes that it isolates. */
  readonly subjects: readonly RowRef[];
  /** The classes that some policy isolates. */
  readonly isolated: RowRef;
  readonly grants: Grants;
}

/**
 * The NetworkPolicies. They pass a pod that none of them isolates. For any other pod they allow the union of what their rules grant, and
 * deny the rest (kubernetes.io/docs/concepts/services-networking/network-policies, "The two sorts of pod isolation").
 *
 * If labels are not known, `surely` has the policies and rules that match in any case, and `possibly` those that may match. The decisions are
 * then bounds: what is certain is allowed in any case, and what is not possible is denied in any case.
 */
export class NetworkPolicyLayer implements Layer {
  /** Both are the same object if every label is known. `addresses` is absent if no block looks at an address that is not known. */
  constructor(private readonly surely: PolicyGrants, private readonly possibly: PolicyGrants, private readonly addresses?: AddressGrants) {}

  /** The policies that isolate a class, or may isolate it, in the order of the cluster. */
  public policiesOf(subject: number, { bits }: AnswerSources): Policy[] {
    const { policies, subjects } = this.possibly;
    return policies.filter((_, i) => bits.holds(subjects[i], subject));
  }

  /** True if some policy surely isolates the class. */
  public isIsolated(subject: number, { bits }: AnswerSources): boolean {
    return bits.holds(this.surely.isolated, subject);
  }

  /** True if every label that the policies look at is known. */
  public get hasKnownLabels(): boolean { return this.possibly === this.surely; }

  /** True if every decision is certain. */
  public get isCertain(): boolean { return this.hasKnownLabels && this.addresses === undefined; }

  /** What the blocks of the policies grant to the pods in a slot; undefined if nothing depends on an address that is not known. */
  public addressGrants(subject: number, slot: number, sources: AnswerSources): Outcome | undefined {
    return sources.bits.holds(this.possibly.isolated, subject) ? this.addresses?.withPods(subject, slot, sources) : undefined;
  }

  /** What the policies allow or pass with the pods in a slot, or a negative number if it is undecided. Every label must be known. */
  public allowedWithPods(subject: number, slot: number, sources: AnswerSources): ConnectionsRef {
    if (!sources.bits.holds(this.surely.isolated, subject)) { return ConnectionTable.ALL; }
    const own = this.surely.grants.withPods(subject, slot, sources);
    const more = this.addresses === undefined || own === ConnectionTable.ALL ? undefined : this.addresses.withPods(subject, slot, sources);
    if (more === undefined) { return own; }
    const certain = sources.table.union(own, more.certain);
    return certain === sources.table.union(own, more.possible) ? certain : -1;
  }

  public withPods(subject: number, slot: number, sources: AnswerSources): Decision {
    const grantedToAddress = () => this.addresses?.withPods(subject, slot, sources);
    return this.decide(subject, sources, ({ grants }) => grants.withPods(subject, slot, sources), grantedToAddress);
  }

  public withAtom(subject: number, atom: number, sources: AnswerSources): Decision {
    return this.decide(subject, sources, ({ grants }) => grants.withAtom(subject, atom, sources), () => undefined);
  }

  public addSlots(subject: number, row: Uint32Array, sources: AnswerSources): AllowedPeers {
    const { bits, namespaces } = sources;
    if (!bits.holds(this.possibly.isolated, subject)) { return AllowedPeers.LISTED_OR_PASSED; }
    if (!this.isIsolated(subject, sources)) { return AllowedPeers.ANY; }
    this.possibly.grants.addSlots(subject, row, sources);
    for (const network of NETWORKS) {
      if (this.addresses === undefined || this.addresses.of(subject, network, sources).possible === ConnectionTable.NONE) { continue; }
      for (const { index, firstWord } of namespaces) {
        const pods = index.withoutAddress(network);
        for (let i = 0; pods !== NOTHING && i < index.words; i++) { row[firstWord + i] |= bits.word(pods, i); }
      }
    }
    return AllowedPeers.LISTED;
  }

  public changes(subject: number, { bits }: AnswerSources): Iterable<number> {
    if (!bits.holds(this.possibly.isolated, subject)) { return []; }
    const { surely, possibly } = this;
    return surely === possibly ? surely.grants.changes(subject) : [...surely.grants.changes(subject), ...possibly.grants.changes(subject)];
  }

  public renumbered(atoms: Int32Array, addresses: (surely: Grants, possibly: Grants) => AddressGrants): NetworkPolicyLayer | undefined {
    const surely = this.surely.grants.renumbered(atoms);
    const possibly = this.hasKnownLabels ? surely : this.possibly.grants.renumbered(atoms);
    if (surely === undefined || possibly === undefined) { return undefined; }
    const now = { ...this.surely, grants: surely };
    return new NetworkPolicyLayer(
      now, this.hasKnownLabels ? now : { ...this.possibly, grants: possibly },
      this.addresses === undefined ? undefined : addresses(surely, possibly),
    );
  }

  private decide(
    subject: number, { bits, table, decisions }: AnswerSources,
    granted: (policies: PolicyGrants) => ConnectionsRef, grantedToAddress: () => Outcome | undefined,
  ): Decision {
    const { surely, possibly } = this;
    if (!bits.holds(possibly.isolated, subject)) { return PASS; }
    const isIsolated = bits.holds(surely.isolated, subject);
    const more = grantedToAddress();
    let certain = isIsolated ? granted(surely) : ConnectionTable.NONE;
    let possible = possibly === surely ? certain : granted(possibly);
    if (more !== undefined) {
      certain = isIsolated ? table.union(certain, more.certain) : certain;
      possible = table.union(possible, more.possible);
    }
    return isIsolated ? decisions.range(certain, possible) : decisions.unlessPassed(certain, possible);
  }
}

/** The layers of cluster-wide policies. */
export interface TierLayers {
  readonly admin?: ClusterTierLayer;
  readonly baseline?: ClusterTierLayer;
}

/** All layers, in order. An absent layer passes everything. */
export class CompiledDirection {
  private readonly layers: readonly Layer[];

  /** True if there are only NetworkPolicies, and every label that they look at is known. */
  private readonly isPlain: boolean;

  /** The same with cluster-wide policies whose decisions are certain. */
  private readonly hasPlainTiers: boolean;

  constructor(
    private readonly unevaluated: UnevaluatedLayer | undefined, private readonly domains: DomainLayer | undefined,
    private readonly networkPolicies: NetworkPolicyLayer | undefined, public readonly tiers: TierLayers,
  ) {
    const { admin, baseline } = tiers;
    this.layers = [unevaluated, admin, domains, networkPolicies, baseline].filter(layer => layer !== undefined);
    this.hasPlainTiers = unevaluated === undefined && domains === undefined && networkPolicies?.hasKnownLabels !== false && this.areTiersCertain;
    this.isPlain = this.hasPlainTiers && admin === undefined && baseline === undefined;
  }

  /** True if every outcome is exact, and not only a bound: each thing that is not known decides about one grant of a pod. */
  public get isExact(): boolean { return this.networkPolicies?.hasKnownLabels !== false && this.areTiersCertain; }

  /** True if every outcome is certain. */
  public get isCertain(): boolean {
    return this.unevaluated === undefined && this.domains === undefined && this.networkPolicies?.isCertain !== false && this.areTiersCertain;
  }

  private get areTiersCertain(): boolean { return this.tiers.admin?.isCertain !== false && this.tiers.baseline?.isCertain !== false; }

  /** What blocks grant to the pods in a slot; undefined if nothing depends on an address that is not known. */
  public addressGrants(subject: number, slot: number, sources: AnswerSources): Outcome | undefined {
    return this.networkPolicies?.addressGrants(subject, slot, sources);
  }

  /**
   * The connections with the pods in a slot, or a negative number if they are undecided. Most clusters have only NetworkPolicies, so the
   * usual answer needs no decision. This runs for every pair of classes.
   */
  public decidedWithPods(subject: number, slot: number, sources: AnswerSources): ConnectionsRef {
    const { networkPolicies } = this;
    if (this.isPlain) { return networkPolicies === undefined ? ConnectionTable.ALL : networkPolicies.allowedWithPods(subject, slot, sources); }
    if (this.hasPlainTiers) { return this.decidedByTiers(subject, slot, sources); }
    const { certain, possible } = this.withPods(subject, slot, sources);
    return certain === possible ? certain : -1;
  }

  /** The same through the tiers, if what they decide is certain. */
  private decidedByTiers(subject: number, slot: number, sources: AnswerSources): ConnectionsRef {
    const { networkPolicies, tiers: { admin, baseline } } = this;
    const { table } = sources;
    const first = admin === undefined ? PASS : admin.withPods(subject, slot);
    if (first.pass === ConnectionTable.NONE) { return first.allow; }
    let rest: ConnectionsRef = ConnectionTable.ALL;
    if (networkPolicies?.isIsolated(subject, sources)) {
      rest = networkPolicies.allowedWithPods(subject, slot, sources);
      if (rest < 0 && first.pass !== ConnectionTable.ALL) {
        const { certain, possible } = this.withPods(subject, slot, sources);
        return certain === possible ? certain : -1;
      }
    } else if (baseline !== undefined) {
      rest = table.complement(baseline.withPods(subject, slot).deny);
    }
    return first.pass === ConnectionTable.ALL ? rest : table.union(first.allow, table.intersect(first.pass, rest));
  }

  /** The outcome for the pods in a slot. */
  public withPods(subject: number, slot: number, sources: AnswerSources): Outcome {
    const { layers } = this;
    for (let i = 0; i < layers.length; i++) {
      const decision = layers[i].withPods(subject, slot, sources);
      if (decision === PASS) { continue; }
      return decision.outcome ?? compose(layers.slice(i).map(layer => layer.withPods(subject, slot, sources)), sources.table);
    }
    return OPEN;
  }

  /** The outcome for the addresses of an atom. */
  public withAtom(subject: number, atom: number, sources: AnswerSources): Outcome {
    const { layers } = this;
    for (let i = 0; i < layers.length; i++) {
      const decision = layers[i].withAtom(subject, atom, sources);
      if (decision === PASS) { continue; }
      return decision.outcome ?? compose(layers.slice(i).map(layer => layer.withAtom(subject, atom, sources)), sources.table);
    }
    return OPEN;
  }

  /** True if some NetworkPolicy isolates the class. */
  public isIsolated(subject: number, sources: AnswerSources): boolean {
    return this.networkPolicies?.isIsolated(subject, sources) === true;
  }

  /** The NetworkPolicies that isolate a class. */
  public policiesOf(subject: number, sources: AnswerSources): Policy[] {
    return this.networkPolicies?.policiesOf(subject, sources) ?? [];
  }

  /** The policies of kinds that are not evaluated that could select a class. */
  public unevaluatedOf(subject: number): readonly UnevaluatedPolicy[] {
    return [...this.unevaluated?.policiesOf(subject) ?? [], ...this.domains?.policiesOf(subject) ?? []];
  }

  /** The cluster-wide policies that select a class, or may select it, in their order: first those of the Admin tier. */
  public clusterPoliciesOf(subject: number): readonly ClusterPolicy[] {
    const { admin, baseline } = this.tiers;
    return [...admin?.policiesOf(subject) ?? [], ...baseline?.policiesOf(subject) ?? []];
  }

  /** Adds the slots of all peers that may be allowed to a row of all slots. Returns false if these can be all slots. It may add other slots. */
  public addSlots(subject: number, row: Uint32Array, sources: AnswerSources): boolean {
    for (const layer of this.layers) {
      const reach = layer.addSlots(subject, row, sources);
      if (reach !== AllowedPeers.LISTED_OR_PASSED) { return reach === AllowedPeers.LISTED; }
    }
    return false;
  }

  /** The atoms at which the outcome changes. Other atoms may be among them. */
  public changes(subject: number, sources: AnswerSources): number[] {
    return this.layers.flatMap(layer => [...layer.changes(subject, sources)]);
  }

  /** The same direction after atoms got other numbers; undefined if it must be compiled again. */
  public renumbered(atoms: Int32Array, addresses: (surely: Grants, possibly: Grants) => AddressGrants): CompiledDirection | undefined {
    const networkPolicies = this.networkPolicies?.renumbered(atoms, addresses);
    if (this.networkPolicies !== undefined && networkPolicies === undefined) { return undefined; }
    return new CompiledDirection(this.unevaluated, this.domains, networkPolicies, this.tiers);
  }

  /** The same direction with other cluster-wide policies. */
  public withTiers(tiers: TierLayers): CompiledDirection {
    return new CompiledDirection(this.unevaluated, this.domains, this.networkPolicies, tiers);
  }
}

/**
 * The outcome of all layers, from the decision of each in order. A later layer counts for the ports that all earlier ones may pass. So an
 * undecided layer leaves a port undecided, unless the later layers give the port the same result in every case.
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

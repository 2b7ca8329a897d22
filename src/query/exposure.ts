import { AddressesEnd, addressesEnd, familiesMentioned, listedEnds, ListedEnd } from './connectivity';
import { Pod, Policy, Rule, unevaluatedReason, workloadName } from '../cluster/cluster';
import { asUnevaluated } from '../cluster/cluster-policy';
import { surelySelects } from '../cluster/pod-selection';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { familyOf } from '../k8s/address';
import { NAMESPACE_NAME_LABEL, Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/*
 * Exposure: what a workload's own policies open, to pods that exist or could exist and to addresses. The policies at the other end may still deny a
 * connection. A pod that could exist may have none.
 */

/** Pods that could exist, by labels. */
export interface ExposedPods {
  readonly kind: 'pods';
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** Who could reach a workload, or be reached by it. */
export type ExposurePeer = ExposedPods | AddressesEnd
  /** Every pod and every address; or none of them, for a direction in which the policies open nothing. */
  | { readonly kind: 'anything' | 'nothing' };

/** The ports that are open. */
export interface ExposedPorts {
  readonly connections: ConnectionSet;
  /** Named ports, which the containers of the peer give their numbers: for egress only. */
  readonly named: readonly NamedPort[];
}

export interface NamedPort {
  readonly protocol: Protocol;
  readonly name: string;
}

/** What the policies of a workload open. */
export interface Exposure {
  readonly subject: ListedEnd['end'];
  /** One for each direction at least. Workloads that no policy tells apart have the same list. */
  readonly rows: readonly ExposureRow[];
}

/** One line of the exposure of a workload. */
export interface ExposureRow extends ExposedPorts {
  /** `ingress`: the peer could reach the subject. `egress`: the subject could reach the peer. */
  readonly direction: Direction;
  readonly peer: ExposurePeer;
  /** Why it is undecided whether more is open; empty if everything is decided. */
  readonly undecided: readonly Reason[];
}

/** The exposure of each workload, in the order of the list of connections: first who could reach it, then whom it could reach. */
export function* listExposure(reach: Reachability): Iterable<Exposure> {
  const known = new Map<string, readonly ExposureRow[]>();
  for (const entry of listedEnds(reach).entries) {
    const { end, index } = entry;
    const [pod] = end.kind === 'pod' ? [end.pod] : end.workload.pods;
    const key = `${index} ${pod.ports.map(({ protocol, port, name }) => `${protocol}/${port}/${name}`).join()}`;
    const rows = known.get(key) ?? (['ingress', 'egress'] as const).flatMap(direction => new Side(reach, entry, direction).rowsOrNothing());
    // Within a class, only the ports can differ, and the workload that a reason names.
    if (rows.every(({ undecided }) => undecided.length === 0)) { known.set(key, rows); }
    yield { subject: end, rows };
  }
}

/** A rule of a policy that selects the subject, or may select it. */
interface SideRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly isSure: boolean;
}

/** One direction of one workload. */
class Side {
  private readonly pod: Pod;
  private readonly rules: readonly SideRule[];

  constructor(private readonly reach: Reachability, private readonly entry: ListedEnd, private readonly direction: Direction) {
    const { end, index } = entry;
    this.pod = end.kind === 'pod' ? end.pod : end.workload.pods[0];
    this.rules = reach.policies(index, direction).flatMap(policy => {
      const isSure = surelySelects(policy.subject, this.pod);
      return policy[direction]!.map(rule => ({ policy, rule, isSure }));
    });
  }

  public rowsOrNothing(): ExposureRow[] {
    const rows = [...this.rows()];
    return rows.length > 0 ? rows : [this.row({ kind: 'nothing' }, [], [])];
  }

  private* rows(): Iterable<ExposureRow> {
    const { reach, direction, entry: { index } } = this;
    const unevaluated = reach.unevaluatedReasons(index, direction);
    const clusterPolicies = reach.clusterPolicies(index, direction);
    if (clusterPolicies.length > 0) {
      // They can deny what the rules of the workload's own policies open, and open more.
      const reasons = [...unevaluated, ...clusterPolicies.map(policy => unevaluatedReason(asUnevaluated(policy)))];
      yield { direction, peer: { kind: 'anything' }, connections: ConnectionSet.NONE, named: [], undecided: reasons };
      return;
    }
    const isOpen = reach.policies(index, direction).length === 0;
    const mayBeOpen = !isOpen && !reach.isIsolated(index, direction);
    const withoutPeers = this.rules.filter(({ rule }) => rule.peers === undefined);
    const anything = this.row({ kind: 'anything' }, withoutPeers, [...unevaluated, ...mayBeOpen ? [this.doubt] : []]);
    // A policy of another kind may deny what no NetworkPolicy does.
    const open: ExposureRow = isOpen && unevaluated.length === 0 ? { ...anything, connections: ConnectionSet.ALL } : anything;
    const isMore = ({ connections, named, undecided }: ExposureRow) => !(open.connections.includes(connections)
      && undecided.every(reason => open.undecided.some(other => reason.code === other.code && reason.what === other.what))
      && named.every(port => open.named.some(other => port.protocol === other.protocol && port.name === other.name)));
    if (!open.connections.isEmpty || open.named.length > 0 || open.undecided.length > 0) { yield open; }
    for (const { peer, rules } of this.selectedPods()) {
      const row = this.row(peer, rules, []);
      if (isMore(row)) { yield row; }
    }
    if (isOpen) { return; }
    const families = familiesMentioned(reach);
    for (const { range, connections, possible } of reach.externalRanges(index, direction)) {
      const undecided = possible.equals(connections) ? [] : reach.undecidedReasons(index, direction, reach.ofAddress(range.first));
      const row = { direction, peer: addressesEnd(range), connections, named: [], undecided };
      if (families.includes(familyOf(range.first)) && isMore(row)) { yield row; }
    }
  }

  /** The pods that the rules name, each pair of selectors once, with its rules. */
  private selectedPods(): Iterable<{ readonly peer: ExposedPods; readonly rules: readonly SideRule[] }> {
    const found = new Map<string, { peer: ExposedPods; rules: SideRule[] }>();
    for (const one of this.rules) {
      for (const clause of one.rule.peers ?? []) {
        if (clause.kind !== 'pods') { continue; }
        const namespaces = clause.namespaces ?? Selector.labels({ [NAMESPACE_NAME_LABEL]: one.policy.namespace });
        const key = `${namespaces.id} ${clause.pods.id}`;
        const known = found.get(key) ?? { peer: { kind: 'pods', namespaces, pods: clause.pods }, rules: [] };
        found.set(key, known);
        known.rules.push(one);
      }
    }
    return found.values();
  }

  private row(peer: ExposurePeer, rules: readonly SideRule[], undecided: readonly Reason[]): ExposureRow {
    const doubts = rules.every(({ isSure }) => isSure) ? [] : [this.doubt];
    const ports = this.portsOf(rules.filter(({ isSure }) => isSure).map(({ rule }) => rule));
    const distinct = new Map([...undecided, ...doubts].map(reason => [`${reason.code} ${reason.what}`, reason]));
    return { direction: this.direction, peer, ...ports, undecided: [...distinct.values()] };
  }

  private get doubt(): Reason { return { code: 'generated-label', what: workloadName(this.entry.end.workload) }; }

  private portsOf(rules: readonly Rule[]): ExposedPorts {
    if (rules.some(({ ports }) => ports === undefined)) { return { connections: ConnectionSet.ALL, named: [] }; }
    const clauses = rules.flatMap(({ ports }) => ports!);
    const numbered = clauses.filter(({ name }) => name === undefined).map(({ protocol, first, last }) => ConnectionSet.range(protocol, first, last));
    const names = new Map(clauses.flatMap(({ protocol, name }) => name === undefined ? [] : [[`${protocol} ${name}`, { protocol, name }]]));
    if (this.direction === 'egress') { return { connections: ConnectionSet.unionOf(numbered), named: [...names.values()] }; }
    const own = this.pod.ports.filter(({ protocol, name }) => names.has(`${protocol} ${name}`)).map(({ protocol, port }) => ConnectionSet.range(protocol, port, port));
    return { connections: ConnectionSet.unionOf([...numbered, ...own]), named: [] };
  }
}

import { AddressesEnd, addressesEnd, familiesMentioned, listedEnds, ListedEnd } from './connectivity';
import { PodSelectors, PeerRegions } from './private/peer-region';
import { PortName } from './private/port-piece';
import { ExposedPart, exposedParts, SideRule } from './private/tier-exposure';
import { Pod, Rule, UnevaluatedPolicy, workloadName } from '../cluster/cluster';
import { surelySelects } from '../cluster/pod-selection';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { AddressRange, FAMILY_RANGE, familyOf } from '../k8s/address';
import { DIRECTIONS, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/*
 * Exposure: what a workload's own policies open, to pods that exist or could exist and to addresses. The policies at the other end may still deny a
 * connection. A pod that could exist may have none.
 */

export type { PodSelectors } from './private/peer-region';
export type { PortName } from './private/port-piece';

/** Pods that could exist, by labels. */
export interface ExposedPods extends PodSelectors {
  readonly kind: 'pods';
  /** The pods that do not count, because a cluster-wide policy decides otherwise about them. */
  readonly except: readonly PodSelectors[];
}

/** Who could reach a workload, or be reached by it. */
export type ExposurePeer = ExposedPods | AddressesEnd
  /** Every pod and every address, without some pods. */
  | { readonly kind: 'anything'; readonly except: readonly PodSelectors[] }
  /** None of them, for a direction in which nothing is open. */
  | { readonly kind: 'nothing' };

/** The ports that are open. */
export interface ExposedPorts {
  readonly connections: ConnectionSet;
  /** Named ports, which the containers of the peer give their numbers: for egress only. */
  readonly named: readonly NamedPort[];
  /** Ports with these names do not belong to `connections`: for egress only. */
  readonly unnamed: readonly PortName[];
}

/** The ports of a name. */
export interface NamedPort extends PortName {
  /** If a cluster-wide policy denies some numbers: those that are left. */
  readonly numbers?: ConnectionSet;
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
  /** The ports that are undecided; absent if they can be any, or if nothing is undecided. */
  readonly mayBeOpen?: ExposedPorts;
}

const NO_PORTS: ExposedPorts = { connections: ConnectionSet.NONE, named: [], unnamed: [] };

const ANYTHING = { kind: 'anything', except: [] } as const;

/** The exposure of each workload, in the order of the list of connections: first who could reach it, then whom it could reach. */
export function* listExposure(reach: Reachability): Iterable<Exposure> {
  const known = new Map<string, readonly ExposureRow[]>();
  for (const entry of listedEnds(reach).entries) {
    const { end, index } = entry;
    const [pod] = end.kind === 'pod' ? [end.pod] : end.workload.pods;
    const key = `${index} ${pod.ports.map(({ protocol, port, name }) => `${protocol}/${port}/${name}`).join()}`;
    const rows = known.get(key) ?? DIRECTIONS.flatMap(direction => new Side(reach, entry, direction).rowsOrNothing());
    // Within a class, only the ports can differ, and the workload that a reason names.
    if (rows.every(({ undecided }) => undecided.length === 0)) { known.set(key, rows); }
    yield { subject: end, rows };
  }
}

/** What is open to addresses, and which connections with them are undecided. */
interface AddressRow extends ExposureRow {
  readonly peer: AddressesEnd;
  readonly open: ConnectionSet;
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
    const others = reach.unevaluated(index, direction);
    const domains = others.filter(({ opens }) => opens !== undefined);
    if (reach.clusterPolicies(index, direction).length > 0 || domains.length > 0) {
      const areEvaluated = domains.length === others.length;
      if (areEvaluated) { yield* this.tieredRows(domains); } else { yield { direction, peer: ANYTHING, ...NO_PORTS, undecided: unevaluated }; }
      return;
    }
    const isOpen = reach.policies(index, direction).length === 0;
    const mayBeOpen = !isOpen && !reach.isIsolated(index, direction);
    const withoutPeers = this.rules.filter(({ rule }) => rule.peers === undefined);
    const anything = this.row(ANYTHING, withoutPeers, [...unevaluated, ...mayBeOpen ? [this.doubt] : []]);
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
    for (const row of this.addressRows()) {
      if (isMore(row)) { yield row; }
    }
  }

  /** What is open to addresses outside the cluster. */
  private addressRows(): AddressRow[] {
    const { reach, direction, entry: { index } } = this;
    const families = familiesMentioned(reach);
    const ranges = reach.externalRanges(index, direction).filter(({ range }) => families.includes(familyOf(range.first)));
    return ranges.map(({ range, connections, possible }) => {
      const undecided = possible.equals(connections) ? [] : reach.undecidedReasons(index, direction, reach.ofAddress(range.first));
      const open = possible.subtract(connections);
      return {
        direction,
        peer: addressesEnd(range),
        ...NO_PORTS,
        connections,
        undecided,
        open,
        ...openPorts({ ...NO_PORTS, connections: open }),
      };
    });
  }

  /** The rows of a workload that cluster-wide policies or rules about domain names select, or may select. */
  private* tieredRows(domains: readonly UnevaluatedPolicy[]): Iterable<ExposureRow> {
    const { reach, direction, entry: { index }, pod, rules, doubt } = this;
    const addresses = this.addressRows();
    const everywhere = {
      open: onAll(addresses.map(({ peer: { range }, connections }) => ({ range, connections }))),
      undecided: onAll(addresses.map(({ peer: { range }, open }) => ({ range, connections: open }))),
    };
    const covered = { open: ConnectionSet.NONE, undecided: ConnectionSet.NONE };
    const regions = new PeerRegions(reach.cluster.namespaces);
    for (const same of grouped(exposedParts({ reach, index, pod, direction, rules, domains, doubt }))) {
      const [{ region, undecided }] = same;
      const ports = portsOfParts(same);
      const what = undecided.length === 0 ? 'open' : 'undecided';
      const isAnything = region.namespaces.isEverything && region.pods.isEverything
        && !ports.connections.isEmpty && everywhere[what].includes(ports.connections);
      if (isAnything) { covered[what] = covered[what].union(ports.connections); }
      const peer: ExposurePeer = isAnything ? { kind: 'anything', except: region.except } : { kind: 'pods', ...regions.folded(region) };
      yield { direction, peer, ...what === 'open' ? ports : { ...NO_PORTS, ...openPorts(ports) }, undecided };
    }
    for (const row of addresses) {
      if (!covered.open.includes(row.connections) || !covered.undecided.includes(row.open)) { yield row; }
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
        const known = found.get(key) ?? { peer: { kind: 'pods', namespaces, pods: clause.pods, except: [] }, rules: [] };
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
    if (rules.some(({ ports }) => ports === undefined)) { return { ...NO_PORTS, connections: ConnectionSet.ALL }; }
    const clauses = rules.flatMap(({ ports }) => ports!);
    const numbered = clauses.filter(({ name }) => name === undefined).map(({ protocol, first, last }) => ConnectionSet.range(protocol, first, last));
    const names = new Map(clauses.flatMap(({ protocol, name }) => name === undefined ? [] : [[`${protocol} ${name}`, { protocol, name }]]));
    if (this.direction === 'egress') { return { ...NO_PORTS, connections: ConnectionSet.unionOf(numbered), named: [...names.values()] }; }
    const own = this.pod.ports.filter(({ protocol, name }) => names.has(`${protocol} ${name}`)).map(({ protocol, port }) => ConnectionSet.range(protocol, port, port));
    return { ...NO_PORTS, connections: ConnectionSet.unionOf([...numbered, ...own]) };
  }
}

/** Which ports are undecided, unless they can be any. */
function openPorts(ports: ExposedPorts): Pick<ExposureRow, 'mayBeOpen'> {
  const { connections, named, unnamed } = ports;
  return (connections.isEmpty && named.length === 0) || (connections.isAll && unnamed.length === 0) ? {} : { mayBeOpen: ports };
}

/** The connections that all addresses of the families of some ranges have. */
function onAll(ranges: readonly { readonly range: AddressRange; readonly connections: ConnectionSet }[]): ConnectionSet {
  let next = FAMILY_RANGE.IPv4.first;
  let common = ConnectionSet.ALL;
  for (const { range, connections } of ranges) {
    if (range.first !== next) { return ConnectionSet.NONE; }
    next = range.last + 1n;
    common = common.intersect(connections);
  }
  return next - 1n === FAMILY_RANGE.IPv4.last || next - 1n === FAMILY_RANGE.IPv6.last ? common : ConnectionSet.NONE;
}

/** The parts that make up one row each. Ports with a name go with those that exclude no name. */
function grouped(parts: readonly ExposedPart[]): ExposedPart[][] {
  const groups = new Map<string, ExposedPart[]>();
  for (const part of parts) {
    const { region, ports: { unnamed }, undecided } = part;
    const key = JSON.stringify([PeerRegions.key(region), unnamed, undecided.map(({ code, what }) => [code, what])]);
    groups.set(key, [...groups.get(key) ?? [], part]);
  }
  return [...groups.values()];
}

function portsOfParts(parts: readonly ExposedPart[]): ExposedPorts {
  const [{ ports: { unnamed } }] = parts;
  return {
    connections: ConnectionSet.unionOf(parts.filter(({ ports: { name } }) => name === undefined).map(({ ports: { numbers } }) => numbers)),
    named: parts.flatMap(({ ports: { name, numbers } }) => {
      if (name === undefined) { return []; }
      const isWhole = numbers.equals(ConnectionSet.range(name.protocol, 1, 65535));
      return [isWhole ? name : { ...name, numbers }];
    }),
    unnamed,
  };
}

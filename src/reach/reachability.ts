import { AddressSpace } from './address-space';
import { Bitset } from './bitset';
import { ConnectionSet, ConnectionTable } from './connections';
import { EndpointClasses, namedPortKey } from './endpoint-classes';
import { SelectorIndex } from './selector-index';
import { Cidr } from '../api/address';
import { Cluster, PeerClause, Pod, Policy, Rule } from '../cluster/cluster';

/** The two directions in which a pod can be isolated. */
export type Direction = 'ingress' | 'egress';

/** The number of a class of pods, or of an atom of addresses: see `Reachability.ofPod`, `ofAddress`. */
export type EndpointIndex = number;

/** What one rule gives: these connections with these peers. */
interface Grant {
  readonly connections: number;
  readonly peers: Bitset;
  /** Where the connections were named: only for subjects that have the port of that name. */
  readonly subjects?: Bitset;
}

/** A policy in one direction: whom it isolates, and what its rules give. */
interface Layer {
  readonly policy: Policy;
  readonly subjects: Bitset;
  readonly grants: readonly Grant[];
}

/** What a class may do in one direction, its policies added up; absent where it is not isolated. */
type Row = readonly { readonly connections: number; readonly peers: Bitset }[];

/** One direction: the policies that isolate in it, per class, and the rows made of them when asked for. */
interface Fold {
  readonly layers: readonly Layer[];
  /** Numbers of the layers that isolate each class. */
  readonly layersOf: readonly (readonly number[])[];
  readonly rows: (Row | undefined)[];
  /** Rows that classes of the same layers share. */
  readonly shared: Map<string, Row>;
}

/**
 * Who reaches whom under a cluster's NetworkPolicies. Endpoints are classes of pods that no policy
 * tells apart and atoms of addresses that no block does; all answers are about those.
 *
 * A connection takes the egress of its source and the ingress of its destination. A class that no
 * policy isolates in a direction may do everything in it; else what its policies' rules add up to.
 */
export class Reachability {
  public readonly addresses: AddressSpace;

  /** How many endpoints there are: classes first, then atoms. */
  public readonly size: number;

  private readonly classes: EndpointClasses;
  private readonly index: SelectorIndex;
  private readonly table = new ConnectionTable();
  private readonly folds: Record<Direction, Fold>;
  private readonly namedPorts = new Map<string, Map<number, Bitset>>();

  /** Classes whose pods' addresses are known, with the atoms that they are in. */
  private readonly addressed: { readonly index: number; readonly atoms: readonly number[] }[] = [];

  constructor(public readonly cluster: Cluster) {
    this.addresses = new AddressSpace(blocksOf(cluster));
    this.classes = new EndpointClasses(cluster, this.addresses);
    this.size = this.classes.classes.length + this.addresses.size;
    this.index = new SelectorIndex(cluster, this.classes, this.size);
    this.classes.classes.forEach(({ namedPorts, atoms }, index) => {
      if (atoms.length > 0) { this.addressed.push({ index, atoms }); }
      for (const [key, numbers] of namedPorts) {
        const rows = this.namedPorts.get(key) ?? new Map<number, Bitset>();
        this.namedPorts.set(key, rows);
        for (const number of numbers) {
          const row = rows.get(number) ?? new Bitset(this.size);
          rows.set(number, row);
          row.add(index);
        }
      }
    });
    this.folds = { ingress: this.fold('ingress'), egress: this.fold('egress') };
  }

  /** The number of classes; endpoints from here on are atoms of addresses. */
  public get classCount(): number { return this.classes.classes.length; }

  /** The endpoint that a pod of the cluster belongs to. */
  public ofPod(pod: Pod): EndpointIndex { return this.classes.indexOf(pod); }

  /** The endpoint that an address belongs to. */
  public ofAddress(address: bigint): EndpointIndex { return this.classCount + this.addresses.atomOf(address); }

  /** True where some policy isolates the endpoint in this direction. Addresses never are. */
  public isIsolated(endpoint: EndpointIndex, direction: Direction): boolean {
    return this.policies(endpoint, direction).length > 0;
  }

  /** The policies that isolate the endpoint in this direction. */
  public policies(endpoint: EndpointIndex, direction: Direction): Policy[] {
    const { layers, layersOf } = this.folds[direction];
    return endpoint < this.classCount ? layersOf[endpoint].map(layer => layers[layer].policy) : [];
  }

  /** What may pass between two different pods or addresses: egress of the one and ingress of the other. */
  public connections(source: EndpointIndex, destination: EndpointIndex): ConnectionSet {
    return this.table.set(this.table.intersect(
      this.side(source, 'egress', destination), this.side(destination, 'ingress', source)));
  }

  /** What one side alone lets pass. */
  public oneSided(subject: EndpointIndex, direction: Direction, peer: EndpointIndex): ConnectionSet {
    return this.table.set(this.side(subject, direction, peer));
  }

  /** What one rule of a policy gives a subject that it selects, towards one peer. */
  public ruleConnections(policy: Policy, rule: Rule, direction: Direction, subject: EndpointIndex, peer: EndpointIndex): ConnectionSet {
    return this.grants(policy, rule, direction)
      .filter(g => g.peers.has(peer) && (g.subjects === undefined || g.subjects.has(subject)))
      .reduce((all, g) => all.union(this.table.set(g.connections)), ConnectionSet.NONE);
  }

  /** The endpoints that a clause of a policy stands for. */
  public peersOf(policy: Policy, clause: PeerClause): Bitset {
    if (clause.kind === 'pods') {
      return clause.namespaces === undefined
        ? this.index.podsIn(policy.namespace, clause.pods)
        : this.index.podsAcross(clause.namespaces, clause.pods);
    }
    const atoms = new Bitset(this.size);
    this.addAtoms(atoms, clause.block);
    for (const except of clause.except) {
      const excluded = new Bitset(this.size);
      this.addAtoms(excluded, except);
      atoms.andNot(excluded);
    }
    // A block is meant for addresses outside, yet matches a pod whose address lies in it.
    for (const { index, atoms: own } of this.addressed) {
      if (own.some(atom => atoms.has(this.classCount + atom))) { atoms.add(index); }
    }
    return atoms;
  }

  private side(subject: EndpointIndex, direction: Direction, peer: EndpointIndex): number {
    const row = subject < this.classCount ? this.row(subject, direction) : undefined;
    if (row === undefined) { return ConnectionTable.ALL; }
    let connections = ConnectionTable.NONE;
    for (const grant of row) {
      if (grant.peers.has(peer)) { connections = this.table.union(connections, grant.connections); }
    }
    return connections;
  }

  /** The row of a class, made when it is first asked for; absent where the class is not isolated. */
  private row(subject: number, direction: Direction): Row | undefined {
    const { layers, layersOf, rows, shared } = this.folds[direction];
    const mine = layersOf[subject];
    if (mine.length === 0) { return undefined; }
    if (rows[subject] !== undefined) { return rows[subject]; }
    const grants = mine.flatMap(layer => layers[layer].grants.filter(g => g.subjects === undefined || g.subjects.has(subject)));
    // Classes of the same policies differ by what their named ports resolve to, if at all.
    const named = grants.some(g => g.subjects !== undefined) ? JSON.stringify([...this.classes.classes[subject].namedPorts]) : '';
    const key = `${mine.join()}|${named}`;
    let row = shared.get(key);
    if (row === undefined) {
      row = addUp(grants);
      shared.set(key, row);
    }
    rows[subject] = row;
    return row;
  }

  private fold(direction: Direction): Fold {
    const layers: Layer[] = [];
    const layersOf: number[][] = Array.from({ length: this.classCount }, () => []);
    for (const policy of this.cluster.policies) {
      const rules = policy[direction];
      if (rules === undefined) { continue; }
      const subjects = this.index.podsIn(policy.namespace, policy.subject);
      if (subjects.isEmpty) { continue; }
      const number = layers.push({ policy, subjects, grants: rules.flatMap(rule => this.grants(policy, rule, direction)) }) - 1;
      subjects.forEach(subject => layersOf[subject].push(number));
    }
    return { layers, layersOf, rows: [], shared: new Map() };
  }

  private grants(policy: Policy, rule: Rule, direction: Direction): Grant[] {
    const peers = new Bitset(this.size);
    if (rule.peers === undefined) {
      peers.addRange(0, this.size);
    } else {
      for (const clause of rule.peers) { peers.or(this.peersOf(policy, clause)); }
    }
    if (rule.ports === undefined) { return [{ connections: ConnectionTable.ALL, peers }]; }
    const grants: Grant[] = [];
    let numbered = ConnectionSet.NONE;
    for (const port of rule.ports) {
      if (port.name === undefined) {
        numbered = numbered.union(ConnectionSet.range(port.protocol, port.first, port.last));
        continue;
      }
      // A name is looked up in the pod that is connected to: the peer for egress, the subject for ingress.
      for (const [number, holders] of this.namedPorts.get(namedPortKey(port)) ?? []) {
        const connections = this.table.number(ConnectionSet.range(port.protocol, number, number));
        grants.push(direction === 'egress'
          ? { connections, peers: peers.copy().and(holders) }
          : { connections, peers, subjects: holders });
      }
    }
    if (!numbered.isEmpty) { grants.push({ connections: this.table.number(numbered), peers }); }
    return grants;
  }

  private addAtoms(row: Bitset, block: Cidr): void {
    const { first, end } = this.addresses.atomsOf(block);
    row.addRange(this.classCount + first, this.classCount + end);
  }
}

/** One entry per set of connections: a row that only one grant fills is that grant's own. */
function addUp(grants: readonly Grant[]): Row {
  const byConnections = new Map<number, { peers: Bitset; own: boolean }>();
  for (const { connections, peers } of grants) {
    const known = byConnections.get(connections);
    if (known === undefined) {
      byConnections.set(connections, { peers, own: false });
    } else if (known.own) {
      known.peers.or(peers);
    } else {
      byConnections.set(connections, { peers: known.peers.copy().or(peers), own: true });
    }
  }
  return [...byConnections].map(([connections, { peers }]) => ({ connections, peers }));
}

function* blocksOf(cluster: Cluster): Iterable<Cidr> {
  for (const policy of cluster.policies) {
    for (const rule of [...policy.ingress ?? [], ...policy.egress ?? []]) {
      for (const peer of rule.peers ?? []) {
        if (peer.kind !== 'addresses') { continue; }
        yield peer.block;
        yield* peer.except;
      }
    }
  }
}

import { AddressSpace } from './address-space';
import { ConnectionSet, portPoint, PortPoint } from './connections';
import { lowestBit } from './private/bit-rows';
import { CompiledDirection } from './private/compiled-direction';
import { Direction } from './private/compiled-policies';
import { ConnectionsRef, ConnectionTable } from './private/connection-table';
import { evaluate, Evaluation, EvaluationOptions } from './private/evaluation';
import { PlacedNamespace } from './private/peer-sets';
import { reevaluate } from './private/re-evaluation';
import { RuleEnd, ruleConnections } from './private/rule-match';
import { Cluster, Pod, Policy, Rule, Workload } from '../cluster/cluster';
import { Reason } from '../findings/answer';
import { AddressRange, FAMILY_RANGE } from '../k8s/address';
import { Protocol } from '../k8s/objects';

export type { Direction } from './private/compiled-policies';

/** The number of a class of pods, or of an atom of addresses: see `Reachability.ofPod`, `ofAddress`. */
export type ClassIndex = number;

/** What may pass with a range of outside addresses. */
export interface ExternalRange {
  readonly range: AddressRange;
  readonly connections: ConnectionSet;
}

/** Atoms are numbered from here on, far behind all classes. */
const ATOMS = 2 ** 30;

/**
 * Who reaches whom under a cluster's NetworkPolicies. Endpoints are classes of pods that no policy
 * tells apart and atoms of addresses that no block does; all answers are about those.
 *
 * A connection takes the egress of its source and the ingress of its destination. A class that no
 * policy isolates in a direction may do everything in it; else what its policies' rules add up to.
 */
export class Reachability {
  private readonly evaluation: Evaluation;

  private readonly outsideRanges = new Map<string, readonly ExternalRange[]>();

  /** It was gone on from, so that its lens is another's. */
  private superseded = false;

  constructor(cluster: Cluster, options: EvaluationOptions = {}, evaluation?: Evaluation) {
    this.evaluation = evaluation ?? evaluate(cluster, options);
  }

  /**
   * Who reaches whom when the cluster has become another. What has not changed has to be the same object in both: only
   * what the rest touches is worked out again. This reachability stays what it is.
   */
  public update(cluster: Cluster): Reachability {
    const { options } = this.evaluation;
    if (this.superseded) { return new Reachability(cluster, options); }
    this.superseded = true;
    return new Reachability(cluster, options, reevaluate(this.evaluation, cluster));
  }

  public get cluster(): Cluster { return this.evaluation.cluster; }

  public get addresses(): AddressSpace { return this.evaluation.addresses; }

  /** The workloads of a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.evaluation.workloads.get(namespace) ?? []; }

  /** How many classes of pods there are. */
  public get classCount(): number {
    return this.evaluation.namespaces.reduce((sum, { index: segment }) => sum + segment.classes.length, 0);
  }

  /** The endpoint that a pod of a workload of the cluster belongs to. */
  public ofPod({ namespace }: Workload, pod: Pod): ClassIndex {
    const { numbers, namespaces: segments } = this.evaluation;
    const placed = segments[numbers.get(namespace) ?? -1];
    const own = placed?.index.classOf(pod);
    if (own === undefined) { throw new Error('this pod is not of the cluster that is evaluated'); }
    return placed.firstWord * 32 + own;
  }

  /** The endpoint that an address belongs to. */
  public ofAddress(address: bigint): ClassIndex { return this.ofAtom(this.addresses.atomOf(address)); }

  /** The endpoint that an atom of `addresses` is. */
  public ofAtom(atom: number): ClassIndex { return ATOMS + atom; }

  /** True where some policy isolates the endpoint in this direction. Addresses never are. */
  public isIsolated(endpoint: ClassIndex, direction: Direction): boolean {
    if (endpoint >= ATOMS) { return false; }
    return this.foldOf(endpoint, direction).isIsolated(this.inSegment(endpoint), this.evaluation);
  }

  /** The policies that isolate the endpoint in this direction. */
  public policies(endpoint: ClassIndex, direction: Direction): Policy[] {
    if (endpoint >= ATOMS) { return []; }
    return this.foldOf(endpoint, direction).policiesOf(this.inSegment(endpoint), this.evaluation);
  }

  /** What may pass between two different pods or addresses: egress of the one and ingress of the other. */
  public connections(source: ClassIndex, destination: ClassIndex): ConnectionSet {
    const { table } = this.evaluation;
    const egress = this.side(source, 'egress', destination);
    return table.set(egress === ConnectionTable.NONE ? egress : table.intersect(egress, this.side(destination, 'ingress', source)));
  }

  /** What may pass between two different pods or addresses: all of `connections`, and what is undecided. */
  public possibleConnections(source: ClassIndex, destination: ClassIndex): ConnectionSet { return this.connections(source, destination); }

  /** What one side alone may let pass. */
  public possibleSideConnections(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionSet {
    return this.sideConnections(subject, direction, peer);
  }

  /** Why one side is undecided; empty if it is decided. */
  public undecidedBecause(_subject: ClassIndex, _direction: Direction, _peer: ClassIndex): readonly Reason[] { return []; }

  /** The same cluster judged without assumptions; the same object if no assumption matters. */
  public get strict(): Reachability { return this; }

  /** False if nothing in the cluster is undecided. */
  public get mayBeUndecided(): boolean { return false; }

  /** True where one port (1–65535) of a protocol may pass between two different pods or addresses. */
  public allows(source: ClassIndex, destination: ClassIndex, protocol: Protocol, port: number): boolean {
    const asked = portPoint(protocol, port);
    return this.side(source, 'egress', destination, asked) !== ConnectionTable.NONE
      && this.side(destination, 'ingress', source, asked) !== ConnectionTable.NONE;
  }

  /** What one side alone lets pass. */
  public sideConnections(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionSet {
    return this.evaluation.table.set(this.side(subject, direction, peer));
  }

  /**
   * The classes of pods with which the policies of a class let something pass in a direction, ascending: all others need
   * not be asked about, and some of these may turn out to let nothing pass. Nothing where no policy isolates the class, so
   * that it is all of them.
   */
  public possiblePeers(subject: ClassIndex, direction: Direction): ClassIndex[] | undefined {
    if (!this.isIsolated(subject, direction)) { return undefined; }
    const { segmentOfWord, namespaces: segments } = this.evaluation;
    const row = new Uint32Array(segmentOfWord.length);
    this.foldOf(subject, direction).addSlots(this.inSegment(subject), row, this.evaluation);
    const found: ClassIndex[] = [];
    row.forEach((bits, word) => {
      const { index: segment, firstWord } = segments[segmentOfWord[word]];
      const first = firstWord * 32;
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const place = word * 32 + lowestBit(rest);
        // Nobody is behind a segment's last class, nor where a segment was before it outgrew its place.
        if (place >= first && place < first + segment.classes.length) { found.push(place); }
      }
    });
    return found;
  }

  /**
   * Addresses with which something may pass, in ranges of one family each, ascending; neighbours differ in what it is.
   * Classes with the same ranges get the same list.
   */
  public externalRanges(subject: ClassIndex, direction: Direction): readonly ExternalRange[] {
    const { addresses } = this;
    const six = addresses.atomOf(FAMILY_RANGE.IPv6.first);
    const changes = this.foldOf(subject, direction).changes(this.inSegment(subject), this.evaluation);
    const starts = [...new Set([0, six, ...changes])].sort((a, b) => a - b).filter(atom => atom < addresses.size);
    const passing = starts.map(atom => this.side(subject, direction, this.ofAtom(atom)));
    const key = `${starts.join()} ${passing.join()}`;
    let ranges = this.outsideRanges.get(key);
    if (ranges === undefined) {
      const atEdges = starts.filter((atom, i) => atom === six || passing[i] !== passing[i - 1]);
      ranges = atEdges.map((atom, i) => ({
        range: { first: addresses.range(atom).first, last: addresses.range((atEdges[i + 1] ?? addresses.size) - 1).last },
        connections: this.evaluation.table.set(passing[starts.indexOf(atom)]),
      })).filter(({ connections }) => !connections.isEmpty);
      this.outsideRanges.set(key, ranges);
    }
    return ranges;
  }

  /** What one rule of a policy gives a subject that it selects, towards one peer. */
  public ruleConnections(policy: Policy, rule: Rule, direction: Direction, subject: ClassIndex, peer: ClassIndex): ConnectionSet {
    return ruleConnections(this.cluster, policy.namespace, rule, direction, this.end(subject), this.end(peer));
  }

  private side(subject: ClassIndex, direction: Direction, peer: ClassIndex, asked?: PortPoint): ConnectionsRef {
    if (subject >= ATOMS) { return ConnectionTable.ALL; }
    const fold = this.foldOf(subject, direction);
    const own = this.inSegment(subject);
    return peer >= ATOMS ? fold.withAtom(own, peer - ATOMS, this.evaluation, asked) : fold.withPods(own, peer, this.evaluation, asked);
  }

  private end(endpoint: ClassIndex): RuleEnd {
    if (endpoint >= ATOMS) { return { kind: 'addresses', range: this.addresses.range(endpoint - ATOMS) }; }
    const { index: segment } = this.segmentOf(endpoint);
    return { kind: 'pod', namespace: segment.namespace, pod: segment.classes[this.inSegment(endpoint)].pod };
  }

  private segmentOf(pods: ClassIndex): PlacedNamespace {
    return this.evaluation.namespaces[this.evaluation.segmentOfWord[pods >>> 5]];
  }

  /** The number that a class of pods has in its segment. */
  private inSegment(pods: ClassIndex): number {
    return pods - this.segmentOf(pods).firstWord * 32;
  }

  private foldOf(pods: ClassIndex, direction: Direction): CompiledDirection {
    const folds = this.evaluation.compiled[this.evaluation.segmentOfWord[pods >>> 5]];
    return direction === 'ingress' ? folds.ingress : folds.egress;
  }
}

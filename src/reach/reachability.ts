import { AddressSpace } from './address-space';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { ConnectionSet } from './connections';
import { evaluate, Evaluation, EvaluationOptions } from './evaluation';
import { Direction } from './policy-layers';
import { reevaluate } from './re-evaluation';
import { RuleEnd, ruleConnections } from './rule-match';
import { Cluster, Pod, Policy, Rule, Workload } from '../cluster/cluster';

export type { Direction } from './policy-layers';

/** The number of a class of pods, or of an atom of addresses: see `Reachability.ofPod`, `ofAddress`. */
export type EndpointIndex = number;

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

  /** How many classes of pods there are. */
  public get classCount(): number {
    return this.evaluation.segments.reduce((sum, { segment }) => sum + segment.classes.length, 0);
  }

  /** The endpoint that a pod of a workload of the cluster belongs to. */
  public ofPod({ namespace }: Workload, pod: Pod): EndpointIndex {
    const { numbers, segments } = this.evaluation;
    const placed = segments[numbers.get(namespace) ?? -1];
    const own = placed?.segment.classOf(pod);
    if (own === undefined) { throw new Error('this pod is not of the cluster that is evaluated'); }
    return placed.firstWord * 32 + own;
  }

  /** The endpoint that an address belongs to. */
  public ofAddress(address: bigint): EndpointIndex { return this.ofAtom(this.addresses.atomOf(address)); }

  /** The endpoint that an atom of `addresses` is. */
  public ofAtom(atom: number): EndpointIndex { return ATOMS + atom; }

  /** True where some policy isolates the endpoint in this direction. Addresses never are. */
  public isIsolated(endpoint: EndpointIndex, direction: Direction): boolean {
    return this.policies(endpoint, direction).length > 0;
  }

  /** The policies that isolate the endpoint in this direction. */
  public policies(endpoint: EndpointIndex, direction: Direction): Policy[] {
    if (endpoint >= ATOMS) { return []; }
    const number = this.evaluation.segmentOfWord[endpoint >>> 5];
    return this.evaluation.folds[number][direction].policiesOf(endpoint - this.evaluation.segments[number].firstWord * 32);
  }

  /** What may pass between two different pods or addresses: egress of the one and ingress of the other. */
  public connections(source: EndpointIndex, destination: EndpointIndex): ConnectionSet {
    const { table } = this.evaluation;
    const egress = this.side(source, 'egress', destination);
    return table.set(egress === ConnectionTable.NONE ? egress : table.intersect(egress, this.side(destination, 'ingress', source)));
  }

  /** What one side alone lets pass. */
  public oneSided(subject: EndpointIndex, direction: Direction, peer: EndpointIndex): ConnectionSet {
    return this.evaluation.table.set(this.side(subject, direction, peer));
  }

  /** What one rule of a policy gives a subject that it selects, towards one peer. */
  public ruleConnections(policy: Policy, rule: Rule, direction: Direction, subject: EndpointIndex, peer: EndpointIndex): ConnectionSet {
    return ruleConnections(this.cluster, policy.namespace, rule, direction, this.end(subject), this.end(peer));
  }

  private side(subject: EndpointIndex, direction: Direction, peer: EndpointIndex): ConnectionsRef {
    if (subject >= ATOMS) { return ConnectionTable.ALL; }
    const { segmentOfWord, segments, folds } = this.evaluation;
    const number = segmentOfWord[subject >>> 5];
    const fold = direction === 'ingress' ? folds[number].ingress : folds[number].egress;
    const own = subject - segments[number].firstWord * 32;
    return peer >= ATOMS ? fold.withAtom(own, peer - ATOMS, this.evaluation) : fold.withPods(own, peer, this.evaluation);
  }

  private end(endpoint: EndpointIndex): RuleEnd {
    if (endpoint >= ATOMS) { return { kind: 'addresses', range: this.addresses.range(endpoint - ATOMS) }; }
    const { segment, firstWord } = this.evaluation.segments[this.evaluation.segmentOfWord[endpoint >>> 5]];
    return { kind: 'pod', namespace: segment.namespace, pod: segment.classes[endpoint - firstWord * 32].pod };
  }
}

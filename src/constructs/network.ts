import { ApiObject, Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { PolicyLayout } from './policy-layout';
import { Port } from './port';
import type { AllowOptions } from './tier-props';
import { callError } from '../cdk8s/call-error';
import { alsoSearch, Repetition } from '../cdk8s/chart-conflicts';
import { clusterOf } from '../cdk8s/cluster-boundaries';
import { isInTree, scopesFrom } from '../cdk8s/construct-tree';
import { hash } from '../cdk8s/policy-names';
import { PolicyObject, PolicyObjectProps } from '../cdk8s/policy-object';
import { beforeReading, invalidate } from '../cdk8s/synth-run';
import { namedConstruct } from '../cdk8s/workload';
import { LabelSelector, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicySpec } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ContainerPort } from '../k8s/workloads';

/*
 * The edges of an app, and the policies that they become. Data flows one way: `Network` records what the program says, `reconcile` keeps the
 * policy objects of each tier in step with the record, and each policy object computes its spec from the record when it is synthesized. Before
 * each reading of the app, `refresh` forgets what was removed from the tree, and sees to the default deny of each namespace.
 */

export type Direction = 'ingress' | 'egress';

/** A tier or an implicit tier, as edges and policies need it. */
export interface EdgeTier extends Construct {
  readonly peerName: string;
  readonly _namespace: string | undefined;
  /** The tier's own layout. Undefined means that of the nearest scope. */
  readonly _layout: PolicyLayout | undefined;
  /** True if its policies are written although the app has no `DefaultDeny` for the namespace, so that they isolate its pods. */
  readonly _isolates: boolean;
  readonly _edgeEnds: readonly EdgeEnd[];
  _selector(): LabelSelector;
  _containerPorts(): readonly ContainerPort[];
  _workload(): ApiObject | undefined;
}

/** The id of a tier that is made as a child of its workload. */
export const WORKLOAD_TIER_ID = 'tier';

/** One end of an edge. `Peer.anyOf` stands for several ends, each with an edge of its own. */
export interface EdgeEnd {
  /** Equal for ends that select the same under the same name. */
  readonly key: string;
  /** Its part in the names of policies. */
  readonly name: string;
  /** Its name in messages. */
  readonly title: string;
  /** The tier or implicit tier, if the end is one. Policies are written for the pods of tiers only. */
  readonly tier?: EdgeTier;
  /** The ports of the end itself, for calls that name none. Undefined if it has none. */
  ports(): readonly Port[] | undefined;
  /** The `from` or `to` of a rule in a policy of this namespace. Undefined means every pod and every address. */
  peers(namespace: string | undefined): readonly NetworkPolicyPeer[] | undefined;
}

/** A source, a destination, and the sum of what the calls for them say. */
export class Edge {
  public readonly descriptions = new Set<string>();
  private readonly ports: Port[] = [];
  private onDefaultPorts = false;

  constructor(public readonly source: EdgeEnd, public readonly destination: EdgeEnd) {}

  /** Adds these ports, or if undefined the ports that the destination tier has at synth. */
  public add(ports: readonly Port[] | undefined, description: string | undefined): void {
    if (ports === undefined) { this.onDefaultPorts = true; } else { this.ports.push(...ports); }
    if (description) { this.descriptions.add(description); }
  }

  /** True if a call means the destination's own ports, and the destination has none. */
  public get lacksPorts(): boolean { return this.onDefaultPorts && this.destination.ports() === undefined; }

  /** The tiers among its ends. An edge from a tier to itself has it twice. */
  public get tiers(): readonly EdgeTier[] { return [this.source.tier, this.destination.tier].filter(tier => tier !== undefined); }

  /** The end that is not the tier itself. */
  public other(direction: Direction): EdgeEnd { return direction === 'ingress' ? this.source : this.destination; }

  public policyName(direction: Direction): string {
    const { source, destination } = this;
    const name = source.key === destination.key ? `${source.name}-internally` : `${source.name}-to-${destination.name}`;
    return `allow-${name}${direction === 'egress' ? '-egress' : ''}`;
  }

  /** The rule for one direction, in a policy of this namespace. */
  public rule(direction: Direction, namespace: string | undefined): PolicyRule {
    if (this.lacksPorts) { throw new Error(unknownPorts(this.destination)); }
    const ports = this.onDefaultPorts ? [...this.ports, ...this.destination.ports()!] : this.ports;
    return policyRule(direction, this.other(direction).peers(namespace), ports);
  }
}

type PolicyRule = NetworkPolicyIngressRule & NetworkPolicyEgressRule;

/** A rule of a policy. The API means every peer by leaving out `from` or `to`, and every port by leaving out `ports`. */
export function policyRule(direction: Direction, peers: readonly NetworkPolicyPeer[] | undefined, ports: readonly Port[]): PolicyRule {
  const entries = Port._policyPorts(ports);
  return {
    ...(peers === undefined ? {} : { [direction === 'ingress' ? 'from' : 'to']: peers }),
    ...(entries === undefined ? {} : { ports: entries }),
  };
}

/** What is wrong if neither a call nor the destination names ports. */
export function unknownPorts({ title }: EdgeEnd): string {
  return `the call names no ports, and ${title} has none of its own`;
}

/** The default deny of a namespace in one cluster. */
export interface NamespaceDeny {
  readonly construct: IConstruct;
  readonly namespace: string | undefined;
  /** True if the namespace's first tier made it. It gives way to a `DefaultDeny` in the program. */
  readonly automatic: boolean;
  /** False for a direction that stays open. */
  readonly restricts: Readonly<Record<Direction, boolean>>;
  /** True if it is turned off: no policy is written. */
  readonly isOff: boolean;
}

/** Makes the default deny of a namespace in a chart. */
export type DenyMaker = (chart: Chart, namespace: string | undefined) => void;

/** An edge as seen by one of its tiers. */
interface TierEdge {
  readonly direction: Direction;
  readonly edge: Edge;
  /** Its policy in the layout of one policy per edge. */
  readonly policy: TierPolicy;
}

/** A policy with the id of its construct, which is a child of the tier. */
interface TierPolicy extends PolicyObjectProps {
  readonly id: string;
}

interface TierRecord {
  readonly tier: EdgeTier;
  readonly path: string;
  /** By direction and the key of the other end. */
  readonly tierEdges: Map<string, TierEdge>;
  /** The ids of the tier's policy objects. */
  readonly policyIds: Set<string>;
}

/** What the program says about the network of one app. */
export class Network {
  /** The network of the app that a construct is in. */
  public static of(construct: IConstruct): Network {
    const { root } = construct.node;
    let network = networks.get(root);
    if (network === undefined) { networks.set(root, network = new Network(root)); }
    return network;
  }

  private readonly edges = new Map<string, Edge>();
  /** The tiers of the app, in the order in which they were made. */
  private readonly tiers = new Map<EdgeTier, TierRecord>();
  private readonly tierPaths = new Map<string, EdgeTier>();
  private readonly denies = new Set<NamespaceDeny>();
  private readonly layouts = new Map<IConstruct, PolicyLayout>();
  /** Set by the first tier. */
  private makeDeny: DenyMaker | undefined;

  private constructor(private readonly root: IConstruct) {
    beforeReading(root, this, () => this.refresh());
    alsoSearch(root, this, () => this.repeatedTiers());
  }

  /** Records a tier, and sees to the default deny of its namespace. */
  public addTier(tier: EdgeTier, makeDeny: DenyMaker): void {
    this.makeDeny = makeDeny;
    this.addPods(tier);
    if (this.deny(clusterOf(tier), tier._namespace) === undefined) { makeDeny(Chart.of(tier), tier._namespace); }
  }

  /** Records a tier, or an implicit tier that the program has not made. */
  public addPods(tier: EdgeTier): void {
    const { path } = tier.node;
    const before = this.tierPaths.get(path);
    // Only a tier that was removed can have had the same path.
    if (before !== undefined) { this.forget(new Set([before])); }
    this.tiers.set(tier, { tier, path, tierEdges: new Map(), policyIds: new Set() });
    this.tierPaths.set(path, tier);
  }

  /** The tiers that are in the tree, in the order in which they were made. */
  public get currentTiers(): readonly EdgeTier[] { return [...this.tiers.keys()].filter(tier => tier._isolates && isInTree(tier)); }

  /** The default denies that are in the tree. */
  public get currentDenies(): readonly NamespaceDeny[] { return [...this.denies].filter(({ construct }) => isInTree(construct)); }

  /** Records an edge from each source to each destination. If one of them is wrong, throws and records none. */
  public allow(where: string, sources: readonly EdgeEnd[], destinations: readonly EdgeEnd[], options: AllowOptions | undefined): void {
    const ports = Port._checkList(where, options?.ports);
    const pairs = sources.flatMap(from => destinations.map(to => [from, to] as const));
    for (const [from, to] of pairs) { checkEdge(where, from, to, ports); }
    invalidate(this.root);
    for (const [from, to] of pairs) {
      const key = JSON.stringify([from.key, to.key]);
      const edge = this.edges.get(key) ?? new Edge(from, to);
      this.edges.set(key, edge);
      // The ports of a tier are read at synth. Those of a peer are read now: two peers with the same key may have different ports.
      edge.add(ports ?? (to.tier === undefined ? to.ports() : undefined), options?.description);
      this.addTierEdge(to.tier, 'ingress', edge);
      this.addTierEdge(from.tier, 'egress', edge);
    }
  }

  /** The recorded edges whose destination is this tier. */
  public edgesInto(tier: EdgeTier): Edge[] {
    return [...this.tiers.get(tier)?.tierEdges.values() ?? []].filter(tierEdge => tierEdge.direction === 'ingress').map(tierEdge => tierEdge.edge);
  }

  /** The recorded edges that a policy object of a tier is written for. */
  public edgesIn(policy: IConstruct): Edge[] {
    const record = this.tiers.get(policy.node.scope as EdgeTier);
    if (record === undefined) { return []; }
    const tierEdges = [...record.tierEdges.values()];
    const own = tierEdges.filter(tierEdge => tierEdge.policy.id === policy.node.id);
    // In the layout of one policy per tier, its policy is for all edges.
    return (own.length > 0 ? own : tierEdges).map(({ edge }) => edge);
  }

  /** The default deny of a namespace in a cluster, if it is in the tree. One of the program comes before one that a tier made. */
  public deny(cluster: string | undefined, namespace: string | undefined): NamespaceDeny | undefined {
    const found = [...this.denies].filter(deny => deny.namespace === namespace && clusterOf(deny.construct) === cluster && isInTree(deny.construct));
    return found.find(({ automatic }) => !automatic) ?? found[0];
  }

  /** Sets the default deny of a namespace, and removes the one that a tier has made from the tree. */
  public setDeny(deny: NamespaceDeny): void {
    const old = this.deny(clusterOf(deny.construct), deny.namespace);
    if (old !== undefined) { this.removeDeny(old); }
    this.denies.add(deny);
    this.reconcile(tier => tier._namespace === deny.namespace);
  }

  /** Sets the layout for the tiers below a scope. */
  public setLayout(scope: IConstruct, layout: PolicyLayout): void {
    this.layouts.set(scope, layout);
    this.reconcile(tier => tier.node.scopes.includes(scope));
  }

  /** Brings the policies up to date with the tree: constructs may have been removed, and the boundaries of clusters may have been stated. */
  public refresh(): void {
    this.forget(new Set([...this.tiers.keys()].filter(tier => !isInTree(tier))));
    const removed = [...this.denies].filter(deny => !isInTree(deny.construct));
    for (const deny of removed) { this.denies.delete(deny); }
    const changed = new Set(removed.map(({ namespace }) => namespace));
    const wanted = this.chartsOfDenies();
    for (const deny of this.denies) {
      const { construct, namespace, automatic } = deny;
      if (!automatic) { continue; }
      const key = denyKey(construct, namespace);
      if (wanted.get(key)?.chart === Chart.of(construct)) {
        wanted.delete(key);
      } else {
        this.removeDeny(deny);
        changed.add(namespace);
      }
    }
    for (const { chart, namespace } of wanted.values()) {
      this.makeDeny!(chart, namespace);
      changed.add(namespace);
    }
    if (changed.size === 0) { return; }
    invalidate(this.root);
    this.reconcile(tier => changed.has(tier._namespace));
  }

  /** For each namespace with tiers and without a default deny of the program, the chart of its first tier. */
  private chartsOfDenies(): Map<string, { readonly chart: Chart; readonly namespace: string | undefined }> {
    const stated = new Set([...this.denies].filter(({ automatic }) => !automatic).map(({ construct, namespace }) => denyKey(construct, namespace)));
    const charts = new Map<string, { readonly chart: Chart; readonly namespace: string | undefined }>();
    for (const tier of this.currentTiers) {
      const key = denyKey(tier, tier._namespace);
      if (!stated.has(key) && !charts.has(key)) { charts.set(key, { chart: Chart.of(tier), namespace: tier._namespace }); }
    }
    return charts;
  }

  /** Tiers of two charts that select the same pods. In one chart, two tiers may have the same pods in two roles. */
  private repeatedTiers(): Repetition[] {
    const first = new Map<string, EdgeTier>();
    return this.currentTiers.flatMap(tier => {
      const name = podsOf(tier);
      if (name === undefined) { return []; }
      const key = `${denyKey(tier, tier._namespace)} ${name}`;
      const other = first.get(key);
      first.set(key, other ?? tier);
      if (other === undefined || Chart.of(other) === Chart.of(tier)) { return []; }
      return [{ name, firstPath: other.node.path, firstChart: Chart.of(other), secondPath: tier.node.path, secondChart: Chart.of(tier) }];
    });
  }

  private removeDeny(deny: NamespaceDeny): void {
    const { scope, id } = deny.construct.node;
    scope!.node.tryRemoveChild(id);
    this.denies.delete(deny);
  }

  /** Forgets tiers that were removed from the tree, with their edges. */
  private forget(removed: ReadonlySet<EdgeTier>): void {
    if (removed.size === 0) { return; }
    for (const tier of removed) {
      this.tierPaths.delete(this.tiers.get(tier)!.path);
      this.tiers.delete(tier);
    }
    invalidate(this.root);
    const affected = new Set<TierRecord>();
    for (const [key, edge] of this.edges) {
      if (!edge.tiers.some(tier => removed.has(tier))) { continue; }
      this.edges.delete(key);
      for (const record of edge.tiers.map(tier => this.tiers.get(tier)).filter(one => one !== undefined)) {
        for (const [at, tierEdge] of record.tierEdges) { if (tierEdge.edge === edge) { record.tierEdges.delete(at); } }
        affected.add(record);
      }
    }
    for (const record of affected) { this.reconcileTier(record); }
  }

  private addTierEdge(tier: EdgeTier | undefined, direction: Direction, edge: Edge): void {
    if (tier === undefined) { return; }
    // `checkEdge` has refused tiers that are not in the tree.
    const record = this.tiers.get(tier)!;
    const path = [direction, edge.other(direction).key];
    const key = JSON.stringify(path);
    const tierEdge: TierEdge = { direction, edge, policy: this.policy(tier, edge.policyName(direction), direction, path, () => [tierEdge]) };
    record.tierEdges.set(key, tierEdge);
    this.reconcileTier(record);
  }

  private reconcile(isAffected: (tier: EdgeTier) => boolean): void {
    for (const record of this.tiers.values()) {
      if (isAffected(record.tier)) { this.reconcileTier(record); }
    }
  }

  /**
   * Makes the policy objects that the tier needs, and removes those that it no longer needs. They are made at once and not at synth, because
   * other code may look for them in the tree or depend on them; only their content waits for the synth.
   */
  private reconcileTier(record: TierRecord): void {
    const { tier, policyIds: written } = record;
    const wanted = new Map(this.policiesOf(record).map(policy => [policy.id, policy]));
    for (const id of written) {
      if (wanted.has(id)) { continue; }
      tier.node.tryRemoveChild(id);
      written.delete(id);
    }
    for (const [id, policy] of wanted) {
      if (written.has(id)) { continue; }
      new PolicyObject(tier, id, policy);
      written.add(id);
    }
  }

  private policiesOf(record: TierRecord): TierPolicy[] {
    const { tier } = record;
    const tierEdges = this.restricted(record);
    const scope = [...scopesFrom(tier)].find(s => this.layouts.has(s));
    const layout = tier._layout ?? (scope && this.layouts.get(scope)) ?? PolicyLayout.PER_EDGE;
    if (layout === PolicyLayout.PER_EDGE) { return tierEdges.map(tierEdge => tierEdge.policy); }
    return tierEdges.length === 0 ? [] : [this.policy(tier, `allow-${tier.peerName}`, 'egress', [], () => this.restricted(record))];
  }

  /** The tier's edges that need a policy. In a direction that is open for the whole namespace, a policy would isolate the pods. */
  private restricted({ tier, tierEdges }: TierRecord): TierEdge[] {
    const restricts = this.deny(clusterOf(tier), tier._namespace)?.restricts;
    return [...tierEdges.values()].filter(tierEdge => restricts?.[tierEdge.direction] ?? tier._isolates);
  }

  private policy(tier: EdgeTier, name: string, stage: Direction, path: readonly string[], tierEdges: () => readonly TierEdge[]): TierPolicy {
    const key = JSON.stringify([tier.node.path, ...path]);
    return {
      id: `${name}-${hash(key)}`,
      namespace: tier._namespace,
      name,
      key,
      stage,
      spec: () => specOf(tier, tierEdges()),
      descriptions: () => tierEdges().flatMap(tierEdge => [...tierEdge.edge.descriptions]),
    };
  }
}

const networks = new WeakMap<IConstruct, Network>();

/** The pods of a tier: `the pods app=web of namespace shop`. Undefined if its workload cannot be rendered, which the tier reports. */
function podsOf(tier: EdgeTier): string | undefined {
  try {
    // In the normal form, so that it does not matter whether a label is written in the labels or in an expression.
    const selector = Selector.from(tier._selector());
    const namespace = tier._namespace === undefined ? 'the namespace without a name' : `namespace ${tier._namespace}`;
    return selector.isEverything ? `all pods of ${namespace}` : `the pods ${selector} of ${namespace}`;
  } catch {
    return undefined;
  }
}

/** Equal for the same namespace of the same cluster. Neither can be empty, nor have a slash. */
function denyKey(construct: IConstruct, namespace: string | undefined): string {
  return `${clusterOf(construct) ?? ''}/${namespace ?? ''}`;
}

/** The spec of a policy for a tier's pods. The order of its rules does not depend on the order of calls. */
function specOf(tier: EdgeTier, tierEdges: readonly TierEdge[]): NetworkPolicySpec {
  const sorted = [...tierEdges].sort((a, b) => a.policy.key < b.policy.key ? -1 : 1);
  const rules = (direction: Direction) => sorted.filter(tierEdge => tierEdge.direction === direction)
    .map(tierEdge => tierEdge.edge.rule(direction, tier._namespace));
  const [ingress, egress] = [rules('ingress'), rules('egress')];
  return {
    podSelector: tier._selector(),
    policyTypes: [...(ingress.length > 0 ? ['Ingress' as const] : []), ...(egress.length > 0 ? ['Egress' as const] : [])],
    ...(ingress.length > 0 ? { ingress } : {}),
    ...(egress.length > 0 ? { egress } : {}),
  };
}

function checkEdge(where: string, source: EdgeEnd, destination: EdgeEnd, ports: readonly Port[] | undefined): void {
  for (const { tier } of [source, destination]) {
    if (tier === undefined || isInTree(tier)) { continue; }
    throw callError(where, `${pathOf(tier)} was removed from the app, so no policy can be written for it`, 'use a tier that is in the app');
  }
  if (source.tier !== undefined && destination.tier !== undefined) { checkTiers(where, source.tier, destination.tier); }
  // Containers may be added to a workload until synth, and their ports are read then.
  const isLate = destination.tier?._workload() !== undefined;
  if (ports === undefined && !isLate && destination.ports() === undefined) {
    throw callError(where, unknownPorts(destination), 'write ports: [Port.tcp(8080)] in this call'
      + (destination.tier === undefined ? '' : `, or in the props of ${destination.title}`) + '; if you mean every port, write ports: [Port.all()]');
  }
}

/** The edge between two tiers leads from one cluster into another one. */
export function crossesClusters({ source, destination }: Edge): boolean {
  return source.tier !== undefined && destination.tier !== undefined && clusterOf(source.tier) !== clusterOf(destination.tier);
}

/** What to do about an edge between two clusters. */
export const CROSS_CLUSTER_FIX = 'make both tiers in one cluster, or name the addresses of the other cluster by Peer.cidr(...)';

/** The path of a tier, or of the workload that an implicit tier is made for. */
function pathOf(tier: EdgeTier): string {
  const workload = tier._workload();
  return (tier._isolates || workload === undefined ? tier : namedConstruct(workload)).node.path;
}

function checkTiers(where: string, source: EdgeTier, destination: EdgeTier): void {
  const clusters = [clusterOf(source), clusterOf(destination)];
  // A tier without a cluster may still get one.
  if (clusters[0] !== clusters[1] && !clusters.includes(undefined)) {
    throw callError(where, `${pathOf(source)} is in cluster ${clusters[0]}, ${pathOf(destination)} is in cluster ${clusters[1]}, and no policy selects pods of another cluster`,
      CROSS_CLUSTER_FIX);
  }
  if (source.node.root !== destination.node.root) {
    throw callError(where, 'the two tiers are in two apps, so neither can write the policy of the other',
      'make both tiers in one app, or name the other one by Peer.pods(...)');
  }
  const [nameless] = [source, destination].filter(tier => tier._namespace === undefined);
  if (source._namespace !== destination._namespace && nameless !== undefined) {
    throw callError(where, `${pathOf(nameless)} has no namespace, and the other tier is in namespace ${source._namespace ?? destination._namespace}`,
      `give its chart a namespace, new Chart(app, '...', { namespace: '...' }), or the ${nameless._workload() === undefined
        ? `tier, new Tier(chart, '${nameless.node.id}', { namespace: '...' })` : "workload, metadata: { namespace: '...' }"}`);
  }
}

import type { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { IPeer } from './endpoint';
import { PolicyLayout } from './policy-layout';
import { Port } from './port';
import type { AllowOptions } from './tier-props';
import { callError } from '../cdk8s/call-error';
import { hash } from '../cdk8s/policy-names';
import { PolicyObject, PolicyObjectProps } from '../cdk8s/policy-object';
import { invalidate } from '../cdk8s/synth-run';
import { LabelSelector, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicySpec } from '../k8s/objects';
import { ContainerPort } from '../k8s/workloads';

/*
 * The edges of an app, and the policies that they become. Data flows one way: `Network` records what the program says, `reconcile` keeps the
 * policy objects of each tier in step with the record, and each policy object computes its spec from the record when it is synthesized.
 */

export type Direction = 'ingress' | 'egress';

/** A tier, as edges and policies need it. */
export interface EdgeTier extends Construct {
  readonly peerName: string;
  readonly _namespace: string | undefined;
  /** The tier's own layout. Undefined means that of the nearest scope. */
  readonly _layout: PolicyLayout | undefined;
  _selector(): LabelSelector;
  _containerPorts(): readonly ContainerPort[];
  _workload(): ApiObject | undefined;
}

/** One end of an edge. `Peer.anyOf` stands for several ends, each with an edge of its own. */
export interface EdgeEnd {
  /** Equal for ends that select the same under the same name. */
  readonly key: string;
  /** Its part in the names of policies. */
  readonly name: string;
  /** Its name in messages. */
  readonly title: string;
  /** The tier, if the end is one. Policies are written for the pods of tiers only. */
  readonly tier?: EdgeTier;
  /** The ports of the end itself, for calls that name none. Undefined if it has none. */
  ports(): readonly Port[] | undefined;
  /** The `from` or `to` of a rule in a policy of this namespace. Undefined means every pod and every address. */
  peers(namespace: string | undefined): readonly NetworkPolicyPeer[] | undefined;
}

/** The ends that a tier or a peer stands for. Throws if it is neither. */
export function edgeEndsOf(where: string, peer: IPeer): readonly EdgeEnd[] {
  const ends = (peer as { readonly _edgeEnds?: readonly EdgeEnd[] } | undefined)?._edgeEnds;
  if (ends === undefined) {
    throw callError(where, 'this is neither a Tier nor a Peer',
      'write a Tier, one of the factories of Peer, or Tier.fromWorkload(...) for a workload of cdk8s-plus');
  }
  return ends;
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

/** The default deny of a namespace. */
export interface NamespaceDeny {
  readonly construct: IConstruct;
  /** True if the namespace's first tier made it. It gives way to a `DefaultDeny` in the program. */
  readonly automatic: boolean;
  /** False for a direction that stays open. */
  readonly restricts: Readonly<Record<Direction, boolean>>;
}

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
  private readonly tiers = new Map<EdgeTier, TierRecord>();
  private readonly denies = new Map<string | undefined, NamespaceDeny>();
  private readonly layouts = new Map<IConstruct, PolicyLayout>();

  private constructor(private readonly root: IConstruct) {}

  /** Records an edge from each end of `source` to each end of `destination`. If one of them is wrong, throws and records none. */
  public allow(where: string, source: IPeer, destination: IPeer, options: AllowOptions | undefined): void {
    const sources = edgeEndsOf(where, source);
    const destinations = edgeEndsOf(where, destination);
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

  /** The default deny of a namespace, if it is in the tree. */
  public deny(namespace: string | undefined): NamespaceDeny | undefined {
    const deny = this.denies.get(namespace);
    return deny !== undefined && isInTree(deny.construct) ? deny : undefined;
  }

  /** Sets the default deny of a namespace, and removes the previous one from the tree. */
  public setDeny(namespace: string | undefined, deny: NamespaceDeny): void {
    const old = this.deny(namespace)?.construct;
    old?.node.scope?.node.tryRemoveChild(old.node.id);
    this.denies.set(namespace, deny);
    this.reconcile(tier => tier._namespace === namespace);
  }

  /** Sets the layout for the tiers below a scope. */
  public setLayout(scope: IConstruct, layout: PolicyLayout): void {
    this.layouts.set(scope, layout);
    this.reconcile(tier => tier.node.scopes.includes(scope));
  }

  private addTierEdge(tier: EdgeTier | undefined, direction: Direction, edge: Edge): void {
    if (tier === undefined) { return; }
    const record = this.tiers.get(tier) ?? { tier, tierEdges: new Map(), policyIds: new Set() };
    this.tiers.set(tier, record);
    const path = [direction, edge.other(direction).key];
    const key = JSON.stringify(path);
    const tierEdge: TierEdge = { direction, edge, policy: this.policy(tier, edge.policyName(direction), path, () => [tierEdge]) };
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
    const scope = tier.node.scopes.reverse().find(s => this.layouts.has(s));
    const layout = tier._layout ?? (scope && this.layouts.get(scope)) ?? PolicyLayout.PER_EDGE;
    if (layout === PolicyLayout.PER_EDGE) { return tierEdges.map(tierEdge => tierEdge.policy); }
    return tierEdges.length === 0 ? [] : [this.policy(tier, `allow-${tier.peerName}`, [], () => this.restricted(record))];
  }

  /** The tier's edges that need a policy. In a direction that is open for the whole namespace, a policy would isolate the tier's pods. */
  private restricted({ tier, tierEdges }: TierRecord): TierEdge[] {
    const restricts = this.deny(tier._namespace)?.restricts;
    return [...tierEdges.values()].filter(tierEdge => restricts?.[tierEdge.direction] ?? true);
  }

  private policy(tier: EdgeTier, name: string, path: readonly string[], tierEdges: () => readonly TierEdge[]): TierPolicy {
    const key = JSON.stringify([tier.node.path, ...path]);
    return {
      id: `${name}-${hash(key)}`,
      namespace: tier._namespace,
      name,
      key,
      spec: () => specOf(tier, tierEdges()),
      descriptions: () => tierEdges().flatMap(tierEdge => [...tierEdge.edge.descriptions]),
    };
  }
}

const networks = new WeakMap<IConstruct, Network>();

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
  if (source.tier !== undefined && destination.tier !== undefined) { checkTiers(where, source.tier, destination.tier); }
  // Containers may be added to a workload until synth, and their ports are read then.
  const isLate = destination.tier?._workload() !== undefined;
  if (ports === undefined && !isLate && destination.ports() === undefined) {
    throw callError(where, unknownPorts(destination), 'write ports: [Port.tcp(8080)] in this call'
      + (destination.tier === undefined ? '' : `, or in the props of ${destination.title}`) + '; if you mean every port, write ports: [Port.all()]');
  }
}

function checkTiers(where: string, source: EdgeTier, destination: EdgeTier): void {
  if (source.node.root !== destination.node.root) {
    throw callError(where, 'the two tiers are in two apps, so neither can write the policy of the other',
      'make both tiers in one app, or name the other one by Peer.pods(...)');
  }
  const [nameless] = [source, destination].filter(tier => tier._namespace === undefined);
  if (source._namespace !== destination._namespace && nameless !== undefined) {
    throw callError(where, `${nameless.node.path} has no namespace, and the other tier is in namespace ${source._namespace ?? destination._namespace}`,
      `give its chart a namespace, new Chart(app, '...', { namespace: '...' }), or the tier, new Tier(chart, '${nameless.node.id}', { namespace: '...' })`);
  }
}

function isInTree(construct: IConstruct): boolean {
  const { scope, id } = construct.node;
  return scope === undefined || (scope.node.tryFindChild(id) === construct && isInTree(scope));
}

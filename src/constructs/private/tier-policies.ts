import type { Construct } from 'constructs';
import { Direction, Edge } from './edge';
import type { TierPods } from '../party';
import { Registry } from './registry';
import { hash, PolicyObject, PolicyObjectProps } from '../../cdk8s/policy-object';
import { NetworkPolicySpec } from '../../k8s/objects';
import { PolicyLayout } from '../policy-layout';

/** One half of an edge: the one that a policy for the tier's own pods has to write. */
interface Half {
  readonly direction: Direction;
  readonly edge: Edge;
  /** The policy of its own that it has in the layout of one policy per edge. */
  readonly policy: WantedPolicy;
}

/** A policy with the id of its construct. */
interface WantedPolicy extends PolicyObjectProps {
  readonly id: string;
}

/**
 * The policies that select a tier's pods, as children of the tier. They follow the edges, the layout
 * and what is said of the namespace, each of which may change until synth.
 */
export class TierPolicies {
  private readonly halves = new Map<string, Half>();
  private readonly children = new Set<string>();

  /**
   * @param tier whose pods the policies select
   * @param peerName the tier's part in names
   * @param ownLayout the tier's own layout, where it has one
   */
  constructor(private readonly tier: TierPods & Construct, private readonly peerName: string, private readonly ownLayout: PolicyLayout | undefined) {
    Registry.of(tier).addTier({ tier, namespace: tier._namespace, arrange: () => this.arrange() });
  }

  /** The edges that end at the tier, and are known to it. */
  public get incoming(): Edge[] {
    return [...this.halves.values()].filter(h => h.direction === 'ingress').map(h => h.edge);
  }

  /** Writes one half of an edge, if it is not written yet. */
  public add(direction: Direction, edge: Edge): void {
    const other = edge.other(direction).key;
    const key = JSON.stringify([direction, other]);
    if (this.halves.has(key)) { return; }
    const half: Half = {
      direction,
      edge,
      policy: this.policy(edge.policyName(direction), [direction, other], () => [half]),
    };
    this.halves.set(key, half);
    this.arrange();
  }

  /** Makes the policies that are wanted now, and takes out those that are not any more. */
  private arrange(): void {
    const wanted = new Map(this.wanted().map(policy => [policy.id, policy]));
    for (const id of this.children) {
      if (!wanted.has(id)) {
        this.tier.node.tryRemoveChild(id);
        this.children.delete(id);
      }
    }
    for (const [id, policy] of wanted) {
      if (this.children.has(id)) { continue; }
      new PolicyObject(this.tier, id, policy);
      this.children.add(id);
    }
  }

  private wanted(): WantedPolicy[] {
    const halves = this.written();
    const layout = this.ownLayout ?? Registry.of(this.tier).layout(this.tier) ?? PolicyLayout.PER_EDGE;
    if (layout === PolicyLayout.PER_EDGE) { return halves.map(half => half.policy); }
    return halves.length === 0 ? [] : [this.policy(`allow-${this.peerName}`, [], () => this.written())];
  }

  private policy(name: string, halfKey: readonly string[], halves: () => readonly Half[]): WantedPolicy {
    const key = JSON.stringify([this.tier.node.path, ...halfKey]);
    return {
      id: `${name}-${hash(key)}`,
      namespace: this.tier._namespace,
      name,
      key,
      spec: () => this.spec(halves()),
      descriptions: () => halves().flatMap(half => half.edge.descriptions),
    };
  }

  /**
   * The halves that have a policy. In a direction that somebody left open for the whole namespace there is
   * nothing to allow, and a policy would isolate the tier's pods.
   */
  private written(): Half[] {
    const registry = Registry.of(this.tier);
    const restricts = {
      ingress: registry.restricts(this.tier._namespace, 'ingress'),
      egress: registry.restricts(this.tier._namespace, 'egress'),
    };
    return [...this.halves.values()].filter(half => restricts[half.direction]);
  }

  private spec(halves: readonly Half[]): NetworkPolicySpec {
    const rules = (direction: Direction) => halves
      .filter(h => h.direction === direction)
      .sort((a, b) => a.policy.key < b.policy.key ? -1 : 1)
      .map(h => h.edge.rule(direction, this.tier._namespace));
    const [ingress, egress] = [rules('ingress'), rules('egress')];
    return {
      podSelector: this.tier._selector(),
      policyTypes: [...(ingress.length > 0 ? ['Ingress' as const] : []), ...(egress.length > 0 ? ['Egress' as const] : [])],
      ...(ingress.length > 0 ? { ingress } : {}),
      ...(egress.length > 0 ? { egress } : {}),
    };
  }
}

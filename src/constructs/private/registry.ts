import type { IConstruct } from 'constructs';
import { Direction, Edge } from './edge';
import { invalidate } from '../../cdk8s/synth-run';
import { EdgeEnd } from '../party';
import type { PolicyLayout } from '../policy-layout';

/** What is decided on a namespace as a whole. */
export interface NamespaceDeny {
  readonly construct: IConstruct;
  /** Made by itself with the namespace's first tier, and gives way to one that somebody writes. */
  readonly automatic: boolean;
  /** False where somebody said that the direction stays open. */
  readonly restricts: Readonly<Record<Direction, boolean>>;
}

/** A tier, as far as others have to tell it that something changed. */
export interface Arranged {
  readonly tier: IConstruct;
  readonly namespace: string | undefined;
  arrange(): void;
}

/** What the constructs of one app know of each other. */
export class Registry {
  /** The registry of the app that a construct is in. */
  public static of(construct: IConstruct): Registry {
    const root = construct.node.root;
    let registry = registries.get(root);
    if (registry === undefined) {
      registry = new Registry(root);
      registries.set(root, registry);
    }
    return registry;
  }

  private readonly arranged: Arranged[] = [];
  private readonly edges = new Map<string, Edge>();
  private readonly denies = new Map<string | undefined, NamespaceDeny>();
  private readonly layouts = new Map<IConstruct, PolicyLayout>();
  private readonly marks = new Map<string, { readonly pods: object; readonly tier: string }>();

  private constructor(private readonly root: IConstruct) {}

  /** The one edge between two parties. Whoever asks for it is about to change it. */
  public edge(source: EdgeEnd, destination: EdgeEnd): Edge {
    invalidate(this.root);
    const key = JSON.stringify([source.key, destination.key]);
    const edge = this.edges.get(key) ?? new Edge(source, destination);
    this.edges.set(key, edge);
    return edge;
  }

  /** Makes a tier known to whatever is said later of its namespace or of a scope around it. */
  public addTier(tier: Arranged): void { this.arranged.push(tier); }

  /** What stands for a namespace, if it is still in the tree. */
  public deny(namespace: string | undefined): NamespaceDeny | undefined {
    const deny = this.denies.get(namespace);
    return deny !== undefined && isInTree(deny.construct) ? deny : undefined;
  }

  /** Sets what stands for a namespace, in place of what was made by itself. */
  public setDeny(namespace: string | undefined, deny: NamespaceDeny): void {
    const old = this.deny(namespace)?.construct;
    old?.node.scope?.node.tryRemoveChild(old.node.id);
    this.denies.set(namespace, deny);
    this.arranged.filter(a => a.namespace === namespace).forEach(a => a.arrange());
  }

  /** True where the namespace's pods are, or may be, isolated in this direction by what is said of the namespace. */
  public restricts(namespace: string | undefined, direction: Direction): boolean {
    return this.deny(namespace)?.restricts[direction] ?? true;
  }

  /** Sets the layout for the tiers below a scope. */
  public setLayout(scope: IConstruct, layout: PolicyLayout): void {
    this.layouts.set(scope, layout);
    this.arranged.filter(a => a.tier.node.scopes.includes(scope)).forEach(a => a.arrange());
  }

  /** The layout of the nearest scope that has one. */
  public layout(construct: IConstruct): PolicyLayout | undefined {
    const scope = construct.node.scopes.reverse().find(s => this.layouts.has(s));
    return scope && this.layouts.get(scope);
  }

  /**
   * Takes a value of the label by which tiers know pods that have none of their own.
   *
   * @returns the tier that has taken it for other pods, if one has
   */
  public takeMark(namespace: string | undefined, value: string, pods: object, tier: string): string | undefined {
    const key = JSON.stringify([namespace ?? null, value]);
    const holder = this.marks.get(key);
    if (holder !== undefined) { return holder.pods === pods ? undefined : holder.tier; }
    this.marks.set(key, { pods, tier });
    return undefined;
  }
}

const registries = new WeakMap<IConstruct, Registry>();

function isInTree(construct: IConstruct): boolean {
  const { scope, id } = construct.node;
  return scope === undefined || (scope.node.tryFindChild(id) === construct && isInTree(scope));
}
